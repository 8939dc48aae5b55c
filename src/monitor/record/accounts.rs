//! Whose account is whose.

use std::collections::{BTreeMap, BTreeSet};

use matrix::record::{Linked, Network, Party, VERSION};
use matrix::{Identity, names};
use matrix_sdk::ruma::UserId;

use crate::event::Event;

/// Accounts by their user id; one of Matrix that only its member id is known of, by that.
#[derive(Debug, Clone, Default)]
pub(crate) struct Accounts {
    bridge: Option<Identity>,
    by_member: BTreeMap<String, String>,
}

impl Accounts {
    /// Whoever the record calls by a user id can be recognised by it in the reactions.
    /// Without knowing who the bridge is, none of its ghosts is.
    pub(crate) fn new<'a>(
        bridge: Option<&Identity>,
        parties: impl IntoIterator<Item = &'a Party>,
    ) -> Self {
        let known = parties.into_iter().filter_map(|party| {
            let user_id = party.user_id.as_ref()?;
            Some((party.member.clone(), user_id.clone()))
        });
        Self {
            bridge: bridge.cloned(),
            by_member: known.collect(),
        }
    }

    /// The one id under which an account is counted, however the record names it.
    pub(crate) fn of(&self, party: &Party) -> String {
        let known = party
            .user_id
            .as_ref()
            .or_else(|| self.by_member.get(&party.member));
        match (known, party.network, &self.bridge) {
            (Some(user_id), _, _) => user_id.clone(),
            (None, Network::WhatsApp, Some(bridge)) => bridge.ghost_called(&party.member),
            (None, _, _) => party.member.clone(),
        }
    }

    /// Where an account writes from: ghosts of the bridge stand for people on WhatsApp.
    pub(crate) fn network(&self, account: &str) -> Network {
        let user = UserId::parse(account).ok();
        let ghost = |bridge: &Identity| user.is_some_and(|user| bridge.is_ghost(&user));
        match self.bridge.as_ref().is_some_and(ghost) {
            true => Network::WhatsApp,
            false => Network::Matrix,
        }
    }
}

/// Which accounts are one person.
#[derive(Debug, Clone, Default)]
pub(crate) struct Persons {
    linked: Vec<Vec<Party>>,
}

impl Persons {
    /// Reads a space's state, as far as this account wrote it.
    pub(crate) fn read(state: &[Event], bot: &str) -> Self {
        let linked = state
            .iter()
            .filter(|event| event.kind == names::PERSON && event.sender == bot)
            .filter_map(|event| serde_json::from_value::<Linked>(event.content.clone()).ok())
            .filter(|linked| linked.v <= VERSION && linked.accounts.len() > 1);
        Self {
            linked: linked.map(|linked| linked.accounts).collect(),
        }
    }

    /// Every account that is joined to another.
    pub(crate) fn parties(&self) -> impl Iterator<Item = &Party> {
        self.linked.iter().flatten()
    }

    /// Puts the accounts of one person together.
    pub(crate) fn together(
        &self,
        accounts: &BTreeSet<String>,
        known: &Accounts,
    ) -> Vec<BTreeSet<String>> {
        let mut people: Vec<BTreeSet<String>> = self
            .linked
            .iter()
            .map(|linked| linked.iter().map(|party| known.of(party)).collect())
            .collect();
        people.extend(
            accounts
                .iter()
                .map(|account| BTreeSet::from([account.clone()])),
        );
        let mut apart: Vec<BTreeSet<String>> = Vec::new();
        for mut person in people {
            // Two joined accounts may be joined to a third.
            while let Some(at) = apart.iter().position(|other| !other.is_disjoint(&person)) {
                person.append(&mut apart.swap_remove(at));
            }
            apart.push(person);
        }
        for person in &mut apart {
            person.retain(|account| accounts.contains(account));
        }
        apart.retain(|person| !person.is_empty());
        apart.sort();
        apart
    }
}
