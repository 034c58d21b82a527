//! One sync of a Deployment: claim ReplicaSets, keep the account of revisions, resize or roll on,
//! tidy up, tell the status.
//!
//! Each function decides on the next request from what is known, or hands on to the function
//! after it. What upstream does in one blocking call after another is a chain of [`Waiting`]s here.
//!
//! Models pkg/controller/deployment/deployment_controller.go syncDeployment, sync.go, rolling.go
//! and recreate.go.

use super::create::{create, on_created};
use super::revision::{self, REVISION};
use super::rollout::{Rollout, Scaling, size, with_spec};
use super::status::{self, PROGRESSING, TIMED_OUT, new_condition, progress_deadline};
use crate::api::labels::Selector;
use crate::api::rpc::{Call, DeleteOptions, Part, Payload};
use crate::api::types::{Condition, Deployment, DeploymentStatus, Pod, ReplicaSet};
use crate::api::{Key, Object, Resource, Str, Typed, quote};
use crate::controllers::condition;
use crate::controllers::controller::{Ctx, Next, Replies};
use crate::controllers::ownership::{self, Claims};

/// What a worker knows, and what it waits for.
#[derive(Clone, Debug)]
pub struct Progress {
    rollout: Rollout,
    waiting: Waiting,
}

/// What a worker waits for.
#[derive(Clone, Debug)]
pub(super) enum Waiting {
    /// The live Deployment, before adopting.
    Recheck,
    /// Adoptions and releases.
    Claims,
    /// The status that says it is paused or resumed.
    PauseNoted,
    /// The annotations of the new ReplicaSet.
    Annotated(Goal),
    /// The revision, and the condition that goes with it, on the Deployment.
    Noted(Goal),
    /// The new ReplicaSet.
    Created(Object),
    /// A status that tells of a failure; the sync fails with it.
    FailureNoted(Str),
    /// A ReplicaSet of another size, and those that come after it.
    Scaled(Scaling, Vec<Scaling>, Then),
    /// Deletions of old ReplicaSets.
    Cleaned(Then),
    /// The status, with which the sync ends.
    StatusWritten,
}

/// What a sync is about, once revisions are in order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Goal {
    /// To tell the status: the Deployment is being deleted.
    Status,
    /// To resize: the Deployment is paused.
    Resize,
    /// To see whether it has been resized, and to roll on if it has not.
    Decide,
    /// To roll on with the ReplicaSet that has just been made.
    Roll,
}

/// What follows when ReplicaSets have their sizes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Then {
    /// The status of a rollout under way.
    Progress,
    /// Tidying up when the rollout is complete, and then its status.
    Finish,
    /// Tidying up when paused, and then the plain status.
    Resized,
}

pub(super) type Out = Next<Progress>;

/// Models syncDeployment.
pub(super) fn begin(ctx: &mut Ctx<'_, Key>, key: &Key) -> Out {
    let Some(deployment) = ctx.caches.get::<Deployment>(key) else { return Next::Done };
    if Selector::from(&deployment.spec.selector).is_everything() {
        return selects_everything(ctx, deployment);
    }
    let rollout = Rollout::new(deployment, Vec::new());
    let claims = claims(ctx, &rollout);
    if !claims.adoptable.is_empty() {
        let call = ownership::recheck(rollout.deployment.object());
        return wait(vec![call], rollout, Waiting::Recheck);
    }
    claim(ctx, rollout, claims)
}

/// Goes on when answers have come.
pub(super) fn resume(ctx: &mut Ctx<'_, Key>, progress: Progress, replies: &Replies) -> Out {
    let Progress { mut rollout, waiting } = progress;
    match waiting {
        Waiting::Recheck => match ownership::may_adopt(rollout.deployment.object(), replies) {
            Ok(()) => {
                let claims = claims(ctx, &rollout);
                claim(ctx, rollout, claims)
            }
            Err(error) => Next::Failed(error),
        },
        Waiting::Claims => match ownership::adopted(rollout.deployment.object(), replies) {
            Ok(adopted) => {
                let owned = claims(ctx, &rollout).owned;
                claimed(ctx, rollout, ownership::with_adopted(owned, adopted))
            }
            Err(error) => Next::Failed(error),
        },
        Waiting::Created(set) => on_created(ctx, rollout, &set, replies),
        Waiting::FailureNoted(error) => Next::Failed(error),
        Waiting::Scaled(step, rest, then) => on_scaled(ctx, rollout, (step, rest, then), replies),
        Waiting::Cleaned(then) => match replies.refusal(|status| !status.is_not_found()) {
            Some(status) => Next::refused(status),
            None => tell(ctx, &rollout, then),
        },
        waiting => match (replies.object(), waiting) {
            (Err(status), _) => Next::refused(status),
            (Ok(_), Waiting::PauseNoted) => route(ctx, rollout),
            (Ok(set), Waiting::Annotated(goal)) => {
                set.into_iter().for_each(|set| rollout.put(set));
                note(ctx, rollout, goal)
            }
            (Ok(_), Waiting::Noted(goal)) => go(ctx, rollout, goal),
            (Ok(_), _) => Next::Done,
        },
    }
}

