//! Whether a node takes a pod that was bound to it.
//!
//! Models pkg/kubelet/lifecycle/predicate.go with pkg/scheduler AdmissionCheck: what is free, the
//! node's labels and name, ports, taints that evict. Of several reasons the first is told.
//!
//! Invariant: pure.

use super::container::{all, is_sidecar};
use crate::api::Str;
use crate::api::types::{Container, Node, ObjectMeta, PodSpec, ResourceList, Taint};

/// What a pod asks for as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Requests {
    cpu_milli: i64,
    memory: i64,
    storage: i64,
}

/// Why a node does not take a pod: a reason, and a message.
pub type Refusal = (&'static str, String);

/// Whether a node takes a pod beside the others that are on it.
pub fn check(
    pod: &PodSpec,
    node: (&ObjectMeta, &Node),
    others: &[&PodSpec],
) -> Result<(), Refusal> {
    fits(pod, &node.1.status.allocatable, others)?;
    let predicate = |holds: bool, name: &'static str, why: &str| match holds {
        true => Ok(()),
        false => Err((name, format!("Predicate {name} failed: {why}"))),
    };
    let why = "node(s) didn't match Pod's node affinity/selector";
    predicate(pod.selects_node(&node.0.name, &node.0.labels), "NodeAffinity", why)?;
    let is_named = pod.node_name.is_empty() || pod.node_name == node.0.name;
    predicate(is_named, "NodeName", "node(s) didn't match the requested node name")?;
    let why = "node(s) didn't have free ports for the requested pod ports";
    predicate(ports_free(pod, others), "NodePorts", why)?;
    let tolerates = |taint: &Taint| {
        taint.effect != "NoExecute" || pod.tolerations.iter().any(|t| t.tolerates(taint))
    };
    let is_tolerable = node.1.spec.taints.iter().all(tolerates);
    predicate(is_tolerable, "TaintToleration", "node(s) had untolerated taint(s)")
}

impl Requests {
    /// Containers run side by side, init containers one after another before them, sidecars from
    /// their turn to the end. Models component-helpers/resource PodRequests.
    pub fn of(spec: &PodSpec) -> Self {
        let own = |container: &Container| Self::read(&container.resources.requests);
        let mut sum = spec.containers.iter().map(own).fold(Self::default(), Self::plus);
        let (mut sidecars, mut peak) = (Self::default(), Self::default());
        for init in spec.init_containers.iter() {
            let at_its_turn = sidecars.plus(own(init));
            if is_sidecar(init) {
                sum = sum.plus(own(init));
                sidecars = at_its_turn;
            }
            peak = peak.or_more(at_its_turn);
        }
        sum.or_more(peak).plus(Self::read(&spec.overhead))
    }

    fn read(list: &ResourceList) -> Self {
        let value = |name: &str| list.get(name).map_or(0, |quantity| quantity.value());
        Self {
            cpu_milli: list.get("cpu").map_or(0, |quantity| quantity.milli_value()),
            memory: value("memory"),
            storage: value("ephemeral-storage"),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            cpu_milli: self.cpu_milli.saturating_add(other.cpu_milli),
            memory: self.memory.saturating_add(other.memory),
            storage: self.storage.saturating_add(other.storage),
        }
    }

    fn or_more(self, other: Self) -> Self {
        Self {
            cpu_milli: self.cpu_milli.max(other.cpu_milli),
            memory: self.memory.max(other.memory),
            storage: self.storage.max(other.storage),
        }
    }
}

/// Models noderesources Fits.
fn fits(pod: &PodSpec, allocatable: &ResourceList, others: &[&PodSpec]) -> Result<(), Refusal> {
    let refuse = |reason, resource: &str, requested: i64, used: i64, capacity: i64| {
        let message = format!(
            "Node didn't have enough resource: {resource}, requested: {requested}, used: {used}, \
             capacity: {capacity}"
        );
        Err((reason, message))
    };
    let count = others.len() as i64;
    let pods = allocatable.get("pods").map_or(0, |quantity| quantity.value());
    if count + 1 > pods {
        return refuse("OutOfpods", "pods", 1, count, pods);
    }
    let asked = others.iter().map(|other| Requests::of(other));
    let used = asked.fold(Requests::default(), Requests::plus);
    let (wanted, capacity) = (Requests::of(pod), Requests::read(allocatable));
    let checks = [
        ("OutOfcpu", "cpu", wanted.cpu_milli, used.cpu_milli, capacity.cpu_milli),
        ("OutOfmemory", "memory", wanted.memory, used.memory, capacity.memory),
        (
            "OutOfephemeral-storage",
            "ephemeral-storage",
            wanted.storage,
            used.storage,
            capacity.storage,
        ),
    ];
    for (reason, resource, wanted, used, capacity) in checks {
        if wanted > 0 && wanted > capacity.saturating_sub(used) {
            return refuse(reason, resource, wanted, used, capacity);
        }
    }
    Ok(())
}

/// Models nodeports Fits; addresses of the machine are not told apart.
fn ports_free(pod: &PodSpec, others: &[&PodSpec]) -> bool {
    let wanted = host_ports(pod);
    let mut taken = others.iter().flat_map(|other| host_ports(other));
    wanted.is_empty() || !taken.any(|taken| wanted.contains(&taken))
}

