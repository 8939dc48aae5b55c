//! How moderation changes: by the entries of its log.

use super::category::Category;
use super::deed::Deed;
use super::log::Entry;
use super::measure::{Ending, Measure, Reach};
use super::question::Question;
use super::report::{Appeal, Report};
use super::{Case, CaseStanding, Mandate, Moderation, Organisation, Vote};
use crate::{Party, Timestamp};

impl Moderation {
    /// The entry that says this next.
    pub fn next_entry(&self, at: Timestamp, deed: Deed) -> Entry {
        Entry {
            number: self.entries + 1,
            prev: self.head,
            at,
            deed,
        }
    }

    /// Takes an entry over. Decides nothing; what is taken over already changes nothing.
    pub fn apply(&mut self, entry: &Entry) {
        if entry.number <= self.entries {
            return;
        }
        self.entries = entry.number;
        self.head = entry.hash();
        self.take(entry.at, &entry.deed);
    }

    fn take(&mut self, at: Timestamp, deed: &Deed) {
        match deed {
            Deed::Declared {
                by,
                organisation,
                official,
            } => {
                let said = Organisation {
                    name: organisation.clone(),
                    official: *official,
                };
                match organisation.is_empty() {
                    true => self.organisations.remove(&by.member),
                    false => self.organisations.insert(by.member.clone(), said),
                };
            }
            Deed::Nominated { mandate, who, by } => {
                self.mandates.insert(*mandate, nominated(at, who, by));
            }
            Deed::Seconded { mandate, by } => {
                self.mandate(*mandate, |mandate| mandate.seconders.push(by.clone()));
            }
            Deed::Countersigned { mandate, .. } => {
                self.mandate(*mandate, |mandate| mandate.countersigned = true);
            }
            Deed::Agreed { mandate } => self.mandate(*mandate, |mandate| mandate.agreed = true),
            Deed::Announced { mandate, until } => {
                self.mandate(*mandate, |mandate| mandate.objections_until = Some(*until));
            }
            Deed::Objected { mandate, by } => {
                self.mandate(*mandate, |mandate| mandate.objectors.push(by.clone()));
            }
            Deed::Seated { mandate, until } => self.mandate(*mandate, |mandate| {
                mandate.seated = Some((at, *until));
                mandate.last_act = at;
            }),
            Deed::Left { mandate, why } => {
                self.mandate(*mandate, |mandate| mandate.over = Some((*why, at)));
            }
            Deed::Recalled { mandate, by, .. } => self.mandate(*mandate, |mandate| {
                mandate.recallers.push((by.clone(), at));
            }),
            Deed::VoteOpened {
                vote,
                on,
                by,
                roll,
                quorum,
                until,
            } => {
                by.iter().for_each(|by| self.acted(at, by));
                if let Question::Case(case) = on {
                    self.case(*case, at, |case| {
                        case.standing = CaseStanding::Voted;
                        case.by.extend(by.clone());
                    });
                }
                if let Question::Recall(mandate) = on {
                    self.mandate(*mandate, |mandate| mandate.recallers.clear());
                }
                let vote_opened = Vote {
                    on: on.clone(),
                    roll: roll.iter().cloned().collect(),
                    quorum: *quorum,
                    since: at,
                    until: *until,
                    cast: Default::default(),
                    passed: None,
                };
                self.votes.insert(*vote, vote_opened);
            }
            Deed::Enrolled { vote, roll } => {
                if let Some(vote) = self.votes.get_mut(vote) {
                    vote.roll.extend(roll.iter().cloned());
                }
            }
            Deed::Voted { vote, by, yes } => {
                if let Some(vote) = self.votes.get_mut(vote) {
                    vote.cast.insert(by.clone(), *yes);
                }
            }
            Deed::VoteClosed { vote, passed, .. } => {
                if let Some(vote) = self.votes.get_mut(vote) {
                    vote.passed = Some(*passed);
                }
            }
            Deed::Wave { .. } => self.wave = Some(at),
            Deed::Admitted { by, .. } => self.acted(at, by),
            Deed::RuleChanged { rule, value } => self.charter.set(*rule, *value),
            Deed::Flagged { message, by } => {
                self.flags.entry(*message).or_default().insert(by.clone());
            }
            Deed::Unflagged { message, by } => {
                if let Some(flags) = self.flags.get_mut(message) {
                    flags.remove(by);
                }
            }
            Deed::Asked {
                case,
                measure,
                category,
                reason,
                by,
                minutes,
                until,
                reach,
            } => {
                let asked = Case {
                    category: *category,
                    reason: reason.clone(),
                    by: vec![by.clone()],
                    minutes: *minutes,
                    reach: *reach,
                    ..begun(at, measure, CaseStanding::Asked { until: *until })
                };
                self.cases.insert(*case, asked);
                self.acted(at, by);
            }
            Deed::Brought {
                case,
                measure,
                category,
                reason,
                by,
                minutes,
                theme,
                theirs,
            } => {
                let brought = Case {
                    category: *category,
                    reason: reason.clone(),
                    by: vec![by.clone()],
                    minutes: *minutes,
                    brought: Some((theme.clone(), *theirs)),
                    ..begun(at, measure, CaseStanding::Voted)
                };
                self.cases.insert(*case, brought);
            }
            Deed::InForce {
                case,
                measure,
                category,
                reason,
                by,
                until,
                also,
                confirm_by,
            } => {
                let standing = CaseStanding::InForce {
                    until: *until,
                    confirm_by: *confirm_by,
                };
                let before = self.cases.remove(case);
                let before = before.unwrap_or_else(|| begun(at, measure, standing));
                let in_force = Case {
                    also: also.clone(),
                    category: *category,
                    reason: reason.clone(),
                    by: by.clone(),
                    minutes: before.minutes,
                    reach: before.reach,
                    brought: before.brought,
                    ..begun(at, measure, standing)
                };
                self.cases.insert(*case, in_force);
                by.iter().for_each(|by| self.acted(at, by));
            }
            Deed::Native {
                case,
                measure,
                by,
                until,
                also,
                ..
            } => {
                let standing = CaseStanding::InForce {
                    until: None,
                    confirm_by: Some(*until),
                };
                let done = Case {
                    also: also.clone(),
                    by: vec![by.clone()],
                    native: true,
                    ..begun(at, measure, standing)
                };
                self.cases.insert(*case, done);
            }
            Deed::Outlawed {
                case,
                measure,
                reason,
            } => {
                let standing = CaseStanding::InForce {
                    until: None,
                    confirm_by: None,
                };
                let taken_out = Case {
                    category: Some(Category::Illegal),
                    reason: reason.clone(),
                    outlawed: true,
                    ..begun(at, measure, standing)
                };
                self.cases.insert(*case, taken_out);
            }
            Deed::Explained {
                case,
                category,
                reason,
                by,
                minutes,
            } => {
                self.acted(at, by);
                let since = self.cases.get(case).map_or(at, |case| case.since);
                self.case(*case, since, |case| {
                    case.category = *category;
                    case.reason.clone_from(reason);
                    case.minutes = minutes.or(case.minutes);
                    if !case.by.contains(by) {
                        case.by.push(by.clone());
                    }
                });
            }
            Deed::Confirmed { case, by } => {
                self.acted(at, by);
                self.case(*case, at, |case| {
                    case.by.push(by.clone());
                    if let CaseStanding::InForce { confirm_by, .. } = &mut case.standing {
                        *confirm_by = None;
                    }
                });
            }
            Deed::LiftAsked { case, by } => {
                self.acted(at, by);
                let since = self.cases.get(case).map(|case| case.since);
                let since = since.unwrap_or(at);
                self.case(*case, since, |case| case.lifters.push(by.clone()));
            }
            Deed::Reported {
                report,
                about,
                category,
                owner,
                until,
            } => {
                let made = Report {
                    about: *about,
                    category: *category,
                    owner: owner.clone(),
                    had: Vec::new(),
                    since: at,
                    until: *until,
                    outcome: None,
                };
                self.reports.insert(*report, made);
            }
            Deed::ReportPassed {
                report,
                owner,
                until,
            } => self.report(*report, |report| {
                let before = report.owner.replace(owner.clone());
                report.had.extend(before);
                report.until = *until;
            }),
            Deed::ReportClosed {
                report,
                outcome,
                by,
                ..
            } => {
                self.report(*report, |report| report.outcome = Some((*outcome, at)));
                by.iter().for_each(|by| self.acted(at, by));
            }
            Deed::Appealed {
                case,
                by,
                panel,
                voted,
                until,
                ..
            } => self.change_case(*case, |case| {
                case.appeal = Some(Appeal {
                    by: by.clone(),
                    panel: panel.clone(),
                    voted: *voted,
                    judged: Default::default(),
                    until: *until,
                    upheld: None,
                });
            }),
            Deed::Judged { case, by, reverse } => self.appeal(*case, |appeal| {
                appeal.judged.insert(by.member.clone(), *reverse);
            }),
            Deed::AppealClosed { case, upheld } => {
                self.appeal(*case, |appeal| appeal.upheld = Some(*upheld));
            }
            Deed::Over { case, why, by } => {
                if *why != Ending::PutToVote {
                    self.case(*case, at, |case| case.standing = CaseStanding::Over(*why));
                }
                by.iter().for_each(|by| self.acted(at, by));
            }
        }
    }

