//! What a leader does with a message.
//!
//! Models etcd-io/raft `raft.go` stepLeader and tickHeartbeat. Invariant: a leader never changes
//! or removes an entry of its own log, and commits entries of its own term only.

use super::confchange::ConfChangeV2;
use super::entry::{Entry, EntryData, Payload};
use super::log_line::{
    ChangeRefusal, ChangeRefusalReason, ChangeText, Election, Replication, Request,
};
use super::machine::{Raft, Role, StepError};
use super::message::{Context, Message, MessageType, NONE};
use super::progress::ProgressState;
use super::read_only::{PendingRead, ReadOnlyOption, ReadState};

impl<D: EntryData> Raft<D> {
    /// One tick of a leader.
    pub fn tick_heartbeat(&mut self) {
        self.heartbeat_elapsed += 1;
        self.election_elapsed += 1;
        if self.election_elapsed >= self.config.election_tick {
            self.election_elapsed = 0;
            if self.config.check_quorum {
                self.on_check_quorum();
            }
            // A transfer that has not succeeded by now will not: take proposals again.
            self.lead_transferee = NONE;
        }
        if self.role == Role::Leader && self.heartbeat_elapsed >= self.config.heartbeat_tick {
            self.heartbeat_elapsed = 0;
            self.broadcast_heartbeat();
        }
    }

