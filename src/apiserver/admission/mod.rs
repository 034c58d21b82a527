//! Admission: what the cluster adds to an object before it judges it, and what it refuses after.
//!
//! One plugin a file, in upstream's order. Models pkg/kubeapiserver/options/plugins.go and
//! plugin/pkg/admission.

mod default_classes;
mod default_toleration_seconds;
mod limit_ranger;
mod namespace_lifecycle;
pub mod node_restriction;
mod pod_security;
pub mod policy;
mod priority;
pub mod resource_quota;
mod runtime_class;
mod service_account;
mod storage_object_in_use;
mod taint_nodes_by_condition;

use super::custom::rules;
use super::write::{Ctx, Refusal};
use crate::api::{Cause, Object, Resource, Value};

/// Lets every plugin see, change or refuse an object that is to be created.
pub fn mutate(resource: Resource, object: &mut Value, ctx: &mut Ctx<'_>) -> Result<(), Refusal> {
    namespace_lifecycle::admit(resource, object, ctx)?;
    match resource {
        Resource::PODS => {
            limit_ranger::admit(object, ctx);
            service_account::admit(object, ctx)?;
            priority::admit(object, ctx)?;
            default_toleration_seconds::admit(object);
            runtime_class::admit(object, ctx)?;
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
pub fn validate(object: &Object, value: &Value, ctx: &mut Ctx<'_>) -> Result<(), Refusal> {
    match object.resource() {
        Resource::PODS | Resource::PERSISTENTVOLUMECLAIMS => limit_ranger::validate(object, ctx)?,
        Resource::PRIORITYCLASSES => priority::validate(object, ctx)?,
        Resource::NAMESPACES => pod_security::validate_namespace(value, None, ctx)?,
        _ => {}
    }
    pod_security::validate(object, value, ctx)
}

/// Lets every plugin refuse what is to take the place of `old`, or warn of it.
pub fn validate_update(
    object: &Object,
    value: &Value,
    old: &Value,
    ctx: &mut Ctx<'_>,
) -> Result<(), Refusal> {
    if object.resource() == Resource::NAMESPACES {
        pod_security::validate_namespace(value, Some(old), ctx)?;
    }
    pod_security::warn_of_update(object, value, old, ctx);
    Ok(())
}

/// What is wrong with the expressions of an object that is to be stored.
pub fn mistakes(resource: Resource, object: &Value) -> Vec<Cause> {
    match resource {
        Resource::VALIDATINGADMISSIONPOLICIES => policy::mistakes(object),
        Resource::CUSTOMRESOURCEDEFINITIONS => rules::mistakes(object),
        _ => Vec::new(),
    }
}
