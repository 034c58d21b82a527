//! Members of etcd alone, on a perfect network: how fast they agree, and how little they cost when
//! there is nothing to agree on.

use std::sync::Arc;
use std::time::Duration;

use super::Meter;
use crate::cluster::Time;
use crate::cluster::rooms::apiserver::Stored;
use crate::cluster::rooms::etcd::mvcc::{Op, Txn};
use crate::cluster::rooms::etcd::raft::Role;
use crate::cluster::rooms::etcd::rpc::Request;
use crate::cluster::rooms::etcd::{
    Disk, Identity, Input, Member, MemberInfo, Message, Record, Settings, Timer,
};
use crate::sim::{Address, Effect, HostId, Outbox, Queue, RecordId, Rng};

/// How long a message takes from one host to another.
const LATENCY: Duration = Duration::from_micros(250);
/// How many proposals are made, and how many of them are under way at once.
const PROPOSALS: u32 = 20_000;
const AT_ONCE: u32 = 64;
/// How many keys they write.
const KEYS: u32 = 1_000;
const CLIENT: Address = Address::new(HostId(u16::MAX), 1);
const PEER_PORT: u16 = 2380;

/// Some members and everything on its way between them.
struct Members {
    now: Time,
    members: Vec<Member<Stored>>,
    queue: Queue<(usize, Input<Stored>)>,
    out: Outbox<Message<Stored>, Timer, Record>,
    told: u64,
    answered: u32,
}

/// How many proposals a second, of a real clock, `count` members agree on.
pub fn proposals_per_second(meter: Meter, count: u16) -> f64 {
    let mut members = Members::new(count);
    let leader = members.elect();
    let ((), seconds) = meter.time(|| {
        let mut asked = 0;
        while members.answered < PROPOSALS {
            while asked < PROPOSALS && asked - members.answered < AT_ONCE {
                members.put(leader, asked);
                asked += 1;
            }
            assert!(members.step(), "members that have something to do do not fall asleep");
        }
    });
    f64::from(PROPOSALS) / seconds
}

/// How many simulated seconds pass in one of a real clock, while `count` members have nothing to do
/// but to show that they are there.
pub fn idle(meter: Meter, count: u16) -> f64 {
    let mut members = Members::new(count);
    members.elect();
    let span = Duration::from_secs(3600);
    let until = members.now + span;
    let ((), seconds) = meter.time(|| while members.now < until && members.step() {});
    span.as_secs_f64() / seconds
}

impl Members {
    fn new(count: u16) -> Self {
        let founder = |host: u16| {
            Arc::new(MemberInfo {
                id: u64::from(host) + 1,
                name: format!("master-{host}").into(),
                peer_urls: vec![format!("https://10.0.0.{host}:2380").into()],
                client_urls: Vec::new(),
                address: Some(Address::new(HostId(host), PEER_PORT)),
                is_learner: false,
            })
        };
        let founders: Arc<[_]> = (0..count).map(founder).collect();
        let member = |info: &Arc<MemberInfo>| {
            let own = Identity { name: info.name.clone(), client_urls: Vec::new() };
            let (settings, rng) = (Settings::default(), Rng::new(info.id));
            Member::new((info.id, own), settings, founders.clone(), Disk::new(), rng)
        };
        let mut members = Self {
            now: Time::from_secs(1),
            members: founders.iter().map(member).collect(),
            queue: Queue::new(),
            out: Outbox::new(),
            told: 1,
            answered: 0,
        };
        for at in 0..usize::from(count) {
            members.queue.push(members.now, (at, Input::Start));
        }
        members
    }

    /// Lets time pass until one leads, and says which.
    fn elect(&mut self) -> usize {
        let leads = |member: &Member<Stored>| member.node().role() == Role::Leader;
        loop {
            if let Some(leader) = self.members.iter().position(leads) {
                return leader;
            }
            assert!(self.step(), "members that have no leader stand for election");
        }
    }

    fn put(&mut self, at: usize, number: u32) {
        let key = format!("/bench/{}", number % KEYS).into();
        let put = Op::Put { key, value: Stored::Text("a value of some length".into()), lease: 0 };
        let request = Arc::new(Request::Txn(Txn::of(vec![put])));
        self.queue.push(self.now, (at, Input::Request(CLIENT, number, request)));
    }

    /// Handles the next event, if there is one.
    fn step(&mut self) -> bool {
        let Some((now, _, (at, input))) = self.queue.pop() else { return false };
        self.now = now;
        self.out.open(now, RecordId(1));
        self.members[at].handle(input, &mut self.told, &mut self.out);
        for effect in self.out.drain() {
            match effect {
                Effect::Send { to, after, message: Message::Peer(peer), .. } => {
                    let arrival = now + after + LATENCY;
                    self.queue.push(arrival, (to.host.0.into(), Input::Peer(peer)));
                }
                Effect::Send { message: Message::Response(..), .. } => self.answered += 1,
                Effect::Timer { at: time, token, .. } => {
                    self.queue.push(time, (at, Input::Timer(token)));
                }
                Effect::Send { .. } | Effect::Record { .. } => {}
            }
        }
        true
    }
}
