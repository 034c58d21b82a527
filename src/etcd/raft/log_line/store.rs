//! Sentences of a node's log, its snapshots and its configuration.
//!
//! Models the log calls of etcd-io/raft `log.go`, `log_unstable.go` and of `raft.go` newRaft,
//! handleAppendEntries, handleSnapshot, restore and switchToConfig.

use std::fmt;
use std::sync::Arc;

use super::Level;
use crate::etcd::raft::confchange::ConfState;
use crate::etcd::raft::entry::EntryId;
use crate::etcd::raft::message::MessageType;
use crate::etcd::raft::tracker::Config;

/// What a node says of what it keeps.
#[derive(Clone, Debug)]
pub enum Store {
    /// It started.
    NewRaft {
        /// The voters.
        peers: Box<[u64]>,
        /// The term.
        term: u64,
        /// Up to where the log is committed.
        commit: u64,
        /// Up to where it was applied.
        applied: u64,
        /// The end of the log.
        last: EntryId,
    },
    /// A configuration is in force.
    SwitchedConfig {
        /// Which.
        config: Arc<Config>,
    },
    /// Entries do not continue its log.
    RejectedAppend {
        /// The term of its own entry there; 0 when it has none.
        term: u64,
        /// What the entries would have to follow.
        previous: EntryId,
        /// From whom they are.
        from: u64,
    },
    /// Entries differ from its own.
    FoundConflict {
        /// From where.
        index: u64,
        /// The term of its own entry.
        existing: u64,
        /// The term of the other.
        conflicting: u64,
    },
    /// Entries not stored yet are all replaced.
    ReplacedUnstable {
        /// From where.
        index: u64,
    },
    /// Entries not stored yet are replaced in part.
    TruncatedUnstable {
        /// From where.
        index: u64,
    },
    /// Entries were stored that it no longer waits for.
    StoredUnknown {
        /// The last of them.
        index: u64,
    },
    /// Entries were stored that a snapshot has replaced.
    StoredUnderSnapshot {
        /// The last of them.
        index: u64,
    },
    /// Entries were stored that others have replaced.
    StoredReplaced {
        /// The last of them.
        stored: EntryId,
        /// The term of the one now in its place.
        term: u64,
    },
    /// Entries were stored in a term that is over, and may have been replaced since.
    StoredInLowerTerm {
        /// Its term.
        term: u64,
        /// The message that says so.
        kind: MessageType,
        /// The term in which they were stored.
        theirs: u64,
    },
    /// The log is about to be replaced by a snapshot.
    Restoring {
        /// The log before.
        log: Box<LogView>,
        /// The last entry in the snapshot.
        snapshot: EntryId,
    },
    /// The log was replaced by a snapshot.
    Restored {
        /// Up to where the log is committed.
        commit: u64,
        /// The end of the log.
        last: EntryId,
        /// The last entry in the snapshot.
        snapshot: EntryId,
    },
    /// The log reaches as far as the snapshot, and is now known to be committed so far.
    FastForwarded {
        /// Up to where the log was committed.
        commit: u64,
        /// The end of the log.
        last: EntryId,
        /// The last entry in the snapshot.
        snapshot: EntryId,
    },
    /// A snapshot was taken in or not.
    Snapshot {
        /// Whether it was.
        restored: bool,
        /// Up to where the log is committed.
        commit: u64,
        /// The last entry in the snapshot.
        snapshot: EntryId,
    },
    /// A snapshot for a node that does not follow.
    SnapshotAsLeader,
    /// A snapshot of a cluster it is not in.
    NotInConfState {
        /// Who is.
        conf_state: Box<ConfState>,
    },
    /// A leader committed more than the node has: it has lost what it said it had stored.
    CommitOutOfRange {
        /// Up to where the leader committed.
        commit: u64,
        /// The last index of the log.
        last_index: u64,
    },
    /// A leader has another entry where this node has a committed one.
    ConflictWithCommitted {
        /// Where.
        index: u64,
        /// Up to where the log is committed.
        commit: u64,
    },
}

/// The limits of a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogView {
    /// Up to where it is committed.
    pub committed: u64,
    /// Up to where it was applied.
    pub applied: u64,
    /// Up to where it was handed out to be applied.
    pub applying: u64,
    /// From where on it is not stored.
    pub unstable_offset: u64,
    /// From where on it was not handed out to be stored.
    pub unstable_in_progress: u64,
    /// How many entries are not stored.
    pub unstable_count: u64,
}

impl Store {
    pub(super) const fn level(&self) -> Level {
        match self {
            Self::RejectedAppend { .. } => Level::Debug,
            Self::SnapshotAsLeader | Self::NotInConfState { .. } => Level::Warn,
            Self::CommitOutOfRange { .. } | Self::ConflictWithCommitted { .. } => Level::Fatal,
            _ => Level::Info,
        }
    }

