//! Reports: somebody, who stays unnamed, asks those who moderate to look at something. By itself a report does nothing to anybody.

use std::collections::BTreeMap;
use std::fmt;

use super::{DAY, Draft, Granted};
use crate::moderation::{
    Category, Deed, Hindrance, Measure, Moderation, Outcome, Reason, Report, Rule, Whom, draw,
};
use crate::theme::{Effect, Input, Record};
use crate::{MemberId, MessageId, Notice, Party, Persons};

/// So many reports of one person are looked at at a time, in each theme: whoever writes more keeps others from being heard.
const OF_ONE_PERSON: usize = 5;
/// As much of what a report is about is told to its owner, in characters.
const BEGINNING: usize = 200;

/// Who made which of the open reports, so that they can be counted: in no log and in no event. It is forgotten with the outcome,
/// and when the bridge stops; then counting begins anew.
#[derive(Clone, Default, PartialEq, Eq)]
pub(in crate::theme) struct Reporters(BTreeMap<u32, MemberId>);

impl Reporters {
    /// Takes over who made the reports that were decided on now, and forgets those that are closed.
    pub(in crate::theme) fn take_over(
        &mut self,
        input: &Input,
        effects: &[Effect],
        moderation: &Moderation,
    ) {
        let made = effects.iter().filter_map(|effect| match effect {
            Effect::Record(Record::Moderated(entry)) => match &entry.deed {
                Deed::Reported { report, .. } => Some(*report),
                _ => None,
            },
            _ => None,
        });
        if let Input::Said(said) = input {
            let who = &said.speaker.member;
            self.0.extend(made.map(|report| (report, who.clone())));
        }
        let reports = moderation.reports();
        let is_open = |report: &u32| reports.get(report).is_some_and(Report::is_open);
        self.0.retain(|report, _| is_open(report));
    }

    fn of(&self, member: &MemberId, persons: &Persons) -> usize {
        let all = self.0.values();
        all.filter(|who| persons.are_one(who, member)).count()
    }
}

/// Whatever is printed names nobody.
impl fmt::Debug for Reporters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reporters")
    }
}

