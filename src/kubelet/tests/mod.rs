//! Scripted lives of pods against a small apiserver.

mod ending;
mod failing;
mod nodes;
mod pods;

use std::sync::Arc;

use super::cri::Runtime;
use super::*;
use crate::api::rpc::{Call, DeleteOptions, Patch, Payload, ToClient, ToServer};
use crate::api::types::{ContainerStatus, Event, EventBody, Pod, PodStatus};
use crate::api::{Key, Object, Quantity, Resource, Str, StrMap, Value};
use crate::client::fake::FakeServer;
use crate::sim::{Address, Duration, Effect, Outbox, Queue, RecordId, Rng, Time};

/// A node with 4 CPUs and 8 GiB.
pub fn config(name: &str) -> Config {
    let amounts =
        [("cpu", "4"), ("ephemeral-storage", "100Gi"), ("memory", "8Gi"), ("pods", "110")];
    let quantity = |(name, text): (&str, &str)| (Str::from(name), Quantity::parse(text).unwrap());
    Config {
        name: name.into(),
        address: "192.168.1.101".into(),
        pod_network: [10, 244, 1],
        labels: StrMap::default(),
        annotations: StrMap::default(),
        taints: [].into(),
        capacity: amounts.map(quantity).into_iter().collect(),
        static_pods: [].into(),
        costs: Costs { registry_jitter: Duration::ZERO, ..Costs::default() },
    }
}

/// A kubelet, an apiserver, and the time between them.
struct Lab {
    now: Time,
    kubelet: Kubelet,
    server: FakeServer,
    queue: Queue<Happening>,
    out: Outbox<ToServer, Timer, Record>,
    next_record: u64,
    /// What was recorded, with seconds since the start.
    records: Vec<(f64, Record)>,
    /// How many inputs the kubelet was handed.
    inputs: u64,
    /// Statuses that were stored of pods, in order.
    statuses: Vec<(f64, Key, Arc<PodStatus>)>,
}

enum Happening {
    ToServer(ToServer),
    ToKubelet(ToClient),
    Timer(Timer),
}

const START: Time = Time::from_secs(1_000_000);
const LATENCY: Duration = Duration::from_millis(1);

impl Lab {
    fn new(config: Config) -> Self {
        let mut runtime = Runtime::new(config.pod_network);
        runtime.images.preload("nginx:1.25");
        Self::with(config, runtime)
    }

    fn with(config: Config, runtime: Runtime) -> Self {
        let kubelet = Kubelet::new(config, Address::default(), Rng::new(1), runtime);
        Self {
            now: START,
            kubelet,
            server: FakeServer::default(),
            queue: Queue::new(),
            out: Outbox::new(),
            next_record: 1,
            records: Vec::new(),
            inputs: 0,
            statuses: Vec::new(),
        }
    }

    /// A lab whose node has become ready.
    fn ready() -> Self {
        let mut lab = Self::new(config("node-1"));
        lab.input(Input::Start);
        lab.run_until(10.0);
        lab
    }

    fn secs(&self) -> f64 {
        self.now.since(START).as_micros() as f64 / 1e6
    }

    fn input(&mut self, input: Input) {
        self.inputs += 1;
        self.out.open(self.now, RecordId(self.next_record));
        self.next_record += 1;
        self.kubelet.handle(self.now, input, &mut self.out);
        let secs = self.secs();
        for effect in self.out.drain() {
            match effect {
                Effect::Send { after, message, .. } => {
                    self.queue.push(self.now + after + LATENCY, Happening::ToServer(message));
                }
                Effect::Timer { at, token, .. } => {
                    self.queue.push(at, Happening::Timer(token));
                }
                Effect::Record { payload, .. } => {
                    self.next_record += 1;
                    self.records.push((secs, payload));
                }
            }
        }
    }

    fn run_until(&mut self, secs: f64) {
        let until = START + Duration::from_micros((secs * 1e6) as u64);
        while self.queue.next_time().is_some_and(|time| time <= until) {
            let (time, _, happening) = self.queue.pop().expect("something is next");
            self.now = time;
            match happening {
                Happening::Timer(timer) => self.input(Input::Timer(timer)),
                Happening::ToKubelet(message) => self.input(Input::Message(message)),
                Happening::ToServer(message) => {
                    self.note_status(&message);
                    self.server.handle(time, message);
                }
            }
            self.deliver();
        }
        self.now = until;
    }

    fn deliver(&mut self) {
        for message in self.server.take_messages() {
            self.queue.push(self.now + LATENCY, Happening::ToKubelet(message));
        }
    }

    fn note_status(&mut self, message: &ToServer) {
        let ToServer::Request(_, request) = message else { return };
        if let Call::Patch { patch: Patch::Status(object), .. } = &request.call
            && let Some(pod) = object.get::<Pod>()
        {
            self.statuses.push((self.secs(), object.key(), pod.status.clone()));
        }
    }

    fn ask(&mut self, call: Call) {
        self.server.answer(self.now, u32::MAX, &call).expect("the test asks for what is there");
        self.deliver();
    }

