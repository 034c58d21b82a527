//! The rules are broken by clusters that break them, and by no sound one.

use std::sync::Arc;

use super::super::{
    Bytes, ConfState, Config, Entry, EntryId, HardState, Level, Message, MessageType, Payload,
    RawNode, Snapshot, Storage,
};
use super::*;
use crate::sim::Rng;

const SCOPE: Scope = Scope { depth: 100, leaders_store_first: true };

/// What a member of 1, 2, 3 has stored: entries of these terms from index 2 on, after one that
/// was compacted away.
fn storage(terms: &[u64], state: HardState) -> Storage<Bytes> {
    let mut storage = Storage::from_snapshot(Arc::new(Snapshot {
        last: EntryId { term: 1, index: 1 },
        conf_state: ConfState::of_voters([1, 2, 3]),
        data: (),
    }));
    let entries: Vec<Entry<Bytes>> = (2..)
        .zip(terms)
        .map(|(index, &term)| Entry { term, index, payload: Payload::Empty })
        .collect();
    storage.append(&entries);
    storage.set_hard_state(state);
    storage
}

fn node(id: u64, terms: &[u64], commit: u64) -> RawNode<Bytes> {
    let term = terms.last().copied().unwrap_or(1);
    let state = HardState { term, vote: 0, commit };
    let config =
        Config { applied: commit, pre_vote: false, log_level: Level::None, ..Config::new(id) };
    RawNode::new(config, storage(terms, state), Rng::new(id)).unwrap()
}

/// The node, made leader of the next term by the vote of 2 or 3. Its first entry is not stored.
fn leader(mut node: RawNode<Bytes>) -> RawNode<Bytes> {
    node.campaign().unwrap();
    let ready = node.ready();
    node.storage_mut().set_hard_state(ready.hard_state.unwrap());
    node.advance();
    let vote = Message {
        from: 5 - node.id().max(2),
        to: node.id(),
        term: node.term(),
        ..Message::new(MessageType::MsgVoteResp)
    };
    node.step(vote).unwrap();
    node
}

fn broken(history: &mut History, nodes: &[&RawNode<Bytes>]) -> Vec<Rule> {
    let views: Vec<_> = nodes.iter().map(|node| View::running(node)).collect();
    let found = check(history, &views, SCOPE);
    let mut rules: Vec<Rule> = found.iter().map(|violation| violation.rule).collect();
    rules.sort();
    rules.dedup();
    rules
}

#[test]
fn logs_at_one_moment() {
    let check = |logs: [(&[u64], u64); 3], rules: &[Rule]| {
        let [a, b, c] = [0, 1, 2].map(|i| node(i as u64 + 1, logs[i].0, logs[i].1));
        assert_eq!(broken(&mut History::new(), &[&a, &b, &c]), rules, "{logs:?}");
    };
    let (log_inv, matching) = (Rule::LogInv, Rule::LogMatching);
    let (quorum, up_to_date) = (Rule::QuorumLog, Rule::MoreUpToDateCorrect);
    let safety = Rule::StateMachineSafety;
    check([(&[2, 2], 3), (&[2, 2], 2), (&[2], 2)], &[]);
    check([(&[2, 2], 3), (&[2, 2], 3), (&[], 1)], &[]);
    check([(&[2, 3, 3], 2), (&[2, 4], 2), (&[2, 2, 2], 2)], &[]);
    // Two have committed different entries.
    check([(&[2, 3], 3), (&[2, 4], 3), (&[2], 2)], &[log_inv, quorum, up_to_date, safety]);
    // Agreeing later without agreeing before.
    check([(&[2, 3, 4], 1), (&[2, 2, 4], 1), (&[2], 1)], &[matching]);
    // Applied by one alone.
    check([(&[2, 2], 3), (&[2], 2), (&[2], 2)], &[quorum]);
    // Committed, and not in a log that would win votes.
    check([(&[2, 2], 3), (&[2, 2], 3), (&[2, 4], 2)], &[up_to_date]);
}

#[test]
fn leaders() {
    let (one, two) = (leader(node(1, &[2, 2], 3)), leader(node(2, &[2, 2], 3)));
    let three = node(3, &[2, 2], 3);
    assert_eq!(broken(&mut History::new(), &[&one, &three]), []);
    // Two of one term, even if one has stepped down meanwhile.
    let mut history = History::new();
    assert_eq!(broken(&mut history, &[&one, &three]), []);
    assert_eq!(broken(&mut history, &[&two, &three]), [Rule::ElectionSafety]);
    // An entry of the leader's term that it does not have.
    let more = node(3, &[2, 2, 3, 3, 3], 3);
    assert_eq!(broken(&mut History::new(), &[&one, &more]), [Rule::LeaderHasOwnTerm]);
    // Without what was committed before its term.
    let behind = leader(node(1, &[2], 2));
    let lacking = broken(&mut History::new(), &[&node(2, &[2, 2], 3), &three, &behind]);
    let rules = [Rule::MoreUpToDateCorrect, Rule::LeaderCompleteness];
    assert!(rules.iter().all(|rule| lacking.contains(rule)), "{lacking:?}");
}

