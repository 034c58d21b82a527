//! Rules of label selectors. Models apimachinery/pkg/apis/meta/v1/validation/validation.go.

use super::errors::Json;
use super::{Errors, Field, go, meta, text};
use crate::api::codec::{Codec, StrMap};
use crate::api::labels::Selector;
use crate::api::types::LabelSelector;

/// A label selector that may be absent. Models ValidateLabelSelector.
pub fn label_selector(selector: &Field, errors: &mut Errors) {
    if !selector.is_set() {
        return;
    }
    meta::labels(&selector.at("matchLabels"), errors);
    for requirement in selector.at("matchExpressions").items() {
        self::requirement(&requirement, errors);
    }
}

/// The selector of a workload and the labels of its template: the selector must be given, be
/// valid, select something and select the template. Returns whether it is a selector at all.
/// Models the common part of ValidateDeploymentSpec and ValidateReplicaSetSpec.
pub fn of_workload(selector: &Field, errors: &mut Errors) -> bool {
    if !selector.is_set() {
        errors.required(selector, "");
        return true;
    }
    let before = errors.len();
    label_selector(selector, errors);
    let valid = errors.len() == before;
    not_empty(selector, "empty selector is invalid for deployment", errors);
    if !valid {
        errors.invalid(selector, shown(selector), "invalid label selector");
    }
    valid
}

/// Requires a selector to select the pods of its own template.
pub fn selects(selector: &Field, template: &Field, errors: &mut Errors) {
    let metadata = template.at("metadata");
    let labels = metadata.at("labels");
    if misses(selector, &labels) {
        errors.invalid(&labels, &labels, "`selector` does not match template `labels`");
    }
}

/// Requires a selector that is given to say something.
pub fn not_empty(selector: &Field, detail: &str, errors: &mut Errors) {
    if selector.is_set() && is_empty(selector) {
        errors.invalid(selector, shown(selector), detail);
    }
}

/// Whether the selector leaves out `labels`. One that is empty is complained about elsewhere; one
/// that is absent selects nothing.
pub fn misses(selector: &Field, labels: &Field) -> bool {
    if !selector.is_set() {
        return true;
    }
    let selector = Selector::from(&LabelSelector::load(selector.value));
    !selector.is_everything() && !selector.matches(&StrMap::load(labels.value))
}

/// The selector as complaints show it.
pub fn shown(selector: &Field) -> Json {
    Json(go::compact(&go::LABEL_SELECTOR, selector.value))
}

fn is_empty(selector: &Field) -> bool {
    selector.at("matchLabels").is_empty() && selector.at("matchExpressions").is_empty()
}

/// Models ValidateLabelSelectorRequirement.
fn requirement(requirement: &Field, errors: &mut Errors) {
    let (operator, values) = (requirement.at("operator"), requirement.at("values"));
    match operator.text() {
        "In" | "NotIn" if values.is_empty() => {
            errors.required(&values, "must be specified when `operator` is 'In' or 'NotIn'");
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            errors.forbidden(&values, detail);
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        other => errors.invalid(&operator, other, "not a valid selector operator"),
    }
    let key = requirement.at("key");
    errors.each(&key, text::qualified_name(key.text()));
    for value in values.items() {
        errors.each(&value, text::label_value(value.text()));
    }
}
