//! The phones' API, as a script uses it.

use std::sync::Arc;

use anyhow::{Context, Result};
use futures_util::StreamExt;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use super::loopback;
use crate::page;
use crate::phones::{Phone, bridge_account, cast, chat_with};
use crate::town::Town;

/// A script that notes every answer it gets.
pub(super) struct Script {
    client: Client,
    root: String,
    pub(super) heard: String,
}

impl Script {
    pub(super) async fn call(
        &mut self,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<(StatusCode, Value)> {
        let request = self.client.request(method, format!("{}{path}", self.root));
        let answer = request.json(&body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        self.heard += &text;
        Ok((status, serde_json::from_str(&text)?))
    }

    pub(super) async fn get(&mut self, path: &str) -> Result<Value> {
        Ok(self.call(Method::GET, path, Value::Null).await?.1)
    }

    pub(super) async fn post(&mut self, path: &str, body: Value) -> Result<(StatusCode, Value)> {
        self.call(Method::POST, path, body).await
    }
}

async fn served(town: &Arc<Town>) -> Result<Script> {
    let listener = tokio::net::TcpListener::bind(loopback()).await?;
    let root = format!("http://{}", listener.local_addr()?);
    tokio::spawn(axum::serve(listener, page::router(town.clone())).into_future());
    Ok(Script {
        client: Client::new(),
        root,
        heard: String::new(),
    })
}

#[tokio::test]
async fn a_script_is_a_citizen_and_learns_no_number() -> Result<()> {
    let town = Town::open(None, loopback(), &["Ana", "Beto"]).await?;
    let bridge = bridge_account();
    town.welcome_bridge(bridge.clone()).await?;
    let group = town
        .server()
        .add_group("Datos abiertos", &bridge.number, &[])
        .await?;
    let link = town.server().invite_link(&group).await?;
    assert_eq!(town.join_people(0, &link).await?, ["Ana", "Beto"]);

    let mut script = served(&town).await?;
    assert!(script.get("/api").await?["calls"].is_array());
    let (created, noelia) = script
        .post("/api/people", json!({ "name": "Noelia" }))
        .await?;
    assert_eq!(
        (created, &noelia["groups"]),
        (StatusCode::CREATED, &json!(0))
    );
    let events = format!("{}/api/events", script.root);
    let mut events = script.client.get(events).send().await?.bytes_stream();
    let (_, joined) = script
        .post("/api/people/Noelia/join", json!({ "link": link }))
        .await?;
    let id = joined["id"].as_str().context("no group")?.to_owned();
    let event = events.next().await.context("no event")??;
    assert!(event.starts_with(b"event: change\n"), "{event:?}");

    let messages = format!("groups/{id}/messages");
    let path = format!("/api/people/Noelia/{messages}");
    let (created, _) = script.post(&path, json!({ "text": "Buen día" })).await?;
    assert_eq!(created, StatusCode::CREATED);
    let ana = town.person("Ana").await.context("no Ana")?;
    ana.wait_for_text(&group, "Buen día").await?;
    let seen = script.get(&format!("/api/people/Ana/{messages}")).await?;
    assert_eq!(seen["messages"][0]["who"], "Noelia");
    assert_eq!(
        script.get("/api/people/Ana/groups").await?["groups"][0]["members"],
        4
    );

    let (left, _) = script
        .post("/api/people/Noelia/leave", json!({ "group": id }))
        .await?;
    assert_eq!(left, StatusCode::OK);
    for (path, body, refused) in [
        (
            path.as_str(),
            json!({ "text": "¿Hola?" }),
            StatusCode::NOT_FOUND,
        ),
        (
            "/api/people/Noelia/join",
            json!({ "link": "x" }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "/api/people",
            json!({ "name": "ana" }),
            StatusCode::CONFLICT,
        ),
        (
            "/api/people",
            json!({ "name": "12025550100@" }),
            StatusCode::BAD_REQUEST,
        ),
        (
            "/api/people",
            json!({ "nombre": "Eva" }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("/api/nothing", json!({}), StatusCode::NOT_FOUND),
    ] {
        let (status, answer) = script.post(path, body).await?;
        assert_eq!(status, refused, "{answer}");
        assert!(
            answer["error"].is_string() && answer["error_en"].is_string(),
            "{answer}"
        );
    }

    for phone in town.people().await {
        let state = town.server().state().await;
        let account = state
            .account(&phone.device().number)
            .context("no account")?;
        assert!(!script.heard.contains(&account.number) && !script.heard.contains(&account.lid));
    }
    assert!(!script.heard.contains(&bridge.number) && !script.heard.contains("@g.us"));
    Ok(())
}

/// Ana's and Beto's phones in a group, and a script that uses them.
pub(super) async fn with_a_group() -> Result<(std::sync::Arc<Town>, Script, String)> {
    let town = Town::open(None, loopback(), &["Ana", "Beto"]).await?;
    let phones = town.people().await;
    let group = super::known_group_of(town.server(), &phones).await?;
    let script = served(&town).await?;
    Ok((town, script, group))
}

#[tokio::test]
async fn a_script_does_with_messages_what_one_does_on_a_phone() -> Result<()> {
    let (town, mut script, group) = with_a_group().await?;
    let beto = town.person("Beto").await.context("no Beto")?;
    let groups = script.get("/api/people/Ana/groups").await?;
    let id = groups["groups"][0]["id"].as_str().context("no group")?;
    assert_eq!(groups["groups"][0]["admin"], true);
    assert_eq!(
        groups["groups"][0]["people"],
        json!([{ "name": "Ana", "admin": true }, { "name": "Beto", "admin": false }])
    );
    let of = |name: &str| format!("/api/people/{name}/groups/{id}");
    let (ana, betos) = (of("Ana"), of("Beto"));
    let first = beto.send_text(&group, "¿Vienen?").await?;
    let on_anas = town.person("Ana").await.context("no Ana")?;
    on_anas.wait_for_text(&group, "¿Vienen?").await?;

    let body = json!({ "text": "Sí, @Beto", "reply": first, "mentions": ["Beto"] });
    let (_, answer) = script.post(&format!("{ana}/messages"), body).await?;
    let answer = answer["id"].as_str().context("no id")?.to_owned();
    let reaction = format!("{ana}/messages/{first}/reaction");
    let reacted = script
        .call(Method::PUT, &reaction, json!({ "emoji": "👍" }))
        .await?;
    assert_eq!(reacted.0, StatusCode::OK);
    let edited = format!("{ana}/messages/{answer}");
    let body = json!({ "text": "Sí, claro, @Beto" });
    script.call(Method::PUT, &edited, body).await?;
    beto.wait_for_message(&group, &answer, |message| message.edited)
        .await?;

    let seen = script.get(&format!("{betos}/messages")).await?;
    let messages = seen["messages"].as_array().context("no messages")?;
    assert_eq!(
        messages[0]["reactions"],
        json!([{ "who": "Ana", "emoji": "👍", "own": false }])
    );
    assert_eq!(
        messages[1]["quote"],
        json!({ "id": first, "who": "Beto", "text": "¿Vienen?" })
    );
    assert_eq!(messages[1]["text"], "Sí, claro, @Beto");
    assert_eq!(messages[1]["mentions"], json!(["Beto"]));
    assert_eq!(messages[1]["edited"], true);

    let deleted = script
        .call(
            Method::DELETE,
            &format!("{ana}/messages/{first}"),
            json!({}),
        )
        .await?;
    assert_eq!(deleted.0, StatusCode::OK, "Ana is an administrator");
    beto.wait_for_message(&group, &first, |message| message.deleted)
        .await?;
    let poll = json!({ "kind": "poll", "text": "¿Cuándo?\nSábado\nDomingo" });
    let (created, _) = script.post(&format!("{ana}/things"), poll).await?;
    assert_eq!(created, StatusCode::CREATED);

    town.server()
        .advance(std::time::Duration::from_secs(16 * 60));
    for (method, path, body, refused) in [
        (
            Method::PUT,
            &edited,
            json!({ "text": "No" }),
            StatusCode::CONFLICT,
        ),
        (
            Method::PUT,
            &reaction,
            json!({ "emoji": "👍" }),
            StatusCode::NOT_FOUND,
        ),
        (
            Method::PUT,
            &format!("{betos}/messages/{answer}"),
            json!({ "text": "No" }),
            StatusCode::FORBIDDEN,
        ),
        (
            Method::DELETE,
            &format!("{betos}/messages/{answer}"),
            json!({}),
            StatusCode::BAD_GATEWAY,
        ),
        (
            Method::POST,
            &format!("{ana}/messages"),
            json!({ "text": "@Eva", "mentions": ["Eva"] }),
            StatusCode::NOT_FOUND,
        ),
    ] {
        let (status, answer) = script.call(method, path, body).await?;
        assert_eq!(status, refused, "{answer}");
        assert!(answer["error"].is_string() && answer["error_en"].is_string());
    }
    for phone in town.people().await {
        let state = town.server().state().await;
        let account = state
            .account(&phone.device().number)
            .context("no account")?;
        assert!(!script.heard.contains(&account.number) && !script.heard.contains(&account.lid));
    }
    Ok(())
}

#[tokio::test]
async fn somebody_writes_to_the_bridge_alone_and_answers_a_message_of_a_group_there() -> Result<()>
{
    let town = Town::open(None, loopback(), &["Ana", "Beto"]).await?;
    let bridge = Phone::start(town.server(), bridge_account(), None).await?;
    let group = town
        .server()
        .add_group("Agua", &bridge_account().number, &[])
        .await?;
    let link = town.server().invite_link(&group).await?;
    town.join_people(0, &link).await?;
    let mut script = served(&town).await?;
    let groups = script.get("/api/people/Ana/groups").await?;
    assert_eq!(groups["alone"], json!({ "id": "aty", "last": null }));
    let id = groups["groups"][0]["id"].as_str().context("no group")?;

    let path = format!("/api/people/Beto/groups/{id}/messages");
    let (_, offer) = script.post(&path, json!({ "text": "¡Oferta!" })).await?;
    let ana = town.person("Ana").await.context("no Ana")?;
    ana.wait_for_text(&group, "¡Oferta!").await?;
    let path = "/api/people/Ana/groups/aty/messages";
    let body = json!({ "text": "!reportar spam", "reply": offer["id"], "from": id });
    assert_eq!(script.post(path, body).await?.0, StatusCode::CREATED);
    let from_ana = chat_with(&cast(1)[0]);
    let shown = bridge.wait_for_text(&from_ana, "!reportar spam").await?;
    let quote = shown[0].quote.as_ref().context("no quote")?;
    assert_eq!(json!(quote.id), offer["id"]);

    bridge.send_text(&from_ana, "Gracias").await?;
    let aty = chat_with(&bridge_account());
    ana.wait_for_text(&aty, "Gracias").await?;
    let groups = script.get("/api/people/Ana/groups").await?;
    assert_eq!(groups["alone"]["last"]["text"], "Gracias");
    let elsewhere = json!({ "text": "No", "reply": offer["id"], "from": "nowhere" });
    assert_eq!(script.post(path, elsewhere).await?.0, StatusCode::NOT_FOUND);
    Ok(())
}
