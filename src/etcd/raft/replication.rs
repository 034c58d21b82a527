//! How a leader brings its log to its followers.
//!
//! Models etcd-io/raft `raft.go` maybeSendAppend, maybeSendSnapshot, bcastAppend, bcastHeartbeat,
//! maybeCommit and the answers to them in stepLeader. Invariant: what is sent to a follower stays
//! within its window, and a follower is never left without a message that will be answered.

use std::sync::Arc;

use super::entry::{Entries, EntryData, EntryId, payload_len};
use super::log_line::Replication;
use super::machine::Raft;
use super::message::{Message, MessageType};
use super::progress::{Progress, ProgressState};
use super::storage::StorageError;

impl<D: EntryData> Raft<D> {
    /// The progress of a member.
    pub fn progress_mut(&mut self, id: u64) -> &mut Progress {
        let progress = self.tracker.progress.get_mut(&id);
        progress.expect("every member's progress is tracked")
    }

    /// Sends everyone what they lack, or at least the commit index.
    pub fn broadcast_append(&mut self) {
        let peers = Arc::clone(&self.tracker.peers);
        for &to in peers.iter() {
            self.send_append(to);
        }
    }

    /// Sends everyone what they lack, and those who lack nothing nothing.
    pub fn broadcast_missing(&mut self) {
        let peers = Arc::clone(&self.tracker.peers);
        for &to in peers.iter() {
            self.maybe_send_append(to, false);
        }
    }

    /// Shows everyone that this node leads.
    pub fn broadcast_heartbeat(&mut self) {
        let context = self.read_only.heartbeat_context();
        let peers = Arc::clone(&self.tracker.peers);
        for &to in peers.iter() {
            // A follower that does not have all that is committed must not take the rest of its
            // log for committed.
            let committed = self.log.committed;
            let progress = self.progress_mut(to);
            let commit = progress.matched.min(committed);
            progress.sent_commit = commit;
            self.send(Message { to, commit, context, ..Message::new(MessageType::MsgHeartbeat) });
        }
    }

    /// Sends `to` what it lacks, or at least the commit index.
    pub fn send_append(&mut self, to: u64) {
        self.maybe_send_append(to, true);
    }

    /// Sends `to` what it lacks, as far as it may be sent. A message without entries, which tells
    /// no more than the commit index, only `if_empty`. Says whether a message was sent.
    fn maybe_send_append(&mut self, to: u64, if_empty: bool) -> bool {
        let progress = &self.tracker.progress[&to];
        if progress.is_paused() {
            return false;
        }
        let next = progress.next;
        let Ok(previous_term) = self.log.term(next - 1) else {
            return self.maybe_send_snapshot(to);
        };
        let is_open = progress.state != ProgressState::Replicate || !progress.inflights.is_full();
        let entries = if is_open {
            self.log.entries_from(next, self.config.size_per_msg_max)
        } else {
            // An empty message is answered too, and shows whether those before it arrived.
            Ok(Entries::new())
        };
        if !if_empty && entries.as_ref().map_or(true, |entries| entries.is_empty()) {
            return false;
        }
        let Ok(entries) = entries else {
            return self.maybe_send_snapshot(to);
        };
        let commit = self.log.committed;
        let progress = self.progress_mut(to);
        progress.on_sent_entries(entries.len() as u64, payload_len(&entries));
        progress.sent_commit = commit;
        self.send(Message {
            to,
            index: next - 1,
            log_term: previous_term,
            entries,
            commit,
            ..Message::new(MessageType::MsgApp)
        });
        true
    }

    fn maybe_send_snapshot(&mut self, to: u64) -> bool {
        let progress = &self.tracker.progress[&to];
        if !progress.recent_active {
            self.lines.say(Replication::InactiveForSnapshot { to });
            return false;
        }
        let snapshot = match self.log.snapshot() {
            Ok(snapshot) => snapshot,
            Err(StorageError::SnapshotTemporarilyUnavailable) => {
                self.lines.say(Replication::SnapshotUnavailable { to });
                return false;
            }
            Err(error) => unreachable!("a snapshot is there or not: {error}"),
        };
        assert_ne!(snapshot.last.index, 0, "need non-empty snapshot");
        self.lines.say(Replication::SentSnapshot {
            first_index: self.log.first_index(),
            commit: self.log.committed,
            snapshot: snapshot.last,
            to,
            progress: progress.view(),
        });
        let progress = self.progress_mut(to);
        progress.become_snapshot(snapshot.last.index);
        let progress = progress.view();
        self.lines.say(Replication::Paused { to, progress });
        self.send(Message { to, snapshot: Some(snapshot), ..Message::new(MessageType::MsgSnap) });
        true
    }

