//! Requests of clients: what is refused, proposed, read, watched, and what takes too long.
//!
//! Models etcd's server/etcdserver/v3_server.go and api/v3rpc. Invariant: every request is answered
//! once, at the latest when its time is over.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Member, Message, Out, Waiting};
use crate::etcd::command::{Command, Proposal};
use crate::etcd::mvcc::{KeyRange, Op, StoredValue, Txn};
use crate::etcd::raft::{ConfChange, Role};
use crate::etcd::rpc::{Error, Reply, Request, Response, WatchOptions};
use crate::etcd::watch::Notice;
use crate::sim::{Address, Duration, Time};

/// How many entries may be committed and not applied. Models maxGapBetweenApplyAndCommitIndex.
const UNAPPLIED_MAX: u64 = 5000;

impl<V: StoredValue> Member<V> {
    pub(super) fn on_request(
        &mut self,
        client: (Address, u32),
        request: Arc<Request<V>>,
        out: &mut Out<V>,
    ) {
        if let Err(error) = self.check_request(&request, out) {
            return self.respond(client, Err(error), out);
        }
        let command = match &*request {
            Request::Range { serializable: false, .. }
            | Request::Members { linearizable: true }
            | Request::Alarms => return self.ask_to_read(client, request, out),
            Request::Txn(txn) if !txn.is_write() => return self.ask_to_read(client, request, out),
            Request::Range { .. } => return self.answer(client, &request, out),
            Request::Txn(txn) => Command::Txn(txn.clone()),
            Request::Compact { revision } => Command::Compact(*revision),
            Request::LeaseGrant { ttl_secs } => {
                let id = (self.rng.next_u64() >> 1) as i64;
                Command::LeaseGrant { id, ttl_secs: *ttl_secs }
            }
            Request::LeaseRevoke { id } => Command::LeaseRevoke { id: *id },
            Request::Disarm(alarms) => Command::Disarm(alarms.clone()),
            Request::Watch { range, from, options } => {
                return self.watch(client, (range.clone(), *options), *from, out);
            }
            Request::WatchProgress { watch } => {
                let (now, revision) = (out.now(), self.state.store.revision());
                let notice = self.watches.progress_of(now, client.0, *watch, revision);
                return self.notify(notice, out);
            }
            Request::MoveLeader { to } => return self.move_leader(client, *to, out),
            Request::LeaseKeepAlive { .. }
            | Request::LeaseTimeToLive { .. }
            | Request::MemberAdd { .. }
            | Request::MemberPromote { .. }
            | Request::MemberRemove { .. }
            | Request::MemberUpdate { .. } => return self.ask_to_lead(client, request, out),
            Request::Status
            | Request::HashKv { .. }
            | Request::Leases
            | Request::Defragment
            | Request::Snapshot
            | Request::Members { .. } => return self.maintain(client, &request, out),
        };
        self.propose(Some(client), command, out);
    }

    /// Refuses what need not be tried.
    fn check_request(&mut self, request: &Request<V>, out: &mut Out<V>) -> Result<(), Error> {
        let is_for_learners =
            matches!(request, Request::Status | Request::Range { serializable: true, .. });
        if self.is_learner() && !is_for_learners {
            return Err(Error::LearnerUnsupported);
        }
        match request {
            Request::Range { range, .. } if is_keyless(range) => Err(Error::EmptyKey),
            Request::Txn(txn) => self.check_txn(txn, out),
            Request::LeaseGrant { .. } => self.check_quota(0, out),
            _ => Ok(()),
        }
    }

    fn check_txn(&mut self, txn: &Txn<V>, out: &mut Out<V>) -> Result<(), Error> {
        let keyless = |op: &Op<V>| match op {
            Op::Range { range, .. } | Op::Delete { range } => is_keyless(range),
            _ => op.is_keyless(),
        };
        if txn.success.iter().chain(&txn.failure).any(keyless) {
            return Err(Error::EmptyKey);
        }
        txn.check().map_err(Error::Txn)?;
        let bytes = txn.encoded_len() as u64;
        if bytes > self.settings.request_bytes_max {
            return Err(Error::RequestTooLarge);
        }
        if txn.adds() {
            self.check_quota(bytes, out)?;
        }
        match self.node.commit_index() > self.state.applied + UNAPPLIED_MAX {
            true => Err(Error::TooManyRequests),
            false => Ok(()),
        }
    }

    /// The connection to a client broke, or the one to another member.
    pub(super) fn on_disconnected(&mut self, other: Address) {
        self.watches.disconnected(other);
        if let Some(id) = self.member_at(other) {
            self.node.report_unreachable(id);
        }
    }

    /// A client hears no more. What it proposed and nobody has taken yet is not proposed any more.
    pub(super) fn on_cancel(&mut self, client: (Address, u32)) {
        self.watches.remove(client.0, client.1);
        let mut pending = self.pending.iter();
        let proposed = pending.find(|(_, waiting)| waiting.client == Some(client));
        if let Some(number) = proposed.map(|(number, _)| *number) {
            self.pending.remove(&number);
            self.held.retain(|proposal| proposal.number() != number);
        }
    }

