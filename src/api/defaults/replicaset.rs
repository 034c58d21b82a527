//! Defaults of ReplicaSets. Models pkg/apis/apps/v1/defaults.go SetDefaults_ReplicaSet.

use super::{Value, pod_spec, unset};

pub(super) fn apply(set: &mut Value) {
    let spec = set.entry("spec");
    unset(spec, "replicas", 1);
    pod_spec::template(spec.entry("template"));
}
