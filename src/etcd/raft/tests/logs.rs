//! Logs: how they are brought to followers, stored, committed and replaced. Sections 5.3, 5.4.2
//! and 7 of the paper.

use super::*;

/// However a follower's log differs, it becomes the leader's (figure 7 of the paper).
#[test]
fn followers_logs_become_the_leaders() {
    let leader: &[u64] = &[1, 1, 4, 4, 5, 5, 6, 6, 6];
    let check = |follower: &[u64]| {
        let mut cluster = Cluster::new(vec![
            node(config(1), 3, leader),
            node(config(2), 3, follower),
            node(config(3), 3, &[]),
        ]);
        // A first attempt that nobody hears: its term may have been another's.
        cluster.node(1).campaign().unwrap();
        work(cluster.node(1));
        cluster.elect(1);
        let terms = |node: &Node| node.entries(0, 99).map(|entry| entry.term).collect::<Vec<_>>();
        let expected = terms(&cluster.nodes[0]);
        assert_eq!(expected[..leader.len()], *leader);
        assert_eq!(terms(&cluster.nodes[1]), expected, "{follower:?}");
        let stored = cluster.nodes[1].storage().last_index();
        assert_eq!(stored, cluster.nodes[1].last_index());
    };
    check(&[1, 1, 4, 4, 5, 5, 6, 6]);
    check(&[1, 1, 4]);
    check(&[1, 1, 4, 4, 5, 5, 6, 6, 6, 6]);
    check(&[1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7]);
    check(&[1, 1, 4, 4, 4, 4]);
    check(&[1, 1, 2, 2, 2, 3, 3, 3, 3, 3]);
}

/// Entries of former terms are committed only by one of the leader's own (figure 8).
#[test]
fn only_entries_of_the_own_term_are_counted() {
    let mut leader = node(config(1), 3, &[2]);
    leader.campaign().unwrap();
    work(&mut leader);
    let mut answer = |kind, index| {
        let answer = Message { from: 2, to: 1, term: 3, index, ..Message::new(kind) };
        leader.step(answer).unwrap();
        work(&mut leader);
        leader.commit_index()
    };
    assert_eq!(answer(MessageType::MsgVoteResp, 0), 1);
    assert_eq!(answer(MessageType::MsgAppResp, 2), 1, "of term 2, on a majority");
    assert_eq!(answer(MessageType::MsgAppResp, 3), 3, "of term 3");
}

/// A leader's entries, its commit index and a follower's acknowledgement leave once stored.
#[test]
fn nothing_is_acknowledged_before_it_is_stored() {
    let asynchronous = Config { async_storage_writes: true, ..config(2) };
    let mut follower = node(asynchronous, 3, &[]);
    let append = Message {
        from: 1,
        to: 2,
        term: 1,
        log_term: 1,
        index: 1,
        commit: 2,
        entries: Entry { term: 1, index: 2, payload: Payload::Empty }.into(),
        ..Message::new(MessageType::MsgApp)
    };
    follower.step(append).unwrap();
    let ready = follower.ready();
    assert_eq!(kinds(&ready.messages), [(MessageType::MsgStorageAppend, APPEND_THREAD)]);
    let answers = kinds(&ready.messages[0].responses);
    let acknowledged = (MessageType::MsgAppResp, 1);
    assert_eq!(answers, [acknowledged, (MessageType::MsgStorageAppendResp, 2)]);
    // It is committed, and is not applied before it is stored.
    assert!(ready.committed_entries.is_empty() && !follower.has_ready());
    follower.storage_mut().append(&ready.entries);
    follower.step(ready.messages[0].responses[1].clone()).unwrap();
    let ready = follower.ready();
    assert_eq!(kinds(&ready.messages), [(MessageType::MsgStorageApply, APPLY_THREAD)]);
    assert_eq!(ready.committed_entries.len(), 1);
}

