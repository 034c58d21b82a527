//! Taints of effect NoExecute: pods that do not put up with them have to go, those that put up
//! with them for a while after that while.
//!
//! Models pkg/controller/tainteviction/taint_eviction.go.

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::record::Subject;
use super::{Caches, Config};
use crate::api::rpc::{Call, DeleteOptions, Part, Patch};
use crate::api::types::{Node, ObjectReference, Pod, PodCondition, Taint, Toleration};
use crate::api::{Key, Object, Resource, Str, Timestamp, Typed};
use crate::client::Delta;
use crate::sim::{Duration, Map, Rng, Set, Time};

/// How often a deletion is tried.
const TRIES: u8 = 5;

/// The taint eviction controller, and its memory.
#[derive(Clone, Debug)]
pub struct TaintEviction {
    /// Pods that are to go, or have been told to.
    evictions: Map<Key, Eviction>,
    /// When the next ones are to go.
    due: Set<(Time, Key)>,
}

/// The fate of a pod.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Eviction {
    /// It is to go at this time.
    Waiting(Time),
    /// It has been told to go.
    Fired,
}

/// What is worked on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Item {
    /// A node whose taints have changed. Nodes come before pods, as upstream.
    Node(Str),
    /// A pod that has come to a tainted node, or has gone.
    Pod(Key),
    /// The pods whose time is up.
    Due,
    /// A pod to be deleted.
    Evict(Key),
}

/// Where a worker goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// The live pod has been asked for, for the n-th time.
    Looking(u8),
    /// The reason is being written to its status.
    Marking(u8),
    /// It is being deleted.
    Deleting(u8),
}

impl Controller for TaintEviction {
    type Key = Item;
    type Progress = Progress;

    const PROFILE: Profile = Profile { workers: 8, ..Profile::named("taint-eviction-controller") };

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self { evictions: Map::new(), due: Set::new() }
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::NODES, Resource::PODS]
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Item>) {
        let (before, after) = (delta.before.as_ref(), delta.after.as_ref());
        if delta.object().resource() == Resource::NODES {
            let taints = |node: Option<&Object>| node.map(no_execute).unwrap_or_default();
            if after.is_some() && taints(before) != taints(after) {
                queue.add(Item::Node(delta.object().meta().name.clone()));
            }
            return;
        }
        let key = delta.object().key();
        let Some(pod) = after.and_then(Object::get::<Pod>) else {
            if self.evictions.contains_key(&key) {
                queue.add(Item::Pod(key));
            }
            return;
        };
        let same = before.and_then(Object::get::<Pod>).is_some_and(|old| {
            old.spec.node_name == pod.spec.node_name && old.spec.tolerations == pod.spec.tolerations
        });
        if !same && !taints_of(caches, &pod.spec.node_name).is_empty() {
            queue.add(Item::Pod(key));
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Item>,
        item: &Item,
        resume: Option<(Progress, Replies)>,
    ) -> Next<Progress> {
        match (item, resume) {
            (Item::Evict(key), Some((progress, replies))) => {
                evict_further(ctx, key, progress, &replies)
            }
            (Item::Evict(key), None) => evict(ctx, key),
            (Item::Node(name), _) => {
                let taints = taints_of(ctx.caches, name);
                for pod in ctx.caches.of(Resource::PODS).on_node(name) {
                    self.consider(ctx, pod, &taints);
                }
                self.wait_for_due(ctx)
            }
            (Item::Pod(key), _) => {
                match ctx.caches.of(Resource::PODS).get(key) {
                    None => self.cancel(ctx, key),
                    Some(pod) => {
                        let node = pod.get::<Pod>().map(|pod| pod.spec.node_name.clone());
                        let taints = taints_of(ctx.caches, &node.unwrap_or_default());
                        if !taints.is_empty() {
                            self.consider(ctx, pod, &taints);
                        }
                    }
                }
                self.wait_for_due(ctx)
            }
            (Item::Due, _) => self.fire(ctx),
        }
    }

    fn subject(&self, item: &Item) -> Subject {
        match item {
            Item::Node(name) => Subject(Resource::NODES, Key::new("", name)),
            Item::Pod(key) | Item::Evict(key) => Subject(Resource::PODS, key.clone()),
            Item::Due => Subject(Resource::NODES, Key::default()),
        }
    }
}

