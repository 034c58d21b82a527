//! Rules of Endpoints. Models pkg/apis/core/validation/validation.go ValidateEndpoints.

use super::{Errors, Field, Rules, ip, meta, pod, text};

pub(super) const RULES: Rules = Rules { create, update, status: update };

fn create(endpoints: &Field, errors: &mut Errors) {
    meta::create(&endpoints.at("metadata"), true, text::name_is_subdomain, errors);
    subsets(endpoints, errors);
}

fn update(endpoints: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&endpoints.at("metadata"), &old.at("metadata"), errors);
    subsets(endpoints, errors);
}

fn subsets(endpoints: &Field, errors: &mut Errors) {
    for subset in endpoints.at("subsets").items() {
        let lists = [subset.at("addresses"), subset.at("notReadyAddresses")];
        if lists.iter().all(Field::is_empty) {
            errors.required(&subset, "must specify `addresses` or `notReadyAddresses`");
        }
        for address in lists.iter().flat_map(Field::items) {
            self::address(&address, errors);
        }
        let ports = subset.at("ports");
        for port in ports.items() {
            self::port(&port, ports.len() > 1, errors);
        }
    }
}

fn address(address: &Field, errors: &mut Errors) {
    let ip = address.at("ip");
    match ip::parse(ip.text()) {
        Some(_) => ip::check_not_special(&ip, errors),
        None => ip::check(&ip, errors),
    }
    let (hostname, node) = (address.at("hostname"), address.at("nodeName"));
    if !hostname.is_empty() {
        errors.each(&hostname, text::dns1123_label(hostname.text()));
    }
    if node.is_set() {
        errors.each(&node, text::dns1123_subdomain(node.text()));
    }
}

fn port(port: &Field, needs_name: bool, errors: &mut Errors) {
    let (name, number) = (port.at("name"), port.at("port"));
    if needs_name && name.is_empty() {
        errors.required(&name, "");
    } else if !name.is_empty() {
        errors.each(&name, text::dns1123_label(name.text()));
    }
    let value = number.int().unwrap_or(0);
    text::port_number(value).into_iter().for_each(|text| errors.invalid(&number, value, text));
    pod::protocol(&port.at("protocol"), errors);
    let application = port.at("appProtocol");
    if application.is_set() {
        errors.each(&application, text::qualified_name(application.text()));
    }
}
