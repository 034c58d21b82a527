//! The store itself.

use std::sync::Arc;

use super::{Event, EventList, Key, KeyRange, KeyValue, StoredValue};
use crate::sim::{Log, Map};

/// All keys as they are, and what happened since the last compaction.
#[derive(Clone, Debug)]
pub struct Store<V: StoredValue> {
    keys: Map<Key, Arc<KeyValue<V>>>,
    /// What happened at each revision, by revision. It begins after the compacted one.
    history: Log<EventList<V>>,
    /// A sum over all keys of a hash of (key, revision, value).
    hash: u64,
    bytes: u64,
}

/// What a range read found.
#[derive(Clone, PartialEq, Debug)]
pub struct Ranged<V> {
    /// The keys found, in order, as far as the limit went.
    pub kvs: Vec<Arc<KeyValue<V>>>,
    /// How many there are without the limit.
    pub count: usize,
    /// Whether there are more than the limit let through.
    pub more: bool,
}

/// Why a revision cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RangeError {
    /// It has been compacted.
    Compacted,
    /// It has not happened yet.
    Future,
}

impl std::fmt::Display for RangeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Compacted => "etcdserver: mvcc: required revision has been compacted",
            Self::Future => "etcdserver: mvcc: required revision is a future revision",
        })
    }
}

impl<V: StoredValue> Store<V> {
    /// An empty store, which is at revision 1.
    pub fn new() -> Self {
        Self { keys: Map::new(), history: Log::starting_at(2), hash: 0, bytes: 0 }
    }

    /// The revision of the last write.
    pub fn revision(&self) -> u64 {
        self.history.end() - 1
    }

