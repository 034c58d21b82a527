//! Defaults of Pods that templates do not get: they appear only when the pod itself is made.
//! Models pkg/apis/core/v1/defaults.go SetDefaults_Pod.

use super::{Value, each, empty, in_step, pod_spec, unset, within};
use crate::api::resources::aggregate_container_requests;
use crate::api::{Fields, Quantity};

pub(super) fn apply(pod: &mut Value) {
    within(pod, "status", |status| in_step(status, "podIP", "podIPs", Some("ip")));
    let spec = pod.entry("spec");
    pod_spec::apply(spec);
    for containers in ["containers", "initContainers"] {
        each_that(spec, containers, lacks_requests, requests_from_limits);
    }
    if !spec.at("resources").is_null() {
        pod_level_resources(spec);
    }
    unset(spec, "enableServiceLinks", true);
    if spec.at("hostNetwork").as_bool() == Some(true) {
        for containers in ["containers", "initContainers"] {
            each(spec, containers, |container| each(container, "ports", host_port));
        }
    }
}

/// Like [`each`], for items that need it only: most pods come from templates that are complete,
/// and sharing what is complete is worth a look beforehand.
fn each_that(
    value: &mut Value,
    key: &str,
    needs: impl Fn(&Value) -> bool,
    change: impl Fn(&mut Value),
) {
    if value.at(key).items().iter().any(&needs) {
        each(value, key, |item| {
            if needs(item) {
                change(item)
            }
        });
    }
}

fn lacks_requests(container: &Value) -> bool {
    let resources = container.at("resources");
    let limits = resources.at("limits").as_map();
    limits.is_some_and(|limits| {
        limits.iter().any(|(name, _)| resources.at("requests").at(name).is_null())
    })
}

fn requests_from_limits(container: &mut Value) {
    let resources = container.entry("resources");
    let limits = resources.at("limits").clone();
    for (name, limit) in limits.as_map().into_iter().flat_map(Fields::iter) {
        if resources.at("requests").at(name).is_null() {
            *resources.entry("requests").entry(name) = limit.clone();
        }
    }
}

/// Models defaultPodRequests: what all containers ask for, or else the pod's limits.
fn pod_level_resources(spec: &mut Value) {
    let limits = spec.at_path(&["resources", "limits"]).clone();
    if limits.is_empty() {
        return;
    }
    let sums = aggregate_container_requests(spec);
    let requests = spec.entry_path(&["resources", "requests"]);
    for (name, quantity) in sums.iter() {
        if matches!(name.as_str(), "cpu" | "memory") && requests.at(name).is_null() {
            *requests.entry(name) = Quantity::to_string(&quantity).into();
        }
    }
    for (name, limit) in limits.as_map().into_iter().flat_map(Fields::iter) {
        let supported = matches!(name.as_str(), "cpu" | "memory") || name.starts_with("hugepages-");
        if supported && requests.at(name).is_null() {
            *requests.entry(name) = limit.clone();
        }
    }
}

/// On the host's network a container's port is the host's.
fn host_port(port: &mut Value) {
    let same = port.at("containerPort").clone();
    if !same.is_null() {
        empty(port, "hostPort", same);
    }
}
