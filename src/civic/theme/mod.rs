//! A theme: what happens in it, what is decided about that, and what it comes to.

mod amending;
mod asking;
mod changing;
mod choosing;
mod debate;
mod door;
mod effect;
mod fold;
mod groups;
mod input;
mod linking;
mod moderating;
mod private;
mod proposing;
mod seen;
mod showing;
mod supporting;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use debate::Debate;
pub use effect::{Effect, Record, Standing};
pub use input::{About, Choice, Due, GroupSetting, Hearing, Input, Leg, Near, Said, Speaker};

use crate::moderation::{Moderation, Seal};
use crate::name::Names;
use crate::proposal::Proposal;
use crate::{GroupId, MemberId, MessageId, Notice, Persons, ThemeCode, ThemeSlug, Timestamp};

use asking::Ask;
use debate::Place;
use door::Door;
use moderating::Reporters;
pub use moderating::{Trusted, Wide};
pub use seen::Seen;

/// A theme as it is now: the fold of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    slug: ThemeSlug,
    code: ThemeCode,
    title: String,
    /// What the other themes of the plan are called.
    neighbours: BTreeMap<ThemeCode, String>,
    groups: BTreeMap<GroupId, Standing>,
    /// Who is in each group, where WhatsApp has told.
    members: BTreeMap<GroupId, BTreeSet<MemberId>>,
    /// Whose ghosts are in the room.
    ghosts: BTreeSet<MemberId>,
    proposals: BTreeMap<u32, Proposal>,
    /// The number of the latest amendment; those of erased proposals are not given again.
    last_amendment: u32,
    seen: BTreeMap<MemberId, Seen>,
    moderation: Moderation,
    door: Door,
    /// Who answered whom, and when last.
    exchanges: BTreeMap<(MemberId, MemberId), Timestamp>,
    /// Where tangents go on.
    debate: Place,
    reporters: Reporters,
}

/// What a theme knows of the world beyond it when it decides.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Who is called what.
    pub names: &'a Names,
    /// Which accounts are one person's.
    pub persons: &'a Persons,
    /// Who is trusted beyond the theme.
    pub trusted: &'a Trusted,
    /// By which those are called who must not be named.
    pub seal: Seal,
}

impl Theme {
    /// A theme with nothing in it yet. `title` is its name as people read it.
    pub fn new(slug: ThemeSlug, code: ThemeCode, title: impl Into<String>) -> Self {
        Self {
            slug,
            code,
            title: title.into(),
            neighbours: BTreeMap::new(),
            groups: BTreeMap::new(),
            members: BTreeMap::new(),
            ghosts: BTreeSet::new(),
            proposals: BTreeMap::new(),
            last_amendment: 0,
            seen: BTreeMap::new(),
            moderation: Moderation::default(),
            door: Door::default(),
            exchanges: BTreeMap::new(),
            debate: Place::default(),
            reporters: Reporters::default(),
        }
    }

    /// The same beside other themes, by what their proposals' names begin with, and what people call them.
    #[must_use]
    pub fn beside(mut self, others: impl IntoIterator<Item = (ThemeCode, String)>) -> Self {
        self.neighbours.extend(others);
        self.neighbours.remove(&self.code);
        self
    }

    /// Its name in files and addresses.
    pub fn slug(&self) -> &ThemeSlug {
        &self.slug
    }

    /// What the names of its proposals begin with.
    pub fn code(&self) -> &ThemeCode {
        &self.code
    }

    /// Its name as people read it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its groups and how they stand.
    pub fn groups(&self) -> &BTreeMap<GroupId, Standing> {
        &self.groups
    }

    /// Whose ghosts are in the room.
    pub fn ghosts(&self) -> &BTreeSet<MemberId> {
        &self.ghosts
    }

    /// Its proposals, by number.
    pub fn proposals(&self) -> &BTreeMap<u32, Proposal> {
        &self.proposals
    }

    /// The proposal that this message is: its root, the message that holds its words, or a card of it.
    pub fn proposal_of(&self, message: MessageId) -> Option<&Proposal> {
        let mut proposals = self.proposals.values();
        proposals.find(|proposal| proposal.is_in(message))
    }

    /// What is due next, and when.
    pub fn next_due(&self) -> Option<(Timestamp, Due)> {
        let waits = self
            .groups
            .iter()
            .filter_map(|(group, standing)| match standing {
                Standing::Announced { open_from } => {
                    Some((*open_from, Due::WaitOver(group.clone())))
                }
                Standing::Open | Standing::Closed => None,
            });
        let counts = self.proposals.values().filter_map(|proposal| {
            let at = proposal.count_due()?;
            Some((at, Due::Support(proposal.number())))
        });
        let moderation = self.moderation_due().map(|at| (at, Due::Moderation));
        let waiting = self.waiting_due().map(|at| (at, Due::Waiting));
        let due = waits.chain(counts).chain(moderation);
        due.chain(waiting).min()
    }

