//! A node as its owner handles it.
//!
//! Models etcd-io/raft `rawnode.go` RawNode and `bootstrap.go`. Invariant: a node does nothing of
//! its own accord; it changes only in these methods, and what it wants done is in its `Ready`.

use std::collections::vec_deque;
use std::sync::Arc;

use super::confchange::{
    ChangeError, ConfChange, ConfChangeSingle, ConfChangeType, ConfChangeV2, ConfState,
};
use super::config::{Config, ConfigError};
use super::entry::{Entries, Entry, EntryData, Payload, encoded_len};
use super::log::SnapshotSource;
use super::log_line::{Level, Line};
use super::machine::{Raft, Role, StepError};
use super::message::{Context, Message, MessageType, NONE, is_storage};
use super::ready::{Ready, SoftState};
use super::storage::{HardState, Snapshot, Storage};
use crate::sim::Rng;

/// A member of a cluster, with what it has stored. Cloning it is cheap and gives a node that goes
/// on the same.
#[derive(Clone, Debug)]
pub struct RawNode<D: EntryData> {
    pub(super) raft: Raft<D>,
    /// What was in the last `Ready`.
    soft_state: SoftState,
    hard_state: HardState,
    /// What the node is told when its owner calls [`RawNode::advance`].
    steps_on_advance: Vec<Message<D>>,
}

impl<D: EntryData> RawNode<D> {
    /// A node that starts, or starts again, from what is stored.
    pub fn new(config: Config, storage: Storage<D>, rng: Rng) -> Result<Self, ConfigError> {
        let raft = Raft::new(config, storage, rng)?;
        Ok(Self {
            soft_state: raft.soft_state(),
            hard_state: raft.hard_state(),
            steps_on_advance: Vec::new(),
            raft,
        })
    }

    /// Founds a cluster: every founder starts with the same log, in which each of `peers` is added
    /// in turn, with what the owner attaches. Only for a node with nothing stored.
    pub fn bootstrap(&mut self, peers: Vec<(u64, Option<D>)>) -> Result<(), ChangeError> {
        let raft = &mut self.raft;
        assert_eq!(raft.log.last_index(), 0, "can't bootstrap a nonempty Storage");
        self.hard_state = HardState::default();
        raft.become_follower(1, NONE);
        let count = peers.len() as u64;
        let entries: Entries<D> = (1..)
            .zip(peers)
            .map(|(index, (node_id, context))| {
                let kind = ConfChangeType::AddNode;
                let change =
                    ConfChange { change: ConfChangeSingle { kind, node_id }, context, id: 0 };
                Entry { term: 1, index, payload: Payload::ConfChange(Arc::new(change)) }
            })
            .collect();
        raft.log.append(&entries, &mut raft.lines);
        raft.log.committed = count;
        // They are in force at once, so that the node can stand for election before it has
        // applied them. Applying them again changes nothing.
        for change in entries.iter().filter_map(|entry| entry.payload.conf_change()) {
            self.apply_conf_change(&change)?;
        }
        Ok(())
    }

    /// Lets one tick pass.
    pub fn tick(&mut self) {
        if self.raft.halted.is_some() {
            return;
        }
        match self.raft.role {
            Role::Leader => self.raft.tick_heartbeat(),
            _ => self.raft.tick_election(),
        }
    }

    /// Makes the node stand for election, as if its election timeout had passed.
    pub fn campaign(&mut self) -> Result<(), StepError> {
        self.raft.step(Message::new(MessageType::MsgHup))
    }

    /// Asks for an entry to be appended. A follower passes this on to its leader.
    pub fn propose(&mut self, data: D) -> Result<(), StepError> {
        self.raft.step(Message {
            from: self.raft.config.id,
            entries: Entry::proposed(Payload::Data(data)).into(),
            ..Message::new(MessageType::MsgProp)
        })
    }

    /// Asks for a change of one member, in the older form.
    pub fn propose_conf_change(&mut self, change: ConfChange<D>) -> Result<(), StepError> {
        self.propose_payload(Payload::ConfChange(Arc::new(change)))
    }

    /// Asks for a change of any number of members.
    pub fn propose_conf_change_v2(&mut self, change: ConfChangeV2<D>) -> Result<(), StepError> {
        self.propose_payload(Payload::ConfChangeV2(Some(Arc::new(change))))
    }

