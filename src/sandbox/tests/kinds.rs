//! What one can do with messages beside writing them, between two phones.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::{known_group_of, town};
use crate::phones::{Kind, NotPossible, Phone, Quote, Shown, Thing};

/// Ana, who is the administrator, and Beto in a group, with a first message of Ana's that both have.
async fn begun() -> Result<(
    Arc<crate::server::WhatsAppServer>,
    [Arc<Phone>; 2],
    String,
    String,
)> {
    let (server, phones) = town(2).await?;
    let group = known_group_of(&server, &phones).await?;
    let [ana, beto] = phones.try_into().expect("two phones");
    let first = ana.send_text(&group, "¿Vienen el sábado?").await?;
    beto.wait_for_text(&group, "¿Vienen el sábado?").await?;
    Ok((server, [ana, beto], group, first))
}

fn reactions(message: &Shown) -> Vec<(&str, &str, bool)> {
    let reactions = message.reactions.iter();
    reactions
        .map(|one| (one.who.as_str(), one.emoji.as_str(), one.own))
        .collect()
}

fn is(reason: NotPossible, refused: Result<impl Sized>) -> bool {
    refused
        .err()
        .and_then(|error| error.downcast().ok())
        .is_some_and(|found: NotPossible| found == reason)
}

#[tokio::test]
async fn an_answer_shows_what_it_answers() -> Result<()> {
    let (_server, [ana, beto], group, first) = begun().await?;
    let expected = Some(Quote {
        id: first.clone(),
        who: "Ana".into(),
        text: "¿Vienen el sábado?".into(),
    });
    let answer = beto.reply(&group, &first, "Sí").await?;
    for phone in [&beto, &ana] {
        let shown = phone.wait_for_message(&group, &answer, |_| true).await?;
        assert_eq!((shown.text.as_str(), &shown.quote), ("Sí", &expected));
    }
    let own = ana.reply(&group, &first, "¿Nadie más?").await?;
    let shown = beto.wait_for_message(&group, &own, |_| true).await?;
    assert_eq!(shown.quote, expected);
    assert!(is(
        NotPossible::NoSuchMessage,
        beto.reply(&group, "3A", "¿A qué?").await
    ));
    Ok(())
}

#[tokio::test]
async fn everybody_has_one_reaction_to_a_message() -> Result<()> {
    let (_server, [ana, beto], group, first) = begun().await?;
    ana.react(&group, &first, "🙏").await?;
    beto.react(&group, &first, "👍").await?;
    let shown = ana
        .wait_for_message(&group, &first, |message| message.reactions.len() == 2)
        .await?;
    assert_eq!(
        reactions(&shown),
        [("Ana", "🙏", true), ("Beto", "👍", false)]
    );
    beto.react(&group, &first, "❤️").await?;
    let changed = |message: &Shown| message.reactions.iter().any(|one| one.emoji == "❤️");
    let shown = ana.wait_for_message(&group, &first, changed).await?;
    assert_eq!(
        reactions(&shown),
        [("Ana", "🙏", true), ("Beto", "❤️", false)]
    );
    ana.react(&group, &first, "").await?;
    let shown = beto
        .wait_for_message(&group, &first, |message| message.reactions.len() == 1)
        .await?;
    assert_eq!(reactions(&shown), [("Beto", "❤️", true)]);
    Ok(())
}

#[tokio::test]
async fn an_author_edits_and_nobody_else_does() -> Result<()> {
    let (_server, [ana, beto], group, first) = begun().await?;
    ana.edit(&group, &first, "¿Vienen el domingo?").await?;
    for phone in [&ana, &beto] {
        let shown = phone
            .wait_for_message(&group, &first, |message| message.edited)
            .await?;
        assert_eq!(shown.text, "¿Vienen el domingo?");
    }
    assert!(is(
        NotPossible::NotYours,
        beto.edit(&group, &first, "No").await
    ));
    let photo = beto
        .send(&group, Thing::new(Kind::Image, "La plaza"))
        .await?;
    assert!(is(
        NotPossible::NotAText,
        beto.edit(&group, &photo, "No").await
    ));
    Ok(())
}

#[tokio::test]
async fn after_a_quarter_of_an_hour_nothing_is_edited_any_more() -> Result<()> {
    let (server, [ana, beto], group, first) = begun().await?;
    server.advance(Duration::from_secs(16 * 60));
    assert!(is(
        NotPossible::TooLate,
        ana.edit(&group, &first, "Tarde").await
    ));
    let second = ana.send_text(&group, "Otra cosa").await?;
    ana.edit(&group, &second, "Otra").await?;
    let shown = beto
        .wait_for_message(&group, &second, |message| message.edited)
        .await?;
    assert_eq!(shown.text, "Otra");
    Ok(())
}

