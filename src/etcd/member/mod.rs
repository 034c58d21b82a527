//! A member at work: persist, send and apply what the consensus core says, and answer clients.
//!
//! Models etcd's server/etcdserver/raft.go and server.go. Each of the three takes its own time: the
//! disk is asked and answers later, entries are applied after they are committed, and meanwhile
//! messages keep arriving.
//!
//! Invariant: a member changes only in [`Member::handle`], and what it holds of the replicated
//! state changes only by applying entries and snapshots.

mod apply;
mod check;
mod clients;
mod cycle;
mod disk;
mod faults;
mod lead;
mod maintain;
mod reads;
mod reconfigure;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::command::{Proposal, State};
use super::membership::MemberInfo;
use super::mvcc::{KeyHash, StoredValue};
use super::raft::{Config, Entry, Level, Message as RaftMessage, RawNode, Ready, Role};
use super::record::Record;
use super::rpc::{Cancelled, Events, Request, Response, Text};
use super::watch::WatchHub;
use crate::sim::{Address, Duration, Outbox, RecordId, Rng, Time};
use check::Purpose;
pub use disk::Disk;
pub use faults::Fault;
use faults::Hardware;
use lead::Leading;
use reads::Read;

/// How long etcd's work takes.
#[derive(Clone, PartialEq, Debug)]
pub struct Costs {
    /// Writing to the log and waiting until it is on the disk. A data-centre SSD takes about one
    /// or two milliseconds; etcd warns from 10 on.
    pub fsync: Duration,
    /// How much longer it may take.
    pub fsync_jitter: Duration,
    /// Applying a batch of entries to the store, which is in memory until its next commit.
    pub apply: Duration,
    /// Answering a request that needs no agreement.
    pub request: Duration,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            fsync: Duration::from_micros(1500),
            fsync_jitter: Duration::from_micros(500),
            apply: Duration::from_micros(60),
            request: Duration::from_micros(40),
        }
    }
}

/// How a member is set up. The defaults are etcd's.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// The time between heartbeats, which is also one tick of the core.
    pub heartbeat: Duration,
    /// Ticks without a leader before a member stands for election.
    pub election_ticks: u64,
    /// Up to how many ticks more each waits, by luck. Members that all wait equally long split
    /// their votes for ever.
    pub spread_ticks: u64,
    /// Whether a member asks if it could win before it raises its term. Models --pre-vote.
    pub pre_vote: bool,
    /// Whether a leader that hears from no majority steps down. etcd has no flag for it.
    pub check_quorum: bool,
    /// How large a message of several entries may be. Models maxSizePerMsg.
    pub size_per_msg_max: u64,
    /// Entries applied between two snapshots.
    pub snapshot_count: u64,
    /// Entries kept in the log beside a snapshot, for followers that are a little behind.
    pub catch_up_entries: u64,
    /// How large the database may become, in bytes. Models --quota-backend-bytes.
    pub quota_bytes: u64,
    /// How large a request may be, in bytes. Models --max-request-bytes.
    pub request_bytes_max: u64,
    /// How long a watcher that wishes to know that it is up to date hears nothing.
    pub progress_interval: Duration,
    /// Whether members are changed only while enough others are well. Models
    /// --strict-reconfig-check.
    pub strict_reconfig: bool,
    /// Whether a member that starts compares what it holds with the others. Models the feature gate
    /// InitialCorruptCheck.
    pub initial_corrupt_check: bool,
    /// How often a leader compares what the others hold with what it holds itself, if ever. Models
    /// --corrupt-check-time.
    pub corrupt_check: Option<Duration>,
    /// How long the work takes.
    pub costs: Costs,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_millis(100),
            election_ticks: 10,
            spread_ticks: 10,
            pre_vote: true,
            check_quorum: true,
            size_per_msg_max: 1024 * 1024,
            snapshot_count: 10_000,
            catch_up_entries: 5_000,
            quota_bytes: 2 << 30,
            request_bytes_max: 3 << 19,
            progress_interval: Duration::from_secs(600),
            strict_reconfig: true,
            initial_corrupt_check: false,
            corrupt_check: None,
            costs: Costs::default(),
        }
    }
}

impl Settings {
    /// The shortest time without a leader after which a member stands for election.
    pub fn election_timeout(&self) -> Duration {
        self.heartbeat * self.election_ticks as u32
    }

    /// How the core of member `id` is set up.
    pub(super) fn raft(&self, id: u64) -> Config {
        Config {
            election_tick: self.election_ticks,
            election_spread: Some(self.spread_ticks),
            check_quorum: self.check_quorum,
            pre_vote: self.pre_vote,
            size_per_msg_max: self.size_per_msg_max,
            log_level: Level::Info,
            ..Config::new(id)
        }
    }

    /// How long a request may take. Models ReqTimeout: 5 s and two election timeouts.
    pub fn request_timeout(&self) -> Duration {
        Duration::from_secs(5) + self.election_timeout() * 2
    }
}

