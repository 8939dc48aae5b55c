use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use crate::GroupJid;

/// «Something about this group changed», no more: what it is now, [`Connector::group`](crate::Connector::group)
/// tells. WhatsApp's own notifications come twice and in any order, so all that is read from them is who did
/// something ([`What::Promoted`](crate::What::Promoted) and the like).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupHint {
    /// The group.
    pub group: GroupJid,
}

/// The hints that nobody has taken yet. Many about one group are one, so that there are never more of them than
/// groups. Clones take from the same.
#[derive(Clone, Default)]
pub struct Hints(Arc<Inner>);

#[derive(Default)]
struct Inner {
    groups: Mutex<Groups>,
    changed: Notify,
}

#[derive(Default)]
struct Groups {
    /// All that were ever heard of.
    known: BTreeSet<GroupJid>,
    /// Those with a hint that is not taken.
    hinted: BTreeSet<GroupJid>,
}

impl Hints {
    /// Waits for the next hint. Safe to cancel.
    pub async fn next(&self) -> GroupHint {
        loop {
            let changed = self.0.changed.notified();
            if let Some(hint) = self.take() {
                return hint;
            }
            changed.await;
        }
    }

    /// The next hint, if there is one already.
    pub fn take(&self) -> Option<GroupHint> {
        let mut groups = self.groups();
        let group = groups.hinted.pop_first()?;
        let more = !groups.hinted.is_empty();
        drop(groups);
        if more {
            self.0.changed.notify_one();
        }
        Some(GroupHint { group })
    }

    /// Remembers a group, without a hint.
    pub(crate) fn know(&self, group: &GroupJid) {
        let mut groups = self.groups();
        if !groups.known.contains(group) {
            groups.known.insert(group.clone());
        }
    }

    /// Forgets a group that was left on purpose.
    pub(crate) fn forget(&self, group: &GroupJid) {
        let mut groups = self.groups();
        groups.known.remove(group);
        groups.hinted.remove(group);
    }

    pub(crate) fn hint(&self, group: GroupJid) {
        let mut groups = self.groups();
        groups.known.insert(group.clone());
        groups.hinted.insert(group);
        drop(groups);
        self.0.changed.notify_one();
    }

    /// A hint for each known group: while the connection was down anything may have changed.
    pub(crate) fn hint_all(&self) {
        let mut groups = self.groups();
        groups.hinted = groups.known.clone();
        drop(groups);
        self.0.changed.notify_one();
    }

    fn groups(&self) -> MutexGuard<'_, Groups> {
        self.0
            .groups
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(n: u8) -> GroupJid {
        format!("12036300000000000{n}@g.us").parse().unwrap()
    }

    #[tokio::test]
    async fn many_changes_of_a_group_are_one_hint() {
        let hints = Hints::default();
        for n in [1, 2, 1, 1] {
            hints.hint(group(n));
        }
        assert_eq!(hints.next().await.group, group(1));
        assert_eq!(hints.next().await.group, group(2));
        assert_eq!(hints.take(), None);
    }

    #[tokio::test]
    async fn a_new_connection_hints_at_every_known_group() {
        let hints = Hints::default();
        hints.know(&group(1));
        hints.hint(group(2));
        hints.hint(group(3));
        hints.forget(&group(3));
        hints.take();
        assert_eq!(hints.take(), None);
        hints.hint_all();
        let waiting = tokio::spawn({
            let hints = hints.clone();
            async move { [hints.next().await.group, hints.next().await.group] }
        });
        assert_eq!(waiting.await.unwrap(), [group(1), group(2)]);
    }
}
