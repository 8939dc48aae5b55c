//! Whatever people may do in the moderation of a theme, drawn at random.

use proptest::prelude::*;

use super::moderating::{HOUR, for_hate, for_spam, home, whom};
use super::*;
use crate::moderation::{Reach, Rule, Wish};

pub(super) const PEOPLE: [char; 8] = ['a', 'b', 'c', 'd', 'e', 'f', 'm', 'n'];

#[derive(Debug, Clone)]
pub(super) enum Step {
    Wish {
        who: usize,
        wish: Wish,
    },
    /// The same, about the last message of somebody.
    About {
        who: usize,
        wish: Wish,
    },
    /// Somebody deletes that message by hand.
    Delete {
        who: usize,
    },
    Talk {
        who: usize,
        answers: bool,
    },
    Link {
        one: usize,
        other: usize,
    },
    Unlink {
        who: usize,
    },
    Wait {
        hours: i64,
    },
    /// The bridge stands still, and all that fell due meanwhile is due at once.
    Down {
        hours: i64,
    },
    /// Somebody removes another by hand.
    Remove {
        who: usize,
        by: usize,
    },
    /// Somebody lets another in again by hand.
    LetBack {
        who: usize,
        by: usize,
    },
    /// Somebody sets a group by hand.
    Set {
        setting: GroupSetting,
        on: bool,
        by: usize,
    },
    /// Somebody asks to be let in.
    Knock {
        who: usize,
    },
    /// The operator takes that message out.
    Outlaw,
    /// Another theme votes on whether somebody is to be out everywhere.
    Elsewhere {
        who: usize,
        case: u32,
    },
}

fn somebody() -> impl Strategy<Value = usize> {
    0..PEOPLE.len()
}

fn wish() -> impl Strategy<Value = Wish> {
    let person = || somebody().prop_map(|who| whom(PEOPLE[who]));
    let number = || prop::option::of(1..6_u32);
    let minutes = || {
        prop::sample::select(vec![
            None,
            Some(15),
            Some(30),
            Some(600),
            Some(2 * 1440),
            Some(20 * 1440),
        ])
    };
    let reach = || prop::sample::select(vec![Reach::Here, Reach::Here, Reach::Everywhere]);
    let rule = || {
        prop::sample::select(vec![
            Rule::Seconders,
            Rule::MuteHours,
            Rule::PauseMinutes,
            Rule::SuspensionDays,
            Rule::ConfirmationHours,
            Rule::VoteHours,
        ])
    };
    let reason = || prop::sample::select(vec![for_hate(), for_spam()]);
    let organisation = || prop::sample::select(vec![None, Some("Agua Viva"), Some("Municipio")]);
    let acts = prop_oneof![
        6 => (person(), minutes(), reason()).prop_map(|(whom, minutes, reason)| Wish::Mute { whom, minutes, reason }),
        6 => (person(), minutes(), reach()).prop_map(|(whom, minutes, reach)| Wish::Suspend { whom, minutes, reason: for_hate(), reach }),
        2 => minutes().prop_map(|minutes| Wish::Approval { minutes, reason: for_spam() }),
        2 => minutes().prop_map(|minutes| Wish::Pause { minutes, reason: for_spam() }),
        1 => person().prop_map(Wish::Admit),
        1 => person().prop_map(|whom| Wish::TurnAway { whom, reason: for_spam() }),
        6 => number().prop_map(Wish::Confirm),
        3 => number().prop_map(Wish::Lift),
        3 => (number(), reason()).prop_map(|(case, reason)| Wish::Explain { case, reason }),
        1 => (rule(), 1..100_u32).prop_map(|(rule, value)| Wish::Change { rule, value }),
    ];
    let says = prop_oneof![
        4 => person().prop_map(Wish::Nominate),
        6 => person().prop_map(Wish::Second),
        4 => Just(Wish::Agree),
        1 => person().prop_map(Wish::Object),
        1 => Just(Wish::Resign),
        2 => person().prop_map(|whom| Wish::Recall { whom, reason: for_hate() }),
        6 => (number(), any::<bool>()).prop_map(|(vote, yes)| Wish::Vote { vote, yes }),
        3 => person().prop_map(|whom| Wish::Report { whom, reason: for_hate() }),
        2 => number().prop_map(|report| Wish::Resolve { report, reason: for_spam() }),
        3 => number().prop_map(|case| Wish::Appeal { case, text: Some("No fue así".to_owned()) }),
        4 => (number(), any::<bool>()).prop_map(|(case, reverse)| Wish::Judge { case, reverse }),
        1 => (organisation(), any::<bool>()).prop_map(|(organisation, official)| {
            Wish::Declare { organisation: organisation.map(str::to_owned), official }
        }),
    ];
    prop_oneof![acts, says]
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let settings = vec![GroupSetting::Announcement, GroupSetting::Approval];
    let about = prop::sample::select(vec![
        Wish::Hide { reason: for_spam() },
        Wish::Hide { reason: for_hate() },
        Wish::Redirect,
    ]);
    let hours = || prop::sample::select(vec![1, 13, 49, 73, 200]);
    prop_oneof![
        14 => (somebody(), wish()).prop_map(|(who, wish)| Step::Wish { who, wish }),
        4 => (somebody(), about).prop_map(|(who, wish)| Step::About { who, wish }),
        1 => somebody().prop_map(|who| Step::Delete { who }),
        4 => (somebody(), any::<bool>()).prop_map(|(who, answers)| Step::Talk { who, answers }),
        1 => (somebody(), somebody()).prop_map(|(one, other)| Step::Link { one, other }),
        1 => somebody().prop_map(|who| Step::Unlink { who }),
        2 => (somebody(), somebody()).prop_map(|(who, by)| Step::Remove { who, by }),
        1 => (somebody(), somebody()).prop_map(|(who, by)| Step::LetBack { who, by }),
        1 => (prop::sample::select(settings), any::<bool>(), somebody())
            .prop_map(|(setting, on, by)| Step::Set { setting, on, by }),
        1 => somebody().prop_map(|who| Step::Knock { who }),
        1 => Just(Step::Outlaw),
        1 => (somebody(), 1..4_u32).prop_map(|(who, case)| Step::Elsewhere { who, case }),
        4 => hours().prop_map(|hours| Step::Wait { hours }),
        2 => hours().prop_map(|hours| Step::Down { hours }),
    ]
}

