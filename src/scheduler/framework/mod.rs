//! The scheduling framework: one small trait for each point at which plugins take part.
//!
//! Models staging/src/k8s.io/kube-scheduler/framework/interface.go and
//! pkg/scheduler/framework/runtime/framework.go. A plugin is a unit struct that says which points
//! it takes part in; what it works out for one pod is the value that PreFilter or PreScore gives
//! back, and that value is asked about each node. So a cycle keeps no table of states, and a
//! filter cannot be asked before it was prepared.
//!
//! Invariant: plugins only look. They get the pod, the cache and the listers by reference and
//! change nothing; what a cycle decides is carried out by the scheduler.

mod event;
mod runtime;
mod status;

pub use event::{Event, EventKind, Hint};
pub use runtime::{Filters, Framework, PluginSet, Scores};
pub use status::{Code, Diagnosis, Status};

use std::collections::BTreeSet;

use crate::api::labels::Selector;
use crate::api::rpc::Call;
use crate::api::{Collection, Key, Str};
use crate::sim::{Rng, Time};

use super::cache::Cache;
use super::cycle::Search;
use super::node_info::NodeInfo;
use super::pod::PodInfo;

/// The highest score a plugin may give a node. Models interface.go MaxNodeScore.
pub const SCORE_MAX: i64 = 100;

/// What plugins see in one cycle.
#[derive(Clone, Copy, Debug)]
pub struct Ctx<'a> {
    /// The pod to be scheduled.
    pub pod: &'a PodInfo,
    /// All nodes and the pods on them.
    pub cache: &'a Cache,
    /// Other objects of the cluster.
    pub listers: Listers<'a>,
}

/// Objects beside nodes and pods that plugins read.
#[derive(Clone, Copy, Debug)]
pub struct Listers<'a> {
    /// Namespaces, for their labels.
    pub namespaces: &'a Collection,
    /// Services, which select pods that ought to be spread.
    pub services: &'a Collection,
    /// Replication controllers, likewise.
    pub replication_controllers: &'a Collection,
    /// Replica sets, likewise.
    pub replica_sets: &'a Collection,
    /// Pods, for what is not counted on nodes, such as when they started.
    pub pods: &'a Collection,
    /// How many pods may be disrupted.
    pub budgets: &'a [Budget],
}

/// How many of the pods it selects may be disrupted: a PodDisruptionBudget as preemption reads it.
#[derive(Clone, PartialEq, Debug)]
pub struct Budget {
    /// The namespace it is in.
    pub namespace: Str,
    /// The pods it is about.
    pub selector: Selector,
    /// How many of them may be disrupted now.
    pub allowed: i64,
    /// Pods that are being disrupted and counted already, by name.
    pub disrupted: BTreeSet<Str>,
}

/// A plugin: its name, and the points at which it takes part.
pub trait Plugin: Sync {
    /// Its name, as configurations and explanations write it.
    fn name(&self) -> &'static str;

    /// As one that keeps pods out of the queue, if it does.
    fn as_pre_enqueue(&self) -> Option<&dyn PreEnqueue> {
        None
    }

    /// As the one that orders the queue, if it is.
    fn as_queue_sort(&self) -> Option<&dyn QueueSort> {
        None
    }

    /// As one that refuses nodes, if it does.
    fn as_pre_filter(&self) -> Option<&dyn PreFilter> {
        None
    }

    /// As one that helps pods that fit nowhere, if it does.
    fn as_post_filter(&self) -> Option<&dyn PostFilter> {
        None
    }

    /// As one that scores nodes, if it does.
    fn as_pre_score(&self) -> Option<&dyn PreScore> {
        None
    }

    /// As one that sets something of a node aside for a pod, if it does.
    fn as_reserve(&self) -> Option<&dyn Reserve> {
        None
    }

    /// As one that has a last word before a pod is bound, if it has.
    fn as_permit(&self) -> Option<&dyn Permit> {
        None
    }

    /// As one that has something stored before a pod is bound, if it does.
    fn as_pre_bind(&self) -> Option<&dyn PreBind> {
        None
    }

    /// As the one that binds pods, if it is.
    fn as_bind(&self) -> Option<&dyn Bind> {
        None
    }

    /// The events that may make a pod fit that it refused before.
    fn listens_to(&self) -> &'static [EventKind] {
        &[]
    }

    /// Whether `event`, which it listens to, may make `pod` fit that it refused before.
    fn hint(&self, _pod: &PodInfo, _event: &Event<'_>) -> Hint {
        Hint::Skip
    }
}

