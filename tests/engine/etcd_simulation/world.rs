//! The world of a run: hosts with members, the wires between them, and what befalls them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use orrery::etcd::mvcc::{EventList, KeyRange, StoredValue};
use orrery::etcd::raft::invariants::History;
use orrery::etcd::rpc::{Cancelled, Events, Request, Response};
use orrery::etcd::{Disk, Fault, Identity, Member, MemberInfo, Message, Record, Settings, Timer};
use orrery::sim::{Address, Effect, Fingerprint, HostId, Outbox, Queue, RecordId, Rng, Time};

use super::clients::{Client, Deeds, PATIENCE};
use super::operator::{address, founder};
use super::watchers::Watcher;

pub const PEER_PORT: u16 = 2380;
/// The hosts of clients come after this; then that of the operator, then those of watchers.
const CLIENTS: u16 = 100;
const OPERATOR: u16 = 200;
const WATCHERS: u16 = 300;
/// How long a run lives before all faults end, and how long it may take to come to rest then.
const LIFE: Duration = Duration::from_secs(14);
const REST: Duration = Duration::from_secs(40);

/// A value that is a number.
#[derive(Clone, PartialEq, Debug)]
pub struct Text(pub u64);

impl StoredValue for Text {
    type Derived = ();

    fn encoded_len(&self) -> usize {
        8
    }

    fn hash(&self) -> u64 {
        let mut hash = Fingerprint::new();
        hash.u64(self.0);
        hash.finish()
    }

    fn text(&self) -> String {
        self.0.to_string()
    }

    fn from_text(text: &str) -> Self {
        Self(text.parse().unwrap_or(0))
    }
}

pub type Input = orrery::etcd::Input<Text>;

type Running = Member<Text>;

pub struct Host {
    pub state: Result<Running, Box<Disk<Text>>>,
    incarnation: u32,
}

pub enum Event {
    Input(usize, u32, Input),
    Answer(HostId, u32, Box<Response<Text>>),
    Changes(HostId, u32, Result<Events<Text>, Cancelled>),
    Ask(usize),
    GiveUp(usize, u32),
    Follow(usize),
    Befall,
    Start(usize),
    Tend,
}

pub struct World {
    pub hosts: Vec<Host>,
    /// The disks of members that were removed: whoever has not heard of that counts on them.
    pub graves: Vec<Disk<Text>>,
    pub rng: Rng,
    pub known: Arc<[Arc<MemberInfo>]>,
    pub now: Time,
    settings: Settings,
    queue: Queue<Event>,
    out: Outbox<Message<Text>, Timer, Record>,
    told: u64,
    pub cut: BTreeSet<(u16, u16)>,
    /// When the last message of a stream between two hosts arrives.
    pub streams: BTreeMap<(u16, u16), Time>,
    pub is_faulty: bool,
    clients: Vec<Client>,
    deeds: Deeds,
    watchers: Vec<Watcher>,
    pub history: History,
    pub seen: Vec<(u64, bool, u64, u64, u64)>,
    /// What happened at each revision, as the first member to come there says.
    pub canon: BTreeMap<u64, EventList<Text>>,
    next_operation: u32,
    pub log: Vec<String>,
}

pub type Step = Result<(), String>;

impl Host {
    pub fn member(&self) -> Option<&Running> {
        self.state.as_ref().ok()
    }

