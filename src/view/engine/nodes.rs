//! Hosts as the page shows them: what the machines are, and what the API says of their nodes.

use smol_str::{SmolStr, format_smolstr};

use crate::api::types::{Node, Taint};
use crate::api::{Key, Resource};
use crate::cluster::rooms::apiserver::{Stored, key_of};
use crate::cluster::rooms::etcd::raft::Role;
use crate::cluster::rooms::network::{Action, Ends};
use crate::cluster::{Cluster, Component};
use crate::sim::HostId;
use crate::view::node::{
    BalancerView, Bar, Duty, EtcdView, MasterView, NodeCondition, Power, RaftRole, WorkerView,
};
use crate::view::picture::Cut;

use super::picture::Keys;

/// The master numbered `at`.
pub fn master_view(cluster: &Cluster, keys: &Keys, at: u8) -> MasterView {
    let host = cluster.places().master(at);
    let name = cluster.places().name(host).clone();
    let duty = |leads: bool| if leads { Duty::Active } else { Duty::Standby };
    MasterView {
        power: power(cluster, host),
        condition: node_at(keys, &name).map_or(NodeCondition::NotReady, condition),
        etcd: cluster.etcd(at).map(|member| EtcdView {
            role: role(member.node().role()),
            term: member.node().term(),
            commit: member.node().commit_index(),
        }),
        apiserver: cluster.apiserver(at).map(|apiserver| apiserver.revision()),
        scheduler: cluster.scheduler(at).map(|scheduler| duty(scheduler.is_leading())),
        controllers: cluster.controller_manager(at).map(|manager| duty(manager.is_leading())),
        name,
    }
}

/// The page's word for a role.
pub fn role(role: Role) -> RaftRole {
    match role {
        Role::Follower => RaftRole::Follower,
        Role::PreCandidate => RaftRole::PreCandidate,
        Role::Candidate => RaftRole::Candidate,
        Role::Leader => RaftRole::Leader,
    }
}

/// The worker at `host`; its bars are empty still.
pub fn worker_view(cluster: &Cluster, keys: &Keys, host: HostId) -> WorkerView {
    let name = cluster.places().name(host).clone();
    let empty = Node::default();
    let known = node_at(keys, &name);
    let node = known.unwrap_or(&empty);
    let allocatable = |resource: &str| {
        let amount = node.status.allocatable.get(resource);
        amount.map_or(0, |amount| amount.milli_value().max(0).cast_unsigned())
    };
    let bar = |capacity| Bar { capacity, shares: Vec::new() };
    WorkerView {
        power: power(cluster, host),
        condition: known.map_or(NodeCondition::NotReady, condition),
        cordoned: node.spec.unschedulable,
        taints: node.spec.taints.iter().map(taint).collect(),
        cpu: bar(allocatable("cpu")),
        memory: bar(allocatable("memory") / 1000),
        pods_max: (allocatable("pods") / 1000) as u32,
        name,
    }
}

/// The node called `name`, as the store has it.
pub fn node_at<'a>(keys: &'a Keys, name: &str) -> Option<&'a Node> {
    match &keys.get(&key_of(Resource::NODES, &Key::new("", name)))?.value {
        Stored::Object(object) => object.get(),
        Stored::Text(_) => None,
    }
}

/// What the cluster believes of a node.
pub fn condition(node: &Node) -> NodeCondition {
    match node.condition("Ready").map(|ready| ready.status.as_str()) {
        Some("True") => NodeCondition::Ready,
        Some("Unknown") => NodeCondition::Unreachable,
        _ => NodeCondition::NotReady,
    }
}

/// A taint as `kubectl describe` prints it.
pub fn taint(taint: &Taint) -> SmolStr {
    match taint.value.as_str() {
        "" => format_smolstr!("{}:{}", taint.key, taint.effect),
        value => format_smolstr!("{}={value}:{}", taint.key, taint.effect),
    }
}

/// The load balancer.
pub fn balancer_view(cluster: &Cluster) -> BalancerView {
    let places = cluster.places();
    let backends = cluster.balancer().backends();
    BalancerView { backends: backends.map(|(at, up)| (places.name(at.host).clone(), up)).collect() }
}

/// The cut links.
pub fn cuts(cluster: &Cluster) -> Vec<Cut> {
    let places = cluster.places();
    let mut cuts = Vec::new();
    for (_, rule) in cluster.network().rules().iter().filter(|(_, r)| r.action == Action::Cut) {
        match rule.ends {
            Ends::OneWay(a, b) | Ends::Between(a, b) => {
                cuts.push(Cut::between(places.name(a), places.name(b)));
            }
            Ends::Around(a) => {
                let others = places.hosts().filter(|b| *b != a && *b != places.person());
                cuts.extend(others.map(|b| Cut::between(places.name(a), places.name(b))));
            }
        }
    }
    cuts.sort();
    cuts.dedup();
    cuts
}

fn power(cluster: &Cluster, host: HostId) -> Power {
    if !cluster.network().is_up(host) {
        return Power::Off;
    }
    // The kubelet is the last a machine starts; hosts of bare clusters have none.
    let component = Component::Kubelet(host);
    let starts = cluster.has_kubelet(host) && !cluster.is_running(component);
    if starts { Power::Starting } else { Power::On }
}
