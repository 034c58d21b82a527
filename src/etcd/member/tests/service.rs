//! What clients are promised: writes reach everyone, watchers hear everything, reads are fresh.

use super::*;

#[test]
fn a_leader_is_elected_and_writes_reach_everyone() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    assert!(world.leader().is_some());
    for n in 0..20 {
        world.put((n % 3) as usize, n, &format!("key-{n}"), "value");
    }
    world.run(Duration::from_secs(1));
    assert_eq!(world.responses.len(), 20);
    assert!(world.responses.iter().all(|(_, response)| response.result.is_ok()));
    assert_eq!(world.told, 21);
    let hashes = world.hashes();
    assert_eq!(hashes[0].0, 21);
    assert!(hashes.iter().all(|hash| *hash == hashes[0]));
}

#[test]
fn watchers_are_told_in_order_and_once() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    world.put(0, 1, "a/1", "x");
    world.run(Duration::from_secs(1));
    world.ask(1, 2, watch("a/", 2));
    for n in 3..40 {
        let key = if n % 2 == 0 { format!("a/{n}") } else { format!("b/{n}") };
        world.put((n % 3) as usize, n, &key, "x");
    }
    world.run(Duration::from_secs(1));
    let revisions: Vec<u64> =
        world.events.iter().flat_map(|e| e.events.iter().map(|e| e.revision)).collect();
    assert_eq!(revisions.len(), 1 + 18);
    assert!(revisions.is_sorted_by(|a, b| a < b), "{revisions:?}");
}

#[test]
fn a_leader_that_stops_is_replaced_and_comes_back_as_a_follower() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    let old = world.leader().unwrap();
    world.stop(old);
    world.run(Duration::from_secs(4));
    let new = world.leader().expect("two of three are a quorum");
    assert_ne!(old, new);
    world.put(new, 1, "k", "v");
    world.run(Duration::from_secs(1));
    world.start(old);
    world.run(Duration::from_secs(2));
    let returned = world.members[old].as_ref().unwrap();
    assert_eq!(returned.node().role(), Role::Follower);
    let hashes = world.hashes();
    assert!(hashes.iter().all(|hash| *hash == hashes[0]));
}

#[test]
fn members_that_all_stopped_know_each_other_when_they_start_again() {
    for n in [1, 3] {
        let mut world = World::new(n);
        world.run(Duration::from_secs(3));
        world.put(0, 1, "k", "v");
        world.run(Duration::from_secs(1));
        (0..n.into()).for_each(|at| world.stop(at));
        (0..n.into()).for_each(|at| world.start(at));
        world.run(Duration::from_secs(4));
        assert!(world.leader().is_some(), "{n} members");
        world.put(0, 2, "k", "w");
        world.run(Duration::from_secs(1));
        assert!(matches!(world.result(2), Some(Ok(_))), "{n} members");
    }
}

#[test]
fn without_a_quorum_writes_time_out_and_local_reads_still_answer() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    world.put(0, 1, "k", "v");
    world.run(Duration::from_secs(1));
    world.stop(1);
    world.stop(2);
    world.put(0, 2, "k", "w");
    let range = KeyRange::one("k");
    world.ask(
        0,
        3,
        Request::Range { range: range.clone(), revision: 0, limit: 0, serializable: true },
    );
    world.ask(0, 4, Request::Range { range, revision: 0, limit: 0, serializable: false });
    world.run(Duration::from_secs(10));
    assert!(matches!(world.result(2), Some(Err(Error::Timeout))));
    assert!(matches!(world.result(3), Some(Ok(Reply::Ranged(found))) if found.count == 1));
    assert!(matches!(world.result(4), Some(Err(Error::Timeout | Error::LeaderChanged))));
    world.start(1);
    world.run(Duration::from_secs(4));
    world.put(0, 5, "k", "x");
    world.run(Duration::from_secs(1));
    assert!(matches!(world.result(5), Some(Ok(_))));
}

