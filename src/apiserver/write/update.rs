//! Replacing an object. Models apiserver/pkg/registry/rest/update.go BeforeUpdate and
//! generic/registry/store.go Update.

use super::{Ctx, Extra, Plan, Refusal, managers, replace, scale};
use crate::api::managed::Managers;
use crate::api::rpc::{Part, Payload, Request};
use crate::api::types::{ObjectMeta, Uid};
use crate::api::{
    List, Object, Resource, Status, Str, Value, convert, defaults, validation, warnings,
};
use crate::apiserver::admission::{self, policy::Attributes};
use crate::apiserver::allocation;
use crate::apiserver::custom::Definition;
use crate::apiserver::stages::Stage;
use crate::apiserver::storage::key_of;

pub fn plan(
    current: &Object,
    part: Part,
    body: &Payload,
    request: &Request,
    ctx: &mut Ctx<'_>,
) -> Result<Plan, Refusal> {
    match (part, body) {
        (Part::Scale, Payload::Text(value)) => scale::plan(current, value, request, ctx),
        (Part::Scale, Payload::Object(_)) => Err(Status::bad_request("expected a Scale").into()),
        (_, Payload::Object(object)) => {
            check_preconditions(current, object.revision, object.uid())?;
            typed(current, part, object, request, ctx)
        }
        (_, Payload::Text(value)) => {
            let (asked, resource) = (request.call.resource(), current.resource());
            let mut value = convert::to_stored(asked, ctx.decode(asked, value, request)?);
            let meta = value.at("metadata");
            let revision = meta.at("resourceVersion").text().parse().unwrap_or(0);
            let uid = Uid::parse(meta.at("uid").text()).unwrap_or_default();
            check_name(current, meta)?;
            check_preconditions(current, revision, uid)?;
            defaults::apply(resource, &mut value);
            untyped(current, part, value, (request, None), ctx)
        }
    }
}

/// Refuses an object that is not of the name and in the namespace that the request is about.
/// Models checkName and EnsureObjectNamespaceMatchesRequestNamespace.
pub fn check_name(current: &Object, meta: &Value) -> Result<(), Status> {
    let (name, namespace) = (meta.at("name").text(), meta.at("namespace").text());
    if name != current.name() {
        return Err(super::create::name_mismatch(name, current.name()));
    }
    if !namespace.is_empty() && namespace != current.namespace() {
        return Err(super::create::namespace_mismatch());
    }
    Ok(())
}

/// Puts an object that is given as a value in the place of `current`, after every check; with the
/// managers of its fields if it was applied.
pub fn untyped(
    current: &Object,
    part: Part,
    mut value: Value,
    (request, applied): (&Request, Option<Managers>),
    ctx: &mut Ctx<'_>,
) -> Result<Plan, Refusal> {
    let resource = current.resource();
    let old = current.to_value();
    keep_metadata(&mut value, &old);
    let mut extra = Extra::default();
    let definition = Definition::of(ctx.cache, resource);
    let mut causes = if let Some(definition) = &definition {
        match part {
            Part::Status => Definition::prepare_status_update(&mut value, &old),
            _ => definition.prepare_update(&mut value, &old),
        }
        validation::validate_update(resource, &value, &old)
    } else if part == Part::Status {
        defaults::prepare_status_update(resource, &mut value, &old);
        validation::validate_status_update(resource, &value, &old)
    } else {
        defaults::prepare_update(resource, &mut value, &old);
        extra = allocation::allocate(resource, &mut value, Some(&old), ctx)?;
        validation::validate_update(resource, &value, &old)
    };
    if let Some(definition) = &definition {
        causes.extend(definition.validate(&value, Some(&old)));
    }
    if part == Part::Main && resource != Resource::PODS && value.at("spec") != old.at("spec") {
        ctx.warnings.extend(warnings::of(resource, &value).into_iter().map(Str::from));
    }
    causes.extend(admission::mistakes(resource, &value));
    if !causes.is_empty() {
        return Err(Status::invalid(resource, current.name(), List::from(causes)).into());
    }
    match applied {
        Some(applied) => managers::put(&mut value, applied.to_value()),
        None => managers::note(resource, &mut value, Some(&old), (request, part), ctx.now),
    }
    let attributes = Attributes {
        operation: "UPDATE",
        resource: request.call.resource(),
        subresource: part.name(),
        object: Some(&value),
        old: Some(&old),
        request,
    };
    let new = Object::load(resource, &value).at_revision(current.revision);
    ctx.stages.reached = Stage::ValidatingAdmission;
    if part == Part::Main {
        admission::validate_update(&new, &value, &old, ctx)?;
    }
    admission::policy::validate(attributes, ctx)?;
    Ok(match replace(current, new) {
        Plan::Store(object, _) => Plan::Store(object, extra),
        other => other,
    })
}

