//! Bodies of answers: whole, or piece by piece as the simulation tells more.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WARNING};
use hyper::{Response, StatusCode};
use tokio::sync::mpsc::Receiver;

use super::carrier::Piece;
use crate::api::HttpResponse;

/// A body.
pub enum Reply {
    /// All of it, until it has been taken.
    Whole(Option<Bytes>),
    /// What comes.
    Pieces(Receiver<Piece>),
}

impl Body for Reply {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Pieces(pieces) => pieces.poll_recv(cx).map(|piece| match piece {
                Some(Piece::Frames(text)) => Some(Ok(Frame::data(text.as_bytes().to_vec().into()))),
                Some(Piece::End | Piece::Answer(_)) => None,
                // The line was cut: so is this.
                None => Some(Err(io::ErrorKind::ConnectionReset.into())),
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Self::Pieces(_) => SizeHint::default(),
        }
    }
}

/// The answer as hyper writes it; what is more of its body comes from `pieces`.
pub fn of(answer: &HttpResponse, pieces: Receiver<Piece>) -> Response<Reply> {
    let body = match answer.streams {
        true => Reply::Pieces(pieces),
        false => Reply::Whole(Some(Bytes::copy_from_slice(answer.body.as_bytes()))),
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(answer.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.media_type));
    headers.insert("cache-control", HeaderValue::from_static("no-cache, private"));
    if answer.retry_after_secs > 0 {
        headers.insert(RETRY_AFTER, answer.retry_after_secs.into());
    }
    for warning in answer.warnings.iter() {
        // Quoted as a header has it; what no header can hold is left out.
        let quoted = warning.replace('\\', "\\\\").replace('"', "\\\"");
        let plain: String = quoted.chars().filter(|c| !c.is_control()).collect();
        if let Ok(value) = HeaderValue::from_bytes(format!("299 - \"{plain}\"").as_bytes()) {
            headers.append(WARNING, value);
        }
    }
    response
}
