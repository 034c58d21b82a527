//! What must always hold among the members of a cluster, checked against what they show.
//!
//! Models etcd's TLA+ specification (`etcdraft.tla`) and figure 3 of the Raft paper. Invariant:
//! checking reads, and changes nothing but the [`History`] it is handed.
//!
//! By log matching, two logs that agree at an index agree before it. So most rules look at one
//! index, and only [`Rule::LogMatching`] itself walks through logs, as far back as
//! [`Scope::depth`] says.

mod history;
mod pairs;
mod view;

use std::fmt;

use super::entry::EntryData;
use super::message::{Message, MessageType};
use super::storage::Storage;

pub use history::History;
pub use view::View;

/// What must hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rule {
    /// Of any two logs, as far as they are committed, one continues the other.
    LogInv,
    /// In one term, one node leads.
    ElectionSafety,
    /// No log has an entry of a leader's term that the leader does not have.
    LeaderHasOwnTerm,
    /// Logs that agree at one index agree at all before it.
    LogMatching,
    /// What a node has applied is stored at some member of every quorum it knows.
    QuorumLog,
    /// A log up to date enough to win a vote has everything that the voter knows to be committed.
    MoreUpToDateCorrect,
    /// A leader has everything that was committed in earlier terms.
    LeaderCompleteness,
    /// A leader commits nothing it has not stored itself.
    CommittedIsDurable,
    /// A leader adds to its log, and never changes it.
    LeaderAppendOnly,
    /// No two nodes apply different entries at one index.
    StateMachineSafety,
    /// A node's term never falls.
    TermRises,
    /// A node's commit index never falls while it runs.
    CommitRises,
    /// A node votes once in a term.
    VoteIsKept,
    /// applied ≤ applying ≤ committed ≤ last.
    LogLimits,
    /// What a leader knows a follower to have ends before what it sends next.
    MatchBelowNext,
    /// A leader commits by an entry of its own term.
    CommitsOwnTerm,
    /// A message that promises something leaves when that is stored.
    PromiseIsStored,
}

/// A rule that does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which.
    pub rule: Rule,
    /// Where it shows.
    pub node: u64,
    /// Who else is part of it; 0 for nobody.
    pub other: u64,
    /// At which index or in which term.
    pub at: u64,
}

/// What to check.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scope {
    /// How many entries back logs are compared.
    pub depth: u64,
    /// Whether owners store what a leader appends before they send it. If they do both at once,
    /// as etcd does, a leader may hear of a quorum before it has stored an entry itself, and
    /// [`Rule::CommittedIsDurable`] is not checked.
    pub leaders_store_first: bool,
}

/// Checks all rules but [`Rule::PromiseIsStored`] on the members of one cluster, each once. Stopped
/// ones belong to it, and so do those that were removed. Gives what does not hold.
pub fn check<D: EntryData>(
    history: &mut History,
    views: &[View<'_, D>],
    scope: Scope,
) -> Vec<Violation> {
    let mut found = Vec::new();
    for view in views {
        pairs::check_alone(view, views, scope, &mut found);
        for other in views.iter().filter(|other| other.id() != view.id()) {
            pairs::check_pair(view, other, scope, &mut found);
        }
    }
    history.check(views, scope, &mut found);
    found
}

/// Checks that what `message` promises is stored, at the moment it leaves. `storage` is that of its
/// sender.
pub fn check_promise<D: EntryData>(
    message: &Message<D>,
    storage: &Storage<D>,
) -> Option<Violation> {
    let state = storage.hard_state();
    let is_stored = match message.kind {
        _ if message.reject => true,
        MessageType::MsgVoteResp if state.term == message.term => state.vote == message.to,
        MessageType::MsgVoteResp => state.term > message.term,
        MessageType::MsgAppResp => {
            state.term >= message.term && storage.last_index() >= message.index
        }
        _ => true,
    };
    (!is_stored).then_some(Violation {
        rule: Rule::PromiseIsStored,
        node: message.from,
        other: message.to,
        at: message.index.max(message.term),
    })
}

impl Rule {
    /// The rule in a sentence, to be shown.
    pub const fn statement(self) -> &'static str {
        match self {
            Self::LogInv => "committed logs continue one another",
            Self::ElectionSafety => "at most one leader in a term",
            Self::LeaderHasOwnTerm => "a leader has every entry of its term",
            Self::LogMatching => "logs that agree at an index agree before it",
            Self::QuorumLog => "what was applied is stored in every quorum",
            Self::MoreUpToDateCorrect => "a log up to date enough has what is committed",
            Self::LeaderCompleteness => "a leader has what was committed before its term",
            Self::CommittedIsDurable => "a leader commits only what it has stored",
            Self::LeaderAppendOnly => "a leader only adds to its log",
            Self::StateMachineSafety => "all apply the same entry at an index",
            Self::TermRises => "a term never falls",
            Self::CommitRises => "a commit index never falls",
            Self::VoteIsKept => "one vote in a term",
            Self::LogLimits => "applied ≤ committed ≤ last",
            Self::MatchBelowNext => "match < next",
            Self::CommitsOwnTerm => "a leader commits by an entry of its own term",
            Self::PromiseIsStored => "a message leaves when what it promises is stored",
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} does not hold at node {:x}", self.rule, self.node)?;
        if self.other != 0 {
            write!(f, " with node {:x}", self.other)?;
        }
        write!(f, ", {}: {}", self.at, self.rule.statement())
    }
}

#[cfg(test)]
mod tests;
