//! What is decided step by step: each step is logged, told and enforced, and the next one sees what it changed.

use std::collections::BTreeSet;

use super::shown::logged;
use crate::moderation::{
    Case, CaseStanding, Deed, Ending, Enforcement, Entry, Leaving, Logged, Measure, Moderation,
    Outcome, Rule,
};
use crate::theme::asking::Ask;
use crate::theme::{Effect, Known, Leg, Record, Said, Theme};
use crate::{Language, MemberId, Notice, Party, Timestamp};

/// A decision that is being made.
pub(in crate::theme) struct Draft<'a> {
    pub(super) theme: &'a Theme,
    pub(super) now: Timestamp,
    pub(super) known: &'a Known<'a>,
    /// What was said, and in which language; none for what falls due by itself.
    asked: Option<(&'a Said, Option<Language>)>,
    /// Whether whoever asks is answered alone.
    pub(super) alone: bool,
    /// As it is after the steps so far.
    pub(super) moderation: Moderation,
    entries: Vec<Entry>,
    effects: Vec<Effect>,
}

impl<'a> Draft<'a> {
    pub(super) fn of(ask: &'a Ask<'a>) -> Self {
        let asked = Some((ask.said, ask.language));
        Self {
            asked,
            ..Self::at(ask.theme, ask.now, ask.known)
        }
    }

    pub(super) fn at(theme: &'a Theme, now: Timestamp, known: &'a Known<'a>) -> Self {
        Self {
            theme,
            now,
            known,
            asked: None,
            alone: false,
            moderation: theme.moderation.clone(),
            entries: Vec::new(),
            effects: Vec::new(),
        }
    }

    pub(super) fn said(&self) -> Option<&'a Said> {
        self.asked.map(|(said, _)| said)
    }

    /// Who asks. What falls due is asked by nobody, and asks for this nowhere.
    pub(super) fn me(&self) -> Option<Party> {
        self.said().map(Said::by)
    }

    pub(super) fn name(&self, member: &MemberId) -> String {
        self.known.names.of(member)
    }

    /// All that is to be done about it. What proposals say follows once from all steps.
    pub(super) fn into_effects(mut self) -> Vec<Effect> {
        let hides = |effect: &Effect| match effect {
            Effect::Enforce(enforcement) => matches!(
                enforcement,
                Enforcement::Hide { .. } | Enforcement::Restore { .. } | Enforcement::Erase { .. }
            ),
            _ => false,
        };
        if self.effects.iter().any(hides) {
            self.hold_proposals();
            self.hold_amendments();
        }
        self.effects
    }

    /// What was logged, as people read it.
    pub(super) fn logged(&self) -> Vec<Logged> {
        let entries = self.entries.iter();
        entries
            .map(|entry| logged(self.theme, &self.moderation, entry, self.known))
            .collect()
    }

    /// Does one step.
    pub(super) fn log(&mut self, deed: Deed) {
        let entry = self.moderation.next_entry(self.now, deed);
        let before = match &entry.deed {
            Deed::Over { case, .. } => self.moderation.cases().get(case).cloned(),
            _ => None,
        };
        let held = |case: Case| matches!(case.standing, CaseStanding::InForce { .. });
        let was_held = before.is_some_and(held);
        self.moderation.apply(&entry);
        self.effects
            .push(Effect::Record(Record::Moderated(entry.clone())));
        // Whoever is to be out reads why before they are.
        let parts = matches!(
            entry.deed,
            Deed::InForce {
                measure: Measure::Suspend(_),
                ..
            }
        );
        if parts {
            self.tell(&entry);
        }
        self.enforce(&entry.deed, was_held);
        if !parts {
            self.tell(&entry);
        }
        self.entries.push(entry);
    }

    /// Tells whoever asked by a command what was logged last.
    pub(super) fn answer_logged(&mut self) {
        let asked = self.asked.and_then(|(_, language)| language);
        if let (Some(language), Some(entry)) = (asked, self.entries.last()) {
            let notice = logged(self.theme, &self.moderation, entry, self.known);
            self.effects.push(Effect::Answer {
                notice: Notice::Logged(Box::new(notice)),
                language: Some(language),
            });
        }
    }

    /// Whether another case holds about the same: what one ends, the other keeps.
    fn is_held_otherwise(&self, number: u32) -> bool {
        let measure = self
            .moderation
            .cases()
            .get(&number)
            .map(|case| &case.measure);
        let other = measure.and_then(|measure| {
            self.open_case_that(measure, |case| {
                matches!(case.standing, CaseStanding::InForce { .. })
            })
        });
        other.is_some()
    }

    /// Has something done that is part of no entry.
    pub(super) fn enforce_at_once(&mut self, enforcement: Enforcement) {
        self.effects.push(Effect::Enforce(enforcement));
    }

    /// Has something done that is no step.
    pub(super) fn add(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Tells some people alone of the last step.
    pub(super) fn whisper_last(&mut self, people: impl IntoIterator<Item = Party>) {
        let Some(last) = self.logged().pop() else {
            return;
        };
        let notice = Notice::Logged(Box::new(last));
        let whispers = people.into_iter().map(|to| Effect::Whisper {
            to,
            notice: notice.clone(),
        });
        self.effects.extend(whispers);
    }

    /// Answers whoever asks, where nobody else reads it.
    pub(super) fn answer_alone(&mut self, notice: Notice) {
        let answer = self.asked.map(|(said, language)| match said.from {
            Leg::Direct(_) => Effect::Answer { notice, language },
            Leg::Room | Leg::Group(_) => Effect::Whisper {
                to: said.by(),
                notice,
            },
        });
        self.effects.extend(answer);
    }

    fn enforce(&mut self, deed: &Deed, was_held: bool) {
        let enforcement = match deed {
            Deed::Seated { .. } | Deed::Left { .. } => {
                vec![Enforcement::Powers, Enforcement::Admins]
            }
            Deed::RuleChanged {
                rule: Rule::GroupAdmins,
                ..
            } => vec![Enforcement::Admins],
            Deed::InForce { case, .. } => self.enforced(*case, true),
            Deed::Admitted { who, yes, .. } => {
                let each = who.iter().map(|party| Enforcement::Admit {
                    who: party.member.clone(),
                    on: *yes,
                });
                each.collect()
            }
            Deed::Over { case, .. } if was_held && !self.is_held_otherwise(*case) => {
                self.enforced(*case, false)
            }
            _ => Vec::new(),
        };
        let effects = enforcement.into_iter().map(Effect::Enforce);
        self.effects.extend(effects);
    }

    pub(super) fn enforced(&self, case: u32, on: bool) -> Vec<Enforcement> {
        let Some(case) = self.moderation.cases().get(&case) else {
            return Vec::new();
        };
        match &case.measure {
            Measure::Redirect { .. } | Measure::Focus => Vec::new(),
            Measure::Pause => vec![Enforcement::Powers, Enforcement::Quiet],
            Measure::Approval => vec![Enforcement::Approval],
            Measure::Mute(_) => vec![Enforcement::Powers],
            // Nothing of it is left.
            Measure::Hide { .. } if case.outlawed => Vec::new(),
            Measure::Hide { message, .. } if on => vec![Enforcement::Hide { message: *message }],
            Measure::Hide { message, author } => vec![Enforcement::Restore {
                message: *message,
                author: author.clone(),
            }],
            Measure::Suspend(_) => {
                // An account that was linked since is one of theirs, too.
                let persons = self.known.persons;
                let accounts: BTreeSet<&MemberId> = case
                    .accounts()
                    .flat_map(|member| [Some(member), persons.linked(member)])
                    .flatten()
                    .collect();
                let each = accounts.into_iter().map(|member| Enforcement::Suspend {
                    who: member.clone(),
                    on,
                });
                each.collect()
            }
        }
    }

    /// Whether it is an appeal that ends a case: that end is said instead.
    fn ends_by(&self, deed: &Deed) -> bool {
        let Deed::AppealClosed {
            case,
            upheld: false,
        } = deed
        else {
            return false;
        };
        let case = self.moderation.cases().get(case);
        case.is_some_and(Case::is_open)
    }

    /// What concerns everybody is said everywhere; of the rest whoever asked hears that it is done.
    fn tell(&mut self, entry: &Entry) {
        let Some(said_to) = said_to(&entry.deed).filter(|_| !self.ends_by(&entry.deed)) else {
            return;
        };
        let notice = Notice::Logged(Box::new(logged(
            self.theme,
            &self.moderation,
            entry,
            self.known,
        )));
        let asked = self.asked;
        match asked {
            Some(_) if self.alone => self.answer_alone(notice.clone()),
            Some((_, language)) => {
                let notice = notice.clone();
                self.effects.push(Effect::Answer { notice, language });
            }
            None => {}
        }
        // Where the answer can't be read, it is said, too.
        let alone = self.alone;
        let elsewhere = |leg: &Leg| alone || asked.is_none_or(|(said, _)| said.from != *leg);
        let legs = match said_to {
            SaidTo::Everybody => self.theme.legs().filter(elsewhere).collect(),
            SaidTo::Asker => Vec::new(),
        };
        let told = legs.into_iter().map(|to| Effect::Tell {
            to,
            notice: notice.clone(),
            language: None,
        });
        self.effects.extend(told);
    }
}

