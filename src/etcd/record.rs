//! What etcd has to tell.

use std::fmt;
use std::sync::Arc;

use super::member::Exit;
use super::mvcc::Key;
use super::raft::{Line, Role};
use super::rpc::Text;
use crate::sim::Fingerprint;

/// One entry of what happened in a member.
#[derive(Clone, Debug)]
pub enum Record {
    /// The member's role or term changed.
    Role {
        /// The member.
        member: u64,
        /// What it is now.
        role: Role,
        /// Its term.
        term: u64,
        /// Who leads as far as it knows; 0 when it does not.
        leader: u64,
        /// The name of that member; empty when it is not known.
        leader_name: Text,
    },
    /// A key was written, for the first time on any member.
    Written {
        /// The revision.
        revision: u64,
        /// The key.
        key: Key,
        /// What became of it.
        change: KeyChange,
    },
    /// The core said something.
    Said(Arc<Line>),
    /// A process ends of its own accord.
    Exited {
        /// The member.
        member: u64,
        /// Why.
        why: Exit,
    },
}

/// What became of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyChange {
    /// It is new.
    Created,
    /// It has another value.
    Updated,
    /// It is gone.
    Deleted,
}

impl Record {
    /// The key of the store it is about, if it is about one.
    pub fn key(&self) -> Option<&Key> {
        if let Self::Written { key, .. } = self { Some(key) } else { None }
    }

    /// Adds the record to a hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        match self {
            Self::Role { member, role, term, leader, .. } => {
                hash.u64(*member << 8 | *role as u64);
                hash.u64(*term);
                hash.u64(*leader);
            }
            Self::Written { revision, key, change } => {
                hash.u64(*revision << 2 | *change as u64);
                hash.str(key);
            }
            Self::Said(line) => hash.str(&line.to_string()),
            Self::Exited { member, why } => hash.u64(*member << 8 | *why as u64),
        }
    }
}

/// Writes the record in etcd's words where it has them.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role { member, role, term, .. } => {
                write!(f, "member {member} is {role} at term {term}")
            }
            Self::Written { revision, key, change: KeyChange::Deleted } => {
                write!(f, "delete {key} rev {revision}")
            }
            Self::Written { revision, key, .. } => write!(f, "put {key} rev {revision}"),
            Self::Said(line) => line.fmt(f),
            Self::Exited { why: Exit::Removed, .. } => {
                f.write_str("the member has been permanently removed from the cluster")
            }
            Self::Exited { why: Exit::Halted, .. } => f.write_str("the member cannot go on"),
            Self::Exited { why: Exit::Inconsistent, .. } => {
                f.write_str("found data inconsistency with peers")
            }
            Self::Exited { why: Exit::Unreadable, .. } => {
                f.write_str("failed to recover v3 backend from snapshot: crc mismatch")
            }
        }
    }
}
