//! How strangers connect: so many at a time, nobody who says nothing for long. Where there is no seat for one more, whoever was
//! never answered gives way first, and then whoever was not answered for longest.
//!
//! So a thousand connections that ask nothing keep nobody else out: not the homeserver, whose connections were answered, and
//! no command, for the files that a process may have open are not used up.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, Sleep, sleep};

/// So many connections at a time.
const SEATS: usize = 128;
/// How long it may take until somebody's first question was asked and answered.
const FIRST: Duration = Duration::from_secs(60);
/// How long a connection may rest after an answer. Homeservers keep theirs for two minutes.
const REST: Duration = Duration::from_secs(180);
/// How long to wait after a connection could not be taken, as when too many files are open.
const PAUSE: Duration = Duration::from_millis(200);

/// A listener that bounds what strangers cost.
pub(crate) struct Doorway {
    listener: TcpListener,
    seats: Arc<Semaphore>,
    order: Arc<Mutex<Order>>,
}

/// Who is connected, in the order in which they have to give way.
#[derive(Default)]
struct Order {
    seated: BTreeMap<Place, oneshot::Sender<()>>,
    last: u64,
}

/// Whether somebody was answered, and since when.
type Place = (bool, u64);

impl Order {
    /// The next place of whoever this tells to leave.
    fn take(&mut self, answered: bool, leave: oneshot::Sender<()>) -> Place {
        self.last += 1;
        let place = (answered, self.last);
        self.seated.insert(place, leave);
        place
    }
}

impl Doorway {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self::with_seats(listener, SEATS)
    }

    fn with_seats(listener: TcpListener, seats: usize) -> Self {
        Self {
            listener,
            seats: Arc::new(Semaphore::new(seats)),
            order: Arc::default(),
        }
    }

    /// A seat for one more; where there is none, that of whoever has to give way.
    async fn seat(&self) -> OwnedSemaphorePermit {
        if let Ok(seat) = self.seats.clone().try_acquire_owned() {
            return seat;
        }
        if let Some((_, leave)) = lock(&self.order).seated.pop_first() {
            let _ = leave.send(());
        }
        let seat = self.seats.clone().acquire_owned().await;
        seat.expect("nobody closes the seats")
    }
}

impl Listener for Doorway {
    type Io = Visitor;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Visitor, SocketAddr) {
        let (stream, from) = loop {
            match self.listener.accept().await {
                Ok(taken) => break taken,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    sleep(PAUSE).await;
                }
            }
        };
        let seat = self.seat().await;
        let (leave, told_to_leave) = oneshot::channel();
        let place = lock(&self.order).take(false, leave);
        let visitor = Visitor {
            stream,
            patience: Box::pin(sleep(FIRST)),
            place,
            told_to_leave,
            order: self.order.clone(),
            _seat: seat,
        };
        (visitor, from)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Somebody who is connected.
pub(crate) struct Visitor {
    stream: TcpStream,
    patience: Pin<Box<Sleep>>,
    place: Place,
    told_to_leave: oneshot::Receiver<()>,
    order: Arc<Mutex<Order>>,
    _seat: OwnedSemaphorePermit,
}

impl Visitor {
    fn answered(&mut self) {
        let mut order = lock(&self.order);
        // A visitor who is told to leave already has no place any more.
        if let Some(leave) = order.seated.remove(&self.place) {
            self.place = order.take(true, leave);
        }
        drop(order);
        self.patience.as_mut().reset(Instant::now() + REST);
    }

    /// Whether it is time to go.
    fn poll_leave(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let told = self.told_to_leave.is_terminated()
            || Pin::new(&mut self.told_to_leave).poll(context).is_ready();
        match told {
            true => Poll::Ready(()),
            false => self.patience.as_mut().poll(context),
        }
    }

    /// The outcome of reading or writing, unless there is none and it is time to go: a visitor who never reads an answer holds no
    /// seat for ever.
    fn unless_leaving<T>(
        &mut self,
        outcome: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        match outcome {
            Poll::Pending if self.poll_leave(context).is_ready() => {
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            outcome => outcome,
        }
    }

    fn written(
        &mut self,
        outcome: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if matches!(outcome, Poll::Ready(Ok(1..))) {
            self.answered();
        }
        self.unless_leaving(outcome, context)
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        lock(&self.order).seated.remove(&self.place);
    }
}

impl AsyncRead for Visitor {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.unless_leaving(read, context)
    }
}

impl AsyncWrite for Visitor {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.written(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const QUESTION: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    async fn open(seats: usize) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(|| async { "here" }));
        let doorway = Doorway::with_seats(listener, seats);
        tokio::spawn(async move { axum::serve(doorway, router).await });
        address
    }

    async fn ask(stream: &mut TcpStream) -> String {
        stream.write_all(QUESTION).await.unwrap();
        let mut answer = vec![0; 1024];
        let read = stream.read(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer[..read]).into_owned()
    }

    #[tokio::test]
    async fn whoever_asks_nothing_keeps_nobody_out() {
        let address = open(4).await;
        let mut homeserver = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut homeserver).await.ends_with("here"));
        let mut silent = Vec::new();
        for _ in 0..100 {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        let mut late = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut late).await.ends_with("here"));
        assert!(
            ask(&mut homeserver).await.ends_with("here"),
            "it keeps its seat"
        );
        let mut end = [0; 1];
        assert!(matches!(silent[0].read(&mut end).await, Ok(0) | Err(_)));
    }

    #[tokio::test]
    async fn whoever_asks_once_and_stays_keeps_nobody_out() {
        let address = open(4).await;
        let mut resting = Vec::new();
        for _ in 0..100 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            assert!(ask(&mut stream).await.ends_with("here"));
            resting.push(stream);
        }
        assert!(ask(&mut resting[99]).await.ends_with("here"));
        let mut end = [0; 1];
        assert!(matches!(resting[0].read(&mut end).await, Ok(0) | Err(_)));
    }

    #[tokio::test]
    async fn whoever_never_reads_gives_way_too() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut doorway = Doorway::with_seats(listener, 1);
        let _deaf = TcpStream::connect(address).await.unwrap();
        let (mut visitor, _) = doorway.accept().await;
        let answering = tokio::spawn(async move {
            loop {
                if let Err(error) = visitor.write_all(&[0; 65_536]).await {
                    return error.kind();
                }
            }
        });
        let _late = TcpStream::connect(address).await.unwrap();
        let _seated = doorway.accept().await;
        assert_eq!(answering.await.unwrap(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_has_an_end() {
        let address = open(4).await;
        let mut silent = TcpStream::connect(address).await.unwrap();
        let mut end = [0; 1];
        assert!(matches!(silent.read(&mut end).await, Ok(0) | Err(_)));
    }
}
