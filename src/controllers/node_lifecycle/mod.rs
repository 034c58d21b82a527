//! Nodes: who has fallen silent, and what follows from that.
//!
//! Upstream looks at every node every five seconds. Here the monitor sleeps until the first of
//! those ticks on which something could be different: a node that changed, or one whose silence
//! becomes too long. The ticks are the same, and so is everything that happens on them.
//!
//! Models pkg/controller/nodelifecycle.

mod health;
mod labels;
mod marking;
mod taints;
#[cfg(test)]
mod tests;
mod zones;

use std::collections::BTreeMap;

use self::health::{Health, Ready, lost};
use self::labels::{label, missing_labels};
use self::marking::{mark, on_marked};
use self::taints::{Eviction, evicts_for_another_reason, is_evicting, wanted};
use self::zones::{Count, Disruption, Zones, zone_of};
use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::manager::next_tick;
use super::ownership::recheck;
use super::record::Subject;
use super::{Caches, Config};
use crate::api::rpc::{Call, Part, Payload};
use crate::api::types::{Lease, Node, ObjectReference, Pod, Taint};
use crate::api::{Key, Kind, List, Object, Resource, Str, Timestamp, Typed, Uid};
use crate::client::Delta;
use crate::sim::{Duration, Map, Rng, Set, Time};

/// Where the leases of nodes are.
const LEASES: &str = "kube-node-lease";
/// A node with this label does not count when zones are judged.
const EXCLUDED: &str = "node.kubernetes.io/exclude-disruption";
/// How often a write that conflicts is tried. Models NodeHealthUpdateRetry.
const TRIES: u8 = 5;

/// The node lifecycle controller, and its memory.
#[derive(Clone, Debug)]
pub struct NodeLifecycle {
    /// When the monitor looked first, and how often it looks.
    start: Time,
    period: Duration,
    nodes: Map<Str, Health>,
    /// Nodes that have changed since the monitor looked last.
    changed: Set<Str>,
    zones: Zones,
}

/// What is worked on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Item {
    /// The look at all nodes.
    Monitor,
    /// The health of a node.
    Health(Str),
    /// The taints of a node.
    Taints(Str),
    /// The labels of a node.
    Labels(Str),
    /// The nodes of a zone that wait to be given up.
    Zone(Str),
    /// A pod that has come to a node which is not ready.
    Pod(Key),
}

/// Where a worker goes on.
#[derive(Clone, Debug)]
pub enum Progress {
    /// A status that says the node is lost is being written, for the n-th time.
    Losing(Object, u8),
    /// The live node has been asked for, to write its status once more.
    LosingAgain(u8),
    /// The live node has been asked for, to change its taints.
    Looking(u8),
    /// Taints are being changed.
    Tainting(u8),
    /// Pods are being marked as not ready.
    Marking(Vec<Object>),
    /// Labels are being changed.
    Labelling,
}

impl Controller for NodeLifecycle {
    type Key = Item;
    type Progress = Progress;

    const PROFILE: Profile = Profile {
        source: "node-controller",
        workers: 8,
        ..Profile::named("node-lifecycle-controller")
    };

    fn new(config: &Config, _rng: Rng) -> Self {
        Self {
            start: Time::default(),
            period: config.node_monitor_period,
            nodes: Map::new(),
            changed: Set::new(),
            zones: Zones::default(),
        }
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::NODES, Resource::PODS, Resource::LEASES]
    }

    fn on_synced(&mut self, caches: &Caches, queue: &mut Keys<'_, Item>) {
        self.start = queue.now;
        for node in caches.objects::<Node>().iter() {
            self.changed.add(node.meta().name.clone());
        }
        queue.add(Item::Monitor);
    }

    fn on_change(&mut self, delta: &Delta, _caches: &Caches, queue: &mut Keys<'_, Item>) {
        match delta.object().resource() {
            Resource::LEASES => self.on_lease(delta, queue.now),
            Resource::NODES => self.on_node(delta, queue),
            _ => self.on_pod(delta, queue),
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Item>,
        item: &Item,
        resume: Option<(Progress, Replies)>,
    ) -> Next<Progress> {
        if let Some((progress, replies)) = resume {
            return self.resume(ctx, item, progress, &replies);
        }
        match item {
            Item::Monitor => self.monitor(ctx),
            Item::Health(name) => match cached(ctx, name) {
                Some(node) => self.check_health(ctx, node, 1),
                None => Next::Done,
            },
            Item::Taints(name) => match cached(ctx, name) {
                Some(node) if self.wanted_taints(&node, ctx.now).is_some() => {
                    Next::Call(vec![recheck(node.object())], Progress::Looking(1))
                }
                _ => Next::Done,
            },
            Item::Labels(name) => cached(ctx, name).map_or(Next::Done, |node| label(&node)),
            Item::Zone(zone) => self.give_up_one(ctx, zone),
            Item::Pod(key) => match ctx.caches.of(Resource::PODS).get(key) {
                Some(pod) if self.is_on_lost_node(pod) => mark(ctx, [pod.clone()].iter()),
                _ => Next::Done,
            },
        }
    }

    fn subject(&self, item: &Item) -> Subject {
        match item {
            Item::Pod(key) => Subject(Resource::PODS, key.clone()),
            Item::Health(name) | Item::Taints(name) | Item::Labels(name) => node_subject(name),
            Item::Zone(_) | Item::Monitor => node_subject(""),
        }
    }
}

