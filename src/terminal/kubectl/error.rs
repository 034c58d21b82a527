//! What went wrong, in kubectl's words.
//!
//! Models kubectl/pkg/cmd/util/helpers.go checkErr, StandardErrorMessage and AddSourceToErr.
//! Invariant: a refusal of the server keeps its reason, whatever is put before its message.

use crate::api::{Cause, Reason, Status, quote};

/// Why a command does not do, or did not wholly do, what it was asked.
#[derive(Clone, PartialEq, Debug)]
pub enum Error {
    /// The server refused.
    Refused(Box<Status>),
    /// No server could be reached.
    Unreachable(Box<Unreachable>),
    /// kubectl refuses, or says what it could not do.
    Plain(String),
    /// The same, without a word before it.
    Bare(String),
    /// The client knows nothing of that name; the server might.
    Undiscovered(Box<Error>),
    /// Several of them.
    Many(Vec<Error>),
    /// Everything has been said already.
    Silent,
}

/// A request that reached no server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreachable {
    /// The HTTP verb, such as `Get`.
    pub verb: &'static str,
    /// What was asked for.
    pub url: String,
    /// The host and port of the server.
    pub host: String,
    /// Whether the server never answered; otherwise the connection was refused.
    pub timed_out: bool,
}

const TIMED_OUT: &str =
    "net/http: request canceled (Client.Timeout exceeded while awaiting headers)";

impl Error {
    /// kubectl refuses, or says what it could not do.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::Plain(text.into())
    }

    /// The command was used wrongly. Models UsageErrorf.
    pub fn usage(path: &str, text: impl std::fmt::Display) -> Self {
        Self::Plain(format!("{text}\nSee '{path} -h' for help and examples"))
    }

    /// The server has no such resource.
    pub fn no_resource(name: &str) -> Self {
        let name = name.split('.').next().unwrap_or(name);
        Self::Plain(format!("the server doesn't have a resource type {}", quote(name)))
    }

    /// All of `errors`: none, the only one, or many.
    pub fn all(errors: Vec<Self>) -> Option<Self> {
        let mut flat: Vec<Self> = Vec::new();
        for error in errors {
            match error {
                Self::Many(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => None,
            1 => flat.pop(),
            _ => Some(Self::Many(flat)),
        }
    }

    /// The error as one of doing `what` to what stands in `source`. Models AddSourceToErr.
    #[must_use]
    pub fn when(self, what: &str, source: &str) -> Self {
        if source.is_empty() {
            return self;
        }
        let source = quote(source);
        match self {
            Self::Refused(mut status) => {
                status.message = format!("error when {what} {source}: {}", status.message).into();
                Self::Refused(status)
            }
            other => Self::Plain(format!("error when {what} {source}: {}", other.message())),
        }
    }

    /// The error as one of what `failure` says could not be done: the message only, as commands
    /// that make an object of words print it.
    #[must_use]
    pub fn because(self, failure: &str) -> Self {
        Self::Plain(format!("{failure}{}", self.message()))
    }

    /// Whether the one who asks may not.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Refused(status) if status.reason == Reason::Forbidden)
    }

    /// Whether the server has no such object.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(status) if status.is_not_found())
    }

    /// Whether the object has been changed in the meantime.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused(status) if status.is_conflict())
    }

    /// Whether it is not the time for it.
    pub fn is_too_many(&self) -> bool {
        matches!(self, Self::Refused(status) if status.reason == Reason::TooManyRequests)
    }

    /// Whether the server did not like what it was given.
    pub fn is_invalid(&self) -> bool {
        matches!(self, Self::Refused(status) if status.reason == Reason::Invalid)
    }

    /// The error alone, as it is put into longer sentences.
    pub fn message(&self) -> String {
        match self {
            Self::Refused(status) => status.message.to_string(),
            Self::Plain(text) | Self::Bare(text) => text.clone(),
            Self::Unreachable(request) => request.to_string(),
            Self::Many(errors) => {
                let all: Vec<_> = errors.iter().map(Self::message).collect();
                format!("[{}]", all.join(", "))
            }
            Self::Undiscovered(error) => error.message(),
            Self::Silent => String::new(),
        }
    }

    /// What is printed on stderr, with its end of line; nothing if all has been said. Models
    /// checkErr.
    pub fn report(&self) -> String {
        let text = match self {
            Self::Silent => return String::new(),
            Self::Undiscovered(error) => return error.report(),
            Self::Refused(status) if status.reason == Reason::Invalid => invalid(status),
            Self::Many(errors) => {
                let lines = errors.iter().map(|error| error.line() + "\n");
                lines.collect()
            }
            Self::Plain(text) if !text.starts_with("error: ") => format!("error: {text}"),
            other => other.line(),
        };
        if text.ends_with('\n') { text } else { text + "\n" }
    }

    /// The error as one of many. Models messageForError.
    fn line(&self) -> String {
        match self {
            Self::Refused(status) => match status.reason {
                Reason::Unauthorized => {
                    format!("error: You must be logged in to the server ({})", status.message)
                }
                Reason::Unknown => format!("Error from server: {}", status.message),
                reason => format!("Error from server ({}): {}", reason.as_str(), status.message),
            },
            Self::Unreachable(request) if request.timed_out => {
                format!("Unable to connect to the server: {TIMED_OUT}")
            }
            Self::Unreachable(request) => {
                let host = &request.host;
                format!(
                    "The connection to the server {host} was refused - did you specify the right \
                     host or port?"
                )
            }
            other => other.message(),
        }
    }
}

