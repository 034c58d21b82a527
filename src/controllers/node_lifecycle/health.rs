//! What is known of a node's health, and what is said of one that has fallen silent.
//!
//! Models pkg/controller/nodelifecycle/node_lifecycle_controller.go tryUpdateNodeHealth.

use std::sync::Arc;

use crate::api::types::{Node, NodeCondition, Uid};
use crate::api::{MicroTime, Str, Timestamp, Typed};
use crate::controllers::Config;
use crate::sim::{Duration, Time};

use super::taints::Eviction;

/// The conditions a kubelet posts, in the order in which they are declared unknown.
const KUBELET_CONDITIONS: [&str; 4] = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/// What is known of a node's health.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Health {
    pub(super) uid: Uid,
    /// When it was last noticed that the node had given a sign of life: always a tick of the
    /// monitor, for upstream looks at leases and conditions on its ticks alone.
    pub(super) probe: Time,
    pub(super) renewed: Option<MicroTime>,
    pub(super) ready: Ready,
    heartbeat: Option<Timestamp>,
    /// Whether its silence has been dealt with.
    pub(super) is_lost: bool,
    pub(super) eviction: Eviction,
}

/// The status of a node's Ready condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ready {
    True,
    False,
    Unknown,
    /// There is no such condition: the kubelet has never posted any.
    Missing,
}

impl Health {
    /// A node seen for the first time. One that has never posted its status is given time from
    /// its creation on.
    pub(super) fn new(node: &Typed<Node>, now: Time) -> Self {
        let ready = Ready::of(node);
        let created = node.meta().creation_timestamp.map_or(now, Timestamp::time);
        let probe = if ready == Ready::Missing { created } else { now };
        let heartbeat = heartbeat(node);
        let (renewed, is_lost, eviction) = (None, false, Eviction::Undecided);
        Self { uid: node.uid(), probe, renewed, ready, heartbeat, is_lost, eviction }
    }

    /// Its lease has been renewed, as noticed at `tick`.
    pub(super) fn on_lease(&mut self, renewed: Option<MicroTime>, tick: Time) {
        if self.renewed < renewed {
            self.renewed = renewed;
            self.heard(tick);
        }
    }

    /// Its status has been posted, as noticed at `tick`.
    pub(super) fn on_status(&mut self, node: &Node, tick: Time) {
        let (ready, heartbeat) = (Ready::of(node), heartbeat(node));
        if heartbeat != self.heartbeat
            || (ready == Ready::Missing) != (self.ready == Ready::Missing)
        {
            self.heard(tick);
        }
        (self.ready, self.heartbeat) = (ready, heartbeat);
    }

    /// Its status is being written by this controller, which is no sign of life.
    pub(super) fn on_own_write(&mut self, node: &Node) {
        (self.ready, self.heartbeat) = (Ready::of(node), heartbeat(node));
    }

    /// A sign of life.
    pub(super) fn heard(&mut self, tick: Time) {
        self.probe = tick;
        self.is_lost = false;
    }

    /// From when on its silence is too long.
    pub(super) fn deadline(&self, config: &Config) -> Time {
        let grace: Duration = match self.ready {
            Ready::Missing => config.node_startup_grace_period,
            _ => config.node_monitor_grace_period,
        };
        self.probe + grace
    }
}

impl Ready {
    pub(super) fn of(node: &Node) -> Self {
        match node.condition("Ready").map(|ready| ready.status.as_str()) {
            Some("True") => Self::True,
            Some("False") => Self::False,
            Some(_) => Self::Unknown,
            None => Self::Missing,
        }
    }
}

/// The node with what its kubelet posts declared unknown; `None` if its Ready condition is that
/// already.
pub(super) fn lost(node: &Typed<Node>, now: Timestamp) -> Option<Typed<Node>> {
    if Ready::of(node) == Ready::Unknown {
        return None;
    }
    let mut conditions = node.status.conditions.to_vec();
    for kind in KUBELET_CONDITIONS {
        match conditions.iter_mut().find(|condition| condition.kind == kind) {
            Some(condition) if condition.status == "Unknown" => {}
            Some(condition) => {
                condition.status = Str::new_static("Unknown");
                condition.reason = Str::new_static("NodeStatusUnknown");
                condition.message = Str::new_static("Kubelet stopped posting node status.");
                condition.last_transition_time = Some(now);
            }
            None => conditions.push(NodeCondition {
                kind: Str::new_static(kind),
                status: Str::new_static("Unknown"),
                reason: Str::new_static("NodeStatusNeverUpdated"),
                message: Str::new_static("Kubelet never posted node status."),
                last_heartbeat_time: node.meta().creation_timestamp,
                last_transition_time: Some(now),
                ..NodeCondition::default()
            }),
        }
    }
    Some(node.with(|node| {
        let mut status = (*node.status).clone();
        status.conditions = conditions.into();
        node.status = Arc::new(status);
    }))
}

fn heartbeat(node: &Node) -> Option<Timestamp> {
    node.condition("Ready").and_then(|ready| ready.last_heartbeat_time)
}