    /// What is to be done about an input. Changes nothing.
    pub fn decide(&self, now: Timestamp, known: &Known<'_>, input: &Input) -> Vec<Effect> {
        match input {
            Input::Said(said) => self.hear(now, known, said),
            Input::Members { group, present } => {
                let mut effects = self.count_members(group, present);
                effects.extend(self.keep_out(now, known, present));
                effects.extend(self.mind_the_wave(now, known, &self.newcomers(input)));
                effects
            }
            Input::Joined(_) => self.mind_the_wave(now, known, &self.newcomers(input)),
            Input::Waiting { leg, who } => self.ask_in(now, known, leg, who),
            Input::Admitted { who, yes, by } => self.admitted(now, known, (who, *yes), by),
            Input::Removed { who, by, lasting } => self.removed(now, known, (who, *lasting), by),
            Input::LetBack { who, by } => self.let_back(now, known, who, by),
            Input::GroupSet {
                group,
                setting,
                on,
                by,
            } => self.set_by_hand(now, known, (group, *setting, *on), by),
            Input::GroupOpened(group) => {
                let theme = self.title.clone();
                self.open(now, group, Notice::Welcome { theme })
            }
            Input::GroupAdopted { group, wait_hours } => self.adopt(now, group, *wait_hours),
            Input::Outlawed {
                message,
                author,
                reason,
                by,
            } => self.outlawed(now, known, (*message, author), (reason, by)),
            Input::Due(Due::WaitOver(group)) => self.end_wait(now, group),
            Input::Due(Due::Waiting) => self.tell_who_waits(now, known),
            Input::Due(Due::Moderation) => self.settle(now, known),
            Input::Due(Due::Support(number)) => self.count_due(now, known, *number),
            Input::PersonsChanged(one, other) => self.persons_changed(now, known, [one, other]),
            Input::GroupLost(group) => self.lose(now, group),
        }
    }

    fn hear(&self, now: Timestamp, known: &Known<'_>, said: &Said) -> Vec<Effect> {
        if !self.listens_to(&said.from) {
            return Vec::new();
        }
        let ask = |language| Ask {
            theme: self,
            now,
            known,
            said,
            language,
        };
        if said.from.is_direct() {
            return ask(None).heard_alone();
        }
        if let Some(effects) = self.hold_back(&ask(None)) {
            return effects;
        }
        if let Some(report) = said.reports_by_change() {
            return self.hear(now, known, &report);
        }
        let carried = said.speaker.choice.carried;
        let carry = || match carried {
            true => self.carry(&said.from),
            false => Vec::new(),
        };
        match &said.hearing {
            Hearing::Talk if self.goes_on_in_debate(now, said) => self.join_debate(said),
            Hearing::Talk => carry(),
            Hearing::Edit { .. } if !carried => Vec::new(),
            Hearing::Edit { text, hearing } => {
                let mut effects = carry();
                effects.extend(ask(None).edit_root(text, hearing));
                effects
            }
            Hearing::React(emoji) => {
                let mut effects = carry();
                effects.extend(ask(None).react(emoji.as_deref()));
                effects
            }
            Hearing::Unreact(emoji) => {
                let mut effects = carry();
                effects.extend(ask(None).unreact(emoji));
                effects
            }
            // Whoever stays out now may still take back what they said before.
            Hearing::TakeBack if self.takes_anothers(known, said) => {
                self.taken_by_hand(now, known, said)
            }
            Hearing::TakeBack => {
                let mut effects = self.carry(&said.from);
                effects.extend(ask(None).delete_root());
                effects
            }
            Hearing::Command(command, language) => ask(Some(*language)).obey(command),
            Hearing::Almost {
                heard,
                nearest,
                language,
                near,
            } => match near {
                Near::Report => ask(Some(*language)).near_miss_alone(heard, nearest),
                Near::Appeal | Near::Other => ask(Some(*language)).near_miss(heard, nearest),
            },
        }
    }

    /// Whether what is said there is heard at all.
    fn listens_to(&self, leg: &Leg) -> bool {
        let stands = |group| {
            matches!(
                self.groups.get(group),
                Some(Standing::Open | Standing::Announced { .. })
            )
        };
        match leg {
            Leg::Room | Leg::Direct(_) => true,
            Leg::Group(group) => stands(group),
        }
    }

    /// Whether it is part of the conversation.
    fn is_open(&self, leg: &Leg) -> bool {
        match leg {
            Leg::Room => true,
            Leg::Group(group) => self.groups.get(group) == Some(&Standing::Open),
            Leg::Direct(_) => false,
        }
    }

    /// Every place where the conversation is.
    fn legs(&self) -> impl Iterator<Item = Leg> {
        let open = self
            .groups
            .iter()
            .filter(|(_, standing)| **standing == Standing::Open);
        std::iter::once(Leg::Room).chain(open.map(|(group, _)| Leg::Group(group.clone())))
    }

    fn carry(&self, from: &Leg) -> Vec<Effect> {
        if !self.is_open(from) {
            return Vec::new();
        }
        let others = self.legs().filter(|leg| leg != from);
        others.map(|to| Effect::Carry { to }).collect()
    }
}