fn host_ports(spec: &PodSpec) -> Vec<(i32, Str)> {
    let ports = all(spec).flat_map(|container| container.ports.iter());
    ports.filter(|port| port.host_port > 0).map(|p| (p.host_port, p.protocol.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::Toleration;
    use crate::api::types::{NodeSpec, NodeStatus, ResourceRequirements};
    use crate::api::{Codec, Quantity, StrMap, Value};

    fn amounts(entries: &[(&str, &str)]) -> ResourceList {
        entries.iter().map(|(name, q)| (Str::from(*name), Quantity::parse(q).unwrap())).collect()
    }

    fn pod(cpu: &str, memory: &str) -> PodSpec {
        let resources = ResourceRequirements {
            requests: amounts(&[("cpu", cpu), ("memory", memory)]),
            ..ResourceRequirements::default()
        };
        let container = Container { resources, ..Container::default() };
        PodSpec { containers: [container].into(), ..PodSpec::default() }
    }

    fn node() -> (ObjectMeta, Node) {
        let allocatable = amounts(&[("cpu", "4"), ("memory", "8Gi"), ("pods", "3")]);
        let taint = Taint { key: "maint".into(), effect: "NoExecute".into(), ..Taint::default() };
        let labels = StrMap::default().with("kubernetes.io/hostname", "node-1").with("zone", "a");
        let meta = ObjectMeta { name: "node-1".into(), labels, ..ObjectMeta::default() };
        let spec = NodeSpec { taints: [taint].into(), ..NodeSpec::default() };
        let status = NodeStatus { allocatable, ..NodeStatus::default() };
        (meta, Node { spec: spec.into(), status: status.into() })
    }

    fn tolerant(mut pod: PodSpec) -> PodSpec {
        let toleration = Toleration { operator: "Exists".into(), ..Toleration::default() };
        pod.tolerations = [toleration].into();
        pod
    }

    #[track_caller]
    fn refused(pod: &PodSpec, others: &[PodSpec], reason: &str, message: &str) {
        let (meta, node) = node();
        let others: Vec<_> = others.iter().collect();
        let refusal = check(pod, (&meta, &node), &others).unwrap_err();
        assert_eq!((refusal.0, refusal.1.as_str()), (reason, message));
    }

    #[test]
    fn what_is_not_free_is_told_in_numbers() {
        let big = tolerant(pod("3", "1Gi"));
        refused(
            &tolerant(pod("1500m", "1Gi")),
            std::slice::from_ref(&big),
            "OutOfcpu",
            "Node didn't have enough resource: cpu, requested: 1500, used: 3000, capacity: 4000",
        );
        refused(
            &tolerant(pod("1", "8Gi")),
            std::slice::from_ref(&big),
            "OutOfmemory",
            "Node didn't have enough resource: memory, requested: 8589934592, used: 1073741824, \
             capacity: 8589934592",
        );
        let small = tolerant(pod("100m", "1Mi"));
        refused(
            &small,
            &[small.clone(), small.clone(), small.clone()],
            "OutOfpods",
            "Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3",
        );
        let (meta, node) = node();
        assert_eq!(check(&small, (&meta, &node), &[&big]), Ok(()));
    }

    #[test]
    fn predicates_are_told_by_name() {
        let mut picky = tolerant(pod("1", "1Mi"));
        picky.node_selector = StrMap::default().with("disk", "ssd");
        let message =
            "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
        refused(&picky, &[], "NodeAffinity", message);
        let message = "Predicate TaintToleration failed: node(s) had untolerated taint(s)";
        refused(&pod("1", "1Mi"), &[], "TaintToleration", message);
        let mut listening = tolerant(pod("1", "1Mi"));
        let port = Value::map([
            ("containerPort", Value::Int(80)),
            ("hostPort", Value::Int(8080)),
            ("protocol", "TCP".into()),
        ]);
        let ports = [Codec::load(&port)].into();
        listening.containers = [Container { ports, ..listening.containers[0].clone() }].into();
        let message = "Predicate NodePorts failed: node(s) didn't have free ports for the \
                       requested pod ports";
        refused(&listening.clone(), &[listening], "NodePorts", message);
    }

    #[test]
    fn required_terms_are_alternatives() {
        let check = |terms: &str, expected| {
            let value = |text: &str| text.split(',').map(Value::from).collect::<Vec<_>>();
            let term = |text: &str| {
                let [key, operator, values] = text.split(' ').collect::<Vec<_>>()[..] else {
                    panic!("a term has three words")
                };
                let requirement = Value::map([
                    ("key", key.into()),
                    ("operator", operator.into()),
                    ("values", value(values).into()),
                ]);
                let list = if key == "metadata.name" { "matchFields" } else { "matchExpressions" };
                Value::map([(list, Value::from(vec![requirement]))])
            };
            let terms: Vec<Value> = terms.split('|').map(term).collect();
            let required = Value::map([("nodeSelectorTerms", Value::from(terms))]);
            let required = [("requiredDuringSchedulingIgnoredDuringExecution", required)];
            let affinity = Value::map([("nodeAffinity", Value::map(required))]);
            let spec = PodSpec::load(&Value::map([("affinity", affinity)]));
            let (meta, _) = node();
            assert_eq!(spec.selects_node(&meta.name, &meta.labels), expected);
        };
        check("zone In a,b", true);
        check("zone NotIn a", false);
        check("disk In ssd|zone Exists x", true);
        check("metadata.name In node-1", true);
        check("metadata.name In node-2", false);
        check("zone Nonsense a", false);
    }
}
