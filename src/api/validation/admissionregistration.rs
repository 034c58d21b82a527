//! Rules of webhooks and of admission policies, as far as they need no expressions to be compiled.
//! Models pkg/apis/admissionregistration/validation/validation.go.

use super::common::{needs, one_of, one_of_if_set, path_segment};
use super::{Errors, Field, Rules, meta, selector, text};

/// Rules of configurations of webhooks.
pub(super) const WEBHOOK_RULES: Rules =
    Rules { create: webhooks, update: update_webhooks, status: update_webhooks };
/// Rules of policies.
pub(super) const POLICY_RULES: Rules =
    Rules { create: policy, update: update_policy, status: update_policy };
/// Rules of bindings of policies.
pub(super) const BINDING_RULES: Rules =
    Rules { create: binding, update: update_binding, status: update_binding };

const OPERATIONS: [&str; 5] = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
/// How long a webhook may take to answer, in seconds.
const TIMEOUT_MAX: i64 = 30;

fn webhooks(configuration: &Field, errors: &mut Errors) {
    meta::create(&configuration.at("metadata"), false, text::name_is_subdomain, errors);
    let mut seen: Vec<String> = Vec::new();
    for webhook in configuration.at("webhooks").items() {
        let name = webhook.at("name");
        self::webhook(&webhook, errors);
        let versions = webhook.at("admissionReviewVersions");
        let known = |version: &crate::api::Value| matches!(version.text(), "v1" | "v1beta1");
        if versions.is_empty() {
            let detail = "must specify one of v1, v1beta1";
            errors.required(&versions, detail);
        } else if !versions.value.items().iter().any(known) {
            let detail = "must include at least one of v1, v1beta1";
            errors.invalid(&versions, &versions, detail);
        }
        if seen.iter().any(|other| other == name.text()) {
            errors.duplicate(&name, name.text(), "");
        }
        seen.push(name.text().to_owned());
    }
}

fn update_webhooks(configuration: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&configuration.at("metadata"), &old.at("metadata"), errors);
    webhooks(configuration, errors);
}

/// Models validateValidatingWebhook and validateMutatingWebhook.
fn webhook(webhook: &Field, errors: &mut Errors) {
    qualified(&webhook.at("name"), errors);
    webhook.at("rules").items().for_each(|rule| self::rule(&rule, errors));
    one_of_if_set(&webhook.at("failurePolicy"), &["Fail", "Ignore"], errors);
    one_of_if_set(&webhook.at("matchPolicy"), &["Equivalent", "Exact"], errors);
    let effects = webhook.at("sideEffects");
    match effects.is_empty() {
        true => errors.required(&effects, "must specify one of None, NoneOnDryRun"),
        false => one_of(&effects, &["None", "NoneOnDryRun"], errors),
    }
    let timeout = webhook.at("timeoutSeconds");
    if let Some(seconds) = timeout.int().filter(|seconds| !(1..=TIMEOUT_MAX).contains(seconds)) {
        let detail = format!("the timeout value must be between 1 and {TIMEOUT_MAX} seconds");
        errors.invalid(&timeout, seconds, detail);
    }
    selector::label_selector(&webhook.at("namespaceSelector"), errors);
    selector::label_selector(&webhook.at("objectSelector"), errors);
    let client = webhook.at("clientConfig");
    if client.at("url").is_set() == client.at("service").is_set() {
        errors.required(&client, "exactly one of url or service is required");
    } else if client.at("service").is_set() {
        needs(&client.at("service"), &["name", "namespace"], errors);
    }
    one_of_if_set(&webhook.at("reinvocationPolicy"), &["IfNeeded", "Never"], errors);
}

/// Models IsFullyQualifiedName.
fn qualified(name: &Field, errors: &mut Errors) {
    if name.is_empty() {
        return errors.required(name, "");
    }
    let messages = text::dns1123_subdomain(name.text());
    if !messages.is_empty() {
        return errors.each(name, messages);
    }
    if name.text().split('.').count() < 3 {
        let detail = "should be a domain with at least three segments separated by dots";
        errors.invalid(name, name.text(), detail);
    }
}

/// Models validateRuleWithOperations.
fn rule(rule: &Field, errors: &mut Errors) {
    needs(rule, &["operations"], errors);
    for operation in rule.at("operations").items() {
        one_of(&operation, &OPERATIONS, errors);
    }
    needs(rule, &["apiGroups", "apiVersions", "resources"], errors);
    one_of_if_set(&rule.at("scope"), &["*", "Cluster", "Namespaced"], errors);
}

/// Models validateValidatingAdmissionPolicySpec.
fn policy(policy: &Field, errors: &mut Errors) {
    meta::create(&policy.at("metadata"), false, text::name_is_subdomain, errors);
    let spec = policy.at("spec");
    one_of_if_set(&spec.at("failurePolicy"), &["Fail", "Ignore"], errors);
    let parameters = spec.at("paramKind");
    if parameters.is_set() {
        needs(&parameters, &["apiVersion", "kind"], errors);
    }
    let constraints = spec.at("matchConstraints");
    match constraints.is_set() {
        true => {
            resources(&constraints, errors);
            let rules = constraints.at("resourceRules");
            if rules.is_empty() {
                errors.required(&rules, "");
            }
        }
        false => errors.required(&constraints, ""),
    }
    if spec.value.at("mutations").is_null() {
        let (validations, annotations) = (spec.at("validations"), spec.at("auditAnnotations"));
        if validations.is_empty() && annotations.is_empty() {
            let detail = "validations or auditAnnotations must be non-empty";
            errors.required(&validations, &[detail, "; otherwise policy does nothing"].concat());
        }
        for validation in validations.items() {
            let expression = validation.at("expression");
            if expression.text().trim().is_empty() {
                errors.required(&expression, "expression is not specified");
            }
        }
    }
}

fn update_policy(policy: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&policy.at("metadata"), &old.at("metadata"), errors);
    self::policy(policy, errors);
}

/// Models validateMatchResources.
fn resources(resources: &Field, errors: &mut Errors) {
    one_of_if_set(&resources.at("matchPolicy"), &["Equivalent", "Exact"], errors);
    selector::label_selector(&resources.at("namespaceSelector"), errors);
    selector::label_selector(&resources.at("objectSelector"), errors);
    for list in ["resourceRules", "excludeResourceRules"] {
        resources.at(list).items().for_each(|rule| self::rule(&rule, errors));
    }
}

/// Models validateValidatingAdmissionPolicyBindingSpec.
fn binding(binding: &Field, errors: &mut Errors) {
    meta::create(&binding.at("metadata"), false, text::name_is_subdomain, errors);
    let spec = binding.at("spec");
    path_segment(&spec.at("policyName"), errors);
    resources(&spec.at("matchResources"), errors);
    let actions = spec.at("validationActions");
    if actions.is_set() {
        for action in actions.items() {
            one_of(&action, &["Audit", "Deny", "Warn"], errors);
        }
    }
}

fn update_binding(binding: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&binding.at("metadata"), &old.at("metadata"), errors);
    self::binding(binding, errors);
}