impl NodeLifecycle {
    fn on_lease(&mut self, delta: &Delta, now: Time) {
        let lease = delta.after.as_ref().filter(|lease| lease.namespace() == LEASES);
        let Some(lease) = lease else { return };
        let tick = next_tick(self.start, self.period, now);
        if let Some(health) = self.nodes.get_mut(&lease.meta().name) {
            let renewed = lease.get::<Lease>().and_then(|lease| lease.spec.renew_time);
            health.on_lease(renewed, tick);
        }
    }

    fn on_node(&mut self, delta: &Delta, queue: &mut Keys<'_, Item>) {
        let name = delta.object().meta().name.clone();
        let tick = next_tick(self.start, self.period, queue.now);
        if let Some(node) = delta.after.as_ref().and_then(Object::typed::<Node>) {
            let same = self.nodes.get_mut(&name).filter(|health| health.uid == node.uid());
            if let Some(health) = same {
                health.on_status(&node, tick);
            }
            if self.wanted_taints(&node, queue.now).is_some() {
                queue.add(Item::Taints(name.clone()));
            }
            if missing_labels(&node).next().is_some() {
                queue.add(Item::Labels(name.clone()));
            }
        }
        if matters(delta) {
            self.changed.add(name);
            queue.add_at(Item::Monitor, tick);
        }
    }

    fn on_pod(&mut self, delta: &Delta, queue: &mut Keys<'_, Item>) {
        let Some(pod) = &delta.after else { return };
        let node = |object: &Object| object.get::<Pod>().map(|pod| pod.spec.node_name.clone());
        if delta.before.as_ref().and_then(node) != node(pod) && self.is_on_lost_node(pod) {
            queue.add(Item::Pod(pod.key()));
        }
    }

    fn is_on_lost_node(&self, pod: &Object) -> bool {
        let health = pod.get::<Pod>().and_then(|pod| self.nodes.get(&pod.spec.node_name));
        health.is_some_and(|health| matches!(health.ready, Ready::False | Ready::Unknown))
    }

    /// One tick. Models monitorNodeHealth.
    fn monitor(&mut self, ctx: &mut Ctx<'_, Item>) -> Next<Progress> {
        for name in std::mem::take(&mut self.changed).keys() {
            self.register(ctx, name);
            ctx.add(Item::Health(name.clone()));
        }
        let silent = self.nodes.iter().filter(|(_, health)| {
            !health.is_lost
                && health.ready != Ready::Unknown
                && health.deadline(ctx.config) <= ctx.now
        });
        let silent: Vec<Str> = silent.map(|(name, _)| name.clone()).collect();
        silent.into_iter().for_each(|name| ctx.add(Item::Health(name)));
        self.assess_zones(ctx);
        let waiting = self.nodes.values().filter(|health| !health.is_lost);
        let deadlines =
            waiting.map(|health| health.deadline(ctx.config)).filter(|at| *at > ctx.now);
        let Some(next) = deadlines.min() else { return Next::Done };
        Next::Requeue(next_tick(self.start, self.period, next).since(ctx.now))
    }

    /// Notices that a node has come, or has gone. Models classifyNodes.
    fn register(&mut self, ctx: &mut Ctx<'_, Item>, name: &Str) {
        let node = cached(ctx, name);
        let known = self.nodes.get(name).map(|health| health.uid);
        if let Some(uid) = known.filter(|uid| node.as_ref().is_none_or(|node| node.uid() != *uid)) {
            self.nodes.remove(name);
            self.forget_waiting(name);
            tell(ctx, name, uid, "RemovingNode", &format!("Removing Node {name} from Controller"));
        }
        let Some(node) = node else { return };
        if !self.nodes.contains_key(name) {
            let mut health = Health::new(&node, ctx.now);
            let lease = ctx.caches.get::<Lease>(&Key::new(LEASES, name));
            health.on_lease(lease.and_then(|lease| lease.spec.renew_time), ctx.now);
            self.nodes.insert(name.clone(), health);
            let what = format!("Registered Node {name} in Controller");
            tell(ctx, name, node.uid(), "RegisteredNode", &what);
        }
    }