    /// The last revision that was compacted; 0 when none was.
    pub fn compacted(&self) -> u64 {
        match self.history.start() {
            2 => 0,
            start => start - 1,
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// A hash of all keys and values.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// About how many bytes the database takes, history included.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// All keys as they are now.
    pub fn keys(&self) -> &Map<Key, Arc<KeyValue<V>>> {
        &self.keys
    }

    /// The key as it is now.
    pub fn get(&self, key: &str) -> Option<&Arc<KeyValue<V>>> {
        self.keys.get(key)
    }

    /// The keys of `range` as they were at `revision` (0: as they are), at most `limit` (0: all).
    pub fn range(
        &self,
        range: &KeyRange,
        revision: u64,
        limit: usize,
    ) -> Result<Ranged<V>, RangeError> {
        if revision > self.revision() {
            return Err(RangeError::Future);
        }
        if revision != 0 && revision < self.compacted() {
            return Err(RangeError::Compacted);
        }
        if revision == 0 || revision == self.revision() {
            return Ok(cut(self.keys.range::<_, str>(range.bounds()).map(|(_, kv)| kv), limit));
        }
        let past = self.rolled_back(range, revision);
        Ok(cut(past.values(), limit))
    }

    /// What happened after `revision`, oldest first, one list a revision.
    pub fn since(&self, revision: u64) -> Result<impl Iterator<Item = &EventList<V>>, RangeError> {
        if revision < self.compacted() {
            return Err(RangeError::Compacted);
        }
        Ok(self.history.range(revision + 1..self.history.end()))
    }

    /// What compaction has left of the compacted revision itself, as if it happened anew: a watch
    /// may begin there. What that revision deleted is forgotten.
    pub fn survivors(&self, range: &KeyRange) -> Vec<Arc<Event<V>>> {
        let revision = self.compacted();
        let kept = self.rolled_back(range, revision);
        let written_then = kept.values().filter(|kv| kv.mod_revision == revision);
        let event = |kv: &Arc<KeyValue<V>>| {
            let (now, derived) = (Some(kv.clone()), V::Derived::default());
            Arc::new(Event { revision, now, before: None, derived })
        };
        written_then.map(event).collect()
    }

    /// Alters the value of a key, as a failing disk would: without a revision of its own. Says
    /// whether there was one to alter.
    pub fn corrupt(&mut self) -> bool {
        let Some(kv) = self.keys.values().next().cloned() else { return false };
        let value = V::from_text("corrupt");
        let altered = Arc::new(KeyValue { value, ..(*kv).clone() });
        self.hash = self.hash.wrapping_add(altered.mark()).wrapping_sub(kv.mark());
        self.keys.insert(altered.key.clone(), altered);
        true
    }

    /// Forgets what happened up to and including `revision`. The keys as they are stay.
    pub fn compact(&mut self, revision: u64) -> Result<(), RangeError> {
        if revision > self.revision() {
            return Err(RangeError::Future);
        }
        if revision < self.history.start() {
            return Err(RangeError::Compacted);
        }
        for events in self.history.range(self.history.start()..revision + 1) {
            let gone = events.iter().filter_map(|event| event.before.as_ref());
            self.bytes -= gone.map(|kv| kv.bytes()).sum::<u64>();
        }
        self.history.cut_front(revision + 1);
        Ok(())
    }

    /// Deletes `keys`, as many as there are, at one revision.
    pub fn delete_keys(&mut self, keys: &[Key]) -> EventList<V> {
        let revision = self.revision() + 1;
        let events = keys.iter().filter_map(|key| self.delete(revision, key)).collect();
        self.close(events)
    }

    /// Writes one key as part of revision `revision`, which is being made.
    pub(super) fn put(&mut self, revision: u64, key: &Key, value: V, lease: i64) -> Event<V> {
        let before = self.keys.get(key.as_str()).cloned();
        let kv = Arc::new(KeyValue {
            key: key.clone(),
            value,
            create_revision: before.as_ref().map_or(revision, |kv| kv.create_revision),
            mod_revision: revision,
            version: before.as_ref().map_or(1, |kv| kv.version + 1),
            lease,
        });
        self.account(before.as_ref(), Some(&kv));
        self.keys.insert(key.clone(), kv.clone());
        Event { revision, now: Some(kv), before, derived: V::Derived::default() }
    }

    /// Deletes one key as part of revision `revision`, which is being made.
    pub(super) fn delete(&mut self, revision: u64, key: &str) -> Option<Event<V>> {
        let before = self.keys.remove(key)?;
        self.account(Some(&before), None);
        Some(Event { revision, now: None, before: Some(before), derived: V::Derived::default() })
    }

    /// Closes a revision: all it did, in order. One that did nothing does not count.
    pub(super) fn close(&mut self, events: Vec<Event<V>>) -> EventList<V> {
        let events: Arc<[_]> = events.into_iter().map(Arc::new).collect();
        if !events.is_empty() {
            self.history.push(events.clone());
        }
        events
    }

    fn account(&mut self, before: Option<&Arc<KeyValue<V>>>, now: Option<&Arc<KeyValue<V>>>) {
        let mark = |kv: Option<&Arc<KeyValue<V>>>| kv.map_or(0, |kv| kv.mark());
        self.hash = self.hash.wrapping_add(mark(now)).wrapping_sub(mark(before));
        self.bytes += now.map_or(0, |kv| kv.bytes());
    }

    /// The keys of `range` as they were at `revision`, by undoing what happened since.
    fn rolled_back(&self, range: &KeyRange, revision: u64) -> Map<Key, Arc<KeyValue<V>>> {
        let current = self.keys.range::<_, str>(range.bounds());
        let mut keys: Map<_, _> = current.map(|(key, kv)| (key.clone(), kv.clone())).collect();
        for events in self.history.range(revision + 1..self.history.end()).rev() {
            for event in events.iter().rev().filter(|event| range.contains(event.key())) {
                match &event.before {
                    Some(before) => _ = keys.insert(before.key.clone(), before.clone()),
                    None => _ = keys.remove(event.key()),
                }
            }
        }
        keys
    }
}

impl<V: StoredValue> Default for Store<V> {
    fn default() -> Self {
        Self::new()
    }
}

fn cut<'a, V: 'a>(found: impl Iterator<Item = &'a Arc<KeyValue<V>>>, limit: usize) -> Ranged<V> {
    let limit = if limit == 0 { usize::MAX } else { limit };
    let (mut kvs, mut count) = (Vec::new(), 0);
    for kv in found {
        count += 1;
        if kvs.len() < limit {
            kvs.push(kv.clone());
        }
    }
    Ranged { more: count > kvs.len(), kvs, count }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
