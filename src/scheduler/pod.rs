//! A pod as the scheduler sees it: what filters and scores ask of it, worked out once.
//!
//! Models pkg/scheduler/framework/types.go PodInfo. The invariant is that everything in [`Needs`]
//! follows from the pod's labels and spec alone, so that a change of status costs nothing.

use std::sync::Arc;

use crate::api::codec::{List, StrMap};
use crate::api::labels::Selector;
use crate::api::types::{ObjectMeta, Pod, PodAffinity, PodAffinityTerm, PodSpec};
use crate::api::{Key, Str, Typed, Uid};
use crate::sim::Fingerprint;

use super::resources::{CpuMemory, Resources};

/// A pod that waits to be scheduled.
#[derive(Clone, Debug)]
pub struct PodInfo {
    object: Typed<Pod>,
    /// Its key, made once.
    pub key: Key,
    /// What it asks of nodes.
    pub needs: Arc<Needs>,
}

/// A pod on a node: just enough of it to count it there, so that what has been scheduled takes
/// little room.
#[derive(Clone, PartialEq, Debug)]
pub struct Placed {
    /// Its identity.
    pub uid: Uid,
    /// Its key.
    pub key: Key,
    /// How important it is.
    pub priority: i32,
    /// Whether it is on its way out.
    pub terminating: bool,
    /// What it takes.
    pub needs: Arc<Needs>,
}

/// What a pod asks of nodes.
#[derive(Clone, PartialEq, Debug)]
pub struct Needs {
    /// The namespace and labels it is known by.
    pub labels: LabelSetId,
    /// The labels themselves.
    pub label_values: StrMap,
    /// What it asks for.
    pub requests: Resources,
    /// What it is taken to use when nodes are scored.
    pub used: CpuMemory,
    /// The ports of the node that it takes.
    pub host_ports: Vec<HostPort>,
    /// Its rules about other pods, if it has any.
    pub affinity: Option<Box<Affinities>>,
}

/// A namespace and a set of labels, as a number: pods of one template have one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LabelSetId(pub u64);

/// A port of a node.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HostPort {
    /// Its number.
    pub port: i32,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Str,
    /// The address it is taken on; `0.0.0.0` for all.
    pub ip: Str,
}

/// The rules of a pod about other pods.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Affinities {
    /// Pods that must be near.
    pub required: Vec<AffinityTerm>,
    /// Pods that must not be near.
    pub required_anti: Vec<AffinityTerm>,
    /// Pods it would rather be near, with the weight of each wish.
    pub preferred: Vec<(i64, AffinityTerm)>,
    /// Pods it would rather not be near, with the weight of each wish.
    pub preferred_anti: Vec<(i64, AffinityTerm)>,
}

/// One rule about other pods. Models pkg/scheduler/framework/types.go AffinityTerm.
#[derive(Clone, PartialEq, Debug)]
pub struct AffinityTerm {
    /// The label of nodes that says what counts as near.
    pub topology_key: Str,
    selector: Selector,
    namespaces: List<Str>,
    namespace_selector: Selector,
}

impl PodInfo {
    /// What the scheduler has to know of `object`.
    pub fn new(object: Typed<Pod>) -> Self {
        let needs = Arc::new(Needs::of(object.meta(), &object));
        Self { key: object.key(), needs, object }
    }

    /// The same pod after it changed. What it asks of nodes is worked out anew only if it may
    /// have changed.
    #[must_use]
    pub fn updated(&self, object: Typed<Pod>) -> Self {
        if asks_the_same(&self.object, &object) {
            return Self { object, key: self.key.clone(), needs: self.needs.clone() };
        }
        Self::new(object)
    }

    /// The pod itself.
    pub fn pod(&self) -> &Pod {
        &self.object
    }

    /// The pod itself, to be sent.
    pub fn object(&self) -> &Typed<Pod> {
        &self.object
    }

    /// What is wanted of it.
    pub fn spec(&self) -> &PodSpec {
        &self.object.spec
    }

    /// Its metadata.
    pub fn meta(&self) -> &ObjectMeta {
        self.object.meta()
    }

    /// Its identity.
    pub fn uid(&self) -> Uid {
        self.object.uid()
    }

