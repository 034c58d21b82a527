//! A new cluster: who is there, how they are set up, and in what order they start.
//!
//! Models what `kubeadm init` and `kubeadm join` leave behind.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::balancer::LoadBalancer;
use super::config::{Config, Machine, Style};
use super::etcd_hosts::StoreHost;
use super::event::Event;
use super::outside::Outside;
use super::place::{Component, Places, port};
use super::process::Slot;
use super::run::Outboxes;
use super::{Cluster, Sink, static_pods};
use crate::api::types::{HostIp, ResourceList, Taint};
use crate::api::{Format, List, Quantity, Str, StrMap};
use crate::kubelet::cri::Runtime;
use crate::kubelet::standin::Profile;
use crate::network::Network;
use crate::sim::{Address, Duration, Fingerprint, HostId, Queue, RecordId, Rng};
use crate::terminal::Terminal;
use crate::{apiserver, controllers, etcd, kubelet, scheduler, terminal};

const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";

impl Cluster {
    /// The machines of `config`, switched on.
    pub fn new(config: Config, sink: &mut impl Sink) -> Self {
        let places = Places::new(&config);
        let rng = Rng::new(config.seed);
        let mut network = Network::new(config.costs.network.clone());
        for host in places.hosts() {
            network.add_host(rng.split(&format!("wires of {}", places.name(host))));
        }
        let masters = usize::from(config.masters);
        let hosts = places.hosts().count();
        let backends = (0..config.masters).map(|at| places.address(Component::Apiserver(at)));
        let balancer = LoadBalancer::new(backends.collect::<Vec<_>>());
        let balancer_address = Address::new(places.balancer(), port::APISERVER);
        let terminal = Terminal::new(balancer_address, hosts_file(&places));
        let mut cluster = Self {
            now: config.start,
            rng,
            position: 0,
            next_record: RecordId(1),
            hash: Fingerprint::new(),
            queue: Queue::new(),
            network,
            told: 1,
            breaking: Vec::new(),
            held: BTreeMap::new(),
            etcd: vec![Slot::empty(); masters],
            disks: vec![None; masters],
            stores: stores(&config),
            tuning: etcd::Tuning::default(),
            apiservers: vec![Slot::empty(); masters],
            schedulers: vec![Slot::empty(); masters],
            managers: vec![Slot::empty(); masters],
            kubelets: vec![Slot::empty(); hosts],
            runtimes: vec![None; hosts],
            stand_ins: Slot::empty(),
            balancer: Arc::new(balancer),
            balancer_address,
            terminal: Arc::new(terminal),
            outside: Outside::default(),
            outboxes: Outboxes::default(),
            places: Arc::new(places),
            config: Arc::new(config),
        };
        cluster.switch_on(sink);
        cluster
    }

    /// Has everything start, each in its time: machines are not switched on in one instant.
    fn switch_on(&mut self, sink: &mut impl Sink) {
        let mut luck = self.rng.split("switching on");
        let mut later =
            |millis: u64| Duration::from_millis(millis) + luck.up_to(Duration::from_millis(300));
        let (places, config) = (self.places.clone(), self.config.clone());
        let start = self.now;
        let mut at = |component, after| _ = self.queue.push(start + after, Event::Start(component));
        if config.style == Style::Etcd {
            (0..config.founders()).for_each(|master| at(Component::Etcd(master), later(0)));
            return self.start(Component::Terminal, RecordId::NONE, sink);
        }
        for master in 0..config.masters {
            at(Component::Etcd(master), later(0));
            at(Component::Apiserver(master), later(600));
            at(Component::Scheduler(master), later(1000));
            at(Component::ControllerManager(master), later(1000));
        }
        for host in places.hosts().filter(|host| has_kubelet(&config, &places, *host)) {
            // After what it finds running on a master, so that it need not start that itself.
            at(Component::Kubelet(host), later(1400));
        }
        if config.style == Style::Bare {
            at(Component::StandIns, later(500));
        }
        self.start(Component::LoadBalancer, RecordId::NONE, sink);
        self.start(Component::Terminal, RecordId::NONE, sink);
    }
}

/// What is beneath each member of etcd. A spare machine is for one that joins.
fn stores(config: &Config) -> Vec<StoreHost> {
    let store = |at| StoreHost { joins: at >= config.founders(), ..StoreHost::default() };
    (0..config.masters).map(store).collect()
}

/// What the person's machine knows of the others.
fn hosts_file(places: &Places) -> terminal::Hosts {
    let host = |host| (places.name(host).clone(), places.ip(host).clone(), host);
    let members = (0..places.masters()).map(|at| places.ip(places.master(at)).clone());
    terminal::Hosts {
        own: places.person(),
        all: places.hosts().map(host).collect(),
        members: members.collect(),
    }
}

