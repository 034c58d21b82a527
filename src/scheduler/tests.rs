//! The scheduler as a whole, in a small cluster.

use super::fake::World;
use super::testing::{plain_node, pod};
use super::{Record, Scheduler};
use crate::api::{Key, Resource, Status, Str};
use crate::sim::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// A pod of this scheduler with these fields in its spec.
fn ours(name: &str, spec: &str) -> crate::api::Typed<crate::api::types::Pod> {
    let spec = format!("schedulerName: default-scheduler, {spec}");
    pod(&format!("{{metadata: {{name: {name}, generation: 1}}, spec: {{{spec}}}}}"))
}

fn cpu(name: &str, cpu: u32) -> crate::api::Typed<crate::api::types::Pod> {
    ours(name, &format!("containers: [{{resources: {{requests: {{cpu: '{cpu}'}}}}}}]"))
}

/// A cluster with one scheduler that leads, and nodes with 4 cpus each.
fn cluster(nodes: &[&str]) -> World {
    let mut world = World::new(1);
    nodes.iter().for_each(|name| world.put(plain_node(name, "")));
    world.run(SECOND);
    assert!(world.schedulers[0].is_leading());
    world
}

fn message(world: &World, name: &str) -> Str {
    let pod = world.pod(name).expect("the pod is there");
    pod.condition("PodScheduled").map(|c| c.message.clone()).unwrap_or_default()
}

#[test]
fn binds_and_says_so() {
    let mut world = cluster(&["n"]);
    world.put(cpu("p", 1));
    world.run(SECOND);
    assert_eq!(world.node_of("p"), "n");
    let assigned = ("Scheduled".into(), "Successfully assigned default/p to n".into());
    assert_eq!(world.events("p"), [assigned]);
    let lines = world.log(0);
    assert_eq!(
        lines[1..],
        [
            r#"Attempting to bind pod to node pod="default/p" node="n" evaluatedNodes=1 feasibleNodes=1"#,
            r#"Successfully bound pod to node pod="default/p" node="n""#,
        ],
    );
}

#[test]
fn says_why_not_and_tries_again_when_something_happens() {
    let mut world = cluster(&["n"]);
    world.put(ours("p", "nodeSelector: {disk: ssd}"));
    world.run(10 * SECOND);
    let expected = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. \
                    no new claims to deallocate, preemption: 0/1 nodes are available: 1 \
                    Preemption is not helpful for scheduling.";
    assert_eq!(message(&world, "p"), expected);
    assert_eq!(world.events("p"), [("FailedScheduling".into(), expected.into())]);
    let revision = world.pod("p").unwrap().object().revision;
    // A node that does not help does not lead to another try.
    world.put(plain_node("m", ""));
    world.run(10 * SECOND);
    assert_eq!(world.pod("p").unwrap().object().revision, revision);
    world.put(plain_node("n", "").with_meta(|m| m.labels = m.labels.with("disk", "ssd")));
    world.run(SECOND);
    assert_eq!(world.node_of("p"), "n");
    let moved = r#"Pod moved to an internal scheduling queue pod="default/p" event="NodeUpdate" queue="Active""#;
    assert!(world.log(0).iter().any(|line| line == moved), "{:#?}", world.log(0));
}

#[test]
fn without_nodes_it_tries_less_and_less_often() {
    let mut world = cluster(&[]);
    world.put(cpu("p", 1));
    world.run(30 * SECOND);
    assert_eq!(message(&world, "p"), "no nodes available to schedule pods");
    let tries = world.records.iter().filter(|(.., record)| record.is_action()).count();
    assert_eq!(tries, 6, "at 0, 1, 3, 7, 15 and 25 seconds");
    // Writing the condition makes another version of the pod, and that another event.
    let told = ("FailedScheduling".into(), "no nodes available to schedule pods".into());
    assert_eq!(world.events("p"), [told.clone(), told]);
}

