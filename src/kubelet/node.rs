//! The node's own object and its heartbeats.
//!
//! Models pkg/kubelet/kubelet_node_status.go and
//! component-helpers/apimachinery/lease/controller.go.
//!
//! Departure: the lease is renewed and the status computed at the same moment; upstream has two
//! loops of the same period.
//!
//! Invariant: an idle node sends one request a heartbeat, and computes its status only when
//! something it is made of has changed or a report is due.

use super::host::{Host, Out, Token};
use super::node_status::{self, Transition};
use super::record::{NodeRecord, Record};
use crate::api::rpc::{Answer, Call, Part, Patch, Payload, Response};
use crate::api::types::{Lease, LeaseSpec, Node, ObjectMeta, ObjectReference, OwnerReference, Uid};
use crate::api::{Key, MicroTime, Object, Resource, Str, Typed};
use crate::client::{Client, Identity};
use crate::sim::{Causes, Duration, Time};

/// How often the lease is renewed: a quarter of its duration. Models leaseRenewInterval.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How much longer a heartbeat may take: 4 %. Models leaseJitterFactor.
const HEARTBEAT_JITTER: Duration = Duration::from_millis(400);
/// How long a lease holds. Models nodeLeaseDurationSeconds.
const LEASE_SECS: i32 = 40;
/// How often the status is reported when nothing changes. Models nodeStatusReportFrequency.
const REPORT: Duration = Duration::from_secs(300);
/// The first wait before registering again; it doubles up to the last.
/// Models registerWithAPIServer.
const FIRST_RETRY: Duration = Duration::from_millis(100);
const LAST_RETRY: Duration = Duration::from_secs(7);

/// The node's own object and its heartbeats.
#[derive(Clone, Debug)]
pub struct NodeAgent {
    /// Heartbeats have a client of their own, so that nothing holds them up.
    heartbeat: Client<Token>,
    node: Option<Typed<Node>>,
    registration: Registration,
    failures: u32,
    lease: Option<Typed<Lease>>,
    is_renewing: bool,
    is_reporting: bool,
    /// When the status has to be reported though nothing changed.
    report_due: Time,
    /// What the status was last computed from.
    computed: Option<Basis>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Registration {
    Creating,
    /// The object is there already: it is to be read.
    Reading,
    Done,
}

/// What a node's status is computed from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Basis {
    revision: u64,
    images: u32,
    is_ready: bool,
}

impl NodeAgent {
    /// The agent of a node that is not registered yet.
    pub fn new(host: &Host) -> Self {
        let identity = Identity {
            user: format!("system:node:{}", host.config.name).into(),
            agent: Str::new_static("kubelet"),
        };
        // Upstream lifts the rate limit for heartbeats altogether.
        let heartbeat = Client::new(host.client.server(), identity, (1000, 1000), 2);
        Self {
            heartbeat,
            node: None,
            registration: Registration::Creating,
            failures: 0,
            lease: None,
            is_renewing: false,
            is_reporting: false,
            report_due: Time::default(),
            computed: None,
        }
    }

    /// The client of heartbeats.
    pub fn client(&mut self) -> &mut Client<Token> {
        &mut self.heartbeat
    }

    /// The node's object as far as it is known.
    pub fn node(&self) -> Option<&Typed<Node>> {
        self.node.as_ref()
    }

    /// The node's identity, once it is registered.
    pub fn registered_uid(&self) -> Option<Uid> {
        let node = self.node.as_ref().filter(|_| self.registration == Registration::Done);
        node.map(Typed::uid)
    }

    /// Tells what a kubelet tells when it starts.
    pub fn announce(&mut self, host: &mut Host, out: &mut Out) {
        say(host, out, NodeRecord::Starting);
        let object = reference(host);
        host.normal(out, &object, "Starting", "Starting kubelet.");
        let (_, transitions) = node_status::initial(&host.config, &host.runtime, out.now());
        tell(&transitions, host, out);
        let message = "Updated Node Allocatable limit across pods";
        host.normal(out, &object, "NodeAllocatableEnforced", message);
    }

    /// Tries to register. Models tryRegisterWithAPIServer.
    pub fn register(&mut self, host: &mut Host, out: &mut Out) {
        if self.registration == Registration::Done {
            return;
        }
        say(host, out, NodeRecord::Registering);
        self.registration = Registration::Creating;
        let (node, _) = node_status::initial(&host.config, &host.runtime, out.now());
        let (resource, namespace, body) = (Resource::NODES, Str::default(), Payload::Object(node));
        host.client.call(out, Call::Create { resource, namespace, body }, Token::Register);
    }

