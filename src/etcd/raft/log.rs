//! The log: what is stored and what is not yet, and how far it is committed and applied.
//!
//! Models etcd-io/raft `log.go` raftLog. Invariant: applied ≤ applying ≤ committed ≤ last index,
//! and what is committed never changes.

use std::sync::Arc;

use super::entry::{Entries, Entry, EntryData, EntryId, fitting};
use super::log_line::{Lines, LogView, Store};
use super::storage::{Snapshot, Storage, StorageError};
use super::unstable::Unstable;

/// What a leader sends to a follower that lacks the beginning of the log.
#[derive(Clone, Debug)]
pub enum SnapshotSource<D: EntryData> {
    /// The snapshot that is stored.
    Stored,
    /// A newer one that the owner has at hand.
    Offered(Arc<Snapshot<D>>),
    /// None: the owner is still making one.
    InTheMaking,
}

/// The log of one node.
#[derive(Clone, Debug)]
pub struct RaftLog<D: EntryData> {
    /// What is stored.
    pub storage: Storage<D>,
    /// What is not known to be.
    pub unstable: Unstable<D>,
    /// What is sent to a follower that lacks the beginning.
    pub snapshot_source: SnapshotSource<D>,
    /// Up to where a quorum has it.
    pub committed: u64,
    applying: u64,
    applied: u64,
    /// How many bytes of entries may be handed out to be applied and not be applied yet.
    applying_size_max: u64,
    applying_size: u64,
    applying_paused: bool,
}

impl<D: EntryData> RaftLog<D> {
    /// The log that `storage` holds, applied and committed as far as its entries were compacted.
    pub fn new(storage: Storage<D>, applying_size_max: u64) -> Self {
        let compacted = storage.first_index() - 1;
        Self {
            unstable: Unstable::starting_at(storage.last_index() + 1),
            storage,
            snapshot_source: SnapshotSource::Stored,
            committed: compacted,
            applying: compacted,
            applied: compacted,
            applying_size_max,
            applying_size: 0,
            applying_paused: false,
        }
    }

    /// Up to where it was applied.
    pub const fn applied(&self) -> u64 {
        self.applied
    }

    /// Up to where it was handed out to be applied.
    pub const fn applying(&self) -> u64 {
        self.applying
    }

    /// The first index that can be read.
    pub fn first_index(&self) -> u64 {
        match self.unstable.snapshot() {
            Some(snapshot) => snapshot.last.index + 1,
            None => self.storage.first_index(),
        }
    }

    /// The last index.
    pub fn last_index(&self) -> u64 {
        let unstable = self.unstable.last_index();
        unstable.unwrap_or_else(|| self.storage.last_index())
    }

    /// What names the last entry.
    pub fn last_id(&self) -> EntryId {
        let index = self.last_index();
        let term = self.term(index);
        EntryId { term: term.expect("the term of the last entry is always known"), index }
    }

    /// The term of the entry at `index`, also of the one before the first.
    pub fn term(&self, index: u64) -> Result<u64, StorageError> {
        if let Some(term) = self.unstable.term(index) {
            return Ok(term);
        }
        if index.saturating_add(1) < self.first_index() {
            return Err(StorageError::Compacted);
        }
        if index > self.last_index() {
            return Err(StorageError::Unavailable);
        }
        self.storage.term(index)
    }

    /// Whether this is an entry of the log.
    pub fn matches(&self, id: EntryId) -> bool {
        self.term(id.index) == Ok(id.term)
    }

    /// Whether a log that ends with `last` has everything this one could have committed.
    pub fn is_up_to_date(&self, last: EntryId) -> bool {
        last >= self.last_id()
    }

    /// The entry at `index`, if it can be read.
    pub fn entry(&self, index: u64) -> Option<&Entry<D>> {
        if index < self.first_index() {
            None
        } else if index < self.unstable.offset() {
            self.storage.entry(index)
        } else {
            self.unstable.entry(index)
        }
    }

    /// The entries from `from` up to and not including `to`, as far as they can be read.
    pub fn range(&self, from: u64, to: u64) -> impl Iterator<Item = &Entry<D>> {
        let from = from.max(self.first_index());
        let stored = self.storage.range(from..to.min(self.unstable.offset()));
        stored.chain(self.unstable.range(from..to))
    }

    /// The entries from `from` on, as many as fit into `size_max` bytes.
    pub fn entries_from(&self, from: u64, size_max: u64) -> Result<Entries<D>, StorageError> {
        let end = self.last_index() + 1;
        if from >= end {
            return Ok(Entries::new());
        }
        if from < self.first_index() {
            return Err(StorageError::Compacted);
        }
        Ok(self.limited(from, end, size_max))
    }

    fn limited(&self, from: u64, to: u64, size_max: u64) -> Entries<D> {
        fitting(self.range(from, to), size_max).cloned().collect()
    }

    /// What is sent to a follower that lacks the beginning.
    pub fn snapshot(&self) -> Result<Arc<Snapshot<D>>, StorageError> {
        let snapshot = match (self.unstable.snapshot(), &self.snapshot_source) {
            (Some(snapshot), _) | (None, SnapshotSource::Offered(snapshot)) => Some(snapshot),
            (None, SnapshotSource::Stored) => self.storage.snapshot(),
            (None, SnapshotSource::InTheMaking) => None,
        };
        let snapshot = snapshot.cloned();
        snapshot.ok_or(StorageError::SnapshotTemporarilyUnavailable)
    }

