//! ReplicaSets against a small apiserver.

use crate::api::codec::StrMap;
use crate::api::rpc::DeleteOptions;
use crate::api::types::*;
use crate::api::{Object, Reason, Resource, Status, Str};
use crate::controllers::testing::World;
use crate::sim::Duration;

fn template() -> PodTemplateSpec {
    let metadata = ObjectMeta { labels: StrMap::from([("app", "web")]), ..ObjectMeta::default() };
    PodTemplateSpec { metadata, ..PodTemplateSpec::default() }
}

fn set(name: &str, replicas: i32, min_ready_seconds: i32) -> Object {
    let match_labels = StrMap::from([("app", "web")]);
    let spec = ReplicaSetSpec {
        replicas: Some(replicas),
        min_ready_seconds,
        selector: LabelSelector { match_labels, ..LabelSelector::default() },
        template: template(),
        ..ReplicaSetSpec::default()
    };
    let meta =
        ObjectMeta { name: name.into(), namespace: "default".into(), ..ObjectMeta::default() };
    Object::new(meta, ReplicaSet { spec: spec.into(), ..ReplicaSet::default() })
}

fn scale(world: &mut World, replicas: i32) {
    world.change::<ReplicaSet>("web", |set| {
        let mut spec = (*set.spec).clone();
        spec.replicas = Some(replicas);
        set.spec = spec.into();
    });
}

fn status(world: &World) -> (i32, i32, i32) {
    let status = &world.get::<ReplicaSet>("web").unwrap().status;
    (status.replicas, status.ready_replicas, status.available_replicas)
}

fn world() -> World {
    let mut world = World::new();
    world.run(5000);
    world.add_node("node-1");
    world.add_node("node-2");
    world
}

#[test]
fn keeps_the_number_up_and_down() {
    let mut world = world();
    world.create(set("web", 3, 0));
    world.run(3000);
    assert_eq!((world.all::<Pod>().len(), status(&world)), (3, (3, 3, 3)));
    scale(&mut world, 5);
    world.run(3000);
    scale(&mut world, 1);
    world.run(3000);
    assert_eq!((world.all::<Pod>().len(), status(&world)), (1, (1, 1, 1)));
    assert_eq!(world.events("SuccessfulCreate").len(), 5);
    assert_eq!(world.events("SuccessfulDelete").len(), 4);
    let pod = world.all::<Pod>()[0].name().to_owned();
    world.delete::<Pod>(&pod, &DeleteOptions::default());
    world.run(3000);
    assert_eq!((world.all::<Pod>().len(), status(&world)), (1, (1, 1, 1)));
}

#[test]
fn a_cache_that_lags_makes_no_duplicates() {
    let mut world = world();
    world.watch_lag = Duration::from_secs(3);
    world.create(set("web", 40, 0));
    for _ in 0..40 {
        world.run(1000);
        assert!(world.all::<Pod>().len() <= 40);
    }
    assert_eq!((world.asked("create pods"), status(&world)), (40, (40, 40, 40)));
}

#[test]
fn starts_slowly_and_says_why_it_cannot() {
    let mut world = world();
    let status = Status::forbidden(Resource::PODS, "web-", "exceeded quota");
    world.refuse.push(("create", Resource::PODS, status));
    world.create(set("web", 100, 0));
    world.run(4);
    world.run(40);
    assert!((1..5).contains(&world.asked("create pods")), "{:?}", world.requests);
    world.run(1000);
    let set = world.get::<ReplicaSet>("web").unwrap();
    let failure = &set.status.conditions[0];
    let told = (failure.kind.as_str(), failure.reason.as_str(), failure.message.as_str());
    let message = "pods \"web-\" is forbidden: exceeded quota";
    assert_eq!(told, ("ReplicaFailure", "FailedCreate", message));
    assert_eq!(world.events("FailedCreate")[0], format!("Error creating: {message}"));
    world.refuse.clear();
    world.run(60_000);
    assert_eq!(world.all::<Pod>().len(), 100);
    assert!(world.get::<ReplicaSet>("web").unwrap().status.conditions.is_empty());
}

#[test]
fn adopts_and_releases() {
    let mut world = world();
    let labels = StrMap::from([("app", "web")]);
    let (name, namespace): (Str, Str) = ("lonely".into(), "default".into());
    let meta = ObjectMeta { name, namespace, labels, ..ObjectMeta::default() };
    world.create(Object::new(meta, Pod::default()));
    world.run(1000);
    world.create(set("web", 2, 0));
    world.run(3000);
    let owner = |world: &World, pod: &str| {
        world.get::<Pod>(pod).unwrap().meta().controller().map(|owner| owner.name.clone())
    };
    assert_eq!((world.all::<Pod>().len(), owner(&world, "lonely")), (2, Some("web".into())));
    let stray = world.get::<Pod>("lonely").unwrap();
    let stray = stray.with_meta(|meta| meta.labels = StrMap::default());
    world.replace(stray.into());
    world.run(3000);
    assert_eq!((world.all::<Pod>().len(), owner(&world, "lonely")), (3, None));
    assert_eq!(status(&world), (2, 2, 2));
}

#[test]
fn a_conflict_of_the_status_is_overcome() {
    let mut world = world();
    let conflict = Status::modified(Resource::REPLICASETS, "web");
    assert_eq!(conflict.reason, Reason::Conflict);
    world.refuse.push(("update", Resource::REPLICASETS, conflict));
    world.create(set("web", 1, 0));
    world.run(2000);
    assert_eq!(status(&world), (0, 0, 0));
    world.refuse.clear();
    world.run(10_000);
    assert_eq!((world.asked("create pods"), status(&world)), (1, (1, 1, 1)));
}

#[test]
fn pods_become_available_after_a_while() {
    let mut world = world();
    world.create(set("web", 2, 7));
    world.run(3000);
    assert_eq!(status(&world), (2, 2, 0));
    world.run(7000);
    assert_eq!(status(&world), (2, 2, 2));
}

#[test]
fn replication_controllers_do_the_same() {
    let mut world = world();
    let spec = ReplicationControllerSpec {
        replicas: Some(2),
        selector: StrMap::from([("app", "web")]),
        template: Some(template()),
        ..ReplicationControllerSpec::default()
    };
    let meta =
        ObjectMeta { name: "web".into(), namespace: "default".into(), ..ObjectMeta::default() };
    let body = ReplicationController { spec: spec.into(), ..ReplicationController::default() };
    world.create(Object::new(meta, body));
    world.run(3000);
    let status = world.get::<ReplicationController>("web").unwrap().status.clone();
    let counts = [status.replicas, status.fully_labeled_replicas, status.available_replicas];
    assert_eq!((counts, status.terminating_replicas), ([2, 2, 2], None));
    let owners: Vec<Str> = world
        .all::<Pod>()
        .iter()
        .map(|pod| pod.meta().controller().unwrap().kind.clone())
        .collect();
    assert_eq!(owners, ["ReplicationController", "ReplicationController"]);
    let events = world.all::<Event>();
    let source = |event: &Event| event.body.source.component.clone();
    assert!(events.iter().any(|event| source(event) == "replication-controller"));
}
