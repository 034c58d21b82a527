//! Rules of Services. Models pkg/apis/core/validation/validation.go ValidateService.

mod addresses;
mod balancer;

use super::errors::Json;
use super::{Errors, Field, Rules, go, ip, meta, pod, text};
use crate::api::Value;

pub(super) const RULES: Rules = Rules { create, update, status: balancer::status };

const TYPES: [&str; 4] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

fn create(service: &Field, errors: &mut Errors) {
    let metadata = service.at("metadata");
    meta::create(&metadata, true, text::name_is_label, errors);
    topology(&metadata.at("annotations"), errors);
    let spec = service.at("spec");
    let headless = is_headless(spec.value);
    let (kind, list) = (spec.at("type"), spec.at("ports"));
    if list.is_empty() && !headless && kind.text() != "ExternalName" {
        errors.required(&list, "");
    }
    match kind.text() {
        kind @ ("LoadBalancer" | "NodePort") if headless => {
            let addresses = spec.at("clusterIPs");
            let detail = format!("may not be set to 'None' for {kind} services");
            errors.invalid(&addresses.index(0), "None", detail);
        }
        "ExternalName" => external_name(&spec, errors),
        _ => {}
    }
    ports(&list, errors);
    meta::labels(&spec.at("selector"), errors);
    affinity(&spec, errors);
    addresses::check(&spec, errors);
    for address in spec.at("externalIPs").items() {
        match ip::parse(address.text()) {
            Some(_) => ip::check_not_special(&address, errors),
            None => ip::check(&address, errors),
        }
    }
    if kind.is_empty() {
        errors.required(&kind, "");
    } else if !TYPES.contains(&kind.text()) {
        errors.not_supported(&kind, kind.text(), &TYPES);
    }
    node_ports(&list, kind.text(), errors);
    balancer::source_ranges(&spec, &metadata.at("annotations"), errors);
    balancer::allocation(service, &spec, errors);
    balancer::class(&spec, errors);
    traffic(&spec, errors);
}

/// Models ValidateServiceUpdate.
fn update(service: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&service.at("metadata"), &old.at("metadata"), errors);
    let (spec, old_spec) = (service.at("spec"), old.at("spec"));
    addresses::check_change(&spec, &old_spec, errors);
    balancer::class_change(&spec, &old_spec, errors);
    create(service, errors);
}

/// Whether the service has no address of its own by choice. Models isHeadlessService.
fn is_headless(spec: &Value) -> bool {
    matches!(spec.at("clusterIPs").items(), [one] if one.text() == "None")
}

fn topology(annotations: &Field, errors: &mut Errors) {
    let mode = annotations.key("service.kubernetes.io/topology-mode");
    let hints = "service.kubernetes.io/topology-aware-hints";
    let other = annotations.value.at(hints);
    if mode.is_set() && !other.is_null() && mode.value != other {
        let detail = format!("must match annotations[{hints}] when both are specified");
        errors.invalid(&mode, mode.text(), detail);
    }
}

fn external_name(spec: &Field, errors: &mut Errors) {
    for name in ["clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
        let field = spec.at(name);
        if !field.is_empty() {
            errors.forbidden(&field, "may not be set for ExternalName services");
        }
    }
    let name = spec.at("externalName");
    let domain = name.text().strip_suffix('.').unwrap_or(name.text());
    if domain.is_empty() {
        errors.required(&name, "");
    } else {
        errors.each_of(&name, domain, text::dns1123_subdomain(domain));
    }
}

/// Models validateServicePort.
fn ports(ports: &Field, errors: &mut Errors) {
    let mut names: Vec<&str> = Vec::new();
    for (index, value) in ports.value.items().iter().enumerate() {
        let port = ports.index(index);
        let (field, name) = (port.at("name"), value.at("name").text());
        if name.is_empty() && ports.len() > 1 {
            errors.required(&field, "");
        } else if !name.is_empty() {
            errors.each(&field, text::dns1123_label(name));
            if names.contains(&name) {
                errors.duplicate(&field, name, "");
            } else {
                names.push(name);
            }
        }
        let number = port.at("port");
        for message in text::port_number(number.int().unwrap_or(0)) {
            errors.invalid(&number, number.int().unwrap_or(0), message);
        }
        pod::protocol(&port.at("protocol"), errors);
        pod::port_number_or_name(&port.at("targetPort"), errors);
        let application = port.at("appProtocol");
        if application.is_set() {
            errors.each(&application, text::qualified_name(application.text()));
        }
    }
}

