//! Every door by which a client can come to what stands in a room, and whether some words are behind one.

use matrix_sdk::ruma::RoomId;
use serde_json::{Value, json};

use crate::reading::timeline_of;
use crate::scene::id;
use crate::world::{Citizen, World};

/// So many events are asked for on either side of one.
const AROUND: usize = 8;

/// Somebody who asks a homeserver.
struct Reader {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Reader {
    async fn asks(&self, door: &str, body: Option<&Value>) -> String {
        let url = format!("{}/_matrix/client/{door}", self.url.trim_end_matches('/'));
        let request = match body {
            Some(body) => self.http.post(url).json(body),
            None => self.http.get(url),
        };
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        let answer = answer.text().await.unwrap();
        assert!(!answer.contains("M_UNRECOGNIZED"), "{door} is no door");
        answer
    }
}

/// Of some words nothing is read in a room: not by a member, with a new client or the old one, and not by somebody who never came
/// in. `roots` are messages of which relations are asked for.
pub async fn lead_nowhere(
    world: &World,
    member: &Citizen,
    room: &RoomId,
    (roots, words): (&[&str], &[&str]),
) {
    let tells = |text: &str| words.iter().any(|words| text.contains(words));
    let url = world.synapse.url().to_owned();
    let passer_by = world.synapse.register_user("passerby", "passerby", false);
    let readers = [
        (member.client.access_token().unwrap(), true),
        (passer_by.await.unwrap(), false),
    ];
    let timeline = timeline_of(member, room).await;
    let found: Vec<_> = timeline
        .iter()
        .filter(|event| tells(&event.to_string()))
        .collect();
    assert!(found.is_empty(), "{found:#?}");
    let http = reqwest::Client::new();
    for (token, is_in) in readers {
        let reader = Reader {
            http: http.clone(),
            url: url.clone(),
            token,
        };
        let mut doors = vec![
            format!("v3/rooms/{room}/state"),
            format!("v3/rooms/{room}/messages?dir=b&limit=100"),
        ];
        // A message that was taken back is asked for by its id, and so is the state as it was then: at each event of the room's state,
        // and often enough between them that each event is in an answer.
        for (at, event) in timeline.iter().enumerate() {
            let is_state = event.get("state_key").is_some() && event["type"] != "m.room.member";
            let event = id(event);
            doors.push(format!("v3/rooms/{room}/event/{event}"));
            if is_state || at % AROUND == 0 {
                let limit = 2 * AROUND;
                doors.push(format!("v3/rooms/{room}/context/{event}?limit={limit}"));
            }
        }
        for root in roots {
            for relation in ["", "/m.thread", "/m.replace", "/m.annotation"] {
                doors.push(format!("v1/rooms/{room}/relations/{root}{relation}"));
            }
        }
        doors.push(format!("v1/rooms/{room}/threads"));
        if is_in {
            let filter = "%7B%22room%22:%7B%22timeline%22:%7B%22limit%22:1000%7D%7D%7D";
            doors.push(format!("v3/sync?full_state=true&filter={filter}"));
            doors.push("v3/notifications?limit=100".to_owned());
            doors.push(format!("v3/rooms/{room}/members"));
        }
        for door in doors {
            let answer = reader.asks(&door, None).await;
            assert!(!tells(&answer), "{door}: {answer}");
        }
        if !is_in {
            continue;
        }
        let sliding = json!({
            "lists": { "all": {
                "ranges": [[0, 20]], "timeline_limit": 100, "required_state": [["*", "*"]],
            } },
        });
        let door = "unstable/org.matrix.simplified_msc3575/sync";
        let answer = reader.asks(door, Some(&sliding)).await;
        assert!(answer.contains(room.as_str()), "{door}: {answer}");
        assert!(!tells(&answer), "{door}: {answer}");
        for words in words {
            let search =
                json!({ "search_categories": { "room_events": { "search_term": words } } });
            let answer = reader.asks("v3/search", Some(&search)).await;
            let answer: Value = serde_json::from_str(&answer).unwrap();
            let found = &answer["search_categories"]["room_events"]["results"];
            assert_eq!(*found, json!([]), "{words}");
        }
    }
}
