//! The contract of whatsapp-rust's storage: each kind of record comes back, also after opening again, and no
//! file shows a number.

use std::path::Path;
use std::sync::Arc;

use whatsapp_rust::bytes::Bytes;
use whatsapp_rust::wacore::appstate::hash::HashState;
use whatsapp_rust::wacore::appstate::processor::AppStateMutationMAC;
use whatsapp_rust::wacore::store::traits::*;

use super::*;

const NUMBER: &str = "12025550123";
const LID: &str = "100000000000001";
const GROUP: &str = "120363000000000001@g.us";

fn database(folder: &Path) -> Database {
    Database::open(folder, &vault::Key::from_bytes([1; 32]), 1 << 20).unwrap()
}

/// Runs `write`, opens the session again, and runs `read`.
async fn kept<W, R>(write: W, read: R)
where
    W: AsyncFnOnce(&Store),
    R: AsyncFnOnce(&Store),
{
    let folder = tempfile::tempdir().unwrap();
    let session = Session::open(database(folder.path())).unwrap();
    write(&session.store).await;
    drop(session);
    let session = Session::open(database(folder.path())).unwrap();
    read(&session.store).await;
    drop(session);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let Ok(bytes) = std::fs::read(file.unwrap().path()) else {
            continue;
        };
        for secret in [NUMBER, LID, GROUP] {
            let shown = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!shown, "a file shows {secret}");
        }
    }
}

fn mapping(lid: &str, number: &str) -> LidPnMappingEntry {
    LidPnMappingEntry {
        lid: lid.into(),
        phone_number: number.into(),
        created_at: 1,
        updated_at: 2,
        learning_source: "usync".into(),
    }
}

#[tokio::test]
async fn signal_sessions_and_identities() {
    let address: Arc<str> = format!("{NUMBER}:3@s.whatsapp.net.0").into();
    let other: Arc<str> = format!("{LID}@lid.0").into();
    kept(
        async |store| {
            store.put_identity(&address, [1; 32]).await.unwrap();
            store
                .put_identities_batch(&[(other.clone(), [2; 32])])
                .await
                .unwrap();
            store.put_session(&address, b"old").await.unwrap();
            let sessions = [
                (address.clone(), Bytes::from("new")),
                (other.clone(), Bytes::from("x")),
            ];
            store.put_sessions_batch(&sessions).await.unwrap();
        },
        async |store| {
            assert_eq!(store.load_identity(&address).await.unwrap(), Some([1; 32]));
            assert_eq!(store.load_identity(&other).await.unwrap(), Some([2; 32]));
            assert_eq!(
                store.get_session(&address).await.unwrap(),
                Some("new".into())
            );
            assert!(store.has_session(&other).await.unwrap());
            assert!(store.has_signal_state_for_user(NUMBER).await.unwrap());
            assert!(!store.has_signal_state_for_user(&NUMBER[1..]).await.unwrap());
            assert!(!store.has_signal_state_for_user(&NUMBER[..9]).await.unwrap());
            store.delete_session(&address).await.unwrap();
            store.delete_identity(&address).await.unwrap();
            assert!(!store.has_signal_state_for_user(NUMBER).await.unwrap());
        },
    )
    .await;
}

#[tokio::test]
async fn prekeys_and_sender_keys() {
    kept(
        async |store| {
            assert_eq!(store.get_max_prekey_id().await.unwrap(), 0);
            store.store_prekey(7, b"seven", false).await.unwrap();
            let more = [(300, Bytes::from("many")), (8, Bytes::from("eight"))];
            store.store_prekeys_batch(&more, false).await.unwrap();
            store.remove_prekey(8).await.unwrap();
            store.mark_prekeys_uploaded(&[7, 8]).await.unwrap();
            store.store_signed_prekey(1, b"signed").await.unwrap();
            store.store_signed_prekey(2, b"signed too").await.unwrap();
            store.put_sender_key("group::sender", b"a").await.unwrap();
            store
                .put_sender_keys_batch(&[("other".into(), Bytes::from("b"))])
                .await
                .unwrap();
        },
        async |store| {
            assert_eq!(store.load_prekey(7).await.unwrap(), Some("seven".into()));
            // Used up before it was marked: it does not come back.
            assert_eq!(store.load_prekey(8).await.unwrap(), None);
            assert_eq!(store.get_max_prekey_id().await.unwrap(), 300);
            assert_eq!(
                store.load_signed_prekey(1).await.unwrap(),
                Some(b"signed".to_vec())
            );
            store.remove_signed_prekey(1).await.unwrap();
            let signed = store.load_all_signed_prekeys().await.unwrap();
            assert_eq!(signed, [(2, b"signed too".to_vec())]);
            assert_eq!(
                store.get_sender_key("other").await.unwrap(),
                Some(b"b".to_vec())
            );
            store.delete_sender_key("other").await.unwrap();
            assert_eq!(store.get_sender_key("other").await.unwrap(), None);
            assert!(
                store
                    .get_sender_key("group::sender")
                    .await
                    .unwrap()
                    .is_some()
            );
        },
    )
    .await;
}

