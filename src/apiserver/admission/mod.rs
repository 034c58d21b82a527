//! Admission: what the cluster adds to an object before it judges it, and what it refuses after.
//!
//! One plugin a file, in upstream's order. Models pkg/kubeapiserver/options/plugins.go and
//! plugin/pkg/admission.

mod default_classes;
mod default_toleration_seconds;
mod limit_ranger;
mod namespace_lifecycle;
mod priority;
pub mod resource_quota;
mod service_account;
mod storage_object_in_use;
mod taint_nodes_by_condition;

use super::write::{Ctx, Refusal};
use crate::api::{Object, Resource, Value};

/// Lets every plugin see, change or refuse an object that is to be created.
pub fn mutate(resource: Resource, object: &mut Value, ctx: &mut Ctx<'_>) -> Result<(), Refusal> {
    namespace_lifecycle::admit(resource, object, ctx)?;
    match resource {
        Resource::PODS => {
            limit_ranger::admit(object, ctx);
            service_account::admit(object, ctx)?;
            priority::admit(object, ctx)?;
            default_toleration_seconds::admit(object);
        }
        Resource::NODES => taint_nodes_by_condition::admit(object),
        Resource::INGRESSES => default_classes::of_ingress(object, ctx),
        Resource::PERSISTENTVOLUMECLAIMS => {
            storage_object_in_use::admit(resource, object);
            default_classes::of_claim(object, ctx);
        }
        Resource::PERSISTENTVOLUMES => storage_object_in_use::admit(resource, object),
        _ => {}
    }
    Ok(())
}

/// Lets every plugin refuse an object that is valid by itself.
pub fn validate(object: &Object, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    match object.resource() {
        Resource::PODS | Resource::PERSISTENTVOLUMECLAIMS => limit_ranger::validate(object, ctx)?,
        Resource::PRIORITYCLASSES => priority::validate(object, ctx)?,
        _ => {}
    }
    Ok(())
}
