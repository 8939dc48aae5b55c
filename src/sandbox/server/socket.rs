use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_websockets::{Message, ServerBuilder, WebSocketStream};
use whatsapp_rust::wacore::framing::{FrameDecoder, encode_frame};
use whatsapp_rust::wacore_binary::consts::WA_CONN_HEADER;

/// How long a client may take to answer a goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// A WebSocket that carries WhatsApp's length-prefixed frames.
pub(super) struct Socket {
    stream: WebSocketStream<TcpStream>,
    decoder: FrameDecoder,
    introduced: bool,
}

impl Socket {
    pub(super) async fn accept(tcp: TcpStream) -> Result<Self> {
        tcp.set_nodelay(true)?;
        let (_request, stream) = ServerBuilder::new().accept(tcp).await?;
        Ok(Self {
            stream,
            decoder: FrameDecoder::new(),
            introduced: false,
        })
    }

    /// The next frame. May be abandoned and called again without losing anything.
    pub(super) async fn frame(&mut self) -> Result<Vec<u8>> {
        loop {
            if let Some(frame) = self.decoder.decode_frame() {
                return Ok(frame.to_vec());
            }
            let message = self.stream.next().await.context("the client is gone")??;
            if message.is_close() {
                bail!("the client closed the connection");
            }
            if message.is_binary() {
                let payload: Bytes = message.into_payload().into();
                self.feed(&payload)?;
            }
        }
    }

    pub(super) async fn send(&mut self, payload: &[u8]) -> Result<()> {
        let frame = encode_frame(payload, None)?;
        Ok(self
            .stream
            .send(Message::binary(Bytes::from(frame)))
            .await?)
    }

    /// Says goodbye properly, after everything that was sent.
    pub(super) async fn close(mut self) {
        let goodbye = async {
            self.stream.close().await?;
            while let Some(message) = self.stream.next().await {
                message?;
            }
            Ok::<_, tokio_websockets::Error>(())
        };
        // A client that does not answer a goodbye is gone either way.
        let _ended = tokio::time::timeout(GOODBYE, goodbye).await;
    }

    /// The first bytes of a connection are a header that tells the protocol's version.
    fn feed(&mut self, mut data: &[u8]) -> Result<()> {
        if !self.introduced {
            data = data
                .strip_prefix(&WA_CONN_HEADER[..])
                .context("this is not a WhatsApp client")?;
            self.introduced = true;
        }
        self.decoder.feed(data);
        Ok(())
    }
}