#[test]
fn a_pod_that_cannot_be_bound_gives_its_room_back() {
    let mut world = cluster(&["n"]);
    world.refuse_bindings = Some(Status::timeout("the server is slow"));
    world.put(cpu("p", 4));
    world.run(SECOND / 2);
    let why = r#"running Bind plugin "DefaultBinder": the server is slow"#;
    assert_eq!(message(&world, "p"), why);
    assert_eq!(world.pod("p").unwrap().condition("PodScheduled").unwrap().reason, "SchedulerError");
    let node = |scheduler: &Scheduler| {
        let info = scheduler.work().unwrap().cache.node("n").cloned();
        info.map(|info| info.requested.milli_cpu)
    };
    assert_eq!(node(&world.schedulers[0]), Some(0));
    world.refuse_bindings = None;
    world.run(2 * SECOND);
    assert_eq!((world.node_of("p"), node(&world.schedulers[0])), ("n".into(), Some(4000)));
}

#[test]
fn one_pod_is_decided_about_at_a_time_while_others_are_being_bound() {
    let mut world = cluster(&["a", "b", "c"]);
    (0..30).for_each(|n| world.put(ours(&format!("p{n:02}"), "containers: [{}]")));
    world.run(SECOND);
    let times = |is_it: fn(&Record) -> bool| {
        let meant = world.records.iter().filter(move |(.., record)| is_it(record));
        meant.map(|(at, ..)| *at).collect::<Vec<_>>()
    };
    let decided = times(|record| matches!(record, Record::Decided(_)));
    let bound = times(|record| matches!(record, Record::Bound(_)));
    assert_eq!((decided.len(), bound.len()), (30, 30));
    let cycle = Duration::from_micros(200 + 3 * 2);
    assert!(decided.windows(2).all(|pair| pair[1].since(pair[0]) == cycle));
    assert!(bound[0].since(decided[0]) > 5 * cycle, "several are on their way at once");
    let counts = ["a", "b", "c"]
        .map(|node| (0..30).filter(|n| world.node_of(&format!("p{n:02}")) == node).count());
    assert_eq!(counts, [10, 10, 10], "{counts:?}");
}

#[test]
fn leaves_alone_what_is_not_its_to_schedule() {
    let mut world = cluster(&["n"]);
    world.put(pod("{metadata: {name: other}, spec: {schedulerName: another}}"));
    world.put(ours("gated", "schedulingGates: [{name: x}]"));
    world.put(ours("ended", "").with(|pod| {
        let status = crate::api::types::PodStatus { phase: "Failed".into(), ..Default::default() };
        pod.status = status.into();
    }));
    world.run(SECOND);
    for name in ["other", "gated", "ended"] {
        assert_eq!((world.node_of(name), world.events(name)), ("".into(), vec![]), "{name}");
    }
    world.put(ours("gated", ""));
    world.run(SECOND);
    assert_eq!(world.node_of("gated"), "n");
}

#[test]
fn does_not_schedule_what_is_being_deleted() {
    let mut world = cluster(&["n"]);
    world.put(ours("p", "").with_meta(|meta| meta.deletion_timestamp = Some(Default::default())));
    world.run(SECOND);
    assert_eq!(world.node_of("p"), "");
    let skipped = ("FailedScheduling".into(), "skip schedule deleting pod: default/p".into());
    assert_eq!(world.events("p"), [skipped]);
}

