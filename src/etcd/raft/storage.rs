//! What a node has stored, and all that survives when it stops.
//!
//! Models etcd-io/raft `storage.go` MemoryStorage. Invariant: entries are consecutive and follow
//! the entry they were compacted up to, whose term is kept; restarting a node takes nothing but
//! this.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::confchange::ConfState;
use super::entry::{Entry, EntryData, EntryId};
use crate::sim::Log;

/// What a node must never forget of its elections, and its commit index.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HardState {
    /// The term.
    pub term: u64,
    /// For whom it voted in that term; 0 for nobody.
    pub vote: u64,
    /// Up to where the log is committed.
    pub commit: u64,
}

/// The state of the owner's machine at one point of the log, in place of the entries up to there.
#[derive(Clone, Debug)]
pub struct Snapshot<D: EntryData> {
    /// The last entry in it.
    pub last: EntryId,
    /// The configuration at that point.
    pub conf_state: ConfState,
    /// The state of the machine.
    pub data: D::Snapshot,
}

/// Why storage cannot give or take something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StorageError {
    /// The entry was compacted away.
    Compacted,
    /// There is no such entry.
    Unavailable,
    /// There is a snapshot at least as new.
    SnapshotOutOfDate,
    /// The snapshot is not ready yet.
    SnapshotTemporarilyUnavailable,
}

/// What a node has stored. Cloned in constant time.
#[derive(Clone, Debug)]
pub struct Storage<D: EntryData> {
    hard_state: HardState,
    snapshot: Option<Arc<Snapshot<D>>>,
    /// The entry before the first.
    compacted: EntryId,
    entries: Log<Entry<D>>,
}

impl<D: EntryData> Storage<D> {
    /// Nothing stored.
    pub fn new() -> Self {
        Self {
            hard_state: HardState::default(),
            snapshot: None,
            compacted: EntryId::default(),
            entries: Log::starting_at(1),
        }
    }

    /// Nothing stored but a snapshot.
    pub fn from_snapshot(snapshot: Arc<Snapshot<D>>) -> Self {
        let mut storage = Self::new();
        storage.replace_by(snapshot);
        storage
    }

    /// Term, vote and commit index.
    pub const fn hard_state(&self) -> HardState {
        self.hard_state
    }

    /// Stores term, vote and commit index.
    pub fn set_hard_state(&mut self, state: HardState) {
        self.hard_state = state;
    }

    /// The configuration of the snapshot. What changed since is in the entries.
    pub fn conf_state(&self) -> ConfState {
        let snapshot = self.snapshot.as_ref();
        snapshot.map_or_else(ConfState::default, |snapshot| snapshot.conf_state.clone())
    }

    /// The newest snapshot, if there ever was one.
    pub const fn snapshot(&self) -> Option<&Arc<Snapshot<D>>> {
        self.snapshot.as_ref()
    }

    /// The first index that may be read.
    pub fn first_index(&self) -> u64 {
        self.entries.start()
    }

    /// The last index; one before the first when there are no entries.
    pub fn last_index(&self) -> u64 {
        self.entries.end() - 1
    }

    /// The entry at `index`.
    pub fn entry(&self, index: u64) -> Option<&Entry<D>> {
        self.entries.get(index)
    }

    /// The entries in `range` that there are, in order.
    pub fn range(&self, range: Range<u64>) -> impl DoubleEndedIterator<Item = &Entry<D>> {
        self.entries.range(range)
    }

    /// The term of the entry at `index`, also of the one before the first.
    pub fn term(&self, index: u64) -> Result<u64, StorageError> {
        if index == self.compacted.index {
            return Ok(self.compacted.term);
        }
        match self.entries.get(index) {
            Some(entry) => Ok(entry.term),
            None if index < self.first_index() => Err(StorageError::Compacted),
            None => Err(StorageError::Unavailable),
        }
    }

    /// Stores `entries`, consecutive, in place of what there is from the first of them on. What
    /// was compacted away stays so.
    pub fn append(&mut self, entries: &[Entry<D>]) {
        let first = self.first_index();
        let Some(new) = entries.iter().position(|entry| entry.index >= first) else {
            return;
        };
        let entries = &entries[new..];
        let at = entries[0].index;
        assert!(
            at <= self.entries.end(),
            "missing log entry [last: {}, append at: {at}]",
            self.last_index()
        );
        self.entries.cut_back(at);
        for entry in entries {
            self.entries.push(entry.clone());
        }
    }

    /// Replaces everything by a snapshot.
    pub fn apply_snapshot(&mut self, snapshot: Arc<Snapshot<D>>) -> Result<(), StorageError> {
        if self.is_out_of_date(snapshot.last.index) {
            return Err(StorageError::SnapshotOutOfDate);
        }
        self.replace_by(snapshot);
        Ok(())
    }

    /// Stores a snapshot of the owner's machine as it was when the entry at `index` had been
    /// applied. The entries stay until they are compacted.
    pub fn create_snapshot(
        &mut self,
        index: u64,
        conf_state: ConfState,
        data: D::Snapshot,
    ) -> Result<Arc<Snapshot<D>>, StorageError> {
        if self.is_out_of_date(index) {
            return Err(StorageError::SnapshotOutOfDate);
        }
        let snapshot = Arc::new(Snapshot {
            last: EntryId { term: self.term(index)?, index },
            conf_state,
            data,
        });
        self.snapshot = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }

    /// Forgets the entries up to and including `index`, which must have been applied.
    pub fn compact(&mut self, index: u64) -> Result<(), StorageError> {
        if index <= self.compacted.index {
            return Err(StorageError::Compacted);
        }
        self.compacted = EntryId { term: self.term(index)?, index };
        self.entries.cut_front(index + 1);
        Ok(())
    }

    fn is_out_of_date(&self, index: u64) -> bool {
        let newest = self.snapshot.as_ref();
        newest.is_some_and(|newest| newest.last.index >= index)
    }

    fn replace_by(&mut self, snapshot: Arc<Snapshot<D>>) {
        self.compacted = snapshot.last;
        self.entries = Log::starting_at(snapshot.last.index + 1);
        self.snapshot = Some(snapshot);
    }
}

impl<D: EntryData> Default for Storage<D> {
    fn default() -> Self {
        Self::new()
    }
}

impl HardState {
    /// Whether nothing was ever stored.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Compacted => "requested index is unavailable due to compaction",
            Self::Unavailable => "requested entry at index is unavailable",
            Self::SnapshotOutOfDate => "requested index is older than the existing snapshot",
            Self::SnapshotTemporarilyUnavailable => "snapshot is temporarily unavailable",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Bytes;
    use super::super::entry::Payload;
    use super::*;

    fn entries(ids: &[(u64, u64)]) -> Vec<Entry<Bytes>> {
        let entry = |&(term, index)| Entry { term, index, payload: Payload::Empty };
        ids.iter().map(entry).collect()
    }

    /// Entries 4 and 5 after one that was compacted away.
    fn storage() -> Storage<Bytes> {
        let mut storage = Storage::from_snapshot(Arc::new(Snapshot {
            last: EntryId { term: 3, index: 3 },
            conf_state: ConfState::of_voters([1]),
            data: (),
        }));
        storage.append(&entries(&[(4, 4), (5, 5)]));
        storage
    }

    #[test]
    fn terms_are_known_from_the_entry_before_the_first() {
        let check = |index, term| assert_eq!(storage().term(index), term, "{index}");
        check(2, Err(StorageError::Compacted));
        check(3, Ok(3));
        check(4, Ok(4));
        check(5, Ok(5));
        check(6, Err(StorageError::Unavailable));
    }

    #[test]
    fn appending_replaces_what_follows() {
        let check = |new: &[(u64, u64)], all: &[(u64, u64)]| {
            let mut storage = storage();
            storage.append(&entries(new));
            let found = storage.range(0..99).map(|e| (e.term, e.index));
            assert_eq!(found.collect::<Vec<_>>(), all, "{new:?}");
        };
        check(&[], &[(4, 4), (5, 5)]);
        check(&[(1, 1), (2, 2)], &[(4, 4), (5, 5)]);
        check(&[(3, 3), (4, 4), (5, 5)], &[(4, 4), (5, 5)]);
        check(&[(3, 3), (6, 4), (6, 5)], &[(6, 4), (6, 5)]);
        check(&[(5, 4)], &[(5, 4)]);
        check(&[(5, 6)], &[(4, 4), (5, 5), (5, 6)]);
    }

    #[test]
    fn compacting_keeps_a_term() {
        let check = |index, result, first, last| {
            let mut storage = storage();
            assert_eq!(storage.compact(index), result);
            assert_eq!((storage.first_index(), storage.last_index()), (first, last));
            assert_eq!(storage.term(first - 1), Ok(first - 1));
        };
        check(2, Err(StorageError::Compacted), 4, 5);
        check(3, Err(StorageError::Compacted), 4, 5);
        check(4, Ok(()), 5, 5);
        check(5, Ok(()), 6, 5);
    }

    #[test]
    fn snapshots_only_get_newer() {
        let mut storage = storage();
        let made = storage.create_snapshot(4, ConfState::of_voters([1, 2]), ());
        let made = made.unwrap();
        assert_eq!(made.last, EntryId { term: 4, index: 4 });
        assert_eq!((storage.first_index(), storage.last_index()), (4, 5));
        let old = storage.create_snapshot(4, ConfState::default(), ());
        assert_eq!(old.unwrap_err(), StorageError::SnapshotOutOfDate);
        let missing = storage.create_snapshot(6, ConfState::default(), ());
        assert_eq!(missing.unwrap_err(), StorageError::Unavailable);

        assert_eq!(storage.apply_snapshot(made), Err(StorageError::SnapshotOutOfDate));
        let newer = Snapshot {
            last: EntryId { term: 6, index: 9 },
            conf_state: ConfState::of_voters([1, 2, 3]),
            data: (),
        };
        assert_eq!(storage.apply_snapshot(Arc::new(newer)), Ok(()));
        assert_eq!((storage.first_index(), storage.last_index()), (10, 9));
        assert_eq!(storage.conf_state().voters, [1, 2, 3]);
    }
}
