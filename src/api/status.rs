//! Answers that refuse: the `Status` object, with its reasons and texts.
//!
//! Models apimachinery/pkg/api/errors/errors.go.

use super::{List, Resource, Str, Value, quote};

/// Why a request was refused.
#[derive(Clone, PartialEq, Debug)]
pub struct Status {
    /// The HTTP status code.
    pub code: u16,
    /// The reason, for machines.
    pub reason: Reason,
    /// The message, for people.
    pub message: Str,
    /// The kind or resource it is about, with its group.
    pub kind: Str,
    /// The name of the object it is about.
    pub name: Str,
    /// Each single complaint.
    pub causes: List<Cause>,
    /// After how many seconds to try again; 0 when not told.
    pub retry_after_secs: u32,
    /// With what the list that expired can be gone on with all the same; empty when it cannot.
    pub continuation: Str,
}

/// A single complaint of a [`Status`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    /// What kind of complaint, such as `FieldValueRequired`.
    pub reason: Str,
    /// What is wrong.
    pub message: Str,
    /// Where.
    pub field: Str,
}

/// The reason of a [`Status`], for machines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // They are Kubernetes' own words.
pub enum Reason {
    Unknown,
    Unauthorized,
    Forbidden,
    NotFound,
    AlreadyExists,
    Conflict,
    Gone,
    Invalid,
    ServerTimeout,
    Timeout,
    TooManyRequests,
    BadRequest,
    MethodNotAllowed,
    NotAcceptable,
    RequestEntityTooLarge,
    UnsupportedMediaType,
    InternalError,
    Expired,
    ServiceUnavailable,
}

impl Reason {
    /// All of them but the unknown.
    const ALL: [Self; 18] = [
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::AlreadyExists,
        Self::Conflict,
        Self::Gone,
        Self::Invalid,
        Self::ServerTimeout,
        Self::Timeout,
        Self::TooManyRequests,
        Self::BadRequest,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::RequestEntityTooLarge,
        Self::UnsupportedMediaType,
        Self::InternalError,
        Self::Expired,
        Self::ServiceUnavailable,
    ];

    /// The reason as the API writes it; empty when it is unknown.
    pub fn as_str(self) -> String {
        if self == Self::Unknown { String::new() } else { format!("{self:?}") }
    }

    /// The reason that the API writes as `text`.
    pub fn named(text: &str) -> Self {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text).unwrap_or(Self::Unknown)
    }
}

impl Status {
    /// A status with a message and nothing else.
    pub fn new(code: u16, reason: Reason, message: impl Into<Str>) -> Self {
        Self {
            code,
            reason,
            message: message.into(),
            kind: Str::default(),
            name: Str::default(),
            causes: List::default(),
            retry_after_secs: 0,
            continuation: Str::default(),
        }
    }

    /// There is no such object.
    pub fn not_found(resource: Resource, name: &str) -> Self {
        let message = format!("{} {} not found", resource.qualified(), quote(name));
        Self::new(404, Reason::NotFound, message).about(resource, name)
    }

    /// There is such an object already.
    pub fn already_exists(resource: Resource, name: &str) -> Self {
        let message = format!("{} {} already exists", resource.qualified(), quote(name));
        Self::new(409, Reason::AlreadyExists, message).about(resource, name)
    }

    /// The request rests on an outdated object, or clashes otherwise.
    pub fn conflict(resource: Resource, name: &str, why: &str) -> Self {
        let (what, name_quoted) = (resource.qualified(), quote(name));
        let message = format!("Operation cannot be fulfilled on {what} {name_quoted}: {why}");
        Self::new(409, Reason::Conflict, message).about(resource, name)
    }

    /// The object was changed since it was read.
    pub fn modified(resource: Resource, name: &str) -> Self {
        const WHY: &str = "the object has been modified; please apply your changes to the latest \
                           version and try again";
        Self::conflict(resource, name, WHY)
    }

    /// The request is not allowed.
    pub fn forbidden(resource: Resource, name: &str, why: &str) -> Self {
        let resource_name = resource.qualified();
        let message = if name.is_empty() {
            format!("{resource_name} is forbidden: {why}")
        } else {
            format!("{resource_name} {} is forbidden: {why}", quote(name))
        };
        Self::new(403, Reason::Forbidden, message).about(resource, name)
    }

    /// The request makes no sense.
    pub fn bad_request(message: impl Into<Str>) -> Self {
        Self::new(400, Reason::BadRequest, message)
    }

    /// The object is not what its kind must be.
    pub fn invalid(resource: Resource, name: &str, causes: List<Cause>) -> Self {
        let info = resource.info();
        let kind = info.with_group(info.kind);
        let mut texts: Vec<String> = Vec::new();
        for cause in causes.iter() {
            let text = cause.to_string();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let all = match &texts[..] {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        let message = format!("{kind} {} is invalid: {all}", quote(name));
        let status = Self::new(422, Reason::Invalid, message);
        Self { kind: info.kind.into(), name: name.into(), causes, ..status }
    }

    /// What a watch asks for has been compacted away.
    pub fn expired(message: impl Into<Str>) -> Self {
        Self::new(410, Reason::Expired, message)
    }

    /// The server gave up waiting for something behind it.
    pub fn timeout(message: impl Into<Str>) -> Self {
        Self::new(504, Reason::Timeout, message)
    }

    /// The server is at fault.
    pub fn internal_error(message: &str) -> Self {
        let message = format!("Internal error occurred: {message}");
        Self::new(500, Reason::InternalError, message)
    }

    /// The server cannot answer at the moment.
    pub fn unavailable(message: impl Into<Str>) -> Self {
        Self::new(503, Reason::ServiceUnavailable, message)
    }

    /// The status, said to be about an object of `resource`.
    #[must_use]
    pub fn about(self, resource: Resource, name: &str) -> Self {
        let info = resource.info();
        Self { kind: info.with_group(info.plural).into(), name: name.into(), ..self }
    }

    /// Whether it says that there is no such object.
    pub fn is_not_found(&self) -> bool {
        self.reason == Reason::NotFound
    }

    /// Whether it says that the request rests on an outdated object.
    pub fn is_conflict(&self) -> bool {
        self.reason == Reason::Conflict
    }

    /// Whether it says that there is such an object already.
    pub fn is_already_exists(&self) -> bool {
        self.reason == Reason::AlreadyExists
    }

    /// The `Status` object as a client sees it.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("apiVersion", "v1".into()),
            ("kind", "Status".into()),
            ("metadata", Value::map::<&str, 0>([])),
            ("status", "Failure".into()),
            ("message", self.message.clone().into()),
            ("reason", self.reason.as_str().into()),
            ("code", Value::Int(self.code.into())),
        ])
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.field.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "{}: {}", self.field, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_kubernetes_says() {
        let check = |status: Status, text: &str| assert_eq!(status.message, text);
        check(Status::not_found(Resource::DEPLOYMENTS, "x"), r#"deployments.apps "x" not found"#);
        check(Status::already_exists(Resource::PODS, "x"), r#"pods "x" already exists"#);
        check(
            Status::modified(Resource::DEPLOYMENTS, "web"),
            "Operation cannot be fulfilled on deployments.apps \"web\": the object has been \
             modified; please apply your changes to the latest version and try again",
        );
        let cause = |field: &str| Cause {
            reason: "FieldValueRequired".into(),
            message: "Required value".into(),
            field: field.into(),
        };
        check(
            Status::invalid(Resource::DEPLOYMENTS, "x", [cause("a"), cause("b")].into()),
            r#"Deployment.apps "x" is invalid: [a: Required value, b: Required value]"#,
        );
    }
}
