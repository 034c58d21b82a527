//! Endpoints that people write, as slices: who reads slices alone finds them as well.
//!
//! Invariant: only Endpoints of a Service without a selector are mirrored; all others have slices
//! of their own.
//!
//! Models pkg/controller/endpointslicemirroring.

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::endpointslice::{MANAGED_BY, SERVICE_NAME};
use super::record::Subject;
use super::{Caches, Config};
use crate::api::rpc::{Answer, Call, DeleteOptions, Part, Payload};
use crate::api::types::{
    Endpoint, EndpointConditions, EndpointPort, EndpointSlice, EndpointSliceBody, ObjectMeta,
    ObjectReference, OwnerReference, Service,
};
use crate::api::{Body, Codec, Key, List, Object, Resource, Str, Typed, Value};
use crate::client::Delta;
use crate::sim::{Map, Rng};

/// Who looks after the mirrors.
const MANAGER: &str = "endpointslicemirroring-controller.k8s.io";
/// Endpoints that are not to be mirrored say so.
const SKIP: &str = "endpointslice.kubernetes.io/skip-mirror";
/// How many addresses of one subset are mirrored. Models mirroringMaxEndpointsPerSubset.
const ADDRESSES_MAX: usize = 1000;

/// The mirroring controller, and its memory: by Endpoints, the revision of the last slice written.
/// Until the cache shows it, no further one is written.
#[derive(Clone, Debug)]
pub struct EndpointSliceMirroring {
    written: Map<Key, u64>,
}

/// The slices are being written.
#[derive(Clone, Copy, Debug)]
pub struct Writing;

impl Controller for EndpointSliceMirroring {
    type Key = Key;
    type Progress = Writing;

    const PROFILE: Profile = Profile {
        source: "endpoint-slice-mirroring-controller",
        retries_max: 15,
        ..Profile::named("endpointslice-mirroring-controller")
    };

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self { written: Map::new() }
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::SERVICES, Resource::ENDPOINTS, Resource::ENDPOINTSLICES]
    }

    fn on_change(&mut self, delta: &Delta, _caches: &Caches, queue: &mut Keys<'_, Key>) {
        let object = delta.object();
        if object.resource() != Resource::ENDPOINTSLICES {
            return queue.add(object.key());
        }
        let ours = object.meta().label(MANAGED_BY) == Some(MANAGER);
        if let Some(service) = object.meta().label(SERVICE_NAME).filter(|_| ours) {
            queue.add(Key::new(object.namespace(), service));
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Writing, Replies)>,
    ) -> Next<Writing> {
        if let Some((Writing, replies)) = resume {
            for answer in replies.iter().filter_map(Result::ok) {
                if let Answer::Object(slice) = answer {
                    self.written.insert(key.clone(), slice.revision);
                }
            }
            let refused = replies.refusal(|status| !status.is_not_found());
            return refused.map_or(Next::Done, Next::refused);
        }
        let slices = ctx.caches.of(Resource::ENDPOINTSLICES);
        if self.written.get(key).is_some_and(|written| slices.revision() < *written) {
            return Next::Failed(Str::new_static("EndpointSlice informer cache is out of date"));
        }
        let in_namespace = slices.objects().in_namespace(key.namespace());
        let ours = in_namespace.filter(|slice| {
            slice.meta().label(MANAGED_BY) == Some(MANAGER)
                && slice.meta().label(SERVICE_NAME) == Some(key.name())
                && !slice.meta().is_deleting()
        });
        let there: Vec<Typed<EndpointSlice>> = ours.filter_map(Object::typed).collect();
        let endpoints = ctx.caches.of(Resource::ENDPOINTS).get(key);
        let service = ctx.caches.get::<Service>(key);
        let is_mirrored = service.is_some_and(|service| service.spec.selector.is_empty());
        let wanted = match endpoints.filter(|endpoints| is_mirrored && may_mirror(endpoints)) {
            Some(endpoints) => mirrors(endpoints),
            None => Vec::new(),
        };
        let calls = calls(key, endpoints, there, wanted);
        if calls.is_empty() { Next::Done } else { Next::Call(calls, Writing) }
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(Resource::ENDPOINTS, key.clone())
    }
}

/// Models shouldMirror.
fn may_mirror(endpoints: &Object) -> bool {
    endpoints.meta().label(SKIP) != Some("true")
        && !endpoints.meta().annotations.contains_key("control-plane.alpha.kubernetes.io/leader")
}

/// What leads from the slices that are there to those that are wanted: a slice with the same ports
/// is changed, what is missing is made, and the rest goes.
fn calls(
    key: &Key,
    endpoints: Option<&Object>,
    mut there: Vec<Typed<EndpointSlice>>,
    wanted: Vec<EndpointSliceBody>,
) -> Vec<Call> {
    let resource = Resource::ENDPOINTSLICES;
    let mut calls = Vec::new();
    for body in wanted {
        let alike = |slice: &Typed<EndpointSlice>| {
            slice.body.address_type == body.address_type && slice.body.ports == body.ports
        };
        let Some(at) = there.iter().position(alike) else {
            let Some(endpoints) = endpoints else { continue };
            let slice = EndpointSlice { body: body.into() };
            let (namespace, meta) = (Str::from(key.namespace()), mirror_meta(key, endpoints));
            let body = Payload::Object(Object::new(meta, slice));
            calls.push(Call::Create { resource, namespace, body });
            continue;
        };
        let slice = there.swap_remove(at);
        if *slice.body != body {
            let key = slice.key();
            let body = Payload::Object(slice.with(|slice| slice.body = body.into()).into());
            calls.push(Call::Update { resource, key, part: Part::Main, body });
        }
    }
    let options = DeleteOptions::default();
    calls.extend(there.iter().map(|slice| {
        let options = options.clone();
        Call::Delete { resource, key: slice.key(), options }
    }));
    calls
}

