//! Rules of affinity. Models pkg/apis/core/validation/validation.go validateAffinity.

use super::super::{selector, text};
use super::{Errors, Field};
use crate::api::Value;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// All affinity of a pod.
pub fn all(affinity: &Field, errors: &mut Errors) {
    if affinity.is_empty() {
        return;
    }
    node(&affinity.at("nodeAffinity"), errors);
    pods(&affinity.at("podAffinity"), errors);
    pods(&affinity.at("podAntiAffinity"), errors);
}

/// Keys of labels that are to be the same, or to differ: well-formed, and said once.
fn label_keys(term: &Field, errors: &mut Errors) {
    let (same, different) = (term.at("matchLabelKeys"), term.at("mismatchLabelKeys"));
    let selector = term.at("labelSelector");
    for keys in [&same, &different] {
        if !keys.is_empty() && !selector.is_set() {
            errors.forbidden(keys, "must not be specified when labelSelector is not set");
            continue;
        }
        for key in keys.items() {
            errors.each(&key, text::qualified_name(key.text()));
        }
    }
    // Upstream forgets the name of the list in this path.
    keys_said_twice(&same, selector.value, term, errors);
    for key in same.items() {
        if different.value.items().contains(key.value) {
            let detail = "exists in both matchLabelKeys and mismatchLabelKeys";
            errors.invalid(&key, key.text(), detail);
        }
    }
}

/// Keys whose values follow the pod's that the person's own selector names, too. The server has
/// added an expression for every key by now; one more is the person's.
pub fn keys_said_twice(keys: &Field, selector: &Value, path: &Field, errors: &mut Errors) {
    let labels = selector.at("matchLabels").as_map();
    let mut seen: Vec<&str> =
        labels.into_iter().flat_map(|labels| labels.iter()).map(|(key, _)| key.as_str()).collect();
    for expression in selector.at("matchExpressions").items() {
        let key = expression.at("key").text();
        let place = keys.value.items().iter().rposition(|other| other.text() == key);
        if let Some(index) = place.filter(|_| seen.contains(&key)) {
            let detail = "exists in both matchLabelKeys and labelSelector";
            errors.invalid(&path.index(index), key, detail);
        }
        seen.push(key);
    }
}

/// Models validateNodeAffinity.
fn node(affinity: &Field, errors: &mut Errors) {
    let required = affinity.at(REQUIRED);
    if required.is_set() {
        node_selector(&required, errors);
    }
    for preference in affinity.at(PREFERRED).items() {
        weight(&preference.at("weight"), errors);
        // A wish with impossible values does no harm, and was always let through.
        node_term(&preference.at("preference"), false, errors);
    }
}

/// Terms of which a node must meet one. Models ValidateNodeSelector.
pub fn node_selector(selector: &Field, errors: &mut Errors) {
    let terms = selector.at("nodeSelectorTerms");
    if terms.is_empty() {
        errors.required(&terms, "must have at least one node selector term");
    }
    terms.items().for_each(|term| node_term(&term, true, errors));
}

fn weight(weight: &Field, errors: &mut Errors) {
    let number = weight.int().unwrap_or(0);
    if !(1..=100).contains(&number) {
        errors.invalid(weight, number, "must be in the range 1-100");
    }
}

/// Models ValidateNodeSelectorTerm.
fn node_term(term: &Field, strict: bool, errors: &mut Errors) {
    for requirement in term.at("matchExpressions").items() {
        node_requirement(&requirement, strict, errors);
    }
    for requirement in term.at("matchFields").items() {
        node_field_requirement(&requirement, errors);
    }
}

/// Models ValidateNodeSelectorRequirement.
fn node_requirement(requirement: &Field, strict: bool, errors: &mut Errors) {
    let (operator, values) = (requirement.at("operator"), requirement.at("values"));
    match operator.text() {
        "In" | "NotIn" if values.is_empty() => {
            errors.required(&values, "must be specified when `operator` is 'In' or 'NotIn'");
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            errors.forbidden(&values, detail);
        }
        "Gt" | "Lt" if values.len() != 1 => {
            let detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
            errors.required(&values, detail);
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        other => errors.invalid(&operator, other, "not a valid selector operator"),
    }
    let key = requirement.at("key");
    errors.each(&key, text::qualified_name(key.text()));
    if strict {
        for value in values.items() {
            errors.each(&value, text::label_value(value.text()));
        }
    }
}

/// Models ValidateNodeFieldSelectorRequirement.
fn node_field_requirement(requirement: &Field, errors: &mut Errors) {
    let (operator, values) = (requirement.at("operator"), requirement.at("values"));
    match operator.text() {
        "In" | "NotIn" if values.len() != 1 => {
            let detail =
                "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
            errors.required(&values, detail);
        }
        "In" | "NotIn" => {}
        other => errors.invalid(&operator, other, "not a valid selector operator"),
    }
    let key = requirement.at("key");
    if key.text() != "metadata.name" {
        return errors.invalid(&key, key.text(), "not a valid field selector key");
    }
    for value in values.items() {
        errors.each(&value, text::dns1123_subdomain(value.text()));
    }
}

/// Models validatePodAffinity and validatePodAntiAffinity.
fn pods(affinity: &Field, errors: &mut Errors) {
    for term in affinity.at(REQUIRED).items() {
        pod_term(&term, errors);
    }
    for weighted in affinity.at(PREFERRED).items() {
        weight(&weighted.at("weight"), errors);
        pod_term(&weighted.at("podAffinityTerm"), errors);
    }
}

/// Models validatePodAffinityTerm.
fn pod_term(term: &Field, errors: &mut Errors) {
    selector::label_selector(&term.at("labelSelector"), errors);
    selector::label_selector(&term.at("namespaceSelector"), errors);
    for namespace in term.value.at("namespaces").items() {
        let field = term.called("namespace", namespace);
        errors.each(&field, text::dns1123_label(namespace.text()));
    }
    label_keys(term, errors);
    let key = term.at("topologyKey");
    if key.is_empty() {
        errors.required(&key, "can not be empty");
    }
    errors.each(&key, text::qualified_name(key.text()));
}
