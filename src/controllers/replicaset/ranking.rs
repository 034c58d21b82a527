//! Which pods go first when there are too many.
//!
//! Models pkg/controller/controller_utils.go ActivePodsWithRanks and
//! pkg/controller/replicaset/replica_set.go getPodsToDelete.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::api::types::{ContainerStatus, Pod, Uid};
use crate::api::{Object, Timestamp};
use crate::sim::Time;

/// By this annotation a person says how much a pod would be missed.
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// Where a pod stands: the least goes first. The order of the fields is the order of the rules.
///
/// Times are compared by the power of two of their age, so that pods of about one age go in an
/// order that does not follow from it. Upstream lets the identity decide at once between two ages
/// of one power; here the later rules are asked before, which alone makes it an order in which no
/// three pods can each go before the next.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Rank {
    is_assigned: bool,
    phase: u8,
    is_ready: bool,
    deletion_cost: i32,
    siblings_on_node: Reverse<usize>,
    ready_age: Age,
    restarts: Reverse<(i32, i32)>,
    age: Age,
    uid: Uid,
}

/// The power of two of an age in nanoseconds; -1 when it is nothing yet, -2 when it is unknown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Age(i32);

/// The first `count` of `pods` to be deleted. `related` are the pods of all sets that belong
/// together, by which it is told where they crowd.
pub(super) fn pods_to_delete<'a>(
    mut pods: Vec<Object>,
    related: impl Iterator<Item = &'a Object>,
    count: usize,
    now: Time,
) -> Vec<Object> {
    // All of them need no order.
    if count < pods.len() {
        let mut on_node: BTreeMap<&str, usize> = BTreeMap::new();
        for pod in related.filter_map(|object| object.get::<Pod>().filter(|_| is_active(object))) {
            *on_node.entry(&pod.spec.node_name).or_default() += 1;
        }
        pods.sort_by_cached_key(|object| rank(object, &on_node, now));
    }
    pods.truncate(count);
    pods
}

/// Whether a pod counts: it is neither finished nor being deleted.
/// Models pkg/controller/controller_utils.go IsPodActive.
pub(super) fn is_active(object: &Object) -> bool {
    !object.meta().is_deleting() && object.get::<Pod>().is_some_and(|pod| !pod.is_terminal())
}

fn rank(object: &Object, on_node: &BTreeMap<&str, usize>, now: Time) -> Option<Rank> {
    let pod = object.get::<Pod>()?;
    let is_ready = pod.is_ready();
    let ready_since =
        pod.condition("Ready").and_then(|ready| ready.last_transition_time).filter(|_| is_ready);
    let cost = object.meta().annotation(DELETION_COST).and_then(|cost| cost.parse().ok());
    Some(Rank {
        is_assigned: pod.is_assigned(),
        phase: match pod.status.phase.as_str() {
            "Unknown" => 1,
            "Running" => 2,
            _ => 0,
        },
        is_ready,
        deletion_cost: cost.unwrap_or_default(),
        siblings_on_node: Reverse(on_node.get(&*pod.spec.node_name).copied().unwrap_or_default()),
        ready_age: Age::of(ready_since, now),
        restarts: Reverse(restarts(pod)),
        age: Age::of(object.meta().creation_timestamp, now),
        uid: object.uid(),
    })
}

/// The most restarts of a container, and of a sidecar.
fn restarts(pod: &Pod) -> (i32, i32) {
    let most = |statuses: &mut dyn Iterator<Item = &ContainerStatus>| {
        statuses.map(|status| status.restart_count).max().unwrap_or_default()
    };
    let is_sidecar = |status: &&ContainerStatus| {
        let mut inits = pod.spec.init_containers.iter();
        let container = inits.find(|container| container.name == status.name);
        container.is_some_and(|c| c.restart_policy.as_deref() == Some("Always"))
    };
    let containers = most(&mut pod.status.container_statuses.iter());
    let sidecars = most(&mut pod.status.init_container_statuses.iter().filter(is_sidecar));
    (containers, sidecars)
}

impl Age {
    /// What has no time goes first. Models afterOrZero and logarithmicRankDiff.
    fn of(since: Option<Timestamp>, now: Time) -> Self {
        let Some(since) = since else { return Self(-2) };
        let nanos = now.since(since.time()).as_nanos();
        Self(nanos.checked_ilog2().map_or(-1, |log| log as i32))
    }
}
