//! The rules that hold at any one moment, of one node or between two.

use super::{Rule, Scope, View, Violation};
use crate::etcd::raft::entry::{EntryData, EntryId};
use crate::etcd::raft::machine::Role;
use crate::etcd::raft::node::RawNode;
use crate::etcd::raft::quorum::VoteResult;

/// Checks what must hold of one node.
pub(super) fn check_alone<D: EntryData>(
    view: &View<'_, D>,
    views: &[View<'_, D>],
    scope: Scope,
    found: &mut Vec<Violation>,
) {
    let Some(node) = view.node() else {
        return;
    };
    let mut require = |holds: bool, rule, other, at| {
        if !holds {
            found.push(Violation { rule, node: view.id(), other, at });
        }
    };
    let log = node.log_view();
    let is_ordered = log.applied <= log.applying
        && log.applying <= log.committed
        && log.committed <= node.last_index();
    require(is_ordered, Rule::LogLimits, 0, log.committed);
    let lacking = applied_by_too_few(node, views);
    require(!lacking, Rule::QuorumLog, 0, log.applied);
    if node.role() != Role::Leader {
        return;
    }
    for (id, progress) in node.progress() {
        let is_below = progress.matched < progress.next;
        require(is_below, Rule::MatchBelowNext, id, progress.matched);
    }
    if scope.leaders_store_first {
        let is_durable = log.committed <= view.storage().last_index();
        require(is_durable, Rule::CommittedIsDurable, 0, log.committed);
    }
}

/// Whether the voters that have not stored what `node` has applied could be a quorum of their own.
///
/// As far as it was applied, and not as far as it is committed: the configuration a node knows is
/// the one up to there, and a later one may have committed the rest.
fn applied_by_too_few<D: EntryData>(node: &RawNode<D>, views: &[View<'_, D>]) -> bool {
    let index = node.applied_index();
    let voters = &node.members().voters;
    if index == 0 || voters.incoming.is_empty() {
        return false;
    }
    let Some(term) = node.term_at(index) else {
        return false;
    };
    let has_stored = |id| {
        let voter = views.iter().find(|view| view.id() == id);
        voter.is_some_and(|voter| voter.has_stored(EntryId { term, index }))
    };
    voters.vote_result(|id| Some(!has_stored(id))) == VoteResult::Won
}

/// Checks what must hold between two nodes. Called for both orders of them.
pub(super) fn check_pair<D: EntryData>(
    view: &View<'_, D>,
    other: &View<'_, D>,
    scope: Scope,
    found: &mut Vec<Violation>,
) {
    let mut report = |rule, at| {
        found.push(Violation { rule, node: view.id(), other: other.id(), at });
    };
    let commit = other.commit();
    if let Some(id) = other.id_at(commit) {
        let has = view.has(id);
        if commit <= view.commit() && !has {
            report(Rule::LogInv, commit);
        }
        if view.last() >= other.last() && !has {
            report(Rule::MoreUpToDateCorrect, commit);
        }
    }
    if let Some(node) = view.node().filter(|node| node.role() == Role::Leader) {
        let last = other.last();
        if last.term == node.term() && last.index > node.last_index() {
            report(Rule::LeaderHasOwnTerm, last.index);
        }
    }
    if view.id() < other.id()
        && let Some(at) = mismatch(view, other, scope.depth)
    {
        report(Rule::LogMatching, at);
    }
}

/// The greatest index at which two logs differ although they agree later.
fn mismatch<D: EntryData>(view: &View<'_, D>, other: &View<'_, D>, depth: u64) -> Option<u64> {
    let last = view.last().index.min(other.last().index);
    let first = view.first_index().max(other.first_index());
    let from = first.max(last.saturating_sub(depth));
    let mut agreed = false;
    for index in (from..=last).rev() {
        let same = view.term_at(index) == other.term_at(index);
        if agreed && !same {
            return Some(index);
        }
        agreed |= same;
    }
    None
}
