//! Who reacts elsewhere to a message, gathered in one line below it.

use matrix_sdk::ruma::OwnedEventId;
use sandbox::phones::{Phone, Shown};
use serde_json::json;

use crate::scene::{Scene, body, id};
use crate::shows::Seen::{First, Group, Second};
use crate::shows::{NOTHING, Row, Showing};
use crate::world::{AGUA, Citizen, World};

/// Where Beto has asked something, and everybody has read it.
struct Asked {
    scene: Scene,
    /// The question in Ana's group, in Beto's, and in the room.
    at_ana: String,
    at_beto: String,
    event: String,
}

const QUESTION: &str = "¿quién viene?";

impl Asked {
    async fn new() -> Self {
        Self::within(Scene::new().await).await
    }

    async fn within(scene: Scene) -> Self {
        let at_beto = scene.beto.send_text(&scene.two, QUESTION).await.unwrap();
        let at_ana = scene
            .ana_sees("the question", |shown| shown.text.ends_with(QUESTION))
            .await;
        let event = scene
            .room_has("the question", |event| body(event) == QUESTION)
            .await;
        Self {
            at_ana: at_ana.id,
            at_beto,
            event: id(&event).to_owned(),
            scene,
        }
    }

    async fn maria_reacts(&self, key: &str) -> OwnedEventId {
        self.reacts_in_room(&self.scene.maria, key).await
    }

    async fn reacts_in_room(&self, citizen: &Citizen, key: &str) -> OwnedEventId {
        let relation = json!({"rel_type": "m.annotation", "event_id": self.event, "key": key});
        let content = json!({"m.relates_to": relation});
        let reacted = citizen.room.send_raw("m.reaction", content).await;
        reacted.unwrap().response.event_id
    }

    /// Somebody in Ana's group.
    async fn reacts(&self, phone: &Phone, emoji: &str) {
        let reacted = phone.react(&self.scene.one, &self.at_ana, emoji).await;
        reacted.unwrap();
    }

    async fn bridge_is_killed_and_starts_again(mut self) -> Self {
        self.scene.bridge.kill().await;
        self.scene.bridge = self.scene.world.start_bridge().await;
        self
    }

    /// How many lines the bridge has put below the question in both groups; what was deleted counts.
    fn lines(&self) -> [usize; 2] {
        let scene = &self.scene;
        let count = |chat: Vec<Shown>, of: &str| {
            let below = |shown: &&Shown| {
                let answers = shown.quote.as_ref().is_some_and(|quote| quote.id == of);
                shown.who == "Aty" && shown.id != of && (answers || shown.deleted)
            };
            chat.iter().filter(below).count()
        };
        [
            count(scene.ana.chat(&scene.one), &self.at_ana),
            count(scene.beto.chat(&scene.two), &self.at_beto),
        ]
    }
}

pub const WHO_REACTED: Row = Row {
    what: "Who reacted, from two people elsewhere on",
    arrives: &[
        NOTHING,
        "a line of the bridge that answers the message: `👍 Ana, Luis y 3 más · ❤️ Beto`",
        "in the same line",
    ],
    test: "people_who_react_elsewhere_are_named_in_one_line",
};