enum SaidTo {
    Everybody,
    Asker,
}

fn said_to(deed: &Deed) -> Option<SaidTo> {
    match deed {
        // Said by what follows from it at once.
        Deed::Left {
            why: Leaving::Renewed,
            ..
        }
        | Deed::Flagged { .. }
        | Deed::Unflagged { .. }
        // Said by the vote that was opened just before.
        | Deed::Enrolled { .. }
        // Whom it concerns hears of it alone, and the log has it.
        | Deed::Reported { .. }
        | Deed::ReportPassed { .. }
        | Deed::ReportClosed {
            outcome: Outcome::Acted | Outcome::Unanswered,
            ..
        }
        // Said with what was done.
        | Deed::Over {
            why: Ending::Unexplained,
            ..
        }
        // Said with the vote that it begins.
        | Deed::Brought { .. }
        // Said by the pointer, once for a talk.
        | Deed::InForce {
            measure: Measure::Redirect { .. },
            ..
        }
        | Deed::Over {
            why: Ending::PutToVote,
            ..
        } => None,
        Deed::Declared { .. }
        | Deed::Seconded { .. }
        | Deed::Countersigned { .. }
        | Deed::Agreed { .. }
        | Deed::Objected { .. }
        | Deed::Voted { .. }
        | Deed::Confirmed { .. }
        | Deed::Explained { .. }
        | Deed::LiftAsked { .. }
        | Deed::ReportClosed { .. }
        | Deed::Appealed { .. }
        | Deed::Admitted { .. }
        | Deed::Judged { .. } => Some(SaidTo::Asker),
        Deed::Nominated { .. }
        | Deed::Announced { .. }
        | Deed::Seated { .. }
        | Deed::Left { .. }
        | Deed::Recalled { .. }
        | Deed::VoteOpened { .. }
        | Deed::VoteClosed { .. }
        | Deed::Asked { .. }
        | Deed::InForce { .. }
        | Deed::Native { .. }
        | Deed::Over { .. }
        | Deed::Outlawed { .. }
        | Deed::AppealClosed { .. }
        | Deed::Wave { .. }
        | Deed::RuleChanged { .. } => Some(SaidTo::Everybody),
    }
}