    pub(super) fn write(&self, node: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewRaft { peers, term, commit, applied, last } => {
                let peers: Vec<String> = peers.iter().map(|id| format!("{id:x}")).collect();
                write!(f, "newRaft {node:x} [peers: [{}], term: {term}, ", peers.join(","))?;
                write!(f, "commit: {commit}, applied: {applied}, ")?;
                write!(f, "lastindex: {}, lastterm: {}]", last.index, last.term)
            }
            Self::SwitchedConfig { config } => {
                write!(f, "{node:x} switched to configuration {config}")
            }
            Self::RejectedAppend { term, previous, from } => {
                let EntryId { term: theirs, index } = previous;
                write!(f, "{node:x} [logterm: {term}, index: {index}] rejected MsgApp ")?;
                write!(f, "[logterm: {theirs}, index: {index}] from {from:x}")
            }
            Self::FoundConflict { index, existing, conflicting } => {
                write!(f, "found conflict at index {index} [existing term: {existing}, ")?;
                write!(f, "conflicting term: {conflicting}]")
            }
            Self::CommitOutOfRange { commit, last_index } => write!(
                f,
                "tocommit({commit}) is out of range [lastIndex({last_index})]. Was the raft log \
                 corrupted, truncated, or lost?"
            ),
            Self::ConflictWithCommitted { index, commit } => {
                write!(f, "entry {index} conflict with committed entry [committed({commit})]")
            }
            Self::Restoring { .. }
            | Self::Restored { .. }
            | Self::FastForwarded { .. }
            | Self::Snapshot { .. }
            | Self::SnapshotAsLeader
            | Self::NotInConfState { .. } => self.write_snapshot(node, f),
            _ => self.write_unstable(node, f),
        }
    }

    fn write_snapshot(&self, node: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Restoring { log, snapshot: EntryId { term, index } } => {
                write!(f, "log [{log}] starts to restore snapshot [index: {index}, term: {term}]")
            }
            Self::Restored { commit, last, snapshot }
            | Self::FastForwarded { commit, last, snapshot } => {
                let verb = match self {
                    Self::Restored { .. } => "restored snapshot",
                    _ => "fast-forwarded commit to snapshot",
                };
                write!(f, "{node:x} [commit: {commit}, lastindex: {}, ", last.index)?;
                write!(f, "lastterm: {}] {verb} ", last.term)?;
                write!(f, "[index: {}, term: {}]", snapshot.index, snapshot.term)
            }
            Self::Snapshot { restored, commit, snapshot: EntryId { term, index } } => {
                let verb = if *restored { "restored" } else { "ignored" };
                write!(f, "{node:x} [commit: {commit}] {verb} snapshot ")?;
                write!(f, "[index: {index}, term: {term}]")
            }
            Self::SnapshotAsLeader => {
                write!(f, "{node:x} attempted to restore snapshot as leader; should never happen")
            }
            Self::NotInConfState { conf_state } => {
                write!(
                    f,
                    "{node:x} attempted to restore snapshot but it is not in the ConfState "
                )?;
                write_conf_state(conf_state, f)?;
                f.write_str("; should never happen")
            }
            _ => unreachable!("the other sentences are written elsewhere"),
        }
    }

    fn write_unstable(&self, node: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReplacedUnstable { index } => {
                write!(f, "replace the unstable entries from index {index}")
            }
            Self::TruncatedUnstable { index } => {
                write!(f, "truncate the unstable entries before index {index}")
            }
            Self::StoredUnknown { index } => {
                write!(f, "entry at index {index} missing from unstable log; ignoring")
            }
            Self::StoredUnderSnapshot { index } => {
                write!(f, "entry at index {index} matched unstable snapshot; ignoring")
            }
            Self::StoredReplaced { stored: EntryId { term: theirs, index }, term } => write!(
                f,
                "entry at (index,term)=({index},{theirs}) mismatched with entry at \
                 ({index},{term}) in unstable log; ignoring"
            ),
            Self::StoredInLowerTerm { term, kind, theirs } => write!(
                f,
                "{node:x} [term: {term}] ignored entry appends from a {kind} message with lower \
                 term [term: {theirs}]"
            ),
            _ => unreachable!("the other sentences are written elsewhere"),
        }
    }
}

/// As Go prints the protocol buffer.
fn write_conf_state(state: &ConfState, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let lists = [
        ("voters", &state.voters),
        ("learners", &state.learners),
        ("voters_outgoing", &state.voters_outgoing),
        ("learners_next", &state.learners_next),
    ];
    for (name, ids) in lists {
        for id in ids {
            write!(f, "{name}:{id} ")?;
        }
    }
    write!(f, "auto_leave:{}", state.auto_leave)
}

impl fmt::Display for LogView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            committed,
            applied,
            applying,
            unstable_offset,
            unstable_in_progress,
            unstable_count,
        } = self;
        write!(f, "committed={committed}, applied={applied}, applying={applying}, ")?;
        write!(f, "unstable.offset={unstable_offset}, ")?;
        write!(f, "unstable.offsetInProgress={unstable_in_progress}, ")?;
        write!(f, "len(unstable.Entries)={unstable_count}")
    }
}
