//! Refuses nodes where a port of the node that the pod wants is taken.
//!
//! Models pkg/scheduler/framework/plugins/nodeports/node_ports.go.

use crate::api::Str;
use crate::scheduler::framework::{
    Ctx, Event, EventKind, Filter, Hint, Plugin, PreFilter, PreFiltered, Status,
};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::pod::{HostPort, Needs, PodInfo};

/// See the module.
pub struct NodePorts;

struct FreePorts<'a>(&'a [HostPort]);

impl Plugin for NodePorts {
    fn name(&self) -> &'static str {
        "NodePorts"
    }

    fn as_pre_filter(&self) -> Option<&dyn PreFilter> {
        Some(self)
    }

    fn listens_to(&self) -> &'static [EventKind] {
        &[EventKind::NodeAdded, EventKind::AssignedPodDeleted]
    }

    fn hint(&self, pod: &PodInfo, event: &Event<'_>) -> Hint {
        Hint::queue_if(match event {
            Event::NodeAdded(_) => true,
            Event::AssignedPodDeleted(gone) => {
                let freed = Needs::of(gone.meta(), gone).host_ports;
                let wanted = &pod.needs.host_ports;
                freed.iter().any(|free| wanted.iter().any(|port| port.port == free.port))
            }
            _ => false,
        })
    }
}

impl PreFilter for NodePorts {
    fn pre_filter<'a>(&self, ctx: &Ctx<'a>) -> PreFiltered<'a> {
        match ctx.pod.needs.host_ports.as_slice() {
            [] => PreFiltered::Skip,
            ports => PreFiltered::Filter(Box::new(FreePorts(ports))),
        }
    }
}

impl Filter for FreePorts<'_> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        const TAKEN: Str =
            Str::new_static("node(s) didn't have free ports for the requested pod ports");
        if self.0.iter().any(|port| node.is_taken(port)) {
            return Err(Status::unschedulable(TAKEN));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::framework::Code;
    use crate::scheduler::plugins::testing::{bound, filter_among};

    #[test]
    fn refuses_nodes_where_the_port_is_taken() {
        let taken = [bound("old", "n", "containers: [{ports: [{hostPort: 80}]}]")];
        let check = |pod: &str, expected: Option<&str>| {
            filter_among(&NodePorts, pod, &["n"], &taken, &[expected])
        };
        let refused = "node(s) didn't have free ports for the requested pod ports";
        check("containers: [{ports: [{containerPort: 80}]}]", None);
        check("containers: [{ports: [{hostPort: 81}]}]", None);
        let statuses = check("containers: [{ports: [{hostPort: 80}]}]", Some(refused));
        assert_eq!(statuses[0].as_ref().map(|status| status.code), Some(Code::Unschedulable));
    }
}
