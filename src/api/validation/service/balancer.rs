//! Rules of what a service has to do with the world outside: load balancers and their like.
//! Models pkg/apis/core/validation/validation.go validateLoadBalancerClassField,
//! validateServiceExternalTrafficPolicy and ValidateLoadBalancerStatus.

use super::super::{Errors, Field, ip, meta, text};
use crate::api::defaults::{is_externally_accessible, needs_health_check};

const ONLY_BALANCED: &str = "may only be used when `type` is 'LoadBalancer'";

fn is_balanced(spec: &Field) -> bool {
    spec.at("type").text() == "LoadBalancer"
}

/// Where traffic may come from; the path is upstream's.
pub(super) fn source_ranges(spec: &Field, annotations: &Field, errors: &mut Errors) {
    let ranges = spec.called("LoadBalancerSourceRanges", spec.value.at("loadBalancerSourceRanges"));
    let annotation = annotations.key("service.beta.kubernetes.io/load-balancer-source-ranges");
    if !ranges.is_empty() {
        if !is_balanced(spec) {
            errors.forbidden(&ranges, ONLY_BALANCED);
        }
        for range in ranges.items() {
            ip::check_range(&range, range.text().trim(), errors);
        }
    } else if annotation.is_set() {
        if !is_balanced(spec) {
            errors.forbidden(&annotation, ONLY_BALANCED);
        }
        for range in annotation.text().split(',').filter(|_| !annotation.text().trim().is_empty()) {
            ip::check_range(&annotation, range.trim(), errors);
        }
    }
}

/// Whether a load balancer gets ports on the nodes; the path is upstream's.
pub(super) fn allocation(service: &Field, spec: &Field, errors: &mut Errors) {
    let allocate = spec.at("allocateLoadBalancerNodePorts");
    if allocate.is_set() && !is_balanced(spec) {
        errors.forbidden(&allocate, ONLY_BALANCED);
    }
    if !allocate.is_set() && is_balanced(spec) {
        errors.required(&service.called("allocateLoadBalancerNodePorts", allocate.value), "");
    }
}

/// Which sort of load balancer is wanted.
pub(super) fn class(spec: &Field, errors: &mut Errors) {
    let class = spec.at("loadBalancerClass");
    if !class.is_set() {
        return;
    }
    if is_balanced(spec) {
        errors.each(&class, text::qualified_name(class.text()));
    } else {
        errors.forbidden(&class, ONLY_BALANCED);
    }
}

/// What may change of a load balancer.
pub(super) fn class_change(spec: &Field, old: &Field, errors: &mut Errors) {
    let (now, before) = (spec.at("loadBalancerClass"), old.at("loadBalancerClass"));
    if is_balanced(spec) && is_balanced(old) && now.value != before.value {
        errors.invalid(&now, &now, "may not change once set");
    }
    class(spec, errors);
    let (port, old_port) = (spec.at("healthCheckNodePort"), old.at("healthCheckNodePort"));
    let checked = needs_health_check(spec.value) && needs_health_check(old.value);
    if checked && port.int().unwrap_or(0) != old_port.int().unwrap_or(0) {
        errors.forbidden(&port, meta::IMMUTABLE);
    }
}

/// How traffic from outside is spread.
pub(super) fn external_traffic(spec: &Field, errors: &mut Errors) {
    let policy = spec.at("externalTrafficPolicy");
    if !is_externally_accessible(spec.value) {
        if !policy.is_empty() {
            let detail = "may only be set for externally-accessible services";
            errors.invalid(&policy, policy.text(), detail);
        }
    } else if policy.is_empty() {
        errors.required(&policy, "");
    } else if !matches!(policy.text(), "Cluster" | "Local") {
        errors.not_supported(&policy, policy.text(), &["Cluster", "Local"]);
    }
    let port = spec.at("healthCheckNodePort");
    let number = port.int().unwrap_or(0);
    match (needs_health_check(spec.value), number) {
        (false, 0) => {}
        (false, _) => {
            let detail = "may only be set when `type` is 'LoadBalancer' and \
                          `externalTrafficPolicy` is 'Local'";
            errors.invalid(&port, number, detail);
        }
        (true, 0) => errors.required(&port, ""),
        (true, _) => {
            for message in text::port_number(number) {
                errors.invalid(&port, number, message);
            }
        }
    }
}

/// What a load balancer reports. Models ValidateServiceStatusUpdate.
pub(super) fn status(service: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&service.at("metadata"), &old.at("metadata"), errors);
    let status = service.at("status");
    let balancer = status.at("loadBalancer");
    let list = balancer.at("ingress");
    if !list.is_empty() && !is_balanced(&service.at("spec")) {
        let detail = "may only be used when `spec.type` is 'LoadBalancer'";
        return errors.forbidden(&list, detail);
    }
    for ingress in list.items() {
        self::ingress(&ingress, errors);
    }
}

fn ingress(ingress: &Field, errors: &mut Errors) {
    let (address, mode) = (ingress.at("ip"), ingress.at("ipMode"));
    if !address.is_empty() {
        ip::check(&address, errors);
    }
    match (mode.is_set(), address.is_empty()) {
        (false, false) => errors.required(&mode, "must be specified when `ip` is set"),
        (false, true) => {}
        (true, true) => errors.forbidden(&mode, "may not be specified when `ip` is not set"),
        (true, false) if !matches!(mode.text(), "Proxy" | "VIP") => {
            errors.not_supported(&mode, mode.text(), &["Proxy", "VIP"]);
        }
        (true, false) => {}
    }
    let hostname = ingress.at("hostname");
    if !hostname.is_empty() {
        errors.each(&hostname, text::dns1123_subdomain(hostname.text()));
        if ip::parse(hostname.text()).is_some() {
            let detail = "must be a DNS name, not an IP address";
            errors.invalid(&hostname, hostname.text(), detail);
        }
    }
}
