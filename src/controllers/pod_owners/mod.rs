//! DaemonSets, StatefulSets and Jobs: one loop for all that own pods other than as equal replicas.
//!
//! What is to be done for the pods there are is the plan of each kind ([`Owner::plan`]), a function
//! of what the caches hold; adopting, waiting for caches, sending, telling and writing the status
//! are here. Invariant: while the cache has not shown what was asked for (expectations), nothing
//! further is asked for.
//!
//! Models pkg/controller/daemon, pkg/controller/statefulset and pkg/controller/job. What is made is
//! made in one go, where upstream starts slowly.

mod daemon_set;
mod job;
mod placement;
mod revisions;
mod stateful_set;
#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::marker::PhantomData;

pub use daemon_set::DaemonSetKind;
pub use job::JobKind;
pub use stateful_set::StatefulSetKind;

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::ownership::{self, Claims};
use super::record::Subject;
use super::{Caches, Config};
use crate::api::labels::Selector;
use crate::api::rpc::{Call, DeleteOptions, Part, Payload};
use crate::api::types::{LabelSelector, Node, ObjectMeta, Pod, PodTemplateSpec};
use crate::api::{Codec, Key, Object, Resource, Str, Value};
use crate::client::{Delta, Expectations};
use crate::sim::{Duration, Rng, Time};

/// The controller of DaemonSets.
pub type DaemonSets = PodOwners<DaemonSetKind>;
/// The controller of StatefulSets.
pub type StatefulSets = PodOwners<StatefulSetKind>;
/// The controller of Jobs.
pub type Jobs = PodOwners<JobKind>;

/// A kind of object that owns pods.
pub trait Owner: Clone + Debug {
    /// What never changes about its controller.
    const PROFILE: Profile;
    /// The resource of its objects.
    const RESOURCE: Resource;
    /// What else it looks at.
    const LOOKS_AT: &'static [Resource];

    /// What is to be done.
    fn plan(sight: &Sight<'_>) -> Plan;

    /// What is told of a pod that was made (`true`) or deleted.
    fn told(owner: &Object, pod: &str, made: bool) -> String;
}

/// What a plan is made of.
#[derive(Debug)]
pub struct Sight<'a> {
    /// The present.
    pub now: Time,
    /// The caches.
    pub caches: &'a Caches,
    /// The owner.
    pub owner: &'a Object,
    /// The owner, to be read.
    pub value: &'a Value,
    /// Its pods, finished and leaving ones among them.
    pub pods: &'a [Object],
    /// Whether the caches show everything that was asked for.
    pub settled: bool,
}

/// What is to be done for an owner.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What comes before everything else; the owner is then looked at again.
    pub first: Option<Call>,
    /// What is done to pods.
    pub actions: Vec<Action>,
    /// Other requests.
    pub calls: Vec<Call>,
    /// Events: whether a warning, the reason, the message.
    pub events: Vec<(bool, &'static str, Str)>,
    /// The status as it is to be.
    pub status: Value,
    /// After how long to look again.
    pub again: Option<Duration>,
}

/// What is done to a pod.
#[derive(Clone, Debug)]
pub enum Action {
    /// It is made.
    Create(Object),
    /// It is deleted.
    Delete(Object),
}

/// A controller of objects of kind `A`, and its memory.
#[derive(Clone, Debug)]
pub struct PodOwners<A> {
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
    /// What comes first is being done.
    Preparing,
    /// Pods are being made and deleted.
    Acting(Object, Box<Plan>),
    /// The status is being written.
    Writing(Option<Duration>, Option<Str>),
}

impl<A: Owner> Controller for PodOwners<A> {
    type Key = Key;
    type Progress = Progress;

