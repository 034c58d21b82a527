//! Quota, alarms, defragmentation, hashes, copies.

use super::*;
use crate::etcd::alarm::{Alarm, AlarmKind};
use crate::etcd::rpc::Status;

fn status(world: &mut World, at: usize) -> Status {
    match world.get(at, Request::Status) {
        Reply::Status(status) => *status,
        other => panic!("{other:?}"),
    }
}

fn hash(world: &mut World, at: usize, revision: u64) -> u32 {
    match world.get(at, Request::HashKv { revision }) {
        Reply::HashKv(hash) => hash.hash,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_full_database_takes_nothing_until_it_is_made_smaller() {
    let mut world = World::new(3);
    (0..3).for_each(|at| world.stop(at));
    world.settings.quota_bytes = 30_000;
    (0..3).for_each(|at| world.start(at));
    world.run(Duration::from_secs(3));
    let mut refused = None;
    for n in 0..200 {
        refused = world.answer(0, put("k", &format!("{n} {}", "v".repeat(100)), 0)).err();
        if refused.is_some() {
            break;
        }
    }
    assert_eq!(refused.unwrap().to_string(), "etcdserver: mvcc: database space exceeded");
    let alarm = Alarm { member: 1, kind: AlarmKind::NoSpace };
    assert_eq!(status(&mut world, 1).errors, ["memberID:1 alarm:NOSPACE "]);
    assert_eq!(world.answer(2, put("k", "v", 0)).map(drop), Err(Error::NoSpace));
    world.get(1, Request::Txn(Txn::of(vec![Op::Delete { range: KeyRange::one("k") }])));
    let revision = world.member(0).state().store.revision();
    world.get(0, Request::Compact { revision });
    let before = status(&mut world, 0);
    assert!(before.db_bytes > before.db_bytes_in_use, "the file does not shrink by itself");
    for at in 0..3 {
        world.get(at, Request::Defragment);
        let after = status(&mut world, at);
        assert_eq!(after.db_bytes, after.db_bytes_in_use);
    }
    assert_eq!(world.answer(2, put("k", "v", 0)).map(drop), Err(Error::NoSpace));
    let Reply::Alarms(taken) = world.get(0, Request::Disarm(vec![alarm])) else { panic!() };
    assert_eq!(taken, [alarm]);
    world.get(2, put("k", "v", 0));
}

#[test]
fn a_full_disk_raises_the_same_alarm() {
    let mut world = World::new(1);
    world.run(Duration::from_secs(3));
    world.push(Duration::ZERO, 0, Input::Fault(Fault::FullDisk(true)));
    assert_eq!(world.answer(0, put("k", "v", 0)).map(drop), Err(Error::NoSpace));
    let Reply::Alarms(alarms) = world.get(0, Request::Alarms) else { panic!() };
    assert_eq!(alarms, [Alarm { member: 1, kind: AlarmKind::NoSpace }]);
}

#[test]
fn hashes_tell_altered_data() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    for n in 0..5 {
        world.get(0, put(&format!("k{n}"), "v", 0));
    }
    let hashes: Vec<u32> = (0..3).map(|at| hash(&mut world, at, 0)).collect();
    assert!(hashes.iter().all(|hash| *hash == hashes[0]));
    world.push(Duration::ZERO, 1, Input::Fault(Fault::CorruptData));
    world.get(0, put("other", "v", 0));
    let altered: Vec<u32> = (0..3).map(|at| hash(&mut world, at, 7)).collect();
    assert_eq!(altered[0], altered[2]);
    assert_ne!(altered[0], altered[1], "and nobody else has taken it over");
    assert_eq!(hash(&mut world, 0, 6), hashes[0], "the past has the hash it had");
}

#[test]
fn a_cluster_is_restored_from_a_copy() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    world.get(0, put("k", "saved", 0));
    let Reply::Snapshot(backup) = world.get(0, Request::Snapshot) else { panic!() };
    assert_eq!(backup.status().revision, 2);
    world.get(0, put("k", "lost", 0));
    assert!(backup.altered().restore().is_err());
    (0..3).for_each(|at| world.stop(at));
    for at in 0..3 {
        let disk = Disk::restored(at as u64 + 1, &world.founders, &backup).unwrap();
        world.members[at] = Err(Box::new(disk));
        world.start(at);
    }
    world.run(Duration::from_secs(4));
    let Reply::Ranged(found) = world.get(0, range("k", 0, false)) else { panic!() };
    assert_eq!(found.kvs[0].value, Text("saved".into()));
    world.get(0, put("k", "on", 0));
    assert!(world.hashes().iter().all(|hash| hash.0 == 3));
}

#[test]
fn an_unreadable_disk_ends_the_process() {
    let mut world = World::new(1);
    world.run(Duration::from_secs(3));
    world.stop(0);
    if let Err(disk) = &mut world.members[0] {
        disk.corrupt();
    }
    world.start(0);
    assert_eq!(world.member(0).exit(), Some(super::super::Exit::Unreadable));
}

#[test]
fn a_leader_finds_out_whose_data_differ() {
    let mut world = World::new(3);
    (0..3).for_each(|at| world.stop(at));
    world.settings.corrupt_check = Some(Duration::from_secs(5));
    (0..3).for_each(|at| world.start(at));
    world.run(Duration::from_secs(4));
    world.get(0, put("k", "v", 0));
    let altered = (world.leader().unwrap() + 1) % 3;
    world.push(Duration::ZERO, altered, Input::Fault(Fault::CorruptData));
    world.run(Duration::from_secs(7));
    let alarm = Alarm { member: altered as u64 + 1, kind: AlarmKind::Corrupt };
    assert_eq!(status(&mut world, 0).errors, [alarm.to_string()]);
    assert_eq!(world.answer(0, put("k", "v", 0)).map(drop), Err(Error::Corrupt));
    assert_eq!(world.answer(0, range("k", 0, false)).map(drop), Err(Error::Corrupt));
    world.get(0, Request::Disarm(vec![alarm]));
}

#[test]
fn a_member_whose_data_differ_does_not_stay() {
    let mut world = World::new(3);
    world.settings.initial_corrupt_check = true;
    world.run(Duration::from_secs(3));
    world.get(0, put("k", "v", 0));
    for (at, expected) in [(1, None), (2, Some(super::super::Exit::Inconsistent))] {
        if expected.is_some() {
            world.push(Duration::ZERO, at, Input::Fault(Fault::CorruptData));
            world.run(Duration::from_millis(10));
        }
        world.stop(at);
        world.start(at);
        world.run(Duration::from_secs(1));
        assert_eq!(world.member(at).exit(), expected);
    }
}
