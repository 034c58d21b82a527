//! Rules of PodDisruptionBudgets.
//! Models pkg/apis/policy/validation/validation.go ValidatePodDisruptionBudget.

use super::common::{at_most_all, count_or_percent, one_of_if_set};
use super::errors::Json;
use super::meta::not_negative;
use super::{Errors, Field, Rules, go, meta, selector, text};

pub(super) const RULES: Rules = Rules { create, update, status };

fn create(budget: &Field, errors: &mut Errors) {
    spec(&budget.at("spec"), errors);
    meta::create(&budget.at("metadata"), true, text::name_is_path_segment, errors);
}

fn update(budget: &Field, old: &Field, errors: &mut Errors) {
    spec(&budget.at("spec"), errors);
    meta::update(&budget.at("metadata"), &old.at("metadata"), errors);
}

fn status(budget: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&budget.at("metadata"), &old.at("metadata"), errors);
    let status = budget.at("status");
    for name in ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"] {
        not_negative(&status.at(name), errors);
    }
}

/// Models ValidatePodDisruptionBudgetSpec.
fn spec(spec: &Field, errors: &mut Errors) {
    let (least, most) = (spec.at("minAvailable"), spec.at("maxUnavailable"));
    if least.is_set() && most.is_set() {
        let shown = Json(go::compact(&go::DISRUPTION_BUDGET, spec.value));
        errors.invalid(spec, shown, "minAvailable and maxUnavailable cannot be both set");
    }
    for share in [&least, &most] {
        count_or_percent(share, errors);
        at_most_all(share, errors);
    }
    selector::label_selector(&spec.at("selector"), errors);
    let policy = spec.at("unhealthyPodEvictionPolicy");
    one_of_if_set(&policy, &["AlwaysAllow", "IfHealthyBudget"], errors);
}
