//! Pods that nobody else cleans up: too many finished ones, those of nodes that are gone, and
//! those that were to go before they had a node.
//!
//! Upstream looks every twenty seconds; here the look is skipped when there is nothing to find.
//!
//! Models pkg/controller/podgc/gc_controller.go.

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::manager::next_tick;
use super::record::Subject;
use super::taint_eviction::{disruption_target, status_patch};
use super::{Caches, Config};
use crate::api::rpc::{Call, DeleteOptions, Part};
use crate::api::types::Pod;
use crate::api::{Key, Object, Resource, Status, Str, Timestamp};
use crate::client::Delta;
use crate::sim::{Duration, Map, Rng, Set, Time};

/// How often upstream looks. Models gcCheckPeriod.
const PERIOD: Duration = Duration::from_secs(20);
/// How long a node must have been missing. Models quarantineTime.
const QUARANTINE: Duration = Duration::from_secs(40);

/// The pod garbage collector, and its memory.
#[derive(Clone, Debug)]
pub struct PodGc {
    start: Time,
    is_synced: bool,
    /// Pods that have finished.
    finished: Set<Key>,
    finished_max: usize,
    /// Pods that were to go before they had a node.
    unscheduled: Set<Key>,
    /// Nodes that pods are bound to and that are missing, and since when that is known.
    missing: Map<Str, Time>,
}

/// What is worked on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Item {
    /// A look at everything.
    Look,
    /// A node that may be gone.
    Node(Str),
    /// A pod to be deleted; because its node is gone, or for another reason.
    Pod(Key, bool),
}

/// Where a worker goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// The live node has been asked for.
    Looking,
    /// The reason is being written to the pod's status.
    Marking,
    /// The pod is being deleted.
    Deleting,
}

impl Controller for PodGc {
    type Key = Item;
    type Progress = Progress;

    const PROFILE: Profile = Profile::named("pod-garbage-collector-controller");

    fn new(config: &Config, _rng: Rng) -> Self {
        Self {
            start: Time::default(),
            is_synced: false,
            finished: Set::new(),
            finished_max: config.finished_pods_max,
            unscheduled: Set::new(),
            missing: Map::new(),
        }
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::PODS, Resource::NODES]
    }

    fn on_synced(&mut self, caches: &Caches, queue: &mut Keys<'_, Item>) {
        (self.start, self.is_synced) = (queue.now, true);
        for pod in caches.of(Resource::PODS).objects().iter() {
            self.on_pod(None, Some(pod), caches, queue);
        }
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Item>) {
        if !self.is_synced {
            return;
        }
        if delta.object().resource() == Resource::PODS {
            return self.on_pod(delta.before.as_ref(), delta.after.as_ref(), caches, queue);
        }
        let name = &delta.object().meta().name;
        if delta.after.is_none() && caches.of(Resource::PODS).on_node(name).next().is_some() {
            self.look_at(queue, queue.now);
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Item>,
        item: &Item,
        resume: Option<(Progress, Replies)>,
    ) -> Next<Progress> {
        match (item, resume) {
            (Item::Look, _) => self.look(ctx),
            (Item::Node(name), None) => {
                let key = Key::new("", name);
                let call = Call::Get { resource: Resource::NODES, key, part: Part::Main };
                Next::Call(vec![call], Progress::Looking)
            }
            (Item::Node(name), Some((_, replies))) => {
                self.missing.remove(name);
                if replies.object().is_err_and(Status::is_not_found) {
                    for pod in ctx.caches.of(Resource::PODS).on_node(name) {
                        ctx.add(Item::Pod(pod.key(), true));
                    }
                }
                Next::Done
            }
            (Item::Pod(key, orphaned), None) => collect(ctx, key, *orphaned),
            (Item::Pod(key, _), Some((Progress::Marking, replies))) => match replies.object() {
                Err(status) if !status.is_not_found() => Next::refused(status),
                _ => delete(key),
            },
            (_, Some((_, replies))) => match replies.object() {
                Err(status) if !status.is_not_found() => Next::refused(status),
                _ => Next::Done,
            },
        }
    }

    fn subject(&self, item: &Item) -> Subject {
        match item {
            Item::Look => Subject(Resource::PODS, Key::default()),
            Item::Node(name) => Subject(Resource::NODES, Key::new("", name)),
            Item::Pod(key, _) => Subject(Resource::PODS, key.clone()),
        }
    }
}

impl PodGc {
    fn on_pod(
        &mut self,
        before: Option<&Object>,
        after: Option<&Object>,
        caches: &Caches,
        queue: &mut Keys<'_, Item>,
    ) {
        let is_finished = |object| pod(object).is_some_and(Pod::is_terminal);
        let is_lost = |object: Option<&Object>| {
            let unassigned = pod(object).is_some_and(|pod| !pod.is_assigned());
            unassigned && object.is_some_and(|object| object.meta().is_deleting())
        };
        let Some(object) = after.or(before) else { return };
        if is_finished(before) != is_finished(after) {
            change(&mut self.finished, object, is_finished(after));
            if self.finished.len() > self.finished_max {
                self.look_at(queue, queue.now);
            }
        }
        if is_lost(before) != is_lost(after) {
            change(&mut self.unscheduled, object, is_lost(after));
            self.look_at(queue, queue.now);
        }
        let node = |object| pod(object).map(|pod| pod.spec.node_name.clone());
        let moved = node(before) != node(after);
        if let Some(node) = node(after).filter(|node| moved && !node.is_empty())
            && caches.of(Resource::NODES).get(&Key::new("", &node)).is_none()
        {
            self.look_at(queue, queue.now);
        }
    }

