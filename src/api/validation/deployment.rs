//! Rules of Deployments. Models pkg/apis/apps/validation/validation.go ValidateDeployment.

use super::common::{at_most_all, count_or_percent, number};
use super::errors::Json;
use super::meta::not_negative;
use super::{Errors, Field, Rules, go, meta, replicaset, selector, text};

pub(super) const RULES: Rules = Rules { create, update, status };

fn create(deployment: &Field, errors: &mut Errors) {
    meta::create(&deployment.at("metadata"), true, text::name_is_subdomain, errors);
    spec(&deployment.at("spec"), errors);
}

/// Models ValidateDeploymentUpdate and what the strategy adds to it.
fn update(deployment: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&deployment.at("metadata"), &old.at("metadata"), errors);
    spec(&deployment.at("spec"), errors);
    replicaset::fixed_selector(deployment, old, errors);
}

/// Models ValidateDeploymentStatusUpdate.
fn status(deployment: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&deployment.at("metadata"), &old.at("metadata"), errors);
    let status = deployment.at("status");
    const COUNTS: [&str; 6] = [
        "observedGeneration",
        "replicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
        "unavailableReplicas",
    ];
    COUNTS.iter().for_each(|name| not_negative(&status.at(name), errors));
    not_negative(&status.at("terminatingReplicas"), errors);
    not_negative(&status.at("collisionCount"), errors);
    let count = |name| status.at(name).int().unwrap_or(0);
    for name in ["updatedReplicas", "readyReplicas", "availableReplicas"] {
        if count(name) > count("replicas") {
            let field = status.at(name);
            errors.invalid(&field, count(name), "cannot be greater than status.replicas");
        }
    }
    if count("availableReplicas") > count("readyReplicas") {
        let field = status.at("availableReplicas");
        errors.invalid(&field, count("availableReplicas"), "cannot be greater than readyReplicas");
    }
    let collisions = status.at("collisionCount");
    let before = old.value.at_path(&["status", "collisionCount"]).as_int();
    if before.is_some_and(|before| collisions.int().is_none_or(|now| now < before)) {
        errors.invalid(&collisions, &collisions, "cannot be decremented");
    }
}

/// Models ValidateDeploymentSpec.
fn spec(spec: &Field, errors: &mut Errors) {
    not_negative(&spec.at("replicas"), errors);
    if selector::of_workload(&spec.at("selector"), errors) {
        replicaset::template(spec, errors);
    }
    strategy(&spec.at("strategy"), errors);
    not_negative(&spec.at("minReadySeconds"), errors);
    not_negative(&spec.at("revisionHistoryLimit"), errors);
    let deadline = spec.at("progressDeadlineSeconds");
    if let Some(seconds) = deadline.int() {
        not_negative(&deadline, errors);
        if seconds <= spec.at("minReadySeconds").int().unwrap_or(0) {
            errors.invalid(&deadline, seconds, "must be greater than minReadySeconds");
        }
    }
}

/// Models ValidateDeploymentStrategy.
fn strategy(strategy: &Field, errors: &mut Errors) {
    let rolling = strategy.at("rollingUpdate");
    match strategy.at("type").text() {
        "Recreate" => {
            if rolling.is_set() {
                let detail = "may not be specified when strategy `type` is 'Recreate'";
                errors.forbidden(&rolling, detail);
            }
        }
        "RollingUpdate" if !rolling.is_set() => {
            errors.required(&rolling, "this should be defaulted and never be nil");
        }
        "RollingUpdate" => rolling_update(&rolling, errors),
        _ => {
            let shown = Json(go::compact(&go::DEPLOYMENT_STRATEGY, strategy.value));
            errors.not_supported(strategy, shown, &["Recreate", "RollingUpdate"]);
        }
    }
}

/// Models ValidateRollingUpdateDeployment.
fn rolling_update(rolling: &Field, errors: &mut Errors) {
    let (unavailable, surge) = (rolling.at("maxUnavailable"), rolling.at("maxSurge"));
    count_or_percent(&unavailable, errors);
    count_or_percent(&surge, errors);
    if number(unavailable.value) == 0 && number(surge.value) == 0 {
        errors.invalid(&unavailable, &unavailable, "may not be 0 when `maxSurge` is 0");
    }
    at_most_all(&unavailable, errors);
}
