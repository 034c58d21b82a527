//! The largest cluster there can be: 5,000 nodes and 150,000 pods, bare, with three masters.

use std::time::Duration;

use super::deploy::{apply, deployment, play, play_until, running};
use super::{Meter, percentile};
use crate::cluster::{Cluster, Config, Session};

const WORKERS: usize = 5000;
const DEPLOYMENTS: usize = 50;
const REPLICAS: usize = 3000;
const PODS: usize = DEPLOYMENTS * REPLICAS;
const CLONES: usize = 101;

/// The cluster with five minutes of history once all its pods run.
#[derive(Clone, Debug)]
pub struct Large {
    session: Session,
    bytes: u64,
}

impl Large {
    pub fn new(meter: Meter) -> Self {
        let before = (meter.memory)();
        let mut config = Config { masters: 3, ..Config::bare(1, WORKERS) };
        // As upstream's own tests of large clusters, with more requests a second than the
        // defaults, which would take hours.
        config.costs.controllers.rate_factor = 50;
        config.costs.scheduler.rate = (5000, 5000);
        let mut session = Session::new(config);
        play(&mut session, Duration::from_secs(60));
        for n in 1..=DEPLOYMENTS {
            let name = format!("web-{n}");
            apply(&mut session, &name, &deployment(&name, REPLICAS, "nginx:1.28"));
            play(&mut session, Duration::from_secs(1));
        }
        let all_run = |cluster: &Cluster| running(cluster) == PODS;
        play_until(&mut session, Duration::from_secs(7200), all_run);
        play(&mut session, Duration::from_secs(300));
        Self { session, bytes: (meter.memory)().saturating_sub(before) }
    }

    /// What cloning the cluster takes, in milliseconds: the median.
    pub fn clone_ms(&self, meter: Meter) -> f64 {
        let clone = |_| meter.time(|| self.session.cluster().clone()).1 * 1000.0;
        percentile(&mut (0..CLONES).map(clone).collect::<Vec<_>>(), 50)
    }

    /// Bytes of memory per running pod, with everything that is kept of five minutes.
    pub fn bytes_per_pod(&self) -> f64 {
        self.bytes as f64 / PODS as f64
    }
}
