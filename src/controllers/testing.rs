//! A small apiserver, scheduler and kubelet in one, and a manager that talks to them.
//!
//! Only as much of each as the tests of this room need; everything happens in simulated time,
//! with a latency for requests and another for what watches tell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Config, Input, Manager, Record};
use crate::api::rpc::*;
use crate::api::types::*;
use crate::api::{Body, Change, Key, Kind, Object, Resource, Status, Str, Timestamp, Typed, Value};
use crate::sim::{Address, Duration, Effect, Outbox, Queue, RecordId, Rng, Time};

/// Where the simulation starts.
pub(super) const START: Time = Time::from_secs(1_767_225_600);

enum Happening {
    ToServer(ToServer),
    ToManager(Input),
    PodRuns(Key),
}

/// The whole world of the tests.
pub(super) struct World {
    pub(super) now: Time,
    pub(super) manager: Manager,
    /// What the manager told, as text.
    pub(super) log: Vec<String>,
    /// How many requests of each verb and resource have come: `create pods`.
    pub(super) requests: BTreeMap<String, usize>,
    /// Requests that are refused: verb, resource, and with what.
    pub(super) refuse: Vec<(&'static str, Resource, Status)>,
    /// How far watches lag behind.
    pub(super) watch_lag: Duration,
    /// Nodes whose kubelets do nothing.
    pub(super) silent: BTreeSet<Str>,
    /// Whether pods run half a second after their creation.
    pub(super) pods_run: bool,
    queue: Queue<Happening>,
    out: super::Out,
    records: u64,
    revision: u64,
    store: BTreeMap<(Resource, Key), Object>,
    watches: BTreeMap<u32, Selection>,
    history: Vec<Arc<Change>>,
    rng: Rng,
}

impl World {
    /// A manager that has just started, and an empty store.
    pub(super) fn new() -> Self {
        Self::with_config(Config::default())
    }

    pub(super) fn with_config(config: Config) -> Self {
        let manager = Manager::new(config.into(), "master", Address::default(), Rng::new(1));
        let mut world = Self {
            now: START,
            manager,
            log: Vec::new(),
            requests: BTreeMap::new(),
            refuse: Vec::new(),
            watch_lag: Duration::from_millis(2),
            silent: BTreeSet::new(),
            pods_run: true,
            queue: Queue::new(),
            out: Outbox::new(),
            records: 0,
            revision: 1,
            store: BTreeMap::new(),
            watches: BTreeMap::new(),
            history: Vec::new(),
            rng: Rng::new(2),
        };
        world.queue.push(START, Happening::ToManager(Input::Start));
        world
    }

    /// Lets so many milliseconds pass.
    pub(super) fn run(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        while self.queue.next_time().is_some_and(|time| time <= end)
            && let Some((time, _, happening)) = self.queue.pop()
        {
            self.now = time;
            match happening {
                Happening::ToServer(message) => self.serve(message),
                Happening::ToManager(input) => self.tell_manager(input),
                Happening::PodRuns(key) => self.run_pod(&key),
            }
        }
        self.now = end;
    }

    /// The object of kind `K` called `name` in `default`, or without a namespace.
    pub(super) fn get<K: Kind>(&self, name: &str) -> Option<Typed<K>> {
        let keys = [Key::new("default", name), Key::new("", name)];
        let mut found = keys.into_iter().filter_map(|key| self.store.get(&(K::RESOURCE, key)));
        found.next()?.typed()
    }

    /// The object of `resource` at `key`.
    pub(super) fn stored(&self, resource: Resource, key: &Key) -> Option<&Object> {
        self.store.get(&(resource, key.clone()))
    }

    /// All objects of kind `K`.
    pub(super) fn all<K: Kind>(&self) -> Vec<Typed<K>> {
        self.store.values().filter_map(Object::typed).collect()
    }

    /// The messages of all events with this reason, sorted.
    pub(super) fn events(&self, reason: &str) -> Vec<Str> {
        let events = self.all::<Event>();
        let told = events.iter().filter(|event| event.body.reason == reason);
        let mut messages: Vec<Str> = told.map(|event| event.body.message.clone()).collect();
        messages.sort();
        messages
    }

    /// How many requests of this verb and resource have come.
    pub(super) fn asked(&self, what: &str) -> usize {
        self.requests.get(what).copied().unwrap_or_default()
    }

    /// A person creates an object.
    pub(super) fn create(&mut self, object: Object) {
        let made = self.make(&object);
        self.put(made);
    }

