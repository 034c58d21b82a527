//! What a node says of itself.
//!
//! Models pkg/kubelet/kubelet_node_status.go initialNode and pkg/kubelet/nodestatus/setters.go.
//!
//! Invariant: pure.

use super::config::Config;
use super::cri::Runtime;
use super::sync::NETWORK_NOT_READY;
use crate::api::types::{
    Node, NodeAddress, NodeCondition, NodeSpec, NodeStatus, NodeSystemInfo, ObjectMeta,
    ResourceList,
};
use crate::api::{Format, Object, Quantity, Str, StrMap, Timestamp, Value};
use crate::sim::{Fingerprint, Time};

/// What is kept free so that the machine itself does not run short: the hard eviction threshold
/// of memory …
const MEMORY_RESERVED: i64 = 100 << 20;
/// … and that of disk, in percent.
const STORAGE_RESERVED_PERCENT: i64 = 10;
/// The port kubelets listen on.
const PORT: i64 = 10_250;

/// What changed in a condition: the reason that an event tells.
pub type Transition = &'static str;

/// The object by which a node registers.
pub fn initial(config: &Config, runtime: &Runtime, now: Time) -> (Object, Vec<Transition>) {
    let mut transitions = Vec::new();
    let status = status(&NodeStatus::default(), config, runtime, now, &mut transitions);
    let meta = ObjectMeta {
        name: config.name.clone(),
        labels: labels(config),
        annotations: config
            .annotations
            .with("volumes.kubernetes.io/controller-managed-attach-detach", "true"),
        ..ObjectMeta::default()
    };
    let spec = NodeSpec { taints: config.taints.clone(), ..NodeSpec::default() };
    let node = Node { spec: spec.into(), status: status.into() };
    (Object::new(meta, node), transitions)
}

/// The labels of a node: those every kubelet sets, and those it was given.
pub fn labels(config: &Config) -> StrMap {
    let own = [
        ("beta.kubernetes.io/arch", "amd64"),
        ("beta.kubernetes.io/os", "linux"),
        ("kubernetes.io/arch", "amd64"),
        ("kubernetes.io/hostname", config.name.as_str()),
        ("kubernetes.io/os", "linux"),
    ];
    own.iter().fold(config.labels.clone(), |labels, (key, value)| labels.with(*key, *value))
}

/// The status of a node at `now`, given the one before; adds what changed in its conditions.
pub fn status(
    old: &NodeStatus,
    config: &Config,
    runtime: &Runtime,
    now: Time,
    transitions: &mut Vec<Transition>,
) -> NodeStatus {
    let mut status = old.clone();
    status.addresses = [("InternalIP", &config.address), ("Hostname", &config.name)]
        .map(|(kind, address)| NodeAddress {
            kind: kind.into(),
            address: address.clone(),
            ..NodeAddress::default()
        })
        .into();
    status.capacity = config.capacity.clone();
    status.allocatable = allocatable(&config.capacity);
    status.images = runtime.images.list().into();
    status.node_info = Some(system_info(config, runtime).into());
    let endpoint = Value::map([("Port", Value::Int(PORT))]);
    status.rest.insert("daemonEndpoints", Value::map([("kubeletEndpoint", endpoint)]));
    let is_ready = runtime.network_ready_at().is_some_and(|at| at <= now);
    status.conditions = conditions(old, is_ready, now, transitions);
    status
}

/// Whether two statuses differ in nothing but when they were made.
/// Models nodeStatusHasChanged.
pub fn is_same(a: &NodeStatus, b: &NodeStatus) -> bool {
    let timeless = |status: &NodeStatus| {
        let without = |condition: &NodeCondition| NodeCondition {
            last_heartbeat_time: None,
            ..condition.clone()
        };
        let conditions = status.conditions.iter().map(without).collect();
        NodeStatus { conditions, ..status.clone() }
    };
    timeless(a) == timeless(b)
}

/// What pods may ask for: what the machine has without what it needs itself.
/// Models cm/node_container_manager_linux.go GetNodeAllocatableAbsolute with default thresholds.
fn allocatable(capacity: &ResourceList) -> ResourceList {
    let less = |(name, quantity): (&Str, Quantity)| {
        let reserved = match name.as_str() {
            "memory" => MEMORY_RESERVED,
            "ephemeral-storage" => quantity.value() / 100 * STORAGE_RESERVED_PERCENT,
            _ => 0,
        };
        let format = if name == "memory" { Format::BinarySi } else { Format::DecimalSi };
        let left = match reserved {
            0 => quantity,
            _ => Quantity::new((quantity.value() - reserved).max(0), format),
        };
        (name.clone(), left)
    };
    capacity.iter().map(less).collect()
}

fn system_info(config: &Config, runtime: &Runtime) -> NodeSystemInfo {
    let number = |what: &str| {
        let mut hash = Fingerprint::new();
        hash.str(&config.name);
        hash.str(what);
        let high = hash.finish();
        hash.u64(high);
        (high, hash.finish())
    };
    let uuid = |what: &str| {
        let (high, low) = number(what);
        crate::api::Uid::random(high, low).to_string().into()
    };
    let (high, low) = number("machine");
    NodeSystemInfo {
        machine_id: format!("{high:016x}{low:016x}").into(),
        system_uuid: uuid("system"),
        // Another one each time the machine is switched on.
        boot_id: uuid(&format!("boot {}", runtime.boots())),
        ..versions()
    }
}

