//! Who must agree: majorities, and the joint majorities of a change of configuration.
//!
//! Models etcd-io/raft `quorum/`. Invariant: any two quorums of one configuration share a voter,
//! and an empty majority agrees to everything, so that one half of a joint configuration may be
//! absent.

mod joint;
mod majority;

use std::fmt;

pub use joint::JointConfig;
pub use majority::MajorityConfig;

/// How a vote stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VoteResult {
    /// Neither a quorum of yes nor of no has been reached.
    Pending,
    /// A quorum of no has been reached.
    Lost,
    /// A quorum of yes has been reached.
    Won,
}

impl fmt::Display for VoteResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "VotePending",
            Self::Lost => "VoteLost",
            Self::Won => "VoteWon",
        })
    }
}
