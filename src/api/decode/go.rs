//! What the OpenAPI document does not tell of the Go types: which fields are pointers, which are
//! structs held by value, which come from embedded structs, and what their types are called.
//!
//! The only part of the decoder that is written by hand for each type. A kind added to the field
//! table needs its pointers here; what is not listed counts as a value, whose zero Go leaves out.
//! Models staging/src/k8s.io/api types.go.

use crate::api::schema::{Field, Ty, Type};
use crate::api::{Str, Value};

/// How Go holds a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hold {
    /// By pointer: what was given is kept, be it zero.
    Pointer,
    /// By value: its zero is left out, unless it is a struct or required.
    Value,
}

/// How Go holds `field` of `ty`.
pub(super) fn hold(ty: &Type, field: &Field) -> Hold {
    let listed = |list: &[(&str, &[&str])]| lists(list, ty.name, field.name);
    let pointer = match field.ty {
        Ty::Object(_) => !(is_root_part(ty, field) || listed(STRUCT_VALUES)),
        Ty::Time | Ty::MicroTime => !listed(TIME_VALUES),
        Ty::Quantity | Ty::IntOrString => !(field.required || listed(OTHER_VALUES)),
        Ty::List(_) | Ty::Map(_) | Ty::Bytes | Ty::Any => false,
        Ty::Bool | Ty::Int32 | Ty::Int64 | Ty::Double | Ty::Text => listed(POINTERS),
    };
    if pointer { Hold::Pointer } else { Hold::Value }
}

/// The metadata, spec and status of an object lie in it by value.
fn is_root_part(ty: &Type, field: &Field) -> bool {
    is_root(ty) && matches!(field.name, "metadata" | "spec" | "status")
}

fn is_root(ty: &Type) -> bool {
    ty.field("kind").is_some() && ty.field("apiVersion").is_some() && ty.field("metadata").is_some()
}

/// The embedded struct that `field` of `ty` comes from. Go names it in its messages.
pub(super) fn embedded(ty: &Type, field: &str) -> Option<&'static str> {
    if is_root(ty) && matches!(field, "kind" | "apiVersion") {
        return Some("TypeMeta");
    }
    let (_, name, fields) = EMBEDDED.iter().find(|(owner, _, fields)| {
        let listed = fields.contains(&field);
        *owner == ty.name && if fields.first() == Some(&"!") { !listed } else { listed }
    })?;
    debug_assert!(!fields.is_empty());
    Some(name)
}

/// What Go calls the type of `field` of `ty`.
pub(super) fn type_name(owner: &Type, field: &Field) -> String {
    let named = TYPE_NAMES.iter().find(|(ty, name, _)| *ty == owner.name && *name == field.name);
    match (named, field.ty) {
        (Some((_, _, name)), Ty::List(_)) => format!("[]{name}"),
        (Some((_, _, name)), _) => (*name).to_owned(),
        (None, ty) => plain_type_name(&ty),
    }
}

/// What Go calls the type of the items of `field` of `owner`.
pub(super) fn item_type_name(owner: &Type, field: &Field) -> String {
    let name = type_name(owner, field);
    match name.strip_prefix("[]").or_else(|| name.strip_prefix("map[string]")) {
        Some(item) => item.to_owned(),
        None => name,
    }
}

/// Why `value` cannot be taken over as a `ty`, called `name`.
/// Models apimachinery/pkg/runtime/converter.go fromUnstructured.
pub(super) fn conversion(value: &Value, ty: &Ty, name: &str) -> Str {
    let (kind, full) = match value {
        Value::Null => ("nil", "nil"),
        Value::Bool(_) => ("bool", "bool"),
        Value::Int(_) => ("int64", "int64"),
        Value::Float(_) => ("float64", "float64"),
        Value::Str(_) => ("string", "string"),
        Value::List(_) => ("slice", "[]interface {}"),
        Value::Map(_) => ("map", "map[string]interface {}"),
    };
    match ty {
        Ty::Map(_) => format!("cannot restore map from {kind}"),
        Ty::List(_) | Ty::Bytes => format!("cannot restore slice from {kind}"),
        Ty::Object(_) => format!("cannot restore struct from: {kind}"),
        _ => format!("cannot convert {full} to {name}"),
    }
    .into()
}

