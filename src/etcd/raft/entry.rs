//! Log entries and what they carry.
//!
//! Models raftpb `Entry` and the size rules of etcd-io/raft `util.go`. Invariant: an entry never
//! changes once it is in a log, so its payload is shared and a clone costs a reference count.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::confchange::{ConfChange, ConfChangeV2};
use crate::sim::Fingerprint;

/// What an owner proposes: the data of an ordinary entry. Clones must be cheap.
pub trait EntryData: Clone + fmt::Debug {
    /// The state of the owner's machine as a snapshot carries it. Clones must be cheap.
    type Snapshot: Clone + fmt::Debug;

    /// How many bytes the data would take in an entry, for the limits counted in bytes.
    fn encoded_len(&self) -> u64;

    /// Writes the data as Go's `%q` would: what the reference output shows of an entry.
    fn quote(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Adds the data to a hash that tells different data apart.
    fn fingerprint(&self, hash: &mut Fingerprint);
}

/// The term and index of an entry, which together name it: no two entries of a cluster share both.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct EntryId {
    /// The term in which a leader created the entry. Logs compare by this first.
    pub term: u64,
    /// Its place in the log, counted from 1.
    pub index: u64,
}

/// One entry of the log.
#[derive(Clone, Debug)]
pub struct Entry<D> {
    /// The term in which a leader created it; 0 while it is only proposed.
    pub term: u64,
    /// Its place in the log, counted from 1; 0 while it is only proposed.
    pub index: u64,
    /// What it carries.
    pub payload: Payload<D>,
}

/// What an entry carries.
#[derive(Clone, Debug)]
pub enum Payload<D> {
    /// Nothing: what a new leader appends first, and what a refused change is replaced by.
    Empty,
    /// What an owner proposed.
    Data(D),
    /// A change of one member, in the older form (`EntryConfChange`), which etcd uses.
    ConfChange(Arc<ConfChange<D>>),
    /// A change of any number of members (`EntryConfChangeV2`). `None` is the change without
    /// content by which a leader leaves a joint configuration of its own accord.
    ConfChangeV2(Option<Arc<ConfChangeV2<D>>>),
}

/// A run of consecutive entries, cheap to clone. The commonest run, of one entry, is held inline.
#[derive(Clone, Debug)]
pub struct Entries<D>(Run<D>);

#[derive(Clone, Debug)]
enum Run<D> {
    None,
    One(Entry<D>),
    Many(Arc<[Entry<D>]>),
}

impl<D: EntryData> Entry<D> {
    /// An entry to be proposed: its leader gives it a term and an index.
    pub const fn proposed(payload: Payload<D>) -> Self {
        Self { term: 0, index: 0, payload }
    }

    /// What names this entry.
    pub const fn id(&self) -> EntryId {
        EntryId { term: self.term, index: self.index }
    }

    /// Its size in bytes as a protocol buffer.
    pub fn encoded_len(&self) -> u64 {
        let data = match self.payload {
            Payload::Empty | Payload::ConfChangeV2(None) => 0,
            _ => bytes_len(self.payload.len()),
        };
        2 + uint_len(self.term) + uint_len(self.index) + data
    }
}

impl<D: EntryData> Payload<D> {
    /// The size of the payload alone, in bytes. Empty ones count nothing, so that the entries
    /// which raft itself appends are never refused for their size.
    pub fn len(&self) -> u64 {
        match self {
            Self::Empty | Self::ConfChangeV2(None) => 0,
            Self::Data(data) => data.encoded_len(),
            Self::ConfChange(change) => change.encoded_len(),
            Self::ConfChangeV2(Some(change)) => change.encoded_len(),
        }
    }

    /// Whether [`Payload::len`] is 0.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this changes the configuration.
    pub const fn is_conf_change(&self) -> bool {
        matches!(self, Self::ConfChange(_) | Self::ConfChangeV2(_))
    }

    /// The change of configuration in here, in its newer form.
    pub fn conf_change(&self) -> Option<ConfChangeV2<D>> {
        match self {
            Self::Empty | Self::Data(_) => None,
            Self::ConfChange(change) => Some(change.to_v2()),
            Self::ConfChangeV2(change) => {
                Some(change.as_deref().map_or_else(Default::default, Clone::clone))
            }
        }
    }

    /// A hash of the content.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Fingerprint::new();
        match self {
            Self::Empty => hash.u64(0),
            Self::Data(data) => {
                hash.u64(1);
                data.fingerprint(&mut hash);
            }
            Self::ConfChange(change) => {
                hash.u64(2);
                change.to_v2().fingerprint(&mut hash);
            }
            Self::ConfChangeV2(change) => {
                hash.u64(3);
                if let Some(change) = change {
                    change.fingerprint(&mut hash);
                }
            }
        }
        hash.finish()
    }
}

impl<D> Entries<D> {
    /// No entries.
    pub const fn new() -> Self {
        Self(Run::None)
    }

