//! Terms, votes and roles: sections 5.1, 5.2, 5.4 and 9.6 of the thesis.

use super::*;
use crate::sim::Fingerprint;
use Role::{Candidate, Follower, Leader, PreCandidate};

/// A vote goes to one candidate a term, and only to one whose log is not behind.
#[test]
fn votes_are_given_once_and_to_logs_that_are_not_behind() {
    let check = |vote, log: &[u64], candidate: (u64, u64), granted: bool| {
        let state = HardState { term: 5, vote, commit: 1 };
        let mut storage = storage(ConfState::of_voters(1..=3), log);
        storage.set_hard_state(state);
        let mut voter = RawNode::new(config(1), storage, Rng::new(1)).unwrap();
        let (log_term, index) = candidate;
        let request = Message {
            from: 2,
            to: 1,
            term: 5,
            log_term,
            index,
            ..Message::new(MessageType::MsgVote)
        };
        voter.step(request).unwrap();
        let answer = work(&mut voter).remove(0);
        let found = (answer.kind, answer.reject, answer.term);
        assert_eq!(found, (MessageType::MsgVoteResp, !granted, 5), "{vote} {log:?} {candidate:?}");
        assert_eq!(voter.vote(), if granted { 2 } else { vote });
        assert_eq!(voter.storage().hard_state().vote, voter.vote(), "stored before it was sent");
    };
    let log: &[u64] = &[2, 3];
    check(0, log, (3, 3), true);
    check(2, log, (3, 3), true);
    check(3, log, (3, 3), false);
    check(0, log, (3, 4), true);
    check(0, log, (3, 2), false);
    check(0, log, (4, 1), true);
    check(0, log, (2, 9), false);
    check(0, &[], (1, 1), true);
}

#[test]
fn a_majority_elects() {
    let check = |voters, answers: &[(u64, bool)], role, term| {
        let mut candidate = node(config(1), voters, &[]);
        candidate.campaign().unwrap();
        work(&mut candidate);
        for &(from, granted) in answers {
            let vote = Message {
                from,
                to: 1,
                term: 2,
                reject: !granted,
                ..Message::new(MessageType::MsgVoteResp)
            };
            candidate.step(vote).unwrap();
        }
        assert_eq!((candidate.role(), candidate.term()), (role, term), "{voters} {answers:?}");
    };
    let (yes, no) = (true, false);
    check(1, &[], Leader, 2);
    check(3, &[], Candidate, 2);
    check(3, &[(2, yes)], Leader, 2);
    check(3, &[(2, no)], Candidate, 2);
    check(3, &[(2, no), (3, no)], Follower, 2);
    check(3, &[(2, no), (2, yes)], Candidate, 2);
    check(5, &[(2, yes)], Candidate, 2);
    check(5, &[(2, yes), (3, yes)], Leader, 2);
    check(5, &[(2, no), (3, no), (4, no)], Follower, 2);
    check(4, &[(2, yes)], Candidate, 2);
}

/// In a joint configuration, both halves elect and both commit.
#[test]
fn both_halves_decide() {
    let state = ConfState { voters_outgoing: vec![1, 2, 3], ..ConfState::of_voters([1, 4, 5]) };
    // The last of the answers is the one that decides.
    let check = |voters: &[u64], holders: &[u64]| {
        let storage = storage(state.clone(), &[]);
        let mut one = RawNode::new(config(1), storage, Rng::new(1)).unwrap();
        one.campaign().unwrap();
        work(&mut one);
        let votes = voters.iter().map(|&from| (MessageType::MsgVoteResp, from, 0));
        let acks = holders.iter().map(|&from| (MessageType::MsgAppResp, from, 2));
        for (kind, from, index) in votes.chain(acks) {
            let before = (one.role(), one.commit_index());
            let voted = kind == MessageType::MsgAppResp;
            let role = if voted { Leader } else { Candidate };
            assert_eq!(before, (role, 1), "before {kind} from {from}");
            let answer = Message { from, to: 1, term: 2, index, ..Message::new(kind) };
            one.step(answer).unwrap();
            work(&mut one);
        }
        assert_eq!((one.role(), one.commit_index()), (Leader, 2));
    };
    check(&[4, 5, 3], &[2, 3, 5]);
    check(&[2, 3, 4], &[4, 5, 2]);
}

