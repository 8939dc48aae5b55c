use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_websockets::ClientBuilder;
use url::Url;
use whatsapp_rust::anyhow::{Context, Result};
use whatsapp_rust::async_channel::Receiver;
use whatsapp_rust::async_trait;
use whatsapp_rust::transport::{Transport, TransportEvent, TransportFactory, from_websocket};

/// Connects to a server on this machine, without TLS, and without the wait by which TCP gathers small packets:
/// it costs every second message 40 ms.
pub(crate) struct Loopback(pub(crate) Url);

#[async_trait]
impl TransportFactory for Loopback {
    async fn create_transport(&self) -> Result<(Arc<dyn Transport>, Receiver<TransportEvent>)> {
        let host = self
            .0
            .host_str()
            .context("the server's address has no host")?;
        let port = self
            .0
            .port_or_known_default()
            .context("the server's address has no port")?;
        let stream = TcpStream::connect((host, port)).await?;
        stream.set_nodelay(true)?;
        let (socket, _) = ClientBuilder::new()
            .uri(self.0.as_str())?
            .connect_on(stream)
            .await?;
        Ok(from_websocket(socket))
    }
}
