//! Accepting connections, as many as there are lines into the simulation.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::carrier::Ask;
use super::certificates::{ADMIN, ANONYMOUS, Papers};
use super::connection::{self, Caller};
use crate::cluster::LINES_MAX;

/// How long a client may take to shake hands.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// The lines into the simulation that are free.
#[derive(Clone)]
pub struct Lines {
    free: Arc<Mutex<Vec<u16>>>,
    asks: SyncSender<Ask>,
}

/// A line that a connection has taken; it hangs up when it is dropped.
pub struct Line {
    number: u16,
    lines: Lines,
}

impl Lines {
    /// All lines, free; what comes over them goes to `asks`.
    pub fn new(asks: SyncSender<Ask>) -> Self {
        Self { free: Arc::new(Mutex::new((0..LINES_MAX).rev().collect())), asks }
    }

    /// Takes a free line, if there is one.
    fn take(&self) -> Option<Line> {
        let number = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
        Some(Line { number, lines: self.clone() })
    }
}

impl Line {
    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Asks something; false if nobody listens any longer, or too many ask at once.
    pub fn ask(&self, ask: Ask) -> bool {
        self.lines.asks.try_send(ask).is_ok()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let (number, lines) = (self.number, self.lines.clone());
        // The queue may be full for a moment, and a line may be given away only after it was hung
        // up: so this waits, on a thread that may.
        let hang_up = move || {
            if lines.asks.send(Ask::HangUp(number)).is_ok() {
                lines.free.lock().unwrap_or_else(PoisonError::into_inner).push(number);
            }
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(hang_up)),
            Err(_) => hang_up(),
        }
    }
}

/// Serves HTTPS: who shows the administrator's certificate is the administrator.
pub async fn serve_tls(listener: TcpListener, papers: Arc<Papers>, lines: Lines) {
    let acceptor = TlsAcceptor::from(papers.server.clone());
    accept(&listener, &lines, |stream, line| {
        let (acceptor, papers) = (acceptor.clone(), papers.clone());
        async move {
            let Ok(Ok(stream)) = timeout(HANDSHAKE_MAX, acceptor.accept(stream)).await else {
                return;
            };
            let user = papers.user(stream.get_ref().1.peer_certificates());
            connection::serve(stream, Caller { line, user, local_only: false }).await;
        }
    })
    .await;
}

/// Serves HTTP. Who can only be on this machine is the administrator, as behind `kubectl proxy`.
pub async fn serve_plain(listener: TcpListener, is_local: bool, lines: Lines) {
    let user = if is_local { ADMIN } else { ANONYMOUS };
    accept(&listener, &lines, |stream, line| async move {
        connection::serve(stream, Caller { line, user, local_only: is_local }).await;
    })
    .await;
}

async fn accept<F: Future<Output = ()> + Send + 'static>(
    listener: &TcpListener,
    lines: &Lines,
    serve: impl Fn(TcpStream, Line) -> F,
) {
    loop {
        let accepted: Result<(TcpStream, SocketAddr), _> = listener.accept().await;
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, most likely: some will be closed.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // What is one too many is closed again.
        let Some(line) = lines.take() else { continue };
        _ = stream.set_nodelay(true);
        tokio::spawn(serve(stream, line));
    }
}
