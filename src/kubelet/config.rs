//! What a node is, and how long its work takes.
//!
//! Models pkg/kubelet/apis/config/types.go as far as it matters here.

use crate::api::types::{Pod, ResourceList, Taint};
use crate::api::{List, Str, StrMap, Typed};
use crate::sim::Duration;

/// What a node is.
#[derive(Clone, PartialEq, Debug)]
pub struct Config {
    /// Its name.
    pub name: Str,
    /// Its address on the machines' network.
    pub address: Str,
    /// What the addresses of its pods begin with, until its Node says otherwise.
    pub pod_network: [u8; 3],
    /// Labels beside those that a kubelet sets by itself.
    pub labels: StrMap,
    /// Annotations beside those that a kubelet sets by itself.
    pub annotations: StrMap,
    /// The taints it registers with.
    pub taints: List<Taint>,
    /// What the machine has: `cpu`, `memory`, `ephemeral-storage` and `pods`.
    pub capacity: ResourceList,
    /// The pods of its manifest directory. Their processes live elsewhere; whether they run is
    /// told by [`Input::Process`](super::Input::Process) under the name in the manifest.
    pub static_pods: List<Typed<Pod>>,
    /// How long its work takes.
    pub costs: Costs,
}

/// How long work on a node takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Costs {
    /// Until a pod's volumes are mounted. Upstream looks every 300 ms whether they are
    /// (volume_manager.go podAttachAndMountRetryInterval).
    pub volumes: Duration,
    /// To make a sandbox with its network: containerd and the bridge plugin take 200 to 300 ms on
    /// an ordinary machine.
    pub sandbox: Duration,
    /// To make a container: about 40 ms, most of it preparing a snapshot.
    pub create: Duration,
    /// To start one: about 60 ms, most of it runc.
    pub start: Duration,
    /// To stop a sandbox: tearing its network down takes about 100 ms.
    pub stop_sandbox: Duration,
    /// To ask a registry for a token and a manifest: what pulling an image takes that is already
    /// there, 0.7 to 1.2 s with Docker Hub in events of real clusters.
    pub registry_latency: Duration,
    /// How much longer that may take.
    pub registry_jitter: Duration,
    /// How fast images are pulled and unpacked: 72 MB of nginx in about 3 s, as real clusters on
    /// ordinary lines tell in their events.
    pub registry_bytes_per_second: u64,
    /// Until a fresh machine's pod network is set up: the agent of the network plugin has to start
    /// and write its configuration.
    pub network_setup: Duration,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            volumes: Duration::from_millis(300),
            sandbox: Duration::from_millis(250),
            create: Duration::from_millis(40),
            start: Duration::from_millis(60),
            stop_sandbox: Duration::from_millis(100),
            registry_latency: Duration::from_millis(700),
            registry_jitter: Duration::from_millis(500),
            registry_bytes_per_second: 25_000_000,
            network_setup: Duration::from_secs(3),
        }
    }
}
