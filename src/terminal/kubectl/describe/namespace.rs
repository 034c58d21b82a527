//! A Namespace with its quotas and limits. Models kubectl/pkg/describe describeNamespace.

use super::sheet::{Sheet, moment};
use super::{limit_range, quota};
use crate::api::rpc::Selection;
use crate::api::{Object, Resource, Value};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes a namespace down.
pub fn describe(ctx: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    sheet.field(0, "Name", object.name());
    sheet.labels_and_annotations(&value);
    sheet.field(0, "Status", value.at_path(&["status", "phase"]).text());
    let conditions = value.at_path(&["status", "conditions"]).items();
    if !conditions.is_empty() {
        sheet.line(0, "Conditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage");
        sheet.line(1, "----\t------\t------------------\t------\t-------");
    }
    for condition in conditions {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|field| condition.at(field).text());
        let changed = moment(condition.at("lastTransitionTime"));
        sheet.line(1, format!("{kind}\t{status}\t{changed}\t{reason}\t{message}"));
    }
    let namespace = object.name().into();
    let selection = Selection { namespace, ..Selection::all(Resource::RESOURCEQUOTAS) };
    let quotas = ctx.list(selection)?.map(|(quotas, _)| quotas).unwrap_or_default();
    if quotas.is_empty() {
        sheet.line(0, "\nNo resource quota.");
    } else {
        sheet.line(0, "\nResource Quotas");
        for quota in quotas.iter().map(Object::to_value) {
            sheet.field(1, "Name", quota.at_path(&["metadata", "name"]).text());
            quota::scopes(&quota, 1, sheet);
            sheet.line(1, "Resource\tUsed\tHard");
            sheet.line(1, "--------\t---\t---");
            amounts(&quota, sheet);
        }
    }
    let namespace = object.name().into();
    let selection = Selection { namespace, ..Selection::all(Resource::LIMITRANGES) };
    let ranges = ctx.list(selection)?.map(|(ranges, _)| ranges).unwrap_or_default();
    if ranges.is_empty() {
        sheet.line(0, "\nNo LimitRange resource.");
    } else {
        sheet.line(0, "\nResource Limits");
        let ranges: Vec<Value> = ranges.iter().map(Object::to_value).collect();
        limit_range::table(&ranges, " ", sheet);
    }
    Ok(())
}

fn amounts(quota: &Value, sheet: &mut Sheet) {
    for (name, used, hard) in quota::amounts(quota) {
        sheet.line(1, format!("{name}\t{used}\t{hard}"));
    }
}
