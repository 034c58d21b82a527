//! The nodes of a bare cluster: their objects, their leases, stopping and starting them.

use super::{Out, StandIns, Token, statuses};
use crate::api::rpc::{Answer, Call, Part, Patch, Payload};
use crate::api::types::{Lease, LeaseSpec, Node, ObjectMeta, Pod};
use crate::api::{Key, MicroTime, Object, Resource, Status, Str, Typed};
use crate::client::Delta;
use crate::kubelet::record::{NodeRecord, Record};
use crate::sim::Causes;

/// How long leases hold.
const LEASE_SECS: i32 = 40;
/// Where the leases of nodes are.
const LEASES: &str = "kube-node-lease";

impl StandIns {
    /// A node that was given up comes back by telling that it is well.
    pub(super) fn on_node(&mut self, delta: &Delta, out: &mut Out) {
        let Some(node) = delta.after.as_ref().and_then(|object| object.typed::<Node>()) else {
            return;
        };
        let at = self.by_name.get(node.name()).copied();
        if let Some(at) = at.filter(|at| self.runs(*at) && !node.is_ready()) {
            self.report(at, &node, out);
        }
    }

    pub(super) fn stop_node(&mut self, name: &str, out: &mut Out) {
        let Some(&at) = self.by_name.get(name) else { return };
        if let Some(state) = self.nodes.get_mut(&at) {
            state.is_running = false;
        }
        out.record(Record::Node(self.profiles[at as usize].name.clone(), NodeRecord::Stopped));
    }

    pub(super) fn start_node(&mut self, name: &str, out: &mut Out) {
        let Some(&at) = self.by_name.get(name) else { return };
        if let Some(state) = self.nodes.get_mut(&at) {
            state.is_running = true;
        }
        let causes = Causes::one(out.current());
        let name = self.profiles[at as usize].name.clone();
        out.record_now(causes, Record::Node(name.clone(), NodeRecord::Starting));
        self.renew(at, out);
        let node = self.objects.get(&Key::new("", &name)).and_then(|object| object.typed::<Node>());
        match node {
            Some(node) => self.report(at, &node, out),
            None => {
                // It may have been deleted meanwhile.
                if let Some(state) = self.nodes.get_mut(&at) {
                    state.is_registered = false;
                }
                self.register(at, out);
            }
        }
        let is_its = |pod: &Typed<Pod>| pod.spec.node_name == name;
        let pods = self.pods.objects().iter().filter_map(|object| object.typed::<Pod>());
        let keys: Vec<Key> = pods.filter(is_its).map(|pod| pod.key()).collect();
        for key in keys {
            self.look_after(&key, out);
        }
    }

    /// Registers a node, or tells that it is well.
    pub(super) fn look_after_node(&mut self, at: u32, out: &mut Out) {
        self.register(at, out);
        let key = Key::new("", &self.profiles[at as usize].name);
        let node = self.objects.get(&key).and_then(|object| object.typed::<Node>());
        if let Some(node) = node.filter(|node| self.runs(at) && !node.is_ready()) {
            self.report(at, &node, out);
        }
    }

    /// Registers a node that runs and is not registered yet.
    pub(super) fn register(&mut self, at: u32, out: &mut Out) {
        if self.nodes.get(&at).is_none_or(|state| !state.is_running || state.is_registered) {
            return;
        }
        let profile = &self.profiles[at as usize];
        let body = Payload::Object(statuses::node(profile, out.now()));
        let (resource, namespace) = (Resource::NODES, Str::default());
        let before = out.current();
        let record = Record::Node(profile.name.clone(), NodeRecord::Registering);
        out.record_now(Causes::one(before), record);
        self.ask(at, Call::Create { resource, namespace, body }, Token::Register(at), out);
        out.resume(before);
    }

    /// Tells that a node is well.
    fn report(&mut self, at: u32, node: &Typed<Node>, out: &mut Out) {
        let status = statuses::well(&node.status, out.now()).into();
        let body = Node { spec: node.spec.clone(), status };
        let patch = Patch::Status(Object::from(node.clone()).with_body(body));
        let (resource, key, part) = (Resource::NODES, node.key(), Part::Status);
        self.ask(at, Call::Patch { resource, key, part, patch }, Token::NodeStatus(at), out);
    }

    pub(super) fn renew(&mut self, at: u32, out: &mut Out) {
        let Some(state) = self.nodes.get(&at).filter(|state| state.is_running) else { return };
        let (resource, namespace) = (Resource::LEASES, Str::new_static(LEASES));
        let now = Some(MicroTime::at(out.now()));
        let name = &self.profiles[at as usize].name;
        let call = match &state.lease {
            Some(lease) => {
                let spec = LeaseSpec { renew_time: now, ..(*lease.spec).clone() };
                let lease = lease.with(|lease| lease.spec = spec.into());
                let (key, part) = (lease.key(), Part::Main);
                Call::Update { resource, key, part, body: Payload::Object(lease.into()) }
            }
            None => {
                let spec = LeaseSpec {
                    holder_identity: Some(name.clone()),
                    lease_duration_seconds: Some(LEASE_SECS),
                    renew_time: now,
                    ..LeaseSpec::default()
                };
                let meta = ObjectMeta {
                    name: name.clone(),
                    namespace: namespace.clone(),
                    ..ObjectMeta::default()
                };
                let body = Payload::Object(Object::new(meta, Lease { spec: spec.into() }));
                Call::Create { resource, namespace, body }
            }
        };
        self.ask(at, call, Token::Lease(at), out);
    }

    pub(super) fn on_lease(
        &mut self,
        at: u32,
        result: Option<&Result<Answer, Status>>,
        out: &mut Out,
    ) {
        match result {
            Some(Ok(Answer::Object(lease))) => self.set_lease(at, lease.typed()),
            Some(Err(status)) if status.is_not_found() => {
                self.set_lease(at, None);
                self.renew(at, out);
            }
            Some(Err(status)) if status.is_conflict() || status.is_already_exists() => {
                let key = Key::new(LEASES, &self.profiles[at as usize].name);
                let call = Call::Get { resource: Resource::LEASES, key, part: Part::Main };
                self.ask(at, call, Token::Lease(at), out);
            }
            // The next renewal tries again.
            _ => {}
        }
    }

    fn set_lease(&mut self, at: u32, lease: Option<Typed<Lease>>) {
        if let Some(state) = self.nodes.get_mut(&at) {
            state.lease = lease;
        }
    }
}