#[test]
fn changes_over_time() {
    let check = |before: &RawNode<Bytes>, after: &RawNode<Bytes>, rules: &[Rule]| {
        let others = [node(2, &[2, 2, 3], 3), node(3, &[2, 2, 3], 3)];
        let mut history = History::new();
        broken(&mut history, &[before, &others[0], &others[1]]);
        assert_eq!(broken(&mut history, &[after, &others[0], &others[1]]), rules);
        history.restarted(1);
        let after_a_stop = broken(&mut history, &[after, &others[0], &others[1]]);
        assert!(!after_a_stop.contains(&Rule::TermRises));
        assert!(!after_a_stop.contains(&Rule::CommitRises));
    };
    let before = node(1, &[2, 2], 3);
    check(&before, &before, &[]);
    check(&before, &node(1, &[2, 2, 3], 3), &[]);
    check(&before, &node(1, &[2, 2], 2), &[Rule::CommitRises]);
    check(&node(1, &[2, 2, 3], 3), &before, &[Rule::TermRises]);

    let voted = |vote| {
        let state = HardState { term: 2, vote, commit: 3 };
        let config = Config { applied: 3, ..Config::new(1) };
        RawNode::new(config, storage(&[2, 2], state), Rng::new(1)).unwrap()
    };
    check(&voted(0), &voted(2), &[]);
    check(&voted(3), &voted(2), &[Rule::VoteIsKept]);

    let long = leader(node(1, &[2, 2, 2, 2], 3));
    let short = leader(node(1, &[2, 2], 3));
    check(&short, &short, &[]);
    let mut history = History::new();
    broken(&mut history, &[&long]);
    assert!(broken(&mut history, &[&short]).contains(&Rule::LeaderAppendOnly));
}

#[test]
fn a_leader_commits_what_it_has_stored_of_its_own_term() {
    let mut one = leader(node(1, &[2, 2], 3));
    let others = [node(2, &[2, 2], 3), node(3, &[2, 2], 3)];
    let mut history = History::new();
    assert_eq!(broken(&mut history, &[&one, &others[0], &others[1]]), []);
    // The others have stored its entry before it has.
    for from in [2, 3] {
        let stored = Message {
            from,
            to: 1,
            term: one.term(),
            index: 4,
            ..Message::new(MessageType::MsgAppResp)
        };
        one.step(stored).unwrap();
    }
    let views = [&one, &others[0], &others[1]].map(View::running);
    let found = check(&mut history.clone(), &views, SCOPE);
    let rules: Vec<Rule> = found.iter().map(|violation| violation.rule).collect();
    assert_eq!(rules, [Rule::CommittedIsDurable]);
    let lenient = Scope { leaders_store_first: false, ..SCOPE };
    assert_eq!(check(&mut history, &views, lenient), []);
}

#[test]
fn promises() {
    let state = HardState { term: 3, vote: 2, commit: 1 };
    let storage = storage(&[2, 2], state);
    let check = |kind, term, to, index, reject, is_stored| {
        let message = Message { from: 1, to, term, index, reject, ..Message::new(kind) };
        let found = check_promise(&message, &storage);
        assert_eq!(found.is_none(), is_stored, "{message}");
    };
    check(MessageType::MsgVoteResp, 3, 2, 0, false, true);
    check(MessageType::MsgVoteResp, 3, 3, 0, false, false);
    check(MessageType::MsgVoteResp, 3, 1, 0, false, false);
    check(MessageType::MsgVoteResp, 3, 3, 0, true, true);
    check(MessageType::MsgVoteResp, 2, 3, 0, false, true);
    check(MessageType::MsgVoteResp, 4, 2, 0, false, false);
    check(MessageType::MsgAppResp, 3, 2, 3, false, true);
    check(MessageType::MsgAppResp, 3, 2, 4, false, false);
    check(MessageType::MsgAppResp, 4, 2, 3, false, false);
    check(MessageType::MsgAppResp, 4, 2, 9, true, true);
    check(MessageType::MsgApp, 9, 2, 9, false, true);
}
