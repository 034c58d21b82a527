//! What a candidate does with a message.
//!
//! Models etcd-io/raft `raft.go` stepCandidate. Invariant: a candidate that hears from a leader of
//! its term follows it.

use super::election::Campaign;
use super::entry::EntryData;
use super::log_line::Request;
use super::machine::{Raft, Role, StepError};
use super::message::{Message, MessageType, NONE};
use super::quorum::VoteResult;

impl<D: EntryData> Raft<D> {
    /// Shared by candidates and pre-candidates, which differ in what answers they wait for.
    pub fn step_candidate(&mut self, message: Message<D>) -> Result<(), StepError> {
        use MessageType::*;
        let awaited = match self.role {
            Role::PreCandidate => MsgPreVoteResp,
            _ => MsgVoteResp,
        };
        let term = self.term;
        match message.kind {
            MsgProp => {
                self.lines.say(Request::NoLeaderForProposal { term });
                return Err(StepError::ProposalDropped);
            }
            MsgApp | MsgHeartbeat | MsgSnap => {
                self.become_follower(message.term, message.from);
                self.on_leader_message(&message);
            }
            kind if kind == awaited => self.on_vote_response(&message),
            MsgTimeoutNow => self.lines.say(Request::TimeoutNowIgnored {
                term,
                role: self.role,
                from: message.from,
            }),
            _ => {}
        }
        Ok(())
    }

    fn on_vote_response(&mut self, message: &Message<D>) {
        let tally = self.poll(message.from, message.kind, !message.reject);
        match tally.result {
            VoteResult::Won if self.role == Role::PreCandidate => self.campaign(Campaign::Election),
            VoteResult::Won => {
                self.become_leader();
                self.broadcast_append();
            }
            VoteResult::Lost => self.become_follower(self.term, NONE),
            VoteResult::Pending => {}
        }
    }
}