    /// A person changes an object.
    pub(super) fn change<K: Kind>(&mut self, name: &str, change: impl FnOnce(&mut K)) {
        let old = self.get::<K>(name).expect("the object to change");
        let new = old.with(change);
        let merged = merge(old.object(), new.object(), Part::Main);
        let merged = merge(&merged, new.object(), Part::Status);
        self.put(merged);
    }

    /// A person puts an object in place of the one of its name.
    pub(super) fn replace(&mut self, object: Object) {
        self.put(object);
    }

    /// The connection between manager and apiserver breaks.
    pub(super) fn disconnect(&mut self) {
        self.watches.clear();
        self.queue.push(self.now, Happening::ToManager(Input::Disconnected));
    }

    /// A person deletes an object.
    pub(super) fn delete<K: Kind>(&mut self, name: &str, options: &DeleteOptions) {
        let key = self.get::<K>(name).expect("the object to delete").key();
        self.remove(K::RESOURCE, &key, options).expect("it can be deleted");
    }

    /// A node that is Ready, with a lease renewed now.
    pub(super) fn add_node(&mut self, name: &str) {
        let condition = |kind: &str, status: &str| NodeCondition {
            kind: kind.into(),
            status: status.into(),
            last_heartbeat_time: Some(Timestamp::at(self.now)),
            ..NodeCondition::default()
        };
        let kinds = ["MemoryPressure", "DiskPressure", "PIDPressure"];
        let healthy = kinds.map(|kind| condition(kind, "False"));
        let conditions = healthy.into_iter().chain([condition("Ready", "True")]).collect();
        let status = NodeStatus { conditions, ..NodeStatus::default() };
        let node = Node { status: status.into(), ..Node::default() };
        let meta = ObjectMeta { name: name.into(), ..ObjectMeta::default() };
        self.create(Object::new(meta, node));
        self.renew(name);
    }

    /// The node's kubelet renews its lease.
    pub(super) fn renew(&mut self, name: &str) {
        let renew_time = Some(crate::api::MicroTime::at(self.now));
        let spec = LeaseSpec { renew_time, ..LeaseSpec::default() };
        let (name, namespace) = (name.into(), "kube-node-lease".into());
        let meta = ObjectMeta { name, namespace, ..ObjectMeta::default() };
        self.create(Object::new(meta, Lease { spec: spec.into() }));
    }

    fn tell_manager(&mut self, input: Input) {
        self.records += 1;
        self.out.open(self.now, RecordId(self.records));
        self.manager.handle(self.now, input, &mut self.out);
        let effects: Vec<_> = self.out.drain().collect();
        for effect in effects {
            match effect {
                Effect::Send { after, message, .. } => {
                    let latency = after + Duration::from_millis(1);
                    self.queue.push(self.now + latency, Happening::ToServer(message));
                }
                Effect::Timer { at, token, .. } => {
                    _ = self.queue.push(at, Happening::ToManager(Input::Timer(token)));
                }
                Effect::Record { payload, .. } => {
                    self.records += 1;
                    assert!(payload.subject().is_some() || !matches!(payload, Record::Line(_)));
                    self.log.push(payload.to_string());
                }
            }
        }
    }

    fn serve(&mut self, message: ToServer) {
        let (id, request) = match message {
            ToServer::Request(id, request) => (id, request),
            ToServer::Cancel(id) => {
                self.watches.remove(&id);
                return;
            }
        };
        let call = &request.call;
        let what = format!("{} {}", call.verb(), call.resource().info().plural);
        *self.requests.entry(what).or_default() += 1;
        let refusal = self
            .refuse
            .iter()
            .find(|(verb, resource, _)| (*verb, *resource) == (call.verb(), call.resource()));
        let result = match refusal {
            Some((_, _, status)) => Err(status.clone()),
            None => self.answer(id, call),
        };
        let response = Response { result, warnings: [].into() };
        let message = Input::Message(ToClient::Response(id, Arc::new(response)));
        let at = self.now + Duration::from_millis(1);
        self.queue.push(at, Happening::ToManager(message));
    }

