//! Terms, votes and roles: how a leader comes and goes.
//!
//! Models etcd-io/raft `raft.go`: tickElection, hup, campaign, poll, become…, and the parts of
//! Step that deal with terms and requests for votes. Invariant: at most one vote a term, and it is
//! sent only when it is stored.

use super::entry::{Entry, EntryData, EntryId, Payload};
use super::log_line::{Election, Store, VoteRequest};
use super::machine::{Raft, Role};
use super::message::{Context, Message, MessageType, NONE};
use super::tracker::Tally;

/// Why a node stands for election.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Campaign {
    /// To find out whether it would be elected.
    PreElection,
    /// To be elected.
    Election,
    /// Because the leader told it to.
    Transfer,
}

impl<D: EntryData> Raft<D> {
    /// One tick of a node that does not lead.
    pub fn tick_election(&mut self) {
        self.election_elapsed += 1;
        let is_due = self.election_elapsed >= self.randomized_election_timeout;
        if is_due && self.is_promotable() {
            self.election_elapsed = 0;
            self.on_hup();
        }
    }

    /// Stands for election, by way of a pre-vote if that is configured.
    pub fn on_hup(&mut self) {
        self.hup(if self.config.pre_vote { Campaign::PreElection } else { Campaign::Election });
    }

    /// Stands for election, if the node may.
    pub fn hup(&mut self, campaign: Campaign) {
        let term = self.term;
        if self.role == Role::Leader {
            self.lines.say(Election::AlreadyLeader);
        } else if !self.is_promotable() {
            self.lines.say(Election::Unpromotable);
        } else if self.has_unapplied_conf_changes() {
            self.lines.say(Election::PendingConfChanges { term });
        } else {
            self.lines.say(Election::Starting { term });
            self.campaign(campaign);
        }
    }

    fn has_unapplied_conf_changes(&self) -> bool {
        let (from, to) = (self.log.applied() + 1, self.log.committed + 1);
        let mut unapplied = self.log.range(from, to);
        unapplied.any(|entry| entry.payload.is_conf_change())
    }

    /// Asks all voters for their votes, itself included: its own vote counts once it is stored.
    pub fn campaign(&mut self, campaign: Campaign) {
        let (kind, response, term) = if campaign == Campaign::PreElection {
            self.become_pre_candidate();
            // The term that is asked for has not begun, and will not without a majority.
            let next = self.term + 1;
            (MessageType::MsgPreVote, MessageType::MsgPreVoteResp, next)
        } else {
            self.become_candidate();
            (MessageType::MsgVote, MessageType::MsgVoteResp, self.term)
        };
        let last = self.log.last_id();
        for to in self.tracker.config.voters.ids().0 {
            if to == self.config.id {
                self.send(Message { to, term, ..Message::new(response) });
                continue;
            }
            self.lines.say(Election::SentRequest { last, kind, to, term: self.term });
            self.send(Message {
                to,
                term,
                index: last.index,
                log_term: last.term,
                context: match campaign {
                    Campaign::Transfer => Context::Transfer,
                    _ => Context::None,
                },
                ..Message::new(kind)
            });
        }
    }

    /// Follows `lead`, or nobody yet.
    pub fn become_follower(&mut self, term: u64, lead: u64) {
        self.reset(term);
        self.lead = lead;
        self.role = Role::Follower;
        self.lines.say(Election::BecameFollower { term });
    }

    fn become_candidate(&mut self) {
        assert_ne!(self.role, Role::Leader, "a leader does not stand for election");
        self.reset(self.term + 1);
        self.vote = self.config.id;
        self.role = Role::Candidate;
        self.lines.say(Election::BecameCandidate { term: self.term });
    }

    /// Changes neither term nor vote: nobody is disturbed by a pre-vote.
    fn become_pre_candidate(&mut self) {
        assert_ne!(self.role, Role::Leader, "a leader does not stand for election");
        self.tracker.votes.clear();
        self.lead = NONE;
        self.role = Role::PreCandidate;
        self.lines.say(Election::BecamePreCandidate { term: self.term });
    }

    pub fn become_leader(&mut self) {
        assert_ne!(self.role, Role::Follower, "a follower stands for election first");
        self.reset(self.term);
        self.lead = self.config.id;
        self.role = Role::Leader;
        if let Some(own) = self.tracker.progress.get_mut(&self.config.id) {
            own.become_replicate();
            own.recent_active = true;
        }
        // There may be a change of configuration among the entries not applied yet. To wait for
        // all of them is safe, and cheaper than to look.
        self.pending_conf_index = self.log.last_index();
        // Entries of former terms are committed by committing one of this.
        let appended = self.append_entries(Entry::proposed(Payload::Empty).into());
        assert!(appended, "an entry without payload is never refused");
        self.lines.say(Election::BecameLeader { term: self.term });
    }