/// Ports of the nodes that may not be, and ports that are there twice.
fn node_ports(ports: &Field, kind: &str, errors: &mut Errors) {
    let given = |value: &Value| value.at("nodePort").as_int().filter(|number| *number != 0);
    let items = ports.value.items();
    for (index, value) in items.iter().enumerate() {
        if kind == "ClusterIP" && given(value).is_some() {
            let detail = "may not be used when `type` is 'ClusterIP'";
            errors.forbidden(&ports.index(index).at("nodePort"), detail);
        }
    }
    let twice = |index: usize, key: &str| {
        let same = |other: &Value| {
            other.at(key) == items[index].at(key)
                && other.at("protocol").text() == items[index].at("protocol").text()
        };
        items[..index].iter().any(same)
    };
    for (index, value) in items.iter().enumerate() {
        if let Some(number) = given(value).filter(|_| twice(index, "nodePort")) {
            errors.duplicate(&ports.index(index).at("nodePort"), number, "");
        }
    }
    for (index, value) in items.iter().enumerate() {
        if twice(index, "port") {
            let mut key = Value::map::<&str, 0>([]);
            for part in ["protocol", "port"] {
                *key.entry(part) = value.at(part).clone();
            }
            let shown = Json(go::compact(&go::SERVICE_PORT, &key));
            errors.duplicate(&ports.index(index), shown, "");
        }
    }
}

/// Models validateClientIPAffinityConfig and what surrounds it.
fn affinity(spec: &Field, errors: &mut Errors) {
    let affinity = spec.at("sessionAffinity");
    let config = spec.at("sessionAffinityConfig");
    match affinity.text() {
        "" => errors.required(&affinity, ""),
        "None" if config.is_set() => {
            errors.forbidden(&config, "must not be set when session affinity is None");
        }
        "None" => {}
        "ClientIP" => {
            let client = config.at("clientIP");
            let timeout = client.at("timeoutSeconds");
            for field in [&config, &client, &timeout] {
                if !field.is_set() {
                    return errors.required(field, "when session affinity type is ClientIP");
                }
            }
            const SECONDS_MAX: i64 = 86_400;
            let seconds = timeout.int().unwrap_or(0);
            if !(1..=SECONDS_MAX).contains(&seconds) {
                let detail = format!("must be greater than 0 and less than {SECONDS_MAX}");
                errors.invalid(&timeout, seconds, detail);
            }
        }
        other => errors.not_supported(&affinity, other, &["ClientIP", "None"]),
    }
}

/// Which endpoints traffic goes to. Models validateServiceExternalTrafficPolicy,
/// validateServiceInternalTrafficFieldsValue and validateServiceTrafficDistribution.
fn traffic(spec: &Field, errors: &mut Errors) {
    balancer::external_traffic(spec, errors);
    let internal = spec.at("internalTrafficPolicy");
    let kind = spec.at("type").text();
    match internal.text() {
        "" if !internal.is_set() => {
            if TYPES.contains(&kind) && kind != "ExternalName" {
                errors.required(&internal, "");
            }
        }
        "Cluster" | "Local" => {}
        other => errors.not_supported(&internal, other, &["Cluster", "Local"]),
    }
    const DISTRIBUTIONS: [&str; 3] = ["PreferClose", "PreferSameNode", "PreferSameZone"];
    let distribution = spec.at("trafficDistribution");
    if distribution.is_set() && !DISTRIBUTIONS.contains(&distribution.text()) {
        errors.not_supported(&distribution, distribution.text(), &DISTRIBUTIONS);
    }
}