    fn answer(&mut self, id: u32, call: &Call) -> Result<Answer, Status> {
        match call {
            Call::Get { resource, key, .. } => Ok(Answer::Object(self.find(*resource, key)?)),
            Call::List(selection) => {
                let found = self.store.values().filter(|o| o.resource() == selection.resource);
                let found = found.filter(|o| selection.matches(o)).cloned().collect();
                Ok(Answer::List(selection.resource, found, ListMeta::complete(self.revision)))
            }
            Call::Discover => Ok(Answer::Served([].into())),
            Call::Watch { selection, from, .. } => {
                self.watches.insert(id, selection.clone());
                for change in self.history.clone().iter().filter(|change| change.revision > *from) {
                    self.show(id, selection, change);
                }
                Ok(Answer::Watching)
            }
            Call::Create { body: Payload::Object(object), .. } => {
                let made = self.make(object);
                if self.store.contains_key(&(made.resource(), made.key())) {
                    return Err(Status::already_exists(made.resource(), made.name()));
                }
                Ok(Answer::Object(self.put(made)))
            }
            Call::Update { resource, key, part, body: Payload::Object(new) } => {
                let old = self.find(*resource, key)?;
                if new.revision != 0 && new.revision != old.revision {
                    return Err(Status::modified(*resource, key.name()));
                }
                Ok(Answer::Object(self.put(merge(&old, new, *part))))
            }
            Call::Patch { resource, key, patch, .. } => {
                let old = self.find(*resource, key)?;
                Ok(Answer::Object(self.put(patched(&old, patch))))
            }
            Call::Delete { resource, key, options } => self.remove(*resource, key, options),
            Call::DeleteCollection { selection, options } => {
                let found = self.store.values().filter(|o| o.resource() == selection.resource);
                let found = found.filter(|o| selection.matches(o)).map(Object::key);
                for key in found.collect::<Vec<_>>() {
                    self.remove(selection.resource, &key, options)?;
                }
                Ok(Answer::Done)
            }
            _ => Err(Status::bad_request("not here")),
        }
    }

    fn find(&self, resource: Resource, key: &Key) -> Result<Object, Status> {
        let found = self.store.get(&(resource, key.clone())).cloned();
        found.ok_or_else(|| Status::not_found(resource, key.name()))
    }

    fn make(&mut self, object: &Object) -> Object {
        let (high, low) = (self.rng.next_u64(), self.rng.next_u64());
        object.with_meta(|meta| {
            if meta.name.is_empty() {
                meta.name = format!("{}{:05}", meta.generate_name, low % 100_000).into();
            }
            meta.uid = Uid::random(high, low);
            meta.generation = 1;
            meta.creation_timestamp = Some(Timestamp::at(self.now));
        })
    }

    /// Stores an object, or removes one whose last finalizer is gone, and tells the watches.
    fn put(&mut self, object: Object) -> Object {
        self.revision += 1;
        let object = object.at_revision(self.revision);
        let key = (object.resource(), object.key());
        let meta = object.meta();
        let in_use = object.get::<Pod>().is_some()
            || object
                .get::<Namespace>()
                .is_some_and(|namespace| !namespace.spec.finalizers.is_empty());
        let gone = meta.is_deleting() && meta.finalizers.is_empty() && !in_use;
        let before = match gone {
            true => self.store.remove(&key),
            false => self.store.insert(key.clone(), object.clone()),
        };
        if before.is_none() && self.pods_run && key.0 == Resource::PODS {
            let at = self.now + Duration::from_millis(500);
            self.queue.push(at, Happening::PodRuns(key.1));
        }
        self.publish(before, (!gone).then(|| object.clone()));
        object
    }

    fn publish(&mut self, before: Option<Object>, after: Option<Object>) {
        let change = Change::new(self.revision, before, after);
        for (id, selection) in &self.watches.clone() {
            self.show(*id, selection, &change);
        }
        self.history.push(change);
    }

    /// Shows a change to a watch, if it is one of what that selects.
    fn show(&mut self, id: u32, selection: &Selection, change: &Arc<Change>) {
        if change.object().resource() == selection.resource
            && let Some(event) = WatchEvent::of(change, selection)
        {
            let message = ToClient::Events(id, [event].into());
            let at = self.now + self.watch_lag;
            self.queue.push(at, Happening::ToManager(Input::Message(message)));
        }
    }

