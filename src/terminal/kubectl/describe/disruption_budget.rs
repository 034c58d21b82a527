//! A PodDisruptionBudget. Models kubectl/pkg/describe describePodDisruptionBudget.

use super::sheet::{Sheet, scalar};
use super::template;
use crate::api::Object;
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes a budget down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let (spec, status) = (value.at("spec"), value.at("status"));
    sheet.heading(&value);
    if spec.at("minAvailable").is_null() {
        sheet.field(0, "Max unavailable", scalar(spec.at("maxUnavailable")));
    } else {
        sheet.field(0, "Min available", scalar(spec.at("minAvailable")));
    }
    match spec.at("selector").is_null() {
        true => sheet.field(0, "Selector", "<unset>"),
        false => sheet.field(0, "Selector", template::selector(spec.at("selector"))),
    }
    sheet.line(0, "Status:");
    let counts = [
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ];
    for (title, field) in counts {
        sheet.field(2, title, status.at(field).as_int().unwrap_or(0));
    }
    Ok(())
}
