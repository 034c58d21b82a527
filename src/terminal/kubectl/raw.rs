//! `kubectl get --raw` and `kubectl create --raw`: paths of the API, as they are.
//!
//! Models kubectl/pkg/rawhttp/raw.go and how client-go reads refusals. The request goes to the
//! server as HTTP has it, and what comes back is printed as it comes.

use std::sync::Arc;

use super::error::Error;
use super::script::{Ctx, Flow, How, Next};
use super::task::Task;
use crate::api::rpc::{Answer, Call};
use crate::api::{HttpRequest, HttpResponse, Reason, Status, Value};
use crate::manifest;

/// What a raw request still has to do.
#[derive(Clone, Debug)]
pub struct Raw {
    request: Arc<HttpRequest>,
}

impl Raw {
    /// Asks for what is at a path.
    pub fn get(path: &str) -> Task {
        Task::from(Self { request: Arc::new(HttpRequest::get(path)) })
    }

    /// Sends something to a path.
    pub fn create(path: &str, body: &Value) -> Task {
        Task::from(Self { request: Arc::new(HttpRequest::post(path, body.to_json())) })
    }

    /// Asks and prints.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let call = Call::Http(self.request.clone());
        let answer = match ctx.ask(call, How::default())?? {
            Answer::Http(answer) => answer,
            _ => return Err(Error::plain("unexpected answer from the server").into()),
        };
        if answer.code >= 400 {
            return Err(refusal(&answer).into());
        }
        if answer.streams {
            let text = "a watch does not end; kubectl get --watch shows what changes";
            return Err(Error::plain(text).into());
        }
        ctx.print(answer.body.as_str());
        Ok(Next::Exit(0))
    }
}

/// The refusal that an answer is: the status in its body, or what its code stands for. Models
/// client-go/rest/request.go transformResponse and NewGenericServerResponse.
fn refusal(answer: &HttpResponse) -> Error {
    let value = manifest::parse_json(&answer.body).unwrap_or_default();
    if value.at("kind").text() == "Status" {
        let reason = Reason::named(value.at("reason").text());
        return Status::new(answer.code, reason, value.at("message").text()).into();
    }
    let (reason, text) = match answer.code {
        404 => (Reason::NotFound, "the server could not find the requested resource"),
        500 => (
            Reason::InternalError,
            "an error on the server (\"unknown\") has prevented the request from succeeding",
        ),
        _ => (Reason::Unknown, "the server responded with an unexpected status code"),
    };
    Status::new(answer.code, reason, text).into()
}