#[tokio::test]
async fn app_state() {
    let mac = |index: u8| AppStateMutationMAC {
        index_mac: vec![index; 32],
        value_mac: vec![index + 100; 32],
    };
    kept(
        async |store| {
            let key = AppStateSyncKey {
                key_data: vec![9],
                ..Default::default()
            };
            store.set_sync_key(b"id", key).await.unwrap();
            let version = HashState {
                version: 5,
                ..Default::default()
            };
            store.set_version("regular", version).await.unwrap();
            store
                .put_mutation_macs("regular", 5, &[mac(1), mac(2)])
                .await
                .unwrap();
            store
                .put_mutation_macs("critical", 1, &[mac(1)])
                .await
                .unwrap();
        },
        async |store| {
            assert_eq!(
                store.get_sync_key(b"id").await.unwrap().unwrap().key_data,
                [9]
            );
            assert_eq!(
                store.get_latest_sync_key_id().await.unwrap(),
                Some(b"id".to_vec())
            );
            assert_eq!(store.get_version("regular").await.unwrap().version, 5);
            assert_eq!(store.get_version("unknown").await.unwrap().version, 0);
            let read = async |name| store.get_mutation_mac(name, &[1; 32]).await.unwrap();
            assert_eq!(read("regular").await, Some(vec![101; 32]));
            store
                .delete_mutation_macs("critical", &[vec![1; 32]])
                .await
                .unwrap();
            assert_eq!(read("critical").await, None);
            assert!(read("regular").await.is_some());
            store.clear_mutation_macs("regular").await.unwrap();
            assert_eq!(read("regular").await, None);
        },
    )
    .await;
}

#[tokio::test]
async fn who_has_our_sender_key() {
    let device = format!("{LID}:3@lid");
    kept(
        async |store| {
            store
                .set_sender_key_status(GROUP, &[(&device, true), ("x", false)])
                .await
                .unwrap();
            store
                .set_sender_key_status("other@g.us", &[(&device, false)])
                .await
                .unwrap();
        },
        async |store| {
            let mut devices = store.get_sender_key_devices(GROUP).await.unwrap();
            devices.sort();
            assert_eq!(devices, [(device.clone(), true), ("x".to_owned(), false)]);
            store
                .delete_sender_key_device_rows(&[&device])
                .await
                .unwrap();
            assert_eq!(store.get_sender_key_devices(GROUP).await.unwrap().len(), 1);
            assert!(
                store
                    .get_sender_key_devices("other@g.us")
                    .await
                    .unwrap()
                    .is_empty()
            );
            store.clear_sender_key_devices(GROUP).await.unwrap();
            assert!(
                store
                    .get_sender_key_devices(GROUP)
                    .await
                    .unwrap()
                    .is_empty()
            );
            store
                .set_sender_key_status(GROUP, &[("x", true)])
                .await
                .unwrap();
            store.clear_all_sender_key_devices().await.unwrap();
            assert!(
                store
                    .get_sender_key_devices(GROUP)
                    .await
                    .unwrap()
                    .is_empty()
            );
        },
    )
    .await;
}

#[tokio::test]
async fn lids_and_numbers() {
    kept(
        async |store| {
            store
                .put_lid_mapping(&mapping(LID, "12025550199"))
                .await
                .unwrap();
            // The number changed; the old one leads nowhere now.
            store.put_lid_mapping(&mapping(LID, NUMBER)).await.unwrap();
        },
        async |store| {
            assert_eq!(
                store
                    .get_lid_mapping(LID)
                    .await
                    .unwrap()
                    .unwrap()
                    .phone_number,
                NUMBER
            );
            assert_eq!(
                store.get_pn_mapping(NUMBER).await.unwrap().unwrap().lid,
                LID
            );
            assert!(store.get_pn_mapping("12025550199").await.unwrap().is_none());
            assert_eq!(store.get_all_lid_mappings().await.unwrap().len(), 1);
        },
    )
    .await;
}

