//! Whole clusters under random commands and faults, with what must always hold checked as they go.
//!
//! A life is one cluster, made and driven by its seed: Deployments come, grow, roll and go, pods
//! are deleted and end, hosts lose power, processes stop, cables are cut. At last everything is
//! mended, and the cluster must come to what was asked of it. A failing life names its seed:
//! `ORRERY_CLUSTER_SEED=7 cargo test cluster_simulation` replays it alone.

mod deeds;
mod life;
mod rules;

use life::Life;
use orrery::cluster::Style;

/// How many clusters of each style live, unless `ORRERY_CLUSTER_RUNS` says otherwise.
const RUNS: u64 = 4;

fn simulate(style: Style) {
    let number = |name| {
        let value = std::env::var(name).ok()?;
        Some(value.parse::<u64>().expect("seeds and runs are numbers"))
    };
    let seeds = match number("ORRERY_CLUSTER_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("ORRERY_CLUSTER_RUNS").unwrap_or(RUNS),
    };
    for seed in seeds {
        let mut life = Life::new(style, seed);
        let lived = life.live().and_then(|()| life.settle());
        if let Err(problem) = lived {
            panic!("{style:?}, ORRERY_CLUSTER_SEED={seed}: {problem}\n{life}");
        }
    }
}

#[test]
fn as_kubeadm_makes_them() {
    simulate(Style::Kubeadm);
}

#[test]
fn bare() {
    simulate(Style::Bare);
}
