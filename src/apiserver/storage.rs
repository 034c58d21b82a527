//! How objects lie in the store: keys, values, and the transactions that guard them.
//!
//! Models staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go. An object is stored without its
//! resourceVersion; reading gives it the revision at which its key was written.

use std::sync::{Arc, OnceLock};

pub use crate::api::Stored;
use crate::api::{Change, Key, Object, Resource};
use crate::etcd::mvcc::{self, Compare, CompareOp, CompareTarget, KeyRange, KeyValue, Op, Txn};
use crate::etcd::mvcc::{Event, StoredValue};
use crate::sim::Fingerprint;

/// The prefix of everything Kubernetes stores.
pub const PREFIX: &str = "/registry/";

impl StoredValue for Stored {
    /// The change as the caches of all apiservers hold it, made by the first that needs it.
    type Derived = OnceLock<Option<Arc<Change>>>;

    fn encoded_len(&self) -> usize {
        match self {
            Self::Object(object) => object.encoded_len(),
            Self::Text(text) => text.len(),
        }
    }

    fn hash(&self) -> u64 {
        match self {
            Self::Object(object) => object.hash(),
            Self::Text(text) => Fingerprint::of_str(text),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Object(object) => object.to_value().to_json(),
            Self::Text(text) => text.to_string(),
        }
    }

    fn from_text(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// The key of an object in the store, such as `/registry/pods/default/web`.
pub fn key_of(resource: Resource, key: &Key) -> mvcc::Key {
    [PREFIX, resource.info().storage, "/", key.as_str()].concat().into()
}

/// All keys of a resource, or of one namespace of it.
pub fn range_of(resource: Resource, namespace: &str) -> KeyRange {
    let slash = if namespace.is_empty() { "" } else { "/" };
    KeyRange::prefix(&[PREFIX, resource.info().storage, "/", namespace, slash].concat())
}

/// The object at a key of the store; `None` when it holds something else.
pub fn object_at(kv: &KeyValue<Stored>) -> Option<Object> {
    match &kv.value {
        Stored::Object(object) => Some(object.at_revision(kv.mod_revision)),
        Stored::Text(_) => None,
    }
}

/// What an event of the store means to a cache; `None` when it is not about an object.
pub fn change_of(event: &Event<Stored>) -> Option<&Arc<Change>> {
    let make = || {
        let before = event.before.as_deref().and_then(object_at);
        let after = event.now.as_deref().and_then(object_at);
        let there = before.is_some() || after.is_some();
        there.then(|| Change::new(event.revision, before, after))
    };
    event.derived.get_or_init(make).as_ref()
}

/// Does `ops` if the key was last written at `revision` (0: if it is not there) and each key of
/// `unchanged` at its own, and else reads it.
pub fn guarded(
    key: mvcc::Key,
    revision: u64,
    unchanged: Vec<(mvcc::Key, u64)>,
    ops: Vec<Op<Stored>>,
) -> Txn<Stored> {
    let range = KeyRange::one(key.clone());
    let written_at = |key, revision| {
        let target = CompareTarget::ModRevision(revision);
        Compare { key, op: CompareOp::Equal, target }
    };
    let unchanged = unchanged.into_iter().map(|(key, revision)| written_at(key, revision));
    Txn {
        compare: std::iter::once(written_at(key, revision)).chain(unchanged).collect(),
        success: ops,
        failure: vec![Op::Range { range, revision: 0, limit: 0 }],
    }
}

/// Writes `object` at `key`, hanging on `lease` (0 for none).
pub fn put(key: mvcc::Key, object: &Object, lease: i64) -> Op<Stored> {
    Op::Put { key, value: Stored::Object(object.at_revision(0)), lease }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_where_kubernetes_has_them() {
        let key = |resource, namespace, name| key_of(resource, &Key::new(namespace, name));
        assert_eq!(key(Resource::PODS, "default", "web"), "/registry/pods/default/web");
        assert_eq!(key(Resource::NODES, "", "a"), "/registry/minions/a");
        assert_eq!(key(Resource::SERVICES, "d", "s"), "/registry/services/specs/d/s");
        assert!(range_of(Resource::PODS, "d").contains("/registry/pods/d/x"));
        assert!(!range_of(Resource::PODS, "d").contains("/registry/pods/d2/x"));
        assert!(range_of(Resource::PODS, "").contains("/registry/pods/d2/x"));
    }
}
