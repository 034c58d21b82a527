//! Defaults against what a real server filled in.

use super::*;
use crate::api::testkit::{decode, document, documents, receive, recordings, resource_of};
use crate::api::{Fields, Object};

/// Paths that are allotted, generated or timed, and so not this room's.
const ALLOTTED: [&[&str]; 8] = [
    &["metadata", "uid"],
    &["metadata", "creationTimestamp"],
    &["spec", "clusterIP"],
    &["spec", "clusterIPs"],
    &["spec", "ipFamilies"],
    &["spec", "ipFamilyPolicy"],
    &["spec", "healthCheckNodePort"],
    &["spec", "ports", "nodePort"],
];

/// Manifests whose answer is not a matter of defaults, and why.
const DIFFERENT: [(&str, &str); 3] = [
    (
        "examples___archived__sysdig-cloud__sysdig-daemonset.yaml",
        "Go does not write a `readOnly: false` that a person wrote: a matter of decoding",
    ),
    (
        "examples___archived__volumes__quobyte__quobyte-pod.yaml",
        "Go does not write a `readOnly: false` that a person wrote: a matter of decoding",
    ),
    (
        "k8s-fixtures__pkg__kubectl__cmd__apply__rc-lastapplied-args.yaml",
        "kubectl renews the annotation of its last apply before it sends the object",
    ),
];

fn without_allotted(mut object: Value) -> Value {
    for path in ALLOTTED {
        let (last, above) = path.split_last().unwrap();
        if object.at_path(above).is_null() {
            continue;
        }
        let holder = object.entry_path(above);
        match holder {
            Value::List(_) => {
                for item in holder.make_list() {
                    _ = item.make_map().remove(last);
                }
            }
            _ => _ = holder.make_map().remove(last),
        }
    }
    object
}

/// The first path at which two values differ.
fn difference(path: &str, ours: &Value, theirs: &Value) -> Option<String> {
    match (ours, theirs) {
        (Value::Map(a), Value::Map(b)) => {
            let keys = a.iter().chain(b.iter()).map(|(key, _)| key);
            keys.into_iter()
                .find_map(|key| difference(&format!("{path}.{key}"), ours.at(key), theirs.at(key)))
        }
        (Value::List(a), Value::List(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b.iter()).enumerate();
            pairs.into_iter().find_map(|(n, (a, b))| difference(&format!("{path}[{n}]"), a, b))
        }
        _ if ours == theirs => None,
        _ => Some(format!("{path}: {} / {}", ours.to_json(), theirs.to_json())),
    }
}

#[test]
fn fills_in_what_the_server_fills_in() {
    let Some(folder) = recordings("manifests") else {
        return;
    };
    let answers = std::fs::read_to_string(folder.join("defaulted.json")).unwrap();
    let answers: serde_json::Value = serde_json::from_str(&answers).unwrap();
    let (mut same, mut all, mut wrong) = (0, 0, Vec::new());
    for (name, answer) in answers.as_object().unwrap() {
        let manifest = std::fs::read_to_string(folder.join(name)).unwrap();
        let objects = flatten(documents(&manifest));
        let answer = answer.as_str().unwrap().replace("-XXXXX", "-xxxxx");
        let expected = flatten(documents(&answer));
        let known = expected.iter().all(|object| resource_of(object).is_some());
        if !known || objects.len() != expected.len() || expected.is_empty() {
            continue;
        }
        all += 1;
        let differs = objects.iter().zip(expected).find_map(|(object, expected)| {
            let resource = resource_of(object)?;
            let received = Object::load(resource, &receive(resource, object)).to_value();
            difference("", &without_allotted(received), &without_allotted(expected))
        });
        match differs {
            None => same += 1,
            Some(difference) => wrong.push(format!("{name}: {difference}")),
        }
    }
    println!("{same} of {all} manifests defaulted");
    let expected: Vec<_> = DIFFERENT.iter().map(|(name, _)| *name).collect();
    let names: Vec<_> = wrong.iter().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(names, expected, "{}", wrong.join("\n"));
}

/// Lists taken apart.
fn flatten(objects: Vec<Value>) -> Vec<Value> {
    let parts = objects.into_iter().flat_map(|object| match object.at("items") {
        Value::List(items) if object.at("kind").text() == "List" => items.to_vec(),
        _ => vec![object],
    });
    parts.collect()
}

#[test]
fn applying_twice_is_applying_once() {
    let Some(folder) = recordings("manifests") else {
        return;
    };
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        for object in flatten(documents(&std::fs::read_to_string(&path).unwrap())) {
            let Some(resource) = resource_of(&object) else {
                continue;
            };
            let mut once = decode(resource, &object);
            apply(resource, &mut once);
            let mut twice = once.clone();
            apply(resource, &mut twice);
            assert_eq!(once, twice, "{}", path.display());
        }
    }
}

#[test]
fn amounts_are_rounded_up_to_thousandths() {
    let mut pod = document(
        "{apiVersion: v1, kind: Pod, spec: {containers: [{name: a, image: b, resources: {limits: \
         {cpu: 100u, memory: 1Gi}}}]}}",
    );
    apply(Resource::PODS, &mut pod);
    let resources = pod.at_path(&["spec", "containers"]).items()[0].at("resources");
    let amounts = |list: &str| -> Fields { resources.at(list).as_map().unwrap().clone() };
    assert_eq!(amounts("limits"), amounts("requests"));
    assert_eq!(resources.at_path(&["limits", "cpu"]).text(), "1m");
}

#[test]
fn a_service_keeps_what_it_was_allotted_until_its_type_changes() {
    let old = document(
        "{spec: {type: NodePort, clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9], ports: [{port: 80, \
         protocol: TCP, nodePort: 30080}]}, status: {loadBalancer: {}}}",
    );
    let change = |spec: &str| {
        let mut new = document(&format!("{{spec: {spec}}}"));
        prepare_update(Resource::SERVICES, &mut new, &old);
        new
    };
    let kept = change("{type: NodePort, ports: [{port: 80, protocol: TCP}]}");
    assert_eq!(kept.at_path(&["spec", "clusterIP"]).text(), "10.96.0.9");
    assert_eq!(kept.at_path(&["spec", "ports"]).items()[0].at("nodePort"), &Value::Int(30080));
    let mut internal = old.at("spec").clone();
    *internal.entry("type") = "ClusterIP".into();
    let mut new = Value::map([("spec", internal)]);
    prepare_update(Resource::SERVICES, &mut new, &old);
    assert!(new.at_path(&["spec", "ports"]).items()[0].at("nodePort").is_null());
    assert_eq!(new.at("status"), old.at("status"));
}
