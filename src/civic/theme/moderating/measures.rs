//! What is done about messages, people and the whole theme, by how many, for how long at most.

use super::cases::Wanted;
use super::{DAY, Draft, Granted};
use crate::moderation::{
    Case, CaseStanding, Category, Deed, Ending, Enforcement, Hindrance, Measure, Reach, Reason,
    Rule, Whom,
};
use crate::{MemberId, Party};

/// As many participants move a tangent as one delegate does.
const FLAGS: usize = 3;
/// Off topic is a reason only after so many pointers within so long, in milliseconds.
const POINTERS: u32 = 2;
const MONTH: i64 = 30 * DAY;
/// So many minutes has an hour.
pub(super) const HOUR: u32 = 60;

/// How long something is to last, and whether one delegate alone can have it so.
#[derive(Clone, Copy)]
pub(super) struct Length {
    pub(super) minutes: u32,
    pub(super) alone: bool,
}

impl Draft<'_> {
    pub(super) fn redirect(&mut self) -> Granted {
        let said = self.said().ok_or(Hindrance::MessageAsked)?;
        let about = said.about.as_ref().ok_or(Hindrance::MessageAsked)?;
        let author = about.author.clone().ok_or(Hindrance::NotAPersons)?;
        let message = about.message;
        let measure = Measure::Redirect {
            message,
            author: author.clone(),
        };
        if self.open_case(&measure).is_some() || self.theme.is_debated(about) {
            return Err(Hindrance::SoAlready);
        }
        let me = said.by();
        if let Ok(me) = self.delegate(None) {
            self.move_tangent((message, author), vec![me]);
            return Ok(());
        }
        self.participant()?;
        let mut flags = self.moderation.flags_of(message);
        if flags.iter().any(|by| self.are_one(by, &me)) {
            return Err(Hindrance::DoneAlready);
        }
        flags.push(me.clone());
        self.log(Deed::Flagged { message, by: me });
        if self.different(&flags) >= FLAGS {
            self.move_tangent((message, author), flags);
        }
        Ok(())
    }

    /// Who pointed something out does so no more.
    pub(super) fn unflag(&mut self) {
        let said = self.said();
        let Some((said, about)) = said.and_then(|said| Some((said, said.about.as_ref()?))) else {
            return;
        };
        let (me, message) = (said.by(), about.message);
        if self.moderation.flags_of(message).contains(&me) {
            self.log(Deed::Unflagged { message, by: me });
        }
    }

    pub(super) fn pause(&mut self, minutes: Option<u32>, reason: Option<&Reason>) -> Granted {
        let me = self.delegate(None)?;
        let reason = explained(reason)?;
        let rules = [Rule::PauseMinutes, Rule::LongPauseMinutes];
        let length = self.length(minutes, rules, 1)?;
        let wanted = Wanted {
            measure: Measure::Pause,
            category: None,
            reason: reason.text.clone(),
            length: Some(length),
            reach: Reach::Here,
        };
        self.begin(me, wanted)
    }

    pub(super) fn hide(&mut self, reason: Option<&Reason>) -> Granted {
        let said = self.said().ok_or(Hindrance::MessageAsked)?;
        let about = said.about.as_ref().ok_or(Hindrance::MessageAsked)?;
        let author = about.author.clone().ok_or(Hindrance::NotAPersons)?;
        let message = about.message;
        let me = self.delegate(Some(&author))?;
        let (category, reason) = self.justified(reason, &author)?;
        let measure = Measure::Hide { message, author };
        // On a phone the command quotes what is to be hidden.
        self.enforce_at_once(Enforcement::Hide {
            message: said.message,
        });
        let is_for_two = !category.cannot_wait() || self.is_repeated(&measure, &me);
        if is_for_two || self.open_case(&measure).is_some() {
            let wanted = Wanted {
                measure,
                category: Some(category),
                reason,
                length: None,
                reach: Reach::Here,
            };
            return self.begin(me, wanted);
        }
        let hours = self.moderation.charter().of(Rule::ConfirmationHours);
        let confirm_by = Some(self.now.plus_hours(hours));
        self.put_in_force(measure, Some(category), reason, vec![me], None, confirm_by);
        Ok(())
    }

    pub(super) fn mute(
        &mut self,
        whom: Option<&Whom>,
        minutes: Option<u32>,
        reason: Option<&Reason>,
    ) -> Granted {
        let rules = [Rule::MuteHours, Rule::LongMuteHours];
        let length = |draft: &Self| draft.length(minutes, rules, HOUR);
        self.hold_back((Measure::Mute, Reach::Here), whom, reason, length)
    }

    pub(super) fn suspend(
        &mut self,
        whom: Option<&Whom>,
        minutes: Option<u32>,
        reason: Option<&Reason>,
        reach: Reach,
    ) -> Granted {
        // Never by one alone.
        let rules = [Rule::LongSuspensionDays, Rule::LongSuspensionDays];
        let length = |draft: &Self| {
            let length = draft.length(minutes, rules, 24 * HOUR)?;
            Ok(Length {
                alone: false,
                ..length
            })
        };
        self.hold_back((Measure::Suspend, reach), whom, reason, length)
    }

    /// Keeps somebody from writing, or out, for something and for so long.
    fn hold_back(
        &mut self,
        (measure, reach): (fn(Party) -> Measure, Reach),
        whom: Option<&Whom>,
        reason: Option<&Reason>,
        length: impl Fn(&Self) -> Result<Length, Hindrance>,
    ) -> Granted {
        let who = self.subject(whom, reason)?;
        let me = self.delegate(Some(&who))?;
        let (category, reason) = self.justified(reason, &who)?;
        let mut length = length(self)?;
        // No delegate alone keeps another from deciding.
        length.alone &= !self.is_delegate(&who.member);
        let wanted = Wanted {
            measure: measure(who),
            category: Some(category),
            reason,
            length: Some(length),
            reach,
        };
        self.begin(me, wanted)
    }

    pub(super) fn confirm(&mut self, case: Option<u32>) -> Granted {
        let voted = |number: &u32| {
            let case = self.moderation.cases().get(number);
            case.is_some_and(|case| case.standing == CaseStanding::Voted)
        };
        if let Some(number) = case.filter(voted) {
            return Err(Hindrance::BeingVoted(number));
        }
        let (number, case) = self.meant_case(case, |case| match case.standing {
            CaseStanding::Asked { .. } => true,
            CaseStanding::InForce { confirm_by, .. } => confirm_by.is_some(),
            CaseStanding::Voted | CaseStanding::Over(_) => false,
        })?;
        let me = self.delegate(case.measure.about())?;
        if case.native {
            return self.adopt(number, me, None);
        }
        if case.by.iter().any(|by| self.are_one(by, &me)) {
            return Err(Hindrance::SecondNeeded(number));
        }
        self.agree_to(number, &case, (me, case.minutes))
    }

    pub(super) fn lift(&mut self, case: Option<u32>) -> Granted {
        let (number, case) = self.meant_case(case, Case::is_open)?;
        let me = match case.measure {
            Measure::Approval => self.doorkeeper()?,
            _ => self.delegate(case.measure.about())?,
        };
        if case.standing == CaseStanding::Voted {
            return Err(Hindrance::BeingVoted(number));
        }
        if case.outlawed {
            return Err(Hindrance::Outlawed(number));
        }
        if self.needs_vote(&case) {
            return Err(Hindrance::VotedIn(number));
        }
        let small = matches!(
            case.measure,
            Measure::Redirect { .. } | Measure::Focus | Measure::Pause | Measure::Approval
        );
        // Whoever asked can think better of it; another alone keeps no two from deciding.
        let asked = matches!(case.standing, CaseStanding::Asked { .. });
        let alone = small || asked && case.by.iter().any(|by| self.are_one(by, &me));
        if case.lifters.iter().any(|by| self.are_one(by, &me)) {
            return Err(Hindrance::SecondNeeded(number));
        }
        let lifters = case.lifters.iter();
        let mut by: Vec<Party> = lifters
            .filter(|by| self.may_decide(by, case.measure.about()))
            .cloned()
            .collect();
        by.push(me.clone());
        if !alone && by.len() < 2 {
            self.log(Deed::LiftAsked {
                case: number,
                by: me,
            });
            return Ok(());
        }
        self.log(Deed::Over {
            case: number,
            why: Ending::Lifted,
            by: by.clone(),
        });
        self.end_focus_without_cause(by);
        Ok(())
    }

    /// Who asks, if they can decide here: they have a living mandate and were no part of it lately; or of another theme,
    /// where fewer than two are free to decide.
    pub(super) fn delegate(&self, about: Option<&Party>) -> Result<Party, Hindrance> {
        let delegates = self.moderation.delegates(self.now).count();
        let me = self.me().ok_or(Hindrance::NotYours { delegates })?;
        let here = self.is_delegate(&me.member);
        if !here && !self.is_delegate_elsewhere(&me.member) {
            return Err(Hindrance::NotYours { delegates });
        }
        if about.is_some_and(|about| self.are_one(about, &me)) {
            return Err(Hindrance::Oneself);
        }
        if about.is_some_and(|about| self.was_part(&me.member, &about.member)) {
            return Err(Hindrance::PartOfIt);
        }
        let persons = self.known.persons;
        let mandate = self.moderation.mandate_of(self.now, persons, &me.member);
        match mandate {
            // By the account that has the mandate: this is its sign of life.
            Some((_, mandate)) => Ok(mandate.who.clone()),
            None if self.free(about) < 2 => Ok(me),
            None => Err(Hindrance::NotYours { delegates }),
        }
    }

    pub(super) fn may_decide(&self, party: &Party, about: Option<&Party>) -> bool {
        let member = &party.member;
        let here = self.is_delegate(member);
        let elsewhere = || self.is_delegate_elsewhere(member) && self.free(about) < 2;
        let part = about.is_some_and(|about| self.was_part(member, &about.member));
        !part && (here || elsewhere())
    }

    /// How many of the theme's delegates are free to decide about somebody.
    fn free(&self, about: Option<&Party>) -> usize {
        let delegates = self.moderation.delegates(self.now);
        let free = delegates.filter(|(_, mandate)| {
            about.is_none_or(|about| !self.was_part(&mandate.who.member, &about.member))
        });
        free.count()
    }

    /// For what, and why.
    pub(super) fn justified(
        &self,
        reason: Option<&Reason>,
        who: &Party,
    ) -> Result<(Category, String), Hindrance> {
        let reason = explained(reason)?;
        let category = reason.category.ok_or(Hindrance::CategoryAsked)?;
        let so_far = self.pointers(&who.member);
        if category == Category::OffTopic && so_far < POINTERS {
            return Err(Hindrance::PointersFirst { so_far });
        }
        Ok((category, reason.text.clone()))
    }

    /// How often somebody's messages were moved lately.
    fn pointers(&self, member: &MemberId) -> u32 {
        let cases = self.moderation.cases().values();
        let theirs = cases.filter(|case| {
            let moved = matches!(case.measure, Measure::Redirect { .. });
            let stands = !matches!(case.standing, CaseStanding::Over(_));
            let about = case.measure.about();
            let persons = self.known.persons;
            let lately = self.now.0 - case.since.0 < MONTH;
            moved
                && stands
                && lately
                && about.is_some_and(|who| persons.are_one(&who.member, member))
        });
        u32::try_from(theirs.count()).unwrap_or(u32::MAX)
    }

    /// How long it is to last; `rules` are what one delegate may do, and what is possible at most, in so many minutes each.
    fn length(
        &self,
        minutes: Option<u32>,
        rules: [Rule; 2],
        unit: u32,
    ) -> Result<Length, Hindrance> {
        let [alone, most] = rules.map(|rule| {
            let most = self.moderation.charter().of(rule);
            most.saturating_mul(unit)
        });
        let minutes = minutes.filter(|minutes| *minutes > 0);
        let minutes = minutes.ok_or(Hindrance::LengthAsked { most })?;
        match minutes > most {
            true => Err(Hindrance::TooLong { most }),
            false => Ok(Length {
                minutes,
                alone: minutes <= alone,
            }),
        }
    }
}

/// Why: nothing is done without, and nothing for what somebody thinks.
pub(super) fn explained(reason: Option<&Reason>) -> Result<&Reason, Hindrance> {
    let reason = reason.ok_or(Hindrance::ReasonAsked)?;
    match reason.protected {
        Some(protected) => Err(Hindrance::Protected(protected)),
        None => Ok(reason),
    }
}
