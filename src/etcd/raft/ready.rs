//! What a node wants done: stored, applied, sent.
//!
//! Models etcd-io/raft `node.go` Ready and `rawnode.go` newStorageAppendMsg, newStorageApplyMsg.
//! Invariant: a message in here that promises something does so for what is stored before it is
//! sent.

use std::sync::Arc;

use super::entry::{Entries, EntryData};
use super::machine::{Raft, Role};
use super::message::{APPEND_THREAD, APPLY_THREAD, Message, MessageType};
use super::read_only::ReadState;
use super::storage::{HardState, Snapshot};

/// Who leads and what the node is. Need not be stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SoftState {
    /// Who leads; 0 when that is not known.
    pub lead: u64,
    /// What the node is.
    pub role: Role,
}

/// What a node wants done.
#[derive(Clone, Debug)]
pub struct Ready<D: EntryData> {
    /// Leader and role, when they have changed.
    pub soft_state: Option<SoftState>,
    /// Term, vote and commit index to be stored, when they have changed.
    pub hard_state: Option<HardState>,
    /// Answers to reads.
    pub read_states: Vec<ReadState>,
    /// Entries to be stored.
    pub entries: Entries<D>,
    /// A snapshot to be stored, and to replace the owner's machine.
    pub snapshot: Option<Arc<Snapshot<D>>>,
    /// Entries to be applied. Those of them that are not stored are in `entries`.
    pub committed_entries: Entries<D>,
    /// Messages to be sent, after hard state, entries and snapshot are stored. With asynchronous
    /// writes, to be sent at once, the storage's own among them.
    pub messages: Vec<Message<D>>,
    /// Whether storing must be durable. A commit index alone need not be: it is found out again.
    pub must_sync: bool,
}

impl<D: EntryData> Ready<D> {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.soft_state.is_none()
            && self.hard_state.is_none()
            && self.read_states.is_empty()
            && self.entries.is_empty()
            && self.snapshot.is_none()
            && self.committed_entries.is_empty()
            && self.messages.is_empty()
    }
}

impl<D: EntryData> Raft<D> {
    /// Whether storage must be asked for something, or answers wait for what it is doing.
    pub(super) fn needs_storage_append(&self, ready: &Ready<D>) -> bool {
        !ready.entries.is_empty()
            || ready.hard_state.is_some()
            || ready.snapshot.is_some()
            || !self.msgs_after_append.is_empty()
    }

    /// Whether the node must hear when all it has handed out is stored.
    pub(super) fn needs_storage_append_response(&self, ready: &Ready<D>) -> bool {
        !self.log.unstable.is_empty() || ready.snapshot.is_some()
    }

    /// What storage is asked to store, and to deliver afterwards. The node's own acknowledgements
    /// come before the news that entries are stored: they are dealt with faster while the entries
    /// are still in memory.
    pub(super) fn storage_append(&mut self, ready: &Ready<D>) -> Message<D> {
        let mut responses = std::mem::take(&mut self.msgs_after_append);
        if self.needs_storage_append_response(ready) {
            responses.push(self.storage_append_response(ready));
        }
        let state = ready.hard_state.unwrap_or_default();
        Message {
            from: self.config.id,
            to: APPEND_THREAD,
            term: state.term,
            vote: state.vote,
            commit: state.commit,
            entries: ready.entries.clone(),
            snapshot: ready.snapshot.clone(),
            responses,
            ..Message::new(MessageType::MsgStorageAppend)
        }
    }

    /// The news that all handed out so far is stored.
    ///
    /// It names the last entry of the log, and the term in which this is said, even when there are
    /// no new entries. If the term has changed when it arrives, a write under way may put other
    /// entries in the place of these, and it is ignored. A new term is a new hard state to store,
    /// so that there is always another such message that is not.
    pub(super) fn storage_append_response(&self, ready: &Ready<D>) -> Message<D> {
        let mut message = Message {
            from: APPEND_THREAD,
            to: self.config.id,
            term: self.term,
            snapshot: ready.snapshot.clone(),
            ..Message::new(MessageType::MsgStorageAppendResp)
        };
        if !self.log.unstable.is_empty() {
            let last = self.log.last_id();
            message.index = last.index;
            message.log_term = last.term;
        }
        message
    }

    /// What is asked to be applied.
    pub(super) fn storage_apply(&self, entries: &Entries<D>) -> Message<D> {
        Message {
            from: self.config.id,
            to: APPLY_THREAD,
            entries: entries.clone(),
            responses: vec![self.storage_apply_response(entries)],
            ..Message::new(MessageType::MsgStorageApply)
        }
    }

    /// The news that entries were applied. It belongs to no term.
    pub(super) fn storage_apply_response(&self, entries: &Entries<D>) -> Message<D> {
        Message {
            from: APPLY_THREAD,
            to: self.config.id,
            entries: entries.clone(),
            ..Message::new(MessageType::MsgStorageApplyResp)
        }
    }
}
