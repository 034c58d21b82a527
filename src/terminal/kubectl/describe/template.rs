//! The template from which pods are made. Models kubectl/pkg/describe DescribePodTemplate.

use super::sheet::Sheet;
use super::{containers, volumes};
use crate::api::{Codec, Value, labels::Selector, types::LabelSelector};

/// Writes a template down.
pub fn describe(template: &Value, sheet: &mut Sheet) {
    sheet.line(0, "Pod Template:");
    let (meta, spec) = (template.at("metadata"), template.at("spec"));
    sheet.pairs("  Labels", meta.at("labels"));
    if !meta.at("annotations").is_empty() {
        sheet.annotations("  Annotations", meta.at("annotations"));
    }
    sheet.field_if(0, "  Service Account", spec.at("serviceAccountName").text());
    let inits = spec.at("initContainers").items();
    if !inits.is_empty() {
        containers::describe("Init Containers", inits, None, "  ", sheet);
    }
    containers::describe("Containers", spec.at("containers").items(), None, "  ", sheet);
    volumes::describe(spec.at("volumes").items(), "  ", sheet);
    spread_constraints(spec, "  ", sheet);
    sheet.field_if(0, "  Priority Class Name", spec.at("priorityClassName").text());
    sheet.pairs("  Node-Selectors", spec.at("nodeSelector"));
    sheet.lines("  Tolerations", &tolerations(spec.at("tolerations").items()));
}

/// Tolerations, a line each, by their keys. Models printTolerationsMultilineWithIndent.
pub fn tolerations(tolerations: &[Value]) -> Vec<String> {
    let mut sorted: Vec<&Value> = tolerations.iter().collect();
    sorted.sort_by_key(|toleration| toleration.at("key").text().to_owned());
    let line = |toleration: &&Value| {
        let (key, value) = (toleration.at("key").text(), toleration.at("value").text());
        let effect = toleration.at("effect").text();
        let mut line = key.to_owned();
        if !value.is_empty() {
            line += &format!("={value}");
        }
        if !effect.is_empty() {
            line += &format!(":{effect}");
        }
        if toleration.at("operator").text() == "Exists" && value.is_empty() {
            line += if line.is_empty() { "op=Exists" } else { " op=Exists" };
        }
        if let Some(seconds) = toleration.at("tolerationSeconds").as_int() {
            line += &format!(" for {seconds}s");
        }
        line
    };
    sorted.iter().map(line).collect()
}

/// Models describeTopologySpreadConstraints.
pub fn spread_constraints(spec: &Value, space: &str, sheet: &mut Sheet) {
    let mut constraints: Vec<&Value> =
        spec.at("topologySpreadConstraints").items().iter().collect();
    constraints.sort_by_key(|constraint| constraint.at("topologyKey").text().to_owned());
    let line = |constraint: &&Value| {
        let (key, when) =
            (constraint.at("topologyKey").text(), constraint.at("whenUnsatisfiable").text());
        let skew = constraint.at("maxSkew").as_int().unwrap_or(0);
        let mut line = format!("{key}:{when} when max skew {skew} is exceeded");
        if !constraint.at("labelSelector").is_null() {
            line += &format!(" for selector {}", selector(constraint.at("labelSelector")));
        }
        line
    };
    let lines: Vec<String> = constraints.iter().map(line).collect();
    if !lines.is_empty() {
        sheet.lines(&format!("{space}Topology Spread Constraints"), &lines);
    }
}

/// A label selector as text. Models FormatLabelSelector.
pub fn selector(value: &Value) -> String {
    let selector = Selector::from(&LabelSelector::load(value)).to_string();
    if selector.is_empty() { "<none>".to_owned() } else { selector }
}
