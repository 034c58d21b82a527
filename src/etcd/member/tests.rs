//! Members on a small perfect network, with a client that asks the first of them.

use std::sync::Arc;

use super::{Disk, Input, Member, Message, Out, Settings};
use crate::etcd::mvcc::{KeyRange, Op, StoredValue, Txn};
use crate::etcd::raft::Role;
use crate::etcd::rpc::{Error, Events, Reply, Request, Response};
use crate::sim::{Address, Duration, Effect, HostId, Outbox, Queue, RecordId, Rng, Time};

#[derive(Clone, PartialEq, Debug)]
struct Text(String);

impl StoredValue for Text {
    type Derived = ();

    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn hash(&self) -> u64 {
        crate::sim::Fingerprint::of_str(&self.0)
    }

    fn text(&self) -> String {
        self.0.clone()
    }

    fn from_text(text: &str) -> Self {
        Self(text.into())
    }
}

const CLIENT: Address = Address::new(HostId(99), 1);
const LATENCY: Duration = Duration::from_micros(250);

struct World {
    now: Time,
    members: Vec<Result<Member<Text>, Box<Disk<Text>>>>,
    peers: Arc<[Address]>,
    queue: Queue<(usize, u32, Input<Text>)>,
    incarnations: Vec<u32>,
    out: Out<Text>,
    next_record: u64,
    told: u64,
    responses: Vec<(u32, Response<Text>)>,
    events: Vec<Events<Text>>,
}

impl World {
    fn new(n: u16) -> Self {
        let peers: Arc<[Address]> = (0..n).map(|host| Address::new(HostId(host), 2380)).collect();
        let mut world = Self {
            now: Time::from_secs(1),
            members: (0..n).map(|_| Err(Box::default())).collect(),
            peers,
            queue: Queue::new(),
            incarnations: vec![0; n.into()],
            out: Outbox::new(),
            next_record: 1,
            told: 1,
            responses: Vec::new(),
            events: Vec::new(),
        };
        (0..n.into()).for_each(|at| world.start(at));
        world
    }

    fn start(&mut self, at: usize) {
        let id = at as u64 + 1;
        let Err(disk) = &self.members[at] else { panic!("it runs already") };
        let rng = Rng::new(id + u64::from(self.incarnations[at]) * 100);
        let disk = (**disk).clone();
        self.members[at] = Ok(Member::new(id, Settings::default(), self.peers.clone(), disk, rng));
        self.push(Duration::ZERO, at, Input::Start);
    }

    fn stop(&mut self, at: usize) {
        let Ok(member) = &self.members[at] else { panic!("it does not run") };
        self.members[at] = Err(Box::new(member.clone().stop()));
        self.incarnations[at] += 1;
    }

    fn push(&mut self, after: Duration, at: usize, input: Input<Text>) {
        self.queue.push(self.now + after, (at, self.incarnations[at], input));
    }

    fn ask(&mut self, at: usize, number: u32, request: Request<Text>) {
        self.push(LATENCY, at, Input::Request(CLIENT, number, Arc::new(request)));
    }

    fn put(&mut self, at: usize, number: u32, key: &str, value: &str) {
        let put = Op::Put { key: key.into(), value: Text(value.into()), lease: 0 };
        self.ask(at, number, Request::Txn(Txn::of(vec![put])));
    }

    fn run(&mut self, time: Duration) {
        let until = self.now + time;
        while self.queue.next_time().is_some_and(|next| next <= until) {
            let Some((now, _, (at, incarnation, input))) = self.queue.pop() else { break };
            self.now = now;
            if incarnation != self.incarnations[at] {
                continue;
            }
            let Ok(member) = &mut self.members[at] else { continue };
            self.out.open(now, RecordId(self.next_record));
            self.next_record += 10;
            member.handle(input, &mut self.told, &mut self.out);
            let effects: Vec<_> = self.out.drain().collect();
            for effect in effects {
                self.deliver(at, effect);
            }
        }
        self.now = until;
    }

    fn deliver(&mut self, from: usize, effect: Effect<Message<Text>, super::Timer, super::Record>) {
        match effect {
            Effect::Send { to, after, message: Message::Peer(peer), .. } => {
                self.push(after + LATENCY, to.host.0.into(), Input::Peer(peer));
            }
            Effect::Send { message: Message::Response(number, response), .. } => {
                self.responses.push((number, *response));
            }
            Effect::Send { message: Message::Events(_, events), .. } => {
                self.events.extend(events);
            }
            Effect::Timer { at, token, .. } => {
                let incarnation = self.incarnations[from];
                self.queue.push(at, (from, incarnation, Input::Timer(token)));
            }
            Effect::Record { .. } => {}
        }
    }

    fn leader(&self) -> Option<usize> {
        let leads =
            |m: &Result<Member<Text>, _>| m.as_ref().is_ok_and(|m| m.node().role() == Role::Leader);
        self.members.iter().position(leads)
    }

    fn hashes(&self) -> Vec<(u64, u64)> {
        let running = self.members.iter().filter_map(|m| m.as_ref().ok());
        running.map(|m| (m.state().store.revision(), m.state().store.hash())).collect()
    }

    fn result(&self, number: u32) -> Option<&Result<Reply<Text>, Error>> {
        self.responses.iter().find(|(n, _)| *n == number).map(|(_, response)| &response.result)
    }
}

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
    world.ask(1, 2, Request::Watch { range: KeyRange::prefix("a/"), from: 2 });
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
