//! Requests of clients: what is proposed, what is read, and what takes too long.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Member, Message, Out, Read, Waiting};
use crate::etcd::command::{Command, Proposal};
use crate::etcd::mvcc::{KeyRange, StoredValue};
use crate::etcd::rpc::{Error, Reply, Request, Response};
use crate::etcd::watch::Notice;
use crate::sim::{Address, Duration, Time};

/// How long to wait for the leader's answer before it is asked again.
const READ_INDEX_RETRY: Duration = Duration::from_millis(500);

impl<V: StoredValue> Member<V> {
    pub(super) fn on_request(
        &mut self,
        client: (Address, u32),
        request: Arc<Request<V>>,
        out: &mut Out<V>,
    ) {
        let command = match &*request {
            Request::Range { serializable: false, .. } => {
                return self.ask_to_read(client, request, out);
            }
            Request::Range { .. } | Request::Status => return self.answer(client, &request, out),
            Request::Txn(txn) if !txn.is_write() => return self.ask_to_read(client, request, out),
            Request::Txn(txn) => match txn.check() {
                Ok(()) => Command::Txn(txn.clone()),
                Err(error) => return self.respond(client, Err(Error::Txn(error)), out),
            },
            Request::Compact { revision } => Command::Compact(*revision),
            Request::LeaseGrant { ttl_secs } => {
                let id = (self.rng.next_u64() >> 1) as i64;
                Command::LeaseGrant { id, ttl_secs: *ttl_secs }
            }
            Request::LeaseRevoke { id } => Command::LeaseRevoke { id: *id },
            Request::Watch { range, from } => return self.watch(client, range.clone(), *from, out),
        };
        self.propose(Some(client), command, out);
    }

    /// The connection to a client broke, or the one to another member.
    pub(super) fn on_disconnected(&mut self, other: Address) {
        self.watches.disconnected(other);
        if let Some(at) = self.peers.iter().position(|peer| *peer == other) {
            self.node.report_unreachable(at as u64 + 1);
        }
    }

    pub(super) fn propose(
        &mut self,
        client: Option<(Address, u32)>,
        command: Command<V>,
        out: &mut Out<V>,
    ) {
        let number = self.next_number;
        self.next_number += 1;
        let cause = out.current();
        self.pending.insert(number, Waiting { client, since: out.now(), cause });
        self.held.push_back(Proposal::new(self.node.id(), number, command));
        self.propose_held();
    }

    /// Hands proposals to the core as soon as somebody leads.
    pub(super) fn propose_held(&mut self) {
        while self.node.leader() != 0 {
            let Some(proposal) = self.held.pop_front() else { return };
            let cause = self.pending.get(&proposal.number()).map(|waiting| waiting.cause);
            let before = self.node.last_index();
            if self.node.propose(proposal).is_err() {
                continue;
            }
            if self.node.last_index() > before {
                let id = (self.node.term(), self.node.last_index());
                self.remember_cause(id, cause.unwrap_or_default());
            }
        }
    }

    fn ask_to_read(&mut self, client: (Address, u32), request: Arc<Request<V>>, out: &mut Out<V>) {
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

    fn watch(&mut self, client: (Address, u32), range: KeyRange, from: u64, out: &mut Out<V>) {
        self.respond(client, Ok(Reply::Watching), out);
        let notice = self.watches.add(client, range, from, &self.state.store);
        self.notify(notice, out);
    }

    /// Refuses what has waited too long. Models etcd's ReqTimeout: 5 s and two election timeouts.
    pub(super) fn time_out(&mut self, out: &mut Out<V>) {
        let election = self.settings.heartbeat * self.settings.election_ticks as u32;
        let limit = Duration::from_secs(5) + election * 2;
        let now = out.now();
        let late = move |since: Time| now.since(since) > limit;
        let proposals = self.pending.values().next().is_some_and(|first| late(first.since));
        let reads = self.reads.values().next().is_some_and(|first| late(first.since));
        if proposals {
            let (gone, kept): (BTreeMap<_, _>, _) =
                std::mem::take(&mut self.pending).into_iter().partition(|(_, w)| late(w.since));
            self.pending = kept;
            self.held.retain(|proposal| !gone.contains_key(&proposal.number()));
            for client in gone.into_values().filter_map(|waiting| waiting.client) {
                self.respond(client, Err(Error::Timeout), out);
            }
        }
        if reads {
            let (gone, kept): (BTreeMap<_, _>, _) =
                std::mem::take(&mut self.reads).into_iter().partition(|(_, r)| late(r.since));
            self.reads = kept;
            self.forget_question();
            for read in gone.into_values() {
                self.respond(read.client, Err(Error::Timeout), out);
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
    fn answer(&mut self, client: (Address, u32), request: &Request<V>, out: &mut Out<V>) {
        let result = match request {
            Request::Range { range, revision, limit, .. } => {
                let found = self.state.store.range(range, *revision, *limit);
                found.map(Reply::Ranged).map_err(Error::Range)
            }
            Request::Txn(txn) => {
                // It reads only, so that the copy it is done on stays equal.
                let done = self.state.store.clone().apply(txn);
                done.map(|(result, _)| Reply::Txn(result)).map_err(Error::Txn)
            }
            _ => Ok(Reply::Status { leader: self.node.leader(), term: self.node.term() }),
        };
        self.respond(client, result, out);
    }

    pub(super) fn respond(
        &self,
        (client, number): (Address, u32),
        result: Result<Reply<V>, Error>,
        out: &mut Out<V>,
    ) {
        let response = Response { revision: self.state.store.revision(), result };
        let message = Message::Response(number, Box::new(response));
        out.send_after(self.settings.costs.request, client, message);
    }

    pub(super) fn notify(&self, notices: impl IntoIterator<Item = Notice<V>>, out: &mut Out<V>) {
        for notice in notices {
            let events = notice.events.map_err(Error::Range);
            out.send_after(
                self.settings.costs.request,
                notice.client,
                Message::Events(notice.id, events),
            );
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
