//! What the OpenAPI document does not tell of the Go types: which fields are pointers, which are
//! structs held by value, which come from embedded structs, what their types are called, and which
//! are written even when they are empty.
//!
//! The only part of the field table that is written by hand. A kind added to the table needs its
//! pointers here; what is not listed counts as a value, whose zero Go leaves out. Types are named
//! as in the table. Models staging/src/k8s.io/api types.go.

use std::collections::BTreeSet;

/// What is known by hand about one field.
#[derive(Default)]
pub struct Facts {
    /// Whether Go holds it by pointer.
    pub pointer: bool,
    /// Whether Go writes it when it is empty, though the API does not require it.
    pub always: bool,
    /// What Go calls its type, or that of its items.
    pub type_name: Option<&'static str>,
    /// The embedded struct it comes from.
    pub embedded: Option<&'static str>,
}

/// The kinds of fields that Go's pointers depend on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A struct.
    Struct,
    /// A moment.
    Time,
    /// A quantity, or a number or text.
    Amount,
    /// A number, boolean or text.
    Plain,
    /// A list, a map, bytes, or anything.
    Other,
}

/// What is known about `field` of `ty`; `root` is whether `ty` is the type of a whole object.
pub fn facts(ty: &str, field: &str, shape: Shape, root: bool, required: bool) -> Facts {
    let root_part = root && matches!(field, "metadata" | "spec" | "status");
    let pointer = match shape {
        Shape::Struct => !(root_part || lists(STRUCT_VALUES, ty, field)),
        Shape::Time => !lists(TIME_VALUES, ty, field),
        Shape::Amount => !(required || lists(OTHER_VALUES, ty, field)),
        Shape::Plain => lists(POINTERS, ty, field),
        Shape::Other => false,
    };
    let named = TYPE_NAMES.iter().find(|(owner, name, _)| *owner == ty && *name == field);
    let embedded = EMBEDDED.iter().find(|(owner, _, fields)| {
        let listed = fields.contains(&field);
        *owner == ty && if fields.first() == Some(&"!") { !listed } else { listed }
    });
    Facts {
        pointer,
        always: lists(ALWAYS, ty, field),
        type_name: named.map(|(_, _, name)| *name),
        embedded: embedded.map(|(_, name, _)| *name),
    }
}

/// Every field that the lists name, for whoever checks that it exists.
pub fn listed() -> BTreeSet<(&'static str, &'static str)> {
    let lists = [POINTERS, STRUCT_VALUES, TIME_VALUES, OTHER_VALUES, ALWAYS];
    let all = lists.into_iter().flatten();
    let all = all.flat_map(|(ty, fields)| fields.iter().map(move |field| (*ty, *field)));
    let named = TYPE_NAMES.iter().map(|(ty, field, _)| (*ty, *field));
    let embedded = EMBEDDED.iter();
    let embedded = embedded.flat_map(|(ty, _, fields)| fields.iter().map(move |f| (*ty, *f)));
    all.chain(named).chain(embedded.filter(|(_, field)| *field != "!")).collect()
}

fn lists(list: &[(&str, &[&str])], ty: &str, field: &str) -> bool {
    list.iter().any(|(owner, fields)| *owner == ty && fields.contains(&field))
}

/// Fields without `omitempty` that the API does not list as required.
#[rustfmt::skip]
const ALWAYS: &[(&str, &[&str])] = &[
    ("AzureFilePersistentVolumeSource", &["secretNamespace"]),
    ("ClusterRole", &["rules"]),
    ("CustomResourceDefinitionStatus", &["conditions", "storedVersions"]),
    ("HorizontalPodAutoscalerStatus", &["currentMetrics"]),
    ("PodDisruptionBudgetStatus", &["currentHealthy", "desiredHealthy", "disruptionsAllowed",
        "expectedPods"]),
    ("Role", &["rules"]),
    ("StatefulSetSpec", &["serviceName"]),
    ("StatefulSetStatus", &["availableReplicas"]),
];

