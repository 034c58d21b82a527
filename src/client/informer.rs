//! A cache of one resource that follows the apiserver: list, then watch, then again.
//!
//! Models client-go/tools/cache reflector.go and shared_informer.go.

use super::Client;
use crate::api::rpc::{Answer, Call, Response, Selection, ToServer, Version, WatchEvent};
use crate::api::types::{OwnerReference, Pod};
use crate::api::{Collection, Key, Kind, Object, Reason, Resource, Status, Str, Uid};
use crate::sim::{Duration, Map, Outbox, Rng, Set};

/// First delay before trying again; it doubles with each failure. Models reflector.go.
const FIRST_RETRY: Duration = Duration::from_millis(800);
/// The longest delay before trying again.
const LAST_RETRY: Duration = Duration::from_secs(30);

/// A cache of the objects of one resource, with indexes.
#[derive(Clone, Debug)]
pub struct Informer {
    selection: Selection,
    objects: Collection,
    indexes: Vec<Index>,
    revision: u64,
    state: State,
    synced: bool,
    failures: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Waiting to start, or to start again.
    Waiting,
    Listing,
    Watching,
}

/// One change of the cache, as handlers see it.
#[derive(Clone, Debug)]
pub struct Delta {
    /// The object before; `None` when it is new to the cache.
    pub before: Option<Object>,
    /// The object now; `None` when it is gone.
    pub after: Option<Object>,
}

impl Delta {
    /// The object it is about, as it was last.
    pub fn object(&self) -> &Object {
        let object = self.after.as_ref().or(self.before.as_ref());
        object.expect("a delta has an object before or after it")
    }
}

/// What the owner has to do after an informer heard something.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Tell the handlers of these changes.
    Changed(Vec<Delta>),
    /// Call [`Informer::start`] after this long.
    Retry(Duration),
    /// Nothing.
    Nothing,
}

/// By what objects of a cache are found beside their key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IndexBy {
    /// The identity of the owner that manages them.
    Controller,
    /// The node they are bound to.
    Node,
    /// The identity of any owner.
    Owner,
    /// The namespace of objects that nobody manages: what may be adopted.
    Orphan,
}

/// What objects are indexed under.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum IndexValue {
    Uid(Uid),
    Name(Str),
}

#[derive(Clone, Debug)]
struct Index {
    by: IndexBy,
    entries: Map<IndexValue, Set<Key>>,
}

impl Informer {
    /// A cache of what is selected; empty until it is started.
    pub fn new(selection: Selection, indexes: &[IndexBy]) -> Self {
        let index = |by: &IndexBy| Index { by: *by, entries: Map::new() };
        Self {
            selection,
            objects: Collection::default(),
            indexes: indexes.iter().map(index).collect(),
            revision: 0,
            state: State::Waiting,
            synced: false,
            failures: 0,
        }
    }

    /// The resource it holds.
    pub fn resource(&self) -> Resource {
        self.selection.resource
    }

    /// Whether it has held the whole truth at least once.
    pub fn is_synced(&self) -> bool {
        self.synced
    }

    /// What it holds.
    pub fn objects(&self) -> &Collection {
        &self.objects
    }

    /// The revision up to which it has heard.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The object at `key`.
    pub fn get(&self, key: &Key) -> Option<&Object> {
        self.objects.get(key)
    }

    /// The object at `key` as a `K`.
    pub fn get_as<K: Kind>(&self, key: &Key) -> Option<&K> {
        self.objects.get(key)?.get()
    }

    /// The objects that the owner `uid` manages, in the order of their keys.
    pub fn controlled_by(&self, uid: Uid) -> impl Iterator<Item = &Object> {
        self.indexed(IndexBy::Controller, &IndexValue::Uid(uid))
    }

    /// The objects that `uid` is an owner of, in the order of their keys.
    pub fn owned_by(&self, uid: Uid) -> impl Iterator<Item = &Object> {
        self.indexed(IndexBy::Owner, &IndexValue::Uid(uid))
    }

    /// The pods that are bound to `node`, in the order of their keys.
    pub fn on_node(&self, node: &str) -> impl Iterator<Item = &Object> {
        self.indexed(IndexBy::Node, &IndexValue::Name(node.into()))
    }

    /// The objects in `namespace` that nobody manages, in the order of their keys.
    pub fn orphans_in(&self, namespace: &str) -> impl Iterator<Item = &Object> {
        self.indexed(IndexBy::Orphan, &IndexValue::Name(namespace.into()))
    }

    /// Lists, or watches on from where it was.
    pub fn start<T: Clone, Tm, R>(
        &mut self,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        token: T,
    ) {
        if self.state != State::Waiting {
            return;
        }
        if self.revision == 0 {
            self.state = State::Listing;
            let selection = Selection { version: Version::Any, ..self.selection.clone() };
            client.call(out, Call::List(selection), token);
        } else {
            self.watch(client, out, token);
        }
    }

    /// The answer to its list or watch came.
    pub fn on_response<T: Clone, Tm, R>(
        &mut self,
        response: &Response,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        token: T,
        rng: &mut Rng,
    ) -> Progress {
        match &response.result {
            Ok(Answer::List(_, objects, meta)) => {
                let deltas = self.replace(objects.clone());
                (self.revision, self.synced, self.failures) = (meta.revision, true, 0);
                self.watch(client, out, token);
                Progress::Changed(deltas)
            }
            Ok(_) => Progress::Nothing,
            Err(status) => self.on_failure(Some(status), rng),
        }
    }

