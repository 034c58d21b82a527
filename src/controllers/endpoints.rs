//! Endpoints: the pods behind each Service with a selector, in one object, as they were before
//! there were slices.
//!
//! Invariant: whoever gives a Service no selector looks after its Endpoints himself; those are left
//! alone, until the Service goes.
//!
//! Models pkg/controller/endpoint/endpoints_controller.go.

use std::collections::BTreeMap;

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::endpointslice::{is_headless, on_pod, ports};
use super::record::Subject;
use super::trigger_time::{TRIGGER_TIME, TriggerTimes};
use super::{Caches, Config};
use crate::api::labels::Selector;
use crate::api::rpc::{Call, DeleteOptions, Part, Payload};
use crate::api::types::{EndpointPort, ObjectMeta, Pod, Service};
use crate::api::{Body, Fields, Key, Object, Resource, Status, Str, StrMap, Typed, Value};
use crate::client::Delta;
use crate::sim::Rng;

/// How many addresses an object may hold. Models maxCapacity.
const ADDRESSES_MAX: usize = 1000;
const OVER_CAPACITY: &str = "endpoints.kubernetes.io/over-capacity";
/// Labels the controller adds to those of the Service.
const HEADLESS: &str = "service.kubernetes.io/headless";
const MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";

/// The Endpoints controller, and its memory.
#[derive(Clone, Debug)]
pub struct EndpointsController {
    told: TriggerTimes,
}

/// What a worker waits for.
#[derive(Clone, Copy, Debug)]
pub enum Writing {
    /// The Endpoints of this Service are being created.
    Creating,
    /// They are being replaced.
    Updating,
    /// They go, since the Service is gone.
    Deleting,
}

impl Controller for EndpointsController {
    type Key = Key;
    type Progress = Writing;

    const PROFILE: Profile = Profile {
        source: "endpoint-controller",
        retries_max: 15,
        ..Profile::named("endpoints-controller")
    };

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self { told: TriggerTimes::default() }
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::SERVICES, Resource::PODS, Resource::ENDPOINTS]
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
        match delta.object().resource() {
            Resource::SERVICES => queue.add(delta.object().key()),
            Resource::PODS => on_pod(delta, caches, queue),
            Resource::ENDPOINTS if delta.after.is_none() => queue.add(delta.object().key()),
            _ => {}
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Writing, Replies)>,
    ) -> Next<Writing> {
        if let Some((writing, replies)) = resume {
            return on_written(ctx, key, writing, &replies);
        }
        let known = ctx.caches.of(Resource::ENDPOINTS).get(key);
        let Some(service) = ctx.caches.get::<Service>(key) else {
            self.told.forget(key);
            return known.map_or(Next::Done, |_| {
                let (resource, key) = (Resource::ENDPOINTS, key.clone());
                let options = DeleteOptions::default();
                let call = Call::Delete { resource, key, options };
                Next::Call(vec![call], Writing::Deleting)
            });
        };
        if service.spec.kind == "ExternalName" || service.spec.selector.is_empty() {
            return Next::Done;
        }
        let selector = Selector::from_map(&service.spec.selector);
        let pods = ctx.caches.objects::<Pod>().in_namespace(service.namespace());
        let pods: Vec<&Object> = pods.filter(|pod| selector.matches(&pod.meta().labels)).collect();
        let since = self.told.next(&service, &pods);
        let (subsets, is_over) = subsets(&service, &pods);
        let labels = labels(&service);
        let same = |known: &&Object| {
            let held = match known.body() {
                Body::Other(_, fields) => fields.get("subsets").cloned().unwrap_or_default(),
                _ => Value::Null,
            };
            held.items() == subsets.items()
                && known.meta().labels == labels
                && known.meta().annotations.contains_key(OVER_CAPACITY) == is_over
        };
        if known.filter(same).is_some() {
            return Next::Done;
        }
        let mut meta = known.map_or_else(ObjectMeta::default, |known| known.meta().clone());
        (meta.name, meta.namespace) = (key.name().into(), key.namespace().into());
        meta.labels = labels;
        meta.annotations = match since {
            Some(since) => meta.annotations.with(TRIGGER_TIME, since.to_string()),
            None => meta.annotations.without(TRIGGER_TIME),
        };
        meta.annotations = match is_over {
            true => meta.annotations.with(OVER_CAPACITY, "truncated"),
            false => meta.annotations.without(OVER_CAPACITY),
        };
        write(key, known, meta, subsets)
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(Resource::SERVICES, key.clone())
    }
}

