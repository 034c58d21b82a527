//! What happens in the cluster that may make room for a pod.
//!
//! Models pkg/scheduler/framework/events.go and the queueing hints of
//! staging/src/k8s.io/kube-scheduler/framework/types.go.

use crate::api::Typed;
use crate::api::types::{Node, Pod};

/// Something that happened in the cluster.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A node came.
    NodeAdded(&'a Typed<Node>),
    /// A node changed in a way that scheduling reads.
    NodeUpdated {
        /// As it was.
        before: &'a Typed<Node>,
        /// As it is.
        after: &'a Typed<Node>,
    },
    /// A node went.
    NodeDeleted(&'a Typed<Node>),
    /// A pod was seen on a node.
    AssignedPodAdded(&'a Typed<Pod>),
    /// A pod on a node changed in a way that scheduling reads.
    AssignedPodUpdated {
        /// As it was.
        before: &'a Typed<Pod>,
        /// As it is.
        after: &'a Typed<Pod>,
    },
    /// A pod left its node, or the node it was about to be bound to.
    AssignedPodDeleted(&'a Typed<Pod>),
    /// The waiting pod itself changed in a way that scheduling reads.
    PodUpdated {
        /// As it was.
        before: &'a Typed<Pod>,
        /// As it is.
        after: &'a Typed<Pod>,
    },
}

/// What an event means for a pod that a plugin refused before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hint {
    /// It may fit now.
    Queue,
    /// Nothing has changed for it.
    Skip,
}

/// What kind of thing happened, without what it happened to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EventKind {
    /// [`Event::NodeAdded`].
    NodeAdded,
    /// [`Event::NodeUpdated`].
    NodeUpdated,
    /// [`Event::NodeDeleted`].
    NodeDeleted,
    /// [`Event::AssignedPodAdded`].
    AssignedPodAdded,
    /// [`Event::AssignedPodUpdated`].
    AssignedPodUpdated,
    /// [`Event::AssignedPodDeleted`].
    AssignedPodDeleted,
    /// [`Event::PodUpdated`].
    PodUpdated,
}

impl Event<'_> {
    /// What kind of thing happened.
    pub fn kind(&self) -> EventKind {
        match self {
            Self::NodeAdded(_) => EventKind::NodeAdded,
            Self::NodeUpdated { .. } => EventKind::NodeUpdated,
            Self::NodeDeleted(_) => EventKind::NodeDeleted,
            Self::AssignedPodAdded(_) => EventKind::AssignedPodAdded,
            Self::AssignedPodUpdated { .. } => EventKind::AssignedPodUpdated,
            Self::AssignedPodDeleted(_) => EventKind::AssignedPodDeleted,
            Self::PodUpdated { .. } => EventKind::PodUpdated,
        }
    }
}

impl EventKind {
    /// Its name, as the scheduler's metrics and logs write it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NodeAdded => "NodeAdd",
            Self::NodeUpdated => "NodeUpdate",
            Self::NodeDeleted => "NodeDelete",
            Self::AssignedPodAdded => "AssignedPodAdd",
            Self::AssignedPodUpdated => "AssignedPodUpdate",
            Self::AssignedPodDeleted => "AssignedPodDelete",
            Self::PodUpdated => "UnscheduledPodUpdate",
        }
    }
}

impl Hint {
    /// To queue if `maybe`.
    pub fn queue_if(maybe: bool) -> Self {
        if maybe { Self::Queue } else { Self::Skip }
    }
}
