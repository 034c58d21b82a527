//! Members on a small perfect network, with a client that asks the first of them.

mod leases;
mod maintenance;
mod membership;
mod service;

use std::sync::Arc;

use super::{Disk, Fault, Identity, Input, Member, Message, Out, Settings};
use crate::etcd::membership::MemberInfo;
use crate::etcd::mvcc::{KeyRange, Op, RangeError, StoredValue, Txn};
use crate::etcd::raft::Role;
use crate::etcd::rpc::{Cancelled, Error, Events, Reply, Request, Response, WatchOptions};
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

fn member_info(host: u16) -> MemberInfo {
    MemberInfo {
        id: u64::from(host) + 1,
        name: format!("m{host}").into(),
        peer_urls: vec![format!("https://10.0.0.{host}:2380").into()],
        client_urls: Vec::new(),
        address: Some(Address::new(HostId(host), 2380)),
        is_learner: false,
    }
}

fn watch(prefix: &str, from: u64) -> Request<Text> {
    Request::Watch { range: KeyRange::prefix(prefix), from, options: WatchOptions::default() }
}

fn put(key: &str, value: &str, lease: i64) -> Request<Text> {
    let put = Op::Put { key: key.into(), value: Text(value.into()), lease };
    Request::Txn(Txn::of(vec![put]))
}

fn range(key: &str, revision: u64, serializable: bool) -> Request<Text> {
    Request::Range { range: KeyRange::one(key), revision, limit: 0, serializable }
}

struct World {
    now: Time,
    members: Vec<Result<Member<Text>, Box<Disk<Text>>>>,
    founders: Arc<[Arc<MemberInfo>]>,
    settings: Settings,
    records: Vec<super::Record>,
    cancelled: Vec<Cancelled>,
    queue: Queue<(usize, u32, Input<Text>)>,
    incarnations: Vec<u32>,
    out: Out<Text>,
    next_record: u64,
    told: u64,
    responses: Vec<(u32, Response<Text>)>,
    events: Vec<Events<Text>>,
    asked: u32,
}

impl World {
    fn new(n: u16) -> Self {
        let founders = (0..n).map(|host| Arc::new(member_info(host)));
        let mut world = Self {
            now: Time::from_secs(1),
            members: (0..n).map(|_| Err(Box::default())).collect(),
            founders: founders.collect(),
            settings: Settings::default(),
            records: Vec::new(),
            cancelled: Vec::new(),
            queue: Queue::new(),
            incarnations: vec![0; n.into()],
            out: Outbox::new(),
            next_record: 1,
            told: 1,
            responses: Vec::new(),
            events: Vec::new(),
            asked: 0,
        };
        (0..n.into()).for_each(|at| world.start(at));
        world
    }

    fn start(&mut self, at: usize) {
        let Err(disk) = &self.members[at] else { panic!("it runs already") };
        let id = if disk.id() == 0 { at as u64 + 1 } else { disk.id() };
        let rng = Rng::new(id + u64::from(self.incarnations[at]) * 100);
        let disk = (**disk).clone();
        let client_urls = vec![format!("https://10.0.0.{at}:2379").into()];
        let own = Identity { name: format!("m{at}").into(), client_urls };
        let (settings, known) = (self.settings.clone(), self.founders.clone());
        self.members[at] = Ok(Member::new((id, own), settings, known, disk, rng));
        self.push(Duration::ZERO, at, Input::Start);
    }

    fn stop(&mut self, at: usize) {
        let Ok(member) = &self.members[at] else { panic!("it does not run") };
        self.members[at] = Err(Box::new(member.clone().stop(true)));
        self.incarnations[at] += 1;
    }

    fn push(&mut self, after: Duration, at: usize, input: Input<Text>) {
        // Nothing is where a member was added and never started.
        let Some(incarnation) = self.incarnations.get(at).copied() else { return };
        self.queue.push(self.now + after, (at, incarnation, input));
    }

    fn ask(&mut self, at: usize, number: u32, request: Request<Text>) {
        self.push(LATENCY, at, Input::Request(CLIENT, number, Arc::new(request)));
    }

    fn put(&mut self, at: usize, number: u32, key: &str, value: &str) {
        self.ask(at, number, put(key, value, 0));
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
            Effect::Send { to, after, message: Message::Forward(number, request), .. } => {
                let asker = Address::new(HostId(from as u16), 2380);
                let input = Input::Request(asker, number, request);
                self.push(after + LATENCY, to.host.0.into(), input);
            }
            Effect::Send { to, after, message: Message::Response(number, response), .. } => {
                if to == CLIENT {
                    self.responses.push((number, *response));
                } else {
                    let at = to.host.0.into();
                    self.push(after + LATENCY, at, Input::Response(number, response));
                }
            }
            Effect::Send { message: Message::Events(_, events), .. } => match events {
                Ok(events) => self.events.push(events),
                Err(cancelled) => self.cancelled.push(cancelled),
            },
            Effect::Timer { at, token, .. } => {
                let incarnation = self.incarnations[from];
                self.queue.push(at, (from, incarnation, Input::Timer(token)));
            }
            Effect::Record { payload, .. } => self.records.push(payload),
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

    /// Asks, lets time pass, and gives the answer.
    fn answer(&mut self, at: usize, request: Request<Text>) -> Result<Reply<Text>, Error> {
        self.asked += 1;
        let number = 1000 + self.asked;
        self.ask(at, number, request);
        self.run(Duration::from_millis(200));
        self.result(number).expect("it is answered").clone()
    }

    /// Asks, and refuses to be refused.
    fn get(&mut self, at: usize, request: Request<Text>) -> Reply<Text> {
        self.answer(at, request).expect("it can be done")
    }

    fn member(&self, at: usize) -> &Member<Text> {
        self.members[at].as_ref().expect("it runs")
    }

    fn result(&self, number: u32) -> Option<&Result<Reply<Text>, Error>> {
        self.responses.iter().find(|(n, _)| *n == number).map(|(_, response)| &response.result)
    }
}
