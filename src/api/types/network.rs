//! Services and who stands behind them. Models staging/src/k8s.io/api/core/v1/types.go and
//! discovery/v1/types.go.

use std::sync::Arc;

use super::ObjectReference;
use crate::api::codec::{List, StrMap, object};
use crate::api::{IntOrString, Str, Value};

/// One address for many pods.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Service {
    /// What is wanted.
    pub spec: Arc<ServiceSpec>,
    /// What is.
    pub status: Arc<ServiceStatus>,
}

/// Some of the addresses behind a Service.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct EndpointSlice {
    /// The slice itself.
    pub body: Arc<EndpointSliceBody>,
}

object! {
    /// What a Service offers, and to whom it leads.
    ServiceSpec {
        "clusterIP" cluster_ip: Str,
        "clusterIPs" cluster_ips: List<Str>,
        "externalIPs" external_ips: List<Str>,
        "externalName" external_name: Str,
        "ipFamilies" ip_families: List<Str>,
        "ports" ports: List<ServicePort>,
        "publishNotReadyAddresses" publish_not_ready_addresses: bool,
        "selector" selector: StrMap,
        "type" kind: Str,
    }

    /// A port of a Service.
    ServicePort {
        "appProtocol" app_protocol: Option<Str>,
        "name" name: Str,
        "nodePort" node_port: i32,
        "port"! port: i32,
        "protocol" protocol: Str,
        "targetPort"! target_port: IntOrString,
    }

    /// What a load balancer has given the Service.
    ServiceStatus {
        "conditions" conditions: List<Value>,
        "loadBalancer"! load_balancer: LoadBalancerStatus,
    }

    /// Where a load balancer takes traffic in.
    LoadBalancerStatus {
        "ingress" ingress: List<Value>,
    }

    /// The addresses of a slice, with the ports they share.
    EndpointSliceBody {
        "addressType"! address_type: Str,
        "endpoints"! endpoints: List<Endpoint>,
        "ports"! ports: List<EndpointPort>,
    }

    /// One endpoint.
    Endpoint {
        "addresses"! addresses: List<Str>,
        "conditions"! conditions: EndpointConditions,
        "hostname" hostname: Option<Str>,
        "nodeName" node_name: Option<Str>,
        "targetRef" target_ref: Option<ObjectReference>,
        "zone" zone: Option<Str>,
    }

    /// Whether an endpoint is to be used.
    EndpointConditions {
        "ready" ready: Option<bool>,
        "serving" serving: Option<bool>,
        "terminating" terminating: Option<bool>,
    }

    /// A port of the endpoints.
    EndpointPort {
        "appProtocol" app_protocol: Option<Str>,
        "name" name: Option<Str>,
        "port" port: Option<i32>,
        "protocol" protocol: Option<Str>,
    }
}