pub(super) fn wait(calls: Vec<Call>, rollout: Rollout, waiting: Waiting) -> Out {
    Next::Call(calls, Progress { rollout, waiting })
}

/// The ReplicaSets that are the Deployment's, or could be.
fn claims(ctx: &Ctx<'_, Key>, rollout: &Rollout) -> Claims {
    let deployment = &rollout.deployment;
    let selector = Selector::from(&deployment.spec.selector);
    let managed = ctx.caches.controlled_by(Resource::REPLICASETS, deployment.uid());
    let orphans = ctx.caches.of(Resource::REPLICASETS).orphans_in(deployment.namespace());
    Claims::of(deployment.object(), &selector, managed, orphans)
}

/// Models claimReplicaSets.
fn claim(ctx: &mut Ctx<'_, Key>, rollout: Rollout, claims: Claims) -> Out {
    match claims.calls(rollout.deployment.object()) {
        calls if calls.is_empty() => claimed(ctx, rollout, claims.owned),
        calls => wait(calls, rollout, Waiting::Claims),
    }
}

fn selects_everything(ctx: &mut Ctx<'_, Key>, deployment: Typed<Deployment>) -> Out {
    let message = "This deployment is selecting all pods. A non-empty selector is required.";
    ctx.warning(deployment.object(), "SelectingAll", message);
    let generation = deployment.meta().generation;
    if deployment.status.observed_generation >= generation {
        return Next::Done;
    }
    let mut rollout = Rollout::new(deployment, Vec::new());
    rollout.set_status(|status| status.observed_generation = generation);
    wait(vec![status_update(&rollout)], rollout, Waiting::StatusWritten)
}

fn claimed(ctx: &mut Ctx<'_, Key>, rollout: Rollout, sets: Vec<Object>) -> Out {
    let sets = sets.iter().filter_map(Object::typed).collect();
    let rollout = Rollout::new(rollout.deployment, sets);
    if rollout.deployment.meta().is_deleting() {
        return revise(ctx, rollout, Goal::Status);
    }
    note_pause(ctx, rollout)
}

/// Says when a Deployment is paused or resumed, so that the time it rests is not held against it.
/// Models checkPausedConditions.
fn note_pause(ctx: &mut Ctx<'_, Key>, mut rollout: Rollout) -> Out {
    let deployment = &rollout.deployment;
    let current = condition::find(&deployment.status.conditions, PROGRESSING);
    let is_told = |reason| current.is_some_and(|current| current.reason == reason);
    let (paused, told) = (deployment.spec.paused, is_told("DeploymentPaused"));
    if progress_deadline(deployment).is_none() || is_told(TIMED_OUT) || paused == told {
        return route(ctx, rollout);
    }
    let (reason, message) = if paused {
        ("DeploymentPaused", "Deployment is paused")
    } else {
        ("DeploymentResumed", "Deployment is resumed")
    };
    let condition = new_condition(PROGRESSING, ("Unknown", reason), message, ctx.now);
    rollout.set_status(|status| status.conditions = condition::set(&status.conditions, condition));
    wait(vec![status_update(&rollout)], rollout, Waiting::PauseNoted)
}

fn route(ctx: &mut Ctx<'_, Key>, rollout: Rollout) -> Out {
    let goal = if rollout.deployment.spec.paused { Goal::Resize } else { Goal::Decide };
    revise(ctx, rollout, goal)
}

/// Brings the annotations of the new ReplicaSet up to date.
/// Models getNewReplicaSet where there is one.
fn revise(ctx: &mut Ctx<'_, Key>, rollout: Rollout, goal: Goal) -> Out {
    let Some(new) = rollout.new_set() else { return go(ctx, rollout, goal) };
    let deployment = &rollout.deployment;
    let annotations = revision::annotate(deployment.meta(), new.meta(), rollout.next_revision());
    let min_ready_seconds = deployment.spec.min_ready_seconds;
    if annotations == new.meta().annotations && new.spec.min_ready_seconds == min_ready_seconds {
        return note(ctx, rollout, goal);
    }
    let set = with_spec(new, |spec| spec.min_ready_seconds = min_ready_seconds);
    let set = set.with_meta(|meta| meta.annotations = annotations);
    wait(vec![update(set.into(), Part::Main)], rollout, Waiting::Annotated(goal))
}

