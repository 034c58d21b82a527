//! Who is told of which changes.
//!
//! Models etcd's server/storage/mvcc/watchable_store.go. Watchers are told in order, whole
//! revisions at a time, and each change once.

use std::sync::Arc;

use super::mvcc::{Event, EventList, KeyRange, RangeError, Store, StoredValue};
use super::rpc::Events;
use crate::sim::Address;

/// The watchers of one member.
#[derive(Clone, Debug, Default)]
pub struct WatchHub {
    watchers: Vec<Watcher>,
}

#[derive(Clone, Debug)]
struct Watcher {
    client: Address,
    id: u32,
    range: KeyRange,
    /// The first revision it has not been told of.
    next: u64,
}

/// What a watcher is to be told.
#[derive(Clone, Debug)]
pub struct Notice<V: StoredValue> {
    /// Who.
    pub client: Address,
    /// The number of its watch.
    pub id: u32,
    /// What; an error ends the watch.
    pub events: Result<Events<V>, RangeError>,
}

impl WatchHub {
    /// Adds a watcher that wants everything from revision `from` on (0: from now on). What has
    /// happened since is told at once.
    pub fn add<V: StoredValue>(
        &mut self,
        (client, id): (Address, u32),
        range: KeyRange,
        from: u64,
        store: &Store<V>,
    ) -> Option<Notice<V>> {
        let next = if from == 0 { store.revision() + 1 } else { from };
        let mut watcher = Watcher { client, id, range, next };
        let notice = watcher.catch_up(store);
        let failed = notice.as_ref().is_some_and(|notice| notice.events.is_err());
        if !failed {
            self.watchers.push(watcher);
        }
        notice
    }

    /// Ends one watch.
    pub fn remove(&mut self, client: Address, id: u32) {
        self.watchers.retain(|watcher| (watcher.client, watcher.id) != (client, id));
    }

    /// Ends all watches of a client.
    pub fn disconnected(&mut self, client: Address) {
        self.watchers.retain(|watcher| watcher.client != client);
    }

    /// What everyone is to be told now that the store has come this far.
    pub fn notices<V: StoredValue>(&mut self, store: &Store<V>) -> Vec<Notice<V>> {
        let mut notices = Vec::new();
        self.watchers.retain_mut(|watcher| {
            let notice = watcher.catch_up(store);
            let failed = notice.as_ref().is_some_and(|notice| notice.events.is_err());
            notices.extend(notice);
            !failed
        });
        notices
    }
}

impl Watcher {
    fn catch_up<V: StoredValue>(&mut self, store: &Store<V>) -> Option<Notice<V>> {
        if self.next > store.revision() {
            return None;
        }
        let events = self.collect(store).transpose()?;
        self.next = store.revision() + 1;
        let (client, id, revision) = (self.client, self.id, store.revision());
        Some(Notice { client, id, events: events.map(|events| Events { events, revision }) })
    }

    /// The events it has not been told of; `None` when there is none for it.
    fn collect<V: StoredValue>(
        &self,
        store: &Store<V>,
    ) -> Result<Option<EventList<V>>, RangeError> {
        let mut revisions = store.since(self.next - 1)?;
        let seen = |event: &&Arc<Event<V>>| self.range.contains(event.key());
        // Mostly one revision happened, and all of it is watched: then its list is passed on.
        if let (Some(only), None) = (revisions.next(), revisions.next())
            && only.iter().all(|event| seen(&event))
        {
            return Ok(Some(only.clone()));
        }
        let all = store.since(self.next - 1)?.flat_map(|events| events.iter());
        let events: Vec<_> = all.filter(seen).cloned().collect();
        Ok((!events.is_empty()).then(|| events.into()))
    }
}
