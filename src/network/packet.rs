//! A packet on its way.

use crate::sim::{Address, HostId, RecordId, Time};

/// A typed message on its way from one address to another.
#[derive(Clone, Debug)]
pub struct Packet<P> {
    /// The sender.
    pub from: Address,
    /// The receiver.
    pub to: Address,
    /// How it travels.
    pub via: Transport,
    /// A host it passes on its way, which must be up and reachable too: a load balancer.
    pub through: Option<HostId>,
    /// When it left.
    pub sent: Time,
    /// The record of what made the sender send it.
    pub cause: RecordId,
    /// What it carries.
    pub payload: P,
}

/// How a packet travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    /// In order, and sent again when it is lost, as over TCP.
    Stream,
    /// In order, but not sent again: how etcd's members talk, whose transport drops what it cannot
    /// send at once (`server/etcdserver/api/rafthttp/peer.go`).
    Messages,
}