/// The timeout lies in E..2E, is drawn anew in every term, and differs between nodes.
#[test]
fn timeouts_are_drawn_anew() {
    let mut follower = node(config(2), 3, &[]);
    let mut drawn = Vec::new();
    for _ in 0..200 {
        let timeout = follower.randomized_election_timeout();
        drawn.push(timeout);
        for tick in 1..=timeout {
            assert_eq!(follower.term() as usize, drawn.len());
            assert_eq!(follower.election_elapsed(), tick - 1);
            follower.tick();
        }
        work(&mut follower);
    }
    let (least, most) = (drawn.iter().min(), drawn.iter().max());
    assert_eq!((least, most), (Some(&10), Some(&19)));
    follower.set_randomized_election_timeout(1);
    let term = follower.term();
    follower.tick();
    assert_eq!(follower.term(), term + 1);
}

#[test]
fn a_leader_is_followed_and_a_later_term_joined() {
    let check = |start: fn(&mut Node), kind, term, role, lead, joined| {
        let mut one = node(config(1), 3, &[]);
        start(&mut one);
        work(&mut one);
        let message = Message { from: 2, to: 1, term, index: 1, log_term: 1, ..Message::new(kind) };
        one.step(message).unwrap();
        let found = (one.role(), one.leader(), one.term());
        assert_eq!(found, (role, lead, joined), "{kind} in term {term}");
    };
    let follower: fn(&mut Node) = |_| {};
    let candidate: fn(&mut Node) = |node| node.campaign().unwrap();
    check(follower, MessageType::MsgApp, 1, Follower, 2, 1);
    check(follower, MessageType::MsgHeartbeat, 3, Follower, 2, 3);
    check(follower, MessageType::MsgVote, 3, Follower, NONE, 3);
    check(candidate, MessageType::MsgApp, 2, Follower, 2, 2);
    check(candidate, MessageType::MsgHeartbeat, 2, Follower, 2, 2);
    check(candidate, MessageType::MsgApp, 1, Candidate, NONE, 2);
    check(candidate, MessageType::MsgHeartbeatResp, 9, Follower, NONE, 9);
}

/// A pre-vote changes nobody's term, and only a majority lets the term begin.
#[test]
fn pre_votes_disturb_nobody() {
    let pre = |id, terms| {
        let config = Config { pre_vote: true, ..config(id) };
        node(config, 3, terms)
    };
    let mut cluster = Cluster::new(vec![pre(1, &[1]), pre(2, &[]), pre(3, &[])]);
    cluster.node(2).campaign().unwrap();
    cluster.node(3).campaign().unwrap();
    assert_eq!(cluster.node(2).role(), PreCandidate);
    cluster.lost = |message| message.from == 3;
    cluster.settle();
    assert_eq!(cluster.roles()[1], (PreCandidate, 1), "1 refused, 3 was not heard");
    cluster.lost = |_| false;
    cluster.elect(1);
    assert_eq!(cluster.roles(), [(Leader, 2), (Follower, 2), (Follower, 2)]);
}

/// Who hears a leader does not vote for others, unless the leader wants it; a leader that hears
/// too few steps down.
#[test]
fn quorum_checks_make_a_lease() {
    let checked = |id| {
        let config = Config { check_quorum: true, ..config(id) };
        node(config, 3, &[])
    };
    let mut cluster = Cluster::new(vec![checked(1), checked(2), checked(3)]);
    cluster.elect(1);
    cluster.node(2).campaign().unwrap();
    cluster.settle();
    assert_eq!(cluster.roles()[0], (Leader, 2), "nobody listened");
    assert_eq!(cluster.roles()[1], (Candidate, 3));
    // Its answer to a heartbeat shows the leader that there is a later term.
    cluster.node(1).tick();
    cluster.settle();
    assert_eq!(cluster.roles()[0], (Follower, 3));

    cluster.nodes = vec![checked(1), checked(2), checked(3)];
    cluster.elect(1);
    cluster.lost = |message| message.to == 1;
    let ticks = 2 * cluster.node(1).config().election_tick;
    for _ in 0..ticks {
        cluster.node(1).tick();
        cluster.settle();
    }
    assert_eq!(cluster.roles()[0], (Follower, 2), "heard by nobody");
}

