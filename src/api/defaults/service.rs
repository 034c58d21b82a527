//! Defaults of Services. Models pkg/apis/core/v1/defaults.go SetDefaults_Service.

use super::{Value, each, empty, unset, within};

/// How long a client stays with one endpoint under `ClientIP` affinity, in seconds.
const AFFINITY_SECONDS: i64 = 10_800;

pub(super) fn apply(service: &mut Value) {
    let spec = service.entry("spec");
    affinity(spec);
    empty(spec, "type", "ClusterIP");
    each(spec, "ports", port);
    if is_externally_accessible(spec) {
        empty(spec, "externalTrafficPolicy", "Cluster");
    }
    let kind = spec.at("type").text();
    let balanced = kind == "LoadBalancer";
    if balanced || kind == "NodePort" || kind == "ClusterIP" {
        unset(spec, "internalTrafficPolicy", "Cluster");
    }
    if balanced {
        unset(spec, "allocateLoadBalancerNodePorts", true);
        within(service, "status", |status| within(status, "loadBalancer", ingress));
    }
}

/// Whether the service takes traffic from outside the cluster.
/// Models pkg/api/service/util.go ExternallyAccessible.
pub(in crate::api) fn is_externally_accessible(spec: &Value) -> bool {
    match spec.at("type").text() {
        "LoadBalancer" | "NodePort" => true,
        "ClusterIP" => !spec.at("externalIPs").items().is_empty(),
        _ => false,
    }
}

fn affinity(spec: &mut Value) {
    empty(spec, "sessionAffinity", "None");
    const TIMEOUT: [&str; 3] = ["sessionAffinityConfig", "clientIP", "timeoutSeconds"];
    match spec.at("sessionAffinity").text() {
        "None" if !spec.at(TIMEOUT[0]).is_null() => _ = spec.make_map().remove(TIMEOUT[0]),
        "ClientIP" if spec.at_path(&TIMEOUT).is_null() => {
            *spec.entry_path(&TIMEOUT) = AFFINITY_SECONDS.into();
        }
        _ => {}
    }
}

fn port(port: &mut Value) {
    empty(port, "protocol", "TCP");
    let same = port.at("port").clone();
    empty(port, "targetPort", if same.is_null() { Value::Int(0) } else { same });
}

fn ingress(status: &mut Value) {
    each(status, "ingress", |ingress| {
        if !ingress.at("ip").is_empty() {
            unset(ingress, "ipMode", "VIP");
        }
    });
}
