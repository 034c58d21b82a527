//! What a key of the store holds.
//!
//! Models staging/src/k8s.io/apiserver/pkg/storage/etcd3: the value an apiserver writes, which is
//! an encoded object, and whatever others put beside it. Invariant: an object is stored as it is,
//! so that log, store, watches and caches hold one and the same.

use super::{Object, Str};

/// A value in the store.
#[derive(Clone, PartialEq, Debug)]
pub enum Stored {
    /// An object.
    Object(Object),
    /// Anything else: bookkeeping of the apiservers, and what people put in by hand.
    Text(Str),
}
