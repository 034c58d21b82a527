//! What stand-ins tell of pods and nodes.
//!
//! Pods that come up in the same second from the same template have equal conditions and equal
//! container statuses; they share them, which is what lets a hundred thousand of them fit.

use super::Profile;
use crate::api::types::{
    ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStatus, HostIp, Node,
    NodeAddress, NodeSpec, NodeStatus, ObjectMeta, Pod, PodCondition, PodStatus,
};
use crate::api::{List, Object, Str, StrMap, Timestamp};
use crate::kubelet::node_status;
use crate::sim::Time;

/// The identity that every container of a bare cluster shows.
const CONTAINER_ID: &str = "containerd://x";

/// What the last pod that came up was told, for the next one to share.
#[derive(Clone, Default, Debug)]
pub(super) struct Recent {
    conditions: List<PodCondition>,
    containers: List<ContainerStatus>,
}

/// The object by which a node registers.
pub(super) fn node(profile: &Profile, now: Time) -> Object {
    let own = [
        ("beta.kubernetes.io/arch", "amd64"),
        ("beta.kubernetes.io/os", "linux"),
        ("kubernetes.io/arch", "amd64"),
        ("kubernetes.io/hostname", profile.name.as_str()),
        ("kubernetes.io/os", "linux"),
    ];
    let labels =
        own.iter().fold(profile.labels.clone(), |labels: StrMap, (k, v)| labels.with(*k, *v));
    let meta = ObjectMeta { name: profile.name.clone(), labels, ..ObjectMeta::default() };
    let addresses = [("InternalIP", profile.host_ip()), ("Hostname", &profile.name)];
    let status = NodeStatus {
        addresses: addresses
            .map(|(kind, address)| NodeAddress {
                kind: kind.into(),
                address: address.clone(),
                ..NodeAddress::default()
            })
            .into(),
        allocatable: profile.allocatable.clone(),
        capacity: profile.allocatable.clone(),
        conditions: node_status::conditions(&NodeStatus::default(), true, now, &mut Vec::new()),
        node_info: Some(node_status::versions().into()),
        ..NodeStatus::default()
    };
    let spec = NodeSpec { taints: profile.taints.clone(), ..NodeSpec::default() };
    Object::new(meta, Node { spec: spec.into(), status: status.into() })
}

/// The status of a node that is well.
pub(super) fn well(old: &NodeStatus, now: Time) -> NodeStatus {
    let conditions = node_status::conditions(old, true, now, &mut Vec::new());
    NodeStatus { conditions, ..old.clone() }
}

/// The status of a pod that has come up.
pub(super) fn running(
    (meta, pod): (&ObjectMeta, &Pod),
    host_ips: &List<HostIp>,
    address: Str,
    now: Time,
    recent: &mut Recent,
) -> PodStatus {
    let states = [("True", ""); 4];
    let conditions = conditions(meta, &pod.status, states, now);
    let start = Timestamp::at(now);
    let containers = pod.spec.containers.iter();
    let statuses = containers.map(|c| started(&c.name, &c.image, start, 0)).collect();
    let inits = pod.spec.init_containers.iter();
    PodStatus {
        conditions: shared(conditions, &mut recent.conditions),
        container_statuses: shared(statuses, &mut recent.containers),
        init_container_statuses: inits
            .map(|c| ended(started(&c.name, &c.image, start, 0), 0, start, true))
            .collect(),
        host_ip: host_ips.first().map(|host| host.ip.clone()).unwrap_or_default(),
        host_ips: host_ips.clone(),
        observed_generation: meta.generation,
        phase: Str::new_static("Running"),
        pod_ips: [HostIp { ip: address.clone(), ..HostIp::default() }].into(),
        pod_ip: address,
        start_time: Some(start),
        ..(*pod.status).clone()
    }
}

/// The status of a pod that was thought lost with its node and has been well all the time; `None`
/// for others. Models a kubelet that reconciles what the API says of its pods.
pub(super) fn ready_again(meta: &ObjectMeta, pod: &Pod, now: Time) -> Option<PodStatus> {
    let is_well = pod.condition("ContainersReady").is_some_and(|ready| ready.status == "True");
    let is_lost = pod.status.phase == "Running" && is_well && !pod.is_ready();
    is_lost.then(|| PodStatus {
        conditions: conditions(meta, &pod.status, [("True", ""); 4], now).into(),
        ..(*pod.status).clone()
    })
}

