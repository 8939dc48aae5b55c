//! One client from its hello to its end.

use anyhow::{Context, Result, bail};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use whatsapp_rust::NodeBuilder;
use whatsapp_rust::wacore_binary::Node;
use whatsapp_rust::waproto::whatsapp as wa;

use super::Shared;
use super::model::DeviceAddress;
use super::noise::Secured;
use super::pairing;
use super::route;
use super::socket::Socket;
use super::stanza;
use super::state::{Connection, Line, Outgoing, State};

/// A client on its line, and who it is once it has logged in.
pub(super) struct Peer {
    pub(super) line: Line,
    pub(super) device: Option<DeviceAddress>,
}

impl Peer {
    pub(super) fn logged_in(&self) -> Result<&DeviceAddress> {
        self.device.as_ref().context("the client is not logged in")
    }
}

pub(super) async fn serve(shared: &Shared, tcp: TcpStream) -> Result<()> {
    if shared.state.lock().await.faults.closed {
        bail!("refused, as it was asked to");
    }
    let mut socket = Socket::accept(tcp).await?;
    let secured = shared.identity.respond(&mut socket).await?;
    let (line, outgoing) = unbounded_channel();
    let device = shared
        .change(|state| greet(state, &line, &secured.hello))
        .await?;
    let peer = Peer { line, device };
    let end = converse(shared, socket, secured, &peer, outgoing).await;
    shared.change(|state| hang_up(state, &peer)).await?;
    end
}

/// Logs a known device in, or shows a new one the code that a phone has to scan.
fn greet(
    state: &mut State,
    line: &Line,
    hello: &wa::ClientPayload,
) -> Result<Option<DeviceAddress>> {
    let Some(number) = hello.username else {
        pairing::offer(state, line);
        return Ok(None);
    };
    let device = DeviceAddress::new(number.to_string(), hello.device.unwrap_or(0) as u16);
    if let Some(failure) = refusal(state, &device) {
        state.say(line, failure);
        return Ok(None);
    }
    let lid = state.accounts[&device.number]
        .lid()
        .with_device(device.device);
    let success = NodeBuilder::new("success")
        .attr("t", stanza::now().to_string())
        .attr("props", "27")
        .attr("lid", lid)
        .build();
    state.say(line, success);
    let connection = Connection {
        line: line.clone(),
        active: false,
    };
    if let Some(former) = state.connections.insert(device.clone(), connection) {
        state.say(&former.line, replaced());
    }
    Ok(Some(device))
}

/// Why a device may not log in.
fn refusal(state: &State, device: &DeviceAddress) -> Option<Node> {
    let failure = NodeBuilder::new("failure");
    if let Some(ban) = state.faults.bans.get(&device.number) {
        let banned = failure
            .attr("reason", "402")
            .attr("code", ban.code.to_string())
            .attr("expire", ban.seconds.to_string());
        return Some(banned.build());
    }
    let known = state
        .accounts
        .get(&device.number)
        .is_some_and(|record| record.devices().any(|known| known == device.device));
    (!known).then(|| failure.attr("reason", "401").build())
}

/// The stanza that ends a connection whose place another one has taken.
pub(super) fn replaced() -> Node {
    let conflict = NodeBuilder::new("conflict")
        .attr("type", "replaced")
        .build();
    NodeBuilder::new("stream:error")
        .children([conflict])
        .build()
}

async fn converse(
    shared: &Shared,
    mut socket: Socket,
    secured: Secured,
    peer: &Peer,
    mut outgoing: UnboundedReceiver<Outgoing>,
) -> Result<()> {
    let (mut received, mut sent) = (0u32, 0u32);
    loop {
        tokio::select! {
            next = outgoing.recv() => {
                let Some(Outgoing::Stanza(node)) = next else {
                    bail!("the connection was torn down");
                };
                let mut bytes = stanza::to_bytes(&node)?;
                secured.outgoing.encrypt_in_place_with_counter(sent, &mut bytes)?;
                sent += 1;
                socket.send(&bytes).await?;
                if matches!(node.tag.as_ref(), "stream:error" | "failure") {
                    socket.close().await;
                    return Ok(());
                }
            }
            frame = socket.frame() => {
                let mut frame = frame?;
                secured.incoming.decrypt_in_place_with_counter(received, &mut frame)?;
                received += 1;
                let node = stanza::from_bytes(&frame)?;
                shared.change(|state| {
                    if let Err(trouble) = route::handle(state, peer, &node) {
                        tracing::warn!("the WhatsApp server can't handle <{}>: {trouble:#}", node.tag);
                    }
                    Ok(())
                }).await?;
            }
        }
    }
}

fn hang_up(state: &mut State, peer: &Peer) -> Result<()> {
    let is_mine = |line: &Line| line.same_channel(&peer.line);
    if let Some(device) = &peer.device
        && state
            .connections
            .get(device)
            .is_some_and(|connection| is_mine(&connection.line))
    {
        state.connections.remove(device);
    }
    state.pairings.retain(|_, pairing| !is_mine(&pairing.line));
    state.link_codes.retain(|_, code| !is_mine(&code.line));
    Ok(())
}