/// Who a member says it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Its name.
    pub name: Text,
    /// Where clients reach it.
    pub client_urls: Vec<Text>,
}

/// Why a process ends of its own accord.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// It has been removed from its cluster.
    Removed,
    /// What its leader says contradicts what it has stored.
    Halted,
    /// What is on its disk cannot be read.
    Unreadable,
    /// It holds other data than the others.
    Inconsistent,
}

/// A message between members, with the records that caused the entries in it: causes travel
/// beside the core, not in its messages.
#[derive(Clone, Debug)]
pub struct Peer<V: StoredValue> {
    /// The core's message.
    pub message: RaftMessage<Proposal<V>>,
    /// One record an entry.
    pub causes: Vec<RecordId>,
    /// The cluster of the sender; members of another do not listen.
    pub cluster: u64,
    /// Where the sender is reached: the receiver may not have heard yet that it is a member. Models
    /// the header X-PeerURLs of rafthttp.
    pub sender: Option<Address>,
}

/// What comes to a member.
#[derive(Clone, Debug)]
pub enum Input<V: StoredValue> {
    /// The process starts.
    Start,
    /// A message from another member.
    Peer(Box<Peer<V>>),
    /// A request, with the number the client gave it.
    Request(Address, u32, Arc<Request<V>>),
    /// The answer to a request that was passed on to the leader.
    Response(u32, Box<Response<V>>),
    /// A client wants to hear no more of a request or a watch.
    Cancel(Address, u32),
    /// The connection to a client or to another member broke.
    Disconnected(Address),
    /// A timer went off.
    Timer(Timer),
    /// A person interferes.
    Fault(Fault),
}

/// What a member waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// The next tick of the core.
    Tick,
    /// The disk has what it was given.
    Persisted,
    /// A batch of entries has been applied.
    Applied,
    /// A member that was removed has told the others all it had to.
    Removed,
}

/// What a member sends.
#[derive(Clone, Debug)]
pub enum Message<V: StoredValue> {
    /// To another member.
    Peer(Box<Peer<V>>),
    /// A client's request, to the leader, who alone can answer it.
    Forward(u32, Arc<Request<V>>),
    /// An answer to a client.
    Response(u32, Box<Response<V>>),
    /// Changes, to a client that watches.
    Events(u32, Result<Events<V>, Cancelled>),
}

/// Where a member's effects go.
pub type Out<V> = Outbox<Message<V>, Timer, Record>;

/// One member of the cluster.
#[derive(Clone, Debug)]
pub struct Member<V: StoredValue> {
    own: Arc<Identity>,
    settings: Arc<Settings>,
    cluster: u64,
    /// Whether others founded it.
    joins: bool,
    /// How many processes have started from its disk, this one included.
    starts: u32,
    /// The members as they were when it first started: where others are reached until its own
    /// state says so.
    known: Arc<[Arc<MemberInfo>]>,
    /// Where members are reached of whom it knows only by their messages.
    remotes: BTreeMap<u64, Address>,
    node: RawNode<Proposal<V>>,
    state: State<V>,
    /// How large its database has become; it grows, and shrinks only when it is defragmented.
    db_bytes: u64,
    hardware: Hardware,
    /// What comes while the process is paused.
    backlog: Option<VecDeque<Input<V>>>,
    exit: Option<Exit>,
    rng: Rng,
    role: (Role, u64, u64),
    next_tick: Time,
    /// What the disk is busy with.
    writing: Option<Ready<Proposal<V>>>,
    committed: VecDeque<Entry<Proposal<V>>>,
    applying: bool,
    /// The record that caused each entry, by (term, index), for the latest entries.
    causes: BTreeMap<(u64, u64), RecordId>,
    next_number: u64,
    /// Proposals of clients of this member, by number.
    pending: BTreeMap<u64, Waiting>,
    /// Proposals that wait for a leader.
    held: VecDeque<Proposal<V>>,
    /// The proposal by which it says who it is; `None` once that is known.
    publishing: Option<u64>,
    reads: BTreeMap<u64, Read<V>>,
    /// The question to the leader that is under way: on behalf of all reads up to this number, and
    /// when it was last put.
    asked: Option<(u64, Time)>,
    watches: WatchHub,
    leading: Leading<V>,
    /// The hashes that others were asked for, by the numbers of the questions.
    checks: BTreeMap<u32, (Purpose, KeyHash)>,
    /// When a leader has last asked.
    checked: Time,
}

/// A client that waits for a proposal.
#[derive(Clone, Debug)]
struct Waiting {
    client: Option<(Address, u32)>,
    since: Time,
    cause: RecordId,
}

/// Causes kept: more than a follower is ever behind before it needs a snapshot of its own.
const CAUSES_MAX: usize = 1024;

