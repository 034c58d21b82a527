//! Members that come, learn, are promoted, move and go.

use super::*;

impl World {
    /// A host on which nothing runs yet.
    fn add_host(&mut self) -> usize {
        self.members.push(Err(Box::default()));
        self.incarnations.push(0);
        self.members.len() - 1
    }

    fn add_member(&mut self, at: usize, is_learner: bool) -> Result<u64, Error> {
        let MemberInfo { peer_urls, address, .. } = member_info(at as u16);
        let leader = self.leader().unwrap();
        match self.answer(leader, Request::MemberAdd { peer_urls, address, is_learner })? {
            Reply::Members { added: Some(id), .. } => Ok(id),
            other => panic!("{other:?}"),
        }
    }

    /// Starts a process for a member that was added.
    fn join(&mut self, at: usize, id: u64) {
        let leader = self.leader().unwrap();
        let member = self.member(leader).clone();
        self.founders = member.state().membership.iter().cloned().collect();
        self.members[at] = Err(Box::new(Disk::joining(id, member.cluster())));
        self.start(at);
    }

    fn names(&self, at: usize) -> Vec<(u64, String)> {
        let membership = &self.member(at).state().membership;
        membership.iter().map(|member| (member.id, member.name.to_string())).collect()
    }
}

#[test]
fn founders_know_each_other_and_say_where_clients_reach_them() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(3));
    for member in (0..3).map(|at| world.member(at)) {
        let urls = member.state().membership.iter().map(|member| member.client_urls[0].to_string());
        assert!(urls.eq((0..3).map(|at| format!("https://10.0.0.{at}:2379"))));
    }
}

#[test]
fn a_learner_catches_up_and_is_promoted() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(9));
    for n in 0..50 {
        world.get(0, put(&format!("k{n}"), "v", 0));
    }
    let host = world.add_host();
    let id = world.add_member(host, true).unwrap();
    assert_eq!(id, 4);
    let promote = Request::MemberPromote { id };
    let early = world.answer(0, promote.clone());
    assert_eq!(early.map(drop), Err(Error::LearnerNotReady));
    assert_eq!(world.add_member(9, true), Err(Error::TooManyLearners));
    world.join(host, id);
    world.run(Duration::from_secs(2));
    let hashes = world.hashes();
    assert_eq!(hashes.len(), 4);
    assert!(hashes.iter().all(|hash| *hash == hashes[0]));
    assert_eq!(world.answer(host, put("k", "v", 0)).map(drop), Err(Error::LearnerUnsupported));
    assert!(world.answer(host, range("k0", 0, true)).is_ok());
    world.get(0, promote.clone());
    assert_eq!(world.answer(0, promote).map(drop), Err(Error::NotLearner));
    world.get(host, put("k", "v", 0));
    assert_eq!(world.names(0).last(), Some(&(4, "m3".to_owned())), "it has said who it is");
}

#[test]
fn a_lost_member_is_replaced() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(9));
    let lost = (world.leader().unwrap() + 1) % 3;
    let asked = (lost + 1) % 3;
    world.stop(lost);
    world.run(Duration::from_secs(2));
    world.get(asked, Request::MemberRemove { id: lost as u64 + 1 });
    let again = world.answer(asked, Request::MemberRemove { id: lost as u64 + 1 });
    assert_eq!(again.map(drop), Err(Error::MemberNotFound));
    let id = world.add_member(lost, false).unwrap();
    assert_eq!(id, 4, "ids are not given twice");
    world.join(lost, id);
    world.run(Duration::from_secs(3));
    world.get(lost, put("k", "v", 0));
    let hashes = world.hashes();
    assert!(hashes.len() == 3 && hashes.iter().all(|hash| *hash == hashes[0]));
}

#[test]
fn a_member_that_is_removed_leaves() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(9));
    let leader = world.leader().unwrap();
    world.get(leader, Request::MemberRemove { id: leader as u64 + 1 });
    world.run(Duration::from_secs(2));
    assert_eq!(world.member(leader).exit(), Some(super::super::Exit::Removed));
    world.stop(leader);
    world.run(Duration::from_secs(4));
    assert!(world.leader().is_some());
    world.get((leader + 1) % 3, put("k", "v", 0));
}

#[test]
fn no_change_may_cost_the_quorum() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(9));
    let leader = world.leader().unwrap();
    let (down, up) = ((leader + 1) % 3, (leader + 2) % 3);
    world.stop(down);
    world.run(Duration::from_secs(2));
    assert_eq!(world.add_member(7, false), Err(Error::Unhealthy));
    let remove = Request::MemberRemove { id: up as u64 + 1 };
    assert_eq!(world.answer(leader, remove).map(drop), Err(Error::Unhealthy));
    world.start(down);
    world.run(Duration::from_secs(7));
    world.add_member(7, false).unwrap();
    let late = world.add_member(8, false);
    assert_eq!(late, Err(Error::Unhealthy), "one that has not started is not well");
    let message = Error::NotEnoughStarted.to_string();
    assert!(message.ends_with("re-configuration failed due to not enough started members"));
}

#[test]
fn a_member_is_found_where_it_says_it_is() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(9));
    let MemberInfo { peer_urls, address, .. } = member_info(1);
    let taken = Request::MemberUpdate { id: 1, peer_urls, address };
    assert_eq!(world.answer(0, taken).map(drop), Err(Error::PeerUrlExists));
    let peer_urls = vec!["https://elsewhere:2380".into()];
    world.get(0, Request::MemberUpdate { id: 2, peer_urls: peer_urls.clone(), address: None });
    let known = world.member(0).state().membership.get(2).unwrap().peer_urls.clone();
    assert_eq!(known, peer_urls);
}

#[test]
fn one_that_was_removed_while_it_was_away_is_told() {
    let mut world = World::new(3);
    world.run(Duration::from_secs(9));
    let leader = world.leader().unwrap();
    let away = (leader + 1) % 3;
    world.stop(away);
    world.run(Duration::from_secs(2));
    world.get(leader, Request::MemberRemove { id: away as u64 + 1 });
    world.start(away);
    world.run(Duration::from_secs(4));
    assert_eq!(world.member(away).exit(), Some(super::super::Exit::Removed));
}

#[test]
fn one_that_joins_after_a_snapshot_is_sent_a_newer_one() {
    let mut world = World::new(1);
    world.stop(0);
    (world.settings.snapshot_count, world.settings.catch_up_entries) = (10, 2);
    world.start(0);
    world.run(Duration::from_secs(9));
    for n in 0..30 {
        world.get(0, put(&format!("k{n}"), "v", 0));
    }
    let host = world.add_host();
    let id = world.add_member(host, true).unwrap();
    world.join(host, id);
    world.run(Duration::from_secs(2));
    assert_eq!(world.hashes()[0], world.hashes()[1]);
    assert!(world.member(host).state().membership.get(id).is_some());
}