fn plain_type_name(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "bool".into(),
        Ty::Int32 => "int32".into(),
        Ty::Int64 => "int64".into(),
        Ty::Double => "float64".into(),
        Ty::Text => "string".into(),
        Ty::Bytes => "[]uint8".into(),
        // These read themselves, from text or a number.
        Ty::Time | Ty::MicroTime => "string".into(),
        Ty::IntOrString => "int32".into(),
        Ty::Quantity | Ty::Any => "interface {}".into(),
        // All packages served here are called after their version.
        Ty::Object(id) => format!("v1.{}", id.get().name),
        Ty::List(item) => format!("[]{}", plain_type_name(item)),
        Ty::Map(Ty::Quantity) => "v1.ResourceList".into(),
        Ty::Map(item) => format!("map[string]{}", plain_type_name(item)),
    }
}

fn lists(list: &[(&str, &[&str])], ty: &str, field: &str) -> bool {
    list.binary_search_by(|(name, _)| (*name).cmp(ty)).is_ok_and(|at| list[at].1.contains(&field))
}

/// Numbers, booleans and texts behind a pointer.
#[rustfmt::skip]
pub(super) const POINTERS: &[(&str, &[&str])] = &[
    ("AppArmorProfile", &["localhostProfile"]),
    ("AzureDiskVolumeSource", &["cachingMode", "fsType", "kind", "readOnly"]),
    ("CSIVolumeSource", &["fsType", "readOnly"]),
    ("ClientIPConfig", &["timeoutSeconds"]),
    ("ClusterTrustBundleProjection", &["name", "optional", "signerName"]),
    ("ConfigMap", &["immutable"]),
    ("ConfigMapEnvSource", &["optional"]),
    ("ConfigMapKeySelector", &["optional"]),
    ("ConfigMapProjection", &["optional"]),
    ("ConfigMapVolumeSource", &["defaultMode", "optional"]),
    ("Container", &["restartPolicy"]),
    ("ContainerStatus", &["started", "stopSignal"]),
    ("DeploymentSpec", &["progressDeadlineSeconds", "replicas", "revisionHistoryLimit"]),
    ("DeploymentStatus", &["collisionCount", "terminatingReplicas"]),
    ("DownwardAPIVolumeFile", &["mode"]),
    ("DownwardAPIVolumeSource", &["defaultMode"]),
    ("Endpoint", &["hostname", "nodeName", "zone"]),
    ("EndpointConditions", &["ready", "serving", "terminating"]),
    ("EndpointPort", &["appProtocol", "name", "port", "protocol"]),
    ("EphemeralContainer", &["restartPolicy"]),
    ("FCVolumeSource", &["lun"]),
    ("FileKeySelector", &["optional"]),
    ("GRPCAction", &["service"]),
    ("HostPathVolumeSource", &["type"]),
    ("ISCSIVolumeSource", &["initiatorName"]),
    ("KeyToPath", &["mode"]),
    ("LeaseSpec", &["holderIdentity", "leaseDurationSeconds", "leaseTransitions",
        "preferredHolder", "strategy"]),
    ("Lifecycle", &["stopSignal"]),
    ("LoadBalancerIngress", &["ipMode"]),
    ("NodeFeatures", &["supplementalGroupsPolicy"]),
    ("NodeRuntimeHandlerFeatures", &["recursiveReadOnlyMounts", "userNamespaces"]),
    ("NodeSwapStatus", &["capacity"]),
    ("ObjectMeta", &["deletionGracePeriodSeconds"]),
    ("OwnerReference", &["blockOwnerDeletion", "controller"]),
    ("PersistentVolumeClaimSpec", &["storageClassName", "volumeAttributesClassName",
        "volumeMode"]),
    ("PodCertificateProjection", &["maxExpirationSeconds"]),
    ("PodDNSConfigOption", &["value"]),
    ("PodResourceClaim", &["resourceClaimName", "resourceClaimTemplateName"]),
    ("PodResourceClaimStatus", &["resourceClaimName"]),
    ("PodSchedulingGroup", &["podGroupName"]),
    ("PodSecurityContext", &["fsGroup", "fsGroupChangePolicy", "runAsGroup", "runAsNonRoot",
        "runAsUser", "seLinuxChangePolicy", "supplementalGroupsPolicy"]),
    ("PodSpec", &["activeDeadlineSeconds", "automountServiceAccountToken", "enableServiceLinks",
        "hostUsers", "hostnameOverride", "preemptionPolicy", "priority", "runtimeClassName",
        "setHostnameAsFQDN", "shareProcessNamespace", "terminationGracePeriodSeconds"]),
    ("PortStatus", &["error"]),
    ("Probe", &["terminationGracePeriodSeconds"]),
    ("ProjectedVolumeSource", &["defaultMode"]),
    ("ReplicaSetSpec", &["replicas"]),
    ("ReplicaSetStatus", &["terminatingReplicas"]),
    ("ReplicationControllerSpec", &["replicas"]),
    ("ResourceHealth", &["message"]),
    ("SeccompProfile", &["localhostProfile"]),
    ("SecretEnvSource", &["optional"]),
    ("SecretKeySelector", &["optional"]),
    ("SecretProjection", &["optional"]),
    ("SecretVolumeSource", &["defaultMode", "optional"]),
    ("SecurityContext", &["allowPrivilegeEscalation", "privileged", "procMount",
        "readOnlyRootFilesystem", "runAsGroup", "runAsNonRoot", "runAsUser"]),
    ("ServiceAccount", &["automountServiceAccountToken"]),
    ("ServiceAccountTokenProjection", &["expirationSeconds"]),
    ("ServicePort", &["appProtocol"]),
    ("ServiceSpec", &["allocateLoadBalancerNodePorts", "internalTrafficPolicy", "ipFamilyPolicy",
        "loadBalancerClass", "trafficDistribution"]),
    ("Toleration", &["tolerationSeconds"]),
    ("TopologySpreadConstraint", &["minDomains", "nodeAffinityPolicy", "nodeTaintsPolicy"]),
    ("TypedLocalObjectReference", &["apiGroup"]),
    ("TypedObjectReference", &["apiGroup", "namespace"]),
    ("VolumeMount", &["mountPropagation", "recursiveReadOnly"]),
    ("VolumeMountStatus", &["recursiveReadOnly"]),
    ("WindowsSecurityContextOptions", &["gmsaCredentialSpec", "gmsaCredentialSpecName",
        "hostProcess", "runAsUserName"]),
];

