//! ReplicaSets and ReplicationControllers: a number of equal pods.
//!
//! One loop for both, told apart by an [`adapter`]. Invariant: while the cache has not shown what
//! was asked for (expectations), no further pod is made or deleted, so a cache that lags never
//! leads to duplicates.
//!
//! Models pkg/controller/replicaset and pkg/controller/replication.

mod adapter;
mod changes;
mod ranking;
mod status;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;
use std::sync::Arc;

use self::adapter::{ReplicaSetKind, Replicated, ReplicationControllerKind, View};
use self::ranking::{is_active, pods_to_delete};
use self::status::{Count, calculate, next_availability_check, with_failure};
use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::ownership::{self, Claims, controller_ref};
use super::record::Subject;
use super::{Caches, Config};
use crate::api::rpc::{Call, DeleteOptions, Part, Payload};
use crate::api::types::{ObjectMeta, Pod, PodTemplateSpec, ReplicaSetStatus};
use crate::api::{Key, Object, Resource, Status, Str};
use crate::client::{Delta, Expectations};
use crate::sim::{Duration, Rng};

/// The controller of ReplicaSets.
pub type ReplicaSets = Replicas<ReplicaSetKind>;

/// The controller of ReplicationControllers.
pub type ReplicationControllers = Replicas<ReplicationControllerKind>;

/// At most so many pods are made or deleted in one go. Models BurstReplicas.
const BURST: usize = 500;

/// A controller of objects of kind `A`, and its memory.
#[derive(Clone, Debug)]
pub struct Replicas<A> {
    expectations: Expectations,
    kind: PhantomData<A>,
}

/// Where a worker goes on.
#[derive(Clone, Debug)]
pub enum Progress {
    /// The live object has been asked for, before adopting.
    Rechecking(Object),
    /// Pods are being adopted and released.
    Claiming(Object),
    /// A batch of pods is being made.
    Creating(Attempt, Batch),
    /// Pods are being deleted.
    Deleting(Attempt, Vec<Key>),
    /// The status is being written.
    Writing(Attempt, Write),
    /// The live object has been asked for, because writing the status failed.
    Refetching(Attempt),
}

/// What a worker has found out before it made or deleted pods.
#[derive(Clone, Debug)]
pub struct Attempt {
    set: Object,
    status: ReplicaSetStatus,
    /// Whether pods were missing, rather than too many.
    missing: bool,
    error: Option<Str>,
    /// After how long to look again for pods that became available.
    next_check: Option<Duration>,
}

/// A step of a slow start: while it goes well, each batch is twice as large as the one before.
#[derive(Clone, Debug)]
pub struct Batch {
    pod: Object,
    size: usize,
    left: usize,
}

/// Whether a status is written for the first time or once more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Write {
    /// At the revision of the cache.
    First,
    /// At the live revision.
    Second,
}

impl<A: Replicated> Controller for Replicas<A> {
    type Key = Key;
    type Progress = Progress;

    const PROFILE: Profile = A::PROFILE;

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self { expectations: Expectations::default(), kind: PhantomData }
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::PODS, Resource::REPLICASETS, A::RESOURCE]
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
        match delta.object().resource() {
            Resource::PODS => self.on_pod(delta, caches, queue),
            resource if resource == A::RESOURCE => self.on_set(delta, queue),
            _ => {}
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Progress, Replies)>,
    ) -> Next<Progress> {
        let Some((progress, replies)) = resume else { return self.begin(ctx, key) };
        match progress {
            Progress::Rechecking(set) => match ownership::may_adopt(&set, &replies) {
                Ok(()) => match survey::<A>(ctx, &set) {
                    Some(pods) => self.claim(ctx, set, pods),
                    None => Next::Done,
                },
                Err(error) => Next::Failed(error),
            },
            Progress::Claiming(set) => match ownership::adopted(&set, &replies) {
                Ok(adopted) => self.on_claimed(ctx, set, adopted),
                Err(error) => Next::Failed(error),
            },
            Progress::Creating(attempt, batch) => self.on_created(ctx, attempt, batch, &replies),
            Progress::Deleting(attempt, pods) => self.on_deleted(ctx, attempt, &pods, &replies),
            Progress::Writing(attempt, write) => on_written::<A>(attempt, write, &replies),
            Progress::Refetching(attempt) => match replies.object() {
                Ok(Some(live)) => {
                    let attempt = Attempt { set: live.clone(), ..attempt };
                    write_status::<A>(attempt, Write::Second)
                }
                Ok(None) => Next::Done,
                Err(status) => Next::refused(status),
            },
        }
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(A::RESOURCE, key.clone())
    }
}

impl<A: Replicated> Replicas<A> {
    /// Models syncReplicaSet.
    fn begin(&mut self, ctx: &mut Ctx<'_, Key>, key: &Key) -> Next<Progress> {
        let Some(set) = ctx.caches.of(A::RESOURCE).get(key).cloned() else {
            self.expectations.forget(key);
            return Next::Done;
        };
        let Some(pods) = survey::<A>(ctx, &set) else { return Next::Done };
        if !pods.claims.adoptable.is_empty() {
            return Next::Call(vec![ownership::recheck(&set)], Progress::Rechecking(set));
        }
        self.claim(ctx, set, pods)
    }

