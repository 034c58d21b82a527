//! The engine's numbers as the page's names: hosts, addresses, objects, instants.

use smol_str::SmolStr;

use crate::api::{Key, Resource, types::ObjectReference};
use crate::cluster::rooms::apiserver::PREFIX;
use crate::cluster::{Cluster, Component, Places};
use crate::sim::{Address, Duration, HostId, Time};
use crate::view::subject::{ObjectId, Part, Place, Subject};

/// The object at `key` of `resource`.
pub fn object_id(resource: Resource, key: &Key) -> ObjectId {
    ObjectId::new(resource.info().kind, key.namespace(), key.name())
}

/// The object a reference points at.
pub fn referred(reference: &ObjectReference) -> ObjectId {
    // An event about a node says that the node lives in no namespace, or in `default`.
    let resource = Resource::of_kind(&reference.api_version, &reference.kind);
    let namespaced = resource.is_none_or(|resource| resource.info().namespaced);
    let namespace = if namespaced { reference.namespace.as_str() } else { "" };
    ObjectId::new(&reference.kind, namespace, &reference.name)
}

/// The resource of objects of this kind, as the page names kinds.
pub fn resource_of(kind: &str) -> Option<Resource> {
    Resource::all().find(|resource| resource.info().kind == kind)
}

/// Where the store keeps an object.
pub fn store_key(id: &ObjectId) -> Option<SmolStr> {
    let resource = resource_of(&id.kind)?;
    let key = Key::new(&id.namespace, &id.name);
    Some(crate::cluster::rooms::apiserver::key_of(resource, &key))
}

/// The object that the store keeps at `key`.
pub fn stored_at(key: &str) -> Option<ObjectId> {
    let rest = key.strip_prefix(PREFIX)?;
    Resource::all().find_map(|resource| {
        let name = rest.strip_prefix(resource.info().storage)?.strip_prefix('/')?;
        Some(object_id(resource, &Key::parse(name)))
    })
}

/// Where a component stands on the stage.
pub fn place_of(component: Component, places: &Places) -> Place {
    let part = |host: HostId, part: Part| Place::Part(places.name(host).clone(), part);
    match component {
        Component::Etcd(at) => part(places.master(at), Part::Etcd),
        Component::Apiserver(at) => part(places.master(at), Part::Apiserver),
        Component::Scheduler(at) => part(places.master(at), Part::Scheduler),
        Component::ControllerManager(at) => part(places.master(at), Part::Controllers),
        Component::Kubelet(host) => part(host, Part::Kubelet),
        Component::StandIns | Component::LoadBalancer => Place::Balancer,
        Component::Terminal | Component::Outside => Place::Terminal,
    }
}

/// Where an address stands on the stage.
pub fn place_at(address: Address, places: &Places) -> Place {
    match places.component(address) {
        Some(component) => place_of(component, places),
        None => Place::Part(places.name(address.host).clone(), Part::Kubelet),
    }
}

/// The component at a place; none where a person can stop nothing.
pub fn component_at(place: &Place, places: &Places) -> Option<Component> {
    let Place::Part(host, part) = place else { return None };
    let host = places.host(host)?;
    let master = u8::try_from(host.0).ok().filter(|_| places.is_master(host));
    match part {
        Part::Etcd => master.map(Component::Etcd),
        Part::Apiserver => master.map(Component::Apiserver),
        Part::Scheduler => master.map(Component::Scheduler),
        Part::Controllers => master.map(Component::ControllerManager),
        Part::Kubelet => Some(Component::Kubelet(host)),
    }
}

/// What a click on a record selects: what it is about, or else who tells it.
pub fn subject(about: Option<(Resource, Key)>, place: Option<&Place>) -> Option<Subject> {
    match about {
        Some((resource, key)) if !key.name().is_empty() => Some(object_id(resource, &key).into()),
        _ => place.cloned().map(Subject::Place),
    }
}

/// An instant as the page counts: from the start of the simulation.
pub fn instant(cluster: &Cluster, time: Time) -> Duration {
    time.since(cluster.config().start)
}
