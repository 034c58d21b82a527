//! Deployments, together with ReplicaSets, against a small apiserver.

use crate::api::codec::StrMap;
use crate::api::types::*;
use crate::api::{IntOrString, Object, Resource, Status, Str, Typed};
use crate::controllers::condition;
use crate::controllers::testing::World;

fn template(image: &str) -> PodTemplateSpec {
    let metadata = ObjectMeta { labels: StrMap::from([("app", "web")]), ..ObjectMeta::default() };
    let container = Container { image: image.into(), ..Container::default() };
    let spec = PodSpec { containers: [container].into(), ..PodSpec::default() };
    PodTemplateSpec { metadata, spec: spec.into(), ..PodTemplateSpec::default() }
}

fn deployment(replicas: i32, kind: &str, (surge, unavailable): (i32, i32)) -> Object {
    let match_labels = StrMap::from([("app", "web")]);
    let rolling_update = (kind == "RollingUpdate").then(|| RollingUpdateDeployment {
        max_surge: Some(IntOrString::Int(surge)),
        max_unavailable: Some(IntOrString::Int(unavailable)),
        ..RollingUpdateDeployment::default()
    });
    let spec = DeploymentSpec {
        replicas: Some(replicas),
        progress_deadline_seconds: Some(600),
        revision_history_limit: Some(10),
        selector: LabelSelector { match_labels, ..LabelSelector::default() },
        strategy: DeploymentStrategy {
            kind: kind.into(),
            rolling_update,
            ..DeploymentStrategy::default()
        },
        template: template("nginx:1.25"),
        ..DeploymentSpec::default()
    };
    let meta =
        ObjectMeta { name: "web".into(), namespace: "default".into(), ..ObjectMeta::default() };
    Object::new(meta, Deployment { spec: spec.into(), ..Deployment::default() })
}

fn change(world: &mut World, change: impl FnOnce(&mut DeploymentSpec)) {
    world.change::<Deployment>("web", |deployment| {
        let mut spec = (*deployment.spec).clone();
        change(&mut spec);
        deployment.spec = spec.into();
    });
}

fn set_image(world: &mut World, image: &str) {
    change(world, |spec| spec.template = template(image));
}

fn world() -> World {
    let mut world = World::new();
    world.run(5000);
    world.add_node("node-1");
    world.add_node("node-2");
    world
}

fn status(world: &World) -> [i32; 4] {
    let status = &world.get::<Deployment>("web").unwrap().status;
    let counts = [status.replicas, status.updated_replicas, status.ready_replicas];
    [counts[0], counts[1], counts[2], status.available_replicas]
}

/// Every condition as type, status, reason and message, with the hashes of names left out.
fn conditions(world: &World) -> Vec<String> {
    let deployment = world.get::<Deployment>("web").unwrap();
    let text = |c: &Condition| {
        let message = c.message.split('"').collect::<Vec<_>>();
        let message = match message[..] {
            [before, _, after] => format!("{before}\"web-HASH\"{after}"),
            _ => c.message.to_string(),
        };
        format!("{} {} {} {message}", c.kind, c.status, c.reason)
    };
    deployment.status.conditions.iter().map(text).collect()
}

/// What was scaled, without the names of ReplicaSets.
fn scalings(world: &World) -> Vec<String> {
    let short = |message: &Str| {
        let words: Vec<_> = message.split(' ').collect();
        format!("{} {}-{}", words[1], words[6], words[8])
    };
    let mut events: Vec<_> = world.all::<Event>();
    events.retain(|event| event.body.reason == "ScalingReplicaSet");
    // Names end in the time of the event.
    events.sort_by(|a, b| a.name().cmp(b.name()));
    events.iter().map(|event| short(&event.body.message)).collect()
}

