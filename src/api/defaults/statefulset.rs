//! Defaults of StatefulSets. Models pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet, and its
//! conversion, which knows what the claims in it are.

use super::{Value, each, empty, persistentvolume, pod_spec, unset, within};

pub(super) fn apply(set: &mut Value) {
    let spec = set.entry("spec");
    empty(spec, "podManagementPolicy", "OrderedReady");
    let strategy = spec.entry("updateStrategy");
    if strategy.at("type").is_empty() {
        empty(strategy, "type", "RollingUpdate");
        strategy.entry("rollingUpdate").make_map();
    }
    if strategy.at("type").text() == "RollingUpdate" {
        within(strategy, "rollingUpdate", |rolling| unset(rolling, "partition", 0));
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
