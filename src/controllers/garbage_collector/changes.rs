//! What a change means for the graph of owners.
//!
//! Models pkg/controller/garbagecollector/graph_builder.go processGraphChanges.

use std::sync::Arc;

use super::{Item, Node, ORPHAN, has_finalizer, waits_for_dependents};
use crate::api::types::{OwnerReference, Uid};
use crate::api::{Object, Resource};
use crate::client::Delta;
use crate::controllers::Caches;
use crate::controllers::controller::Keys;

/// A cache has changed. Returns the identity of an object that is gone and had dependents.
pub(super) fn on_change(delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Item>) -> Option<Uid> {
    match (&delta.before, &delta.after) {
        // Most changes are to specs and statuses, and mean nothing here.
        (Some(before), Some(after)) if Arc::ptr_eq(before.shared_meta(), after.shared_meta()) => {
            None
        }
        (Some(before), Some(after)) if before.uid() == after.uid() => {
            on_changed(before, after, caches, queue);
            None
        }
        (before, after) => {
            let gone = before.as_ref().filter(|before| on_gone(before, caches, queue));
            after.iter().for_each(|after| on_appeared(after, caches, queue));
            gone.map(Object::uid)
        }
    }
}

/// An object that was not there before.
pub(super) fn on_appeared(object: &Object, caches: &Caches, queue: &mut Keys<'_, Item>) {
    check_owners(object, caches, queue);
    if object.meta().is_deleting() {
        on_deleting(object, caches, queue);
    }
}

fn on_changed(before: &Object, after: &Object, caches: &Caches, queue: &mut Keys<'_, Item>) {
    let (old, new) = (before.meta(), after.meta());
    if old.owner_references != new.owner_references {
        check_owners(after, caches, queue);
        // An owner that waits may have waited for this one.
        release_owners(before, caches, queue);
    }
    let finalizers_changed = old.finalizers != new.finalizers;
    if new.is_deleting() && (!old.is_deleting() || finalizers_changed) {
        on_deleting(after, caches, queue);
    }
}

/// An object is gone. Says whether it had dependents, which now have to be looked at.
fn on_gone(object: &Object, caches: &Caches, queue: &mut Keys<'_, Item>) -> bool {
    let mut had_dependents = false;
    for dependent in caches.owned_by(object.uid()) {
        had_dependents = true;
        queue.add(Item::Delete(Node::of_object(dependent)));
    }
    release_owners(object, caches, queue);
    had_dependents
}

/// An object has begun to go, or goes on with fewer finalizers. Models processTransitions.
fn on_deleting(object: &Object, caches: &Caches, queue: &mut Keys<'_, Item>) {
    let node = Node::of_object(object);
    if has_finalizer(object.meta(), ORPHAN) {
        queue.add(Item::Orphan(node));
    } else if waits_for_dependents(object.meta()) {
        for dependent in caches.owned_by(object.uid()) {
            queue.add(Item::Delete(Node::of_object(dependent)));
        }
        queue.add(Item::Delete(node));
    }
}

/// Has an object looked at that refers to an owner which is not there, or is waiting for it.
fn check_owners(object: &Object, caches: &Caches, queue: &mut Keys<'_, Item>) {
    let is_amiss = |owner: &OwnerReference| {
        find(object, owner, caches).is_none_or(|owner| waits_for_dependents(owner.meta()))
    };
    if object.meta().owner_references.iter().any(is_amiss) {
        queue.add(Item::Delete(Node::of_object(object)));
    }
}

/// Has those owners of an object looked at that wait for their dependents.
fn release_owners(object: &Object, caches: &Caches, queue: &mut Keys<'_, Item>) {
    for reference in object.meta().owner_references.iter() {
        let owner = find(object, reference, caches);
        if let Some(owner) = owner.filter(|owner| waits_for_dependents(owner.meta())) {
            queue.add(Item::Delete(Node::of_object(owner)));
        }
    }
}

fn find<'a>(object: &Object, reference: &OwnerReference, caches: &'a Caches) -> Option<&'a Object> {
    let owner = Node::of(reference, &Node::of_object(object))?;
    let is_watched = owner.resource != Resource::EVENTS;
    is_watched.then(|| owner.find(caches)).flatten()
}
