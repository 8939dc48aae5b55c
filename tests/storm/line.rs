//! The line between the bridge and the homeserver, in one direction: a small HTTP proxy on loopback on which
//! everything goes wrong that goes wrong between two servers.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::RngExt;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::world::{World, free_address};

/// Whom a line leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    Homeserver,
    Bridge,
}

/// A line. It is cut when it is dropped.
pub struct Line {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    listening: JoinHandle<()>,
}

struct State {
    dice: StdRng,
    /// Of a thousand requests so many meet with a mishap.
    bad: u32,
    mishaps: usize,
    /// What the next requests to a path meet with, one after the other.
    ordered: VecDeque<Mishap>,
    on: String,
    /// What was asked for: method and target of each request.
    asked: Vec<String>,
}

/// What happens to a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    Late(Duration),
    /// Refused: too many requests (by a homeserver), nothing can be taken now (by a bridge).
    Refused,
    /// 502, and nobody heard it.
    BadGateway,
    /// 502, and it was carried out.
    BadGatewayAfter,
    /// The connection ends, and nobody heard it.
    Cut,
    /// The connection ends, and it was carried out.
    CutAfter,
    /// It is passed on twice at once.
    Twice,
    /// It is answered as if it had been taken, and nobody heard it.
    Swallowed,
}

/// Puts a line between bridge and homeserver, each way: towards the homeserver, and towards the bridge.
pub async fn lay_between(world: &World, dice: &mut StdRng) -> [Line; 2] {
    let homeserver: SocketAddr = ([127, 0, 0, 1], world.synapse.port()).into();
    let out = Line::open(Towards::Homeserver, homeserver, dice.random()).await;
    // The homeserver was told one address; the bridge listens on another from now on.
    let bridge = free_address();
    let back = Line::open_at(world.listen, Towards::Bridge, bridge, dice.random()).await;
    let path = world.folder.path().join("bridge.yaml");
    let config = std::fs::read_to_string(&path).expect("a configuration");
    let config = config
        .replace(world.synapse.url(), &format!("http://{}", out.address))
        .replace(
            &format!("listen: {}", world.listen),
            &format!("listen: {bridge}"),
        );
    std::fs::write(&path, config).expect("the configuration is written");
    [out, back]
}