    fn propose_payload(&mut self, payload: Payload<D>) -> Result<(), StepError> {
        self.raft.step(Message {
            entries: Entry::proposed(payload).into(),
            ..Message::new(MessageType::MsgProp)
        })
    }

    /// Puts a change of configuration in force, and gives that configuration. To be called for
    /// every such entry that is applied, unless the owner rejects it. While a snapshot is pending,
    /// what is applied is older than its configuration, and changes nothing.
    pub fn apply_conf_change(
        &mut self,
        change: &ConfChangeV2<D>,
    ) -> Result<ConfState, ChangeError> {
        self.raft.apply_conf_change(change)
    }

    /// Takes in a message from another node, or from the node's own storage.
    pub fn step(&mut self, message: Message<D>) -> Result<(), StepError> {
        if !is_storage(message.from) {
            if message.kind.is_local() {
                return Err(StepError::LocalMessage);
            }
            let is_member = self.raft.tracker.progress.contains_key(&message.from);
            if message.kind.is_response() && !is_member {
                return Err(StepError::PeerNotFound);
            }
        }
        self.raft.step(message)
    }

    /// Asks from which commit index on a read may be answered; `request` tells the answers apart,
    /// which come in [`Ready::read_states`]. There may be none: then nobody leads.
    pub fn read_index(&mut self, request: u64) {
        self.step_quietly(Message {
            context: Context::Read(request),
            ..Message::new(MessageType::MsgReadIndex)
        });
    }

    /// Hands leadership over to `to`. A follower passes this on to its leader.
    pub fn transfer_leader(&mut self, to: u64) {
        self.step_quietly(Message { from: to, ..Message::new(MessageType::MsgTransferLeader) });
    }

    /// Makes a follower forget its leader, so that it is free to vote: for when something else
    /// than silence shows that the leader is gone.
    pub fn forget_leader(&mut self) {
        self.step_quietly(Message::new(MessageType::MsgForgetLeader));
    }

    /// Reports that the last message to `id` could not be sent.
    pub fn report_unreachable(&mut self, id: u64) {
        self.step_quietly(Message { from: id, ..Message::new(MessageType::MsgUnreachable) });
    }

    /// Reports what became of the snapshot sent to `id`.
    pub fn report_snapshot(&mut self, id: u64, succeeded: bool) {
        self.step_quietly(Message {
            from: id,
            reject: !succeeded,
            ..Message::new(MessageType::MsgSnapStatus)
        });
    }

    /// Only proposals are refused, and a node that has halted says so elsewhere.
    fn step_quietly(&mut self, message: Message<D>) {
        let _ = self.raft.step(message);
    }

    /// Whether there is anything to do.
    pub fn has_ready(&self) -> bool {
        let raft = &self.raft;
        if raft.halted.is_some() {
            return false;
        }
        !raft.msgs.is_empty()
            || !raft.msgs_after_append.is_empty()
            || raft.log.unstable.has_next_entries()
            || raft.log.has_next_committed_entries(self.applies_unstable())
            || raft.hard_state() != self.hard_state
            || raft.soft_state() != self.soft_state
            || raft.log.unstable.next_snapshot().is_some()
            || !raft.read_states.is_empty()
    }

    /// What there is to do. It must all be done, and then [`RawNode::advance`] called, before
    /// this is called again; with asynchronous writes, storage answers instead.
    pub fn ready(&mut self) -> Ready<D> {
        assert!(
            self.steps_on_advance.is_empty(),
            "two accepted Ready structs without call to Advance"
        );
        let allow_unstable = self.applies_unstable();
        let raft = &mut self.raft;
        let (soft_state, hard_state) = (raft.soft_state(), raft.hard_state());
        let entries = raft.log.next_unstable_entries();
        let before = self.hard_state;
        let mut ready = Ready {
            soft_state: (soft_state != self.soft_state).then_some(soft_state),
            hard_state: (hard_state != before).then_some(hard_state),
            read_states: std::mem::take(&mut raft.read_states),
            snapshot: raft.log.unstable.next_snapshot().cloned(),
            committed_entries: raft.log.next_committed_entries(allow_unstable),
            messages: std::mem::take(&mut raft.msgs),
            must_sync: !entries.is_empty()
                || hard_state.vote != before.vote
                || hard_state.term != before.term,
            entries,
        };
        (self.soft_state, self.hard_state) = (soft_state, hard_state);
        if raft.config.async_storage_writes {
            self.ask_storage(&mut ready);
        } else {
            self.ask_owner(&mut ready);
        }
        let raft = &mut self.raft;
        raft.log.unstable.accept_in_progress();
        if let Some(last) = ready.committed_entries.last() {
            let size = encoded_len(&ready.committed_entries);
            raft.log.accept_applying(last.index, size, allow_unstable);
        }
        ready
    }