    /// Commits what a quorum has. Says whether that is news.
    pub fn maybe_commit(&mut self) -> bool {
        self.log.maybe_commit(EntryId { term: self.term, index: self.tracker.committed() })
    }

    /// A follower has stored entries, or refused them. Also a leader answers itself.
    pub fn on_append_response(&mut self, message: &Message<D>) {
        self.progress_mut(message.from).recent_active = true;
        if message.reject {
            self.on_append_refused(message);
        } else {
            self.on_append_acknowledged(message);
        }
    }

    /// Goes back to where the logs can still be equal. The follower names its last entry that may
    /// be in both. If its term is above that of the leader's entry there, so are the terms of all
    /// entries that follow; if below, the leader can skip its own entries above that term.
    fn on_append_refused(&mut self, message: &Message<D>) {
        let from = message.from;
        let hint = EntryId { term: message.log_term, index: message.reject_hint };
        self.lines.say(Replication::AppendRefused { hint, from, index: message.index });
        let next = match hint.term {
            0 => hint.index,
            _ => self.log.find_conflict_by_term(hint).index,
        };
        let progress = self.progress_mut(from);
        if progress.maybe_decrease(message.index, next) {
            let shown = progress.view();
            if progress.state == ProgressState::Replicate {
                progress.become_probe();
            }
            self.lines.say(Replication::Decreased { of: from, progress: shown });
            self.send_append(from);
        }
    }

    fn on_append_acknowledged(&mut self, message: &Message<D>) {
        let from = message.from;
        let first_index = self.log.first_index();
        let progress = self.progress_mut(from);
        let is_news = progress.maybe_update(message.index);
        // Without news this still ends the probing of a follower that has everything.
        let ends_probe =
            progress.matched == message.index && progress.state == ProgressState::Probe;
        if !is_news && !ends_probe {
            return;
        }
        match progress.state {
            ProgressState::Probe => progress.become_replicate(),
            // Which snapshot it was does not matter, if the log continues it.
            ProgressState::Snapshot if progress.matched + 1 >= first_index => {
                let shown = progress.view();
                progress.become_probe();
                progress.become_replicate();
                self.lines.say(Replication::Recovered { to: from, progress: shown });
            }
            ProgressState::Snapshot => {}
            ProgressState::Replicate => progress.inflights.free_to(message.index),
        }
        let is_other = from != self.config.id;
        if self.maybe_commit() {
            self.release_pending_reads();
            self.broadcast_append();
        } else if is_other && self.tracker.progress[&from].can_bump_commit(self.log.committed) {
            // The next heartbeat would tell it too, but later.
            self.send_append(from);
        }
        // Several messages may fit into the window now.
        while is_other && self.maybe_send_append(from, false) {}
        self.go_on_with_transfer(from);
    }

    /// The owner reports what became of a snapshot.
    pub fn on_snapshot_status(&mut self, message: &Message<D>) {
        let to = message.from;
        let progress = self.progress_mut(to);
        if progress.state != ProgressState::Snapshot {
            return;
        }
        if message.reject {
            // It never arrived: do not probe from where it ends.
            progress.pending_snapshot = 0;
        }
        progress.become_probe();
        let shown = progress.view();
        // After a success, the follower's own answer starts the flow; after a failure, the answer
        // to a heartbeat.
        progress.flow_paused = true;
        self.lines.say(Replication::SnapshotReported {
            succeeded: !message.reject,
            to,
            progress: shown,
        });
    }

    /// The owner reports that a message could not be sent: what was in flight is likely lost.
    pub fn on_unreachable(&mut self, to: u64) {
        let progress = self.progress_mut(to);
        if progress.state == ProgressState::Replicate {
            progress.become_probe();
        }
        let progress = progress.view();
        self.lines.say(Replication::Unreachable { to, progress });
    }
}