impl Town {
    /// One whose people have just come, and have a facilitator.
    pub(super) fn young() -> Self {
        let mut town = Self::new();
        for letter in PEOPLE {
            town.talks(&home(letter), letter, "Buen día");
        }
        let facilitators = &mut town.trusted.facilitators;
        facilitators.insert(member('m'), Network::Matrix);
        town
    }

    /// The last message that somebody wrote.
    fn last_message(&self) -> Option<About> {
        let mut theirs = self.messages.values().rev();
        theirs.find(|about| about.author.is_some()).cloned()
    }

    pub(super) fn takes(&mut self, step: &Step) {
        let by_hand = |who: &usize| party(PEOPLE[*who], Network::WhatsApp);
        match step {
            Step::Wish { who, wish } => {
                self.wishes(PEOPLE[*who], wish.clone());
            }
            Step::About { who, wish } => {
                let who = PEOPLE[*who];
                if let Some(about) = self.last_message() {
                    let command = Command::Moderate(wish.clone());
                    self.asks_about(&home(who), who, about.message, command);
                }
            }
            Step::Delete { who } => {
                let who = PEOPLE[*who];
                if let Some(about) = self.last_message() {
                    self.deletes(&home(who), who, about.message);
                }
            }
            Step::Talk { who, answers } => {
                let who = PEOPLE[*who];
                let last = self.messages.keys().last().copied();
                let about = last.filter(|_| *answers);
                self.does(&home(who), who, about, Some("Bueno"), Hearing::Talk);
            }
            Step::Link { one, other } => {
                let (one, other) = (member(PEOPLE[*one]), member(PEOPLE[*other]));
                let are_free = [&one, &other]
                    .iter()
                    .all(|it| self.persons.linked(it).is_none());
                if one != other && are_free {
                    self.persons.link(&one, &other);
                    self.take_in(Input::PersonsChanged(one, other));
                }
            }
            Step::Unlink { who } => {
                let one = member(PEOPLE[*who]);
                if let Some(other) = self.persons.linked(&one).cloned() {
                    self.persons.unlink(&one);
                    self.take_in(Input::PersonsChanged(one, other));
                }
            }
            Step::Elsewhere { who, case } => {
                let elsewhere = self.elsewhere(*case, PEOPLE[*who]);
                self.trusted.wide = elsewhere;
                self.looks();
            }
            Step::Remove { who, by } => {
                self.take_in(Input::Removed {
                    who: by_hand(who),
                    by: by_hand(by),
                    lasting: true,
                });
            }
            Step::LetBack { who, by } => {
                let [who, by] = [who, by].map(by_hand);
                self.take_in(Input::LetBack { who, by });
            }
            Step::Set { setting, on, by } => {
                self.take_in(Input::GroupSet {
                    group: group_id('a'),
                    setting: *setting,
                    on: *on,
                    by: by_hand(by),
                });
            }
            Step::Knock { who } => {
                let who = BTreeSet::from([member(PEOPLE[*who])]);
                let leg = group('a');
                self.take_in(Input::Waiting { leg, who });
            }
            Step::Outlaw => {
                if let Some(about) = self.last_message() {
                    self.take_in(Input::Outlawed {
                        message: about.message,
                        author: about.author.unwrap(),
                        reason: "lo prohíbe la ley".to_owned(),
                        by: party('z', Network::Matrix),
                    });
                }
            }
            Step::Wait { hours } => {
                self.pass(hours * HOUR);
            }
            Step::Down { hours } => {
                self.now = Timestamp(self.now.0 + hours * HOUR);
                self.pass(0);
            }
        }
    }
}
