//! Members of etcd with clients and watchers under random faults.
//!
//! A run is one cluster driven by its seed: messages are lost, doubled and late, members crash
//! between storing, sending and applying, are paused, cut off, removed, replaced and promoted,
//! while clients write, read and compare and watchers follow. Raft's rules are checked after every
//! event; at the end all faults end, members must hold the same, what clients saw must be
//! linearizable, and watchers must have heard everything in order and once. A failing run names its
//! seed: `ORRERY_ETCD_SEED=7 cargo test etcd_simulation` replays it alone.

mod clients;
mod faults;
mod linear;
mod operator;
mod watchers;
mod world;

use world::World;

/// How many clusters run, unless `ORRERY_ETCD_RUNS` says otherwise.
const RUNS: u64 = 2000;

#[test]
fn clients_see_one_history() {
    let number = |name| {
        let value = std::env::var(name).ok()?;
        Some(value.parse::<u64>().expect("seeds and runs are numbers"))
    };
    let seeds = match number("ORRERY_ETCD_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("ORRERY_ETCD_RUNS").unwrap_or(RUNS),
    };
    let mut done = 0;
    for seed in seeds {
        let mut world = World::new(seed);
        match world.live().and_then(|()| world.settle()) {
            Ok(answered) => done += answered,
            Err(problem) => panic!("ORRERY_ETCD_SEED={seed}: {problem}\n{world}"),
        }
    }
    assert!(done > 0, "somebody was answered");
}
