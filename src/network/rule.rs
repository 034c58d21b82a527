//! Rules that make wires worse.
//!
//! Faults are data, not closures, so that a checkpoint can hold them.

use serde::{Deserialize, Serialize};

use crate::sim::{Duration, HostId};

/// The number of a rule in force.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RuleId(pub u32);

/// What happens to packets between certain hosts.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// Between whom.
    pub ends: Ends,
    /// What happens.
    pub action: Action,
}

/// The hosts a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Ends {
    /// From the first to the second.
    OneWay(HostId, HostId),
    /// Between both, either way.
    Between(HostId, HostId),
    /// Between one and everyone else.
    Around(HostId),
}

/// What a rule does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Action {
    /// Nothing gets through.
    Cut,
    /// Each packet is lost with this chance.
    Lose {
        /// In a million.
        per_million: u32,
    },
    /// Packets take longer.
    Delay {
        /// At least this much.
        by: Duration,
        /// And up to this much more.
        jitter: Duration,
    },
}

impl Ends {
    /// Whether packets from `from` to `to` are meant. A host's talk with itself never is.
    pub fn covers(self, from: HostId, to: HostId) -> bool {
        if from == to {
            return false;
        }
        match self {
            Self::OneWay(a, b) => (from, to) == (a, b),
            Self::Between(a, b) => (from, to) == (a, b) || (from, to) == (b, a),
            Self::Around(a) => from == a || to == a,
        }
    }
}
