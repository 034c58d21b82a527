//! Rules of EndpointSlices. Models pkg/apis/discovery/validation/validation.go.

use super::{Errors, Field, Rules, ip, meta, text};
use crate::api::Value;

pub(super) const RULES: Rules = Rules { create, update, status: update };

const ADDRESS_TYPES: [&str; 3] = ["FQDN", "IPv4", "IPv6"];
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];
const ENDPOINTS_MAX: usize = 1000;
const ADDRESSES_MAX: usize = 100;
const PORTS_MAX: usize = 20_000;
const TOPOLOGY_LABELS_MAX: usize = 16;
const HINTS_MAX: usize = 8;

fn create(slice: &Field, errors: &mut Errors) {
    meta::create(&slice.at("metadata"), true, text::name_is_subdomain, errors);
    let kind = slice.at("addressType");
    if kind.is_empty() {
        errors.required(&kind, "");
    } else if !ADDRESS_TYPES.contains(&kind.text()) {
        errors.not_supported(&kind, kind.text(), &ADDRESS_TYPES);
    }
    endpoints(&slice.at("endpoints"), kind.text(), errors);
    ports(&slice.at("ports"), errors);
}

fn update(slice: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&slice.at("metadata"), &old.at("metadata"), errors);
    create(slice, errors);
    let kind = slice.at("addressType");
    if kind.text() != old.at("addressType").text() {
        errors.invalid(&kind, kind.text(), meta::IMMUTABLE);
    }
}

/// Models validateEndpoints.
fn endpoints(endpoints: &Field, kind: &str, errors: &mut Errors) {
    if endpoints.len() > ENDPOINTS_MAX {
        return errors.too_many(endpoints, endpoints.len(), ENDPOINTS_MAX);
    }
    for endpoint in endpoints.items() {
        addresses(&endpoint.at("addresses"), kind, errors);
        let node = endpoint.at("nodeName");
        if node.is_set() {
            errors.each(&node, text::dns1123_subdomain(node.text()));
        }
        let topology = endpoint.at("deprecatedTopology");
        if topology.len() > TOPOLOGY_LABELS_MAX {
            errors.too_many(&topology, topology.len(), TOPOLOGY_LABELS_MAX);
        }
        meta::labels(&topology, errors);
        let hostname = endpoint.at("hostname");
        if hostname.is_set() {
            errors.each(&hostname, text::dns1123_label(hostname.text()));
        }
        let hints = endpoint.at("hints");
        if hints.is_set() {
            zones(&hints.at("forZones"), errors);
        }
    }
}

fn addresses(addresses: &Field, kind: &str, errors: &mut Errors) {
    if addresses.is_empty() {
        errors.required(addresses, "must contain at least 1 address");
    } else if addresses.len() > ADDRESSES_MAX {
        errors.too_many(addresses, addresses.len(), ADDRESSES_MAX);
    }
    for address in addresses.items() {
        let parsed = ip::parse(address.text());
        match kind {
            "IPv4" | "IPv6" => {
                if parsed.is_none_or(|ip| ip.is_ipv6() != (kind == "IPv6")) {
                    let detail = format!("must be a valid {kind} address");
                    errors.invalid(&address, address.text(), detail);
                }
                ip::check_not_special(&address, errors);
            }
            "FQDN" => domain(&address, errors),
            _ => {}
        }
    }
}

/// Models IsFullyQualifiedDomainName.
fn domain(field: &Field, errors: &mut Errors) {
    let name = field.text().strip_suffix('.').unwrap_or(field.text());
    if field.is_empty() {
        return errors.required(field, "");
    }
    let messages = text::dns1123_subdomain(name);
    if !messages.is_empty() {
        return errors.invalid(field, name, messages.join(","));
    }
    if !name.contains('.') {
        let detail = "should be a domain with at least two segments separated by dots";
        return errors.invalid(field, name, detail);
    }
    for label in name.split('.') {
        let messages = text::dns1123_label(label);
        if !messages.is_empty() {
            return errors.invalid(field, label, messages.join(","));
        }
    }
}

/// Models validateHints.
fn zones(zones: &Field, errors: &mut Errors) {
    if zones.len() > HINTS_MAX {
        return errors.too_many(zones, zones.len(), HINTS_MAX);
    }
    let mut names: Vec<&str> = Vec::new();
    for (index, zone) in zones.value.items().iter().enumerate() {
        let item = zones.index(index);
        let (field, name) = (item.at("name"), zone.at("name").text());
        if names.contains(&name) {
            errors.duplicate(&field, name, "");
        } else {
            names.push(name);
        }
        errors.each(&field, text::label_value(name));
    }
}

/// Models validatePorts.
fn ports(ports: &Field, errors: &mut Errors) {
    if ports.len() > PORTS_MAX {
        return errors.too_many(ports, ports.len(), PORTS_MAX);
    }
    let mut names: Vec<&str> = Vec::new();
    for (index, port) in ports.value.items().iter().enumerate() {
        let item = ports.index(index);
        let name = port.at("name").text();
        if !name.is_empty() {
            errors.each(&item.at("name"), text::dns1123_label(name));
        }
        if names.contains(&name) {
            errors.duplicate(&item.at("name"), name, "");
        } else {
            names.push(name);
        }
        let protocol = item.at("protocol");
        match protocol.value {
            Value::Null => errors.required(&protocol, ""),
            _ if !PROTOCOLS.contains(&protocol.text()) => {
                errors.not_supported(&protocol, protocol.text(), &PROTOCOLS);
            }
            _ => {}
        }
        let application = item.at("appProtocol");
        if application.is_set() {
            errors.each(&application, text::qualified_name(application.text()));
        }
    }
}