#[test]
fn makes_room_for_the_important() {
    let mut world = cluster(&["a", "b"]);
    let low = |name: &str, node: &str| {
        let spec = "containers: [{resources: {requests: {cpu: '3'}}}]";
        ours(name, &format!("{spec}, priority: 1, nodeName: {node}"))
    };
    world.put(low("low-a", "a"));
    world.put(low("low-b", "b").with(|pod| {
        let mut spec = (*pod.spec).clone();
        spec.priority = Some(5);
        pod.spec = spec.into();
    }));
    world.run(SECOND);
    let spec = "priority: 100, containers: [{resources: {requests: {cpu: '2'}}}]";
    world.put(ours("vip", spec));
    world.run(Duration::from_millis(20));
    assert!(world.pod("low-a").is_none() && world.pod("low-b").is_some());
    let preempted = world.events("low-a");
    assert_eq!(preempted[0].0, "Preempted");
    assert!(preempted[0].1.ends_with(" on node a"), "{preempted:?}");
    assert_eq!(message(&world, "vip"), "0/2 nodes are available: 2 Insufficient cpu.");
    assert_eq!(world.pod("vip").unwrap().status.nominated_node_name, "a");
    world.run(2 * SECOND);
    assert_eq!(world.node_of("vip"), "a");
}

#[test]
fn a_lost_connection_loses_no_pod() {
    let mut world = cluster(&["n"]);
    world.put(cpu("p", 1));
    // The binding is on its way back when the connection breaks.
    world.run(Duration::from_micros(3300));
    assert_eq!(world.node_of("p"), "n");
    world.disconnect(0);
    world.put(cpu("q", 1));
    world.run(30 * SECOND);
    assert_eq!((world.node_of("p"), world.node_of("q")), ("n".into(), "n".into()));
    let work = world.schedulers[0].work().unwrap();
    assert_eq!(work.cache.node("n").map(|node| node.requested.milli_cpu), Some(2000));
    assert!(work.queue.is_empty() && work.binding().next().is_none());
}

#[test]
fn one_leads_and_another_takes_over() {
    let mut world = World::new(3);
    world.put(plain_node("n", ""));
    world.run(5 * SECOND);
    let leader = |world: &World| {
        let leading: Vec<_> = (0..3).filter(|n| world.schedulers[*n].is_leading()).collect();
        leading.try_into().map(|[n]: [usize; 1]| n).expect("exactly one leads")
    };
    let first = leader(&world);
    for n in (0..3).filter(|n| *n != first) {
        assert!(world.schedulers[n].work().is_none(), "standing by counts nothing");
    }
    world.put(cpu("p", 1));
    world.run(SECOND);
    world.cut_off.insert(first);
    world.put(cpu("q", 1));
    world.run(9 * SECOND);
    assert_eq!((world.node_of("p"), world.node_of("q")), ("n".into(), "".into()));
    world.run(20 * SECOND);
    let second = leader(&world);
    assert_ne!(second, first);
    assert_eq!(world.node_of("q"), "n");
    let work = world.schedulers[second].work().unwrap();
    assert_eq!(work.cache.node("n").map(|node| node.requested.milli_cpu), Some(2000));
    let end = world.log(first);
    assert_eq!(end[end.len() - 2..], ["Leaderelection lost", "Starting Kubernetes Scheduler"]);
    world.cut_off.clear();
    world.run(60 * SECOND);
    assert_eq!(leader(&world), second, "who comes back stands by");
    assert!(world.schedulers[first].work().is_none());
}

#[test]
fn an_idle_scheduler_only_renews_its_lease() {
    let mut world = cluster(&["n"]);
    world.put(cpu("p", 1));
    world.put(cpu("large", 9));
    world.run(10 * SECOND);
    let before = (world.records.len(), world.asked());
    world.run(60 * SECOND);
    assert_eq!((world.records.len(), world.asked()), (before.0, before.1 + 30));
}

#[test]
fn a_copy_lives_the_same_life() {
    let mut world = cluster(&["a", "b", "c", "d"]);
    (0..20).for_each(|n| world.put(ours(&format!("p{n}"), "containers: [{}]")));
    world.run(Duration::from_millis(4));
    let mut copy = world.clone();
    for world in [&mut world, &mut copy] {
        world.remove(Resource::PODS, &Key::new("default", "p3"));
        world.run(5 * SECOND);
    }
    assert_eq!(world.log(0), copy.log(0));
    assert!(world.records.len() > 40);
}
