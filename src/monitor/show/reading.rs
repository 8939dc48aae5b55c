//! One proposal, with all that the rooms tell of it.

use civic::Language;
use matrix::names;
use matrix::record::{Act, Did, Head, Party};
use matrix_sdk::ruma::events::relation::RelationType;

use super::Asked;
use super::plan::{Plan, Room};
use super::view::{
    ActView, AmendmentView, DiscussionView, Gap, LastMessage, PersonView, ProposalView, StepView,
    StoryView, SupportersView, in_language,
};
use crate::client::Reader;
use crate::error::MonitorError;
use crate::event::Event;
use crate::record::{
    Accounts, Acts, Chain, Finding, Folded, Persons, Recount, Step, Supporters, check_head,
    check_support, fold, same_reference,
};

pub(super) struct Reading<'a> {
    room: &'a Room,
    key: &'a str,
    head: &'a Head,
    endorsements: Vec<(&'a str, &'a Act)>,
    chain: Chain,
    folded: Folded,
    accounts: Accounts,
    supporters: Supporters,
    /// What is written in its thread; none where that can't be found.
    thread: Option<Vec<Event>>,
    last_redaction: Option<i64>,
}

impl<'a> Reading<'a> {
    pub(super) async fn new(
        reader: &Reader,
        plan: &Plan,
        room: &'a Room,
        (key, head): (&'a str, &'a Head),
        acts: &'a Acts,
    ) -> Result<Reading<'a>, MonitorError> {
        let bot = &room.record.bot;
        let thread = match &head.root_event {
            Some(root) => room.related(reader, root, RelationType::Thread).await?,
            None => None,
        };
        let targets = targets(head, bot, thread.as_deref().unwrap_or_default());
        let mut reactions = Vec::new();
        for target in &targets {
            let found = room
                .related(reader, target, RelationType::Annotation)
                .await?;
            reactions.extend(found.unwrap_or_default());
        }
        let persons = Persons::read(&plan.state, bot);
        let chain = acts.of(head);
        let folded = fold(&chain);
        let endorsements: Vec<(&str, &Act)> = acts.endorsements(&head.reference).collect();
        let endorsing = endorsements.iter().filter_map(|(_, act)| match &act.did {
            Did::Endorsed { by, .. } => Some(by),
            _ => None,
        });
        let parties = head.authors.iter().chain(folded.parties()).chain(endorsing);
        let accounts = Accounts::new(
            room.record.bridge.as_ref(),
            parties.chain(persons.parties()),
        );
        let supporters = Supporters::count(
            &reactions,
            &targets,
            endorsements.iter().map(|(_, act)| *act),
            (&accounts, &persons),
            (bot, folded.closed),
        );
        Ok(Reading {
            last_redaction: reader.last_redaction(&room.id).await?,
            room,
            key,
            head,
            endorsements,
            chain,
            folded,
            accounts,
            supporters,
            thread,
        })
    }

    /// Compares what the bridge says of it with what the rooms come to.
    pub(super) fn check(&self, now: i64) -> Vec<Finding> {
        let mut findings = check_head(self.head, &self.chain, &self.folded, now);
        let recount = Recount {
            supporters: &self.supporters,
            has_thread: self.thread.is_some(),
            whole: self.folded.deleted == 0 && self.folded.unreadable == 0,
            last_redaction: self.last_redaction,
            now,
        };
        let written = self.room.record.supports.get(self.key);
        findings.push(check_support(self.head, written, recount));
        findings
    }

    pub(super) fn story(&self, asked: &Asked, language: Language) -> StoryView {
        let mut proposal = ProposalView::new(self.room, self.key, self.head, language);
        proposal.findings = asked.verify.map(|now| self.check(now));
        let endorsements = self.endorsements.iter();
        StoryView {
            proposal,
            text: in_language(&self.head.body, language),
            authors: self.people(&self.head.authors),
            promoted_from: self.head.promoted_from,
            root_event: self.head.root_event.clone(),
            acts: self
                .chain
                .steps
                .iter()
                .map(|step| self.step(step))
                .collect(),
            endorsements: endorsements
                .map(|(event, act)| self.act(event, act))
                .collect(),
            amendments_proposed: self.amendments(),
            supporters: self.supporters_view(asked.people),
            discussion: self.thread.as_deref().map(|thread| self.discussion(thread)),
            language,
        }
    }

    fn step(&self, step: &Step) -> ActView {
        let gap = |act| ActView {
            event: None,
            at: None,
            who: Vec::new(),
            what: StepView::Gap { act },
        };
        match step {
            Step::Act(event, act) => self.act(event, act),
            Step::Deleted | Step::DeletedAmendment => gap(Gap::Deleted),
            Step::Unreadable => gap(Gap::Unreadable),
        }
    }

    fn act(&self, event: &str, act: &Act) -> ActView {
        ActView {
            event: Some(event.to_owned()),
            at: Some(act.context.ts),
            who: self.people(by(&act.did)),
            what: StepView::Done(Box::new(act.did.clone())),
        }
    }

    fn amendments(&self) -> Vec<AmendmentView> {
        let amendments = self.folded.amendments.iter();
        let view = amendments.map(|(number, amendment)| {
            let proposed = amendment.proposed.as_ref();
            AmendmentView {
                number: *number,
                state: amendment.state,
                by: proposed.map(|(_, by, _)| self.person(by)),
                at: proposed.map(|(.., at)| *at),
                change: proposed.map(|(change, ..)| change.clone()),
                backers: self.people(&amendment.backers),
            }
        });
        view.collect()
    }

    fn supporters_view(&self, named: bool) -> SupportersView {
        let accounts = |person: &std::collections::BTreeSet<String>| {
            let accounts = person.iter().map(|account| self.account(account));
            accounts.collect::<Vec<_>>()
        };
        let people = &self.supporters.people;
        SupportersView {
            people: people.len() as u64,
            whatsapp: self.supporters.whatsapp,
            matrix: self.supporters.matrix,
            names: named.then(|| people.iter().map(accounts).collect()),
        }
    }

    /// What people wrote; the card is the bridge's.
    fn discussion(&self, thread: &[Event]) -> DiscussionView {
        let is_message = |event: &&Event| {
            event.sender != self.room.record.bot
                && matches!(event.kind.as_str(), "m.room.message" | "m.sticker")
                && !event.is_redacted()
        };
        let messages: Vec<&Event> = thread.iter().filter(is_message).collect();
        DiscussionView {
            messages: messages.len() as u64,
            last: messages.last().map(|event| LastMessage {
                at: event.at,
                who: self.account(&event.sender),
            }),
        }
    }

    fn people(&self, parties: &[Party]) -> Vec<PersonView> {
        parties.iter().map(|party| self.person(party)).collect()
    }

    fn person(&self, party: &Party) -> PersonView {
        PersonView {
            network: party.network,
            ..self.account(&self.accounts.of(party))
        }
    }

    fn account(&self, account: &str) -> PersonView {
        let name = self.room.record.name(account);
        PersonView {
            name: name.unwrap_or_else(|| account.to_owned()),
            network: self.accounts.network(account),
            account: account.to_owned(),
        }
    }
}

/// The messages that people react to: the first of the thread, and the bridge's card.
fn targets(head: &Head, bot: &str, thread: &[Event]) -> Vec<String> {
    let is_card = |event: &&Event| {
        let card = event.content[names::CARD].as_str();
        event.sender == bot
            && event.kind == "m.room.message"
            && card.is_some_and(|card| same_reference(card, &head.reference))
    };
    let cards = thread.iter().filter(is_card).map(|card| card.id.clone());
    head.root_event.iter().cloned().chain(cards).collect()
}

/// Who did it.
fn by(did: &Did) -> &[Party] {
    match did {
        Did::Proposed { authors, .. } => authors,
        Did::Held { .. } => &[],
        Did::Revised { by, .. }
        | Did::Withdrawn { by, .. }
        | Did::Endorsed { by, .. }
        | Did::Amended { by, .. }
        | Did::Decided { by, .. }
        | Did::Backed { by, .. } => std::slice::from_ref(by),
    }
}
