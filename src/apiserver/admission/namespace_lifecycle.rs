//! Nothing is created in a namespace that is not there, or is going.
//! Models apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go.

use crate::api::types::Namespace;
use crate::api::{Key, Resource, Status, Value};
use crate::apiserver::write::{Ctx, Refusal};

pub fn admit(resource: Resource, object: &Value, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if !resource.info().namespaced {
        return Ok(());
    }
    let meta = object.at("metadata");
    let (namespace, name) = (meta.at("namespace").text(), meta.at("name").text());
    let Some(found) = ctx.find(Resource::NAMESPACES, &Key::new("", namespace))? else {
        return Err(Status::not_found(Resource::NAMESPACES, namespace).into());
    };
    let going = found.get::<Namespace>().is_some_and(|n| n.status.phase == "Terminating");
    if going || found.meta().is_deleting() {
        let why = format!(
            "unable to create new content in namespace {namespace} because it is being terminated"
        );
        return Err(Status::forbidden(resource, name, &why).into());
    }
    Ok(())
}
