//! What a Deployment says of its rollout.
//!
//! Models pkg/controller/deployment/progress.go and sync.go calculateStatus.

use super::revision::{self};
use super::rollout::{Rollout, total};
use crate::api::types::{Condition, Deployment, DeploymentStatus, ReplicaSet};
use crate::api::{Str, Timestamp, Typed};
use crate::controllers::condition;
use crate::sim::{Duration, Time};

pub(super) const PROGRESSING: &str = "Progressing";
const AVAILABLE: &str = "Available";
const REPLICA_FAILURE: &str = "ReplicaFailure";
const NEW_SET_AVAILABLE: &str = "NewReplicaSetAvailable";
pub(super) const TIMED_OUT: &str = "ProgressDeadlineExceeded";

/// A condition as it is from `now` on.
pub(super) fn new_condition(
    kind: &'static str,
    (status, reason): (&'static str, &'static str),
    message: impl Into<Str>,
    now: Time,
) -> Condition {
    Condition {
        kind: Str::new_static(kind),
        status: Str::new_static(status),
        reason: Str::new_static(reason),
        message: message.into(),
        last_update_time: Some(Timestamp::at(now)),
        last_transition_time: Some(Timestamp::at(now)),
        ..Condition::default()
    }
}

/// Within how many seconds a rollout must come on, if it must. Models HasProgressDeadline.
pub(super) fn progress_deadline(deployment: &Deployment) -> Option<i32> {
    deployment.spec.progress_deadline_seconds.filter(|seconds| *seconds != i32::MAX)
}

/// The status as the ReplicaSets' own make it. Models calculateStatus.
pub(super) fn calculate(rollout: &Rollout, now: Time) -> DeploymentStatus {
    let (deployment, sets) = (&rollout.deployment, &rollout.sets);
    let sum = |count: fn(&ReplicaSet) -> i32| sets.iter().map(|set| count(set)).sum::<i32>();
    let available = sum(|set| set.status.available_replicas);
    // Not every ReplicaSet may have told yet how many of its pods are on their way out.
    let terminating = sets.iter().map(|set| set.status.terminating_replicas).sum::<Option<i32>>();
    let is_available = available >= rollout.replicas() - rollout.max_unavailable();
    let condition = if is_available {
        let message = "Deployment has minimum availability.";
        new_condition(AVAILABLE, ("True", "MinimumReplicasAvailable"), message, now)
    } else {
        let message = "Deployment does not have minimum availability.";
        new_condition(AVAILABLE, ("False", "MinimumReplicasUnavailable"), message, now)
    };
    DeploymentStatus {
        observed_generation: deployment.meta().generation,
        replicas: sum(|set| set.status.replicas),
        updated_replicas: rollout.new_set().map_or(0, |new| new.status.replicas),
        ready_replicas: sum(|set| set.status.ready_replicas),
        available_replicas: available,
        unavailable_replicas: (total(sets.iter()) - available).max(0),
        terminating_replicas: terminating,
        collision_count: deployment.status.collision_count,
        conditions: condition::set(&deployment.status.conditions, condition),
        rest: deployment.status.rest.clone(),
    }
}

/// The status during a rollout: as calculated, with how it gets on. Models syncRolloutStatus.
pub(super) fn calculate_progress(rollout: &Rollout, now: Time) -> DeploymentStatus {
    let deployment = &rollout.deployment;
    let mut status = calculate(rollout, now);
    let deadline = progress_deadline(deployment);
    if deadline.is_none() {
        status.conditions = condition::without(&status.conditions, PROGRESSING);
    }
    let current = condition::find(&deployment.status.conditions, PROGRESSING);
    let was_complete = status.replicas == status.updated_replicas
        && current.is_some_and(|current| current.reason == NEW_SET_AVAILABLE);
    if let Some(deadline) = deadline.filter(|_| !was_complete) {
        note_progress(rollout, &mut status, deadline, now);
    }
    status.conditions = match replica_failure(rollout) {
        Some(failure) => condition::set(&status.conditions, failure),
        None => condition::without(&status.conditions, REPLICA_FAILURE),
    };
    status
}

/// After how long to look again whether a rollout that shows no sign of progress has timed out.
///
/// Models requeueStuckDeployment; in the last second before the deadline upstream looks again and
/// again, and here once, when it has passed.
pub(super) fn next_progress_check(rollout: &Rollout, now: Time) -> Option<Duration> {
    let (deployment, status) = (&rollout.deployment, &rollout.deployment.status);
    let current = condition::find(&status.conditions, PROGRESSING)?;
    let deadline = progress_deadline(deployment)?;
    if is_complete(deployment, status) || current.reason == TIMED_OUT {
        return None;
    }
    let at = current.last_update_time?.time() + Duration::from_secs(deadline.max(0) as u64);
    let left = at.since(now);
    const SKEW: Duration = Duration::from_secs(1);
    Some(if left < SKEW { left + Duration::from_millis(5) } else { left + SKEW })
}

