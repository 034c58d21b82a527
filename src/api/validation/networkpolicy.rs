//! Rules of NetworkPolicies.
//! Models pkg/apis/networking/validation/validation.go ValidateNetworkPolicy.

use super::common::{one_of, one_of_if_set};
use super::{Errors, Field, Rules, ip, meta, selector, text};
use crate::api::Value;

pub(super) const RULES: Rules = Rules { create, update, status: update };

fn create(policy: &Field, errors: &mut Errors) {
    meta::create(&policy.at("metadata"), true, text::name_is_subdomain, errors);
    spec(&policy.at("spec"), errors);
}

fn update(policy: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&policy.at("metadata"), &old.at("metadata"), errors);
    spec(&policy.at("spec"), errors);
}

fn spec(spec: &Field, errors: &mut Errors) {
    selector::label_selector(&spec.at("podSelector"), errors);
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        for rule in spec.at(direction).items() {
            rule.at("ports").items().for_each(|port| self::port(&port, errors));
            rule.at(peers).items().for_each(|peer| self::peer(&peer, errors));
        }
    }
    let types = spec.at("policyTypes");
    if types.len() > 2 {
        return errors.invalid(&types, &types, "may not specify more than two policyTypes");
    }
    for kind in types.items() {
        one_of(&kind, &["Ingress", "Egress"], errors);
    }
}

/// Models ValidateNetworkPolicyPort.
fn port(port: &Field, errors: &mut Errors) {
    one_of_if_set(&port.at("protocol"), &["TCP", "UDP", "SCTP"], errors);
    let (first, last) = (port.at("port"), port.at("endPort"));
    let mut in_range = |field: &Field, number: i64| {
        text::port_number(number).into_iter().for_each(|text| errors.invalid(field, number, text));
    };
    match (first.value, last.int()) {
        (Value::Null, Some(last_port)) => {
            let detail = "may not be specified when `port` is not specified";
            errors.invalid(&last, last_port, detail);
        }
        (Value::Int(number), last_port) => {
            in_range(&first, *number);
            let Some(last_port) = last_port else { return };
            if last_port < *number {
                errors.invalid(&last, last_port, "must be greater than or equal to `port`");
            }
            let wrong = text::port_number(last_port);
            wrong.into_iter().for_each(|text| errors.invalid(&last, last_port, text));
        }
        (Value::Str(name), last_port) => {
            if let Some(last_port) = last_port {
                let detail = "may not be specified when `port` is non-numeric";
                errors.invalid(&last, last_port, detail);
            }
            errors.each(&first, text::port_name(name));
        }
        _ => {}
    }
}

/// Models ValidateNetworkPolicyPeer.
fn peer(peer: &Field, errors: &mut Errors) {
    let block = peer.at("ipBlock");
    let mut count = 0;
    for name in ["podSelector", "namespaceSelector"] {
        let selector = peer.at(name);
        count += usize::from(selector.is_set());
        selector::label_selector(&selector, errors);
    }
    if block.is_set() {
        count += 1;
        ip_block(&block, errors);
    }
    if count == 0 {
        errors.required(peer, "must specify a peer");
    } else if count > 1 && block.is_set() {
        errors.forbidden(peer, "may not specify both ipBlock and another peer");
    }
}

/// Models ValidateIPBlock.
fn ip_block(block: &Field, errors: &mut Errors) {
    let range = block.at("cidr");
    if range.is_empty() {
        return errors.required(&range, "");
    }
    ip::check_range(&range, range.text(), errors);
    for except in block.at("except").items() {
        ip::check_range(&except, except.text(), errors);
        if ip::is_strictly_within(except.text(), range.text()) == Some(false) {
            errors.invalid(&except, except.text(), "must be a strict subset of `cidr`");
        }
    }
}
