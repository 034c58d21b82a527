//! Nodes: registering, heartbeats, restarts of kubelets and machines, static pods.

use super::*;
use crate::api::Typed;
use crate::api::types::{Lease, Node, ObjectMeta};

impl Lab {
    fn node(&self) -> Node {
        let node = self.server.get(Resource::NODES, &Key::new("", "node-1")).unwrap();
        node.get::<Node>().unwrap().clone()
    }

    /// Another kubelet on the same machine; what was under way is lost with the first.
    fn restart(&mut self, change: impl FnOnce(&mut Runtime, Time)) {
        let config = self.kubelet.config().clone();
        let old = std::mem::replace(
            &mut self.kubelet,
            Kubelet::new(config.clone(), Address::default(), Rng::new(1), Runtime::new([0; 3])),
        );
        let mut runtime = old.stop();
        change(&mut runtime, self.now);
        self.kubelet = Kubelet::new(config, Address::default(), Rng::new(2), runtime);
        self.queue = Queue::new();
        self.input(Input::Start);
    }
}

#[test]
fn a_node_registers_and_becomes_ready() {
    let mut lab = Lab::new(config("node-1"));
    lab.input(Input::Start);
    lab.run_until(1.0);
    let ready = lab.node().condition("Ready").unwrap().clone();
    assert_eq!((ready.status.as_str(), ready.reason.as_str()), ("False", "KubeletNotReady"));
    assert_eq!(
        ready.message,
        "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady \
         message:Network plugin returns error: cni plugin not initialized"
    );
    lab.run_until(10.0);
    let ready = lab.node().condition("Ready").unwrap().clone();
    assert_eq!((ready.status.as_str(), ready.reason.as_str()), ("True", "KubeletReady"));
    assert_eq!(
        lab.events("node-1"),
        [
            "Normal Starting Starting kubelet.",
            "Normal NodeHasSufficientMemory Node node-1 status is now: NodeHasSufficientMemory",
            "Normal NodeHasNoDiskPressure Node node-1 status is now: NodeHasNoDiskPressure",
            "Normal NodeHasSufficientPID Node node-1 status is now: NodeHasSufficientPID",
            "Normal NodeAllocatableEnforced Updated Node Allocatable limit across pods",
            "Normal NodeReady Node node-1 status is now: NodeReady",
        ]
    );
    let lease = lab.server.get(Resource::LEASES, &Key::new("kube-node-lease", "node-1")).unwrap();
    let lease = lease.get::<Lease>().unwrap().spec.clone();
    assert_eq!(lease.holder_identity.as_deref(), Some("node-1"));
    assert_eq!(lease.lease_duration_seconds, Some(40));
}

#[test]
fn an_idle_node_hears_of_nothing_but_its_lease() {
    let mut lab = Lab::ready();
    lab.create(pod("web", "livenessProbe.tcpSocket.port: 80\nreadinessProbe.httpGet.port: 80"));
    lab.run_until(100.0);
    let before = lab.inputs;
    lab.run_until(1100.0);
    // A heartbeat and its answer every ten seconds; a report and what comes of it every few
    // minutes.
    assert!(lab.inputs - before <= 220, "{}", lab.inputs - before);
    let renewed = lab.server.get(Resource::LEASES, &Key::new("kube-node-lease", "node-1")).unwrap();
    let renewed = renewed.get::<Lease>().unwrap().spec.renew_time.unwrap().time();
    assert!(lab.now.since(renewed) <= Duration::from_millis(10_400));
    let heartbeat = lab.node().condition("Ready").unwrap().last_heartbeat_time.unwrap();
    assert!(lab.now.since(heartbeat.time()) <= Duration::from_secs(460));
}

#[test]
fn images_are_listed_by_the_node() {
    let mut lab = Lab::ready();
    lab.create(pod("web", "image: redis:7"));
    lab.run_until(30.0);
    let names: Vec<_> = lab.node().status.images.iter().map(|i| i.names[1].to_string()).collect();
    assert_eq!(names, ["docker.io/library/nginx:1.25", "docker.io/library/redis:7"]);
}

#[test]
fn a_kubelet_that_comes_back_finds_its_pods_running() {
    let mut lab = Lab::ready();
    lab.create(pod("web", "readinessProbe.httpGet.port: 80"));
    lab.create(pod("job", "image: busybox\ncommand: sleep|60\n.restartPolicy: Never"));
    lab.create(pod("gone", ""));
    lab.run_until(30.0);
    let (before, told) = (lab.status("web"), lab.statuses.len());
    let gone = lab.uid("gone");
    lab.delete("gone", Some(0));
    lab.now = START + Duration::from_secs(100);
    lab.restart(|_, _| {});
    lab.run_until(120.0);
    assert_eq!(*lab.status("web"), *before, "nothing is new about it");
    let since: Vec<_> = lab.statuses[told..].iter().map(|(_, key, _)| key.name()).collect();
    assert_eq!(since, ["job", "job"], "it ended meanwhile");
    assert_eq!(lab.status("job").phase, "Succeeded");
    assert!(lab.kubelet.runtime().pod(gone).is_none(), "orphans are cleaned up");
    assert!(lab.events("web").iter().all(|event| !event.contains("Unhealthy")));
}

