//! What kube-controller-manager is started with, and what its work costs.

use crate::api::Str;
use crate::client::Election;
use crate::sim::Duration;

/// The flags of kube-controller-manager that matter here, with upstream's defaults.
#[derive(Clone, PartialEq, Debug)]
pub struct Config {
    /// The certificate that namespaces are given to check the apiserver by (`--root-ca-file`).
    pub root_ca: Str,
    /// Whether nodes are given a range of pod addresses (`--allocate-node-cidrs`), and from which
    /// `/16`, such as `10.244` (`--cluster-cidr`).
    pub node_cidrs: Option<Str>,
    /// How often nodes are looked at (`--node-monitor-period`).
    pub node_monitor_period: Duration,
    /// How long a node may be silent (`--node-monitor-grace-period`).
    pub node_monitor_grace_period: Duration,
    /// How long a new node may be silent (`--node-startup-grace-period`).
    pub node_startup_grace_period: Duration,
    /// Time from one node tainted NoExecute to the next in a healthy zone: one over
    /// `--node-eviction-rate` (0.1 a second).
    pub eviction_interval: Duration,
    /// The same in a large zone of which many nodes are unhealthy: one over
    /// `--secondary-node-eviction-rate` (0.01 a second).
    pub secondary_eviction_interval: Duration,
    /// Up to this many nodes a zone is small (`--large-cluster-size-threshold`).
    pub large_zone: usize,
    /// From this many hundredths of unhealthy nodes on a zone is disrupted
    /// (`--unhealthy-zone-threshold`).
    pub unhealthy_zone_percent: usize,
    /// How many finished pods are kept (`--terminated-pod-gc-threshold`).
    pub finished_pods_max: usize,
    /// How leadership is claimed.
    pub election: Election,
    /// What work costs.
    pub costs: Costs,
}

/// What work costs in simulated time.
#[derive(Clone, PartialEq, Debug)]
pub struct Costs {
    /// From the moment a worker takes a key, or hears the answers it waited for, to the moment
    /// its requests leave: lookups, copies and encoding. Half a millisecond is about what the
    /// histogram `workqueue_work_duration_seconds` shows for syncs that send nothing.
    pub reconcile: Duration,
    /// From the end of the process to its next start: the kubelet looks at its containers once a
    /// second, and restarts one that ended for the first time without delay.
    pub restart: Duration,
    /// By how much every limit of requests is multiplied. Upstream's `--kube-api-qps` and
    /// `--kube-api-burst` are 20 and 30; controllers that need more ask for multiples of them.
    pub rate_factor: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            root_ca: Str::new_static(
                "-----BEGIN CERTIFICATE-----\nkubernetes\n-----END CERTIFICATE-----\n",
            ),
            node_cidrs: None,
            node_monitor_period: Duration::from_secs(5),
            node_monitor_grace_period: Duration::from_secs(50),
            node_startup_grace_period: Duration::from_secs(60),
            eviction_interval: Duration::from_secs(10),
            secondary_eviction_interval: Duration::from_secs(100),
            large_zone: 50,
            unhealthy_zone_percent: 55,
            finished_pods_max: 12_500,
            election: Election::default(),
            costs: Costs::default(),
        }
    }
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            reconcile: Duration::from_micros(500),
            restart: Duration::from_secs(1),
            rate_factor: 1,
        }
    }
}
