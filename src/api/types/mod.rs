//! Rust structs for the kinds that the simulation reads.
//!
//! Each struct names the fields some component reads or writes; the rest of its type is carried
//! along. Models staging/src/k8s.io/api.

mod apps;
mod event;
mod meta;
mod network;
mod node;
mod pod;
mod policy;

pub use apps::*;
pub use event::*;
pub use meta::*;
pub use network::*;
pub use node::*;
pub use pod::*;
pub use policy::*;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::schema::{Field, Type};

    /// Fields that Go writes although the API does not list them as required: structs and times
    /// that are no pointers.
    const WRITTEN_EMPTY: [&str; 5] = [
        "Container.resources",
        "EndpointSlice.endpoints",
        "EndpointSlice.ports",
        "PodCondition.lastProbeTime",
        "ServiceStatus.loadBalancer",
    ];

    fn check(name: &str, fields: &[(&str, bool)]) {
        let ty: &Type = crate::api::schema::named(name).unwrap_or_else(|| panic!("no type {name}"));
        for (field, always) in fields {
            let known: &Field =
                ty.field(field).unwrap_or_else(|| panic!("{name} has no field {field}"));
            let path = format!("{name}.{field}");
            assert!(!known.required || *always, "{path} is required: write it always");
            let allowed = known.required
                || is_struct_or_time(known)
                || WRITTEN_EMPTY.contains(&path.as_str());
            assert!(!always || allowed, "{path} is not required");
        }
    }

    fn is_struct_or_time(field: &Field) -> bool {
        use crate::api::schema::Ty;
        matches!(field.ty, Ty::Object(_) | Ty::Time | Ty::MicroTime | Ty::IntOrString)
            || ["reportingComponent", "reportingInstance"].contains(&field.name)
    }

    #[test]
    fn structs_agree_with_the_field_table() {
        macro_rules! check_all {
            ($($ty:ident $(as $name:literal)?),* $(,)?) => {
                $(check(check_all!(@name $ty $($name)?), $ty::FIELDS);)*
            };
            (@name $ty:ident) => { stringify!($ty) };
            (@name $ty:ident $name:literal) => { $name };
        }
        check_all!(
            ObjectMeta, OwnerReference, LabelSelector, LabelSelectorRequirement, ObjectReference,
            PodSpec, Container, ContainerPort, ResourceRequirements, Affinity, NodeAffinity,
            NodeSelector, NodeSelectorTerm, NodeSelectorRequirement, PreferredSchedulingTerm,
            PodAffinity, PodAffinityTerm, WeightedPodAffinityTerm, PodReadinessGate, Toleration,
            TopologySpreadConstraint, PodStatus, HostIp as "PodIP", PodCondition, ContainerStatus,
            ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStateWaiting,
            PodTemplateSpec, NodeSpec, Taint, NodeStatus, NodeAddress, NodeCondition,
            ContainerImage, NodeSystemInfo, LeaseSpec, NamespaceSpec, NamespaceStatus,
            DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment, DeploymentStatus,
            ReplicaSetSpec, ReplicationControllerSpec, ReplicaSetStatus, ServiceSpec, ServicePort,
            ServiceStatus, LoadBalancerStatus, EndpointSliceBody as "EndpointSlice", Endpoint,
            EndpointConditions, EndpointPort, EventBody as "Event", EventSource, EventSeries,
            ConfigMapBody as "ConfigMap", ResourceQuotaSpec, ResourceQuotaStatus,
        );
    }
}
