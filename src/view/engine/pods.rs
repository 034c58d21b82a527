//! Pods of the store as pods of the page.

use smol_str::SmolStr;

use crate::api::types::{OwnerReference, Pod};
use crate::api::{Key, Object, Resource};
use crate::cluster::rooms::apiserver::{Stored, key_of, printers};
use crate::sim::Time;
use crate::view::owners::Owners;
use crate::view::pod::{Owner, PodId, PodLook, PodView};
use crate::view::subject::ObjectId;

use super::picture::Keys;

/// How the page knows a pod.
pub fn pod_id(object: &Object) -> PodId {
    PodId(object.uid().to_string().into())
}

/// A pod as the page shows it. Its colour is that of the workload on top of its owners.
pub fn pod_view(object: &Object, pod: &Pod, keys: &Keys, owners: &mut Owners) -> PodView {
    let controller = object.meta().controller();
    let id = ObjectId::pod(object.namespace(), object.name());
    let owner = controller.map_or_else(|| id.clone(), |owner| top_of(object, owner, keys));
    // The static pods of a host are its own; they wear no workload's colour.
    let slot = if owner.kind == "Node" { 0 } else { owners.slot(&owner) };
    let line = Line::of(object);
    let waits = pod.condition("PodScheduled").filter(|condition| condition.status == "False");
    let (cpu_milli, memory_bytes) = requests(pod);
    PodView {
        id: pod_id(object),
        namespace: id.namespace,
        name: id.name,
        owner: Owner { id: owner, slot },
        controller: controller.map(|owner| owned_by(object, owner)),
        node: pod.is_assigned().then(|| pod.spec.node_name.clone()),
        look: PodLook::from_status(&line.status, pod.is_ready()),
        status: line.status,
        ready: line.ready,
        restarts: line.restarts,
        message: waits.map_or_else(SmolStr::default, |condition| condition.message.clone()),
        cpu_milli,
        memory_bytes,
    }
}

/// What the row of `kubectl get pods` says.
struct Line {
    status: SmolStr,
    ready: (u16, u16),
    restarts: u32,
}

impl Line {
    fn of(object: &Object) -> Self {
        // The time would only matter for ages, which are not shown.
        let cells = printers::row(object, Time::default()).cells;
        let cell = |at: usize| cells.get(at).map_or("", |cell| cell.as_str());
        let (ready, all) = cell(1).split_once('/').unwrap_or_default();
        let restarts = cell(3).split(' ').next().unwrap_or_default();
        Self {
            status: cell(2).into(),
            ready: (ready.parse().unwrap_or(0), all.parse().unwrap_or(0)),
            restarts: restarts.parse().unwrap_or(0),
        }
    }
}

/// The object `owner` stands for, seen from what it owns.
pub fn owned_by(object: &Object, owner: &OwnerReference) -> ObjectId {
    let cluster_wide = owner.kind == "Node";
    let namespace = if cluster_wide { "" } else { object.namespace() };
    ObjectId::new(&owner.kind, namespace, &owner.name)
}

/// The workload a person thinks of: the Deployment rather than its ReplicaSet.
fn top_of(object: &Object, owner: &OwnerReference, keys: &Keys) -> ObjectId {
    let own = owned_by(object, owner);
    if owner.kind != "ReplicaSet" {
        return own;
    }
    let key = key_of(Resource::REPLICASETS, &Key::new(&own.namespace, &own.name));
    match keys.get(&key).map(|kv| &kv.value) {
        Some(Stored::Object(set)) => {
            set.meta().controller().map_or(own, |above| owned_by(set, above))
        }
        _ => own,
    }
}

/// What the pod's containers ask for: millicores and bytes.
fn requests(pod: &Pod) -> (u64, u64) {
    let of = |name: &str| {
        let amounts = pod.spec.containers.iter().filter_map(|c| c.resources.requests.get(name));
        let milli: i64 = amounts.map(|amount| amount.milli_value()).sum();
        milli.max(0).cast_unsigned()
    };
    (of("cpu"), of("memory") / 1000)
}