    /// Changes every entry, given its position in the run.
    pub fn map(self, mut change: impl FnMut(usize, Entry<D>) -> Entry<D>) -> Self
    where
        D: Clone,
    {
        Self(match self.0 {
            Run::None => Run::None,
            Run::One(entry) => Run::One(change(0, entry)),
            Run::Many(all) => Run::Many(
                all.iter().enumerate().map(|(i, entry)| change(i, entry.clone())).collect(),
            ),
        })
    }
}

impl<D> Default for Entries<D> {
    fn default() -> Self {
        Self::new()
    }
}

impl<D> From<Entry<D>> for Entries<D> {
    fn from(entry: Entry<D>) -> Self {
        Self(Run::One(entry))
    }
}

impl<D> FromIterator<Entry<D>> for Entries<D> {
    fn from_iter<I: IntoIterator<Item = Entry<D>>>(entries: I) -> Self {
        let mut entries = entries.into_iter();
        Self(match (entries.next(), entries.next()) {
            (None, _) => Run::None,
            (Some(only), None) => Run::One(only),
            (Some(first), Some(second)) => {
                Run::Many([first, second].into_iter().chain(entries).collect())
            }
        })
    }
}

impl<D> Deref for Entries<D> {
    type Target = [Entry<D>];

    fn deref(&self) -> &[Entry<D>] {
        match &self.0 {
            Run::None => &[],
            Run::One(entry) => std::slice::from_ref(entry),
            Run::Many(all) => all,
        }
    }
}

/// The size of `entries` in bytes as protocol buffers.
pub(super) fn encoded_len<D: EntryData>(entries: &[Entry<D>]) -> u64 {
    entries.iter().map(Entry::encoded_len).sum()
}

/// The size of the payloads of `entries` in bytes.
pub(super) fn payload_len<D: EntryData>(entries: &[Entry<D>]) -> u64 {
    entries.iter().map(|entry| entry.payload.len()).sum()
}

/// As many of `entries`, from the first on, as fit into `size_max` bytes: always one, if there is
/// one.
pub(super) fn fitting<'a, D: EntryData + 'a>(
    entries: impl Iterator<Item = &'a Entry<D>>,
    size_max: u64,
) -> impl Iterator<Item = &'a Entry<D>> {
    let mut size = 0u64;
    entries.take_while(move |entry| {
        let is_first = size == 0;
        size = size.saturating_add(entry.encoded_len());
        is_first || size <= size_max
    })
}

/// The size of a field holding `value`, in bytes: a tag and a variable-length integer.
pub(super) const fn uint_len(value: u64) -> u64 {
    1 + varint_len(value)
}

/// The size of a field holding `len` bytes, in bytes: a tag, the length, the bytes.
pub(super) const fn bytes_len(len: u64) -> u64 {
    1 + varint_len(len) + len
}

const fn varint_len(value: u64) -> u64 {
    (64 - (value | 1).leading_zeros() as u64).div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::super::Bytes;
    use super::*;

    fn entry(index: u64, data: &str) -> Entry<Bytes> {
        Entry { term: 1, index, payload: Payload::Data(Bytes::from(data)) }
    }

    /// Sizes as `Entry.Size()` of raftpb gives them.
    #[test]
    fn sizes_are_those_of_protocol_buffers() {
        let check = |entry: Entry<Bytes>, size, payload| {
            assert_eq!((entry.encoded_len(), entry.payload.len()), (size, payload));
        };
        check(entry(1, "abc"), 2 + 2 + 2 + 5, 3);
        check(entry(127, ""), 2 + 2 + 2 + 2, 0);
        check(entry(128, ""), 2 + 2 + 3 + 2, 0);
        check(entry(1, &"x".repeat(200)), 2 + 2 + 2 + 3 + 200, 200);
        check(Entry::proposed(Payload::Empty), 6, 0);
        check(Entry::proposed(Payload::ConfChangeV2(None)), 6, 0);
    }

    #[test]
    fn a_limit_never_starves() {
        let entries = [entry(1, "aaaa"), entry(2, "bbbb"), entry(3, "cccc")];
        let size = entries[0].encoded_len();
        let check = |size_max, count| {
            assert_eq!(fitting(entries.iter(), size_max).count(), count);
        };
        check(0, 1);
        check(size, 1);
        check(2 * size - 1, 1);
        check(2 * size, 2);
        check(u64::MAX, 3);
        assert_eq!(fitting(entries[..0].iter(), 0).count(), 0);
    }

    #[test]
    fn runs_hold_any_number() {
        for count in 0..5 {
            let run: Entries<_> = (0..count).map(|i| entry(i, "")).collect();
            let moved =
                run.clone().map(|i, entry| Entry { index: entry.index + 10 + i as u64, ..entry });
            let indexes = |run: &[Entry<Bytes>]| run.iter().map(|e| e.index).collect::<Vec<_>>();
            assert_eq!(indexes(&run), (0..count).collect::<Vec<_>>());
            assert_eq!(indexes(&moved), (0..count).map(|i| 2 * i + 10).collect::<Vec<_>>());
        }
    }
}
