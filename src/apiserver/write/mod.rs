//! What a write comes to: planned on one state of the object, with nothing done yet.
//!
//! Invariant: a plan depends on its arguments alone, so that it can be made again when the store
//! has moved on.

mod apply;
mod bind;
mod create;
mod delete;
mod evict;
mod managers;
mod patch;
mod scale;
mod update;

use std::collections::BTreeMap;

use super::cache::WatchCache;
use super::custom::Definition;
use super::stages::{Stage, Stages};
use super::storage::Stored;
use crate::api::rpc::{Call, FieldValidation, Patch, Request};
use crate::api::{Key, Object, Resource, Status, Str, Value, decode};
use crate::etcd::mvcc::{self, Op};
use crate::sim::{Rng, Time};

/// What is to be done to an object, with what else the same transaction does.
#[derive(Clone, Debug)]
pub enum Plan {
    /// Write it like this.
    Store(Object, Extra),
    /// Delete it; this is what it was last.
    Remove(Object, Extra),
    /// Nothing: it is as it should be.
    Keep(Object),
}

/// What else the transaction that writes an object does.
#[derive(Clone, Debug, Default)]
pub struct Extra {
    /// Keys with the revisions that last wrote them, 0 for those that must not be there.
    pub unchanged: Vec<(mvcc::Key, u64)>,
    /// What is done beside writing the object.
    pub ops: Vec<Op<Stored>>,
}

/// Why there is no plan.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The request is refused.
    Status(Status),
    /// Something has to be looked up in the store first.
    Lookup(Resource, Key),
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        Self::Status(status)
    }
}

/// Something that was looked up in the store.
#[derive(Clone, Debug)]
pub struct Found {
    /// Of which resource.
    pub resource: Resource,
    /// Which.
    pub key: Key,
    /// What was there.
    pub object: Option<Object>,
}

/// What a plan may draw on.
pub struct Ctx<'a> {
    /// When.
    pub now: Time,
    /// For names and identities.
    pub rng: &'a mut Rng,
    /// What the apiserver knows.
    pub cache: &'a WatchCache,
    /// What it created last of each resource.
    pub last_created: &'a mut BTreeMap<Resource, Value>,
    /// What it has looked up because the cache did not know it.
    pub found: &'a [Found],
    /// Whether an earlier plan was overtaken, so that the cache is known to be outdated.
    pub overtaken: bool,
    /// Whether nothing will be stored, so that nothing is taken either.
    pub dry_run: bool,
    /// Warnings for the person.
    pub warnings: Vec<Str>,
    /// What the stages have done so far.
    pub stages: Stages,
}

impl Ctx<'_> {
    /// An object that the plan needs to know. What the cache lacks may have been created a moment
    /// ago, so it is looked up.
    pub fn find(&self, resource: Resource, key: &Key) -> Result<Option<Object>, Refusal> {
        if let Some(found) = self.found.iter().find(|f| f.resource == resource && f.key == *key) {
            return Ok(found.object.clone());
        }
        match self.cache.get(resource, key) {
            Some(object) => Ok(Some(object.clone())),
            None => Err(Refusal::Lookup(resource, key.clone())),
        }
    }

    /// An object that the plan will change along with its own: as the cache has it at first, and
    /// as the store has it once that has proved outdated.
    pub fn find_again(&self, resource: Resource, key: &Key) -> Result<Option<Object>, Refusal> {
        let is_known = self.found.iter().any(|f| f.resource == resource && f.key == *key);
        match self.overtaken && !is_known {
            true => Err(Refusal::Lookup(resource, key.clone())),
            false => self.find(resource, key),
        }
    }

    /// Decodes what a client wrote, warning of fields or refusing them as it asked.
    fn decode(
        &mut self,
        resource: Resource,
        value: &Value,
        request: &Request,
    ) -> Result<Value, Status> {
        let bad_request = |why| Status::bad_request(why);
        let decoded = match Definition::of(self.cache, resource) {
            Some(definition) => definition.decode(resource, value)?,
            None => decode::decode(resource, value).map_err(bad_request)?,
        };
        match request.field_validation {
            FieldValidation::Strict => {
                if let Some(why) = decoded.strict() {
                    return Err(bad_request(decode::cannot_be_handled(resource, &why)));
                }
            }
            FieldValidation::Warn => {
                self.warnings.extend(decoded.warnings().into_iter().map(Str::from));
            }
            FieldValidation::Ignore => {}
        }
        Ok(decoded.value)
    }
}

/// Plans what `call` does to the object that is `current` now.
pub fn plan(
    call: &Call,
    request: &Request,
    current: Option<&Object>,
    ctx: &mut Ctx<'_>,
) -> Result<Plan, Refusal> {
    ctx.stages.reached = Stage::Validation;
    if let Call::Create { resource, namespace, body } = call {
        return create::plan(*resource, namespace, body, request, ctx);
    }
    if let Call::Patch { resource, key, part, patch: Patch::Apply(config, force) } = call {
        return apply::plan((*resource, key, *part), (config, *force), current, request, ctx);
    }
    let not_found = || Status::not_found(call.resource(), call.name());
    let current = current.ok_or_else(not_found)?;
    match call {
        Call::Bind { uid, node, .. } => bind::plan(current, *uid, node, ctx),
        Call::Update { part, body, .. } => update::plan(current, *part, body, request, ctx),
        Call::Patch { part, patch, .. } => patch::plan(current, *part, patch, request, ctx),
        Call::Delete { options, .. } => delete::plan(current, options, request, ctx),
        Call::Create { .. } | Call::Get { .. } | Call::List(_) | Call::Watch { .. } => {
            Ok(Plan::Keep(current.clone()))
        }
        Call::DeleteCollection { .. }
        | Call::Review(_)
        | Call::Token { .. }
        | Call::Discover
        | Call::Http(_) => Ok(Plan::Keep(current.clone())),
    }
}

/// The plan to put `new` in the place of `current`: nothing if they are equal, and removal if it
/// was only waiting for its last finalizer. Models apiserver/pkg/registry/generic/registry
/// ShouldDeleteDuringUpdate.
fn replace(current: &Object, new: Object) -> Plan {
    if new == *current {
        return Plan::Keep(current.clone());
    }
    let meta = new.meta();
    let grace_is_over = meta.deletion_grace_period_seconds.is_none_or(|grace| grace == 0);
    let held = match new.get::<crate::api::types::Namespace>() {
        Some(namespace) => !namespace.spec.finalizers.is_empty(),
        None => false,
    };
    if meta.is_deleting() && meta.finalizers.is_empty() && grace_is_over && !held {
        return Plan::Remove(new, Extra::default());
    }
    Plan::Store(new, Extra::default())
}
