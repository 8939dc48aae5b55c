use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use whatsapp_rust::wacore::stanza::groups::GroupNotificationAction as Action;

use super::*;
use crate::{Heard, NotKept, What};

/// Can't keep anything the first few times.
struct Full {
    refuses: AtomicUsize,
    kept: UnboundedSender<Heard>,
}

#[async_trait]
impl Inbox for Full {
    async fn keep(&self, heard: &[Heard]) -> Result<(), NotKept> {
        let left = self.refuses.load(Ordering::SeqCst);
        if left > 0 {
            self.refuses.store(left - 1, Ordering::SeqCst);
            return Err(NotKept);
        }
        for one in heard {
            self.kept.send(one.clone()).map_err(|_| NotKept)?;
        }
        Ok(())
    }

    async fn keep_direct(&self, _: &[crate::Direct]) -> Result<(), NotKept> {
        Err(NotKept)
    }
}

fn session(folder: &std::path::Path) -> Session {
    let key = vault::Key::from_bytes([1; 32]);
    Session::open(vault::Database::open(folder, &key, 1 << 20).unwrap()).unwrap()
}

fn told_of(id: &str, action: Action) -> GroupUpdate {
    GroupUpdate::builder()
        .group_jid("120363000000000001@g.us".parse().unwrap())
        .notification_id(id.to_owned())
        .participant("200000000000001@lid".parse().unwrap())
        .timestamp(Default::default())
        .is_lid_addressing_mode(true)
        .action(action)
        .build()
}

#[tokio::test(start_paused = true)]
async fn what_the_inbox_cannot_keep_it_is_asked_to_again_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (kept, mut hears) = unbounded_channel();
    let inbox = Arc::new(Full {
        refuses: AtomicUsize::new(3),
        kept,
    });
    let (told, acts) = Acts::keep(session(folder.path()), inbox);
    told.send(told_of("A", Action::Announce)).unwrap();
    told.send(told_of("B", Action::Unlocked)).unwrap();
    told.send(told_of("C", Action::NotAnnounce)).unwrap();
    let first = hears.recv().await.unwrap();
    assert_eq!(first.id, "A.0.0");
    assert_eq!(first.what, What::Announcement { on: true });
    // What came before the end is handed on before it.
    acts.close().await;
    assert_eq!(hears.recv().await.unwrap().id, "C.0.0");
    assert!(told.send(told_of("D", Action::Announce)).is_err());
}

#[tokio::test(start_paused = true)]
async fn an_inbox_that_keeps_nothing_does_not_hold_up_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let (kept, mut hears) = unbounded_channel();
    let inbox = Arc::new(Full {
        refuses: AtomicUsize::new(usize::MAX),
        kept,
    });
    let (told, acts) = Acts::keep(session(folder.path()), inbox);
    told.send(told_of("A", Action::Announce)).unwrap();
    acts.close().await;
    assert!(hears.recv().await.is_none());
}
