//! Carrying out in the groups: who is out, and when it is quiet.

use civic::GroupId;
use vault::Batch;
use whatsapp::{Connector, GroupJid, OrderError, Person};

use crate::clock;
use crate::engine::lane::Failure;
use crate::engine::perform::member_id;
use crate::engine::{Engine, Seat, lock};

impl Engine {
    /// Lets a group be quiet, or not, as the theme stands now.
    pub(in crate::engine) async fn quiet(
        &self,
        seat: &Seat,
        connector: &Connector,
        jid: &GroupJid,
    ) -> Result<Option<String>, Failure> {
        let on = lock(&seat.theme)
            .moderation()
            .paused_until(clock::now())
            .is_some();
        told(connector.set_announcement(jid, on).await.map(drop))
    }

    /// Removes somebody from a group, or adds them again where they were removed.
    pub(in crate::engine) async fn remove(
        &self,
        (connector, jid, group): (&Connector, &GroupJid, &GroupId),
        member: &str,
        on: bool,
    ) -> Result<Option<String>, Failure> {
        let member = member_id(member)?;
        let note = format!("removed/{group}/{member}");
        let kept = self.notebook.note(&note);
        let kept = kept.map_err(|_| Failure::Later(None))?;
        let removed: Option<Person> = kept
            .filter(|bytes| !bytes.is_empty())
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if !on {
            let Some(person) = removed else {
                return Ok(None);
            };
            let added = match connector.add(jid, &person).await {
                // They come by the link, which everybody is told.
                Err(OrderError::NotAddable | OrderError::NotThere) => Ok(()),
                added => added.map(drop),
            };
            told(added)?;
            return self.note_removed(&note, &[]).await;
        }
        let here = {
            let groups = lock(&self.groups);
            let known = groups.get(group).and_then(|seat| seat.known.as_ref());
            known.and_then(|known| known.people.get(member.as_str()).cloned())
        };
        let Some(person) = here.or(removed) else {
            return Ok(None);
        };
        // Kept first: afterwards the group knows them no more.
        let bytes = serde_json::to_vec(&person).unwrap_or_default();
        self.note_removed(&note, &bytes).await?;
        let removed = match connector.remove(jid, &person).await {
            Err(OrderError::NotThere) => Ok(()),
            removed => removed.map(drop),
        };
        told(removed)
    }

    async fn note_removed(&self, note: &str, bytes: &[u8]) -> Result<Option<String>, Failure> {
        let mut batch = Batch::new();
        self.notebook.put_note(&mut batch, note, bytes);
        let noted = self.notebook.commit(batch).await;
        noted.map(|()| None).map_err(|_| Failure::Later(None))
    }
}

/// What came of an order.
fn told(ordered: Result<(), OrderError>) -> Result<Option<String>, Failure> {
    match ordered {
        Ok(()) => Ok(None),
        Err(OrderError::Send(error)) => Err(error.into()),
        Err(error) => Err(Failure::Refused(error.to_string())),
    }
}
