//! The garbage collector, together with Deployments, against a small apiserver.

use crate::api::codec::StrMap;
use crate::api::rpc::{DeleteOptions, Propagation};
use crate::api::types::*;
use crate::api::{Object, Str, Uid};
use crate::controllers::testing::World;

fn meta(name: &str) -> ObjectMeta {
    ObjectMeta { name: name.into(), namespace: "default".into(), ..ObjectMeta::default() }
}

fn set() -> Object {
    let labels = StrMap::from([("app", "web")]);
    let metadata = ObjectMeta { labels: labels.clone(), ..ObjectMeta::default() };
    let spec = ReplicaSetSpec {
        replicas: Some(3),
        selector: LabelSelector { match_labels: labels, ..LabelSelector::default() },
        template: PodTemplateSpec { metadata, ..PodTemplateSpec::default() },
        ..ReplicaSetSpec::default()
    };
    Object::new(meta("web"), ReplicaSet { spec: spec.into(), ..ReplicaSet::default() })
}

fn owned(name: &str, owner: Uid) -> Object {
    let owner = OwnerReference {
        api_version: "apps/v1".into(),
        kind: "ReplicaSet".into(),
        name: "web".into(),
        uid: owner,
        ..OwnerReference::default()
    };
    Object::new(ObjectMeta { owner_references: [owner].into(), ..meta(name) }, ConfigMap::default())
}

fn world() -> World {
    let mut world = World::new();
    world.run(5000);
    world.add_node("node-1");
    world.create(set());
    world.run(3000);
    assert_eq!(world.all::<Pod>().len(), 3);
    world
}

fn delete(world: &mut World, propagation: Propagation) {
    let options = DeleteOptions { propagation: Some(propagation), ..DeleteOptions::default() };
    world.delete::<ReplicaSet>("web", &options);
}

#[test]
fn dependents_go_after_their_owner() {
    let mut world = world();
    delete(&mut world, Propagation::Background);
    assert!(world.get::<ReplicaSet>("web").is_none());
    world.run(5000);
    assert!(world.all::<Pod>().is_empty());
}

#[test]
fn or_before_it() {
    let mut world = world();
    world.silent.insert("node-1".into());
    delete(&mut world, Propagation::Foreground);
    world.run(5000);
    assert!(world.all::<Pod>().iter().all(|pod| pod.meta().is_deleting()));
    assert!(world.get::<ReplicaSet>("web").unwrap().meta().is_deleting());
    let now = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
    let names: Vec<Str> = world.all::<Pod>().iter().map(|pod| pod.name().into()).collect();
    names.iter().for_each(|name| world.delete::<Pod>(name, &now));
    world.run(5000);
    assert!(world.get::<ReplicaSet>("web").is_none() && world.all::<Pod>().is_empty());
}

#[test]
fn or_stay() {
    let mut world = world();
    delete(&mut world, Propagation::Orphan);
    world.run(5000);
    assert!(world.get::<ReplicaSet>("web").is_none());
    let pods = world.all::<Pod>();
    assert_eq!(pods.len(), 3);
    assert!(pods.iter().all(|pod| pod.meta().owner_references.is_empty()));
}

#[test]
fn an_owner_that_never_was_is_looked_for() {
    let mut world = world();
    let owner = world.get::<ReplicaSet>("web").unwrap().uid();
    world.create(owned("kept", owner));
    world.create(owned("left", Uid(7)));
    world.run(3000);
    assert!(world.get::<ConfigMap>("kept").is_some());
    assert!(world.get::<ConfigMap>("left").is_none());
}

#[test]
fn one_owner_is_enough() {
    let mut world = world();
    let owner = world.get::<ReplicaSet>("web").unwrap().uid();
    let both = owned("both", owner).with_meta(|meta| {
        let second = OwnerReference { uid: Uid(7), ..meta.owner_references[0].clone() };
        meta.owner_references = [meta.owner_references[0].clone(), second].into();
    });
    world.create(both);
    world.run(3000);
    let both = world.get::<ConfigMap>("both").unwrap();
    let owners: Vec<Uid> = both.meta().owner_references.iter().map(|owner| owner.uid).collect();
    assert_eq!(owners, [owner]);
}
