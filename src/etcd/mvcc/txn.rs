//! Transactions: if all of this holds, do that, else something else; all of it at one revision.
//!
//! Models etcd's server/etcdserver/txn.

use std::sync::Arc;

use super::{Event, EventList, Key, KeyRange, KeyValue, RangeError, Ranged, Store, StoredValue};

/// A transaction.
#[derive(Clone, PartialEq, Debug)]
pub struct Txn<V> {
    /// What must hold, all of it.
    pub compare: Vec<Compare<V>>,
    /// What is done if it does.
    pub success: Vec<Op<V>>,
    /// What is done if it does not.
    pub failure: Vec<Op<V>>,
}

/// A comparison of something about one key.
#[derive(Clone, PartialEq, Debug)]
pub struct Compare<V> {
    /// The key.
    pub key: Key,
    /// How it is compared.
    pub op: CompareOp,
    /// What of it, and with what. A key that is not there has revisions and version 0.
    pub target: CompareTarget<V>,
}

/// How two things are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompareOp {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Greater.
    Greater,
    /// Less.
    Less,
}

/// What of a key is compared, and with what.
#[derive(Clone, PartialEq, Debug)]
pub enum CompareTarget<V> {
    /// The revision that last wrote it.
    ModRevision(u64),
    /// The revision that created it.
    CreateRevision(u64),
    /// How often it was written.
    Version(u64),
    /// Its value.
    Value(V),
    /// Its lease.
    Lease(i64),
}

/// One operation.
#[derive(Clone, PartialEq, Debug)]
pub enum Op<V> {
    /// Reads keys.
    Range {
        /// Which.
        range: KeyRange,
        /// At which revision; 0 for the newest.
        revision: u64,
        /// At most how many; 0 for all.
        limit: usize,
    },
    /// Writes a key.
    Put {
        /// Which.
        key: Key,
        /// With what.
        value: V,
        /// The lease it is to hang on; 0 for none.
        lease: i64,
    },
    /// Writes a key that must be there, and keeps its value or its lease.
    Rewrite {
        /// Which.
        key: Key,
        /// Its new value; none to keep it.
        value: Option<V>,
        /// Its new lease; none to keep it.
        lease: Option<i64>,
    },
    /// Deletes keys.
    Delete {
        /// Which.
        range: KeyRange,
    },
}

/// What an operation gave.
#[derive(Clone, PartialEq, Debug)]
pub enum OpResult<V> {
    /// What was read.
    Ranged(Ranged<V>),
    /// The key as it was before it was written.
    Put(Option<Arc<KeyValue<V>>>),
    /// The keys as they were before they were deleted.
    Deleted(Vec<Arc<KeyValue<V>>>),
}

/// What a transaction gave.
#[derive(Clone, PartialEq, Debug)]
pub struct TxnResult<V> {
    /// Whether the comparisons held.
    pub succeeded: bool,
    /// The results of the operations that were done, in order.
    pub results: Vec<OpResult<V>>,
}

/// Why a transaction is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TxnError {
    /// It writes a key twice.
    DuplicateKey,
    /// It has too many operations.
    TooManyOps,
    /// It keeps what a key has, and there is no such key.
    KeyNotFound,
    /// It reads a revision that cannot be read.
    Range(RangeError),
}

/// Operations and comparisons a transaction may have. Models etcd's --max-txn-ops.
const OPS_MAX: usize = 128;

impl std::fmt::Display for TxnError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::DuplicateKey => f.write_str("etcdserver: duplicate key given in txn request"),
            Self::TooManyOps => f.write_str("etcdserver: too many operations in txn request"),
            Self::KeyNotFound => f.write_str("etcdserver: key not found"),
            Self::Range(error) => error.fmt(f),
        }
    }
}

impl<V> Op<V> {
    /// The key it writes, if it writes one.
    pub const fn written(&self) -> Option<&Key> {
        match self {
            Self::Put { key, .. } | Self::Rewrite { key, .. } => Some(key),
            Self::Range { .. } | Self::Delete { .. } => None,
        }
    }

    /// The lease it hangs a key on; 0 for none.
    pub fn lease(&self) -> i64 {
        match self {
            Self::Put { lease, .. } => *lease,
            Self::Rewrite { lease, .. } => lease.unwrap_or(0),
            Self::Range { .. } | Self::Delete { .. } => 0,
        }
    }

    /// Whether it has a key that is empty, which none may be.
    pub fn is_keyless(&self) -> bool {
        self.written().is_some_and(|key| key.is_empty())
    }
}

impl<V> Txn<V> {
    /// Operations without a condition.
    pub fn of(success: Vec<Op<V>>) -> Self {
        Self { compare: Vec::new(), success, failure: Vec::new() }
    }

    /// Whether it may write.
    pub fn is_write(&self) -> bool {
        self.success.iter().chain(&self.failure).any(|op| !matches!(op, Op::Range { .. }))
    }

