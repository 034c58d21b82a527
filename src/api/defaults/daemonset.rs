//! Defaults of DaemonSets. Models pkg/apis/apps/v1/defaults.go SetDefaults_DaemonSet.

use super::{Value, empty, pod_spec, unset};

pub(super) fn apply(set: &mut Value) {
    let spec = set.entry("spec");
    let strategy = spec.entry("updateStrategy");
    empty(strategy, "type", "RollingUpdate");
    if strategy.at("type").text() == "RollingUpdate" {
        let rolling = strategy.entry("rollingUpdate");
        unset(rolling, "maxUnavailable", 1);
        unset(rolling, "maxSurge", 0);
    }
    unset(spec, "revisionHistoryLimit", 10);
    pod_spec::template(spec.entry("template"));
}
