//! The cycle of the core: messages and ticks in; persist, send and commit out.
//!
//! Models etcd's server/etcdserver/raft.go start. Invariant: what a message promises is on the disk
//! before it is sent.

use std::sync::Arc;

use super::{CAUSES_MAX, Member, Message, Out, Peer, Timer};
use crate::etcd::command::Proposal;
use crate::etcd::mvcc::StoredValue;
use crate::etcd::raft::{Entry, EntryId, Message as RaftMessage, MessageType, Payload};
use crate::etcd::raft::{Ready, Role, Snapshot};
use crate::etcd::record::Record;
use crate::sim::{RecordId, Time};

impl<V: StoredValue> Member<V> {
    pub(super) fn on_peer(&mut self, peer: Peer<V>, out: &mut Out<V>) {
        let from = peer.message.from;
        // Somebody may still look here for a member that was here before. Models the header
        // X-Raft-To of rafthttp.
        if peer.cluster != self.cluster || peer.message.to != self.node.id() {
            return;
        }
        if self.state.membership.is_removed(from) {
            return self.dismiss(from, out);
        }
        self.hear(from, out.now());
        if let Some(sender) = peer.sender.filter(|_| self.address_of(from).is_none()) {
            self.remotes.insert(from, sender);
        }
        for (entry, cause) in peer.message.entries.iter().zip(&peer.causes) {
            self.remember_cause((entry.term, entry.index), *cause);
        }
        let proposed = (peer.message.kind == MessageType::MsgProp).then_some(peer.causes);
        let before = self.node.last_index();
        // A refusal concerns proposals only: those time out where they were made.
        let _ = self.node.step(peer.message);
        if let Some(causes) = proposed {
            for (index, cause) in (before + 1..=self.node.last_index()).zip(causes) {
                self.remember_cause((self.node.term(), index), cause);
            }
        }
    }

    /// Sees to it that the next tick is at `at`.
    pub(super) fn tick_at(&mut self, at: Time, out: &mut Out<V>) {
        self.next_tick = at;
        out.timer_at(at, Timer::Tick);
    }

    pub(super) fn on_tick(&mut self, out: &mut Out<V>) {
        let now = out.now();
        if now < self.next_tick {
            // The ticker has been set anew since.
            return;
        }
        self.node.tick();
        self.tick_at(now + self.settings.heartbeat, out);
        self.time_out(out);
        self.finish_move(out);
        self.publish(out);
        let (silence, revision) = (self.settings.progress_interval, self.state.store.revision());
        let notices = self.watches.progress(now, silence, revision);
        self.notify(notices, out);
        if self.node.role() == Role::Leader {
            self.expire_leases(out);
            self.check_others(out);
        }
    }

    /// Does what the core wants done, until the disk is busy or there is nothing more.
    pub(super) fn poll(&mut self, out: &mut Out<V>) {
        self.propose_held();
        self.pass_on(out);
        self.ask_leader(out.now());
        while self.writing.is_none() && self.node.has_ready() {
            let mut ready = self.node.ready();
            self.tell(out);
            for read in std::mem::take(&mut ready.read_states) {
                self.on_read_index(read.request, read.index);
            }
            if self.node.role() == Role::Leader {
                // A leader writes to its disk while its followers write to theirs.
                self.send(std::mem::take(&mut ready.messages), out);
            }
            if ready.must_sync {
                let costs = &self.settings.costs;
                let fsync = costs.fsync + self.rng.up_to(costs.fsync_jitter);
                out.timer(fsync + self.hardware.sync_more, Timer::Persisted);
                self.writing = Some(ready);
            } else {
                self.finish(ready, out);
            }
        }
        self.apply_more(out);
        self.answer_reads(out);
    }

    pub(super) fn on_persisted(&mut self, out: &mut Out<V>) {
        if let Some(ready) = self.writing.take() {
            self.finish(ready, out);
        }
    }

