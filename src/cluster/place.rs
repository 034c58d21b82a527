//! Who is where: hosts, ports and the components behind them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Config;
use super::outside::LINES_MAX;
use crate::api::Str;
use crate::sim::{Address, HostId};

/// A component of the simulation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Component {
    /// The member of etcd on a master, counted from 0.
    Etcd(u8),
    /// The apiserver on a master.
    Apiserver(u8),
    /// The scheduler on a master.
    Scheduler(u8),
    /// The controller manager on a master.
    ControllerManager(u8),
    /// The kubelet on a host.
    Kubelet(HostId),
    /// The stand-ins for all kubelets of a bare cluster.
    StandIns,
    /// The load balancer before the apiservers.
    LoadBalancer,
    /// The person's terminal.
    Terminal,
    /// Programs outside the simulation.
    Outside,
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Etcd(at) => write!(f, "etcd {}", at + 1),
            Self::Apiserver(at) => write!(f, "kube-apiserver {}", at + 1),
            Self::Scheduler(at) => write!(f, "kube-scheduler {}", at + 1),
            Self::ControllerManager(at) => write!(f, "kube-controller-manager {}", at + 1),
            Self::Kubelet(host) => write!(f, "kubelet on host {}", host.0),
            Self::StandIns => f.write_str("kubelets"),
            Self::LoadBalancer => f.write_str("load balancer"),
            Self::Terminal => f.write_str("terminal"),
            Self::Outside => f.write_str("outside"),
        }
    }
}

/// Ports, as Kubernetes has them.
pub mod port {
    /// etcd, for clients.
    pub const ETCD_CLIENT: u16 = 2379;
    /// etcd, for other members.
    pub const ETCD_PEER: u16 = 2380;
    /// The apiserver, and the load balancer in front of it.
    pub const APISERVER: u16 = 6443;
    /// The scheduler.
    pub const SCHEDULER: u16 = 10259;
    /// The controller manager.
    pub const CONTROLLER_MANAGER: u16 = 10257;
    /// The kubelet.
    pub const KUBELET: u16 = 10250;
    /// The checks of the load balancer.
    pub const CHECKS: u16 = 8404;
    /// The stand-ins for kubelets.
    pub const STAND_INS: u16 = 10251;
    /// The person's terminal.
    pub const TERMINAL: u16 = 40_000;
    /// The first of the lines of programs outside the simulation.
    pub const OUTSIDE: u16 = 41_000;
}

/// Which host is what.
#[derive(Clone, Debug)]
pub struct Places {
    masters: u8,
    names: Vec<Str>,
    addresses: Vec<Str>,
}

impl Places {
    /// The places of a cluster: masters first, then workers, the load balancer, and the person.
    pub fn new(config: &Config) -> Self {
        let masters = config.master_names();
        let mut names: Vec<Str> = masters.to_vec();
        names.extend(config.workers.iter().map(|worker| worker.name.clone()));
        let mut addresses: Vec<Str> =
            (0..masters.len()).map(|n| format!("192.168.1.{}", 11 + n).into()).collect();
        addresses.extend((1..=config.workers.len()).map(worker_address));
        for (name, address) in [("load-balancer", "192.168.1.10"), ("you", "192.168.1.2")] {
            names.push(Str::new_static(name));
            addresses.push(Str::new_static(address));
        }
        Self { masters: config.masters, names, addresses }
    }

    /// How many masters there are.
    pub fn masters(&self) -> u8 {
        self.masters
    }

    /// All hosts.
    pub fn hosts(&self) -> impl Iterator<Item = HostId> {
        (0..self.names.len() as u16).map(HostId)
    }

    /// The hosts of the workers, in order.
    pub fn workers(&self) -> impl Iterator<Item = HostId> {
        (u16::from(self.masters)..self.names.len() as u16 - 2).map(HostId)
    }

    /// The host of a master.
    pub fn master(&self, at: u8) -> HostId {
        HostId(at.into())
    }

    /// Every pair of masters, once.
    pub fn master_pairs(&self) -> impl Iterator<Item = (HostId, HostId)> {
        let masters = u16::from(self.masters);
        (0..masters).flat_map(move |a| (a + 1..masters).map(move |b| (HostId(a), HostId(b))))
    }

    /// The host of the load balancer.
    pub fn balancer(&self) -> HostId {
        HostId(self.names.len() as u16 - 2)
    }

    /// The host of the person.
    pub fn person(&self) -> HostId {
        HostId(self.names.len() as u16 - 1)
    }

