use std::collections::{BTreeMap, BTreeSet};

use crate::name::{self, Names};
use crate::{Command, GroupId, Language, MemberId, NameProblem, Notice, ThemeSlug, Timestamp};

/// One place where a theme is talked about. What is heard on one leg goes to all others, never back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leg {
    /// The theme's Matrix room.
    Room,
    /// One of its WhatsApp groups.
    Group(GroupId),
}

/// How a person chose to be carried over to the other network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The name they took, if they took one.
    pub name: Option<String>,
    /// Whether they are carried over at all.
    pub carried: bool,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            name: None,
            carried: true,
        }
    }
}

/// Who says something, as far as a decision needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// The person.
    pub member: MemberId,
    /// What their own network calls them.
    pub own_name: Option<String>,
    /// What they chose.
    pub choice: Choice,
}

/// What a text means to the bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hearing {
    /// People talking.
    Talk,
    /// They change what they said before, or react to what others said.
    Change,
    /// They take back what was said.
    TakeBack,
    /// A command, asked for in a language.
    Command(Command, Language),
    /// Almost a command.
    Almost {
        /// What was written.
        heard: String,
        /// The nearest command, as it is written in that language.
        nearest: String,
        /// The language of that command.
        language: Language,
    },
}

/// Something said on a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Where.
    pub from: Leg,
    /// By whom.
    pub speaker: Speaker,
    /// What it means.
    pub hearing: Hearing,
}

/// All that can happen to a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Somebody said something.
    Said(Said),
    /// Who is in a group now, as WhatsApp tells.
    Members {
        /// The group.
        group: GroupId,
        /// Everybody in it.
        present: BTreeSet<MemberId>,
    },
    /// The bridge opened a group for the theme.
    GroupOpened(GroupId),
    /// The bridge joined a group that existed before: it says so, and waits before it carries anything.
    GroupAdopted {
        /// The group.
        group: GroupId,
        /// How long it waits.
        wait_hours: u32,
    },
    /// The wait of an adopted group is over.
    WaitOver(GroupId),
    /// The bridge is no longer in a group.
    GroupLost(GroupId),
}

/// All that can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Carry what was said to a leg, in its speaker's name.
    Carry {
        /// Where to.
        to: Leg,
    },
    /// Say something on a leg, as the bridge.
    Tell {
        /// Where.
        to: Leg,
        /// What.
        notice: Notice,
        /// In which language; `None` is the deployment's own.
        language: Option<Language>,
    },
    /// Give a group its description.
    Describe(GroupId),
    /// Keep what a person chose, in every theme.
    Choose {
        /// The person.
        member: MemberId,
        /// Their choice.
        choice: Choice,
        /// What they are called from now on.
        shown: String,
    },
    /// The person's ghost leaves the room.
    Leave(MemberId),
    /// The theme changes.
    Record(Record),
}

/// A change of a theme. It becomes state of the room, from which the theme is folded again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A group stands with the theme so from now on.
    Group {
        /// The group.
        group: GroupId,
        /// How it stands.
        standing: Standing,
        /// Since when.
        since: Timestamp,
    },
}

/// How a group stands with a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Announced there; it becomes part of the conversation at this moment.
    Announced {
        /// When.
        open_from: Timestamp,
    },
    /// Part of the conversation.
    Open,
    /// No longer part of it.
    Closed,
}

/// A theme as it is now: the fold of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    slug: ThemeSlug,
    title: String,
    groups: BTreeMap<GroupId, Standing>,
    /// Who is in each group, where WhatsApp has told.
    members: BTreeMap<GroupId, BTreeSet<MemberId>>,
    /// Whose ghosts are in the room.
    ghosts: BTreeSet<MemberId>,
}

impl Theme {
    /// A theme with no groups yet. `title` is its name as people read it.
    pub fn new(slug: ThemeSlug, title: impl Into<String>) -> Self {
        Self {
            slug,
            title: title.into(),
            groups: BTreeMap::new(),
            members: BTreeMap::new(),
            ghosts: BTreeSet::new(),
        }
    }