/// Numbers, booleans and texts behind a pointer.
#[rustfmt::skip]
const POINTERS: &[(&str, &[&str])] = &[
    ("AllocatedDeviceStatus", &["shareID"]),
    ("AppArmorProfile", &["localhostProfile"]),
    ("AzureDiskVolumeSource", &["cachingMode", "fsType", "kind", "readOnly"]),
    ("AzureFilePersistentVolumeSource", &["secretNamespace"]),
    ("CSIDriverSpec", &["attachRequired", "fsGroupPolicy", "nodeAllocatableUpdatePeriodSeconds",
        "podInfoOnMount", "preventPodSchedulingIfMissing", "requiresRepublish", "seLinuxMount",
        "serviceAccountTokenInSecrets", "storageCapacity"]),
    ("CSIVolumeSource", &["fsType", "readOnly"]),
    ("CertificateSigningRequestSpec", &["expirationSeconds"]),
    ("ClientIPConfig", &["timeoutSeconds"]),
    ("ClusterTrustBundleProjection", &["name", "optional", "signerName"]),
    ("ConfigMap", &["immutable"]),
    ("ConfigMapEnvSource", &["optional"]),
    ("ConfigMapKeySelector", &["optional"]),
    ("ConfigMapProjection", &["optional"]),
    ("ConfigMapVolumeSource", &["defaultMode", "optional"]),
    ("Container", &["restartPolicy"]),
    ("ContainerStatus", &["started", "stopSignal"]),
    ("CronJobSpec", &["failedJobsHistoryLimit", "startingDeadlineSeconds",
        "successfulJobsHistoryLimit", "suspend", "timeZone"]),
    ("CustomResourceDefinitionVersion", &["deprecationWarning"]),
    ("CustomResourceSubresourceScale", &["labelSelectorPath"]),
    ("DaemonSetSpec", &["revisionHistoryLimit"]),
    ("DaemonSetStatus", &["collisionCount"]),
    ("DeploymentSpec", &["progressDeadlineSeconds", "replicas", "revisionHistoryLimit"]),
    ("DeploymentStatus", &["collisionCount", "terminatingReplicas"]),
    ("Device", &["allNodes", "allowMultipleAllocations", "bindsToNode", "nodeName"]),
    ("DeviceAttribute", &["bool", "int", "string", "version"]),
    ("DeviceClassSpec", &["extendedResourceName"]),
    ("DeviceConstraint", &["distinctAttribute", "matchAttribute"]),
    ("DeviceRequestAllocationResult", &["adminAccess", "shareID"]),
    ("DeviceToleration", &["tolerationSeconds"]),
    ("DownwardAPIVolumeFile", &["mode"]),
    ("DownwardAPIVolumeSource", &["defaultMode"]),
    ("Endpoint", &["hostname", "nodeName", "zone"]),
    ("EndpointAddress", &["nodeName"]),
    ("EndpointConditions", &["ready", "serving", "terminating"]),
    ("EndpointPort", &["appProtocol", "name", "port", "protocol"]),
    ("EphemeralContainer", &["restartPolicy"]),
    ("ExactDeviceRequest", &["adminAccess"]),
    ("ExemptPriorityLevelConfiguration", &["lendablePercent", "nominalConcurrencyShares"]),
    ("FCVolumeSource", &["lun"]),
    ("FileKeySelector", &["optional"]),
    ("GRPCAction", &["service"]),
    ("GlusterfsPersistentVolumeSource", &["endpointsNamespace"]),
    ("HPAScalingRules", &["selectPolicy", "stabilizationWindowSeconds"]),
    ("HTTPIngressPath", &["pathType"]),
    ("HorizontalPodAutoscalerSpec", &["minReplicas"]),
    ("HorizontalPodAutoscalerStatus", &["observedGeneration"]),
    ("HostPathVolumeSource", &["type"]),
    ("ISCSIPersistentVolumeSource", &["initiatorName"]),
    ("ISCSIVolumeSource", &["initiatorName"]),
    ("IngressClassParametersReference", &["apiGroup", "namespace", "scope"]),
    ("IngressPortStatus", &["error"]),
    ("IngressSpec", &["ingressClassName"]),
    ("JSONSchemaProps", &["$ref", "maxItems", "maxLength", "maxProperties", "maximum", "minItems",
        "minLength", "minProperties", "minimum", "multipleOf", "x-kubernetes-list-type",
        "x-kubernetes-map-type", "x-kubernetes-preserve-unknown-fields"]),
    ("JobSpec", &["activeDeadlineSeconds", "backoffLimit", "backoffLimitPerIndex", "completionMode",
        "completions", "managedBy", "manualSelector", "maxFailedIndexes", "parallelism",
        "podReplacementPolicy", "suspend", "ttlSecondsAfterFinished"]),
    ("JobStatus", &["failedIndexes", "ready", "terminating"]),
    ("KeyToPath", &["mode"]),
    ("LeaseSpec", &["holderIdentity", "leaseDurationSeconds", "leaseTransitions",
        "preferredHolder", "strategy"]),
    ("Lifecycle", &["stopSignal"]),
    ("LimitedPriorityLevelConfiguration", &["borrowingLimitPercent", "lendablePercent",
        "nominalConcurrencyShares"]),
    ("LoadBalancerIngress", &["ipMode"]),
    ("LocalVolumeSource", &["fsType"]),
    ("MatchResources", &["matchPolicy"]),
    ("MetricTarget", &["averageUtilization"]),
    ("MetricValueStatus", &["averageUtilization"]),
    ("MutatingAdmissionPolicySpec", &["failurePolicy"]),
    ("MutatingWebhook", &["failurePolicy", "matchPolicy", "reinvocationPolicy", "timeoutSeconds"]),
    ("NamedRuleWithOperations", &["scope"]),
    ("NetworkPolicyPort", &["endPort", "protocol"]),
    ("NodeFeatures", &["supplementalGroupsPolicy"]),
    ("NodeRuntimeHandlerFeatures", &["recursiveReadOnlyMounts", "userNamespaces"]),
    ("NodeSwapStatus", &["capacity"]),
    ("ObjectMeta", &["deletionGracePeriodSeconds"]),
    ("OwnerReference", &["blockOwnerDeletion", "controller"]),
    ("ParamRef", &["parameterNotFoundAction"]),
    ("PersistentVolumeClaimSpec", &["storageClassName", "volumeAttributesClassName",
        "volumeMode"]),
    ("PersistentVolumeClaimStatus", &["currentVolumeAttributesClassName"]),
    ("PersistentVolumeSpec", &["volumeAttributesClassName", "volumeMode"]),
    ("PodCertificateProjection", &["maxExpirationSeconds"]),
    ("PodDNSConfigOption", &["value"]),
    ("PodDisruptionBudgetSpec", &["unhealthyPodEvictionPolicy"]),
    ("PodFailurePolicyOnExitCodesRequirement", &["containerName"]),
    ("PodResourceClaim", &["resourceClaimName", "resourceClaimTemplateName"]),
    ("PodResourceClaimStatus", &["resourceClaimName"]),
    ("PodSchedulingGroup", &["podGroupName"]),
    ("PodSecurityContext", &["fsGroup", "fsGroupChangePolicy", "runAsGroup", "runAsNonRoot",
        "runAsUser", "seLinuxChangePolicy", "supplementalGroupsPolicy"]),
    ("PodSpec", &["activeDeadlineSeconds", "automountServiceAccountToken", "enableServiceLinks",
        "hostUsers", "hostnameOverride", "preemptionPolicy", "priority", "runtimeClassName",
        "setHostnameAsFQDN", "shareProcessNamespace", "terminationGracePeriodSeconds"]),
    ("PortStatus", &["error"]),
    ("PriorityClass", &["preemptionPolicy"]),
    ("Probe", &["terminationGracePeriodSeconds"]),
    ("ProjectedVolumeSource", &["defaultMode"]),
    ("ReplicaSetSpec", &["replicas"]),
    ("ReplicaSetStatus", &["terminatingReplicas"]),
    ("ReplicationControllerSpec", &["replicas"]),
    ("ResourceHealth", &["message"]),
    ("ResourceSliceSpec", &["allNodes", "nodeName", "perDeviceNodeSelection"]),
    ("RollingUpdateStatefulSetStrategy", &["partition"]),
    ("RuleWithOperations", &["scope"]),
    ("SeccompProfile", &["localhostProfile"]),
    ("Secret", &["immutable"]),
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
    ("StatefulSetSpec", &["replicas", "revisionHistoryLimit"]),
    ("StatefulSetStatus", &["collisionCount"]),
    ("StorageClass", &["allowVolumeExpansion", "reclaimPolicy", "volumeBindingMode"]),
    ("SuccessPolicyRule", &["succeededCount", "succeededIndexes"]),
    ("TokenRequest", &["expirationSeconds"]),
    ("Toleration", &["tolerationSeconds"]),
    ("TopologySpreadConstraint", &["minDomains", "nodeAffinityPolicy", "nodeTaintsPolicy"]),
    ("TypedLocalObjectReference", &["apiGroup"]),
    ("TypedObjectReference", &["apiGroup", "namespace"]),
    ("ValidatingAdmissionPolicySpec", &["failurePolicy"]),
    ("ValidatingWebhook", &["failurePolicy", "matchPolicy", "timeoutSeconds"]),
    ("Validation", &["reason"]),
    ("ValidationRule", &["optionalOldSelf", "reason"]),
    ("VolumeAttachmentSource", &["persistentVolumeName"]),
    ("VolumeError", &["errorCode"]),
    ("VolumeMount", &["mountPropagation", "recursiveReadOnly"]),
    ("VolumeMountStatus", &["recursiveReadOnly"]),
    ("VolumeNodeResources", &["count"]),
    ("WindowsSecurityContextOptions", &["gmsaCredentialSpec", "gmsaCredentialSpecName",
        "hostProcess", "runAsUserName"]),
    ("admissionregistration.v1.ServiceReference", &["path", "port"]),
    ("admissionregistration.v1.WebhookClientConfig", &["url"]),
    ("apiextensions.v1.ServiceReference", &["path", "port"]),
    ("apiextensions.v1.WebhookClientConfig", &["url"]),
    ("apiregistration.v1.ServiceReference", &["port"]),
    ("autoscaling.v1.HorizontalPodAutoscalerSpec", &["minReplicas",
        "targetCPUUtilizationPercentage"]),
    ("autoscaling.v1.HorizontalPodAutoscalerStatus", &["currentCPUUtilizationPercentage",
        "observedGeneration"]),
    ("core.v1.EndpointPort", &["appProtocol"]),
];

