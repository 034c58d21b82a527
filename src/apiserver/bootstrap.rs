//! What every cluster has from the start: the system's namespaces, roles and priority classes, and
//! the Service of the API itself.
//!
//! Models pkg/controlplane/controller/{systemnamespaces,kubernetesservice}. Every apiserver sees to
//! it; whoever comes second finds it there.

use std::sync::Arc;

use super::jobs::Job;
use super::{Apiserver, Out, Timer, authorization};
use crate::api::rpc::{Call, FieldValidation, Payload, Request};
use crate::api::validation::SYSTEM_PRIORITY_CLASSES;
use crate::api::{Key, List, Resource, Str, Value};
use crate::sim::Duration;

const NAMESPACES: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];

/// The first address of the network of Services is the API's own.
const API_ADDRESS: &str = "10.96.0.1";

/// What the classes of the system say of themselves.
const DESCRIPTION: &str = "Used for system critical pods that must run in the cluster, but can be \
                           moved to another node if necessary.";

/// How often an apiserver looks. Models EndpointInterval.
const INTERVAL: Duration = Duration::from_secs(10);
/// How soon it looks again while it starts.
const STARTING: Duration = Duration::from_millis(500);

impl Apiserver {
    /// Creates what is missing, and looks again from time to time.
    pub(super) fn bootstrap(&mut self, out: &mut Out) {
        if !self.is_ready(out.now()) {
            return out.timer(STARTING, Timer::Bootstrap);
        }
        for name in NAMESPACES {
            let metadata = Value::map([("name", Value::from(name))]);
            self.ensure(Resource::NAMESPACES, "", name, Value::map([("metadata", metadata)]), out);
        }
        if self.cache.get(Resource::NAMESPACES, &Key::new("", "default")).is_none() {
            return out.timer(STARTING, Timer::Bootstrap);
        }
        out.timer(INTERVAL, Timer::Bootstrap);
        for (resource, name, fields) in authorization::bootstrap() {
            self.ensure(resource, "", name, fields, out);
        }
        let service = [
            ("metadata", api_metadata("kubernetes", &[("component", "apiserver")])),
            ("spec", api_spec()),
        ];
        self.ensure(Resource::SERVICES, "default", "kubernetes", Value::map(service), out);
        let labels = [("kubernetes.io/service-name", "kubernetes")];
        let endpoints = self.settings.advertised.iter().map(|address| {
            Value::map([
                ("addresses", Value::from(vec![address.clone().into()])),
                ("conditions", Value::map([("ready", true.into())])),
            ])
        });
        let slice = [
            (
                "metadata",
                Value::map([("name", Value::from("kubernetes")), ("labels", labels_of(&labels))]),
            ),
            ("addressType", "IPv4".into()),
            ("endpoints", endpoints.collect()),
            ("ports", vec![port("https", 6443)].into()),
        ];
        self.ensure(Resource::ENDPOINTSLICES, "default", "kubernetes", Value::map(slice), out);
        self.ensure_endpoints(out);
        for (name, value) in SYSTEM_PRIORITY_CLASSES {
            let class = [
                ("metadata", Value::map([("name", Value::from(name))])),
                ("description", DESCRIPTION.into()),
                ("value", value.into()),
            ];
            self.ensure(Resource::PRIORITYCLASSES, "", name, Value::map(class), out);
        }
    }

    /// The endpoints of the API in their old form.
    fn ensure_endpoints(&mut self, out: &mut Out) {
        const SKIP: &str = "endpointslice.kubernetes.io/skip-mirror";
        let addresses = self.settings.advertised.iter();
        let addresses = addresses.map(|address| Value::map([("ip", address.clone().into())]));
        let subset = Value::map([
            ("addresses", addresses.collect()),
            ("ports", vec![port("https", 6443)].into()),
        ]);
        let metadata =
            Value::map([("name", "kubernetes".into()), ("labels", labels_of(&[(SKIP, "true")]))]);
        let endpoints = [("metadata", metadata), ("subsets", vec![subset].into())];
        self.ensure(Resource::ENDPOINTS, "default", "kubernetes", Value::map(endpoints), out);
    }

    fn ensure(
        &mut self,
        resource: Resource,
        namespace: &str,
        name: &str,
        mut value: Value,
        out: &mut Out,
    ) {
        let key = Key::new(namespace, name);
        if self.cache.get(resource, &key).is_some() {
            return;
        }
        *value.entry("apiVersion") = resource.api_version().into();
        *value.entry("kind") = resource.info().kind.into();
        let body = Payload::Text(value);
        let namespace = Str::from(namespace);
        let request = Request {
            user: Str::new_static("system:apiserver"),
            agent: Str::new_static("kube-apiserver"),
            groups: List::default(),
            manager: Str::default(),
            call: Call::Create { resource, namespace, body },
            dry_run: false,
            field_validation: FieldValidation::Ignore,
            as_table: false,
        };
        self.begin(Job::new(None, Arc::new(request), out.now()), out);
    }
}

fn api_metadata(name: &str, labels: &[(&str, &str)]) -> Value {
    let mut all = labels_of(labels);
    *all.entry("provider") = "kubernetes".into();
    Value::map([("name", name.into()), ("labels", all)])
}

fn labels_of(labels: &[(&str, &str)]) -> Value {
    let mut all = Value::map::<&str, 0>([]);
    for (key, value) in labels {
        *all.entry(key) = (*value).into();
    }
    all
}

fn api_spec() -> Value {
    let mut port = port("https", 443);
    *port.entry("targetPort") = 6443.into();
    Value::map([
        ("clusterIP", Value::from(API_ADDRESS)),
        ("clusterIPs", vec![API_ADDRESS.into()].into()),
        ("ports", vec![port].into()),
        ("type", "ClusterIP".into()),
    ])
}

fn port(name: &str, number: i64) -> Value {
    Value::map([("name", name.into()), ("port", number.into()), ("protocol", "TCP".into())])
}
