//! A copy of a member's database: what `etcdctl snapshot save` writes and `etcdutl` restores from.
//!
//! Models etcd's etcdutl/snapshot. Invariant: a copy that was cut or altered is told from a whole
//! one by its hash, and nothing is restored from it.

use std::fmt;
use std::sync::Arc;

use super::command::State;
use super::membership::Membership;
use super::mvcc::{KeyRange, StoredValue};
use crate::sim::Fingerprint;

/// A copy of a database. Cloned in constant time.
#[derive(Clone, Debug)]
pub struct Backup<V: StoredValue> {
    state: State<V>,
    hash: u32,
    bytes: u64,
}

/// What is in a copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BackupStatus {
    /// Its hash.
    pub hash: u32,
    /// The revision of the store in it.
    pub revision: u64,
    /// How many keys it has, all their revisions counted.
    pub keys: u64,
    /// How large it is, in bytes.
    pub bytes: u64,
}

/// Why nothing can be restored from a copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BackupError {
    /// It is not the copy that was made.
    HashMismatch {
        /// The hash it was made with.
        expected: u32,
        /// The hash it has.
        found: u32,
    },
}

impl<V: StoredValue> Backup<V> {
    /// A copy of what a member holds, whose database has `bytes` bytes.
    pub(super) fn new(state: State<V>, bytes: u64) -> Self {
        Self { hash: hash_of(&state), state, bytes }
    }

    /// The same copy after a disk has altered it.
    #[must_use]
    pub fn altered(&self) -> Self {
        let mut state = self.state.clone();
        if !state.store.corrupt() {
            // There is no key to alter; then it is the hash that is.
            return Self { hash: !self.hash, ..self.clone() };
        }
        Self { state, ..self.clone() }
    }

    /// What is in it.
    pub fn status(&self) -> BackupStatus {
        let store = &self.state.store;
        let live = store.range(&KeyRange::prefix(""), store.compacted().max(1), 1);
        let kept = live.map_or(0, |found| found.count as u64);
        let since = store.since(store.compacted().max(1));
        let revisions = since.map_or(0, |all| all.map(|events| events.len() as u64).sum());
        BackupStatus {
            hash: self.hash,
            revision: store.revision(),
            keys: kept + revisions,
            bytes: self.bytes,
        }
    }

    /// What a member that is restored from it begins with: keys and leases, and nothing of the
    /// cluster it is from.
    pub fn restore(&self) -> Result<State<V>, BackupError> {
        let found = hash_of(&self.state);
        if found != self.hash {
            return Err(BackupError::HashMismatch { expected: self.hash, found });
        }
        let membership = Arc::new(Membership::default());
        let alarms = Arc::default();
        Ok(State { membership, alarms, applied: 0, ..self.state.clone() })
    }
}

fn hash_of<V: StoredValue>(state: &State<V>) -> u32 {
    let mut hash = Fingerprint::new();
    hash.u64(u64::from(state.store.hash_kv(0).map_or(0, |hash| hash.hash)));
    // The keys as they are now: what history says of them was hashed above.
    hash.u64(state.store.hash());
    for id in state.lessor.ids() {
        hash.u64(id as u64);
    }
    hash.finish() as u32
}

/// The 32 bytes that stand for a hash, as Go prints bytes.
fn digest(hash: u32) -> String {
    let byte = |n: u32| {
        let mut one = Fingerprint::new();
        one.u64(u64::from(hash) << 8 | u64::from(n));
        (one.finish() as u8).to_string()
    };
    (0..32).map(byte).collect::<Vec<_>>().join(" ")
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HashMismatch { expected, found } => {
                let (expected, found) = (digest(*expected), digest(*found));
                write!(f, "expected sha256 [{expected}], got [{found}]")
            }
        }
    }
}
