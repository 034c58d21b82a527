//! What is committed becomes state, and those who wait for it are told.
//!
//! Models etcd's server/etcdserver/server.go applyEntries and snapshot. Invariant: entries are
//! applied in the order of the log, each once.

use super::{Member, Out, Timer};
use crate::etcd::command::{Applied, Proposal};
use crate::etcd::mvcc::StoredValue;
use crate::etcd::raft::{Entry, Payload, Snapshot};
use crate::etcd::record::{KeyChange, Record};
use crate::sim::{Causes, RecordId};

/// So many entries later, every member that keeps up is expected to have applied one.
const FOLLOWERS_LAG_MAX: u64 = 512;

impl<V: StoredValue> Member<V> {
    pub(super) fn apply_more(&mut self, out: &mut Out<V>) {
        if !self.applying && !self.committed.is_empty() {
            self.applying = true;
            out.timer(self.settings.costs.apply, Timer::Applied);
        }
    }

    pub(super) fn on_applied(&mut self, told: &mut u64, out: &mut Out<V>) {
        self.applying = false;
        for entry in std::mem::take(&mut self.committed) {
            // A snapshot may have overtaken what was being applied.
            if entry.index > self.state.applied {
                self.apply(&entry, told, out);
            }
        }
        self.grow();
        let notices = self.watches.notices(out.now(), &self.state.store);
        self.notify(notices, out);
        self.take_snapshot();
    }

    fn apply(&mut self, entry: &Entry<Proposal<V>>, told: &mut u64, out: &mut Out<V>) {
        match &entry.payload {
            Payload::Data(proposal) => {
                let members = self.state.membership.len() as u32;
                let applied = proposal.apply(&self.state, entry.index, members);
                self.state = applied.state.clone();
                self.account_lease(proposal.command(), &applied, out.now());
                let before = self.record(entry, &applied, told, out);
                let waiting = self.take_pending(proposal);
                if self.publishing == Some(proposal.number()) && waiting.is_some() {
                    self.publishing = None;
                }
                if let Some(client) = waiting.and_then(|waiting| waiting.client) {
                    self.respond(client, applied.result.clone(), out);
                }
                out.resume(before);
            }
            Payload::Empty => {}
            Payload::ConfChange(_) | Payload::ConfChangeV2(_) => self.apply_change(entry, out),
        }
        self.state.applied = entry.index;
        let old = entry.index.checked_sub(FOLLOWERS_LAG_MAX);
        if let Some(Payload::Data(old)) =
            old.and_then(|old| self.node.storage().entry(old)).map(|entry| &entry.payload)
        {
            old.forget_applied();
        }
    }

    /// Tells of what was written, if nobody has yet. Returns what was current before.
    fn record(
        &self,
        entry: &Entry<Proposal<V>>,
        applied: &Applied<V>,
        told: &mut u64,
        out: &mut Out<V>,
    ) -> RecordId {
        let before = out.current();
        for event in applied.events.iter().filter(|event| event.revision > *told) {
            let cause = self.cause((entry.term, entry.index)).unwrap_or_default();
            let change = match (&event.before, &event.now) {
                (_, None) => KeyChange::Deleted,
                (None, Some(_)) => KeyChange::Created,
                (Some(_), Some(_)) => KeyChange::Updated,
            };
            let (revision, key) = (event.revision, event.key().clone());
            out.resume(before);
            out.record_now(
                Causes::with(cause, &[before]),
                Record::Written { revision, key, change },
            );
        }
        *told = (*told).max(applied.state.store.revision());
        before
    }

    fn take_snapshot(&mut self) {
        let applied = self.state.applied;
        let last = self.node.storage().snapshot().map_or(0, |snapshot| snapshot.last.index);
        let one_is_coming = self.node.pending_snapshot().is_some();
        if one_is_coming || applied < last + self.settings.snapshot_count {
            return;
        }
        let (conf_state, state) = (self.node.conf_state(), self.state.clone());
        let storage = self.node.storage_mut();
        let made = storage.create_snapshot(applied, conf_state, state);
        let behind = applied.saturating_sub(self.settings.catch_up_entries);
        if made.is_ok() && behind >= storage.first_index() {
            storage.compact(behind).expect("what lies behind a snapshot can be compacted");
        }
    }

    pub(super) fn restore(&mut self, snapshot: &Snapshot<Proposal<V>>, out: &mut Out<V>) {
        self.committed.clear();
        self.state = snapshot.data.clone();
        self.state.applied = snapshot.last.index;
        self.grow();
        let notices = self.watches.notices(out.now(), &self.state.store);
        self.notify(notices, out);
    }
}
