//! A Deployment. Models kubectl/pkg/describe describeDeployment.

use super::sheet::{Sheet, or_none, scalar};
use super::{replicas, template};
use crate::api::{Object, Value};
use crate::terminal::kubectl::revisions;
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes a deployment down.
pub fn describe(ctx: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let (spec, status) = (value.at("spec"), value.at("status"));
    sheet.heading(&value);
    sheet.time(0, "CreationTimestamp", value.at_path(&["metadata", "creationTimestamp"]));
    sheet.labels_and_annotations(&value);
    sheet.field(0, "Selector", template::selector(spec.at("selector")));
    let number = |value: &Value| value.as_int().unwrap_or(0);
    let desired = number(spec.at("replicas"));
    let [updated, total, available, missing] =
        ["updatedReplicas", "replicas", "availableReplicas", "unavailableReplicas"]
            .map(|field| number(status.at(field)));
    sheet.field(
        0,
        "Replicas",
        format!(
            "{desired} desired | {updated} updated | {total} total | {available} available | \
             {missing} unavailable"
        ),
    );
    sheet.field(0, "StrategyType", spec.at_path(&["strategy", "type"]).text());
    sheet.field(0, "MinReadySeconds", number(spec.at("minReadySeconds")));
    let rolling = spec.at_path(&["strategy", "rollingUpdate"]);
    if !rolling.is_null() {
        let (below, above) = (scalar(rolling.at("maxUnavailable")), scalar(rolling.at("maxSurge")));
        let text = format!("{below} max unavailable, {above} max surge");
        sheet.field(0, "RollingUpdateStrategy", text);
    }
    template::describe(spec.at("template"), sheet);
    replicas::conditions(status.at("conditions").items(), sheet);
    if let Ok(sets) = revisions::of(ctx, object)? {
        let current = revisions::current(object, &sets);
        let is_current = |set: &&Object| current.is_some_and(|current| current.uid() == set.uid());
        let (new, old): (Vec<&Object>, Vec<&Object>) = sets.iter().partition(is_current);
        sheet.field(0, "OldReplicaSets", shown(&old));
        sheet.field(0, "NewReplicaSet", shown(&new));
    }
    Ok(())
}

fn shown(sets: &[&Object]) -> String {
    let one = |set: &&Object| {
        let value = set.to_value();
        let number = |path: [&str; 2]| value.at_path(&path).as_int().unwrap_or(0);
        let (made, wanted) = (number(["status", "replicas"]), number(["spec", "replicas"]));
        format!("{} ({made}/{wanted} replicas created)", set.name())
    };
    or_none(&sets.iter().map(one).collect::<Vec<_>>().join(", ")).to_owned()
}