fn revisions(world: &World) -> Vec<(Str, Str)> {
    let sets = world.all::<ReplicaSet>();
    let revision = |set: &Typed<ReplicaSet>| {
        let revision = set.meta().annotation("deployment.kubernetes.io/revision").unwrap();
        (revision.into(), set.spec.template.spec.containers[0].image.clone())
    };
    let mut revisions: Vec<_> = sets.iter().map(revision).collect();
    revisions.sort();
    revisions
}

#[test]
fn makes_a_replica_set_that_makes_pods() {
    let mut world = world();
    world.create(deployment(3, "RollingUpdate", (1, 0)));
    world.run(4000);
    assert_eq!(status(&world), [3, 3, 3, 3]);
    assert_eq!(
        conditions(&world),
        [
            "Available True MinimumReplicasAvailable Deployment has minimum availability.",
            "Progressing True NewReplicaSetAvailable \
             ReplicaSet \"web-HASH\" has successfully progressed.",
        ]
    );
    assert_eq!(scalings(&world), ["up 0-3"]);
    let deployment = world.get::<Deployment>("web").unwrap();
    let set = &world.all::<ReplicaSet>()[0];
    let annotation = |key: &str| set.meta().annotation(&format!("deployment.kubernetes.io/{key}"));
    let told = ["revision", "desired-replicas", "max-replicas"].map(annotation);
    assert_eq!(told, [Some("1"), Some("3"), Some("4")]);
    assert_eq!(deployment.meta().annotation("deployment.kubernetes.io/revision"), Some("1"));
    assert_eq!(deployment.status.terminating_replicas, Some(0));
    let hash = set.meta().label("pod-template-hash").unwrap();
    assert_eq!(set.name(), format!("web-{hash}"));
    let pods = world.all::<Pod>();
    assert!(pods.iter().all(|pod| pod.meta().label("pod-template-hash") == Some(hash)));
}

#[test]
fn rolls_step_by_step() {
    let check = |kind, bounds, expected: &[&str]| {
        let mut world = world();
        world.create(deployment(3, kind, bounds));
        world.run(4000);
        set_image(&mut world, "nginx:1.26");
        world.run(20_000);
        assert_eq!(scalings(&world), expected);
        assert_eq!(status(&world), [3, 3, 3, 3]);
        let revision = |n: &str, image: &str| (Str::from(n), Str::from(image));
        let expected = [revision("1", "nginx:1.25"), revision("2", "nginx:1.26")];
        assert_eq!(revisions(&world), expected);
        assert_eq!(world.all::<Pod>().len(), 3);
    };
    check(
        "RollingUpdate",
        (1, 0),
        &["up 0-3", "up 0-1", "down 3-2", "up 1-2", "down 2-1", "up 2-3", "down 1-0"],
    );
    check(
        "RollingUpdate",
        (0, 1),
        &["up 0-3", "down 3-2", "up 0-1", "down 2-1", "up 1-2", "down 1-0", "up 2-3"],
    );
    check("Recreate", (0, 0), &["up 0-3", "down 3-0", "up 0-3"]);
}

#[test]
fn rolls_back_with_a_new_revision() {
    let mut world = world();
    world.create(deployment(2, "RollingUpdate", (1, 0)));
    world.run(4000);
    set_image(&mut world, "nginx:1.26");
    world.run(10_000);
    set_image(&mut world, "nginx:1.25");
    world.run(10_000);
    let images: Vec<_> =
        revisions(&world).into_iter().map(|(n, image)| format!("{n} {image}")).collect();
    assert_eq!(images, ["2 nginx:1.26", "3 nginx:1.25"]);
    let sets = world.all::<ReplicaSet>();
    let history = |set: &&Typed<ReplicaSet>| {
        set.meta().annotation("deployment.kubernetes.io/revision-history") == Some("1")
    };
    assert_eq!(sets.iter().filter(history).count(), 1);
}

