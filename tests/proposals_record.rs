//! What the bridge writes is what the reference of its events says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use matrix::record::{Act, Head, Linked, Participation, Support};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::reading::{Folded, of_type, space, state_of, timeline_of};
use crate::scene::{Scene, body};

/// Types of ours that are no part of the record: what a room is, and which groups belong to it.
const SETTINGS: [&str; 3] = ["org.aty.plan", "org.aty.theme", "org.aty.group"];

/// One act of every kind, from both networks; each event of ours in the room and in the space then has the shape that the reference
/// gives it, nothing more, and the heads and counts are what the acts come to.
#[tokio::test(flavor = "multi_thread")]
async fn everything_written_has_the_shape_in_the_reference() {
    let mut scene = Scene::new().await;
    every_kind_of_act(&scene).await;
    linked_and_not_any_more(&scene).await;
    scene.world.settled().await;
    // Who takes part is counted at a start, too.
    scene.bridge.stop().await;
    scene.bridge = scene.world.start_bridge().await;
    scene.world.settled().await;

    let room = scene.maria.room.room_id();
    let (in_space, of_space) = space(&scene.maria).await;
    let timeline = timeline_of(&scene.maria, room).await;
    let state = state_of(&scene.maria, room).await;
    let schemas = schemas();
    let (mut types, mut deeds) = (BTreeSet::new(), BTreeSet::new());
    let all = timeline.iter().chain(&of_space);
    for event in all.chain(&state).chain(&in_space) {
        let event_type = event["type"].as_str().unwrap();
        let is_setting = SETTINGS.iter().any(|name| event_type.starts_with(name));
        if !event_type.starts_with("org.aty.") || is_setting {
            continue;
        }
        // What was deleted for good has no shape.
        if !event["unsigned"]["redacted_because"].is_null() {
            assert_eq!(event["content"], Value::Object(Default::default()));
            continue;
        }
        let schema = schemas.get(event_type);
        let schema = schema.unwrap_or_else(|| panic!("{event_type} is not in the reference"));
        let mut content = event["content"].clone();
        content.as_object_mut().unwrap().remove("org.aty.effect");
        holds(schema, schema, &content).unwrap_or_else(|why| panic!("{why}: {event:#}"));
        match event_type {
            "org.aty.proposal" => drop(nothing_more::<Head>(&content)),
            "org.aty.support" => drop(nothing_more::<Support>(&content)),
            "org.aty.person" => drop(nothing_more::<Linked>(&content)),
            "org.aty.participation" => drop(nothing_more::<Participation>(&content)),
            _ => {
                let act = nothing_more::<Act>(&content);
                assert_eq!(act.did.event_type(), event_type);
                assert_eq!(event["sender"], "@aty:aty.test");
                deeds.insert(content["act"].as_str().unwrap().to_owned());
            }
        }
        types.insert(event_type.to_owned());
    }
    // What moderation writes is looked at where somebody moderates.
    let of_moderation =
        |event_type: &&String| MODERATION.contains(&event_type.as_str()) || *event_type == DEBATE;
    let of_proposals = schemas
        .keys()
        .filter(|event_type| !of_moderation(event_type));
    let told: BTreeSet<String> = of_proposals.cloned().collect();
    assert_eq!(types, told, "one of each kind was written");
    let all_deeds = [
        "amended",
        "backed",
        "decided",
        "endorsed",
        "proposed",
        "revised",
        "withdrawn",
    ];
    assert_eq!(deeds, all_deeds.map(str::to_owned).into());

    let folded = Folded::read(&timeline, &of_type(&in_space, "org.aty.person"));
    let heads = of_type(&state, "org.aty.proposal");
    assert_eq!(heads.len(), 4, "{heads:#?}");
    assert_eq!(folded.heads.len(), 3, "the words of one are gone");
    for (key, head) in &folded.heads {
        assert_eq!(heads[key.as_str()], head, "{key}");
    }
    assert_eq!(heads["agua-4"]["status"], "withdrawn");
    let participation = of_type(&in_space, "org.aty.participation")["agua"];
    let day = participation["day"].as_str().unwrap();
    let format = time::macros::format_description!("[year]-[month]-[day]");
    assert!(time::Date::parse(day, format).is_ok(), "{day}");
    scene.ends().await;
}

