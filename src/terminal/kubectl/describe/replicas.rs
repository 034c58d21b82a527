//! A ReplicaSet or a ReplicationController.
//!
//! Models kubectl/pkg/describe describeReplicaSet and describeReplicationController.

use super::sheet::{Sheet, controlled_by, selector_of};
use super::template;
use crate::api::rpc::Selection;
use crate::api::types::{LabelSelector, Pod};
use crate::api::{Codec, Object, Resource, StrMap, labels::Selector};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes it down.
pub fn describe(ctx: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let (spec, status) = (value.at("spec"), value.at("status"));
    let is_set = object.resource() == Resource::REPLICASETS;
    let selector = spec.at("selector");
    sheet.heading(&value);
    let shown = if is_set { template::selector(selector) } else { selector_of(selector) };
    sheet.field(0, "Selector", shown);
    sheet.labels_and_annotations(&value);
    if is_set {
        controlled_by(sheet, &value);
    }
    let current = status.at("replicas").as_int().unwrap_or(0);
    let desired = spec.at("replicas").as_int().unwrap_or(0);
    sheet.field(0, "Replicas", format!("{current} current / {desired} desired"));
    let labels = match is_set {
        true => Selector::from(&LabelSelector::load(selector)),
        false => Selector::from_map(&StrMap::load(selector)),
    };
    sheet.field(0, "Pods Status", pods(ctx, object, labels)?);
    template::describe(spec.at("template"), sheet);
    conditions(status.at("conditions").items(), sheet);
    Ok(())
}

/// How many of its pods are in which phase. Models getPodStatusForController.
pub fn pods(ctx: &mut Ctx<'_>, owner: &Object, labels: Selector) -> Flow<String> {
    let namespace = owner.namespace().into();
    let selection = Selection { namespace, labels, ..Selection::all(Resource::PODS) };
    let pods = match ctx.list(selection)? {
        Ok((pods, _)) => pods,
        Err(error) => return Ok(format!("error in fetching pods: {}", error.message())),
    };
    let is_its = |pod: &&Object| pod.meta().controller().is_some_and(|o| o.uid == owner.uid());
    let count = |phase: &str| {
        let in_phase = |pod: &&Object| pod.get::<Pod>().is_some_and(|p| p.status.phase == phase);
        pods.iter().filter(is_its).filter(in_phase).count()
    };
    let [running, waiting, succeeded, failed] =
        ["Running", "Pending", "Succeeded", "Failed"].map(count);
    Ok(format!("{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed"))
}

/// Conditions with their reasons.
pub fn conditions(conditions: &[crate::api::Value], sheet: &mut Sheet) {
    if conditions.is_empty() {
        return;
    }
    sheet.line(0, "Conditions:\n  Type\tStatus\tReason");
    sheet.line(1, "----\t------\t------");
    for condition in conditions {
        let [kind, status, reason] =
            ["type", "status", "reason"].map(|field| condition.at(field).text());
        sheet.line(1, format!("{kind} \t{status}\t{reason}"));
    }
}
