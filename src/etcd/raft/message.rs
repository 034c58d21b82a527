//! What nodes send one another, and what a node sends its own storage.
//!
//! Models raftpb `Message` and `MessageType`. Invariant: a message is a value; the entries and the
//! snapshot in it are shared with the log they come from.

use std::fmt;
use std::sync::Arc;

use super::entry::{Entries, EntryData};
use super::storage::Snapshot;

/// The id of nobody.
pub const NONE: u64 = 0;

/// The receiver of [`MessageType::MsgStorageAppend`]: whoever stores entries for the node.
pub const APPEND_THREAD: u64 = u64::MAX;

/// The receiver of [`MessageType::MsgStorageApply`]: whoever applies entries for the node.
pub const APPLY_THREAD: u64 = u64::MAX - 1;

/// What a message is for.
#[expect(clippy::enum_variant_names, reason = "the names of etcd")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum MessageType {
    /// To itself: stand for election.
    MsgHup,
    /// To itself: send heartbeats.
    MsgBeat,
    /// Append these entries. Followers pass it on to their leader.
    MsgProp,
    /// A leader's entries, to follow the entry named by index and log term.
    MsgApp,
    /// Up to which index they are stored, or that they do not fit.
    MsgAppResp,
    /// A candidate asks for a vote.
    MsgVote,
    /// The answer.
    MsgVoteResp,
    /// A leader's snapshot, for a follower that lacks the beginning of the log.
    MsgSnap,
    /// A leader shows that it leads.
    MsgHeartbeat,
    /// The answer.
    MsgHeartbeatResp,
    /// To itself: a message could not be sent.
    MsgUnreachable,
    /// To itself: what became of a snapshot.
    MsgSnapStatus,
    /// To itself: see whether a quorum still answers.
    MsgCheckQuorum,
    /// Hand leadership over. Followers pass it on to their leader.
    MsgTransferLeader,
    /// A leader tells its successor to stand for election.
    MsgTimeoutNow,
    /// From which commit index on may a read be answered? Followers pass it on to their leader.
    MsgReadIndex,
    /// The answer.
    MsgReadIndexResp,
    /// A candidate to be asks whether it would get a vote.
    MsgPreVote,
    /// The answer.
    MsgPreVoteResp,
    /// To storage: store the entries, the snapshot and the hard state (term, vote, commit, when
    /// term is not 0), then deliver the responses.
    MsgStorageAppend,
    /// From storage: entries and snapshot are stored.
    MsgStorageAppendResp,
    /// To storage: apply the entries, then deliver the responses.
    MsgStorageApply,
    /// From storage: the entries are applied.
    MsgStorageApplyResp,
    /// To itself: forget who leads.
    MsgForgetLeader,
}

/// What belongs to a message besides its numbers. etcd sends bytes here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Context {
    /// Nothing.
    #[default]
    None,
    /// In a request for a vote: the leader wants it so, and its lease does not count.
    Transfer,
    /// In requests to read and their answers: the number by which the owner knows the request. In
    /// heartbeats and their answers: how many reads are waiting for a quorum, ever since this
    /// leader leads.
    Read(u64),
}

/// A message. Which numbers mean something depends on its type; the others are 0.
#[derive(Clone, Debug)]
pub struct Message<D: EntryData> {
    /// What it is for.
    pub kind: MessageType,
    /// Who sends it.
    pub from: u64,
    /// Who receives it.
    pub to: u64,
    /// The sender's term; 0 in messages that belong to no term.
    pub term: u64,
    /// The term of the entry at `index`.
    pub log_term: u64,
    /// A place in the log.
    pub index: u64,
    /// Entries.
    pub entries: Entries<D>,
    /// The sender's commit index.
    pub commit: u64,
    /// In messages to storage, for whom the node votes.
    pub vote: u64,
    /// Whether this is a refusal.
    pub reject: bool,
    /// In a refusal of entries, where the sender suggests to go on.
    pub reject_hint: u64,
    /// What else belongs to it.
    pub context: Context,
    /// A snapshot.
    pub snapshot: Option<Arc<Snapshot<D>>>,
    /// In messages to storage, what to deliver when the work is done.
    pub responses: Vec<Message<D>>,
}

impl MessageType {
    /// Whether only a node itself, or its storage, may send it.
    pub const fn is_local(self) -> bool {
        use MessageType::*;
        matches!(
            self,
            MsgHup
                | MsgBeat
                | MsgUnreachable
                | MsgSnapStatus
                | MsgCheckQuorum
                | MsgStorageAppend
                | MsgStorageAppendResp
                | MsgStorageApply
                | MsgStorageApplyResp
        )
    }

    /// Whether it answers another message.
    pub const fn is_response(self) -> bool {
        use MessageType::*;
        matches!(
            self,
            MsgAppResp
                | MsgVoteResp
                | MsgHeartbeatResp
                | MsgUnreachable
                | MsgReadIndexResp
                | MsgPreVoteResp
                | MsgStorageAppendResp
                | MsgStorageApplyResp
        )
    }

    /// Whether it may be sent only when what it promises is stored: the votes, and the
    /// acknowledgements of entries.
    pub const fn promises(self) -> bool {
        use MessageType::*;
        matches!(self, MsgAppResp | MsgVoteResp | MsgPreVoteResp)
    }
}

impl<D: EntryData> Message<D> {
    /// A message of which nothing is known but what it is for.
    pub const fn new(kind: MessageType) -> Self {
        Self {
            kind,
            from: NONE,
            to: NONE,
            term: 0,
            log_term: 0,
            index: 0,
            entries: Entries::new(),
            commit: 0,
            vote: NONE,
            reject: false,
            reject_hint: 0,
            context: Context::None,
            snapshot: None,
            responses: Vec::new(),
        }
    }

    /// Whether it never crosses the network: from or to the node's storage, or from a node to
    /// itself.
    pub const fn is_local(&self) -> bool {
        self.from == self.to || is_storage(self.from) || is_storage(self.to)
    }
}

/// Whether `id` is not a node, but part of a node's storage.
pub const fn is_storage(id: u64) -> bool {
    id == APPEND_THREAD || id == APPLY_THREAD
}

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
