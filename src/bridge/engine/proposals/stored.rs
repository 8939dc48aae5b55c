//! Records of proposals as they are kept, and as they are read again from a room: acts in their public shape, and what
//! reactions tell.

use civic::{Change, MemberId, MessageId, Network, Party, ProposalRef, Record, Root, Status};
use civic::{Support, ThemeCode, Timestamp, Told};
use matrix::record::{self, Act, Context, Did, ModerationAct, Texts, VERSION};
use serde::{Deserialize, Serialize};

use crate::engine::moderation::entry_of;

/// A record of a proposal, as it is kept in the notebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Stored {
    /// One that is written into the room as an act. Of a proposal's first, `root` is the message that begins its thread and
    /// `source` the one that holds its words.
    Act {
        act: Box<Act>,
        #[serde(default)]
        root: Option<[u8; 16]>,
        #[serde(default)]
        source: Option<[u8; 16]>,
    },
    /// An entry of the theme's log of moderation.
    Moderated { act: Box<ModerationAct> },
    /// One that the room's reactions tell.
    Reacted {
        number: u32,
        by: record::Party,
        on: bool,
        at: i64,
    },
}

/// What of a record is not in the record itself.
pub(crate) struct Setting<'a> {
    /// The theme's code.
    pub(crate) code: &'a ThemeCode,
    /// The code of the language in which people write here.
    pub(crate) language: &'a str,
    /// The record in one sentence.
    pub(crate) body: String,
    /// The proposal that it is about: amendments are known by their own number.
    pub(crate) number: u32,
    /// The Matrix account of somebody, or their ghost's.
    pub(crate) user_id: &'a dyn Fn(&Party) -> Option<String>,
}

impl Stored {
    /// A record as it is kept; none for what is no proposal's.
    pub(crate) fn new(record: &Record, setting: &Setting<'_>) -> Option<Self> {
        let party = |party: &Party| party_out(party, (setting.user_id)(party));
        let texts = |text: &str| Texts::from([(setting.language.to_owned(), text.to_owned())]);
        let (mut begins_with, mut held_by) = (None, None);
        let (did, at) = match record {
            Record::Group { .. } | Record::Moderated(_) => return None,
            Record::Supported {
                number,
                by,
                how: Support::Reaction,
                on,
                at,
            } => {
                return Some(Self::Reacted {
                    number: *number,
                    by: party(by),
                    on: *on,
                    at: at.0,
                });
            }
            Record::Supported { by, on, at, .. } => (
                Did::Endorsed {
                    by: party(by),
                    on: *on,
                },
                at,
            ),
            Record::Proposed {
                title,
                text,
                authors,
                root,
                source,
                promoted_from,
                at,
                ..
            } => {
                held_by = source.map(|message| *message.as_bytes());
                if let Root::Message(message) = root {
                    begins_with = Some(*message.as_bytes());
                }
                let did = Did::Proposed {
                    title: texts(title),
                    text: texts(text),
                    authors: authors.iter().map(party).collect(),
                    from_card: *root == Root::Card,
                    source_event: None,
                    promoted_from: *promoted_from,
                };
                (did, at)
            }
            Record::Revised {
                revision,
                title,
                text,
                by,
                amendment,
                at,
                ..
            } => (
                Did::Revised {
                    rev: *revision,
                    title: texts(title),
                    text: texts(text),
                    by: party(by),
                    amendment: *amendment,
                },
                at,
            ),
            Record::Withdrawn { by, erased, at, .. } => (
                Did::Withdrawn {
                    by: party(by),
                    erased: *erased,
                },
                at,
            ),
            Record::Held {
                case, on, told, at, ..
            } => {
                held_by = told.source.map(|message| *message.as_bytes());
                if let Root::Message(message) = told.root {
                    begins_with = Some(*message.as_bytes());
                }
                let did = Did::Held {
                    case: *case,
                    on: *on,
                    title: texts(&told.title),
                    text: texts(&told.text),
                    status: status_out(told.status),
                    authors: told.authors.iter().map(party).collect(),
                    from_card: told.root == Root::Card,
                    source_event: None,
                    promoted_from: told.promoted_from,
                    rev: told.revision,
                    created_ts: told.created.0,
                };
                (did, at)
            }
            Record::Amended {
                amendment,
                change,
                source,
                by,
                at,
                ..
            } => {
                held_by = source.map(|message| *message.as_bytes());
                let did = Did::Amended {
                    amendment: *amendment,
                    change: change_out(change),
                    source_event: None,
                    by: party(by),
                };
                (did, at)
            }
            Record::Decided {
                amendment,
                accepted,
                by,
                at,
            } => (
                Did::Decided {
                    amendment: *amendment,
                    accepted: *accepted,
                    by: party(by),
                },
                at,
            ),
            Record::Backed { amendment, by, at } => (
                Did::Backed {
                    amendment: *amendment,
                    by: party(by),
                },
                at,
            ),
        };
        let context = Context {
            v: VERSION,
            reference: reference(setting.code, setting.number).to_string(),
            root_event: None,
            prev: None,
            ts: at.0,
            body: setting.body.clone(),
        };
        Some(Self::Act {
            act: Box::new(Act { context, did }),
            root: begins_with,
            source: held_by,
        })
    }