    /// The answer to registering came, none when the connection broke; after how long to try
    /// again, if that is necessary.
    pub fn on_register_response(
        &mut self,
        response: Option<&Response>,
        host: &mut Host,
        out: &mut Out,
    ) -> Option<Duration> {
        match response.map(|response| &response.result) {
            Some(Ok(Answer::Object(object))) => {
                let record = match self.registration {
                    Registration::Creating => NodeRecord::Registered,
                    _ => NodeRecord::AlreadyRegistered,
                };
                say(host, out, record);
                self.registration = Registration::Done;
                self.on_node(object.typed(), host, out);
                self.adopt_labels(host, out);
                None
            }
            Some(Err(status)) if status.is_already_exists() => {
                self.registration = Registration::Reading;
                let key = Key::new("", &host.config.name);
                let call = Call::Get { resource: Resource::NODES, key, part: Part::Main };
                host.client.call(out, call, Token::Register);
                None
            }
            _ => {
                let wait = FIRST_RETRY.saturating_mul(1 << self.failures.min(10)).min(LAST_RETRY);
                self.failures += 1;
                Some(wait)
            }
        }
    }

    /// The node's object as it is now; none when it is gone.
    pub fn on_node(&mut self, node: Option<Typed<Node>>, host: &mut Host, out: &mut Out) {
        if let Some(prefix) = node.as_ref().and_then(|node| prefix(&node.spec.pod_cidr)) {
            host.runtime.set_network(prefix);
        }
        let is_newer = |known: &Typed<Node>| {
            node.as_ref().is_none_or(|node| revision(node) >= revision(known))
        };
        if self.node.as_ref().is_none_or(is_newer) {
            self.node = node;
        }
        if self.registration == Registration::Done && !self.is_reporting {
            self.update_status(host, out);
        }
    }

    /// Renews the lease and looks after the status; after how long to do so again.
    pub fn beat(&mut self, host: &mut Host, out: &mut Out) -> Duration {
        self.renew(host, out);
        self.update_status(host, out);
        HEARTBEAT + host.rng.up_to(HEARTBEAT_JITTER)
    }

    /// The answer to a heartbeat came; none when the connection broke.
    pub fn on_lease_response(
        &mut self,
        response: Option<&Response>,
        host: &mut Host,
        out: &mut Out,
    ) {
        self.is_renewing = false;
        match response.map(|response| &response.result) {
            Some(Ok(Answer::Object(lease))) => self.lease = lease.typed(),
            // It has to be made, or made anew.
            Some(Err(status)) if status.is_not_found() => {
                self.lease = None;
                self.renew(host, out);
            }
            // It is there already, or another one wrote it: read it, then write.
            Some(Err(status)) if status.is_already_exists() || status.is_conflict() => {
                self.is_renewing = true;
                let call = Call::Get {
                    resource: Resource::LEASES,
                    key: lease_key(host),
                    part: Part::Main,
                };
                self.heartbeat.call(out, call, Token::Lease);
            }
            Some(Ok(_)) => {}
            _ => say(host, out, NodeRecord::LeaseFailed),
        }
    }

    /// The answer to a report came; none when the connection broke.
    pub fn on_status_response(
        &mut self,
        response: Option<&Response>,
        host: &mut Host,
        out: &mut Out,
    ) {
        self.is_reporting = false;
        if let Some(Ok(Answer::Object(object))) = response.map(|response| &response.result) {
            self.on_node(object.typed(), host, out);
        } else {
            // The next heartbeat tries again.
            self.computed = None;
        }
    }

    /// Computes the status if it may be another, and reports it if it is or if a report is due.
    pub fn update_status(&mut self, host: &mut Host, out: &mut Out) {
        let now = out.now();
        let Some(node) = self.node.clone().filter(|_| !self.is_reporting) else { return };
        let basis = Basis {
            revision: revision(&node),
            images: host.runtime.images.version(),
            is_ready: host.is_network_ready(now),
        };
        if self.computed == Some(basis) && now < self.report_due {
            return;
        }
        self.computed = Some(basis);
        let mut transitions = Vec::new();
        let status =
            node_status::status(&node.status, &host.config, &host.runtime, now, &mut transitions);
        let is_changed = !node_status::is_same(&node.status, &status);
        if !is_changed && now < self.report_due {
            return;
        }
        // After a change the next report comes at a time of its own, lest all nodes report at once.
        let half = REPORT / 2;
        self.report_due = match is_changed {
            true => now + half + host.rng.up_to(REPORT),
            false => now + REPORT,
        };
        if transitions.contains(&"NodeReady") {
            say(host, out, NodeRecord::Ready);
        } else if transitions.contains(&"NodeNotReady") {
            say(host, out, NodeRecord::NotReady);
        }
        tell(&transitions, host, out);
        self.is_reporting = true;
        let spec = node.spec.clone();
        let object = Object::from(node).with_body(Node { spec, status: status.into() });
        let (resource, key, part) = (Resource::NODES, object.key(), Part::Status);
        let patch = Patch::Status(object);
        let call = Call::Patch { resource, key, part, patch };
        self.heartbeat.call(out, call, Token::NodeStatus);
    }

