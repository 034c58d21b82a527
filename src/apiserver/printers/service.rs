//! Services: where they can be reached.
//!
//! Models pkg/printers/internalversion/printers.go printService. Addresses of load balancers are
//! never cut off: the server always makes its tables for wide output.

use super::cells::{NONE, age, column, joined, labels, name, wide};
use crate::api::rpc::Column;
use crate::api::types::{Service, ServicePort, ServiceStatus};
use crate::api::{Object, Str, Value};
use crate::sim::Time;

/// The columns of Services.
pub const COLUMNS: &[Column] = &[
    column("Name"),
    column("Type"),
    column("Cluster-IP"),
    column("External-IP"),
    column("Port(s)"),
    column("Age"),
    wide("Selector"),
];

/// The cells of a Service.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let service = object.get().cloned().unwrap_or_default();
    let external = external_address(&service);
    let Service { spec, .. } = service;
    vec![
        name(object),
        spec.kind.clone(),
        spec.cluster_ips.first().cloned().unwrap_or(NONE),
        external,
        ports(&spec.ports),
        age(object, now),
        labels(&spec.selector),
    ]
}

/// Models getServiceExternalIP.
fn external_address(Service { spec, status }: &Service) -> Str {
    match spec.kind.as_str() {
        "ClusterIP" | "NodePort" if spec.external_ips.is_empty() => NONE,
        "ClusterIP" | "NodePort" => joined(spec.external_ips.iter()),
        "LoadBalancer" => {
            let balancers = balancers(status);
            let all = joined(balancers.iter().chain(spec.external_ips.iter()));
            if all.is_empty() { Str::new_static("<pending>") } else { all }
        }
        "ExternalName" => spec.external_name.clone(),
        _ => Str::new_static("<unknown>"),
    }
}

/// The addresses of the load balancers, sorted. Models loadBalancerStatusStringer.
fn balancers(status: &ServiceStatus) -> Vec<Str> {
    let address = |ingress: &Value| {
        let (ip, name) = (ingress.at("ip").text(), ingress.at("hostname").text());
        Str::new(if ip.is_empty() { name } else { ip })
    };
    let mut addresses: Vec<Str> = status.load_balancer.ingress.iter().map(address).collect();
    addresses.retain(|address| !address.is_empty());
    addresses.sort();
    addresses.dedup();
    addresses
}

/// Models makePortString.
fn ports(ports: &[ServicePort]) -> Str {
    if ports.is_empty() {
        return NONE;
    }
    let texts: Vec<Str> = ports.iter().map(port).collect();
    joined(&texts)
}

fn port(ServicePort { port, node_port, protocol, .. }: &ServicePort) -> Str {
    match node_port {
        1.. => format!("{port}:{node_port}/{protocol}").into(),
        _ => format!("{port}/{protocol}").into(),
    }
}
