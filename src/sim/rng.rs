//! Luck, seeded and handed down.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng as _;

use super::{Duration, Fingerprint};

/// A seeded generator of integers.
///
/// Every component has one of its own, [split](Rng::split) off by name, so that a new pod does not
/// reshuffle everyone's luck. There are no floating-point numbers here: their last digits differ
/// between machines.
#[derive(Clone, Debug)]
pub struct Rng {
    seed: u64,
    stream: Pcg64Mcg,
}

impl Rng {
    /// The generator that `seed` always gives.
    pub fn new(seed: u64) -> Self {
        let state = u128::from(seed) << 64 | u128::from(seed ^ 0x9e37_79b9_7f4a_7c15);
        Self { seed, stream: Pcg64Mcg::new(state) }
    }

    /// Another generator, named `label`. It depends on the seed and the label alone, not on how
    /// much has been drawn from this one.
    pub fn split(&self, label: &str) -> Self {
        let mut hash = Fingerprint::new();
        hash.u64(self.seed);
        hash.str(label);
        Self::new(hash.finish())
    }

    /// Any 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.stream.next_u64()
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        // The high half of the product is uniform up to a bias of n / 2^64, and always takes one
        // draw, which a rejection loop would not.
        ((u128::from(self.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// Whether something with a chance of `per_million` in a million happens.
    pub fn chance(&mut self, per_million: u32) -> bool {
        self.below(1_000_000) < u64::from(per_million)
    }

    /// A duration in `Duration::ZERO..=limit`.
    pub fn up_to(&mut self, limit: Duration) -> Duration {
        Duration::from_micros(self.below(limit.as_micros() as u64 + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_depends_on_seed_and_label_alone() {
        let root = Rng::new(7);
        let mut drawn = root.clone();
        drawn.next_u64();
        assert_eq!(root.split("etcd").next_u64(), drawn.split("etcd").next_u64());
        assert_ne!(root.split("etcd").next_u64(), root.split("kubelet").next_u64());
        assert_ne!(Rng::new(8).split("etcd").next_u64(), root.split("etcd").next_u64());
    }

    #[test]
    fn below_stays_below() {
        let mut rng = Rng::new(1);
        let mut seen = [0; 5];
        for _ in 0..1000 {
            seen[rng.below(5) as usize] += 1;
        }
        assert!(seen.iter().all(|&n| n > 150), "{seen:?}");
        assert_eq!(rng.below(0), 0);
    }
}
