//! The taints that follow from a node's conditions.
//!
//! Models pkg/controller/nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass and
//! SwapNodeControllerTaint.

use crate::api::types::{Node, Taint};
use crate::api::{List, Str, Timestamp};

const NOT_READY: &str = "node.kubernetes.io/not-ready";
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// Which condition, by which status, keeps new pods away by which taint.
const CONDITION_TAINTS: [(&str, &str, &str); 6] = [
    ("Ready", "False", NOT_READY),
    ("Ready", "Unknown", UNREACHABLE),
    ("MemoryPressure", "True", "node.kubernetes.io/memory-pressure"),
    ("DiskPressure", "True", "node.kubernetes.io/disk-pressure"),
    ("NetworkUnavailable", "True", "node.kubernetes.io/network-unavailable"),
    ("PIDPressure", "True", "node.kubernetes.io/pid-pressure"),
];

/// Whether pods are to be driven off a node.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum Eviction {
    /// It is left as it is.
    #[default]
    Undecided,
    /// They may stay.
    No,
    /// They are to go, for the reason its Ready condition gives.
    Yes,
}

/// The taints of a node as they should be; `None` if they are. Taints of others stay, and a taint
/// that stays keeps its time.
pub(super) fn wanted(node: &Node, eviction: Eviction, now: Timestamp) -> Option<List<Taint>> {
    let keep = |taint: &&Taint| match (taint.effect.as_str(), eviction) {
        ("NoSchedule", _) if is_ours(&taint.key) => keeps_away(node, &taint.key),
        ("NoExecute", Eviction::No) => ![NOT_READY, UNREACHABLE].contains(&&*taint.key),
        ("NoExecute", Eviction::Yes) if [NOT_READY, UNREACHABLE].contains(&&*taint.key) => {
            eviction_key(node) == Some(&taint.key)
        }
        _ => true,
    };
    let mut taints: Vec<Taint> = node.spec.taints.iter().filter(keep).cloned().collect();
    let kept = taints.len();
    let mut add = |key: &'static str, effect: &'static str| {
        if !taints.iter().any(|taint| taint.key == key && taint.effect == effect) {
            taints.push(Taint {
                key: Str::new_static(key),
                effect: Str::new_static(effect),
                time_added: Some(now),
                ..Taint::default()
            });
        }
    };
    let keys = CONDITION_TAINTS.iter().map(|(_, _, key)| *key).chain([UNSCHEDULABLE]);
    keys.filter(|key| keeps_away(node, key)).for_each(|key| add(key, "NoSchedule"));
    if eviction == Eviction::Yes
        && let Some(key) = eviction_key(node)
    {
        add(key, "NoExecute");
    }
    let changed = kept != node.spec.taints.len() || taints.len() != kept;
    changed.then(|| taints.into())
}

/// Whether the node has the taint that drives pods off for the reason its Ready condition gives.
pub(super) fn is_evicting(node: &Node) -> bool {
    let key = eviction_key(node);
    node.spec.taints.iter().any(|taint| taint.effect == "NoExecute" && key == Some(&taint.key))
}

/// Whether the node has a taint that drives pods off for the other reason than its Ready condition
/// gives now: then the change of the reason need not wait for its turn.
pub(super) fn evicts_for_another_reason(node: &Node) -> bool {
    let other = match eviction_key(node) {
        Some(NOT_READY) => UNREACHABLE,
        Some(UNREACHABLE) => NOT_READY,
        _ => return false,
    };
    node.spec.taints.iter().any(|taint| taint.effect == "NoExecute" && taint.key == other)
}

/// Whether a taint is one that this controller puts on and takes off.
fn is_ours(key: &str) -> bool {
    key == UNSCHEDULABLE || CONDITION_TAINTS.iter().any(|(_, _, ours)| *ours == key)
}

/// Whether the node's conditions call for keeping new pods away by the taint `key`.
fn keeps_away(node: &Node, key: &str) -> bool {
    if key == UNSCHEDULABLE {
        return node.spec.unschedulable;
    }
    CONDITION_TAINTS.iter().any(|(kind, status, ours)| {
        *ours == key && node.condition(kind).is_some_and(|condition| condition.status == *status)
    })
}

/// By which taint pods are driven off, if the node is not ready.
fn eviction_key(node: &Node) -> Option<&'static str> {
    match node.condition("Ready")?.status.as_str() {
        "False" => Some(NOT_READY),
        "Unknown" => Some(UNREACHABLE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::{NodeCondition, NodeSpec, NodeStatus};

    fn node(taints: &[(&str, &str)], conditions: &[(&str, &str)], unschedulable: bool) -> Node {
        let taint = |(key, effect): &(&str, &str)| Taint {
            key: Str::from(*key),
            effect: Str::from(*effect),
            ..Taint::default()
        };
        let condition = |(kind, status): &(&str, &str)| NodeCondition {
            kind: Str::from(*kind),
            status: Str::from(*status),
            ..NodeCondition::default()
        };
        let taints = taints.iter().map(taint).collect();
        let spec = NodeSpec { taints, unschedulable, ..NodeSpec::default() };
        let conditions = conditions.iter().map(condition).collect();
        let status = NodeStatus { conditions, ..NodeStatus::default() };
        Node { spec: spec.into(), status: status.into() }
    }

    #[test]
    fn follow_from_conditions() {
        type Pairs<'a> = &'a [(&'a str, &'a str)];
        let check = |(taints, conditions): (Pairs, Pairs),
                     unschedulable,
                     eviction,
                     expected: Option<Pairs>| {
            let node = node(taints, conditions, unschedulable);
            let wanted = wanted(&node, eviction, Timestamp(5));
            let pairs = |taints: &List<Taint>| {
                taints.iter().map(|t| (t.key.clone(), t.effect.clone())).collect::<Vec<_>>()
            };
            let expected = expected.map(|pairs| {
                pairs.iter().map(|(k, e)| (Str::from(*k), Str::from(*e))).collect::<Vec<_>>()
            });
            assert_eq!(wanted.as_ref().map(pairs), expected);
        };
        let (ready, gone) = ([("Ready", "True")], [("Ready", "Unknown")]);
        let (away, off) = ((UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute"));
        let own = ("maint", "NoExecute");
        check((&[], &ready), false, Eviction::Undecided, None);
        check((&[], &ready), true, Eviction::Undecided, Some(&[(UNSCHEDULABLE, "NoSchedule")]));
        check((&[own], &gone), false, Eviction::Undecided, Some(&[own, away]));
        check((&[own], &gone), false, Eviction::Yes, Some(&[own, away, off]));
        check((&[away, off], &gone), false, Eviction::Yes, None);
        check((&[away, off, own], &ready), false, Eviction::No, Some(&[own]));
        let other = (NOT_READY, "NoExecute");
        check((&[other, away], &gone), false, Eviction::Yes, Some(&[away, off]));
        check((&[other], &ready), false, Eviction::Undecided, None);
        assert!(evicts_for_another_reason(&node(&[other], &gone, false)));
        assert!(!evicts_for_another_reason(&node(&[off], &gone, false)));
    }
}
