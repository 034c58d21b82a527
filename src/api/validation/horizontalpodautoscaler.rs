//! Rules of HorizontalPodAutoscalers.
//! Models pkg/apis/autoscaling/validation/validation.go ValidateHorizontalPodAutoscaler.

use super::common::{one_of, path_segment, positive_amount};
use super::meta::not_negative;
use super::{Errors, Field, Rules, meta, text};

pub(super) const RULES: Rules = Rules { create, update, status };

/// The sources of metrics: their types, and the fields that hold them.
const SOURCES: [(&str, &str); 5] = [
    ("ContainerResource", "containerResource"),
    ("External", "external"),
    ("Object", "object"),
    ("Pods", "pods"),
    ("Resource", "resource"),
];

/// How long the past may count, and how long the period of a policy may be, in seconds.
const WINDOW_MAX: i64 = 3600;
const PERIOD_MAX: i64 = 1800;

const BOTH_TARGETS: &str = "may not set both a target raw value and a target utilization";
const NO_TARGET: &str = "must set either a target raw value or a target utilization";

fn create(autoscaler: &Field, errors: &mut Errors) {
    meta::create(&autoscaler.at("metadata"), true, text::name_is_subdomain, errors);
    spec(&autoscaler.at("spec"), errors);
}

fn update(autoscaler: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&autoscaler.at("metadata"), &old.at("metadata"), errors);
    spec(&autoscaler.at("spec"), errors);
}

fn status(autoscaler: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&autoscaler.at("metadata"), &old.at("metadata"), errors);
    let status = autoscaler.at("status");
    not_negative(&status.at("currentReplicas"), errors);
    not_negative(&status.at("desiredReplicas"), errors);
}

/// Models validateHorizontalPodAutoscalerSpec.
fn spec(spec: &Field, errors: &mut Errors) {
    let (least, most) = (spec.at("minReplicas"), spec.at("maxReplicas"));
    let replicas_max = most.int().unwrap_or(0);
    if let Some(number) = least.int().filter(|number| *number < 1) {
        errors.invalid(&least, number, "must be greater than or equal to 1");
    }
    if replicas_max < 1 {
        errors.required(&most, "must be set and greater than 0");
    }
    if least.int().is_some_and(|number| replicas_max < number) {
        errors.invalid(&most, replicas_max, "must be greater than or equal to `minReplicas`");
    }
    reference(&spec.at("scaleTargetRef"), errors);
    let metrics = spec.at("metrics");
    metrics.items().for_each(|metric| self::metric(&metric, errors));
    let is_outside = |metric: Field| ["Object", "External"].contains(&metric.at("type").text());
    if least.int() == Some(0) && !metrics.items().any(is_outside) {
        let detail = "must specify at least one Object or External metric to support scaling to \
                      zero replicas";
        errors.forbidden(&metrics, detail);
    }
    let behavior = spec.at("behavior");
    for direction in ["scaleUp", "scaleDown"] {
        let rules = behavior.at(direction);
        if rules.is_set() {
            self::rules(&rules, errors);
        }
    }
}

/// Models ValidateCrossVersionObjectReference.
fn reference(reference: &Field, errors: &mut Errors) {
    path_segment(&reference.at("kind"), errors);
    path_segment(&reference.at("name"), errors);
    let version = reference.at("apiVersion");
    let is_core = reference.at("kind").text() == "ReplicationController";
    if version.is_empty() && !is_core {
        errors.invalid(&version, "", "apiVersion must specify API group");
    }
}

/// Models validateMetricSpec.
fn metric(metric: &Field, errors: &mut Errors) {
    let kind = metric.at("type");
    if kind.is_empty() {
        errors.required(&kind, "must specify a metric source type");
    }
    one_of(&kind, &SOURCES.map(|(kind, _)| kind), errors);
    let expected = SOURCES.iter().find(|(name, _)| *name == kind.text()).map(|(_, field)| *field);
    let present = SOURCES.iter().map(|(_, field)| *field).filter(|name| metric.at(name).is_set());
    let present: Vec<&str> = present.collect();
    if let Some(first) = present.first() {
        source(first, &metric.at(first), errors);
    }
    if let Some(expected) = expected.filter(|name| !present.contains(name)) {
        let detail = "must populate information for the given metric source";
        errors.required(&metric.at(expected), detail);
    }
    if present.len() > 1 {
        for name in present.into_iter().filter(|name| Some(*name) != expected) {
            errors.forbidden(&metric.at(name), "must populate the given metric source only");
        }
    }
}

