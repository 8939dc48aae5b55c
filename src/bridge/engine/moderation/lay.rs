//! From an entry of the log to what stands in the room's lane.

use civic::Leg;
use civic::moderation::{Category, Deed, Entry};
use civic::{Notice, Theme, Timestamp};
use matrix::names;
use matrix::record::{Charter, Delegate, ModerationAct, Roster, Sanction, VERSION};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::engine::act::Act;
use crate::engine::carry::Layout;
use crate::engine::proposals::{Stored, party_out};

/// State that follows from an entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StateOut {
    pub(crate) event_type: String,
    pub(crate) key: String,
    pub(crate) content: Value,
}

impl Layout<'_> {
    /// Keeps an entry, and lets the room and the log have it.
    pub(in crate::engine) fn moderated(&mut self, entry: &Entry) {
        let Some(theme) = self.theme else {
            return;
        };
        let act = ModerationAct {
            v: VERSION,
            reference: theme.code().to_string(),
            number: entry.number,
            prev: entry.prev.to_string(),
            hash: entry.hash().to_string(),
            at: entry.at.0,
            act: entry.deed.act().to_owned(),
            fields: entry.deed.fields(),
            body: self.logged(theme, entry),
        };
        let stored = Stored::Moderated { act: act.into() };
        let slug = self.seat.slug().clone();
        self.engine.notebook.keep_record(self.batch, &slug, &stored);
        let act = Act::Log {
            stored: Box::new(stored),
            states: self.engine.states(theme, entry, self.now),
        };
        self.send(&Leg::Room, act, None, None);
    }

    fn logged(&self, theme: &Theme, entry: &Entry) -> String {
        let logged = self.engine.knowing(|known| theme.logged(entry, known));
        // The log is plain text: what marks bold elsewhere would stand in it as it is.
        let words = self.engine.words(&Notice::Logged(logged.into()), None);
        words.replace('*', "")
    }
}

impl Engine {
    /// The state that follows from an entry; who moderates and by which rules, as it stands in the theme.
    pub(super) fn states(&self, theme: &Theme, entry: &Entry, now: Timestamp) -> Vec<StateOut> {
        let state = |event_type: &str, key: String, content: Value| {
            vec![StateOut {
                event_type: event_type.to_owned(),
                key,
                content,
            }]
        };
        let fields = entry.deed.fields();
        match &entry.deed {
            Deed::Seated { .. } | Deed::Left { .. } => {
                let roster = json!(self.roster(theme, entry, now));
                state(names::ROSTER, String::new(), roster)
            }
            Deed::RuleChanged { .. } => {
                let changed = theme.moderation().charter().changed();
                let charter = Charter {
                    v: VERSION,
                    rules: changed
                        .map(|(rule, value)| (rule.as_str().to_owned(), value))
                        .collect(),
                };
                state(names::CHARTER, String::new(), json!(charter))
            }
            Deed::InForce {
                case,
                category,
                reason,
                until,
                ..
            } => {
                let sanction = Sanction {
                    v: VERSION,
                    measure: fields.get("measure").cloned().unwrap_or_default(),
                    category: category.map(|category| category.as_str().to_owned()),
                    reason: reason.clone(),
                    until: until.map(|until| until.0),
                };
                state(names::SANCTION, case.to_string(), json!(sanction))
            }
            Deed::Outlawed { case, reason, .. } => {
                let sanction = Sanction {
                    v: VERSION,
                    measure: fields.get("measure").cloned().unwrap_or_default(),
                    category: Some(Category::Illegal.as_str().to_owned()),
                    reason: reason.clone(),
                    until: None,
                };
                state(names::SANCTION, case.to_string(), json!(sanction))
            }
            Deed::Over { case, .. } => state(names::SANCTION, case.to_string(), json!({})),
            _ => Vec::new(),
        }
    }

    fn roster(&self, theme: &Theme, entry: &Entry, now: Timestamp) -> Roster {
        let delegates = theme.moderation().delegates(now);
        let (entries, hash) = (entry.number, entry.hash());
        Roster {
            v: VERSION,
            delegates: delegates
                .map(|(mandate, seated)| Delegate {
                    who: party_out(&seated.who, self.user_id(&seated.who)),
                    mandate,
                    until: seated.seated.map_or(0, |(_, until)| until.0),
                })
                .collect(),
            entries,
            hash: hash.to_string(),
        }
    }
}