/// A learner votes, and does not stand.
#[test]
fn learners_vote_and_do_not_stand() {
    let state = ConfState { learners: vec![2], ..ConfState::of_voters([1]) };
    let storage = storage(state, &[]);
    let mut learner = RawNode::new(config(2), storage, Rng::new(2)).unwrap();
    (0..50).for_each(|_| learner.tick());
    assert_eq!((learner.role(), learner.term()), (Follower, 1));
    said(&mut learner);
    learner.campaign().unwrap();
    assert_eq!(said(&mut learner), ["2 is unpromotable and can not campaign"]);
    let request = Message {
        from: 1,
        to: 2,
        term: 2,
        log_term: 1,
        index: 1,
        ..Message::new(MessageType::MsgVote)
    };
    learner.step(request).unwrap();
    assert!(!work(&mut learner)[0].reject);
}

/// A node does not stand while a change of configuration waits to be applied.
#[test]
fn changes_come_before_elections() {
    let change = ConfChangeV2 {
        transition: ConfChangeTransition::Auto,
        changes: vec!["r3".parse().unwrap()],
        context: None,
    };
    let mut storage = storage(ConfState::of_voters(1..=3), &[]);
    storage.append(&[Entry {
        term: 1,
        index: 2,
        payload: Payload::ConfChangeV2(Some(Arc::new(change))),
    }]);
    storage.set_hard_state(HardState { term: 1, vote: 0, commit: 2 });
    let mut one = RawNode::new(config(1), storage, Rng::new(1)).unwrap();
    one.campaign().unwrap();
    assert_eq!(one.role(), Follower);
    work(&mut one);
    one.campaign().unwrap();
    assert_eq!((one.role(), one.conf_state().voters), (Candidate, vec![1, 2]));
}

/// What was promised is kept over a stop; what was not stored is not.
#[test]
fn a_restart_takes_what_is_stored() {
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.node(1).propose(data("kept")).unwrap();
    cluster.settle();
    cluster.node(1).propose(data("lost")).unwrap();
    let one = cluster.nodes.remove(0);
    assert_eq!((one.last_index(), one.stable_index()), (4, 3));
    let (term, vote) = (one.term(), one.vote());
    let again = RawNode::new(config(1), one.into_storage(), Rng::new(9)).unwrap();
    assert_eq!((again.term(), again.vote(), again.role()), (term, vote, Follower));
    assert_eq!((again.last_index(), again.commit_index()), (3, 3));
    assert_eq!(again.applied_index(), 1, "what follows the snapshot is applied again");
}

/// A clone goes on the same, and does not disturb what it was cloned from.
#[test]
fn clones_go_on_the_same() {
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    let before = cluster.nodes.clone();
    let fingerprint = |nodes: &[Node]| {
        let mut hash = Fingerprint::new();
        nodes.iter().for_each(|node| node.fingerprint(&mut hash));
        hash.finish()
    };
    let go_on = |nodes: &[Node]| {
        let mut cluster = Cluster::new(nodes.to_vec());
        for step in 0..200u64 {
            (0..3).for_each(|i| cluster.nodes[i].tick());
            let _ = cluster.node(1 + step % 3).propose(data("x"));
            if step % 60 == 59 {
                cluster.node(1 + step / 60 % 3).campaign().unwrap();
            }
            cluster.settle();
        }
        let shown: Vec<_> = cluster.nodes.iter().map(|node| format!("{node:?}")).collect();
        (shown, fingerprint(&cluster.nodes))
    };
    let first = go_on(&before);
    assert_eq!(first, go_on(&before));
    assert_ne!(first.1, fingerprint(&before));
}
