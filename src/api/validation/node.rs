//! Rules of Nodes. Models pkg/apis/core/validation/validation.go ValidateNode.

use super::errors::Json;
use super::{Errors, Field, Rules, go, ip, meta, pod, quantity, text};
use crate::api::Value;

pub(super) const RULES: Rules = Rules { create, update, status: update };

fn create(node: &Field, errors: &mut Errors) {
    let metadata = node.at("metadata");
    meta::create(&metadata, false, text::name_is_subdomain, errors);
    let spec = node.at("spec");
    taints(&metadata.called("taints", spec.value.at("taints")), errors);
    resources(&node.at("status"), errors);
    pod_ranges(&spec.at("podCIDRs"), errors);
}

/// Models ValidateNodeUpdate, which judges the status, too.
fn update(node: &Field, old: &Field, errors: &mut Errors) {
    let metadata = node.at("metadata");
    meta::update(&metadata, &old.at("metadata"), errors);
    let (spec, status) = (node.at("spec"), node.at("status"));
    resources(&status, errors);
    let addresses = status.at("addresses");
    for (index, address) in addresses.value.items().iter().enumerate() {
        if addresses.value.items()[..index].contains(address) {
            let shown = Json(go::compact(&go::NODE_ADDRESS, address));
            errors.duplicate(&addresses.index(index), shown, "");
        }
    }
    let old_spec = old.value.at("spec");
    let (ranges, old_ranges) = (spec.at("podCIDRs"), old_spec.at("podCIDRs").items());
    if !old_ranges.is_empty() && ranges.value.items() != old_ranges {
        let detail = "node updates may not change podCIDR except from \"\" to valid";
        errors.forbidden(&ranges, detail);
    }
    let (provider, old_provider) = (spec.at("providerID"), old_spec.at("providerID"));
    if !old_provider.is_empty() && provider.value != old_provider {
        let detail = "node updates may not change providerID except from \"\" to valid";
        errors.forbidden(&provider, detail);
    }
    taints(&metadata.called("taints", spec.value.at("taints")), errors);
    if spec.at("externalID").text() != old_spec.at("externalID").text() {
        errors.forbidden(&spec.at("externalID"), "may not be updated");
    }
}

/// Models validateNodeTaints; the path is upstream's.
fn taints(taints: &Field, errors: &mut Errors) {
    for (index, value) in taints.value.items().iter().enumerate() {
        let taint = taints.index(index);
        let (key, own, effect) = (taint.at("key"), taint.at("value"), taint.at("effect"));
        errors.each(&key, text::qualified_name(key.text()));
        let messages = text::label_value(own.text());
        if !messages.is_empty() {
            errors.invalid(&own, own.text(), messages.join(";"));
        }
        if effect.is_empty() {
            errors.required(&effect, "");
        } else {
            pod::taint_effect(&effect, errors);
        }
        let is_same = |other: &Value| {
            ["key", "effect"].iter().all(|part| other.at(part).text() == value.at(part).text())
        };
        if taints.value.items()[..index].iter().any(is_same) {
            let shown = Json(go::compact(&go::TAINT, value));
            errors.duplicate(&taint, shown, "taints must be unique by key and effect pair");
        }
    }
}

/// Models ValidateNodeResources; the path names resources without brackets.
fn resources(status: &Field, errors: &mut Errors) {
    for list in ["capacity", "allocatable"] {
        let amounts = status.at(list);
        for (name, _) in amounts.entries() {
            quantity::resource_amount(&amounts.at(name), name, errors);
        }
    }
}

fn pod_ranges(ranges: &Field, errors: &mut Errors) {
    for range in ranges.items() {
        ip::check_range(&range, range.text(), errors);
    }
    if ranges.len() <= 1 {
        return;
    }
    let addresses = ranges
        .value
        .items()
        .iter()
        .map(|range| range.text().split_once('/').map_or(range.text(), |(address, _)| address));
    if !ip::is_dual_stack(addresses) || ranges.len() > 2 {
        let detail = "may specify no more than one CIDR for each IP family";
        errors.invalid(ranges, ranges, detail);
    }
    for (index, range) in ranges.value.items().iter().enumerate() {
        if ranges.value.items()[..index].contains(range) {
            errors.duplicate(&ranges.index(index), range.text(), "");
        }
    }
}
