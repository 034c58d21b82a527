//! What a ReplicaSet says of its pods.
//!
//! Models pkg/controller/replicaset/replica_set_utils.go.

use super::adapter::{Replicated, View};
use crate::api::labels::Selector;
use crate::api::types::{Condition, Pod, ReplicaSetStatus};
use crate::api::{Object, Str, Timestamp};
use crate::controllers::condition;
use crate::sim::{Duration, Time};

/// The condition of a set whose pods cannot be made or deleted.
const REPLICA_FAILURE: &str = "ReplicaFailure";

/// What a status is computed from: the pods as they were before pods were made or deleted.
pub(super) struct Count<'a> {
    /// The pods that count.
    pub(super) active: &'a [Object],
    /// How many pods are on their way out.
    pub(super) terminating: usize,
    /// The present.
    pub(super) now: Time,
}

/// The status of a set with these pods. Conditions are as before, see [`with_failure`].
/// Models calculateStatus.
pub(super) fn calculate<A: Replicated>(set: &View<'_>, count: &Count<'_>) -> ReplicaSetStatus {
    let now = Timestamp::at(count.now);
    let template_labels =
        set.template.map(|template| Selector::from_map(&template.metadata.labels));
    let template_labels = template_labels.unwrap_or_default();
    let mut status = ReplicaSetStatus {
        conditions: set.status.conditions.clone(),
        observed_generation: set.object.meta().generation,
        replicas: count.active.len() as i32,
        terminating_replicas: A::TELLS_TERMINATING.then_some(count.terminating as i32),
        rest: set.status.rest.clone(),
        ..ReplicaSetStatus::default()
    };
    for object in count.active {
        let Some(pod) = object.get::<Pod>() else { continue };
        status.fully_labeled_replicas += i32::from(template_labels.matches(&object.meta().labels));
        status.ready_replicas += i32::from(pod.is_ready());
        status.available_replicas += i32::from(pod.is_available(set.min_ready_seconds, now));
    }
    status
}

/// The status with the failure condition as it is after an attempt that ended in `error` or well;
/// `missing` tells whether pods were to be made, rather than deleted.
pub(super) fn with_failure(
    mut status: ReplicaSetStatus,
    error: Option<&Str>,
    missing: bool,
    now: Time,
) -> ReplicaSetStatus {
    let existing = condition::find(&status.conditions, REPLICA_FAILURE);
    match (error, existing) {
        (Some(error), None) => {
            let reason = if missing { "FailedCreate" } else { "FailedDelete" };
            let failure = Condition {
                kind: Str::new_static(REPLICA_FAILURE),
                status: Str::new_static("True"),
                reason: Str::new_static(reason),
                message: error.clone(),
                last_transition_time: Some(Timestamp::at(now)),
                ..Condition::default()
            };
            status.conditions = condition::set(&status.conditions, failure);
        }
        (None, Some(_)) => {
            status.conditions = condition::without(&status.conditions, REPLICA_FAILURE);
        }
        _ => {}
    }
    status
}

/// How long until the next ready pod becomes available.
/// Models pkg/controller/controller_utils.go FindMinNextPodAvailabilityCheck.
pub(super) fn next_availability_check(
    active: &[Object],
    min_ready_seconds: i32,
    now: Time,
) -> Option<Duration> {
    let wait = Duration::from_secs(min_ready_seconds.max(0) as u64);
    let available_at = |object: &Object| {
        let pod = object.get::<Pod>().filter(|pod| pod.is_ready())?;
        Some(pod.condition("Ready")?.last_transition_time?.time() + wait)
    };
    let waits = active.iter().filter_map(available_at).filter(|at| *at > now);
    waits.map(|at| at.since(now)).min()
}
