mod agreeing;
mod amending;
mod appeals;
mod changing;
mod groups;
mod held;
mod linking;
mod mandates;
mod measures;
mod moderating;
mod moderating_properties;
mod moderating_steps;
mod native;
mod outlawing;
mod private;
mod properties;
mod proposing;
mod reports;
mod showing;
mod supporting;
mod tangents;
mod too_few;
mod waves;
mod wide;

use super::*;
use crate::moderation::Enforcement;
use crate::{Command, Language, LinkCode, Network, Party, ProposalRef, Refusal};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn group(letter: char) -> Leg {
    Leg::Group(group_id(letter))
}

fn group_id(letter: char) -> GroupId {
    letter.to_string().repeat(16).parse().unwrap()
}

fn member(letter: char) -> MemberId {
    letter.to_string().repeat(16).parse().unwrap()
}

fn agua(number: u32) -> ProposalRef {
    format!("AGUA-{number}").parse().unwrap()
}

fn propose(title: &str, text: &str) -> Command {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Command::Propose {
        title: given(title),
        text: given(text),
    }
}

/// A theme with a room and two groups, where what is decided is done at once, as the bridge does it.
///
/// Ana (`a`) and Beto (`b`) are on WhatsApp, María (`m`) and Nora (`n`) on Matrix; any other letter is somebody too.
#[derive(Clone)]
struct Town {
    theme: Theme,
    names: Names,
    persons: Persons,
    trusted: Trusted,
    now: Timestamp,
    messages: BTreeMap<MessageId, About>,
    out: BTreeSet<MemberId>,
    /// All records, in order.
    records: Vec<Record>,
    /// All that was carried out, in order.
    enforced: Vec<Enforcement>,
}

impl Town {
    fn new() -> Self {
        let theme = Theme::new(
            "agua".parse().unwrap(),
            "AGUA".parse().unwrap(),
            "Ambiente y agua",
        );
        let mut town = Self {
            theme: theme.beside([("SALUD".parse().unwrap(), "Salud".to_owned())]),
            names: Names::default(),
            persons: Persons::default(),
            trusted: Trusted::default(),
            now: NOW,
            messages: BTreeMap::new(),
            out: BTreeSet::new(),
            records: Vec::new(),
            enforced: Vec::new(),
        };
        for (letter, name) in [('a', "Ana"), ('b', "Beto"), ('m', "María"), ('n', "Nora")] {
            town.names.claim(&member(letter), &[name]);
        }
        for letter in ['a', 'b'] {
            town.take_in(Input::GroupOpened(group_id(letter)));
        }
        town
    }

    /// Decides, and takes over what was decided.
    fn take_in(&mut self, input: Input) -> Vec<Effect> {
        let before = self.theme.clone();
        let effects = self.decide(&input);
        assert_eq!(self.theme, before, "deciding changes nothing");
        self.theme.take_over(self.now, input, &effects);
        self.persons.take_over(self.now, &effects);
        for effect in &effects {
            match effect {
                Effect::Record(record) => self.records.push(record.clone()),
                Effect::Enforce(enforcement) => self.enforced.push(enforcement.clone()),
                Effect::Card { proposal, to } => {
                    let card = card(*proposal, to);
                    self.theme.know_card(*proposal, card);
                    let about = About {
                        message: card,
                        thread: None,
                        answers: false,
                        author: None,
                        text: Some("📌".to_owned()),
                    };
                    self.messages.insert(card, about);
                }
                Effect::Link(one, other) | Effect::Unlink(one, other) => {
                    self.take_in(Input::PersonsChanged(one.clone(), other.clone()));
                }
                _ => {}
            }
        }
        effects
    }