    /// Adopts and releases pods. Models claimPods.
    fn claim(&mut self, ctx: &mut Ctx<'_, Key>, set: Object, pods: Survey) -> Next<Progress> {
        match pods.claims.calls(&set) {
            calls if calls.is_empty() => {
                let Survey { claims, terminating } = pods;
                self.manage(ctx, set, (claims.owned, terminating))
            }
            calls => Next::Call(calls, Progress::Claiming(set)),
        }
    }

    /// Goes on after pods have been adopted, which the cache need not show yet.
    fn on_claimed(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        set: Object,
        adopted: Vec<Object>,
    ) -> Next<Progress> {
        let Some(pods) = survey::<A>(ctx, &set) else { return Next::Done };
        let active = ownership::with_adopted(pods.claims.owned, adopted);
        self.manage(ctx, set, (active, pods.terminating))
    }

    /// Makes or deletes pods, and then writes the status. Models manageReplicas.
    fn manage(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        set: Object,
        (active, terminating): (Vec<Object>, usize),
    ) -> Next<Progress> {
        let key = set.key();
        let Some(view) = A::view(&set) else { return Next::Done };
        let count = Count { active: &active, terminating, now: ctx.now };
        let attempt = attempt::<A>(&view, &count);
        let wanted = view.replicas.max(0) as usize;
        let needs_sync = self.expectations.satisfied(&key, ctx.now) && !set.meta().is_deleting();
        if !needs_sync || active.len() == wanted {
            return finish::<A>(ctx, attempt);
        }
        let need = ("need", i64::from(view.replicas));
        if active.len() < wanted {
            let count = (wanted - active.len()).min(BURST);
            self.expectations.expect_creations(&key, count as u32, ctx.now);
            ctx.log(&set, "Too few replicas", &[need, ("creating", count as i64)]);
            let pod = pod_of(&set, view.template);
            return create(attempt, Batch { pod, size: 1, left: count });
        }
        let count = (active.len() - wanted).min(BURST);
        ctx.log(&set, "Too many replicas", &[need, ("deleting", count as i64)]);
        let related = related_pods::<A>(ctx.caches, &set);
        let condemned = pods_to_delete(active, related.into_iter(), count, ctx.now);
        let keys: Vec<Key> = condemned.iter().map(Object::key).collect();
        self.expectations.expect_deletions(&key, keys.iter().cloned(), ctx.now);
        let calls = keys.iter().map(|key| Call::Delete {
            resource: Resource::PODS,
            key: key.clone(),
            options: DeleteOptions::default(),
        });
        Next::Call(calls.collect(), Progress::Deleting(attempt, keys))
    }

    fn on_created(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        mut attempt: Attempt,
        batch: Batch,
        replies: &Replies,
    ) -> Next<Progress> {
        let mut failed = 0;
        for reply in replies.objects() {
            match reply {
                Ok(Some(pod)) => {
                    let message = format!("Created pod: {}", pod.name());
                    ctx.normal(&attempt.set, "SuccessfulCreate", message);
                }
                // In a namespace that is going, every creation fails: nothing is to be done.
                Err(status) if is_namespace_terminating(status) => {}
                Ok(None) => failed += 1,
                Err(status) => {
                    let message = format!("Error creating: {}", status.message);
                    ctx.warning(&attempt.set, "FailedCreate", message);
                    failed += 1;
                    attempt.error.get_or_insert_with(|| status.message.clone());
                }
            }
        }
        if failed == 0 && batch.left > 0 {
            return create(attempt, Batch { size: 2 * batch.size, ..batch });
        }
        let skipped = failed + batch.left;
        if skipped > 0 {
            const LINE: &str =
                "Slow-start failure. Skipping creation of pods, decrementing expectations";
            ctx.log(&attempt.set, LINE, &[("podsSkipped", skipped as i64)]);
            let key = attempt.set.key();
            (0..skipped).for_each(|_| self.expectations.creation_observed(&key));
        }
        finish::<A>(ctx, attempt)
    }

    fn on_deleted(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        mut attempt: Attempt,
        pods: &[Key],
        replies: &Replies,
    ) -> Next<Progress> {
        let key = attempt.set.key();
        for (pod, reply) in pods.iter().zip(replies.iter()) {
            let Err(status) = reply else {
                let message = format!("Deleted pod: {}", pod.name());
                ctx.normal(&attempt.set, "SuccessfulDelete", message);
                continue;
            };
            self.expectations.deletion_observed(&key, pod);
            if !status.is_not_found() {
                let message = format!("Error deleting: {}", status.message);
                ctx.warning(&attempt.set, "FailedDelete", message);
                attempt.error.get_or_insert_with(|| status.message.clone());
            }
        }
        finish::<A>(ctx, attempt)
    }
}

/// The pods of a set as the cache has them.
struct Survey {
    /// The active pods that are the set's, or could be.
    claims: Claims,
    /// How many of its pods are on their way out.
    terminating: usize,
}