    /// Proposes a command, and gives its number.
    pub(super) fn propose(
        &mut self,
        client: Option<(Address, u32)>,
        command: Command<V>,
        out: &mut Out<V>,
    ) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        let cause = out.current();
        self.pending.insert(number, Waiting { client, since: out.now(), cause });
        self.held.push_back(Proposal::new(self.node.id(), number, command));
        self.propose_held();
        number
    }

    /// Hands proposals to the core as soon as somebody leads.
    pub(super) fn propose_held(&mut self) {
        while self.node.leader() != 0 {
            let Some(proposal) = self.held.pop_front() else { return };
            let cause = self.pending.get(&proposal.number()).map(|waiting| waiting.cause);
            let before = self.node.last_index();
            let proposed = match proposal.command() {
                Command::Member(change) => {
                    let (change, id) = (change.raft(), proposal.number());
                    let context = Some(proposal);
                    self.node.propose_conf_change(ConfChange { change, context, id })
                }
                _ => self.node.propose(proposal),
            };
            if proposed.is_ok() && self.node.last_index() > before {
                let id = (self.node.term(), self.node.last_index());
                self.remember_cause(id, cause.unwrap_or_default());
            }
        }
    }

    /// Whoever waits for a proposal of this member.
    pub(super) fn take_pending(&mut self, proposal: &Proposal<V>) -> Option<Waiting> {
        let is_own = proposal.member() == self.node.id();
        is_own.then(|| self.pending.remove(&proposal.number())).flatten()
    }

    fn watch(
        &mut self,
        client: (Address, u32),
        what: (KeyRange, WatchOptions),
        from: u64,
        out: &mut Out<V>,
    ) {
        self.respond(client, Ok(Reply::Watching), out);
        let notice = self.watches.add(client, what, from, (out.now(), &self.state.store));
        self.notify(notice, out);
    }

    /// Refuses what has waited too long.
    pub(super) fn time_out(&mut self, out: &mut Out<V>) {
        let (now, limit) = (out.now(), self.settings.request_timeout());
        let is_late = |waiting: &Waiting| now.since(waiting.since) > limit;
        if self.pending.values().next().is_some_and(is_late) {
            let (late, kept): (BTreeMap<_, _>, _) = std::mem::take(&mut self.pending)
                .into_iter()
                .partition(|(_, waiting)| is_late(waiting));
            self.pending = kept;
            self.held.retain(|proposal| !late.contains_key(&proposal.number()));
            for Waiting { client, since, .. } in late.into_values() {
                if let Some(client) = client {
                    self.respond(client, Err(self.why_late(since, now)), out);
                }
            }
        }
        self.time_out_reads(out);
        self.time_out_forwarded(out);
    }

    /// Why a proposal made at `since` came to nothing. Models parseProposeCtxErr.
    fn why_late(&self, since: Time, now: Time) -> Error {
        let elected = self.leading.elected;
        let lost = elected - self.settings.election_timeout() * 2;
        let waited = now.since(since);
        if lost < since && since < elected {
            return Error::TimeoutLeaderLost;
        }
        let voters = self.state.membership.voters();
        let is_connected = match self.node.leader() {
            0 => true,
            _ if self.node.role() == Role::Leader => {
                let well = voters.filter(|member| self.is_well(member.id, waited, now)).count();
                well > self.state.membership.voters().count() / 2
            }
            leader => self.is_well(leader, waited, now),
        };
        if is_connected { Error::Timeout } else { Error::TimeoutConnectionLost }
    }

    pub(super) fn respond(
        &self,
        client: (Address, u32),
        result: Result<Reply<V>, Error>,
        out: &mut Out<V>,
    ) {
        self.respond_after(Duration::ZERO, client, result, out);
    }

    /// Answers when some more work is done.
    pub(super) fn respond_after(
        &self,
        takes: Duration,
        (client, number): (Address, u32),
        result: Result<Reply<V>, Error>,
        out: &mut Out<V>,
    ) {
        let response = Response {
            cluster: self.cluster,
            member: self.node.id(),
            term: self.node.term(),
            revision: self.state.store.revision(),
            result,
        };
        let message = Message::Response(number, Box::new(response));
        out.send_after(self.settings.costs.request + takes, client, message);
    }

    pub(super) fn notify(&self, notices: impl IntoIterator<Item = Notice<V>>, out: &mut Out<V>) {
        for notice in notices {
            let message = Message::Events(notice.id, notice.events);
            out.send_after(self.settings.costs.request, notice.client, message);
        }
    }
}

/// Whether a range begins at no key. The range of all keys does, and is meant; etcd's clients write
/// it as one from the least key on.
fn is_keyless(range: &KeyRange) -> bool {
    *range == KeyRange::one("")
}
