//! The key-value store: every key with its revisions, and what happened at each revision.
//!
//! Models etcd's server/storage/mvcc. A store is a pure function of the commands applied to it;
//! cloning one costs nothing, which is what makes a member, a snapshot and a checkpoint alike.
//!
//! Invariant: revision `r` of a store holds the same keys and values on every member, for ever,
//! until it is compacted.

mod hash;
mod store;
mod txn;

use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use crate::sim::Fingerprint;

pub use hash::KeyHash;
pub use store::{RangeError, Ranged, Store};
pub use txn::{Compare, CompareOp, CompareTarget, Op, OpResult, Txn, TxnError, TxnResult};

/// A key. Keys of Kubernetes are text; so are all keys here.
pub type Key = smol_str::SmolStr;

/// What the store holds. The store itself looks no further into it than this.
pub trait StoredValue: Clone + fmt::Debug + PartialEq {
    /// What readers of events may leave beside one, for each other to find: see [`Event::derived`].
    type Derived: Default + fmt::Debug;

    /// About how many bytes the value takes.
    fn encoded_len(&self) -> usize;

    /// A hash of the value.
    fn hash(&self) -> u64;

    /// The value as a person reads it.
    fn text(&self) -> String;

    /// The value that a person writes as `text`.
    fn from_text(text: &str) -> Self;
}

/// A key with its value, and its place in history.
#[derive(Clone, PartialEq, Debug)]
pub struct KeyValue<V> {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: V,
    /// The revision that created the key.
    pub create_revision: u64,
    /// The revision that last wrote it.
    pub mod_revision: u64,
    /// How often it has been written since it was created, counted from 1.
    pub version: u64,
    /// The lease it hangs on; 0 for none.
    pub lease: i64,
}

/// What happened to one key at one revision.
#[derive(Debug)]
pub struct Event<V: StoredValue> {
    /// The revision.
    pub revision: u64,
    /// The key afterwards; `None` when it was deleted.
    pub now: Option<Arc<KeyValue<V>>>,
    /// The key before; `None` when it was created.
    pub before: Option<Arc<KeyValue<V>>>,
    /// What readers of the event have derived from it. One event is shared by all members and all
    /// who watch them; what one works out, the others need not.
    pub derived: V::Derived,
}

/// Events in the order in which they happened, shared by all who are told of them.
pub type EventList<V> = Arc<[Arc<Event<V>>]>;

impl<V: StoredValue> Event<V> {
    /// The key it is about.
    pub fn key(&self) -> &Key {
        let kv = self.now.as_ref().or(self.before.as_ref());
        &kv.expect("an event has a key before or after it").key
    }
}

/// Some of all keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyRange {
    /// The first key.
    pub start: Key,
    /// Where it ends.
    pub end: RangeEnd,
}

/// Where a range of keys ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RangeEnd {
    /// After the first key.
    One,
    /// Before this key.
    Before(Key),
    /// Nowhere.
    Last,
}

impl KeyRange {
    /// One key.
    pub fn one(key: impl Into<Key>) -> Self {
        Self { start: key.into(), end: RangeEnd::One }
    }

    /// All keys that begin with `prefix`.
    pub fn prefix(prefix: &str) -> Self {
        let mut end: Vec<char> = prefix.chars().collect();
        let next = |c: char| (c as u32 + 1..).find_map(char::from_u32);
        // The least key after all of them: the last character that has a successor becomes it.
        while let Some(last) = end.pop() {
            if let Some(next) = (last != char::MAX).then(|| next(last)).flatten() {
                end.push(next);
                let end = RangeEnd::Before(end.into_iter().collect());
                return Self { start: prefix.into(), end };
            }
        }
        Self { start: prefix.into(), end: RangeEnd::Last }
    }

    /// Whether `key` lies in it.
    pub fn contains(&self, key: &str) -> bool {
        match &self.end {
            RangeEnd::One => key == self.start,
            RangeEnd::Before(end) => self.start.as_str() <= key && key < end.as_str(),
            RangeEnd::Last => self.start.as_str() <= key,
        }
    }

    fn bounds(&self) -> (Bound<&str>, Bound<&str>) {
        let start = Bound::Included(self.start.as_str());
        match &self.end {
            RangeEnd::One => (start, start),
            // A range that ends before it starts is empty.
            RangeEnd::Before(end) => (start, Bound::Excluded(end.as_str().max(&self.start))),
            RangeEnd::Last => (start, Bound::Unbounded),
        }
    }
}

impl<V: StoredValue> KeyValue<V> {
    fn mark(&self) -> u64 {
        let mut hash = Fingerprint::new();
        hash.str(&self.key);
        hash.u64(self.mod_revision);
        hash.u64(self.value.hash());
        hash.finish()
    }

    fn bytes(&self) -> u64 {
        // The revision, its record and the bookkeeping of a key come to about this much in bbolt.
        const OVERHEAD: usize = 64;
        (OVERHEAD + 2 * self.key.len() + self.value.encoded_len()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_ranges() {
        let pods = KeyRange::prefix("/registry/pods/");
        assert_eq!(pods.end, RangeEnd::Before("/registry/pods0".into()));
        assert!(pods.contains("/registry/pods/d/x") && !pods.contains("/registry/podtemplates/x"));
        assert_eq!(KeyRange::prefix("").end, RangeEnd::Last);
        assert_eq!(KeyRange::prefix("\u{10ffff}").end, RangeEnd::Last);
        assert!(KeyRange::prefix("a\u{d7ff}").contains("a\u{d7ff}x"));
    }
}