fn mirror_meta(key: &Key, endpoints: &Object) -> ObjectMeta {
    let labels = endpoints.meta().labels.with(MANAGED_BY, MANAGER).with(SERVICE_NAME, key.name());
    let owner = OwnerReference {
        api_version: Str::new_static("v1"),
        kind: Str::new_static("Endpoints"),
        name: key.name().into(),
        uid: endpoints.uid(),
        controller: Some(true),
        block_owner_deletion: Some(true),
        ..OwnerReference::default()
    };
    ObjectMeta {
        generate_name: format!("{}-", key.name()).into(),
        namespace: key.namespace().into(),
        labels,
        owner_references: [owner].into(),
        ..ObjectMeta::default()
    }
}

/// The slices that mirror Endpoints: one for every subset and family of addresses.
fn mirrors(endpoints: &Object) -> Vec<EndpointSliceBody> {
    let Body::Other(_, fields) = endpoints.body() else { return Vec::new() };
    let mut mirrors = Vec::new();
    for subset in fields.get("subsets").map_or(&[][..], Value::items) {
        let ports: List<EndpointPort> = subset.at("ports").items().iter().map(port).collect();
        let lists = [("addresses", true), ("notReadyAddresses", false)];
        let all = lists.iter().flat_map(|(list, ready)| {
            subset.at(list).items().iter().map(move |address| (address, *ready))
        });
        let all: Vec<(&Value, bool)> = all.take(ADDRESSES_MAX).collect();
        for family in ["IPv4", "IPv6"] {
            let is_of =
                |address: &Value| address.at("ip").text().contains(':') == (family == "IPv6");
            let ours = all.iter().filter(|(address, _)| is_of(address));
            let ours: List<Endpoint> = ours.map(|(value, ready)| endpoint(value, *ready)).collect();
            if !ours.is_empty() {
                mirrors.push(EndpointSliceBody {
                    address_type: Str::new_static(family),
                    endpoints: ours,
                    ports: ports.clone(),
                    ..EndpointSliceBody::default()
                });
            }
        }
    }
    mirrors
}

/// Models addressToEndpoint.
fn endpoint(address: &Value, ready: bool) -> Endpoint {
    let text = |key: &str| address.at(key).as_str().map(Str::from);
    let target = address.at("targetRef");
    Endpoint {
        addresses: [Str::from(address.at("ip").text())].into(),
        conditions: EndpointConditions { ready: Some(ready), ..EndpointConditions::default() },
        hostname: text("hostname"),
        node_name: text("nodeName"),
        target_ref: (!target.is_null()).then(|| ObjectReference::load(target)),
        ..Endpoint::default()
    }
}

fn port(port: &Value) -> EndpointPort {
    EndpointPort {
        name: Some(port.at("name").text().into()),
        port: port.at("port").as_int().and_then(|number| number.try_into().ok()),
        protocol: Some(port.at("protocol").text().into()),
        app_protocol: port.at("appProtocol").as_str().map(Str::from),
        ..EndpointPort::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testkit::document;

    fn endpoints(subsets: &str) -> Object {
        let text = format!("{{metadata: {{name: db, namespace: d}}, subsets: {subsets}}}");
        Object::load(Resource::ENDPOINTS, &document(&text))
    }

    #[test]
    fn a_slice_for_every_subset_and_family() {
        let subsets = "[{addresses: [{ip: 10.0.0.1}, {ip: '::1'}], notReadyAddresses: [{ip: \
                       10.0.0.2}], ports: [{name: a, port: 3306, protocol: TCP}]}]";
        let told: Vec<_> = mirrors(&endpoints(subsets))
            .iter()
            .map(|mirror| {
                let ready = mirror.endpoints.iter().map(|it| it.conditions.ready.unwrap());
                (mirror.address_type.clone(), ready.collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(told, [("IPv4".into(), vec![true, false]), ("IPv6".into(), vec![true])]);
    }

    #[test]
    fn makes_changes_and_removes_slices() {
        let verbs = |there: Vec<EndpointSliceBody>, wanted: Vec<EndpointSliceBody>| {
            let slice = |body: EndpointSliceBody| {
                Typed::new(ObjectMeta::default(), EndpointSlice { body: body.into() })
            };
            let (key, endpoints) = (Key::new("d", "db"), endpoints("[]"));
            let there = there.into_iter().map(slice).collect();
            let calls = calls(&key, Some(&endpoints), there, wanted);
            let verb = |call: &Call| match call {
                Call::Create { .. } => 'c',
                Call::Update { .. } => 'u',
                _ => 'd',
            };
            calls.iter().map(verb).collect::<String>()
        };
        let one = |ip: &str| mirrors(&endpoints(&format!("[{{addresses: [{{ip: {ip}}}]}}]")));
        assert_eq!(verbs(Vec::new(), one("10.0.0.1")), "c");
        assert_eq!(verbs(one("10.0.0.1"), one("10.0.0.1")), "");
        assert_eq!(verbs(one("10.0.0.1"), one("10.0.0.2")), "u");
        assert_eq!(verbs(one("10.0.0.1"), Vec::new()), "d");
    }
}