/// Copies the revision of the new ReplicaSet to the Deployment.
fn note(ctx: &mut Ctx<'_, Key>, rollout: Rollout, goal: Goal) -> Out {
    let Some(new) = rollout.new_set() else { return go(ctx, rollout, goal) };
    let deployment = &rollout.deployment;
    let known = condition::find(&deployment.status.conditions, PROGRESSING);
    let found = (progress_deadline(deployment).is_some() && known.is_none()).then(|| {
        let message = format!("Found new replica set {}", quote(new.name()));
        new_condition(PROGRESSING, ("True", "FoundNewReplicaSet"), message, ctx.now)
    });
    let revision = revision::revision(new.meta());
    note_revision(ctx, rollout, revision, found, goal)
}

/// Puts a revision, and a condition if there is one to put, on the Deployment.
pub(super) fn note_revision(
    ctx: &mut Ctx<'_, Key>,
    mut rollout: Rollout,
    revision: i64,
    condition: Option<Condition>,
    goal: Goal,
) -> Out {
    let revision: Str = revision.to_string().into();
    let annotations = &rollout.deployment.meta().annotations;
    if annotations.get(REVISION) == Some(&revision) && condition.is_none() {
        return go(ctx, rollout, goal);
    }
    let annotations = annotations.with(REVISION, revision);
    rollout.deployment = rollout.deployment.with_meta(|meta| meta.annotations = annotations);
    if let Some(condition) = condition {
        rollout.set_status(|status| {
            status.conditions = condition::set(&status.conditions, condition);
        });
    }
    wait(vec![status_update(&rollout)], rollout, Waiting::Noted(goal))
}

fn go(ctx: &mut Ctx<'_, Key>, rollout: Rollout, goal: Goal) -> Out {
    match goal {
        Goal::Status => tell(ctx, &rollout, Then::Resized),
        Goal::Resize => resize(ctx, rollout),
        Goal::Decide if rollout.is_resized() => resize(ctx, rollout),
        Goal::Decide | Goal::Roll if rollout.is_rolling() => roll(ctx, rollout),
        Goal::Decide | Goal::Roll => recreate(ctx, rollout),
    }
}

fn resize(ctx: &mut Ctx<'_, Key>, rollout: Rollout) -> Out {
    let steps = rollout.resize();
    scale(ctx, rollout, steps, Then::Resized)
}

/// Models rolloutRolling: in one sync either up or down.
fn roll(ctx: &mut Ctx<'_, Key>, rollout: Rollout) -> Out {
    let Some(new) = rollout.new_set() else { return create(ctx, rollout) };
    let (current, replicas) = (size(new), rollout.replicas());
    let to = if current > replicas { replicas } else { rollout.new_set_size(current) };
    if to != current {
        let step = Scaling { set: new.uid(), to, annotate: false };
        return scale(ctx, rollout, vec![step], Then::Progress);
    }
    let steps = rollout.shrink_old(new);
    let then = if steps.is_empty() { Then::Finish } else { Then::Progress };
    scale(ctx, rollout, steps, then)
}

/// Models rolloutRecreate: all old pods first, then all new ones.
fn recreate(ctx: &mut Ctx<'_, Key>, rollout: Rollout) -> Out {
    let old = rollout.old_sets();
    let active = old.iter().filter(|set| size(set) > 0);
    let to_nothing = |set: &&Typed<ReplicaSet>| Scaling { set: set.uid(), to: 0, annotate: false };
    let steps: Vec<_> = active.map(to_nothing).collect();
    if !steps.is_empty() {
        return scale(ctx, rollout, steps, Then::Progress);
    }
    let runs = |pod: &Object| pod.get::<Pod>().is_some_and(|pod| !pod.is_terminal());
    let pods = |set: &&Typed<ReplicaSet>| ctx.caches.controlled_by(Resource::PODS, set.uid());
    if old.iter().any(|set| set.status.replicas > 0) || old.iter().flat_map(pods).any(runs) {
        return tell(ctx, &rollout, Then::Progress);
    }
    let Some(new) = rollout.new_set() else { return create(ctx, rollout) };
    let step = Scaling { set: new.uid(), to: rollout.replicas(), annotate: false };
    scale(ctx, rollout, vec![step], Then::Finish)
}