/// Structs held by value, beside the parts of a root: Go writes them even when they are empty.
#[rustfmt::skip]
pub(super) const STRUCT_VALUES: &[(&str, &[&str])] = &[
    ("Container", &["resources"]),
    ("ContainerStatus", &["lastState", "state"]),
    ("DeploymentSpec", &["strategy", "template"]),
    ("Endpoint", &["conditions"]),
    ("EphemeralContainer", &["resources"]),
    ("Event", &["involvedObject", "source"]),
    ("NodeDaemonEndpoints", &["kubeletEndpoint"]),
    ("NodeStatus", &["daemonEndpoints", "nodeInfo"]),
    ("PersistentVolumeClaimSpec", &["resources"]),
    ("PersistentVolumeClaimTemplate", &["metadata", "spec"]),
    ("PodTemplateSpec", &["metadata", "spec"]),
    ("PreferredSchedulingTerm", &["preference"]),
    ("ReplicaSetSpec", &["template"]),
    ("ServiceStatus", &["loadBalancer"]),
    ("WeightedPodAffinityTerm", &["podAffinityTerm"]),
];

/// Moments held by value and without `omitzero`: Go writes `null` for none.
#[rustfmt::skip]
pub(super) const TIME_VALUES: &[(&str, &[&str])] = &[
    ("Condition", &["lastTransitionTime"]),
    ("Event", &["eventTime", "firstTimestamp", "lastTimestamp"]),
    ("NodeCondition", &["lastHeartbeatTime", "lastTransitionTime"]),
    ("PodCondition", &["lastProbeTime"]),
];

/// Quantities and numbers-or-texts held by value: Go writes `0` for none.
#[rustfmt::skip]
pub(super) const OTHER_VALUES: &[(&str, &[&str])] = &[
    ("ResourceFieldSelector", &["divisor"]),
    ("ServicePort", &["targetPort"]),
];