    const PROFILE: Profile = A::PROFILE;

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self { expectations: Expectations::default(), kind: PhantomData }
    }

    fn watches() -> Vec<Resource> {
        [Resource::PODS, A::RESOURCE].into_iter().chain(A::LOOKS_AT.iter().copied()).collect()
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
        match delta.object().resource() {
            Resource::PODS => self.on_pod(delta, caches, queue),
            Resource::NODES if !concerns_placement(delta) => {}
            Resource::NODES => {
                caches.of(A::RESOURCE).objects().iter().for_each(|owner| queue.add(owner.key()));
            }
            resource if resource == A::RESOURCE => {
                let uid = |object: &Option<Object>| object.as_ref().map(Object::uid);
                let key = delta.object().key();
                if delta.before.is_some() && uid(&delta.before) != uid(&delta.after) {
                    self.expectations.forget(&key);
                }
                queue.add(key);
            }
            _ => {
                let object = delta.object();
                let owner = object.meta().controller();
                let owner = owner.and_then(|o| caches.owner(A::RESOURCE, object.namespace(), o));
                owner.into_iter().for_each(|owner| queue.add(owner.key()));
            }
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
            Progress::Rechecking(owner) => match ownership::may_adopt(&owner, &replies) {
                Ok(()) => self.claim(ctx, owner),
                Err(error) => Next::Failed(error),
            },
            Progress::Claiming(owner) => match ownership::adopted(&owner, &replies) {
                Ok(adopted) => self.manage(ctx, owner, adopted),
                Err(error) => Next::Failed(error),
            },
            // Its change has the key looked at again.
            Progress::Preparing => match replies.object() {
                Err(status) if !status.is_already_exists() => Next::refused(status),
                _ => Next::Done,
            },
            Progress::Acting(owner, plan) => self.on_acted(ctx, owner, *plan, &replies),
            Progress::Writing(again, error) => match (replies.object(), error, again) {
                (Err(status), _, _) => Next::refused(status),
                (Ok(_), Some(error), _) => Next::Failed(error),
                (Ok(_), None, Some(after)) => Next::Requeue(after),
                (Ok(_), None, None) => Next::Done,
            },
        }
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(A::RESOURCE, key.clone())
    }
}

impl<A: Owner> PodOwners<A> {
    fn on_pod(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
        let pod = delta.object();
        let Some(owner) = pod.meta().controller() else {
            // Whoever could adopt it is asked.
            for owner in caches.of(A::RESOURCE).objects().in_namespace(pod.namespace()) {
                if selector(&owner.to_value()).is_some_and(|s| s.matches(&pod.meta().labels)) {
                    queue.add(owner.key());
                }
            }
            return;
        };
        let Some(owner) = caches.owner(A::RESOURCE, pod.namespace(), owner) else { return };
        let key = owner.key();
        if delta.before.is_none() {
            self.expectations.creation_observed(&key);
        }
        if delta.after.as_ref().is_none_or(|pod| pod.meta().is_deleting()) {
            self.expectations.deletion_observed(&key, &pod.key());
        }
        queue.add(key);
    }

    fn begin(&mut self, ctx: &mut Ctx<'_, Key>, key: &Key) -> Next<Progress> {
        let Some(owner) = ctx.caches.of(A::RESOURCE).get(key).cloned() else {
            self.expectations.forget(key);
            return Next::Done;
        };
        if !claims::<A>(ctx, &owner).adoptable.is_empty() {
            return Next::Call(vec![ownership::recheck(&owner)], Progress::Rechecking(owner));
        }
        self.claim(ctx, owner)
    }

    fn claim(&mut self, ctx: &mut Ctx<'_, Key>, owner: Object) -> Next<Progress> {
        match claims::<A>(ctx, &owner).calls(&owner) {
            calls if calls.is_empty() => self.manage(ctx, owner, Vec::new()),
            calls => Next::Call(calls, Progress::Claiming(owner)),
        }
    }

    fn manage(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        owner: Object,
        adopted: Vec<Object>,
    ) -> Next<Progress> {
        let key = owner.key();
        let pods = ownership::with_adopted(claims::<A>(ctx, &owner).owned, adopted);
        let value = owner.to_value();
        let sight = Sight {
            now: ctx.now,
            caches: ctx.caches,
            owner: &owner,
            value: &value,
            pods: &pods,
            settled: self.expectations.satisfied(&key, ctx.now),
        };
        let mut plan = A::plan(&sight);
        if let Some(first) = plan.first.take() {
            return Next::Call(vec![first], Progress::Preparing);
        }
        if !sight.settled || owner.meta().is_deleting() {
            plan.actions.clear();
        }
        for (is_warning, reason, message) in std::mem::take(&mut plan.events) {
            match is_warning {
                true => ctx.warning(&owner, reason, message),
                false => ctx.normal(&owner, reason, message),
            }
        }
        let calls = self.calls(&key, &owner, &plan, ctx.now);
        if calls.is_empty() {
            return write(owner, plan, None);
        }
        Next::Call(calls, Progress::Acting(owner, Box::new(plan)))
    }

    /// The requests of a plan, which the cache is then expected to show.
    fn calls(&mut self, key: &Key, owner: &Object, plan: &Plan, now: Time) -> Vec<Call> {
        let made = plan.actions.iter().filter(|a| matches!(a, Action::Create(_))).count();
        let deleted = plan.actions.iter().filter_map(|action| match action {
            Action::Delete(pod) => Some(pod.key()),
            Action::Create(_) => None,
        });
        let deleted: Vec<Key> = deleted.collect();
        if !deleted.is_empty() {
            self.expectations.expect_deletions(key, deleted, now);
        } else if made > 0 {
            self.expectations.expect_creations(key, made as u32, now);
        }
        let one = |action: &Action| match action {
            Action::Create(pod) => Call::Create {
                resource: Resource::PODS,
                namespace: owner.meta().namespace.clone(),
                body: Payload::Object(pod.clone()),
            },
            Action::Delete(pod) => Call::Delete {
                resource: Resource::PODS,
                key: pod.key(),
                options: DeleteOptions::default(),
            },
        };
        plan.actions.iter().map(one).chain(plan.calls.iter().cloned()).collect()
    }