    /// Takes the words out of it, if it is one of this proposal. What remains comes to the same: a draft stays one, and what was more
    /// than a draft, too. Whether it changed.
    pub(crate) fn empty(&mut self, proposal: &ProposalRef) -> bool {
        let Self::Act { act, .. } = self else {
            return false;
        };
        if act.context.reference != proposal.to_string() {
            return false;
        }
        act.context.body.clone_from(&act.context.reference);
        match &mut act.did {
            Did::Proposed { title, text, .. }
            | Did::Revised { title, text, .. }
            | Did::Held { title, text, .. } => empty_texts([title, text]),
            Did::Amended { change, .. } => empty_change(change),
            Did::Withdrawn { .. }
            | Did::Endorsed { .. }
            | Did::Decided { .. }
            | Did::Backed { .. } => {}
        }
        true
    }

    /// Takes the words out of it, if it is this amendment of the proposal. Whether it is.
    pub(crate) fn empty_amendment(&mut self, proposal: &ProposalRef, number: u32) -> bool {
        let Self::Act { act, .. } = self else {
            return false;
        };
        let of_it = act.context.reference == proposal.to_string();
        match &mut act.did {
            Did::Amended {
                amendment, change, ..
            } if of_it && *amendment == number => empty_change(change),
            _ => return false,
        }
        true
    }

    /// What tells it apart from the other records that follow from one input.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Act { act, .. } => {
                let what = match &act.did {
                    Did::Proposed { .. } => "proposed",
                    Did::Revised { .. } => "revised",
                    Did::Withdrawn { .. } => "withdrawn",
                    Did::Held { on: true, .. } => "held",
                    Did::Held { on: false, .. } => "restored",
                    Did::Endorsed { .. } => "endorsed",
                    Did::Amended { .. } => "amended",
                    Did::Decided { .. } => "decided",
                    Did::Backed { .. } => "backed",
                };
                format!("{} {what}", act.context.reference)
            }
            Self::Moderated { act } => format!("moderated {}", act.number),
            Self::Reacted { number, .. } => format!("{number} reacted"),
        }
    }

    /// The record; none where it says what this version doesn't know.
    pub(crate) fn record(&self) -> Option<Record> {
        let (act, root, source) = match self {
            Self::Reacted { number, by, on, at } => {
                return Some(Record::Supported {
                    number: *number,
                    by: party_in(by)?,
                    how: Support::Reaction,
                    on: *on,
                    at: Timestamp(*at),
                });
            }
            Self::Moderated { act } => return entry_of(act).map(Record::Moderated),
            Self::Act { act, root, source } => (act, root, source),
        };
        if act.context.v > VERSION {
            return None;
        }
        let number = act.context.reference.parse::<ProposalRef>().ok()?.number;
        let at = Timestamp(act.context.ts);
        Some(match &act.did {
            Did::Proposed {
                title,
                text,
                authors,
                from_card,
                promoted_from,
                ..
            } => Record::Proposed {
                number,
                title: one(title),
                text: one(text),
                authors: authors.iter().filter_map(party_in).collect(),
                root: root_in(*from_card, *root),
                source: source.map(MessageId::from),
                promoted_from: *promoted_from,
                at,
            },
            Did::Revised {
                rev,
                title,
                text,
                by,
                amendment,
            } => Record::Revised {
                number,
                revision: *rev,
                title: one(title),
                text: one(text),
                by: party_in(by)?,
                amendment: *amendment,
                at,
            },
            Did::Withdrawn { by, erased } => Record::Withdrawn {
                number,
                by: party_in(by)?,
                erased: *erased,
                at,
            },
            Did::Held {
                case,
                on,
                title,
                text,
                status,
                authors,
                from_card,
                promoted_from,
                rev,
                created_ts,
                ..
            } => Record::Held {
                number,
                case: *case,
                on: *on,
                told: Told {
                    title: one(title),
                    text: one(text),
                    status: status_in(*status),
                    authors: authors.iter().filter_map(party_in).collect(),
                    root: root_in(*from_card, *root),
                    source: source.map(MessageId::from),
                    promoted_from: *promoted_from,
                    revision: *rev,
                    created: Timestamp(*created_ts),
                },
                at,
            },
            Did::Endorsed { by, on } => Record::Supported {
                number,
                by: party_in(by)?,
                how: Support::Command,
                on: *on,
                at,
            },
            Did::Amended {
                amendment,
                change,
                by,
                ..
            } => Record::Amended {
                amendment: *amendment,
                number,
                change: change_in(change),
                source: source.map(MessageId::from),
                by: party_in(by)?,
                at,
            },
            Did::Decided {
                amendment,
                accepted,
                by,
            } => Record::Decided {
                amendment: *amendment,
                accepted: *accepted,
                by: party_in(by)?,
                at,
            },
            Did::Backed { amendment, by } => Record::Backed {
                amendment: *amendment,
                by: party_in(by)?,
                at,
            },
        })
    }
}

