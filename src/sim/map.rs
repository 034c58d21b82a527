//! Ordered maps and sets that are cloned in constant time.

use std::borrow::Borrow;
use std::fmt;
use std::ops::RangeBounds;

use imbl::GenericOrdMap;
use imbl::ordmap::{self, DiffItem};
use imbl::shared_ptr::DefaultSharedPtr;

/// An ordered map whose clones share what did not change: the collection for everything that grows
/// with the cluster, so that a checkpoint costs nothing when it is taken.
///
/// A B-tree underneath; lookups and updates are logarithmic, and updating a map that nobody shares
/// happens in place. Nothing outside this file names the crate that implements it.
#[derive(Clone)]
pub struct Map<K, V>(GenericOrdMap<K, V, DefaultSharedPtr>);

impl<K: Ord + Clone, V: Clone> Map<K, V> {
    /// An empty map.
    pub fn new() -> Self {
        Self(GenericOrdMap::new())
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value at `key`.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(key)
    }

    /// The value at `key`, to be changed in place.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.0.get_mut(key)
    }

    /// Whether there is a value at `key`.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// Puts `value` at `key` and returns what was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    /// Takes out what is at `key`.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.0.remove(key)
    }

    /// The value at `key`, made by `default` when there is none.
    pub fn entry_or(&mut self, key: K, default: impl FnOnce() -> V) -> &mut V {
        self.0.entry(key).or_insert_with(default)
    }

    /// All entries in the order of their keys.
    pub fn iter(&self) -> ordmap::Iter<'_, K, V, DefaultSharedPtr> {
        self.0.iter()
    }

    /// All keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    /// All values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The entries whose keys lie in `range`, in order.
    pub fn range<R, Q>(&self, range: R) -> impl DoubleEndedIterator<Item = (&K, &V)>
    where
        R: RangeBounds<Q>,
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.0.range(range)
    }

    /// The entry with the least key.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.0.get_min().map(|(key, value)| (key, value))
    }

    /// The entry with the greatest key.
    pub fn last(&self) -> Option<(&K, &V)> {
        self.0.get_max().map(|(key, value)| (key, value))
    }

    /// What turned `older` into this map: each key whose value is another, with the value before
    /// and now. Parts that both share are not looked at.
    pub fn changes_since<'a>(
        &'a self,
        older: &'a Self,
    ) -> impl Iterator<Item = (&'a K, Option<&'a V>, Option<&'a V>)>
    where
        V: PartialEq,
    {
        older.0.diff(&self.0).map(|item| match item {
            DiffItem::Add(key, now) => (key, None, Some(now)),
            DiffItem::Update { old: (_, before), new: (key, now) } => {
                (key, Some(before), Some(now))
            }
            DiffItem::Remove(key, before) => (key, Some(before), None),
        })
    }

    /// Whether both are one map: the same by identity, without looking inside.
    pub fn same(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
}

impl<K: Ord + Clone, V: Clone> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl<'a, K: Ord + Clone, V: Clone> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = ordmap::Iter<'a, K, V, DefaultSharedPtr>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Ord + Clone + PartialEq, V: Clone + PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || self.0 == other.0
    }
}

impl<K: Ord + Clone + fmt::Debug, V: Clone + fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// An ordered set whose clones share what did not change.
pub type Set<K> = Map<K, ()>;

impl<K: Ord + Clone> Set<K> {
    /// Puts `key` in; says whether it was not there before.
    pub fn add(&mut self, key: K) -> bool {
        self.insert(key, ()).is_none()
    }
}
