//! A node as the scheduler sees it: what it has, what is taken, and by whom.
//!
//! Models pkg/scheduler/framework/types.go NodeInfo. The invariant is that everything that is
//! summed up here is the sum over `pods`, kept as pods come and go, so that no filter or score
//! has to walk over the pods of a node unless it asks about their rules.

use crate::api::codec::{List, StrMap};
use crate::api::types::{Node, Taint};
use crate::api::{Str, Typed, Uid};

use super::pod::{HostPort, LabelSetId, Placed};
use super::resources::{CpuMemory, Resources};

/// The label that tells every node from every other.
pub const HOSTNAME: &str = "kubernetes.io/hostname";
/// The label that says which zone a node is in.
pub const ZONE: &str = "topology.kubernetes.io/zone";
/// The label that says which region a node is in.
const REGION: &str = "topology.kubernetes.io/region";

/// A node and what is on it.
#[derive(Clone, Debug)]
pub struct NodeInfo {
    /// Its name.
    pub name: Str,
    /// The node itself; `None` while pods are known to be on it and it is not.
    node: Option<Typed<Node>>,
    /// What may be taken.
    pub allocatable: Resources,
    /// How many pods may be on it.
    pub pods_max: i64,
    /// What the pods on it ask for together.
    pub requested: Resources,
    /// What the pods on it are taken to use when nodes are scored.
    pub used: CpuMemory,
    /// The pods on it, by identity.
    pods: Vec<Placed>,
    /// How many pods there are of every set of labels.
    by_labels: Vec<LabelCount>,
    /// Ports that are taken, each as often as it is.
    host_ports: Vec<HostPort>,
    /// How many of the pods have rules about other pods.
    with_affinity: u32,
    /// How many of the pods keep others away.
    with_anti_affinity: u32,
    /// What is read for every node in every cycle is kept here and not looked up in the node.
    hostname: Option<Str>,
    zone: Option<Str>,
    taints: List<Taint>,
    is_unschedulable: bool,
    /// The images on it, sorted.
    images: Vec<Str>,
}

/// How many pods on a node have one set of labels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LabelCount {
    /// Which labels, in which namespace.
    pub labels: LabelSetId,
    /// How many pods.
    pub pods: u32,
    /// How many of them are not on their way out.
    pub staying: u32,
}

/// A label of nodes by which they are grouped, with a short way to the two usual ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TopologyKey {
    /// Every node by itself.
    Hostname,
    /// By zone.
    Zone,
    /// By any other label.
    Other(Str),
}

impl NodeInfo {
    /// A node of which only the name is known.
    pub fn new(name: Str) -> Self {
        Self {
            name,
            node: None,
            allocatable: Resources::default(),
            pods_max: 0,
            requested: Resources::default(),
            used: CpuMemory::default(),
            pods: Vec::new(),
            by_labels: Vec::new(),
            host_ports: Vec::new(),
            with_affinity: 0,
            with_anti_affinity: 0,
            hostname: None,
            zone: None,
            taints: List::default(),
            is_unschedulable: false,
            images: Vec::new(),
        }
    }

    /// Takes over what `node` says of itself; `None` when the node is gone.
    pub fn set_node(&mut self, node: Option<Typed<Node>>) {
        let unchanged = match (&self.node, &node) {
            (Some(a), Some(b)) => a.object().same(b.object()),
            _ => false,
        };
        if !unchanged {
            self.node = node;
            self.read_node();
        }
    }

    fn read_node(&mut self) {
        let empty = Node::default();
        let node = self.node.as_deref().unwrap_or(&empty);
        self.allocatable = Resources::of(&node.status.allocatable);
        self.pods_max = node.status.allocatable.get("pods").map_or(0, |pods| pods.value());
        let names = node.status.images.iter().flat_map(|image| image.names.iter());
        let mut images: Vec<_> = names.cloned().collect();
        images.sort();
        images.dedup();
        self.images = images;
        (self.taints, self.is_unschedulable) = (node.spec.taints.clone(), node.spec.unschedulable);
        let label = |key| self.labels().and_then(|labels| labels.get(key)).cloned();
        (self.hostname, self.zone) = (label(HOSTNAME), label(ZONE));
    }

