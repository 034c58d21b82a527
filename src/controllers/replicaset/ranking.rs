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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::codec::StrMap;
    use crate::api::types::{ObjectMeta, PodCondition, PodSpec, PodStatus};

    const NOW: Time = Time::from_secs(1_000_000);

    /// A pod that runs and is ready on node `n`, both for 100 seconds, and never restarted.
    fn pod(
        name: &str,
        change: impl FnOnce(&mut ObjectMeta, &mut PodSpec, &mut PodStatus),
    ) -> Object {
        let since = Some(Timestamp(1_000_000 - 100));
        let ready = PodCondition {
            kind: "Ready".into(),
            status: "True".into(),
            last_transition_time: since,
            ..PodCondition::default()
        };
        let mut meta = ObjectMeta {
            name: name.into(),
            uid: Uid(name.bytes().map(u128::from).sum()),
            creation_timestamp: since,
            ..ObjectMeta::default()
        };
        let mut spec = PodSpec { node_name: "n".into(), ..PodSpec::default() };
        let mut status = PodStatus {
            phase: "Running".into(),
            conditions: [ready].into(),
            ..PodStatus::default()
        };
        change(&mut meta, &mut spec, &mut status);
        Object::new(meta, Pod { spec: spec.into(), status: status.into() })
    }

    fn ready_since(status: &mut PodStatus, ready: bool, secs: i64) {
        let condition = PodCondition {
            status: if ready { "True" } else { "False" }.into(),
            last_transition_time: Some(Timestamp(secs)),
            ..status.conditions[0].clone()
        };
        status.conditions = [condition].into();
    }

    /// Each pod has a reason to go before all that come after it.
    #[test]
    fn follows_the_rules_in_their_order() {
        let restarted = ContainerStatus { restart_count: 3, ..ContainerStatus::default() };
        let cost = StrMap::from([(DELETION_COST, "-5")]);
        let order = [
            pod("z-unassigned", |_, spec, _| spec.node_name = "".into()),
            pod("y-pending", |_, _, status| status.phase = "Pending".into()),
            pod("x-unknown", |_, _, status| status.phase = "Unknown".into()),
            pod("w-unready", |_, _, status| ready_since(status, false, 999_000)),
            pod("v-cheap", |meta, _, _| meta.annotations = cost),
            pod("u-crowded", |_, spec, _| spec.node_name = "crowded".into()),
            pod("t-ready-lately", |_, _, status| ready_since(status, true, 999_999)),
            pod("s-restarted", |_, _, status| status.container_statuses = [restarted].into()),
            pod("r-young", |meta, _, _| meta.creation_timestamp = Some(Timestamp(999_990))),
            pod("a", |_, _, _| {}),
            pod("b", |_, _, _| {}),
        ];
        let crowd: Vec<Object> =
            (0..20).map(|_| pod("other", |_, spec, _| spec.node_name = "crowded".into())).collect();
        for count in 1..order.len() {
            let mut pods = order.to_vec();
            pods.reverse();
            let related = order.iter().chain(&crowd);
            let chosen = pods_to_delete(pods, related, count, NOW);
            let names = |pods: &[Object]| -> Vec<String> {
                pods.iter().map(|pod| pod.name().into()).collect()
            };
            assert_eq!(names(&chosen), names(&order[..count]));
        }
    }

    #[test]
    fn ages_count_by_powers_of_two() {
        let age = |secs: i64| Age::of(Some(Timestamp(1_000_000 - secs)), NOW);
        assert!(age(0) < age(1) && age(1) < age(3));
        assert_eq!(age(600), age(700));
        assert!(Age::of(None, NOW) < age(0));
    }

    #[test]
    fn finished_and_leaving_pods_do_not_count() {
        assert!(is_active(&pod("a", |_, _, _| {})));
        assert!(!is_active(&pod("a", |_, _, status| status.phase = "Succeeded".into())));
        assert!(!is_active(&pod("a", |meta, _, _| meta.deletion_timestamp = Some(Timestamp(1)))));
    }
}
