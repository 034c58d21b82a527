//! Rules of Leases. Models pkg/apis/coordination/validation/validation.go ValidateLease.

use super::{Errors, Field, Rules, meta, text};

pub(super) const RULES: Rules = Rules { create, update, status: update };

fn create(lease: &Field, errors: &mut Errors) {
    meta::create(&lease.at("metadata"), true, text::name_is_subdomain, errors);
    spec(&lease.at("spec"), errors);
}

fn update(lease: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&lease.at("metadata"), &old.at("metadata"), errors);
    spec(&lease.at("spec"), errors);
}

/// Models ValidateLeaseSpec.
fn spec(spec: &Field, errors: &mut Errors) {
    let duration = spec.at("leaseDurationSeconds");
    if let Some(seconds) = duration.int().filter(|seconds| *seconds <= 0) {
        errors.invalid(&duration, seconds, "must be greater than 0");
    }
    meta::not_negative(&spec.at("leaseTransitions"), errors);
    let strategy = spec.at("strategy");
    if strategy.is_set() {
        let field = strategy.at("strategy");
        let name = strategy.text();
        if name.contains('/') {
            errors.each_of(&field, name, text::qualified_name(name));
        } else if name != "OldestEmulationVersion" {
            errors.not_supported(&field, name, &["OldestEmulationVersion"]);
        }
    }
    let holder = spec.at("preferredHolder");
    if !holder.is_empty() && strategy.is_empty() {
        errors.forbidden(&holder, "may only be specified if `strategy` is defined");
    }
}
