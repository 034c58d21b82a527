//! A bare cluster of two nodes against a small apiserver.

use super::*;
use crate::api::rpc::{DeleteOptions, Payload};
use crate::api::types::{Container, Node, ObjectMeta, Pod, PodSpec, PodStatus};
use crate::api::{Object, Quantity};
use crate::client::fake::FakeServer;
use crate::sim::{Effect, Queue, RecordId};

struct Lab {
    now: Time,
    nodes: StandIns,
    server: FakeServer,
    queue: Queue<Happening>,
    records: Vec<String>,
    inputs: u64,
}

enum Happening {
    ToServer(ToServer),
    ToNodes(ToClient),
    Timer(Timer),
}

const ZERO: Time = Time::from_secs(1_000_000);

fn profile(number: u32) -> Profile {
    let amounts =
        [("cpu", "4"), ("ephemeral-storage", "100Gi"), ("memory", "8Gi"), ("pods", "110")];
    let quantity = |(name, text): (&str, &str)| (Str::from(name), Quantity::parse(text).unwrap());
    let ip = format!("192.168.1.{}", 100 + number).into();
    Profile {
        name: format!("node-{number}").into(),
        number,
        host_ips: [HostIp { ip, ..HostIp::default() }].into(),
        labels: StrMap::default(),
        taints: [].into(),
        allocatable: amounts.map(quantity).into_iter().collect(),
    }
}

impl Lab {
    fn new() -> Self {
        let nodes = StandIns::new(vec![profile(1), profile(2)], Address::default(), Rng::new(1));
        let mut lab = Self {
            now: ZERO,
            nodes,
            server: FakeServer::default(),
            queue: Queue::new(),
            records: Vec::new(),
            inputs: 0,
        };
        lab.input(Input::Start);
        lab.run_until(1);
        lab
    }

    fn input(&mut self, input: Input) {
        self.inputs += 1;
        let mut out = Outbox::new();
        out.open(self.now, RecordId(self.inputs * 100));
        self.nodes.handle(self.now, input, &mut out);
        for effect in out.drain() {
            match effect {
                Effect::Send { after, message, .. } => {
                    _ = self.queue.push(self.now + after, Happening::ToServer(message));
                }
                Effect::Timer { at, token, .. } => {
                    _ = self.queue.push(at, Happening::Timer(token));
                }
                Effect::Record { payload, .. } => self.records.push(payload.to_string()),
            }
        }
    }

    fn run_until(&mut self, secs: u64) {
        let until = ZERO + Duration::from_secs(secs);
        while self.queue.next_time().is_some_and(|time| time <= until) {
            let (time, _, happening) = self.queue.pop().expect("something is next");
            self.now = time;
            match happening {
                Happening::Timer(timer) => self.input(Input::Timer(timer)),
                Happening::ToNodes(message) => self.input(Input::Message(message)),
                Happening::ToServer(message) => self.server.handle(time, message),
            }
            self.deliver();
        }
        self.now = until;
    }

    fn deliver(&mut self) {
        for message in self.server.take_messages() {
            self.queue.push(self.now, Happening::ToNodes(message));
        }
    }

    fn ask(&mut self, call: Call) {
        self.server.answer(self.now, u32::MAX, &call).expect("the test asks for what is there");
        self.deliver();
    }

    fn create(&mut self, name: &str, node: &str, policy: &str) {
        let meta =
            ObjectMeta { name: name.into(), namespace: "default".into(), ..ObjectMeta::default() };
        let container =
            Container { name: "c".into(), image: "nginx".into(), ..Container::default() };
        let spec = PodSpec {
            containers: [container].into(),
            restart_policy: policy.into(),
            termination_grace_period_seconds: Some(30),
            ..PodSpec::default()
        };
        let pod = Object::new(meta, Pod { spec: spec.into(), ..Pod::default() });
        let (resource, namespace) = (Resource::PODS, "default".into());
        self.ask(Call::Create { resource, namespace, body: Payload::Object(pod) });
        let key = Key::new("default", name);
        let uid = self.server.get(Resource::PODS, &key).unwrap().uid();
        self.ask(Call::Bind { key, uid, node: node.into() });
    }

