//! Defaults on real manifests; what a real server filled in is compared by the engine's tests.

use super::*;
use crate::api::Fields;
use crate::api::testkit::{decode, document, documents, recordings, resource_of};

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