    /// Creates a pod and binds it to the node.
    fn create(&mut self, pod: Object) {
        let key = pod.key();
        let (resource, namespace) = (Resource::PODS, Str::from(pod.namespace()));
        self.ask(Call::Create { resource, namespace, body: Payload::Object(pod) });
        let uid = self.server.get(Resource::PODS, &key).unwrap().uid();
        self.ask(Call::Bind { key, uid, node: "node-1".into() });
    }

    fn delete(&mut self, name: &str, grace: Option<i64>) {
        let options = DeleteOptions { grace_period_seconds: grace, ..DeleteOptions::default() };
        let (resource, key) = (Resource::PODS, Key::new("default", name));
        self.ask(Call::Delete { resource, key, options });
    }

    fn status(&self, name: &str) -> Arc<PodStatus> {
        let object = self.server.get(Resource::PODS, &Key::new("default", name)).expect(name);
        object.get::<Pod>().unwrap().status.clone()
    }

    fn uid(&self, name: &str) -> crate::api::Uid {
        self.server.get(Resource::PODS, &Key::new("default", name)).expect(name).uid()
    }

    fn exists(&self, name: &str) -> bool {
        self.server.get(Resource::PODS, &Key::new("default", name)).is_some()
    }

    /// The events about an object: type, reason, count, message, with the field it is about.
    fn events(&self, name: &str) -> Vec<String> {
        let events = self.server.objects(Resource::EVENTS);
        let mut told: Vec<_> = events
            .iter()
            .filter_map(|object| Some((object.revision, object.get::<Event>()?.body.clone())))
            .filter(|(_, event)| event.involved_object.name == name)
            .collect();
        // By creation: an event that came again was written again.
        told.sort_by_key(|(revision, event)| (event.first_timestamp, *revision));
        let line = |(_, event): &(u64, Arc<EventBody>)| {
            let field = match event.involved_object.field_path.as_str() {
                "" => String::new(),
                field => format!("{field}: "),
            };
            let times = if event.count > 1 { format!(" x{}", event.count) } else { String::new() };
            format!("{} {}{times} {field}{}", event.kind, event.reason, event.message)
        };
        told.iter().map(line).collect()
    }

    /// The phases and container states that were told of a pod, with the second of each.
    fn told_of(&self, name: &str) -> Vec<String> {
        let of_it = self.statuses.iter().filter(|(_, key, _)| key.name() == name);
        let states = |status: &PodStatus| {
            let all = status.init_container_statuses.iter().chain(&*status.container_statuses);
            all.map(state).collect::<Vec<_>>().join(", ")
        };
        of_it.map(|(at, _, s)| format!("{at:.1} {}: {}", s.phase, states(s))).collect()
    }

    /// What was recorded from `from` on, one line each.
    fn told_since(&self, from: f64) -> Vec<String> {
        let since = self.records.iter().filter(|(at, _)| *at >= from);
        since.map(|(at, record)| format!("{:.3} {record}", at - from)).collect()
    }
}

/// A pod of the default namespace in a tiny notation: `key: value` lines, with a leading dot for
/// the pod's own fields and without for its container's; `+ NAME` begins another container and
/// `* NAME` an init container.
fn pod(name: &str, notation: &str) -> Object {
    let new = |name: &str| Value::map([("name", name.into()), ("image", "nginx:1.25".into())]);
    let mut spec = Value::map([
        ("restartPolicy", "Always".into()),
        ("terminationGracePeriodSeconds", Value::Int(30)),
    ]);
    let (mut containers, mut inits, mut is_init) = (vec![new("c")], Vec::new(), false);
    for line in notation.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some((mark @ ("+" | "*"), name)) = line.split_once(' ') {
            is_init = mark == "*";
            if is_init { &mut inits } else { &mut containers }.push(new(name));
            continue;
        }
        let (path, text) = line.split_once(": ").expect("key: value");
        let value = match text.parse::<i64>() {
            _ if path.ends_with("command") => text.split('|').map(Value::from).collect(),
            Ok(number) => Value::Int(number),
            Err(_) => Value::from(text),
        };
        let list = if is_init { &mut inits } else { &mut containers };
        let (target, path) = match path.strip_prefix('.') {
            Some(path) => (&mut spec, path),
            None => (list.last_mut().expect("there is a container"), path),
        };
        *target.entry_path(&path.split('.').collect::<Vec<_>>()) = value;
    }
    *spec.entry("containers") = Value::from(containers);
    *spec.entry("initContainers") = Value::from(inits);
    let meta = Value::map([("name", name.into()), ("namespace", "default".into())]);
    Object::load(Resource::PODS, &Value::map([("metadata", meta), ("spec", spec)]))
}

fn state(status: &ContainerStatus) -> String {
    let state = &status.state;
    match (&state.running, &state.terminated, &state.waiting) {
        (Some(_), _, _) => "Running".to_owned(),
        (_, Some(terminated), _) => format!("{} {}", terminated.reason, terminated.exit_code),
        (_, _, Some(waiting)) => waiting.reason.to_string(),
        _ => "nothing".to_owned(),
    }
}
