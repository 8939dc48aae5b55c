//! What goes wrong on purpose, and how clients take it.

use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use whatsapp_rust::Client;
use whatsapp_rust::prelude::{Event, EventHandler};

use super::{group_of, town};
use crate::phones::{Phone, cast};
use crate::server::Ban;

struct Watching(tokio::sync::mpsc::UnboundedSender<Arc<Event>>);

impl EventHandler for Watching {
    fn handle_event(&self, event: Arc<Event>) {
        let _nobody = self.0.send(event);
    }
}

fn watch(client: &Client) -> UnboundedReceiver<Arc<Event>> {
    let (sender, events) = unbounded_channel();
    client
        .subscribe_handler(Arc::new(Watching(sender)))
        .detach();
    events
}

async fn seen(events: &mut UnboundedReceiver<Arc<Event>>, is: fn(&Event) -> bool) -> Result<()> {
    let seeing = async {
        while let Some(event) = events.recv().await {
            if is(&event) {
                return Ok(());
            }
        }
        anyhow::bail!("the client ended first")
    };
    tokio::time::timeout(super::PATIENCE, seeing)
        .await
        .context("it never happened")?
}

#[tokio::test]
async fn a_banned_account_is_told_for_how_long() -> Result<()> {
    let (server, phones) = town(1).await?;
    let mut events = watch(&*phones[0].client().await?);
    let ban = Ban {
        code: 104,
        seconds: 3600,
    };
    server.ban(&phones[0].device().number, ban).await;
    server.drop_connection(phones[0].device()).await?;
    seen(
        &mut events,
        |event| matches!(event, Event::TemporaryBan(ban) if ban.expire.num_seconds() == 3600),
    )
    .await
}

#[tokio::test]
async fn a_removed_companion_is_logged_out() -> Result<()> {
    let (server, phones) = town(1).await?;
    let mut events = watch(&*phones[0].client().await?);
    server.log_out(phones[0].device()).await?;
    seen(&mut events, |event| matches!(event, Event::LoggedOut(_))).await
}

#[tokio::test]
async fn a_second_connection_replaces_the_first() -> Result<()> {
    let (server, phones) = town(1).await?;
    let mut events = watch(&*phones[0].client().await?);
    server.replace(phones[0].device()).await?;
    seen(&mut events, |event| {
        matches!(event, Event::StreamReplaced(_))
    })
    .await
}

#[tokio::test]
async fn after_a_lost_connection_nothing_is_missing() -> Result<()> {
    let (server, phones) = town(2).await?;
    let group = group_of(&server, &phones).await?;
    phones[0].send_text(&group, "1").await?;
    phones[1].wait_for_text(&group, "1").await?;
    server.drop_connection(phones[1].device()).await?;
    phones[0].send_text(&group, "2").await?;
    let shown = phones[1].wait_for_text(&group, "2").await?;
    assert_eq!(shown.len(), 2);
    Ok(())
}

#[tokio::test]
async fn what_is_delivered_twice_is_shown_once() -> Result<()> {
    let (server, phones) = town(2).await?;
    let group = group_of(&server, &phones).await?;
    let id = phones[0].send_text(&group, "Una vez").await?;
    phones[1].wait_for_text(&group, "Una vez").await?;
    let beto = phones[1].device();
    server
        .wait_until("the receipt", |state| state.queued(beto).is_empty())
        .await?;
    server.redeliver(beto, &id).await?;
    server
        .wait_until("the second receipt", |state| state.queued(beto).is_empty())
        .await?;
    assert_eq!(phones[1].chat(&group).len(), 1);
    Ok(())
}

/// New keys on the same number: what was sealed for the old ones can't be opened, and is asked for again.
#[tokio::test]
async fn a_new_telephone_gets_its_messages_sealed_anew() -> Result<()> {
    let (server, phones) = town(2).await?;
    let group = group_of(&server, &phones).await?;
    phones[0].send_text(&group, "Al viejo").await?;
    phones[1].wait_for_text(&group, "Al viejo").await?;
    phones[1].go_offline().await;
    let beto = Phone::start(&server, cast(2).remove(1), None).await?;
    phones[0].send_text(&group, "Al nuevo").await?;
    beto.wait_for_text(&group, "Al nuevo").await?;
    Ok(())
}
