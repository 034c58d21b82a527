//! The plugins, listed once, in the order in which they are asked.
//!
//! Models pkg/scheduler/apis/config/v1/default_plugins.go. A plugin is a file; what takes part at
//! which point is said in the file, not here. Of the defaults these are absent, because nothing
//! in the simulation has volumes or declared features yet: VolumeRestrictions, NodeVolumeLimits,
//! VolumeBinding, VolumeZone, NodeDeclaredFeatures.

mod balanced_allocation;
mod default_binder;
mod default_preemption;
mod dynamic_resources;
mod helper;
mod image_locality;
mod inter_pod_affinity;
mod node_affinity;
mod node_name;
mod node_ports;
mod node_resources_fit;
mod node_unschedulable;
mod pod_topology_spread;
mod priority_sort;
mod scheduling_gates;
mod taint_toleration;
#[cfg(test)]
pub(super) mod testing;

use super::framework::{Framework, Plugin};

/// The default profile: every plugin with the weight of its scores.
pub const DEFAULT: Framework = Framework::new(&PLUGINS);

static PLUGINS: [(&dyn Plugin, i64); 15] = [
    (&scheduling_gates::SchedulingGates, 0),
    (&priority_sort::PrioritySort, 0),
    (&node_unschedulable::NodeUnschedulable, 0),
    (&node_name::NodeName, 0),
    (&taint_toleration::TaintToleration, 3),
    (&node_affinity::NodeAffinity, 2),
    (&node_ports::NodePorts, 0),
    (&node_resources_fit::NodeResourcesFit, 1),
    (&pod_topology_spread::PodTopologySpread, 2),
    (&inter_pod_affinity::InterPodAffinity, 2),
    (&dynamic_resources::DynamicResources, 2),
    (&default_preemption::DefaultPreemption, 0),
    (&balanced_allocation::BalancedAllocation, 1),
    (&image_locality::ImageLocality, 1),
    (&default_binder::DefaultBinder, 0),
];