impl TaintEviction {
    /// Decides the fate of one pod on a node with these taints. Models processPodOnNode.
    fn consider(&mut self, ctx: &mut Ctx<'_, Item>, object: &Object, taints: &[Taint]) {
        let (key, Some(pod)) = (object.key(), object.get::<Pod>()) else { return };
        if taints.is_empty() {
            return self.cancel(ctx, &key);
        }
        let wait = match patience(&pod.spec.tolerations, taints) {
            Patience::None => {
                self.cancel(ctx, &key);
                return self.schedule(key, ctx.now);
            }
            Patience::Forever => return self.cancel(ctx, &key),
            Patience::For(wait) => wait,
        };
        match self.evictions.get(&key) {
            // What was decided first stands, however the taints have changed since.
            Some(_) => {}
            None => self.schedule(key, ctx.now + wait),
        }
    }

    fn schedule(&mut self, key: Key, at: Time) {
        self.evictions.insert(key.clone(), Eviction::Waiting(at));
        self.due.add((at, key));
    }

    /// Models cancelWorkWithEvent.
    fn cancel(&mut self, ctx: &mut Ctx<'_, Item>, key: &Key) {
        if let Some(Eviction::Waiting(at)) = self.evictions.remove(key) {
            self.due.remove(&(at, key.clone()));
            let message = format!("Cancelling deletion of Pod {key}");
            ctx.tell(reference(key), (false, "TaintManagerEviction"), message.into());
        }
    }

    fn wait_for_due(&self, ctx: &mut Ctx<'_, Item>) -> Next<Progress> {
        if let Some(((at, _), ())) = self.due.first() {
            ctx.add_at(Item::Due, *at);
        }
        Next::Done
    }

    fn fire(&mut self, ctx: &mut Ctx<'_, Item>) -> Next<Progress> {
        while let Some(((at, key), ())) = self.due.first()
            && *at <= ctx.now
        {
            let (at, key) = (*at, key.clone());
            self.due.remove(&(at, key.clone()));
            self.evictions.insert(key.clone(), Eviction::Fired);
            ctx.add(Item::Evict(key));
        }
        self.wait_for_due(ctx)
    }
}

/// Models deletePodHandler.
fn evict(ctx: &mut Ctx<'_, Item>, key: &Key) -> Next<Progress> {
    let message = format!("Marking for deletion Pod {key}");
    ctx.tell(reference(key), (false, "TaintManagerEviction"), message.into());
    Next::Call(vec![look(key)], Progress::Looking(1))
}

/// Models addConditionAndDeletePod.
fn evict_further(
    ctx: &Ctx<'_, Item>,
    key: &Key,
    progress: Progress,
    replies: &Replies,
) -> Next<Progress> {
    let (Progress::Looking(n) | Progress::Marking(n) | Progress::Deleting(n)) = progress;
    match (progress, replies.object()) {
        (_, Err(status)) if status.is_not_found() => Next::Done,
        (_, Err(_)) if n < TRIES => Next::Call(vec![look(key)], Progress::Looking(n + 1)),
        (_, Err(status)) => Next::refused(status),
        (Progress::Looking(n), Ok(Some(live))) => match mark(live, ctx.now) {
            Some(call) => Next::Call(vec![call], Progress::Marking(n)),
            None => Next::Call(vec![delete(key)], Progress::Deleting(n)),
        },
        (Progress::Marking(n), Ok(_)) => Next::Call(vec![delete(key)], Progress::Deleting(n)),
        _ => Next::Done,
    }
}

/// Why the pod goes, written to its status; `None` if it is there already.
fn mark(live: &Object, now: Time) -> Option<Call> {
    disruption_target(live, "DeletionByTaintManager", TEXT, now).map(|pod| status_patch(&pod))
}

const TEXT: &str = "Taint manager: deleting due to NoExecute taint";

