//! Creating an object. Models apiserver/pkg/registry/rest/create.go BeforeCreate and
//! generic/registry/store.go Create.

use super::{Ctx, Plan, Refusal, managers};
use crate::api::managed::Managers;
use crate::api::rpc::{Part, Payload, Request};
use crate::api::types::Uid;
use crate::api::validation;
use crate::api::{List, Object, Resource, Status, Str, Timestamp, Value, defaults, names};
use crate::api::{convert, warnings};
use crate::apiserver::admission::policy::Attributes;
use crate::apiserver::custom::{self, Definition};
use crate::apiserver::stages::Stage;
use crate::apiserver::{admission, allocation};

pub fn plan(
    asked: Resource,
    namespace: &str,
    body: &Payload,
    request: &Request,
    ctx: &mut Ctx<'_>,
) -> Result<Plan, Refusal> {
    let resource = custom::stored(ctx.cache, asked);
    let value = match body {
        Payload::Object(object) => object.to_value(),
        Payload::Text(value) => {
            let mut value = convert::to_stored(asked, ctx.decode(asked, value, request)?);
            defaults::apply(resource, &mut value);
            value
        }
    };
    untyped(resource, namespace, value, (request, None), ctx)
}

/// Stores a new object that is given as a value, after every check; with the managers of its
/// fields if it was applied.
pub fn untyped(
    resource: Resource,
    namespace: &str,
    mut value: Value,
    (request, applied): (&Request, Option<Managers>),
    ctx: &mut Ctx<'_>,
) -> Result<Plan, Refusal> {
    let claims_revision = !value.at_path(&["metadata", "resourceVersion"]).text().is_empty();
    fill_metadata(resource, namespace, &mut value, ctx)?;
    ctx.stages.reached = Stage::MutatingAdmission;
    admission::mutate(resource, &mut value, ctx)?;
    ctx.stages.reached = Stage::Validation;
    defaults::prepare_create(resource, &mut value);
    let definition = Definition::of(ctx.cache, resource);
    if let Some(definition) = &definition {
        definition.prepare_create(&mut value);
    }
    if claims_revision {
        const TEXT: &str = "resourceVersion should not be set on objects to be created";
        return Err(Status::bad_request(TEXT).into());
    }
    let mut extra = allocation::allocate(resource, &mut value, None, ctx)?;
    let mut causes = validation::validate_create(resource, &value);
    if let Some(definition) = &definition {
        causes.extend(definition.validate(&value, None));
    }
    causes.extend(admission::mistakes(resource, &value));
    if !causes.is_empty() {
        let name = name_of(&value);
        return Err(Status::invalid(resource, &name, List::from(causes)).into());
    }
    ctx.warnings.extend(warnings::of(resource, &value).into_iter().map(Str::from));
    // What is read back of the store is defaulted once more, which gives a job the labels that its
    // template has got in the meantime.
    if resource == Resource::JOBS && !request.dry_run {
        let labels = value.at_path(&["spec", "template", "metadata", "labels"]).clone();
        let own = value.entry_path(&["metadata", "labels"]);
        if own.is_empty() {
            *own = labels;
        }
    }
    match applied {
        Some(applied) => managers::put(&mut value, applied.to_value()),
        None => managers::note(resource, &mut value, None, (request, Part::Main), ctx.now),
    }
    if let Some(last) = ctx.last_created.get(&resource) {
        value.share_with(last);
    }
    ctx.last_created.insert(resource, value.clone());
    let object = Object::load(resource, &value);
    ctx.stages.reached = Stage::ValidatingAdmission;
    admission::validate(&object, &value, ctx)?;
    let attributes = Attributes {
        operation: "CREATE",
        resource: request.call.resource(),
        subresource: "",
        object: Some(&value),
        old: None,
        request,
    };
    admission::policy::validate(attributes, ctx)?;
    admission::resource_quota::charge(&object, ctx, &mut extra)?;
    Ok(Plan::Store(object, extra))
}

/// Gives the object its identity. Models rest.FillObjectMetaSystemFields and its surroundings.
fn fill_metadata(
    resource: Resource,
    namespace: &str,
    value: &mut Value,
    ctx: &mut Ctx<'_>,
) -> Result<(), Status> {
    let meta = value.entry("metadata");
    if resource.info().namespaced {
        let given = meta.at("namespace").text();
        if !given.is_empty() && given != namespace {
            return Err(namespace_mismatch());
        }
        *meta.entry("namespace") = namespace.into();
    } else {
        meta.make_map().remove("namespace");
    }
    for unset in [
        "resourceVersion",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "selfLink",
        "generation",
    ] {
        meta.make_map().remove(unset);
    }
    let uid = Uid::random(ctx.rng.next_u64(), ctx.rng.next_u64());
    *meta.entry("uid") = uid.to_string().into();
    *meta.entry("creationTimestamp") = Timestamp::at(ctx.now).to_string().into();
    let base = Str::from(meta.at("generateName").text());
    if meta.at("name").text().is_empty() && !base.is_empty() {
        *meta.entry("name") = names::generate(&base, ctx.rng).into();
    }
    Ok(())
}

fn name_of(value: &Value) -> Str {
    value.at_path(&["metadata", "name"]).text().into()
}

/// What is said of a request whose name differs from its object's.
pub fn name_mismatch(object: &str, url: &str) -> Status {
    Status::bad_request(format!(
        "the name of the object ({object}) does not match the name on the URL ({url})"
    ))
}

/// What is said of a request whose namespace differs from its object's.
pub fn namespace_mismatch() -> Status {
    const TEXT: &str = "the namespace of the provided object does not match the namespace sent on \
                        the request";
    Status::bad_request(TEXT)
}
