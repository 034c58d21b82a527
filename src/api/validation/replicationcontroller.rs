//! Rules of ReplicationControllers.
//! Models pkg/apis/core/validation/validation.go ValidateReplicationController.

use super::meta::not_negative;
use super::{Errors, Field, Rules, meta, pod, replicaset, text};
use crate::api::Value;

pub(super) const RULES: Rules = Rules { create, update, status: replicaset::status };

fn create(controller: &Field, errors: &mut Errors) {
    meta::create(&controller.at("metadata"), true, text::name_is_subdomain, errors);
    spec(&controller.at("spec"), errors);
}

fn update(controller: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&controller.at("metadata"), &old.at("metadata"), errors);
    spec(&controller.at("spec"), errors);
}

fn spec(spec: &Field, errors: &mut Errors) {
    not_negative(&spec.at("minReadySeconds"), errors);
    let selector = spec.at("selector");
    if selector.is_empty() {
        errors.required(&selector, "");
    }
    not_negative(&spec.at("replicas"), errors);
    let template = spec.at("template");
    if !template.is_set() {
        return errors.required(&template, "");
    }
    let metadata = template.at("metadata");
    let labels = metadata.at("labels");
    let selects = |(key, value): (&crate::api::Str, Field)| {
        let label: &Value = labels.value.at(key);
        label.as_str() == Some(value.text())
    };
    if !selector.entries().all(selects) {
        errors.invalid(&labels, &labels, "`selector` does not match template `labels`");
    }
    pod::template(&template, errors);
    replicaset::endless(&template.at("spec"), "ReplicationController", errors);
}
