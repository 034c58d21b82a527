//! Rules of StatefulSets. Models pkg/apis/apps/validation/validation.go ValidateStatefulSet.

use super::common::{at_most_all, count_or_percent, number, one_of};
use super::errors::Json;
use super::meta::not_negative;
use super::{Errors, Field, Rules, go, meta, pod, replicaset, selector, semantically_equal, text};
use crate::api::{Fields, Value};

pub(super) const RULES: Rules = Rules { create, update, status };

fn create(set: &Field, errors: &mut Errors) {
    meta::create(&set.at("metadata"), true, text::name_is_subdomain, errors);
    spec(&set.at("spec"), errors);
}

/// What may be changed of a spec.
const CHANGEABLE: [&str; 7] = [
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
];

/// Models ValidateStatefulSetUpdate.
fn update(set: &Field, old: &Field, errors: &mut Errors) {
    spec(&set.at("spec"), errors);
    meta::update(&set.at("metadata"), &old.at("metadata"), errors);
    let fixed = |spec: &Value| {
        let fields = spec.as_map().into_iter().flat_map(Fields::iter);
        let fixed = fields.filter(|(name, _)| !CHANGEABLE.contains(&name.as_str()));
        Value::from(fixed.map(|(name, value)| (name.clone(), value.clone())).collect::<Fields>())
    };
    let spec = set.at("spec");
    if !semantically_equal(&fixed(spec.value), &fixed(old.value.at("spec"))) {
        let detail = "updates to statefulset spec for fields other than 'replicas', 'ordinals', \
                      'template', 'updateStrategy', 'revisionHistoryLimit', \
                      'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
        errors.forbidden(&spec, detail);
    }
}

/// Models ValidateStatefulSetStatusUpdate.
fn status(set: &Field, old: &Field, errors: &mut Errors) {
    let status = set.at("status");
    const COUNTS: [&str; 7] = [
        "replicas",
        "readyReplicas",
        "currentReplicas",
        "updatedReplicas",
        "availableReplicas",
        "observedGeneration",
        "collisionCount",
    ];
    COUNTS.iter().for_each(|name| not_negative(&status.at(name), errors));
    let count = |name| status.at(name).int().unwrap_or(0);
    for name in ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"] {
        if count(name) > count("replicas") {
            let field = status.at(name);
            errors.invalid(&field, count(name), "cannot be greater than status.replicas");
        }
    }
    meta::update(&set.at("metadata"), &old.at("metadata"), errors);
}

/// Models ValidateStatefulSetSpec.
fn spec(spec: &Field, errors: &mut Errors) {
    let policy = spec.at("podManagementPolicy");
    match policy.text() {
        "OrderedReady" | "Parallel" => {}
        "" => errors.required(&policy, ""),
        other => errors.invalid(&policy, other, "must be 'OrderedReady' or 'Parallel'"),
    }
    strategy(&spec.at("updateStrategy"), errors);
    let retention = spec.at("persistentVolumeClaimRetentionPolicy");
    for moment in ["whenDeleted", "whenScaled"] {
        one_of(&retention.at(moment), &["Delete", "Retain"], errors);
    }
    not_negative(&spec.at("replicas"), errors);
    not_negative(&spec.at("minReadySeconds"), errors);
    not_negative(&spec.at("ordinals").at("start"), errors);
    let (selector, template) = (spec.at("selector"), spec.at("template"));
    if !selector.is_set() {
        errors.required(&selector, "");
    }
    let before = errors.len();
    selector::label_selector(&selector, errors);
    let is_selector = errors.len() == before;
    selector::not_empty(&selector, "empty selector is invalid for statefulset", errors);
    if is_selector {
        selector::selects(&selector, &template, errors);
        pod::template_metadata(&template, errors);
    } else {
        errors.invalid(&selector, selector::shown(&selector), "");
    }
    replicaset::endless(&template.at("spec"), "StatefulSet", errors);
}

fn strategy(strategy: &Field, errors: &mut Errors) {
    let rolling = strategy.at("rollingUpdate");
    match strategy.at("type").text() {
        "" => errors.required(strategy, ""),
        "OnDelete" if rolling.is_set() => {
            let shown = Json(go::compact(&go::ROLLING_STATEFUL_SET, rolling.value));
            errors.invalid(&rolling, shown, "only allowed for updateStrategy 'RollingUpdate'");
        }
        "OnDelete" => {}
        "RollingUpdate" => {
            not_negative(&rolling.at("partition"), errors);
            let unavailable = rolling.at("maxUnavailable");
            if unavailable.is_set() {
                count_or_percent(&unavailable, errors);
                if number(unavailable.value) == 0 {
                    errors.invalid(&unavailable, &unavailable, "cannot be 0");
                }
                at_most_all(&unavailable, errors);
            }
        }
        _ => {
            let shown = Json(go::compact(&go::STATEFUL_SET_STRATEGY, strategy.value));
            errors.invalid(strategy, shown, "must be 'RollingUpdate' or 'OnDelete'");
        }
    }
}
