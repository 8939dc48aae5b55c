//! Appeals: what somebody says against what was decided about them goes to people who had no part in it.

use super::{Draft, Granted};
use crate::moderation::{
    Appeal, Case, CaseStanding, Deed, Ending, Enough, Hindrance, Measure, Question, Rule, draw,
};
use crate::{MemberId, Party};

/// So many decide on an appeal.
const PANEL: usize = 3;
/// As many of them who agree are enough.
const ENOUGH: usize = 2;

impl Draft<'_> {
    pub(super) fn appeal(&mut self, case: Option<u32>, text: Option<&str>) -> Granted {
        let me = self.me().ok_or(Hindrance::NothingToAppeal)?;
        let (number, case) = self.case_against(case, &me)?;
        if case.appeal.is_some() {
            return Err(Hindrance::AppealedAlready(number));
        }
        let text = text.ok_or(Hindrance::AppealAsked(number))?.to_owned();
        let (mut panel, candidates) = self.judges_of(&case, &me);
        // One alone could not agree with anybody: then the theme decides, where enough people take part in it.
        let few = panel.len() + candidates.len() < ENOUGH;
        let voted = few && self.voters(Enough::QUORUM).is_ok();
        let seed = (&self.moderation.log().1, self.now);
        panel.extend(draw(seed, &candidates, PANEL - panel.len()));
        if voted {
            panel.clear();
        }
        let rule = match voted {
            true => Rule::VoteHours,
            false => Rule::AppealHours,
        };
        let until = self.now.plus_hours(self.moderation.charter().of(rule));
        self.log(Deed::Appealed {
            case: number,
            by: me,
            text,
            candidates,
            panel: panel.clone(),
            voted,
            until,
        });
        self.whisper_last(panel);
        match voted {
            true => self.open_vote(Question::Appeal(number), Enough::QUORUM),
            false => Ok(()),
        }
    }

    /// Somebody of the panel decides.
    pub(super) fn judge(&mut self, case: Option<u32>, reverse: bool) -> Granted {
        let me = self.me().ok_or(Hindrance::WhichCase)?;
        let mine = |case: &Case| {
            case.open_appeal()
                .and_then(|appeal| appeal.panel.iter().find(|judge| self.are_one(judge, &me)))
                .cloned()
        };
        let (number, case) = match case {
            Some(number) => {
                let case = self.moderation.cases().get(&number);
                (number, case.ok_or(Hindrance::NoSuchCase(number))?)
            }
            None => {
                let cases = self.moderation.cases().iter();
                let mut waiting = cases.filter(|(_, case)| mine(case).is_some());
                match (waiting.next(), waiting.next()) {
                    (Some((number, case)), None) => (*number, case),
                    _ => return Err(Hindrance::WhichCase),
                }
            }
        };
        if !case.is_open() && case.open_appeal().is_none() {
            return Err(Hindrance::CaseOver(number));
        }
        let by = mine(case).ok_or(Hindrance::NotOnPanel(number))?;
        if !self.may_judge(&by.member) {
            return Err(Hindrance::MandateOver(number));
        }
        let appellant = case.appeal.as_ref().map(|appeal| &appeal.by.member);
        let did = case.by.iter().any(|other| self.are_one(other, &by));
        // They may have taken part since they were drawn.
        if did || appellant.is_some_and(|appellant| self.was_part(&by.member, appellant)) {
            return Err(Hindrance::PartOfIt);
        }
        let judged = case.appeal.as_ref().map(|appeal| &appeal.judged);
        if judged.and_then(|judged| judged.get(&by.member)) == Some(&reverse) {
            return Err(Hindrance::DoneAlready);
        }
        self.log(Deed::Judged {
            case: number,
            by,
            reverse,
        });
        Ok(())
    }

    /// Whether whoever was drawn still is what they were drawn as: one who moderates, somewhere, or a facilitator.
    fn may_judge(&self, member: &MemberId) -> bool {
        self.is_delegate(member)
            || self.is_delegate_elsewhere(member)
            || self.is_facilitator(member)
    }

    /// Two who agree decide, or all. When the time is over more of those who decided do; and what nobody stands by ends.
    pub(super) fn settle_appeal(&mut self, number: u32) {
        let case = self.moderation.cases()[&number].clone();
        let Some(appeal) = case.open_appeal().filter(|appeal| !appeal.voted) else {
            return;
        };
        let (reverse, keep) = appeal.count();
        let decided = match () {
            () if reverse >= ENOUGH => Some(false),
            () if keep >= ENOUGH => Some(true),
            // What a vote decided is not undone by nobody's answer.
            () if appeal.until <= self.now && self.needs_vote(&case) => Some(keep >= reverse),
            () if appeal.until <= self.now => Some(keep > reverse),
            () if reverse + keep == appeal.panel.len() && reverse + keep > 0 => {
                Some(keep > reverse)
            }
            () => None,
        };
        if let Some(upheld) = decided {
            self.close_appeal(number, upheld);
        }
    }

    pub(super) fn close_appeal(&mut self, number: u32, upheld: bool) {
        let appeal = self.moderation.cases().get(&number);
        let Some(appeal) = appeal.and_then(|case| case.appeal.clone()) else {
            return;
        };
        self.log(Deed::AppealClosed {
            case: number,
            upheld,
        });
        let open = self
            .moderation
            .cases()
            .get(&number)
            .is_some_and(Case::is_open);
        if !upheld && open {
            self.log(Deed::Over {
                case: number,
                why: Ending::Reversed,
                by: who_reversed(&appeal),
            });
        }
        // Whoever is out hears it, too.
        self.whisper_last([appeal.by]);
    }

    /// The case that somebody means against which they can appeal: it is about them, and holds.
    fn case_against(&self, number: Option<u32>, me: &Party) -> Result<(u32, Case), Hindrance> {
        let fits = |case: &Case| {
            let of_me = |member| self.known.persons.are_one(member, &me.member);
            let kind = matches!(
                case.measure,
                Measure::Hide { .. } | Measure::Mute(_) | Measure::Suspend(_)
            );
            let holds = matches!(case.standing, CaseStanding::InForce { .. }) && !case.native;
            kind && holds && case.accounts().any(of_me)
        };
        let cases = self.moderation.cases();
        if let Some(number) = number {
            let case = cases.get(&number).ok_or(Hindrance::NoSuchCase(number))?;
            return match (case.is_open(), fits(case)) {
                (false, _) => Err(Hindrance::CaseOver(number)),
                (true, false) => Err(Hindrance::NotYourCase(number)),
                (true, true) => Ok((number, case.clone())),
            };
        }
        let mine: Vec<_> = cases.iter().filter(|(_, case)| fits(case)).collect();
        match mine[..] {
            [] => Err(Hindrance::NothingToAppeal),
            [(number, case)] => Ok((*number, case.clone())),
            _ => {
                let numbers = mine.iter().map(|(number, _)| **number);
                Err(Hindrance::WhichAppeal(numbers.collect()))
            }
        }
    }

    /// Who could decide, of those who had no part in it: delegates of other themes; where these are too few, those of this one;
    /// then facilitators. First those who do in any case, and then among whom the others are drawn.
    fn judges_of(&self, case: &Case, me: &Party) -> (Vec<Party>, Vec<Party>) {
        let free = |party: &Party| {
            let of_them = |other: &Party| self.are_one(other, party);
            !self.was_part(&party.member, &me.member) && !case.by.iter().any(of_them)
        };
        let here = self.moderation.delegates(self.now);
        let here = here.map(|(_, mandate)| mandate.who.clone());
        let facilitators = self.known.trusted.facilitators.keys().cloned();
        let facilitators = facilitators.map(|member| self.party(member));
        let mut sure: Vec<Party> = Vec::new();
        for others in [
            self.delegates_elsewhere().collect(),
            here.collect(),
            facilitators.collect::<Vec<Party>>(),
        ] {
            let mut more: Vec<Party> = Vec::new();
            for party in others.into_iter().filter(free) {
                let known = |other: &Party| self.are_one(other, &party);
                if !sure.iter().chain(&more).any(known) {
                    more.push(party);
                }
            }
            if sure.len() + more.len() > PANEL {
                return (sure, more);
            }
            sure.extend(more);
        }
        (sure, Vec::new())
    }
}

/// Those of the panel who decided that the case ends.
fn who_reversed(appeal: &Appeal) -> Vec<Party> {
    let panel = appeal.panel.iter();
    panel
        .filter(|judge| appeal.judged.get(&judge.member) == Some(&true))
        .cloned()
        .collect()
}
