//! What a follower does with a message.
//!
//! Models etcd-io/raft `raft.go` stepFollower, handleAppendEntries, handleHeartbeat. Invariant:
//! only entries that continue the log are taken in, and they are acknowledged only when stored.

use super::election::Campaign;
use super::entry::{EntryData, EntryId};
use super::log_line::{Request, Store};
use super::machine::{Raft, StepError};
use super::message::{Context, Message, MessageType, NONE};
use super::read_only::{ReadOnlyOption, ReadState};

impl<D: EntryData> Raft<D> {
    pub fn step_follower(&mut self, message: Message<D>) -> Result<(), StepError> {
        use MessageType::*;
        let (term, from, leader) = (self.term, message.from, self.lead);
        match message.kind {
            MsgProp => {
                if leader == NONE {
                    self.lines.say(Request::NoLeaderForProposal { term });
                    return Err(StepError::ProposalDropped);
                }
                if self.config.disable_proposal_forwarding {
                    self.lines.say(Request::NotForwarding { leader, term });
                    return Err(StepError::ProposalDropped);
                }
                self.pass_on(message);
            }
            MsgApp | MsgHeartbeat | MsgSnap => {
                self.election_elapsed = 0;
                self.lead = from;
                self.on_leader_message(&message);
            }
            MsgTransferLeader if leader == NONE => {
                self.lines.say(Request::NoLeaderForTransfer { term });
            }
            MsgReadIndex if leader == NONE => self.lines.say(Request::NoLeaderForRead { term }),
            MsgTransferLeader | MsgReadIndex => self.pass_on(message),
            MsgForgetLeader => self.forget_leader(),
            MsgTimeoutNow => {
                self.lines.say(Request::TimeoutNow { term, from });
                // The leader itself wants this: nobody has to be asked first.
                self.hup(Campaign::Transfer);
            }
            MsgReadIndexResp => match message.context {
                Context::Read(request) => {
                    self.read_states.push(ReadState { index: message.index, request })
                }
                _ => self.lines.say(Request::InvalidReadResponse { from }),
            },
            _ => {}
        }
        Ok(())
    }

    /// Passes a request on to the leader. It keeps its sender, who gets the answer.
    fn pass_on(&mut self, message: Message<D>) {
        self.send(Message { to: self.lead, ..message });
    }

    /// Forgets who leads, and thereby becomes free to vote.
    fn forget_leader(&mut self) {
        if self.config.read_only == ReadOnlyOption::LeaseBased {
            // The leader relies on this follower not voting for another.
            self.lines.say(Request::NotForgettingLeader);
        } else if self.lead != NONE {
            let (leader, term) = (self.lead, self.term);
            self.lines.say(Request::ForgettingLeader { leader, term });
            self.lead = NONE;
        }
    }

    /// Takes in what the leader of this term sends.
    pub fn on_leader_message(&mut self, message: &Message<D>) {
        match message.kind {
            MessageType::MsgApp => self.on_append(message),
            MessageType::MsgHeartbeat => self.on_heartbeat(message),
            _ => self.on_snapshot(message),
        }
    }

    fn on_append(&mut self, message: &Message<D>) {
        let previous = EntryId { term: message.log_term, index: message.index };
        if previous.index < self.log.committed {
            return self.acknowledge(message.from, self.log.committed);
        }
        let taken =
            self.log.maybe_append(previous, &message.entries, message.commit, &mut self.lines);
        match taken {
            Ok(Some(last)) => self.acknowledge(message.from, last),
            Ok(None) => self.refuse_append(message.from, previous),
            Err(sentence) => self.halt(sentence),
        }
    }

    /// Refuses entries, and suggests where to go on: at the last entry that can be in both logs,
    /// as far as that can be told from here.
    fn refuse_append(&mut self, from: u64, previous: EntryId) {
        self.lines.say(Store::RejectedAppend {
            term: self.log.term(previous.index).unwrap_or(0),
            previous,
            from,
        });
        let hint = self.log.find_conflict_by_term(EntryId {
            term: previous.term,
            index: previous.index.min(self.log.last_index()),
        });
        self.send(Message {
            to: from,
            index: previous.index,
            reject: true,
            reject_hint: hint.index,
            log_term: hint.term,
            ..Message::new(MessageType::MsgAppResp)
        });
    }

    /// Tells `to` that the log equals its own up to `index`; sent once that is stored.
    pub fn acknowledge(&mut self, to: u64, index: u64) {
        self.send(Message { to, index, ..Message::new(MessageType::MsgAppResp) });
    }

    fn on_heartbeat(&mut self, message: &Message<D>) {
        if let Err(sentence) = self.log.commit_to(message.commit) {
            return self.halt(sentence);
        }
        self.send(Message {
            to: message.from,
            context: message.context,
            ..Message::new(MessageType::MsgHeartbeatResp)
        });
    }
}
