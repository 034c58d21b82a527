//! What a node has and has not stored yet.
//!
//! Models etcd-io/raft `log_unstable.go`. Invariant: entries stay here until they are known to be
//! stored and can no longer be overwritten by a write under way, so that storage and this
//! together are the log.

use std::ops::Range;
use std::sync::Arc;

use super::entry::{Entry, EntryData, EntryId};
use super::log_line::{Lines, Store};
use super::storage::Snapshot;
use crate::sim::Log;

/// The entries from some index on, and perhaps a snapshot before them. Those before
/// `offset_in_progress` were handed out to be stored.
#[derive(Clone, Debug)]
pub struct Unstable<D: EntryData> {
    snapshot: Option<Arc<Snapshot<D>>>,
    snapshot_in_progress: bool,
    entries: Log<Entry<D>>,
    offset_in_progress: u64,
}

impl<D: EntryData> Unstable<D> {
    /// Nothing; the first entry will have index `offset`.
    pub fn starting_at(offset: u64) -> Self {
        Self {
            snapshot: None,
            snapshot_in_progress: false,
            entries: Log::starting_at(offset),
            offset_in_progress: offset,
        }
    }

    /// The index of the first entry that is not known to be stored, or of the next to come.
    pub fn offset(&self) -> u64 {
        self.entries.start()
    }

    /// From where on entries were not handed out to be stored.
    pub const fn offset_in_progress(&self) -> u64 {
        self.offset_in_progress
    }

    /// How many entries there are.
    pub fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The snapshot, if there is one, be it handed out or not.
    pub const fn snapshot(&self) -> Option<&Arc<Snapshot<D>>> {
        self.snapshot.as_ref()
    }

    /// The last index here, if there is an entry or a snapshot.
    pub fn last_index(&self) -> Option<u64> {
        if !self.is_empty() {
            return Some(self.entries.end() - 1);
        }
        self.snapshot.as_ref().map(|snapshot| snapshot.last.index)
    }

    /// The term of the entry at `index`, if it is here or is the last in the snapshot.
    pub fn term(&self, index: u64) -> Option<u64> {
        if index < self.offset() {
            let snapshot = self.snapshot.as_ref();
            let last = snapshot.map(|snapshot| snapshot.last);
            return last.filter(|last| last.index == index).map(|last| last.term);
        }
        self.entries.get(index).map(|entry| entry.term)
    }

    /// The entries in `range` that there are, in order.
    pub fn range(&self, range: Range<u64>) -> impl DoubleEndedIterator<Item = &Entry<D>> {
        self.entries.range(range)
    }

    /// The entry at `index`.
    pub fn entry(&self, index: u64) -> Option<&Entry<D>> {
        self.entries.get(index)
    }

    /// The entries that were not handed out.
    pub fn next_entries(&self) -> impl DoubleEndedIterator<Item = &Entry<D>> {
        self.entries.range(self.offset_in_progress..self.entries.end())
    }

    /// Whether there are such entries.
    pub fn has_next_entries(&self) -> bool {
        self.offset_in_progress < self.entries.end()
    }

    /// The snapshot, if it was not handed out.
    pub fn next_snapshot(&self) -> Option<&Arc<Snapshot<D>>> {
        self.snapshot.as_ref().filter(|_| !self.snapshot_in_progress)
    }

    /// Takes note that everything here was handed out.
    pub fn accept_in_progress(&mut self) {
        if !self.is_empty() {
            self.offset_in_progress = self.entries.end();
        }
        if self.snapshot.is_some() {
            self.snapshot_in_progress = true;
        }
    }

    /// Forgets the entries up to `stored`, unless that is not what is here. To be called only when
    /// no write under way can overwrite them.
    pub fn stable_to(&mut self, stored: EntryId, lines: &mut Lines) {
        let index = stored.index;
        match self.term(index) {
            None => lines.say(Store::StoredUnknown { index }),
            Some(_) if index < self.offset() => lines.say(Store::StoredUnderSnapshot { index }),
            Some(term) if term != stored.term => {
                lines.say(Store::StoredReplaced { stored, term });
            }
            Some(_) => {
                self.entries.cut_front(index + 1);
                self.offset_in_progress = self.offset_in_progress.max(self.offset());
            }
        }
    }

    /// Forgets the snapshot at `index`.
    pub fn stable_snapshot_to(&mut self, index: u64) {
        let snapshot = self.snapshot.as_ref();
        if snapshot.is_some_and(|snapshot| snapshot.last.index == index) {
            self.snapshot = None;
            self.snapshot_in_progress = false;
        }
    }

    /// Replaces everything by a snapshot.
    pub fn restore(&mut self, snapshot: Arc<Snapshot<D>>) {
        *self = Self::starting_at(snapshot.last.index + 1);
        self.snapshot = Some(snapshot);
    }

