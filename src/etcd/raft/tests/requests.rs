//! What owners ask for: proposals, changes of configuration, reads, transfers of leadership.

use super::*;

fn change(text: &str, transition: ConfChangeTransition) -> ConfChangeV2<Bytes> {
    ConfChangeV2 {
        transition,
        changes: text.split_whitespace().map(|one| one.parse().unwrap()).collect(),
        context: None,
    }
}

#[test]
fn proposals_reach_the_leader_or_are_dropped() {
    let mut cluster = Cluster::of(3);
    let stubborn = Config { disable_proposal_forwarding: true, ..config(3) };
    cluster.nodes[2] = node(stubborn, 3, &[]);
    let dropped = Err(StepError::ProposalDropped);
    assert_eq!(cluster.node(1).propose(data("x")), dropped, "nobody leads");
    cluster.elect(1);
    cluster.node(2).propose(data("x")).unwrap();
    cluster.settle();
    assert_eq!(cluster.commits(), [3, 3, 3]);

    assert_eq!(cluster.node(3).propose(data("x")), dropped, "it is not passed on");
}

/// Messages that only a node itself may send, and answers from strangers, are refused.
#[test]
fn what_cannot_come_from_there_is_refused() {
    let check = |kind, from, expected| {
        let message = Message { from, to: 1, term: 1, ..Message::new(kind) };
        assert_eq!(node(config(1), 3, &[]).step(message), expected, "{kind} from {from}");
    };
    check(MessageType::MsgHup, 2, Err(StepError::LocalMessage));
    check(MessageType::MsgBeat, 2, Err(StepError::LocalMessage));
    check(MessageType::MsgStorageApplyResp, 2, Err(StepError::LocalMessage));
    check(MessageType::MsgStorageApplyResp, APPLY_THREAD, Ok(()));
    check(MessageType::MsgAppResp, 9, Err(StepError::PeerNotFound));
    check(MessageType::MsgAppResp, 2, Ok(()));
    check(MessageType::MsgVote, 9, Ok(()));
}

/// Too much that is not applied yet makes a leader drop proposals; what raft itself proposes, and
/// the first of any size, it takes.
#[test]
fn too_much_uncommitted_is_dropped() {
    let limited = Config { uncommitted_size_max: 10, ..config(1) };
    let mut cluster = Cluster::new(vec![node(limited, 2, &[]), node(config(2), 2, &[])]);
    cluster.elect(1);
    let leader = cluster.node(1);
    assert_eq!(leader.propose(data("longer than ten")), Ok(()));
    assert_eq!(leader.propose(data("x")), Err(StepError::ProposalDropped));
    assert_eq!(leader.propose(data("")), Ok(()), "this adds nothing");
    assert_eq!(leader.uncommitted_size(), 15);
    cluster.settle();
    let leader = cluster.node(1);
    assert_eq!(leader.uncommitted_size(), 0);
    assert_eq!(leader.propose(data("x")), Ok(()));
}

/// One change at a time, and only one that fits; what does not fit becomes an empty entry.
#[test]
fn changes_that_do_not_fit_become_empty() {
    use ConfChangeTransition::{Auto, JointExplicit};
    let pending = "possible unapplied conf change at index 3 (applied to 2)";
    let check = |before: &[&str], text: &str, validates: bool, reason: &str| {
        let lenient = Config { disable_conf_change_validation: !validates, ..config(1) };
        let mut leader = node(lenient, 1, &[]);
        leader.campaign().unwrap();
        work(&mut leader);
        for text in before {
            leader.propose_conf_change_v2(change(text, JointExplicit)).unwrap();
        }
        if reason != pending {
            work(&mut leader);
        }
        said(&mut leader);
        leader.propose_conf_change_v2(change(text, Auto)).unwrap();
        let last = leader.entry(leader.last_index()).unwrap();
        assert_eq!(last.payload.is_conf_change(), reason.is_empty() || !validates, "{text}");
        let lines = said(&mut leader).join("\n");
        assert!(lines.ends_with(if validates { reason } else { "" }), "{lines}");
    };
    check(&[], "l2", true, "");
    check(&["l2"], "l3", true, pending);
    check(&["l2"], "l3", false, pending);
    check(&["l2"], "l3 l4", true, pending);
    check(&["l2 l3"], "l4", true, "must transition out of joint config first");
    check(&["l2 l3"], "", true, "");
    check(&[], "", true, "not in joint state; refusing empty conf change");
}

