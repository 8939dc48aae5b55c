//! Where most conversations take place: a theme with two groups and its room, and somebody in each.

use std::sync::Arc;

use sandbox::phones::{Phone, Shown};
use serde_json::{Value, json};

use crate::world::{AGUA, BridgeProcess, Citizen, Clock, Template, Templates, Theme, Turn, World};

/// One theme with two groups: Ana has a phone in the first, Beto in the second, María sits in the room.
pub struct Scene {
    pub world: World,
    pub bridge: BridgeProcess,
    pub ana: Arc<Phone>,
    pub beto: Arc<Phone>,
    pub one: String,
    pub two: String,
    pub maria: Citizen,
    /// The invitation link of the first group.
    pub link: String,
}

/// A scene that was made once, to be copied, and what has to be known of it.
pub struct SceneTemplate {
    world: Template,
    themes: Vec<Theme>,
    one: String,
    two: String,
    link: String,
}

impl SceneTemplate {
    /// Stops a scene and takes what it is made of.
    pub async fn of(scene: Scene, themes: &[Theme]) -> Self {
        scene.world.settled().await;
        scene.bridge.stop().await;
        drop((scene.ana, scene.beto, scene.maria));
        Self {
            world: Template::of(scene.world).await,
            themes: themes.to_vec(),
            one: scene.one,
            two: scene.two,
            link: scene.link,
        }
    }

    /// A copy of it, to go on with. `prepare` may change the configuration.
    pub async fn copy(&self, prepare: impl FnOnce(&World)) -> (Scene, Clock) {
        let (mut world, clock) = World::copy(&self.world, &self.themes).await;
        prepare(&world);
        let bridge = world.start_bridge().await;
        let ana = world.phone("Ana").await;
        let beto = world.phone("Beto").await;
        let maria = world.returning("María", "agua").await;
        let scene = Scene {
            world,
            bridge,
            ana,
            beto,
            one: self.one.clone(),
            two: self.two.clone(),
            maria,
            link: self.link.clone(),
        };
        (scene, clock)
    }
}

impl Scene {
    pub async fn new() -> Self {
        static TEMPLATES: Templates<SceneTemplate> = Templates::new();
        let _turn = Turn::take().await;
        let make = async || {
            let scene = Self::within(World::to_be_copied(&[AGUA]).await).await;
            SceneTemplate::of(scene, &[AGUA]).await
        };
        let template = TEMPLATES.get("agua", make).await;
        template.copy(|_| {}).await.0
    }

    /// The same, in a world that was made for it.
    pub async fn within(mut world: World) -> Self {
        let bridge = world.start_bridge().await;
        let link = world.open_group("agua").await;
        let ana = world.phone("Ana").await;
        let one = ana.join(&link).await.unwrap();
        let (beto, two) = world.newcomer("Beto", "agua").await;
        let maria = world.citizen("María", "agua").await;
        ana.send_text(&one, "hola").await.unwrap();
        beto.send_text(&two, "buenas").await.unwrap();
        maria.wait_for_text("hola").await;
        maria.wait_for_text("buenas").await;
        Self {
            world,
            bridge,
            ana,
            beto,
            one,
            two,
            maria,
            link,
        }
    }

    /// What Ana's phone shows of a message, once it is as wanted.
    pub async fn ana_sees(&self, what: &str, holds: impl Fn(&Shown) -> bool) -> Shown {
        sees(&self.ana, &self.one, what, holds).await
    }

    pub async fn beto_sees(&self, what: &str, holds: impl Fn(&Shown) -> bool) -> Shown {
        sees(&self.beto, &self.two, what, holds).await
    }

    /// The same on both phones; what Ana's shows of it.
    pub async fn both_see(&self, what: &str, holds: impl Fn(&Shown) -> bool) -> Shown {
        self.beto_sees(what, &holds).await;
        self.ana_sees(what, &holds).await
    }

    /// The room's events, oldest first, once there is one as wanted; and that one.
    pub async fn room_has(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        self.maria.wait_for_event(what, holds).await
    }

    pub async fn timeline(&self) -> Vec<Value> {
        self.maria.timeline().await
    }

    pub async fn maria_sends(&self, event_type: &str, content: Value) -> String {
        let sent = self.maria.room.send_raw(event_type, content).await;
        sent.unwrap().response.event_id.to_string()
    }

    /// María answers a message of the room in its own timeline.
    pub async fn maria_answers(&self, event: &str, text: &str) -> String {
        let relates = json!({ "m.in_reply_to": { "event_id": event } });
        let content = json!({ "msgtype": "m.text", "body": text, "m.relates_to": relates });
        self.maria_sends("m.room.message", content).await
    }

    pub async fn ends(self) {
        self.world.settled().await;
        self.bridge.stop().await;
    }
}

pub async fn sees(phone: &Phone, group: &str, what: &str, holds: impl Fn(&Shown) -> bool) -> Shown {
    let chat = phone
        .wait_for(group, |chat| chat.iter().any(&holds))
        .await
        .unwrap_or_else(|error| panic!("waited for {what}: {error:?}"));
    chat.into_iter().find(|shown| holds(shown)).unwrap()
}

pub fn body(event: &Value) -> &str {
    event["content"]["body"].as_str().unwrap_or_default()
}

pub fn id(event: &Value) -> &str {
    event["event_id"].as_str().unwrap()
}
