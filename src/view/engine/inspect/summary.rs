//! The fields of an object, in groups: what `kubectl get -o wide` shows of every kind, and what
//! `kubectl describe` adds for those a person looks at most.

use smol_str::{SmolStr, format_smolstr};

use crate::api::types::{Container, ContainerStatus, Node, Pod, ResourceList};
use crate::api::{Body, Object, StrMap};
use crate::cluster::rooms::apiserver::printers;
use crate::sim::Time;
use crate::view::engine::nodes::taint;
use crate::view::engine::pods::owned_by;
use crate::view::inspector::{Field, Section, Value};
use crate::view::subject::{ObjectId, Subject};

use super::{field, link, text};

/// A group of fields.
pub fn section(title: &str, fields: Vec<Field>) -> Section {
    Section { title: title.into(), fields }
}

/// The groups of an object.
pub fn sections(object: &Object, now: Time) -> Vec<Section> {
    let mut sections = vec![section("", general(object, now))];
    match object.body() {
        Body::Pod(pod) => {
            sections.extend(pod.spec.containers.iter().map(|it| container(it, pod)));
            let conditions = pod.status.conditions.iter();
            let lines = conditions.map(|it| (&it.kind, &it.status, &it.reason));
            sections.push(conditions_of(lines));
        }
        Body::Node(node) => {
            sections.push(section("Allocatable", amounts(&node.status.allocatable)));
            let conditions = node.status.conditions.iter();
            let lines = conditions.map(|it| (&it.kind, &it.status, &it.reason));
            sections.push(conditions_of(lines));
        }
        Body::Deployment(deployment) => {
            let conditions = deployment.status.conditions.iter();
            let lines = conditions.map(|it| (&it.kind, &it.status, &it.reason));
            sections.push(conditions_of(lines));
        }
        _ => {}
    }
    sections.retain(|section| !section.fields.is_empty());
    sections
}

/// The columns of `kubectl get -o wide`, owner and labels.
fn general(object: &Object, now: Time) -> Vec<Field> {
    let row = printers::row(object, now);
    let columns = printers::columns(object.resource());
    let cells = columns.iter().zip(row.cells).skip(1);
    let shown = cells.filter(|(_, cell)| !cell.is_empty() && cell != "<none>");
    let mut fields: Vec<Field> = shown
        .map(|(column, cell)| match column.name.as_str() {
            "Node" => field("Node", link(ObjectId::node(&cell))),
            name => field(name, text(cell)),
        })
        .collect();
    if let Some(owner) = object.meta().controller() {
        fields.push(field("Controlled By", link(owned_by(object, owner))));
    }
    if let Body::Node(node) = object.body() {
        fields.extend(taints(node));
    }
    fields.extend(chips("Labels", &object.meta().labels));
    fields
}

fn chips(key: &str, map: &StrMap) -> Option<Field> {
    let chips: Vec<SmolStr> =
        map.iter().map(|(key, value)| format_smolstr!("{key}={value}")).collect();
    (!chips.is_empty()).then(|| field(key, Value::Chips(chips)))
}

fn taints(node: &Node) -> Option<Field> {
    let taints: Vec<SmolStr> = node.spec.taints.iter().map(taint).collect();
    (!taints.is_empty()).then(|| field("Taints", Value::Chips(taints)))
}

fn container(container: &Container, pod: &Pod) -> Section {
    let status = pod.status.container_statuses.iter().find(|it| it.name == container.name);
    let mut fields = vec![field("Image", text(&container.image))];
    if let Some(status) = status {
        fields.push(field("State", text(state(status))));
        fields.push(field("Restart Count", text(status.restart_count.to_string())));
    }
    let ports = container.ports.iter();
    let ports: Vec<SmolStr> =
        ports.map(|port| format_smolstr!("{}/{}", port.container_port, port.protocol)).collect();
    if !ports.is_empty() {
        fields.push(field("Ports", Value::Chips(ports)));
    }
    for (title, list) in
        [("Requests", &container.resources.requests), ("Limits", &container.resources.limits)]
    {
        let amounts: Vec<String> =
            list.iter().map(|(name, amount)| format!("{name} {amount}")).collect();
        if !amounts.is_empty() {
            fields.push(field(title, text(amounts.join(", "))));
        }
    }
    section(&format!("Container {}", container.name), fields)
}

/// The state of a container and its reason.
fn state(status: &ContainerStatus) -> String {
    let state = &status.state;
    match (&state.running, &state.waiting, &state.terminated) {
        (Some(_), ..) => "Running".to_owned(),
        (_, _, Some(ended)) => format!("Terminated: {} ({})", ended.reason, ended.exit_code),
        (_, Some(waiting), _) if !waiting.message.is_empty() => {
            format!("Waiting: {}: {}", waiting.reason, waiting.message)
        }
        (_, Some(waiting), _) => format!("Waiting: {}", waiting.reason),
        _ => "Waiting".to_owned(),
    }
}

fn amounts(list: &ResourceList) -> Vec<Field> {
    list.iter().map(|(name, amount)| field(name, text(amount.to_string()))).collect()
}

fn conditions_of<'a>(
    lines: impl Iterator<Item = (&'a SmolStr, &'a SmolStr, &'a SmolStr)>,
) -> Section {
    let line = |(kind, status, reason): (&SmolStr, &SmolStr, &SmolStr)| {
        let value =
            if reason.is_empty() { status.to_string() } else { format!("{status}, {reason}") };
        field(kind, text(value))
    };
    section("Conditions", lines.map(line).collect())
}

/// A line that leads to a host.
pub fn host_line(name: &str) -> Field {
    field("Host", Value::Link(name.into(), Subject::node(name)))
}
