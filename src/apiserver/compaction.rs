//! Forgetting history: every few minutes, what is older than that.
//!
//! Models staging/src/k8s.io/apiserver/pkg/storage/etcd3/compact.go: of several apiservers, the one
//! that wins a key does it.

use super::storage::Stored;
use super::{Apiserver, COMPACT, Out, Timer};
use crate::etcd::mvcc::{Compare, CompareOp, CompareTarget, KeyRange, Op, OpResult, Txn};
use crate::etcd::rpc as etcd;
use crate::sim::Duration;

/// The key that says how often, and up to where, history has been compacted.
const KEY: &str = "compact_rev_key";

/// What an apiserver knows of compaction.
#[derive(Clone, Debug, Default)]
pub struct Compactor {
    /// The version of the key, when it was last seen.
    version: u64,
    /// The revision of the store then: what is compacted next time.
    revision: u64,
}

impl Apiserver {
    /// Tries to be the one who compacts.
    pub(super) fn compact(&mut self, out: &mut Out) {
        let target = CompareTarget::Version(self.compactor.version);
        let text = self.compactor.revision.to_string();
        let txn = Txn {
            compare: vec![Compare { key: KEY.into(), op: CompareOp::Equal, target }],
            success: vec![Op::Put { key: KEY.into(), value: Stored::Text(text.into()), lease: 0 }],
            failure: vec![Op::Range { range: KeyRange::one(KEY), revision: 0, limit: 0 }],
        };
        self.ask_store(COMPACT, etcd::Request::Txn(txn), Duration::ZERO, out);
        out.timer(self.settings.compaction_interval, Timer::Compact);
    }

    pub(super) fn on_compacted(&mut self, response: &etcd::Response<Stored>, out: &mut Out) {
        let Ok(etcd::Reply::Txn(result)) = &response.result else { return };
        let known = self.compactor.revision;
        self.compactor.revision = response.revision;
        if !result.succeeded {
            // Somebody else was faster; the next interval is counted from what they wrote.
            if let Some(OpResult::Ranged(found)) = result.results.first() {
                self.compactor.version = found.kvs.first().map_or(0, |kv| kv.version);
            }
            return;
        }
        self.compactor.version += 1;
        if known > 1 {
            let request = etcd::Request::Compact { revision: known };
            self.ask_store(COMPACT, request, Duration::ZERO, out);
        }
    }
}
