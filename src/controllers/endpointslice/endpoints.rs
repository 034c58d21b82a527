//! The endpoint a pod is, and the ports it is reached at.
//!
//! Models staging/src/k8s.io/endpointslice/utils.go.

use crate::api::types::{
    Endpoint, EndpointConditions, EndpointPort, Node, ObjectReference, Pod, Service, ServicePort,
};
use crate::api::{IntOrString, List, Object, Str, Typed};

/// A family of addresses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Family {
    IPv4,
    IPv6,
}

impl Family {
    /// The families a Service has addresses of. Models getAddressTypesForService.
    pub(super) fn all_of(service: &Service) -> Vec<Self> {
        let spec = &service.spec;
        let named = spec.ip_families.iter().filter_map(|family| match family.as_str() {
            "IPv4" => Some(Self::IPv4),
            "IPv6" => Some(Self::IPv6),
            _ => None,
        });
        let named: Vec<Self> = named.collect();
        if !named.is_empty() {
            return named;
        }
        if is_headless(service) {
            return vec![Self::IPv4, Self::IPv6];
        }
        vec![Self::of(&spec.cluster_ip)]
    }

    /// Its name as an address type.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::IPv4 => "IPv4",
            Self::IPv6 => "IPv6",
        }
    }

    fn of(address: &str) -> Self {
        if address.contains(':') { Self::IPv6 } else { Self::IPv4 }
    }
}

/// Whether a Service has no address of its own.
pub(in crate::controllers) fn is_headless(service: &Service) -> bool {
    let address = &service.spec.cluster_ip;
    address.is_empty() || address == "None"
}

/// Whether a pod is to be found in slices: it has an address and has not finished. A pod on its
/// way out stays. Models ShouldPodBeInEndpoints.
pub(super) fn is_endpoint(pod: &Pod) -> bool {
    let has_address = !pod.status.pod_ip.is_empty() || !pod.status.pod_ips.is_empty();
    has_address && !pod.is_terminal()
}

/// The endpoint a pod is; `None` if it has no address of this family. Models podToEndpoint.
pub(super) fn endpoint(
    object: &Object,
    node: Option<&Typed<Node>>,
    service: &Typed<Service>,
    family: Family,
) -> Option<Endpoint> {
    let pod = object.get::<Pod>()?;
    let addresses = pod.status.pod_ips.iter().map(|ip| &ip.ip);
    let addresses: List<Str> = addresses.filter(|ip| Family::of(ip) == family).cloned().collect();
    if addresses.is_empty() {
        return None;
    }
    let (serving, terminating) = (pod.is_ready(), object.meta().is_deleting());
    let ready = service.spec.publish_not_ready_addresses || (serving && !terminating);
    let conditions = EndpointConditions {
        ready: Some(ready),
        serving: Some(serving),
        terminating: Some(terminating),
        ..EndpointConditions::default()
    };
    let target = ObjectReference {
        kind: Str::new_static("Pod"),
        namespace: object.meta().namespace.clone(),
        name: object.meta().name.clone(),
        uid: object.uid(),
        ..ObjectReference::default()
    };
    let zone = node.and_then(|node| node.meta().labels.get("topology.kubernetes.io/zone"));
    let named = !pod.spec.hostname.is_empty() && pod.spec.subdomain == service.name();
    Some(Endpoint {
        addresses,
        conditions,
        hostname: named.then(|| pod.spec.hostname.clone()),
        node_name: Some(pod.spec.node_name.clone()).filter(|name| !name.is_empty()),
        target_ref: Some(target),
        zone: zone.filter(|zone| !zone.is_empty()).cloned(),
        ..Endpoint::default()
    })
}

/// The ports of a Service as this pod has them. Models getEndpointPorts.
pub(in crate::controllers) fn ports(service: &Service, pod: &Pod) -> Vec<EndpointPort> {
    let port = |port: &ServicePort| {
        let number = find_port(pod, port)?;
        Some(EndpointPort {
            name: Some(port.name.clone()),
            port: Some(number),
            protocol: Some(port.protocol.clone()),
            app_protocol: port.app_protocol.clone(),
            ..EndpointPort::default()
        })
    };
    service.spec.ports.iter().filter_map(port).collect()
}

/// The number behind a target port, which may be the name of a container's. Models FindPort.
fn find_port(pod: &Pod, port: &ServicePort) -> Option<i32> {
    let name = match &port.target_port {
        IntOrString::Int(number) => return Some(*number),
        IntOrString::Str(name) => name,
    };
    let is_sidecar = |restart_policy: &Option<Str>| restart_policy.as_deref() == Some("Always");
    let sidecars = pod.spec.init_containers.iter().filter(|c| is_sidecar(&c.restart_policy));
    let all = pod.spec.containers.iter().chain(sidecars).flat_map(|c| c.ports.iter());
    let mut named = all.filter(|known| known.name == *name && known.protocol == port.protocol);
    named.next().map(|known| known.container_port)
}
