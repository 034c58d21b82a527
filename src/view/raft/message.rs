//! A message of Raft in full, field by field, in the names of etcd.
//!
//! Models raftpb Message. Invariant: only fields that mean something in a message of its type are
//! there.

use smol_str::SmolStr;

/// A field of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageField {
    /// What it is for.
    Type,
    /// Who sent it.
    From,
    /// Who receives it.
    To,
    /// The sender's term.
    Term,
    /// The term of the entry at `index`.
    LogTerm,
    /// A place in the log.
    Index,
    /// Entries.
    Entries,
    /// The sender's commit index.
    Commit,
    /// Whether it refuses.
    Reject,
    /// Where to go on after a refusal.
    RejectHint,
    /// What else belongs to it.
    Context,
    /// A snapshot.
    Snapshot,
    /// When it was sent.
    Sent,
    /// When it arrives.
    Arrives,
}

impl MessageField {
    /// Its name in etcd; ours for the last two.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::From => "from",
            Self::To => "to",
            Self::Term => "term",
            Self::LogTerm => "logTerm",
            Self::Index => "index",
            Self::Entries => "entries",
            Self::Commit => "commit",
            Self::Reject => "reject",
            Self::RejectHint => "rejectHint",
            Self::Context => "context",
            Self::Snapshot => "snapshot",
            Self::Sent => "sent",
            Self::Arrives => "arrives",
        }
    }
}

/// A message: what its type is for, and its fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageView {
    /// Its type, in etcd's name: `MsgApp`.
    pub kind: SmolStr,
    /// Its fields with their values.
    pub fields: Vec<(MessageField, SmolStr)>,
}
