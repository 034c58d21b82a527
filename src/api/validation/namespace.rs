//! Rules of Namespaces. Models pkg/apis/core/validation/validation.go ValidateNamespace.

use super::{Errors, Field, Rules, meta, text};

pub(super) const RULES: Rules = Rules { create, update, status };

fn create(namespace: &Field, errors: &mut Errors) {
    meta::create(&namespace.at("metadata"), false, text::name_is_label, errors);
    let spec = namespace.at("spec");
    let finalizers = spec.at("finalizers");
    for finalizer in finalizers.value.items() {
        meta::finalizer(&finalizers, finalizer.text(), errors);
    }
}

fn update(namespace: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&namespace.at("metadata"), &old.at("metadata"), errors);
}

/// A namespace is going if and only if it is being deleted.
/// Models ValidateNamespaceStatusUpdate.
fn status(namespace: &Field, old: &Field, errors: &mut Errors) {
    let metadata = namespace.at("metadata");
    meta::update(&metadata, &old.at("metadata"), errors);
    let status = namespace.at("status");
    let phase = status.called("Phase", status.value.at("phase"));
    let (expected, when) = match metadata.at("deletionTimestamp").is_set() {
        false => ("Active", "empty"),
        true => ("Terminating", "not empty"),
    };
    if phase.text() != expected {
        let detail = format!("may only be '{expected}' if `deletionTimestamp` is {when}");
        errors.invalid(&phase, phase.text(), detail);
    }
}
