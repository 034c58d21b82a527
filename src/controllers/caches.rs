//! The caches that all controllers of one process share: one informer for each resource that some
//! controller watches. Models client-go/informers SharedInformerFactory.

use std::sync::Arc;

use super::Name;
use super::manager::{Out, Timer, Wake};
use crate::api::rpc::{Selection, ToClient};
use crate::api::types::OwnerReference;
use crate::api::{Collection, Key, Kind, Object, Resource, Typed, Uid};
use crate::client::{Client, Delta, Identity, Inbound, IndexBy, Informer, Progress};
use crate::sim::{Address, Rng};

/// The shared caches. Reading them is all that controllers can do with them.
#[derive(Clone, Debug)]
pub struct Caches {
    client: Client<Resource>,
    /// By resource, in order.
    shared: Vec<Shared>,
    rng: Rng,
}

#[derive(Clone, Debug)]
struct Shared {
    resource: Resource,
    informer: Informer,
    watchers: Arc<[Name]>,
}

/// What came of a message.
pub(super) struct Heard {
    /// The changes, in order.
    pub(super) deltas: Vec<Delta>,
    /// Who has to be told of them.
    pub(super) watchers: Arc<[Name]>,
    /// Whether the cache holds everything now and did not before.
    pub(super) synced: bool,
}

impl Caches {
    /// Empty caches, one for each resource that some controller watches.
    pub(super) fn new(
        server: Address,
        space: u8,
        watches: &[(Resource, Vec<Name>)],
        rng: Rng,
    ) -> Self {
        let identity = Identity::component("kube-controller-manager");
        let share = |(resource, watchers): &(Resource, Vec<Name>)| Shared {
            resource: *resource,
            informer: Informer::new(Selection::all(*resource), indexes(*resource)),
            watchers: watchers.as_slice().into(),
        };
        let client = Client::new(server, identity, (20, 30), space);
        Self { client, shared: watches.iter().map(share).collect(), rng }
    }

    /// The objects of `resource`, which some controller must watch.
    pub fn of(&self, resource: Resource) -> &Informer {
        let at = self.shared.binary_search_by_key(&resource, |shared| shared.resource);
        &self.shared[at.expect("controllers read what they watch")].informer
    }

    /// All caches.
    pub fn all(&self) -> impl Iterator<Item = &Informer> {
        self.shared.iter().map(|shared| &shared.informer)
    }

    /// The objects of kind `K`.
    pub fn objects<K: Kind>(&self) -> &Collection {
        self.of(K::RESOURCE).objects()
    }

    /// The object of kind `K` at `key`.
    pub fn get<K: Kind>(&self, key: &Key) -> Option<Typed<K>> {
        self.of(K::RESOURCE).get(key)?.typed()
    }

    /// The object of `resource` that `owner` refers to from `namespace`, if it is still that one.
    /// Models resolveControllerRef of the controllers.
    pub fn owner(
        &self,
        resource: Resource,
        namespace: &str,
        owner: &OwnerReference,
    ) -> Option<&Object> {
        if owner.kind != resource.info().kind {
            return None;
        }
        let key = Key::new(namespace, &owner.name);
        self.of(resource).get(&key).filter(|object| object.uid() == owner.uid)
    }

    /// The objects of `resource` that the owner `uid` manages, in the order of their keys.
    pub fn controlled_by(&self, resource: Resource, uid: Uid) -> impl Iterator<Item = &Object> {
        let managed =
            move |object: &&Object| object.meta().controller().is_some_and(|o| o.uid == uid);
        self.of(resource).owned_by(uid).filter(managed)
    }

    /// Every object of which `uid` is an owner.
    pub fn owned_by(&self, uid: Uid) -> impl Iterator<Item = &Object> {
        self.all().flat_map(move |informer| informer.owned_by(uid))
    }

    /// Whether the caches of all these resources have held everything once.
    pub fn are_synced(&self, resources: &[Resource]) -> bool {
        resources.iter().all(|resource| self.of(*resource).is_synced())
    }

    /// Starts all of them.
    pub(super) fn start(&mut self, out: &mut Out) {
        for shared in &mut self.shared {
            shared.informer.start(&mut self.client, out, shared.resource);
        }
    }

    /// Starts one of them, after a pause.
    pub(super) fn start_one(&mut self, resource: Resource, out: &mut Out) {
        let Ok(at) = self.shared.binary_search_by_key(&resource, |shared| shared.resource) else {
            return;
        };
        self.shared[at].informer.start(&mut self.client, out, resource);
    }

    /// A message for one of them came.
    pub(super) fn receive(&mut self, message: ToClient, life: u32, out: &mut Out) -> Option<Heard> {
        let inbound = self.client.receive(message)?;
        let (Inbound::Response(resource, _)
        | Inbound::Events(resource, _)
        | Inbound::WatchClosed(resource, _)) = &inbound;
        let resource = *resource;
        let at = self.shared.binary_search_by_key(&resource, |shared| shared.resource).ok()?;
        let Self { client, shared, rng } = self;
        let Shared { informer, watchers, .. } = &mut shared[at];
        let was_synced = informer.is_synced();
        let progress = match inbound {
            Inbound::Response(_, response) => {
                informer.on_response(&response, client, out, resource, rng)
            }
            Inbound::Events(_, events) => Progress::Changed(informer.on_events(&events)),
            Inbound::WatchClosed(_, status) => informer.on_watch_closed(status.as_deref(), rng),
        };
        let deltas = match progress {
            Progress::Changed(deltas) => deltas,
            Progress::Retry(after) => {
                out.timer(after, Timer { life, wake: Wake::Informer(resource) });
                return None;
            }
            Progress::Nothing => return None,
        };
        let synced = !was_synced && informer.is_synced();
        Some(Heard { deltas, watchers: watchers.clone(), synced })
    }

    /// The connection broke: those that were open try again after a pause.
    pub(super) fn disconnected(&mut self, life: u32, out: &mut Out) {
        for resource in self.client.disconnected() {
            let at = self.shared.binary_search_by_key(&resource, |shared| shared.resource);
            let Ok(at) = at else { continue };
            let progress = self.shared[at].informer.on_failure(None, &mut self.rng);
            if let Progress::Retry(after) = progress {
                out.timer(after, Timer { life, wake: Wake::Informer(resource) });
            }
        }
    }

    /// The process ends: every watch is given up. What is left is the client, which goes on
    /// numbering where it was, so that late answers find nobody.
    pub(super) fn end(&mut self, out: &mut Out) -> Client<Resource> {
        self.client.abandon(out, |_| true);
        self.client.clone()
    }

    /// Takes over the client of the process before.
    pub(super) fn adopt(&mut self, client: Client<Resource>) {
        self.client = client;
    }
}

/// By what the objects of `resource` are found. Everything is found by its owners, for the garbage
/// collector; pods and ReplicaSets may be adopted; pods are asked for by node.
fn indexes(resource: Resource) -> &'static [IndexBy] {
    match resource {
        Resource::PODS => &[IndexBy::Owner, IndexBy::Orphan, IndexBy::Node],
        Resource::REPLICASETS => &[IndexBy::Owner, IndexBy::Orphan],
        _ => &[IndexBy::Owner],
    }
}
