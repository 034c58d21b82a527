//! What can happen in a cluster, and what travels through it.

use std::sync::Arc;

use super::balancer;
use super::place::Component;
use crate::api::rpc::{ToClient, ToServer};
use crate::apiserver::{self, Stored};
use crate::etcd::{self, rpc};
use crate::network::{Broken, Packet};
use crate::sim::{Address, RecordId};
use crate::{controllers, kubelet, scheduler, terminal};

/// Something that will happen.
#[derive(Clone, Debug)]
pub enum Event {
    /// A packet arrives.
    Packet(Box<Packet<Payload>>),
    /// A timer goes off; the record is of what set it.
    Timer(Process, Timer, RecordId),
    /// One end of a stream learns that it broke; the record is of what broke it.
    Broken(Broken, RecordId),
    /// Both ends of a stream that is stuck give it up, if it still is.
    GiveUp(Address, Address),
    /// A process starts.
    Start(Component),
}

/// A component from one start to its next end: timers of an earlier life mean nothing to a later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Process {
    /// The component.
    pub component: Component,
    /// How often it has been started.
    pub incarnation: u16,
}

/// What a packet carries.
#[derive(Clone, Debug)]
pub enum Payload {
    /// Between members of etcd.
    Peer(Box<etcd::Peer<Stored>>),
    /// From an apiserver or another client to a member of etcd, or from that to its leader.
    StoreRequest(u32, Arc<rpc::Request<Stored>>),
    /// Back.
    StoreResponse(u32, Box<rpc::Response<Stored>>),
    /// A client of a member of etcd has lost interest in a request or a watch.
    StoreCancel(u32),
    /// Changes, to a client that watches.
    StoreEvents(u32, Result<rpc::Events<Stored>, rpc::Cancelled>),
    /// From a client to an apiserver.
    ToServer(ToServer),
    /// Back.
    ToClient(ToClient),
    /// From the load balancer to an apiserver.
    Probe,
    /// Back.
    Probed(bool),
}

/// What a component waits for.
#[derive(Clone, PartialEq, Debug)]
pub enum Timer {
    /// A member of etcd.
    Etcd(etcd::Timer),
    /// An apiserver.
    Apiserver(apiserver::Timer),
    /// A scheduler.
    Scheduler(scheduler::Timer),
    /// A controller manager.
    Controllers(controllers::Timer),
    /// A kubelet.
    Kubelet(kubelet::Timer),
    /// The stand-ins.
    StandIns(kubelet::standin::Timer),
    /// The load balancer.
    LoadBalancer(balancer::Check),
    /// The terminal.
    Terminal(terminal::Timer),
}
