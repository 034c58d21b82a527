//! Who is told of which changes.
//!
//! Models etcd's server/storage/mvcc/watchable_store.go. Watchers are told in order, whole
//! revisions at a time, and each change once. Invariant: a watcher is synced or it ends; one that
//! is behind is told everything it missed in one pass.

use super::mvcc::{Event, EventList, KeyRange, RangeError, Store, StoredValue};
use super::rpc::{Cancelled, Error, Events, WatchOptions};
use crate::sim::{Address, Duration, Time};

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
    options: WatchOptions,
    /// The first revision it has not been told of.
    next: u64,
    /// When it was told anything last.
    told: Time,
}

/// What a watcher is to be told.
#[derive(Clone, Debug)]
pub struct Notice<V: StoredValue> {
    /// Who.
    pub client: Address,
    /// The number of its watch.
    pub id: u32,
    /// What; an error ends the watch.
    pub events: Result<Events<V>, Cancelled>,
}

impl WatchHub {
    /// Adds a watcher that wants everything from revision `from` on (0: from now on). What has
    /// happened since is told at once.
    pub fn add<V: StoredValue>(
        &mut self,
        (client, id): (Address, u32),
        (range, options): (KeyRange, WatchOptions),
        from: u64,
        (now, store): (Time, &Store<V>),
    ) -> Option<Notice<V>> {
        let next = if from == 0 { store.revision() + 1 } else { from };
        let mut watcher = Watcher { client, id, range, options, next, told: now };
        let notice = watcher.catch_up(now, store);
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
    pub fn notices<V: StoredValue>(&mut self, now: Time, store: &Store<V>) -> Vec<Notice<V>> {
        let mut notices = Vec::new();
        self.watchers.retain_mut(|watcher| {
            let notice = watcher.catch_up(now, store);
            let failed = notice.as_ref().is_some_and(|notice| notice.events.is_err());
            notices.extend(notice);
            !failed
        });
        notices
    }

    /// Tells those who wish it how far they have been told, after so long a silence.
    pub fn progress<V: StoredValue>(
        &mut self,
        now: Time,
        silence: Duration,
        revision: u64,
    ) -> Vec<Notice<V>> {
        let is_due = |w: &&mut Watcher| {
            w.options.progress_notify && now.since(w.told) >= silence && w.next == revision + 1
        };
        self.watchers.iter_mut().filter(is_due).map(|watcher| watcher.bookmark(now)).collect()
    }

    /// Tells one watcher how far it has been told.
    pub fn progress_of<V: StoredValue>(
        &mut self,
        now: Time,
        client: Address,
        id: u32,
        revision: u64,
    ) -> Option<Notice<V>> {
        let mut watchers = self.watchers.iter_mut();
        let watcher = watchers.find(|watcher| (watcher.client, watcher.id) == (client, id))?;
        (watcher.next == revision + 1).then(|| watcher.bookmark(now))
    }
}

impl Watcher {
    fn catch_up<V: StoredValue>(&mut self, now: Time, store: &Store<V>) -> Option<Notice<V>> {
        if self.next > store.revision() {
            return None;
        }
        let collected = self.collect(store).transpose();
        let next = store.revision() + 1;
        let events = match collected {
            Some(Ok(events)) => Ok(Events { events, revision: next - 1 }),
            Some(Err(error)) => {
                let (error, compacted) = (Error::Range(error), store.compacted());
                Err(Cancelled { error, compacted })
            }
            None => {
                self.next = next;
                return None;
            }
        };
        (self.next, self.told) = (next, now);
        Some(Notice { client: self.client, id: self.id, events })
    }

    /// No events, and how far it has been told.
    fn bookmark<V: StoredValue>(&mut self, now: Time) -> Notice<V> {
        self.told = now;
        let events = Ok(Events { events: [].into(), revision: self.next - 1 });
        Notice { client: self.client, id: self.id, events }
    }

    fn wants<V: StoredValue>(&self, event: &Event<V>) -> bool {
        let filtered = match event.now {
            Some(_) => self.options.no_put,
            None => self.options.no_delete,
        };
        !filtered && self.range.contains(event.key())
    }