/// One person elsewhere is shown by the bridge's own reaction alone, two by a line with their names; it is changed with what
/// they do, also by a bridge that was started anew; a group is not told of its own people; with the message the line goes.
#[tokio::test(flavor = "multi_thread")]
async fn people_who_react_elsewhere_are_named_in_one_line() {
    let shows = Showing::of(&[&WHO_REACTED]);
    let asked = Asked::new().await;
    let scene = &asked.scene;
    let thumb = asked.maria_reacts("👍").await;
    let bridges = |shown: &Shown| {
        let reaction = shown.reactions.first();
        reaction.is_some_and(|reaction| reaction.emoji == "👍" && reaction.who == "Aty")
    };
    scene.beto_sees("a thumb", bridges).await;
    scene.world.settled().await;
    assert_eq!(asked.lines(), [0, 0], "one alone needs no line");

    asked.reacts(&scene.ana, "👍").await;
    let line = scene
        .beto_sees("who", |shown| shown.text == "👍 María, Ana")
        .await;
    assert_eq!(line.quote.expect("below the question").id, asked.at_beto);
    shows.saw(&WHO_REACTED, &[Group, Second]);
    let reacted = scene.beto.react(&scene.two, &asked.at_beto, "🎉").await;
    reacted.unwrap();
    scene
        .ana_sees("who", |shown| shown.text == "👍 María · 🎉 Beto")
        .await;
    shows.saw(&WHO_REACTED, &[First]);
    scene.world.settled().await;

    let asked = asked.bridge_is_killed_and_starts_again().await;
    let scene = &asked.scene;
    asked.reacts(&scene.ana, "❤️").await;
    let changed =
        |shown: &Shown| shown.text == "👍 María · ❤️ Ana" && shown.edited && shown.id == line.id;
    scene.beto_sees("the same line", changed).await;
    scene.maria.room.redact(&thumb, None, None).await.unwrap();
    scene
        .beto_sees("fewer", |shown| shown.text == "❤️ Ana")
        .await;
    scene
        .ana_sees("fewer", |shown| shown.text == "🎉 Beto")
        .await;
    scene.world.settled().await;
    assert_eq!(asked.lines(), [1, 1]);

    scene.beto.delete(&scene.two, &asked.at_beto).await.unwrap();
    scene
        .beto_sees("no line", |shown| shown.id == line.id && shown.deleted)
        .await;
    let both = |chat: &[Shown]| chat.iter().filter(|shown| shown.deleted).count() == 2;
    scene.ana.wait_for(&scene.one, both).await.unwrap();
    asked.scene.ends().await;
}

/// Many at once are one line, whatever happens to the bridge meanwhile; nobody who stays out is named; what is no emoji says
/// nothing; when nobody reacts any more, the line goes.
#[tokio::test(flavor = "multi_thread")]
async fn many_reactions_are_one_line_and_say_nothing_else() {
    let mut asked = Asked::new().await;
    let mut people = Vec::new();
    for name in ["Carla", "Diego", "Elsa"] {
        let phone = asked.scene.world.phone(name).await;
        phone.join(&asked.scene.link).await.unwrap();
        people.push(phone);
    }
    let [carla, diego, elsa] = &people[..] else {
        panic!("three people")
    };
    // Only what came after them can be seen by them.
    let scene = &asked.scene;
    asked.at_beto = scene.beto.send_text(&scene.two, QUESTION).await.unwrap();
    let asked_again = |chat: &[Shown]| chat.iter().any(|shown| shown.text.ends_with(QUESTION));
    for phone in &people {
        let chat = phone.wait_for(&scene.one, asked_again).await.unwrap();
        asked.at_ana = chat.last().unwrap().id.clone();
    }
    let again = |chat: &[Shown]| chat.iter().any(|shown| shown.id == asked.at_ana);
    scene.ana.wait_for(&scene.one, again).await.unwrap();
    let lines = scene
        .maria
        .wait_for("the question again", |lines| {
            lines.iter().filter(|line| line.text == QUESTION).count() == 2
        })
        .await;
    asked.event = lines.last().unwrap().event.to_string();

    let hostile = asked.maria_reacts("*Beto*: llamen al 12025550123").await;
    for phone in [&scene.ana, carla, diego, elsa] {
        asked.reacts(phone, "👍").await;
    }
    let asked = asked.bridge_is_killed_and_starts_again().await;
    let scene = &asked.scene;
    let line = scene
        .beto_sees("who", |shown| {
            shown.text == "👍 Ana, Carla y 2 más · 💬 María"
        })
        .await;
    scene.world.settled().await;
    assert_eq!(asked.lines(), [0, 1]);

    carla.send_text(&scene.one, "!no").await.unwrap();
    asked.reacts(diego, "❤️").await;
    scene
        .beto_sees("who does not stay out", |shown| {
            shown.text == "👍 Ana, Elsa · 💬 María · ❤️ Diego" && shown.id == line.id
        })
        .await;
    for phone in [&scene.ana, diego, elsa] {
        asked.reacts(phone, "").await;
    }
    scene.maria.room.redact(&hostile, None, None).await.unwrap();
    scene
        .beto_sees("no line", |shown| shown.id == line.id && shown.deleted)
        .await;
    scene.world.settled().await;
    assert_eq!(asked.lines(), [0, 1]);
    asked.scene.ends().await;
}

