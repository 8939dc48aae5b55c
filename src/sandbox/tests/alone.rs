//! Two who write to each other alone: phones, and a phone and the bridge.

use anyhow::{Context, Result};
use whatsapp::{ReplyTo, message_id};

use super::connector::Scene;
use super::town;
use crate::phones::{Kind, Thing, bridge_account, cast, chat_with};

#[tokio::test]
async fn two_phones_talk_alone_and_nobody_else_reads_it() -> Result<()> {
    let (server, phones) = town(3).await?;
    let addresses: Vec<String> = cast(3).iter().map(chat_with).collect();
    let first = phones[0].send_text(&addresses[1], "¿Venís?").await?;
    let shown = phones[1].wait_for_text(&addresses[0], "¿Venís?").await?;
    assert_eq!((shown[0].who.as_str(), shown[0].own), ("Ana", false));
    phones[1].reply(&addresses[0], &first, "Sí").await?;
    let shown = phones[0].wait_for_text(&addresses[1], "Sí").await?;
    let quote = shown[1].quote.as_ref().context("no quote")?;
    assert_eq!(
        (quote.who.as_str(), quote.text.as_str()),
        ("Ana", "¿Venís?")
    );

    phones[0].go_offline().await;
    phones[1].send_text(&addresses[0], "El lunes").await?;
    phones[0].come_online().await?;
    let shown = phones[0].wait_for_text(&addresses[1], "El lunes").await?;
    assert_eq!(shown.len(), 3);
    for chat in &addresses {
        assert!(phones[2].chat(chat).is_empty());
    }
    server.stop().await
}

#[tokio::test]
async fn the_bridge_hears_who_writes_to_it_alone_and_answers_there() -> Result<()> {
    let scene = Scene::set(false).await?;
    let (ana, beto) = (&scene.ana, &scene.beto);
    let aty = chat_with(&bridge_account());
    let is_ana = scene.person(ana).await;

    let asked = ana.send_text(&aty, "!reglas").await?;
    let heard = scene.hears_alone().await?;
    assert_eq!(heard.id, asked);
    assert_eq!(heard.text.as_deref(), Some("!reglas"));
    assert_eq!(heard.push_name.as_deref(), Some("Ana"));
    assert!(heard.sender.is(&is_ana) && heard.sender.number == is_ana.number);

    let reply = ReplyTo {
        id: asked.clone(),
        author: Some(is_ana.clone()),
        text: "!reglas".to_owned(),
    };
    let id = message_id(b"an answer");
    for _ in 0..2 {
        let sent = scene
            .connector
            .send_direct(&is_ana, &id, "Así es.", Some(&reply));
        sent.await?;
    }
    ana.wait_for_text(&aty, "Así es.").await?;
    ana.send_text(&aty, "gracias").await?;
    assert_eq!(scene.hears_alone().await?.text.as_deref(), Some("gracias"));
    let shown = ana.chat(&aty);
    let texts: Vec<&str> = shown.iter().map(|shown| shown.text.as_str()).collect();
    assert_eq!(
        texts,
        ["!reglas", "Así es.", "gracias"],
        "the same id is the same message"
    );
    let quote = shown[1].quote.as_ref().context("no quote")?;
    assert_eq!(
        (quote.who.as_str(), quote.id.as_str()),
        ("Ana", asked.as_str())
    );

    // Somebody who never wrote can be written to as well.
    let (is_beto, id) = (scene.person(beto).await, message_id(b"cold"));
    let sent = scene.connector.send_direct(&is_beto, &id, "Hola.", None);
    sent.await?;
    beto.wait_for_text(&aty, "Hola.").await?;

    ana.send(&aty, Thing::new(Kind::Image, "!reglas")).await?;
    assert_eq!(scene.hears_alone().await?.text, None);
    Ok(())
}

#[tokio::test]
async fn a_message_of_the_group_can_be_answered_to_the_bridge_alone() -> Result<()> {
    let scene = Scene::set(false).await?;
    let (group, ana, beto) = (&scene.group, &scene.ana, &scene.beto);
    let aty = chat_with(&bridge_account());
    let offer = beto.send_text(group, "¡Oferta!").await?;
    assert_eq!(scene.hears().await?.id, offer);
    ana.wait_for_text(group, "¡Oferta!").await?;

    ana.reply_alone(&aty, (group, &offer), "!reportar spam")
        .await?;
    let answers = scene.hears_alone().await?.answers.context("no answer")?;
    assert_eq!(answers.group, group.parse().ok());
    let key = answers.message.key;
    assert_eq!((key.id, key.ours), (offer, false));
    let is_beto = scene.person(beto).await;
    assert!(key.author.is_some_and(|author| author.is(&is_beto)));
    Ok(())
}
