//! Rules of ReplicaSets, and of the template they share with Deployments.
//! Models pkg/apis/apps/validation/validation.go ValidateReplicaSet.

use super::meta::not_negative;
use super::{Errors, Field, Rules, meta, pod, selector, semantically_equal, text};

pub(super) const RULES: Rules = Rules { create, update, status };

fn create(set: &Field, errors: &mut Errors) {
    meta::create(&set.at("metadata"), true, text::name_is_subdomain, errors);
    spec(&set.at("spec"), errors);
}

fn update(set: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&set.at("metadata"), &old.at("metadata"), errors);
    spec(&set.at("spec"), errors);
    fixed_selector(set, old, errors);
}

/// Models ValidateReplicaSetStatus, which ReplicationControllers share.
pub(super) fn status(set: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&set.at("metadata"), &old.at("metadata"), errors);
    let status = set.at("status");
    const COUNTS: [&str; 5] = [
        "replicas",
        "fullyLabeledReplicas",
        "readyReplicas",
        "availableReplicas",
        "observedGeneration",
    ];
    COUNTS.iter().for_each(|name| not_negative(&status.at(name), errors));
    not_negative(&status.at("terminatingReplicas"), errors);
    let count = |name| status.at(name).int().unwrap_or(0);
    for name in ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"] {
        if count(name) > count("replicas") {
            let field = status.at(name);
            errors.invalid(&field, count(name), "cannot be greater than status.replicas");
        }
    }
    if count("availableReplicas") > count("readyReplicas") {
        let field = status.at("availableReplicas");
        errors.invalid(&field, count("availableReplicas"), "cannot be greater than readyReplicas");
    }
}

/// A selector cannot change: pods would be forgotten.
pub(super) fn fixed_selector(object: &Field, old: &Field, errors: &mut Errors) {
    let spec = object.at("spec");
    let selector = spec.at("selector");
    if !semantically_equal(selector.value, old.value.at_path(&["spec", "selector"])) {
        errors.invalid(&selector, selector::shown(&selector), meta::IMMUTABLE);
    }
}

/// The template of pods that are kept up for ever. Models ValidatePodTemplateSpecForReplicaSet.
pub(super) fn template(spec: &Field, errors: &mut Errors) {
    let template = spec.at("template");
    selector::selects(&spec.at("selector"), &template, errors);
    pod::template(&template, errors);
    endless(&template.at("spec"), "ReplicaSet", errors);
}

/// Pods that are kept up for ever start again and have no deadline.
pub(super) fn endless(spec: &Field, owner: &str, errors: &mut Errors) {
    let policy = spec.at("restartPolicy");
    if policy.text() != "Always" {
        errors.not_supported(&policy, policy.text(), &["Always"]);
    }
    let deadline = spec.at("activeDeadlineSeconds");
    if deadline.is_set() {
        let detail = format!("activeDeadlineSeconds in {owner} is not Supported");
        errors.forbidden(&deadline, &detail);
    }
}

/// Models ValidateReplicaSetSpec.
fn spec(spec: &Field, errors: &mut Errors) {
    not_negative(&spec.at("replicas"), errors);
    not_negative(&spec.at("minReadySeconds"), errors);
    if selector::of_workload(&spec.at("selector"), errors) {
        template(spec, errors);
    }
}
