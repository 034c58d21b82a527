//! Rules of what containers and pods ask for.
//! Models pkg/apis/core/validation/validation.go validateResourceRequirements.

use super::super::quantity::{
    self, ResourceNameCheck, amount, container_resource_name, is_huge_page, is_overcommit_allowed,
};
use super::{Context, Errors, Field, dns_label};
use crate::api::resources::aggregate_container_requests;
use crate::api::{Quantity, Value};

/// What a container asks for and may use. Models ValidateContainerResourceRequirements.
pub fn requirements(resources: &Field, context: &Context, errors: &mut Errors) {
    if !resources.is_empty() {
        check(resources, container_resource_name, context, errors);
    }
}

/// What a pod takes beside its containers. Models validateOverhead: like the limits of a container.
pub fn overhead(overhead: &Field, errors: &mut Errors) {
    let limits = overhead.called("limits", overhead.value);
    for (name, field) in limits.entries() {
        limit(&field, name, container_resource_name, errors);
    }
}

/// What a pod asks for as a whole. Models validatePodResources.
pub fn of_pod(spec: &Field, context: &Context, errors: &mut Errors) {
    let resources = spec.at("resources");
    if !resources.is_set() {
        return;
    }
    if resources.at("claims").is_set() {
        let detail = "claims cannot be set for Resources at pod-level";
        errors.forbidden(&resources.at("claims"), detail);
    }
    check(&resources, quantity::pod_resource_name, context, errors);
    let requests = resources.at("requests");
    for (name, sum) in aggregate_container_requests(spec.value).iter() {
        let own = requests.key(name);
        let asked = amount(&own).unwrap_or_default();
        if sum > asked {
            let detail =
                format!("must be greater than or equal to aggregate container requests of {sum}");
            errors.invalid(&own, asked, detail);
        }
    }
    let containers = spec.at("containers");
    for (index, container) in containers.value.items().iter().enumerate() {
        container_limits(&resources, index, container, errors);
    }
}

/// No container may use more than the pod.
fn container_limits(resources: &Field, index: usize, container: &Value, errors: &mut Errors) {
    let containers = resources.at("containers");
    let list = container.at_path(&["resources", "limits"]);
    for (name, limit) in list.as_map().into_iter().flat_map(|fields| fields.iter()) {
        let pod_limit = Quantity::parse(resources.value.at_path(&["limits", name]).text());
        let own = Quantity::parse(limit.text()).unwrap_or_default();
        if let Some(pod_limit) = pod_limit.filter(|pod_limit| own > *pod_limit) {
            let item = containers.index(index);
            let path = item.key(name);
            let detail = format!("must be less than or equal to pod limits of {pod_limit}");
            errors.invalid(&path.at("limits"), own, detail);
        }
    }
}

fn check(resources: &Field, name_check: ResourceNameCheck, context: &Context, errors: &mut Errors) {
    let (limits, requests) = (resources.at("limits"), resources.at("requests"));
    for (name, field) in limits.entries() {
        limit(&field, name, name_check, errors);
    }
    for (name, field) in requests.entries() {
        limit(&field, name, name_check, errors);
        request(&requests, &limits, name, errors);
    }
    let named = |list: &Field, test: fn(&str) -> bool| list.entries().any(|(name, _)| test(name));
    let either = |test: fn(&str) -> bool| named(&limits, test) || named(&requests, test);
    if either(is_huge_page) && !either(|name| matches!(name, "cpu" | "memory")) {
        errors.forbidden(resources, "HugePages require cpu or memory");
    }
    claims(&resources.at("claims"), context, errors);
}

fn limit(field: &Field, name: &str, name_check: ResourceNameCheck, errors: &mut Errors) {
    name_check(field, name, errors);
    quantity::resource_amount(field, name, errors);
    let amount = amount(field).unwrap_or_default();
    if is_huge_page(name) && !quantity::is_whole_pages(name, amount) {
        let detail = format!("{amount} is not positive integer multiple of {name}");
        errors.invalid(field, amount, detail);
    }
}

/// A request against its limit.
fn request(requests: &Field, limits: &Field, name: &str, errors: &mut Errors) {
    let asked = amount(&requests.key(name)).unwrap_or_default();
    match amount(&limits.key(name)) {
        Some(limit) if asked != limit && !is_overcommit_allowed(name) => {
            errors.invalid(requests, asked, format!("must be equal to {name} limit of {limit}"));
        }
        Some(limit) if asked > limit => {
            let detail = format!("must be less than or equal to {name} limit of {limit}");
            errors.invalid(requests, asked, detail);
        }
        None if !is_overcommit_allowed(name) => {
            errors.required(limits, "Limit must be set for non overcommitable resources");
        }
        _ => {}
    }
}

/// Models validateResourceClaimNames.
fn claims(claims: &Field, context: &Context, errors: &mut Errors) {
    let mut seen: Vec<String> = Vec::new();
    for claim in claims.items() {
        let (name, request) = (claim.at("name"), claim.at("request"));
        let name = name.text();
        if name.is_empty() {
            errors.required(&claim, "");
            continue;
        }
        let key = match request.is_empty() {
            true => name.to_owned(),
            false => format!("{name}/{}", request.text()),
        };
        if !request.is_empty() && !seen.iter().any(|other| other == name) {
            dns_label(&request, errors);
        }
        let overlaps = |other: &String| {
            *other == key
                || other == name
                || request.is_empty() && other.starts_with(&format!("{name}/"))
        };
        if let Some(other) = seen.iter().find(|other| overlaps(other)) {
            let shown = if other == name || request.is_empty() { name } else { &key };
            errors.duplicate(&claim, shown, "");
        }
        seen.push(key);
        if !context.claims.contains(&name) {
            let known = match context.claims.is_empty() {
                true => " which is empty".to_owned(),
                false => format!(": {}", context.claims.join(", ")),
            };
            let detail = format!("must be one of the names in pod.spec.resourceClaims{known}");
            errors.not_found(&claim, name, &detail);
        }
    }
}