/// The types that moderation writes.
pub const MODERATION: [&str; 4] = [
    "org.aty.charter",
    "org.aty.moderation_act",
    "org.aty.roster",
    "org.aty.sanction",
];

/// What tangents write.
pub const DEBATE: &str = "org.aty.debate";

/// What holds the others to their schemas tells right from wrong.
#[test]
fn a_shape_that_is_wrong_is_found() {
    let schemas = schemas();
    let support = &schemas["org.aty.support"];
    let right =
        serde_json::json!({"v": 1, "people": 1, "whatsapp": 1, "matrix": 0, "updated_ts": 1});
    assert_eq!(holds(support, support, &right), Ok(()));
    for (key, wrong) in [("people", "-1"), ("people", "\"1\""), ("v", "null")] {
        let mut changed = right.clone();
        changed[key] = serde_json::from_str(wrong).unwrap();
        assert!(holds(support, support, &changed).is_err(), "{changed}");
    }
    let act = &schemas["org.aty.endorsement"];
    let mut endorsed = serde_json::json!({"v": 1, "ref": "AGUA-1", "ts": 1, "body": "", "act": "endorsed",
        "by": {"member": "a", "network": "matrix"}, "on": true});
    assert_eq!(holds(act, act, &endorsed), Ok(()));
    endorsed["by"]["network"] = "post".into();
    assert!(holds(act, act, &endorsed).is_err());
}

/// Each step is awaited: who is quicker would change the numbers.
async fn every_kind_of_act(scene: &Scene) {
    let ana = async |text: &str| scene.ana.send_text(&scene.one, text).await.unwrap();
    let beto = async |text: &str| scene.beto.send_text(&scene.two, text).await.unwrap();
    let maria = async |text: &str| drop(scene.maria.say(text).await);

    ana("!propuesta Agua en la escuela\nUn filtro en cada escuela rural.").await;
    done(scene, "proposed", "AGUA-1").await;
    maria("!apoyar AGUA-1").await;
    done(scene, "endorsed", "AGUA-1").await;
    maria("!noapoyar AGUA-1").await;
    act(scene, |act| act["act"] == "endorsed" && act["on"] == false).await;
    maria("!enmienda AGUA-1 rural -> pública").await;
    act(scene, |act| {
        act["act"] == "amended" && act["amendment"] == 1
    })
    .await;
    ana("!aceptar 1").await;
    done(scene, "revised", "AGUA-1").await;
    beto("!enmienda AGUA-1 Y en cada plaza.").await;
    act(scene, |act| {
        act["act"] == "amended" && act["amendment"] == 2
    })
    .await;
    ana("!declinar 2").await;
    act(scene, |act| {
        act["act"] == "decided" && act["accepted"] == false
    })
    .await;
    beto("!promover 2").await;
    maria("!promover 2").await;
    ana("!promover 2").await;
    done(scene, "proposed", "AGUA-2").await;
    ana("!editar AGUA-1 Un filtro para todas.").await;
    act(scene, |act| act["act"] == "revised" && act["rev"] == 3).await;

    maria("!propuesta Una plaza\nCon sombra.").await;
    done(scene, "proposed", "AGUA-3").await;
    maria("!retirar AGUA-3").await;
    done(scene, "withdrawn", "AGUA-3").await;
    let said = beto("!propuesta Algo\nQue no va a quedar.").await;
    done(scene, "proposed", "AGUA-4").await;
    scene.world.settled().await;
    scene.beto.delete(&scene.two, &said).await.unwrap();
    act(scene, |act| {
        act["act"] == "withdrawn" && act["erased"] == true
    })
    .await;
}

async fn linked_and_not_any_more(scene: &Scene) {
    scene.ana.send_text(&scene.one, "!vincular").await.unwrap();
    let offered = scene
        .ana_sees("a code", |shown| {
            shown.who == "Aty" && shown.text.contains("!vincular ")
        })
        .await;
    let code = offered.text.split("!vincular ").nth(1).unwrap();
    let code: String = code.chars().take_while(char::is_ascii_digit).collect();
    scene.maria.say(&format!("!vincular {code}")).await;
    let confirm = |shown: &sandbox::phones::Shown| shown.text.contains("!vincular sí");
    scene.ana_sees("who says so", confirm).await;
    let yes = "!vincular sí";
    scene.ana.send_text(&scene.one, yes).await.unwrap();
    scene
        .ana_sees("that it is done", |shown| {
            shown.text.contains("!desvincular")
        })
        .await;
    scene.world.settled().await;
    scene.maria.say("!desvincular").await;
    let apart = |event: &Value| body(event).contains("vuelven a contar por separado");
    scene.room_has("that it is undone", apart).await;
}

