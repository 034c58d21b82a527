//! The cycle of the core: messages and ticks in; persist, send and commit out.

use std::sync::Arc;

use super::{CAUSES_MAX, Member, Message, Out, Peer, Timer};
use crate::etcd::command::Proposal;
use crate::etcd::mvcc::StoredValue;
use crate::etcd::raft::{Entry, Message as RaftMessage, MessageType, Payload, Ready, Role};
use crate::etcd::record::Record;
use crate::sim::RecordId;

impl<V: StoredValue> Member<V> {
    pub(super) fn on_peer(&mut self, peer: Peer<V>) {
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

    pub(super) fn on_tick(&mut self, out: &mut Out<V>) {
        self.node.tick();
        out.timer(self.settings.heartbeat, Timer::Tick);
        self.time_out(out);
        if self.node.role() == Role::Leader {
            self.expire_leases(out);
        }
    }

    /// Does what the core wants done, until the disk is busy or there is nothing more.
    pub(super) fn poll(&mut self, out: &mut Out<V>) {
        self.propose_held();
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
                out.timer(fsync, Timer::Persisted);
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
        let storage = self.node.storage_mut();
        if let Some(snapshot) = ready.snapshot.clone() {
            // An older one than is stored was overtaken; then there is nothing to do.
            let _ = storage.apply_snapshot(snapshot);
        }
        storage.append(&ready.entries);
        if let Some(state) = ready.hard_state {
            storage.set_hard_state(state);
        }
        if let Some(snapshot) = ready.snapshot {
            self.restore(&snapshot, out);
        }
        self.send(ready.messages, out);
        self.committed.extend(ready.committed_entries.iter().cloned());
        self.node.advance();
    }

    fn send(&mut self, messages: Vec<RaftMessage<Proposal<V>>>, out: &mut Out<V>) {
        for message in messages {
            let Some(&to) = self.peers.get((message.to as usize).wrapping_sub(1)) else { continue };
            if message.kind == MessageType::MsgSnap {
                // A snapshot shares what it holds, so that sending it takes no time and succeeds; a
                // follower that it does not reach is found out when it is next probed.
                self.node.report_snapshot(message.to, true);
            }
            let causes = message.entries.iter().map(|entry| self.cause_of(entry)).collect();
            out.send(to, Message::Peer(Box::new(Peer { message, causes })));
        }
    }

    fn cause_of(&self, entry: &Entry<Proposal<V>>) -> RecordId {
        if entry.index != 0 {
            return self.cause((entry.term, entry.index)).unwrap_or_default();
        }
        // A proposal on its way to the leader has no place in the log yet.
        let Payload::Data(proposal) = &entry.payload else { return RecordId::NONE };
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
        out.record(Record::Role { member: self.node.id(), role, term, leader });
        if now.2 != was.2 && was.2 != 0 {
            self.fail_reads(out);
        }
        if role == Role::Leader && was.0 != Role::Leader {
            // Nobody knows how old leases are: their lives begin anew.
            self.expiries = self.state.lessor.expiries(out.now()).collect();
        }
    }
}
