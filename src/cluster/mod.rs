//! The cluster: the only room that knows every component, and lets one of them act at a time.
//!
//! A [`Cluster`] is a value: cloning it is a checkpoint, stepping it is time. Its state is a pure
//! function of its [`Config`] and the [`Command`]s given, each at its position. A [`Session`] keeps
//! the commands, the record and checkpoints, and so can go back, forward, and another way.
//!
//! Invariant: same configuration and commands, same record hash, whatever was looked at meanwhile.

mod balancer;
mod bootstrap;
mod command;
mod config;
mod deed;
mod dispatch;
mod etcd_hosts;
mod event;
mod faults;
mod life;
mod outside;
mod place;
pub mod portable;
mod process;
mod record;
mod run;
mod session;
mod static_pods;
mod summary;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::Collection;
use crate::apiserver::{Apiserver, Stored};
use crate::controllers::Manager;
use crate::etcd::mvcc::Store;
use crate::etcd::raft::invariants::View;
use crate::etcd::{self, Disk, Member, Proposal};
use crate::kubelet::cri::Runtime;
use crate::kubelet::{Kubelet, StandIns};
use crate::network::{Broken, Network, Packet};
use crate::scheduler::Scheduler;
use crate::sim::{Address, Causes, Fingerprint, HostId, Queue, RecordId, Rng};
use crate::terminal::Terminal;
use crate::timeline::{self, Moment, Timeline};
use balancer::LoadBalancer;
use etcd_hosts::StoreHost;
use event::Event;
use process::Slot;
use run::Outboxes;

/// The rooms a cluster is made of, for those who look at its parts.
pub mod rooms {
    pub use crate::{
        apiserver, controllers, etcd, kubelet, manifest, network, scheduler, terminal,
    };
}

pub use command::{Command, MemberDeed, MessageDeed};
pub use config::{Config, Costs, Machine, Style};
pub use event::{Payload, Timer};
pub use outside::{Heard, LINES_MAX, Outside, Word};
pub use place::{Component, Places, port};
pub use record::Record;
pub use session::{Branch, BranchId, Given, Limit, Session, Stepped};
pub use summary::{Said, StoreVerb, Summary};

pub use crate::api::{HttpRequest, Resource};
pub use crate::etcd::Tuning;
pub use crate::sim::Time;
pub use crate::timeline::Grain;

/// Where records go as they are made.
pub trait Sink {
    /// Takes record `id` in.
    fn push(&mut self, id: RecordId, record: timeline::Record<Record>);
}

/// Nobody listens: replay needs the state, not the story.
impl Sink for () {
    fn push(&mut self, _: RecordId, _: timeline::Record<Record>) {}
}

/// A timeline takes in what it does not have yet: replay makes records again that are there.
impl Sink for Timeline<Record> {
    fn push(&mut self, id: RecordId, record: timeline::Record<Record>) {
        if id >= self.next_id() {
            let pushed = Timeline::push(self, record);
            debug_assert_eq!(pushed, id, "records come in order");
        }
    }
}

/// A whole cluster at one moment. Cloning it is cheap: clones share what does not change.
#[derive(Clone, Debug)]
pub struct Cluster {
    config: Arc<Config>,
    places: Arc<Places>,
    rng: Rng,
    now: Time,
    /// How many events have been handled.
    position: u64,
    next_record: RecordId,
    hash: Fingerprint,
    queue: Queue<Event>,
    network: Network<Payload>,
    /// The last revision of the store that was told of.
    told: u64,
    /// Streams whose ends have yet to learn that they broke.
    breaking: Vec<Broken>,
    /// Messages that a person holds, by their numbers in the queue.
    held: BTreeMap<u64, Box<Packet<Payload>>>,
    etcd: Vec<Slot<Member<Stored>>>,
    /// What members left behind that do not run.
    disks: Vec<Option<Box<Disk<Stored>>>>,
    /// By master: what is beneath its member of etcd.
    stores: Vec<StoreHost>,
    /// The flags with which members of etcd run.
    tuning: etcd::Tuning,
    apiservers: Vec<Slot<Apiserver>>,
    schedulers: Vec<Slot<Scheduler>>,
    managers: Vec<Slot<Manager>>,
    /// By host.
    kubelets: Vec<Slot<Kubelet>>,
    /// The containers on hosts whose kubelet does not run.
    runtimes: Vec<Option<Box<Runtime>>>,
    stand_ins: Slot<StandIns>,
    balancer: Arc<LoadBalancer>,
    balancer_address: Address,
    terminal: Arc<Terminal>,
    outside: Outside,
    outboxes: Outboxes,
}

impl Cluster {
    /// What the cluster is made of.
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// Which host is what.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The time, and how many events have been handled.
    pub fn moment(&self) -> Moment {
        Moment { position: self.position, time: self.now }
    }

    /// The number the next record will have.
    pub fn next_record(&self) -> RecordId {
        self.next_record
    }

    /// The rolling hash over everything that was recorded.
    pub fn record_hash(&self) -> u64 {
        self.hash.finish()
    }

    /// When the next event happens.
    pub fn next_event(&self) -> Option<Time> {
        self.queue.next_time()
    }

