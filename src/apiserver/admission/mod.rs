//! Admission: what the cluster adds to an object before it judges it, and what it refuses after.
//!
//! One plugin a file, in upstream's order. Models pkg/kubeapiserver/options/plugins.go and
//! plugin/pkg/admission.

mod default_toleration_seconds;
mod namespace_lifecycle;
mod priority;
pub mod resource_quota;
mod service_account;
mod taint_nodes_by_condition;

use super::write::{Ctx, Refusal};
use crate::api::{Resource, Value};

/// Lets every plugin see, change or refuse an object that is to be created.
pub fn mutate(resource: Resource, object: &mut Value, ctx: &mut Ctx<'_>) -> Result<(), Refusal> {
    namespace_lifecycle::admit(resource, object, ctx)?;
    match resource {
        Resource::PODS => {
            service_account::admit(object, ctx)?;
            priority::admit(object)?;
            default_toleration_seconds::admit(object);
        }
        Resource::NODES => taint_nodes_by_condition::admit(object),
        _ => {}
    }
    Ok(())
}