/// Structs held by value, beside the parts of a root: Go writes them even when they are empty.
#[rustfmt::skip]
const STRUCT_VALUES: &[(&str, &[&str])] = &[
    ("AllocationResult", &["devices"]),
    ("ClusterRoleBinding", &["roleRef"]),
    ("Container", &["resources"]),
    ("ContainerResourceMetricSource", &["target"]),
    ("ContainerResourceMetricStatus", &["current"]),
    ("ContainerStatus", &["lastState", "state"]),
    ("CronJobSpec", &["jobTemplate"]),
    ("CustomResourceDefinitionSpec", &["names"]),
    ("CustomResourceDefinitionStatus", &["acceptedNames"]),
    ("DaemonSetSpec", &["template", "updateStrategy"]),
    ("DeploymentSpec", &["strategy", "template"]),
    ("Endpoint", &["conditions"]),
    ("EphemeralContainer", &["resources"]),
    ("Event", &["involvedObject", "source"]),
    ("ExternalMetricSource", &["metric", "target"]),
    ("ExternalMetricStatus", &["current", "metric"]),
    ("FlowSchemaSpec", &["priorityLevelConfiguration"]),
    ("HTTPIngressPath", &["backend"]),
    ("HorizontalPodAutoscalerSpec", &["scaleTargetRef"]),
    ("IngressServiceBackend", &["port"]),
    ("IngressStatus", &["loadBalancer"]),
    ("JobSpec", &["template"]),
    ("JobTemplateSpec", &["metadata", "spec"]),
    ("LimitedPriorityLevelConfiguration", &["limitResponse"]),
    ("MutatingWebhook", &["clientConfig"]),
    ("NetworkPolicySpec", &["podSelector"]),
    ("NodeDaemonEndpoints", &["kubeletEndpoint"]),
    ("NodeStatus", &["daemonEndpoints", "nodeInfo"]),
    ("ObjectMetricSource", &["describedObject", "metric", "target"]),
    ("ObjectMetricStatus", &["current", "describedObject", "metric"]),
    ("PersistentVolumeClaimSpec", &["resources"]),
    ("PersistentVolumeClaimTemplate", &["metadata", "spec"]),
    ("PodTemplate", &["template"]),
    ("PodTemplateSpec", &["metadata", "spec"]),
    ("PodsMetricSource", &["metric", "target"]),
    ("PodsMetricStatus", &["current", "metric"]),
    ("PreferredSchedulingTerm", &["preference"]),
    ("ReplicaSetSpec", &["template"]),
    ("ResourceClaimSpec", &["devices"]),
    ("ResourceClaimTemplateSpec", &["metadata", "spec"]),
    ("ResourceMetricSource", &["target"]),
    ("ResourceMetricStatus", &["current"]),
    ("ResourceSliceSpec", &["pool"]),
    ("RoleBinding", &["roleRef"]),
    ("ServiceStatus", &["loadBalancer"]),
    ("StatefulSetSpec", &["template", "updateStrategy"]),
    ("ValidatingWebhook", &["clientConfig"]),
    ("VolumeAttachmentSpec", &["source"]),
    ("WeightedPodAffinityTerm", &["podAffinityTerm"]),
    ("autoscaling.v1.HorizontalPodAutoscalerSpec", &["scaleTargetRef"]),
    ("events.v1.Event", &["deprecatedSource", "regarding"]),
];

