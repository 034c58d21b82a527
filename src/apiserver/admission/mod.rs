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

use std::sync::Arc;

use super::custom::rules;
use super::write::{Ctx, Refusal};
use crate::api::{Cause, Object, Resource, Value};

/// Lets every plugin see, change or refuse an object that is to be created.
pub fn mutate(resource: Resource, object: &mut Value, ctx: &mut Ctx<'_>) -> Result<(), Refusal> {
    namespace_lifecycle::admit(resource, object, ctx)?;
    let plugins: &[Plugin] = match resource {
        Resource::PODS => &POD_PLUGINS,
        Resource::NODES => &[("TaintNodesByCondition", |node, _| {
            taint_nodes_by_condition::admit(node);
            Ok(())
        })],
        Resource::INGRESSES => &[("DefaultIngressClass", |ingress, ctx| {
            default_classes::of_ingress(ingress, ctx);
            Ok(())
        })],
        Resource::PERSISTENTVOLUMECLAIMS => &CLAIM_PLUGINS,
        Resource::PERSISTENTVOLUMES => &[("StorageObjectInUseProtection", |volume, _| {
            storage_object_in_use::admit(Resource::PERSISTENTVOLUMES, volume);
            Ok(())
        })],
        _ => &[],
    };
    let mut changed_by = Vec::new();
    for (name, admit) in plugins {
        let before = object.clone();
        admit(object, ctx)?;
        if has_changed(&before, object) {
            changed_by.push(*name);
        }
    }
    if !changed_by.is_empty() {
        ctx.stages.changed_by = changed_by.into();
    }
    Ok(())
}

/// A plugin that may change an object, by upstream's name.
type Plugin = (&'static str, fn(&mut Value, &mut Ctx<'_>) -> Result<(), Refusal>);

const POD_PLUGINS: [Plugin; 5] = [
    ("LimitRanger", |pod, ctx| {
        limit_ranger::admit(pod, ctx);
        Ok(())
    }),
    ("ServiceAccount", service_account::admit),
    ("Priority", |pod, ctx| priority::admit(pod, ctx)),
    ("DefaultTolerationSeconds", |pod, _| {
        default_toleration_seconds::admit(pod);
        Ok(())
    }),
    ("RuntimeClass", runtime_class::admit),
];

const CLAIM_PLUGINS: [Plugin; 2] = [
    ("StorageObjectInUseProtection", |claim, _| {
        storage_object_in_use::admit(Resource::PERSISTENTVOLUMECLAIMS, claim);
        Ok(())
    }),
    ("DefaultStorageClass", |claim, ctx| {
        default_classes::of_claim(claim, ctx);
        Ok(())
    }),
];

/// Whether a value is another than before. What nobody has touched is still shared.
fn has_changed(before: &Value, now: &Value) -> bool {
    match (before, now) {
        (Value::Map(a), Value::Map(b)) => !Arc::ptr_eq(a, b) && a != b,
        _ => before != now,
    }
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