pub const MORE_REACTED: Row = Row {
    what: "More of them, when 15 minutes have passed",
    arrives: &[
        NOTHING,
        NOTHING,
        "with the fifth a new line, which changes while it can",
    ],
    test: "a_line_that_can_no_longer_change_is_followed_by_another_when_many_more_react",
};

/// An hour later the line can't be changed. The third and the fourth bring nothing; the fifth brings a new line, which tells of
/// all and changes again; the first one stays as it was, and with the message both go.
#[cfg(target_os = "linux")]
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_can_no_longer_change_is_followed_by_another_when_many_more_react() {
    let shows = Showing::of(&[&MORE_REACTED]);
    let (world, mut clock) = World::with_clock(&[AGUA]).await;
    let asked = Asked::within(Scene::within(world).await).await;
    let scene = &asked.scene;
    let mut others = Vec::new();
    for name in ["Pedro", "Rosa", "Sara", "Tito", "Vera"] {
        others.push(scene.world.citizen(name, "agua").await);
    }
    let [pedro, rosa, sara, tito, vera] = &others[..] else {
        panic!("five others")
    };

    asked.maria_reacts("👍").await;
    asked.reacts_in_room(pedro, "👍").await;
    let two = |shown: &Shown| shown.text == "👍 María, Pedro";
    let first = scene.both_see("who", two).await;
    scene.world.settled().await;

    clock.jumps(1);
    // The bridge hears the time from the homeserver with whatever it writes there.
    scene
        .ana
        .send_text(&scene.one, "una hora después")
        .await
        .unwrap();
    scene.maria.wait_for_text("una hora después").await;
    asked.reacts_in_room(rosa, "👍").await;
    asked.reacts_in_room(sara, "👍").await;
    // What is said after a reaction reaches the bridge after it.
    sara.say("yo también").await;
    let said = |shown: &Shown| shown.text == "*Sara*: yo también";
    scene.both_see("what follows", said).await;
    scene.world.settled().await;
    assert_eq!(asked.lines(), [1, 1], "four are not worth another line");
    scene.both_see("the first line as it was", two).await;

    asked.reacts_in_room(tito, "👍").await;
    let five = |shown: &Shown| shown.text == "👍 María, Pedro y 3 más";
    let second = scene.both_see("all five", five).await;
    assert_ne!(second.id, first.id);
    scene.world.settled().await;
    assert_eq!(asked.lines(), [2, 2]);
    scene.both_see("the first line as it was", two).await;

    asked.reacts_in_room(vera, "👍").await;
    let six = |shown: &Shown| shown.text == "👍 María, Pedro y 4 más" && shown.edited;
    let changed = scene.both_see("the sixth", six).await;
    assert_eq!(changed.id, second.id);
    shows.saw(&MORE_REACTED, &[First, Second]);

    scene.beto.delete(&scene.two, &asked.at_beto).await.unwrap();
    let gone = |chat: &[Shown]| chat.iter().filter(|shown| shown.deleted).count() == 3;
    scene.beto.wait_for(&scene.two, gone).await.unwrap();
    scene.ana.wait_for(&scene.one, gone).await.unwrap();
    asked.scene.ends().await;
}
