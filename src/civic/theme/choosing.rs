//! How a person is shown on the other network, and whether.

use super::asking::Ask;
use super::{Choice, Effect, Leg};
use crate::name::{self, Names};
use crate::{MemberId, NameProblem, Notice};

impl Ask<'_> {
    pub(super) fn take_name(&self, wish: Option<&str>) -> Vec<Effect> {
        let Some(wish) = wish else {
            return vec![self.tell(Notice::NameAsked)];
        };
        match free_name(self.known.names, &self.said.speaker.member, wish) {
            Err(why) => vec![self.tell(Notice::NameRefused { why })],
            Ok(name) => vec![
                self.choose(Choice {
                    name: Some(name.clone()),
                    carried: self.said.speaker.choice.carried,
                }),
                self.tell(match self.said.from {
                    Leg::Room => Notice::NameTakenForGroups { name },
                    Leg::Group(_) | Leg::Direct(_) => Notice::NameTaken { name },
                }),
            ],
        }
    }

    pub(super) fn drop_name(&self) -> Vec<Effect> {
        let speaker = &self.said.speaker;
        let name = self
            .known
            .names
            .shown(&speaker.member, speaker.own_name.as_deref());
        vec![
            self.choose(Choice {
                name: None,
                carried: speaker.choice.carried,
            }),
            self.tell(Notice::NameDropped { name }),
        ]
    }

    /// Whoever wants out is out at once, even if a vote is open and they may have meant that: how to vote is said with it.
    pub(super) fn be_carried(&self, carried: bool) -> Vec<Effect> {
        let vote = self.vote_to_cast();
        vec![
            self.choose(Choice {
                name: self.said.speaker.choice.name.clone(),
                carried,
            }),
            self.tell(match carried {
                true => Notice::CameBack { vote },
                false => Notice::StayedOut { vote },
            }),
        ]
    }

    /// An open vote in which whoever speaks can vote, and has not.
    fn vote_to_cast(&self) -> Option<u32> {
        let persons = self.known.persons;
        let mine = |one: &MemberId| persons.are_one(one, &self.said.speaker.member);
        let votes = self.theme.moderation.votes().iter();
        let mut waiting = votes.filter(|(_, vote)| {
            let open = vote.passed.is_none() && self.now < vote.until;
            open && vote.roll.iter().any(mine) && !vote.cast.keys().any(mine)
        });
        waiting.next().map(|(number, _)| *number)
    }

    fn choose(&self, choice: Choice) -> Effect {
        let speaker = &self.said.speaker;
        let wish = choice.name.as_deref().or(speaker.own_name.as_deref());
        let shown = self.known.names.shown(&speaker.member, wish);
        Effect::Choose {
            member: speaker.member.clone(),
            choice,
            shown,
        }
    }
}

fn free_name(names: &Names, member: &MemberId, wish: &str) -> Result<String, NameProblem> {
    let name = name::pseudonym(wish)?;
    match names.bearer(&name) {
        Some(bearer) if bearer != member => Err(NameProblem::Taken),
        _ => Ok(name),
    }
}
