//! Which sets a change concerns, and which expectations it meets.
//!
//! Models pkg/controller/replicaset/replica_set.go addPod, updatePod and deletePod.

use super::Replicas;
use super::adapter::Replicated;
use super::ranking::is_active;
use crate::api::types::{OwnerReference, Pod};
use crate::api::{Key, Object};
use crate::client::Delta;
use crate::controllers::Caches;
use crate::controllers::controller::Keys;
use crate::sim::Duration;

impl<A: Replicated> Replicas<A> {
    pub(super) fn on_set(&mut self, delta: &Delta, queue: &mut Keys<'_, Key>) {
        let uid = |object: &Option<Object>| object.as_ref().map(Object::uid);
        let key = delta.object().key();
        if delta.before.is_some() && uid(&delta.before) != uid(&delta.after) {
            // Another set of the same name starts clean.
            self.expectations.forget(&key);
        }
        queue.add(key);
    }

    pub(super) fn on_pod(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
        match (&delta.before, &delta.after) {
            (None, Some(pod)) => self.on_pod_added(pod, caches, queue),
            (Some(old), None) => self.on_pod_deleted(old, caches, queue),
            (Some(old), Some(new)) if old.uid() != new.uid() => {
                self.on_pod_deleted(old, caches, queue);
                self.on_pod_added(new, caches, queue);
            }
            (Some(old), Some(new)) => self.on_pod_updated(old, new, caches, queue),
            (None, None) => {}
        }
    }

    fn on_pod_added(&mut self, pod: &Object, caches: &Caches, queue: &mut Keys<'_, Key>) {
        if pod.meta().is_deleting() {
            // After a restart a pod may be seen first when it is on its way out already.
            return self.on_pod_deleted(pod, caches, queue);
        }
        match pod.meta().controller() {
            Some(owner) => {
                if let Some(set) = caches.owner(A::RESOURCE, pod.namespace(), owner) {
                    let key = set.key();
                    self.expectations.creation_observed(&key);
                    queue.add(key);
                }
            }
            None => offer::<A>(pod, caches, queue),
        }
    }

    fn on_pod_updated(
        &mut self,
        old: &Object,
        new: &Object,
        caches: &Caches,
        queue: &mut Keys<'_, Key>,
    ) {
        let labels_changed = old.meta().labels != new.meta().labels;
        if new.meta().is_deleting() {
            // A pod on its way out is replaced at once, not when its kubelet is done with it.
            self.on_pod_deleted(new, caches, queue);
            if labels_changed {
                self.on_pod_deleted(old, caches, queue);
            }
            return;
        }
        let uid = |owner: Option<&OwnerReference>| owner.map(|owner| owner.uid);
        let (old_owner, new_owner) = (old.meta().controller(), new.meta().controller());
        let owner_changed = uid(old_owner) != uid(new_owner);
        if owner_changed
            && let Some(owner) = old_owner
            && let Some(set) = caches.owner(A::RESOURCE, old.namespace(), owner)
        {
            queue.add(set.key());
        }
        let Some(owner) = new_owner else {
            if labels_changed || owner_changed {
                offer::<A>(new, caches, queue);
            }
            return;
        };
        if !labels_changed && !owner_changed && counts_alike(old, new) {
            return;
        }
        let Some(set) = caches.owner(A::RESOURCE, new.namespace(), owner) else { return };
        let key = set.key();
        let is_ready = |pod: &Object| pod.get::<Pod>().is_some_and(Pod::is_ready);
        let min_ready_seconds = A::view(set).map_or(0, |view| view.min_ready_seconds);
        if min_ready_seconds > 0 && !is_ready(old) && is_ready(new) {
            let after = Duration::from_secs(min_ready_seconds as u64);
            queue.add_after(key.clone(), after);
        }
        queue.add(key);
    }

    fn on_pod_deleted(&mut self, pod: &Object, caches: &Caches, queue: &mut Keys<'_, Key>) {
        let Some(owner) = pod.meta().controller() else { return };
        if let Some(set) = caches.owner(A::RESOURCE, pod.namespace(), owner) {
            let key = set.key();
            self.expectations.deletion_observed(&key, &pod.key());
            queue.add(key);
        }
    }
}

/// Whether a change of a pod is none to its set: most are not. Upstream looks at the set all the
/// same, and finds nothing to do.
fn counts_alike(old: &Object, new: &Object) -> bool {
    let (Some(before), Some(after)) = (old.get::<Pod>(), new.get::<Pod>()) else { return false };
    let since = |pod: &Pod| pod.condition("Ready").and_then(|ready| ready.last_transition_time);
    is_active(old) == is_active(new)
        && before.is_ready() == after.is_ready()
        && since(before) == since(after)
}

/// Has every set looked at that could adopt `pod`. Models getPodReplicaSets.
fn offer<A: Replicated>(pod: &Object, caches: &Caches, queue: &mut Keys<'_, Key>) {
    let sets = caches.of(A::RESOURCE).objects().in_namespace(pod.namespace());
    for view in sets.filter_map(A::view) {
        if !view.selector.is_everything() && view.selector.matches(&pod.meta().labels) {
            queue.add(view.object.key());
        }
    }
}
