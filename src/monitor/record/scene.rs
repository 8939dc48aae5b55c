//! What the tests of the record begin with: a proposal with its acts, well written.

use matrix::names;
use matrix::record::{
    Act, Amendments, Change, Context, Did, Head, Network, Party, Status, Texts, VERSION,
};
use serde_json::json;

use super::chain::{Acts, Chain};
use crate::event::Event;
use crate::event::tests::{event, state};

pub(crate) const BOT: &str = "@aty:example.org";
/// She writes from WhatsApp.
pub(crate) const ANA: &str = "@_aty_ana0000000000000:example.org";
pub(crate) const MARIA: &str = "@maria:example.org";

pub(crate) fn theme() -> Event {
    let content = json!({ "v": 1, "plan": "paga", "theme": "agua", "code": "AGUA", "ghost_prefix": "_aty_", "name": { "es": "Agua" } });
    state(names::THEME, "", BOT, content)
}

/// Somebody; on WhatsApp if nothing is said of their account.
pub(crate) fn party(member: &str, user_id: Option<&str>) -> Party {
    Party {
        member: member.to_owned(),
        network: match user_id {
            None => Network::WhatsApp,
            Some(_) => Network::Matrix,
        },
        user_id: user_id.map(str::to_owned),
    }
}

pub(crate) fn ana() -> Party {
    party("ana0000000000000", None)
}

pub(crate) fn maria() -> Party {
    party("maria00000000000", Some(MARIA))
}

pub(crate) fn texts(text: &str) -> Texts {
    Texts::from([("es".to_owned(), text.to_owned())])
}

pub(crate) fn reaction(id: &str, sender: &str, to: &str, key: &str) -> Event {
    let relation = json!({ "rel_type": "m.annotation", "event_id": to, "key": key });
    event(
        id,
        "m.reaction",
        sender,
        2_000,
        json!({ "m.relates_to": relation }),
    )
}

/// A proposal that nothing has been done to.
pub(crate) fn head(reference: &str) -> Head {
    Head {
        v: VERSION,
        reference: reference.to_owned(),
        title: texts("Agua en la escuela"),
        body: texts("Un filtro en cada escuela."),
        status: Status::Open,
        authors: vec![ana()],
        root_event: Some("$root".to_owned()),
        rev: 1,
        rev_event: None,
        prev: None,
        amendments: Amendments::default(),
        held: None,
        promoted_from: None,
        created_ts: 1_000,
        updated_ts: 1_000,
    }
}

/// A proposal, and all events of its room.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) head: Head,
    pub(crate) events: Vec<Event>,
}

impl Story {
    /// Ana proposed it, María amended it, Ana took that up: four acts, at 1000, 1001, 1002 and 1003.
    pub(crate) fn amended() -> Self {
        let mut story = Self {
            head: head("AGUA-7"),
            events: Vec::new(),
        };
        story.act(Did::Proposed {
            title: story.head.title.clone(),
            text: story.head.body.clone(),
            authors: vec![ana()],
            from_card: false,
            source_event: None,
            promoted_from: None,
        });
        story.act(Did::Amended {
            amendment: 3,
            change: Change::Replace {
                old: "Un filtro".to_owned(),
                new: "Dos filtros".to_owned(),
            },
            source_event: None,
            by: maria(),
        });
        story.act(Did::Decided {
            amendment: 3,
            accepted: true,
            by: ana(),
        });
        story.head.body = texts("Dos filtros en cada escuela.");
        story.act(Did::Revised {
            rev: 2,
            title: story.head.title.clone(),
            text: story.head.body.clone(),
            by: ana(),
            amendment: Some(3),
        });
        story.head.rev = 2;
        story.head.amendments.accepted = 1;
        story
    }

    /// Writes an act as the bridge would, and what it changes of the head's chain.
    pub(crate) fn act(&mut self, did: Did) -> String {
        let id = format!("$act{}", self.events.len());
        let prev = self.head.rev_event.replace(id.clone());
        self.head.prev.clone_from(&prev);
        self.head.updated_ts = 1_000 + self.events.len() as i64;
        self.write(&id, did, prev);
        id
    }

    /// Somebody with an account on Matrix supports it by command, or no longer.
    pub(crate) fn endorse(&mut self, who: &str, on: bool) {
        let id = format!("$act{}", self.events.len());
        let by = party(who, Some(who));
        self.write(&id, Did::Endorsed { by, on }, None);
    }

    pub(crate) fn redact(&mut self, at: usize) {
        self.events[at].content = json!({});
    }

    pub(crate) fn chain(&self) -> Chain {
        Acts::read(&self.events, BOT).of(&self.head)
    }

    fn write(&mut self, id: &str, did: Did, prev: Option<String>) {
        let at = 1_000 + self.events.len() as i64;
        let kind = did.event_type();
        let context = Context {
            v: VERSION,
            reference: self.head.reference.clone(),
            root_event: self.head.root_event.clone(),
            prev,
            ts: at,
            body: "…".to_owned(),
        };
        let content = serde_json::to_value(Act { context, did }).unwrap();
        self.events.push(event(id, kind, BOT, at, content));
    }
}
