//! Defaults of Nodes. Models pkg/apis/core/v1/defaults.go SetDefaults_NodeStatus and
//! pkg/apis/core/v1/conversion.go Convert_v1_NodeSpec_To_core_NodeSpec.

use super::{Value, in_step, round_up, unset, within};

pub(super) fn apply(node: &mut Value) {
    within(node, "spec", |spec| in_step(spec, "podCIDR", "podCIDRs", None));
    within(node, "status", |status| {
        let capacity = status.at("capacity").clone();
        if !capacity.is_null() {
            unset(status, "allocatable", capacity);
        }
        round_up(status, "capacity");
        round_up(status, "allocatable");
    });
}
