//! Deleting an object: at once, gracefully, or when its finalizers are gone.
//!
//! Models apiserver/pkg/registry/rest/delete.go BeforeDelete, generic/registry/store.go Delete and
//! pkg/registry/core/{pod,namespace}/strategy.go.

use super::{Ctx, Extra, Plan, Refusal, evict};
use crate::api::rpc::{DeleteOptions, Propagation, Request};
use crate::api::types::{Namespace, ObjectMeta, Pod};
use crate::api::{Object, Reason, Resource, Status, Str, Timestamp, Value, quote};
use crate::apiserver::admission::policy::{self, Attributes};
use crate::apiserver::allocation;
use crate::apiserver::custom::lifecycle;
use crate::sim::Duration;

/// Namespaces that stay. Models NamespaceLifecycle's immortal namespaces.
const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];
/// The finalizers by which a deletion asks the garbage collector for something.
const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

pub fn plan(
    current: &Object,
    options: &DeleteOptions,
    request: &Request,
    ctx: &mut Ctx<'_>,
) -> Result<Plan, Refusal> {
    let (resource, name) = (current.resource(), current.name());
    check_preconditions(current, options)?;
    let old = if policy::are_any(ctx) { current.to_value() } else { Value::Null };
    let attributes = Attributes {
        operation: "DELETE",
        resource,
        subresource: "",
        object: None,
        old: Some(&old),
        request,
    };
    policy::validate(attributes, ctx)?;
    if resource == Resource::NAMESPACES {
        if IMMORTAL.contains(&name) {
            let why = "this namespace may not be deleted";
            return Err(Status::forbidden(resource, name, why).into());
        }
        return Ok(namespace(current, ctx));
    }
    let mut extra = Extra::default();
    if options.evicts {
        evict::charge(current, ctx, &mut extra)?;
    }
    let grace = grace_seconds(current, options);
    let mut finalizers = finalizers(current, options);
    let is_definition = resource == Resource::CUSTOMRESOURCEDEFINITIONS;
    let is_marked = finalizers.iter().any(|finalizer| finalizer == lifecycle::CLEANUP);
    if is_definition && !current.meta().is_deleting() && !is_marked {
        finalizers.push(Str::new_static(lifecycle::CLEANUP));
    }
    let held = !finalizers.is_empty();
    let at_once = grace == 0 && !held;
    if at_once {
        let released = allocation::release(current);
        extra.unchanged.extend(released.unchanged);
        extra.ops.extend(released.ops);
        return Ok(Plan::Remove(current.clone(), extra));
    }
    let new = current.with_meta(|meta| {
        meta.finalizers = finalizers.iter().cloned().collect();
        mark_deleted(meta, grace, ctx);
    });
    let new = match is_definition && !current.meta().is_deleting() {
        true => going(&new, ctx),
        false => new,
    };
    Ok(match super::replace(current, new) {
        Plan::Store(object, _) => Plan::Store(object, extra),
        other => other,
    })
}

/// Refuses to delete another object than the one that is meant. Models the preconditions of
/// BeforeDelete, which names the kind where others name the resource.
fn check_preconditions(current: &Object, options: &DeleteOptions) -> Result<(), Status> {
    let (uid, revision) = (current.uid(), current.revision);
    let why = match (options.uid, options.revision) {
        (Some(wanted), _) if wanted != uid => format!(
            "the UID in the precondition ({wanted}) does not match the UID in record ({uid}). The \
             object might have been deleted and then recreated"
        ),
        (_, Some(wanted)) if wanted != revision => format!(
            "the ResourceVersion in the precondition ({wanted}) does not match the \
             ResourceVersion in record ({revision}). The object might have been modified"
        ),
        _ => return Ok(()),
    };
    let (info, name) = (current.resource().info(), quote(current.name()));
    let kind = Str::from(info.with_group(info.kind));
    let text = format!("Operation cannot be fulfilled on {kind} {name}: {why}");
    let status = Status::new(409, Reason::Conflict, text);
    Err(Status { kind, name: current.name().into(), ..status })
}

/// A definition that says of itself that it is going.
fn going(definition: &Object, ctx: &Ctx<'_>) -> Object {
    let mut value = definition.to_value();
    lifecycle::mark_deleted(&mut value, ctx.now);
    Object::load(definition.resource(), &value).at_revision(definition.revision)
}

/// How long the processes of `current` may take to end; 0 for what has none.
fn grace_seconds(current: &Object, options: &DeleteOptions) -> i64 {
    let Some(pod) = current.get::<Pod>() else { return 0 };
    // Nothing runs that would have to end.
    if !pod.is_assigned() || pod.is_terminal() {
        return 0;
    }
    let wanted = options.grace_period_seconds.or(pod.spec.termination_grace_period_seconds);
    let wanted = wanted.unwrap_or(30);
    let wanted = if wanted < 0 { 1 } else { wanted };
    // A deletion under way can be hurried, not put off.
    match current.meta().deletion_grace_period_seconds {
        Some(under_way) if current.meta().is_deleting() => wanted.min(under_way),
        _ => wanted,
    }
}

/// The finalizers the object has once the deletion has asked for what it wants.
/// Models deletionFinalizersForGarbageCollection.
fn finalizers(current: &Object, options: &DeleteOptions) -> Vec<Str> {
    let has = |finalizer: &str| current.meta().finalizers.iter().any(|f| f == finalizer);
    let wanted = match options.propagation {
        Some(propagation) => propagation,
        None if has(ORPHAN) => Propagation::Orphan,
        None if has(FOREGROUND) => Propagation::Foreground,
        // What was made before garbage collection leaves its dependents alone by default.
        None if current.resource() == Resource::REPLICATIONCONTROLLERS => Propagation::Orphan,
        None => Propagation::Background,
    };
    let others = current.meta().finalizers.iter().filter(|f| *f != ORPHAN && *f != FOREGROUND);
    let mut finalizers: Vec<Str> = others.cloned().collect();
    match wanted {
        Propagation::Orphan => finalizers.push(Str::new_static(ORPHAN)),
        Propagation::Foreground => finalizers.push(Str::new_static(FOREGROUND)),
        Propagation::Background => {}
    }
    finalizers
}

fn mark_deleted(meta: &mut ObjectMeta, grace: i64, ctx: &Ctx<'_>) {
    let again = meta.is_deleting();
    if again && meta.deletion_grace_period_seconds.is_some_and(|under_way| under_way <= grace) {
        return;
    }
    let end = ctx.now + Duration::from_secs(grace.unsigned_abs());
    meta.deletion_timestamp = Some(Timestamp::at(end));
    meta.deletion_grace_period_seconds = Some(grace);
    if !again && meta.generation > 0 {
        meta.generation += 1;
    }
}

/// A namespace stays, terminating, until its controller has emptied it.
fn namespace(current: &Object, ctx: &Ctx<'_>) -> Plan {
    let Some(namespace) = current.get::<Namespace>() else { return Plan::Keep(current.clone()) };
    if namespace.spec.finalizers.is_empty() && current.meta().finalizers.is_empty() {
        return Plan::Remove(current.clone(), Extra::default());
    }
    let mut terminating = namespace.clone();
    let mut status = (*namespace.status).clone();
    status.phase = Str::new_static("Terminating");
    terminating.status = status.into();
    let new = current.with_body(terminating).with_meta(|meta| {
        if !meta.is_deleting() {
            meta.deletion_timestamp = Some(Timestamp::at(ctx.now));
        }
    });
    super::replace(current, new)
}