#[test]
fn keeps_as_much_history_as_it_may() {
    let mut world = world();
    world.create(deployment(1, "RollingUpdate", (1, 0)));
    change(&mut world, |spec| spec.revision_history_limit = Some(1));
    for n in 5..9 {
        world.run(8000);
        set_image(&mut world, &format!("nginx:1.2{n}"));
    }
    world.run(8000);
    let numbers: Vec<_> = revisions(&world).into_iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, ["3", "4"]);
}

#[test]
fn says_when_it_hangs() {
    let mut world = world();
    world.pods_run = false;
    world.create(deployment(1, "RollingUpdate", (1, 0)));
    change(&mut world, |spec| spec.progress_deadline_seconds = Some(4));
    world.run(3000);
    assert_eq!(
        conditions(&world)[1],
        "Progressing True ReplicaSetUpdated ReplicaSet \"web-HASH\" is progressing."
    );
    world.run(6000);
    assert_eq!(
        conditions(&world),
        [
            "Available False MinimumReplicasUnavailable \
             Deployment does not have minimum availability.",
            "Progressing False ProgressDeadlineExceeded \
             ReplicaSet \"web-HASH\" has timed out progressing.",
        ]
    );
}

#[test]
fn resizes_in_the_middle_of_a_rollout_in_proportion() {
    let mut world = world();
    world.create(deployment(10, "RollingUpdate", (3, 2)));
    world.run(8000);
    world.pods_run = false;
    set_image(&mut world, "nginx:1.26");
    world.run(8000);
    let sizes = |world: &World| {
        let sets = world.all::<ReplicaSet>();
        let mut sizes: Vec<_> = sets.iter().map(|set| set.spec.replicas.unwrap()).collect();
        sizes.sort_unstable();
        sizes
    };
    assert_eq!(sizes(&world), [5, 8]);
    change(&mut world, |spec| spec.replicas = Some(15));
    world.run(8000);
    assert_eq!(sizes(&world), [7, 11]);
}

#[test]
fn rests_while_paused() {
    let mut world = world();
    world.create(deployment(2, "RollingUpdate", (1, 0)));
    world.run(4000);
    change(&mut world, |spec| spec.paused = true);
    set_image(&mut world, "nginx:1.26");
    world.run(4000);
    assert_eq!(world.all::<ReplicaSet>().len(), 1);
    assert!(
        conditions(&world)
            .contains(&"Progressing Unknown DeploymentPaused Deployment is paused".to_owned())
    );
    change(&mut world, |spec| spec.paused = false);
    world.run(8000);
    assert_eq!((world.all::<ReplicaSet>().len(), status(&world)), (2, [2, 2, 2, 2]));
}

#[test]
fn passes_on_why_pods_cannot_be_made() {
    let mut world = world();
    world.refuse.push(("create", Resource::PODS, Status::forbidden(Resource::PODS, "web-", "no")));
    world.create(deployment(1, "RollingUpdate", (1, 0)));
    world.run(3000);
    let deployment = world.get::<Deployment>("web").unwrap();
    let failure = condition::find(&deployment.status.conditions, "ReplicaFailure").unwrap();
    assert_eq!(failure.message, "pods \"web-\" is forbidden: no");
}

#[test]
fn a_replica_set_of_the_same_name_counts_as_a_collision() {
    let mut world = world();
    world.create(deployment(1, "RollingUpdate", (1, 0)));
    world.run(4000);
    let set = world.all::<ReplicaSet>().remove(0);
    // Somebody else's set has the name that the next template would have.
    let taken = crate::api::names::pod_template_hash(&template("nginx:1.26"), None);
    let other = set.with_meta(|meta| {
        meta.name = format!("web-{taken}").into();
        meta.owner_references = [].into();
        meta.labels = StrMap::default();
    });
    world.create(other.into());
    world.run(1000);
    set_image(&mut world, "nginx:1.26");
    world.run(10_000);
    let deployment = world.get::<Deployment>("web").unwrap();
    assert_eq!(deployment.status.collision_count, Some(1));
    assert_eq!(status(&world)[1], 1);
}