    /// Its name in files and addresses.
    pub fn slug(&self) -> &ThemeSlug {
        &self.slug
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

    /// What is due next, and when.
    pub fn next_due(&self) -> Option<(Timestamp, GroupId)> {
        self.groups
            .iter()
            .filter_map(|(group, standing)| match standing {
                Standing::Announced { open_from } => Some((*open_from, group.clone())),
                Standing::Open | Standing::Closed => None,
            })
            .min()
    }

    /// What is to be done about an input. Changes nothing.
    pub fn decide(&self, now: Timestamp, names: &Names, input: &Input) -> Vec<Effect> {
        match input {
            Input::Said(said) => self.hear(names, said),
            Input::Members { group, present } => self.count_members(group, present),
            Input::GroupOpened(group) => self.open(
                now,
                group,
                Notice::Welcome {
                    theme: self.title.clone(),
                },
            ),
            Input::GroupAdopted { group, wait_hours } => self.adopt(now, group, *wait_hours),
            Input::WaitOver(group) => match self.groups.get(group) {
                Some(Standing::Announced { open_from }) if *open_from <= now => self.open(
                    now,
                    group,
                    Notice::GroupOpen {
                        theme: self.title.clone(),
                    },
                ),
                _ => Vec::new(),
            },
            Input::GroupLost(group) => match self.groups.get(group) {
                Some(Standing::Open | Standing::Announced { .. }) => {
                    let mut effects = self.count_members(group, &BTreeSet::new());
                    effects.push(stands(now, group, Standing::Closed));
                    effects
                }
                _ => Vec::new(),
            },
        }
    }

    /// Takes a change over. Decides nothing; the same record twice is the same as once.
    pub fn apply(&mut self, record: &Record) {
        match record {
            Record::Group {
                group, standing, ..
            } => {
                self.groups.insert(group.clone(), *standing);
                if *standing == Standing::Closed {
                    self.members.remove(group);
                }
            }
        }
    }

    /// Takes over an input and what was decided about it.
    pub fn take_over(&mut self, input: Input, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Record(record) = effect {
                self.apply(record);
            }
        }
        if let Input::Members { group, present } = input {
            self.know_members(&group, present);
        }
    }

    /// Takes over who is in a group: no record, since WhatsApp can be asked again at any time.
    pub fn know_members(&mut self, group: &GroupId, present: BTreeSet<MemberId>) {
        self.members.insert(group.clone(), present);
    }

    /// Takes over that a person's ghost is in the room, or no longer: the room itself is the record of it.
    pub fn know_ghost(&mut self, member: &MemberId, present: bool) {
        if present {
            self.ghosts.insert(member.clone());
        } else {
            self.ghosts.remove(member);
        }
    }

    fn hear(&self, names: &Names, said: &Said) -> Vec<Effect> {
        if let Leg::Group(group) = &said.from
            && !matches!(
                self.groups.get(group),
                Some(Standing::Open | Standing::Announced { .. })
            )
        {
            return Vec::new();
        }
        match &said.hearing {
            Hearing::Talk | Hearing::Change if said.speaker.choice.carried => {
                self.carry(&said.from)
            }
            Hearing::Talk | Hearing::Change => Vec::new(),
            // Whoever stays out now may still take back what they said before.
            Hearing::TakeBack => self.carry(&said.from),
            Hearing::Command(command, language) => self.obey(names, said, command, *language),
            Hearing::Almost {
                heard,
                nearest,
                language,
            } => vec![Effect::Tell {
                to: said.from.clone(),
                notice: Notice::NearMiss {
                    heard: heard.clone(),
                    nearest: nearest.clone(),
                },
                language: Some(*language),
            }],
        }
    }

    fn carry(&self, from: &Leg) -> Vec<Effect> {
        if let Leg::Group(group) = from
            && self.groups.get(group) != Some(&Standing::Open)
        {
            return Vec::new();
        }
        let groups = self
            .groups
            .iter()
            .filter(|(_, standing)| **standing == Standing::Open);
        std::iter::once(Leg::Room)
            .chain(groups.map(|(group, _)| Leg::Group(group.clone())))
            .filter(|leg| leg != from)
            .map(|to| Effect::Carry { to })
            .collect()
    }

