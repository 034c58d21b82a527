//! Which Deployments a change concerns.
//!
//! Models pkg/controller/deployment/deployment_controller.go addReplicaSet, updateReplicaSet,
//! deleteReplicaSet and deletePod.

use crate::api::labels::Selector;
use crate::api::types::{Deployment, OwnerReference};
use crate::api::{Key, Object, Resource};
use crate::client::Delta;
use crate::controllers::Caches;
use crate::controllers::controller::Keys;

pub(super) fn on_replica_set(delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
    let owner = |set: &Object| {
        let owner = set.meta().controller()?;
        caches.owner(Resource::DEPLOYMENTS, set.namespace(), owner).map(Object::key)
    };
    let before = delta.before.as_ref();
    let Some(after) = &delta.after else {
        before.and_then(owner).into_iter().for_each(|key| queue.add(key));
        return;
    };
    let uid = |set: &Object| set.meta().controller().map(|owner: &OwnerReference| owner.uid);
    let owner_changed = before.is_some_and(|before| uid(before) != uid(after));
    if owner_changed {
        before.and_then(owner).into_iter().for_each(|key| queue.add(key));
    }
    if let Some(key) = owner(after) {
        return queue.add(key);
    }
    let labels_changed = before.is_none_or(|before| before.meta().labels != after.meta().labels);
    if uid(after).is_none() && (labels_changed || owner_changed) && !after.meta().is_deleting() {
        offer(after, caches, queue);
    }
}

/// A Deployment that recreates its pods waits for the last old one to be gone.
pub(super) fn on_pod(delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
    if delta.after.is_some() {
        return;
    }
    let pod = delta.object();
    let owner_of = |object: &Object, resource| {
        let owner = object.meta().controller()?;
        caches.owner(resource, object.namespace(), owner).cloned()
    };
    let Some(set) = owner_of(pod, Resource::REPLICASETS) else { return };
    let Some(owner) = owner_of(&set, Resource::DEPLOYMENTS) else { return };
    let recreates =
        owner.get::<Deployment>().is_some_and(|owner| owner.spec.strategy.kind == "Recreate");
    let mut sets = caches.controlled_by(Resource::REPLICASETS, owner.uid());
    let has_pods = |set: &Object| caches.controlled_by(Resource::PODS, set.uid()).next().is_some();
    if recreates && !sets.any(has_pods) {
        queue.add(owner.key());
    }
}

/// Has every Deployment looked at that could adopt `set`. Models getDeploymentsForReplicaSet.
fn offer(set: &Object, caches: &Caches, queue: &mut Keys<'_, Key>) {
    for object in caches.objects::<Deployment>().in_namespace(set.namespace()) {
        let Some(deployment) = object.get::<Deployment>() else { continue };
        let selector = Selector::from(&deployment.spec.selector);
        if !selector.is_everything() && selector.matches(&set.meta().labels) {
            queue.add(object.key());
        }
    }
}
