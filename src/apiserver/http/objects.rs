//! Objects as documents: whole, as rows of a table, or by their metadata.
//!
//! Models apiserver/pkg/endpoints/handlers/response.go doTransformObject and apimachinery's
//! metav1.Table.

use super::write;
use crate::api::rpc::{Column, ListMeta, Row, Table};
use crate::api::{Fields, Object, Reason, Resource, Status, Value, convert, quote};

/// What the rows of a table hold beside their cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Rows {
    /// Nothing.
    Bare,
    /// The metadata of the object.
    #[default]
    Metadata,
    /// The object.
    Objects,
}

/// What stands first in a document.
const TYPE: [&str; 3] = ["kind", "apiVersion", "metadata"];

/// An object in the form of the resource that is asked for.
pub fn shown(asked: Resource, object: &Object) -> Value {
    let value = object.to_value();
    if asked == object.resource() { value } else { convert::from_stored(asked, value) }
}

/// An object that stands alone.
pub fn value(value: &Value) -> String {
    fields(value, &[])
}

/// An object that stands in a list, which says of what kind it is.
pub fn item(value: &Value) -> String {
    fields(value, &TYPE[..2])
}

/// The metadata of an object.
pub fn metadata(value: &Value) -> String {
    let metadata = value.at("metadata").clone();
    let kind = ("kind", Value::from("PartialObjectMetadata"));
    fields(
        &Value::map([kind, ("apiVersion", "meta.k8s.io/v1".into()), ("metadata", metadata)]),
        &[],
    )
}

/// A list of items that are written already.
pub fn list(kind: &str, version: &str, meta: &ListMeta, items: &[String]) -> String {
    format!(
        "{{\"kind\":\"{kind}\",\"apiVersion\":\"{version}\",\"metadata\":{},\"items\":[{}]}}",
        list_metadata(meta),
        items.join(",")
    )
}

/// What is said of several objects together.
fn list_metadata(meta: &ListMeta) -> String {
    let mut out = format!("{{\"resourceVersion\":\"{}\"", meta.revision);
    if !meta.continuation.is_empty() {
        out += &format!(",\"continue\":{}", Value::Str(meta.continuation.clone()).to_json());
    }
    if let Some(remaining) = meta.remaining {
        out += &format!(",\"remainingItemCount\":{remaining}");
    }
    out + "}"
}

/// What says how far the store has come, as an object of `asked` that is nothing else; or that
/// everything that was there has been told.
pub fn bookmark(asked: Resource, revision: u64, ends_initial: bool) -> String {
    let mut metadata = Value::map([("resourceVersion", Value::from(revision.to_string()))]);
    if ends_initial {
        let mark = Value::map([("k8s.io/initial-events-end", Value::from("true"))]);
        *metadata.entry("annotations") = mark;
    }
    value(&Value::map([
        ("kind", asked.info().kind.into()),
        ("apiVersion", asked.api_version().into()),
        ("metadata", metadata),
    ]))
}

/// A table for a client that asked for `asked`.
pub fn table(asked: Resource, table: &Table, rows: Rows) -> String {
    let resource = table.resource;
    let definitions: Vec<String> =
        table.columns.iter().map(|column| definition(resource, column)).collect();
    let row = |row: &Row| {
        let cells = table.columns.iter().zip(&row.cells);
        let cells: Vec<String> = cells.map(|(column, text)| cell(resource, column, text)).collect();
        let object = match rows {
            Rows::Bare => "null".to_owned(),
            Rows::Metadata => metadata(&shown(asked, &row.object)),
            Rows::Objects => value(&shown(asked, &row.object)),
        };
        format!("{{\"cells\":[{}],\"object\":{object}}}", cells.join(","))
    };
    let rows: Vec<String> = table.rows.iter().map(row).collect();
    format!(
        "{{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{},\
         \"columnDefinitions\":[{}],\"rows\":[{}]}}",
        list_metadata(&table.meta),
        definitions.join(","),
        rows.join(",")
    )
}

/// Why there is nothing to show of what a container of `pod` has printed.
/// Models pkg/registry/core/pod/strategy.go LogLocation and the kubelet behind it.
pub fn no_log(pod: &Value, container: &str, previous: bool) -> Status {
    let pod_name = pod.at_path(&["metadata", "name"]).text();
    let all = || {
        let fields = ["initContainers", "containers"];
        fields.into_iter().flat_map(|field| pod.at_path(&["spec", field]).items())
    };
    let own = pod.at_path(&["spec", "containers"]).items();
    let name = match (container, own) {
        ("", [only]) => only.at("name").text(),
        ("", _) => {
            let names: Vec<&str> =
                own.iter().map(|container| container.at("name").text()).collect();
            let text = format!(
                "a container name must be specified for pod {pod_name}, choose one of: [{}]",
                names.join(" ")
            );
            return Status::bad_request(text);
        }
        (name, _) => name,
    };
    if !all().any(|container| container.at("name").text() == name) {
        let text = format!("container {name} is not valid for pod {pod_name}");
        return Status::bad_request(text);
    }
    let statuses = ["containerStatuses", "initContainerStatuses"];
    let mut statuses =
        statuses.into_iter().flat_map(|field| pod.at_path(&["status", field]).items());
    let status = statuses.find(|status| status.at("name").text() == name);
    let (what, whose) = (quote(name), quote(pod_name));
    let of = |path: &[&str]| status.map_or(&Value::Null, |status| status.at_path(path));
    if previous && of(&["lastState", "terminated"]).is_null() {
        let text = format!("previous terminated container {what} in pod {whose} not found");
        return Status::bad_request(text);
    }
    let reason = of(&["state", "waiting", "reason"]).text();
    let waits = status.is_none() || !of(&["state", "waiting"]).is_null();
    if waits && !previous {
        let reason = if reason.is_empty() { "ContainerCreating" } else { reason };
        let text = format!("container {what} in pod {whose} is waiting to start: {reason}");
        return Status::bad_request(text);
    }
    let text = "what runs in containers is not part of this simulation: pods/log is not served";
    Status::new(405, Reason::MethodNotAllowed, text)
}

fn fields(value: &Value, without: &[&str]) -> String {
    let mut out = String::new();
    let none = Fields::new();
    let first = if without.is_empty() { &TYPE[..] } else { &TYPE[2..] };
    write::ordered(value.as_map().unwrap_or(&none), first, without, &mut out);
    out
}

/// The columns that hold numbers, of the kinds whose printers declare them so.
fn is_number(resource: Resource, column: &Column) -> bool {
    const COUNTED: [Resource; 3] =
        [Resource::REPLICASETS, Resource::REPLICATIONCONTROLLERS, Resource::DAEMONSETS];
    const COLUMNS: [&str; 5] = ["Desired", "Current", "Ready", "Up-to-date", "Available"];
    COUNTED.contains(&resource) && COLUMNS.contains(&column.name.as_str())
}

fn definition(resource: Resource, column: &Column) -> String {
    let Column { name, priority } = column;
    let kind = if is_number(resource, column) { "integer" } else { "string" };
    // By this kubectl finds the column that it puts the kind before.
    let format = if name == "Name" { "name" } else { "" };
    format!(
        "{{\"name\":{},\"type\":\"{kind}\",\"format\":\"{format}\",\"description\":\"\",\
         \"priority\":{priority}}}",
        Value::Str(name.clone()).to_json()
    )
}

fn cell(resource: Resource, column: &Column, text: &str) -> String {
    match text.parse::<i64>() {
        Ok(number) if is_number(resource, column) => number.to_string(),
        _ => Value::from(text).to_json(),
    }
}
