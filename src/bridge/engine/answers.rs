//! What the bridge answers to somebody hangs on what they wrote: where several ask at once, everybody sees whose answer is whose.

use civic::{Language, Leg, Notice, ProposalRef};
use ruma::RoomId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vault::VaultError;
use whatsapp::{ReplyTo, Saying};

use super::act::Act;
use super::carry::Layout;
use super::entries::{Did, Spot, Talk, leg, leg_key};
use super::proposals::told_name;
use super::talk::beginning_of;
use super::{Engine, lock, words};

/// A message that the bridge answers, where it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    message: Spot,
    /// Who wrote it, if it was written in a group.
    author: Option<whatsapp::Person>,
    /// How it begins.
    text: String,
    /// The thread that it stands in, by the event that began it.
    thread: Option<Spot>,
    /// Whether the answer is only for whoever asked: it goes with what was asked.
    #[serde(default)]
    passing: bool,
}

impl Asked {
    /// What somebody said, or changed; what is done without words can't be answered.
    fn by(talk: &Talk) -> Option<Self> {
        let (message, words, thread) = match &talk.did {
            Did::Say { words, answers, .. } => {
                let thread = answers.as_ref().and_then(|answers| answers.thread.clone());
                (&talk.message, words, thread)
            }
            Did::Edit { of, words } => (of, words, None),
            Did::TakeBack { .. } | Did::React { .. } => return None,
        };
        Some(Self {
            message: message.clone(),
            author: talk.address.clone(),
            text: beginning_of(&words.text),
            thread,
            passing: false,
        })
    }

    /// The message itself.
    pub(super) fn message(&self) -> &Spot {
        &self.message
    }

    /// Whether the answer goes with it.
    pub(super) fn is_passing(&self) -> bool {
        self.passing
    }

    /// No longer tells how it begins, if it is this message. Whether it is.
    pub(super) fn forget(&mut self, message: &Spot) -> bool {
        let is = self.message == *message && !self.text.is_empty();
        if is {
            self.text.clear();
        }
        is
    }

    /// How an event of this room is an answer to it. Relations don't lead into another room.
    fn relation(&self, room: &RoomId) -> Option<Value> {
        let here = |spot: &Spot| spot.in_room().filter(|(found, _)| *found == room);
        let (_, event) = here(&self.message)?;
        let mut relation = json!({ "m.in_reply_to": { "event_id": event } });
        if let Some((_, root)) = self.thread.as_ref().and_then(here) {
            relation["rel_type"] = "m.thread".into();
            relation["event_id"] = root.as_str().into();
            relation["is_falling_back"] = false.into();
        }
        Some(relation)
    }
}

impl Layout<'_> {
    /// Answers whoever is heard now. What is said for a speaker keeps to their pace.
    pub(super) fn answer(
        &mut self,
        notice: &Notice,
        language: Option<Language>,
        speaker: Option<String>,
    ) {
        let Some(talk) = self.talk().cloned() else {
            return;
        };
        let Some(from) = leg(&talk.from) else {
            return;
        };
        if self.drowns(&from, notice) {
            return;
        }
        let text = self.engine.answer_in(&from, notice, language);
        // What is taken out of sight is not quoted.
        let answers = Asked::by(&talk).filter(|_| !self.hides_it).map(|asked| {
            let passing = !self.announced.contains(&notice);
            Box::new(Asked { passing, ..asked })
        });
        let act = match &talk.privately {
            Some(privately) => Act::Whisper {
                to: privately.back.clone(),
                text,
                answers,
            },
            None => Act::Tell { text, answers },
        };
        let told = told_of(notice);
        let link = told
            .first()
            .map(|of| told_name(&self.engine.notebook, of).to_vec());
        let effect = self.send(&from, act, speaker, link);
        self.tells_of(&told, &from, &effect);
    }
}

/// The proposals whose words a notice tells.
fn told_of(notice: &Notice) -> Vec<ProposalRef> {
    match notice {
        Notice::Shown { card, .. } => vec![card.reference.clone()],
        Notice::List { proposals, .. } => {
            let listed = proposals.iter();
            listed.map(|listed| listed.reference.clone()).collect()
        }
        _ => Vec::new(),
    }
}