#[tokio::test]
async fn an_edit_that_the_server_refuses_is_shown_nowhere() -> Result<()> {
    let (server, [ana, beto], group, first) = begun().await?;
    server.refuse_edits(ana.device(), Some(406)).await;
    assert!(ana.edit(&group, &first, "No").await.is_err());
    server.refuse_edits(ana.device(), None).await;
    ana.edit(&group, &first, "Sí").await?;
    let shown = beto
        .wait_for_message(&group, &first, |message| message.edited)
        .await?;
    assert_eq!(shown.text, "Sí");
    assert_eq!(ana.chat(&group)[0].text, "Sí");
    Ok(())
}

#[tokio::test]
async fn authors_delete_their_own_and_administrators_everybodys() -> Result<()> {
    let (_server, [ana, beto], group, first) = begun().await?;
    beto.react(&group, &first, "👍").await?;
    let answer = beto.reply(&group, &first, "Sí").await?;
    ana.wait_for_message(&group, &answer, |_| true).await?;

    assert!(is(NotPossible::NotYours, beto.delete(&group, &first).await));
    let refused = beto.delete_as_admin(&group, &first).await;
    assert!(refused.is_err(), "Beto is no administrator");

    ana.delete_as_admin(&group, &answer).await?;
    ana.delete(&group, &first).await?;
    for id in [&first, &answer] {
        let shown = beto
            .wait_for_message(&group, id, |message| message.deleted)
            .await?;
        assert_eq!((shown.text.as_str(), shown.quote), ("", None));
        assert!(shown.reactions.is_empty());
        assert!(is(
            NotPossible::NoSuchMessage,
            beto.react(&group, id, "👍").await
        ));
    }
    Ok(())
}

#[tokio::test]
async fn who_is_mentioned_is_called_by_name() -> Result<()> {
    let (_server, [ana, beto], group, _) = begun().await?;
    let written = "@Beto, ¿llevas el mate? Ana no puede";
    let id = ana.mention(&group, written, &["Beto"]).await?;
    let shown = beto.wait_for_message(&group, &id, |_| true).await?;
    assert_eq!(
        (shown.text.as_str(), &*shown.mentions),
        (written, &["Beto".to_owned()][..])
    );
    ana.edit(&group, &id, "@Beto, ¿llevas el tereré?").await?;
    let shown = beto
        .wait_for_message(&group, &id, |message| message.edited)
        .await?;
    assert_eq!(shown.text, "@Beto, ¿llevas el tereré?");
    assert_eq!(shown.mentions, ["Beto"]);
    assert!(is(
        NotPossible::NoSuchMember,
        ana.mention(&group, "@Eva", &["Eva"]).await
    ));
    Ok(())
}

#[tokio::test]
async fn what_is_no_text_is_shown_as_what_it_is() -> Result<()> {
    let (_server, [ana, beto], group, _) = begun().await?;
    for (kind, text) in [
        (Kind::Image, "La plaza"),
        (Kind::Image, ""),
        (Kind::Video, "La marcha"),
        (Kind::Audio, ""),
        (Kind::Document, "El acta"),
        (Kind::Sticker, ""),
        (Kind::Contact, "Municipalidad"),
        (Kind::Location, "Plaza Uruguaya"),
        (Kind::Poll, "¿Cuándo?\nSábado\nDomingo"),
    ] {
        let id = ana.send(&group, Thing::new(kind, text)).await?;
        let shown = beto.wait_for_message(&group, &id, |_| true).await?;
        assert_eq!((shown.kind, shown.text.as_str()), (Some(kind), text));
        let answer = beto.reply(&group, &id, "Gracias").await?;
        let shown = ana.wait_for_message(&group, &answer, |_| true).await?;
        assert_eq!(shown.quote.map(|quote| quote.text).as_deref(), Some(text));
    }
    Ok(())
}

#[tokio::test]
async fn who_was_offline_finds_everything_as_it_is_now() -> Result<()> {
    let (_server, [ana, beto], group, first) = begun().await?;
    beto.go_offline().await;
    ana.edit(&group, &first, "¿Vienen el domingo?").await?;
    ana.react(&group, &first, "🙏").await?;
    let second = ana.send_text(&group, "Nada").await?;
    ana.delete(&group, &second).await?;
    beto.come_online().await?;
    let shown = beto
        .wait_for_message(&group, &second, |message| message.deleted)
        .await?;
    assert!(shown.text.is_empty());
    let first = &beto.chat(&group)[0];
    assert_eq!(
        (first.text.as_str(), reactions(first)),
        ("¿Vienen el domingo?", vec![("Ana", "🙏", false)])
    );
    Ok(())
}
