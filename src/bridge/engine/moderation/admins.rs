//! Delegates as admins of the groups on WhatsApp that they are members of, where the charter says so.

use std::collections::{BTreeMap, BTreeSet};

use civic::moderation::Rule;
use civic::{GroupId, MemberId};
use whatsapp::{Connector, GroupInfo, GroupJid, OrderError, Person};

use crate::clock;
use crate::engine::entries::Outgoing;
use crate::engine::lane::Failure;
use crate::engine::{Engine, Seat, lock};

/// Those whom the bridge made admins of a group. A group's own admins are never among them.
type Promoted = BTreeMap<String, Person>;

impl Engine {
    /// The accounts of those who are to be admins now.
    fn wanted_admins(&self, seat: &Seat) -> BTreeSet<MemberId> {
        let theme = lock(&seat.theme);
        let moderation = theme.moderation();
        if moderation.charter().of(Rule::GroupAdmins) == 0 {
            return BTreeSet::new();
        }
        let persons = lock(&self.persons);
        let delegates = moderation.delegates(clock::now());
        let accounts = delegates.flat_map(|(_, mandate)| {
            let member = &mandate.who.member;
            [persons.linked(member).cloned(), Some(member.clone())]
        });
        accounts.flatten().collect()
    }

    /// Makes those admins of a group who are delegates in it, and those plain members again who are so no more.
    pub(in crate::engine) async fn set_admins(
        &self,
        (seat, entry): (&Seat, &Outgoing),
        (connector, jid, group): (&Connector, &GroupJid, &GroupId),
    ) -> Result<Option<String>, Failure> {
        if !self.concerns_admins(seat, group)? {
            return Ok(None);
        }
        let info = connector.group(jid).await?;
        let set = self.order_admins(seat, connector, group, &info).await?;
        self.told((seat, entry, group), set).await
    }

    /// The same at a sign of change in the group: who is a delegate may have come to it.
    pub(in crate::engine) async fn look_to_admins(
        &self,
        seat: &Seat,
        group: &GroupId,
        info: &GroupInfo,
    ) {
        let Ok(connector) = self.connected() else {
            return;
        };
        // Where the bridge is no admin, the log has been told when it was decided.
        let concerns = self.concerns_admins(seat, group).unwrap_or(true);
        if !concerns || !info.we_are_admin || !self.is_open(group) {
            return;
        }
        match self.order_admins(seat, connector, group, info).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, theme = %seat.slug(), "who administers a group could not be seen to; the next sign of change does so");
            }
            Err(_) => {
                tracing::warn!(theme = %seat.slug(), "who administers a group could not be noted; the next sign of change does so");
            }
        }
    }

    /// Whether the charter has a say in it, or had.
    fn concerns_admins(&self, seat: &Seat, group: &GroupId) -> Result<bool, Failure> {
        let promoted = self.notebook.note(&note_of(group));
        let promoted = promoted.map_err(|_| Failure::Later(None))?;
        Ok(promoted.is_some() || !self.wanted_admins(seat).is_empty())
    }

    async fn order_admins(
        &self,
        seat: &Seat,
        connector: &Connector,
        group: &GroupId,
        info: &GroupInfo,
    ) -> Result<Result<(), OrderError>, Failure> {
        let wanted = self.wanted_admins(seat);
        let note = note_of(group);
        let kept = self.notebook.note(&note);
        let kept = kept.map_err(|_| Failure::Later(None))?;
        let mut promoted: Promoted = kept
            .and_then(|kept| serde_json::from_slice(&kept).ok())
            .unwrap_or_default();
        let here = {
            let groups = lock(&self.groups);
            let known = groups.get(group).and_then(|seat| seat.known.as_ref());
            known.map(|known| known.people.clone()).unwrap_or_default()
        };
        let fallen = promoted.keys().filter(|member| {
            let member = member.parse::<MemberId>();
            !member.is_ok_and(|member| wanted.contains(&member))
        });
        for member in fallen.cloned().collect::<Vec<_>>() {
            match connector.demote(&info.jid, &promoted[&member]).await {
                Ok(_) | Err(OrderError::TheCreator) => {}
                Err(error) => return Ok(Err(error)),
            }
            promoted.remove(&member);
            self.keep_promoted(&note, &promoted).await?;
        }
        for member in wanted {
            let Some(person) = here.get(member.as_str()) else {
                continue;
            };
            // Who is an admin already is so by the group's own will, or by this.
            if info.member(person).is_none_or(|member| member.admin) {
                continue;
            }
            // Noted first: nobody is left an admin whom no note knows.
            promoted.insert(member.to_string(), person.clone());
            self.keep_promoted(&note, &promoted).await?;
            match connector.promote(&info.jid, person).await {
                Ok(_) | Err(OrderError::NotThere) => {}
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(()))
    }

    async fn keep_promoted(&self, note: &str, promoted: &Promoted) -> Result<(), Failure> {
        let bytes = match promoted.is_empty() {
            true => Vec::new(),
            false => serde_json::to_vec(promoted).unwrap_or_default(),
        };
        self.keep_note(note, &bytes).await
    }
}

/// The name of the note that holds whom the bridge made admins of a group.
fn note_of(group: &GroupId) -> String {
    format!("admins/{group}")
}