    fn delete(&mut self, name: &str) {
        let (resource, key) = (Resource::PODS, Key::new("default", name));
        self.ask(Call::Delete { resource, key, options: DeleteOptions::default() });
    }

    fn status(&self, name: &str) -> Option<Arc<PodStatus>> {
        let object = self.server.get(Resource::PODS, &Key::new("default", name))?;
        Some(object.get::<Pod>()?.status.clone())
    }

    fn phase(&self, name: &str) -> String {
        self.status(name).map_or("gone".to_owned(), |status| status.phase.to_string())
    }

    fn renewed(&self, node: &str) -> Time {
        let lease = self.server.get(Resource::LEASES, &Key::new("kube-node-lease", node)).unwrap();
        lease.get::<Lease>().unwrap().spec.renew_time.unwrap().time()
    }

    /// Puts a node's Ready condition to what the node lifecycle controller makes of silence.
    fn give_up(&mut self, node: &str) {
        let key = Key::new("", node);
        let object = self.server.get(Resource::NODES, &key).unwrap();
        let mut body = object.get::<Node>().unwrap().clone();
        let status = Arc::make_mut(&mut body.status);
        let mut conditions = status.conditions.to_vec();
        conditions.iter_mut().for_each(|condition| condition.status = "Unknown".into());
        status.conditions = conditions.into();
        let patch = crate::api::rpc::Patch::Status(object.with_body(body));
        let (resource, part) = (Resource::NODES, Default::default());
        self.ask(Call::Patch { resource, key, part, patch });
    }

    fn is_ready(&self, node: &str) -> bool {
        let object = self.server.get(Resource::NODES, &Key::new("", node)).unwrap();
        object.get::<Node>().unwrap().is_ready()
    }
}

#[test]
fn nodes_are_there_with_their_leases() {
    let mut lab = Lab::new();
    let node = lab.server.get(Resource::NODES, &Key::new("", "node-2")).unwrap();
    assert_eq!(node.meta().label("kubernetes.io/hostname"), Some("node-2"));
    let status = node.get::<Node>().unwrap().status.clone();
    let told: Vec<_> = status
        .conditions
        .iter()
        .map(|c| format!("{}={} {}: {}", c.kind, c.status, c.reason, c.message))
        .collect();
    assert_eq!(
        told,
        [
            "MemoryPressure=False KubeletHasSufficientMemory: kubelet has sufficient memory \
             available",
            "DiskPressure=False KubeletHasNoDiskPressure: kubelet has no disk pressure",
            "PIDPressure=False KubeletHasSufficientPID: kubelet has sufficient PID available",
            "Ready=True KubeletReady: kubelet is posting ready status",
        ]
    );
    let addresses: Vec<_> = status.addresses.iter().map(|a| format!("{a:?}")).collect();
    assert!(addresses[0].contains("192.168.1.102") && addresses[1].contains("node-2"));
    lab.run_until(60);
    assert!(lab.now.since(lab.renewed("node-1")) <= Duration::from_secs(10));
}

#[test]
fn pods_run_half_a_second_after_they_are_bound() {
    let mut lab = Lab::new();
    lab.create("web", "node-2", "Always");
    lab.create("web-2", "node-2", "Always");
    lab.run_until(2);
    let status = lab.status("web").unwrap();
    assert_eq!((status.phase.as_str(), status.pod_ip.as_str()), ("Running", "10.244.2.2"));
    assert_eq!(lab.status("web-2").unwrap().pod_ip, "10.244.2.3");
    assert_eq!(status.host_ip, "192.168.1.102");
    let kinds: Vec<_> =
        status.conditions.iter().map(|c| format!("{} {}", c.kind, c.status)).collect();
    assert_eq!(
        kinds,
        [
            "PodReadyToStartContainers True",
            "Initialized True",
            "Ready True",
            "ContainersReady True",
            "PodScheduled True",
        ]
    );
    let container = &status.container_statuses[0];
    assert_eq!(
        (container.container_id.as_str(), container.image.as_str()),
        ("containerd://x", "nginx")
    );
    assert!(container.image_id.is_empty() && container.ready);
    let other = lab.status("web-2").unwrap();
    assert!(Arc::ptr_eq(&status.conditions, &other.conditions), "equal lists are one");
    assert!(Arc::ptr_eq(&status.container_statuses, &other.container_statuses));
    assert!(lab.server.objects(Resource::EVENTS).is_empty());
}

