//! Defaults of webhooks and of admission policies.
//! Models pkg/apis/admissionregistration/v1/defaults.go.

use super::{Value, each, unset, within};

/// SetDefaults_ValidatingWebhook and SetDefaults_MutatingWebhook.
pub(super) fn webhooks(configuration: &mut Value) {
    let mutating = configuration.at("kind").text() == "MutatingWebhookConfiguration";
    each(configuration, "webhooks", |webhook| {
        unset(webhook, "failurePolicy", "Fail");
        matching(webhook);
        unset(webhook, "timeoutSeconds", 10);
        if mutating {
            unset(webhook, "reinvocationPolicy", "Never");
        }
        each(webhook, "rules", |rule| unset(rule, "scope", "*"));
        within(webhook, "clientConfig", service_port);
    });
}

/// SetDefaults_ValidatingAdmissionPolicySpec.
pub(super) fn policy(policy: &mut Value) {
    let spec = policy.entry("spec");
    unset(spec, "failurePolicy", "Fail");
    within(spec, "matchConstraints", resources);
}

/// What a policy is bound to.
pub(super) fn binding(binding: &mut Value) {
    within(binding.entry("spec"), "matchResources", resources);
}

/// The service behind a webhook or an API is reached at the port of HTTPS.
/// Models SetDefaults_ServiceReference.
pub(super) fn service_port(holder: &mut Value) {
    within(holder, "service", |service| unset(service, "port", 443));
}

/// SetDefaults_MatchResources.
fn resources(resources: &mut Value) {
    matching(resources);
    for rules in ["resourceRules", "excludeResourceRules"] {
        each(resources, rules, |rule| unset(rule, "scope", "*"));
    }
}

fn matching(holder: &mut Value) {
    unset(holder, "matchPolicy", "Equivalent");
    unset(holder, "namespaceSelector", Value::map::<&str, 0>([]));
    unset(holder, "objectSelector", Value::map::<&str, 0>([]));
}
