//! What must always hold in a cluster, and what must hold once it has come to rest.

use std::collections::BTreeMap;

use orrery::api::resources::pod_requests;
use orrery::api::types::{Deployment, Node, Pod, ReplicaSet};
use orrery::api::{Kind, Object, Quantity, Resource, Typed};
use orrery::apiserver::{PREFIX, Stored};
use orrery::cluster::Cluster;
use orrery::etcd::mvcc::{KeyRange, Store};
use orrery::etcd::raft::invariants::{History, Scope, check};

use super::life::Step;

/// How far back logs are compared.
const DEPTH: u64 = 20;

/// Checks a cluster after every event, but looks only when there is something new to see.
#[derive(Default)]
pub struct Rules {
    history: History,
    /// Of each member: whether it runs, term, commit, last entry.
    seen: Vec<(bool, u64, u64, u64)>,
    revision: u64,
}

impl Rules {
    pub fn check(&mut self, cluster: &Cluster) -> Step {
        self.check_raft(cluster)?;
        let Some(store) = cluster.store().filter(|store| store.revision() > self.revision) else {
            return Ok(());
        };
        self.revision = store.revision();
        check_pods(store)
    }

    /// Models the invariants of etcd's own specification of Raft, and of the Raft paper.
    fn check_raft(&mut self, cluster: &Cluster) -> Step {
        let views = cluster.raft_views();
        // Members are founded each with the whole configuration in its log; before the last has
        // stored its own, the rules would miss it.
        let are_founded = views.iter().all(|view| view.storage().last_index() > 0);
        if views.len() < usize::from(cluster.places().masters()) || !are_founded {
            return Ok(());
        }
        let seen: Vec<_> = views
            .iter()
            .map(|view| {
                let term = view.node().map_or(0, |node| node.term());
                (view.node().is_some(), term, view.commit(), view.last().index)
            })
            .collect();
        if seen == self.seen {
            return Ok(());
        }
        for (at, (runs, ..)) in seen.iter().enumerate() {
            if *runs && self.seen.get(at).is_some_and(|(ran, ..)| !ran) {
                self.history.restarted(views[at].id());
            }
        }
        self.seen = seen;
        // etcd stores and sends at once, so a leader may hear of a quorum before its own disk.
        let scope = Scope { depth: DEPTH, leaders_store_first: false };
        match check(&mut self.history, &views, scope).first() {
            Some(violation) => Err(violation.to_string()),
            None => Ok(()),
        }
    }
}

/// No two pods have one uid, and what runs on a node fits on it.
fn check_pods(store: &Store<Stored>) -> Step {
    let mut uids = BTreeMap::new();
    let mut taken: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for pod in objects(store, Resource::PODS) {
        if let Some(other) = uids.insert(pod.uid(), pod.key()) {
            return Err(format!("{other} and {} are one: {:?}", pod.key(), pod.uid()));
        }
        let Some(pod) = pod.typed::<Pod>() else { continue };
        let ended = ["Succeeded", "Failed"].contains(&pod.status.phase.as_str());
        if ended || pod.spec.node_name.is_empty() {
            continue;
        }
        let requests = pod_requests(&pod.spec);
        let cpu = requests.get("cpu").map_or(0, Quantity::milli_value);
        let sum = taken.entry(pod.spec.node_name.to_string()).or_default();
        *sum = (sum.0 + 1, sum.1 + cpu);
    }
    for node in objects(store, Resource::NODES) {
        let Some(node) = node.typed::<Node>() else { continue };
        let amount = |name: &str| node.status.allocatable.get(name).unwrap_or_default();
        let (pods, cpu) = taken.get(node.name()).copied().unwrap_or_default();
        if pods > amount("pods").value() || cpu > amount("cpu").milli_value() {
            return Err(format!("{} has {pods} pods and {cpu}m of cpu on it", node.name()));
        }
    }
    Ok(())
}

/// What the cluster has not come to yet, `None` when it is as it was asked to be: every node is
/// ready, every ReplicaSet has its replicas, every Deployment is rolled out.
pub fn unfinished(cluster: &Cluster) -> Option<String> {
    if cluster.terminal().busy() {
        return Some("a command still runs".to_owned());
    }
    let store = cluster.store()?;
    let nodes = typed::<Node>(store, Resource::NODES);
    let workers = cluster.config().workers.len();
    if nodes.len() < workers {
        return Some(format!("{} nodes of {workers} are there", nodes.len()));
    }
    if let Some(node) = nodes.iter().find(|node| !node.is_ready()) {
        return Some(format!("{} is not ready", node.name()));
    }
    for set in typed::<ReplicaSet>(store, Resource::REPLICASETS) {
        let wanted = set.spec.replicas.unwrap_or(1);
        if set.status.replicas != wanted || set.status.ready_replicas != wanted {
            let status = (set.status.replicas, set.status.ready_replicas);
            return Some(format!("{} has {status:?} replicas of {wanted}", set.name()));
        }
    }
    for deployment in typed::<Deployment>(store, Resource::DEPLOYMENTS) {
        let (wanted, status) = (deployment.spec.replicas.unwrap_or(1), &deployment.status);
        if status.updated_replicas != wanted || status.available_replicas != wanted {
            return Some(format!("{} is not rolled out", deployment.name()));
        }
    }
    None
}

/// Whether every apiserver's cache is as far as the store. If so, each must hold what it holds.
pub fn are_caches_equal(cluster: &Cluster) -> Result<bool, String> {
    let Some(store) = cluster.store() else { return Ok(false) };
    let servers: Vec<_> =
        (0..cluster.places().masters()).filter_map(|at| cluster.apiserver(at)).collect();
    if servers.iter().any(|server| server.revision() != store.revision()) {
        return Ok(false);
    }
    for resource in Resource::all() {
        let stored = objects(store, resource);
        for server in &servers {
            let cached = server.collection(resource);
            if cached.map_or(0, |cached| cached.len()) != stored.len() {
                return Err(format!("a cache has not all of {resource:?}, or more"));
            }
            let is_same = |object: &Object| {
                let cached = cached.and_then(|cached| cached.get(&object.key()));
                cached.is_some_and(|cached| cached.revision == object.revision)
            };
            if let Some(object) = stored.iter().find(|object| !is_same(object)) {
                return Err(format!("a cache has another {resource:?} {}", object.key()));
            }
        }
    }
    Ok(true)
}

fn typed<K: Kind>(store: &Store<Stored>, resource: Resource) -> Vec<Typed<K>> {
    objects(store, resource).iter().filter_map(Object::typed).collect()
}

/// The objects of a resource as the store has them.
pub fn objects(store: &Store<Stored>, resource: Resource) -> Vec<Object> {
    let prefix = format!("{PREFIX}{}/", resource.info().storage);
    let found = store.range(&KeyRange::prefix(&prefix), 0, 0).expect("the present can be read");
    let object = |kv: &std::sync::Arc<orrery::etcd::mvcc::KeyValue<Stored>>| match &kv.value {
        Stored::Object(object) => Some(object.at_revision(kv.mod_revision)),
        Stored::Text(_) => None,
    };
    found.kvs.iter().filter_map(object).filter(|object| object.resource() == resource).collect()
}
