//! How the members of a run are set up: drawn, so that every limit and switch is tried.

use orrery::etcd::raft::{Config, Level, Limits, ReadOnlyOption, UNLIMITED};
use orrery::sim::Rng;

use super::Kind;

/// The configuration that all members of one cluster share, but for their ids.
pub fn draw_config(kind: Kind, rng: &mut Rng) -> Config {
    let check_quorum = rng.chance(500_000);
    let lease_based = check_quorum && rng.chance(200_000);
    let mut one_of = |choices: [u64; 3]| choices[rng.below(3) as usize];
    let (size_per_msg_max, committed_size_per_ready_max) =
        (one_of([0, 60, UNLIMITED]), one_of([1, 100, UNLIMITED]));
    let limits = Limits {
        inflight_msgs_max: one_of([1, 3, 256]),
        inflight_bytes_max: one_of([0, 0, size_per_msg_max.max(100)]),
    };
    Config {
        election_tick: 4,
        async_storage_writes: kind.is_async,
        check_quorum,
        pre_vote: rng.chance(500_000),
        read_only: match lease_based {
            true => ReadOnlyOption::LeaseBased,
            false => ReadOnlyOption::Safe,
        },
        size_per_msg_max,
        committed_size_per_ready_max,
        uncommitted_size_max: [100, UNLIMITED][rng.below(2) as usize],
        limits,
        disable_proposal_forwarding: rng.chance(200_000),
        step_down_on_removal: rng.chance(500_000),
        log_level: Level::None,
        ..Config::new(1)
    }
}