/// News that entries are stored is worth nothing in a later term: a write under way may replace
/// them, and reading storage would show what it is about to lose.
#[test]
fn entries_stay_in_memory_while_a_write_may_replace_them() {
    let asynchronous = Config { async_storage_writes: true, ..config(2) };
    let mut follower = node(asynchronous, 3, &[]);
    let mut append = |from, term, entry_term| {
        let message = Message {
            from,
            to: 2,
            term,
            log_term: 1,
            index: 1,
            entries: Entry { term: entry_term, index: 2, payload: Payload::Empty }.into(),
            ..Message::new(MessageType::MsgApp)
        };
        follower.step(message).unwrap();
        let ready = follower.ready();
        let work = ready.messages.last().unwrap();
        (ready.entries.clone(), work.responses.last().unwrap().clone())
    };
    // The same entry arrives, is replaced, and arrives again before anything is stored.
    let writes = [append(1, 1, 1), append(3, 2, 2), append(1, 3, 1)];
    let mut offsets = Vec::new();
    for (entries, stored) in writes {
        follower.storage_mut().append(&entries);
        follower.step(stored).unwrap();
        offsets.push(follower.log_view().unstable_offset);
        assert_eq!(follower.term_at(2), Some(1), "what the log says never changes back");
    }
    assert_eq!(offsets, [2, 2, 3], "only the last write ends it");
    let lines = said(&mut follower);
    let ignored = lines.iter().filter(|line| line.contains("ignored entry appends"));
    assert_eq!(ignored.count(), 2);
}

/// A follower that lacks the beginning of the log gets a snapshot, and the rest after it.
#[test]
fn a_snapshot_takes_the_place_of_the_beginning() {
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.lost = |message| message.to == 3;
    for _ in 0..5 {
        cluster.node(1).propose(data("x")).unwrap();
        cluster.settle();
    }
    let state = cluster.node(1).conf_state();
    let storage = cluster.node(1).storage_mut();
    storage.create_snapshot(5, state, ()).unwrap();
    storage.compact(5).unwrap();
    cluster.lost = |_| false;
    said(cluster.node(1));
    said(cluster.node(3));

    // While the owner is making one, none is sent.
    cluster.node(1).set_snapshot_source(SnapshotSource::InTheMaking);
    cluster.node(1).tick();
    cluster.settle();
    assert_eq!(cluster.commits(), [7, 7, 2]);
    let refused = "1 failed to send snapshot to 3 because snapshot is temporarily unavailable";
    assert!(said(cluster.node(1)).iter().any(|line| line == refused));

    cluster.node(1).set_snapshot_source(SnapshotSource::Stored);
    cluster.node(1).tick();
    cluster.settle();
    assert_eq!(cluster.commits(), [7, 7, 7]);
    let three = cluster.node(3);
    assert_eq!((three.first_index(), three.last_index()), (6, 7));
    let lines = said(three);
    assert!(lines.iter().any(|line| line.ends_with("restored snapshot [index: 5, term: 2]")));
    assert!(cluster.node(1).progress().all(|(_, p)| p.state == ProgressState::Replicate));
}

/// A snapshot that brings nothing new changes nothing but the commit index.
#[test]
fn old_snapshots_are_ignored() {
    let check = |last: (u64, u64), state: ConfState, commit, acknowledged, said_last: &str| {
        let mut follower = node(config(2), 3, &[1, 1, 2]);
        follower.step(heartbeat(2, 2)).unwrap();
        let (term, index) = last;
        let snapshot = Snapshot { last: EntryId { term, index }, conf_state: state, data: () };
        let message = Message {
            from: 1,
            to: 2,
            term: 2,
            snapshot: Some(Arc::new(snapshot)),
            ..Message::new(MessageType::MsgSnap)
        };
        follower.step(message).unwrap();
        assert_eq!((follower.commit_index(), follower.last_index()), (commit, 4));
        let answer = work(&mut follower).pop().unwrap();
        assert_eq!((answer.kind, answer.index), (MessageType::MsgAppResp, acknowledged));
        let lines = said(&mut follower);
        assert!(lines.iter().any(|line| line == said_last), "{lines:?}");
    };
    let members = ConfState::of_voters(1..=3);
    let ignored = "2 [commit: 2] ignored snapshot [index: 2, term: 1]";
    check((1, 2), members.clone(), 2, 2, ignored);
    let forward = "2 [commit: 2, lastindex: 4, lastterm: 2] fast-forwarded commit to snapshot \
                   [index: 3, term: 1]";
    check((1, 3), members, 3, 3, forward);
    let stranger = "2 attempted to restore snapshot but it is not in the ConfState voters:1 \
                    voters:3 auto_leave:false; should never happen";
    check((2, 9), ConfState::of_voters([1, 3]), 2, 2, stranger);
}