/// What all nodes are made of.
pub fn versions() -> NodeSystemInfo {
    NodeSystemInfo {
        architecture: "amd64".into(),
        container_runtime_version: "containerd://2.1.0".into(),
        kernel_version: "6.1.0".into(),
        kubelet_version: "v1.36.2".into(),
        operating_system: "linux".into(),
        os_image: "Debian GNU/Linux 12 (bookworm)".into(),
        ..NodeSystemInfo::default()
    }
}

/// The conditions of a node that is well, ready or not; those of others stay as they are.
pub fn conditions(
    old: &NodeStatus,
    is_ready: bool,
    now: Time,
    transitions: &mut Vec<Transition>,
) -> crate::api::List<NodeCondition> {
    const WELL: [(&str, &str, &str, &str); 3] = [
        (
            "MemoryPressure",
            "KubeletHasSufficientMemory",
            "kubelet has sufficient memory available",
            "NodeHasSufficientMemory",
        ),
        (
            "DiskPressure",
            "KubeletHasNoDiskPressure",
            "kubelet has no disk pressure",
            "NodeHasNoDiskPressure",
        ),
        (
            "PIDPressure",
            "KubeletHasSufficientPID",
            "kubelet has sufficient PID available",
            "NodeHasSufficientPID",
        ),
    ];
    let mut own = Vec::with_capacity(4);
    for (kind, reason, message, event) in WELL {
        let (condition, changed) = condition(old, (kind, "False", reason, message), now);
        own.push(condition);
        transitions.extend(changed.then_some(event));
    }
    let ready = match is_ready {
        true => ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        false => ("Ready", "False", "KubeletNotReady", NETWORK_NOT_READY),
    };
    let (condition, changed) = condition(old, ready, now);
    own.push(condition);
    // Of a node that was never ready nothing is told until it is.
    let was_told = old.conditions.iter().any(|condition| condition.kind == "Ready");
    let event = if is_ready { "NodeReady" } else { "NodeNotReady" };
    transitions.extend((changed && was_told).then_some(event));
    let is_own = |condition: &NodeCondition| own.iter().any(|o| o.kind == condition.kind);
    let foreign = old.conditions.iter().filter(|condition| !is_own(condition)).cloned();
    foreign.collect::<Vec<_>>().into_iter().chain(own).collect()
}

fn condition(
    old: &NodeStatus,
    (kind, value, reason, message): (&'static str, &'static str, &'static str, &'static str),
    now: Time,
) -> (NodeCondition, bool) {
    let before = old.conditions.iter().find(|condition| condition.kind == kind);
    let unchanged = before.filter(|condition| condition.status == value);
    let now = Some(Timestamp::at(now));
    let condition = NodeCondition {
        kind: kind.into(),
        status: value.into(),
        reason: reason.into(),
        message: Str::new_static(message),
        last_heartbeat_time: now,
        last_transition_time: unchanged.map_or(now, |condition| condition.last_transition_time),
        ..NodeCondition::default()
    };
    (condition, unchanged.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Duration;

    fn at(secs: u64) -> Time {
        Time::from_secs(1000 + secs)
    }

    #[test]
    fn conditions_tell_their_transitions_and_keep_those_of_others() {
        let foreign =
            NodeCondition { kind: "NetworkUnavailable".into(), ..NodeCondition::default() };
        let old = NodeStatus { conditions: [foreign].into(), ..NodeStatus::default() };
        let mut told = Vec::new();
        let first = conditions(&old, false, at(0), &mut told);
        let pressure = ["NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID"];
        assert_eq!(told, pressure);
        assert_eq!(first.len(), 5);
        assert_eq!(first[4].message, NETWORK_NOT_READY);
        let old = NodeStatus { conditions: first, ..NodeStatus::default() };
        told.clear();
        let second = conditions(&old, true, at(5), &mut told);
        assert_eq!(told, ["NodeReady"]);
        assert_eq!(second[4].last_transition_time, Some(Timestamp::at(at(5))));
        assert_eq!(second[1].last_transition_time, Some(Timestamp::at(at(0))));
        let new = NodeStatus { conditions: second, ..NodeStatus::default() };
        told.clear();
        let third = conditions(&new, true, at(15), &mut told);
        assert!(told.is_empty());
        let later = NodeStatus { conditions: third, ..NodeStatus::default() };
        assert!(is_same(&new, &later) && !is_same(&old, &new) && new != later);
    }

    #[test]
    fn pods_may_ask_for_a_little_less_than_there_is() {
        let amounts = [("cpu", "4"), ("memory", "8Gi"), ("ephemeral-storage", "100Gi")];
        let capacity = amounts.map(|(name, q)| (name.into(), Quantity::parse(q).unwrap()));
        let allocatable = allocatable(&capacity.into_iter().collect());
        let text = |name| allocatable.get(name).unwrap().to_string();
        assert_eq!(text("cpu"), "4");
        assert_eq!(text("memory"), "8092Mi");
        assert_eq!(text("ephemeral-storage"), "96636764160");
    }

    #[test]
    fn a_node_boots_under_another_identity_each_time() {
        let config = crate::kubelet::tests::config("node-1");
        let mut runtime = Runtime::new([10, 244, 1]);
        runtime.set_up_network(at(0) + Duration::from_secs(3));
        let (node, _) = initial(&config, &runtime, at(0));
        let info = |node: &Object| node.get::<Node>().unwrap().status.node_info.clone().unwrap();
        runtime.power_off(at(1));
        let (rebooted, _) = initial(&config, &runtime, at(1));
        assert_ne!(info(&node).boot_id, info(&rebooted).boot_id);
        assert_eq!(info(&node).machine_id, info(&rebooted).machine_id);
        assert_eq!(node.meta().label("kubernetes.io/hostname"), Some("node-1"));
    }
}