    /// The events it has not been told of; `None` when there is none for it.
    fn collect<V: StoredValue>(
        &self,
        store: &Store<V>,
    ) -> Result<Option<EventList<V>>, RangeError> {
        // A watch may begin at the compacted revision: what is left of it is told again.
        let begins_at_compacted = self.next != 0 && self.next == store.compacted();
        let from = if begins_at_compacted { self.next } else { self.next - 1 };
        let mut revisions = store.since(from)?;
        // Mostly one revision happened, and all of it is watched: then its list is passed on.
        if !begins_at_compacted
            && let (Some(only), None) = (revisions.next(), revisions.next())
            && only.iter().all(|event| self.wants(event))
        {
            return Ok(Some(only.clone()));
        }
        let survivors = if begins_at_compacted { store.survivors(&self.range) } else { Vec::new() };
        let all = store.since(from)?.flat_map(|events| events.iter().cloned());
        let events: Vec<_> = survivors.into_iter().chain(all).filter(|e| self.wants(e)).collect();
        Ok((!events.is_empty()).then(|| events.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::etcd::mvcc::{Op, Txn};
    use crate::sim::HostId;

    const CLIENT: Address = Address::new(HostId(1), 1);

    /// A store in which `a/1` … `a/n` were put at revisions 2 … n+1, and the first one deleted.
    fn store(n: u64) -> Store<String> {
        let mut store = Store::new();
        let put = |n| Op::Put { key: format!("a/{n}").into(), value: "x".to_owned(), lease: 0 };
        let delete = Op::Delete { range: KeyRange::one("a/1") };
        for op in (1..=n).map(put).chain([delete]) {
            store.apply(&Txn::of(vec![op])).unwrap();
        }
        store
    }

    fn watch(
        store: &Store<String>,
        from: u64,
        options: WatchOptions,
    ) -> Option<Result<Vec<u64>, Cancelled>> {
        let what = (KeyRange::prefix("a/"), options);
        let notice =
            WatchHub::default().add((CLIENT, 1), what, from, (Time::from_secs(1), store))?;
        Some(notice.events.map(|events| events.events.iter().map(|e| e.revision).collect()))
    }

    #[test]
    fn a_watch_begins_where_it_is_told_and_hears_what_it_wants() {
        let (mut store, all) = (store(4), WatchOptions::default());
        assert_eq!(watch(&store, 0, all), None);
        assert_eq!(watch(&store, 4, all), Some(Ok(vec![4, 5, 6])));
        assert_eq!(watch(&store, 9, all), None, "it waits for what has not happened");
        assert_eq!(watch(&store, 4, WatchOptions { no_put: true, ..all }), Some(Ok(vec![6])));
        assert_eq!(watch(&store, 4, WatchOptions { no_delete: true, ..all }), Some(Ok(vec![4, 5])));
        store.compact(4).unwrap();
        let error = Error::Range(RangeError::Compacted);
        assert_eq!(watch(&store, 3, all), Some(Err(Cancelled { error, compacted: 4 })));
        assert_eq!(watch(&store, 4, all), Some(Ok(vec![4, 5, 6])), "it resumes where it may");
    }

    #[test]
    fn ten_thousand_keys_are_caught_up_with_in_one_pass() {
        let told = watch(&store(10_000), 1, WatchOptions::default()).unwrap().unwrap();
        assert_eq!(told.len(), 10_001);
        assert!(told.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn silence_is_broken_by_progress() {
        let (mut hub, store, now) = (WatchHub::default(), store(1), Time::from_secs(1));
        let notify = WatchOptions { progress_notify: true, ..WatchOptions::default() };
        for (id, options) in [(1, notify), (2, WatchOptions::default())] {
            hub.add((CLIENT, id), (KeyRange::prefix("b"), options), 0, (now, &store));
        }
        let silence = Duration::from_secs(600);
        let mut due = |at| hub.progress::<String>(at, silence, 3).len();
        assert_eq!([due(now), due(now + silence), due(now + silence)], [0, 1, 0]);
        let notice = hub.progress_of::<String>(now, CLIENT, 2, 3).unwrap();
        assert_eq!(notice.events.unwrap().revision, 3);
    }
}
