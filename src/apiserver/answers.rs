//! What requests are answered with.
//!
//! Models apiserver/pkg/endpoints/handlers/responsewriters, and the conversion of what is stored
//! into the version that was asked for.

use super::cache::WatchCache;
use super::read::part_of;
use crate::api::rpc::{Answer, Call};
use crate::api::{Object, Reason, Resource, Status, convert};
use crate::etcd::rpc as etcd;

/// What a call is answered with once `object` is what it has come to.
pub fn answer_of(cache: &WatchCache, call: &Call, object: Object) -> Answer {
    match call {
        Call::Bind { .. } => Answer::Done,
        Call::Update { part, .. } | Call::Patch { part, .. } => part_of(cache, &object, *part),
        _ => Answer::Object(object),
    }
}

/// What everyone hears who asks about Endpoints.
pub const OLD_ENDPOINTS: &str =
    "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";

/// An answer in the form that was asked for.
pub fn as_asked(asked: Resource, answer: Answer) -> Answer {
    if asked == asked.stored() && !asked.is_custom() {
        return answer;
    }
    let shown = |object: &Object| {
        if object.resource() == asked {
            return object.clone();
        }
        let value = convert::from_stored(asked, object.to_value());
        Object::load(asked, &value).at_revision(object.revision)
    };
    match answer {
        Answer::Object(object) => Answer::Object(shown(&object)),
        Answer::List(_, objects, meta) => {
            Answer::List(asked, objects.iter().map(shown).collect(), meta)
        }
        other => other,
    }
}

/// The refusal of a name that is taken, by an object that may be on its way out.
pub fn already_exists(resource: Resource, name: &str, there: Option<&Object>) -> Status {
    let status = Status::already_exists(resource, name);
    if there.is_some_and(|object| object.meta().is_deleting()) {
        let message = format!("object is being deleted: {}", status.message).into();
        return Status { message, ..status };
    }
    status
}

/// An error of the store, as clients hear it.
pub fn store_error(error: etcd::Error) -> Status {
    Status::new(500, Reason::Unknown, error.to_string())
}
