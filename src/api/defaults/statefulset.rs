//! Defaults of StatefulSets. Models pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet, and its
//! conversion, which knows what the claims in it are.

use super::{Value, each, empty, persistentvolume, pod_spec, unset};

pub(super) fn apply(set: &mut Value) {
    let spec = set.entry("spec");
    empty(spec, "podManagementPolicy", "OrderedReady");
    let strategy = spec.entry("updateStrategy");
    empty(strategy, "type", "RollingUpdate");
    if strategy.at("type").text() == "RollingUpdate" {
        unset(strategy.entry("rollingUpdate"), "partition", 0);
    }
    let retention = spec.entry("persistentVolumeClaimRetentionPolicy");
    empty(retention, "whenDeleted", "Retain");
    empty(retention, "whenScaled", "Retain");
    unset(spec, "replicas", 1);
    unset(spec, "revisionHistoryLimit", 10);
    pod_spec::template(spec.entry("template"));
    each(spec, "volumeClaimTemplates", |claim| {
        *claim.entry("apiVersion") = "v1".into();
        *claim.entry("kind") = "PersistentVolumeClaim".into();
        persistentvolume::claim(claim);
    });
}