#[test]
fn a_follower_far_behind_gets_a_snapshot() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    world.stop(2);
    let settings = Settings { snapshot_count: 50, catch_up_entries: 10, ..Settings::default() };
    for at in 0..2 {
        if let Ok(member) = &mut world.members[at] {
            member.settings = Arc::new(settings.clone());
        }
    }
    for n in 0..300 {
        world.put(0, n, &format!("key-{}", n % 7), "v");
        world.run(Duration::from_millis(20));
    }
    world.start(2);
    world.run(Duration::from_secs(3));
    let hashes = world.hashes();
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
    let first = world.members[2].as_ref().unwrap().node().first_index();
    assert!(first > 200, "it did not get the whole log, but a snapshot: {first}");
}

#[test]
fn revisions_that_were_compacted_are_neither_read_nor_watched() {
    let mut world = World::new(1);
    world.run(Duration::from_secs(3));
    for n in 0..5 {
        world.get(0, put("k", &n.to_string(), 0));
    }
    world.get(0, Request::Compact { revision: 4 });
    let compacted = Err(Error::Range(RangeError::Compacted));
    assert_eq!(world.answer(0, range("k", 3, false)).map(drop), compacted);
    assert!(world.answer(0, range("k", 4, true)).is_ok());
    assert_eq!(world.answer(0, Request::Compact { revision: 4 }).map(drop), compacted);
    let future = Err(Error::Range(RangeError::Future));
    assert_eq!(world.answer(0, Request::Compact { revision: 99 }).map(drop), future);
    world.get(0, watch("k", 2));
    let Cancelled { error, compacted } = world.cancelled[0];
    assert_eq!(error.to_string(), "etcdserver: mvcc: required revision has been compacted");
    world.get(0, watch("k", compacted));
    let told = world.events.iter().flat_map(|events| events.events.iter());
    assert!(told.map(|event| event.revision).eq(4..=6), "it resumes where it may");
}

#[test]
fn requests_that_no_member_would_do_are_refused_at_once() {
    let mut world = World::new(1);
    world.settings.request_bytes_max = 100;
    world.stop(0);
    world.start(0);
    world.run(Duration::from_secs(3));
    for (request, error) in [
        (put("", "v", 0), Error::EmptyKey),
        (range("", 0, false), Error::EmptyKey),
        (put("k", &"v".repeat(200), 0), Error::RequestTooLarge),
        (put("k", "v", 7), Error::LeaseNotFound),
    ] {
        assert_eq!(world.answer(0, request).map(drop), Err(error));
    }
}

#[test]
fn leadership_goes_where_it_is_sent() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    let old = world.leader().unwrap();
    let (new, other) = ((old + 1) % 3, (old + 2) % 3);
    let to = |at: usize| Request::MoveLeader { to: at as u64 + 1 };
    assert_eq!(world.answer(other, to(new)).map(drop), Err(Error::NotLeader));
    assert_eq!(world.answer(old, to(8)).map(drop), Err(Error::BadTransferee));
    world.get(old, to(new));
    assert_eq!(world.leader(), Some(new));
}

#[test]
fn a_paused_member_goes_on_where_it_stood() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    let old = world.leader().unwrap();
    world.push(Duration::ZERO, old, Input::Fault(Fault::Pause));
    world.run(Duration::from_secs(4));
    let new = (0..3).find(|&at| at != old && world.member(at).node().role() == Role::Leader);
    world.put(new.expect("the others elect one"), 1, "k", "v");
    world.run(Duration::from_secs(1));
    assert!(matches!(world.result(1), Some(Ok(_))));
    world.push(Duration::ZERO, old, Input::Fault(Fault::Resume));
    world.run(Duration::from_secs(2));
    assert_eq!(world.member(old).node().role(), Role::Follower);
    let hashes = world.hashes();
    assert!(hashes.iter().all(|hash| *hash == hashes[0]));
}

#[test]
fn aligned_timers_split_the_vote() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    let leader = world.leader().unwrap();
    world.stop(leader);
    let term = world.members.iter().flatten().map(|member| member.node().term()).max();
    let at = world.now + Duration::from_millis(50);
    for member in (0..3).filter(|&member| member != leader) {
        world.push(Duration::ZERO, member, Input::Fault(Fault::Timers(at, 3)));
    }
    world.run(Duration::from_millis(420));
    let now = world.members.iter().flatten().map(|member| member.node().term()).max();
    assert!(now > term, "both stood at once");
    assert!(world.members.iter().flatten().all(|member| member.node().role() != Role::Leader));
    world.run(Duration::from_secs(8));
    assert!(world.leader().is_some(), "in the end one is first");
}
