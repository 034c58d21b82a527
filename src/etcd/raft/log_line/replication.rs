//! Sentences of a leader's sending to its followers.
//!
//! Models the log calls of etcd-io/raft `raft.go` stepLeader and maybeSendSnapshot.

use std::fmt;

use super::Level;
use crate::etcd::raft::entry::EntryId;
use crate::etcd::raft::progress::ProgressView;

/// What a leader says of its sending.
#[derive(Clone, Debug)]
pub enum Replication {
    /// A message from someone who is no member.
    NoProgress {
        /// Who.
        from: u64,
    },
    /// A follower refused entries.
    AppendRefused {
        /// Where it suggests to go on.
        hint: EntryId,
        /// Who.
        from: u64,
        /// The index before the entries it refused.
        index: u64,
    },
    /// Sending goes on from further back.
    Decreased {
        /// The follower.
        of: u64,
        /// What is known of it now.
        progress: ProgressView,
    },
    /// A follower that lacked the beginning of the log has it now.
    Recovered {
        /// The follower.
        to: u64,
        /// What is known of it.
        progress: ProgressView,
    },
    /// No snapshot is sent to a follower that was not heard from.
    InactiveForSnapshot {
        /// The follower.
        to: u64,
    },
    /// There is no snapshot to send yet.
    SnapshotUnavailable {
        /// The follower.
        to: u64,
    },
    /// A follower lacks entries that are no longer in the log, and is sent a snapshot.
    SentSnapshot {
        /// The first index in the log.
        first_index: u64,
        /// The leader's commit index.
        commit: u64,
        /// The last entry in the snapshot.
        snapshot: EntryId,
        /// The follower.
        to: u64,
        /// What is known of it.
        progress: ProgressView,
    },
    /// Sending pauses until the snapshot has arrived.
    Paused {
        /// The follower.
        to: u64,
        /// What is known of it now.
        progress: ProgressView,
    },
    /// The owner reports what became of a snapshot.
    SnapshotReported {
        /// Whether it arrived.
        succeeded: bool,
        /// The follower.
        to: u64,
        /// What is known of it now.
        progress: ProgressView,
    },
    /// The owner reports that a message could not be sent.
    Unreachable {
        /// The follower.
        to: u64,
        /// What is known of it now.
        progress: ProgressView,
    },
}

impl Replication {
    pub(super) const fn level(&self) -> Level {
        Level::Debug
    }

    pub(super) fn write(&self, node: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProgress { from } => {
                write!(f, "{node:x} no progress available for {from:x}")
            }
            Self::AppendRefused { hint, from, index } => write!(
                f,
                "{node:x} received MsgAppResp(rejected, hint: (index {}, term {})) from {from:x} \
                 for index {index}",
                hint.index, hint.term
            ),
            Self::Decreased { of, progress } => {
                write!(f, "{node:x} decreased progress of {of:x} to [{progress}]")
            }
            Self::Recovered { to, progress } => write!(
                f,
                "{node:x} recovered from needing snapshot, resumed sending replication messages \
                 to {to:x} [{progress}]"
            ),
            Self::InactiveForSnapshot { to } => {
                write!(f, "ignore sending snapshot to {to:x} since it is not recently active")
            }
            Self::SnapshotUnavailable { to } => write!(
                f,
                "{node:x} failed to send snapshot to {to:x} because snapshot is temporarily \
                 unavailable"
            ),
            Self::SentSnapshot {
                first_index,
                commit,
                snapshot: EntryId { term, index },
                to,
                progress,
            } => write!(
                f,
                "{node:x} [firstindex: {first_index}, commit: {commit}] sent \
                 snapshot[index: {index}, term: {term}] to {to:x} [{progress}]"
            ),
            Self::Paused { to, progress } => {
                write!(f, "{node:x} paused sending replication messages to {to:x} [{progress}]")
            }
            Self::SnapshotReported { succeeded, to, progress } => {
                let outcome = if *succeeded { "succeeded" } else { "failed" };
                write!(
                    f,
                    "{node:x} snapshot {outcome}, resumed sending replication messages to {to:x} \
                     [{progress}]"
                )
            }
            Self::Unreachable { to, progress } => write!(
                f,
                "{node:x} failed to send message to {to:x} because it is unreachable [{progress}]"
            ),
        }
    }
}
