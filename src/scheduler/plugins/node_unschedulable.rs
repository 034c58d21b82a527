//! Refuses nodes that were cordoned.
//!
//! Models pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go.

use crate::api::Str;
use crate::api::types::Taint;
use crate::scheduler::framework::{
    Ctx, Event, EventKind, Filter, Hint, Plugin, PreFilter, PreFiltered, Status,
};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::pod::PodInfo;

/// See the module.
pub struct NodeUnschedulable;

struct RefuseCordoned;

impl Plugin for NodeUnschedulable {
    fn name(&self) -> &'static str {
        "NodeUnschedulable"
    }

    fn as_pre_filter(&self) -> Option<&dyn PreFilter> {
        Some(self)
    }

    fn listens_to(&self) -> &'static [EventKind] {
        &[EventKind::NodeAdded, EventKind::NodeUpdated, EventKind::PodUpdated]
    }

    fn hint(&self, pod: &PodInfo, event: &Event<'_>) -> Hint {
        Hint::queue_if(match event {
            Event::NodeAdded(node) => !node.spec.unschedulable,
            Event::NodeUpdated { before, after } => {
                before.spec.unschedulable && !after.spec.unschedulable
            }
            Event::PodUpdated { .. } => tolerates_cordon(pod),
            _ => false,
        })
    }
}

impl PreFilter for NodeUnschedulable {
    fn pre_filter<'a>(&self, ctx: &Ctx<'a>) -> PreFiltered<'a> {
        if tolerates_cordon(ctx.pod) {
            return PreFiltered::Skip;
        }
        PreFiltered::Filter(Box::new(RefuseCordoned))
    }
}

impl Filter for RefuseCordoned {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        if node.is_unschedulable() {
            return Err(Status::unresolvable(Str::new_static("node(s) were unschedulable")));
        }
        Ok(())
    }
}

fn tolerates_cordon(pod: &PodInfo) -> bool {
    let taint = Taint {
        key: Str::new_static("node.kubernetes.io/unschedulable"),
        effect: Str::new_static("NoSchedule"),
        ..Taint::default()
    };
    pod.spec().tolerations.iter().any(|toleration| toleration.tolerates(&taint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::plugins::testing::filter;

    #[test]
    fn refuses_cordoned_nodes_unless_tolerated() {
        let check = |pod: &str, node: &str, expected: Option<&str>| {
            filter(&NodeUnschedulable, pod, node, expected);
        };
        let tolerant = "tolerations: [{key: node.kubernetes.io/unschedulable, operator: Exists}]";
        check("", "", None);
        check("", "unschedulable: true", Some("node(s) were unschedulable"));
        check(tolerant, "unschedulable: true", None);
    }
}
