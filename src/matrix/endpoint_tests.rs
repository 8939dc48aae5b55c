use std::sync::Mutex;

use axum::http::Method;
use tower::ServiceExt;

use super::*;

const TOKEN: &str = "the-homeservers-token";
const HELLO: &str = r#"{"events": [{"type": "m.room.message"}, 7], "ephemeral": [{"bad": 1}]}"#;

/// Keeps in memory; can be told to fail in each way.
#[derive(Default)]
struct Memory {
    kept: Mutex<Vec<(String, Vec<String>)>>,
    mood: Mood,
}

#[derive(Default, Clone, Copy)]
enum Mood {
    #[default]
    Well,
    DiskFull,
    Panics,
}

#[async_trait]
impl Inbox for Memory {
    async fn keep(
        &self,
        transaction: &str,
        _: Option<SocketAddr>,
        events: Vec<Box<RawValue>>,
    ) -> Result<(), NotKept> {
        match self.mood {
            Mood::Well => {}
            Mood::DiskFull => return Err(NotKept("the disk is full".to_owned())),
            Mood::Panics => panic!("a fault, for the test"),
        }
        let events = events.iter().map(|event| event.get().to_owned()).collect();
        self.kept
            .lock()
            .unwrap()
            .push((transaction.to_owned(), events));
        Ok(())
    }

    async fn knows_user(&self, user: &UserId) -> bool {
        user == "@_aty_abcdefghij234567:example.org"
    }

    async fn knows_alias(&self, alias: &RoomAliasId) -> bool {
        alias == "#agua:example.org"
    }
}

struct Answer {
    status: u16,
    body: serde_json::Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["errcode"].as_str().unwrap_or_default()
    }
}

struct Endpoint {
    router: Router,
    inbox: Arc<Memory>,
}

impl Endpoint {
    fn new(mood: Mood) -> Self {
        let inbox = Arc::new(Memory {
            mood,
            ..Memory::default()
        });
        Self {
            router: router(TOKEN, inbox.clone()),
            inbox,
        }
    }

    async fn ask(&self, request: Request) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 10_000)
            .await
            .unwrap();
        Answer {
            status,
            body: serde_json::from_slice(&body).expect("every answer is JSON"),
        }
    }

    async fn put(&self, transaction: &str, body: impl Into<Body>) -> Answer {
        let path = format!("/_matrix/app/v1/transactions/{transaction}");
        self.ask(request(Method::PUT, &path, body)).await
    }

    fn kept(&self) -> Vec<(String, Vec<String>)> {
        self.inbox.kept.lock().unwrap().clone()
    }
}

fn request(method: Method, path: &str, body: impl Into<Body>) -> Request {
    let authorization = format!("Bearer {TOKEN}");
    let request = Request::builder().method(method).uri(path);
    request
        .header(header::AUTHORIZATION, authorization)
        .body(body.into())
        .unwrap()
}

fn without_token(path: &str) -> Request {
    Request::builder()
        .method(Method::PUT)
        .uri(path)
        .body(Body::from(HELLO))
        .unwrap()
}

