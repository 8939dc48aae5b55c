//! From what was decided about a proposal to what stands in the lanes.

use civic::proposal::Decision;
use civic::{Counts, Deed, Known, Leg, Notice, Party, Proposal, ProposalRef, Record, Root, Theme};
use matrix::record::{Amendments, Head, Status, Support, Texts, VERSION};
use whatsapp::markup;

use super::stored::{Setting, Stored, party_out, reference};
use crate::engine::Notebook;
use crate::engine::act::Act;
use crate::engine::carry::Layout;
use crate::engine::entries::{Copy, Link, Spot, leg_key};
use crate::engine::lock;

/// The leg under which the links of what the bridge itself says of a proposal stand.
const CARD: &str = "card";
const ACTS: &str = "acts";

/// The name of the link of a proposal's card, and of that of its acts.
pub(crate) fn card_name(notebook: &Notebook, proposal: &ProposalRef) -> [u8; 16] {
    let spot = Spot::ours(&proposal.to_string());
    notebook.message_name(proposal.code.as_str(), CARD, &spot)
}

pub(crate) fn acts_name(notebook: &Notebook, proposal: &ProposalRef) -> [u8; 16] {
    let spot = Spot::ours(&proposal.to_string());
    notebook.message_name(proposal.code.as_str(), ACTS, &spot)
}

