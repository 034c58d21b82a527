//! What a person can do to one member of etcd, or to one message between members.
//!
//! Models the faults by which simulators of consensus are judged. Invariant: every deed can be
//! logged and replayed; one that does not fit what it finds does nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something done to a member of etcd.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum MemberDeed {
    /// Its process is stopped where it stands.
    Pause,
    /// And goes on.
    Resume,
    /// Its election timer goes off now.
    TimeOut,
    /// Its machine fails for a moment: what it had not synced is lost.
    Crash,
    /// Its disk takes this much longer to sync, in microseconds.
    SlowDisk {
        /// How much longer; 0 as usual.
        micros: u64,
    },
    /// Its disk is full, or is no longer.
    FullDisk {
        /// Whether it is.
        is_full: bool,
    },
    /// Its disk alters a value.
    CorruptData,
    /// Its disk alters its snapshot, so that it cannot start again.
    CorruptSnapshot,
    /// Its process ends and its data directory is emptied.
    Wipe,
}

/// Something done to a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum MessageDeed {
    /// It arrives now.
    Deliver,
    /// It is kept until it is delivered or dropped.
    Hold,
    /// It is lost.
    Drop,
    /// It arrives twice.
    Duplicate,
    /// It arrives so much later, in microseconds.
    Delay {
        /// How much later.
        micros: u64,
    },
}

/// Writes it as a script has it.
impl fmt::Display for MemberDeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::TimeOut => "timeout",
            Self::Crash => "crash",
            Self::SlowDisk { micros } => return write!(f, "slow-disk {}ms", micros / 1000),
            Self::FullDisk { is_full: true } => "full-disk",
            Self::FullDisk { is_full: false } => "free-disk",
            Self::CorruptData => "corrupt-data",
            Self::CorruptSnapshot => "corrupt-snapshot",
            Self::Wipe => "wipe",
        })
    }
}

/// Writes it as a script has it.
impl fmt::Display for MessageDeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deliver => "deliver",
            Self::Hold => "hold",
            Self::Drop => "drop",
            Self::Duplicate => "duplicate",
            Self::Delay { micros } => return write!(f, "delay {}ms", micros / 1000),
        })
    }
}