/// A joint configuration is entered when several members change, and left when that is applied.
#[test]
fn a_joint_configuration_is_left_automatically() {
    let mut cluster = Cluster::of(3);
    cluster.nodes.push(RawNode::new(config(4), Storage::new(), Rng::new(4)).unwrap());
    cluster.elect(1);
    let swap = change("r3 v4", ConfChangeTransition::Auto);
    cluster.node(1).propose_conf_change_v2(swap).unwrap();
    cluster.settle();
    cluster.node(1).tick();
    cluster.settle();
    for id in [1, 2, 4] {
        assert_eq!(cluster.node(id).members().to_string(), "voters=(1 2 4)", "{id}");
    }
    let all = said(cluster.node(1)).join("\n");
    let leaving = "initiating automatic transition out of joint configuration \
                   voters=(1 2 4)&&(1 2 3) autoleave";
    assert!(all.contains(leaving), "{all}");
}

/// A leader that is removed goes on leading without appending, or steps down if it is to.
#[test]
fn a_removed_leader_appends_nothing() {
    for steps_down in [false, true] {
        let own = Config { step_down_on_removal: steps_down, ..config(1) };
        let mut cluster = Cluster::of(3);
        cluster.nodes[0] = node(own, 3, &[]);
        cluster.elect(1);
        let removal = ConfChange { change: "r1".parse().unwrap(), context: None, id: 0 };
        cluster.node(1).propose_conf_change(removal).unwrap();
        cluster.settle();
        let role = if steps_down { Role::Follower } else { Role::Leader };
        assert_eq!(cluster.node(1).role(), role);
        let proposed = cluster.node(1).propose(data("x"));
        assert_eq!(proposed, Err(StepError::ProposalDropped));
        assert_eq!(cluster.node(1).conf_state().voters, [2, 3]);
    }
}

/// A read is answered at a commit index that a quorum confirms to be the latest.
#[test]
fn reads_wait_for_a_quorum() {
    let reads = |node: &mut Node| node.ready().read_states;
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.node(1).read_index(7);
    assert!(cluster.node(1).waiting_reads().map(|read| read.request).eq([7]));
    let mail = work(cluster.node(1));
    assert_eq!(mail.len(), 2, "each follower is asked");
    for heartbeat in mail {
        assert_eq!(heartbeat.context, Context::Read(1));
        let to = heartbeat.to;
        cluster.node(to).step(heartbeat).unwrap();
        let answer = work(cluster.node(to)).remove(0);
        cluster.node(1).step(answer).unwrap();
    }
    let state = ReadState { index: 2, request: 7 };
    assert_eq!(reads(cluster.node(1)), [state], "once");
    cluster.node(1).advance();

    // A follower asks its leader, and gets the answer itself.
    cluster.node(2).read_index(8);
    cluster.lost = |message| message.kind == MessageType::MsgReadIndexResp;
    let asked = work(cluster.node(2)).remove(0);
    cluster.node(1).step(asked).unwrap();
    let heartbeat = work(cluster.node(1)).pop().unwrap();
    let to = heartbeat.to;
    cluster.node(to).step(heartbeat).unwrap();
    let confirmed = work(cluster.node(to)).remove(0);
    cluster.node(1).step(confirmed).unwrap();
    let answer = work(cluster.node(1)).remove(0);
    assert_eq!((answer.kind, answer.to), (MessageType::MsgReadIndexResp, 2));
    cluster.node(2).step(answer).unwrap();
    assert_eq!(reads(cluster.node(2))[0].request, 8);
}