fn write(key: &Key, known: Option<&Object>, meta: ObjectMeta, subsets: Value) -> Next<Writing> {
    let mut fields = Fields::new();
    if !subsets.items().is_empty() {
        fields.insert("subsets", subsets);
    }
    let resource = Resource::ENDPOINTS;
    let endpoints = Object::new(meta, Body::Other(resource, fields.into()));
    let key = key.clone();
    match known {
        None => {
            let (namespace, body) = (key.namespace().into(), Payload::Object(endpoints));
            Next::Call(vec![Call::Create { resource, namespace, body }], Writing::Creating)
        }
        Some(known) => {
            let body = Payload::Object(endpoints.at_revision(known.revision));
            let call = Call::Update { resource, key, part: Part::Main, body };
            Next::Call(vec![call], Writing::Updating)
        }
    }
}

fn on_written(
    ctx: &mut Ctx<'_, Key>,
    key: &Key,
    writing: Writing,
    replies: &Replies,
) -> Next<Writing> {
    let is_going =
        |status: &Status| status.causes.iter().any(|cause| cause.reason == "NamespaceTerminating");
    let Err(status) = replies.object() else { return Next::Done };
    let (reason, verb) = match writing {
        // A namespace on its way out needs no Endpoints.
        Writing::Creating if is_going(status) => return Next::Done,
        Writing::Deleting if status.is_not_found() => return Next::Done,
        Writing::Deleting => return Next::refused(status),
        Writing::Creating => ("FailedToCreateEndpoint", "create"),
        Writing::Updating => ("FailedToUpdateEndpoint", "update"),
    };
    if let Some(service) = ctx.caches.get::<Service>(key) {
        let text = format!("Failed to {verb} endpoint for service {key}: {}", status.message);
        ctx.warning(service.object(), reason, text);
    }
    Next::refused(status)
}

/// The labels of the Service, and whether it is headless.
fn labels(service: &Typed<Service>) -> StrMap {
    let labels = service.meta().labels.with(MANAGED_BY, "endpoint-controller");
    match is_headless(service) {
        true => labels.with(HEADLESS, ""),
        false => labels,
    }
}

/// The addresses behind a Service, those with the same ports together, and whether there are too
/// many. Models syncService, RepackSubsets and truncateEndpoints.
fn subsets(service: &Typed<Service>, pods: &[&Object]) -> (Value, bool) {
    let all = service.spec.publish_not_ready_addresses;
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut left = ADDRESSES_MAX;
    let mut is_over = false;
    for object in pods {
        let Some(pod) = object.get::<Pod>() else { continue };
        let has_address = !pod.status.pod_ip.is_empty() && !pod.is_terminal();
        if !has_address || (object.meta().is_deleting() && !all) {
            continue;
        }
        let ports = ports(service, pod);
        if ports.is_empty() && !(service.spec.ports.is_empty() && is_headless(service)) {
            continue;
        }
        if left == 0 {
            is_over = true;
            continue;
        }
        left -= 1;
        let ports: Vec<Value> = ports.iter().map(port).collect();
        let group = groups.entry(Value::from(ports.clone()).to_json()).or_default();
        group.ports = ports;
        let list = if all || pod.is_ready() { &mut group.ready } else { &mut group.not_ready };
        list.push((pod.status.pod_ip.clone(), address(object, pod, service)));
    }
    (groups.into_values().map(Group::subset).collect(), is_over)
}

/// Addresses that are reached at the same ports.
#[derive(Default)]
struct Group {
    ports: Vec<Value>,
    ready: Vec<(Str, Value)>,
    not_ready: Vec<(Str, Value)>,
}

