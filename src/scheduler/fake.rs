//! A small cluster for the tests of this room: an apiserver that stores, watches and refuses as
//! the real one does, and schedulers that talk to it, a millisecond away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Config, Input, Record, Scheduler, Timer};
use crate::api::rpc::{
    Answer, Call, ListMeta, Patch, Payload, Request, Response, Selection, ToClient, ToServer,
    WatchEvent,
};
use crate::api::types::{Event, Pod};
use crate::api::{Change, Collection, Key, Object, Resource, Status, Str, Typed, Uid};
use crate::sim::{Address, Duration, Effect, Outbox, Queue, RecordId, Rng, Time};

const LATENCY: Duration = Duration::from_millis(1);

/// An apiserver and its schedulers.
#[derive(Clone)]
pub struct World {
    pub now: Time,
    pub schedulers: Vec<Scheduler>,
    /// Everything recorded, with who recorded it.
    pub records: Vec<(Time, usize, Record)>,
    /// The answer to bindings while it is set.
    pub refuse_bindings: Option<Status>,
    /// Schedulers that hear nothing and are not heard.
    pub cut_off: BTreeSet<usize>,
    queue: Queue<Happening>,
    objects: BTreeMap<Resource, Collection>,
    watches: Vec<(usize, u32, Selection)>,
    changes: Vec<Arc<Change>>,
    revision: u64,
    asked: usize,
}

#[derive(Clone)]
enum Happening {
    Asked(usize, ToServer),
    Told(usize, Input),
}

impl World {
    /// A cluster with so many schedulers, all started.
    pub fn new(schedulers: usize) -> Self {
        let rng = Rng::new(42);
        let start = |n| {
            let config = Config::on(format!("master-{n}"));
            Scheduler::new(config, Address::default(), rng.split(&format!("scheduler-{n}")))
        };
        let mut world = Self {
            now: Time::from_secs(1_000_000),
            schedulers: (0..schedulers).map(start).collect(),
            records: Vec::new(),
            refuse_bindings: None,
            cut_off: BTreeSet::new(),
            queue: Queue::new(),
            objects: BTreeMap::new(),
            watches: Vec::new(),
            changes: Vec::new(),
            revision: 1,
            asked: 0,
        };
        (0..schedulers)
            .for_each(|n| _ = world.queue.push(world.now, Happening::Told(n, Input::Start)));
        world
    }

    /// Lets time pass.
    pub fn run(&mut self, time: Duration) {
        let until = self.now + time;
        while self.queue.next_time().is_some_and(|at| at <= until) {
            let Some((at, _, happening)) = self.queue.pop() else { break };
            self.now = at;
            match happening {
                Happening::Asked(n, message) => self.on_asked(n, message),
                Happening::Told(n, input) => self.on_told(n, input),
            }
        }
        self.now = until;
    }

    /// Breaks the connection of a scheduler; what it has asked may have been done.
    pub fn disconnect(&mut self, n: usize) {
        self.watches.retain(|(watcher, ..)| *watcher != n);
        self.queue.push(self.now, Happening::Told(n, Input::Disconnected));
    }

    /// Stores an object, in place of an older one.
    pub fn put(&mut self, object: impl Into<Object>) {
        let object = object.into();
        let before = self.get(object.resource(), &object.key());
        self.write(before, Some(object));
    }

    /// Removes an object.
    pub fn remove(&mut self, resource: Resource, key: &Key) {
        let before = self.get(resource, key);
        self.write(before, None);
    }

    /// The pod `name` in namespace default.
    pub fn pod(&self, name: &str) -> Option<Typed<Pod>> {
        self.get(Resource::PODS, &Key::new("default", name))?.typed()
    }

    /// The node of the pod `name`; empty when it has none.
    pub fn node_of(&self, name: &str) -> Str {
        self.pod(name).map(|pod| pod.spec.node_name.clone()).unwrap_or_default()
    }

    /// Reasons and messages of all events about the pod `name`.
    pub fn events(&self, name: &str) -> Vec<(Str, Str)> {
        let objects = self.objects.get(&Resource::EVENTS).into_iter().flat_map(|o| o.iter());
        let bodies = objects.filter_map(|object| Some(&object.get::<Event>()?.body));
        let about = bodies.filter(|event| event.involved_object.name == name);
        about.map(|event| (event.reason.clone(), event.message.clone())).collect()
    }

    /// The lines of the log of a scheduler.
    pub fn log(&self, n: usize) -> Vec<String> {
        let own = self.records.iter().filter(|(_, who, _)| *who == n);
        own.map(|(_, _, record)| record.to_string()).collect()
    }

    /// How many requests have been made.
    pub fn asked(&self) -> usize {
        self.asked
    }

    fn get(&self, resource: Resource, key: &Key) -> Option<Object> {
        self.objects.get(&resource)?.get(key).cloned()
    }