    fn obey(
        &self,
        names: &Names,
        said: &Said,
        command: &Command,
        language: Language,
    ) -> Vec<Effect> {
        let Speaker {
            member,
            own_name,
            choice,
        } = &said.speaker;
        let tell = |notice| Effect::Tell {
            to: said.from.clone(),
            notice,
            language: Some(language),
        };
        let choose = |choice: Choice| {
            let shown = names.shown(member, choice.name.as_deref().or(own_name.as_deref()));
            Effect::Choose {
                member: member.clone(),
                choice,
                shown,
            }
        };
        match command {
            Command::TakeName(None) => vec![tell(Notice::NameAsked)],
            Command::TakeName(Some(wish)) => match self.take_name(names, member, wish) {
                Err(why) => vec![tell(Notice::NameRefused { why })],
                Ok(name) => vec![
                    choose(Choice {
                        name: Some(name.clone()),
                        carried: choice.carried,
                    }),
                    tell(match said.from {
                        Leg::Room => Notice::NameTakenForGroups { name },
                        Leg::Group(_) => Notice::NameTaken { name },
                    }),
                ],
            },
            Command::DropName => {
                let name = names.shown(member, own_name.as_deref());
                vec![
                    choose(Choice {
                        name: None,
                        carried: choice.carried,
                    }),
                    tell(Notice::NameDropped { name }),
                ]
            }
            Command::StayOut => vec![
                choose(Choice {
                    name: choice.name.clone(),
                    carried: false,
                }),
                tell(Notice::StayedOut),
            ],
            Command::ComeBack => vec![
                choose(Choice {
                    name: choice.name.clone(),
                    carried: true,
                }),
                tell(Notice::CameBack),
            ],
            Command::Help => vec![tell(Notice::Help)],
        }
    }

    fn take_name(
        &self,
        names: &Names,
        member: &MemberId,
        wish: &str,
    ) -> Result<String, NameProblem> {
        let name = name::pseudonym(wish)?;
        match names.bearer(&name) {
            Some(bearer) if bearer != member => Err(NameProblem::Taken),
            _ => Ok(name),
        }
    }

    fn count_members(&self, group: &GroupId, present: &BTreeSet<MemberId>) -> Vec<Effect> {
        let others = self
            .groups
            .iter()
            .filter(|(other, standing)| *other != group && **standing == Standing::Open)
            .map(|(other, _)| self.members.get(other));
        // Where one group is not known yet, nobody is taken for gone.
        let Some(others) = others.collect::<Option<Vec<_>>>() else {
            return Vec::new();
        };
        self.ghosts
            .iter()
            .filter(|ghost| {
                !present.contains(*ghost) && !others.iter().any(|members| members.contains(*ghost))
            })
            .cloned()
            .map(Effect::Leave)
            .collect()
    }

    fn open(&self, now: Timestamp, group: &GroupId, notice: Notice) -> Vec<Effect> {
        if self.groups.get(group) == Some(&Standing::Open) {
            return Vec::new();
        }
        vec![
            Effect::Describe(group.clone()),
            Effect::Tell {
                to: Leg::Group(group.clone()),
                notice,
                language: None,
            },
            stands(now, group, Standing::Open),
        ]
    }

    fn adopt(&self, now: Timestamp, group: &GroupId, wait_hours: u32) -> Vec<Effect> {
        if matches!(
            self.groups.get(group),
            Some(Standing::Open | Standing::Announced { .. })
        ) {
            return Vec::new();
        }
        let notice = Notice::AdoptionAnnounced {
            theme: self.title.clone(),
            hours: wait_hours,
        };
        vec![
            Effect::Tell {
                to: Leg::Group(group.clone()),
                notice,
                language: None,
            },
            stands(
                now,
                group,
                Standing::Announced {
                    open_from: now.plus_hours(wait_hours),
                },
            ),
        ]
    }
}

fn stands(since: Timestamp, group: &GroupId, standing: Standing) -> Effect {
    Effect::Record(Record::Group {
        group: group.clone(),
        standing,
        since,
    })
}

#[cfg(test)]
mod tests;
