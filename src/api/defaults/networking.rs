//! Defaults of NetworkPolicies and IngressClasses. Models pkg/apis/networking/v1/defaults.go.

use super::{Value, each, unset, within};

/// SetDefaults_NetworkPolicy and SetDefaults_NetworkPolicyPort.
pub(super) fn policy(policy: &mut Value) {
    let spec = policy.entry("spec");
    for rules in ["ingress", "egress"] {
        each(spec, rules, |rule| each(rule, "ports", |port| unset(port, "protocol", "TCP")));
    }
    if spec.at("policyTypes").items().is_empty() {
        // Whatever else it says, a policy is about what comes in.
        let mut types = vec!["Ingress".into()];
        if !spec.at("egress").items().is_empty() {
            types.push("Egress".into());
        }
        *spec.entry("policyTypes") = types.into();
    }
}

/// SetDefaults_IngressClass.
pub(super) fn ingress_class(class: &mut Value) {
    within(class.entry("spec"), "parameters", |parameters| unset(parameters, "scope", "Cluster"));
}
