//! Phones and a bridge's connector in one group: each hears what the other does as what it is.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use async_trait::async_trait;
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use whatsapp::{
    Connector, Direct, Heard, Inbox, Kind as Unknown, MessageId, NotKept, Person, ReplyTo, Saying,
    SeedDevice, SendError, ServerKey, Session, Status, What, WhatsAppSettings, message_id,
};

use whatsapp_rust::Jid;
use whatsapp_rust::buffa::MessageField;
use whatsapp_rust::prelude::MessageBuilderExt;
use whatsapp_rust::wacore::reaction::encrypt_reaction_with_secret;
use whatsapp_rust::waproto::whatsapp as wa;

use super::{PATIENCE, town};
use crate::phones::{Kind, Phone, Shown, Thing, bridge_account};
use crate::server::{DeviceAddress, WhatsAppServer};

struct Hearing {
    in_groups: UnboundedSender<Heard>,
    alone: UnboundedSender<Direct>,
}

#[async_trait]
impl Inbox for Hearing {
    async fn keep(&self, heard: &[Heard]) -> Result<(), NotKept> {
        for one in heard {
            self.in_groups.send(one.clone()).map_err(|_| NotKept)?;
        }
        Ok(())
    }

    async fn keep_direct(&self, heard: &[Direct]) -> Result<(), NotKept> {
        for one in heard {
            self.alone.send(one.clone()).map_err(|_| NotKept)?;
        }
        Ok(())
    }
}

/// Ana, who administers, Beto, and a bridge in one group.
pub(super) struct Scene {
    pub(super) server: Arc<WhatsAppServer>,
    pub(super) ana: Arc<Phone>,
    pub(super) beto: Arc<Phone>,
    pub(super) group: String,
    pub(super) connector: Connector,
    heard: Mutex<UnboundedReceiver<Heard>>,
    alone: Mutex<UnboundedReceiver<Direct>>,
    _folder: TempDir,
}

impl Scene {
    pub(super) async fn set(bridge_administers: bool) -> Result<Self> {
        let (server, phones) = town(2).await?;
        let [ana, beto] = phones.try_into().expect("two phones");
        let bridge = bridge_account();
        server.add_account(bridge.clone()).await?;
        let device = DeviceAddress::new(bridge.number.as_str(), 0);

        let folder = tempfile::tempdir()?;
        let key = vault::Key::open_or_create(&folder.path().join("key"))?;
        let database = vault::Database::open(&folder.path().join("session"), &key, 1 << 20)?;
        let session = Session::open(database)?;
        let seed = SeedDevice {
            number: bridge.number.parse()?,
            lid: bridge.lid.parse()?,
            device: 0,
            push_name: bridge.name.clone(),
            server_key: Some(server.static_key()),
        };
        session.seed(seed).await?;
        let settings = WhatsAppSettings {
            url: Some(server.url()),
            server_key: Some(ServerKey(server.static_key())),
            ..WhatsAppSettings::default()
        };
        let (in_groups, heard) = unbounded_channel();
        let (sender, alone) = unbounded_channel();
        let hearing = Hearing {
            in_groups,
            alone: sender,
        };
        let connector = Connector::start(session, &settings, Arc::new(hearing)).await?;
        let mut status = connector.status();
        let connected = status.wait_for(|status| *status == Status::Connected);
        tokio::time::timeout(PATIENCE, connected).await??;
        server
            .wait_until("the bridge's keys", |state| state.has_keys(&device))
            .await?;

        let numbers = [&ana, &beto].map(|phone| phone.device().number.clone());
        let creator = match bridge_administers {
            true => &bridge.number,
            false => &numbers[0],
        };
        let members = [&numbers[0], &bridge.number].map(String::as_str);
        let group = server.add_group("Agua", creator, &members).await?;
        beto.join(&server.invite_link(&group).await?).await?;
        for phone in [&ana, &beto] {
            phone
                .wait_for_group(&group, |shown| shown.members == 3)
                .await?;
        }
        Ok(Self {
            server,
            ana,
            beto,
            group,
            connector,
            heard: Mutex::new(heard),
            alone: Mutex::new(alone),
            _folder: folder,
        })
    }

    pub(super) async fn hears(&self) -> Result<Heard> {
        let mut heard = self.heard.lock().await;
        let next = tokio::time::timeout(PATIENCE, heard.recv()).await;
        next.context("the bridge heard nothing")?
            .context("the bridge has ended")
    }

    pub(super) async fn hears_alone(&self) -> Result<Direct> {
        let mut alone = self.alone.lock().await;
        let next = tokio::time::timeout(PATIENCE, alone.recv()).await;
        next.context("nobody wrote to the bridge alone")?
            .context("the bridge has ended")
    }

