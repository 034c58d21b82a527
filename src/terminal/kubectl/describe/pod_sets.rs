//! DaemonSets and StatefulSets. Models kubectl/pkg/describe describeDaemonSet and
//! describeStatefulSet.

use super::sheet::{Sheet, joined, or_none, selector_of};
use super::{replicas, template};
use crate::api::types::LabelSelector;
use crate::api::{Codec, Object, Value, labels::Selector};
use crate::terminal::kubectl::script::{Ctx, Flow};

fn count(status: &Value, field: &str) -> i64 {
    status.at(field).as_int().unwrap_or(0)
}

/// Writes a daemon set down.
pub fn describe_daemon_set(ctx: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let (spec, status) = (value.at("spec"), value.at("status"));
    sheet.heading(&value);
    sheet.field(0, "Selector", template::selector(spec.at("selector")));
    let nodes = spec.at_path(&["template", "spec", "nodeSelector"]);
    sheet.field(0, "Node-Selector", selector_of(nodes));
    sheet.labels_and_annotations(&value);
    let counts = [
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ];
    for (title, field) in counts {
        sheet.line(0, format!("{title}: {}", count(status, field)));
    }
    let labels = Selector::from(&LabelSelector::load(spec.at("selector")));
    sheet.field(0, "Pods Status", replicas::pods(ctx, object, labels)?);
    template::describe(spec.at("template"), sheet);
    Ok(())
}

/// Writes a stateful set down.
pub fn describe_stateful_set(ctx: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let (spec, status) = (value.at("spec"), value.at("status"));
    sheet.heading(&value);
    sheet.time(0, "CreationTimestamp", value.at_path(&["metadata", "creationTimestamp"]));
    sheet.field(0, "Selector", template::selector(spec.at("selector")));
    sheet.labels_and_annotations(&value);
    let (desired, total) = (count(spec, "replicas"), count(status, "replicas"));
    sheet.field(0, "Replicas", format!("{desired} desired | {total} total"));
    let strategy = spec.at("updateStrategy");
    sheet.field(0, "Update Strategy", strategy.at("type").text());
    if let Some(partition) = strategy.at_path(&["rollingUpdate", "partition"]).as_int() {
        sheet.field(1, "Partition", partition);
    }
    let labels = Selector::from(&LabelSelector::load(spec.at("selector")));
    sheet.field(0, "Pods Status", replicas::pods(ctx, object, labels)?);
    template::describe(spec.at("template"), sheet);
    let claims = spec.at("volumeClaimTemplates").items();
    if claims.is_empty() {
        sheet.field(0, "Volume Claims", "<none>");
        return Ok(());
    }
    sheet.line(0, "Volume Claims:");
    for claim in claims {
        let (meta, spec) = (claim.at("metadata"), claim.at("spec"));
        sheet.field(1, "Name", meta.at("name").text());
        sheet.field(1, "StorageClass", spec.at("storageClassName").text());
        sheet.pairs("  Labels", meta.at("labels"));
        sheet.annotations("  Annotations", meta.at("annotations"));
        let storage = super::sheet::scalar(spec.at_path(&["resources", "requests", "storage"]));
        sheet.field(1, "Capacity", if storage.is_empty() { "<default>" } else { &storage });
        let modes = joined(spec.at("accessModes"), " ");
        sheet.field(1, "Access Modes", format!("[{}]", or_none(&modes)));
    }
    Ok(())
}
