//! Rules of tolerations, spread and gates.
//! Models pkg/apis/core/validation/validation.go ValidateTolerations,
//! validateTopologySpreadConstraints and validateSchedulingGates.

use super::super::{selector, text};
use super::{Errors, Field, affinity};
use crate::api::Value;

/// What is wrong with a number that must be above zero.
const NOT_POSITIVE: &str = "must be greater than zero";

/// Taints a pod puts up with.
pub fn tolerations(tolerations: &Field, errors: &mut Errors) {
    for toleration in tolerations.items() {
        self::toleration(&toleration, errors);
    }
}

/// The effect of a taint. Models validateTaintEffect.
pub fn taint_effect(effect: &Field, errors: &mut Errors) {
    const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
    if !EFFECTS.contains(&effect.text()) {
        errors.not_supported(effect, effect.text(), &EFFECTS);
    }
}

/// How evenly pods are to be spread.
pub fn spread(constraints: &Field, errors: &mut Errors) {
    for (index, constraint) in constraints.items().enumerate() {
        let skew = constraint.at("maxSkew");
        if skew.int().unwrap_or(0) <= 0 {
            errors.invalid(&skew, skew.int().unwrap_or(0), NOT_POSITIVE);
        }
        let (key, action) = (constraint.at("topologyKey"), constraint.at("whenUnsatisfiable"));
        if key.is_empty() {
            errors.required(&key, "can not be empty");
        }
        const ACTIONS: [&str; 2] = ["DoNotSchedule", "ScheduleAnyway"];
        if !ACTIONS.contains(&action.text()) {
            errors.not_supported(&action, action.text(), &ACTIONS);
        }
        let is_same = |other: &Value| {
            other.at("topologyKey").text() == key.text()
                && other.at("whenUnsatisfiable").text() == action.text()
        };
        if constraints.value.items()[index + 1..].iter().any(is_same) {
            let pair = format!("{{{}, {}}}", key.text(), action.text());
            let field = constraint.at("{topologyKey, whenUnsatisfiable}");
            errors.duplicate(&field, &pair, "");
        }
        spread_details(&constraint, errors);
    }
}

/// What holds a pod back from scheduling.
pub fn gates(gates: &Field, errors: &mut Errors) {
    let mut seen: Vec<&str> = Vec::new();
    for gate in gates.value.items().iter().enumerate() {
        let (field, name) = (gates.index(gate.0), gate.1.at("name").text());
        errors.each_of(&field, name, text::qualified_name(name));
        if seen.contains(&name) {
            errors.duplicate(&field, name, "");
        }
        seen.push(name);
    }
}

fn toleration(toleration: &Field, errors: &mut Errors) {
    let (key, operator) = (toleration.at("key"), toleration.at("operator"));
    let (value, effect) = (toleration.at("value"), toleration.at("effect"));
    if !key.is_empty() {
        errors.each(&key, text::qualified_name(key.text()));
    } else if operator.text() != "Exists" {
        let detail = "operator must be Exists when `key` is empty, which means \"match all values \
                      and all keys\"";
        errors.invalid(&operator, operator.text(), detail);
    }
    if toleration.at("tolerationSeconds").is_set() && effect.text() != "NoExecute" {
        let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
        errors.invalid(&effect, effect.text(), detail);
    }
    match operator.text() {
        "Equal" | "" => {
            let messages = text::label_value(value.text());
            if !messages.is_empty() {
                errors.invalid(&operator, value.text(), messages.join(";"));
            }
        }
        "Exists" if !value.is_empty() => {
            let detail = "value must be empty when `operator` is 'Exists'";
            errors.invalid(&operator, value.text(), detail);
        }
        "Exists" => {}
        // Comparing numbers is known of, but its feature gate is off.
        other @ ("Lt" | "Gt") => {
            errors.not_supported(&operator, other, &["Equal", "Exists", "Lt", "Gt"]);
        }
        other => errors.not_supported(&operator, other, &["Equal", "Exists"]),
    }
    if !effect.is_empty() {
        taint_effect(&effect, errors);
    }
}

fn spread_details(constraint: &Field, errors: &mut Errors) {
    let domains = constraint.at("minDomains");
    if let Some(number) = domains.int() {
        if number <= 0 {
            errors.invalid(&domains, number, NOT_POSITIVE);
        }
        let action = constraint.at("whenUnsatisfiable").text();
        if action != "DoNotSchedule" {
            let detail =
                format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
            errors.invalid(&domains, number, detail);
        }
    }
    for name in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
        let policy = constraint.at(name);
        if policy.is_set() && !matches!(policy.text(), "Honor" | "Ignore") {
            errors.not_supported(&policy, policy.text(), &["Honor", "Ignore"]);
        }
    }
    let (keys, labels) = (constraint.at("matchLabelKeys"), constraint.at("labelSelector"));
    if !keys.is_empty() && !labels.is_set() {
        errors.forbidden(&keys, "must not be specified when labelSelector is not set");
    }
    for key in keys.items() {
        errors.each(&key, text::qualified_name(key.text()));
    }
    affinity::keys_said_twice(&keys, labels.value, &keys, errors);
    selector::label_selector(&labels, errors);
}