    /// Sees to it that everything is looked at on the first tick from `at` on.
    fn look_at(&self, queue: &mut Keys<'_, Item>, at: Time) {
        queue.add_at(Item::Look, next_tick(self.start, PERIOD, at));
    }

    /// One tick. Models gc.
    fn look(&mut self, ctx: &mut Ctx<'_, Item>) -> Next<Progress> {
        self.collect_finished(ctx);
        for key in self.unscheduled.keys() {
            ctx.add(Item::Pod(key.clone(), false));
        }
        let nodes = ctx.caches.of(Resource::NODES);
        let bound = ctx.caches.of(Resource::PODS).objects().iter();
        let names = bound.filter_map(|pod| pod.get::<Pod>().map(|pod| &pod.spec.node_name));
        let is_missing = |name: &&Str| !name.is_empty() && nodes.get(&Key::new("", name)).is_none();
        let mut missing = Map::new();
        for name in names.filter(is_missing) {
            let since = self.missing.get(name).copied().unwrap_or(ctx.now);
            missing.insert(name.clone(), since);
        }
        self.missing = missing;
        let mut next = None;
        for (name, since) in &self.missing {
            if ctx.now.since(*since) >= QUARANTINE {
                ctx.add(Item::Node(name.clone()));
            } else {
                let due = next_tick(self.start, PERIOD, *since + QUARANTINE);
                next = Some(next.map_or(due, |next: Time| next.min(due)));
            }
        }
        next.map_or(Next::Done, |next| Next::Requeue(next.since(ctx.now)))
    }

    /// The oldest of too many finished pods go. Models gcTerminated.
    fn collect_finished(&self, ctx: &mut Ctx<'_, Item>) {
        let surplus = self.finished.len().saturating_sub(self.finished_max);
        if surplus == 0 {
            return;
        }
        let pods = ctx.caches.of(Resource::PODS);
        let created = |key: &Key| pods.get(key).and_then(|pod| pod.meta().creation_timestamp);
        let finished = self.finished.keys();
        let mut oldest: Vec<(Option<Timestamp>, &Key)> =
            finished.map(|key| (created(key), key)).collect();
        oldest.sort();
        for (_, key) in oldest.into_iter().take(surplus) {
            ctx.add(Item::Pod(key.clone(), false));
        }
    }
}

fn pod(object: Option<&Object>) -> Option<&Pod> {
    object.and_then(Object::get::<Pod>)
}

/// Deletes a pod at once; one whose node is gone is said to have failed before that.
/// Models markFailedAndDeletePodWithCondition.
fn collect(ctx: &mut Ctx<'_, Item>, key: &Key, orphaned: bool) -> Next<Progress> {
    let Some(object) = ctx.caches.of(Resource::PODS).get(key) else { return Next::Done };
    ctx.log(object, "PodGC is force deleting Pod", &[]);
    let message = "PodGC: node no longer exists";
    let marked = disruption_target(object, "DeletionByPodGC", message, ctx.now);
    match marked.filter(|pod| orphaned && !pod.is_terminal()) {
        None => delete(key),
        Some(pod) => {
            let pod = pod.with(|pod| {
                let mut status = (*pod.status).clone();
                status.phase = Str::new_static("Failed");
                pod.status = status.into();
            });
            Next::Call(vec![status_patch(&pod)], Progress::Marking)
        }
    }
}

fn delete(key: &Key) -> Next<Progress> {
    let options = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
    let call = Call::Delete { resource: Resource::PODS, key: key.clone(), options };
    Next::Call(vec![call], Progress::Deleting)
}

fn change(set: &mut Set<Key>, object: &Object, is_in: bool) {
    if is_in {
        set.add(object.key());
    } else {
        set.remove(&object.key());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::{Node, ObjectMeta, PodSpec, PodStatus};
    use crate::controllers::testing::World;

    fn pod(name: &str, node: &str, phase: &str) -> Object {
        let spec = PodSpec { node_name: node.into(), ..PodSpec::default() };
        let status = PodStatus { phase: phase.into(), ..PodStatus::default() };
        let (name, namespace) = (name.into(), "default".into());
        let meta = ObjectMeta { name, namespace, ..ObjectMeta::default() };
        Object::new(meta, Pod { spec: spec.into(), status: status.into() })
    }

    #[test]
    fn pods_of_a_node_that_is_gone_go_after_a_while() {
        let mut world = World::new();
        world.pods_run = false;
        world.run(3000);
        world.add_node("node-1");
        world.silent.insert("node-1".into());
        world.create(pod("a", "node-1", "Running"));
        world.run(1000);
        world.delete::<Node>("node-1", &DeleteOptions::default());
        world.run(39_000);
        assert!(world.get::<Pod>("a").is_some());
        world.run(42_000);
        assert!(world.get::<Pod>("a").is_none());
    }

    #[test]
    fn the_oldest_finished_pods_go_when_there_are_too_many() {
        let config = Config { finished_pods_max: 2, ..Config::default() };
        let mut world = World::with_config(config);
        world.pods_run = false;
        world.run(3000);
        world.add_node("node-1");
        for name in ["c", "b", "a"] {
            world.create(pod(name, "node-1", "Succeeded"));
            world.run(1000);
        }
        world.run(21_000);
        let names: Vec<String> = world.all::<Pod>().iter().map(|pod| pod.name().into()).collect();
        assert_eq!(names, ["a", "b"]);
    }
}