#[tokio::test]
async fn devices_groups_and_base_keys() {
    let devices = DeviceListRecord {
        user: LID.into(),
        devices: vec![DeviceInfo::new(3, Some(1))],
        timestamp: 1,
        phash: None,
        raw_id: Some(2),
    };
    kept(
        async |store| {
            store.update_device_list(devices).await.unwrap();
            store.put_group_metadata(GROUP, b"blob").await.unwrap();
            store.save_base_key(NUMBER, "id", b"key").await.unwrap();
            store.db.flush().await.unwrap();
        },
        async |store| {
            assert_eq!(
                store.get_devices(LID).await.unwrap().unwrap().devices[0].device_id,
                3
            );
            store.delete_devices(LID).await.unwrap();
            assert!(store.get_devices(LID).await.unwrap().is_none());
            assert_eq!(
                store.get_group_metadata(GROUP).await.unwrap(),
                Some(b"blob".to_vec())
            );
            store.delete_group_metadata(GROUP).await.unwrap();
            assert_eq!(store.get_group_metadata(GROUP).await.unwrap(), None);
            assert!(store.has_same_base_key(NUMBER, "id", b"key").await.unwrap());
            assert!(
                !store
                    .has_same_base_key(NUMBER, "id", b"other")
                    .await
                    .unwrap()
            );
            store.delete_base_key(NUMBER, "id").await.unwrap();
            assert!(!store.has_same_base_key(NUMBER, "id", b"key").await.unwrap());
        },
    )
    .await;
}

#[tokio::test]
async fn contact_tokens_keep_what_is_newer() {
    kept(
        async |store| {
            store
                .touch_tc_token_sender_timestamp(NUMBER, 50)
                .await
                .unwrap();
            store
                .store_received_tc_token(NUMBER, b"new", 20)
                .await
                .unwrap();
            store
                .store_received_tc_token(NUMBER, b"old", 10)
                .await
                .unwrap();
            store
                .touch_tc_token_sender_timestamp(NUMBER, 40)
                .await
                .unwrap();
            store
                .store_received_tc_token("stale", b"x", 1)
                .await
                .unwrap();
            store.db.flush().await.unwrap();
        },
        async |store| {
            let token = store.get_tc_token(NUMBER).await.unwrap().unwrap();
            assert_eq!((&token.token[..], token.token_timestamp), (&b"new"[..], 20));
            assert_eq!(token.sender_timestamp, Some(50));
            assert_eq!(store.delete_expired_tc_tokens(15, 45).await.unwrap(), 1);
            assert_eq!(store.get_all_tc_token_jids().await.unwrap(), [NUMBER]);
            store.delete_tc_token(NUMBER).await.unwrap();
            assert!(store.get_tc_token(NUMBER).await.unwrap().is_none());
        },
    )
    .await;
}

#[tokio::test]
async fn sent_and_pending_messages() {
    kept(
        async |store| {
            store
                .store_sent_message(GROUP, "sent", b"payload")
                .await
                .unwrap();
            store
                .store_pending_inbound(GROUP, LID, "one", b"1")
                .await
                .unwrap();
            let row = PendingInboundRow {
                chat: GROUP,
                sender: LID,
                id: "two",
                message: b"2",
            };
            store.store_pending_inbound_batch(&[row]).await.unwrap();
        },
        async |store| {
            let sent = store.take_sent_message(GROUP, "sent").await.unwrap();
            assert_eq!(sent, Some(b"payload".to_vec()));
            assert_eq!(store.take_sent_message(GROUP, "sent").await.unwrap(), None);
            store
                .delete_pending_inbound(GROUP, LID, "one")
                .await
                .unwrap();
            let pending = async |id| store.get_pending_inbound(GROUP, LID, id).await.unwrap();
            assert_eq!(pending("one").await, None);
            assert_eq!(pending("two").await, Some(b"2".to_vec()));
            assert_eq!(store.delete_expired_pending_inbound(1).await.unwrap(), 0);
            assert_eq!(
                store
                    .delete_expired_pending_inbound(i64::MAX)
                    .await
                    .unwrap(),
                1
            );
            store.store_sent_message(GROUP, "old", b"x").await.unwrap();
            assert_eq!(
                store.delete_expired_sent_messages(i64::MAX).await.unwrap(),
                1
            );
        },
    )
    .await;
}