    /// The node itself.
    pub fn node(&self) -> Option<&Typed<Node>> {
        self.node.as_ref()
    }

    /// Its labels.
    pub fn labels(&self) -> Option<&StrMap> {
        self.node.as_ref().map(|node| &node.meta().labels)
    }

    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels()?.get(key).map(Str::as_str)
    }

    /// Its taints.
    pub fn taints(&self) -> &[Taint] {
        &self.taints
    }

    /// Whether it was cordoned.
    pub fn is_unschedulable(&self) -> bool {
        self.is_unschedulable
    }

    /// The images on it, sorted by name.
    pub fn images(&self) -> &[Str] {
        &self.images
    }

    /// The zone it is in, so that nodes can be looked at zone by zone; empty when it says none.
    /// Models component-helpers/node/topology/helpers.go GetZoneKey.
    pub fn zone_key(&self) -> (&str, &str) {
        (self.label(REGION).unwrap_or_default(), self.zone.as_deref().unwrap_or_default())
    }

    /// The pods on it.
    pub fn pods(&self) -> &[Placed] {
        &self.pods
    }

    /// How many pods there are of every set of labels.
    pub fn by_labels(&self) -> &[LabelCount] {
        &self.by_labels
    }

    /// How many pods that are not on their way out have one of these sets of labels (sorted).
    pub fn count_staying(&self, labels: &[LabelSetId]) -> i64 {
        let meant =
            self.by_labels.iter().filter(|count| labels.binary_search(&count.labels).is_ok());
        meant.map(|count| i64::from(count.staying)).sum()
    }

    /// The pods on it that have rules about other pods.
    pub fn pods_with_affinity(&self) -> impl Iterator<Item = &Placed> {
        let any = self.with_affinity > 0;
        self.pods.iter().filter(move |pod| any && pod.needs.affinity.is_some())
    }

    /// How many pods on it have rules about other pods, and how many of these keep others away.
    pub fn affinity_counts(&self) -> (u32, u32) {
        (self.with_affinity, self.with_anti_affinity)
    }

    /// Whether `port` is taken. Models pkg/scheduler/framework/types.go HostPortInfo.
    pub fn is_taken(&self, port: &HostPort) -> bool {
        const ANY: &str = "0.0.0.0";
        self.host_ports.iter().any(|taken| {
            (taken.port, &taken.protocol) == (port.port, &port.protocol)
                && (taken.ip == port.ip || taken.ip == ANY || port.ip == ANY)
        })
    }

    /// Puts a pod on it, or takes over what has changed of one that is there. Returns the pod as
    /// it was before.
    pub fn put(&mut self, pod: Placed) -> Option<Placed> {
        match self.pods.binary_search_by_key(&pod.uid, |known| known.uid) {
            Ok(at) => {
                let before = std::mem::replace(&mut self.pods[at], pod.clone());
                self.discount(&before);
                self.count(&pod);
                Some(before)
            }
            Err(at) => {
                self.count(&pod);
                self.pods.insert(at, pod);
                None
            }
        }
    }

    /// Takes the pod `uid` off it.
    pub fn take(&mut self, uid: Uid) -> Option<Placed> {
        let at = self.pods.binary_search_by_key(&uid, |known| known.uid).ok()?;
        let pod = self.pods.remove(at);
        self.discount(&pod);
        Some(pod)
    }

    /// The pod `uid`, if it is on it.
    pub fn pod(&self, uid: Uid) -> Option<&Placed> {
        let at = self.pods.binary_search_by_key(&uid, |known| known.uid).ok()?;
        Some(&self.pods[at])
    }

    fn count(&mut self, pod: &Placed) {
        let needs = &pod.needs;
        self.requested.add(&needs.requests);
        self.used.add(needs.used);
        self.host_ports.extend(needs.host_ports.iter().cloned());
        let at = self.by_labels.binary_search_by_key(&needs.labels, |count| count.labels);
        let at = at.unwrap_or_else(|at| {
            let none = LabelCount { labels: needs.labels, pods: 0, staying: 0 };
            self.by_labels.insert(at, none);
            at
        });
        self.by_labels[at].pods += 1;
        self.by_labels[at].staying += u32::from(!pod.terminating);
        if let Some(affinity) = &needs.affinity {
            self.with_affinity += 1;
            self.with_anti_affinity += u32::from(!affinity.required_anti.is_empty());
        }
    }

    fn discount(&mut self, pod: &Placed) {
        let needs = &pod.needs;
        self.requested.subtract(&needs.requests);
        self.used.subtract(needs.used);
        for port in &needs.host_ports {
            if let Some(at) = self.host_ports.iter().position(|taken| taken == port) {
                self.host_ports.swap_remove(at);
            }
        }
        let at = self.by_labels.binary_search_by_key(&needs.labels, |count| count.labels);
        let at = at.expect("what is discounted was counted");
        self.by_labels[at].pods -= 1;
        self.by_labels[at].staying -= u32::from(!pod.terminating);
        if self.by_labels[at].pods == 0 {
            self.by_labels.remove(at);
        }
        if let Some(affinity) = &needs.affinity {
            self.with_affinity -= 1;
            self.with_anti_affinity -= u32::from(!affinity.required_anti.is_empty());
        }
    }
}

