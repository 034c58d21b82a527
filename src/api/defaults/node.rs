//! Defaults of Nodes. Models pkg/apis/core/v1/defaults.go SetDefaults_NodeStatus and
//! pkg/apis/core/v1/conversion.go Convert_core_NodeSpec_To_v1_NodeSpec.

use super::{Value, round_up, unset, within};

pub(super) fn apply(node: &mut Value) {
    within(node, "spec", pod_cidrs);
    within(node, "status", |status| {
        let capacity = status.at("capacity").clone();
        if !capacity.is_null() {
            unset(status, "allocatable", capacity);
        }
        round_up(status, "capacity");
        round_up(status, "allocatable");
    });
}

/// Keeps the old field for one address range and the list in step; the list leads.
fn pod_cidrs(spec: &mut Value) {
    let (one, first) = (spec.at("podCIDR").clone(), spec.at("podCIDRs").items().first().cloned());
    match first {
        Some(first) if first != one => *spec.entry("podCIDR") = first,
        None if !one.is_empty() => *spec.entry("podCIDRs") = vec![one].into(),
        _ => {}
    }
}
