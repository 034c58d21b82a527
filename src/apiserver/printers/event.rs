//! Events: what happened to what, and how long ago.
//!
//! Models pkg/printers/internalversion/printers.go printEvent.

use super::cells::{column, name, number, wide};
use crate::api::rpc::Column;
use crate::api::types::{Event, EventBody, ObjectReference};
use crate::api::{Object, Str, age};
use crate::sim::Time;

/// The columns of Events.
pub const COLUMNS: &[Column] = &[
    column("Last Seen"),
    column("Type"),
    column("Reason"),
    column("Object"),
    wide("Subobject"),
    wide("Source"),
    column("Message"),
    wide("First Seen"),
    wide("Count"),
    wide("Name"),
];

/// The cells of an Event.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let Event { body } = object.get().cloned().unwrap_or_default();
    let first_seen = match body.first_timestamp {
        None => age::since_micro(body.event_time, now),
        first => age::since(first, now),
    };
    let (last_seen, count) = match &body.series {
        Some(series) => (age::since_micro(series.last_observed_time, now), series.count),
        // Events of the new API that came once have no count.
        None => (last_seen(&body, &first_seen, now), body.count.max(1)),
    };
    vec![
        last_seen,
        body.kind.clone(),
        body.reason.clone(),
        target(&body.involved_object),
        body.involved_object.field_path.clone(),
        source(&body),
        body.message.trim().into(),
        first_seen,
        number(count),
        name(object),
    ]
}

fn last_seen(body: &EventBody, first_seen: &Str, now: Time) -> Str {
    match body.last_timestamp {
        None => first_seen.clone(),
        last => age::since(last, now),
    }
}

fn target(object: &ObjectReference) -> Str {
    let kind = object.kind.to_lowercase();
    if object.name.is_empty() { kind.into() } else { format!("{kind}/{}", object.name).into() }
}

/// Models formatEventSource: the old fields where they are given, else the new ones.
fn source(body: &EventBody) -> Str {
    let or = |text: &Str, other: &Str| if text.is_empty() { other.clone() } else { text.clone() };
    let component = or(&body.source.component, &body.reporting_component);
    let instance = or(&body.source.host, &body.reporting_instance);
    if instance.is_empty() { component } else { format!("{component}, {instance}").into() }
}