    /// Events of its watch came.
    pub fn on_events(&mut self, events: &[WatchEvent]) -> Vec<Delta> {
        self.failures = 0;
        let mut deltas = Vec::with_capacity(events.len());
        for event in events {
            self.revision = self.revision.max(event.revision());
            deltas.extend(self.apply(event));
        }
        deltas
    }

    /// Its list or watch failed, or its connection broke.
    pub fn on_failure(&mut self, status: Option<&Status>, rng: &mut Rng) -> Progress {
        self.state = State::Waiting;
        if status.is_some_and(|s| matches!(s.reason, Reason::Expired | Reason::Gone)) {
            // What happened in between cannot be known: begin anew.
            self.revision = 0;
        }
        let delay = FIRST_RETRY.saturating_mul(1 << self.failures.min(6)).min(LAST_RETRY);
        self.failures += 1;
        Progress::Retry(delay + rng.up_to(delay))
    }

    /// Its watch ended in the ordinary way, as watches do after a while.
    pub fn on_watch_closed(&mut self, status: Option<&Status>, rng: &mut Rng) -> Progress {
        match status {
            None => {
                self.state = State::Waiting;
                Progress::Retry(Duration::ZERO)
            }
            Some(_) => self.on_failure(status, rng),
        }
    }

    fn indexed<'a>(
        &'a self,
        by: IndexBy,
        value: &IndexValue,
    ) -> impl Iterator<Item = &'a Object> + use<'a> {
        let index = self.indexes.iter().find(|index| index.by == by);
        let keys = index.expect("the index was asked for").entries.get(value);
        keys.into_iter().flat_map(|keys| side_by_side(keys, &self.objects))
    }

    fn watch<T: Clone, Tm, R>(
        &mut self,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        token: T,
    ) {
        self.state = State::Watching;
        let (selection, from) = (self.selection.clone(), self.revision);
        client.call(out, Call::Watch { selection, from, bookmarks: true }, token);
    }

    fn apply(&mut self, event: &WatchEvent) -> Option<Delta> {
        let change = event.change()?;
        let key = change.key();
        let before = self.objects.get(&key).cloned();
        let after = match event {
            WatchEvent::Deleted(_) => None,
            _ => change.after.clone(),
        };
        if self.selection.is_everything() {
            self.objects.follow(change);
        } else if let Some(object) = &after {
            self.objects.insert(object.clone());
        } else {
            self.objects.remove(&key);
        }
        self.reindex(&key, before.as_ref(), after.as_ref());
        (before.is_some() || after.is_some()).then_some(Delta { before, after })
    }

    /// Takes over a whole list and says what differs from before.
    fn replace(&mut self, objects: Collection) -> Vec<Delta> {
        let before = std::mem::replace(&mut self.objects, objects);
        let mut deltas = Vec::new();
        for object in before.iter().filter(|old| self.objects.get(&old.key()).is_none()) {
            deltas.push(Delta { before: Some(object.clone()), after: None });
        }
        for object in self.objects.iter() {
            let old = before.get(&object.key());
            if old.is_none_or(|old| old.revision != object.revision) {
                deltas.push(Delta { before: old.cloned(), after: Some(object.clone()) });
            }
        }
        for delta in &deltas {
            let key = delta.object().key();
            self.reindex(&key, delta.before.as_ref(), delta.after.as_ref());
        }
        deltas
    }

    fn reindex(&mut self, key: &Key, before: Option<&Object>, after: Option<&Object>) {
        for index in &mut self.indexes {
            let values =
                |object: Option<&Object>| object.map_or_else(Vec::new, |o| index.by.values(o));
            let (old, new) = (values(before), values(after));
            if old == new {
                continue;
            }
            for value in old {
                let keys = index.entries.entry_or(value.clone(), Set::new);
                keys.remove(key);
                if keys.is_empty() {
                    index.entries.remove(&value);
                }
            }
            for value in new {
                index.entries.entry_or(value, Set::new).add(key.clone());
            }
        }
    }
}

/// The objects at `keys`. Those of one owner mostly lie side by side, and then going on from the
/// one before is much quicker than looking each of them up; after a few misses that is given up.
fn side_by_side<'a>(
    keys: &'a Set<Key>,
    objects: &'a Collection,
) -> impl Iterator<Item = &'a Object> {
    let mut cursor = None;
    let mut misses_left = 8;
    keys.keys().filter_map(move |key| {
        if misses_left == 0 {
            return objects.get(key);
        }
        let next = cursor.as_mut().and_then(Iterator::next);
        if let Some((_, object)) = next.filter(|(found, _)| *found == key) {
            return Some(object);
        }
        misses_left -= 1;
        let mut fresh = objects.starting_at(key);
        let found = fresh.next().filter(|(found, _)| *found == key);
        cursor = Some(fresh);
        found.map(|(_, object)| object)
    })
}

impl IndexBy {
    fn values(self, object: &Object) -> Vec<IndexValue> {
        let meta = object.meta();
        let uid = |owner: &OwnerReference| IndexValue::Uid(owner.uid);
        match self {
            Self::Controller => meta.controller().map(uid).into_iter().collect(),
            Self::Owner => meta.owner_references.iter().map(uid).collect(),
            Self::Orphan if meta.controller().is_some() => Vec::new(),
            Self::Orphan => vec![IndexValue::Name(meta.namespace.clone())],
            Self::Node => {
                let node = object.get::<Pod>().map(|pod| pod.spec.node_name.clone());
                node.filter(|node| !node.is_empty()).map(IndexValue::Name).into_iter().collect()
            }
        }
    }
}