    /// How important it is. Models component-helpers/scheduling/corev1/helpers.go PodPriority.
    pub fn priority(&self) -> i32 {
        self.spec().priority.unwrap_or_default()
    }

    /// The same pod as it is counted on a node.
    pub fn placed(&self) -> Placed {
        Placed {
            uid: self.uid(),
            key: self.key.clone(),
            priority: self.priority(),
            terminating: self.meta().is_deleting(),
            needs: self.needs.clone(),
        }
    }
}

impl Needs {
    /// What a pod of this metadata and content asks of nodes.
    pub fn of(meta: &ObjectMeta, pod: &Pod) -> Self {
        Self {
            labels: LabelSetId::of(&meta.namespace, &meta.labels),
            label_values: meta.labels.clone(),
            requests: Resources::requested_by(&pod.spec),
            used: CpuMemory::used_by(&pod.spec),
            host_ports: host_ports(&pod.spec),
            affinity: Affinities::of(&meta.namespace, &pod.spec).map(Box::new),
        }
    }
}

/// Whether `before` and `after` ask the same of nodes. Parts that are shared are not looked into.
pub fn asks_the_same(before: &Typed<Pod>, after: &Typed<Pod>) -> bool {
    let same_labels = before.meta().labels.same(&after.meta().labels)
        || before.meta().labels == after.meta().labels;
    let (a, b) = (&before.spec, &after.spec);
    let same_affinity = match (&a.affinity, &b.affinity) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
        (a, b) => a.is_none() && b.is_none(),
    };
    let same = |a: &List<_>, b: &List<_>| Arc::ptr_eq(a, b) || a == b;
    same_labels
        && (Arc::ptr_eq(a, b)
            || same(&a.containers, &b.containers)
                && same(&a.init_containers, &b.init_containers)
                && same_affinity
                && a.overhead == b.overhead
                && a.rest.get("resources") == b.rest.get("resources"))
}

impl LabelSetId {
    /// The number of these labels in this namespace.
    pub fn of(namespace: &str, labels: &StrMap) -> Self {
        let mut hash = Fingerprint::new();
        hash.str(namespace);
        for (key, value) in labels.iter() {
            hash.str(key);
            hash.str(value);
        }
        Self(hash.finish())
    }
}

impl Affinities {
    fn of(namespace: &str, spec: &PodSpec) -> Option<Self> {
        let affinity = spec.affinity.as_ref()?;
        let mut affinities = Self::default();
        if let Some(rules) = &affinity.pod_affinity {
            affinities.required = AffinityTerm::required(namespace, rules);
            affinities.preferred = AffinityTerm::preferred(namespace, rules);
        }
        if let Some(rules) = &affinity.pod_anti_affinity {
            affinities.required_anti = AffinityTerm::required(namespace, rules);
            affinities.preferred_anti = AffinityTerm::preferred(namespace, rules);
        }
        (affinities != Self::default()).then_some(affinities)
    }
}

impl AffinityTerm {
    /// Whether a pod with these labels, in a namespace that has these labels itself, is meant.
    pub fn matches(&self, labels: &StrMap, namespace: &str, of_namespace: &StrMap) -> bool {
        let in_scope = self.namespaces.iter().any(|name| name == namespace)
            || self.namespace_selector.matches(of_namespace);
        in_scope && self.selector.matches(labels)
    }

    /// Whether a pod with these labels is meant if its namespace is, which is not looked up when
    /// a selector says so.
    pub fn may_match(&self, labels: &StrMap, namespace: &str) -> bool {
        let in_scope = self.namespaces.iter().any(|name| name == namespace)
            || self.namespace_selector != Selector::nothing();
        in_scope && self.selector.matches(labels)
    }

    fn new(namespace: &str, term: &PodAffinityTerm) -> Self {
        let own_namespace = term.namespaces.is_empty() && term.namespace_selector.is_none();
        Self {
            topology_key: term.topology_key.clone(),
            selector: Selector::from(term.label_selector.as_ref()),
            namespaces: if own_namespace {
                [Str::from(namespace)].into()
            } else {
                term.namespaces.clone()
            },
            namespace_selector: Selector::from(term.namespace_selector.as_ref()),
        }
    }