impl Layout<'_> {
    /// Keeps a record, and lets the room have it as act and head.
    pub(in crate::engine) fn record(&mut self, record: &Record) {
        let Some(theme) = self.theme else {
            return;
        };
        let Some(number) = number_of(theme, record) else {
            return;
        };
        let proposal = reference(&self.seat.definition.code, number);
        if let Record::Proposed {
            root: Root::Card, ..
        } = record
        {
            self.card(number, &Leg::Room);
        }
        if let Record::Withdrawn { erased: true, .. } = record {
            self.erase(theme, &proposal);
        }
        let Some(stored) = self.stored(theme, record, number) else {
            return;
        };
        let slug = self.seat.slug().clone();
        self.engine.notebook.keep_record(self.batch, &slug, &stored);
        if matches!(stored, Stored::Reacted { .. }) {
            return;
        }
        let found = theme.proposals().get(&number);
        let act = Act::Write {
            stored: Box::new(stored),
            head: found.map(|found| Box::new(self.head(found))),
            root: found.and_then(|found| root_name(found.root())),
        };
        let name = acts_name(&self.engine.notebook, &proposal);
        let effect = self.send(&Leg::Room, act, None, Some(name.to_vec()));
        let head_effect = head_effect(&effect);
        self.add_copies(&name, ACTS, [effect, head_effect].map(in_room));
    }

    fn stored(&self, theme: &Theme, record: &Record, number: u32) -> Option<Stored> {
        let user_id = |party: &Party| self.engine.user_id(party);
        let language = self.engine.config.language;
        let body = self.sentence(theme, record, number);
        let setting = Setting {
            code: &self.seat.definition.code,
            language: language.code(),
            body,
            number,
            user_id: &user_id,
        };
        Stored::new(record, &setting)
    }

    /// A record in one sentence, for clients that don't know its type.
    fn sentence(&self, theme: &Theme, record: &Record, number: u32) -> String {
        let (who, deed, amendment) = match record {
            Record::Group { .. } => return String::new(),
            Record::Proposed { authors, .. } => (authors.last(), Deed::Proposed, None),
            Record::Revised { by, amendment, .. } => (Some(by), Deed::Revised, *amendment),
            Record::Withdrawn { by, .. } => (Some(by), Deed::Withdrawn, None),
            Record::Supported { by, on: true, .. } => (Some(by), Deed::Supported, None),
            Record::Supported { by, .. } => (Some(by), Deed::Unsupported, None),
            Record::Amended { by, amendment, .. } => (Some(by), Deed::Amended, Some(*amendment)),
            Record::Decided {
                by,
                amendment,
                accepted: true,
                ..
            } => (Some(by), Deed::Accepted, Some(*amendment)),
            Record::Decided { by, amendment, .. } => (Some(by), Deed::Declined, Some(*amendment)),
            Record::Backed { by, amendment, .. } => (Some(by), Deed::Backed, Some(*amendment)),
        };
        let who = who.map(|who| lock(&self.engine.people).shown(&who.member));
        let title = theme.proposals().get(&number).map(Proposal::title);
        let act = civic::Act {
            reference: theme.reference(number),
            title: title.unwrap_or_default().to_owned(),
            who: who.unwrap_or_default(),
            deed,
            amendment,
        };
        self.engine.words(&Notice::Act(act), None)
    }

    fn head(&self, proposal: &Proposal) -> Head {
        let texts = |text: &str| {
            Texts::from([(
                self.engine.config.language.code().to_owned(),
                text.to_owned(),
            )])
        };
        let stand = |decision| {
            let all = proposal.amendments().values();
            let so = all.filter(|amendment| amendment.decision() == decision);
            u32::try_from(so.count()).unwrap_or(u32::MAX)
        };
        let parties = proposal.authors().iter();
        let authors = parties.map(|party| party_out(party, self.engine.user_id(party)));
        Head {
            v: VERSION,
            reference: reference(&self.seat.definition.code, proposal.number()).to_string(),
            title: texts(proposal.title()),
            body: texts(proposal.text()),
            status: match proposal.status() {
                civic::Status::Draft => Status::Draft,
                civic::Status::Open => Status::Open,
                civic::Status::InReview => Status::InReview,
                civic::Status::Answered => Status::Answered,
                civic::Status::Withdrawn => Status::Withdrawn,
            },
            authors: authors.collect(),
            root_event: None,
            rev: proposal.revision(),
            rev_event: None,
            prev: None,
            amendments: Amendments {
                open: stand(Decision::Pending),
                accepted: stand(Decision::Accepted),
                declined: stand(Decision::Declined),
            },
            promoted_from: proposal.promoted_from(),
            created_ts: proposal.created().0,
            updated_ts: proposal.updated().0,
        }
    }

    /// Lets a leg have a proposal's card: made once in the room and changed there later, said again in a group.
    pub(in crate::engine) fn card(&mut self, number: u32, to: &Leg) {
        let Some((theme, proposal)) = self
            .theme
            .and_then(|theme| Some((theme, theme.proposals().get(&number)?)))
        else {
            return;
        };
        let act = Act::Card {
            proposal: reference(&self.seat.definition.code, number).to_string(),
            text: self.card_text(theme, number),
            root: root_name(proposal.root()),
        };
        if !self.carded.insert((to.clone(), number)) {
            return;
        }
        let of = reference(&self.seat.definition.code, number);
        let name = card_name(&self.engine.notebook, &of);
        let effect = self.send(to, act, None, Some(name.to_vec()));
        let leg = leg_key(to);
        self.add_copies(&name, CARD, [Copy { leg, effect }]);
    }

    /// The card as it is said in a group. What people wrote stands there as they wrote it, and marks nothing.
    fn card_text(&self, theme: &Theme, number: u32) -> String {
        let people = lock(&self.engine.people);
        let persons = lock(&self.engine.persons);
        let known = Known {
            names: people.names(),
            persons: &persons,
        };
        let Some(mut card) = theme.card(number, &known) else {
            return String::new();
        };
        card.title = markup::literal(&card.title);
        card.text = markup::literal(&card.text);
        self.engine.words(&Notice::Card(card.into()), None)
    }

    /// Lets the room have the public count.
    pub(in crate::engine) fn count(&mut self, number: u32, counts: Counts) {
        let proposal = reference(&self.seat.definition.code, number);
        let support = Support {
            v: VERSION,
            people: counts.people as u64,
            whatsapp: counts.whatsapp as u64,
            matrix: counts.matrix as u64,
            updated_ts: self.now.0,
        };
        let act = Act::Count {
            proposal: proposal.to_string(),
            support,
        };
        self.send(&Leg::Room, act, None, None);
    }

    /// What was deleted for good is taken back wherever it stands: acts, heads and cards.
    fn erase(&mut self, theme: &Theme, proposal: &ProposalRef) {
        let (acts, card) = (
            acts_name(&self.engine.notebook, proposal),
            card_name(&self.engine.notebook, proposal),
        );
        let take_back = |of: &[u8]| Act::TakeBack {
            of: of.to_vec(),
            by_author: false,
        };
        self.send(&Leg::Room, take_back(&acts), None, None);
        let groups = theme.groups().keys();
        let groups = groups.map(|group| Leg::Group(group.clone()));
        let legs: Vec<Leg> = std::iter::once(Leg::Room).chain(groups).collect();
        for leg in legs {
            self.send(&leg, take_back(&card), None, None);
        }
    }

    fn add_copies(&mut self, name: &[u8], leg: &str, copies: impl IntoIterator<Item = Copy>) {
        let known = match self.links.get(name) {
            Some(link) => Some(link.clone()),
            None => self.engine.notebook.link(name).ok().flatten(),
        };
        let mut link = known.unwrap_or_else(|| Link::of_bridge(leg, self.now.0));
        link.copies.extend(copies);
        let theme = self.seat.slug().as_str();
        self.engine
            .notebook
            .keep_link(self.batch, theme, name, &link);
        self.links.insert(name.to_vec(), link);
    }
}

fn in_room(effect: String) -> Copy {
    Copy {
        leg: leg_key(&Leg::Room),
        effect,
    }
}

/// The proposal that a record is about.
fn number_of(theme: &Theme, record: &Record) -> Option<u32> {
    match record {
        Record::Group { .. } => None,
        Record::Proposed { number, .. }
        | Record::Revised { number, .. }
        | Record::Withdrawn { number, .. }
        | Record::Supported { number, .. }
        | Record::Amended { number, .. } => Some(*number),
        Record::Decided { amendment, .. } | Record::Backed { amendment, .. } => {
            let mut proposals = theme.proposals().values();
            let of = proposals.find(|found| found.amendments().contains_key(amendment))?;
            Some(of.number())
        }
    }
}

/// The head that is written with an act.
pub(crate) fn head_effect(act: &str) -> String {
    format!("{act}.head")
}

/// The link of the message that begins a thread; none if that is the card.
pub(crate) fn root_name(root: Root) -> Option<Vec<u8>> {
    match root {
        Root::Message(message) => Some(message.as_bytes().to_vec()),
        Root::Card => None,
    }
}
