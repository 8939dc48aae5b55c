//! Who is suspended in several themes, as a list that other moderation tools can follow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use civic::moderation::Measure;
use civic::{MemberId, Network, Party};
use serde_json::{Value, json};

use crate::clock;
use crate::engine::lane::Failure;
use crate::engine::{Engine, lock};

/// The type of a rule about a user. Spec: Client-Server API, "Moderation policy lists".
const RULE: &str = "m.policy.rule.user";
/// Somebody is on the list who is suspended in so many themes at once.
const THEMES: usize = 2;

/// Somebody's suspensions.
#[derive(Default)]
struct Suspended {
    accounts: BTreeSet<Party>,
    themes: BTreeSet<String>,
    reasons: Vec<String>,
}

impl Engine {
    /// Makes the list say who is suspended in several themes now. What is over is emptied, for a state event can't be taken
    /// away.
    pub(in crate::engine) async fn list_suspensions(&self) -> Result<Option<String>, Failure> {
        let _one_at_a_time = self.listing.lock().await;
        let mut wanted = self.rules();
        let found = self.homeserver.all_state(&self.policies).await?;
        for rule in found.iter().filter(|state| state.event_type == RULE) {
            let now = wanted.remove(&rule.state_key).unwrap_or_else(|| json!({}));
            if now != rule.content {
                self.set_rule(&rule.state_key, &now).await?;
            }
        }
        for (key, rule) in wanted {
            self.set_rule(&key, &rule).await?;
        }
        Ok(None)
    }

    async fn set_rule(&self, key: &str, rule: &Value) -> Result<(), Failure> {
        let set = self.homeserver.set_state(&self.policies, RULE, key, rule);
        Ok(set.await.map(drop)?)
    }

    /// Sees to it at a start that the list is what it should be.
    pub(in crate::engine) async fn see_to_policies(self: Arc<Self>) {
        if self.list_suspensions().await.is_err() {
            tracing::warn!(
                "the list of suspensions could not be seen to; the next suspension or its end does so"
            );
        }
    }

    /// The rules as they should be, by their state keys.
    fn rules(&self) -> BTreeMap<String, Value> {
        let suspended = self.suspended().into_values();
        let several = suspended.filter(|person| person.themes.len() >= THEMES);
        let rules = several.flat_map(|person| {
            let reason = person.reasons.join("; ");
            let users: Vec<String> = person
                .accounts
                .iter()
                .filter_map(|account| self.user_id(account))
                .collect();
            users.into_iter().map(move |user| {
                let rule = json!({ "entity": user, "recommendation": "m.ban", "reason": reason });
                (format!("rule:{user}"), rule)
            })
        });
        rules.collect()
    }

    /// Who is suspended, in which themes; whoever has linked accounts is one.
    fn suspended(&self) -> BTreeMap<MemberId, Suspended> {
        let now = clock::now();
        let mut people: BTreeMap<MemberId, Suspended> = BTreeMap::new();
        for seat in self.seats.values() {
            let theme = lock(&seat.theme);
            let persons = lock(&self.persons);
            let cases = theme.moderation().cases().iter();
            for (number, case) in cases.filter(|(_, case)| case.holds(now) && !case.native) {
                let Measure::Suspend(who) = &case.measure else {
                    continue;
                };
                let person = persons.canonical(&who.member).clone();
                let suspended = people.entry(person).or_default();
                let linked = persons.linked(&who.member);
                for member in case.accounts().chain(linked) {
                    let network = match *member == who.member {
                        true => who.network,
                        false => other(who.network),
                    };
                    let member = member.clone();
                    suspended.accounts.insert(Party { member, network });
                }
                let code = theme.code().to_string();
                let reason = format!("{code}, caso {number}: {}", case.reason);
                suspended.reasons.push(reason);
                suspended.themes.insert(code);
            }
        }
        people
    }
}

/// The network of a linked account: the one that the other is not on.
fn other(network: Network) -> Network {
    match network {
        Network::WhatsApp => Network::Matrix,
        Network::Matrix => Network::WhatsApp,
    }
}
