//! Rules of Events, as core/v1 has them.
//! Models pkg/apis/core/validation/events.go legacyValidateEvent.

use super::{Errors, Field, Rules, meta, text};

pub(super) const RULES: Rules = Rules { create, update, status: update };

/// How long the short texts of an event may be.
const SHORT_BYTES_MAX: usize = 128;

/// How long its message may be.
const MESSAGE_BYTES_MAX: usize = 1024;

fn create(event: &Field, errors: &mut Errors) {
    legacy(event, errors);
    meta::create(&event.at("metadata"), true, text::name_is_path_segment, errors);
}

fn update(event: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&event.at("metadata"), &old.at("metadata"), errors);
    legacy(event, errors);
}

fn legacy(event: &Field, errors: &mut Errors) {
    let involved = event.at("involvedObject");
    let namespace = event.value.at_path(&["metadata", "namespace"]);
    let about = involved.at("namespace");
    let is_new = event.at("eventTime").is_set();
    let agrees = match (is_new, about.text()) {
        (false, "") => matches!(namespace.text(), "" | "default"),
        (false, about) => about == namespace.text(),
        (true, "") => matches!(namespace.text(), "default" | "kube-system"),
        (true, _) => true,
    };
    if !agrees {
        errors.invalid(&about, about.text(), "does not match event.namespace");
    }
    if is_new {
        new_fields(event, errors);
    }
    let field = event.called("namespace", namespace);
    errors.each(&field, text::dns1123_subdomain(namespace.text()));
}

/// What events must have since they have an `eventTime`.
fn new_fields(event: &Field, errors: &mut Errors) {
    let controller = event.at("reportingComponent");
    if controller.is_empty() {
        errors.required(&controller, "");
    }
    errors.each(&controller, text::qualified_name(controller.text()));
    for name in ["reportingInstance", "action", "reason"] {
        let field = event.at(name);
        if field.is_empty() {
            errors.required(&field, "");
        }
        at_most(&field, SHORT_BYTES_MAX, errors);
    }
    at_most(&event.at("message"), MESSAGE_BYTES_MAX, errors);
}

fn at_most(field: &Field, bytes_max: usize, errors: &mut Errors) {
    if field.text().len() > bytes_max {
        errors.invalid(field, "", format!("can have at most {bytes_max} characters"));
    }
}
