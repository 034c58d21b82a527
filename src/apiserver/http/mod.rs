//! The API over HTTP: requests as HTTP carries them become typed calls, and answers become
//! documents.
//!
//! Models apiserver/pkg/endpoints with its handlers, negotiation and response writers. A request is
//! read ([`read()`]) into what it means and the [`Form`] its answer is wanted in; what it means
//! goes the way of every other request; what comes of it is written in that form
//! ([`Form::answer`]).
//!
//! Invariant: everything here is a function of its arguments. No request panics, and what cannot
//! be answered is refused by a `Status`.

mod body;
mod call;
mod delete;
mod discovery;
mod form;
mod health;
mod media;
mod metrics;
mod objects;
mod openapi;
mod pages;
mod parameters;
mod path;
mod review;
mod status;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use super::Apiserver;
use crate::api::rpc::Request;
use crate::api::{HttpRequest, List, Served, Status};

pub use form::Form;
pub use metrics::Counts;

/// What a request over HTTP means.
#[derive(Clone, Debug)]
pub enum Meant {
    /// A call to the API.
    Call(Arc<Request>),
    /// What is at a path of the server that is no resource.
    Page,
}

/// What `http` means, which comes as `request`, and the form its answer is wanted in. `custom`
/// tells what definitions serve.
pub fn read(
    request: &Request,
    http: &HttpRequest,
    custom: impl Fn() -> List<Served>,
) -> (Form, Result<Meant, Status>) {
    let parameters = http.parameters();
    let accept = http.header("accept");
    let mut form = match Form::wanted(accept, http.header("user-agent"), &parameters) {
        Ok(form) => form,
        Err(status) => return (Form::default(), Err(status)),
    };
    let meant = match path::Place::of(&http.segments(), custom) {
        Some(place) => call::of(&place, (request, http, &parameters), &mut form)
            .map(|request| Meant::Call(Arc::new(request))),
        None => Ok(Meant::Page),
    };
    (form, meant)
}