/// Puts an object that a component sent in the place of `current`.
fn typed(
    current: &Object,
    part: Part,
    object: &Object,
    request: &Request,
    ctx: &mut Ctx<'_>,
) -> Result<Plan, Refusal> {
    match part {
        // A status that a component has compiled cannot be of a wrong type, and says nothing that
        // validation would look at.
        Part::Status => {
            let new = with_status(current, object);
            // Only spec and labels are kept from a writer of status: the deployment controller
            // notes the revision along with it. Models deploymentStatusStrategy PrepareForUpdate.
            let annotations = &object.meta().annotations;
            if *annotations == current.meta().annotations {
                return Ok(replace(current, new));
            }
            let new = new.with_meta(|meta| meta.annotations = annotations.clone());
            Ok(replace(current, new))
        }
        Part::Finalize => {
            let body = object.body().clone();
            Ok(replace(current, current.with_body(body)))
        }
        _ if is_plain(current.resource()) => {
            let meta = current.with_meta(|meta| take_metadata(meta, object.meta()));
            Ok(replace(current, meta.with_body(object.body().clone())))
        }
        _ => untyped(current, part, object.to_value(), (request, None), ctx),
    }
}

/// Kinds that components write often and that have no rules beyond their types.
fn is_plain(resource: Resource) -> bool {
    matches!(resource, Resource::LEASES | Resource::EVENTS)
}

/// `current` with the status of `object`.
pub fn with_status(current: &Object, object: &Object) -> Object {
    current.with_body(current.body().with_status(object.body()))
}

/// Takes over what a client may write of the metadata.
fn take_metadata(meta: &mut ObjectMeta, from: &ObjectMeta) {
    meta.labels = from.labels.clone();
    meta.annotations = from.annotations.clone();
    meta.owner_references = from.owner_references.clone();
    meta.finalizers = from.finalizers.clone();
}

/// Refuses what rests on another revision, or means another object of the same name.
pub fn check_preconditions(current: &Object, revision: u64, uid: Uid) -> Result<(), Status> {
    let (resource, name) = (current.resource(), current.name());
    if !uid.is_none() && uid != current.uid() {
        // The store says so, which knows keys and not names.
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: {}, ResourceVersion: 0, \
             AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object \
             meta: {}",
            key_of(resource, &current.key()),
            current.uid()
        );
        return Err(Status::conflict(resource, name, &why));
    }
    if revision != 0 && revision != current.revision {
        return Err(Status::modified(resource, name));
    }
    Ok(())
}

/// Fills in what the client left out and cannot change.
fn keep_metadata(value: &mut Value, old: &Value) {
    let (meta, old) = (value.entry("metadata"), old.at("metadata"));
    const KEPT: [&str; 7] = [
        "uid",
        "namespace",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "selfLink",
    ];
    for key in KEPT {
        if meta.at(key).is_empty() && !old.at(key).is_null() {
            *meta.entry(key) = old.at(key).clone();
        }
    }
    meta.make_map().remove("resourceVersion");
}
