//! Somebody is to be out of all themes: each votes for itself, and none is bound by another.

use std::collections::BTreeMap;
use std::sync::Arc;

use matrix_sdk::Room;
use matrix_sdk::ruma::RoomOrAliasId;
use matrix_sdk::ruma::events::room::message::RoomMessageEventContent;
use sandbox::phones::Phone;
use serde_json::{Value, json};

use crate::moderation::{Bench, has};
use crate::scene::{body, sees};
use crate::world::{Citizen, SALUD, SERVER, Writer};

/// So many vote in each theme: enough for what weighs most.
const VOTERS: usize = 9;

/// Agua, which Ana and María moderate, and salud, where the same people talk. Carla and Dora are in a group of each, Óscar in
/// both rooms.
struct Plan {
    bench: Bench,
    dora: Arc<Phone>,
    /// The group of salud.
    health: String,
    /// Whom those see who read the room of salud.
    reader: Citizen,
    /// The room of salud, as Óscar has it.
    oscar: Room,
    /// Those who vote, in agua and in salud.
    voters: Vec<[Writer; 2]>,
    list: Citizen,
}

impl Plan {
    async fn new() -> Self {
        let mut bench = Bench::beside(&[SALUD]).await;
        let alias = format!("#aty-paga-politicas:{SERVER}");
        let list = Citizen::join(&bench.scene.world.synapse, "Lector", &alias).await;
        let link = bench.scene.world.open_group("salud").await;
        let dora = bench.scene.world.phone("Dora").await;
        dora.join(&bench.scene.link).await.unwrap();
        let health = dora.join(&link).await.unwrap();
        bench.carla.join(&link).await.unwrap();
        let reader = bench.scene.world.citizen("Vera", "salud").await;
        let salud = format!("#aty-salud:{SERVER}");
        let salud: &RoomOrAliasId = salud.as_str().try_into().unwrap();
        let client = &bench.scene.maria.client;
        client.join_room_by_id_or_alias(salud, &[]).await.unwrap();
        let client = &bench.oscar.client;
        let oscar = client.join_room_by_id_or_alias(salud, &[]).await.unwrap();
        let rooms = [bench.scene.maria.room.room_id(), reader.room.room_id()];
        let mut voters = Vec::new();
        for number in 1..=VOTERS {
            let name = format!("Vecino {number}");
            let agua = bench.scene.world.writer(&name, rooms[0]).await;
            let salud = agua.enters(rooms[1]).await;
            voters.push([agua, salud]);
        }
        let mut plan = Self {
            bench,
            dora,
            health,
            reader,
            oscar,
            voters,
            list,
        };
        plan.all_say("Buen lunes").await;
        plan.bench.passes(80).await;
        plan.all_say("Buen jueves").await;
        plan
    }

    /// Everybody who votes says something in both themes, and so do Carla, Dora and Óscar.
    async fn all_say(&self, text: &str) {
        for voter in self.voters.iter().flatten() {
            voter.say(text).await;
        }
        for phone in [&self.bench.carla, &self.dora] {
            for group in [&self.bench.scene.one, &self.health] {
                phone.send_text(group, text).await.unwrap();
            }
        }
        self.bench.oscar.say(text).await;
        let content = RoomMessageEventContent::text_plain(text);
        self.oscar.send(content).await.unwrap();
        let last = format!("*Oscar*: {text}");
        for (phone, group) in [
            (&self.bench.scene.beto, &self.bench.scene.two),
            (&self.dora, &self.health),
        ] {
            sees(phone, group, text, |shown| shown.text == last).await;
        }
        self.bench.scene.world.settled().await;
    }

    /// Two delegates of agua want somebody out everywhere; both themes vote.
    async fn is_asked_for(&self, name: &str, case: u32) {
        let scene = &self.bench.scene;
        let wish = format!("!suspender @{name} 5 días en todas odio: insulta a los vecinos");
        scene.ana.send_text(&scene.one, &wish).await.unwrap();
        let confirm = format!("!confirmar {case}");
        let parts = [name, "en cada tema donde escribió", &confirm];
        self.bench.everybody_hears(&parts).await;
        scene.maria.say(&confirm).await;
        let vote = format!("Votación {case}:");
        self.bench.hears(&[&vote, name, "cada uno decide"]).await;
        let brought =
            |event: &Value| has(body(event), &[&vote, name, "En Ambiente y agua se pidió"]);
        self.reader
            .wait_for_event("the vote in salud", brought)
            .await;
    }

