//! A hash by which members compare what they hold.
//!
//! Models etcd's server/storage/mvcc/hash.go. Invariant: members that hold the same revisions from
//! the same compaction on have the same hash, however they came to hold them.

use super::{KeyRange, RangeError, Store, StoredValue};
use crate::sim::Fingerprint;

/// A hash of a store and its history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyHash {
    /// The hash.
    pub hash: u32,
    /// Up to which revision it looks.
    pub revision: u64,
    /// From which compaction on.
    pub compacted: u64,
}

impl<V: StoredValue> Store<V> {
    /// The hash of everything up to `revision` (0: the newest): the keys as they were then, and
    /// what happened to them since the last compaction.
    pub fn hash_kv(&self, revision: u64) -> Result<KeyHash, RangeError> {
        let revision = if revision == 0 { self.revision() } else { revision };
        if revision > self.revision() {
            return Err(RangeError::Future);
        }
        let compacted = self.compacted();
        if revision < compacted {
            return Err(RangeError::Compacted);
        }
        let mut hash = Fingerprint::new();
        for kv in &self.range(&KeyRange::prefix(""), revision, 0)?.kvs {
            hash.u64(kv.mark());
        }
        let since = self.since(compacted.max(1))?.flat_map(|events| events.iter());
        for event in since.take_while(|event| event.revision <= revision) {
            hash.u64(event.revision);
            hash.str(event.key());
            hash.u64(event.now.as_ref().map_or(0, |kv| kv.mark()));
        }
        let hash = hash.finish();
        Ok(KeyHash { hash: (hash >> 32) as u32 ^ hash as u32, revision, compacted })
    }
}
