//! Reading, decoding and printing manifests, against recordings of kubectl, against libyaml, and
//! against chance.

mod decoding;
mod libyaml;
mod random;
mod recordings;

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// The same cases every time; `PROPTEST_CASES` and `PROPTEST_SEED` ask for more and others.
fn random() -> ProptestConfig {
    let default = ProptestConfig::default();
    let seed = std::env::var("PROPTEST_SEED").map_or(1, |seed| seed.parse().unwrap());
    ProptestConfig {
        cases: default.cases.max(1000),
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_global_rejects: u32::MAX,
        ..default
    }
}
