//! Nodes that fall silent and come back, together with taint eviction, against a small apiserver.

use crate::api::codec::StrMap;
use crate::api::types::*;
use crate::api::{Object, Str, Timestamp};
use crate::controllers::testing::World;
use crate::sim::Duration;

/// A pod with the tolerations that admission gives to every pod.
fn pod(name: &str) -> Object {
    let toleration = |key: &str| Toleration {
        key: format!("node.kubernetes.io/{key}").into(),
        operator: "Exists".into(),
        effect: "NoExecute".into(),
        toleration_seconds: Some(300),
        ..Toleration::default()
    };
    let tolerations = [toleration("not-ready"), toleration("unreachable")].into();
    let spec = PodSpec { tolerations, ..PodSpec::default() };
    let meta =
        ObjectMeta { name: name.into(), namespace: "default".into(), ..ObjectMeta::default() };
    Object::new(meta, Pod { spec: spec.into(), ..Pod::default() })
}

fn taints(world: &World, node: &str) -> Vec<String> {
    let node = world.get::<Node>(node).unwrap();
    let taints = node.spec.taints.iter();
    let mut taints: Vec<_> =
        taints.map(|taint| format!("{}:{}", taint.key, taint.effect)).collect();
    taints.sort();
    taints
}

/// Lets time pass while the kubelets of `nodes` renew their leases every ten seconds.
fn live(world: &mut World, secs: u64, nodes: &[&str]) {
    for second in 0..secs {
        if second % 10 == 0 {
            nodes.iter().for_each(|node| world.renew(node));
        }
        world.run(1000);
    }
}

fn world(nodes: &[&str]) -> World {
    let mut world = World::new();
    world.run(3000);
    nodes.iter().for_each(|node| world.add_node(node));
    world
}

#[test]
fn a_silent_node_is_given_up_in_due_time() {
    let mut world = world(&["node-1", "node-2"]);
    world.create(pod("a"));
    world.create(pod("b"));
    live(&mut world, 20, &["node-1", "node-2"]);
    assert_eq!(world.events("RegisteredNode").len(), 2);
    world.silent.insert("node-1".into());
    let since = world.now;
    // The last renewal was up to ten seconds ago, and is noticed on a tick of five.
    live(&mut world, 35, &["node-2"]);
    assert!(taints(&world, "node-1").is_empty());
    live(&mut world, 20, &["node-2"]);
    let both =
        ["node.kubernetes.io/unreachable:NoExecute", "node.kubernetes.io/unreachable:NoSchedule"];
    assert_eq!(taints(&world, "node-1"), both);
    let node = world.get::<Node>("node-1").unwrap();
    for kind in ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] {
        let condition = node.condition(kind).unwrap();
        let told = (condition.status.as_str(), condition.reason.as_str());
        assert_eq!(told, ("Unknown", "NodeStatusUnknown"));
    }
    let ready = node.condition("Ready").unwrap().last_transition_time.unwrap();
    let silence = ready.time().since(since);
    assert!((Duration::from_secs(40)..=Duration::from_secs(55)).contains(&silence), "{silence:?}");
    let told = ["Node is not ready", "Node node-1 status is now: NodeNotReady"].map(Str::from);
    assert_eq!(world.events("NodeNotReady"), told);
    let pods = world.all::<Pod>();
    let lost = pods.iter().find(|pod| pod.spec.node_name == "node-1").unwrap();
    assert!(!lost.is_ready() && !lost.meta().is_deleting());
    live(&mut world, 280, &["node-2"]);
    assert!(!world.get::<Pod>(lost.name()).unwrap().meta().is_deleting());
    live(&mut world, 30, &["node-2"]);
    let pod = world.get::<Pod>(lost.name()).unwrap();
    let tainted = node.spec.taints.iter().find_map(|taint| taint.time_added).unwrap();
    assert!(pod.meta().deletion_timestamp.unwrap().time().since(tainted.time()).as_secs() <= 302);
    assert_eq!(pod.condition("DisruptionTarget").unwrap().reason, "DeletionByTaintManager");
    let marked = format!("Marking for deletion Pod default/{}", lost.name());
    assert_eq!(world.events("TaintManagerEviction"), [Str::from(marked)]);
}