/// Walks over the pods that a set manages, once, and over those that nobody manages.
fn survey<A: Replicated>(ctx: &Ctx<'_, Key>, set: &Object) -> Option<Survey> {
    let view = A::view(set)?;
    let mut terminating = 0;
    let managed = ctx.caches.controlled_by(Resource::PODS, set.uid()).filter(|pod| {
        let is_active = is_active(pod);
        let is_leaving = !is_active
            && pod.meta().is_deleting()
            && view.selector.matches(&pod.meta().labels)
            && pod.get::<Pod>().is_some_and(|pod| !pod.is_terminal());
        terminating += usize::from(is_leaving);
        is_active
    });
    let orphans = ctx.caches.of(Resource::PODS).orphans_in(set.namespace());
    let orphans = orphans.filter(|pod| is_active(pod));
    let claims = Claims::of(set, &view.selector, managed, orphans);
    Some(Survey { claims, terminating })
}

/// What is found out before pods are made or deleted; the status is told from the pods as they
/// are by then.
fn attempt<A: Replicated>(view: &View<'_>, count: &Count<'_>) -> Attempt {
    let status = calculate::<A>(view, count);
    let waits = view.min_ready_seconds > 0 && status.ready_replicas != status.available_replicas;
    let next_check = waits.then(|| {
        let next = next_availability_check(count.active, view.min_ready_seconds, count.now);
        next.unwrap_or(Duration::from_secs(view.min_ready_seconds as u64))
    });
    let missing = (count.active.len() as i32) < view.replicas;
    Attempt { set: view.object.clone(), status, missing, error: None, next_check }
}

/// Makes the next batch. Models slowStartBatch.
fn create(attempt: Attempt, batch: Batch) -> Next<Progress> {
    let size = batch.size.min(batch.left);
    let call = || Call::Create {
        resource: Resource::PODS,
        namespace: attempt.set.meta().namespace.clone(),
        body: Payload::Object(batch.pod.clone()),
    };
    let calls = std::iter::repeat_with(call).take(size).collect();
    let batch = Batch { size, left: batch.left - size, ..batch };
    Next::Call(calls, Progress::Creating(attempt, batch))
}

/// Writes the status if it has changed. Models updateReplicaSetStatus.
fn finish<A: Replicated>(ctx: &Ctx<'_, Key>, mut attempt: Attempt) -> Next<Progress> {
    let Attempt { status, error, missing, .. } = attempt;
    attempt.status = with_failure(status, error.as_ref(), missing, ctx.now);
    attempt.error = error;
    let unchanged = A::view(&attempt.set).is_none_or(|view| *view.status == attempt.status);
    if unchanged { end(attempt) } else { write_status::<A>(attempt, Write::First) }
}

fn write_status<A: Replicated>(attempt: Attempt, write: Write) -> Next<Progress> {
    let set = A::with_status(&attempt.set, attempt.status.clone());
    let call = Call::Update {
        resource: A::RESOURCE,
        key: set.key(),
        part: Part::Status,
        body: Payload::Object(set),
    };
    Next::Call(vec![call], Progress::Writing(attempt, write))
}

fn on_written<A: Replicated>(attempt: Attempt, write: Write, replies: &Replies) -> Next<Progress> {
    match (replies.object(), write) {
        (Ok(_), _) => end(attempt),
        (Err(_), Write::First) => {
            let call = ownership::recheck(&attempt.set);
            Next::Call(vec![call], Progress::Refetching(attempt))
        }
        (Err(status), Write::Second) => Next::refused(status),
    }
}

fn end(attempt: Attempt) -> Next<Progress> {
    match (attempt.error, attempt.next_check) {
        (Some(error), _) => Next::Failed(error),
        (None, Some(after)) => Next::Requeue(after),
        (None, None) => Next::Done,
    }
}

/// A new pod of the set. Models pkg/controller/controller_utils.go GetPodFromTemplate.
fn pod_of(set: &Object, template: Option<&PodTemplateSpec>) -> Object {
    let template = template.cloned().unwrap_or_default();
    let meta = ObjectMeta {
        namespace: set.meta().namespace.clone(),
        generate_name: format!("{}-", set.name()).into(),
        labels: template.metadata.labels,
        annotations: template.metadata.annotations,
        finalizers: template.metadata.finalizers,
        owner_references: [controller_ref(set)].into(),
        ..ObjectMeta::default()
    };
    Object::new(meta, Pod { spec: template.spec, status: Arc::default() })
}

/// The pods of all sets that have the manager of `set`, its own among them.
/// Models getIndirectlyRelatedPods.
fn related_pods<'a, A: Replicated>(caches: &'a Caches, set: &Object) -> Vec<&'a Object> {
    let Some(owner) = set.meta().controller() else { return Vec::new() };
    let sets = caches.controlled_by(A::RESOURCE, owner.uid);
    sets.flat_map(|set| caches.controlled_by(Resource::PODS, set.uid())).collect()
}

/// Whether a refusal says that the namespace is being deleted.
fn is_namespace_terminating(status: &Status) -> bool {
    status.causes.iter().any(|cause| cause.reason == "NamespaceTerminating")
}