    /// Puts `entries`, consecutive and at least one, in place of what there is from the first of
    /// them on.
    pub fn truncate_and_append(&mut self, entries: &[Entry<D>], lines: &mut Lines) {
        let from = entries[0].index;
        assert!(from <= self.entries.end(), "entries are missing before {from}");
        if from == self.entries.end() {
            // They follow what is here.
        } else if from <= self.offset() {
            lines.say(Store::ReplacedUnstable { index: from });
            self.entries = Log::starting_at(from);
            self.offset_in_progress = from;
        } else {
            lines.say(Store::TruncatedUnstable { index: from });
            self.entries.cut_back(from);
            self.offset_in_progress = self.offset_in_progress.min(from);
        }
        for entry in entries {
            self.entries.push(entry.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Bytes;
    use super::super::confchange::ConfState;
    use super::super::entry::Payload;
    use super::super::log_line::Level;
    use super::*;

    fn entries(ids: &[(u64, u64)]) -> Vec<Entry<Bytes>> {
        let entry = |&(term, index)| Entry { term, index, payload: Payload::Empty };
        ids.iter().map(entry).collect()
    }

    fn snapshot(term: u64, index: u64) -> Arc<Snapshot<Bytes>> {
        Arc::new(Snapshot {
            last: EntryId { term, index },
            conf_state: ConfState::default(),
            data: (),
        })
    }

    fn unstable(ids: &[(u64, u64)], offset: u64, in_progress: u64) -> Unstable<Bytes> {
        let mut unstable = Unstable::starting_at(offset);
        if !ids.is_empty() {
            unstable.truncate_and_append(&entries(ids), &mut silent());
        }
        unstable.offset_in_progress = in_progress;
        unstable
    }

    fn silent() -> Lines {
        Lines::new(1, Level::None)
    }

    fn ids(unstable: &Unstable<Bytes>) -> Vec<(u64, u64)> {
        let all = unstable.range(0..u64::MAX);
        all.map(|entry| (entry.term, entry.index)).collect()
    }

    #[test]
    fn appending_replaces_what_follows() {
        type Ids<'a> = &'a [(u64, u64)];
        let check = |before: (Ids, u64, u64), new: Ids, after: (Ids, u64, u64)| {
            let mut unstable = unstable(before.0, before.1, before.2);
            unstable.truncate_and_append(&entries(new), &mut silent());
            assert_eq!(ids(&unstable), after.0);
            let offsets = (unstable.offset(), unstable.offset_in_progress());
            assert_eq!(offsets, (after.1, after.2), "{before:?} {new:?}");
        };
        let one: Ids = &[(1, 5)];
        let three: Ids = &[(1, 5), (1, 6), (1, 7)];
        check((one, 5, 5), &[(1, 6), (1, 7)], (three, 5, 5));
        check((one, 5, 6), &[(1, 6), (1, 7)], (three, 5, 6));
        check((one, 5, 6), &[(2, 5), (2, 6)], (&[(2, 5), (2, 6)], 5, 5));
        check((one, 5, 6), &[(2, 4), (2, 5)], (&[(2, 4), (2, 5)], 4, 4));
        check((three, 5, 5), &[(2, 6)], (&[(1, 5), (2, 6)], 5, 5));
        check((three, 5, 6), &[(2, 6)], (&[(1, 5), (2, 6)], 5, 6));
        check((three, 5, 8), &[(2, 6)], (&[(1, 5), (2, 6)], 5, 6));
        check((&[], 5, 5), &[(2, 5)], (&[(2, 5)], 5, 5));
    }

    #[test]
    fn only_what_is_here_becomes_stable() {
        let check = |stored: (u64, u64), offset, in_progress, said: &str| {
            let mut unstable = unstable(&[(1, 5), (2, 6)], 5, 6);
            unstable.snapshot = Some(snapshot(1, 4));
            let mut lines = Lines::new(1, Level::Info);
            let (term, index) = stored;
            unstable.stable_to(EntryId { term, index }, &mut lines);
            let offsets = (unstable.offset(), unstable.offset_in_progress());
            assert_eq!(offsets, (offset, in_progress), "{stored:?}");
            let line = lines.drain().next().map(|line| line.to_string());
            assert_eq!(line.unwrap_or_default(), said);
        };
        check((1, 5), 6, 6, "");
        check((2, 6), 7, 7, "");
        check(
            (1, 6),
            5,
            6,
            "entry at (index,term)=(6,1) mismatched with entry at (6,2) in unstable log; ignoring",
        );
        check((1, 7), 5, 6, "entry at index 7 missing from unstable log; ignoring");
        check((1, 4), 5, 6, "entry at index 4 matched unstable snapshot; ignoring");
        check((1, 3), 5, 6, "entry at index 3 missing from unstable log; ignoring");
    }

    #[test]
    fn everything_is_handed_out_once() {
        let mut unstable = unstable(&[(1, 5), (1, 6)], 5, 5);
        unstable.snapshot = Some(snapshot(1, 4));
        assert_eq!(unstable.next_entries().count(), 2);
        assert!(unstable.next_snapshot().is_some());
        unstable.accept_in_progress();
        assert!(!unstable.has_next_entries() && unstable.next_snapshot().is_none());
        unstable.truncate_and_append(&entries(&[(1, 7)]), &mut silent());
        assert_eq!(unstable.next_entries().count(), 1);
        unstable.stable_snapshot_to(3);
        assert!(unstable.snapshot().is_some());
        unstable.stable_snapshot_to(4);
        assert!(unstable.snapshot().is_none());
    }

    #[test]
    fn a_snapshot_replaces_everything() {
        let mut unstable = unstable(&[(1, 5), (1, 6)], 5, 6);
        unstable.restore(snapshot(2, 9));
        assert_eq!((unstable.offset(), unstable.offset_in_progress()), (10, 10));
        assert_eq!((unstable.last_index(), unstable.len()), (Some(9), 0));
        assert_eq!((unstable.term(9), unstable.term(6)), (Some(2), None));
    }
}