/// A change of configuration that a snapshot has overtaken on the way to be applied does nothing.
#[test]
fn a_snapshots_configuration_is_not_undone() {
    let mut follower = node(config(2), 3, &[]);
    let snapshot = Snapshot {
        last: EntryId { term: 1, index: 9 },
        conf_state: ConfState::of_voters([1, 2]),
        data: (),
    };
    let message = Message {
        from: 1,
        to: 2,
        term: 1,
        snapshot: Some(Arc::new(snapshot)),
        ..Message::new(MessageType::MsgSnap)
    };
    follower.step(message).unwrap();
    assert_eq!(follower.pending_snapshot().unwrap().last.index, 9);
    let change = ConfChangeV2 { changes: vec!["v7".parse().unwrap()], ..ConfChangeV2::default() };
    let state = follower.apply_conf_change(&change).unwrap();
    assert_eq!(state.voters, [1, 2]);
    work(&mut follower);
    assert!(follower.pending_snapshot().is_none());
    let state = follower.apply_conf_change(&change).unwrap();
    assert_eq!(state.voters, [1, 2, 7]);
}

/// A leader sends no more than a message may hold, and no more messages than may be in flight.
#[test]
fn sending_is_limited() {
    let check = |size_per_msg_max, inflight_msgs_max, expected: &[usize]| {
        let limits = Limits { inflight_msgs_max, inflight_bytes_max: 0 };
        let limited = Config { size_per_msg_max, limits, ..config(1) };
        let mut cluster = Cluster::new(vec![node(limited, 2, &[]), node(config(2), 2, &[])]);
        cluster.elect(1);
        cluster.lost = |message| message.kind == MessageType::MsgApp;
        let entries = (0..6).map(|_| Entry::proposed(Payload::Data(data("x"))));
        let proposal = Message {
            from: 2,
            to: 1,
            entries: entries.collect(),
            ..Message::new(MessageType::MsgProp)
        };
        cluster.node(1).step(proposal).unwrap();
        let mut mail = work(cluster.node(1));
        // An answer to what was sent before opens the window for all that fits.
        let answer = Message {
            from: 2,
            to: 1,
            term: 2,
            index: mail[0].index + mail[0].entries.len() as u64,
            ..Message::new(MessageType::MsgAppResp)
        };
        cluster.node(1).step(answer).unwrap();
        mail.extend(work(cluster.node(1)));
        let counts = mail.iter().filter(|message| !message.entries.is_empty());
        assert_eq!(counts.map(|message| message.entries.len()).collect::<Vec<_>>(), expected);
    };
    check(UNLIMITED, 100, &[6]);
    check(0, 100, &[1, 1, 1, 1, 1, 1]);
    check(0, 3, &[1, 1, 1, 1]);
    check(20, 100, &[2, 2, 2]);
}

/// What contradicts what is stored stops a node for good: here it has lost what it had stored.
#[test]
fn a_contradiction_halts() {
    let mut follower = node(config(2), 3, &[]);
    follower.step(heartbeat(1, 9)).unwrap();
    let line = follower.halted().unwrap();
    assert_eq!(line.level(), Level::Fatal);
    assert_eq!(
        line.to_string(),
        "tocommit(9) is out of range [lastIndex(1)]. Was the raft log corrupted, truncated, or \
         lost?"
    );
    assert!(!follower.has_ready());
    (0..100).for_each(|_| follower.tick());
    assert_eq!(follower.step(heartbeat(1, 1)), Err(StepError::Halted));
    assert_eq!((follower.term(), follower.role()), (1, Role::Follower));
}

fn heartbeat(term: u64, commit: u64) -> Mail {
    Message { from: 1, to: 2, term, commit, ..Message::new(MessageType::MsgHeartbeat) }
}
