//! A person with a Matrix client: matrix-sdk, as any client would.

use std::time::Duration;

use matrix_sdk::config::SyncSettings;
use matrix_sdk::ruma::api::Direction;
use matrix_sdk::ruma::api::client::filter::FilterDefinition;
use matrix_sdk::ruma::api::client::message::get_message_events;
use matrix_sdk::ruma::events::AnySyncTimelineEvent;
use matrix_sdk::ruma::events::room::member::StrippedRoomMemberEvent;
use matrix_sdk::ruma::events::room::message::{
    OriginalSyncRoomMessageEvent, Relation, RoomMessageEventContent,
    RoomMessageEventContentWithoutRelation,
};
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, RoomOrAliasId, UInt};
use matrix_sdk::{Client, Room};
use sandbox::synapse::Synapse;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

/// A message as the client shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub who: String,
    pub text: String,
    pub sender: OwnedUserId,
    pub event: OwnedEventId,
    /// The event that it answers.
    pub answers: Option<OwnedEventId>,
    /// Milliseconds since 1970, as the event says.
    pub at: u64,
}

/// Somebody in a room. Dropped, they are gone.
pub struct Citizen {
    pub client: Client,
    pub room: Room,
    shown: watch::Sender<Vec<Line>>,
    lines: watch::Receiver<Vec<Line>>,
    /// All events that have come, with their rooms; an invitation is one without content.
    heard: watch::Receiver<Vec<(OwnedRoomId, Value)>>,
    syncing: JoinHandle<()>,
}

impl Citizen {
    pub async fn join(synapse: &Synapse, name: &str, alias: &str) -> Self {
        let client = log_in(synapse, name).await;
        client
            .account()
            .set_display_name(Some(name))
            .await
            .expect("a name");
        let room = join(&client, alias).await;
        client.sync_once(unlimited()).await.expect("a sync");
        Self::attend(client, room)
    }

    /// Somebody who is in the room already, with another client: it shows what was said since they came.
    pub async fn returns(synapse: &Synapse, name: &str, alias: &str) -> Self {
        let client = log_in(synapse, name).await;
        let room = join(&client, alias).await;
        let citizen = Self::attend(client, room);
        let own = citizen.client.user_id().expect("they are logged in");
        let own_coming = |(_, event): &(OwnedRoomId, Value)| {
            event["state_key"] == own.as_str() && event["content"]["membership"] == "join"
        };
        let mut heard = citizen.heard.clone();
        let came = heard.wait_for(|events| events.iter().any(own_coming));
        let came = timeout(PATIENCE, came).await.expect("they are in the room");
        let events = came.expect("the client runs");
        let earlier: Vec<String> = events
            .iter()
            .take_while(|heard| !own_coming(heard))
            .filter_map(|(_, event)| event["event_id"].as_str().map(str::to_owned))
            .collect();
        drop(events);
        let is_earlier = |line: &Line| earlier.iter().any(|event| *event == line.event);
        citizen
            .shown
            .send_modify(|lines| lines.retain(|line| !is_earlier(line)));
        citizen
    }

    /// Hears what comes from the next sync on.
    fn attend(client: Client, joined: OwnedRoomId) -> Self {
        let (sender, lines) = watch::channel(Vec::new());
        let here = joined.clone();
        let showing = sender.clone();
        client.add_event_handler(move |event: OriginalSyncRoomMessageEvent, room: Room| {
            let sender = showing.clone();
            let here = room.room_id() == here;
            async move {
                if !here {
                    return;
                }
                let line = shown(event, &room).await;
                sender.send_modify(|lines| {
                    if !lines.iter().any(|old: &Line| old.event == line.event) {
                        lines.push(line);
                    }
                });
            }
        });
        let (coming, heard) = watch::channel(Vec::new());
        let invited = coming.clone();
        client.add_event_handler(move |event: Raw<AnySyncTimelineEvent>, room: Room| {
            let event = serde_json::from_str(event.json().get()).expect("an event");
            coming.send_modify(|events| events.push((room.room_id().to_owned(), event)));
            std::future::ready(())
        });
        client.add_event_handler(move |_: StrippedRoomMemberEvent, room: Room| {
            invited.send_modify(|events| events.push((room.room_id().to_owned(), Value::Null)));
            std::future::ready(())
        });
        let room = client.get_room(&joined);
        let room = room.expect("the room is joined");
        let background = client.clone();
        let syncing = tokio::spawn(async move {
            // Goes on over a homeserver that is away for a while.
            loop {
                let _ = background.sync(unlimited()).await;
            }
        });
        Self {
            client,
            room,
            shown: sender,
            lines,
            heard,
            syncing,
        }
    }

    pub async fn say(&self, text: &str) -> OwnedEventId {
        let content = RoomMessageEventContent::text_plain(text);
        self.room
            .send(content)
            .await
            .expect("the message is sent")
            .response
            .event_id
    }

    /// All that the room showed since this person came.
    pub fn lines(&self) -> Vec<Line> {
        self.lines.borrow().clone()
    }

    /// Waits until the room shows what is wanted, and gives all lines.
    pub async fn wait_for(&self, what: &str, holds: impl Fn(&[Line]) -> bool) -> Vec<Line> {
        let mut lines = self.lines.clone();
        let waiting = lines.wait_for(|lines| holds(lines));
        match timeout(PATIENCE, waiting).await {
            Ok(Ok(lines)) => lines.clone(),
            _ => panic!("waited for {what}; the room shows:\n{}", self.transcript()),
        }
    }

    pub async fn wait_for_text(&self, text: &str) -> Line {
        let lines = self
            .wait_for(text, |lines| lines.iter().any(|line| line.text == text))
            .await;
        lines
            .into_iter()
            .find(|line| line.text == text)
            .expect("it was waited for")
    }

