//! Spreads pods over zones, nodes, or whatever else a label of nodes says.
//!
//! Models pkg/scheduler/framework/plugins/podtopologyspread. Constraints that must hold refuse
//! nodes ([`filter`]); those that had better hold score them ([`score`]). Pods that belong
//! together and say nothing of their own get the system's defaults.

mod constraint;
mod filter;
mod owners;
mod score;
mod weight;

use crate::api::Typed;
use crate::api::types::{Node, Pod};
use crate::scheduler::framework::{
    Ctx, Event, EventKind, Hint, Plugin, PreFilter, PreFiltered, PreScore, Score,
};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::pod::PodInfo;
use constraint::{Constraint, Constraints, When};

/// See the module.
pub struct PodTopologySpread;

impl Plugin for PodTopologySpread {
    fn name(&self) -> &'static str {
        "PodTopologySpread"
    }

    fn as_pre_filter(&self) -> Option<&dyn PreFilter> {
        Some(self)
    }

    fn as_pre_score(&self) -> Option<&dyn PreScore> {
        Some(self)
    }

    fn listens_to(&self) -> &'static [EventKind] {
        &[
            EventKind::NodeAdded,
            EventKind::NodeUpdated,
            EventKind::NodeDeleted,
            EventKind::AssignedPodAdded,
            EventKind::AssignedPodUpdated,
            EventKind::AssignedPodDeleted,
            EventKind::PodUpdated,
        ]
    }

    fn hint(&self, pod: &PodInfo, event: &Event<'_>) -> Hint {
        let counts = |other: &Typed<Pod>| {
            other.namespace() == pod.meta().namespace && constraint::is_counted(pod, other)
        };
        let has_keys = |node: &Typed<Node>| {
            let strict = constraint::strict(pod);
            strict.into_iter().all(|c| node.meta().labels.contains_key(&c.topology_key))
        };
        Hint::queue_if(match event {
            Event::AssignedPodAdded(other) | Event::AssignedPodDeleted(other) => counts(other),
            Event::AssignedPodUpdated { before, after } => counts(before) != counts(after),
            Event::PodUpdated { before, after } => before.meta().labels != after.meta().labels,
            Event::NodeAdded(node) | Event::NodeDeleted(node) => has_keys(node),
            Event::NodeUpdated { before, after } => {
                before.meta().labels != after.meta().labels && (has_keys(before) || has_keys(after))
            }
        })
    }
}

impl PreFilter for PodTopologySpread {
    fn pre_filter<'a>(&self, ctx: &Ctx<'a>) -> PreFiltered<'a> {
        let constraints = Constraints::of(ctx, When::DoNotSchedule);
        if constraints.is_empty() {
            return PreFiltered::Skip;
        }
        PreFiltered::Filter(Box::new(filter::Spread::new(ctx, constraints)))
    }
}

impl PreScore for PodTopologySpread {
    fn pre_score<'a>(&self, ctx: &Ctx<'a>, nodes: &[&'a NodeInfo]) -> Option<Box<dyn Score + 'a>> {
        let constraints = Constraints::of(ctx, When::ScheduleAnyway);
        if constraints.is_empty() {
            return None;
        }
        Some(Box::new(score::PreferSpread::new(ctx, constraints, nodes)))
    }
}
