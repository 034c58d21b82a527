//! The picture of the cluster, kept by what changed in the store since it was last looked at.
//!
//! The store is a persistent map, so what changed between two moments is found by walking only
//! what they do not share: a frame costs as much as happened in it, whether time ran, stepped or
//! jumped. Machines are few and looked at every time.
//!
//! Invariant: the picture depends on the cluster alone, not on the way it was reached (but for the
//! colours of workloads, which stay as they were first given).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

use crate::api::{Body, Object, Resource};
use crate::cluster::Cluster;
use crate::cluster::rooms::apiserver::Stored;
use crate::cluster::rooms::etcd::mvcc::{self, KeyValue};
use crate::sim::Map;
use crate::view::node::{Bar, Share, WorkerView};
use crate::view::owners::Owners;
use crate::view::picture::{Picture, PictureChange};
use crate::view::pod::{OwnerSlot, PodId, PodLook};
use crate::view::subject::ObjectId;

use super::names::{object_id, referred};
use super::{nodes, objects, pods};

/// The keys of the store.
pub type Keys = Map<mvcc::Key, Arc<KeyValue<Stored>>>;

/// The picture, and what it was made from.
#[derive(Default)]
pub struct Pictures {
    shown: Picture,
    keys: Keys,
    owners: Owners,
    /// The pods of each node.
    pods_of: BTreeMap<SmolStr, BTreeSet<PodId>>,
    /// The events about each object, by their place in the store.
    events: BTreeMap<ObjectId, BTreeMap<mvcc::Key, Object>>,
}

impl Pictures {
    /// The picture as it was last looked at.
    pub fn shown(&self) -> &Picture {
        &self.shown
    }

    /// The object `id` with its place in history, if the store holds it.
    pub fn stored(&self, id: &ObjectId) -> Option<(&Arc<KeyValue<Stored>>, Object)> {
        let kv = self.keys.get(&super::names::store_key(id)?)?;
        match &kv.value {
            Stored::Object(object) => Some((kv, object.at_revision(kv.mod_revision))),
            Stored::Text(_) => None,
        }
    }

    /// The events about an object.
    pub fn events_of(&self, id: &ObjectId) -> impl Iterator<Item = &Object> {
        self.events.get(id).into_iter().flat_map(BTreeMap::values)
    }

    /// The pods of a node.
    pub fn pods_on(&self, node: &str) -> usize {
        self.pods_of.get(node).map_or(0, BTreeSet::len)
    }

    /// Looks at the cluster, and says what is different.
    pub fn look(&mut self, cluster: &Cluster) -> Vec<PictureChange> {
        let keys = cluster.store().map(|store| store.keys().clone()).unwrap_or_default();
        let before = std::mem::replace(&mut self.keys, keys.clone());
        let mut out = Vec::new();
        let mut touched = BTreeSet::new();
        for (_, was, is) in keys.changes_since(&before) {
            let (was, is) = (object_of(was), object_of(is));
            self.follow(was.as_ref(), is.as_ref(), &mut touched, &mut out);
        }
        self.show(&out);
        let hosts = self.look_at_hosts(cluster, &touched);
        self.show(&hosts);
        out.extend(hosts);
        out
    }

    fn show(&mut self, changes: &[PictureChange]) {
        changes.iter().for_each(|change| self.shown.apply(change.clone()));
    }

    /// Takes in what became of one object. `touched` gathers the nodes whose load changed.
    fn follow(
        &mut self,
        was: Option<&Object>,
        is: Option<&Object>,
        touched: &mut BTreeSet<SmolStr>,
        out: &mut Vec<PictureChange>,
    ) {
        let Some(resource) = is.or(was).map(Object::resource) else { return };
        match resource {
            Resource::PODS => self.follow_pod(was, is, touched, out),
            Resource::EVENTS => self.follow_event(was, is),
            Resource::NODES => {
                touched.extend(is.or(was).map(|object| SmolStr::from(object.name())));
            }
            shown if objects::is_shown(shown) => self.follow_object(was, is, out),
            _ => {}
        }
    }

    fn follow_pod(
        &mut self,
        was: Option<&Object>,
        is: Option<&Object>,
        touched: &mut BTreeSet<SmolStr>,
        out: &mut Vec<PictureChange>,
    ) {
        let id = is.map(pods::pod_id);
        if let Some(old) = was {
            let old_id = pods::pod_id(old);
            if let Some(Body::Pod(pod)) = was.map(Object::body)
                && let Some(pods) = self.pods_of.get_mut(&pod.spec.node_name)
            {
                pods.remove(&old_id);
                touched.insert(pod.spec.node_name.clone());
            }
            if id.as_ref() != Some(&old_id) {
                out.push(PictureChange::PodGone(old_id));
            }
        }
        let (Some(object), Some(id)) = (is, id) else { return };
        let Body::Pod(pod) = object.body() else { return };
        let view = pods::pod_view(object, pod, &self.keys, &mut self.owners);
        if let Some(node) = &view.node {
            self.pods_of.entry(node.clone()).or_default().insert(id.clone());
            touched.insert(node.clone());
        }
        if self.shown.pods.get(&id) != Some(&view) {
            out.push(PictureChange::Pod(view));
        }
    }

