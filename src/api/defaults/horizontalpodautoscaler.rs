//! Defaults of HorizontalPodAutoscalers. Models pkg/apis/autoscaling/v2/defaults.go.

use super::{Value, unset, within};

/// How much of what pods ask for they are to use when nothing else is said, in percent.
const UTILIZATION: i64 = 80;

pub(super) fn apply(autoscaler: &mut Value) {
    let spec = autoscaler.entry("spec");
    unset(spec, "minReplicas", 1);
    if spec.at("metrics").items().is_empty() {
        let target =
            [("averageUtilization", Value::Int(UTILIZATION)), ("type", "Utilization".into())];
        let cpu = [("name", "cpu".into()), ("target", Value::map(target))];
        let metric = [("resource", Value::map(cpu)), ("type", "Resource".into())];
        *spec.entry("metrics") = vec![Value::map(metric)].into();
    }
    within(spec, "behavior", |behavior| {
        let up = behavior.entry("scaleUp");
        unset(up, "stabilizationWindowSeconds", 0);
        rules(up, &[("Pods", 4), ("Percent", 100)]);
        rules(behavior.entry("scaleDown"), &[("Percent", 100)]);
    });
}

/// Models GenerateHPAScaleUpRules and GenerateHPAScaleDownRules.
fn rules(rules: &mut Value, policies: &[(&str, i64)]) {
    unset(rules, "selectPolicy", "Max");
    let policy = |(kind, value): &(&str, i64)| {
        Value::map([
            ("periodSeconds", Value::Int(15)),
            ("type", (*kind).into()),
            ("value", (*value).into()),
        ])
    };
    unset(rules, "policies", policies.iter().map(policy).collect::<Value>());
}
