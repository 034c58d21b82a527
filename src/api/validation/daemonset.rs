//! Rules of DaemonSets. Models pkg/apis/apps/validation/validation.go ValidateDaemonSet.

use super::common::{at_most_all, count_or_percent, number};
use super::errors::Json;
use super::meta::not_negative;
use super::{Errors, Field, Rules, go, meta, pod, replicaset, selector, text};

pub(super) const RULES: Rules = Rules { create, update, status };

fn create(set: &Field, errors: &mut Errors) {
    meta::create(&set.at("metadata"), true, text::name_is_subdomain, errors);
    spec(&set.at("spec"), errors);
}

fn update(set: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&set.at("metadata"), &old.at("metadata"), errors);
    replicaset::fixed_selector(set, old, errors);
    spec(&set.at("spec"), errors);
}

/// Models ValidateDaemonSetStatusUpdate.
fn status(set: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&set.at("metadata"), &old.at("metadata"), errors);
    let status = set.at("status");
    const COUNTS: [&str; 9] = [
        "currentNumberScheduled",
        "numberMisscheduled",
        "desiredNumberScheduled",
        "numberReady",
        "observedGeneration",
        "updatedNumberScheduled",
        "numberAvailable",
        "numberUnavailable",
        "collisionCount",
    ];
    COUNTS.iter().for_each(|name| not_negative(&status.at(name), errors));
}

/// Models ValidateDaemonSetSpec.
fn spec(spec: &Field, errors: &mut Errors) {
    let (selector, template) = (spec.at("selector"), spec.at("template"));
    selector::label_selector(&selector, errors);
    selector::selects(&selector, &template, errors);
    selector::not_empty(&selector, "empty selector is invalid for daemonset", errors);
    pod::template(&template, errors);
    replicaset::endless(&template.at("spec"), "DaemonSet", errors);
    not_negative(&spec.at("minReadySeconds"), errors);
    strategy(&spec.at("updateStrategy"), errors);
    not_negative(&spec.at("revisionHistoryLimit"), errors);
}

/// Models ValidateDaemonSetUpdateStrategy.
fn strategy(strategy: &Field, errors: &mut Errors) {
    let rolling = strategy.at("rollingUpdate");
    match strategy.at("type").text() {
        "OnDelete" => {}
        "RollingUpdate" if !rolling.is_set() => errors.required(&rolling, ""),
        "RollingUpdate" => rolling_update(&rolling, errors),
        _ => {
            let shown = Json(go::compact(&go::DAEMON_SET_STRATEGY, strategy.value));
            errors.not_supported(strategy, shown, &["RollingUpdate", "OnDelete"]);
        }
    }
}

/// Models ValidateRollingUpdateDaemonSet.
fn rolling_update(rolling: &Field, errors: &mut Errors) {
    let (unavailable, surge) = (rolling.at("maxUnavailable"), rolling.at("maxSurge"));
    for field in [&unavailable, &surge] {
        count_or_percent(field, errors);
    }
    for field in [&unavailable, &surge] {
        at_most_all(field, errors);
    }
    match (number(unavailable.value) != 0, number(surge.value) != 0) {
        (true, true) => {
            errors.invalid(&surge, &surge, "may not be set when maxUnavailable is non-zero");
        }
        (false, false) => errors.required(&unavailable, "cannot be 0 when maxSurge is 0"),
        _ => {}
    }
}
