//! All other objects of the store as the page's tree shows them.

use smol_str::{SmolStr, format_smolstr};

use crate::api::{Body, Object, Resource};
use crate::cluster::rooms::apiserver::printers;
use crate::sim::Time;
use crate::view::object::ObjectView;
use crate::view::owners::Owners;

use super::names::object_id;
use super::pods::owned_by;

/// Whether the tree shows objects of this resource: leases and events come by the hundred and are
/// shown with what they are about.
pub fn is_shown(resource: Resource) -> bool {
    !matches!(resource, Resource::LEASES | Resource::EVENTS | Resource::PODS | Resource::NODES)
}

/// An object that is neither a pod nor a node.
pub fn object_view(object: &Object, owners: &mut Owners) -> ObjectView {
    let id = object_id(object.resource(), &object.key());
    let owner = object.meta().controller().map(|owner| owned_by(object, owner));
    let ready = ready(object.body());
    let slot = (ready.is_some() && owner.is_none()).then(|| owners.slot(&id));
    ObjectView { id, owner, ready, slot, note: note(object) }
}

/// Ready pods and wanted ones.
fn ready(body: &Body) -> Option<(u32, u32)> {
    let (ready, wanted) = match body {
        Body::Deployment(it) => (it.status.ready_replicas, it.spec.replicas),
        Body::ReplicaSet(it) => (it.status.ready_replicas, it.spec.replicas),
        Body::ReplicationController(it) => (it.status.ready_replicas, it.spec.replicas),
        _ => return None,
    };
    let count = |number: i32| u32::try_from(number).unwrap_or(0);
    Some((count(ready), count(wanted.unwrap_or(1))))
}

/// What a line of `kubectl get` tells first.
fn note(object: &Object) -> SmolStr {
    let cells = printers::row(object, Time::default()).cells;
    let cell = |at: usize| cells.get(at).map_or("", |cell| cell.as_str());
    match object.resource() {
        Resource::SERVICES => format_smolstr!("{} {}  {}", cell(1), cell(2), cell(4)),
        Resource::CONFIGMAPS => match cell(1) {
            "1" => "1 key".into(),
            keys => format_smolstr!("{keys} keys"),
        },
        Resource::ENDPOINTSLICES => cell(3).into(),
        Resource::NAMESPACES => cell(1).into(),
        _ => SmolStr::default(),
    }
}