    fn known(&self) -> Known<'_> {
        Known {
            names: &self.names,
            persons: &self.persons,
            trusted: &self.trusted,
            seal: Seal::default(),
        }
    }

    fn decide(&self, input: &Input) -> Vec<Effect> {
        self.theme.decide(self.now, &self.known(), input)
    }

    fn said(&self, from: &Leg, who: char, about: Option<About>, hearing: Hearing) -> Said {
        let number = u128::try_from(self.messages.len() + 1).unwrap();
        let member = member(who);
        Said {
            from: from.clone(),
            speaker: Speaker {
                choice: Choice {
                    name: None,
                    carried: !self.out.contains(&member),
                },
                member,
                own_name: None,
            },
            message: MessageId::from(number.to_be_bytes()),
            at: self.now,
            about,
            hearing,
            code: LinkCode::from_entropy(493_816 + u64::try_from(number).unwrap()),
        }
    }

    /// Somebody does something about a message, or about none.
    fn does(
        &mut self,
        from: &Leg,
        who: char,
        about: Option<MessageId>,
        text: Option<&str>,
        hearing: Hearing,
    ) -> (MessageId, Vec<Effect>) {
        let about = about.map(|message| self.messages[&message].clone());
        let said = self.said(from, who, about.clone(), hearing);
        let message = said.message;
        let this = About {
            message,
            thread: None,
            answers: about.is_some(),
            author: Some(said.by()),
            text: text.map(str::to_owned),
        };
        self.messages.insert(message, this);
        (message, self.take_in(Input::Said(said)))
    }

    fn talks(&mut self, from: &Leg, who: char, text: &str) -> MessageId {
        self.does(from, who, None, Some(text), Hearing::Talk).0
    }

    fn speaks(&mut self, from: &Leg, who: char) -> MessageId {
        self.does(from, who, None, None, Hearing::Talk).0
    }

    fn asks(&mut self, from: &Leg, who: char, command: Command) -> Vec<Effect> {
        let hearing = Hearing::Command(command, Language::Es);
        self.does(from, who, None, Some("!…"), hearing).1
    }

    fn asks_about(
        &mut self,
        from: &Leg,
        who: char,
        about: MessageId,
        command: Command,
    ) -> Vec<Effect> {
        let hearing = Hearing::Command(command, Language::Es);
        self.does(from, who, Some(about), Some("!…"), hearing).1
    }

    fn reacts(
        &mut self,
        from: &Leg,
        who: char,
        about: MessageId,
        emoji: Option<&str>,
    ) -> Vec<Effect> {
        let hearing = Hearing::React(emoji.map(str::to_owned));
        self.does(from, who, Some(about), None, hearing).1
    }

    fn edits(
        &mut self,
        from: &Leg,
        who: char,
        about: MessageId,
        text: &str,
        hearing: Hearing,
    ) -> Vec<Effect> {
        let hearing = Hearing::Edit {
            text: text.to_owned(),
            hearing: Box::new(hearing),
        };
        self.does(from, who, Some(about), None, hearing).1
    }

    fn deletes(&mut self, from: &Leg, who: char, about: MessageId) -> Vec<Effect> {
        self.does(from, who, Some(about), None, Hearing::TakeBack).1
    }

    /// Ana proposes clean water; returns the message in which she does.
    fn with_proposal() -> (Self, MessageId) {
        let mut town = Self::new();
        let root = town.proposes('a', "Agua limpia", "Queremos agua limpia en la plaza.");
        (town, root)
    }

    fn proposes(&mut self, who: char, title: &str, text: &str) -> MessageId {
        let hearing = Hearing::Command(propose(title, text), Language::Es);
        let (message, effects) = self.does(&group('a'), who, None, Some(text), hearing);
        assert!(refusals(&effects).is_empty(), "{effects:?}");
        message
    }

    fn proposal(&self, number: u32) -> &Proposal {
        &self.theme.proposals()[&number]
    }

    fn people(&self, number: u32) -> usize {
        let counts = self.proposal(number).supporters().counts(&self.persons);
        counts.people
    }

    fn passes(&mut self, minutes: u32) {
        self.now = self.now.plus_minutes(minutes);
    }
}

/// The message that a card is where it is shown: always the same, whether it is edited or posted again.
fn card(proposal: u32, to: &Leg) -> MessageId {
    let place = match to {
        Leg::Room => 1,
        Leg::Group(group) => group.as_str().as_bytes()[0],
        Leg::Direct(_) => panic!("no card is shown to somebody alone"),
    };
    let mut bytes = [place; 16];
    bytes[12..].copy_from_slice(&proposal.to_be_bytes());
    MessageId::from(bytes)
}

fn party(who: char, network: Network) -> Party {
    Party {
        member: member(who),
        network,
    }
}

fn legs(effects: &[Effect]) -> Vec<Leg> {
    let carried = effects.iter().filter_map(|effect| match effect {
        Effect::Carry { to } => Some(to.clone()),
        _ => None,
    });
    carried.collect()
}

fn cards(effects: &[Effect]) -> Vec<Leg> {
    let shown = effects.iter().filter_map(|effect| match effect {
        Effect::Card { to, .. } => Some(to.clone()),
        _ => None,
    });
    shown.collect()
}

fn records(effects: &[Effect]) -> Vec<&Record> {
    let records = effects.iter().filter_map(|effect| match effect {
        Effect::Record(record) => Some(record),
        _ => None,
    });
    records.collect()
}

fn notices(effects: &[Effect]) -> Vec<&Notice> {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Tell { notice, .. } | Effect::Answer { notice, .. } => Some(notice),
        _ => None,
    });
    told.collect()
}

fn refusals(effects: &[Effect]) -> Vec<&Refusal> {
    let refused = notices(effects)
        .into_iter()
        .filter_map(|notice| match notice {
            Notice::Refused(refusal) => Some(refusal),
            _ => None,
        });
    refused.collect()
}

/// That this is all that comes of a wish: a kind sentence.
#[track_caller]
fn assert_refused(effects: &[Effect], refusal: &Refusal) {
    assert_eq!(refusals(effects), [refusal]);
    assert_eq!(effects.len(), 1, "{effects:?}");
}
