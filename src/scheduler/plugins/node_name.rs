//! Refuses all nodes but the one a pod names.
//!
//! Models pkg/scheduler/framework/plugins/nodename/node_name.go. A pod that names its node is
//! never queued; the filter is there for those who ask the framework what would be.

use crate::api::Str;
use crate::scheduler::framework::{
    Ctx, Event, EventKind, Filter, Hint, Plugin, PreFilter, PreFiltered, Status,
};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::pod::PodInfo;

/// See the module.
pub struct NodeName;

struct Named<'a>(&'a Str);

impl Plugin for NodeName {
    fn name(&self) -> &'static str {
        "NodeName"
    }

    fn as_pre_filter(&self) -> Option<&dyn PreFilter> {
        Some(self)
    }

    fn listens_to(&self) -> &'static [EventKind] {
        &[EventKind::NodeAdded]
    }

    fn hint(&self, pod: &PodInfo, event: &Event<'_>) -> Hint {
        let name = &pod.spec().node_name;
        Hint::queue_if(matches!(event, Event::NodeAdded(node) if node.name() == name))
    }
}

impl PreFilter for NodeName {
    fn pre_filter<'a>(&self, ctx: &Ctx<'a>) -> PreFiltered<'a> {
        match &ctx.pod.spec().node_name {
            name if name.is_empty() => PreFiltered::Skip,
            name => PreFiltered::Filter(Box::new(Named(name))),
        }
    }
}

impl Filter for Named<'_> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        if node.name == *self.0 {
            return Ok(());
        }
        Err(Status::unresolvable(Str::new_static("node(s) didn't match the requested node name")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::plugins::testing::filter;

    #[test]
    fn refuses_other_names() {
        let refused = Some("node(s) didn't match the requested node name");
        filter(&NodeName, "", "", None);
        filter(&NodeName, "nodeName: n", "", None);
        filter(&NodeName, "nodeName: m", "", refused);
    }
}
