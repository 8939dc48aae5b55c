//! Who is to moderate: nominations, seconds, objections, recalls, votes.

use std::collections::BTreeSet;

use super::{DAY, Draft, Granted};
use crate::moderation::{
    Deed, Enough, Hindrance, Leaving, Mandate, Question, Reason, Rule, Vote, Whom,
};
use crate::{MemberId, Party};

/// So many people at most stand on a roll in one entry: an event of Matrix has 64 KiB at most.
const IN_ONE_ENTRY: usize = 2000;
/// So many days after the community did not want somebody nobody nominates them again.
const DAYS_UNWANTED: u32 = 30;

impl Draft<'_> {
    pub(super) fn nominate(&mut self, whom: Option<&Whom>) -> Granted {
        let me = self.voter()?;
        let who = self.person(whom)?;
        if self.are_one(&who, &me) {
            return Err(Hindrance::Oneself);
        }
        if !self.is_young() && !self.is_participant(&who.member) {
            return Err(Hindrance::TheyAreNew(self.name(&who.member)));
        }
        if self.is_delegate(&who.member) && !self.ends_soon(&who) {
            return Err(Hindrance::DelegateAlready(self.name(&who.member)));
        }
        if self.nomination_of(&who.member).is_some() {
            return Err(Hindrance::NominatedAlready(self.name(&who.member)));
        }
        if self.is_recall_voted(&who) {
            return Err(Hindrance::RecallVoted(self.name(&who.member)));
        }
        if let Some(days) = self.not_again_for(&who) {
            let name = self.name(&who.member);
            return Err(Hindrance::NotAgainYet { name, days });
        }
        let mandate = self.moderation.mandates().len();
        let mandate = u32::try_from(mandate).unwrap_or(u32::MAX) + 1;
        self.log(Deed::Nominated {
            mandate,
            who,
            by: me,
        });
        Ok(())
    }

    pub(super) fn second(&mut self, whom: Option<&Whom>) -> Granted {
        let me = self.voter()?;
        let (number, mandate) = self.nomination(whom)?;
        if self.are_one(&mandate.who, &me) {
            return Err(Hindrance::Oneself);
        }
        let countersigns = self.is_young() && self.is_facilitator(&me.member);
        let before = mandate.seconders.iter().chain([&mandate.nominated_by]);
        let did = before.into_iter().any(|party| self.are_one(party, &me));
        match (countersigns && !mandate.countersigned, did) {
            (true, _) => {
                self.log(Deed::Countersigned {
                    mandate: number,
                    by: me.clone(),
                });
                if did {
                    return Ok(());
                }
            }
            (false, true) => return Err(Hindrance::DoneAlready),
            (false, false) => {}
        }
        self.log(Deed::Seconded {
            mandate: number,
            by: me,
        });
        Ok(())
    }

    pub(super) fn agree(&mut self) -> Granted {
        let me = self.me().ok_or(Hindrance::NobodyNominatedYou)?;
        let (number, mandate) = self
            .nomination_of(&me.member)
            .ok_or(Hindrance::NobodyNominatedYou)?;
        if mandate.agreed {
            return Err(Hindrance::DoneAlready);
        }
        self.log(Deed::Agreed { mandate: number });
        Ok(())
    }

    pub(super) fn object(&mut self, whom: Option<&Whom>) -> Granted {
        let me = self.participant()?;
        let (number, mandate) = self.nomination(whom)?;
        let open = mandate
            .objections_until
            .is_some_and(|until| self.now < until);
        if !open || self.vote_on(&Question::Seat(number)).is_some() {
            let name = self.name(&mandate.who.member);
            return Err(Hindrance::NoObjectionNow(name));
        }
        if mandate.objectors.iter().any(|by| self.are_one(by, &me)) {
            return Err(Hindrance::DoneAlready);
        }
        self.log(Deed::Objected {
            mandate: number,
            by: me,
        });
        Ok(())
    }

    pub(super) fn resign(&mut self) -> Granted {
        let delegates = self.moderation.delegates(self.now).count();
        let not_mine = Hindrance::NotYours { delegates };
        let me = self.me().ok_or(Hindrance::WhomAsked)?;
        let mine = self
            .moderation
            .mandate_of(self.now, self.known.persons, &me.member);
        // Whoever is only nominated can think better of it, too.
        let nominated = || self.nomination_of(&me.member).map(|(number, _)| number);
        let mine = mine.map(|(number, _)| number);
        let mandate = mine.or_else(nominated).ok_or(not_mine)?;
        self.log(Deed::Left {
            mandate,
            why: Leaving::Resigned,
        });
        Ok(())
    }

    pub(super) fn recall(&mut self, whom: Option<&Whom>, reason: Option<&Reason>) -> Granted {
        let me = self.participant()?;
        let who = self.person(whom)?;
        let found = self
            .moderation
            .mandate_of(self.now, self.known.persons, &who.member);
        let found = found.map(|(number, _)| number);
        let number = found.ok_or_else(|| Hindrance::NoDelegate(self.name(&who.member)))?;
        if self.is_recall_voted(&who) {
            return Err(Hindrance::RecallVoted(self.name(&who.member)));
        }
        if self.recallers(&who).any(|by| self.are_one(by, &me)) {
            return Err(Hindrance::DoneAlready);
        }
        let reason = reason.ok_or(Hindrance::ReasonAsked)?.text.clone();
        self.log(Deed::Recalled {
            mandate: number,
            by: me,
            reason,
        });
        Ok(())
    }

    pub(super) fn vote(&mut self, vote: Option<u32>, yes: bool) -> Granted {
        let me = self.me().ok_or(Hindrance::WhichVote)?;
        let open: Vec<u32> = self
            .moderation
            .votes()
            .iter()
            .filter(|(_, vote)| vote.passed.is_none() && self.now < vote.until)
            .map(|(number, _)| *number)
            .collect();
        let number = match (vote, &open[..]) {
            (Some(number), _) if open.contains(&number) => number,
            (Some(number), _) => return Err(Hindrance::NoSuchVote(number)),
            (None, [only]) => *only,
            (None, _) => return Err(Hindrance::WhichVote),
        };
        let roll = &self.moderation.votes()[&number].roll;
        let linked = self.known.persons.linked(&me.member);
        let accounts = linked.into_iter().chain([&me.member]);
        // Whoever stands on it with both accounts, since they linked them later, votes as the first of them.
        let by = accounts.filter(|account| roll.contains(*account)).min();
        let by = by.ok_or(Hindrance::NotOnRoll)?.clone();
        if self.moderation.votes()[&number].cast.get(&by) == Some(&yes) {
            return Err(Hindrance::DoneAlready);
        }
        self.log(Deed::Voted {
            vote: number,
            by,
            yes,
        });
        Ok(())
    }

    pub(super) fn declare(&mut self, organisation: Option<&str>, official: bool) -> Granted {
        let me = self.voter()?;
        let organisation = organisation.unwrap_or_default().to_owned();
        let before = self.moderation.organisation(&me.member);
        let same = before.map_or(organisation.is_empty(), |before| {
            before.name == organisation && before.official == official
        });
        if same {
            return Err(Hindrance::SoAlready);
        }
        self.log(Deed::Declared {
            by: me,
            official: official && !organisation.is_empty(),
            organisation,
        });
        Ok(())
    }

    pub(super) fn change(&mut self, rule: Rule, value: u32) -> Granted {
        self.delegate(None)?;
        let value = value.clamp(rule.least(), rule.most());
        if self.moderation.charter().of(rule) == value {
            return Err(Hindrance::SoAlready);
        }
        let mut votes = self.moderation.votes().iter();
        let open = votes.find(|(_, vote)| {
            vote.passed.is_none() && matches!(vote.on, Question::Rule(other, _) if other == rule)
        });
        match open {
            Some((number, _)) => Err(Hindrance::RuleVoted(*number)),
            None => self.open_vote(Question::Rule(rule, value), Enough::GREAT_QUORUM),
        }
    }

    /// Who can vote now, and how many have to; or that so few take part that no vote could count.
    pub(super) fn voters(&self, quorum: Enough) -> Result<(BTreeSet<MemberId>, u32), Hindrance> {
        let count = |people: usize| u32::try_from(people).unwrap_or(u32::MAX);
        let roll = self.theme.participants(self.now, self.known);
        let needed = count(quorum.of(roll.len()));
        let can = count(roll.len());
        match can < needed {
            true => Err(Hindrance::TooFewToVote { can, needed }),
            false => Ok((roll, needed)),
        }
    }

    /// Puts something to the vote of all who take part now, if such a vote can count.
    pub(super) fn open_vote(&mut self, on: Question, quorum: Enough) -> Granted {
        let (roll, quorum) = self.voters(quorum)?;
        let by = match on {
            Question::Case(_) | Question::Rule(..) => self.me(),
            Question::Seat(_) | Question::Recall(_) | Question::Appeal(_) => None,
        };
        let vote = self.moderation.votes().len();
        let vote = u32::try_from(vote).unwrap_or(u32::MAX) + 1;
        let hours = self.moderation.charter().of(Rule::VoteHours);
        let roll: Vec<MemberId> = roll.into_iter().collect();
        let (first, more) = roll.split_at(roll.len().min(IN_ONE_ENTRY));
        self.log(Deed::VoteOpened {
            vote,
            on,
            by,
            roll: first.to_vec(),
            quorum,
            until: self.now.plus_hours(hours),
        });
        for more in more.chunks(IN_ONE_ENTRY) {
            let roll = more.to_vec();
            self.log(Deed::Enrolled { vote, roll });
        }
        Ok(())
    }

    /// The open vote on something.
    pub(super) fn vote_on(&self, on: &Question) -> Option<u32> {
        let mut votes = self.moderation.votes().iter();
        votes
            .find(|(_, vote)| vote.on == *on && vote.passed.is_none())
            .map(|(number, _)| *number)
    }

    /// Who asks, if they take part long enough; while the theme is young, if they have spoken here.
    fn voter(&self) -> Result<Party, Hindrance> {
        let me = self.me().ok_or(Hindrance::Newcomer)?;
        let spoke = self.theme.seen.contains_key(&me.member);
        match self.is_participant(&me.member) || self.is_young() && spoke {
            true => Ok(me),
            false => match self.is_facilitator(&me.member) && self.is_young() {
                true => Ok(me),
                false => Err(Hindrance::Newcomer),
            },
        }
    }

    /// Who asks, if they take part long enough.
    pub(super) fn participant(&self) -> Result<Party, Hindrance> {
        let me = self.me().ok_or(Hindrance::Newcomer)?;
        match self.is_participant(&me.member) {
            true => Ok(me),
            false => Err(Hindrance::Newcomer),
        }
    }

    /// The nomination that somebody means: of whom they name, or the only one.
    fn nomination(&self, whom: Option<&Whom>) -> Result<(u32, Mandate), Hindrance> {
        let said = self.said();
        let answers = said.is_some_and(|said| {
            let author = said.about.as_ref().map(|about| &about.author);
            matches!(author, Some(Some(_)))
        });
        if whom.is_none() && !answers {
            let all = self.moderation.mandates().iter();
            let mut open = all.filter(|(_, mandate)| mandate.is_nomination());
            return match (open.next(), open.next()) {
                (Some((number, mandate)), None) => Ok((*number, mandate.clone())),
                _ => Err(Hindrance::WhomAsked),
            };
        }
        let who = self.person(whom)?;
        self.nomination_of(&who.member)
            .ok_or_else(|| Hindrance::NotNominated(self.name(&who.member)))
    }

    fn nomination_of(&self, member: &MemberId) -> Option<(u32, Mandate)> {
        let mut all = self.moderation.mandates().iter();
        let found = all.find(|(_, mandate)| {
            mandate.is_nomination() && self.known.persons.are_one(&mandate.who.member, member)
        });
        found.map(|(number, mandate)| (*number, mandate.clone()))
    }

    /// Whether a mandate ends so soon that its renewal can begin.
    fn ends_soon(&self, who: &Party) -> bool {
        let found = self
            .moderation
            .mandate_of(self.now, self.known.persons, &who.member);
        let until = found.and_then(|(_, mandate)| mandate.seated);
        until.is_some_and(|(_, until)| until <= self.now.plus_hours(24 * 14))
    }

    /// Who wants that somebody moderates no more, since that was last voted on: it follows the person from one mandate to the next.
    pub(super) fn recallers(&self, who: &Party) -> impl Iterator<Item = &Party> {
        let votes = self.recall_votes(who).map(|vote| vote.since);
        let voted = votes.max().unwrap_or_default();
        let days = self.moderation.charter().of(Rule::RecallDays);
        let since = self.now.0 - i64::from(days) * DAY;
        let theirs = self.mandates_of(who).flat_map(|(_, it)| &it.recallers);
        theirs
            .filter(move |(_, at)| at.0 >= since && *at > voted)
            .map(|(by, _)| by)
    }

    /// All mandates and nominations that somebody has or had.
    pub(super) fn mandates_of(&self, who: &Party) -> impl Iterator<Item = (u32, &Mandate)> {
        let all = self.moderation.mandates().iter();
        let theirs = all.filter(move |(_, mandate)| self.are_one(&mandate.who, who));
        theirs.map(|(number, mandate)| (*number, mandate))
    }

    /// The votes on whether somebody goes on moderating.
    fn recall_votes(&self, who: &Party) -> impl Iterator<Item = &Vote> {
        let votes = self.moderation.votes().values();
        votes.filter(move |vote| {
            let Question::Recall(mandate) = vote.on else {
                return false;
            };
            let mandate = self.moderation.mandates().get(&mandate);
            mandate.is_some_and(|mandate| self.are_one(&mandate.who, who))
        })
    }

    pub(super) fn is_recall_voted(&self, who: &Party) -> bool {
        self.recall_votes(who).any(|vote| vote.passed.is_none())
    }

    /// For how many days yet nobody nominates again whom the community has just not wanted.
    fn not_again_for(&self, who: &Party) -> Option<u32> {
        let unwanted = self.mandates_of(who).filter_map(|(_, it)| match it.over? {
            (Leaving::Recalled | Leaving::Rejected | Leaving::Objected, at) => Some(at),
            _ => None,
        });
        // Whoever resigned meanwhile, too.
        let recalled = self
            .recall_votes(who)
            .filter(|vote| vote.passed == Some(true));
        let last = unwanted.chain(recalled.map(|vote| vote.until)).max()?;
        let again = last.plus_hours(24 * DAYS_UNWANTED);
        let days = (again.0 - self.now.0 + DAY - 1) / DAY;
        u32::try_from(days).ok().filter(|days| *days > 0)
    }
}
