//! The process itself: who leads, what a restart forgets, and what it survives.

use super::testing::World;
use super::{Config, NAMES};
use crate::api::codec::StrMap;
use crate::api::types::*;
use crate::api::{MicroTime, Object, Resource, Status};
use crate::sim::Duration;

fn set(replicas: i32) -> Object {
    let match_labels = StrMap::from([("app", "web")]);
    let metadata = ObjectMeta { labels: match_labels.clone(), ..ObjectMeta::default() };
    let spec = ReplicaSetSpec {
        replicas: Some(replicas),
        selector: LabelSelector { match_labels, ..LabelSelector::default() },
        template: PodTemplateSpec { metadata, ..PodTemplateSpec::default() },
        ..ReplicaSetSpec::default()
    };
    let meta =
        ObjectMeta { name: "web".into(), namespace: "default".into(), ..ObjectMeta::default() };
    Object::new(meta, ReplicaSet { spec: spec.into(), ..ReplicaSet::default() })
}

fn count(world: &World, line: &str) -> usize {
    world.log.iter().filter(|told| *told == line).count()
}

const LEADING: &str = "successfully acquired lease kube-system/kube-controller-manager";

#[test]
fn a_standby_looks_at_nothing_but_the_lease() {
    let mut world = World::new();
    let spec = LeaseSpec {
        holder_identity: Some("other".into()),
        lease_duration_seconds: Some(15),
        renew_time: Some(MicroTime::at(world.now)),
        ..LeaseSpec::default()
    };
    let (name, namespace) = ("kube-controller-manager".into(), "kube-system".into());
    let meta = ObjectMeta { name, namespace, ..ObjectMeta::default() };
    world.create(Object::new(meta, Lease { spec: spec.into() }));
    world.run(14_000);
    assert!(world.log.is_empty() && !world.manager.is_leading());
    assert!(world.requests.keys().all(|what| what == "get leases"), "{:?}", world.requests);
    // The other has not been seen to renew for as long as its lease lasts.
    world.run(10_000);
    assert!(world.manager.is_leading());
    let started = world.log.iter().filter(|line| line.starts_with("Started controller")).count();
    assert_eq!((count(&world, LEADING), started), (1, NAMES.len()));
}

#[test]
fn who_cannot_renew_ends_and_begins_anew() {
    let mut world = World::new();
    world.run(5000);
    world.add_node("node-1");
    world.create(set(2));
    world.run(3000);
    let refusal = Status::unavailable("etcdserver: no leader");
    world.refuse.push(("update", Resource::LEASES, refusal));
    world.run(14_000);
    assert_eq!(count(&world, "leaderelection lost"), 1);
    assert!(!world.manager.is_leading());
    let pods = world.asked("create pods");
    world.refuse.clear();
    world.change::<ReplicaSet>("web", |set| {
        let mut spec = (*set.spec).clone();
        spec.replicas = Some(3);
        set.spec = spec.into();
    });
    world.run(30_000);
    assert_eq!((count(&world, LEADING), world.all::<Pod>().len()), (2, 3));
    assert_eq!(world.asked("create pods"), pods + 1);
}

#[test]
fn a_broken_connection_is_taken_up_again() {
    let mut world = World::new();
    world.run(5000);
    world.add_node("node-1");
    world.create(set(5));
    // In the middle of making pods: some answers never come.
    world.run(6);
    world.disconnect();
    world.run(30_000);
    assert!(world.manager.is_leading());
    assert_eq!(world.all::<Pod>().len(), 5);
    assert_eq!(world.get::<ReplicaSet>("web").unwrap().status.ready_replicas, 5);
}

#[test]
fn the_same_world_tells_the_same_story() {
    let story = || {
        let mut world = World::new();
        world.run(5000);
        world.add_node("node-1");
        world.create(set(20));
        world.run(60_000);
        world.log
    };
    assert_eq!(story(), story());
}

#[test]
fn a_clone_goes_its_own_way() {
    let mut world = World::new();
    world.run(5000);
    world.add_node("node-1");
    world.create(set(3));
    world.run(5000);
    let before = world.manager.clone();
    world.create(set(3).with_meta(|meta| meta.name = "other".into()));
    world.run(5000);
    let sets = |manager: &super::Manager| manager.caches().objects::<ReplicaSet>().len();
    assert_eq!((sets(&before), sets(&world.manager)), (1, 2));
}

#[test]
fn requests_wait_for_the_rate_limit_and_for_work() {
    let costs = super::Costs { reconcile: Duration::from_secs(1), ..super::Costs::default() };
    let mut world = World::with_config(Config { costs, ..Config::default() });
    world.run(5000);
    world.create(set(1));
    world.run(900);
    assert_eq!(world.asked("create pods"), 0);
    world.run(200);
    assert_eq!(world.asked("create pods"), 1);
    // Thirty at once, then twenty a second: batches of 1, 2, 4 … up to 100 take a while.
    let mut world = World::new();
    world.run(5000);
    world.create(set(100));
    world.run(2000);
    let early = world.asked("create pods");
    assert!((30..80).contains(&early), "{early}");
    world.run(10_000);
    assert_eq!(world.asked("create pods"), 100);
}