    /// Judges the zones by the nodes as they are known on this tick.
    fn assess_zones(&mut self, ctx: &mut Ctx<'_, Item>) {
        let mut counts: BTreeMap<Str, Count> = BTreeMap::new();
        for node in ctx.caches.objects::<Node>().iter() {
            let Some(health) = self.nodes.get(&node.meta().name) else { continue };
            if node.meta().labels.contains_key(EXCLUDED) {
                continue;
            }
            let is_ready = health.ready == Ready::True && health.deadline(ctx.config) > ctx.now;
            let count = counts.entry(zone_of(node)).or_default();
            count.ready += usize::from(is_ready);
            count.unready += usize::from(!is_ready);
        }
        let disruption = self.zones.assess(&counts, ctx.config, ctx.now);
        if disruption == Disruption::None {
            return;
        }
        let names: Vec<Str> = self.nodes.keys().cloned().collect();
        let line = match disruption {
            Disruption::Entered => {
                "Controller detected that all Nodes are not-Ready. Entering master disruption mode"
            }
            _ => "Controller detected that some Nodes are Ready. Exiting master disruption mode",
        };
        ctx.log(node_subject(""), line, &[("nodes", names.len() as i64)]);
        for name in names {
            let Some(health) = self.nodes.get_mut(&name) else { continue };
            if disruption == Disruption::Entered {
                health.eviction = Eviction::No;
                ctx.add(Item::Taints(name));
            } else {
                // Nobody is held to what could not be heard in the meantime.
                health.heard(ctx.now);
                ctx.add(Item::Health(name));
            }
        }
        self.zones.names().into_iter().for_each(|zone| ctx.add(Item::Zone(zone)));
    }

    /// Declares a node lost that has been silent for too long. Models tryUpdateNodeHealth.
    fn check_health(
        &mut self,
        ctx: &mut Ctx<'_, Item>,
        node: Typed<Node>,
        n: u8,
    ) -> Next<Progress> {
        let Some(health) = self.nodes.get_mut(node.name()) else { return Next::Done };
        if health.deadline(ctx.config) > ctx.now {
            return self.settle(ctx, &node, Ready::of(&node));
        }
        health.is_lost = true;
        let Some(lost) = lost(&node, Timestamp::at(ctx.now)) else {
            return self.settle(ctx, &node, Ready::of(&node));
        };
        health.on_own_write(&lost);
        let call = Call::Update {
            resource: Resource::NODES,
            key: node.key(),
            part: Part::Status,
            body: Payload::Object(lost.into()),
        };
        Next::Call(vec![call], Progress::Losing(node.into(), n))
    }

    /// Draws the consequences of a node's Ready condition, which was `observed` before this
    /// controller changed it. Models processTaintBaseEviction and what follows it.
    fn settle(
        &mut self,
        ctx: &mut Ctx<'_, Item>,
        node: &Typed<Node>,
        observed: Ready,
    ) -> Next<Progress> {
        let (name, zone, ready) = (Str::from(node.name()), zone_of(node.object()), Ready::of(node));
        let Some(health) = self.nodes.get_mut(&name) else { return Next::Done };
        match ready {
            Ready::Missing => return Next::Done,
            Ready::True => {
                health.eviction = Eviction::No;
                self.forget_waiting(&name);
                if self.wanted_taints(node, ctx.now).is_some() {
                    ctx.add(Item::Taints(name.clone()));
                }
            }
            Ready::False | Ready::Unknown if evicts_for_another_reason(node) => {
                health.eviction = Eviction::Yes;
                ctx.add(Item::Taints(name.clone()));
            }
            Ready::False | Ready::Unknown if is_evicting(node) => {}
            Ready::False | Ready::Unknown => {
                ctx.log(node.object(), "Node is not ready. Adding it to the Taint queue", &[]);
                self.zones.zone(&zone, ctx.config).push(&name);
                ctx.add(Item::Zone(zone));
            }
        }
        if ready == Ready::True || observed != Ready::True {
            return Next::Done;
        }
        let message = format!("Node {name} status is now: NodeNotReady");
        ctx.tell(reference(&name, node.uid()), (false, "NodeNotReady"), message.into());
        mark(ctx, ctx.caches.of(Resource::PODS).on_node(&name))
    }

