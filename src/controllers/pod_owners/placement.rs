//! Whether a pod could be on a node, as far as a DaemonSet asks: by name, labels and taints.
//!
//! Models pkg/controller/daemon NodeShouldRunDaemonPod and what it takes from
//! component-helpers/scheduling/corev1.

use crate::api::Object;
use crate::api::types::{Node, PodSpec};

/// Taints that the pods of a DaemonSet always tolerate, key and effect.
/// Models AddOrUpdateDaemonPodTolerations.
pub const TOLERATED: [(&str, &str); 6] = [
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];

/// Whether a pod with this spec is to be on a node, and whether it may stay there.
pub fn places(spec: &PodSpec, object: &Object) -> (bool, bool) {
    let Some(node) = object.get::<Node>() else { return (false, false) };
    if !spec.selects_node(object.name(), &object.meta().labels) {
        return (false, false);
    }
    let untolerated = |effects: &[&str]| {
        let taints = node.spec.taints.iter();
        taints.filter(|taint| effects.contains(&taint.effect.as_str())).any(|taint| {
            let always =
                TOLERATED.iter().any(|(key, effect)| taint.key == *key && taint.effect == *effect);
            !always && !spec.tolerations.iter().any(|toleration| toleration.tolerates(taint))
        })
    };
    match untolerated(&["NoSchedule", "NoExecute"]) {
        true => (false, !untolerated(&["NoExecute"])),
        false => (true, true),
    }
}
