//! Defaults of Deployments. Models pkg/apis/apps/v1/defaults.go SetDefaults_Deployment.

use super::{Value, empty, pod_spec, unset};

pub(super) fn apply(deployment: &mut Value) {
    let spec = deployment.entry("spec");
    unset(spec, "replicas", 1);
    let strategy = spec.entry("strategy");
    empty(strategy, "type", "RollingUpdate");
    if strategy.at("type").text() == "RollingUpdate" {
        let rolling = strategy.entry("rollingUpdate");
        unset(rolling, "maxUnavailable", "25%");
        unset(rolling, "maxSurge", "25%");
    }
    unset(spec, "revisionHistoryLimit", 10);
    unset(spec, "progressDeadlineSeconds", 600);
    pod_spec::template(spec.entry("template"));
}