    fn remove(
        &mut self,
        resource: Resource,
        key: &Key,
        options: &DeleteOptions,
    ) -> Result<Answer, Status> {
        let old = self.find(resource, key)?;
        if options.uid.is_some_and(|uid| uid != old.uid()) {
            return Err(Status::conflict(resource, key.name(), "Precondition failed: UID"));
        }
        let finalizer = match options.propagation {
            Some(Propagation::Foreground) => Some("foregroundDeletion"),
            Some(Propagation::Orphan) => Some("orphan"),
            _ => None,
        };
        let marked = old.with_meta(|meta| {
            meta.deletion_timestamp.get_or_insert(Timestamp::at(self.now));
            let mut finalizers = meta.finalizers.to_vec();
            finalizers.extend(finalizer.map(Str::from));
            finalizers.dedup();
            meta.finalizers = finalizers.into();
        });
        let stays = old.get::<Pod>().is_some_and(|pod| {
            self.silent.contains(&pod.spec.node_name) && options.grace_period_seconds != Some(0)
        });
        let is_namespace = old.get::<Namespace>().is_some();
        if stays || is_namespace || !marked.meta().finalizers.is_empty() {
            return Ok(Answer::Object(self.put(marked)));
        }
        self.revision += 1;
        let before = self.store.remove(&(resource, key.clone()));
        self.publish(before, None);
        Ok(Answer::Object(marked))
    }

    /// The scheduler takes the node with the fewest pods, and its kubelet runs the pod.
    fn run_pod(&mut self, key: &Key) {
        let Ok(object) = self.find(Resource::PODS, key) else { return };
        let Some(pod) = object.typed::<Pod>() else { return };
        let on = |name: &str| self.all::<Pod>().iter().filter(|p| p.spec.node_name == name).count();
        let nodes = self.all::<Node>();
        let free = nodes.iter().filter(|n| n.is_ready() && n.spec.taints.is_empty());
        let free = free.min_by_key(|node| (on(node.name()), node.name().to_owned()));
        let Some(node) = free.map(|node| Str::from(node.name())) else { return };
        let now = Timestamp::at(self.now);
        let ready = PodCondition {
            kind: "Ready".into(),
            status: "True".into(),
            last_transition_time: Some(now),
            ..PodCondition::default()
        };
        let number = self.rng.below(250);
        let pod = pod.with(|pod| {
            let mut spec = (*pod.spec).clone();
            spec.node_name = node;
            pod.spec = spec.into();
            let ip: Str = format!("10.244.1.{number}").into();
            pod.status = Arc::new(PodStatus {
                phase: "Running".into(),
                conditions: [ready].into(),
                pod_ip: ip.clone(),
                pod_ips: [HostIp { ip, ..HostIp::default() }].into(),
                ..PodStatus::default()
            });
        });
        self.put(pod.into());
    }
}

/// `old` with one part of `new`.
fn merge(old: &Object, new: &Object, part: Part) -> Object {
    macro_rules! split {
        ($($kind:ident),*) => {
            match (old.body(), new.body()) {
                $((Body::$kind(old), Body::$kind(new)) => match part {
                    Part::Status => $kind { status: new.status.clone(), ..old.clone() }.into(),
                    _ => $kind { spec: new.spec.clone(), ..old.clone() }.into(),
                },)*
                (_, new) => new.clone(),
            }
        };
    }
    let body: Body =
        split!(Deployment, ReplicaSet, ReplicationController, Node, Pod, Namespace, ResourceQuota);
    let spec_changed = part != Part::Status && body != *old.body();
    let merged = old.with_body(body);
    merged.with_meta(|meta| {
        meta.annotations = new.meta().annotations.clone();
        if part == Part::Main {
            meta.labels = new.meta().labels.clone();
            meta.owner_references = new.meta().owner_references.clone();
            meta.finalizers = new.meta().finalizers.clone();
        }
        meta.generation += i64::from(spec_changed);
    })
}

fn patched(old: &Object, patch: &Patch) -> Object {
    match patch {
        Patch::Status(new) => merge(old, new, Part::Status),
        Patch::Metadata { to, .. } => old.with_meta(|meta| {
            meta.labels = to.labels.clone();
            meta.annotations = to.annotations.clone();
            meta.owner_references = to.owner_references.clone();
            meta.finalizers = to.finalizers.clone();
        }),
        Patch::Merge(patch) => {
            let mut value = old.to_value();
            apply(&mut value, patch);
            Object::load(old.resource(), &value)
        }
        _ => old.clone(),
    }
}

fn apply(value: &mut Value, patch: &Value) {
    let Some(fields) = patch.as_map() else { return *value = patch.clone() };
    for (key, patch) in fields.iter() {
        apply(value.entry(key), patch);
    }
}