#[test]
fn a_node_that_comes_back_keeps_its_pods() {
    let mut world = world(&["node-1", "node-2"]);
    world.create(pod("a"));
    live(&mut world, 10, &["node-1", "node-2"]);
    live(&mut world, 80, &["node-2"]);
    assert_eq!(taints(&world, "node-1").len(), 2);
    let now = Timestamp::at(world.now);
    world.change::<Node>("node-1", |node| {
        let mut status = (*node.status).clone();
        let ready = |condition: &NodeCondition| NodeCondition {
            status: if condition.kind == "Ready" { "True" } else { "False" }.into(),
            last_heartbeat_time: Some(now),
            ..condition.clone()
        };
        status.conditions = status.conditions.iter().map(ready).collect();
        node.status = status.into();
    });
    live(&mut world, 10, &["node-1", "node-2"]);
    assert!(taints(&world, "node-1").is_empty());
    let cancelled = [Str::from("Cancelling deletion of Pod default/a")];
    assert_eq!(world.events("TaintManagerEviction"), cancelled);
    live(&mut world, 400, &["node-1", "node-2"]);
    assert!(!world.get::<Pod>("a").unwrap().meta().is_deleting());
}

#[test]
fn when_all_are_silent_nobody_is_given_up() {
    let mut world = world(&["node-1", "node-2", "node-3"]);
    world.create(pod("a"));
    live(&mut world, 10, &["node-1", "node-2", "node-3"]);
    world.run(400_000);
    for node in ["node-1", "node-2", "node-3"] {
        assert_eq!(taints(&world, node), ["node.kubernetes.io/unreachable:NoSchedule"]);
    }
    assert!(!world.get::<Pod>("a").unwrap().meta().is_deleting());
}

#[test]
fn nodes_are_given_up_one_after_another() {
    let names = ["n1", "n2", "n3", "n4", "n5", "n6", "n7"];
    let mut world = world(&names);
    live(&mut world, 10, &names);
    // Two of seven: the zone is healthy, and loses one node in ten seconds.
    let evicting = |world: &World| {
        let taints = names.iter().flat_map(|node| taints(world, node));
        taints.filter(|taint| taint.ends_with("NoExecute")).count()
    };
    live(&mut world, 36, &names[2..]);
    let mut seen = vec![evicting(&world)];
    for _ in 0..26 {
        live(&mut world, 1, &names[2..]);
        seen.push(evicting(&world));
    }
    seen.dedup();
    assert_eq!(seen, [0, 1, 2]);
}

#[test]
fn cordons_and_old_labels_follow_the_node() {
    let mut world = world(&["node-1"]);
    live(&mut world, 10, &["node-1"]);
    let node = world.get::<Node>("node-1").unwrap();
    let labels = StrMap::from([("kubernetes.io/os", "linux"), ("kubernetes.io/arch", "amd64")]);
    let node = node.with_meta(|meta| meta.labels = labels);
    let node = node.with(|node| {
        let mut spec = (*node.spec).clone();
        spec.unschedulable = true;
        node.spec = spec.into();
    });
    world.replace(node.into());
    live(&mut world, 2, &["node-1"]);
    assert_eq!(taints(&world, "node-1"), ["node.kubernetes.io/unschedulable:NoSchedule"]);
    let node = world.get::<Node>("node-1").unwrap();
    assert_eq!(node.meta().label("beta.kubernetes.io/os"), Some("linux"));
}

#[test]
fn a_node_that_goes_is_said_goodbye_to() {
    let mut world = world(&["node-1", "node-2"]);
    live(&mut world, 10, &["node-1", "node-2"]);
    world.delete::<Node>("node-2", &Default::default());
    live(&mut world, 10, &["node-1"]);
    let told = [Str::from("Node node-2 event: Removing Node node-2 from Controller")];
    assert_eq!(world.events("RemovingNode"), told);
}

#[test]
fn idle_nodes_cost_next_to_nothing() {
    let mut world = world(&["node-1", "node-2"]);
    live(&mut world, 10, &["node-1", "node-2"]);
    let told = world.log.len();
    live(&mut world, 1000, &["node-1", "node-2"]);
    assert_eq!(world.log.len(), told, "{:?}", &world.log[told..]);
}