    fn on_told(&mut self, n: usize, input: Input) {
        if self.cut_off.contains(&n) && matches!(input, Input::Message(_)) {
            return;
        }
        let mut out = Outbox::new();
        out.open(self.now, RecordId(self.records.len() as u64 * 1000 + 1));
        self.schedulers[n].handle(self.now, input, &mut out);
        for effect in out.drain() {
            match effect {
                Effect::Send { after, message, .. } => {
                    self.queue.push(self.now + after + LATENCY, Happening::Asked(n, message));
                }
                Effect::Timer { at, token, .. } => {
                    let token: Timer = token;
                    self.queue.push(at, Happening::Told(n, Input::Timer(token)));
                }
                Effect::Record { payload, .. } => self.records.push((self.now, n, payload)),
            }
        }
    }

    fn on_asked(&mut self, n: usize, message: ToServer) {
        self.asked += 1;
        match message {
            _ if self.cut_off.contains(&n) => {}
            ToServer::Cancel(id) => {
                self.watches.retain(|(who, watch, _)| (*who, *watch) != (n, id))
            }
            ToServer::Request(id, request) => {
                let result = self.answer(n, id, &request);
                let response = Response { result, warnings: [].into() };
                self.tell(n, ToClient::Response(id, response.into()));
            }
        }
    }

    fn answer(&mut self, n: usize, id: u32, request: &Request) -> Result<Answer, Status> {
        let resource = request.call.resource();
        let find = |world: &Self, key: &Key| {
            world.get(resource, key).ok_or_else(|| Status::not_found(resource, key.name()))
        };
        match &request.call {
            Call::Get { key, .. } => Ok(Answer::Object(find(self, key)?)),
            Call::List(_) => {
                let objects = self.objects.get(&resource).cloned().unwrap_or_default();
                Ok(Answer::List(resource, objects, ListMeta::complete(self.revision)))
            }
            Call::Watch { selection, from, .. } => {
                self.watches.push((n, id, selection.clone()));
                let missed = self.changes.iter().filter(|change| change.revision > *from);
                let events: Vec<_> = missed.filter_map(|c| told(id, c, selection)).collect();
                events.into_iter().for_each(|event| self.tell(n, event));
                Ok(Answer::Watching)
            }
            Call::Create { body: Payload::Object(object), .. } => {
                if self.get(resource, &object.key()).is_some() {
                    return Err(Status::already_exists(resource, object.name()));
                }
                Ok(Answer::Object(self.write(None, Some(object.clone()))))
            }
            Call::Update { key, body: Payload::Object(object), .. } => {
                let before = find(self, key)?;
                if object.revision != before.revision {
                    return Err(Status::modified(resource, key.name()));
                }
                Ok(Answer::Object(self.write(Some(before), Some(object.clone()))))
            }
            Call::Patch { key, patch: Patch::Status(object), .. } => {
                let before = find(self, key)?;
                let status = object.get::<Pod>().map(|pod| pod.status.clone());
                let pod = before.typed::<Pod>().expect("only pods have their status patched");
                let after = pod.with(|pod| pod.status = status.expect("it is a pod as well"));
                Ok(Answer::Object(self.write(Some(before), Some(after.into()))))
            }
            Call::Patch { key, .. } => Ok(Answer::Object(find(self, key)?)),
            Call::Delete { key, .. } => {
                let before = find(self, key)?;
                Ok(Answer::Object(self.write(Some(before), None)))
            }
            Call::Bind { key, uid, node } => self.bind(find(self, key)?, *uid, node),
            other => unreachable!("a scheduler does not ask for {other:?}"),
        }
    }

    fn bind(&mut self, before: Object, uid: Uid, node: &Str) -> Result<Answer, Status> {
        if let Some(status) = &self.refuse_bindings {
            return Err(status.clone());
        }
        let pod = before.typed::<Pod>().expect("only pods are bound");
        assert_eq!(pod.uid(), uid, "another pod of that name was meant");
        if pod.is_assigned() {
            let why = format!("pod {} is already assigned to a node", pod.name());
            return Err(Status::conflict(Resource::PODS, pod.name(), &why));
        }
        let after = pod.with(|pod| Arc::make_mut(&mut pod.spec).node_name = node.clone());
        self.write(Some(before), Some(after.into()));
        Ok(Answer::Done)
    }

    fn write(&mut self, before: Option<Object>, after: Option<Object>) -> Object {
        self.revision += 1;
        let after = after.map(|object| object.at_revision(self.revision));
        let object = after.clone().or(before.clone()).expect("something changes");
        let objects = self.objects.entry(object.resource()).or_default();
        match &after {
            Some(object) => _ = objects.insert(object.clone()),
            None => _ = objects.remove(&object.key()),
        }
        let change = Change::new(self.revision, before, after);
        self.changes.push(change.clone());
        for (n, id, selection) in self.watches.clone() {
            if let Some(event) = told(id, &change, &selection) {
                self.tell(n, event);
            }
        }
        object
    }

    fn tell(&mut self, n: usize, message: ToClient) {
        let told = Happening::Told(n, Input::Message(message));
        self.queue.push(self.now + LATENCY, told);
    }
}

/// What a watch hears of a change.
fn told(id: u32, change: &Arc<Change>, selection: &Selection) -> Option<ToClient> {
    let concerns = change.object().resource() == selection.resource;
    let event = WatchEvent::of(change, selection).filter(|_| concerns)?;
    Some(ToClient::Events(id, [event].into()))
}