    async fn all_vote(&self, theme: usize, vote: u32, word: &str) {
        for voter in &self.voters {
            voter[theme].say(&format!("!voto {word} {vote}")).await;
        }
        self.bench.scene.world.settled().await;
    }

    async fn waits_for(&self, phone: &Phone, [agua, salud]: [bool; 2]) {
        let groups = [(&self.bench.scene.one, agua), (&self.health, salud)];
        for (group, there) in groups {
            phone.wait_for_membership(group, there).await.unwrap();
        }
    }

    /// Óscar is this in both rooms.
    async fn oscar_is(&self, membership: &str) {
        let is = |event: &Value| {
            event["type"] == "m.room.member"
                && event["state_key"] == format!("@oscar:{SERVER}")
                && event["content"]["membership"] == membership
        };
        for reader in [&self.bench.scene.maria, &self.reader] {
            reader.wait_for_event(membership, is).await;
        }
    }

    /// The rules on the list of those who are out of several themes.
    async fn listed(&self) -> BTreeMap<String, Value> {
        let rules = self.list.timeline().await.into_iter();
        let rules = rules.filter(|event| event["type"] == "m.policy.rule.user");
        let said = rules.map(|event| {
            let key = event["state_key"].as_str().unwrap_or_default();
            (key.to_owned(), event["content"].clone())
        });
        said.collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_theme_decides_for_itself_who_is_out_and_who_is_out_of_both_is_listed_until_the_end() {
    let mut plan = Plan::new().await;
    plan.is_asked_for("Carla", 1).await;
    plan.is_asked_for("Dora", 2).await;
    plan.is_asked_for("Oscar", 3).await;
    // Killed in between, the bridge neither forgets nor asks again.
    plan.bench.scene.bridge.kill().await;
    plan.bench.scene.bridge = plan.bench.scene.world.start_bridge().await;
    plan.bench.scene.world.settled().await;
    let again = plan.reader.timeline().await;
    let opened = again
        .iter()
        .filter(|event| event["type"] == "m.room.message")
        .filter(|event| body(event).starts_with("🗳️ Votación"));
    assert_eq!(opened.count(), 3, "each vote was opened once");
    for vote in 1..=3 {
        let in_salud = if vote == 1 { "no" } else { "sí" };
        plan.all_vote(0, vote, "sí").await;
        plan.all_vote(1, vote, in_salud).await;
    }
    plan.bench.passes(73).await;
    plan.waits_for(&plan.bench.carla, [false, true]).await;
    plan.waits_for(&plan.dora, [false, false]).await;
    plan.oscar_is("ban").await;
    let rejected = |event: &Value| has(body(event), &["La votación no lo aprobó", "Carla"]);
    plan.reader
        .wait_for_event("that salud said no", rejected)
        .await;
    // Dora by her ghost, Óscar by his own account.
    let account = format!("@oscar:{SERVER}");
    let listed = |hers: bool, reasons: [&'static str; 2]| {
        let account = account.clone();
        move |event: &Value| {
            let content = &event["content"];
            let reason = content["reason"].as_str().unwrap_or_default();
            event["type"] == "m.policy.rule.user"
                && content["recommendation"] == "m.ban"
                && hers == (content["entity"] != account.as_str())
                && has(reason, &reasons)
        }
    };
    let hers = listed(true, ["AGUA, caso 2", "SALUD, caso 2"]);
    let hers = plan.list.wait_for_event("Dora's rule", hers).await;
    let his = listed(false, ["AGUA, caso 3", "SALUD, caso 3"]);
    let his = plan.list.wait_for_event("Óscar's rule", his).await;
    plan.bench.scene.world.settled().await;
    assert_eq!(plan.listed().await.len(), 2, "Carla is out of one theme");

    plan.bench.passes(5 * 24 + 1).await;
    plan.waits_for(&plan.bench.carla, [true, true]).await;
    plan.waits_for(&plan.dora, [true, true]).await;
    plan.oscar_is("invite").await;
    for rule in [hers, his] {
        let over = |event: &Value| {
            event["state_key"] == rule["state_key"] && event["content"] == json!({})
        };
        plan.list.wait_for_event("that it is over", over).await;
    }
    plan.bench.scene.ends().await;
}