impl Draft<'_> {
    pub(super) fn report(&mut self, whom: Option<&Whom>, reason: Option<&Reason>) -> Granted {
        let me = self.me().ok_or(Hindrance::WhomAsked)?;
        let about = self.subject(whom, reason)?;
        if self.are_one(&about, &me) {
            return Err(Hindrance::Oneself);
        }
        let reason = reason.ok_or(Hindrance::ReasonAsked)?;
        if let Some(protected) = reason.protected {
            return Err(Hindrance::Protected(protected));
        }
        let category = reason.category.ok_or(Hindrance::CategoryAsked)?;
        if let Some(hindrance) = self.is_looked_at(&about, category) {
            return Err(hindrance);
        }
        let open = self.theme.reporters.of(&me.member, self.known.persons);
        if open >= OF_ONE_PERSON {
            return Err(Hindrance::ReportsOpen(open));
        }
        let owner = self.owner_for(&about, &[]);
        let report = self.moderation.reports().len();
        let report = u32::try_from(report).unwrap_or(u32::MAX) + 1;
        let until = self.answer_by();
        self.log(Deed::Reported {
            report,
            about: self
                .known
                .seal
                .of((&self.theme.code, report), &about.member),
            category,
            owner: owner.clone(),
            until,
        });
        self.add(Effect::KeepReporter { report });
        self.answer_alone(Notice::ReportTaken {
            report,
            owner: owner.as_ref().map(|owner| self.name(&owner.member)),
            hours: self.moderation.charter().of(Rule::ReportHours),
        });
        let said = self.said().and_then(|said| said.about.as_ref());
        let meant = said.filter(|said| said.author.as_ref() == Some(&about));
        let words = meant.and_then(|said| Some((said.message, said.text.clone()?)));
        if let Some(owner) = owner {
            self.hand_over(report, owner, &about.member, &reason.text, words);
        }
        Ok(())
    }

    /// A delegate has looked at it, and says why nothing more is to be done.
    pub(super) fn resolve(&mut self, report: Option<u32>, reason: Option<&Reason>) -> Granted {
        let (number, report) = self.meant_report(report)?;
        let about = self
            .subject_of((number, &report))
            .map(|member| self.party(member));
        let owner = self.me().filter(|me| self.is_its_owner(me, &report));
        let free = owner.filter(|me| {
            let about = about.as_ref();
            !about.is_some_and(|about| self.was_part(&me.member, &about.member))
        });
        // Nobody learns by this that it is about them.
        let unsaid = |hindrance| match hindrance {
            Hindrance::Oneself => Hindrance::PartOfIt,
            other => other,
        };
        let delegate = || self.delegate(about.as_ref()).map_err(unsaid);
        let me = free.map_or_else(delegate, Ok)?;
        let reason = reason.ok_or(Hindrance::ReasonAsked)?.text.clone();
        self.close_report(number, Outcome::Settled, (None, reason), Some(me));
        Ok(())
    }

    /// Whether somebody was given a report, of this theme or of another, and moderates still.
    fn is_its_owner(&self, party: &Party, report: &Report) -> bool {
        let owner = report.owner.as_ref();
        owner.is_some_and(|owner| self.are_one(owner, party))
            && (self.is_delegate(&party.member) || self.is_delegate_elsewhere(&party.member))
    }

    /// What follows by itself: from what was done about somebody, and from time.
    pub(super) fn settle_report(&mut self, number: u32) {
        let report = self.moderation.reports()[&number].clone();
        if !report.is_open() {
            return;
        }
        if let Some(case) = self.case_of((number, &report)) {
            let what = (Some(case), String::new());
            return self.close_report(number, Outcome::Acted, what, None);
        }
        if self.now < report.until {
            return;
        }
        let about = self.subject_of((number, &report));
        let had: Vec<Party> = report.had.iter().chain(&report.owner).cloned().collect();
        let next = about.clone().and_then(|about| {
            let about = self.party(about);
            self.owner_for(&about, &had)
        });
        let (Some(owner), Some(about)) = (next, about) else {
            let what = (None, String::new());
            return self.close_report(number, Outcome::Unanswered, what, None);
        };
        self.log(Deed::ReportPassed {
            report: number,
            owner: owner.clone(),
            until: self.answer_by(),
        });
        self.hand_over(number, owner, &about, "", None);
    }

    /// The outcome is public; whoever reported it hears it alone, too.
    fn close_report(
        &mut self,
        report: u32,
        outcome: Outcome,
        (case, reason): (Option<u32>, String),
        by: Option<Party>,
    ) {
        self.log(Deed::ReportClosed {
            report,
            outcome,
            case,
            reason,
            by,
        });
        if let Some(last) = self.logged().pop() {
            let notice = Notice::Logged(Box::new(last));
            self.add(Effect::TellReporter { report, notice });
        }
    }

    fn answer_by(&self) -> crate::Timestamp {
        let hours = self.moderation.charter().of(Rule::ReportHours);
        self.now.plus_hours(hours)
    }

    /// Only the owner hears whom it is about, and in which words.
    fn hand_over(
        &mut self,
        report: u32,
        owner: Party,
        about: &MemberId,
        reason: &str,
        words: Option<(MessageId, String)>,
    ) {
        let category = self.moderation.reports()[&report].category;
        let (message, words) = words.unzip();
        let beginning = |text: String| text.chars().take(BEGINNING).collect();
        let notice = Notice::ReportToYou {
            code: self.theme.code.clone(),
            theme: self.theme.title.clone(),
            report,
            about: self.name(about),
            category,
            reason: reason.to_owned(),
            words: words.map(beginning),
            message,
            hours: self.moderation.charter().of(Rule::ReportHours),
        };
        self.add(Effect::Whisper { to: owner, notice });
    }

    /// The delegate with the fewest open reports who is free to decide about somebody; where nobody here is, one of another
    /// theme, drawn.
    fn owner_for(&self, about: &Party, had: &[Party]) -> Option<Party> {
        let open = |owner: &Party| {
            let reports = self.moderation.reports().values();
            let theirs = reports.filter(|report| report.is_open());
            theirs
                .filter(|report| report.owner.as_ref() == Some(owner))
                .count()
        };
        let free = |party: &Party| {
            !self.was_part(&party.member, &about.member)
                && !had.iter().any(|other| self.are_one(other, party))
        };
        let here = self.moderation.delegates(self.now);
        let here = here
            .map(|(number, mandate)| (number, &mandate.who))
            .filter(|(_, who)| free(who));
        let least = here.min_by_key(|(number, who)| (open(who), *number));
        let elsewhere = || {
            let others: Vec<Party> = self.delegates_elsewhere().filter(|who| free(who)).collect();
            draw((&self.moderation.log().1, self.now), &others, 1).pop()
        };
        least.map(|(_, who)| who.clone()).or_else(elsewhere)
    }

    /// Why somebody need not be reported for something: it is looked at already, or was within the last day.
    fn is_looked_at(&self, about: &Party, category: Category) -> Option<Hindrance> {
        let mut reports = self.moderation.reports().iter().rev();
        let (_, report) = reports.find(|(number, report)| {
            let lately = report.outcome.is_none_or(|(_, at)| self.now.0 - at.0 < DAY);
            lately
                && report.category == category
                && self.is_about((**number, report), &about.member)
        })?;
        Some(Hindrance::LookedAt {
            closed: !report.is_open(),
        })
    }

    fn meant_report(&self, number: Option<u32>) -> Result<(u32, Report), Hindrance> {
        let open = self.moderation.reports().iter();
        let mut open = open.filter(|(_, report)| report.is_open());
        if let Some(number) = number {
            let found = open.find(|(open, _)| **open == number);
            let found = found.map(|(number, report)| (*number, report.clone()));
            return found.ok_or(Hindrance::NoSuchReport(number));
        }
        match (open.next(), open.next()) {
            (Some((number, report)), None) => Ok((*number, report.clone())),
            _ => Err(Hindrance::WhichReport),
        }
    }

    /// The case that was begun about whom a report is about, since it is here.
    fn case_of(&self, (number, report): (u32, &Report)) -> Option<u32> {
        let cases = self.moderation.cases().iter();
        let mut since = cases.filter(|(_, case)| {
            // What an admin did by hand is nothing that was decided about it, until delegates stand by it.
            let holds_back = matches!(
                case.measure,
                Measure::Hide { .. } | Measure::Mute(_) | Measure::Suspend(_)
            );
            // What is for another reason answers something else, unless it is what whoever looked at it found.
            let owner = report.owner.as_ref();
            let by_owner =
                owner.is_some_and(|owner| case.by.iter().any(|by| self.are_one(by, owner)));
            let of_it = by_owner || case.category == Some(report.category);
            let since = case.since >= report.since;
            holds_back && of_it && case.holds(self.now) && since && !case.native
        });
        let found = since.find(|(_, case)| {
            let about = case.measure.about();
            about.is_some_and(|about| self.is_about((number, report), &about.member))
        });
        found.map(|(number, _)| *number)
    }

    /// Whom a report is about.
    fn subject_of(&self, (number, report): (u32, &Report)) -> Option<MemberId> {
        let mut members = self.theme.seen.keys();
        let found = members.find(|member| {
            let tag = self.known.seal.of((&self.theme.code, number), member);
            tag == report.about
        });
        found.cloned()
    }

    /// Whether a report is about this person, by whichever account.
    fn is_about(&self, (number, report): (u32, &Report), member: &MemberId) -> bool {
        let linked = self.known.persons.linked(member);
        let mut accounts = linked.into_iter().chain([member]);
        accounts.any(|account| {
            let tag = self.known.seal.of((&self.theme.code, number), account);
            tag == report.about
        })
    }
}