impl TopologyKey {
    /// The label `key`.
    pub fn new(key: &str) -> Self {
        match key {
            HOSTNAME => Self::Hostname,
            ZONE => Self::Zone,
            _ => Self::Other(key.into()),
        }
    }

    /// The value that `node` has for it.
    pub fn value<'a>(&self, node: &'a NodeInfo) -> Option<&'a str> {
        match self {
            Self::Hostname => node.hostname.as_deref(),
            Self::Zone => node.zone.as_deref(),
            Self::Other(key) => node.label(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::pod::PodInfo;
    use crate::scheduler::testing;

    fn placed(text: &str) -> Placed {
        PodInfo::new(testing::pod(text)).placed()
    }

    #[test]
    fn sums_are_those_of_the_pods_that_are_there() {
        let mut node = NodeInfo::new("n".into());
        let empty = format!("{node:?}");
        let web = "labels: {app: web}}, spec: {containers: [{resources: {requests: {cpu: '1'}},
            ports: [{hostPort: 80}]}], affinity: {podAntiAffinity:
            {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: k}]}}}}";
        let (a, b) = (
            placed(&format!("{{metadata: {{name: a, {web}")),
            placed(&format!("{{metadata: {{name: b, deletionTimestamp: x, {web}")),
        );
        assert!(node.put(a.clone()).is_none() && node.put(b.clone()).is_none());
        assert_eq!((node.requested.milli_cpu, node.used.milli_cpu), (2000, 2000));
        assert_eq!(node.by_labels(), [LabelCount { labels: a.needs.labels, pods: 2, staying: 1 }]);
        assert_eq!((node.affinity_counts(), node.count_staying(&[a.needs.labels])), ((2, 2), 1));
        let before = node.put(Placed { terminating: true, ..a.clone() });
        assert_eq!((before, node.count_staying(&[a.needs.labels])), (Some(a.clone()), 0));
        assert!(node.take(a.uid).is_some());
        assert!(node.is_taken(&b.needs.host_ports[0]), "the other pod still takes it");
        assert!(node.take(b.uid).is_some() && node.take(b.uid).is_none());
        assert_eq!(format!("{node:?}"), empty);
    }

    #[test]
    fn a_port_on_all_addresses_conflicts_with_every_address() {
        let port = |ip: &str, protocol: &str, port| HostPort {
            port,
            protocol: protocol.into(),
            ip: ip.into(),
        };
        let check = |taken: HostPort, wanted: HostPort, expected: bool| {
            let mut node = NodeInfo::new("n".into());
            node.host_ports.push(taken.clone());
            assert_eq!(node.is_taken(&wanted), expected, "{taken:?} {wanted:?}");
        };
        check(port("0.0.0.0", "TCP", 80), port("10.0.0.1", "TCP", 80), true);
        check(port("10.0.0.1", "TCP", 80), port("0.0.0.0", "TCP", 80), true);
        check(port("10.0.0.1", "TCP", 80), port("10.0.0.2", "TCP", 80), false);
        check(port("0.0.0.0", "TCP", 80), port("0.0.0.0", "UDP", 80), false);
        check(port("0.0.0.0", "TCP", 80), port("0.0.0.0", "TCP", 81), false);
    }
}