    fn mandate(&mut self, number: u32, change: impl FnOnce(&mut Mandate)) {
        let found = self.mandates.get_mut(&number);
        if let Some(mandate) = found.filter(|mandate| mandate.over.is_none()) {
            change(mandate);
        }
    }

    fn report(&mut self, number: u32, change: impl FnOnce(&mut Report)) {
        let found = self.reports.get_mut(&number);
        if let Some(report) = found.filter(|report| report.is_open()) {
            change(report);
        }
    }

    fn appeal(&mut self, case: u32, change: impl FnOnce(&mut Appeal)) {
        self.change_case(case, |case| case.appeal.as_mut().map_or((), change));
    }

    fn change_case(&mut self, number: u32, change: impl FnOnce(&mut Case)) {
        if let Some(case) = self.cases.get_mut(&number) {
            change(case);
        }
    }

    fn case(&mut self, number: u32, since: Timestamp, change: impl FnOnce(&mut Case)) {
        let found = self.cases.get_mut(&number);
        if let Some(case) = found.filter(|case| case.is_open()) {
            case.since = since;
            change(case);
        }
    }

    /// A delegate has shown a sign of life.
    fn acted(&mut self, at: Timestamp, by: &Party) {
        let theirs = self.mandates.values_mut();
        for mandate in theirs.filter(|mandate| mandate.who.member == by.member) {
            mandate.last_act = mandate.last_act.max(at);
        }
    }
}

fn begun(at: Timestamp, measure: &Measure, standing: CaseStanding) -> Case {
    Case {
        measure: measure.clone(),
        also: None,
        category: None,
        reason: String::new(),
        by: Vec::new(),
        minutes: None,
        reach: Reach::Here,
        brought: None,
        since: at,
        standing,
        held: matches!(standing, CaseStanding::InForce { .. }),
        native: false,
        outlawed: false,
        lifters: Vec::new(),
        appeal: None,
    }
}

fn nominated(at: Timestamp, who: &Party, by: &Party) -> Mandate {
    Mandate {
        who: who.clone(),
        nominated_by: by.clone(),
        since: at,
        seconders: Vec::new(),
        countersigned: false,
        agreed: false,
        objections_until: None,
        objectors: Vec::new(),
        seated: None,
        recallers: Vec::new(),
        last_act: at,
        over: None,
    }
}
