//! The state of a node and the one entry point that changes it.
//!
//! Models etcd-io/raft `raft.go`: raft, newRaft, Step, send, reset. How each role answers is in
//! files of their own. Invariant: term and commit never fall, and a vote is never taken back.

use std::fmt;

use super::confchange::restore;
use super::config::{Config, ConfigError};
use super::entry::{Entries, EntryData, EntryId, encoded_len, payload_len};
use super::log::RaftLog;
use super::log_line::{Line, Lines, Request, Sentence, Store};
use super::message::{Message, MessageType, NONE};
use super::read_only::{PendingRead, ReadOnly, ReadState};
use super::ready::SoftState;
use super::storage::{HardState, Storage};
use super::tracker::Tracker;
use crate::sim::Rng;

/// What a node is in its term.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Role {
    /// It takes in what a leader sends, and waits.
    #[default]
    Follower,
    /// It asks for votes.
    Candidate,
    /// It leads.
    Leader,
    /// It asks whether it would get votes.
    PreCandidate,
}

/// Why a node does not take a message or a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepError {
    /// A proposal that nobody will append.
    ProposalDropped,
    /// A message that only the node itself may send came from another.
    LocalMessage,
    /// An answer from someone who is no member.
    PeerNotFound,
    /// The node cannot go on: see `RawNode::halted`.
    Halted,
}

/// A node. Everything about it is here: it can be cloned, and goes on the same in both places.
#[derive(Clone, Debug)]
pub(super) struct Raft<D: EntryData> {
    pub config: Config,
    pub term: u64,
    pub vote: u64,
    pub role: Role,
    pub lead: u64,
    pub log: RaftLog<D>,
    pub tracker: Tracker,
    pub read_only: ReadOnly,
    /// Reads that wait until this leader has committed an entry of its term.
    pub pending_reads: Vec<PendingRead>,
    pub read_states: Vec<ReadState>,
    /// What can be sent at once.
    pub msgs: Vec<Message<D>>,
    /// What can be sent when everything that is not stored now is.
    pub msgs_after_append: Vec<Message<D>>,
    /// To whom leadership is being handed over; 0 when it is not.
    pub lead_transferee: u64,
    /// No change of configuration is appended before the log is applied up to here.
    pub pending_conf_index: u64,
    /// How large the payloads are that this leader has not seen applied.
    pub uncommitted_size: u64,
    pub election_elapsed: u64,
    pub heartbeat_elapsed: u64,
    pub randomized_election_timeout: u64,
    pub rng: Rng,
    pub lines: Lines,
    /// Why the node cannot go on.
    pub halted: Option<Box<Line>>,
}

impl<D: EntryData> Raft<D> {
    /// A node that starts, or starts again, from what is stored.
    pub fn new(config: Config, storage: Storage<D>, rng: Rng) -> Result<Self, ConfigError> {
        config.check()?;
        let state = storage.hard_state();
        let conf_state = storage.conf_state();
        let log = RaftLog::new(storage, config.committed_size_per_ready_max.max(1));
        let last = log.last_id();
        let mut raft = Self {
            config,
            term: 0,
            vote: NONE,
            role: Role::Follower,
            lead: NONE,
            log,
            tracker: Tracker::new(config.limits),
            read_only: ReadOnly::new(config.read_only),
            pending_reads: Vec::new(),
            read_states: Vec::new(),
            msgs: Vec::new(),
            msgs_after_append: Vec::new(),
            lead_transferee: NONE,
            pending_conf_index: 0,
            uncommitted_size: 0,
            election_elapsed: 0,
            heartbeat_elapsed: 0,
            randomized_election_timeout: 0,
            rng,
            lines: Lines::new(config.id, config.log_level),
            halted: None,
        };
        let (members, progress) =
            restore(&conf_state, config.limits, last.index).map_err(|_| ConfigError::ConfState)?;
        raft.switch_to_config(members, progress);
        if !state.is_empty() {
            raft.load_state(state)?;
        }
        if config.applied > 0 {
            raft.log.applied_to(config.applied, 0);
        }
        raft.become_follower(raft.term, NONE);
        raft.lines.say(Store::NewRaft {
            peers: raft.tracker.config.voters.ids().0.into_iter().collect(),
            term: raft.term,
            commit: raft.log.committed,
            applied: raft.log.applied(),
            last,
        });
        Ok(raft)
    }

    fn load_state(&mut self, state: HardState) -> Result<(), ConfigError> {
        let (min, max) = (self.log.committed, self.log.last_index());
        if !(min..=max).contains(&state.commit) {
            return Err(ConfigError::CommitOutOfRange {
                id: self.config.id,
                commit: state.commit,
                min,
                max,
            });
        }
        self.log.committed = state.commit;
        self.term = state.term;
        self.vote = state.vote;
        Ok(())
    }

    pub const fn soft_state(&self) -> SoftState {
        SoftState { lead: self.lead, role: self.role }
    }

    pub const fn hard_state(&self) -> HardState {
        HardState { term: self.term, vote: self.vote, commit: self.log.committed }
    }

    /// Takes in a message.
    pub fn step(&mut self, message: Message<D>) -> Result<(), StepError> {
        if self.halted.is_some() {
            return Err(StepError::Halted);
        }
        if message.term != 0 && message.term != self.term && !self.admit_other_term(&message) {
            return Ok(());
        }
        match message.kind {
            MessageType::MsgHup => self.on_hup(),
            MessageType::MsgVote | MessageType::MsgPreVote => self.on_vote_request(&message),
            MessageType::MsgStorageAppendResp => self.on_stored(&message),
            MessageType::MsgStorageApplyResp => self.on_applied(&message),
            _ => match self.role {
                Role::Leader => return self.step_leader(message),
                Role::Follower => return self.step_follower(message),
                Role::Candidate | Role::PreCandidate => return self.step_candidate(message),
            },
        }
        Ok(())
    }