/// Whether a Deployment with this status is all it is to be. Models DeploymentComplete.
pub(super) fn is_complete(deployment: &Typed<Deployment>, status: &DeploymentStatus) -> bool {
    let replicas = deployment.spec.replicas.unwrap_or(1);
    let counts = [status.updated_replicas, status.replicas, status.available_replicas];
    counts == [replicas; 3] && status.observed_generation >= deployment.meta().generation
}

fn note_progress(rollout: &Rollout, status: &mut DeploymentStatus, deadline: i32, now: Time) {
    let deployment = &rollout.deployment;
    let name = match rollout.new_set() {
        Some(set) => format!("ReplicaSet {}", crate::api::quote(set.name())),
        None => format!("Deployment {}", crate::api::quote(deployment.name())),
    };
    let current = condition::find(&deployment.status.conditions, PROGRESSING);
    if is_complete(deployment, status) {
        let message = format!("{name} has successfully progressed.");
        let done = new_condition(PROGRESSING, ("True", NEW_SET_AVAILABLE), message, now);
        status.conditions = condition::set(&status.conditions, done);
    } else if is_progressing(&deployment.status, status) {
        let message = format!("{name} is progressing.");
        let mut on = new_condition(PROGRESSING, ("True", "ReplicaSetUpdated"), message, now);
        if let Some(current) = current {
            if current.status == "True" {
                on.last_transition_time = current.last_transition_time;
            }
            // Progress of the same kind counts too: only so the time of the last one is renewed.
            status.conditions = condition::without(&status.conditions, PROGRESSING);
        }
        status.conditions = condition::set(&status.conditions, on);
    } else if has_timed_out(status, deadline, now) {
        let message = format!("{name} has timed out progressing.");
        let out = new_condition(PROGRESSING, ("False", TIMED_OUT), message, now);
        status.conditions = condition::set(&status.conditions, out);
    }
}

/// Models DeploymentProgressing.
fn is_progressing(old: &DeploymentStatus, new: &DeploymentStatus) -> bool {
    new.updated_replicas > old.updated_replicas
        || new.replicas - new.updated_replicas < old.replicas - old.updated_replicas
        || new.ready_replicas > old.ready_replicas
        || new.available_replicas > old.available_replicas
}

/// Models DeploymentTimedOut.
fn has_timed_out(status: &DeploymentStatus, deadline: i32, now: Time) -> bool {
    let Some(current) = condition::find(&status.conditions, PROGRESSING) else { return false };
    if current.reason == NEW_SET_AVAILABLE || current.reason == TIMED_OUT {
        return current.reason == TIMED_OUT;
    }
    let from = current.last_update_time.unwrap_or_default().time();
    from + Duration::from_secs(deadline.max(0) as u64) < now
}

/// The failure of the new ReplicaSet, or else of another. Models getReplicaFailures.
fn replica_failure(rollout: &Rollout) -> Option<Condition> {
    let failure = |set: &Typed<ReplicaSet>| {
        let failure = condition::find(&set.status.conditions, REPLICA_FAILURE)?;
        let last_update_time = failure.last_transition_time;
        Some(Condition { last_update_time, ..failure.clone() })
    };
    rollout.new_set().and_then(failure).or_else(|| rollout.sets.iter().find_map(failure))
}

/// The old ReplicaSets that history need not keep, the earliest revision first.
/// Models cleanupDeployment.
pub(super) fn superfluous(rollout: &Rollout) -> Vec<&Typed<ReplicaSet>> {
    let limit = rollout.deployment.spec.revision_history_limit.filter(|limit| *limit != i32::MAX);
    let Some(limit) = limit else { return Vec::new() };
    let mut old = rollout.old_sets();
    old.retain(|set| !set.meta().is_deleting());
    let beyond = old.len().saturating_sub(limit.max(0) as usize);
    old.sort_by_key(|set| revision::revision(set.meta()));
    let is_idle = |set: &&Typed<ReplicaSet>| {
        set.status.replicas == 0
            && super::rollout::size(set) == 0
            && set.meta().generation <= set.status.observed_generation
    };
    old.into_iter().take(beyond).filter(is_idle).collect()
}