/// Brings ReplicaSets to their sizes, one after another. Models scaleReplicaSetAndRecordEvent.
fn scale(ctx: &mut Ctx<'_, Key>, rollout: Rollout, mut steps: Vec<Scaling>, then: Then) -> Out {
    while !steps.is_empty() {
        let step = steps.remove(0);
        if let Some(set) = scaled(&rollout, step) {
            let waiting = Waiting::Scaled(step, steps, then);
            return wait(vec![update(set.into(), Part::Main)], rollout, waiting);
        }
    }
    match then {
        Then::Progress => tell(ctx, &rollout, then),
        Then::Finish => {
            let done = status::is_complete(&rollout.deployment, &rollout.deployment.status);
            clean_up(ctx, rollout, done, then)
        }
        Then::Resized => {
            let paused = rollout.deployment.spec.paused;
            clean_up(ctx, rollout, paused, then)
        }
    }
}

/// A ReplicaSet as it is to be; `None` if it is that already.
fn scaled(rollout: &Rollout, step: Scaling) -> Option<Typed<ReplicaSet>> {
    let set = rollout.set(step.set)?;
    let replicas = rollout.replicas();
    let max = replicas + rollout.max_surge();
    let annotations = revision::with_replicas(&set.meta().annotations, replicas, max);
    let is_outdated = step.annotate && annotations != set.meta().annotations;
    if size(set) == step.to && !is_outdated {
        return None;
    }
    let set = with_spec(set, |spec| spec.replicas = Some(step.to));
    Some(set.with_meta(|meta| meta.annotations = annotations))
}

fn on_scaled(
    ctx: &mut Ctx<'_, Key>,
    mut rollout: Rollout,
    (step, rest, then): (Scaling, Vec<Scaling>, Then),
    replies: &Replies,
) -> Out {
    let set = match replies.object() {
        Ok(set) => set,
        // Old ReplicaSets that could not be shrunk are looked at again when something changes.
        Err(_)
            if then == Then::Progress
                && rollout.new_set().is_none_or(|new| new.uid() != step.set) =>
        {
            return scale(ctx, rollout, Vec::new(), Then::Finish);
        }
        Err(status) => return Next::refused(status),
    };
    let from = rollout.set(step.set).map_or(0, size);
    if let Some(set) = set {
        if from != step.to {
            let way = if step.to > from { "up" } else { "down" };
            let (name, to) = (set.name(), step.to);
            let message = format!("Scaled {way} replica set {name} from {from} to {to}");
            ctx.normal(rollout.deployment.object(), "ScalingReplicaSet", message);
        }
        rollout.put(set);
    }
    scale(ctx, rollout, rest, then)
}

/// Deletes the old ReplicaSets that history need not keep, if it is time for that.
fn clean_up(ctx: &mut Ctx<'_, Key>, rollout: Rollout, is_time: bool, then: Then) -> Out {
    let sets = if is_time { status::superfluous(&rollout) } else { Vec::new() };
    if sets.is_empty() {
        return tell(ctx, &rollout, then);
    }
    ctx.log(
        rollout.deployment.object(),
        "Looking to cleanup old replica sets for deployment",
        &[("sets", sets.len() as i64)],
    );
    let delete = |set: &Typed<ReplicaSet>| Call::Delete {
        resource: Resource::REPLICASETS,
        key: set.key(),
        options: DeleteOptions::default(),
    };
    let calls = sets.into_iter().map(delete).collect();
    wait(calls, rollout, Waiting::Cleaned(then))
}

/// Writes the status if it has changed; otherwise sees to it that a rollout which hangs is looked
/// at when its time is up.
fn tell(ctx: &mut Ctx<'_, Key>, rollout: &Rollout, then: Then) -> Out {
    let new: DeploymentStatus = match then {
        Then::Resized => status::calculate(rollout, ctx.now),
        Then::Progress | Then::Finish => status::calculate_progress(rollout, ctx.now),
    };
    if new != *rollout.deployment.status {
        let mut rollout = rollout.clone();
        rollout.set_status(|status| *status = new);
        return wait(vec![status_update(&rollout)], rollout, Waiting::StatusWritten);
    }
    let check = (then != Then::Resized).then(|| status::next_progress_check(rollout, ctx.now));
    check.flatten().map_or(Next::Done, Next::Requeue)
}

/// The request that writes the Deployment's status, and with it its annotations.
pub(super) fn status_update(rollout: &Rollout) -> Call {
    update(rollout.deployment.object().clone(), Part::Status)
}

fn update(object: Object, part: Part) -> Call {
    let (resource, key) = (object.resource(), object.key());
    Call::Update { resource, key, part, body: Payload::Object(object) }
}