    /// Has the next node of a zone tainted, when it is time. Models doNoExecuteTaintingPass.
    fn give_up_one(&mut self, ctx: &mut Ctx<'_, Item>, name: &Str) -> Next<Progress> {
        let Some(zone) = self.zones.get_mut(name) else { return Next::Done };
        while let Some(node) = zone.take(ctx.now) {
            if let Some(health) = self.nodes.get_mut(&node) {
                health.eviction = Eviction::Yes;
                ctx.add(Item::Taints(node));
            }
        }
        match zone.ready_at() {
            Some(at) if !zone.waiting.is_empty() => Next::Requeue(at.since(ctx.now)),
            _ => Next::Done,
        }
    }

    fn resume(
        &mut self,
        ctx: &mut Ctx<'_, Item>,
        item: &Item,
        progress: Progress,
        replies: &Replies,
    ) -> Next<Progress> {
        match (progress, replies.object()) {
            (Progress::Marking(pods), _) => on_marked(ctx, &pods, replies),
            (Progress::Losing(before, _), Ok(Some(after))) => {
                match (before.get::<Node>(), after.typed::<Node>()) {
                    (Some(before), Some(after)) => self.settle(ctx, &after, Ready::of(before)),
                    _ => Next::Done,
                }
            }
            (Progress::Losing(before, n), Err(status)) if n < TRIES && !status.is_not_found() => {
                Next::Call(vec![recheck(&before)], Progress::LosingAgain(n + 1))
            }
            (Progress::LosingAgain(n), Ok(Some(live))) => match live.typed::<Node>() {
                Some(node) => self.check_health(ctx, node, n),
                None => Next::Done,
            },
            (Progress::Looking(n), Ok(Some(live))) => self.taint(ctx, live, n),
            (Progress::Tainting(n), Err(status)) if n < TRIES && status.is_conflict() => {
                let Item::Taints(name) = item else { return Next::Done };
                let call = Call::Get {
                    resource: Resource::NODES,
                    key: Key::new("", name),
                    part: Part::Main,
                };
                Next::Call(vec![call], Progress::Looking(n + 1))
            }
            (_, Err(status)) if !status.is_not_found() => Next::refused(status),
            _ => Next::Done,
        }
    }

    /// Changes the taints of the live node.
    fn taint(&mut self, ctx: &mut Ctx<'_, Item>, live: &Object, n: u8) -> Next<Progress> {
        let Some(node) = live.typed::<Node>() else { return Next::Done };
        let Some(taints) = self.wanted_taints(&node, ctx.now) else { return Next::Done };
        let node = node.with(|node| {
            let mut spec = (*node.spec).clone();
            spec.taints = taints;
            node.spec = spec.into();
        });
        let call = Call::Update {
            resource: Resource::NODES,
            key: node.key(),
            part: Part::Main,
            body: Payload::Object(node.into()),
        };
        Next::Call(vec![call], Progress::Tainting(n))
    }

    fn wanted_taints(&self, node: &Typed<Node>, now: Time) -> Option<List<Taint>> {
        let eviction = self.nodes.get(node.name()).map_or(Eviction::Undecided, |h| h.eviction);
        wanted(node, eviction, Timestamp::at(now))
    }

    fn forget_waiting(&mut self, name: &Str) {
        for zone in self.zones.names() {
            if let Some(zone) = self.zones.get_mut(&zone) {
                zone.forget(name);
            }
        }
    }
}

/// Whether a change of a node is one the monitor has to look at: heartbeats of a healthy node are
/// none.
fn matters(delta: &Delta) -> bool {
    let (Some(before), Some(after)) = (&delta.before, &delta.after) else { return true };
    let (Some(old), Some(new)) = (before.get::<Node>(), after.get::<Node>()) else { return true };
    before.uid() != after.uid()
        || Ready::of(new) != Ready::True
        || Ready::of(old) != Ready::True
        || old.spec.taints != new.spec.taints
        || before.meta().labels != after.meta().labels
}

fn cached(ctx: &Ctx<'_, Item>, name: &str) -> Option<Typed<Node>> {
    ctx.caches.get::<Node>(&Key::new("", name))
}

fn node_subject(name: &str) -> Subject {
    Subject(Node::RESOURCE, Key::new("", name))
}

/// A node as its events refer to it.
fn reference(name: &Str, uid: Uid) -> ObjectReference {
    ObjectReference {
        api_version: Str::new_static("v1"),
        kind: Str::new_static("Node"),
        name: name.clone(),
        uid,
        ..ObjectReference::default()
    }
}

/// Models RecordNodeEvent.
fn tell(ctx: &mut Ctx<'_, Item>, name: &Str, uid: Uid, reason: &'static str, what: &str) {
    let message = format!("Node {name} event: {what}");
    ctx.tell(reference(name, uid), (false, reason), message.into());
}