    /// Counts one vote.
    pub fn poll(&mut self, from: u64, kind: MessageType, granted: bool) -> Tally {
        self.lines.say(Election::Received { kind, from, term: self.term, granted });
        self.tracker.record_vote(from, granted);
        let tally = self.tracker.tally_votes();
        self.lines.say(Election::Tallied {
            granted: tally.granted,
            kind,
            rejected: tally.rejected,
        });
        tally
    }

    /// Deals with a message of another term: joins a later one, answers or drops what is of an
    /// earlier one. Says whether the message itself is still to be dealt with.
    pub fn admit_other_term(&mut self, message: &Message<D>) -> bool {
        if message.term < self.term {
            self.on_lower_term(message);
            return false;
        }
        use MessageType::*;
        let kind = message.kind;
        let asks = matches!(kind, MsgVote | MsgPreVote);
        let forced = message.context == Context::Transfer;
        let remaining = self.config.election_tick.saturating_sub(self.election_elapsed);
        let in_lease = self.config.check_quorum && self.lead != NONE && remaining > 0;
        if asks && !forced && in_lease {
            let request = self.vote_request(message);
            self.lines.say(Election::InLease { request, remaining });
            return false;
        }
        // A pre-vote asks and answers in a term that has not begun. Only its refusal comes from
        // the term in which the one who refuses is.
        if kind == MsgPreVote || (kind == MsgPreVoteResp && !message.reject) {
            return true;
        }
        self.lines.say(Election::HigherTerm {
            term: self.term,
            kind,
            from: message.from,
            theirs: message.term,
        });
        let leads = matches!(kind, MsgApp | MsgHeartbeat | MsgSnap);
        self.become_follower(message.term, if leads { message.from } else { NONE });
        true
    }

    fn on_lower_term(&mut self, message: &Message<D>) {
        use MessageType::*;
        let (kind, from, theirs, term) = (message.kind, message.from, message.term, self.term);
        let leaders_wait = self.config.check_quorum || self.config.pre_vote;
        match kind {
            // Nobody answers this node's requests for votes while a leader of an earlier term is
            // heard. That leader must learn that its term is over, or the node stays shut out.
            MsgHeartbeat | MsgApp if leaders_wait => {
                self.send(Message { to: from, ..Message::new(MsgAppResp) })
            }
            // A candidate of an earlier term must learn of this one, or it waits for ever: it
            // takes its term from refusals alone.
            MsgPreVote => {
                let request = self.vote_request(message);
                self.lines.say(Election::Rejected(request));
                self.refuse_vote(message);
            }
            MsgStorageAppendResp => {
                // Other entries may have taken their place, and be on their way to storage.
                if message.index != 0 {
                    self.lines.say(Store::StoredInLowerTerm { term, kind, theirs });
                }
                self.on_snapshot_stored(message);
            }
            _ => self.lines.say(Election::LowerTerm { term, kind, from, theirs }),
        }
    }

    /// Votes for a candidate, if the vote is free and its log is not behind.
    ///
    /// Learners vote too: a candidate that asks one knows of its promotion, even if the learner
    /// does not know yet, and may need its vote.
    pub fn on_vote_request(&mut self, message: &Message<D>) {
        let is_pre_vote = message.kind == MessageType::MsgPreVote;
        let can_vote = self.vote == message.from
            || (self.vote == NONE && self.lead == NONE)
            || (is_pre_vote && message.term > self.term);
        let request = self.vote_request(message);
        if !can_vote || !self.log.is_up_to_date(request.candidate) {
            self.lines.say(Election::Rejected(request));
            self.refuse_vote(message);
            return;
        }
        self.lines.say(Election::Cast(request));
        // The answer to a pre-vote is of the term that was asked for: one of this term would be
        // ignored there.
        self.send(Message {
            to: message.from,
            term: message.term,
            ..Message::new(vote_response(message.kind))
        });
        if !is_pre_vote {
            self.election_elapsed = 0;
            self.vote = message.from;
        }
    }

    fn refuse_vote(&mut self, message: &Message<D>) {
        self.send(Message {
            to: message.from,
            term: self.term,
            reject: true,
            ..Message::new(vote_response(message.kind))
        });
    }

    fn vote_request(&self, message: &Message<D>) -> VoteRequest {
        VoteRequest {
            last: self.log.last_id(),
            vote: self.vote,
            kind: message.kind,
            from: message.from,
            candidate: EntryId { term: message.log_term, index: message.index },
            term: self.term,
        }
    }
}

const fn vote_response(request: MessageType) -> MessageType {
    match request {
        MessageType::MsgPreVote => MessageType::MsgPreVoteResp,
        _ => MessageType::MsgVoteResp,
    }
}