/// Embedded structs: owner, name, and the fields that come from it; after `!`, those that do not.
#[rustfmt::skip]
pub(super) const EMBEDDED: &[(&str, &str, &[&str])] = &[
    ("ConfigMapEnvSource", "LocalObjectReference", &["name"]),
    ("ConfigMapKeySelector", "LocalObjectReference", &["name"]),
    ("ConfigMapProjection", "LocalObjectReference", &["name"]),
    ("ConfigMapVolumeSource", "LocalObjectReference", &["name"]),
    ("EphemeralContainer", "EphemeralContainerCommon", &["!", "targetContainerName"]),
    ("Probe", "ProbeHandler", &["exec", "grpc", "httpGet", "tcpSocket"]),
    ("SecretEnvSource", "LocalObjectReference", &["name"]),
    ("SecretKeySelector", "LocalObjectReference", &["name"]),
    ("SecretProjection", "LocalObjectReference", &["name"]),
    ("Volume", "VolumeSource", &["!", "name"]),
];

/// Texts with a type of their own: owner, field, and the type (of an item, where it is a list).
#[rustfmt::skip]
pub(super) const TYPE_NAMES: &[(&str, &str, &str)] = &[
    ("AppArmorProfile", "type", "v1.AppArmorProfileType"),
    ("AzureDiskVolumeSource", "cachingMode", "v1.AzureDataDiskCachingMode"),
    ("AzureDiskVolumeSource", "kind", "v1.AzureDataDiskKind"),
    ("Capabilities", "add", "v1.Capability"),
    ("Capabilities", "drop", "v1.Capability"),
    ("Container", "imagePullPolicy", "v1.PullPolicy"),
    ("Container", "restartPolicy", "v1.ContainerRestartPolicy"),
    ("Container", "terminationMessagePolicy", "v1.TerminationMessagePolicy"),
    ("ContainerPort", "protocol", "v1.Protocol"),
    ("ContainerResizePolicy", "resourceName", "v1.ResourceName"),
    ("ContainerResizePolicy", "restartPolicy", "v1.ResourceResizeRestartPolicy"),
    ("DeploymentCondition", "status", "v1.ConditionStatus"),
    ("DeploymentCondition", "type", "v1.DeploymentConditionType"),
    ("DeploymentStrategy", "type", "v1.DeploymentStrategyType"),
    ("EmptyDirVolumeSource", "medium", "v1.StorageMedium"),
    ("EndpointPort", "protocol", "v1.Protocol"),
    ("EndpointSlice", "addressType", "v1.AddressType"),
    ("EphemeralContainer", "imagePullPolicy", "v1.PullPolicy"),
    ("EphemeralContainer", "restartPolicy", "v1.ContainerRestartPolicy"),
    ("EphemeralContainer", "terminationMessagePolicy", "v1.TerminationMessagePolicy"),
    ("HTTPGetAction", "scheme", "v1.URIScheme"),
    ("HostPathVolumeSource", "type", "v1.HostPathType"),
    ("ImageVolumeSource", "pullPolicy", "v1.PullPolicy"),
    ("LabelSelectorRequirement", "operator", "v1.LabelSelectorOperator"),
    ("LeaseSpec", "strategy", "v1.CoordinatedLeaseStrategy"),
    ("Lifecycle", "stopSignal", "v1.Signal"),
    ("LoadBalancerIngress", "ipMode", "v1.LoadBalancerIPMode"),
    ("NamespaceSpec", "finalizers", "v1.FinalizerName"),
    ("NamespaceStatus", "phase", "v1.NamespacePhase"),
    ("NodeAddress", "type", "v1.NodeAddressType"),
    ("NodeCondition", "status", "v1.ConditionStatus"),
    ("NodeCondition", "type", "v1.NodeConditionType"),
    ("NodeSelectorRequirement", "operator", "v1.NodeSelectorOperator"),
    ("NodeStatus", "phase", "v1.NodePhase"),
    ("ObjectMeta", "uid", "types.UID"),
    ("ObjectReference", "uid", "types.UID"),
    ("OwnerReference", "uid", "types.UID"),
    ("PersistentVolumeClaimSpec", "accessModes", "v1.PersistentVolumeAccessMode"),
    ("PersistentVolumeClaimSpec", "volumeMode", "v1.PersistentVolumeMode"),
    ("PodCondition", "status", "v1.ConditionStatus"),
    ("PodCondition", "type", "v1.PodConditionType"),
    ("PodOS", "name", "v1.OSName"),
    ("PodReadinessGate", "conditionType", "v1.PodConditionType"),
    ("PodSecurityContext", "fsGroupChangePolicy", "v1.PodFSGroupChangePolicy"),
    ("PodSecurityContext", "seLinuxChangePolicy", "v1.PodSELinuxChangePolicy"),
    ("PodSecurityContext", "supplementalGroupsPolicy", "v1.SupplementalGroupsPolicy"),
    ("PodSpec", "dnsPolicy", "v1.DNSPolicy"),
    ("PodSpec", "preemptionPolicy", "v1.PreemptionPolicy"),
    ("PodSpec", "restartPolicy", "v1.RestartPolicy"),
    ("PodStatus", "phase", "v1.PodPhase"),
    ("PodStatus", "qosClass", "v1.PodQOSClass"),
    ("PodStatus", "resize", "v1.PodResizeStatus"),
    ("ResourceQuotaSpec", "scopes", "v1.ResourceQuotaScope"),
    ("ScopedResourceSelectorRequirement", "operator", "v1.ScopeSelectorOperator"),
    ("ScopedResourceSelectorRequirement", "scopeName", "v1.ResourceQuotaScope"),
    ("SeccompProfile", "type", "v1.SeccompProfileType"),
    ("SecurityContext", "procMount", "v1.ProcMountType"),
    ("ServicePort", "protocol", "v1.Protocol"),
    ("ServiceSpec", "externalTrafficPolicy", "v1.ServiceExternalTrafficPolicy"),
    ("ServiceSpec", "internalTrafficPolicy", "v1.ServiceInternalTrafficPolicy"),
    ("ServiceSpec", "ipFamilies", "v1.IPFamily"),
    ("ServiceSpec", "ipFamilyPolicy", "v1.IPFamilyPolicy"),
    ("ServiceSpec", "sessionAffinity", "v1.ServiceAffinity"),
    ("ServiceSpec", "type", "v1.ServiceType"),
    ("Taint", "effect", "v1.TaintEffect"),
    ("Toleration", "effect", "v1.TaintEffect"),
    ("Toleration", "operator", "v1.TolerationOperator"),
    ("TopologySpreadConstraint", "nodeAffinityPolicy", "v1.NodeInclusionPolicy"),
    ("TopologySpreadConstraint", "nodeTaintsPolicy", "v1.NodeInclusionPolicy"),
    ("TopologySpreadConstraint", "whenUnsatisfiable", "v1.UnsatisfiableConstraintAction"),
    ("VolumeMount", "mountPropagation", "v1.MountPropagationMode"),
    ("VolumeMount", "recursiveReadOnly", "v1.RecursiveReadOnlyMode"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::schema::named;

    #[test]
    fn every_listed_field_exists_and_has_a_fitting_type() {
        let check = |list: &[(&str, &[&str])], fits: fn(&Ty) -> bool| {
            assert!(list.is_sorted_by_key(|(ty, _)| *ty));
            for (ty, fields) in list {
                assert!(fields.is_sorted(), "{ty}");
                let ty = named(ty).unwrap_or_else(|| panic!("no type {ty}"));
                for name in *fields {
                    let field = ty.field(name);
                    assert!(field.is_some_and(|f| fits(&f.ty)), "{}.{name}", ty.name);
                }
            }
        };
        let plain =
            |ty: &Ty| matches!(ty, Ty::Bool | Ty::Int32 | Ty::Int64 | Ty::Double | Ty::Text);
        check(POINTERS, plain);
        check(STRUCT_VALUES, |ty| matches!(ty, Ty::Object(_)));
        check(TIME_VALUES, |ty| matches!(ty, Ty::Time | Ty::MicroTime));
        check(OTHER_VALUES, |ty| matches!(ty, Ty::Quantity | Ty::IntOrString));
        for (ty, _, fields) in EMBEDDED {
            let ty = named(ty).unwrap_or_else(|| panic!("no type {ty}"));
            for name in fields.iter().filter(|name| **name != "!") {
                assert!(ty.field(name).is_some(), "{}.{name}", ty.name);
            }
        }
        assert!(TYPE_NAMES.is_sorted_by_key(|(ty, field, _)| (*ty, *field)));
        for (ty, name, _) in TYPE_NAMES {
            let known = named(ty).and_then(|ty| ty.field(name));
            assert!(
                known.is_some_and(|f| matches!(f.ty, Ty::Text | Ty::List(Ty::Text))),
                "{ty}.{name}"
            );
        }
    }
}
