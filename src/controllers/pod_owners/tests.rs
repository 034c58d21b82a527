//! DaemonSets, StatefulSets and Jobs against a small apiserver.

use crate::api::testkit;
use crate::api::types::{Node, Pod};
use crate::api::{Key, Object, Resource, Value};
use crate::controllers::testing::World;

fn object(resource: Resource, json: &str) -> Object {
    let mut value = testkit::json(json);
    *value.entry_path(&["metadata", "namespace"]) = "default".into();
    Object::load(resource, &value)
}

fn with_template(kind: &str, spec: &str) -> String {
    format!(
        r#"{{"metadata":{{"name":"{kind}"}},"spec":{{{spec}"selector":{{"matchLabels":{{"a":"b"}}}},
        "template":{{"metadata":{{"labels":{{"a":"b"}}}},
        "spec":{{"containers":[{{"name":"c","image":"one"}}]}}}}}}}}"#
    )
}

fn world(nodes: usize) -> World {
    let mut world = World::new();
    world.run(5000);
    for node in 1..=nodes {
        world.add_node(&format!("node-{node}"));
    }
    world
}

fn status(world: &World, resource: Resource, name: &str, field: &str) -> Value {
    let object = world.stored(resource, &Key::new("default", name));
    object.map(|object| object.to_value().at_path(&["status", field]).clone()).unwrap_or_default()
}

fn names(world: &World) -> Vec<String> {
    world.all::<Pod>().iter().map(|pod| pod.name().to_owned()).collect()
}

#[test]
fn every_node_that_will_have_one_gets_a_pod() {
    let mut world = world(3);
    let strategy = r#""updateStrategy":{"type":"RollingUpdate"},"#;
    world.create(object(Resource::DAEMONSETS, &with_template("ds", strategy)));
    world.run(3000);
    let count = |world: &World, field: &str| {
        status(world, Resource::DAEMONSETS, "ds", field).as_int().unwrap_or(0)
    };
    assert_eq!((world.all::<Pod>().len(), count(&world, "desiredNumberScheduled")), (3, 3));
    world.change::<Node>("node-2", |node| {
        let taint = Value::map([("effect", Value::from("NoExecute")), ("key", "x".into())]);
        let spec = Value::map([("spec", Value::map([("taints", vec![taint].into())]))]);
        let tainted = Object::load(Resource::NODES, &spec);
        node.spec = tainted.get::<Node>().expect("a node").spec.clone();
    });
    world.run(3000);
    assert_eq!((world.all::<Pod>().len(), count(&world, "desiredNumberScheduled")), (2, 2));
    world.add_node("node-4");
    world.run(3000);
    assert_eq!(world.all::<Pod>().len(), 3);
}

#[test]
fn stateful_pods_come_and_go_in_order() {
    let mut world = world(2);
    let spec = r#""replicas":3,"serviceName":"s",
        "updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":0}},"#;
    world.create(object(Resource::STATEFULSETS, &with_template("web", spec)));
    world.run(200);
    assert_eq!(names(&world), ["web-0"]);
    world.run(5000);
    assert_eq!(names(&world), ["web-0", "web-1", "web-2"]);
    assert_eq!(status(&world, Resource::STATEFULSETS, "web", "readyReplicas"), Value::Int(3));
    let mut value = world
        .stored(Resource::STATEFULSETS, &Key::new("default", "web"))
        .expect("the set")
        .to_value();
    *value.entry_path(&["spec", "replicas"]) = Value::Int(1);
    world.replace(Object::load(Resource::STATEFULSETS, &value));
    world.run(5000);
    assert_eq!(names(&world), ["web-0"]);
    let deleted = world.events("SuccessfulDelete");
    assert_eq!(deleted.len(), 2);
}

#[test]
fn a_job_ends_when_its_pods_have_ended_well() {
    let mut world = world(1);
    let spec = r#""completions":2,"parallelism":1,"backoffLimit":1,"#;
    world.create(object(Resource::JOBS, &with_template("job", spec)));
    for _ in 0..2 {
        world.run(3000);
        let running: Vec<String> = world
            .all::<Pod>()
            .iter()
            .filter(|pod| pod.status.phase == "Running")
            .map(|pod| pod.name().to_owned())
            .collect();
        assert_eq!(running.len(), 1);
        world.change::<Pod>(&running[0], |pod| {
            let mut status = (*pod.status).clone();
            status.phase = "Succeeded".into();
            pod.status = status.into();
        });
    }
    world.run(3000);
    assert_eq!(status(&world, Resource::JOBS, "job", "succeeded"), Value::Int(2));
    let conditions = status(&world, Resource::JOBS, "job", "conditions");
    let kinds: Vec<&str> = conditions.items().iter().map(|c| c.at("type").text()).collect();
    assert_eq!(kinds, ["SuccessCriteriaMet", "Complete"]);
    assert_eq!(world.events("Completed").len(), 1);
}
