//! Sentences of roles, terms and votes.
//!
//! Models the log calls of etcd-io/raft `raft.go` Step, hup, campaign, poll and become….

use std::fmt;

use super::Level;
use crate::etcd::raft::entry::EntryId;
use crate::etcd::raft::message::MessageType;

/// What a node says of roles, terms and votes.
#[derive(Clone, Debug)]
pub enum Election {
    /// It follows, in this term.
    BecameFollower {
        /// The term.
        term: u64,
    },
    /// It asks whether it could win an election.
    BecamePreCandidate {
        /// The term, which has not changed.
        term: u64,
    },
    /// It stands for election.
    BecameCandidate {
        /// The new term.
        term: u64,
    },
    /// It leads.
    BecameLeader {
        /// The term.
        term: u64,
    },
    /// An election timeout passed, or it was told to stand.
    Starting {
        /// The term before.
        term: u64,
    },
    /// It was told to stand and leads already.
    AlreadyLeader,
    /// It may not lead: it is no voter, or waits for a snapshot to be stored.
    Unpromotable,
    /// It may not stand before it has applied a change of configuration.
    PendingConfChanges {
        /// The term.
        term: u64,
    },
    /// It asked for a vote.
    SentRequest {
        /// The end of its log.
        last: EntryId,
        /// Whether for a vote or a pre-vote.
        kind: MessageType,
        /// Who was asked.
        to: u64,
        /// Its term.
        term: u64,
    },
    /// It received a vote or was refused one.
    Received {
        /// Whether a vote or a pre-vote.
        kind: MessageType,
        /// From whom.
        from: u64,
        /// Its term.
        term: u64,
        /// Whether it is a yes.
        granted: bool,
    },
    /// It counted its votes.
    Tallied {
        /// How many yes.
        granted: usize,
        /// Whether votes or pre-votes.
        kind: MessageType,
        /// How many no.
        rejected: usize,
    },
    /// It voted for another.
    Cast(VoteRequest),
    /// It refused to vote for another.
    Rejected(VoteRequest),
    /// It took no notice of a request, because it heard from a leader lately.
    InLease {
        /// The request.
        request: VoteRequest,
        /// In how many ticks it would take notice.
        remaining: u64,
    },
    /// A message showed that its term is over.
    HigherTerm {
        /// Its term.
        term: u64,
        /// The message.
        kind: MessageType,
        /// From whom.
        from: u64,
        /// The message's term.
        theirs: u64,
    },
    /// It took no notice of a message of a term that is over.
    LowerTerm {
        /// Its term.
        term: u64,
        /// The message.
        kind: MessageType,
        /// From whom.
        from: u64,
        /// The message's term.
        theirs: u64,
    },
    /// It was heard by too few, and leads no more.
    QuorumInactive,
}

/// A request for a vote, and what the one that was asked compares it with.
#[derive(Clone, Debug)]
pub struct VoteRequest {
    /// The end of the log of the one that was asked.
    pub last: EntryId,
    /// For whom it has voted; 0 for nobody.
    pub vote: u64,
    /// Whether a vote or a pre-vote is asked for.
    pub kind: MessageType,
    /// By whom.
    pub from: u64,
    /// The end of the candidate's log.
    pub candidate: EntryId,
    /// The term of the one that was asked.
    pub term: u64,
}

impl Election {
    pub(super) const fn level(&self) -> Level {
        match self {
            Self::AlreadyLeader => Level::Debug,
            Self::Unpromotable | Self::PendingConfChanges { .. } | Self::QuorumInactive => {
                Level::Warn
            }
            _ => Level::Info,
        }
    }

    pub(super) fn write(&self, node: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{node:x} ")?;
        match self {
            Self::BecameFollower { term } => write!(f, "became follower at term {term}"),
            Self::BecamePreCandidate { term } => write!(f, "became pre-candidate at term {term}"),
            Self::BecameCandidate { term } => write!(f, "became candidate at term {term}"),
            Self::BecameLeader { term } => write!(f, "became leader at term {term}"),
            Self::Starting { term } => write!(f, "is starting a new election at term {term}"),
            Self::AlreadyLeader => f.write_str("ignoring MsgHup because already leader"),
            Self::Unpromotable => f.write_str("is unpromotable and can not campaign"),
            Self::PendingConfChanges { term } => write!(
                f,
                "cannot campaign at term {term} since there are still pending configuration \
                 changes to apply"
            ),
            Self::SentRequest { last: EntryId { term: logterm, index }, kind, to, term } => write!(
                f,
                "[logterm: {logterm}, index: {index}] sent {kind} request to {to:x} at term {term}"
            ),
            Self::Received { kind, from, term, granted } => {
                let rejection = if *granted { "" } else { " rejection" };
                write!(f, "received {kind}{rejection} from {from:x} at term {term}")
            }
            Self::Tallied { granted, kind, rejected } => {
                write!(f, "has received {granted} {kind} votes and {rejected} vote rejections")
            }
            Self::Cast(request) => request.write("cast", "for", f),
            Self::Rejected(request) => request.write("rejected", "from", f),
            Self::InLease { request, remaining } => {
                request.write("ignored", "from", f)?;
                write!(f, ": lease is not expired (remaining ticks: {remaining})")
            }
            Self::HigherTerm { term, kind, from, theirs } => write!(
                f,
                "[term: {term}] received a {kind} message with higher term from {from:x} \
                 [term: {theirs}]"
            ),
            Self::LowerTerm { term, kind, from, theirs } => write!(
                f,
                "[term: {term}] ignored a {kind} message with lower term from {from:x} \
                 [term: {theirs}]"
            ),
            Self::QuorumInactive => {
                f.write_str("stepped down to follower since quorum is not active")
            }
        }
    }
}

impl VoteRequest {
    fn write(&self, verb: &str, whom: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { last, vote, kind, from, candidate, term } = self;
        write!(f, "[logterm: {}, index: {}, vote: {vote:x}] ", last.term, last.index)?;
        write!(f, "{verb} {kind} {whom} {from:x} ")?;
        let EntryId { term: logterm, index } = candidate;
        write!(f, "[logterm: {logterm}, index: {index}] at term {term}")
    }
}
