//! What clients and members say to each other.
//!
//! Models etcd's api/etcdserverpb/rpc.proto.

mod error;

use std::sync::Arc;

pub use error::{Cancelled, Error};

use super::alarm::Alarm;
use super::membership::MemberInfo;
use super::mvcc::{EventList, KeyHash, KeyRange, Ranged, StoredValue, Txn, TxnResult};
use super::snapshot::Backup;
use crate::sim::Address;

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
    /// Begins the life of a lease anew. Only the leader can: others pass it on.
    LeaseKeepAlive {
        /// Which.
        id: i64,
    },
    /// Asks how long a lease still lives. Only the leader knows: others pass it on.
    LeaseTimeToLive {
        /// Which.
        id: i64,
        /// Whether the keys that hang on it are wanted.
        keys: bool,
    },
    /// Asks which leases there are.
    Leases,
    /// Asks to be told of changes.
    Watch {
        /// Of which keys.
        range: KeyRange,
        /// From this revision on; 0 for from now on.
        from: u64,
        /// Of what, and how.
        options: WatchOptions,
    },
    /// Asks how far a watch has been told, to be answered among its events.
    WatchProgress {
        /// The number of the request that made it.
        watch: u32,
    },
    /// Asks how the member is.
    Status,
    /// Asks for a hash of all keys and their history.
    HashKv {
        /// Up to this revision; 0 for the newest.
        revision: u64,
    },
    /// Asks which alarms are raised.
    Alarms,
    /// Takes alarms back.
    Disarm(Vec<Alarm>),
    /// Gives space back to the disk that compaction has left in the database.
    Defragment,
    /// Asks for a copy of the database.
    Snapshot,
    /// Asks who is a member.
    Members {
        /// Whether what this member knows is not good enough.
        linearizable: bool,
    },
    /// Adds a member.
    MemberAdd {
        /// Where it will be reached by the others.
        peer_urls: Vec<Text>,
        /// What that is in the network, when it is a place at all.
        address: Option<Address>,
        /// Whether it is to learn first.
        is_learner: bool,
    },
    /// Makes a learner a voter.
    MemberPromote {
        /// Which.
        id: u64,
    },
    /// Removes a member.
    MemberRemove {
        /// Which.
        id: u64,
    },
    /// Says that a member is reached elsewhere from now on.
    MemberUpdate {
        /// Which.
        id: u64,
        /// Where.
        peer_urls: Vec<Text>,
        /// What that is in the network.
        address: Option<Address>,
    },
    /// Hands leadership over.
    MoveLeader {
        /// To whom.
        to: u64,
    },
}

/// A short text: a name, a URL.
pub type Text = smol_str::SmolStr;

/// What a watcher wants to hear. What was there before a change is in every event; whoever has not
/// asked for it does not look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct WatchOptions {
    /// Nothing of puts.
    pub no_put: bool,
    /// Nothing of deletions.
    pub no_delete: bool,
    /// From time to time how far it has been told, although nothing happens.
    pub progress_notify: bool,
}

/// What comes back.
#[derive(Clone, Debug)]
pub enum Reply<V: StoredValue> {
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
    /// The life of a lease began anew, and is so long; `None` when there is no such lease.
    KeptAlive(Option<u64>),
    /// How long a lease still lives; `None` when there is no such lease.
    TimeToLive(Option<LeaseStatus>),
    /// The leases there are.
    Leases(Vec<i64>),
    /// How the member is.
    Status(Box<Status>),
    /// The hash.
    HashKv(KeyHash),
    /// Alarms: those raised, or those taken back.
    Alarms(Vec<Alarm>),
    /// Done.
    Defragmented,
    /// The copy.
    Snapshot(Box<Backup<V>>),
    /// The members, after whatever was asked for, and the one it was about.
    Members {
        /// All of them.
        members: Vec<Arc<MemberInfo>>,
        /// The one that was added.
        added: Option<u64>,
    },
    /// Done: from whom leadership went to whom.
    Moved {
        /// Who led.
        from: u64,
        /// Who leads.
        to: u64,
    },
}

/// What is left of a lease.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeaseStatus {
    /// How long it lives from one sign of life to the next, in seconds.
    pub granted_secs: u64,
    /// How much of that is left.
    pub left_secs: u64,
    /// The keys that hang on it, if they were asked for.
    pub keys: Vec<super::mvcc::Key>,
}

/// How a member is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// How large its database is on the disk, in bytes.
    pub db_bytes: u64,
    /// How much of that is in use.
    pub db_bytes_in_use: u64,
    /// Who leads; 0 when that is not known.
    pub leader: u64,
    /// Whether it only learns.
    pub is_learner: bool,
    /// Its term.
    pub term: u64,
    /// Up to where its log is committed.
    pub index: u64,
    /// Up to where it has applied its log.
    pub applied: u64,
    /// What is wrong with it: alarms, and that it has no leader.
    pub errors: Vec<String>,
}

/// An answer, with who gives it and where its store is.
#[derive(Clone, Debug)]
pub struct Response<V: StoredValue> {
    /// The cluster.
    pub cluster: u64,
    /// The member.
    pub member: u64,
    /// Its term.
    pub term: u64,
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