    /// Takes in a leader's entries, if they continue this log, and how far they are committed.
    /// Gives the index of the last of them, or the reason why the node cannot go on.
    pub fn maybe_append(
        &mut self,
        previous: EntryId,
        entries: &[Entry<D>],
        commit: u64,
        lines: &mut Lines,
    ) -> Result<Option<u64>, Store> {
        if !self.matches(previous) {
            return Ok(None);
        }
        if let Some(at) = self.find_conflict(entries, lines) {
            let index = entries[at].index;
            if index <= self.committed {
                let commit = self.committed;
                return Err(Store::ConflictWithCommitted { index, commit });
            }
            self.append(&entries[at..], lines);
        }
        let last = previous.index + entries.len() as u64;
        self.commit_to(commit.min(last))?;
        Ok(Some(last))
    }

    /// Puts `entries` in place of what there is from the first of them on.
    pub fn append(&mut self, entries: &[Entry<D>], lines: &mut Lines) {
        if let Some(first) = entries.first() {
            assert!(first.index > self.committed, "committed entries would change");
            self.unstable.truncate_and_append(entries, lines);
        }
    }

    /// The position of the first of `entries` that is not in the log.
    fn find_conflict(&self, entries: &[Entry<D>], lines: &mut Lines) -> Option<usize> {
        let at = entries.iter().position(|entry| !self.matches(entry.id()))?;
        let Entry { term, index, .. } = entries[at];
        if index <= self.last_index() {
            lines.say(Store::FoundConflict {
                index,
                existing: self.term(index).unwrap_or(0),
                conflicting: term,
            });
        }
        Some(at)
    }

    /// A guess at where this log parts from another of which one entry is known: the greatest
    /// index up to `id.index` whose term is not above `id.term`, with that term, or with 0 where
    /// the term is not known. Lets leader and follower skip whole terms instead of trying index
    /// by index.
    pub fn find_conflict_by_term(&self, id: EntryId) -> EntryId {
        let mut index = id.index;
        while index > 0 {
            match self.term(index) {
                Ok(term) if term > id.term => index -= 1,
                Ok(term) => return EntryId { term, index },
                Err(_) => return EntryId { term: 0, index },
            }
        }
        EntryId::default()
    }

    /// The entries to be stored next.
    pub fn next_unstable_entries(&self) -> Entries<D> {
        self.unstable.next_entries().cloned().collect()
    }

    /// The entries to be applied next. Those that are not stored yet are among them only if
    /// `allow_unstable`.
    pub fn next_committed_entries(&self, allow_unstable: bool) -> Entries<D> {
        if !self.has_next_committed_entries(allow_unstable) {
            return Entries::new();
        }
        let to = self.appliable_index(allow_unstable) + 1;
        let size_max = self.applying_size_max - self.applying_size;
        self.limited(self.applying + 1, to, size_max)
    }

    /// Whether there are such entries.
    pub fn has_next_committed_entries(&self, allow_unstable: bool) -> bool {
        // What a snapshot replaces must not be applied beside it.
        !self.applying_paused
            && self.unstable.snapshot().is_none()
            && self.applying < self.appliable_index(allow_unstable)
    }

    fn appliable_index(&self, allow_unstable: bool) -> u64 {
        if allow_unstable {
            return self.committed;
        }
        self.committed.min(self.unstable.offset() - 1)
    }

    /// Takes note that entries up to `index`, of `size` bytes, were handed out to be applied.
    pub fn accept_applying(&mut self, index: u64, size: u64, allow_unstable: bool) {
        assert!(index <= self.committed, "only what is committed is applied");
        self.applying = index;
        self.applying_size += size;
        // When not all were handed out that could have been, the limit cut them off: the next
        // ones have to wait although the limit is not quite reached.
        self.applying_paused = self.applying_size >= self.applying_size_max
            || index < self.appliable_index(allow_unstable);
    }

    /// Takes note that entries up to `index`, of `size` bytes, were applied.
    pub fn applied_to(&mut self, index: u64, size: u64) {
        assert!(
            (self.applied..=self.committed).contains(&index),
            "applied({index}) is out of range [prevApplied({}), committed({})]",
            self.applied,
            self.committed
        );
        self.applied = index;
        self.applying = self.applying.max(index);
        self.applying_size = self.applying_size.saturating_sub(size);
        self.applying_paused = self.applying_size >= self.applying_size_max;
    }

    /// Takes in that the log is committed up to `commit`. The error is a log that is shorter.
    pub fn commit_to(&mut self, commit: u64) -> Result<(), Store> {
        if commit > self.committed {
            let last_index = self.last_index();
            if commit > last_index {
                return Err(Store::CommitOutOfRange { commit, last_index });
            }
            self.committed = commit;
        }
        Ok(())
    }

    /// Commits up to `id`, if that is an entry of the log and was not committed. Says whether it
    /// was. A leader may commit only entries of its own term: those before come with them.
    pub fn maybe_commit(&mut self, id: EntryId) -> bool {
        let news = id.index > self.committed && id.term != 0 && self.matches(id);
        if news {
            self.committed = id.index;
        }
        news
    }

    /// Replaces the log by a snapshot.
    pub fn restore(&mut self, snapshot: Arc<Snapshot<D>>, lines: &mut Lines) {
        lines.say(Store::Restoring { log: Box::new(self.view()), snapshot: snapshot.last });
        self.committed = snapshot.last.index;
        self.unstable.restore(snapshot);
    }

    /// The limits of the log.
    pub fn view(&self) -> LogView {
        LogView {
            committed: self.committed,
            applied: self.applied,
            applying: self.applying,
            unstable_offset: self.unstable.offset(),
            unstable_in_progress: self.unstable.offset_in_progress(),
            unstable_count: self.unstable.len(),
        }
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
