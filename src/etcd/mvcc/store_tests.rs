//! The store as clients see it: generations, tombstones, compaction, hashes.

use super::*;
use crate::etcd::mvcc::{Op, Txn, TxnError};
use crate::sim::Fingerprint;

impl StoredValue for String {
    type Derived = ();

    fn encoded_len(&self) -> usize {
        self.len()
    }

    fn hash(&self) -> u64 {
        Fingerprint::of_str(self)
    }

    fn text(&self) -> String {
        self.clone()
    }

    fn from_text(text: &str) -> Self {
        text.into()
    }
}

fn put(key: &str, value: &str) -> Op<String> {
    Op::Put { key: key.into(), value: value.into(), lease: 0 }
}

fn delete(key: &str) -> Op<String> {
    Op::Delete { range: KeyRange::one(key) }
}

/// A store after one transaction for each of `ops`.
fn store(ops: Vec<Op<String>>) -> Store<String> {
    let mut store = Store::new();
    for op in ops {
        store.apply(&Txn::of(vec![op])).expect("each can be done");
    }
    store
}

/// The key with its create revision, mod revision and version, as it was at a revision.
fn at(store: &Store<String>, key: &str, revision: u64) -> Result<Vec<(u64, u64, u64)>, RangeError> {
    let found = store.range(&KeyRange::one(key), revision, 0)?;
    let numbers = |kv: &Arc<KeyValue<String>>| (kv.create_revision, kv.mod_revision, kv.version);
    Ok(found.kvs.iter().map(numbers).collect())
}

#[test]
fn a_key_that_comes_again_begins_a_new_generation() {
    let store = store(vec![put("a", "1"), put("a", "2"), delete("a"), put("a", "3"), delete("b")]);
    assert_eq!(store.revision(), 5, "a deletion of nothing is no revision");
    let expected = [(1, vec![]), (2, vec![(2, 2, 1)]), (3, vec![(2, 3, 2)]), (4, vec![])];
    for (revision, numbers) in expected {
        assert_eq!(at(&store, "a", revision), Ok(numbers), "at {revision}");
    }
    assert_eq!(at(&store, "a", 0), Ok(vec![(5, 5, 1)]));
    assert_eq!(at(&store, "a", 6), Err(RangeError::Future));
}

#[test]
fn compaction_forgets_what_lies_before() {
    let mut store = store(vec![put("a", "1"), put("b", "1"), put("a", "2"), delete("b")]);
    assert_eq!(store.compact(4), Ok(()));
    assert_eq!(at(&store, "a", 3), Err(RangeError::Compacted));
    assert_eq!(at(&store, "a", 4), Ok(vec![(2, 4, 2)]));
    assert_eq!(at(&store, "b", 4), Ok(vec![(3, 3, 1)]), "it is deleted only later");
    assert_eq!(store.compact(4), Err(RangeError::Compacted));
    assert_eq!(store.compact(6), Err(RangeError::Future));
    let survivors = store.survivors(&KeyRange::prefix(""));
    assert!(survivors.iter().map(|event| (event.key().as_str(), event.revision)).eq([("a", 4)]));
}

#[test]
fn compaction_bounds_a_long_history() {
    let mut store = Store::<String>::new();
    for n in 0..100_000_u32 {
        let key = format!("key-{}", n % 100);
        store.apply(&Txn::of(vec![put(&key, "a value")])).unwrap();
        if n % 1000 == 999 {
            store.compact(store.revision() - 100).unwrap();
        }
    }
    assert_eq!(store.since(store.compacted()).unwrap().count(), 100);
    assert!(store.bytes() < 40_000, "{}", store.bytes());
}

#[test]
fn a_transaction_is_done_whole_or_not_at_all() {
    let keep = |key: &str| Op::Rewrite { key: key.into(), value: None, lease: Some(7) };
    let mut store = store(vec![put("a", "1")]);
    let refused = |store: &mut Store<String>, ops| store.apply(&Txn::of(ops)).unwrap_err();
    let twice = vec![put("a", "2"), put("a", "3")];
    assert_eq!(refused(&mut store, twice), TxnError::DuplicateKey);
    assert_eq!(refused(&mut store, vec![put("b", "2"), keep("c")]), TxnError::KeyNotFound);
    let many = (0..129).map(|n| put(&format!("{n}"), "x")).collect();
    assert_eq!(refused(&mut store, many), TxnError::TooManyOps);
    assert_eq!(store.revision(), 2);
    store.apply(&Txn::of(vec![keep("a"), put("b", "2")])).unwrap();
    let kept = store.get("a").unwrap();
    assert_eq!((kept.value.as_str(), kept.lease, kept.version), ("1", 7, 2));
    assert_eq!(store.get("b").unwrap().mod_revision, kept.mod_revision);
}

#[test]
fn members_that_hold_the_same_have_the_same_hash() {
    let ops = || vec![put("a", "1"), put("b", "1"), delete("a"), put("c", "1")];
    let (one, mut other) = (store(ops()), store(ops()));
    assert_eq!(one.hash_kv(0), other.hash_kv(0));
    assert_eq!(one.hash_kv(3).unwrap(), store(ops()[..2].to_vec()).hash_kv(0).unwrap());
    assert_ne!(one.hash_kv(3).unwrap().hash, one.hash_kv(0).unwrap().hash);
    assert!(other.corrupt());
    assert_ne!(one.hash_kv(0), other.hash_kv(0));
    assert_eq!(one.hash_kv(9), Err(RangeError::Future));
}
