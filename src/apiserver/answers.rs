//! What is answered of what the store says. Models apiserver/pkg/endpoints/handlers/response.go and
//! apiserver/pkg/registry/generic/registry/store.go.

use super::read::part_of;
use crate::api::rpc::{Answer, Call};
use crate::api::{Object, Reason, Resource, Status, convert};
use crate::etcd::rpc as etcd;

/// What is answered of an object that `call` was about.
pub fn answer_of(call: &Call, object: Object) -> Answer {
    match call {
        Call::Bind { .. } => Answer::Done,
        Call::Update { part, .. } | Call::Patch { part, .. } => part_of(&object, *part),
        _ => Answer::Object(object),
    }
}

/// An answer in the form that was asked for.
pub fn as_asked(asked: Resource, answer: Answer) -> Answer {
    if asked == asked.stored() {
        return answer;
    }
    let shown = |object: &Object| {
        let value = convert::from_stored(asked, object.to_value());
        Object::load(asked, &value).at_revision(object.revision)
    };
    match answer {
        Answer::Object(object) => Answer::Object(shown(&object)),
        Answer::List(_, objects, revision) => {
            Answer::List(asked, objects.iter().map(shown).collect(), revision)
        }
        other => other,
    }
}

/// The refusal of a name that is taken by `there`.
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
