//! The phones' API, as a script uses it that administers a group.

use anyhow::{Context, Result};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::page::with_a_group;

#[tokio::test]
async fn a_script_administers_as_one_does_on_a_phone() -> Result<()> {
    let (town, mut script, group) = with_a_group().await?;
    let groups = script.get("/api/people/Ana/groups").await?;
    let id = groups["groups"][0]["id"].as_str().context("no group")?;
    let of = |name: &str, rest: &str| format!("/api/people/{name}/groups/{id}/{rest}");
    let settings = |announcement: bool| json!({ "announcement": announcement });
    let put = Method::PUT;
    let (done, _) = script
        .call(put.clone(), &of("Ana", "settings"), settings(true))
        .await?;
    assert_eq!(done, StatusCode::OK);
    let beto = town.person("Beto").await.context("no Beto")?;
    beto.wait_for_group(&group, |shown| shown.announcement)
        .await?;
    let seen = script.get("/api/people/Beto/groups").await?;
    assert_eq!(seen["groups"][0]["announcement"], true);
    for (method, path, body) in [
        (
            Method::POST,
            of("Beto", "messages"),
            json!({ "text": "¿?" }),
        ),
        (put.clone(), of("Beto", "settings"), settings(false)),
        (Method::POST, of("Beto", "link"), json!({})),
        (Method::DELETE, of("Beto", "members/Ana"), json!({})),
    ] {
        let (status, answer) = script.call(method, &path, body).await?;
        assert_eq!(status, StatusCode::FORBIDDEN, "{answer}");
        assert!(answer["error"].is_string() && answer["error_en"].is_string());
    }

    let admin = json!({ "admin": true });
    let (done, _) = script
        .call(put.clone(), &of("Ana", "members/Beto"), admin)
        .await?;
    assert_eq!(done, StatusCode::OK);
    beto.wait_for_group(&group, |shown| shown.admin).await?;
    let body = json!({ "announcement": false, "approval": true });
    script
        .call(put.clone(), &of("Beto", "settings"), body)
        .await?;
    let link = script.post(&of("Beto", "link"), json!({})).await?.1;
    let link = json!({ "link": link["link"] });

    let noelia = json!({ "name": "Noelia" });
    script.post("/api/people", noelia).await?;
    let (asks, answer) = script.post("/api/people/Noelia/join", link).await?;
    assert_eq!(
        (asks, answer),
        (StatusCode::ACCEPTED, json!({ "id": id, "waiting": true }))
    );
    beto.wait_for_group(&group, |shown| shown.asking.len() == 1)
        .await?;
    let seen = script.get("/api/people/Beto/groups").await?;
    assert_eq!(seen["groups"][0]["asking"], json!(["Noelia"]));
    let (done, _) = script
        .call(put, &of("Beto", "asking/Noelia"), json!({}))
        .await?;
    assert_eq!(done, StatusCode::OK);
    let noelia = town.person("Noelia").await.context("no Noelia")?;
    noelia.wait_for_membership(&group, true).await?;

    let (sent, said) = script
        .post(&of("Noelia", "messages"), json!({ "text": "¡Gané!" }))
        .await?;
    assert_eq!(sent, StatusCode::CREATED);
    let said = said["id"].as_str().context("no id")?.to_owned();
    beto.wait_for_message(&group, &said, |_| true).await?;
    let path = of("Beto", &format!("messages/{said}"));
    script.call(Method::DELETE, &path, json!({})).await?;
    noelia
        .wait_for_message(&group, &said, |message| message.deleted)
        .await?;
    let seen = script.get(&of("Noelia", "messages")).await?;
    assert_eq!(seen["messages"][0]["deleted_by"], "Beto");
    let path = of("Beto", "members/Noelia");
    script.call(Method::DELETE, &path, json!({})).await?;
    noelia.wait_for_membership(&group, false).await?;
    assert!(!script.heard.contains("@g.us") && !script.heard.contains("@lid"));
    Ok(())
}
