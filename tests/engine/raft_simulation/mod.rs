//! Clusters of nodes under random faults, with every rule checked after every step.
//!
//! A run is one cluster with a configuration, a network and faults drawn from its seed: messages
//! are lost, doubled and overtaken, nodes stop between storing, sending and applying and lose what
//! was not synced, partitions come and go, members are added, demoted and removed. At last all
//! faults end, and the cluster must agree on something new. A failing run names its seed:
//! `ORRERY_RAFT_SEED=7 cargo test raft_simulation` replays it alone.

mod cluster;
mod member;
mod setup;

use cluster::Cluster;
use orrery::sim::Rng;

/// How many clusters each of the four tests runs, unless `ORRERY_RAFT_RUNS` says otherwise.
const RUNS: u64 = 2500;

/// How many random steps most clusters take, and each so-manieth takes instead: what goes wrong
/// goes wrong soon, or after a long time.
const STEPS: u64 = 300;
const LONG_STEPS: u64 = 3000;
const LONG_EVERY: u64 = 25;

/// Which clusters a test is about.
#[derive(Clone, Copy, Debug)]
struct Kind {
    is_async: bool,
    members_change: bool,
}

fn simulate(kind: Kind) {
    let number = |name| {
        let value = std::env::var(name).ok()?;
        Some(value.parse::<u64>().expect("seeds and runs are numbers"))
    };
    let seeds = match number("ORRERY_RAFT_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("ORRERY_RAFT_RUNS").unwrap_or(RUNS),
    };
    for seed in seeds {
        let mut cluster = Cluster::new(kind, Rng::new(seed).split(&format!("{kind:?}")));
        let steps = if seed.is_multiple_of(LONG_EVERY) { LONG_STEPS } else { STEPS };
        let run = (0..steps).try_for_each(|_| cluster.random_step());
        let run = run.and_then(|()| cluster.settle());
        if let Err(problem) = run {
            panic!("{kind:?}, ORRERY_RAFT_SEED={seed}: {problem}\n{cluster}");
        }
    }
}

#[test]
fn with_ready_and_advance() {
    simulate(Kind { is_async: false, members_change: false });
}

#[test]
fn with_asynchronous_storage() {
    simulate(Kind { is_async: true, members_change: false });
}

#[test]
fn with_changing_members() {
    simulate(Kind { is_async: false, members_change: true });
}

#[test]
fn with_changing_members_and_asynchronous_storage() {
    simulate(Kind { is_async: true, members_change: true });
}
