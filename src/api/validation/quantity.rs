//! Rules of amounts and of the names of resources.
//!
//! Models pkg/apis/core/validation/validation.go and pkg/apis/core/helper/helpers.go.

use super::meta::NEGATIVE;
use super::{Errors, Field, text};
use crate::api::Quantity;

/// How a resource may be called in one place or another.
pub type ResourceNameCheck = fn(field: &Field, name: &str, errors: &mut Errors);

/// Resources that Kubernetes knows.
const STANDARD: [&str; 20] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];

/// Of those, what is counted in whole pieces.
const COUNTED: [&str; 9] = [
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

/// The amount at a field; `None` when there is none.
pub fn amount(field: &Field) -> Option<Quantity> {
    Quantity::parse(field.text())
}

/// An amount of a resource. Models ValidateResourceQuantityValue.
pub fn resource_amount(field: &Field, resource: &str, errors: &mut Errors) {
    let Some(quantity) = amount(field) else {
        return;
    };
    not_negative(field, quantity, errors);
    if is_integer(resource) && !quantity.is_whole() {
        errors.invalid(field, quantity, "must be an integer");
    }
}

/// An amount that is no debt. Models ValidateNonnegativeQuantity.
pub fn not_negative(field: &Field, quantity: Quantity, errors: &mut Errors) {
    if quantity.is_negative() {
        errors.invalid(field, quantity, NEGATIVE);
    }
}

/// Models validateContainerResourceName.
pub fn container_resource_name(field: &Field, name: &str, errors: &mut Errors) {
    resource_name(field, name, errors);
    if !name.contains('/') {
        let standard = matches!(name, "cpu" | "memory" | "ephemeral-storage");
        if !standard && !is_huge_page(name) {
            errors.invalid(field, name, "must be a standard resource for containers");
        }
    } else if !is_native(name) && !is_extended(name) {
        errors.invalid(field, name, "doesn't follow extended resource name standard");
    }
}

/// Models validatePodResourceName.
pub fn pod_resource_name(field: &Field, name: &str, errors: &mut Errors) {
    let before = errors.len();
    resource_name(field, name, errors);
    if errors.len() == before && !crate::api::resources::is_pod_level_resource(name) {
        errors.not_supported(field, name, &["cpu", "hugepages-", "memory"]);
    }
}

/// Models ValidateResourceQuotaResourceName.
pub fn quota_resource_name(field: &Field, name: &str, errors: &mut Errors) {
    resource_name(field, name, errors);
    if !name.contains('/') && !is_standard_quota(name) {
        errors.invalid(field, name, "must be a standard resource for quota");
    }
}

/// Whether a quota can limit the resource. Models IsStandardQuotaResourceName.
pub fn is_standard_quota(name: &str) -> bool {
    is_standard(name) && name != "storage"
}

/// Whether more of it may be promised than there is. Models IsOvercommitAllowed.
pub fn is_overcommit_allowed(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

/// Whether it is memory in big pages. Models IsHugePageResourceName.
pub fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Whether an amount is so many whole pages. Models IsHugePageResourceValueDivisible.
pub fn is_whole_pages(name: &str, quantity: Quantity) -> bool {
    let size = name.strip_prefix("hugepages-").and_then(Quantity::parse).map_or(0, Quantity::value);
    size > 0 && quantity.is_whole() && quantity.value() % size == 0
}

/// Models validateResourceName.
fn resource_name(field: &Field, name: &str, errors: &mut Errors) {
    let messages = text::qualified_name(name);
    if !messages.is_empty() {
        return errors.each_of(field, name, messages);
    }
    if !name.contains('/') && !is_standard(name) {
        errors.invalid(field, name, "must be a standard resource type or fully qualified");
    }
}

fn is_standard(name: &str) -> bool {
    let standard = STANDARD.contains(&name);
    standard || is_huge_page(name) || name.starts_with("requests.hugepages-")
}

/// Models IsIntegerResourceName.
fn is_integer(name: &str) -> bool {
    COUNTED.contains(&name) || is_extended(name)
}

/// Models IsNativeResource.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Models IsExtendedResourceName.
fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && text::qualified_name(&format!("requests.{name}")).is_empty()
}
