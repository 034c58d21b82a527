//! What a cluster is made of. From this, a seed and the commands given, everything follows.

use std::sync::Arc;

use crate::api::Str;
use crate::sim::Time;
use crate::{apiserver, controllers, etcd, kubelet, network, scheduler};

/// What a cluster is made of.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where all luck comes from.
    pub seed: u64,
    /// When the simulation starts.
    pub start: Time,
    /// How many masters there are: 1, 3 or 5; where etcd is alone, up to 9.
    pub masters: u8,
    /// How many of these, the last ones, have no member of etcd yet: machines kept for members that
    /// are added.
    pub spares: u8,
    /// The workers.
    pub workers: Vec<Machine>,
    /// How much of the cluster is represented in itself.
    pub style: Style,
    /// How long everything takes, room by room.
    pub costs: Costs,
}

/// How much of a cluster is represented in itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// As kubeadm makes it: masters are nodes, their components are static pods, and every node has
    /// a whole kubelet.
    Kubeadm,
    /// The control plane does all the work and is not represented; the kubelets are stand-ins.
    Bare,
    /// The control plane as in [`Style::Bare`], with whole kubelets.
    BareControlPlane,
    /// etcd alone: nobody writes but the person.
    Etcd,
}

/// A worker.
#[derive(Clone, PartialEq, Debug)]
pub struct Machine {
    /// Its name.
    pub name: Str,
    /// Its processors, such as `4`.
    pub cpu: Str,
    /// Its memory, such as `8Gi`.
    pub memory: Str,
    /// How many pods it takes.
    pub pods: u32,
    /// Labels beside those every node has.
    pub labels: Vec<(Str, Str)>,
    /// Taints: key, value and effect.
    pub taints: Vec<(Str, Str, Str)>,
}

/// How long everything takes, room by room.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Costs {
    /// The wires.
    pub network: network::Costs,
    /// The store.
    pub etcd: etcd::Costs,
    /// The apiservers.
    pub apiserver: apiserver::Costs,
    /// The scheduler.
    pub scheduler: scheduler::Costs,
    /// The controllers.
    pub controllers: controllers::Costs,
    /// The kubelets.
    pub kubelet: kubelet::Costs,
}

impl Machine {
    /// A worker with 4 processors and 8 GiB.
    pub fn new(name: impl Into<Str>) -> Self {
        Self {
            name: name.into(),
            cpu: Str::new_static("4"),
            memory: Str::new_static("8Gi"),
            pods: 110,
            labels: Vec::new(),
            taints: Vec::new(),
        }
    }
}

impl Config {
    /// The playground's own: 3 masters and 3 workers, as kubeadm makes them.
    pub fn teaching(seed: u64) -> Self {
        let small =
            |name: String| Machine { cpu: "2".into(), memory: "4Gi".into(), ..Machine::new(name) };
        let workers = (1..=3).map(|n| small(format!("node-{n}"))).collect();
        Self { workers, ..Self::new(seed, 3, Style::Kubeadm) }
    }

    /// A bare cluster of one master and `workers` workers, as the recordings have it.
    pub fn bare(seed: u64, workers: usize) -> Self {
        let workers = (1..=workers).map(|n| Machine::new(format!("node-{n}"))).collect();
        Self { workers, ..Self::new(seed, 1, Style::Bare) }
    }

    /// A cluster without workers.
    pub fn new(seed: u64, masters: u8, style: Style) -> Self {
        // 2026-01-05T09:00:00Z, a Monday morning.
        let start = Time::from_secs(1_767_603_600);
        let (workers, costs) = (Vec::new(), Costs::default());
        Self { seed, start, masters, spares: 0, workers, style, costs }
    }

    /// Members of etcd without Kubernetes: `founders` of them, and machines for `spares` more.
    pub fn etcd(seed: u64, founders: u8, spares: u8) -> Self {
        Self { spares, ..Self::new(seed, founders + spares, Style::Etcd) }
    }

    /// How many masters have a member of etcd from the start.
    pub fn founders(&self) -> u8 {
        self.masters.saturating_sub(self.spares).max(1)
    }

    /// The names of the masters.
    pub fn master_names(&self) -> Arc<[Str]> {
        let name = match self.style {
            Style::Etcd => "m",
            _ if self.masters == 1 => return [Str::new_static("master")].into(),
            _ => "master-",
        };
        (1..=self.masters).map(|n| format!("{name}{n}").into()).collect()
    }
}
