use super::*;
use ruma::{room_id, server_name, user_id};
use serde_json::json;

fn homeserver() -> Homeserver {
    let identity = Identity::new("aty", "_aty_", server_name!("example.org")).unwrap();
    let url = Url::parse("http://127.0.0.1:8008/").unwrap();
    Homeserver::new(&url, "the-token", identity).unwrap()
}

fn message(transaction: &str, at: Option<i64>) -> message::send_message_event::v3::Request {
    let mut request = message::send_message_event::v3::Request::new_raw(
        room_id!("!agua").to_owned(),
        <&TransactionId>::from(transaction).to_owned(),
        "m.room.message".into(),
        raw(&json!({ "body": "Hola" })).unwrap(),
    );
    request.timestamp = at.map(Timestamp).and_then(matrix_time);
    request
}

#[test]
fn a_ghost_speaks_in_its_own_name() {
    let ghost = user_id!("@_aty_abcdefghij234567:example.org");
    let request = homeserver()
        .written(Some(ghost), message("e1", None))
        .unwrap();
    assert_eq!(request.method(), "PUT");
    assert_eq!(
        request.uri(),
        "http://127.0.0.1:8008/_matrix/client/v3/rooms/!agua/send/m.room.message/e1\
         ?user_id=%40_aty_abcdefghij234567%3Aexample.org"
    );
    assert_eq!(request.headers()["authorization"], "Bearer the-token");
    assert_eq!(request.body(), br#"{"body":"Hola"}"#);
}

#[test]
fn the_bot_is_who_speaks_when_nobody_is_named() {
    let path = |as_user| {
        let request = homeserver().written(as_user, message("e1", None)).unwrap();
        request.uri().path_and_query().unwrap().to_string()
    };
    let bots = "/_matrix/client/v3/rooms/!agua/send/m.room.message/e1";
    assert_eq!(path(None), bots);
    assert_eq!(path(Some(user_id!("@aty:example.org"))), bots);
}

#[test]
fn a_late_message_carries_its_time_and_odd_ids_stay_one_part_of_the_path() {
    let request = homeserver()
        .written(None, message("a/b?c#", Some(1_600_000_000_000)))
        .unwrap();
    assert_eq!(
        request.uri().path_and_query().unwrap(),
        "/_matrix/client/v3/rooms/!agua/send/m.room.message/a%2Fb%3Fc%23?ts=1600000000000"
    );
    let never = homeserver().written(None, message("e1", Some(-1))).unwrap();
    assert_eq!(
        never.uri().query(),
        None,
        "Matrix knows no time before 1970"
    );
}

#[test]
fn the_token_is_not_shown() {
    assert!(!format!("{:?}", homeserver()).contains("the-token"));
}

/// A homeserver on loopback that takes one request and goes away without an answer.
async fn goes_away_after_reading() -> Homeserver {
    use tokio::io::AsyncReadExt;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        connection.read_u8().await.unwrap();
    });
    let identity = homeserver().identity().clone();
    Homeserver::new(&Url::parse(&url).unwrap(), "the-token", identity).unwrap()
}

#[tokio::test]
async fn a_connection_lost_after_sending_leaves_it_open_and_a_refused_one_does_not() {
    let homeserver = goes_away_after_reading().await;
    let (room, content) = (room_id!("!agua"), json!({ "body": "Hola" }));
    let bot = user_id!("@aty:example.org");
    let send = || homeserver.send(bot, room, "m.room.message", "e1", &content, None);
    assert_eq!(send().await, Err(SendError::Uncertain));
    assert_eq!(
        send().await,
        Err(SendError::Transient { retry_after: None })
    );
}
