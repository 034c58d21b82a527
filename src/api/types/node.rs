//! Nodes, their leases and namespaces. Models staging/src/k8s.io/api/core/v1/types.go and
//! coordination/v1/types.go.

use std::sync::Arc;

use super::{Condition, ResourceList};
use crate::api::codec::{List, object};
use crate::api::{MicroTime, Str, Timestamp};

/// A machine that runs pods.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Node {
    /// What is wanted.
    pub spec: Arc<NodeSpec>,
    /// What is.
    pub status: Arc<NodeStatus>,
}

/// A claim on something, renewed by its holder.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Lease {
    /// Who holds it, and until when.
    pub spec: Arc<LeaseSpec>,
}

/// A scope for names.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Namespace {
    /// What keeps it from vanishing.
    pub spec: Arc<NamespaceSpec>,
    /// Whether it is going.
    pub status: Arc<NamespaceStatus>,
}

object! {
    /// How a node is to be used.
    NodeSpec {
        "podCIDR" pod_cidr: Str,
        "podCIDRs" pod_cidrs: List<Str>,
        "providerID" provider_id: Str,
        "taints" taints: List<Taint>,
        "unschedulable" unschedulable: bool,
    }

    /// A mark that keeps pods away which do not tolerate it.
    Taint {
        "effect"! effect: Str,
        "key"! key: Str,
        "timeAdded" time_added: Option<Timestamp>,
        "value" value: Str,
    }

    /// What a node says of itself.
    NodeStatus {
        "addresses" addresses: List<NodeAddress>,
        "allocatable" allocatable: ResourceList,
        "capacity" capacity: ResourceList,
        "conditions" conditions: List<NodeCondition>,
        "images" images: List<ContainerImage>,
        "nodeInfo" node_info: Option<Arc<NodeSystemInfo>>,
    }

    /// Where a node can be reached.
    NodeAddress {
        "address"! address: Str,
        "type"! kind: Str,
    }

    /// A condition of a node.
    NodeCondition {
        "lastHeartbeatTime"! last_heartbeat_time: Option<Timestamp>,
        "lastTransitionTime"! last_transition_time: Option<Timestamp>,
        "message" message: Str,
        "reason" reason: Str,
        "status"! status: Str,
        "type"! kind: Str,
    }

    /// An image on a node.
    ContainerImage {
        "names" names: List<Str>,
        "sizeBytes" size_bytes: i64,
    }

    /// What a node is made of.
    NodeSystemInfo {
        "architecture"! architecture: Str,
        "bootID"! boot_id: Str,
        "containerRuntimeVersion"! container_runtime_version: Str,
        "kernelVersion"! kernel_version: Str,
        "kubeProxyVersion"! kube_proxy_version: Str,
        "kubeletVersion"! kubelet_version: Str,
        "machineID"! machine_id: Str,
        "operatingSystem"! operating_system: Str,
        "osImage"! os_image: Str,
        "systemUUID"! system_uuid: Str,
    }

    /// Who holds a lease, and until when.
    LeaseSpec {
        "acquireTime" acquire_time: Option<MicroTime>,
        "holderIdentity" holder_identity: Option<Str>,
        "leaseDurationSeconds" lease_duration_seconds: Option<i32>,
        "leaseTransitions" lease_transitions: Option<i32>,
        "renewTime" renew_time: Option<MicroTime>,
    }

    /// What keeps a namespace from vanishing.
    NamespaceSpec {
        "finalizers" finalizers: List<Str>,
    }

    /// Whether a namespace is going.
    NamespaceStatus {
        "conditions" conditions: List<Condition>,
        "phase" phase: Str,
    }
}

impl Node {
    /// The condition of this type.
    pub fn condition(&self, kind: &str) -> Option<&NodeCondition> {
        self.status.conditions.iter().find(|condition| condition.kind == kind)
    }

    /// Whether the node takes pods.
    pub fn is_ready(&self) -> bool {
        self.condition("Ready").is_some_and(|ready| ready.status == "True")
    }
}