    fn renew(&mut self, host: &mut Host, out: &mut Out) {
        if self.is_renewing {
            // Nobody has answered since the last heartbeat: give up on that one.
            self.heartbeat.abandon(out, |token| *token == Token::Lease);
            self.lease = None;
        }
        self.is_renewing = true;
        let now = Some(MicroTime::at(out.now()));
        let call = match self.lease.take() {
            Some(lease) => {
                let renewed = lease.with(|lease| {
                    let spec = LeaseSpec { renew_time: now, ..(*lease.spec).clone() };
                    lease.spec = spec.into();
                });
                let body = Payload::Object(renewed.into());
                let (resource, key) = (Resource::LEASES, lease_key(host));
                Call::Update { resource, key, part: Part::Main, body }
            }
            None => {
                let body = Payload::Object(self.new_lease(host, now));
                let namespace = Str::new_static(LEASE_NAMESPACE);
                Call::Create { resource: Resource::LEASES, namespace, body }
            }
        };
        self.heartbeat.call(out, call, Token::Lease);
    }

    fn new_lease(&self, host: &Host, now: Option<MicroTime>) -> Object {
        let name = &host.config.name;
        let owner = |uid| OwnerReference {
            api_version: Str::new_static("v1"),
            kind: Str::new_static("Node"),
            name: name.clone(),
            uid,
            ..OwnerReference::default()
        };
        let meta = ObjectMeta {
            name: name.clone(),
            namespace: Str::new_static(LEASE_NAMESPACE),
            owner_references: self.registered_uid().map(owner).into_iter().collect(),
            ..ObjectMeta::default()
        };
        let spec = LeaseSpec {
            holder_identity: Some(name.clone()),
            lease_duration_seconds: Some(LEASE_SECS),
            renew_time: now,
            ..LeaseSpec::default()
        };
        Object::new(meta, Lease { spec: spec.into() })
    }

    /// A node that was there before gets the labels that it lacks.
    /// Models updateDefaultLabels.
    fn adopt_labels(&mut self, host: &mut Host, out: &mut Out) {
        let Some(node) = &self.node else { return };
        let wanted = node_status::labels(&host.config);
        if wanted.iter().all(|(key, value)| node.meta().labels.get(key) == Some(value)) {
            return;
        }
        let labels = wanted.iter().fold(node.meta().labels.clone(), |l, (k, v)| l.with(&**k, &**v));
        let from = Object::from(node.clone()).shared_meta().clone();
        let to = ObjectMeta { labels, ..(*from).clone() }.into();
        let (resource, key, part) = (Resource::NODES, node.key(), Part::Main);
        let patch = Patch::Metadata { from, to };
        host.client.call(out, Call::Patch { resource, key, part, patch }, Token::Event);
    }
}

/// Where the leases of nodes are. Models corev1.NamespaceNodeLease.
const LEASE_NAMESPACE: &str = "kube-node-lease";

fn lease_key(host: &Host) -> Key {
    Key::new(LEASE_NAMESPACE, &host.config.name)
}

fn revision(node: &Typed<Node>) -> u64 {
    Object::from(node.clone()).revision
}

/// The first three parts of an address range such as `10.244.3.0/24`.
fn prefix(cidr: &str) -> Option<[u8; 3]> {
    let (address, bits) = cidr.split_once('/')?;
    let mut parts = address.split('.').map(|part| part.parse().ok());
    let prefix = [parts.next()??, parts.next()??, parts.next()??];
    (bits == "24").then_some(prefix)
}

/// Upstream's events name the node by its name in place of an identity; ours leave that out.
fn reference(host: &Host) -> ObjectReference {
    ObjectReference {
        kind: Str::new_static("Node"),
        name: host.config.name.clone(),
        ..ObjectReference::default()
    }
}

fn tell(transitions: &[Transition], host: &mut Host, out: &mut Out) {
    let object = reference(host);
    for reason in transitions {
        let message = format!("Node {} status is now: {reason}", host.config.name);
        host.normal(out, &object, reason, message);
    }
}

fn say(host: &Host, out: &mut Out, record: NodeRecord) {
    let causes = Causes::one(out.current());
    out.record_now(causes, Record::Node(host.config.name.clone(), record));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_give_their_first_three_parts() {
        assert_eq!(prefix("10.244.3.0/24"), Some([10, 244, 3]));
        assert_eq!(prefix("10.244.0.0/16"), None);
        assert_eq!(prefix(""), None);
        assert_eq!(prefix("10.244.300.0/24"), None);
    }
}
