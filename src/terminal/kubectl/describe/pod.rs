//! A pod. Models kubectl/pkg/describe describePod.

use super::sheet::{Sheet, controlled_by, or_none};
use super::{containers, template, volumes};
use crate::api::{Codec, Object, Timestamp, Value, age, qos::QosClass};
use crate::sim::Time;
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes a pod down.
pub fn describe(ctx: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let pod = object.to_value();
    let (spec, status) = (pod.at("spec"), pod.at("status"));
    sheet.heading(&pod);
    if let Some(priority) = spec.at("priority").as_int() {
        sheet.field(0, "Priority", priority);
    }
    sheet.field_if(0, "Priority Class Name", spec.at("priorityClassName").text());
    sheet.field_if(0, "Runtime Class Name", spec.at("runtimeClassName").text());
    sheet.field_if(0, "Service Account", spec.at("serviceAccountName").text());
    match spec.at("nodeName").text() {
        "" => sheet.field(0, "Node", "<none>"),
        node => sheet.field(0, "Node", format!("{node}/{}", status.at("hostIP").text())),
    }
    if !status.at("startTime").is_null() {
        sheet.time(0, "Start Time", status.at("startTime"));
    }
    sheet.labels_and_annotations(&pod);
    phase(&pod, ctx.now(), sheet);
    sheet.field_if(0, "Reason", status.at("reason").text());
    sheet.field_if(0, "Message", status.at("message").text());
    containers::seccomp(spec, 0, sheet);
    addresses(status, sheet);
    controlled_by(sheet, &pod);
    sheet.field_if(0, "NominatedNodeName", status.at("nominatedNodeName").text());
    containers::resources(spec.at("resources"), 0, sheet);
    let inits = spec.at("initContainers").items();
    if !inits.is_empty() {
        let statuses = status.at("initContainerStatuses").items();
        containers::describe("Init Containers", inits, Some((statuses, &pod)), "", sheet);
    }
    let statuses = status.at("containerStatuses").items();
    let all = spec.at("containers").items();
    containers::describe("Containers", all, Some((statuses, &pod)), "", sheet);
    gates(&pod, sheet);
    conditions(status, sheet);
    volumes::describe(spec.at("volumes").items(), "", sheet);
    let class = status.at("qosClass").text();
    let class = if class.is_empty() { QosClass::of_value(spec).as_str() } else { class };
    sheet.field(0, "QoS Class", class);
    sheet.pairs("Node-Selectors", spec.at("nodeSelector"));
    sheet.lines("Tolerations", &template::tolerations(spec.at("tolerations").items()));
    template::spread_constraints(spec, "", sheet);
    Ok(())
}

fn phase(pod: &Value, now: Time, sheet: &mut Sheet) {
    let phase = pod.at_path(&["status", "phase"]).text();
    let deleted = pod.at_path(&["metadata", "deletionTimestamp"]);
    if deleted.is_null() || matches!(phase, "Failed" | "Succeeded") {
        return sheet.field(0, "Status", phase);
    }
    let since = age::since(Some(Timestamp::load(deleted)), now);
    sheet.field(0, "Status", format!("Terminating (lasts {since})"));
    let grace = pod.at_path(&["metadata", "deletionGracePeriodSeconds"]).as_int().unwrap_or(0);
    sheet.field(0, "Termination Grace Period", format!("{grace}s"));
}

fn addresses(status: &Value, sheet: &mut Sheet) {
    sheet.field(0, "IP", status.at("podIP").text());
    let addresses = status.at("podIPs").items();
    if addresses.is_empty() {
        return sheet.field(0, "IPs", "<none>");
    }
    sheet.line(0, "IPs:");
    for address in addresses {
        sheet.field(1, "IP", address.at("ip").text());
    }
}

fn gates(pod: &Value, sheet: &mut Sheet) {
    let gates = pod.at_path(&["spec", "readinessGates"]).items();
    if gates.is_empty() {
        return;
    }
    sheet.line(0, "Readiness Gates:\n  Type\tStatus");
    for gate in gates {
        let kind = gate.at("conditionType").text();
        let conditions = pod.at_path(&["status", "conditions"]).items();
        let found = conditions.iter().find(|condition| condition.at("type").text() == kind);
        let status = found.map_or("", |condition| condition.at("status").text());
        sheet.line(1, format!("{kind} \t{} ", or_none(status)));
    }
}

fn conditions(status: &Value, sheet: &mut Sheet) {
    let conditions = status.at("conditions").items();
    if conditions.is_empty() {
        return;
    }
    sheet.line(0, "Conditions:\n  Type\tStatus");
    for condition in conditions {
        let (kind, status) = (condition.at("type").text(), condition.at("status").text());
        sheet.line(1, format!("{kind} \t{status} "));
    }
}