    pub fn disk(&self) -> Option<&Disk<Text>> {
        self.state.as_ref().err().map(|disk| &**disk)
    }
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed).split("etcd");
        let founders = [1, 3, 3, 3, 5][rng.below(5) as usize];
        let spare = usize::from(founders > 1) * 2;
        let host = |_| Host { state: Err(Box::default()), incarnation: 0 };
        let snapshot_count = [20, 100, 10_000][rng.below(3) as usize];
        let settings = Settings {
            snapshot_count,
            catch_up_entries: snapshot_count / 4,
            strict_reconfig: rng.chance(700_000),
            ..Settings::default()
        };
        let mut world = Self {
            hosts: (0..founders + spare).map(host).collect(),
            graves: Vec::new(),
            known: (0..founders).map(founder).collect(),
            rng,
            now: Time::from_secs(1),
            settings,
            queue: Queue::new(),
            out: Outbox::new(),
            told: 1,
            cut: BTreeSet::new(),
            streams: BTreeMap::new(),
            is_faulty: true,
            clients: (0..3).map(|_| Client::default()).collect(),
            deeds: Deeds::default(),
            watchers: ["k/", "k/0"].map(|prefix| Watcher::new(KeyRange::prefix(prefix))).into(),
            history: History::new(),
            seen: Vec::new(),
            canon: BTreeMap::new(),
            next_operation: 1,
            log: Vec::new(),
        };
        (0..founders).for_each(|at| world.start(at));
        (0..world.clients.len()).for_each(|n| world.later(2000, Event::Ask(n)));
        (0..world.watchers.len()).for_each(|n| world.later(3000, Event::Follow(n)));
        world.later(3000, Event::Befall);
        world.later(2000, Event::Tend);
        world
    }

    /// Lives on under faults.
    pub fn live(&mut self) -> Step {
        self.pass(LIFE)
    }

    /// Ends all faults, waits until all members hold the same, and judges what was seen. Says how
    /// many requests were answered.
    pub fn settle(&mut self) -> Result<u64, String> {
        self.is_faulty = false;
        self.cut.clear();
        for at in 0..self.hosts.len() {
            if self.hosts[at].member().is_some_and(Member::is_paused) {
                self.befall_member(at, Fault::Resume);
            }
            self.start_used(at);
        }
        let end = self.now + REST;
        while !self.is_settled() {
            if self.now >= end {
                return Err("the cluster does not come to rest".to_owned());
            }
            self.pass(Duration::from_secs(1))?;
        }
        self.deeds.check()?;
        self.watchers.iter().try_for_each(|watcher| watcher.check(&self.canon))?;
        Ok(self.deeds.answered)
    }

    fn is_settled(&self) -> bool {
        let Some(leader) = self.leader() else { return false };
        let state = self.hosts[leader].member().expect("it leads").state();
        let is_quiet = self.clients.iter().all(|client| client.waiting.is_none());
        is_quiet
            && state.membership.iter().all(|member| {
                let running = self.hosts.iter().filter_map(Host::member);
                let mut it = running.filter(|running| running.node().id() == member.id);
                it.next().is_some_and(|running| {
                    running.state().applied == state.applied
                        && running.state().store.hash_kv(0) == state.store.hash_kv(0)
                })
            })
    }

    fn pass(&mut self, span: Duration) -> Step {
        let until = self.now + span;
        while self.queue.next_time().is_some_and(|at| at <= until) {
            let Some((now, _, event)) = self.queue.pop() else { break };
            self.now = now;
            self.happen(event)?;
        }
        self.now = until;
        Ok(())
    }

    fn happen(&mut self, event: Event) -> Step {
        match event {
            Event::Input(at, incarnation, input) => {
                if self.hosts[at].incarnation == incarnation {
                    self.handle(at, input)?;
                }
            }
            Event::Answer(host, number, response) => {
                if let Some(client) = self.clients.get_mut(usize::from(host.0 - CLIENTS)) {
                    client.hear(self.now, number, &response, &mut self.deeds);
                }
            }
            Event::Changes(host, number, events) => {
                self.watchers[usize::from(host.0 - WATCHERS)].hear(number, events)?;
            }
            Event::Ask(n) => self.ask(n),
            Event::GiveUp(n, number) => self.clients[n].give_up(number),
            Event::Follow(n) => self.follow(n),
            Event::Befall => {
                if self.is_faulty {
                    self.befall();
                    let pause = self.rng.below(900);
                    self.later(pause, Event::Befall);
                }
            }
            Event::Start(at) => self.start_used(at),
            Event::Tend => {
                self.tend();
                self.later(700, Event::Tend);
            }
        }
        Ok(())
    }

    fn handle(&mut self, at: usize, input: Input) -> Step {
        let Ok(member) = &mut self.hosts[at].state else { return Ok(()) };
        self.out.open(self.now, RecordId(1));
        member.handle(input, &mut self.told, &mut self.out);
        if let Some(line) = member.node().halted() {
            return Err(format!("member {} halted: {line}", member.node().id()));
        }
        let effects: Vec<_> = self.out.drain().collect();
        effects.into_iter().for_each(|effect| self.deliver(at, effect));
        self.remember(at)?;
        if self.hosts[at].member().is_some_and(|member| member.exit().is_some()) {
            self.stop(at, false);
        }
        self.check_raft()
    }

    /// Notes what a member says happened, or compares it with what others said.
    fn remember(&mut self, at: usize) -> Step {
        let Ok(member) = &self.hosts[at].state else { return Ok(()) };
        let store = &member.state().store;
        let known = self.canon.keys().last().copied().unwrap_or(1);
        let Ok(since) = store.since(known.min(store.revision())) else {
            return Err("history was compacted before it was looked at".to_owned());
        };
        for events in since {
            self.canon.insert(events[0].revision, events.clone());
        }
        Ok(())
    }

    fn deliver(&mut self, from: usize, effect: Effect<Message<Text>, Timer, Record>) {
        let (to, after, message) = match effect {
            Effect::Timer { at, token, .. } => {
                let event = Event::Input(from, self.hosts[from].incarnation, Input::Timer(token));
                self.queue.push(at, event);
                return;
            }
            Effect::Record { .. } => return,
            Effect::Send { to, after, message, .. } => (to, after, message),
        };
        let sent = self.now + after;
        match message {
            Message::Peer(peer) => {
                for _ in 0..self.copies(from as u16, to.host.0) {
                    let at = sent + self.latency(true);
                    self.input_at(at, to.host, Input::Peer(peer.clone()));
                }
            }
            Message::Forward(number, request) => {
                let at = self.in_order(from as u16, to.host.0, sent);
                self.input_at(at, to.host, Input::Request(address(from), number, request));
            }
            Message::Response(number, response) => {
                let at = self.in_order(from as u16, to.host.0, sent);
                match to.host.0 {
                    OPERATOR => {}
                    host if host >= WATCHERS => {}
                    host if host >= CLIENTS => {
                        self.queue.push(at, Event::Answer(to.host, number, response));
                    }
                    _ => self.input_at(at, to.host, Input::Response(number, response)),
                }
            }
            Message::Events(number, events) => {
                let at = self.in_order(from as u16, to.host.0, sent);
                self.queue.push(at, Event::Changes(to.host, number, events));
            }
        }
    }

    pub fn input_at(&mut self, at: Time, host: HostId, input: Input) {
        if let Some(incarnation) = self.hosts.get(usize::from(host.0)).map(|h| h.incarnation) {
            self.queue.push(at, Event::Input(host.0.into(), incarnation, input));
        }
    }

    pub fn later(&mut self, millis: u64, event: Event) {
        self.queue.push(self.now + Duration::from_millis(millis), event);
    }

    fn ask(&mut self, n: usize) {
        let pause = self.rng.below(400);
        self.later(pause, Event::Ask(n));
        if self.clients[n].waiting.is_some() || !self.is_faulty {
            return;
        }
        let asked = self.clients[n].ask(self.now, &mut self.deeds, &mut self.rng);
        let Some((number, request)) = asked else { return };
        let host = self.rng.below(self.hosts.len() as u64) as usize;
        let client = Address::new(HostId(CLIENTS + n as u16), 1);
        let at = self.in_order(client.host.0, host as u16, self.now);
        self.input_at(at, HostId(host as u16), Input::Request(client, number, request));
        self.queue.push(self.now + PATIENCE, Event::GiveUp(n, number));
    }

    pub fn ask_as_operator(&mut self, host: usize, request: Arc<Request<Text>>) {
        self.log.push(format!("{:?} {request:?}", self.now));
        let operator = Address::new(HostId(OPERATOR), 1);
        self.next_operation += 1;
        let input = Input::Request(operator, self.next_operation, request);
        self.input_at(self.now, HostId(host as u16), input);
    }

    /// A watcher sees whether its member is still there, and goes on elsewhere if not.
    fn follow(&mut self, n: usize) {
        let pause = 300 + self.rng.below(500);
        self.later(pause, Event::Follow(n));
        if self.watchers[n].open.is_some_and(|(_, host)| self.hosts[host].member().is_some()) {
            return;
        }
        let running = (0..self.hosts.len()).filter(|at| self.hosts[*at].member().is_some());
        let running: Vec<usize> = running.collect();
        if running.is_empty() {
            return;
        }
        let host = running[self.rng.below(running.len() as u64) as usize];
        let (number, request) = self.watchers[n].resume(host);
        let watcher = Address::new(HostId(WATCHERS + n as u16), 1);
        let at = self.in_order(watcher.host.0, host as u16, self.now);
        let input = Input::Request(watcher, number, Arc::new(request));
        self.input_at(at, HostId(host as u16), input);
    }

    pub fn start(&mut self, at: usize) {
        let Err(disk) = &self.hosts[at].state else { return };
        let id = if disk.id() == 0 { at as u64 + 1 } else { disk.id() };
        let client_urls = vec![format!("https://10.0.0.{at}:2379").into()];
        let own = Identity { name: format!("m{at}").into(), client_urls };
        let rng = Rng::new(self.rng.next_u64());
        let disk = (**disk).clone();
        let member = Member::new((id, own), self.settings.clone(), self.known.clone(), disk, rng);
        self.log.push(format!("{:?} start {at} as {id}", self.now));
        self.hosts[at].state = Ok(member);
        self.history.restarted(id);
        let incarnation = self.hosts[at].incarnation;
        self.queue.push(self.now, Event::Input(at, incarnation, Input::Start));
    }

    /// Starts a host on whose disk a member is.
    fn start_used(&mut self, at: usize) {
        if self.hosts[at].disk().is_some_and(|disk| disk.id() != 0) {
            self.start(at);
        }
    }

    pub fn stop(&mut self, at: usize, loses_unsynced: bool) {
        let empty = Err(Box::default());
        match std::mem::replace(&mut self.hosts[at].state, empty) {
            Ok(member) => {
                self.log.push(format!("{:?} stop {at} {loses_unsynced}", self.now));
                self.hosts[at].state = Err(Box::new(member.stop(loses_unsynced)));
                self.hosts[at].incarnation += 1;
            }
            stopped => self.hosts[at].state = stopped,
        }
    }
}

/// What was done, and how the members are.
impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.log.iter().try_for_each(|line| writeln!(f, "  {line}"))?;
        for (at, host) in self.hosts.iter().enumerate() {
            match host.member() {
                Some(member) => {
                    let (node, state) = (member.node(), member.state());
                    let members: Vec<u64> = state.membership.iter().map(|m| m.id).collect();
                    writeln!(
                        f,
                        "host {at}: member {} {} term {} leader {} log {}/{}/{} of {members:?}",
                        node.id(),
                        node.role(),
                        node.term(),
                        node.leader(),
                        state.applied,
                        node.commit_index(),
                        node.last_index()
                    )?;
                }
                None => writeln!(f, "host {at}: stopped")?,
            }
        }
        writeln!(f, "now {:?}", self.now)
    }
}
