//! A HorizontalPodAutoscaler. Models kubectl/pkg/describe describeHorizontalPodAutoscalerV2.

use super::sheet::{Sheet, scalar};
use crate::api::{Object, Value};
use crate::terminal::kubectl::script::{Ctx, Flow};

const UNKNOWN: &str = "<unknown>";

/// Writes an autoscaler down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let (spec, status) = (value.at("spec"), value.at("status"));
    let target = spec.at("scaleTargetRef");
    let (kind, name) = (target.at("kind").text(), target.at("name").text());
    sheet.heading(&value);
    sheet.labels_and_annotations(&value);
    sheet.time(0, "CreationTimestamp", value.at_path(&["metadata", "creationTimestamp"]));
    sheet.field(0, "Reference", format!("{kind}/{name}"));
    sheet.field(0, "Metrics", "( current / target )");
    let current = status.at("currentMetrics").items();
    for (at, metric) in spec.at("metrics").items().iter().enumerate() {
        describe_metric(metric, current.get(at).unwrap_or(&Value::Null), sheet);
    }
    let min = scalar(spec.at("minReplicas"));
    sheet.field(0, "Min replicas", if min.is_empty() { "<unset>" } else { &min });
    sheet.field(0, "Max replicas", scalar(spec.at("maxReplicas")));
    let [now, wanted] =
        ["currentReplicas", "desiredReplicas"].map(|field| status.at(field).as_int().unwrap_or(0));
    sheet.line(0, format!("{kind} pods:\t{now} current / {wanted} desired"));
    let conditions = status.at("conditions").items();
    if !conditions.is_empty() {
        sheet.line(0, "Conditions:\n  Type\tStatus\tReason\tMessage");
        sheet.line(1, "----\t------\t------\t-------");
    }
    for condition in conditions {
        let cells = ["type", "status", "reason", "message"].map(|f| condition.at(f).text());
        sheet.line(1, cells.join("\t"));
    }
    Ok(())
}

fn describe_metric(metric: &Value, current: &Value, sheet: &mut Sheet) {
    let (part, what) = match metric.at("type").text() {
        "Resource" => ("resource", "on pods"),
        "ContainerResource" => ("containerResource", "of container"),
        "Pods" => ("pods", "on pods"),
        "Object" => ("object", "on object"),
        _ => ("external", "external"),
    };
    let (spec, current) = (metric.at(part), current.at(part).at("current"));
    let target = spec.at("target");
    let known = |text: String| if text.is_empty() { UNKNOWN.to_owned() } else { text };
    let average = scalar(target.at("averageValue"));
    let plain =
        |wanted: &str, field: &str| format!("{} / {wanted}", known(scalar(current.at(field))));
    let name = match part {
        "resource" | "containerResource" => spec.at("name").text(),
        _ => spec.at_path(&["metric", "name"]).text(),
    };
    let container = match spec.at("container").text() {
        "" => String::new(),
        container => format!(" \"{container}\" on pods"),
    };
    let subject = match part {
        "resource" | "containerResource" => format!("resource {name} {what}{container}"),
        "external" => format!(
            "\"{name}\" (target {})",
            if average.is_empty() { "value" } else { "average value" }
        ),
        _ => format!("\"{name}\" {what}"),
    };
    if let Some(share) = target.at("averageUtilization").as_int() {
        let now = current
            .at("averageUtilization")
            .as_int()
            .map(|now| format!("{now}% ({})", scalar(current.at("averageValue"))));
        let now = known(now.unwrap_or_default());
        sheet.line(1, format!("{subject}  (as a percentage of request):\t{now} / {share}%"));
    } else if !average.is_empty() {
        sheet.line(1, format!("{subject}:\t{}", plain(&average, "averageValue")));
    } else {
        sheet.line(1, format!("{subject}:\t{}", plain(&scalar(target.at("value")), "value")));
    }
}