    /// The first of the room's last events that is as wanted, once there is one.
    pub async fn wait_for_event(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        self.wait_for_event_in(self.room.room_id(), what, holds)
            .await
    }

    /// The same in another room that they are in.
    pub async fn wait_for_event_in(
        &self,
        room: &RoomId,
        what: &str,
        holds: impl Fn(&Value) -> bool,
    ) -> Value {
        let mut heard = self.heard.clone();
        let mut events = Vec::new();
        let looking = async {
            let mut known = heard.borrow_and_update().len();
            events = self.timeline_of(room).await;
            loop {
                if let Some(event) = events.iter().find(|event| holds(event)) {
                    return event.clone();
                }
                heard.changed().await.expect("the client runs");
                let new: Vec<Value> = {
                    let heard = heard.borrow_and_update();
                    let new = heard[known..].iter().filter(|(of, _)| of == room);
                    let new = new.map(|(_, event)| event.clone()).collect();
                    known = heard.len();
                    new
                };
                // These change events that were there before.
                let changes = |event: &Value| {
                    event["type"] == "m.room.redaction"
                        || !event["content"]["m.relates_to"].is_null()
                };
                match new.iter().any(changes) {
                    true => events = self.timeline_of(room).await,
                    false => events.extend(new),
                }
            }
        };
        match timeout(PATIENCE, looking).await {
            Ok(event) => event,
            Err(_) => panic!("waited for {what}; the room has {events:#?}"),
        }
    }

    /// Waits until the client has what is wanted, and gives it.
    pub async fn wait_until<T>(&self, what: &str, found: impl Fn() -> Option<T>) -> T {
        let mut updates = self.client.subscribe_to_all_room_updates();
        let looking = async {
            loop {
                if let Some(found) = found() {
                    return found;
                }
                // However far it lags behind, it looks again.
                let _ = updates.recv().await;
            }
        };
        let looked = timeout(PATIENCE, looking).await;
        looked.unwrap_or_else(|_| panic!("waited for {what}"))
    }

    /// The room's last hundred events, oldest first, as the homeserver gives them now.
    pub async fn timeline(&self) -> Vec<Value> {
        self.timeline_of(self.room.room_id()).await
    }

    /// The same of another room that they are in.
    pub async fn timeline_of(&self, room: &RoomId) -> Vec<Value> {
        let room = room.to_owned();
        let mut request = get_message_events::v3::Request::new(room, Direction::Backward);
        request.limit = UInt::from(100_u32);
        let answer = self.client.send(request).await.expect("the timeline");
        let events = answer.chunk.iter().rev();
        events
            .map(|event| serde_json::from_str(event.json().get()).expect("an event"))
            .collect()
    }

    /// Accepts an invitation from somebody, once there is one.
    pub async fn accepts_from(&self, inviter: &str) -> Room {
        let mut heard = self.heard.clone();
        let looking = async {
            loop {
                heard.mark_unchanged();
                for room in self.client.invited_rooms() {
                    let details = room.invite_details().await.expect("an invitation");
                    if details.inviter.is_some_and(|by| by.user_id() == inviter) {
                        room.join().await.expect("they are invited");
                        return room;
                    }
                }
                heard.changed().await.expect("the client runs");
            }
        };
        let found = timeout(PATIENCE, looking).await;
        found.unwrap_or_else(|_| panic!("{inviter} invites nobody"))
    }

    pub fn transcript(&self) -> String {
        self.lines()
            .iter()
            .map(|line| format!("  {}: {}\n", line.who, line.text))
            .collect()
    }
}

async fn log_in(synapse: &Synapse, name: &str) -> Client {
    let localpart = localpart(name);
    synapse
        .register_user(&localpart, "citizen", false)
        .await
        .expect("an account");
    let client = Client::builder()
        .homeserver_url(synapse.url())
        .build()
        .await
        .expect("a client");
    client
        .matrix_auth()
        .login_username(&localpart, "citizen")
        .send()
        .await
        .expect("a login");
    client
}

async fn join(client: &Client, alias: &str) -> OwnedRoomId {
    let alias: &RoomOrAliasId = alias.try_into().expect("an alias");
    let joined = client.join_room_by_id_or_alias(alias, &[]).await;
    let joined = joined.expect("the room can be joined by its alias");
    joined.room_id().to_owned()
}

impl Drop for Citizen {
    fn drop(&mut self) {
        self.syncing.abort();
    }
}

/// The localpart of a name: letters only.
pub fn localpart(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

async fn shown(event: OriginalSyncRoomMessageEvent, room: &Room) -> Line {
    let member = room.get_member_no_sync(&event.sender).await.ok().flatten();
    let name = member.and_then(|member| member.display_name().map(str::to_owned));
    Line {
        who: name.unwrap_or_else(|| event.sender.localpart().to_owned()),
        text: event.content.body().to_owned(),
        sender: event.sender,
        answers: event.content.relates_to.and_then(answered),
        event: event.event_id,
        at: event.origin_server_ts.0.into(),
    }
}

fn answered(relation: Relation<RoomMessageEventContentWithoutRelation>) -> Option<OwnedEventId> {
    match relation {
        Relation::Reply(reply) => Some(reply.in_reply_to.event_id),
        Relation::Thread(thread) => thread.in_reply_to.map(|answered| answered.event_id),
        _ => None,
    }
}

/// A busy room leaves no gap: this client does not page back, as one that people use would.
fn unlimited() -> SyncSettings {
    let mut filter = FilterDefinition::default();
    filter.room.timeline.limit = Some(1000_u32.into());
    SyncSettings::default().filter(filter.into())
}