/// The pod with the condition that it is about to be disrupted; `None` if it has it.
/// Models pkg/api/v1/pod/util.go UpdatePodCondition.
pub(super) fn disruption_target(
    live: &Object,
    reason: &'static str,
    message: &'static str,
    now: Time,
) -> Option<Typed<Pod>> {
    let pod = live.typed::<Pod>()?;
    let known = pod.condition("DisruptionTarget");
    if known.is_some_and(|known| known.status == "True" && known.reason == reason) {
        return None;
    }
    let target = PodCondition {
        kind: Str::new_static("DisruptionTarget"),
        status: Str::new_static("True"),
        reason: Str::new_static(reason),
        message: Str::new_static(message),
        observed_generation: live.meta().generation,
        last_transition_time: Some(Timestamp::at(now)),
        ..PodCondition::default()
    };
    Some(pod.with(|pod| {
        let mut status = (*pod.status).clone();
        let others = status.conditions.iter().filter(|other| other.kind != target.kind).cloned();
        let others: Vec<PodCondition> = others.collect();
        status.conditions = others.into_iter().chain([target]).collect();
        pod.status = status.into();
    }))
}

/// The request that writes a pod's status.
pub(super) fn status_patch(pod: &Typed<Pod>) -> Call {
    Call::Patch {
        resource: Resource::PODS,
        key: pod.key(),
        part: Part::Status,
        patch: Patch::Status(pod.object().clone()),
    }
}

fn look(key: &Key) -> Call {
    Call::Get { resource: Resource::PODS, key: key.clone(), part: Part::Main }
}

fn delete(key: &Key) -> Call {
    let options = DeleteOptions::default();
    Call::Delete { resource: Resource::PODS, key: key.clone(), options }
}

/// How long a pod puts up with taints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Patience {
    None,
    For(Duration),
    Forever,
}

/// Models GetMatchingTolerations and getMinTolerationTime.
fn patience(tolerations: &[Toleration], taints: &[Taint]) -> Patience {
    let mut shortest: Option<i64> = None;
    for taint in taints {
        let mut matching = tolerations.iter().filter(|t| t.tolerates(taint)).peekable();
        if matching.peek().is_none() {
            return Patience::None;
        }
        let seconds = matching.filter_map(|toleration| toleration.toleration_seconds).min();
        shortest = shortest.into_iter().chain(seconds).min();
    }
    shortest.map_or(Patience::Forever, |seconds| {
        Patience::For(Duration::from_secs(seconds.max(0) as u64))
    })
}

fn taints_of(caches: &Caches, node: &str) -> Vec<Taint> {
    let node = caches.of(Resource::NODES).get(&Key::new("", node));
    node.map(no_execute).unwrap_or_default()
}

fn no_execute(node: &Object) -> Vec<Taint> {
    let Some(node) = node.get::<Node>() else { return Vec::new() };
    node.spec.taints.iter().filter(|taint| taint.effect == "NoExecute").cloned().collect()
}

/// A pod as the events of this controller refer to it: without its identity.
fn reference(key: &Key) -> ObjectReference {
    ObjectReference {
        api_version: Str::new_static("v1"),
        kind: Str::new_static("Pod"),
        namespace: key.namespace().into(),
        name: key.name().into(),
        ..ObjectReference::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_that_of_the_least_patient_toleration() {
        let taint = |key: &str, value: &str| Taint {
            key: key.into(),
            value: value.into(),
            effect: "NoExecute".into(),
            ..Taint::default()
        };
        let toleration = |key: &str, operator: &str, value: &str, seconds| Toleration {
            key: key.into(),
            operator: operator.into(),
            value: value.into(),
            toleration_seconds: seconds,
            ..Toleration::default()
        };
        let for_secs = |secs| Patience::For(Duration::from_secs(secs));
        let check = |tolerations: &[Toleration], expected| {
            let taints = [taint("a", "x"), taint("b", "")];
            assert_eq!(patience(tolerations, &taints), expected);
        };
        let exists = |key, seconds| toleration(key, "Exists", "", seconds);
        check(&[], Patience::None);
        check(&[exists("a", None)], Patience::None);
        check(&[exists("a", None), exists("b", None)], Patience::Forever);
        check(&[exists("a", Some(9)), exists("b", Some(3))], for_secs(3));
        check(&[exists("a", Some(9)), exists("b", None)], for_secs(9));
        check(&[exists("", Some(-1))], for_secs(0));
        check(&[exists("b", None), toleration("a", "Equal", "y", None)], Patience::None);
        check(&[exists("b", None), toleration("a", "", "x", Some(4))], for_secs(4));
    }
}
