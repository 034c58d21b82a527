//! What happened in a cluster: the records of every room, in one.

use std::fmt;
use std::sync::Arc;

use super::balancer;
use super::command::Command;
use super::event::Timer;
use super::place::Component;
use super::summary::{Said, Summary};
use crate::api::{Key, Resource};
use crate::etcd::raft::{MessageType, Role};
use crate::sim::{Address, Fingerprint, HostId};
use crate::timeline::{Grain, Payload};
use crate::{apiserver, controllers, etcd, kubelet, scheduler, terminal};

/// One entry of what happened.
#[derive(Clone, Debug)]
pub enum Record {
    /// A person did something.
    Command(Arc<Command>),
    /// A message arrived.
    Message(Summary),
    /// A timer of a component went off.
    Timer(Component, Timer),
    /// A message was lost on its way.
    Lost(Summary),
    /// A stream broke, as one end learns.
    Broken {
        /// Who learns it.
        end: Address,
        /// With whom the stream was.
        peer: Address,
    },
    /// A process started.
    Started(Component),
    /// A process ended.
    Stopped(Component),
    /// A host got power, or lost it.
    Power(HostId, bool),
    /// The member of etcd on a master.
    Etcd(u8, etcd::Record),
    /// The apiserver on a master.
    Apiserver(u8, apiserver::Record),
    /// The scheduler on a master.
    Scheduler(u8, scheduler::Record),
    /// The controller manager on a master.
    Controllers(u8, controllers::Record),
    /// The kubelet on a host.
    Kubelet(HostId, kubelet::Record),
    /// The load balancer.
    LoadBalancer(balancer::Record),
    /// The terminal.
    Terminal(terminal::Record),
}

impl Record {
    /// The object it is about, if it is about one.
    pub fn subject(&self) -> Option<(Resource, Key)> {
        match self {
            Self::Message(summary) | Self::Lost(summary) => summary.said.subject(),
            Self::Etcd(_, record) => record.key().and_then(|key| object_at(key)),
            Self::Apiserver(_, record) => record.subject(),
            Self::Scheduler(_, record) => record.subject(),
            Self::Controllers(_, record) => record.subject(),
            Self::Kubelet(_, record) => record.subject(),
            Self::Terminal(record) => record.subject(),
            _ => None,
        }
    }

    /// Whether a controller, the scheduler or a kubelet did something.
    pub fn is_action(&self) -> bool {
        match self {
            Self::Scheduler(_, record) => record.is_action(),
            Self::Controllers(_, record) => record.is_action(),
            Self::Kubelet(_, record) => record.is_action(),
            Self::Terminal(record) => record.is_action(),
            _ => false,
        }
    }

    /// Whether it is worth a mark on the axis of time: a command, a fault, another leader.
    pub fn is_marker(&self) -> bool {
        match self {
            Self::Command(_) | Self::Started(_) | Self::Stopped(_) | Self::Power(..) => true,
            Self::Etcd(_, etcd::Record::Role { role, .. }) => *role == Role::Leader,
            _ => false,
        }
    }

    fn is_phase(&self) -> bool {
        match self {
            Self::Timer(_, Timer::Etcd(timer)) => *timer != etcd::Timer::Tick,
            Self::Message(summary) => matches!(
                summary.said,
                Said::Raft { kind, .. }
                    if !matches!(kind, MessageType::MsgHeartbeat | MessageType::MsgHeartbeatResp)
            ),
            _ => false,
        }
    }
}

/// The object stored at a key of the store.
fn object_at(key: &str) -> Option<(Resource, Key)> {
    let rest = key.strip_prefix(apiserver::PREFIX)?;
    Resource::all().find_map(|resource| {
        let name = rest.strip_prefix(resource.info().storage)?.strip_prefix('/')?;
        Some((resource, Key::parse(name)))
    })
}