#[test]
fn deleted_pods_go_at_once_and_free_their_addresses() {
    let mut lab = Lab::new();
    lab.create("web", "node-1", "Always");
    lab.run_until(2);
    lab.delete("web");
    lab.run_until(3);
    assert_eq!(lab.phase("web"), "gone");
    assert_eq!(lab.nodes.nodes.get(&0).unwrap().used, [0; 4]);
    assert_eq!(
        lab.records[2..],
        ["Pod default/web is Running", "Pod default/web fully terminated and removed from etcd"]
    );
}

#[test]
fn a_person_ends_containers_with_a_code_of_their_choice() {
    let mut lab = Lab::new();
    for (name, policy) in [("job-a", "Never"), ("job-b", "OnFailure"), ("web", "Always")] {
        lab.create(name, "node-1", policy);
    }
    lab.run_until(2);
    lab.input(Input::Finish { prefix: "job-a".into(), code: 1 });
    lab.input(Input::Finish { prefix: "job-b".into(), code: 0 });
    lab.input(Input::Finish { prefix: "web".into(), code: 2 });
    lab.run_until(3);
    let of = |name: &str| {
        let status = lab.status(name).unwrap();
        let container = &status.container_statuses[0];
        let last = container.last_state.terminated.clone().or(container.state.terminated.clone());
        let last = last.unwrap();
        let ready = status.conditions.iter().find(|c| c.kind == "Ready").unwrap();
        format!(
            "{} {} {} x{} ready {} {}",
            status.phase,
            last.reason,
            last.exit_code,
            container.restart_count,
            ready.status,
            ready.reason
        )
    };
    assert_eq!(of("job-a"), "Failed Error 1 x0 ready False PodFailed");
    assert_eq!(of("job-b"), "Succeeded Completed 0 x0 ready False PodCompleted");
    assert_eq!(of("web"), "Running Error 2 x1 ready True ");
}

#[test]
fn a_stopped_node_does_nothing_until_it_starts() {
    let mut lab = Lab::new();
    lab.create("old", "node-1", "Always");
    lab.run_until(2);
    lab.input(Input::StopNode("node-1".into()));
    let stopped_at = lab.now;
    lab.create("new", "node-1", "Always");
    lab.create("elsewhere", "node-2", "Always");
    lab.delete("old");
    lab.run_until(60);
    assert!(lab.renewed("node-1") <= stopped_at);
    assert_eq!([lab.phase("old"), lab.phase("new")], ["Running", "Pending"]);
    assert_eq!(lab.phase("elsewhere"), "Running");
    lab.give_up("node-1");
    lab.run_until(61);
    assert!(!lab.is_ready("node-1"));
    lab.input(Input::StartNode("node-1".into()));
    lab.run_until(62);
    assert!(lab.is_ready("node-1"));
    assert_eq!([lab.phase("old"), lab.phase("new")], ["gone", "Running"]);
    assert!(lab.renewed("node-1") > stopped_at);
}

#[test]
fn a_node_that_was_given_up_wrongly_says_so() {
    let mut lab = Lab::new();
    lab.give_up("node-2");
    lab.run_until(2);
    assert!(lab.is_ready("node-2"));
}

#[test]
fn nothing_is_lost_with_a_connection_or_a_server() {
    let mut lab = Lab::new();
    lab.server.is_down = true;
    lab.create("web", "node-1", "Always");
    lab.run_until(3);
    assert_eq!(lab.phase("web"), "Pending");
    lab.server.is_down = false;
    lab.run_until(5);
    assert_eq!(lab.phase("web"), "Running");
    assert_eq!(lab.status("web").unwrap().pod_ip, "10.244.1.4", "addresses go round");
    lab.create("late", "node-1", "Always");
    lab.run_until(5);
    lab.input(Input::Disconnected);
    lab.run_until(10);
    assert_eq!(lab.phase("late"), "Running");
}