    /// Whether it may make the store larger.
    pub fn adds(&self) -> bool {
        self.success.iter().chain(&self.failure).any(|op| op.written().is_some())
    }

    /// Refuses what no store could do.
    pub fn check(&self) -> Result<(), TxnError> {
        let counts = [self.compare.len(), self.success.len(), self.failure.len()];
        if counts.iter().any(|&count| count > OPS_MAX) {
            return Err(TxnError::TooManyOps);
        }
        for ops in [&self.success, &self.failure] {
            for (at, op) in ops.iter().enumerate() {
                let Some(key) = op.written() else { continue };
                let clash = ops.iter().enumerate().any(|(other, op)| match op {
                    Op::Delete { range } => range.contains(key),
                    _ => other < at && op.written() == Some(key),
                });
                if clash {
                    return Err(TxnError::DuplicateKey);
                }
            }
        }
        Ok(())
    }
}

impl<V: StoredValue> Txn<V> {
    /// About how many bytes it takes.
    pub fn encoded_len(&self) -> usize {
        let op = |op: &Op<V>| match op {
            Op::Put { key, value, .. } => key.len() + value.encoded_len() + 8,
            Op::Rewrite { key, value, .. } => {
                key.len() + value.as_ref().map_or(0, StoredValue::encoded_len) + 8
            }
            Op::Range { range, .. } | Op::Delete { range } => range.start.len() + 8,
        };
        let compare: usize = self.compare.iter().map(|compare| compare.key.len() + 8).sum();
        compare + self.success.iter().chain(&self.failure).map(op).sum::<usize>()
    }
}

/// What a transaction gave, and what it did: one list of events, empty if it wrote nothing.
pub type TxnOutcome<V> = (TxnResult<V>, EventList<V>);

impl<V: StoredValue> Store<V> {
    /// Does a transaction. Everything it writes has one revision.
    pub fn apply(&mut self, txn: &Txn<V>) -> Result<TxnOutcome<V>, TxnError> {
        txn.check()?;
        let succeeded = txn.compare.iter().all(|compare| self.holds(compare));
        let ops = if succeeded { &txn.success } else { &txn.failure };
        let (revision, mut results, mut events) = (self.revision() + 1, Vec::new(), Vec::new());
        // Checked before anything is written: a transaction is done whole or not at all.
        for op in ops {
            match op {
                Op::Range { range, revision: at, .. } => {
                    self.range(range, *at, 1).map_err(TxnError::Range)?;
                }
                Op::Rewrite { key, .. } if self.get(key).is_none() => {
                    return Err(TxnError::KeyNotFound);
                }
                _ => {}
            }
        }
        for op in ops {
            results.push(self.apply_op(op, revision, &mut events)?);
        }
        Ok((TxnResult { succeeded, results }, self.close(events)))
    }

    fn apply_op(
        &mut self,
        op: &Op<V>,
        revision: u64,
        events: &mut Vec<Event<V>>,
    ) -> Result<OpResult<V>, TxnError> {
        Ok(match op {
            Op::Range { range, revision, limit } => {
                OpResult::Ranged(self.range(range, *revision, *limit).map_err(TxnError::Range)?)
            }
            Op::Put { key, value, lease } => {
                let event = self.put(revision, key, value.clone(), *lease);
                let before = event.before.clone();
                events.push(event);
                OpResult::Put(before)
            }
            Op::Rewrite { key, value, lease } => {
                let before = self.get(key).cloned().expect("it was checked to be there");
                let value = value.as_ref().unwrap_or(&before.value).clone();
                events.push(self.put(revision, key, value, lease.unwrap_or(before.lease)));
                OpResult::Put(Some(before))
            }
            Op::Delete { range } => {
                let found = self.range(range, 0, 0).map_err(TxnError::Range)?.kvs;
                events.extend(found.iter().filter_map(|kv| self.delete(revision, &kv.key)));
                OpResult::Deleted(found)
            }
        })
    }

    fn holds(&self, compare: &Compare<V>) -> bool {
        let kv = self.get(&compare.key);
        let number = |of: fn(&KeyValue<V>) -> u64| kv.map_or(0, |kv| of(kv));
        match &compare.target {
            CompareTarget::ModRevision(to) => compare.op.of(number(|kv| kv.mod_revision), *to),
            CompareTarget::CreateRevision(to) => {
                compare.op.of(number(|kv| kv.create_revision), *to)
            }
            CompareTarget::Version(to) => compare.op.of(number(|kv| kv.version), *to),
            CompareTarget::Lease(to) => compare.op.of(kv.map_or(0, |kv| kv.lease), *to),
            // A key that is not there has no value, and no comparison of values holds.
            CompareTarget::Value(to) => kv.is_some_and(|kv| match compare.op {
                CompareOp::Equal => kv.value == *to,
                CompareOp::NotEqual => kv.value != *to,
                op => op.of(kv.value.text(), to.text()),
            }),
        }
    }
}

