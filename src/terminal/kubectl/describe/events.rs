//! The events about an object, which end its description.
//!
//! Models kubectl/pkg/describe searchEvents and DescribeEvents. Invariant: the oldest come first.

use super::sheet::Sheet;
use crate::api::labels::FieldSelector;
use crate::api::rpc::Selection;
use crate::api::{Codec, MicroTime, Object, Resource, Timestamp, Value, age};
use crate::sim::Time;
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Asks for the events about `object` and shows them.
pub fn describe(ctx: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let (name, kind) = (object.name(), object.resource().info().kind);
    let mut fields = format!("involvedObject.name={name},involvedObject.kind={kind}");
    // Kubelets write events about their nodes without knowing their identity.
    if object.resource() != Resource::NODES {
        let uid = object.to_value();
        fields += &format!(",involvedObject.uid={}", uid.at_path(&["metadata", "uid"]).text());
    }
    let selection = Selection {
        namespace: object.namespace().into(),
        fields: FieldSelector::parse(&fields).unwrap_or_default(),
        ..Selection::all(Resource::EVENTS)
    };
    let Ok((events, _)) = ctx.list(selection)? else { return Ok(()) };
    let events: Vec<Value> = sorted(events.iter().map(Object::to_value).collect());
    if events.is_empty() {
        sheet.field(0, "Events", "<none>");
        return Ok(());
    }
    sheet.flush();
    sheet.line(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage");
    sheet.line(1, "----\t------\t----\t----\t-------");
    for event in &events {
        let source = match event.at_path(&["source", "component"]).text() {
            "" => event.at("reportingComponent").text(),
            component => component,
        };
        let (kind, reason) = (event.at("type").text(), event.at("reason").text());
        let (interval, message) = (interval(event, ctx.now()), message(event));
        sheet.line(1, format!("{kind}\t{reason}\t{interval}\t{source}\t{message}"));
    }
    Ok(())
}

/// Events by the moment at which they were seen last. Models SortableEvents.
pub fn sorted(mut events: Vec<Value>) -> Vec<Value> {
    events.sort_by_key(last_seen);
    events
}

/// When an event was seen last.
pub fn last_seen(event: &Value) -> MicroTime {
    let series = event.at_path(&["series", "lastObservedTime"]);
    match (series, event.at("lastTimestamp"), event.at("eventTime")) {
        (Value::Str(_), ..) => MicroTime::load(series),
        (_, last @ Value::Str(_), _) => MicroTime::load(last),
        (_, _, time @ Value::Str(_)) => MicroTime::load(time),
        _ => MicroTime::load(event.at_path(&["metadata", "creationTimestamp"])),
    }
}

/// How long ago it was seen, how often, and over which time.
pub fn interval(event: &Value, now: Time) -> String {
    let since = |value: &Value| match value {
        Value::Null => age::since(None, now),
        micros if micros.text().contains('.') => {
            age::since_micro(Some(MicroTime::load(micros)), now)
        }
        seconds => age::since(Some(Timestamp::load(seconds)), now),
    };
    let first = match event.at("eventTime") {
        Value::Null => since(event.at("firstTimestamp")),
        time => since(time),
    };
    let series = event.at("series");
    if !series.is_null() {
        let last = since(series.at("lastObservedTime"));
        let count = series.at("count").as_int().unwrap_or(0);
        return format!("{last} (x{count} over {first})");
    }
    match event.at("count").as_int() {
        Some(count) if count > 1 => {
            format!("{} (x{count} over {first})", since(event.at("lastTimestamp")))
        }
        _ => first.to_string(),
    }
}

/// The message, after the part of the object that it is about.
fn message(event: &Value) -> String {
    let message = event.at("message").text().trim();
    match event.at_path(&["involvedObject", "fieldPath"]).text() {
        "" => message.to_owned(),
        path => format!("{path}: {message}"),
    }
}
