//! The watch cache: all objects as of one revision, and the latest changes.
//!
//! Models staging/src/k8s.io/apiserver/pkg/storage/cacher. Fed by one watch of the store; lists and
//! watches are answered from here.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::storage::{Stored, change_of, object_at};
use crate::api::{Change, Collection, Key, Object, Resource};
use crate::etcd::mvcc::{Event, KeyValue};
use crate::sim::Log;

/// Changes remembered for watches that begin in the past, all resources together.
/// Upstream keeps up to 100 Ki of each resource, and at least 75 s' worth.
const HISTORY_MAX: usize = 16 * 1024;

/// So many changes later, every cache that follows is expected to have followed.
const FOLLOWERS_LAG_MAX: u64 = 512;

/// All objects, by resource, and the latest changes.
#[derive(Clone, Debug, Default)]
pub struct WatchCache {
    collections: BTreeMap<Resource, Collection>,
    changes: Log<Arc<Change>>,
    revision: u64,
    /// Changes up to and including this revision are not in the history.
    forgotten: u64,
}

impl WatchCache {
    /// The cache of everything that was in the store at `revision`.
    pub fn load(kvs: &[Arc<KeyValue<Stored>>], revision: u64) -> Self {
        let mut cache = Self { revision, forgotten: revision, ..Self::default() };
        for object in kvs.iter().filter_map(|kv| object_at(kv)) {
            cache.collections.entry(object.resource()).or_default().insert(object);
        }
        cache
    }

    /// Holds an object besides.
    #[cfg(test)]
    pub fn hold(&mut self, object: Object) {
        self.collections.entry(object.resource()).or_default().insert(object);
    }

    /// The revision up to which it knows everything.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// All objects of a resource.
    pub fn collection(&self, resource: Resource) -> Option<&Collection> {
        self.collections.get(&resource)
    }

    /// One object.
    pub fn get(&self, resource: Resource, key: &Key) -> Option<&Object> {
        self.collections.get(&resource)?.get(key)
    }

    /// Takes in what the store did, up to `revision`, and returns it as changes of objects.
    pub fn follow(&mut self, events: &[Arc<Event<Stored>>], revision: u64) -> Vec<Arc<Change>> {
        let mut changes = Vec::with_capacity(events.len());
        for change in events.iter().filter_map(|event| change_of(event)) {
            let resource = change.object().resource();
            self.collections.entry(resource).or_default().follow(change);
            let at = self.changes.push(change.clone());
            if let Some(old) = at.checked_sub(FOLLOWERS_LAG_MAX).and_then(|at| self.changes.get(at))
            {
                old.forget_followed();
            }
            changes.push(change.clone());
        }
        self.revision = self.revision.max(revision);
        if self.changes.len() > HISTORY_MAX + HISTORY_MAX / 8 {
            let cut = self.changes.end() - HISTORY_MAX as u64;
            self.forgotten = self.changes.get(cut - 1).map_or(self.forgotten, |c| c.revision);
            self.changes.cut_front(cut);
        }
        changes
    }

    /// The changes after `revision`, oldest first; `None` when they have been forgotten.
    pub fn since(&self, revision: u64) -> Option<impl Iterator<Item = &Arc<Change>>> {
        if revision < self.forgotten {
            return None;
        }
        // Revisions grow along the log: find the first after `revision` by halving.
        let (mut low, mut high) = (self.changes.start(), self.changes.end());
        while low < high {
            let middle = low + (high - low) / 2;
            let known = self.changes.get(middle).is_some_and(|c| c.revision <= revision);
            if known { low = middle + 1 } else { high = middle }
        }
        Some(self.changes.range(low..self.changes.end()))
    }

    /// The oldest revision from which watches can begin.
    pub fn oldest(&self) -> u64 {
        self.forgotten
    }
}
