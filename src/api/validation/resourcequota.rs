//! Rules of ResourceQuotas. Models pkg/apis/core/validation/validation.go ValidateResourceQuota.

use super::errors::Json;
use super::{Errors, Field, Rules, go, meta, quantity, text};
use crate::api::Value;

pub(super) const RULES: Rules = Rules { create, update, status };

const SCOPES: [&str; 7] = [
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
];

fn create(quota: &Field, errors: &mut Errors) {
    meta::create(&quota.at("metadata"), true, text::name_is_subdomain, errors);
    spec(&quota.at("spec"), errors);
    amounts(&quota.at("status"), &["hard", "used"], errors);
}

fn update(quota: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&quota.at("metadata"), &old.at("metadata"), errors);
    let quota_spec = quota.at("spec");
    spec(&quota_spec, errors);
    let sorted = |spec: &Value| {
        let mut scopes: Vec<_> =
            spec.at("scopes").items().iter().map(|scope| scope.text().to_owned()).collect();
        scopes.sort();
        scopes.dedup();
        scopes
    };
    if sorted(quota_spec.value) != sorted(old.value.at("spec")) {
        let scopes = quota_spec.at("scopes");
        errors.invalid(&scopes, &scopes, meta::IMMUTABLE);
    }
}

fn status(quota: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&quota.at("metadata"), &old.at("metadata"), errors);
    amounts(&quota.at("status"), &["hard", "used"], errors);
}

/// Models ValidateResourceQuotaSpec.
fn spec(spec: &Field, errors: &mut Errors) {
    amounts(spec, &["hard"], errors);
    let hard = spec.value.at("hard");
    let scopes = spec.at("scopes");
    let names: Vec<&str> = scopes.value.items().iter().map(Value::text).collect();
    for scope in &names {
        if !SCOPES.contains(scope) {
            errors.invalid(&scopes, &scopes, "unsupported scope");
        }
        for _ in out_of_scope(scope, hard) {
            errors.invalid(&scopes, &scopes, "unsupported scope applied to resource");
        }
    }
    conflicting(&names, &scopes, &scopes, errors);
    let selector = spec.at("scopeSelector");
    if selector.is_set() {
        scope_selector(&selector, hard, &scopes, errors);
    }
}

fn amounts(holder: &Field, lists: &[&str], errors: &mut Errors) {
    for list in lists {
        for (name, field) in holder.at(list).entries() {
            quantity::quota_resource_name(&field, name, errors);
            quantity::resource_amount(&field, name, errors);
        }
    }
}

/// The resources of a quota that mean nothing in a scope.
/// Models helper.IsResourceQuotaScopeValidForResource.
fn out_of_scope<'a>(scope: &'a str, hard: &'a Value) -> impl Iterator<Item = &'a str> {
    let compute =
        ["cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];
    let fits = move |name: &str| match scope {
        "BestEffort" => name == "pods",
        "VolumeAttributesClass" => matches!(name, "persistentvolumeclaims" | "requests.storage"),
        _ if SCOPES.contains(&scope) => name == "pods" || compute.contains(&name),
        _ => true,
    };
    let names = hard.as_map().into_iter().flat_map(|map| map.iter()).map(|(name, _)| name.as_str());
    names.filter(move |name| quantity::is_standard_quota(name) && !fits(name))
}

fn conflicting(names: &[&str], at: &Field, shown: &Field, errors: &mut Errors) {
    for pair in [["BestEffort", "NotBestEffort"], ["NotTerminating", "Terminating"]] {
        if pair.iter().all(|scope| names.contains(scope)) {
            errors.invalid(at, shown, "conflicting scopes");
        }
    }
}

/// Models validateScopedResourceSelectorRequirement; the complaints carry no index.
fn scope_selector(selector: &Field, hard: &Value, scopes: &Field, errors: &mut Errors) {
    let list = selector.at("matchExpressions");
    let mut names = Vec::new();
    for expression in list.value.items() {
        let part = |name| list.called(name, expression.at(name));
        let (scope, operator, values) = (part("scopeName"), part("operator"), part("values"));
        if !SCOPES.contains(&scope.text()) {
            errors.invalid(&scope, scope.text(), "unsupported scope");
        }
        for _ in out_of_scope(scope.text(), hard) {
            let shown = Json(go::compact(&go::SCOPE_SELECTOR, selector.value));
            errors.invalid(&list, shown, "unsupported scope applied to resource");
        }
        let exists_only = SCOPES[..4].contains(&scope.text()) || scope.text() == SCOPES[5];
        if exists_only && operator.text() != "Exists" {
            let detail = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, \
                          ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, \
                          ResourceQuotaScopeNotBestEffort or \
                          ResourceQuotaScopeCrossNamespacePodAffinity";
            errors.invalid(&operator, operator.text(), detail);
        }
        match operator.text() {
            "In" | "NotIn" if values.is_empty() => {
                let detail = "must be at least one value when `operator` is 'In' or 'NotIn' for \
                              scope selector";
                errors.required(&values, detail);
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                let detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for \
                              scope selector";
                errors.invalid(&values, &values, detail);
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            other => errors.invalid(&operator, other, "not a valid selector operator"),
        }
        names.push(expression.at("scopeName").text());
    }
    conflicting(&names, &list, scopes, errors);
}
