//! One connection: its requests one after another, each asked of the simulation.
//!
//! Invariant: a client takes no more than its share: so many bytes of headers and body, so long for
//! them, and one request at a time.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::carrier::{Ask, PIECES_MAX, Piece};
use super::listener::Line;
use super::patience::Patient;
use super::protobuf;
use super::reply::{self, Reply};
use crate::api::{HttpRequest, HttpResponse, Reason, Status, Str};
use crate::manifest::BYTES_MAX;

/// How long a client may take for its headers, and do nothing between two requests.
const HEADERS_MAX: Duration = Duration::from_secs(90);
/// How long it may take for a body.
const BODY_MAX: Duration = Duration::from_secs(30);
/// How long the simulation may take for an answer. Models --request-timeout.
const ANSWER_MAX: Duration = Duration::from_secs(60);
/// How many bytes of headers there may be.
const HEADER_BYTES_MAX: usize = 64 << 10;
/// The headers that the API looks at.
const HEARD: [&str; 6] = [
    "accept",
    "authorization",
    "content-type",
    "impersonate-group",
    "impersonate-user",
    "user-agent",
];

/// Who is at the other end of a connection.
pub struct Caller {
    /// The line into the simulation.
    pub line: Line,
    /// As whom it is known.
    pub user: &'static str,
    /// Whether it has to have meant this machine by name: a page of the web that resolved to it
    /// has not.
    pub local_only: bool,
}

/// Serves a connection to its end.
pub async fn serve<S>(stream: S, caller: Caller)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let caller = Arc::new(caller);
    let service = service_fn(move |request| {
        let caller = caller.clone();
        async move { answer(&caller, request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_MAX)
        .max_buf_size(HEADER_BYTES_MAX)
        .serve_connection(TokioIo::new(Patient::new(stream)), service);
    // However it ends, there is nobody to tell.
    _ = connection.await;
}

async fn answer(caller: &Caller, request: Request<Incoming>) -> io::Result<Response<Reply>> {
    let (sender, mut pieces) = mpsc::channel(PIECES_MAX);
    if caller.local_only && !means_this_machine(&request) {
        let text = "plain HTTP is for this machine: use localhost or 127.0.0.1";
        return Ok(refuse(&Status::new(403, Reason::Forbidden, text), pieces));
    }
    let request = match read(request).await {
        Ok(request) => Arc::new(request),
        Err(status) => return Ok(refuse(&status, pieces)),
    };
    let line = caller.line.number();
    let ask = Ask::Request { line, user: caller.user, request, reply: sender };
    if !caller.line.ask(ask) {
        let text = "the server has received too many requests and has asked us to try again later";
        let status = Status::new(429, Reason::TooManyRequests, text);
        return Ok(refuse(&Status { retry_after_secs: 1, ..status }, pieces));
    }
    match timeout(ANSWER_MAX, pieces.recv()).await {
        Ok(Some(Piece::Answer(answer))) => Ok(reply::of(&answer, pieces)),
        // The connection to the apiserver is gone: so is this.
        Ok(_) => Err(io::ErrorKind::ConnectionReset.into()),
        Err(_) => {
            let text = "Timeout: request did not complete within requested timeout";
            Ok(refuse(&Status::timeout(text), pieces))
        }
    }
}

/// Whether a request was sent to this machine by a name that it always has.
fn means_this_machine(request: &Request<Incoming>) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// The request as data.
async fn read(request: Request<Incoming>) -> Result<HttpRequest, Status> {
    let (parts, body) = request.into_parts();
    let body = match timeout(BODY_MAX, Limited::new(body, BYTES_MAX).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            let text = format!("Request entity too large: limit is {BYTES_MAX}");
            return Err(Status::new(413, Reason::RequestEntityTooLarge, text));
        }
        Ok(Err(_)) => return Err(Status::bad_request("the body of the request ended too early")),
        Err(_) => return Err(Status::new(408, Reason::Timeout, "the body took too long")),
    };
    let heard = HEARD.iter().flat_map(|name| {
        let values = parts.headers.get_all(*name).into_iter();
        values.map(|value| {
            (Str::new_static(name), Str::from(String::from_utf8_lossy(value.as_bytes())))
        })
    });
    let mut headers: Vec<(Str, Str)> = heard.collect();
    let binary = headers.iter_mut().find(|(name, value)| {
        name == "content-type" && value.starts_with("application/vnd.kubernetes.protobuf")
    });
    let body = match binary {
        // In the simulation bodies are text.
        Some((_, media_type)) if !body.is_empty() => {
            *media_type = Str::new_static("application/json");
            let value = protobuf::decode(&body).map_err(Status::bad_request)?;
            Str::from(value.to_json())
        }
        _ => Str::from(String::from_utf8_lossy(&body)),
    };
    Ok(HttpRequest {
        method: parts.method.as_str().into(),
        path: parts.uri.path().into(),
        query: parts.uri.query().unwrap_or_default().into(),
        headers,
        body,
    })
}

/// A refusal that does not come from the simulation.
fn refuse(status: &Status, pieces: mpsc::Receiver<Piece>) -> Response<Reply> {
    let body = status.to_value().to_json() + "\n";
    let response = HttpResponse::new(status.code, "application/json", body);
    let retry_after_secs = status.retry_after_secs;
    reply::of(&HttpResponse { retry_after_secs, ..response }, pieces)
}