#[test]
fn a_machine_that_lost_its_power_starts_its_pods_anew() {
    let mut lab = Lab::ready();
    lab.create(pod("web", "* setup\ncommand: sleep|1"));
    lab.run_until(30.0);
    assert_eq!(lab.status("web").phase, "Running");
    lab.restart(|runtime, now| runtime.power_off(now));
    lab.run_until(60.0);
    let status = lab.status("web");
    let container = &status.container_statuses[0];
    assert_eq!((container.restart_count, state(container).as_str()), (1, "Running"));
    let last = container.last_state.terminated.clone().unwrap();
    assert_eq!((last.exit_code, last.reason.as_str()), (255, "Unknown"));
    assert_eq!(status.init_container_statuses[0].restart_count, 1, "init containers run again");
    let changed = "Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.";
    assert!(lab.events("web").contains(&changed.to_owned()));
    assert_eq!(status.pod_ip, "10.244.1.3");
}

#[test]
fn a_node_that_was_there_before_is_taken_over() {
    let mut lab = Lab::ready();
    let mut config = lab.kubelet.config().clone();
    config.labels = config.labels.with("zone", "far");
    lab.restart(|_, _| {});
    let runtime = std::mem::replace(
        &mut lab.kubelet,
        Kubelet::new(config.clone(), Address::default(), Rng::new(1), Runtime::new([0; 3])),
    );
    lab.kubelet = Kubelet::new(config, Address::default(), Rng::new(3), runtime.stop());
    lab.queue = Queue::new();
    lab.input(Input::Start);
    lab.run_until(15.0);
    let node = lab.server.get(Resource::NODES, &Key::new("", "node-1")).unwrap();
    assert_eq!(node.meta().label("zone"), Some("far"));
    let told = lab.told_since(10.0).join("\n");
    assert!(told.contains("Node node-1 was previously registered"), "{told}");
}

#[test]
fn a_server_that_is_down_is_asked_again() {
    let mut lab = Lab::new(config("node-1"));
    lab.server.is_down = true;
    lab.input(Input::Start);
    lab.run_until(20.0);
    assert!(lab.server.objects(Resource::NODES).is_empty());
    lab.server.is_down = false;
    lab.run_until(40.0);
    assert!(lab.node().is_ready());
    assert_eq!(lab.server.objects(Resource::LEASES).len(), 1);
}

/// A control-plane node with one static pod.
fn master() -> Lab {
    let meta = ObjectMeta {
        name: "etcd".into(),
        namespace: "kube-system".into(),
        ..ObjectMeta::default()
    };
    let spec = pod("x", ".hostNetwork: true\nimage: registry.k8s.io/etcd:3.6.8-0");
    let mut body = spec.get::<Pod>().unwrap().clone();
    Arc::make_mut(&mut body.spec).host_network = true;
    let manifest = Typed::new(meta, body);
    let config = Config { static_pods: [manifest].into(), ..config("node-1") };
    let mut runtime = Runtime::new(config.pod_network);
    runtime.images.preload("registry.k8s.io/etcd:3.6.8-0");
    let mut lab = Lab::with(config, runtime);
    lab.input(Input::Process { name: "etcd".into(), running: true });
    lab.input(Input::Start);
    lab.run_until(10.0);
    lab
}

fn mirror(lab: &Lab) -> Object {
    let key = Key::new("kube-system", "etcd-node-1");
    lab.server.get(Resource::PODS, &key).expect("the mirror is there")
}

#[test]
fn static_pods_have_mirrors_that_come_back() {
    let mut lab = master();
    let first = mirror(&lab);
    let status = first.get::<Pod>().unwrap().status.clone();
    assert_eq!((status.phase.as_str(), status.pod_ip.as_str()), ("Running", "192.168.1.101"));
    assert_eq!(first.meta().annotation("kubernetes.io/config.source"), Some("file"));
    assert_eq!(
        first.meta().annotation("kubernetes.io/config.mirror"),
        first.meta().annotation("kubernetes.io/config.hash")
    );
    assert_eq!(first.meta().owner_references[0].kind, "Node");
    let (resource, key) = (Resource::PODS, first.key());
    lab.ask(Call::Delete { resource, key, options: DeleteOptions::default() });
    lab.run_until(12.0);
    let second = mirror(&lab);
    assert_ne!(first.uid(), second.uid());
    let again = second.get::<Pod>().unwrap().status.clone();
    assert_eq!(again.phase, "Running");
    assert_eq!(again.container_statuses[0].restart_count, 0, "deleting a mirror stops nothing");
}

#[test]
fn a_static_pod_follows_its_process() {
    let mut lab = master();
    lab.input(Input::Process { name: "etcd".into(), running: false });
    lab.run_until(15.0);
    let status = mirror(&lab).get::<Pod>().unwrap().status.clone();
    assert_eq!(state(&status.container_statuses[0]), "Error 137");
    assert!(!status.container_statuses[0].ready);
    lab.input(Input::Process { name: "etcd".into(), running: true });
    lab.run_until(18.0);
    let status = mirror(&lab).get::<Pod>().unwrap().status.clone();
    assert_eq!(state(&status.container_statuses[0]), "Running");
    assert_eq!(status.container_statuses[0].restart_count, 1);
    assert_eq!(status.phase, "Running");
}

#[test]
fn a_process_that_ended_while_no_kubelet_looked_is_noticed() {
    let mut lab = master();
    lab.restart(|runtime, _| runtime.set_process("etcd".into(), false));
    lab.run_until(15.0);
    let status = mirror(&lab).get::<Pod>().unwrap().status.clone();
    assert_eq!(state(&status.container_statuses[0]), "Error 137");
}
