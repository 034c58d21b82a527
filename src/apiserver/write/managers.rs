//! Notes who manages the fields of what is written.
//!
//! Models apimachinery/pkg/util/managedfields and its use in apiserver/pkg/endpoints/handlers.
//! Only objects that a person has written keep such notes: those of controllers and kubelets would
//! be most of what a large cluster holds, and nobody reads them. Invariant: what does not change
//! an object does not change its notes.

use crate::api::managed::{Manager, Managers};
use crate::api::rpc::{Part, Request};
use crate::api::{Resource, Value, decode};
use crate::sim::Time;

/// Who makes a request, as a manager of the fields of `part`; `None` if nobody is to be noted.
pub fn manager(request: &Request, part: Part, is_tracked: bool) -> Option<Manager> {
    let name = match request.manager.as_str() {
        "" if is_tracked => request.agent.clone(),
        "" => return None,
        _ => request.manager.clone(),
    };
    let subresource = match part {
        Part::Status => "status",
        Part::Scale => "scale",
        Part::Finalize => "finalize",
        Part::Main => "",
    };
    Some(Manager { name, applies: false, subresource })
}

/// Notes in `value` that `request` made it of `old`. A client may also write the notes itself.
pub fn note(
    resource: Resource,
    value: &mut Value,
    old: Option<&Value>,
    (request, part): (&Request, Part),
    now: Time,
) {
    let noted = match take(value) {
        Value::Null => old.map(|old| notes(old).clone()).unwrap_or_default(),
        noted => noted,
    };
    let Some(by) = manager(request, part, !noted.is_empty()) else { return put(value, noted) };
    let mut managers = Managers::load(&noted);
    let before = match old {
        Some(old) => {
            let mut old = old.clone();
            take(&mut old);
            old
        }
        None => nothing(resource),
    };
    managers.update(resource, &by, &before, value, now);
    put(value, managers.to_value());
}

/// What a new object is before anything is said of it.
pub fn nothing(resource: Resource) -> Value {
    decode::examine(resource.ty(), &Value::Null).value
}

/// Writes the notes down.
pub fn put(value: &mut Value, notes: Value) {
    if !notes.is_empty() {
        *value.entry_path(&["metadata", FIELD]) = notes;
    }
}

/// Takes the notes out.
pub fn take(value: &mut Value) -> Value {
    if notes(value).is_null() {
        return Value::Null;
    }
    value.entry("metadata").make_map().remove(FIELD).unwrap_or_default()
}

fn notes(value: &Value) -> &Value {
    value.at_path(&["metadata", FIELD])
}

const FIELD: &str = "managedFields";