    fn on_stored(&mut self, message: &Message<D>) {
        if message.index != 0 {
            let stored = EntryId { term: message.log_term, index: message.index };
            self.log.unstable.stable_to(stored, &mut self.lines);
        }
        self.on_snapshot_stored(message);
    }

    /// A snapshot is as good in one term as in another: what is in it is committed.
    pub fn on_snapshot_stored(&mut self, message: &Message<D>) {
        if let Some(snapshot) = &message.snapshot {
            let index = snapshot.last.index;
            self.log.unstable.stable_snapshot_to(index);
            self.applied_to(index, 0);
        }
    }

    fn on_applied(&mut self, message: &Message<D>) {
        if let Some(last) = message.entries.last() {
            self.applied_to(last.index, encoded_len(&message.entries));
            let applied = payload_len(&message.entries);
            self.uncommitted_size = self.uncommitted_size.saturating_sub(applied);
        }
    }

    /// Takes note that the log was applied up to `index`, and leaves a joint configuration that is
    /// to be left as soon as possible.
    fn applied_to(&mut self, index: u64, size: u64) {
        let index = index.max(self.log.applied());
        self.log.applied_to(index, size);
        let is_due = index >= self.pending_conf_index && self.role == Role::Leader;
        if self.tracker.config.auto_leave && is_due {
            let config = self.tracker.config.clone();
            // This may be dropped while leadership is being handed over. It is tried again
            // whenever something is applied, by this leader or the next.
            let refused = self.propose_leaving_joint().err();
            self.lines.say(Request::LeavingJoint { config, refused });
        }
    }

    /// Sends a message: at once, or if it promises something, when that is stored.
    pub fn send(&mut self, mut message: Message<D>) {
        use MessageType::*;
        if message.from == NONE {
            message.from = self.config.id;
        }
        match message.kind {
            MsgVote | MsgVoteResp | MsgPreVote | MsgPreVoteResp => {
                assert_ne!(message.term, 0, "term should be set when sending {}", message.kind);
            }
            // These are passed on like the owner's own requests, which belong to no term.
            MsgProp | MsgReadIndex => {}
            _ => message.term = self.term,
        }
        if message.kind.promises() {
            self.msgs_after_append.push(message);
        } else {
            assert_ne!(message.to, self.config.id, "{} to itself", message.kind);
            self.msgs.push(message);
        }
    }

    /// Forgets what belongs to a role, and to a term if that is over.
    pub fn reset(&mut self, term: u64) {
        if self.term != term {
            self.term = term;
            self.vote = NONE;
        }
        self.lead = NONE;
        self.election_elapsed = 0;
        self.heartbeat_elapsed = 0;
        self.draw_election_timeout();
        self.lead_transferee = NONE;
        self.tracker.votes.clear();
        let last_index = self.log.last_index();
        self.tracker.reset_progress(self.config.id, last_index);
        self.pending_conf_index = 0;
        self.uncommitted_size = 0;
        self.read_only = ReadOnly::new(self.config.read_only);
    }

    /// Decides how long this node waits for a leader, until its role or term changes.
    pub fn draw_election_timeout(&mut self) {
        let width = self.config.election_spread.unwrap_or(self.config.election_tick);
        let spread = self.rng.below(width.max(1));
        self.randomized_election_timeout = self.config.election_tick + spread;
    }

    /// Appends entries to this leader's own log, which it acknowledges to itself once they are
    /// stored. Says whether it did: too much may be waiting to be committed.
    pub fn append_entries(&mut self, entries: Entries<D>) -> bool {
        let size = payload_len(&entries);
        let total = self.uncommitted_size.saturating_add(size);
        // One proposal may be of any size, and those without payload, which raft itself makes,
        // are never refused.
        if self.uncommitted_size > 0 && size > 0 && total > self.config.uncommitted_size_max {
            self.lines.say(Request::TooMuchUncommitted);
            return false;
        }
        self.uncommitted_size = total;
        let (term, next) = (self.term, self.log.last_index() + 1);
        let entries = entries.map(|i, mut entry| {
            entry.term = term;
            entry.index = next + i as u64;
            entry
        });
        self.log.append(&entries, &mut self.lines);
        self.send(Message {
            to: self.config.id,
            index: self.log.last_index(),
            ..Message::new(MessageType::MsgAppResp)
        });
        true
    }

    /// Stops for good: what etcd ends its process for.
    pub fn halt(&mut self, sentence: impl Into<Sentence>) {
        let line = Line { node: self.config.id, sentence: sentence.into() };
        self.lines.say(line.sentence.clone());
        self.halted = Some(Box::new(line));
    }

    /// Whether this node may lead: it is a voter, and is not waiting for a snapshot to be stored.
    pub fn is_promotable(&self) -> bool {
        let progress = self.tracker.progress.get(&self.config.id);
        progress.is_some_and(|own| !own.is_learner) && self.log.unstable.snapshot().is_none()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State{self:?}")
    }
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProposalDropped => "raft proposal dropped",
            Self::LocalMessage => "raft: cannot step raft local message",
            Self::PeerNotFound => "raft: cannot step as peer not found",
            Self::Halted => "raft: stopped",
        })
    }
}