    fn required(namespace: &str, rules: &PodAffinity) -> Vec<Self> {
        rules.required.iter().map(|term| Self::new(namespace, term)).collect()
    }

    fn preferred(namespace: &str, rules: &PodAffinity) -> Vec<(i64, Self)> {
        let weighted = rules.preferred.iter();
        weighted.map(|rule| (rule.weight.into(), Self::new(namespace, &rule.term))).collect()
    }
}

/// The ports of the node that the containers and sidecars take.
/// Models pkg/scheduler/util/utils.go GetHostPorts.
fn host_ports(spec: &PodSpec) -> Vec<HostPort> {
    let is_sidecar = |restart: &Option<Str>| restart.as_deref() == Some("Always");
    let sidecars = spec.init_containers.iter().filter(|c| is_sidecar(&c.restart_policy));
    let ports = sidecars.chain(spec.containers.iter()).flat_map(|container| container.ports.iter());
    let or = |text: &Str, default: &'static str| match text.as_str() {
        "" => Str::new_static(default),
        _ => text.clone(),
    };
    let taken = ports.filter(|port| port.host_port > 0).map(|port| HostPort {
        port: port.host_port,
        protocol: or(&port.protocol, "TCP"),
        ip: or(&port.host_ip, "0.0.0.0"),
    });
    taken.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::testing::pod;

    #[test]
    fn a_bound_pod_asks_what_it_asked_before() {
        let pending = pod("{metadata: {name: a, labels: {app: web}}, spec: {containers: [{}]}}");
        let info = PodInfo::new(pending.clone());
        let bound = pending.with(|pod| {
            let mut spec = (*pod.spec).clone();
            spec.node_name = "n".into();
            pod.spec = spec.into();
        });
        assert!(Arc::ptr_eq(&info.updated(bound).needs, &info.needs));
        let relabelled = pending.with_meta(|meta| meta.labels = meta.labels.with("app", "db"));
        assert_ne!(info.updated(relabelled).needs.labels, info.needs.labels);
    }

    #[test]
    fn terms_reach_their_own_namespace_unless_they_name_others() {
        let check = |scope: &str, namespace: &str, team: &'static str, expected: bool| {
            let term = format!(
                "{{topologyKey: zone, labelSelector: {{matchLabels: {{app: web}}}}{scope}}}"
            );
            let pod = pod(&format!(
                "{{metadata: {{name: a}}, spec: {{affinity: {{podAffinity:
                  {{requiredDuringSchedulingIgnoredDuringExecution: [{term}]}}}}}}}}"
            ));
            let needs = Needs::of(pod.meta(), &pod);
            let term = &needs.affinity.unwrap().required[0];
            let labels = StrMap::from([("app", "web")]);
            let matches = term.matches(&labels, namespace, &StrMap::from([("team", team)]));
            assert_eq!(matches, expected, "{scope} {namespace} {team}");
            assert!(!term.matches(&StrMap::default(), namespace, &StrMap::default()));
        };
        check("", "default", "a", true);
        check("", "other", "a", false);
        check(", namespaces: [other]", "other", "a", true);
        check(", namespaces: [other]", "default", "a", false);
        check(", namespaceSelector: {}", "anywhere", "a", true);
        check(", namespaceSelector: {matchLabels: {team: a}}", "default", "a", true);
        check(", namespaceSelector: {matchLabels: {team: a}}", "default", "b", false);
    }

    #[test]
    fn takes_host_ports_of_containers_and_sidecars() {
        let pod = pod("{metadata: {name: a}, spec: {
            initContainers: [{ports: [{hostPort: 1}]},
                             {restartPolicy: Always, ports: [{hostPort: 2, protocol: UDP}]}],
            containers: [{ports: [{containerPort: 9}, {hostPort: 3, hostIP: 10.0.0.1}]}]}}");
        let ports = host_ports(&pod.spec);
        let text: Vec<_> =
            ports.iter().map(|p| format!("{} {} {}", p.port, p.protocol, p.ip)).collect();
        assert_eq!(text, ["2 UDP 0.0.0.0", "3 TCP 10.0.0.1"]);
    }
}