impl Payload for Record {
    fn hash_into(&self, hash: &mut Fingerprint) {
        hash.u64(self.discriminant());
        match self {
            Self::Command(command) => hash.str(&command.to_string()),
            Self::Message(summary) | Self::Lost(summary) => summary.hash_into(hash),
            // The component and the time tell timers apart well enough.
            Self::Timer(component, _) | Self::Started(component) | Self::Stopped(component) => {
                hash_component(*component, hash);
            }
            Self::Broken { end, peer } => {
                hash.u64(u64::from(end.host.0) << 16 | u64::from(peer.host.0));
            }
            Self::Power(host, on) => hash.u64(u64::from(host.0) << 1 | u64::from(*on)),
            Self::Etcd(at, record) => {
                hash.u64((*at).into());
                record.hash_into(hash);
            }
            Self::Apiserver(at, record) => {
                hash.u64((*at).into());
                record.hash_into(hash);
            }
            Self::Scheduler(at, record) => {
                hash.u64((*at).into());
                record.hash_into(hash);
            }
            Self::Controllers(at, record) => {
                hash.u64((*at).into());
                record.hash_into(hash);
            }
            Self::Kubelet(host, record) => {
                hash.u64(host.0.into());
                record.hash_into(hash);
            }
            Self::LoadBalancer(record) => record.hash_into(hash),
            Self::Terminal(record) => record.hash_into(hash),
        }
    }

    fn grains(&self) -> &'static [Grain] {
        if matches!(self, Self::Etcd(_, etcd::Record::Role { .. })) {
            if self.is_marker() { &[Grain::Term, Grain::Marker] } else { &[Grain::Term] }
        } else if self.is_marker() {
            &[Grain::Marker]
        } else if self.written_revision().is_some() {
            &[Grain::Write]
        } else if matches!(self, Self::Timer(_, Timer::Etcd(etcd::Timer::Tick))) {
            &[Grain::Tick]
        } else if self.is_phase() {
            &[Grain::Phase]
        } else if self.is_action() {
            &[Grain::Action]
        } else {
            &[]
        }
    }

    fn written_revision(&self) -> Option<u64> {
        match self {
            Self::Etcd(_, etcd::Record::Written { revision, .. }) => Some(*revision),
            _ => None,
        }
    }

    fn is_kept(&self) -> bool {
        self.is_marker() || self.written_revision().is_some()
    }
}

impl Record {
    fn discriminant(&self) -> u64 {
        match self {
            Self::Command(_) => 0,
            Self::Message(_) => 1,
            Self::Timer(..) => 2,
            Self::Lost(_) => 3,
            Self::Broken { .. } => 4,
            Self::Started(_) => 5,
            Self::Stopped(_) => 6,
            Self::Power(..) => 7,
            Self::Etcd(..) => 8,
            Self::Apiserver(..) => 9,
            Self::Scheduler(..) => 10,
            Self::Controllers(..) => 11,
            Self::Kubelet(..) => 12,
            Self::LoadBalancer(_) => 13,
            Self::Terminal(_) => 14,
        }
    }
}

fn hash_component(component: Component, hash: &mut Fingerprint) {
    let (kind, at) = match component {
        Component::Etcd(at) => (0, at.into()),
        Component::Apiserver(at) => (1, at.into()),
        Component::Scheduler(at) => (2, at.into()),
        Component::ControllerManager(at) => (3, at.into()),
        Component::Kubelet(host) => (4, host.0),
        Component::StandIns => (5, 0),
        Component::LoadBalancer => (6, 0),
        Component::Terminal => (7, 0),
        Component::Outside => (8, 0),
    };
    hash.u64(kind << 16 | u64::from(at));
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(command) => command.fmt(f),
            Self::Message(summary) => summary.said.fmt(f),
            Self::Timer(_, timer) => write!(f, "{timer:?}"),
            Self::Lost(summary) => write!(f, "lost: {}", summary.said),
            Self::Broken { .. } => f.write_str("connection broken"),
            Self::Started(component) => write!(f, "{component} started"),
            Self::Stopped(component) => write!(f, "{component} stopped"),
            Self::Power(_, true) => f.write_str("power on"),
            Self::Power(_, false) => f.write_str("power off"),
            Self::Etcd(_, record) => record.fmt(f),
            Self::Apiserver(_, record) => record.fmt(f),
            Self::Scheduler(_, record) => record.fmt(f),
            Self::Controllers(_, record) => record.fmt(f),
            Self::Kubelet(_, record) => record.fmt(f),
            Self::LoadBalancer(record) if record.up => f.write_str("backend is up"),
            Self::LoadBalancer(_) => f.write_str("backend is down"),
            Self::Terminal(record) => record.fmt(f),
        }
    }
}