/// As Go's net/http says it.
impl std::fmt::Display for Unreachable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { verb, url, host, .. } = self;
        if self.timed_out {
            return write!(f, "{verb} \"{url}\": {TIMED_OUT}");
        }
        write!(f, "{verb} \"{url}\": dial tcp {host}: connect: connection refused")
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Self::Refused(Box::new(status))
    }
}

fn invalid(status: &Status) -> String {
    let named = !status.kind.is_empty() || !status.name.is_empty();
    let subject = if named {
        // The kind stands here without its group.
        let kind = status.kind.split('.').next().unwrap_or_default();
        format!("The {kind} {} is invalid", quote(&status.name))
    } else {
        "The request is invalid".to_owned()
    };
    let mut causes: Vec<String> = Vec::new();
    for Cause { field, message, .. } in status.causes.iter() {
        let text = format!("{field}: {message}");
        if !causes.contains(&text) {
            causes.push(text);
        }
    }
    match &causes[..] {
        [] if named || status.message.is_empty() => subject,
        [] => format!("{subject}: {}", status.message),
        [one] => format!("{subject}: {one}"),
        many => {
            let lines: String = many.iter().map(|cause| format!("* {cause}\n")).collect();
            format!("{subject}: \n{lines}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Resource;

    fn cause(field: &str) -> Cause {
        let (reason, message) = ("FieldValueRequired".into(), "Required value".into());
        Cause { reason, message, field: field.into() }
    }

    #[test]
    fn refusals() {
        let check = |error: Error, text: &str| assert_eq!(error.report(), text);
        let not_found = || Error::from(Status::not_found(Resource::PODS, "nope"));
        check(not_found(), "Error from server (NotFound): pods \"nope\" not found\n");
        check(
            not_found().when("deleting", "p.yaml"),
            "Error from server (NotFound): error when deleting \"p.yaml\": pods \"nope\" not \
             found\n",
        );
        let invalid = |causes: &[Cause]| {
            Error::from(Status::invalid(Resource::DEPLOYMENTS, "web", causes.into()))
        };
        check(
            invalid(&[cause("spec.a")]).when("creating", "d.yaml"),
            "The Deployment \"web\" is invalid: spec.a: Required value\n",
        );
        check(
            invalid(&[cause("spec.a"), cause("spec.b"), cause("spec.a")]),
            "The Deployment \"web\" is invalid: \n* spec.a: Required value\n\
             * spec.b: Required value\n",
        );
        check(
            Error::all(vec![not_found(), invalid(&[cause("x")])]).unwrap(),
            "Error from server (NotFound): pods \"nope\" not found\nError from server (Invalid): \
             Deployment.apps \"web\" is invalid: x: Required value\n",
        );
    }

    #[test]
    fn words_of_its_own() {
        let check = |error: Error, text: &str| assert_eq!(error.report(), text);
        check(Error::plain("no objects passed to apply"), "error: no objects passed to apply\n");
        check(
            Error::no_resource("foo.v1.apps"),
            "error: the server doesn't have a resource type \"foo\"\n",
        );
        let twice =
            vec![Error::plain("a"), Error::Many(vec![Error::plain("b"), Error::plain("c")])];
        check(Error::all(twice).unwrap(), "a\nb\nc\n");
        let unreachable = |timed_out| {
            let (url, host) = ("https://h:1/api".to_owned(), "h:1".to_owned());
            Error::Unreachable(Box::new(Unreachable { verb: "Get", url, host, timed_out }))
        };
        check(
            unreachable(false),
            "The connection to the server h:1 was refused - did you specify the right host or \
             port?\n",
        );
        check(
            unreachable(false).when("creating", "f"),
            "error: error when creating \"f\": Get \"https://h:1/api\": dial tcp h:1: connect: \
             connection refused\n",
        );
        check(
            unreachable(true),
            "Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded \
             while awaiting headers)\n",
        );
    }
}