#[tokio::test]
async fn a_transaction_is_kept_as_it_came() {
    let endpoint = Endpoint::new(Mood::Well);
    let answer = endpoint.put("15%2Fa", HELLO).await;
    assert_eq!((answer.status, answer.body), (200, serde_json::json!({})));
    let events = vec![r#"{"type": "m.room.message"}"#.to_owned(), "7".to_owned()];
    assert_eq!(endpoint.kept(), [("15/a".to_owned(), events)]);
}

#[tokio::test]
async fn an_empty_transaction_is_a_transaction() {
    let endpoint = Endpoint::new(Mood::Well);
    assert_eq!(endpoint.put("1", r#"{"events": []}"#).await.status, 200);
}

#[tokio::test]
async fn the_token_may_stand_in_the_query() {
    let endpoint = Endpoint::new(Mood::Well);
    let path = format!("/_matrix/app/v1/transactions/1?access_token={TOKEN}");
    assert_eq!(endpoint.ask(without_token(&path)).await.status, 200);
}

#[tokio::test]
async fn without_a_token_or_with_a_wrong_one_nothing_is_kept() {
    let endpoint = Endpoint::new(Mood::Well);
    let path = "/_matrix/app/v1/transactions/1";
    let missing = endpoint.ask(without_token(path)).await;
    assert_eq!((missing.status, missing.code()), (401, "M_UNAUTHORIZED"));

    for wrong in [
        "Bearer wrong",
        "Bearer ",
        &format!("Bearer {TOKEN}x"),
        &format!("bearer x{TOKEN}"),
    ] {
        let mut request = without_token(path);
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, wrong.parse().unwrap());
        let answer = endpoint.ask(request).await;
        assert_eq!(
            (answer.status, answer.code()),
            (403, "M_FORBIDDEN"),
            "{wrong}"
        );
    }
    let query = endpoint
        .ask(without_token(&format!("{path}?access_token=wrong")))
        .await;
    assert_eq!((query.status, query.code()), (403, "M_FORBIDDEN"));
    assert_eq!(endpoint.kept(), []);
}

#[tokio::test]
async fn a_stranger_learns_nothing_of_our_paths() {
    let endpoint = Endpoint::new(Mood::Well);
    assert_eq!(endpoint.ask(without_token("/nowhere")).await.status, 401);
}

#[tokio::test]
async fn what_is_no_transaction_is_refused() {
    let endpoint = Endpoint::new(Mood::Well);
    for (body, code) in [
        ("", "M_NOT_JSON"),
        ("hello", "M_NOT_JSON"),
        (r#"{"events": [1, 2"#, "M_NOT_JSON"),
        ("{}", "M_BAD_JSON"),
        ("[]", "M_BAD_JSON"),
        (r#"{"events": 5}"#, "M_BAD_JSON"),
    ] {
        let answer = endpoint.put("1", body).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{body}");
    }
    let not_text = endpoint.put("1", vec![0xff, 0xfe]).await;
    assert_eq!((not_text.status, not_text.code()), (400, "M_NOT_JSON"));
    assert_eq!(endpoint.kept(), []);
    assert_eq!(
        endpoint.put("2", HELLO).await.status,
        200,
        "nothing else is disturbed"
    );
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let endpoint = Endpoint::new(Mood::Well);
    let answer = endpoint.put("1", vec![b' '; BODY_LIMIT + 1]).await;
    assert_eq!((answer.status, answer.code()), (413, "M_TOO_LARGE"));

    let mut just_fits = HELLO.as_bytes().to_vec();
    just_fits.resize(BODY_LIMIT, b' ');
    assert_eq!(endpoint.put("2", just_fits).await.status, 200);
}

#[tokio::test]
async fn what_can_not_be_kept_is_asked_for_again() {
    let endpoint = Endpoint::new(Mood::DiskFull);
    assert_eq!(endpoint.put("1", HELLO).await.status, 503);
}

#[tokio::test]
async fn a_fault_of_ours_is_an_answer_too() {
    let endpoint = Endpoint::new(Mood::Panics);
    let answer = endpoint.put("1", HELLO).await;
    assert_eq!((answer.status, answer.code()), (500, "M_UNKNOWN"));
}

#[tokio::test]
async fn names_that_are_ours_are_known() {
    let endpoint = Endpoint::new(Mood::Well);
    for (path, status) in [
        ("users/%40_aty_abcdefghij234567%3Aexample.org", 200),
        ("users/@_aty_abcdefghij234567:example.org", 200),
        ("users/@_aty_somebody:example.org", 404),
        ("users/nobody", 404),
        ("rooms/%23agua%3Aexample.org", 200),
        ("rooms/%23tierra%3Aexample.org", 404),
    ] {
        let path = format!("/_matrix/app/v1/{path}");
        assert_eq!(
            endpoint.ask(request(Method::GET, &path, "")).await.status,
            status,
            "{path}"
        );
    }
}

#[tokio::test]
async fn ping_and_paths_we_do_not_have() {
    let endpoint = Endpoint::new(Mood::Well);
    let ping = r#"{"transaction_id": "mautrix-go_1683636478256400935_123"}"#;
    assert_eq!(
        endpoint
            .ask(request(Method::POST, "/_matrix/app/v1/ping", ping))
            .await
            .status,
        200
    );
    let nowhere = endpoint
        .ask(request(Method::GET, "/_matrix/app/v9/x", ""))
        .await;
    assert_eq!((nowhere.status, nowhere.code()), (404, "M_UNRECOGNIZED"));
    let method = endpoint
        .ask(request(Method::GET, "/_matrix/app/v1/ping", ""))
        .await;
    assert_eq!((method.status, method.code()), (405, "M_UNRECOGNIZED"));
}
