//! Whether a pod could be on a node, as far as a DaemonSet asks: by name, labels and taints.
//!
//! Models pkg/controller/daemon NodeShouldRunDaemonPod and what it takes from
//! component-helpers/scheduling/corev1.

use crate::api::types::{Node, NodeSelectorTerm, PodSpec, Taint, Toleration};
use crate::api::{Object, Str};

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
    if !is_selected(spec, object) {
        return (false, false);
    }
    let untolerated = |effects: &[&str]| {
        let taints = node.spec.taints.iter();
        taints.filter(|taint| effects.contains(&taint.effect.as_str())).any(|taint| {
            let always =
                TOLERATED.iter().any(|(key, effect)| taint.key == *key && taint.effect == *effect);
            !always && !spec.tolerations.iter().any(|toleration| tolerates(toleration, taint))
        })
    };
    match untolerated(&["NoSchedule", "NoExecute"]) {
        true => (false, !untolerated(&["NoExecute"])),
        false => (true, true),
    }
}

fn is_selected(spec: &PodSpec, node: &Object) -> bool {
    let labels = &node.meta().labels;
    let has = spec.node_selector.iter().all(|(key, value)| labels.get(key) == Some(value));
    let affinity = spec.affinity.as_ref().and_then(|a| a.node_affinity.as_ref());
    let required = affinity.and_then(|affinity| affinity.required.as_ref());
    has && required
        .is_none_or(|required| required.node_selector_terms.iter().any(|term| matches(term, node)))
}

fn matches(term: &NodeSelectorTerm, node: &Object) -> bool {
    let is_empty = term.match_expressions.is_empty() && term.match_fields.is_empty();
    let label = |key: &str| node.meta().labels.get(key).cloned();
    let name = |key: &str| (key == "metadata.name").then(|| node.meta().name.clone());
    let holds = |key: &str, operator: &str, values: &[Str], found: Option<Str>| {
        let number = |text: &str| text.parse::<i64>().ok();
        let first = values.first().and_then(|value| number(value));
        let own = found.as_ref().and_then(|found| number(found));
        debug_assert!(!key.is_empty());
        match operator {
            "In" => found.is_some_and(|found| values.contains(&found)),
            "NotIn" => found.is_none_or(|found| !values.contains(&found)),
            "Exists" => found.is_some(),
            "DoesNotExist" => found.is_none(),
            "Gt" => own.zip(first).is_some_and(|(own, first)| own > first),
            "Lt" => own.zip(first).is_some_and(|(own, first)| own < first),
            _ => false,
        }
    };
    !is_empty
        && term
            .match_expressions
            .iter()
            .all(|r| holds(&r.key, &r.operator, &r.values, label(&r.key)))
        && term.match_fields.iter().all(|r| holds(&r.key, &r.operator, &r.values, name(&r.key)))
}

/// Models k8s.io/api/core/v1/toleration.go ToleratesTaint.
fn tolerates(toleration: &Toleration, taint: &Taint) -> bool {
    let any_or = |wanted: &Str, is: &Str| wanted.is_empty() || wanted == is;
    any_or(&toleration.effect, &taint.effect)
        && any_or(&toleration.key, &taint.key)
        && match toleration.operator.as_str() {
            "" | "Equal" => toleration.value == taint.value,
            operator => operator == "Exists",
        }
}
