//! The rules that hold over time, and what has to be remembered for them.

use std::collections::BTreeMap;

use super::{Rule, Scope, View, Violation};
use crate::etcd::raft::entry::{EntryData, EntryId};
use crate::etcd::raft::machine::Role;
use crate::etcd::raft::message::NONE;
use crate::etcd::raft::node::RawNode;
use crate::sim::Map;

/// How many committed and applied entries, and how many leaders, are remembered: what is older is
/// beyond anything a cluster can still get wrong without a later entry showing it.
const REMEMBERED_MAX: usize = 10_000;

/// What was seen of a cluster so far.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Who led in each term.
    leaders: Map<u64, u64>,
    /// The term of each committed entry, and the term in which it was first seen to be committed.
    committed: Map<u64, (u64, u64)>,
    /// The term of each applied entry, and a hash of its content.
    applied: Map<u64, (u64, u64)>,
    /// The nodes that ran when last looked at.
    nodes: BTreeMap<u64, Before>,
}

/// What a node was like when it was last looked at.
#[derive(Clone, Copy, Debug)]
struct Before {
    term: u64,
    vote: u64,
    role: Role,
    commit: u64,
    applied: u64,
    last: EntryId,
}

impl History {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets what the node `id` was like: it was stopped, and has started again since it was
    /// last looked at. What it showed a cluster remains.
    pub fn restarted(&mut self, id: u64) {
        self.nodes.remove(&id);
    }

    /// Who led in which term.
    pub fn leaders(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> {
        self.leaders.iter().map(|(&term, &id)| (term, id))
    }

    pub(super) fn check<D: EntryData>(
        &mut self,
        views: &[View<'_, D>],
        scope: Scope,
        found: &mut Vec<Violation>,
    ) {
        for view in views {
            let Some(node) = view.node() else {
                self.restarted(view.id());
                continue;
            };
            let before = self.nodes.get(&node.id()).copied();
            let mut report = |rule, other, at| {
                found.push(Violation { rule, node: node.id(), other, at });
            };
            if let Some(before) = before {
                check_change(&before, node, &mut report);
            }
            let since = before.map_or(0, |before| before.commit);
            self.note_committed(node, since, &mut report);
            let since = before.map_or(0, |before| before.applied);
            self.note_applied(node, since, &mut report);
            if node.role() == Role::Leader {
                self.check_leader(node, scope, &mut report);
            }
            self.nodes.insert(node.id(), Before::of(node));
        }
        for map in [&mut self.committed, &mut self.applied] {
            forget_oldest(map);
        }
        forget_oldest(&mut self.leaders);
    }

    fn note_committed<D: EntryData>(
        &mut self,
        node: &RawNode<D>,
        since: u64,
        report: &mut impl FnMut(Rule, u64, u64),
    ) {
        let from = (since + 1).max(node.first_index());
        for entry in node.entries(from, node.commit_index() + 1) {
            let now = (entry.term, node.term());
            let seen = self.committed.entry_or(entry.index, || now);
            if seen.0 != entry.term {
                report(Rule::LogInv, NONE, entry.index);
            }
            seen.1 = seen.1.min(node.term());
        }
    }

    fn note_applied<D: EntryData>(
        &mut self,
        node: &RawNode<D>,
        since: u64,
        report: &mut impl FnMut(Rule, u64, u64),
    ) {
        let from = (since + 1).max(node.first_index());
        for entry in node.entries(from, node.applied_index() + 1) {
            let now = (entry.term, entry.payload.fingerprint());
            if *self.applied.entry_or(entry.index, || now) != now {
                report(Rule::StateMachineSafety, NONE, entry.index);
            }
        }
    }

    fn check_leader<D: EntryData>(
        &mut self,
        node: &RawNode<D>,
        scope: Scope,
        report: &mut impl FnMut(Rule, u64, u64),
    ) {
        let first = *self.leaders.entry_or(node.term(), || node.id());
        if first != node.id() {
            report(Rule::ElectionSafety, first, node.term());
        }
        let depth = usize::try_from(scope.depth).unwrap_or(usize::MAX);
        let all = self.committed.range::<_, u64>(..).rev().take(depth);
        let mut earlier = all.filter(|(_, (_, seen))| *seen < node.term());
        if let Some((&index, &(term, _))) = earlier.next() {
            let is_compacted = index + 1 < node.first_index();
            if !is_compacted && node.term_at(index) != Some(term) {
                report(Rule::LeaderCompleteness, NONE, index);
            }
        }
    }
}

fn check_change<D: EntryData>(
    before: &Before,
    node: &RawNode<D>,
    report: &mut impl FnMut(Rule, u64, u64),
) {
    let mut require = |holds: bool, rule, at| {
        if !holds {
            report(rule, NONE, at);
        }
    };
    let is_same_term = before.term == node.term();
    require(before.term <= node.term(), Rule::TermRises, node.term());
    require(before.commit <= node.commit_index(), Rule::CommitRises, node.commit_index());
    let is_kept = !is_same_term || before.vote == NONE || before.vote == node.vote();
    require(is_kept, Rule::VoteIsKept, node.term());
    if !is_same_term || before.role != Role::Leader || node.role() != Role::Leader {
        return;
    }
    let is_compacted = before.last.index + 1 < node.first_index();
    let has_last = is_compacted || node.term_at(before.last.index) == Some(before.last.term);
    require(has_last, Rule::LeaderAppendOnly, before.last.index);
    let commit = node.commit_index();
    let is_own = commit == before.commit || node.term_at(commit) == Some(node.term());
    require(is_own, Rule::CommitsOwnTerm, commit);
}

impl Before {
    fn of<D: EntryData>(node: &RawNode<D>) -> Self {
        Self {
            term: node.term(),
            vote: node.vote(),
            role: node.role(),
            commit: node.commit_index(),
            applied: node.applied_index(),
            last: node.last_id(),
        }
    }
}

fn forget_oldest<V: Clone>(map: &mut Map<u64, V>) {
    while map.len() > REMEMBERED_MAX {
        let oldest = map.first().map(|(&key, _)| key);
        let oldest = oldest.expect("a map this long has a first key");
        map.remove(&oldest);
    }
}
