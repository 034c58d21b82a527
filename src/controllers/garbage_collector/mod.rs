//! The garbage collector: what is left when owners go, goes after them, before them, or is left
//! alone, as the finalizers of the owner say.
//!
//! Upstream builds a graph of all objects in its memory. Here the owner index of the shared caches
//! is that graph; only owners lately found to be absent are remembered.
//!
//! Invariant: nothing is deleted because of what a cache says. Before every deletion the object is
//! looked at live, and so is each owner of which it is not known that it is gone.
//!
//! Models pkg/controller/garbagecollector.

mod changes;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::ownership::metadata_patch;
use super::record::Subject;
use super::{Caches, Config};
use crate::api::rpc::{Call, DeleteOptions, Part, Propagation};
use crate::api::types::{ObjectMeta, OwnerReference, Uid};
use crate::api::{Key, Object, Resource, Status};
use crate::client::Delta;
use crate::sim::Rng;

/// An owner with this finalizer goes after its dependents.
const FOREGROUND: &str = "foregroundDeletion";
/// An owner with this finalizer leaves its dependents alone.
const ORPHAN: &str = "orphan";
/// How many absent owners are remembered.
const ABSENT_MAX: usize = 500;

/// The garbage collector, and its memory.
#[derive(Clone, Debug)]
pub struct GarbageCollector {
    /// Owners that are gone, the latest last.
    absent: VecDeque<Uid>,
    /// Whether the caches have held everything once. Before that, an owner that is not in them
    /// may only not have been heard of yet.
    is_synced: bool,
}

/// What is worked on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Item {
    /// An object that may have to be deleted, or may at last be gone.
    Delete(Node),
    /// An owner whose dependents are to be left alone.
    Orphan(Node),
}

/// An object of the graph.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Node {
    resource: Resource,
    key: Key,
    uid: Uid,
}

/// Where a worker goes on.
#[derive(Clone, Debug)]
pub enum Progress {
    /// The live object has been asked for.
    Looking,
    /// Owners of the live object, those that are not known to be absent, have been asked for.
    Classifying(Object, Vec<OwnerReference>),
    /// References to owners that are gone, or go after the object, are being removed.
    Detaching,
    /// The object is being deleted.
    Deleting,
    /// References to the owner are being removed from its dependents.
    Orphaning(Object),
    /// The finalizer is being removed from the owner.
    Finalizing,
}

/// The owners of an object. Models classifyReferences.
#[derive(Default, Debug)]
struct Owners {
    /// They are there.
    solid: usize,
    /// They are gone.
    dangling: Vec<Uid>,
    /// They wait for their dependents to go first.
    waiting: Vec<Uid>,
}

impl Controller for GarbageCollector {
    type Key = Item;
    type Progress = Progress;

    // Each deletion takes two requests, so upstream doubles the rate.
    const PROFILE: Profile = Profile {
        source: "garbage-collector-controller",
        workers: 20,
        rate: (40, 30),
        ..Profile::named("generic-garbage-collector")
    };

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self { absent: VecDeque::new(), is_synced: false }
    }

    /// Everything that can be deleted, except events.
    fn watches() -> Vec<Resource> {
        let deletable = |resource: &Resource| {
            let verbs = resource.info().verbs;
            *resource != Resource::EVENTS
                && ["delete", "list", "watch"].iter().all(|verb| verbs.contains(verb))
        };
        Resource::all().filter(deletable).collect()
    }

    fn on_synced(&mut self, caches: &Caches, queue: &mut Keys<'_, Item>) {
        self.is_synced = true;
        for object in caches.all().flat_map(|informer| informer.objects().iter()) {
            changes::on_appeared(object, caches, queue);
        }
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Item>) {
        if self.is_synced {
            let gone = changes::on_change(delta, caches, queue);
            gone.into_iter().for_each(|uid| self.remember_absent(uid));
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Item>,
        item: &Item,
        resume: Option<(Progress, Replies)>,
    ) -> Next<Progress> {
        let (Item::Delete(node) | Item::Orphan(node)) = item;
        if let Some((progress, replies)) = resume {
            return self.resume(ctx, node, progress, &replies);
        }
        // What is not in the cache any longer is gone, and its dependents have been seen to.
        let Some(object) = node.find(ctx.caches).cloned() else { return Next::Done };
        let meta = object.meta();
        match item {
            Item::Orphan(_) if has_finalizer(meta, ORPHAN) => orphan(ctx, object),
            Item::Orphan(_) => Next::Done,
            Item::Delete(_) if waits_for_dependents(meta) => wait_for_dependents(ctx, &object),
            Item::Delete(_) if meta.is_deleting() => Next::Done,
            Item::Delete(node) => Next::Call(vec![node.get()], Progress::Looking),
        }
    }

    fn subject(&self, item: &Item) -> Subject {
        let (Item::Delete(node) | Item::Orphan(node)) = item;
        Subject(node.resource, node.key.clone())
    }
}