impl Layout<'_> {
    /// Whether there have been so many refusals in a place lately that another would only drown the talk, as when a crowd asks
    /// for what it can't have.
    fn drowns(&self, from: &Leg, notice: &Notice) -> bool {
        let refuses = matches!(notice, Notice::Refused(_) | Notice::NearMiss { .. });
        if !refuses || from.is_direct() {
            return false;
        }
        let place = format!("{}/{}", self.seat.slug(), leg_key(from));
        let mut refusals = lock(&self.engine.refusals);
        let drowns = refusals.is_over(self.now, &place);
        if !drowns {
            refusals.take(self.now, &place);
        }
        drowns
    }
}

impl Engine {
    /// The message of a link, to be answered where it was written.
    pub(super) fn asked(&self, link: &[u8]) -> Result<Option<Box<Asked>>, VaultError> {
        let Some(link) = self.notebook.link(link)? else {
            return Ok(None);
        };
        let thread = match &link.thread {
            Some(root) => self.notebook.link(root)?,
            None => None,
        };
        let thread = match thread {
            Some(root) => self.notebook.spots(&root, &leg_key(&civic::Leg::Room))?,
            None => Vec::new(),
        };
        Ok(Some(Box::new(Asked {
            text: beginning_of(link.shown()),
            message: link.spot,
            author: link.author,
            thread: thread.into_iter().next(),
            passing: true,
        })))
    }
}

/// What the bridge says in a room.
pub(super) fn in_room(text: &str, answers: Option<&Asked>, room: &RoomId) -> Value {
    let (body, html) = words::in_room(text);
    let mut content = json!({
        "msgtype": "m.notice",
        "body": body,
        "format": "org.matrix.custom.html",
        "formatted_body": html,
    });
    if let Some(relation) = answers.and_then(|asked| asked.relation(room)) {
        content["m.relates_to"] = relation;
    }
    content
}

/// What the bridge says in a group.
pub(super) fn in_group(text: &str, answers: Option<&Asked>) -> Saying {
    Saying::Text {
        text: text.to_owned(),
        reply: answers.map(reply_to),
        mentions: Vec::new(),
    }
}

/// What was asked, as an answer on WhatsApp names it.
pub(super) fn reply_to(asked: &Asked) -> ReplyTo {
    ReplyTo {
        id: asked.message.id().to_owned(),
        author: asked.author.clone(),
        text: asked.text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::entries::{Answers, Words};

    fn talk(did: Did) -> Talk {
        Talk {
            from: "room".to_owned(),
            member: "a".repeat(16),
            own_name: None,
            user_id: None,
            message: Spot("!room:aty.test/$asked".to_owned()),
            address: None,
            at: 0,
            did,
            only_told: None,
            privately: None,
        }
    }

    fn words(text: &str) -> Words {
        Words {
            text: text.to_owned(),
            html: None,
        }
    }

    fn event(name: &str) -> Spot {
        Spot(format!("!room:aty.test/{name}"))
    }

    #[test]
    fn an_answer_stays_in_the_thread_where_it_was_asked() {
        let said = |thread| {
            talk(Did::Say {
                words: words("!ver"),
                answers: Some(Answers {
                    to: event("$before"),
                    thread,
                    quoted: None,
                }),
                in_place: false,
            })
        };
        let room = ruma::room_id!("!room:aty.test");
        let relation = |talk: &Talk| Asked::by(talk).and_then(|asked| asked.relation(room));
        let plain = json!({ "m.in_reply_to": { "event_id": "$asked" } });
        assert_eq!(relation(&said(None)), Some(plain));
        let in_thread = json!({
            "rel_type": "m.thread",
            "event_id": "$root",
            "is_falling_back": false,
            "m.in_reply_to": { "event_id": "$asked" },
        });
        assert_eq!(relation(&said(Some(event("$root")))), Some(in_thread));
        let elsewhere = ruma::room_id!("!other:aty.test");
        let asked = Asked::by(&said(None)).unwrap();
        assert_eq!(asked.relation(elsewhere), None);
    }

    #[test]
    fn what_was_changed_is_answered_where_it_stands() {
        let changed = talk(Did::Edit {
            of: event("$first"),
            words: words("otra cosa"),
        });
        assert_eq!(Asked::by(&changed).unwrap().message, event("$first"));
        let reacted = talk(Did::React {
            to: event("$first"),
            emoji: Some("👍".to_owned()),
        });
        assert_eq!(Asked::by(&reacted), None);
    }

    #[test]
    fn what_waits_since_an_earlier_version_answers_nothing() {
        let act: Act = serde_json::from_value(json!({ "Tell": { "text": "Listo." } })).unwrap();
        assert!(matches!(act, Act::Tell { text, answers: None } if text == "Listo."));
    }
}