    fn follow_event(&mut self, was: Option<&Object>, is: Option<&Object>) {
        for (object, there) in [(was, false), (is, true)] {
            let Some((object, Body::Event(event))) = object.map(|it| (it, it.body())) else {
                continue;
            };
            let about = referred(&event.body.involved_object);
            let key: mvcc::Key = object.key().as_str().into();
            if there {
                self.events.entry(about).or_default().insert(key, object.clone());
            } else if let Some(events) = self.events.get_mut(&about) {
                events.remove(&key);
                if events.is_empty() {
                    self.events.remove(&about);
                }
            }
        }
    }

    fn follow_object(
        &mut self,
        was: Option<&Object>,
        is: Option<&Object>,
        out: &mut Vec<PictureChange>,
    ) {
        match (was, is) {
            (_, Some(object)) => {
                let view = objects::object_view(object, &mut self.owners);
                if self.shown.objects.get(&view.id) != Some(&view) {
                    out.push(PictureChange::Object(view));
                }
            }
            (Some(old), None) => {
                let id = object_id(old.resource(), &old.key());
                self.owners.release(&id);
                out.push(PictureChange::ObjectGone(id));
            }
            (None, None) => {}
        }
    }

    /// What is different about the machines, the load balancer and the cables.
    fn look_at_hosts(&self, cluster: &Cluster, touched: &BTreeSet<SmolStr>) -> Vec<PictureChange> {
        let mut out = Vec::new();
        let gone = |name: &&SmolStr| cluster.places().host(name).is_none();
        let masters = self.shown.masters.keys().filter(gone).cloned();
        out.extend(masters.map(PictureChange::MasterGone));
        let workers = self.shown.workers.keys().filter(gone).cloned();
        out.extend(workers.map(PictureChange::WorkerGone));
        for at in 0..cluster.places().masters() {
            let view = nodes::master_view(cluster, &self.keys, at);
            if self.shown.masters.get(&view.name) != Some(&view) {
                out.push(PictureChange::Master(view));
            }
        }
        for host in cluster.places().workers() {
            let mut view = nodes::worker_view(cluster, &self.keys, host);
            match self.shown.workers.get(&view.name) {
                Some(shown) if !touched.contains(&view.name) => {
                    (view.cpu.shares, view.memory.shares) =
                        (shown.cpu.shares.clone(), shown.memory.shares.clone());
                }
                _ => self.load(&mut view),
            }
            if self.shown.workers.get(&view.name) != Some(&view) {
                out.push(PictureChange::Worker(view));
            }
        }
        let balancer = nodes::balancer_view(cluster);
        if self.shown.balancer != balancer {
            out.push(PictureChange::Balancer(balancer));
        }
        let cuts = nodes::cuts(cluster);
        if self.shown.cuts != cuts {
            out.push(PictureChange::Cuts(cuts));
        }
        out
    }

    /// Fills the bars of a worker with what its pods ask for, by workload.
    fn load(&self, view: &mut WorkerView) {
        let mut shares: BTreeMap<OwnerSlot, (u64, u64)> = BTreeMap::new();
        let ids = self.pods_of.get(&view.name).into_iter().flatten();
        let pods = ids.filter_map(|id| self.shown.pods.get(id));
        for pod in pods.filter(|pod| pod.look != PodLook::Succeeded) {
            let share = shares.entry(pod.owner.slot).or_default();
            share.0 += pod.cpu_milli;
            share.1 += pod.memory_bytes;
        }
        let bar = |bar: &mut Bar, amount: fn(&(u64, u64)) -> u64| {
            let share = |(slot, share)| Share { slot, amount: amount(share) };
            bar.shares = shares.iter().map(|(slot, both)| share((*slot, both))).collect();
        };
        bar(&mut view.cpu, |share| share.0);
        bar(&mut view.memory, |share| share.1);
    }
}

fn object_of(kv: Option<&Arc<KeyValue<Stored>>>) -> Option<Object> {
    let kv = kv?;
    match &kv.value {
        Stored::Object(object) => Some(object.at_revision(kv.mod_revision)),
        Stored::Text(_) => None,
    }
}