    async fn says(&self, name: &str, saying: &Saying) -> Result<MessageId, SendError> {
        let id = message_id(name.as_bytes());
        let group = self.group.parse().expect("a group");
        self.connector.send(&group, &id, saying).await.map(|()| id)
    }

    pub(super) async fn person(&self, phone: &Phone) -> Person {
        let state = self.server.state().await;
        let account = state.account(&phone.device().number).expect("an account");
        Person {
            lid: account.lid.parse().ok(),
            number: account.number.parse().ok(),
        }
    }
}

fn shown(message: &Shown) -> (&str, Option<(&str, &str)>) {
    let quote = message.quote.as_ref();
    let quote = quote.map(|quote| (quote.who.as_str(), quote.text.as_str()));
    (message.text.as_str(), quote)
}

#[tokio::test]
async fn what_phones_do_the_bridge_hears() -> Result<()> {
    let scene = Scene::set(false).await?;
    let (group, ana, beto) = (&scene.group, &scene.ana, &scene.beto);
    let (is_ana, is_beto) = (scene.person(ana).await, scene.person(beto).await);
    let own = scene.says("1", &Saying::text("*Eva*: hola")).await?;
    beto.wait_for_text(group, "*Eva*: hola").await?;

    let first = ana.send_text(group, "¿Vienen?").await?;
    beto.wait_for_text(group, "¿Vienen?").await?;
    assert_eq!(scene.hears().await?.id, first);

    beto.reply(group, &first, "Sí").await?;
    let What::Text { reply, .. } = scene.hears().await?.what else {
        panic!("no text")
    };
    let quoted = reply.context("no answer")?;
    assert_eq!(
        (quoted.key.id, quoted.text.as_deref()),
        (first.clone(), Some("¿Vienen?"))
    );
    assert!(quoted.key.author.is_some_and(|author| author.is(&is_ana)));
    assert!(!quoted.key.ours);

    beto.reply(group, own.as_str(), "Hola, Eva").await?;
    let What::Text { reply, .. } = scene.hears().await?.what else {
        panic!("no text")
    };
    let key = reply.context("no answer")?.key;
    assert_eq!((key.id.as_str(), key.ours), (own.as_str(), true));

    beto.mention(group, "@Ana, ¿y el mate?", &["Ana"]).await?;
    let What::Text { text, mentions, .. } = scene.hears().await?.what else {
        panic!("no text")
    };
    assert_eq!(text, format!("{}, ¿y el mate?", is_ana.mention()));
    assert!(mentions.len() == 1 && mentions[0].is(&is_ana));

    for emoji in ["👍", "❤️", ""] {
        beto.react(group, &first, emoji).await?;
        let heard = scene.hears().await?;
        let What::Reaction { of, emoji: found } = heard.what else {
            panic!("no reaction")
        };
        assert!(heard.sender.is(&is_beto));
        assert_eq!(
            (of.id.as_str(), found.unwrap_or_default()),
            (first.as_str(), emoji.into())
        );
        assert!(of.author.is_some_and(|author| author.is(&is_ana)));
    }

    ana.edit(group, &first, "¿Vienen el lunes?").await?;
    let What::Edit { of, text, .. } = scene.hears().await?.what else {
        panic!("no edit")
    };
    assert_eq!(
        (of.id.as_str(), text.as_str()),
        (first.as_str(), "¿Vienen el lunes?")
    );

    ana.wait_for_text(group, "*Eva*: hola").await?;
    ana.delete_as_admin(group, own.as_str()).await?;
    let heard = scene.hears().await?;
    let What::Revoke { of } = heard.what else {
        panic!("no deletion")
    };
    assert!(heard.sender.is(&is_ana) && of.ours && of.id == own.as_str());

    ana.delete(group, &first).await?;
    let What::Revoke { of } = scene.hears().await?.what else {
        panic!("no deletion")
    };
    assert!(!of.ours && of.author.is_some_and(|author| author.is(&is_ana)));
    scene.connector.stop().await;
    Ok(())
}

