//! `orrery serve`: the cluster behind real sockets, for real clients.
//!
//! HTTPS with client certificates and plain HTTP as behind `kubectl proxy`; simulated time follows
//! the wall clock at a chosen speed. A request is a command of the simulation that goes past the
//! load balancer to an apiserver as the packets of every client do, so that a broken master is
//! felt. Native only; the one room that knows sockets, threads and clocks.
//!
//! Invariant: nothing of the wall clock reaches the simulation but when commands are given.

mod carrier;
mod certificates;
mod connection;
mod hands;
mod kubeconfig;
mod listener;
mod patience;
mod protobuf;
mod reply;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;

use crate::cluster::{Cluster, Command, Config, Machine, Style};
use crate::sim::{Duration, Time};
use carrier::Carrier;
pub use hands::Hands;

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen.
    pub address: IpAddr,
    /// The port for HTTPS; 0 for any.
    pub https_port: u16,
    /// The port for HTTP; 0 for any.
    pub http_port: u16,
    /// How many thousandths of a simulated second pass in a second.
    pub speed_thousandths: u32,
    /// How many masters there are: 1, 3 or 5.
    pub masters: u8,
    /// How many workers there are.
    pub workers: u16,
    /// Where all luck comes from.
    pub seed: u64,
    /// Where the kubeconfig goes.
    pub kubeconfig: PathBuf,
    /// Manifests that are applied at the beginning: names and texts.
    pub manifests: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            https_port: 6443,
            http_port: 8001,
            speed_thousandths: 1000,
            masters: 3,
            workers: 3,
            seed: 1,
            kubeconfig: PathBuf::from("kubeconfig"),
            manifests: Vec::new(),
        }
    }
}

/// A cluster that is served.
pub struct Server {
    carrier: Carrier,
    hands: Hands,
    https: SocketAddr,
    http: SocketAddr,
    /// Keeps the connections alive.
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    /// Boots a cluster up to `now`, the time of the wall clock, listens, and writes the kubeconfig.
    /// An error says what could not be done.
    pub fn start(options: &Options, now: Time) -> Result<Self, String> {
        let cluster = boot(options, now);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| format!("cannot start threads: {error}"))?;
        let papers = certificates::issue(options.address)?;
        let (asks, asked) = mpsc::sync_channel(ASKS_MAX);
        let hands = Hands::new(options, asks.clone());
        let lines = listener::Lines::new(asks);
        let bind = |port| {
            let address = SocketAddr::new(options.address, port);
            let told = |error| format!("cannot listen at {address}: {error}");
            runtime.block_on(tokio::net::TcpListener::bind(address)).map_err(told)
        };
        let (tls, plain) = (bind(options.https_port)?, bind(options.http_port)?);
        let address = |listener: &tokio::net::TcpListener| {
            listener.local_addr().map_err(|error| format!("cannot listen: {error}"))
        };
        let (https, http) = (address(&tls)?, address(&plain)?);
        kubeconfig::write(&options.kubeconfig, https, &papers)?;
        runtime.spawn(listener::serve_tls(tls, Arc::new(papers), lines.clone()));
        runtime.spawn(listener::serve_plain(plain, options.address.is_loopback(), lines));
        let carrier = Carrier::new(cluster, options.speed_thousandths, asked);
        Ok(Self { carrier, hands, https, http, _runtime: runtime })
    }

    /// Where HTTPS is served, and where HTTP.
    pub fn addresses(&self) -> (SocketAddr, SocketAddr) {
        (self.https, self.http)
    }

    /// What a person does to the cluster with, also while it runs.
    pub fn hands(&self) -> Hands {
        self.hands.clone()
    }

    /// Lets time pass and requests be answered until `stop` says so.
    pub fn run(mut self, stop: &AtomicBool) {
        self.carrier.run(stop);
    }

    /// What the terminal of the cluster shows: how applying the manifests went.
    pub fn screen(&self) -> String {
        let lines = self.carrier.cluster().terminal().screen().lines();
        lines.map(|(_, line)| line.text.to_string() + "\n").collect()
    }
}

/// Requests that may wait to be taken in before their connections have to.
const ASKS_MAX: usize = 256;
/// How long a cluster has been running when it is first seen: enough for its nodes to be ready.
const BOOT: Duration = Duration::from_secs(60);

/// A cluster that was switched on a while before `now`, and has its manifests.
fn boot(options: &Options, now: Time) -> Cluster {
    let small =
        |n| Machine { cpu: "2".into(), memory: "4Gi".into(), ..Machine::new(format!("node-{n}")) };
    let mut config = Config {
        workers: (1..=options.workers).map(small).collect(),
        ..Config::new(options.seed, options.masters, Style::Kubeadm)
    };
    config.start = Time::from_secs(now.as_secs().saturating_sub(BOOT.as_secs()));
    let mut cluster = Cluster::new(config, &mut ());
    let ready = Time::from_secs(now.as_secs().saturating_sub(BOOT.as_secs() / 3));
    cluster.run_until(ready, u64::MAX, &mut ());
    for (name, text) in &options.manifests {
        let (name, text) = (name.clone(), text.clone());
        let line = format!("kubectl apply -f {name}");
        for command in [Command::Write { name, text }, Command::Type { line }] {
            cluster.execute(&Arc::new(command), &mut ());
        }
    }
    cluster.run_until(now, u64::MAX, &mut ());
    cluster
}
