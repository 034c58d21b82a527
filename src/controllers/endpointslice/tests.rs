//! EndpointSlices against a small apiserver.

use crate::api::codec::StrMap;
use crate::api::rpc::DeleteOptions;
use crate::api::types::*;
use crate::api::{IntOrString, Object, Str};
use crate::controllers::testing::World;
use crate::sim::Duration;

fn meta(name: &str) -> ObjectMeta {
    let labels = StrMap::from([("app", "web")]);
    ObjectMeta { name: name.into(), namespace: "default".into(), labels, ..ObjectMeta::default() }
}

fn service() -> Object {
    let port = ServicePort {
        port: 80,
        protocol: "TCP".into(),
        target_port: IntOrString::Str("http".into()),
        ..ServicePort::default()
    };
    let spec = ServiceSpec {
        cluster_ip: "10.96.0.7".into(),
        ip_families: ["IPv4".into()].into(),
        ports: [port].into(),
        selector: StrMap::from([("app", "web")]),
        kind: "ClusterIP".into(),
        ..ServiceSpec::default()
    };
    Object::new(meta("web"), Service { spec: spec.into(), ..Service::default() })
}

fn pod(name: &str, number: i32) -> Object {
    let port = ContainerPort {
        name: "http".into(),
        container_port: number,
        protocol: "TCP".into(),
        ..ContainerPort::default()
    };
    let container = Container { ports: [port].into(), ..Container::default() };
    let spec = PodSpec { containers: [container].into(), ..PodSpec::default() };
    Object::new(meta(name), Pod { spec: spec.into(), ..Pod::default() })
}

/// A slice as its port and its endpoints: their names, and whether they are ready and terminating.
type Told = (i32, Vec<(Str, bool, bool)>);

/// Each slice as it is told.
fn slices(world: &World) -> Vec<Told> {
    let told = |endpoint: &Endpoint| {
        let conditions = &endpoint.conditions;
        let name = endpoint.target_ref.as_ref().unwrap().name.clone();
        (name, conditions.ready.unwrap(), conditions.terminating.unwrap())
    };
    let slice = |slice: &EndpointSlice| {
        let port = slice.body.ports.first().and_then(|port| port.port).unwrap_or_default();
        (port, slice.body.endpoints.iter().map(told).collect())
    };
    let mut slices: Vec<_> = world.all::<EndpointSlice>().iter().map(|s| slice(s)).collect();
    slices.sort();
    slices
}

fn world() -> World {
    let mut world = World::new();
    world.run(5000);
    world.add_node("node-1");
    world.create(service());
    world.run(2000);
    world
}

#[test]
fn follow_the_pods() {
    let mut world = world();
    assert_eq!(slices(&world), [(0, vec![])]);
    world.create(pod("a", 8080));
    world.create(pod("b", 8080));
    world.run(3000);
    let ready = |name: &str| (Str::from(name), true, false);
    assert_eq!(slices(&world), [(8080, vec![ready("a"), ready("b")])]);
    let slice = &world.all::<EndpointSlice>()[0];
    assert!(slice.name().starts_with("web-"));
    assert_eq!(slice.meta().label("kubernetes.io/service-name"), Some("web"));
    assert_eq!(slice.meta().label("app"), Some("web"));
    assert!(slice.meta().annotation("endpoints.kubernetes.io/last-change-trigger-time").is_some());
    // A pod on its way out stays, and is told from the others.
    world.silent.insert("node-1".into());
    world.delete::<Pod>("a", &DeleteOptions::default());
    world.run(2000);
    assert_eq!(slices(&world), [(8080, vec![("a".into(), false, true), ready("b")])]);
    let now = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
    world.delete::<Pod>("a", &now);
    world.delete::<Pod>("b", &now);
    world.run(2000);
    assert_eq!(slices(&world), [(0, vec![])]);
}

#[test]
fn ports_may_differ_from_pod_to_pod() {
    let mut world = world();
    world.create(pod("a", 8080));
    world.create(pod("b", 9090));
    world.run(3000);
    let ready = |name: &str| vec![(Str::from(name), true, false)];
    assert_eq!(slices(&world), [(8080, ready("a")), (9090, ready("b"))]);
}

#[test]
fn a_cache_that_lags_makes_no_second_slice() {
    let mut world = world();
    world.watch_lag = Duration::from_secs(3);
    for n in 0..20 {
        world.create(pod(&format!("pod-{n:02}"), 8080));
        world.run(400);
    }
    world.run(60_000);
    assert_eq!(slices(&world).len(), 1);
    assert_eq!(slices(&world)[0].1.len(), 20);
    assert_eq!(world.asked("create endpointslices"), 1);
}

#[test]
fn another_hand_is_corrected() {
    let mut world = world();
    world.create(pod("a", 8080));
    world.run(3000);
    let slice = world.all::<EndpointSlice>().remove(0);
    let emptied = slice.with(|slice| {
        let mut body = (*slice.body).clone();
        body.endpoints = [].into();
        slice.body = body.into();
    });
    world.replace(emptied.into());
    world.run(2000);
    assert_eq!(slices(&world), [(8080, vec![("a".into(), true, false)])]);
    let key = slice.key();
    world.delete::<EndpointSlice>(key.name(), &DeleteOptions::default());
    world.run(2000);
    assert_eq!(slices(&world), [(8080, vec![("a".into(), true, false)])]);
}