#[tokio::test]
async fn what_is_not_carried_yet_is_heard_by_its_kind() -> Result<()> {
    let scene = Scene::set(false).await?;
    for (kind, text, expected) in [
        (Kind::Image, "La plaza", Unknown::Image),
        (Kind::Video, "La marcha", Unknown::Video),
        (Kind::Audio, "", Unknown::Audio),
        (Kind::Document, "El acta", Unknown::Document),
        (Kind::Sticker, "", Unknown::Sticker),
        (Kind::Contact, "Municipalidad", Unknown::Contact),
        (Kind::Location, "Plaza Uruguaya", Unknown::Location),
        (Kind::Poll, "¿Cuándo?\nSábado\nDomingo", Unknown::Poll),
    ] {
        scene.ana.send(&scene.group, Thing::new(kind, text)).await?;
        let What::Unknown { kind, caption } = scene.hears().await?.what else {
            panic!("taken for something known")
        };
        assert_eq!(kind, expected);
        let has_caption = matches!(kind, Unknown::Image | Unknown::Video | Unknown::Document);
        assert_eq!(caption.as_deref(), has_caption.then_some(text));
    }
    scene.connector.stop().await;
    Ok(())
}

#[tokio::test]
async fn what_the_bridge_does_phones_show() -> Result<()> {
    let scene = Scene::set(true).await?;
    let (group, ana) = (&scene.group, &scene.ana);
    let is_ana = scene.person(ana).await;
    let first = ana.send_text(group, "¿Vienen?").await?;
    assert_eq!(scene.hears().await?.id, first);

    let answer = Saying::Text {
        text: format!("*Eva*: sí, {}", is_ana.mention()),
        reply: Some(ReplyTo {
            id: first.clone(),
            author: Some(is_ana.clone()),
            text: "¿Vienen?".into(),
        }),
        mentions: vec![is_ana.clone()],
    };
    let id = scene.says("answer", &answer).await?;
    for phone in [ana, &scene.beto] {
        let found = phone.wait_for_message(group, id.as_str(), |_| true).await?;
        assert_eq!(
            shown(&found),
            ("*Eva*: sí, @Ana", Some(("Ana", "¿Vienen?")))
        );
        assert_eq!(found.mentions, ["Ana"]);
    }

    let to_itself = Saying::Text {
        text: "*Eva*: yo también".into(),
        reply: Some(ReplyTo {
            id: id.to_string(),
            author: None,
            text: "*Eva*: sí".into(),
        }),
        mentions: Vec::new(),
    };
    let second = scene.says("to itself", &to_itself).await?;
    let found = ana
        .wait_for_message(group, second.as_str(), |_| true)
        .await?;
    assert_eq!(
        shown(&found),
        ("*Eva*: yo también", Some(("Aty", "*Eva*: sí")))
    );

    let react = |of: &str, author: Option<&Person>, emoji: &str| Saying::Reaction {
        of: of.to_owned(),
        author: author.cloned(),
        emoji: emoji.to_owned(),
        at_ms: 0,
    };
    for (name, of, author) in [
        ("to Ana", first.as_str(), Some(&is_ana)),
        ("own", id.as_str(), None),
    ] {
        scene.says(name, &react(of, author, "👍")).await?;
        let found = ana
            .wait_for_message(group, of, |message| !message.reactions.is_empty())
            .await?;
        assert_eq!(
            (&*found.reactions[0].who, &*found.reactions[0].emoji),
            ("Aty", "👍")
        );
        scene
            .says(&format!("{name}, no more"), &react(of, author, ""))
            .await?;
        ana.wait_for_message(group, of, |message| message.reactions.is_empty())
            .await?;
    }

    let edit = Saying::Edit {
        of: id.to_string(),
        text: format!("*Eva*: no, {}", is_ana.mention()),
        mentions: vec![is_ana.clone()],
        at_ms: 0,
    };
    scene.says("edit", &edit).await?;
    let found = ana
        .wait_for_message(group, id.as_str(), |message| message.edited)
        .await?;
    assert_eq!(found.text, "*Eva*: no, @Ana");

    for (name, of, author) in [
        ("own gone", id.as_str(), None),
        ("Ana's gone", first.as_str(), Some(is_ana)),
    ] {
        let of_message = of.to_owned();
        scene
            .says(
                name,
                &Saying::Revoke {
                    of: of_message,
                    author,
                },
            )
            .await?;
        ana.wait_for_message(group, of, |message| message.deleted)
            .await?;
    }
    scene.connector.stop().await;
    Ok(())
}