    pub fn step_leader(&mut self, message: Message<D>) -> Result<(), StepError> {
        use MessageType::*;
        match message.kind {
            MsgBeat => self.broadcast_heartbeat(),
            MsgCheckQuorum => self.on_check_quorum(),
            MsgProp => return self.on_proposal(message),
            MsgReadIndex => self.on_read_index(&message),
            MsgForgetLeader => {}
            kind => {
                let from = message.from;
                if !self.tracker.progress.contains_key(&from) {
                    self.lines.say(Replication::NoProgress { from });
                    return Ok(());
                }
                match kind {
                    MsgAppResp => self.on_append_response(&message),
                    MsgHeartbeatResp => self.on_heartbeat_response(&message),
                    MsgSnapStatus => self.on_snapshot_status(&message),
                    MsgUnreachable => self.on_unreachable(from),
                    MsgTransferLeader => self.on_transfer(from),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Steps down if a quorum was not heard from, and starts listening anew.
    fn on_check_quorum(&mut self) {
        if !self.tracker.is_quorum_active() {
            self.lines.say(Election::QuorumInactive);
            self.become_follower(self.term, NONE);
        }
        for (&id, progress) in &mut self.tracker.progress {
            progress.recent_active &= id == self.config.id;
        }
    }

    fn on_proposal(&mut self, message: Message<D>) -> Result<(), StepError> {
        // A leader that was removed goes on leading until another is elected, but appends
        // nothing more.
        let is_member = self.tracker.progress.contains_key(&self.config.id);
        if !is_member || message.entries.is_empty() {
            return Err(StepError::ProposalDropped);
        }
        if self.lead_transferee != NONE {
            self.lines
                .say(Request::TransferInProgress { term: self.term, to: self.lead_transferee });
            return Err(StepError::ProposalDropped);
        }
        let next = self.log.last_index() + 1;
        let entries = message.entries.map(|i, entry| Entry {
            payload: self.check_conf_change(entry.payload, next + i as u64),
            ..entry
        });
        if !self.append_entries(entries) {
            return Err(StepError::ProposalDropped);
        }
        self.broadcast_append();
        Ok(())
    }

    /// Replaces a change of configuration that does not fit by nothing. `index` is where it would
    /// go.
    fn check_conf_change(&mut self, payload: Payload<D>, index: u64) -> Payload<D> {
        let Some(change) = payload.conf_change() else {
            return payload;
        };
        match self.refusal(&change) {
            Some(reason) if !self.config.disable_conf_change_validation => {
                let refusal = ChangeRefusal {
                    change: ChangeText::of(&payload),
                    config: self.tracker.config.clone(),
                    reason,
                };
                let refusal = Box::new(refusal);
                self.lines.say(Request::ConfChangeIgnored(refusal));
                Payload::Empty
            }
            _ => {
                self.pending_conf_index = index;
                payload
            }
        }
    }

    /// Why a change does not fit the configuration in force. That need not be the one the change
    /// will meet, so this can err both ways; what counts is decided when it is applied.
    fn refusal(&self, change: &ConfChangeV2<D>) -> Option<ChangeRefusalReason> {
        let is_joint = self.tracker.config.voters.is_joint();
        let leaves_joint = change.changes.is_empty();
        let (index, applied) = (self.pending_conf_index, self.log.applied());
        if index > applied {
            Some(ChangeRefusalReason::Pending { index, applied })
        } else if is_joint && !leaves_joint {
            Some(ChangeRefusalReason::IsJoint)
        } else if !is_joint && leaves_joint {
            Some(ChangeRefusalReason::NotJoint)
        } else {
            None
        }
    }

    /// Proposes the change without content by which a joint configuration is left.
    pub fn propose_leaving_joint(&mut self) -> Result<(), StepError> {
        self.step(Message {
            entries: Entry::proposed(Payload::ConfChangeV2(None)).into(),
            ..Message::new(MessageType::MsgProp)
        })
    }

    fn on_heartbeat_response(&mut self, message: &Message<D>) {
        let from = message.from;
        let last_index = self.log.last_index();
        let progress = self.progress_mut(from);
        progress.recent_active = true;
        progress.flow_paused = false;
        // When everything in a full window was lost, an empty message finds that out. When a
        // follower has everything and is probed, an empty message ends that.
        if progress.matched < last_index || progress.state == ProgressState::Probe {
            self.send_append(from);
        }
        if self.read_only.option != ReadOnlyOption::Safe || message.context == Context::None {
            return;
        }
        self.read_only.receive_ack(from, message.context);
        let voters = &self.tracker.config.voters;
        for read in self.read_only.advance(voters) {
            self.answer_read(read);
        }
    }

    fn on_read_index(&mut self, message: &Message<D>) {
        let Context::Read(request) = message.context else {
            return;
        };
        let read = PendingRead { from: message.from, request, index: self.log.committed };
        if self.tracker.config.is_singleton() {
            self.answer_read(read);
        } else if self.has_committed_in_term() {
            self.start_read(read);
        } else {
            // Until then this leader does not know how far the log is committed.
            self.pending_reads.push(read);
        }
    }

    /// Starts the reads that waited for this leader's first commit.
    pub fn release_pending_reads(&mut self) {
        for read in std::mem::take(&mut self.pending_reads) {
            self.start_read(PendingRead { index: self.log.committed, ..read });
        }
    }

    fn start_read(&mut self, read: PendingRead) {
        match self.read_only.option {
            ReadOnlyOption::Safe => {
                self.read_only.add(read);
                let context = self.read_only.heartbeat_context();
                self.read_only.receive_ack(self.config.id, context);
                self.broadcast_heartbeat();
            }
            ReadOnlyOption::LeaseBased => self.answer_read(read),
        }
    }

    fn answer_read(&mut self, read: PendingRead) {
        let PendingRead { from, request, index } = read;
        if from == NONE || from == self.config.id {
            self.read_states.push(ReadState { index, request });
            return;
        }
        self.send(Message {
            to: from,
            index,
            context: Context::Read(request),
            ..Message::new(MessageType::MsgReadIndexResp)
        });
    }

    fn has_committed_in_term(&self) -> bool {
        self.log.term(self.log.committed) == Ok(self.term)
    }

    /// Hands leadership over to `to`: at once if it has the whole log, else as soon as it has.
    fn on_transfer(&mut self, to: u64) {
        let term = self.term;
        let progress = &self.tracker.progress[&to];
        let (is_learner, matched) = (progress.is_learner, progress.matched);
        if is_learner {
            return self.lines.say(Request::TransferToLearner);
        }
        if self.lead_transferee == to {
            return self.lines.say(Request::TransferRepeated { term, to });
        }
        let before = std::mem::replace(&mut self.lead_transferee, NONE);
        if before != NONE {
            self.lines.say(Request::TransferAborted { term, to: before });
        }
        if to == self.config.id {
            return self.lines.say(Request::TransferToSelf);
        }
        self.lines.say(Request::TransferStarted { term, to });
        // It should be done within one election timeout.
        self.election_elapsed = 0;
        self.lead_transferee = to;
        if matched == self.log.last_index() {
            self.send_timeout_now(to);
            self.lines.say(Request::TimeoutNowAtOnce { to });
        } else {
            self.send_append(to);
        }
    }

    /// Tells the one to lead that it may stand, if it has caught up.
    pub fn go_on_with_transfer(&mut self, to: u64) {
        let matched = self.tracker.progress[&to].matched;
        if to == self.lead_transferee && matched == self.log.last_index() {
            self.lines.say(Request::TimeoutNowCaughtUp { to });
            self.send_timeout_now(to);
        }
    }

    fn send_timeout_now(&mut self, to: u64) {
        self.send(Message { to, ..Message::new(MessageType::MsgTimeoutNow) });
    }
}
