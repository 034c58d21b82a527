//! What the scheduler hears from the apiserver: one cache for every resource it reads.

use super::framework::Listers;
use super::{Out, Token};
use crate::api::rpc::{Response, Selection, WatchEvent};
use crate::api::{Collection, Resource, Status};
use crate::client::{Client, Delta, Informer, Progress};
use crate::sim::Rng;

/// A resource that the scheduler watches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Watched {
    /// Pods. Upstream leaves out those that have ended (`status.phase!=Succeeded` and so on); here
    /// all are watched, so that everyone shares one cache, and those that have ended are ignored.
    Pods,
    /// Nodes.
    Nodes,
    /// Namespaces.
    Namespaces,
    /// Services.
    Services,
    /// Replication controllers.
    ReplicationControllers,
    /// Replica sets.
    ReplicaSets,
}

/// One cache for every resource.
#[derive(Clone, Debug)]
pub struct Caches([Informer; Watched::ALL.len()]);

impl Watched {
    /// Everything that is watched.
    pub const ALL: [Self; 6] = [
        Self::Pods,
        Self::Nodes,
        Self::Namespaces,
        Self::Services,
        Self::ReplicationControllers,
        Self::ReplicaSets,
    ];

    fn resource(self) -> Resource {
        match self {
            Self::Pods => Resource::PODS,
            Self::Nodes => Resource::NODES,
            Self::Namespaces => Resource::NAMESPACES,
            Self::Services => Resource::SERVICES,
            Self::ReplicationControllers => Resource::REPLICATIONCONTROLLERS,
            Self::ReplicaSets => Resource::REPLICASETS,
        }
    }
}

impl Caches {
    /// Caches that have not heard anything.
    pub fn new() -> Self {
        Self(Watched::ALL.map(|watched| Informer::new(Selection::all(watched.resource()), &[])))
    }

    /// Whether each has held the whole truth at least once.
    pub fn are_synced(&self) -> bool {
        self.0.iter().all(Informer::is_synced)
    }

    /// What is known of a resource.
    pub fn objects(&self, watched: Watched) -> &Collection {
        self.0[watched as usize].objects()
    }

    /// What plugins read beside nodes and pods.
    pub fn listers(&self) -> Listers<'_> {
        Listers {
            namespaces: self.objects(Watched::Namespaces),
            services: self.objects(Watched::Services),
            replication_controllers: self.objects(Watched::ReplicationControllers),
            replica_sets: self.objects(Watched::ReplicaSets),
            pods: self.objects(Watched::Pods),
            // Until the simulation has PodDisruptionBudgets, nothing limits disruption.
            budgets: &[],
        }
    }

    /// Lists a resource, or watches it on from where it was.
    pub fn start(&mut self, watched: Watched, api: &mut Client<Token>, out: &mut Out) {
        self.cache(watched).start(api, out, Token::Watch(watched));
    }

    /// The answer to a list or watch came.
    pub fn on_response(
        &mut self,
        watched: Watched,
        response: &Response,
        api: &mut Client<Token>,
        out: &mut Out,
        rng: &mut Rng,
    ) -> Progress {
        self.cache(watched).on_response(response, api, out, Token::Watch(watched), rng)
    }

    /// Events of a watch came.
    pub fn on_events(&mut self, watched: Watched, events: &[WatchEvent]) -> Vec<Delta> {
        self.cache(watched).on_events(events)
    }

    /// A watch ended.
    pub fn on_watch_closed(
        &mut self,
        watched: Watched,
        status: Option<&Status>,
        rng: &mut Rng,
    ) -> Progress {
        self.cache(watched).on_watch_closed(status, rng)
    }

    /// The connection of a list or watch broke.
    pub fn on_failure(&mut self, watched: Watched, rng: &mut Rng) -> Progress {
        self.cache(watched).on_failure(None, rng)
    }

    fn cache(&mut self, watched: Watched) -> &mut Informer {
        &mut self.0[watched as usize]
    }
}