#[tokio::test]
async fn what_may_not_be_is_refused_and_what_is_late_is_not_shown() -> Result<()> {
    let scene = Scene::set(false).await?;
    let (group, ana) = (&scene.group, &scene.ana);
    let is_ana = scene.person(ana).await;
    let first = ana.send_text(group, "¿Vienen?").await?;
    scene.hears().await?;
    let as_admin = Saying::Revoke {
        of: first.clone(),
        author: Some(is_ana),
    };
    let refused = scene.says("as admin", &as_admin).await;
    assert!(
        matches!(refused, Err(SendError::Rejected { code: 403, .. })),
        "{refused:?}"
    );

    let id = scene.says("1", &Saying::text("*Eva*: sí")).await?;
    ana.wait_for_message(group, id.as_str(), |_| true).await?;
    let edit = |text: &str| Saying::Edit {
        of: id.to_string(),
        text: text.to_owned(),
        mentions: Vec::new(),
        at_ms: 0,
    };
    let bridge = DeviceAddress::new(bridge_account().number, 0);
    scene.server.refuse_edits(&bridge, Some(406)).await;
    let refused = scene.says("2", &edit("*Eva*: no")).await;
    assert!(
        matches!(refused, Err(SendError::Rejected { code: 406, .. })),
        "{refused:?}"
    );
    scene.server.refuse_edits(&bridge, None).await;

    scene.server.advance(Duration::from_secs(21 * 60));
    scene.says("3", &edit("*Eva*: demasiado tarde")).await?;
    scene.says("4", &Saying::text("*Eva*: chau")).await?;
    let seen = ana.wait_for_text(group, "*Eva*: chau").await?;
    let texts: Vec<_> = seen.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["¿Vienen?", "*Eva*: sí", "*Eva*: chau"]);
    scene.connector.stop().await;
    Ok(())
}

/// Sent again under its id, a message stays one, whatever it does.
#[tokio::test]
async fn what_is_sent_twice_happens_once() -> Result<()> {
    let scene = Scene::set(false).await?;
    let (group, ana) = (&scene.group, &scene.ana);
    let first = ana.send_text(group, "¿Vienen?").await?;
    let author = Some(scene.person(ana).await);
    scene.hears().await?;
    let react = |emoji: &str| Saying::Reaction {
        of: first.clone(),
        author: author.clone(),
        emoji: emoji.to_owned(),
        at_ms: 0,
    };
    scene.says("1", &react("👍")).await?;
    scene.says("2", &react("❤️")).await?;
    scene.says("1", &react("👍")).await?;
    scene.says("3", &Saying::text("*Eva*: listo")).await?;
    ana.wait_for_text(group, "*Eva*: listo").await?;
    let chat = ana.chat(group);
    let left: Vec<_> = chat[0]
        .reactions
        .iter()
        .map(|one| one.emoji.as_str())
        .collect();
    assert_eq!(left, ["❤️"]);
    Ok(())
}

/// Some apps seal edits and reactions once more, with the secret of the message that they are of.
#[tokio::test]
async fn what_is_sealed_with_a_messages_secret_is_opened() -> Result<()> {
    let scene = Scene::set(false).await?;
    let to: Jid = scene.group.parse()?;
    let (ana, beto) = (scene.ana.client().await?, scene.beto.client().await?);
    let own = |client: &whatsapp_rust::Client| client.lid().map(|lid| lid.to_non_ad().to_string());
    let (is_ana, is_beto) = (own(&ana).context("no LID")?, own(&beto).context("no LID")?);
    let secret = [7; 32];
    let message = wa::Message {
        message_context_info: MessageField::some(wa::MessageContextInfo {
            message_secret: Some(secret.to_vec()),
            ..Default::default()
        }),
        ..wa::Message::text("¿Vienen?")
    };
    let id = ana.send_message(to.clone(), message).await?.message_id;
    assert_eq!(scene.hears().await?.id, id);

    let changed = wa::Message::text("¿Vienen el lunes?");
    ana.edit_message_encrypted(to.clone(), id.as_str(), &secret, changed)
        .await?;
    let What::Edit { of, text, .. } = scene.hears().await?.what else {
        panic!("no edit")
    };
    assert_eq!((of.id, text.as_str()), (id.clone(), "¿Vienen el lunes?"));

    let (payload, iv) = encrypt_reaction_with_secret("👍", 0, &secret, &id, &is_ana, &is_beto)?;
    let reaction = wa::message::EncReactionMessage {
        target_message_key: MessageField::some(wa::MessageKey {
            remote_jid: Some(scene.group.clone()),
            from_me: Some(false),
            id: Some(id.clone()),
            participant: Some(is_ana),
        }),
        enc_payload: Some(payload),
        enc_iv: Some(iv.to_vec()),
    };
    let reaction = wa::Message {
        enc_reaction_message: MessageField::some(reaction),
        ..Default::default()
    };
    beto.send_message(to, reaction).await?;
    let What::Reaction { of, emoji } = scene.hears().await?.what else {
        panic!("no reaction")
    };
    assert_eq!((of.id, emoji.as_deref()), (id, Some("👍")));
    let author = of.author.context("no author")?;
    assert!(author.is(&scene.person(&scene.ana).await));
    scene.connector.stop().await;
    Ok(())
}
