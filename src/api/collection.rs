//! The objects of one resource at one moment, as a cache holds them.

use std::sync::Arc;

use super::{Key, Object};
use crate::sim::{Fingerprint, Map, Memo};

/// Objects by key. Clones share, and caches that hold the same objects share them for good: see
/// [`Collection::follow`].
#[derive(Clone, Default, Debug)]
pub struct Collection {
    objects: Map<Key, Object>,
    /// A sum over all objects of a hash of (key, revision): equal for equal contents, however
    /// they came about.
    version: u64,
}

/// One change of a collection: what the store did to one object.
#[derive(Debug)]
pub struct Change {
    /// The revision of the store that made it.
    pub revision: u64,
    /// The object before; `None` when it was created.
    pub before: Option<Object>,
    /// The object after; `None` when it was deleted.
    pub after: Option<Object>,
    memo: Memo<Collection>,
}

/// How many caches are expected to follow one change: a cache and a standby on each of 3 masters.
/// A wrong guess costs memory or time, never correctness.
const FOLLOWERS: u32 = 6;

impl Change {
    /// What the store did at `revision`.
    pub fn new(revision: u64, before: Option<Object>, after: Option<Object>) -> Arc<Self> {
        Arc::new(Self { revision, before, after, memo: Memo::new() })
    }

    /// Forgets what following it led to; whoever has not followed it yet works it out again.
    pub fn forget_followed(&self) {
        self.memo.forget();
    }

    /// The object it is about, as it was last.
    pub fn object(&self) -> &Object {
        let object = self.after.as_ref().or(self.before.as_ref());
        object.expect("a change has an object before or after it")
    }

    /// The object's key.
    pub fn key(&self) -> Key {
        self.object().key()
    }
}

impl Collection {
    /// The object at `key`.
    pub fn get(&self, key: &Key) -> Option<&Object> {
        self.objects.get(key)
    }

    /// All objects in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Object> {
        self.objects.values()
    }

    /// The objects of one namespace in order; of all when it is empty.
    pub fn in_namespace(&self, namespace: &str) -> impl Iterator<Item = &Object> {
        let bounds = Key::namespace_range(namespace);
        let all = namespace.is_empty().then(|| self.objects.values());
        let some = (!namespace.is_empty()).then(|| self.objects.range(bounds));
        let some = some.into_iter().flatten().map(|(_, object)| object);
        all.into_iter().flatten().chain(some)
    }

    /// The objects from `key` on, with their keys, in order.
    pub fn starting_at(&self, key: &Key) -> impl Iterator<Item = (&Key, &Object)> + use<'_> {
        self.objects.range(key.clone()..)
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// A number that is equal for equal contents.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Puts `object` in, in place of an older one.
    pub fn insert(&mut self, object: Object) -> Option<Object> {
        let key = object.key();
        self.version = self.version.wrapping_add(mark(&key, object.revision));
        let before = self.objects.insert(key.clone(), object);
        if let Some(before) = &before {
            self.version = self.version.wrapping_sub(mark(&key, before.revision));
        }
        before
    }

    /// Takes the object at `key` out.
    pub fn remove(&mut self, key: &Key) -> Option<Object> {
        let before = self.objects.remove(key)?;
        self.version = self.version.wrapping_sub(mark(key, before.revision));
        Some(before)
    }

    /// Applies `change`. Collections that were equal before are one and the same after: the first
    /// computes the result, the others adopt it.
    pub fn follow(&mut self, change: &Change) {
        let from = self.version;
        let mut before = std::mem::take(self);
        *self = change.memo.follow(from, FOLLOWERS, || {
            match &change.after {
                Some(object) => _ = before.insert(object.clone()),
                None => _ = before.remove(&change.key()),
            }
            before
        });
    }
}

fn mark(key: &Key, revision: u64) -> u64 {
    let mut hash = Fingerprint::new();
    hash.str(key.as_str());
    hash.u64(revision);
    hash.finish()
}

impl FromIterator<Object> for Collection {
    fn from_iter<I: IntoIterator<Item = Object>>(objects: I) -> Self {
        let mut collection = Self::default();
        for object in objects {
            collection.insert(object);
        }
        collection
    }
}

/// Equal contents, told by their version.
impl PartialEq for Collection {
    fn eq(&self, other: &Self) -> bool {
        (self.version, self.len()) == (other.version, other.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::{ConfigMap, ObjectMeta};

    fn object(namespace: &str, name: &str, revision: u64) -> Object {
        let (namespace, name) = (namespace.into(), name.into());
        let meta = ObjectMeta { namespace, name, ..ObjectMeta::default() };
        Object::new(meta, ConfigMap::default()).at_revision(revision)
    }

    #[test]
    fn version_depends_on_contents_alone() {
        let mut one: Collection = [object("d", "a", 1), object("d", "b", 2)].into_iter().collect();
        let mut other: Collection =
            [object("d", "b", 9), object("d", "x", 3)].into_iter().collect();
        assert_ne!(one, other);
        other.remove(&Key::new("d", "x"));
        other.insert(object("d", "a", 1));
        other.insert(object("d", "b", 2));
        assert_eq!(one, other);
        let change = Change::new(5, Some(object("d", "a", 1)), Some(object("d", "a", 5)));
        one.follow(&change);
        other.follow(&change);
        assert!(one.objects.same(&other.objects), "equal collections that follow become one");
        assert_eq!(one.get(&Key::new("d", "a")).map(|o| o.revision), Some(5));
    }

    #[test]
    fn lists_by_namespace() {
        let objects = [object("a", "x", 1), object("a-b", "y", 2), object("b", "z", 3)];
        let collection: Collection = objects.into_iter().collect();
        let names =
            |ns| collection.in_namespace(ns).map(|o| o.name().into()).collect::<Vec<String>>();
        assert_eq!(names("a"), ["x"]);
        assert_eq!(names(""), ["y", "x", "z"]);
        assert!(names("c").is_empty());
    }
}