    /// Adds what storage is to do to the messages.
    fn ask_storage(&mut self, ready: &mut Ready<D>) {
        if self.raft.needs_storage_append(ready) {
            let append = self.raft.storage_append(ready);
            ready.messages.push(append);
        }
        if !ready.committed_entries.is_empty() {
            let apply = self.raft.storage_apply(&ready.committed_entries);
            ready.messages.push(apply);
        }
    }

    /// Adds what may be sent once the owner has stored everything to the messages, and remembers
    /// what the node is to be told when the owner has done it all.
    fn ask_owner(&mut self, ready: &mut Ready<D>) {
        let raft = &mut self.raft;
        let own = raft.config.id;
        for message in raft.msgs_after_append.drain(..) {
            if message.to == own {
                self.steps_on_advance.push(message);
            } else {
                ready.messages.push(message);
            }
        }
        if raft.needs_storage_append_response(ready) {
            self.steps_on_advance.push(raft.storage_append_response(ready));
        }
        if !ready.committed_entries.is_empty() {
            let applied = raft.storage_apply_response(&ready.committed_entries);
            self.steps_on_advance.push(applied);
        }
    }

    /// What is committed may be applied before it is stored here, if storing comes first anyway.
    const fn applies_unstable(&self) -> bool {
        !self.raft.config.async_storage_writes
    }

    /// Says that everything in the last [`Ready`] is done.
    pub fn advance(&mut self) {
        assert!(
            !self.raft.config.async_storage_writes,
            "Advance must not be called when using AsyncStorageWrites"
        );
        let mut steps = std::mem::take(&mut self.steps_on_advance);
        for message in steps.drain(..) {
            self.step_quietly(message);
        }
        self.steps_on_advance = steps;
    }

    /// What is stored. All that survives a stop: a node starts again from this.
    pub const fn storage(&self) -> &Storage<D> {
        &self.raft.log.storage
    }

    /// What is stored, for the owner to store what a [`Ready`] asks for.
    pub const fn storage_mut(&mut self) -> &mut Storage<D> {
        &mut self.raft.log.storage
    }

    /// Stops the node, and leaves what is stored.
    pub fn into_storage(self) -> Storage<D> {
        self.raft.log.storage
    }

    /// Sets what is sent to a follower that lacks the beginning of the log: by default the stored
    /// snapshot, else a newer one the owner has at hand, or nothing while it is making one.
    pub fn set_snapshot_source(&mut self, source: SnapshotSource<D>) {
        self.raft.log.snapshot_source = source;
    }

    /// The snapshot that would be sent now.
    pub fn snapshot(&self) -> Option<Arc<Snapshot<D>>> {
        self.raft.log.snapshot().ok()
    }

    /// Sets in how many ticks without a leader the node stands for election. It draws a number of
    /// its own again when its role or term changes.
    pub fn set_randomized_election_timeout(&mut self, ticks: u64) {
        self.raft.randomized_election_timeout = ticks.max(1);
    }

    /// Lets a node that does not lead wait for its leader anew, for so many ticks.
    pub fn restart_election_timer(&mut self, ticks: u64) {
        self.raft.election_elapsed = 0;
        self.set_randomized_election_timeout(ticks);
    }

    /// Goes on with the timeouts, checks and limits of `config`. What has been waited counts, in
    /// ticks.
    pub fn tune(&mut self, config: &Config) {
        let raft = &mut self.raft;
        raft.config.election_tick = config.election_tick;
        raft.config.election_spread = config.election_spread;
        raft.config.check_quorum = config.check_quorum;
        raft.config.pre_vote = config.pre_vote;
        raft.config.size_per_msg_max = config.size_per_msg_max;
        raft.draw_election_timeout();
    }

    /// Sets how much the node says.
    pub fn set_log_level(&mut self, level: Level) {
        self.raft.lines.set_level(level);
    }

    /// Takes what the node has said.
    pub fn drain_lines(&mut self) -> vec_deque::Drain<'_, Line> {
        self.raft.lines.drain()
    }
}
