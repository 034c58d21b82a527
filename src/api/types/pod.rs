//! Pods. Models staging/src/k8s.io/api/core/v1/types.go.

use std::sync::Arc;

use super::{LabelSelector, ObjectMeta};
use crate::api::codec::{Codec, List, Measure, StrMap, object};
use crate::api::{Quantity, Str, Timestamp, Value};

/// A group of containers on one node.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Pod {
    /// What is wanted.
    pub spec: Arc<PodSpec>,
    /// What is.
    pub status: Arc<PodStatus>,
}

object! {
    /// What a pod is to run, and where it may.
    PodSpec {
        "activeDeadlineSeconds" active_deadline_seconds: Option<i64>,
        "affinity" affinity: Option<Arc<Affinity>>,
        "containers"! containers: List<Container>,
        "hostNetwork" host_network: bool,
        "hostname" hostname: Str,
        "imagePullSecrets" image_pull_secrets: List<Value>,
        "initContainers" init_containers: List<Container>,
        "nodeName" node_name: Str,
        "nodeSelector" node_selector: StrMap,
        "overhead" overhead: ResourceList,
        "preemptionPolicy" preemption_policy: Option<Str>,
        "priority" priority: Option<i32>,
        "priorityClassName" priority_class_name: Str,
        "readinessGates" readiness_gates: List<PodReadinessGate>,
        "restartPolicy" restart_policy: Str,
        "schedulerName" scheduler_name: Str,
        "schedulingGates" scheduling_gates: List<Value>,
        "serviceAccountName" service_account_name: Str,
        "subdomain" subdomain: Str,
        "terminationGracePeriodSeconds" termination_grace_period_seconds: Option<i64>,
        "tolerations" tolerations: List<Toleration>,
        "topologySpreadConstraints" topology_spread_constraints: List<TopologySpreadConstraint>,
        "volumes" volumes: List<Value>,
    }

    /// One container of a pod.
    Container {
        "args" args: List<Str>,
        "command" command: List<Str>,
        "image" image: Str,
        "imagePullPolicy" image_pull_policy: Str,
        "name"! name: Str,
        "ports" ports: List<ContainerPort>,
        "resources"! resources: ResourceRequirements,
        "restartPolicy" restart_policy: Option<Str>,
        "volumeMounts" volume_mounts: List<Value>,
    }

    /// A port a container listens on.
    ContainerPort {
        "containerPort"! container_port: i32,
        "hostIP" host_ip: Str,
        "hostPort" host_port: i32,
        "name" name: Str,
        "protocol" protocol: Str,
    }

    /// What a container asks for and may use.
    ResourceRequirements {
        "limits" limits: ResourceList,
        "requests" requests: ResourceList,
    }

    /// Where a pod may or would rather run.
    Affinity {
        "nodeAffinity" node_affinity: Option<NodeAffinity>,
        "podAffinity" pod_affinity: Option<PodAffinity>,
        "podAntiAffinity" pod_anti_affinity: Option<PodAffinity>,
    }

    /// Rules about nodes.
    NodeAffinity {
        "requiredDuringSchedulingIgnoredDuringExecution" required: Option<NodeSelector>,
        "preferredDuringSchedulingIgnoredDuringExecution" preferred: List<PreferredSchedulingTerm>,
    }

    /// Alternatives, one of which must hold.
    NodeSelector {
        "nodeSelectorTerms"! node_selector_terms: List<NodeSelectorTerm>,
    }

    /// Requirements that must all hold.
    NodeSelectorTerm {
        "matchExpressions" match_expressions: List<NodeSelectorRequirement>,
        "matchFields" match_fields: List<NodeSelectorRequirement>,
    }

    /// One requirement on a node.
    NodeSelectorRequirement {
        "key"! key: Str,
        "operator"! operator: Str,
        "values" values: List<Str>,
    }

    /// A preference about nodes, with its weight.
    PreferredSchedulingTerm {
        "weight"! weight: i32,
        "preference"! preference: NodeSelectorTerm,
    }

    /// Rules about being near other pods, or away from them.
    PodAffinity {
        "requiredDuringSchedulingIgnoredDuringExecution" required: List<PodAffinityTerm>,
        "preferredDuringSchedulingIgnoredDuringExecution" preferred: List<WeightedPodAffinityTerm>,
    }

    /// Which pods, and what counts as near.
    PodAffinityTerm {
        "labelSelector" label_selector: Option<LabelSelector>,
        "matchLabelKeys" match_label_keys: List<Str>,
        "mismatchLabelKeys" mismatch_label_keys: List<Str>,
        "namespaceSelector" namespace_selector: Option<LabelSelector>,
        "namespaces" namespaces: List<Str>,
        "topologyKey"! topology_key: Str,
    }

    /// A preference about other pods, with its weight.
    WeightedPodAffinityTerm {
        "weight"! weight: i32,
        "podAffinityTerm"! term: PodAffinityTerm,
    }

    /// A condition outside the containers that readiness waits for.
    PodReadinessGate {
        "conditionType"! condition_type: Str,
    }

    /// A taint a pod puts up with.
    Toleration {
        "effect" effect: Str,
        "key" key: Str,
        "operator" operator: Str,
        "tolerationSeconds" toleration_seconds: Option<i64>,
        "value" value: Str,
    }