impl GarbageCollector {
    fn resume(
        &mut self,
        ctx: &mut Ctx<'_, Item>,
        node: &Node,
        progress: Progress,
        replies: &Replies,
    ) -> Next<Progress> {
        match (progress, replies.object()) {
            (Progress::Classifying(live, asked), _) => {
                self.classify(ctx, node, &live, &asked, replies)
            }
            (Progress::Orphaning(owner), _) => {
                let matters = |status: &Status| !status.is_not_found() && status.code != 422;
                match replies.refusal(matters) {
                    Some(status) => Next::refused(status),
                    None => remove_finalizer(&owner, ORPHAN),
                }
            }
            (Progress::Looking, Ok(Some(live))) if live.uid() == node.uid => {
                self.look_at_owners(ctx, node, live.clone())
            }
            (_, Err(status)) if !status.is_not_found() => Next::refused(status),
            _ => Next::Done,
        }
    }

    /// Asks for the owners that are not known to be absent. Models attemptToDeleteItem.
    fn look_at_owners(
        &mut self,
        ctx: &mut Ctx<'_, Item>,
        node: &Node,
        live: Object,
    ) -> Next<Progress> {
        let owners = live.meta().owner_references.iter();
        let asked = owners.filter(|owner| !self.absent.contains(&owner.uid));
        let asked: Vec<OwnerReference> = asked.cloned().collect();
        let nodes: Option<Vec<Node>> = asked.iter().map(|o| Node::of(o, node)).collect();
        match nodes {
            _ if live.meta().owner_references.is_empty() => Next::Done,
            // An owner of a kind that nobody knows is never known to be absent.
            None => Next::Done,
            Some(nodes) if nodes.is_empty() => {
                self.classify(ctx, node, &live, &[], &Replies::default())
            }
            Some(nodes) => {
                let calls = nodes.iter().map(Node::get).collect();
                Next::Call(calls, Progress::Classifying(live, asked))
            }
        }
    }

    /// Decides on an object whose owners are known by now.
    fn classify(
        &mut self,
        ctx: &mut Ctx<'_, Item>,
        node: &Node,
        live: &Object,
        asked: &[OwnerReference],
        replies: &Replies,
    ) -> Next<Progress> {
        if let Some(status) = replies.refusal(|status| !status.is_not_found()) {
            return Next::refused(status);
        }
        let mut owners = Owners::default();
        let references = live.meta().owner_references.iter();
        let known = references.filter(|o| !asked.iter().any(|asked| asked.uid == o.uid));
        owners.dangling.extend(known.map(|owner| owner.uid));
        for (owner, reply) in asked.iter().zip(replies.objects()) {
            match reply {
                Ok(Some(found)) if found.uid() == owner.uid => {
                    if waits_for_dependents(found.meta()) {
                        owners.waiting.push(owner.uid);
                    } else {
                        owners.solid += 1;
                    }
                }
                _ => {
                    self.remember_absent(owner.uid);
                    owners.dangling.push(owner.uid);
                }
            }
        }
        decide(ctx, node, live, &owners)
    }

    fn remember_absent(&mut self, uid: Uid) {
        if !self.absent.contains(&uid) {
            self.absent.push_back(uid);
        }
        if self.absent.len() > ABSENT_MAX {
            self.absent.pop_front();
        }
    }
}

impl Node {
    fn of_object(object: &Object) -> Self {
        Self { resource: object.resource(), key: object.key(), uid: object.uid() }
    }

    /// The owner that `reference` of a `dependent` means; `None` of an unknown kind.
    fn of(reference: &OwnerReference, dependent: &Self) -> Option<Self> {
        let resource = Resource::of_kind(&reference.api_version, &reference.kind)?;
        let namespace = if resource.info().namespaced { dependent.key.namespace() } else { "" };
        Some(Self { resource, key: Key::new(namespace, &reference.name), uid: reference.uid })
    }