/// Moments held by value and without `omitzero`: Go writes `null` for none.
#[rustfmt::skip]
const TIME_VALUES: &[(&str, &[&str])] = &[
    ("Condition", &["lastTransitionTime"]),
    ("Event", &["eventTime", "firstTimestamp", "lastTimestamp"]),
    ("NodeCondition", &["lastHeartbeatTime", "lastTransitionTime"]),
    ("PodCondition", &["lastProbeTime"]),
    ("events.v1.Event", &["deprecatedFirstTimestamp", "deprecatedLastTimestamp", "eventTime"]),
];

/// Quantities and numbers-or-texts held by value: Go writes `0` for none.
#[rustfmt::skip]
const OTHER_VALUES: &[(&str, &[&str])] = &[
    ("ResourceFieldSelector", &["divisor"]),
    ("ServicePort", &["targetPort"]),
];

/// Embedded structs: owner, name, and the fields that come from it; after `!`, those that do not.
#[rustfmt::skip]
const EMBEDDED: &[(&str, &str, &[&str])] = &[
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
    ("IngressRule", "IngressRuleValue", &["http"]),
    ("PersistentVolumeSpec", "PersistentVolumeSource", &["!", "accessModes", "capacity", "claimRef",
        "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy", "storageClassName",
        "volumeAttributesClassName", "volumeMode"]),
    ("RuleWithOperations", "Rule", &["apiGroups", "apiVersions", "resources", "scope"]),
];