/// Whether a host has a kubelet of its own.
pub fn has_kubelet(config: &Config, places: &Places, host: HostId) -> bool {
    let worker = !places.is_master(host) && host.0 < places.balancer().0;
    match config.style {
        Style::Kubeadm => worker || places.is_master(host),
        Style::BareControlPlane => worker,
        Style::Bare | Style::Etcd => false,
    }
}

/// How a member of etcd is set up.
pub fn etcd(config: &Config) -> etcd::Settings {
    let costs = config.costs.etcd.clone();
    // kubeadm has members compare themselves with the others when they start.
    etcd::Settings { costs, initial_corrupt_check: true, ..etcd::Settings::default() }
}

/// How the apiserver of a master is set up.
pub fn apiserver(config: &Config, places: &Places, at: u8) -> apiserver::Settings {
    let advertised = (0..config.masters).map(|at| places.ip(places.master(at)).clone()).collect();
    let costs = config.costs.apiserver.clone();
    let etcd = places.address(Component::Etcd(at));
    apiserver::Settings { costs, ..apiserver::Settings::new(etcd, advertised) }
}

/// How the scheduler of a master is set up.
pub fn scheduler(config: &Config, places: &Places, at: u8) -> scheduler::Config {
    let host = places.name(places.master(at)).clone();
    let costs = config.costs.scheduler.clone();
    scheduler::Config { costs, ..scheduler::Config::on(host) }
}

/// How a controller manager is set up.
pub fn controllers(config: &Config) -> controllers::Config {
    controllers::Config {
        // A bare cluster's stand-ins know their pod networks by themselves.
        node_cidrs: (config.style == Style::Kubeadm).then(|| Str::new_static("10.244")),
        costs: config.costs.controllers.clone(),
        ..controllers::Config::default()
    }
}

/// How the kubelet of a host is set up.
pub fn kubelet(config: &Config, places: &Places, host: HostId) -> kubelet::Config {
    let master = places.is_master(host);
    let machine = match master {
        true => Machine { cpu: "2".into(), memory: "4Gi".into(), ..Machine::new("") },
        false => config.workers[usize::from(host.0) - usize::from(config.masters)].clone(),
    };
    let mut labels: StrMap = machine.labels.iter().cloned().collect();
    let mut taints = taints(&machine);
    if master {
        labels = labels
            .with(CONTROL_PLANE, "")
            .with("node.kubernetes.io/exclude-from-external-load-balancers", "");
        taints.push(Taint {
            key: CONTROL_PLANE.into(),
            effect: Str::new_static("NoSchedule"),
            ..Taint::default()
        });
    }
    let socket =
        ("kubeadm.alpha.kubernetes.io/cri-socket", "unix:///run/containerd/containerd.sock");
    kubelet::Config {
        name: places.name(host).clone(),
        address: places.ip(host).clone(),
        pod_network: [10, 244, host.0 as u8],
        labels,
        annotations: StrMap::from([socket]),
        taints: taints.into(),
        capacity: capacity(&machine),
        static_pods: if master { static_pods::on(places, host) } else { List::default() },
        costs: config.costs.kubelet.clone(),
    }
}

/// The container runtime of a machine as its installation leaves it: kubeadm pulls what its control
/// plane needs before it begins.
pub fn runtime(config: &kubelet::Config) -> Runtime {
    let mut runtime = Runtime::new(config.pod_network);
    let containers = config.static_pods.iter().flat_map(|pod| pod.spec.containers.iter());
    containers.for_each(|container| runtime.images.preload(&container.image));
    runtime
}

/// The nodes of a bare cluster.
pub fn profiles(config: &Config, places: &Places) -> Vec<Profile> {
    let workers = config.workers.iter().zip(places.workers()).zip(1..);
    let profile = |((machine, host), number): ((&Machine, HostId), u32)| Profile {
        name: machine.name.clone(),
        number,
        host_ips: [HostIp { ip: places.ip(host).clone(), ..HostIp::default() }].into(),
        labels: machine.labels.iter().cloned().collect(),
        taints: taints(machine).into(),
        allocatable: capacity(machine),
    };
    workers.map(profile).collect()
}

fn taints(machine: &Machine) -> Vec<Taint> {
    let taint = |(key, value, effect): &(Str, Str, Str)| Taint {
        key: key.clone(),
        value: value.clone(),
        effect: effect.clone(),
        ..Taint::default()
    };
    machine.taints.iter().map(taint).collect()
}

fn capacity(machine: &Machine) -> ResourceList {
    let amount = |text: &str| Quantity::parse(text).unwrap_or_default();
    [
        ("cpu", amount(&machine.cpu)),
        ("memory", amount(&machine.memory)),
        ("ephemeral-storage", amount("100Gi")),
        ("pods", Quantity::new(machine.pods.into(), Format::DecimalSi)),
    ]
    .into_iter()
    .map(|(name, amount)| (Str::new_static(name), amount))
    .collect()
}
