//! Leases: how long they live, what hangs on them, and who lets them end.

use super::*;

fn grant(world: &mut World, at: usize, ttl_secs: u64) -> i64 {
    match world.get(at, Request::LeaseGrant { ttl_secs }) {
        Reply::Granted { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

/// Seconds left, and the keys that hang on it; `None` when there is no such lease.
fn left(world: &mut World, at: usize, id: i64) -> Option<(u64, usize)> {
    match world.get(at, Request::LeaseTimeToLive { id, keys: true }) {
        Reply::TimeToLive(lease) => lease.map(|lease| (lease.left_secs, lease.keys.len())),
        other => panic!("{other:?}"),
    }
}

fn is_there(world: &World, key: &str) -> bool {
    let mut running = world.members.iter().flatten();
    running.all(|member| member.state().store.get(key).is_some())
}

#[test]
fn leases_end_and_take_their_keys_along() {
    let mut world = World::new(1);
    world.run(Duration::from_secs(3));
    world.ask(0, 1, Request::LeaseGrant { ttl_secs: 5 });
    world.run(Duration::from_secs(1));
    let Some(Ok(Reply::Granted { id, .. })) = world.result(1).cloned() else { panic!() };
    let put = Op::Put { key: "k".into(), value: Text("v".into()), lease: id };
    world.ask(0, 2, Request::Txn(Txn::of(vec![put.clone()])));
    world.run(Duration::from_secs(1));
    let there = |world: &World| world.members[0].as_ref().unwrap().state().store.get("k").is_some();
    assert!(there(&world));
    world.run(Duration::from_secs(5));
    assert!(!there(&world));
    world.ask(0, 3, Request::Txn(Txn::of(vec![put])));
    world.run(Duration::from_secs(1));
    assert!(matches!(world.result(3), Some(Err(Error::LeaseNotFound))));
}

#[test]
fn a_lease_that_is_kept_alive_lives_on() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    let follower = (world.leader().unwrap() + 1) % 3;
    let id = grant(&mut world, follower, 5);
    world.get(follower, put("k", "v", id));
    for _ in 0..4 {
        world.run(Duration::from_secs(3));
        let kept = world.get(follower, Request::LeaseKeepAlive { id });
        assert!(matches!(kept, Reply::KeptAlive(Some(5))), "{kept:?}");
    }
    assert_eq!(left(&mut world, follower, id), Some((4, 1)));
    world.run(Duration::from_secs(6));
    assert_eq!(left(&mut world, follower, id), None);
    let kept = world.get(follower, Request::LeaseKeepAlive { id });
    assert!(matches!(kept, Reply::KeptAlive(None)), "{kept:?}");
    assert!(!is_there(&world, "k"));
}

#[test]
fn a_new_leader_lets_leases_live_longer() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    let old = world.leader().unwrap();
    let id = grant(&mut world, old, 10);
    world.get(old, put("k", "v", id));
    world.run(Duration::from_secs(8));
    world.stop(old);
    world.run(Duration::from_secs(4));
    assert!(is_there(&world, "k"), "its life began anew with the new leader");
    let new = world.leader().unwrap();
    assert!(left(&mut world, new, id).unwrap().0 > 6);
    world.run(Duration::from_secs(12));
    assert!(!is_there(&world, "k"));
}

#[test]
fn without_a_leader_no_lease_ends() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    let id = grant(&mut world, 0, 3);
    world.get(0, put("k", "v", id));
    world.stop(1);
    world.stop(2);
    world.run(Duration::from_secs(20));
    assert!(is_there(&world, "k"));
    world.ask(0, 1, Request::LeaseKeepAlive { id });
    world.run(Duration::from_secs(8));
    assert!(matches!(world.result(1), Some(Err(Error::Timeout))));
    world.start(1);
    world.run(Duration::from_secs(12));
    assert!(!is_there(&world, "k"));
}

#[test]
fn leases_are_listed_and_bounded() {
    let mut world = World::new(1);
    world.run(Duration::from_secs(3));
    let (one, other) = (grant(&mut world, 0, 60), grant(&mut world, 0, 0));
    assert_eq!(left(&mut world, 0, other).map(|(left, _)| left), Some(1), "no less than 2 s");
    let Reply::Leases(listed) = world.get(0, Request::Leases) else { panic!() };
    assert!(listed.contains(&one) && listed.contains(&other) && listed.len() == 2);
    world.get(0, Request::LeaseRevoke { id: one });
    let again = world.answer(0, Request::LeaseRevoke { id: one });
    assert_eq!(again.map(drop), Err(Error::LeaseNotFound));
    let long = world.answer(0, Request::LeaseGrant { ttl_secs: 9_000_000_001 });
    assert_eq!(long.map(drop), Err(Error::LeaseTtlTooLarge));
}
