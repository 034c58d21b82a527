//! What clients and members say to each other.
//!
//! Models etcd's api/etcdserverpb/rpc.proto.

use std::fmt;

use super::mvcc::{EventList, KeyRange, RangeError, Ranged, StoredValue, Txn, TxnError, TxnResult};

/// From a client to a member.
#[derive(Clone, Debug)]
pub enum Request<V> {
    /// Reads keys.
    Range {
        /// Which.
        range: KeyRange,
        /// At which revision; 0 for the newest.
        revision: u64,
        /// At most how many; 0 for all.
        limit: usize,
        /// Whether what this member has is good enough.
        serializable: bool,
    },
    /// A transaction. One that only reads is answered like a range.
    Txn(Txn<V>),
    /// Forgets history.
    Compact {
        /// Up to and including this revision.
        revision: u64,
    },
    /// Makes a lease.
    LeaseGrant {
        /// How long it lives without being kept alive, in seconds.
        ttl_secs: u64,
    },
    /// Ends a lease, and everything that hangs on it.
    LeaseRevoke {
        /// Which.
        id: i64,
    },
    /// Asks to be told of changes.
    Watch {
        /// Of which keys.
        range: KeyRange,
        /// From this revision on; 0 for from now on.
        from: u64,
    },
    /// Asks how the member is.
    Status,
}

/// What comes back.
#[derive(Clone, Debug)]
pub enum Reply<V> {
    /// Keys.
    Ranged(Ranged<V>),
    /// What a transaction gave.
    Txn(TxnResult<V>),
    /// Done.
    Compacted,
    /// A lease was made.
    Granted {
        /// Its number.
        id: i64,
        /// How long it lives, in seconds.
        ttl_secs: u64,
    },
    /// Done.
    Revoked,
    /// The watch is there; events follow.
    Watching,
    /// How the member is.
    Status {
        /// Who leads; 0 when that is not known.
        leader: u64,
        /// The member's term.
        term: u64,
    },
}

/// An answer, with where the store is.
#[derive(Clone, Debug)]
pub struct Response<V> {
    /// The revision of the member's store.
    pub revision: u64,
    /// What was asked for, or why not.
    pub result: Result<Reply<V>, Error>,
}

/// Changes of the keys that are watched.
#[derive(Clone, Debug)]
pub struct Events<V: StoredValue> {
    /// The changes in the order in which they happened. All changes of one revision come together.
    pub events: EventList<V>,
    /// The revision up to which everything has been told.
    pub revision: u64,
}

/// Why a member refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// It took too long.
    Timeout,
    /// It took too long, and the leader was lost in the meantime.
    TimeoutLeaderLost,
    /// Nobody leads.
    NoLeader,
    /// Somebody else leads by now.
    LeaderChanged,
    /// The member is being stopped.
    Stopped,
    /// There is no such lease.
    LeaseNotFound,
    /// The transaction cannot be done.
    Txn(TxnError),
    /// The revision cannot be read.
    Range(RangeError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "etcdserver: request timed out",
            Self::TimeoutLeaderLost => {
                "etcdserver: request timed out, possibly due to previous leader failure"
            }
            Self::NoLeader => "etcdserver: no leader",
            Self::LeaderChanged => "etcdserver: leader changed",
            Self::Stopped => "etcdserver: server stopped",
            Self::LeaseNotFound => "etcdserver: requested lease not found",
            Self::Txn(error) => return error.fmt(f),
            Self::Range(error) => return error.fmt(f),
        })
    }
}
