//! What goes through the log, and the state it makes.
//!
//! Models etcd's server/etcdserver/apply. Invariant: the state after entry `n` is the same on every
//! member that has applied `n`.

use std::fmt;
use std::sync::Arc;

use super::lease::Lessor;
use super::mvcc::{EventList, Op, Store, StoredValue, Txn};
use super::raft::EntryData;
use super::rpc::{Error, Reply};
use crate::sim::{Fingerprint, Memo};

/// A command to be applied by every member.
#[derive(Clone, PartialEq, Debug)]
pub enum Command<V> {
    /// A transaction.
    Txn(Txn<V>),
    /// Forgets history up to and including a revision.
    Compact(u64),
    /// Makes a lease.
    LeaseGrant {
        /// Its number.
        id: i64,
        /// How long it lives, in seconds.
        ttl_secs: u64,
    },
    /// Ends a lease.
    LeaseRevoke {
        /// Which.
        id: i64,
    },
}

/// A command on its way through the log. Clones share.
#[derive(Clone, Debug)]
pub struct Proposal<V: StoredValue>(Arc<Inner<V>>);

#[derive(Debug)]
struct Inner<V: StoredValue> {
    member: u64,
    number: u64,
    command: Command<V>,
    memo: Memo<Arc<Applied<V>>>,
}

/// What a member holds: the store and the leases. Cloned in constant time.
#[derive(Clone, Debug)]
pub struct State<V: StoredValue> {
    /// The keys.
    pub store: Store<V>,
    /// The leases.
    pub lessor: Lessor,
    /// The number of the last entry applied.
    pub applied: u64,
}

/// What applying a command led to.
#[derive(Debug)]
pub struct Applied<V: StoredValue> {
    /// The state after it.
    pub state: State<V>,
    /// What the one who proposed it is told.
    pub result: Result<Reply<V>, Error>,
    /// What it changed.
    pub events: EventList<V>,
}

impl<V: StoredValue> Proposal<V> {
    /// `command`, proposed by `member` as its `number`th.
    pub fn new(member: u64, number: u64, command: Command<V>) -> Self {
        Self(Arc::new(Inner { member, number, command, memo: Memo::new() }))
    }

    /// Who proposed it.
    pub fn member(&self) -> u64 {
        self.0.member
    }

    /// How many that member had proposed before.
    pub fn number(&self) -> u64 {
        self.0.number
    }

    /// What is to be done.
    pub fn command(&self) -> &Command<V> {
        &self.0.command
    }

    /// What applying it to `state` leads to, it being entry `index`. Members that apply the same
    /// entry to the same state share the outcome.
    pub fn apply(&self, state: &State<V>, index: u64, members: u32) -> Arc<Applied<V>> {
        self.0.memo.follow(state.applied, members, || {
            let mut state = state.clone();
            state.applied = index;
            Arc::new(state.run(&self.0.command))
        })
    }

    /// Forgets what applying it led to; a member that has not applied it yet works it out again.
    pub fn forget_applied(&self) {
        self.0.memo.forget();
    }
}

impl<V: StoredValue> State<V> {
    /// Nothing stored, nothing applied.
    pub fn new() -> Self {
        Self { store: Store::new(), lessor: Lessor::default(), applied: 0 }
    }

    fn run(mut self, command: &Command<V>) -> Applied<V> {
        let none = || Arc::from([]);
        let (result, events) = match command {
            Command::Txn(txn) => match self.check_leases(txn) {
                Err(error) => (Err(error), none()),
                Ok(()) => match self.store.apply(txn) {
                    Ok((result, events)) => (Ok(Reply::Txn(result)), events),
                    Err(error) => (Err(Error::Txn(error)), none()),
                },
            },
            Command::Compact(revision) => {
                let compacted = self.store.compact(*revision);
                (compacted.map(|()| Reply::Compacted).map_err(Error::Range), none())
            }
            Command::LeaseGrant { id, ttl_secs } => {
                let ttl_secs = self.lessor.grant(*id, *ttl_secs);
                (Ok(Reply::Granted { id: *id, ttl_secs }), none())
            }
            Command::LeaseRevoke { id } => match self.lessor.revoke(*id) {
                None => (Err(Error::LeaseNotFound), none()),
                Some(keys) => (Ok(Reply::Revoked), self.store.delete_keys(&keys)),
            },
        };
        events.iter().for_each(|event| self.lessor.observe(event));
        Applied { state: self, result, events }
    }

    fn check_leases(&self, txn: &Txn<V>) -> Result<(), Error> {
        let mut leases = txn.success.iter().chain(&txn.failure).filter_map(|op| match op {
            Op::Put { lease, .. } if *lease != 0 => Some(*lease),
            _ => None,
        });
        let known = leases.all(|lease| self.lessor.exists(lease));
        known.then_some(()).ok_or(Error::LeaseNotFound)
    }
}

impl<V: StoredValue> Default for State<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: StoredValue> EntryData for Proposal<V> {
    type Snapshot = State<V>;

    fn encoded_len(&self) -> u64 {
        // The header of a request comes to about this much.
        const HEADER: usize = 16;
        let body = match &self.0.command {
            Command::Txn(txn) => txn.encoded_len(),
            _ => 16,
        };
        (HEADER + body) as u64
    }

    fn quote(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}/{}\"", self.0.member, self.0.number)
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.u64(self.0.member);
        hash.u64(self.0.number);
    }
}
