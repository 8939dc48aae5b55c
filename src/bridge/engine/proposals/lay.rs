//! From what was decided about a proposal to what stands in the lanes.

use civic::{
    Counts, Deed, Leg, Network, Notice, Party, Proposal, ProposalRef, Record, Root, Theme,
};
use matrix::record::{Support, VERSION};
use vault::VaultError;

use super::stored::{Setting, Stored, reference};
use crate::engine::Notebook;
use crate::engine::act::Act;
use crate::engine::carry::Layout;
use crate::engine::entries::{Copy, Link, Outgoing, Spot, leg_key};
use crate::engine::lock;

/// The leg under which the links of what the bridge itself says of a proposal stand.
pub(super) const CARD: &str = "card";
const ACTS: &str = "acts";
/// That of what it answers when somebody asks for it.
pub(in crate::engine) const TOLD: &str = "told";

/// The name of the link of a proposal's card, and of that of its acts.
pub(crate) fn card_name(notebook: &Notebook, proposal: &ProposalRef) -> [u8; 16] {
    let spot = Spot::ours(&proposal.to_string());
    notebook.message_name(proposal.code.as_str(), CARD, &spot)
}

pub(crate) fn acts_name(notebook: &Notebook, proposal: &ProposalRef) -> [u8; 16] {
    let spot = Spot::ours(&proposal.to_string());
    notebook.message_name(proposal.code.as_str(), ACTS, &spot)
}

/// That of the acts by which an amendment is proposed: its words go with the message that holds them.
pub(crate) fn amendment_name(notebook: &Notebook, of: &ProposalRef, amendment: u32) -> [u8; 16] {
    let spot = Spot::ours(&format!("amendment {amendment}"));
    notebook.message_name(of.code.as_str(), ACTS, &spot)
}

pub(in crate::engine) fn told_name(notebook: &Notebook, proposal: &ProposalRef) -> [u8; 16] {
    let spot = Spot::ours(&proposal.to_string());
    notebook.message_name(proposal.code.as_str(), TOLD, &spot)
}