/// A leader that has committed nothing yet does not know what others have, not even if it is the
/// only voter.
#[test]
fn reads_wait_for_the_first_commit() {
    let mut only = node(config(1), 1, &[1, 1]);
    only.campaign().unwrap();
    let ready = only.ready();
    only.storage_mut().set_hard_state(ready.hard_state.unwrap());
    only.advance();
    assert_eq!((only.role(), only.commit_index()), (Role::Leader, 1));
    only.read_index(1);
    let ready = only.ready();
    assert!(ready.read_states.is_empty());
    only.storage_mut().append(&ready.entries);
    only.advance();
    let found = only.ready().read_states;
    let expected = ReadState { index: 4, request: 1 };
    assert_eq!(found, [expected]);
}

/// With a lease, a leader answers alone, and followers do not forget it.
#[test]
fn a_lease_answers_at_once() {
    let leased = |id| {
        let config =
            Config { check_quorum: true, read_only: ReadOnlyOption::LeaseBased, ..config(id) };
        node(config, 3, &[])
    };
    let mut cluster = Cluster::new(vec![leased(1), leased(2), leased(3)]);
    cluster.elect(1);
    cluster.node(1).read_index(3);
    let found = cluster.node(1).ready().read_states;
    assert_eq!((found[0].index, found[0].request), (2, 3));
    cluster.node(2).forget_leader();
    assert_eq!(cluster.node(2).leader(), 1);
    let mut free = Cluster::of(3);
    free.elect(1);
    free.node(2).forget_leader();
    assert_eq!((free.node(2).leader(), free.node(2).term()), (NONE, 2));
}

/// Leadership goes to a follower that has the whole log, at once or as soon as it has.
#[test]
fn leadership_is_handed_over() {
    let leader = |cluster: &Cluster| {
        let mut leaders = cluster.nodes.iter().filter(|node| node.role() == Role::Leader);
        leaders.next().map(|node| (node.id(), node.term()))
    };
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.node(1).transfer_leader(2);
    cluster.settle();
    assert_eq!(leader(&cluster), Some((2, 3)));
    // Asked of a follower.
    cluster.node(1).transfer_leader(3);
    cluster.settle();
    assert_eq!(leader(&cluster), Some((3, 4)));
    // One that has to be caught up first. Meanwhile nothing is proposed.
    cluster.lost = |message| message.to == 1;
    cluster.node(3).propose(data("x")).unwrap();
    cluster.settle();
    cluster.node(3).transfer_leader(1);
    cluster.settle();
    assert_eq!(cluster.node(3).lead_transferee(), 1);
    assert_eq!(cluster.node(3).propose(data("y")), Err(StepError::ProposalDropped));
    cluster.lost = |_| false;
    cluster.node(3).tick();
    cluster.settle();
    assert_eq!(leader(&cluster), Some((1, 5)));
    // One that never answers: the leader gives up after an election timeout.
    cluster.lost = |message| message.to == 2;
    cluster.node(1).transfer_leader(2);
    (0..10).for_each(|_| cluster.node(1).tick());
    assert_eq!(cluster.node(1).lead_transferee(), NONE);
    assert_eq!(cluster.node(1).propose(data("y")), Ok(()));
}

/// Founders start with the same log, in which each was added.
#[test]
fn a_cluster_is_founded() {
    let founder = |id| {
        let mut node: Node = RawNode::new(config(id), Storage::new(), Rng::new(id)).unwrap();
        let peers = (1..=3).map(|id| (id, Some(data("name")))).collect();
        node.bootstrap(peers).unwrap();
        node
    };
    let mut cluster = Cluster::new(vec![founder(1), founder(2), founder(3)]);
    assert_eq!(cluster.node(1).entry(2).unwrap().to_string(), "1/2 EntryConfChange v2");
    let ready = cluster.node(1).clone().ready();
    let stored = ready.hard_state.unwrap();
    assert_eq!((stored.term, stored.commit), (1, 3), "the founding is stored too");
    assert_eq!((ready.entries.len(), ready.committed_entries.len()), (3, 3));
    cluster.settle();
    assert_eq!(cluster.commits(), [3, 3, 3]);
    cluster.elect(2);
    assert_eq!(cluster.commits(), [4, 4, 4]);
    assert_eq!(cluster.node(3).conf_state(), ConfState::of_voters(1..=3));
}
