//! Reads that agree with all writes before them: the leader is asked how far they must see.
//!
//! Models etcd's server/etcdserver/v3_server.go linearizableReadLoop. Invariant: a read is answered
//! from a state that has everything that was committed when it was asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Member, Out};
use crate::etcd::alarm::AlarmKind;
use crate::etcd::mvcc::StoredValue;
use crate::etcd::rpc::{Error, Reply, Request};
use crate::sim::{Address, Duration, RecordId, Time};

/// How long to wait for the leader's answer before it is asked again.
const READ_INDEX_RETRY: Duration = Duration::from_millis(500);

/// A read that waits.
#[derive(Clone, Debug)]
pub struct Read<V: StoredValue> {
    client: (Address, u32),
    pub since: Time,
    request: Arc<Request<V>>,
    cause: RecordId,
    /// The index up to which must have been applied, once it is known.
    index: Option<u64>,
}

impl<V: StoredValue> Member<V> {
    /// A read that must see everything that was written before.
    pub(super) fn ask_to_read(
        &mut self,
        client: (Address, u32),
        request: Arc<Request<V>>,
        out: &mut Out<V>,
    ) {
        let number = self.next_number;
        self.next_number += 1;
        let read = Read { client, since: out.now(), request, cause: out.current(), index: None };
        self.reads.insert(number, read);
    }

    /// Asks the leader how far a read must see: once for all reads that wait, and again when no
    /// answer has come. Models linearizableReadLoop and its readIndexRetryTime.
    pub(super) fn ask_leader(&mut self, now: Time) {
        let number = match self.asked {
            Some((number, since)) if now.since(since) >= READ_INDEX_RETRY => number,
            Some(_) => return,
            None => match self.reads.last_key_value() {
                Some((number, read)) if read.index.is_none() => *number,
                _ => return,
            },
        };
        self.asked = Some((number, now));
        self.node.read_index(number);
    }

    pub(super) fn on_read_index(&mut self, number: u64, index: u64) {
        if self.asked.is_some_and(|(asked, _)| asked == number) {
            self.asked = None;
            for (_, read) in self.reads.range_mut(..=number) {
                read.index.get_or_insert(index);
            }
        }
    }

    /// Answers reads whose index has been applied.
    pub(super) fn answer_reads(&mut self, out: &mut Out<V>) {
        let applied = self.state.applied;
        let ready = |read: &Read<V>| read.index.is_some_and(|index| index <= applied);
        if !self.reads.values().any(ready) {
            return;
        }
        let (answered, waiting): (BTreeMap<_, _>, _) =
            std::mem::take(&mut self.reads).into_iter().partition(|(_, read)| ready(read));
        self.reads = waiting;
        for read in answered.into_values() {
            let before = out.current();
            if before != read.cause {
                out.resume(read.cause);
            }
            self.answer(read.client, &read.request, out);
            out.resume(before);
        }
    }

    /// Answers a request that only looks.
    pub(super) fn answer(
        &mut self,
        client: (Address, u32),
        request: &Request<V>,
        out: &mut Out<V>,
    ) {
        let result = match request {
            Request::Range { .. } | Request::Txn(_) if self.state.is_raised(AlarmKind::Corrupt) => {
                Err(Error::Corrupt)
            }
            Request::Range { range, revision, limit, .. } => {
                let found = self.state.store.range(range, *revision, *limit);
                found.map(Reply::Ranged).map_err(Error::Range)
            }
            Request::Txn(txn) => {
                // It reads only, so that the copy it is done on stays equal.
                let done = self.state.store.clone().apply(txn);
                done.map(|(result, _)| Reply::Txn(result)).map_err(Error::Txn)
            }
            Request::Alarms => Ok(Reply::Alarms(self.state.alarms.iter().copied().collect())),
            _ => Ok(self.state.members(None)),
        };
        self.respond(client, result, out);
    }

    /// Refuses reads that have waited too long.
    pub(super) fn time_out_reads(&mut self, out: &mut Out<V>) {
        let (now, limit) = (out.now(), self.settings.request_timeout());
        let is_late = |read: &Read<V>| now.since(read.since) > limit;
        if !self.reads.values().next().is_some_and(is_late) {
            return;
        }
        let (late, kept): (BTreeMap<_, _>, _) =
            std::mem::take(&mut self.reads).into_iter().partition(|(_, read)| is_late(read));
        self.reads = kept;
        self.forget_question();
        for read in late.into_values() {
            self.respond(read.client, Err(Error::Timeout), out);
        }
    }

    /// Reads that asked a leader who leads no longer are refused; clients ask again.
    pub(super) fn fail_reads(&mut self, out: &mut Out<V>) {
        let (failed, kept): (BTreeMap<_, _>, _) =
            std::mem::take(&mut self.reads).into_iter().partition(|(_, read)| read.index.is_none());
        self.reads = kept;
        self.forget_question();
        for read in failed.into_values() {
            self.respond(read.client, Err(Error::LeaderChanged), out);
        }
    }

    /// No read waits for the leader's answer any longer, unless one still does.
    fn forget_question(&mut self) {
        if !self.reads.values().any(|read| read.index.is_none()) {
            self.asked = None;
        }
    }
}