impl Line {
    /// Opens a line to an address, with fine weather.
    pub async fn open(towards: Towards, to: SocketAddr, seed: u64) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        Self::on(listener, towards, to, seed)
    }

    /// The same on an address of one's choice.
    pub async fn open_at(address: SocketAddr, towards: Towards, to: SocketAddr, seed: u64) -> Self {
        let listener = TcpListener::bind(address)
            .await
            .expect("the address is free");
        Self::on(listener, towards, to, seed)
    }

    fn on(listener: TcpListener, towards: Towards, to: SocketAddr, seed: u64) -> Self {
        let state = Arc::new(Mutex::new(State {
            dice: StdRng::seed_from_u64(seed),
            bad: 0,
            mishaps: 0,
            ordered: VecDeque::new(),
            on: String::new(),
            asked: Vec::new(),
        }));
        let address = listener.local_addr().expect("it listens");
        let shared = state.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = shared.clone();
                tokio::spawn(async move {
                    let mishap = |target: &str| state.lock().unwrap().next(towards, target);
                    // Whoever asked finds the connection closed: that is what is being played.
                    let _ = pass(stream, towards, to, mishap).await;
                });
            }
        });
        Self {
            address,
            state,
            listening,
        }
    }

    /// From now on so many of a thousand requests meet with a mishap.
    pub fn be_bad(&self, of_a_thousand: u32) {
        self.state.lock().unwrap().bad = of_a_thousand;
    }

    /// The next requests whose target has this in it meet with these mishaps, one each.
    pub fn meet(&self, on: &str, mishaps: &[Mishap]) {
        let mut state = self.state.lock().unwrap();
        state.on = on.to_owned();
        state.ordered.extend(mishaps);
    }

    /// What was asked for since this was last asked: the target of each request.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    /// The mishaps that were ordered and have not come won't come.
    pub fn forgive(&self) {
        self.state.lock().unwrap().ordered.clear();
    }

    /// How many of the mishaps that were ordered are still to come.
    pub fn to_come(&self) -> usize {
        self.state.lock().unwrap().ordered.len()
    }

    /// How many mishaps there were.
    pub fn mishaps(&self) -> usize {
        self.state.lock().unwrap().mishaps
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl State {
    fn next(&mut self, towards: Towards, target: &str) -> Option<Mishap> {
        self.asked.push(target.to_owned());
        if target.contains(&self.on)
            && let Some(ordered) = self.ordered.pop_front()
        {
            self.mishaps += 1;
            return Some(ordered);
        }
        if self.dice.random_range(0..1000) >= self.bad {
            return None;
        }
        self.mishaps += 1;
        Some(match self.dice.random_range(0..7) {
            0 => Mishap::Refused,
            1 => Mishap::BadGateway,
            2 => Mishap::BadGatewayAfter,
            3 => Mishap::Cut,
            4 => Mishap::CutAfter,
            // Homeservers repeat transactions; a bridge's request is repeated by the bridge alone.
            5 if towards == Towards::Bridge => Mishap::Twice,
            _ => Mishap::Late(Duration::from_millis(self.dice.random_range(5..400))),
        })
    }
}

/// Passes one request on and its answer back, or does not.
async fn pass(
    mut stream: TcpStream,
    towards: Towards,
    to: SocketAddr,
    mishap: impl FnOnce(&str) -> Option<Mishap>,
) -> io::Result<()> {
    let Some(request) = read_request(&mut stream).await? else {
        return Ok(());
    };
    let bad_gateway = || answer("502 Bad Gateway", "<html>502 Bad Gateway</html>");
    let first = request.split(|byte| *byte == b'\r').next();
    let target = String::from_utf8_lossy(first.unwrap_or_default());
    let reply = match mishap(&target) {
        Some(Mishap::Refused) => refusal(towards),
        Some(Mishap::BadGateway) => bad_gateway(),
        Some(Mishap::Swallowed) => answer("200 OK", "{}"),
        Some(Mishap::Cut) => return Ok(()),
        Some(Mishap::BadGatewayAfter) => {
            let _lost = ask(to, &request).await;
            bad_gateway()
        }
        Some(Mishap::CutAfter) => {
            let _lost = ask(to, &request).await;
            return Ok(());
        }
        Some(Mishap::Twice) => {
            let (_, second) = tokio::join!(ask(to, &request), ask(to, &request));
            second.unwrap_or_else(|_| bad_gateway())
        }
        Some(Mishap::Late(by)) => {
            tokio::time::sleep(by).await;
            ask(to, &request).await.unwrap_or_else(|_| bad_gateway())
        }
        None => ask(to, &request).await.unwrap_or_else(|_| bad_gateway()),
    };
    stream.write_all(&reply).await?;
    stream.shutdown().await
}

/// The whole answer to a request, on a connection of its own.
async fn ask(to: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    stream.write_all(request).await?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await?;
    match reply.is_empty() {
        true => Err(io::ErrorKind::UnexpectedEof.into()),
        false => Ok(reply),
    }
}

/// One request, rewritten so that its connection ends with it.
async fn read_request(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    stream.set_nodelay(true)?;
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = position(&bytes, b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let field = |name: &str| {
        let mut lines = text.lines();
        lines.find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    assert!(
        field("transfer-encoding").is_none(),
        "this proxy reads bodies of known length only"
    );
    let length: usize = field("content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < head + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    let mut request: Vec<u8> = Vec::new();
    for line in text.trim_end().lines() {
        if !line.to_ascii_lowercase().starts_with("connection:") {
            request.extend(line.as_bytes());
            request.extend(b"\r\n");
        }
    }
    request.extend(b"connection: close\r\n\r\n");
    request.extend(&bytes[head..]);
    Ok(Some(request))
}

fn refusal(towards: Towards) -> Vec<u8> {
    match towards {
        Towards::Homeserver => answer(
            "429 Too Many Requests",
            r#"{"errcode": "M_LIMIT_EXCEEDED", "error": "slow down", "retry_after_ms": 150}"#,
        ),
        Towards::Bridge => answer("503 Service Unavailable", "{}"),
    }
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").into_bytes()
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