    /// Whether a host is a master.
    pub fn is_master(&self, host: HostId) -> bool {
        host.0 < self.masters.into()
    }

    /// The name of a host.
    pub fn name(&self, host: HostId) -> &Str {
        &self.names[usize::from(host.0)]
    }

    /// The IP address of a host.
    pub fn ip(&self, host: HostId) -> &Str {
        &self.addresses[usize::from(host.0)]
    }

    /// The host called `name`.
    pub fn host(&self, name: &str) -> Option<HostId> {
        self.names.iter().position(|n| n == name).map(|at| HostId(at as u16))
    }

    /// Where a component takes in what is meant for it.
    pub fn address(&self, component: Component) -> Address {
        match component {
            Component::Etcd(at) => Address::new(self.master(at), port::ETCD_CLIENT),
            Component::Apiserver(at) => Address::new(self.master(at), port::APISERVER),
            Component::Scheduler(at) => Address::new(self.master(at), port::SCHEDULER),
            Component::ControllerManager(at) => {
                Address::new(self.master(at), port::CONTROLLER_MANAGER)
            }
            Component::Kubelet(host) => Address::new(host, port::KUBELET),
            Component::StandIns => Address::new(self.balancer(), port::STAND_INS),
            Component::LoadBalancer => Address::new(self.balancer(), port::CHECKS),
            Component::Terminal => Address::new(self.person(), port::TERMINAL),
            Component::Outside => Address::new(self.person(), port::OUTSIDE),
        }
    }

    /// The component behind an address.
    pub fn component(&self, address: Address) -> Option<Component> {
        let Address { host, port } = address;
        let master = u8::try_from(host.0).ok().filter(|_| self.is_master(host));
        match port {
            port::ETCD_CLIENT | port::ETCD_PEER => master.map(Component::Etcd),
            port::APISERVER => master.map(Component::Apiserver),
            port::SCHEDULER => master.map(Component::Scheduler),
            port::CONTROLLER_MANAGER => master.map(Component::ControllerManager),
            port::KUBELET => Some(Component::Kubelet(host)),
            port::STAND_INS => Some(Component::StandIns),
            port::CHECKS => Some(Component::LoadBalancer),
            port::TERMINAL => Some(Component::Terminal),
            port if (port::OUTSIDE..port::OUTSIDE + LINES_MAX).contains(&port) => {
                Some(Component::Outside)
            }
            _ => None,
        }
    }

    /// The host that packets between two others pass: what goes between an apiserver and anyone
    /// who is not on a master passes the load balancer.
    pub fn between(&self, from: Address, to: Address) -> Option<HostId> {
        let api =
            |address: Address| address.port == port::APISERVER && self.is_master(address.host);
        let outside =
            |address: Address| !self.is_master(address.host) && address.host != self.balancer();
        let passes = (api(from) && outside(to)) || (api(to) && outside(from));
        passes.then(|| self.balancer())
    }
}

/// The address of the `n`th worker, counted from 1.
fn worker_address(n: usize) -> Str {
    // 192.168.1.101 and so on, as in the recordings, and on into the next networks.
    let n = 100 + n;
    format!("192.168.{}.{}", 1 + n / 256, n % 256).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_found_where_they_are() {
        let places = Places::new(&Config::teaching(1));
        let workers: Vec<_> = places.workers().collect();
        let mut components = vec![Component::LoadBalancer, Component::Terminal, Component::Outside];
        components.extend(workers.iter().map(|host| Component::Kubelet(*host)));
        for master in 0..3 {
            components.push(Component::Etcd(master));
            components.push(Component::Apiserver(master));
            components.push(Component::Scheduler(master));
            components.push(Component::ControllerManager(master));
            components.push(Component::Kubelet(places.master(master)));
        }
        for component in components {
            assert_eq!(places.component(places.address(component)), Some(component));
        }
        assert_eq!(places.name(workers[0]), "node-1");
        assert_eq!(places.ip(workers[0]), "192.168.1.101");
        assert_eq!(places.host("master-2"), Some(HostId(1)));
    }

    #[test]
    fn workers_reach_apiservers_past_the_load_balancer() {
        let places = Places::new(&Config::teaching(1));
        let api = places.address(Component::Apiserver(1));
        let kubelet = places.address(Component::Kubelet(HostId(4)));
        let scheduler = places.address(Component::Scheduler(1));
        assert_eq!(places.between(kubelet, api), Some(places.balancer()));
        assert_eq!(places.between(api, kubelet), Some(places.balancer()));
        assert_eq!(places.between(scheduler, api), None);
    }
}