/// Texts with a type of their own: owner, field, and the type (of an item, where it is a list).
#[rustfmt::skip]
const TYPE_NAMES: &[(&str, &str, &str)] = &[
    ("AppArmorProfile", "type", "v1.AppArmorProfileType"),
    ("AzureDiskVolumeSource", "cachingMode", "v1.AzureDataDiskCachingMode"),
    ("AzureDiskVolumeSource", "kind", "v1.AzureDataDiskKind"),
    ("CSIDriverSpec", "fsGroupPolicy", "v1.FSGroupPolicy"),
    ("CSIDriverSpec", "volumeLifecycleModes", "v1.VolumeLifecycleMode"),
    ("Capabilities", "add", "v1.Capability"),
    ("Capabilities", "drop", "v1.Capability"),
    ("Container", "imagePullPolicy", "v1.PullPolicy"),
    ("Container", "restartPolicy", "v1.ContainerRestartPolicy"),
    ("Container", "terminationMessagePolicy", "v1.TerminationMessagePolicy"),
    ("ContainerPort", "protocol", "v1.Protocol"),
    ("ContainerResizePolicy", "resourceName", "v1.ResourceName"),
    ("ContainerResizePolicy", "restartPolicy", "v1.ResourceResizeRestartPolicy"),
    ("CronJobSpec", "concurrencyPolicy", "v1.ConcurrencyPolicy"),
    ("CustomResourceDefinitionSpec", "scope", "v1.ResourceScope"),
    ("DaemonSetUpdateStrategy", "type", "v1.DaemonSetUpdateStrategyType"),
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
    ("HTTPIngressPath", "pathType", "v1.PathType"),
    ("HostPathVolumeSource", "type", "v1.HostPathType"),
    ("ImageVolumeSource", "pullPolicy", "v1.PullPolicy"),
    ("JobSpec", "completionMode", "v1.CompletionMode"),
    ("JobSpec", "podReplacementPolicy", "v1.PodReplacementPolicy"),
    ("LabelSelectorRequirement", "operator", "v1.LabelSelectorOperator"),
    ("LeaseSpec", "strategy", "v1.CoordinatedLeaseStrategy"),
    ("Lifecycle", "stopSignal", "v1.Signal"),
    ("LimitRangeItem", "type", "v1.LimitType"),
    ("LoadBalancerIngress", "ipMode", "v1.LoadBalancerIPMode"),
    ("MetricSpec", "type", "v2.MetricSourceType"),
    ("MetricTarget", "type", "v2.MetricTargetType"),
    ("NamespaceSpec", "finalizers", "v1.FinalizerName"),
    ("NamespaceStatus", "phase", "v1.NamespacePhase"),
    ("NetworkPolicyPort", "protocol", "v1.Protocol"),
    ("NetworkPolicySpec", "policyTypes", "v1.PolicyType"),
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
    ("PersistentVolumeSpec", "accessModes", "v1.PersistentVolumeAccessMode"),
    ("PersistentVolumeSpec", "persistentVolumeReclaimPolicy", "v1.PersistentVolumeReclaimPolicy"),
    ("PersistentVolumeSpec", "volumeMode", "v1.PersistentVolumeMode"),
    ("PodCondition", "status", "v1.ConditionStatus"),
    ("PodCondition", "type", "v1.PodConditionType"),
    ("PodDisruptionBudgetSpec", "unhealthyPodEvictionPolicy", "v1.UnhealthyPodEvictionPolicyType"),
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
    ("PriorityClass", "preemptionPolicy", "v1.PreemptionPolicy"),
    ("ResourceMetricSource", "name", "v1.ResourceName"),
    ("ResourceQuotaSpec", "scopes", "v1.ResourceQuotaScope"),
    ("ScopedResourceSelectorRequirement", "operator", "v1.ScopeSelectorOperator"),
    ("ScopedResourceSelectorRequirement", "scopeName", "v1.ResourceQuotaScope"),
    ("SeccompProfile", "type", "v1.SeccompProfileType"),
    ("Secret", "type", "v1.SecretType"),
    ("SecurityContext", "procMount", "v1.ProcMountType"),
    ("ServicePort", "protocol", "v1.Protocol"),
    ("ServiceSpec", "externalTrafficPolicy", "v1.ServiceExternalTrafficPolicy"),
    ("ServiceSpec", "internalTrafficPolicy", "v1.ServiceInternalTrafficPolicy"),
    ("ServiceSpec", "ipFamilies", "v1.IPFamily"),
    ("ServiceSpec", "ipFamilyPolicy", "v1.IPFamilyPolicy"),
    ("ServiceSpec", "sessionAffinity", "v1.ServiceAffinity"),
    ("ServiceSpec", "type", "v1.ServiceType"),
    ("StatefulSetSpec", "podManagementPolicy", "v1.PodManagementPolicyType"),
    ("StatefulSetUpdateStrategy", "type", "v1.StatefulSetUpdateStrategyType"),
    ("StorageClass", "reclaimPolicy", "v1.PersistentVolumeReclaimPolicy"),
    ("StorageClass", "volumeBindingMode", "v1.VolumeBindingMode"),
    ("Taint", "effect", "v1.TaintEffect"),
    ("Toleration", "effect", "v1.TaintEffect"),
    ("Toleration", "operator", "v1.TolerationOperator"),
    ("TopologySpreadConstraint", "nodeAffinityPolicy", "v1.NodeInclusionPolicy"),
    ("TopologySpreadConstraint", "nodeTaintsPolicy", "v1.NodeInclusionPolicy"),
    ("TopologySpreadConstraint", "whenUnsatisfiable", "v1.UnsatisfiableConstraintAction"),
    ("VolumeMount", "mountPropagation", "v1.MountPropagationMode"),
    ("VolumeMount", "recursiveReadOnly", "v1.RecursiveReadOnlyMode"),
    ("core.v1.EndpointPort", "protocol", "v1.Protocol"),
];