/// Waits until an act of a proposal stands in the room.
pub async fn done(scene: &Scene, deed: &str, reference: &str) {
    act(scene, |act| act["act"] == deed && act["ref"] == reference).await;
}

/// The same, of one that is as wanted.
pub async fn act(scene: &Scene, holds: impl Fn(&Value) -> bool) {
    scene
        .room_has("an act", |event| holds(&event["content"]))
        .await;
}

/// The schema of each type that the reference tells of, as it is printed there.
pub fn schemas() -> BTreeMap<String, Value> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/events.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut schemas = BTreeMap::new();
    // A schema is that of all types named since the last one.
    let mut named = Vec::new();
    for part in page.split("```") {
        match part
            .strip_prefix("json\n")
            .map(serde_json::from_str::<Value>)
        {
            Some(json) => {
                let json = json.unwrap();
                if !json["$schema"].is_null() {
                    schemas.extend(named.drain(..).map(|name| (name, json.clone())));
                }
            }
            None => {
                let heading =
                    |line: &&str| line.starts_with("## `") || line.starts_with("`org.aty.");
                let headings = part.lines().filter(heading);
                named.extend(headings.map(|line| line.split('`').nth(1).unwrap().to_owned()));
            }
        }
    }
    schemas
}

/// Reads a content into our own shape: it has no key that this doesn't write.
fn nothing_more<T: DeserializeOwned + Serialize>(content: &Value) -> T {
    let read: T = serde_json::from_value(content.clone()).unwrap();
    assert_eq!(&serde_json::to_value(&read).unwrap(), content);
    read
}

/// Whether a value is as a schema wants it. Knows the keywords that our schemas use, and no schema that uses others.
pub fn holds(whole: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let wrong = |keyword: &str| Err(format!("{value} is not as {keyword} of {schema} wants it"));
    for (keyword, wanted) in schema.as_object().unwrap() {
        let fits = match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" | "default" => true,
            "$ref" => {
                let name = wanted.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                holds(whole, &whole["$defs"][name], value)?;
                true
            }
            "type" => match wanted.as_array() {
                Some(types) => types.iter().any(|one| is_a(one, value)),
                None => is_a(wanted, value),
            },
            "const" => value == wanted,
            "minimum" => value.is_null() || value.as_i64() >= wanted.as_i64(),
            "format" => match wanted.as_str().unwrap() {
                "uint32" => {
                    value.is_null() || value.as_u64().is_some_and(|n| u32::try_from(n).is_ok())
                }
                "uint64" => value.is_u64(),
                "int64" => value.is_i64() || value.is_u64(),
                other => panic!("nobody has told of the format {other}"),
            },
            "required" => {
                let keys = wanted.as_array().unwrap().iter();
                keys.into_iter()
                    .all(|key| value.get(key.as_str().unwrap()).is_some())
            }
            "properties" => {
                for (key, of_key) in wanted.as_object().unwrap() {
                    value
                        .get(key)
                        .map_or(Ok(()), |value| holds(whole, of_key, value))?;
                }
                true
            }
            "additionalProperties" => {
                let named = |key: &str| schema["properties"].get(key).is_some();
                let fields = value.as_object().into_iter().flatten();
                let mut others = fields.filter(|(key, _)| !named(key));
                match wanted.as_bool() {
                    Some(may) => may || others.next().is_none(),
                    None => {
                        others.try_for_each(|(_, value)| holds(whole, wanted, value))?;
                        true
                    }
                }
            }
            "items" => {
                for item in value.as_array().into_iter().flatten() {
                    holds(whole, wanted, item)?;
                }
                true
            }
            "oneOf" => {
                let all = wanted.as_array().unwrap().iter();
                all.filter(|one| holds(whole, one, value).is_ok()).count() == 1
            }
            other => panic!("nobody has told of the keyword {other}"),
        };
        if !fits {
            return wrong(keyword);
        }
    }
    Ok(())
}

fn is_a(wanted: &Value, value: &Value) -> bool {
    match wanted.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("nobody has told of the type {other}"),
    }
}