#[tokio::test]
async fn message_secrets_never_lose_time() {
    let entry = |expires_at, message_ts| MsgSecretEntry {
        chat: GROUP.into(),
        sender: LID.into(),
        msg_id: "id".into(),
        secret: [3; 32],
        expires_at,
        message_ts,
    };
    kept(
        async |store| {
            let twice = vec![entry(200, 9), entry(100, 0)];
            assert_eq!(store.put_msg_secrets(twice).await.unwrap(), 2);
        },
        async |store| {
            let secret = store
                .get_msg_secret_with_ts(GROUP, LID, "id")
                .await
                .unwrap();
            assert_eq!(secret, Some((vec![3; 32], 9)));
            assert_eq!(store.delete_expired_msg_secrets(199).await.unwrap(), 0);
            store.put_msg_secrets(vec![entry(0, 0)]).await.unwrap();
            assert_eq!(store.delete_expired_msg_secrets(i64::MAX).await.unwrap(), 0);
            assert!(
                store
                    .get_msg_secret(GROUP, LID, "id")
                    .await
                    .unwrap()
                    .is_some()
            );
        },
    )
    .await;
}

fn seed(server_key: Option<[u8; 32]>) -> SeedDevice {
    SeedDevice {
        number: NUMBER.parse().unwrap(),
        lid: LID.parse().unwrap(),
        device: 7,
        push_name: "Aty".into(),
        server_key,
    }
}

#[tokio::test]
async fn a_seeded_device_is_paired_and_keeps_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::open(database(folder.path())).unwrap();
    assert!(!session.is_paired().unwrap());
    session.seed(seed(Some([1; 32]))).await.unwrap();
    let first = session.store.load().await.unwrap().unwrap();
    drop(session);

    let session = Session::open(database(folder.path())).unwrap();
    assert!(session.is_paired().unwrap());
    assert_eq!(session.own_device().unwrap(), 7);
    assert_eq!(session.own_lid().unwrap().unwrap().expose(), LID);
    session.seed(seed(Some([2; 32]))).await.unwrap();
    let second = session.store.load().await.unwrap().unwrap();
    assert_eq!(first.registration_id, second.registration_id);
    assert_eq!(first.adv_secret_key, second.adv_secret_key);
    assert_eq!(second.server_cert_chain.unwrap().leaf.key, [2; 32]);
}

#[tokio::test]
async fn an_unlinked_device_is_not_paired_and_is_replaced_by_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::open(database(folder.path())).unwrap();
    session.seed(seed(Some([1; 32]))).await.unwrap();
    let first = session.store.load_device().unwrap().unwrap();
    session.unlink().await.unwrap();
    assert!(!session.is_paired().unwrap());
    session.seed(seed(Some([1; 32]))).await.unwrap();
    assert!(session.is_paired().unwrap());
    let second = session.store.load_device().unwrap().unwrap();
    assert_ne!(first.registration_id, second.registration_id);
}

#[tokio::test]
async fn a_device_of_another_layout_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::open(database(folder.path())).unwrap();
    let mut batch = vault::Batch::new();
    batch.put(
        &session.store.device,
        "device",
        r#"{"version":99,"device":{"a":1}}"#,
    );
    session.store.db.commit(batch).await.unwrap();
    let error = session.is_paired().unwrap_err().to_string();
    assert!(error.contains("another version of Aty"), "{error}");
}

#[tokio::test]
async fn what_was_learnt_of_a_sender_is_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::open(database(folder.path())).unwrap();
    session
        .store
        .put_lid_mapping(&mapping(LID, NUMBER))
        .await
        .unwrap();
    let whole = Person {
        lid: LID.parse().ok(),
        number: NUMBER.parse().ok(),
    };
    let by_lid = Person {
        number: None,
        ..whole.clone()
    };
    let by_number = Person {
        lid: None,
        ..whole.clone()
    };
    assert_eq!(session.complete(by_lid), whole);
    assert_eq!(session.complete(by_number), whole);
    let stranger = Person {
        lid: None,
        number: "12025550177".parse().ok(),
    };
    assert_eq!(session.complete(stranger.clone()), stranger);
}

#[tokio::test]
async fn after_a_received_message_could_not_be_written_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::open(database(folder.path())).unwrap();
    session.store.put_session("a", b"before").await.unwrap();
    assert!(!*session.broken().borrow());
    session.store.break_off();
    assert!(*session.broken().borrow());
    assert!(session.store.put_session("a", b"after").await.is_err());
    let kept = session.store.get_session("a").await.unwrap();
    assert_eq!(kept, Some("before".into()));
}
