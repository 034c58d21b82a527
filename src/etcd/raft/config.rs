//! How a node is set up.
//!
//! Models etcd-io/raft `raft.go` Config; the defaults are those of the etcd server v3.6.

use std::fmt;

use super::log_line::Level;
use super::message::{NONE, is_storage};
use super::read_only::ReadOnlyOption;
use super::tracker::Limits;

/// No limit.
pub const UNLIMITED: u64 = u64::MAX;

/// How a node is set up. Sizes are in bytes, times in ticks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Who the node is; not 0.
    pub id: u64,
    /// How long a follower waits for its leader, at least; at most one tick less than twice this.
    pub election_tick: u64,
    /// How often a leader shows that it leads.
    pub heartbeat_tick: u64,
    /// Up to how many ticks more a node waits, by luck; as many as `election_tick` if nothing else
    /// is said, which is all that etcd-io/raft knows.
    pub election_spread: Option<u64>,
    /// Up to where the log was applied when the node stopped. What follows is handed out again.
    pub applied: u64,
    /// Whether storing and applying are asked for by messages, which may overlap, instead of by
    /// `Ready` and `advance`.
    pub async_storage_writes: bool,
    /// The size of the entries in one append message; one always fits.
    pub size_per_msg_max: u64,
    /// The size of the entries handed out to be applied and not applied yet; one always fits.
    pub committed_size_per_ready_max: u64,
    /// The size of the payloads in a leader's log that are not committed, beyond which proposals
    /// are dropped.
    pub uncommitted_size_max: u64,
    /// How much may be on its way to one follower.
    pub limits: Limits,
    /// Whether a leader that is not heard by a quorum steps down, and followers that hear their
    /// leader do not vote for others.
    pub check_quorum: bool,
    /// Whether a node asks if it would be elected before it disturbs others by standing.
    pub pre_vote: bool,
    /// How a leader makes sure that it still leads before it answers a read.
    pub read_only: ReadOnlyOption,
    /// Whether followers drop proposals instead of passing them on.
    pub disable_proposal_forwarding: bool,
    /// Whether a leader appends changes of configuration without looking whether they fit.
    pub disable_conf_change_validation: bool,
    /// Whether a leader that is no longer a voter steps down.
    pub step_down_on_removal: bool,
    /// How much the node says.
    pub log_level: Level,
}

/// What is wrong with a configuration, or with what is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConfigError {
    /// The id is nobody's.
    IdIsNone,
    /// The id is that of a node's storage.
    IdIsStorage,
    /// Leaders would not send heartbeats.
    HeartbeatTick,
    /// Followers would not wait for a heartbeat.
    ElectionTick,
    /// Nothing could be sent.
    InflightMsgs,
    /// A full message could not be sent.
    InflightBytes,
    /// A lease means nothing when leaders do not step down.
    LeaseWithoutCheckQuorum,
    /// More is committed than is stored, or less than was compacted away.
    CommitOutOfRange {
        /// Who cannot start.
        id: u64,
        /// The commit index stored.
        commit: u64,
        /// What it must at least be.
        min: u64,
        /// What it may at most be.
        max: u64,
    },
    /// The configuration stored cannot be.
    ConfState,
}

impl Config {
    /// A member of an etcd cluster: ticks of 100 ms, pre-votes, quorum checks, read index.
    pub const fn new(id: u64) -> Self {
        Self {
            id,
            election_tick: 10,
            heartbeat_tick: 1,
            election_spread: None,
            applied: 0,
            async_storage_writes: false,
            size_per_msg_max: 1024 * 1024,
            committed_size_per_ready_max: 1024 * 1024,
            uncommitted_size_max: UNLIMITED,
            limits: Limits { inflight_msgs_max: 512, inflight_bytes_max: 0 },
            check_quorum: true,
            pre_vote: true,
            read_only: ReadOnlyOption::Safe,
            disable_proposal_forwarding: false,
            disable_conf_change_validation: false,
            step_down_on_removal: false,
            log_level: Level::Info,
        }
    }

    /// Whether a node can be set up like this.
    pub const fn check(&self) -> Result<(), ConfigError> {
        let bytes_max = self.limits.inflight_bytes_max;
        if self.id == NONE {
            Err(ConfigError::IdIsNone)
        } else if is_storage(self.id) {
            Err(ConfigError::IdIsStorage)
        } else if self.heartbeat_tick == 0 {
            Err(ConfigError::HeartbeatTick)
        } else if self.election_tick <= self.heartbeat_tick {
            Err(ConfigError::ElectionTick)
        } else if self.limits.inflight_msgs_max == 0 {
            Err(ConfigError::InflightMsgs)
        } else if bytes_max != 0 && bytes_max < self.size_per_msg_max {
            Err(ConfigError::InflightBytes)
        } else if matches!(self.read_only, ReadOnlyOption::LeaseBased) && !self.check_quorum {
            Err(ConfigError::LeaseWithoutCheckQuorum)
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::IdIsNone => "cannot use none as id",
            Self::IdIsStorage => "cannot use local target as id",
            Self::HeartbeatTick => "heartbeat tick must be greater than 0",
            Self::ElectionTick => "election tick must be greater than heartbeat tick",
            Self::InflightMsgs => "max inflight messages must be greater than 0",
            Self::InflightBytes => "max inflight bytes must be >= max message size",
            Self::LeaseWithoutCheckQuorum => {
                "CheckQuorum must be enabled when ReadOnlyOption is ReadOnlyLeaseBased"
            }
            Self::CommitOutOfRange { id, commit, min, max } => {
                return write!(f, "{id:x} state.commit {commit} is out of range [{min}, {max}]");
            }
            Self::ConfState => "the stored configuration is not consistent",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_refused() {
        let check = |change: fn(&mut Config), expected| {
            let mut config = Config::new(1);
            change(&mut config);
            assert_eq!(config.check(), expected);
        };
        check(|_| {}, Ok(()));
        check(|c| c.id = NONE, Err(ConfigError::IdIsNone));
        check(|c| c.id = u64::MAX, Err(ConfigError::IdIsStorage));
        check(|c| c.heartbeat_tick = 0, Err(ConfigError::HeartbeatTick));
        check(|c| c.election_tick = 1, Err(ConfigError::ElectionTick));
        let no_messages = |c: &mut Config| c.limits.inflight_msgs_max = 0;
        check(no_messages, Err(ConfigError::InflightMsgs));
        let few_bytes = |c: &mut Config| c.limits.inflight_bytes_max = 7;
        check(few_bytes, Err(ConfigError::InflightBytes));
        let lease = |c: &mut Config| {
            c.read_only = ReadOnlyOption::LeaseBased;
            c.check_quorum = false;
        };
        check(lease, Err(ConfigError::LeaseWithoutCheckQuorum));
    }
}