impl Group {
    fn subset(self) -> Value {
        let mut subset = Fields::new();
        for (name, mut list) in [("addresses", self.ready), ("notReadyAddresses", self.not_ready)] {
            list.sort_by(|a, b| a.0.cmp(&b.0));
            if !list.is_empty() {
                let addresses: Value = list.into_iter().map(|(_, address)| address).collect();
                subset.insert(name, addresses);
            }
        }
        if !self.ports.is_empty() {
            subset.insert("ports", self.ports.into());
        }
        subset.into()
    }
}

/// Models podToEndpointAddressForService.
fn address(object: &Object, pod: &Pod, service: &Typed<Service>) -> Value {
    let meta = object.meta();
    let target = Value::map([
        ("kind", Value::from("Pod")),
        ("name", meta.name.clone().into()),
        ("namespace", meta.namespace.clone().into()),
        ("uid", meta.uid.to_string().into()),
    ]);
    let mut address = Value::map([("ip", pod.status.pod_ip.clone().into()), ("targetRef", target)]);
    if !pod.spec.node_name.is_empty() {
        *address.entry("nodeName") = pod.spec.node_name.clone().into();
    }
    if !pod.spec.hostname.is_empty() && pod.spec.subdomain == service.name() {
        *address.entry("hostname") = pod.spec.hostname.clone().into();
    }
    address
}

fn port(port: &EndpointPort) -> Value {
    let mut fields = Value::map([
        ("port", Value::from(port.port.unwrap_or(0))),
        ("protocol", port.protocol.clone().unwrap_or_default().into()),
    ]);
    for (key, text) in [("name", &port.name), ("appProtocol", &port.app_protocol)] {
        if let Some(text) = text.as_ref().filter(|text| !text.is_empty()) {
            *fields.entry(key) = text.clone().into();
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testkit::document;

    #[track_caller]
    fn check(service: &str, pods: &[&str], expected: &str) {
        let load = |resource, text: &str| Object::load(resource, &document(text));
        let service = load(Resource::SERVICES, service).typed().expect("a Service");
        let pods: Vec<Object> = pods.iter().map(|text| load(Resource::PODS, text)).collect();
        let (subsets, is_over) = subsets(&service, &pods.iter().collect::<Vec<_>>());
        assert!(!is_over);
        assert_eq!(subsets.to_json(), document(expected).to_json());
    }

    const WEB: &str = "{metadata: {name: web}, spec: {clusterIP: 10.96.0.7, selector: {a: b}, \
                       ports: [{port: 80, targetPort: http, protocol: TCP}]}}";

    fn pod(name: &str, ip: &str, port: u16, ready: &str) -> String {
        format!(
            "{{metadata: {{name: {name}, namespace: d}}, spec: {{nodeName: n, containers: [{{name: \
             c, ports: [{{name: http, containerPort: {port}, protocol: TCP}}]}}]}}, status: \
             {{podIP: {ip}, conditions: [{{type: Ready, status: '{ready}'}}]}}}}"
        )
    }

    #[test]
    fn addresses_with_the_same_ports_are_together() {
        let target = |name: &str| {
            format!(
                "{{kind: Pod, name: {name}, namespace: d, uid: \
                 00000000-0000-0000-0000-000000000000}}"
            )
        };
        let address = |name: &str, ip: &str| {
            format!("{{ip: {ip}, nodeName: n, targetRef: {}}}", target(name))
        };
        let [a, b, c] =
            [("a", "10.0.0.2"), ("b", "10.0.0.1"), ("c", "10.0.0.3")].map(|(n, ip)| address(n, ip));
        check(
            WEB,
            &[
                &pod("a", "10.0.0.2", 8080, "True"),
                &pod("b", "10.0.0.1", 8080, "True"),
                &pod("c", "10.0.0.3", 8080, "False"),
            ],
            &format!(
                "[{{addresses: [{b}, {a}], notReadyAddresses: [{c}], ports: [{{port: 8080, \
                 protocol: TCP}}]}}]"
            ),
        );
        check(WEB, &["{metadata: {name: new}, spec: {}, status: {}}"], "[]");
    }
}
