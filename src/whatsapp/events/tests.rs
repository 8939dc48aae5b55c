use whatsapp_rust::Jid;
use whatsapp_rust::wacore::stanza::groups::GroupNotificationAction;
use whatsapp_rust::wacore::types::events as theirs;

use super::*;
use crate::message_id;

const PATIENCE: Duration = Duration::from_secs(5);

fn line(status: Status) -> (Arc<Line>, Listener) {
    let line = Line::new(status);
    let (told, _) = tokio::sync::mpsc::unbounded_channel();
    (line.clone(), Listener { line, told })
}

fn ack(id: &MessageId, class: &str, error: Option<&str>) -> Arc<Event> {
    Arc::new(Event::ServerAck(
        ServerAck::builder()
            .id(id.as_str().to_owned())
            .class(class.to_owned())
            .maybe_error(error.map(str::to_owned))
            .build(),
    ))
}

fn connected() -> Arc<Event> {
    Arc::new(Event::Connected(theirs::Connected::builder().build()))
}

fn replaced() -> Arc<Event> {
    Arc::new(Event::StreamReplaced(
        theirs::StreamReplaced::builder().build(),
    ))
}

#[tokio::test]
async fn only_the_servers_ack_of_that_message_counts() {
    let (line, listener) = line(Status::Connected);
    let (one, other) = (message_id(b"one"), message_id(b"other"));
    let expected = line.expect(&one, false);
    listener.handle_event(ack(&other, "message", None));
    listener.handle_event(ack(&one, "receipt", None));
    listener.handle_event(ack(&one, "message", None));
    assert_eq!(expected.answer(PATIENCE).await, Some(Ack::Accepted));
    assert!(line.awaited().is_empty());
}

#[tokio::test]
async fn a_refusal_is_passed_on_and_a_lost_connection_ends_the_waiting() {
    let (line, listener) = line(Status::Connected);
    let id = message_id(b"one");
    let expected = line.expect(&id, false);
    listener.handle_event(ack(&id, "message", Some("404")));
    assert_eq!(expected.answer(PATIENCE).await, Some(Ack::Refused(404)));

    let expected = line.expect(&id, false);
    line.set(Status::Disconnected);
    assert_eq!(expected.answer(PATIENCE).await, None);
    assert!(line.awaited().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_not_waited_for_forever() {
    let (line, _) = line(Status::Connected);
    let expected = line.expect(&message_id(b"one"), false);
    assert_eq!(expected.answer(PATIENCE).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_limited_account_stops_sending_for_an_hour() {
    let (line, listener) = line(Status::Connected);
    let id = message_id(b"one");
    let expected = line.expect(&id, false);
    listener.handle_event(ack(&id, "message", Some("463")));
    assert_eq!(expected.answer(PATIENCE).await, Some(Ack::Refused(463)));
    assert!(matches!(line.status(), Status::Banned { .. }));
    let mut status = line.status.subscribe();
    let sending = status.wait_for(|status| *status == Status::Connected);
    let before = tokio::time::Instant::now();
    sending.await.unwrap();
    assert_eq!(before.elapsed().as_secs(), LIMITED.as_secs());
}

#[tokio::test]
async fn what_is_final_is_not_covered_by_a_lost_connection() {
    let (line, listener) = line(Status::Starting);
    listener.handle_event(connected());
    assert_eq!(line.status(), Status::Connected);
    listener.handle_event(replaced());
    line.set(Status::Disconnected);
    assert_eq!(line.status(), Status::Replaced);
    listener.handle_event(connected());
    line.set(Status::Broken(Broken::CannotKeep));
    listener.handle_event(connected());
    assert_eq!(line.status(), Status::Broken(Broken::CannotKeep));
}

#[tokio::test]
async fn a_notification_is_one_hint_however_often_it_comes() {
    let (line, listener) = line(Status::Connected);
    let group: Jid = "120363000000000001@g.us".parse().unwrap();
    let update = Event::GroupUpdate(
        theirs::GroupUpdate::builder()
            .group_jid(group)
            .timestamp(Default::default())
            .is_lid_addressing_mode(true)
            .action(GroupNotificationAction::Add {
                participants: Vec::new(),
                reason: None,
            })
            .build(),
    );
    let update = Arc::new(update);
    listener.handle_event(update.clone());
    listener.handle_event(update);
    assert!(line.hints.take().is_some());
    assert!(line.hints.take().is_none());
    listener.handle_event(connected());
    assert!(line.hints.take().is_some());
}

#[tokio::test]
async fn whoever_may_not_be_written_to_stops_nobody_else() {
    let (line, listener) = line(Status::Connected);
    let id = message_id(b"one");
    let expected = line.expect(&id, true);
    listener.handle_event(ack(&id, "message", Some("463")));
    assert_eq!(expected.answer(PATIENCE).await, Some(Ack::Refused(463)));
    assert_eq!(line.status(), Status::Connected);
}
