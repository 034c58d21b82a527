//! Leases: keys that vanish when nobody cares any longer.
//!
//! Models etcd's server/lease/lessor.go. Which keys hang on which lease is replicated; when a lease
//! ends is for the leader alone to say, and it says so by proposing to revoke it.

use super::mvcc::{Event, Key, StoredValue};
use crate::sim::{Duration, Map, Set, Time};

/// The shortest life of a lease: etcd's least TTL is 1.5 election timeouts, rounded up.
const TTL_SECS_MIN: u64 = 2;
/// The longest. Models MaxLeaseTTL.
pub const TTL_SECS_MAX: u64 = 9_000_000_000;

/// All leases, with what hangs on them.
#[derive(Clone, Debug, Default)]
pub struct Lessor {
    leases: Map<i64, Lease>,
}

#[derive(Clone, Debug)]
struct Lease {
    ttl_secs: u64,
    keys: Set<Key>,
}

impl Lessor {
    /// Makes a lease and says how long it really lives, in seconds.
    pub fn grant(&mut self, id: i64, ttl_secs: u64) -> u64 {
        let ttl_secs = ttl_secs.max(TTL_SECS_MIN);
        self.leases.insert(id, Lease { ttl_secs, keys: Set::new() });
        ttl_secs
    }

    /// Ends a lease and returns the keys that hang on it; `None` when there is no such lease.
    pub fn revoke(&mut self, id: i64) -> Option<Vec<Key>> {
        self.leases.remove(&id).map(|lease| lease.keys.keys().cloned().collect())
    }

    /// Whether there is a lease `id`.
    pub fn exists(&self, id: i64) -> bool {
        self.leases.contains_key(&id)
    }

    /// Notes which key hangs on which lease after `event`.
    pub fn observe<V: StoredValue>(&mut self, event: &Event<V>) {
        let lease = |kv: Option<i64>| kv.filter(|&lease| lease != 0);
        let before = lease(event.before.as_ref().map(|kv| kv.lease));
        let now = lease(event.now.as_ref().map(|kv| kv.lease));
        if before == now {
            return;
        }
        if let Some(lease) = before.and_then(|id| self.leases.get_mut(&id)) {
            lease.keys.remove(event.key());
        }
        if let Some(lease) = now.and_then(|id| self.leases.get_mut(&id)) {
            lease.keys.add(event.key().clone());
        }
    }

    /// How many leases there are.
    pub fn len(&self) -> usize {
        self.leases.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.leases.is_empty()
    }

    /// The leases, by id.
    pub fn ids(&self) -> impl Iterator<Item = i64> {
        self.leases.keys().copied()
    }

    /// When each lease would end if the whole of its life began at `now`, and some more: what a new
    /// leader goes by, because it cannot know how old they are. Models Lessor.Promote.
    pub fn expiries(&self, now: Time, more: Duration) -> impl Iterator<Item = (i64, Time)> {
        let expiry = move |lease: &Lease| now + Duration::from_secs(lease.ttl_secs) + more;
        self.leases.iter().map(move |(id, lease)| (*id, expiry(lease)))
    }

    /// How long lease `id` lives, in seconds.
    pub fn ttl_secs(&self, id: i64) -> Option<u64> {
        self.leases.get(&id).map(|lease| lease.ttl_secs)
    }

    /// The keys that hang on lease `id`.
    pub fn keys(&self, id: i64) -> impl Iterator<Item = &Key> {
        self.leases.get(&id).into_iter().flat_map(|lease| lease.keys.keys())
    }
}