impl CompareOp {
    fn of<T: Ord>(self, left: T, right: T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Greater => left > right,
            Self::Less => left < right,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, PartialEq, Debug)]
    struct Text(String);

    impl StoredValue for Text {
        type Derived = ();

        fn encoded_len(&self) -> usize {
            self.0.len()
        }

        fn hash(&self) -> u64 {
            crate::sim::Fingerprint::of_str(&self.0)
        }

        fn text(&self) -> String {
            self.0.clone()
        }

        fn from_text(text: &str) -> Self {
            Self(text.into())
        }
    }

    fn put(key: &str, value: &str) -> Op<Text> {
        Op::Put { key: key.into(), value: Text(value.into()), lease: 0 }
    }

    fn delete(key: &str) -> Op<Text> {
        Op::Delete { range: KeyRange::one(key) }
    }

    fn run(store: &mut Store<Text>, ops: Vec<Op<Text>>) -> Vec<OpResult<Text>> {
        store.apply(&Txn::of(ops)).unwrap().0.results
    }

    fn read(store: &Store<Text>, revision: u64) -> Result<Vec<String>, RangeError> {
        let found = store.range(&KeyRange::prefix(""), revision, 0)?;
        Ok(found.kvs.iter().map(|kv| format!("{}={}", kv.key, kv.value.0)).collect())
    }

    #[test]
    fn counts_revisions_versions_and_generations() {
        let mut store = Store::new();
        assert_eq!(store.revision(), 1);
        run(&mut store, vec![put("a", "1")]);
        run(&mut store, vec![put("a", "2"), put("b", "3")]);
        let a = store.get("a").unwrap();
        assert_eq!((a.create_revision, a.mod_revision, a.version), (2, 3, 2));
        run(&mut store, vec![delete("a")]);
        run(&mut store, vec![delete("none")]);
        assert_eq!(store.revision(), 4, "a delete that removes nothing has no revision");
        run(&mut store, vec![put("a", "4")]);
        let a = store.get("a").unwrap();
        assert_eq!((a.create_revision, a.mod_revision, a.version), (5, 5, 1));
    }

    #[test]
    fn reads_the_past_until_it_is_compacted() {
        let mut store = Store::new();
        run(&mut store, vec![put("a", "1"), put("b", "1")]);
        run(&mut store, vec![put("a", "2")]);
        run(&mut store, vec![delete("b"), put("c", "3")]);
        assert_eq!(read(&store, 2).unwrap(), ["a=1", "b=1"]);
        assert_eq!(read(&store, 3).unwrap(), ["a=2", "b=1"]);
        assert_eq!(read(&store, 0).unwrap(), ["a=2", "c=3"]);
        assert_eq!(read(&store, 5), Err(RangeError::Future));
        store.compact(3).unwrap();
        assert_eq!(read(&store, 3).unwrap(), ["a=2", "b=1"], "the compacted revision itself stays");
        assert_eq!(read(&store, 2), Err(RangeError::Compacted));
        assert_eq!(store.compact(3), Err(RangeError::Compacted));
        assert_eq!(store.compact(9), Err(RangeError::Future));
        assert!(store.since(2).is_err());
        assert_eq!(store.since(3).unwrap().count(), 1);
    }

    #[test]
    fn transactions_are_whole_or_nothing() {
        let mut store = Store::new();
        run(&mut store, vec![put("a", "1")]);
        let guarded = |revision| Txn {
            compare: vec![Compare {
                key: "a".into(),
                op: CompareOp::Equal,
                target: CompareTarget::ModRevision(revision),
            }],
            success: vec![put("a", "2")],
            failure: vec![Op::Range { range: KeyRange::one("a"), revision: 0, limit: 0 }],
        };
        assert!(store.apply(&guarded(2)).unwrap().0.succeeded);
        let (result, events) = store.apply(&guarded(2)).unwrap();
        assert!(!result.succeeded && events.is_empty());
        assert!(matches!(&result.results[..], [OpResult::Ranged(found)] if found.count == 1));
        let twice = Txn::of(vec![put("x", "1"), put("x", "2")]);
        assert_eq!(store.apply(&twice).unwrap_err(), TxnError::DuplicateKey);
        let future = Op::Range { range: KeyRange::one("a"), revision: 99, limit: 0 };
        let before = store.hash();
        assert!(store.apply(&Txn::of(vec![put("y", "1"), future])).is_err());
        assert_eq!((store.hash(), store.get("y")), (before, None));
    }

    #[test]
    fn equal_contents_hash_alike() {
        let (mut one, mut other) = (Store::new(), Store::new());
        for store in [&mut one, &mut other] {
            run(store, vec![put("a", "1")]);
        }
        run(&mut one, vec![put("b", "1")]);
        assert_ne!(one.hash(), other.hash());
        run(&mut other, vec![put("b", "1")]);
        assert_eq!((one.hash(), one.bytes()), (other.hash(), other.bytes()));
        run(&mut one, vec![put("b", "1")]);
        let full = one.bytes();
        one.compact(4).unwrap();
        assert!(one.bytes() < full);
    }
}