    /// The object as the cache has it.
    fn find<'a>(&self, caches: &'a Caches) -> Option<&'a Object> {
        caches.of(self.resource).get(&self.key).filter(|object| object.uid() == self.uid)
    }

    fn get(&self) -> Call {
        Call::Get { resource: self.resource, key: self.key.clone(), part: Part::Main }
    }
}

/// Keeps, detaches or deletes an object.
fn decide(ctx: &mut Ctx<'_, Item>, node: &Node, live: &Object, owners: &Owners) -> Next<Progress> {
    let gone = |owner: &OwnerReference| {
        owners.dangling.contains(&owner.uid) || owners.waiting.contains(&owner.uid)
    };
    if owners.solid > 0 {
        if owners.dangling.is_empty() && owners.waiting.is_empty() {
            return Next::Done;
        }
        let call = metadata_patch(live, |meta| {
            let solid = meta.owner_references.iter().filter(|owner| !gone(owner)).cloned();
            meta.owner_references = solid.collect();
        });
        return Next::Call(vec![call], Progress::Detaching);
    }
    let has_dependents = ctx.caches.owned_by(node.uid).next().is_some();
    let finalizers = live.meta();
    let propagation = if !owners.waiting.is_empty() && has_dependents {
        // The owner waits for this one, which therefore waits for its own dependents first.
        Propagation::Foreground
    } else if has_finalizer(finalizers, ORPHAN) {
        Propagation::Orphan
    } else if has_finalizer(finalizers, FOREGROUND) {
        Propagation::Foreground
    } else {
        Propagation::Background
    };
    ctx.log(live, "Deleting item", &[("dangling", owners.dangling.len() as i64)]);
    let options = DeleteOptions {
        propagation: Some(propagation),
        uid: Some(node.uid),
        ..DeleteOptions::default()
    };
    let call = Call::Delete { resource: node.resource, key: node.key.clone(), options };
    Next::Call(vec![call], Progress::Deleting)
}

/// Lets an owner go when nothing holds it any longer; until then, sees to those that do.
/// Models processDeletingDependentsItem.
fn wait_for_dependents(ctx: &mut Ctx<'_, Item>, owner: &Object) -> Next<Progress> {
    let blocks = |dependent: &&Object| {
        let mut references = dependent.meta().owner_references.iter();
        references.any(|o| o.uid == owner.uid() && o.block_owner_deletion == Some(true))
    };
    let blocking: Vec<&Object> = ctx.caches.owned_by(owner.uid()).filter(blocks).collect();
    if blocking.is_empty() {
        return remove_finalizer(owner, FOREGROUND);
    }
    for dependent in blocking.iter().filter(|dependent| !dependent.meta().is_deleting()) {
        ctx.add(Item::Delete(Node::of_object(dependent)));
    }
    Next::Done
}

/// Frees the dependents of an owner. Models orphanDependents.
fn orphan(ctx: &Ctx<'_, Item>, owner: Object) -> Next<Progress> {
    let free = |dependent: &Object| {
        metadata_patch(dependent, |meta| {
            let others = meta.owner_references.iter().filter(|o| o.uid != owner.uid()).cloned();
            meta.owner_references = others.collect();
        })
    };
    let calls: Vec<Call> = ctx.caches.owned_by(owner.uid()).map(free).collect();
    if calls.is_empty() {
        return remove_finalizer(&owner, ORPHAN);
    }
    Next::Call(calls, Progress::Orphaning(owner))
}

fn remove_finalizer(owner: &Object, finalizer: &str) -> Next<Progress> {
    let call = metadata_patch(owner, |meta| {
        let others = meta.finalizers.iter().filter(|other| *other != finalizer).cloned();
        meta.finalizers = others.collect();
    });
    Next::Call(vec![call], Progress::Finalizing)
}

fn has_finalizer(meta: &ObjectMeta, finalizer: &str) -> bool {
    meta.finalizers.iter().any(|other| other == finalizer)
}

/// Whether an object is being deleted after its dependents.
fn waits_for_dependents(meta: &ObjectMeta) -> bool {
    meta.is_deleting() && has_finalizer(meta, FOREGROUND)
}
