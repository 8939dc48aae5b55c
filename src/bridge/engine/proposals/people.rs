//! Persons with an account on either network, who count once.

use civic::{MemberId, Network, Party};
use matrix::names;
use matrix::record::{self, Linked, VERSION};
use serde_json::json;

use super::stored::party_out;
use crate::engine::act::Act;
use crate::engine::carry::Layout;
use crate::engine::entries::{Incoming, Kept};
use crate::engine::lane::Failure;
use crate::engine::perform::misplaced;
use crate::engine::{Engine, lock};

impl Engine {
    /// The Matrix account of somebody, or their ghost's.
    pub(in crate::engine) fn user_id(&self, party: &Party) -> Option<String> {
        match party.network {
            Network::WhatsApp => {
                let identity = self.homeserver.identity();
                Some(identity.ghost_user_id(&party.member).to_string())
            }
            Network::Matrix => {
                let people = lock(&self.people);
                people.account_of(&party.member).map(str::to_owned)
            }
        }
    }

    /// Writes that two accounts are one person, or no longer, into the plan's space.
    pub(in crate::engine) async fn write_person(
        &self,
        accounts: &[record::Party],
        on: bool,
    ) -> Result<Option<String>, Failure> {
        let Some(key) = accounts.first().map(|account| account.member.clone()) else {
            return Err(misplaced());
        };
        let linked = Linked {
            v: VERSION,
            accounts: match on {
                true => accounts.to_vec(),
                false => Vec::new(),
            },
        };
        let content = serde_json::to_value(&linked).unwrap_or_else(|_| json!({}));
        self.homeserver
            .set_state(&self.space, names::PERSON, &key, &content)
            .await?;
        Ok(None)
    }
}

impl Layout<'_> {
    /// Two accounts are one person, or no longer: the one on WhatsApp first.
    pub(in crate::engine) fn join(&mut self, one: &MemberId, other: &MemberId, on: bool) {
        let party = |member: &MemberId| {
            let party = Party {
                member: member.clone(),
                network: lock(&self.engine.people).network_of(member),
            };
            party_out(&party, self.engine.user_id(&party))
        };
        let mut accounts = vec![party(one), party(other)];
        accounts.sort_by_key(|account| account.network);
        self.send(&civic::Leg::Room, Act::Join { accounts, on }, None, None);
        for theme in self.engine.seats.keys() {
            let source = self.engine.source(&[
                b"persons changed",
                &self.incoming.source,
                theme.as_str().as_bytes(),
            ]);
            let what = Kept::PersonsChanged {
                one: one.to_string(),
                other: other.to_string(),
            };
            let told = Incoming::new(source, theme, what);
            self.engine.notebook.take_in(self.batch, self.now, &told);
        }
    }
}