    fn on_acted(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        owner: Object,
        plan: Plan,
        replies: &Replies,
    ) -> Next<Progress> {
        let key = owner.key();
        let mut error = None;
        for (action, reply) in plan.actions.iter().zip(replies.objects()) {
            match (action, reply) {
                (Action::Create(_), Ok(pod)) => {
                    let name = pod.map_or("", |pod| pod.name());
                    ctx.normal(&owner, "SuccessfulCreate", A::told(&owner, name, true));
                }
                (Action::Delete(pod), Ok(_)) => {
                    ctx.normal(&owner, "SuccessfulDelete", A::told(&owner, pod.name(), false));
                }
                (Action::Create(_), Err(status)) => {
                    self.expectations.creation_observed(&key);
                    if !status.is_already_exists() {
                        let message = format!("Error creating: {}", status.message);
                        ctx.warning(&owner, "FailedCreate", message);
                    }
                    error.get_or_insert_with(|| status.message.clone());
                }
                (Action::Delete(pod), Err(status)) => {
                    self.expectations.deletion_observed(&key, &pod.key());
                    if !status.is_not_found() {
                        let message = format!("Error deleting: {}", status.message);
                        ctx.warning(&owner, "FailedDelete", message);
                        error.get_or_insert_with(|| status.message.clone());
                    }
                }
            }
        }
        write(owner, plan, error)
    }
}

/// Writes the status if it has changed.
fn write(owner: Object, plan: Plan, error: Option<Str>) -> Next<Progress> {
    let mut value = owner.to_value();
    if plan.status.is_null() || *value.at("status") == plan.status {
        return match (error, plan.again) {
            (Some(error), _) => Next::Failed(error),
            (None, Some(after)) => Next::Requeue(after),
            (None, None) => Next::Done,
        };
    }
    *value.entry("status") = plan.status;
    let (resource, key) = (owner.resource(), owner.key());
    let body = Payload::Object(Object::load(resource, &value).at_revision(owner.revision));
    let call = Call::Update { resource, key, part: Part::Status, body };
    Next::Call(vec![call], Progress::Writing(plan.again, error))
}

/// The selector of an owner; `None` where it has none.
fn selector(owner: &Value) -> Option<Selector> {
    let selector = owner.at_path(&["spec", "selector"]);
    let selector = Selector::from(&LabelSelector::load(selector));
    (!selector.is_everything()).then_some(selector)
}

fn claims<A: Owner>(ctx: &Ctx<'_, Key>, owner: &Object) -> Claims {
    let selector = selector(&owner.to_value()).unwrap_or_else(Selector::nothing);
    let managed = ctx.caches.controlled_by(Resource::PODS, owner.uid());
    let orphans = ctx.caches.of(Resource::PODS).orphans_in(owner.namespace());
    let is_active = |pod: &&Object| pod.get::<Pod>().is_some_and(|pod| !pod.is_terminal());
    Claims::of(owner, &selector, managed, orphans.filter(is_active))
}

/// Whether a change of a node can change where pods are to be.
fn concerns_placement(delta: &Delta) -> bool {
    let (Some(before), Some(after)) = (&delta.before, &delta.after) else { return true };
    let spec = |object: &Object| object.get::<Node>().map(|node| node.spec.clone());
    before.meta().labels != after.meta().labels || spec(before) != spec(after)
}

/// A pod of a template, with more labels; named if `name` is not empty.
fn pod_of(owner: &Object, template: &Value, name: &str, labels: &[(&'static str, Str)]) -> Object {
    let template = PodTemplateSpec::load(template);
    let mut all = template.metadata.labels;
    for (key, value) in labels {
        all = all.with(*key, value.clone());
    }
    let meta = ObjectMeta {
        name: name.into(),
        generate_name: if name.is_empty() {
            format!("{}-", owner.name()).into()
        } else {
            Str::default()
        },
        namespace: owner.meta().namespace.clone(),
        labels: all,
        annotations: template.metadata.annotations,
        finalizers: template.metadata.finalizers,
        owner_references: [ownership::controller_ref(owner)].into(),
        ..ObjectMeta::default()
    };
    Object::new(meta, Pod { spec: template.spec, ..Pod::default() })
}

/// A pod as one of this kind; pods are all there is in these lists.
fn body(pod: &Object) -> &Pod {
    pod.get::<Pod>().expect("the pods of an owner are pods")
}