/// What stands in the place of words that are gone.
const GONE: &str = "…";

pub(in crate::engine) fn empty_texts<'a>(all: impl IntoIterator<Item = &'a mut Texts>) {
    let texts = all.into_iter().flat_map(Texts::values_mut);
    texts.for_each(empty_text);
}

fn empty_change(change: &mut record::Change) {
    match change {
        record::Change::Add(words) => empty_text(words),
        record::Change::Replace { old, new } => {
            empty_text(old);
            empty_text(new);
        }
    }
}

fn empty_text(text: &mut String) {
    if !text.is_empty() {
        GONE.clone_into(text);
    }
}

fn root_in(from_card: bool, root: Option<[u8; 16]>) -> Root {
    match (from_card, root) {
        (false, Some(root)) => Root::Message(MessageId::from(root)),
        _ => Root::Card,
    }
}

pub(super) fn status_out(status: Status) -> record::Status {
    match status {
        Status::Draft => record::Status::Draft,
        Status::Open => record::Status::Open,
        Status::InReview => record::Status::InReview,
        Status::Answered => record::Status::Answered,
        Status::Withdrawn => record::Status::Withdrawn,
    }
}

fn status_in(status: record::Status) -> Status {
    match status {
        record::Status::Draft => Status::Draft,
        record::Status::Open => Status::Open,
        record::Status::InReview => Status::InReview,
        record::Status::Answered => Status::Answered,
        record::Status::Withdrawn => Status::Withdrawn,
    }
}

/// A proposal's name.
pub(crate) fn reference(code: &ThemeCode, number: u32) -> ProposalRef {
    ProposalRef {
        code: code.clone(),
        number,
    }
}

pub(crate) fn party_out(party: &Party, user_id: Option<String>) -> record::Party {
    record::Party {
        member: party.member.to_string(),
        network: match party.network {
            Network::WhatsApp => record::Network::WhatsApp,
            Network::Matrix => record::Network::Matrix,
        },
        user_id,
    }
}

pub(crate) fn party_in(party: &record::Party) -> Option<Party> {
    Some(Party {
        member: party.member.parse::<MemberId>().ok()?,
        network: match party.network {
            record::Network::WhatsApp => Network::WhatsApp,
            record::Network::Matrix => Network::Matrix,
        },
    })
}

fn change_out(change: &Change) -> record::Change {
    match change {
        Change::Add(text) => record::Change::Add(text.clone()),
        Change::Replace { old, new } => record::Change::Replace {
            old: old.clone(),
            new: new.clone(),
        },
    }
}

fn change_in(change: &record::Change) -> Change {
    match change {
        record::Change::Add(text) => Change::Add(text.clone()),
        record::Change::Replace { old, new } => Change::Replace {
            old: old.clone(),
            new: new.clone(),
        },
    }
}

/// The one text there is; should a reader of ours ever meet several, the first.
fn one(texts: &Texts) -> String {
    texts.values().next().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_without_their_words_come_to_the_same() {
        let (agua, salud) = ("AGUA".parse().unwrap(), "SALUD".parse().unwrap());
        let ana = Party {
            member: "a".repeat(16).parse().unwrap(),
            network: Network::WhatsApp,
        };
        let (number, at) = (1, Timestamp(0));
        let proposed = |text: &str| Record::Proposed {
            number,
            title: "palabrota".to_owned(),
            text: text.to_owned(),
            authors: vec![ana.clone()],
            root: Root::Card,
            source: None,
            promoted_from: None,
            at,
        };
        let change = Change::Replace {
            old: "palabrota".to_owned(),
            new: "otra palabrota".to_owned(),
        };
        let records = [
            proposed("palabrota"),
            proposed(""),
            Record::Amended {
                amendment: 1,
                number,
                change,
                source: None,
                by: ana.clone(),
                at,
            },
        ];
        let setting = Setting {
            code: &agua,
            language: "es",
            body: "Ana propone «palabrota»".to_owned(),
            number,
            user_id: &|_| None,
        };
        for record in &records {
            let mut stored = Stored::new(record, &setting).unwrap();
            let before = stored.clone();
            assert!(!stored.empty(&reference(&salud, 1)) && !stored.empty(&reference(&agua, 2)));
            assert_eq!(stored, before);
            assert!(stored.empty(&reference(&agua, 1)));
            let kept = serde_json::to_string(&stored).unwrap();
            assert!(!kept.contains("palabrota"), "{kept}");
            // A draft is one still, and what had words is none.
            if let (Record::Proposed { text: had, .. }, Some(Record::Proposed { text: has, .. })) =
                (record, stored.record())
            {
                assert_eq!(had.is_empty(), has.is_empty());
            }
        }
    }
}