    /// How evenly pods are to be spread.
    TopologySpreadConstraint {
        "labelSelector" label_selector: Option<LabelSelector>,
        "matchLabelKeys" match_label_keys: List<Str>,
        "maxSkew"! max_skew: i32,
        "minDomains" min_domains: Option<i32>,
        "nodeAffinityPolicy" node_affinity_policy: Option<Str>,
        "nodeTaintsPolicy" node_taints_policy: Option<Str>,
        "topologyKey"! topology_key: Str,
        "whenUnsatisfiable"! when_unsatisfiable: Str,
    }

    /// What has become of a pod.
    PodStatus {
        "conditions" conditions: List<PodCondition>,
        "containerStatuses" container_statuses: List<ContainerStatus>,
        "hostIP" host_ip: Str,
        "hostIPs" host_ips: List<HostIp>,
        "initContainerStatuses" init_container_statuses: List<ContainerStatus>,
        "message" message: Str,
        "nominatedNodeName" nominated_node_name: Str,
        "observedGeneration" observed_generation: i64,
        "phase" phase: Str,
        "podIP" pod_ip: Str,
        "podIPs" pod_ips: List<HostIp>,
        "qosClass" qos_class: Str,
        "reason" reason: Str,
        "startTime" start_time: Option<Timestamp>,
    }

    /// An address in a list of them.
    HostIp {
        "ip"! ip: Str,
    }

    /// A condition of a pod.
    PodCondition {
        "lastProbeTime"! last_probe_time: Option<Timestamp>,
        "lastTransitionTime" last_transition_time: Option<Timestamp>,
        "message" message: Str,
        "observedGeneration" observed_generation: i64,
        "reason" reason: Str,
        "status"! status: Str,
        "type"! kind: Str,
    }

    /// What has become of a container.
    ContainerStatus {
        "containerID" container_id: Str,
        "image"! image: Str,
        "imageID"! image_id: Str,
        "lastState"! last_state: ContainerState,
        "name"! name: Str,
        "ready"! ready: bool,
        "restartCount"! restart_count: i32,
        "started" started: Option<bool>,
        "state"! state: ContainerState,
    }

    /// One of three states.
    ContainerState {
        "running" running: Option<ContainerStateRunning>,
        "terminated" terminated: Option<ContainerStateTerminated>,
        "waiting" waiting: Option<ContainerStateWaiting>,
    }

    /// Since when a container runs.
    ContainerStateRunning {
        "startedAt" started_at: Option<Timestamp>,
    }

    /// How a container ended.
    ContainerStateTerminated {
        "containerID" container_id: Str,
        "exitCode"! exit_code: i32,
        "finishedAt" finished_at: Option<Timestamp>,
        "message" message: Str,
        "reason" reason: Str,
        "signal" signal: i32,
        "startedAt" started_at: Option<Timestamp>,
    }

    /// Why a container does not run yet.
    ContainerStateWaiting {
        "message" message: Str,
        "reason" reason: Str,
    }

    /// The pods that a workload makes.
    PodTemplateSpec {
        "metadata" metadata: ObjectMeta,
        "spec" spec: Arc<PodSpec>,
    }
}

impl Pod {
    /// The condition of this type.
    pub fn condition(&self, kind: &str) -> Option<&PodCondition> {
        self.status.conditions.iter().find(|condition| condition.kind == kind)
    }

    /// Whether the pod serves. Models pkg/api/v1/pod/util.go IsPodReady.
    pub fn is_ready(&self) -> bool {
        self.condition("Ready").is_some_and(|ready| ready.status == "True")
    }

    /// Whether the pod has been ready for `min_ready_seconds` at `now` (both in seconds).
    /// Models pkg/api/v1/pod/util.go IsPodAvailable.
    pub fn is_available(&self, min_ready_seconds: i32, now: Timestamp) -> bool {
        let Some(ready) = self.condition("Ready").filter(|ready| ready.status == "True") else {
            return false;
        };
        let since = ready.last_transition_time.unwrap_or_default();
        min_ready_seconds == 0 || since.0 + i64::from(min_ready_seconds) <= now.0
    }

    /// Whether all containers have ended for good.
    pub fn is_terminal(&self) -> bool {
        self.status.phase == "Succeeded" || self.status.phase == "Failed"
    }

    /// Whether the pod has a node.
    pub fn is_assigned(&self) -> bool {
        !self.spec.node_name.is_empty()
    }
}

/// Amounts by resource name, sorted by name.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ResourceList(List<(Str, Quantity)>);

impl ResourceList {
    /// The amount of one resource.
    pub fn get(&self, name: &str) -> Option<Quantity> {
        let at = self.0.binary_search_by(|(n, _)| n.as_str().cmp(name)).ok()?;
        Some(self.0[at].1)
    }

    /// All amounts in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&Str, Quantity)> {
        self.0.iter().map(|(name, quantity)| (name, *quantity))
    }

    /// Whether nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Str, Quantity)> for ResourceList {
    fn from_iter<I: IntoIterator<Item = (Str, Quantity)>>(entries: I) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        Self(entries.into())
    }
}

impl Codec for ResourceList {
    fn load(value: &Value) -> Self {
        let fields = value.as_map().into_iter().flat_map(|fields| fields.iter());
        Self(fields.map(|(name, value)| (name.clone(), Quantity::load(value))).collect())
    }

    fn dump(&self) -> Value {
        let fields: crate::api::Fields =
            self.0.iter().map(|(name, quantity)| (name.clone(), quantity.dump())).collect();
        fields.into()
    }

    fn measure(&self, measure: &mut Measure) {
        for (name, quantity) in self.0.iter() {
            measure.text(name);
            quantity.measure(measure);
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
