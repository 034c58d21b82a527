//! Two majorities that must both agree.
//!
//! Models etcd-io/raft `quorum/joint.go`.

use std::fmt;

use super::{MajorityConfig, VoteResult};

/// The voters of a configuration, and while it is changing also the voters it is changing from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct JointConfig {
    /// The voters, or the voters to be.
    pub incoming: MajorityConfig,
    /// The voters that were; empty unless the configuration is changing.
    pub outgoing: MajorityConfig,
}

impl JointConfig {
    /// Whether the configuration is changing.
    pub fn is_joint(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// Whether `id` votes in either half.
    pub fn contains(&self, id: u64) -> bool {
        self.incoming.contains(id) || self.outgoing.contains(id)
    }

    /// The voters of both halves, each once and in order.
    pub fn ids(&self) -> MajorityConfig {
        MajorityConfig(&self.incoming.0 | &self.outgoing.0)
    }

    /// The greatest index that both halves have committed.
    pub fn committed_index(&self, acked: impl Fn(u64) -> Option<u64>) -> u64 {
        let incoming = self.incoming.committed_index(&acked);
        incoming.min(self.outgoing.committed_index(&acked))
    }

    /// How the vote stands: won when both halves are, lost when either is.
    pub fn vote_result(&self, vote: impl Fn(u64) -> Option<bool>) -> VoteResult {
        use VoteResult::{Lost, Pending, Won};
        match (self.incoming.vote_result(&vote), self.outgoing.vote_result(&vote)) {
            (Won, Won) => Won,
            (Lost, _) | (_, Lost) => Lost,
            _ => Pending,
        }
    }

    /// A drawing of what each voter has acknowledged.
    pub fn describe(&self, acked: impl Fn(u64) -> Option<u64>) -> String {
        self.ids().describe(acked)
    }
}

impl fmt::Display for JointConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.incoming)?;
        if self.is_joint() {
            write!(f, "&&{}", self.outgoing)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair of quorums of a joint configuration shares a voter, and the order of its halves
    /// does not matter.
    #[test]
    fn quorums_intersect_and_halves_are_equal() {
        let mut rng = crate::sim::Rng::new(9);
        for _ in 0..500 {
            let mut half = || -> MajorityConfig {
                let ids = 1..=5;
                ids.filter(|_| rng.chance(500_000)).chain([1]).collect()
            };
            let joint = JointConfig { incoming: half(), outgoing: half() };
            let swapped =
                JointConfig { incoming: joint.outgoing.clone(), outgoing: joint.incoming.clone() };
            let (yes, no) = (rng.below(64), rng.below(64));
            let vote = |id: u64| match (yes >> id & 1, no >> id & 1) {
                (1, _) => Some(true),
                (_, 1) => Some(false),
                _ => None,
            };
            let result = joint.vote_result(vote);
            assert_eq!(result, swapped.vote_result(vote));
            let others = joint.vote_result(|id| Some(vote(id) != Some(true)));
            assert!(result != VoteResult::Won || others == VoteResult::Lost);
        }
    }
}
