//! A photo that is hidden: neither it, nor its caption, nor where it lies is told behind any door.

use sandbox::phones::{Kind, Shown, Thing};
use serde_json::{Value, json};

use crate::doors;
use crate::moderation::{Bench, has};
use crate::scene::{body, id};

/// A picture of one pixel.
const PIXEL: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x2c, 0,
    0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
];
const CAPTION: &str = "lotes baratísimos";
const FILE: &str = "oferton.gif";

/// The groups read nothing of a caption.
fn is_told_nowhere(bench: &Bench) {
    let scene = &bench.scene;
    for chat in [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)] {
        let tells = |shown: &&Shown| has(&shown.text, &[CAPTION]);
        let found: Vec<_> = chat.iter().filter(tells).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}

async fn is_hidden(bench: &Bench, event: &str) {
    bench.scene.maria_answers(event, "!ocultar spam").await;
    bench.everybody_hears(&["queda oculto", "(caso 1)"]).await;
    bench.scene.world.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_photo_from_a_client_is_found_through_no_door() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let media = bench.oscar.client.media();
    let kind = "image/gif".parse().unwrap();
    let uploaded = media.upload(&kind, PIXEL.to_vec(), None).await.unwrap();
    let address = uploaded.content_uri.to_string();
    let photo = json!({
        "msgtype": "m.image", "body": CAPTION, "filename": FILE, "url": address,
        "info": { "mimetype": "image/gif", "w": 1, "h": 1 },
    });
    let sent = bench.oscar.room.send_raw("m.room.message", photo).await;
    let event = sent.unwrap().response.event_id;
    let line = |shown: &Shown| has(&shown.text, &["📷", CAPTION]);
    scene.both_see("that there is a photo", line).await;
    scene.world.settled().await;

    is_hidden(&bench, event.as_str()).await;
    let lies_at = address.rsplit('/').next().unwrap();
    let sought = (&[event.as_str()][..], &[lies_at, CAPTION, FILE][..]);
    let room = scene.maria.room.room_id();
    doors::lead_nowhere(&scene.world, &scene.maria, room, sought).await;
    let log = &bench.log;
    doors::lead_nowhere(&scene.world, log, log.room.room_id(), sought).await;
    is_told_nowhere(&bench);
    bench.scene.ends().await;
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_photo_from_a_phone_is_gone_in_all_groups_and_in_the_room() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let photo = Thing::new(Kind::Image, CAPTION);
    let photo = bench.carla.send(&scene.one, photo).await.unwrap();
    let line = |event: &Value| has(body(event), &["📷", CAPTION]);
    let event = scene.room_has("that there is a photo", line).await;
    let line = |shown: &Shown| has(&shown.text, &["📷", CAPTION]);
    scene.beto_sees("that there is a photo", line).await;
    let here = |shown: &Shown| shown.id == photo && shown.kind == Some(Kind::Image);
    scene.ana_sees("the photo", here).await;

    is_hidden(&bench, id(&event)).await;
    let gone = |shown: &Shown| shown.deleted && shown.kind.is_none();
    let gone = scene.ana.wait_for_message(&scene.one, &photo, gone);
    gone.await.unwrap();
    let sought = (&[id(&event)][..], &[CAPTION][..]);
    let room = scene.maria.room.room_id();
    doors::lead_nowhere(&scene.world, &bench.oscar, room, sought).await;
    is_told_nowhere(&bench);
    bench.scene.ends().await;
}
