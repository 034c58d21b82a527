//! A member at work: persist, send and apply what the consensus core says, and answer clients.
//!
//! Models etcd's server/etcdserver/raft.go and server.go. Each of the three takes its own time: the
//! disk is asked and answers later, entries are applied after they are committed, and meanwhile
//! messages keep arriving.

mod apply;
mod clients;
mod cycle;
/// Puts the changes of the configuration in force again that were applied up to `applied`. The
/// snapshot knows those before it; what came after it would not be applied a second time.
fn restore_configuration<V: StoredValue>(node: &mut RawNode<Proposal<V>>, applied: u64) {
    let snapshot = node.storage().snapshot().map_or(0, |snapshot| snapshot.last.index);
    let entries = node.storage().range(snapshot + 1..applied + 1);
    let changes: Vec<_> = entries.filter_map(|entry| entry.payload.conf_change()).collect();
    for change in changes {
        // What could not be made then cannot be made now either.
        let _ = node.apply_conf_change(&change);
    }
}

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::command::{Proposal, State};
use super::mvcc::StoredValue;
use super::raft::{Config, Entry, HardState, Level, Message as RaftMessage, RawNode};
use super::raft::{Ready, Role, Storage};
use super::record::Record;
use super::rpc::{Error, Events, Request, Response};
use super::watch::WatchHub;
use crate::sim::{Address, Duration, Outbox, RecordId, Rng, Time};

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
    /// Entries applied between two snapshots.
    pub snapshot_count: u64,
    /// Entries kept in the log beside a snapshot, for followers that are a little behind.
    pub catch_up_entries: u64,
    /// How long the work takes.
    pub costs: Costs,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_millis(100),
            election_ticks: 10,
            snapshot_count: 10_000,
            catch_up_entries: 5_000,
            costs: Costs::default(),
        }
    }
}

/// What survives a stop.
#[derive(Clone, Debug)]
pub struct Disk<V: StoredValue> {
    storage: Storage<Proposal<V>>,
    state: State<V>,
}

impl<V: StoredValue> Disk<V> {
    /// An empty disk.
    pub fn new() -> Self {
        Self { storage: Storage::new(), state: State::new() }
    }

    /// What is stored on it.
    pub fn state(&self) -> &State<V> {
        &self.state
    }

    /// What of the log is stored on it.
    pub const fn storage(&self) -> &Storage<Proposal<V>> {
        &self.storage
    }

    fn is_empty(&self) -> bool {
        let nothing = HardState { term: 0, vote: 0, commit: 0 };
        self.storage.last_index() == 0 && self.storage.hard_state() == nothing
    }
}

impl<V: StoredValue> Default for Disk<V> {
    fn default() -> Self {
        Self::new()
    }
}

/// A message between members, with the records that caused the entries in it: causes travel
/// beside the core, not in its messages.
#[derive(Clone, Debug)]
pub struct Peer<V: StoredValue> {
    /// The core's message.
    pub message: RaftMessage<Proposal<V>>,
    /// One record an entry.
    pub causes: Vec<RecordId>,
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
    /// A client wants to hear no more of a watch.
    CancelWatch(Address, u32),
    /// The connection to a client or to another member broke.
    Disconnected(Address),
    /// A timer went off.
    Timer(Timer),
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
}

/// What a member sends.
#[derive(Clone, Debug)]
pub enum Message<V: StoredValue> {
    /// To another member.
    Peer(Box<Peer<V>>),
    /// An answer to a client.
    Response(u32, Box<Response<V>>),
    /// Changes, to a client that watches.
    Events(u32, Result<Events<V>, Error>),
}

/// Where a member's effects go.
pub type Out<V> = Outbox<Message<V>, Timer, Record>;

/// One member of the cluster.
#[derive(Clone, Debug)]
pub struct Member<V: StoredValue> {
    settings: Arc<Settings>,
    /// Addresses of all members; member `n` is at `n - 1`.
    peers: Arc<[Address]>,
    node: RawNode<Proposal<V>>,
    state: State<V>,
    rng: Rng,
    role: (Role, u64, u64),
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
    reads: BTreeMap<u64, Read<V>>,
    /// The question to the leader that is under way: on behalf of all reads up to this number, and
    /// when it was last put.
    asked: Option<(u64, Time)>,
    watches: WatchHub,
    /// When leases end, as far as a leader knows.
    expiries: BTreeMap<i64, Time>,
}

#[derive(Clone, Debug)]
struct Waiting {
    client: Option<(Address, u32)>,
    since: Time,
    cause: RecordId,
}

#[derive(Clone, Debug)]
struct Read<V> {
    client: (Address, u32),
    since: Time,
    request: Arc<Request<V>>,
    cause: RecordId,
    /// The index up to which must have been applied, once it is known.
    index: Option<u64>,
}

/// Causes kept: more than a follower is ever behind before it needs a snapshot of its own.
const CAUSES_MAX: usize = 1024;

impl<V: StoredValue> Member<V> {
    /// Member `id` of those at `peers`, with what its disk holds.
    pub fn new(
        id: u64,
        settings: Settings,
        peers: Arc<[Address]>,
        disk: Disk<V>,
        rng: Rng,
    ) -> Self {
        let founds = disk.is_empty();
        let config = Config {
            election_tick: settings.election_ticks,
            check_quorum: true,
            pre_vote: true,
            applied: disk.state.applied,
            size_per_msg_max: 1024 * 1024,
            log_level: Level::Info,
            ..Config::new(id)
        };
        let node = RawNode::new(config, disk.storage, rng.split("raft"));
        let mut node = node.expect("the settings of a member are valid");
        if founds {
            let founders = (1..=peers.len() as u64).map(|id| (id, None)).collect();
            node.bootstrap(founders).expect("an empty node can be founded");
        }
        restore_configuration(&mut node, disk.state.applied);
        Self {
            settings: Arc::new(settings),
            peers,
            role: (node.role(), node.term(), node.leader()),
            node,
            state: disk.state,
            rng,
            writing: None,
            committed: VecDeque::new(),
            applying: false,
            causes: BTreeMap::new(),
            next_number: 1,
            pending: BTreeMap::new(),
            held: VecDeque::new(),
            reads: BTreeMap::new(),
            asked: None,
            watches: WatchHub::default(),
            expiries: BTreeMap::new(),
        }
    }

    /// Stops the process; what was not on the disk is lost.
    pub fn stop(self) -> Disk<V> {
        Disk { storage: self.node.into_storage(), state: self.state }
    }

    /// The consensus core, to be looked at.
    pub fn node(&self) -> &RawNode<Proposal<V>> {
        &self.node
    }

    /// What has been applied so far.
    pub fn state(&self) -> &State<V> {
        &self.state
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
        match input {
            Input::Start => {
                // Processes do not start in step: neither do their tickers.
                let phase = self.rng.up_to(self.settings.heartbeat);
                out.timer(phase, Timer::Tick);
            }
            Input::Peer(peer) => self.on_peer(*peer),
            Input::Request(client, number, request) => {
                self.on_request((client, number), request, out);
            }
            Input::CancelWatch(client, number) => self.watches.remove(client, number),
            Input::Disconnected(other) => self.on_disconnected(other),
            Input::Timer(Timer::Tick) => self.on_tick(out),
            Input::Timer(Timer::Persisted) => self.on_persisted(out),
            Input::Timer(Timer::Applied) => self.on_applied(told, out),
        }
        self.poll(out);
    }
}