impl<V: StoredValue> Member<V> {
    /// Member `id`, with what its disk holds. With an empty disk it founds a cluster together with
    /// the members it knows of, unless the disk says that it joins theirs.
    pub fn new(
        (id, own): (u64, Identity),
        settings: Settings,
        known: Arc<[Arc<MemberInfo>]>,
        disk: Disk<V>,
        rng: Rng,
    ) -> Self {
        let founds = disk.is_empty();
        let Disk { cluster, joins, starts, storage, mut state, db_bytes, is_corrupt, .. } = disk;
        let starts = starts.wrapping_add(1);
        let config = Config { applied: state.applied, ..settings.raft(id) };
        let node = RawNode::new(config, storage, rng.split("raft"));
        let mut node = node.expect("the settings of a member are valid");
        if founds {
            reconfigure::found(&mut node, &mut state, &known);
        }
        reconfigure::restore_configuration(&mut node, state.applied);
        Self {
            own: Arc::new(own),
            settings: Arc::new(settings),
            cluster: if founds { disk::cluster_of(&known) } else { cluster },
            joins,
            starts,
            known,
            remotes: BTreeMap::new(),
            role: (node.role(), node.term(), node.leader()),
            node,
            state,
            db_bytes,
            hardware: Hardware::default(),
            backlog: None,
            exit: is_corrupt.then_some(Exit::Unreadable),
            rng,
            next_tick: Time::default(),
            writing: None,
            committed: VecDeque::new(),
            applying: false,
            causes: BTreeMap::new(),
            // What an earlier process has proposed may yet be applied, and is nobody's here. Models
            // pkg/idutil, whose numbers begin with the time of the start.
            next_number: u64::from(starts) << 32 | 1,
            pending: BTreeMap::new(),
            held: VecDeque::new(),
            publishing: Some(0),
            reads: BTreeMap::new(),
            asked: None,
            watches: WatchHub::default(),
            leading: Leading::default(),
            checks: BTreeMap::new(),
            checked: Time::default(),
        }
    }

    /// Ends the process. What it has written and not yet synced is lost when the machine loses its
    /// power, and only then.
    pub fn stop(mut self, loses_unsynced: bool) -> Disk<V> {
        if let Some(ready) = self.writing.take().filter(|_| !loses_unsynced) {
            self.store(&ready);
        }
        self.disk()
    }

    /// The consensus core, to be looked at.
    pub fn node(&self) -> &RawNode<Proposal<V>> {
        &self.node
    }

    /// What has been applied so far.
    pub fn state(&self) -> &State<V> {
        &self.state
    }

    /// The cluster it belongs to.
    pub fn cluster(&self) -> u64 {
        self.cluster
    }

    /// Why its process ends now, if it does.
    pub fn exit(&self) -> Option<Exit> {
        self.exit.or_else(|| self.node.halted().map(|_| Exit::Halted))
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        self.backlog.is_some()
    }

    /// The record that caused the entry named by (term, index), if it is still known.
    pub fn cause(&self, id: (u64, u64)) -> Option<RecordId> {
        self.causes.get(&id).copied()
    }

    /// Whether the disk is busy, and whether entries are being applied.
    pub fn phases(&self) -> (bool, bool) {
        (self.writing.is_some(), self.applying)
    }

    /// Takes an input in. `told` is the last revision that any member has told of: each write is
    /// recorded once, by whoever applies it first.
    pub fn handle(&mut self, input: Input<V>, told: &mut u64, out: &mut Out<V>) {
        let Some(backlog) = &mut self.backlog else { return self.handle_awake(input, told, out) };
        if let Input::Fault(Fault::Resume) = input {
            let backlog = std::mem::take(backlog);
            self.backlog = None;
            backlog.into_iter().for_each(|input| self.handle_awake(input, told, out));
        } else {
            faults::defer(backlog, input);
        }
    }

    /// Ends its own process.
    fn leave(&mut self, why: Exit, out: &mut Out<V>) {
        self.exit = Some(why);
        out.record(Record::Exited { member: self.node.id(), why });
    }

    fn handle_awake(&mut self, input: Input<V>, told: &mut u64, out: &mut Out<V>) {
        match input {
            Input::Start => {
                // Processes do not start in step: neither do their tickers.
                let phase = self.rng.up_to(self.settings.heartbeat);
                self.tick_at(out.now() + phase, out);
                if let Some(why) = self.exit {
                    self.leave(why, out);
                } else if self.settings.initial_corrupt_check && self.state.applied > 0 {
                    self.ask_hashes(Purpose::Start, out);
                }
            }
            Input::Peer(peer) => self.on_peer(*peer, out),
            Input::Request(client, number, request) => {
                self.on_request((client, number), request, out);
            }
            Input::Response(number, response) => self.on_forwarded(number, *response, out),
            Input::Cancel(client, number) => self.on_cancel((client, number)),
            Input::Disconnected(other) => self.on_disconnected(other),
            Input::Timer(Timer::Tick) => self.on_tick(out),
            Input::Timer(Timer::Persisted) => self.on_persisted(out),
            Input::Timer(Timer::Applied) => self.on_applied(told, out),
            Input::Timer(Timer::Removed) => self.leave(Exit::Removed, out),
            Input::Fault(fault) => self.on_fault(fault, out),
        }
        self.poll(out);
    }
}
