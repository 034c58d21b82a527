//! Kinds that Kubernetes v1.36 serves, whether they are served here or not: a manifest of one is
//! right, even where the simulation does nothing with it.

use crate::api::{Body, Resource, Value};

/// What becomes of the objects of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Service {
    /// Something in the simulation reads them.
    Simulated(Resource),
    /// They are stored, and nothing reads them.
    Stored(Resource),
    /// The kind is right, but not served here.
    Missing,
    /// No such kind is known.
    Unknown,
}

/// What becomes of the objects of `kind` in `api_version`.
pub(super) fn service(api_version: &str, kind: &str) -> Service {
    match Resource::of_kind(api_version, kind) {
        Some(resource) if is_read(resource) => Service::Simulated(resource),
        Some(resource) => Service::Stored(resource),
        None if others().any(|other| other == (api_version, kind)) => Service::Missing,
        None => Service::Unknown,
    }
}

/// Whether the simulation has a Rust struct for the kind: what it reads has one.
fn is_read(resource: Resource) -> bool {
    !matches!(Body::load(resource, &Value::Null), Body::Other(..))
}

/// Every known pair of API version and kind.
pub(in crate::manifest) fn all() -> impl Iterator<Item = (String, &'static str)> {
    let served = Resource::served().map(|r| (r.api_version(), r.info().kind));
    let others = others().filter(|(version, kind)| Resource::of_kind(version, kind).is_none());
    served.chain(others.map(|(version, kind)| (version.to_owned(), kind)))
}

fn others() -> impl Iterator<Item = (&'static str, &'static str)> {
    KINDS.iter().flat_map(|(version, kinds)| kinds.iter().map(|kind| (*version, *kind)))
}

/// Kinds that are questions to the server rather than objects. From the discovery documents of a
/// v1.36 API server.
const KINDS: &[(&str, &[&str])] = &[
    ("v1", &["Binding", "ComponentStatus"]),
    ("authentication.k8s.io/v1", &["SelfSubjectReview", "TokenReview"]),
    (
        "authorization.k8s.io/v1",
        &[
            "LocalSubjectAccessReview",
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview",
        ],
    ),
];
