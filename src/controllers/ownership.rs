//! Who manages what: adopting what nobody manages, releasing what does not match any longer.
//!
//! Models pkg/controller/controller_ref_manager.go.

use crate::api::labels::Selector;
use crate::api::rpc::{Answer, Call, Part, Patch};
use crate::api::types::{ObjectMeta, OwnerReference};
use crate::api::{Object, Status, Str};

use super::controller::Replies;

/// How the objects that an owner could manage stand to it.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims {
    /// It manages them, and they match.
    pub(super) owned: Vec<Object>,
    /// Nobody manages them, and they match.
    pub(super) adoptable: Vec<Object>,
    /// It manages them although they do not match.
    pub(super) strays: Vec<Object>,
}

impl Claims {
    /// Sorts the objects that `owner` manages and those that nobody manages.
    /// Models BaseControllerRefManager.ClaimObject.
    pub(super) fn of<'a>(
        owner: &Object,
        selector: &Selector,
        managed: impl Iterator<Item = &'a Object>,
        orphans: impl Iterator<Item = &'a Object>,
    ) -> Self {
        let mut claims = Self::default();
        let is_deleting = owner.meta().is_deleting();
        for object in managed {
            if selector.matches(&object.meta().labels) {
                claims.owned.push(object.clone());
            } else if !is_deleting {
                claims.strays.push(object.clone());
            }
        }
        let adoptable = |object: &&Object| {
            !is_deleting && !object.meta().is_deleting() && selector.matches(&object.meta().labels)
        };
        claims.adoptable.extend(orphans.filter(adoptable).cloned());
        claims
    }

    /// The requests that adopt and release.
    pub(super) fn calls(&self, owner: &Object) -> Vec<Call> {
        let adopt = self.adoptable.iter().map(|object| adoption(owner, object));
        adopt.chain(self.strays.iter().map(|object| release(owner, object))).collect()
    }
}

/// The reference that marks `owner` as the manager of an object.
/// Models apimachinery/pkg/apis/meta/v1 NewControllerRef.
pub(super) fn controller_ref(owner: &Object) -> OwnerReference {
    OwnerReference {
        api_version: owner.resource().api_version().into(),
        kind: Str::new_static(owner.resource().info().kind),
        name: owner.meta().name.clone(),
        uid: owner.uid(),
        controller: Some(true),
        block_owner_deletion: Some(true),
        ..OwnerReference::default()
    }
}

/// A request for other metadata of `object`.
pub(super) fn metadata_patch(object: &Object, change: impl FnOnce(&mut ObjectMeta)) -> Call {
    let to = object.with_meta(change).shared_meta().clone();
    Call::Patch {
        resource: object.resource(),
        key: object.key(),
        part: Part::Main,
        patch: Patch::Metadata { from: object.shared_meta().clone(), to },
    }
}

/// The look at the owner itself, past all caches, that comes before any adoption: a cache might
/// not know yet that the owner is being deleted.
pub(super) fn recheck(owner: &Object) -> Call {
    Call::Get { resource: owner.resource(), key: owner.key(), part: Part::Main }
}

/// Whether the live owner, as [`recheck`] found it, may adopt; else why not.
/// Models pkg/controller/controller_ref_manager.go RecheckDeletionTimestamp.
pub(super) fn may_adopt(owner: &Object, replies: &Replies) -> Result<(), Str> {
    let live = match replies.object() {
        Ok(Some(live)) => live,
        Ok(None) => return Err(Str::new_static("no object in the answer")),
        Err(status) => return Err(status.message.clone()),
    };
    let (kind, key) = (owner.resource().info().kind, owner.key());
    if live.uid() != owner.uid() {
        let (got, wanted) = (live.uid(), owner.uid());
        let why = format!("original {kind} {key} is gone: got uid {got}, wanted {wanted}");
        return Err(why.into());
    }
    match live.meta().deletion_timestamp {
        Some(at) => Err(format!("{key} has just been deleted at {at}").into()),
        None => Ok(()),
    }
}

/// The objects that have been adopted according to the answers; else the first refusal that is
/// not about an object which is gone by now.
pub(super) fn adopted(owner: &Object, replies: &Replies) -> Result<Vec<Object>, Str> {
    let matters = |status: &Status| !status.is_not_found() && status.code != 422;
    if let Some(status) = replies.refusal(matters) {
        return Err(status.message.clone());
    }
    let is_ours = |object: &&Object| {
        object.meta().controller().is_some_and(|controller| controller.uid == owner.uid())
    };
    let objects = replies.iter().filter_map(|reply| match reply {
        Ok(Answer::Object(object)) => Some(object),
        _ => None,
    });
    Ok(objects.filter(is_ours).cloned().collect())
}

/// What is managed, after `adopted` has been adopted, which the cache may not show yet.
pub(super) fn with_adopted(mut owned: Vec<Object>, adopted: Vec<Object>) -> Vec<Object> {
    owned.retain(|object| adopted.iter().all(|other| other.uid() != object.uid()));
    owned.extend(adopted);
    owned
}

/// The request that makes `owner` the manager of an object.
pub(super) fn adoption(owner: &Object, object: &Object) -> Call {
    metadata_patch(object, |meta| {
        let owners = meta.owner_references.iter().cloned();
        meta.owner_references = owners.chain([controller_ref(owner)]).collect();
    })
}

fn release(owner: &Object, object: &Object) -> Call {
    metadata_patch(object, |meta| {
        let others = meta.owner_references.iter().filter(|o| o.uid != owner.uid()).cloned();
        meta.owner_references = others.collect();
    })
}