    /// What comes after the disk has answered.
    fn finish(&mut self, ready: Ready<Proposal<V>>, out: &mut Out<V>) {
        self.store(&ready);
        if let Some(snapshot) = ready.snapshot {
            self.restore(&snapshot, out);
        }
        self.send(ready.messages, out);
        self.committed.extend(ready.committed_entries.iter().cloned());
        self.node.advance();
    }

    /// Puts what there is to store onto the disk.
    pub(super) fn store(&mut self, ready: &Ready<Proposal<V>>) {
        let storage = self.node.storage_mut();
        if let Some(snapshot) = &ready.snapshot {
            // An older one than is stored was overtaken; then there is nothing to do.
            let _ = storage.apply_snapshot(snapshot.clone());
        }
        storage.append(&ready.entries);
        if let Some(state) = ready.hard_state {
            storage.set_hard_state(state);
        }
    }

    fn send(&mut self, messages: Vec<RaftMessage<Proposal<V>>>, out: &mut Out<V>) {
        for mut message in messages {
            let Some(to) = self.address_of(message.to) else {
                self.node.report_unreachable(message.to);
                continue;
            };
            if message.kind == MessageType::MsgSnap {
                // A snapshot shares what it holds, so that sending it takes no time and succeeds; a
                // follower that it does not reach is found out when it is next probed.
                self.node.report_snapshot(message.to, true);
                self.freshen(&mut message);
            }
            let causes = message.entries.iter().map(|entry| self.cause_of(entry)).collect();
            let sender = self.address_of(self.node.id());
            let peer = Peer { message, causes, cluster: self.cluster, sender };
            out.send(to, Message::Peer(Box::new(peer)));
        }
    }

    /// Sends what has been applied by now in place of the snapshot that is stored, which may be
    /// from before the receiver was a member. Models createMergedSnapshotMessage.
    fn freshen(&self, message: &mut RaftMessage<Proposal<V>>) {
        let index = self.state.applied;
        let stored = message.snapshot.as_ref().map_or(0, |snapshot| snapshot.last.index);
        if let Some(term) = self.node.term_at(index).filter(|_| index > stored) {
            let (last, conf_state) = (EntryId { term, index }, self.node.conf_state());
            let data = self.state.clone();
            message.snapshot = Some(Arc::new(Snapshot { last, conf_state, data }));
        }
    }

    fn cause_of(&self, entry: &Entry<Proposal<V>>) -> RecordId {
        if entry.index != 0 {
            return self.cause((entry.term, entry.index)).unwrap_or_default();
        }
        // A proposal on its way to the leader has no place in the log yet.
        let proposal = match &entry.payload {
            Payload::Data(proposal) => proposal,
            Payload::ConfChange(change) => match &change.context {
                Some(proposal) => proposal,
                None => return RecordId::NONE,
            },
            _ => return RecordId::NONE,
        };
        self.pending.get(&proposal.number()).map_or(RecordId::NONE, |waiting| waiting.cause)
    }

    pub(super) fn remember_cause(&mut self, id: (u64, u64), cause: RecordId) {
        if id.1 != 0 && cause != RecordId::NONE {
            self.causes.insert(id, cause);
            if self.causes.len() > CAUSES_MAX {
                self.causes.pop_first();
            }
        }
    }

    /// Tells of what the core has said and become.
    fn tell(&mut self, out: &mut Out<V>) {
        for line in self.node.drain_lines() {
            out.record(Record::Said(Arc::new(line)));
        }
        let role = (self.node.role(), self.node.term(), self.node.leader());
        if role == self.role {
            return;
        }
        let (now, was) = (role, std::mem::replace(&mut self.role, role));
        let (role, term, leader) = now;
        let known = self.state.membership.get(leader);
        let leader_name = known.map(|leader| leader.name.clone()).unwrap_or_default();
        out.record(Record::Role { member: self.node.id(), role, term, leader, leader_name });
        if now.2 != was.2 && was.2 != 0 {
            self.fail_reads(out);
        }
        if now.2 != was.2 && now.2 != 0 {
            self.leading.elected = out.now();
            self.finish_move(out);
        }
        if role == Role::Leader && was.0 != Role::Leader {
            self.begin_to_lead(out.now());
        }
    }
}