/// Decides whether a pod may enter the queue at all.
pub trait PreEnqueue {
    /// Refuses a pod that is not ready to be scheduled.
    fn pre_enqueue(&self, pod: &PodInfo) -> Result<(), Status>;
}

/// Orders the pods that wait.
pub trait QueueSort {
    /// What decides which pod goes first: the least goes first. `since` is when it entered.
    fn rank(&self, pod: &PodInfo, since: Time) -> (i64, Time);
}

/// Looks at the pod and the whole cluster once, before nodes are asked about.
pub trait PreFilter {
    /// Prepares the filter for this cycle.
    fn pre_filter<'a>(&self, ctx: &Ctx<'a>) -> PreFiltered<'a>;
}

/// What a plugin found out before nodes are asked about.
pub enum PreFiltered<'a> {
    /// It has nothing to say about this pod.
    Skip,
    /// Ask this about each node.
    Filter(Box<dyn Filter + 'a>),
    /// Ask this about the nodes of these names; all others are out.
    Only(Box<dyn Filter + 'a>, BTreeSet<Str>),
    /// The pod fits nowhere.
    Refused(Status),
}

/// Refuses nodes for the pod it was prepared for.
pub trait Filter {
    /// Refuses `node`, or lets it pass.
    fn filter(&self, node: &NodeInfo) -> Result<(), Status>;
}

/// Helps a pod that fits nowhere, mostly by making room.
pub trait PostFilter {
    /// Tries to help, knowing why each node was refused.
    fn post_filter(&self, help: &mut Help<'_>) -> PostFiltered;
}

/// What a plugin gets to help a pod that fits nowhere.
#[derive(Debug)]
pub struct Help<'a> {
    /// The cycle that failed.
    pub ctx: Ctx<'a>,
    /// For trying out what would be.
    pub search: &'a Search<'a>,
    /// Why each node was refused.
    pub diagnosis: &'a Diagnosis,
    /// Luck.
    pub rng: &'a mut Rng,
}

/// What came of trying to help.
#[derive(Clone, PartialEq, Debug)]
pub enum PostFiltered {
    /// It cannot help, and why.
    Refused(Str),
    /// It cannot help, and why; nor is there any use in waiting for room on a node any longer.
    Hopeless(Str),
    /// It failed, and why. Nobody else is asked.
    Failed(Str),
    /// There will be room once some pods are gone.
    Nominated(Preemption),
}

/// Room that is to be made on a node.
#[derive(Clone, PartialEq, Debug)]
pub struct Preemption {
    /// The node.
    pub node: Str,
    /// The pods that have to go, the most important first.
    pub victims: Vec<Key>,
}

/// Looks at the pod and the nodes that passed once, before nodes are scored.
pub trait PreScore {
    /// Prepares the score for this cycle; `None` when the plugin has nothing to say.
    fn pre_score<'a>(&self, ctx: &Ctx<'a>, nodes: &[&'a NodeInfo]) -> Option<Box<dyn Score + 'a>>;
}

/// Scores nodes for the pod it was prepared for.
pub trait Score {
    /// How good `node` is, in a measure of its own.
    fn score(&self, node: &NodeInfo) -> i64;

    /// Turns its own measure into 0 … [`SCORE_MAX`], the more the better. `scores` go with
    /// `nodes`.
    fn normalize(&self, _nodes: &[&NodeInfo], _scores: &mut [i64]) {}
}

/// Sets something of a chosen node aside. The cpu, memory and ports of the pod are set aside by the
/// cache itself; this is for what a plugin counts on its own.
pub trait Reserve {
    /// Refuses `node` if what the pod needs of it is not there any more.
    fn reserve(&self, ctx: &Ctx<'_>, node: &NodeInfo) -> Result<(), Status>;
}

/// Has a last word when a node has been chosen.
pub trait Permit {
    /// Refuses the choice of `node`, or lets it pass.
    fn permit(&self, ctx: &Ctx<'_>, node: &NodeInfo) -> Result<(), Status>;
}

/// Knows what has to be stored before a pod may be bound, such as a claim on a volume.
pub trait PreBind {
    /// The requests to be made, one after the other, before the pod is bound to `node`.
    fn pre_bind(&self, ctx: &Ctx<'_>, node: &NodeInfo) -> Vec<Call>;
}

/// Binds pods to nodes.
pub trait Bind {
    /// The request that binds `pod` to `node`.
    fn bind(&self, pod: &PodInfo, node: &Str) -> Call;
}