/// Models validateObjectSource and its siblings.
fn source(kind: &str, source: &Field, errors: &mut Errors) {
    let target = source.at("target");
    let (value, average) = (target.at("value"), target.at("averageValue"));
    let utilization = target.at("averageUtilization");
    if kind == "object" {
        reference(&source.at("describedObject"), errors);
    }
    if kind.ends_with("esource") {
        let name = source.at("name");
        if name.is_empty() {
            errors.required(&name, "must specify a resource name");
        }
        let container = source.at("container");
        if kind == "containerResource" && container.is_empty() {
            errors.required(&container, "must specify a container");
        }
    } else {
        let identifier = source.at("metric");
        let name = identifier.at("name");
        match name.is_empty() {
            true => errors.required(&name, "must specify a metric name"),
            false => path_segment(&name, errors),
        }
    }
    self::target(&target, errors);
    match kind {
        "object" if !value.is_set() && !average.is_set() => {
            errors.required(&average, "must set either a target value or averageValue");
        }
        "pods" if !average.is_set() => {
            errors.required(&average, "must specify a positive target averageValue");
        }
        "external" if !value.is_set() && !average.is_set() => {
            let detail = "must set either a target value for metric or a per-pod target";
            errors.required(&average, detail);
        }
        "external" if value.is_set() && average.is_set() => {
            let detail = "may not set both a target value for metric and a per-pod target";
            errors.forbidden(&value, detail);
        }
        "resource" | "containerResource" => match (utilization.is_set(), average.is_set()) {
            (false, false) => errors.required(&utilization, NO_TARGET),
            (true, true) => errors.forbidden(&average, BOTH_TARGETS),
            _ => {}
        },
        _ => {}
    }
}

/// Models validateMetricTarget.
fn target(target: &Field, errors: &mut Errors) {
    let kind = target.at("type");
    match kind.text() {
        "Utilization" | "Value" | "AverageValue" => {}
        "" => errors.required(&kind, "must specify a metric target type"),
        other => {
            errors.invalid(&kind, other, "must be either Utilization, Value, or AverageValue");
        }
    }
    positive_amount(&target.at("value"), "must be positive", errors);
    positive_amount(&target.at("averageValue"), "must be positive", errors);
    let utilization = target.at("averageUtilization");
    if let Some(share) = utilization.int().filter(|share| *share < 1) {
        errors.invalid(&utilization, share, "must be greater than 0");
    }
}

/// Models validateScalingRules.
fn rules(rules: &Field, errors: &mut Errors) {
    let window = rules.at("stabilizationWindowSeconds");
    match window.int() {
        Some(seconds) if seconds < 0 => {
            errors.invalid(&window, seconds, "must be greater than or equal to zero");
        }
        Some(seconds) if seconds > WINDOW_MAX => {
            let detail = format!("must be less than or equal to {WINDOW_MAX}");
            errors.invalid(&window, seconds, detail);
        }
        _ => {}
    }
    let select = rules.at("selectPolicy");
    if select.is_set() {
        one_of(&select, &["Disabled", "Max", "Min"], errors);
    }
    let policies = rules.at("policies");
    if policies.is_empty() {
        errors.required(&policies, "must specify at least one Policy");
    }
    for policy in policies.items() {
        one_of(&policy.at("type"), &["Percent", "Pods"], errors);
        for name in ["value", "periodSeconds"] {
            let field = policy.at(name);
            let number = field.int().unwrap_or(0);
            if number <= 0 {
                errors.invalid(&field, number, "must be greater than zero");
            }
            if name == "periodSeconds" && number > PERIOD_MAX {
                let detail = format!("must be less than or equal to {PERIOD_MAX}");
                errors.invalid(&field, number, detail);
            }
        }
    }
}