    /// Everything that is on its way, with when it arrives.
    pub fn in_flight(&self) -> impl Iterator<Item = (Time, u64, &Packet<Payload>)> {
        self.queue.iter().filter_map(|(at, seq, event)| match event {
            Event::Packet(packet) => Some((at, seq, &**packet)),
            _ => None,
        })
    }

    /// The network.
    pub fn network(&self) -> &Network<Payload> {
        &self.network
    }

    /// The member of etcd on a master, if it runs.
    pub fn etcd(&self, at: u8) -> Option<&Member<Stored>> {
        self.etcd[usize::from(at)].get()
    }

    /// The flags with which members of etcd run.
    pub fn tuning(&self) -> etcd::Tuning {
        self.tuning
    }

    /// All members of etcd that have ever run, as the invariants of Raft look at them.
    pub fn raft_views(&self) -> Vec<View<'_, Proposal<Stored>>> {
        let views = self.etcd.iter().zip(&self.disks).filter_map(|(slot, disk)| match slot.get() {
            Some(member) => Some(View::running(member.node())),
            None => disk.as_deref().map(|disk| View::stopped(disk.id(), disk.storage())),
        });
        views.collect()
    }

    /// What a member of etcd that does not run has left on the disk of its master.
    pub fn etcd_disk(&self, at: u8) -> Option<&Disk<Stored>> {
        self.disks[usize::from(at)].as_deref()
    }

    /// The apiserver on a master, if it runs.
    pub fn apiserver(&self, at: u8) -> Option<&Apiserver> {
        self.apiservers[usize::from(at)].get()
    }

    /// All objects of a resource, as the apiserver that is furthest has them; `None` when there are
    /// none, or no apiserver runs.
    pub fn collection(&self, resource: Resource) -> Option<&Collection> {
        let running = self.apiservers.iter().filter_map(Slot::get);
        running.max_by_key(|apiserver| apiserver.revision())?.collection(resource)
    }

    /// The scheduler on a master, if it runs.
    pub fn scheduler(&self, at: u8) -> Option<&Scheduler> {
        self.schedulers[usize::from(at)].get()
    }

    /// The controller manager on a master, if it runs.
    pub fn controller_manager(&self, at: u8) -> Option<&Manager> {
        self.managers[usize::from(at)].get()
    }

    /// The kubelet on a host, if it runs.
    pub fn kubelet(&self, host: HostId) -> Option<&Kubelet> {
        self.kubelets[usize::from(host.0)].get()
    }

    /// Whether a host has a kubelet, running or not.
    pub fn has_kubelet(&self, host: HostId) -> bool {
        bootstrap::has_kubelet(&self.config, &self.places, host)
    }

    /// The latest state of the store that any member holds, whether it runs or not.
    pub fn store(&self) -> Option<&Store<Stored>> {
        let running = self.etcd.iter().filter_map(Slot::get).map(Member::state);
        let stopped = self.disks.iter().flatten().map(|disk| disk.state());
        running.chain(stopped).map(|state| &state.store).max_by_key(|store| store.revision())
    }

    /// The load balancer.
    pub fn balancer(&self) -> &LoadBalancer {
        &self.balancer
    }

    /// The person's terminal.
    pub fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    /// A hash of the state: what the store holds, what the log says, how far everyone is.
    pub fn state_hash(&self) -> u64 {
        let mut hash = Fingerprint::new();
        hash.u64(self.position);
        hash.u64(self.now.as_micros());
        hash.u64(self.queue.len() as u64);
        for slot in &self.etcd {
            slot.hash_into(&mut hash);
            if let Some(member) = slot.get() {
                hash.u64(member.state().store.hash());
                hash.u64(member.node().term());
                hash.u64(member.node().last_index());
                hash.u64(member.node().commit_index());
            }
        }
        for slot in &self.apiservers {
            slot.hash_into(&mut hash);
            hash.u64(slot.get().map_or(0, Apiserver::revision));
        }
        self.schedulers.iter().for_each(|slot| slot.hash_into(&mut hash));
        self.managers.iter().for_each(|slot| slot.hash_into(&mut hash));
        self.kubelets.iter().for_each(|slot| slot.hash_into(&mut hash));
        hash.finish()
    }

    /// Lets time pass until `until`, handling at most `events_max` events. Says how many it
    /// handled; fewer than that means that the time has come.
    pub fn run_until(&mut self, until: Time, events_max: u64, sink: &mut impl Sink) -> u64 {
        let mut handled = 0;
        while handled < events_max && self.step(until, sink) {
            handled += 1;
        }
        if handled < events_max {
            self.pass_until(until);
        }
        handled
    }

    /// Lets time pass in which nothing happens.
    fn pass_until(&mut self, until: Time) {
        debug_assert!(self.queue.next_time().is_none_or(|next| next >= until), "something happens");
        self.now = self.now.max(until);
    }

    fn balancer_mut(&mut self) -> &mut LoadBalancer {
        Arc::make_mut(&mut self.balancer)
    }

    /// Makes a record.
    fn record(&mut self, causes: Causes, payload: Record, sink: &mut impl Sink) -> RecordId {
        let id = self.next_record;
        self.next_record = RecordId(id.0 + 1);
        let record = timeline::Record { time: self.now, position: self.position, causes, payload };
        record.hash_into(&mut self.hash);
        sink.push(id, record);
        id
    }
}