/// The status of a pod whose containers have just ended with `code`, by its restart policy.
pub(super) fn finished(meta: &ObjectMeta, pod: &Pod, code: i32, now: Time) -> PodStatus {
    let (policy, start) = (pod.spec.restart_policy.as_str(), Timestamp::at(now));
    let phase = match (policy, code) {
        ("Never" | "OnFailure", 0) => "Succeeded",
        ("Never", _) => "Failed",
        _ => "Running",
    };
    let statuses = pod.status.container_statuses.iter().map(|old| {
        let ended = ended(old.clone(), code, start, false);
        if phase != "Running" {
            return ended;
        }
        let count = old.restart_count + 1;
        let again = started(&old.name, &old.image, start, count);
        ContainerStatus { last_state: ended.state, ..again }
    });
    let states = match phase {
        "Succeeded" => [
            ("False", ""),
            ("True", "PodCompleted"),
            ("False", "PodCompleted"),
            ("False", "PodCompleted"),
        ],
        "Failed" => [("False", ""), ("True", ""), ("False", "PodFailed"), ("False", "PodFailed")],
        _ => [("True", ""); 4],
    };
    PodStatus {
        container_statuses: statuses.collect(),
        conditions: conditions(meta, &pod.status, states, now).into(),
        observed_generation: meta.generation,
        phase: Str::new_static(phase),
        ..(*pod.status).clone()
    }
}

fn conditions(
    meta: &ObjectMeta,
    old: &PodStatus,
    [sandbox, initialized, ready, containers]: [(&'static str, &'static str); 4],
    now: Time,
) -> Vec<PodCondition> {
    let own = [
        ("PodReadyToStartContainers", sandbox),
        ("Initialized", initialized),
        ("Ready", ready),
        ("ContainersReady", containers),
        ("PodScheduled", ("True", "")),
    ];
    let is_foreign =
        |condition: &&PodCondition| !own.iter().any(|(kind, _)| condition.kind == *kind);
    let foreign = old.conditions.iter().filter(is_foreign).cloned();
    let conditions = own.iter().map(|(kind, (status, reason))| {
        let before = old.conditions.iter().find(|condition| condition.kind == *kind);
        let since = before.filter(|condition| condition.status == *status);
        PodCondition {
            kind: Str::new_static(kind),
            status: Str::new_static(status),
            reason: Str::new_static(reason),
            observed_generation: meta.generation,
            last_transition_time: since
                .map_or(Some(Timestamp::at(now)), |condition| condition.last_transition_time),
            ..PodCondition::default()
        }
    });
    foreign.chain(conditions).collect()
}

fn started(name: &Str, image: &Str, since: Timestamp, restart_count: i32) -> ContainerStatus {
    let running =
        ContainerStateRunning { started_at: Some(since), ..ContainerStateRunning::default() };
    ContainerStatus {
        name: name.clone(),
        image: image.clone(),
        container_id: Str::new_static(CONTAINER_ID),
        ready: true,
        started: Some(true),
        restart_count,
        state: ContainerState { running: Some(running), ..ContainerState::default() },
        ..ContainerStatus::default()
    }
}

fn ended(old: ContainerStatus, code: i32, at: Timestamp, ready: bool) -> ContainerStatus {
    let running = old.state.running.as_ref();
    let terminated = ContainerStateTerminated {
        container_id: Str::new_static(CONTAINER_ID),
        exit_code: code,
        reason: Str::new_static(if code == 0 { "Completed" } else { "Error" }),
        started_at: running.and_then(|running| running.started_at),
        finished_at: Some(at),
        ..ContainerStateTerminated::default()
    };
    let state = ContainerState { terminated: Some(terminated), ..ContainerState::default() };
    ContainerStatus { state, ready, started: Some(false), ..old }
}

/// The list as it was told to the last pod, if it was equal.
fn shared<T: Clone + PartialEq>(list: Vec<T>, recent: &mut List<T>) -> List<T> {
    if **recent != *list {
        *recent = list.into();
    }
    recent.clone()
}