impl Layout<'_> {
    /// Keeps a record, and lets the room have it as act and head.
    pub(in crate::engine) fn record(&mut self, record: &Record) -> Result<(), VaultError> {
        let Some(theme) = self.theme else {
            return Ok(());
        };
        let Some(number) = number_of(theme, record) else {
            return Ok(());
        };
        let proposal = reference(&self.seat.definition.code, number);
        if let Record::Proposed {
            root: Root::Card, ..
        } = record
        {
            self.card(number, &Leg::Room);
        }
        if let Record::Withdrawn { erased: true, .. } = record {
            self.take_back_all(theme, &proposal)?;
            let (notebook, slug) = (&self.engine.notebook, self.seat.slug());
            notebook.empty_records(self.batch, slug, &proposal)?;
        }
        if let Record::Held { on: true, .. } = record {
            self.take_back_all(theme, &proposal)?;
            self.begin_card_anew(&proposal);
        }
        let Some(stored) = self.stored(theme, record, number) else {
            return Ok(());
        };
        let slug = self.seat.slug().clone();
        self.engine.notebook.keep_record(self.batch, &slug, &stored);
        if matches!(stored, Stored::Reacted { .. }) {
            return Ok(());
        }
        let found = theme.proposals().get(&number);
        let act = Act::Write {
            stored: Box::new(stored),
            head: found.map(|found| Box::new(self.engine.head(self.seat, found))),
            root: found.and_then(|found| root_name(found.root())),
        };
        let name = acts_name(&self.engine.notebook, &proposal);
        let effect = self.send(&Leg::Room, act, None, Some(name.to_vec()));
        if let Record::Amended { amendment, .. } = record {
            let name = amendment_name(&self.engine.notebook, &proposal, *amendment);
            self.add_copies(&name, ACTS, [in_room(effect.clone())]);
        }
        let head_effect = head_effect(&effect);
        self.add_copies(&name, ACTS, [effect, head_effect].map(in_room));
        Ok(())
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
            Record::Group { .. } | Record::Moderated(_) => return String::new(),
            Record::Proposed { authors, .. } => (authors.last(), Deed::Proposed, None),
            Record::Revised { by, amendment, .. } => (Some(by), Deed::Revised, *amendment),
            Record::Withdrawn { by, .. } => (Some(by), Deed::Withdrawn, None),
            Record::Held { on: true, .. } => (None, Deed::HeldBack, None),
            Record::Held { .. } => (None, Deed::Restored, None),
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
            text: self.engine.card_text(theme, number),
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

    /// What was deleted for good, or is held back, is taken back wherever it stands: acts, heads, cards, and what was answered to
    /// whoever asked.
    fn take_back_all(&mut self, theme: &Theme, proposal: &ProposalRef) -> Result<(), VaultError> {
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
        self.take_back_told(proposal)
    }

    /// An amendment goes with the message that holds its words, and so does what was answered with them; or it is told again.
    pub(in crate::engine) fn hide_amendment(
        &mut self,
        amendment: u32,
        proposal: u32,
        on: bool,
    ) -> Result<(), VaultError> {
        let of = reference(&self.seat.definition.code, proposal);
        let name = amendment_name(&self.engine.notebook, &of, amendment);
        if let Some(mut link) = self.engine.notebook.link(&name)? {
            link.hidden = on;
            self.keep_as(&name, &link);
        }
        if on {
            let act = Act::Hide { of: name.to_vec() };
            self.send(&Leg::Room, act, None, None);
            self.take_back_told(&of)?;
        }
        Ok(())
    }

    /// What was answered with a proposal's words is taken back; what waits to be, is not said.
    fn take_back_told(&mut self, of: &ProposalRef) -> Result<(), VaultError> {
        let (engine, seat) = (self.engine.clone(), self.seat.clone());
        let notebook = &engine.notebook;
        let name = told_name(notebook, of);
        let Some(told) = notebook.link(&name)? else {
            return Ok(());
        };
        let groups: Vec<Leg> = {
            let theme = lock(&seat.theme);
            theme.groups().keys().cloned().map(Leg::Group).collect()
        };
        let alone = [Network::WhatsApp, Network::Matrix].map(Leg::Direct);
        for leg in std::iter::once(Leg::Room).chain(groups).chain(alone) {
            let lane = engine.lane(&seat, &leg);
            for (key, entry) in notebook.outbox(lane.prefix, &[], usize::MAX)? {
                if !told.copies.iter().any(|copy| copy.effect == entry.effect) {
                    continue;
                }
                match &entry.act {
                    // It may stand there already: whoever says it finds nothing to say, and takes that back.
                    Act::Tell { .. } => {
                        let act = Act::unsaid();
                        notebook.send_instead(self.batch, &key, &Outgoing { act, ..entry });
                    }
                    _ => notebook.done(self.batch, &key),
                }
            }
            if !leg.is_direct() {
                let act = Act::TakeBack {
                    of: name.to_vec(),
                    by_author: false,
                };
                self.send(&leg, act, None, None);
            }
        }
        Ok(())
    }

    /// What shows the card from now on is a message of its own: nobody sees what changes one that was taken back.
    fn begin_card_anew(&mut self, proposal: &ProposalRef) {
        let name = card_name(&self.engine.notebook, proposal);
        if let Ok(Some(mut link)) = self.engine.notebook.link(&name) {
            link.taken_back = link.copies.len();
            self.keep_as(&name, &link);
        }
    }

    /// Notes that something the bridge says tells of these proposals, so that it can be taken back with them.
    pub(in crate::engine) fn tells_of(&mut self, told: &[ProposalRef], leg: &Leg, effect: &str) {
        for proposal in told {
            let name = told_name(&self.engine.notebook, proposal);
            let copy = Copy {
                leg: leg_key(leg),
                effect: effect.to_owned(),
            };
            self.add_copies(&name, TOLD, [copy]);
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
        Record::Group { .. } | Record::Moderated(_) => None,
        Record::Proposed { number, .. }
        | Record::Revised { number, .. }
        | Record::Withdrawn { number, .. }
        | Record::Held { number, .. }
        | Record::Supported { number, .. }
        | Record::Amended { number, .. } => Some(*number),
        Record::Decided { amendment, .. } | Record::Backed { amendment, .. } => {
            let mut proposals = theme.proposals().values();
            let of = proposals.find(|found| found.amendments().contains_key(amendment))?;
            Some(of.number())
        }
    }
}

/// What the effects of heads end with.
const HEAD: &str = ".head";

/// The head that is written with an act.
pub(crate) fn head_effect(act: &str) -> String {
    format!("{act}{HEAD}")
}

/// Whether this effect is a head.
pub(super) fn is_head_effect(effect: &str) -> bool {
    effect.ends_with(HEAD)
}

/// The link of the message that begins a thread; none if that is the card.
pub(crate) fn root_name(root: Root) -> Option<Vec<u8>> {
    match root {
        Root::Message(message) => Some(message.as_bytes().to_vec()),
        Root::Card => None,
    }
}
