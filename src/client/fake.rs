//! A small apiserver for the tests of rooms that talk to one: it stores, watches and refuses as
//! the real one does, has one client, and takes no time.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::rpc::{
    Answer, Call, DeleteOptions, ListMeta, Patch, Payload, Response, Selection, ToClient, ToServer,
    WatchEvent,
};
use crate::api::types::{Node, Pod, PodCondition, Uid};
use crate::api::{Body, Change, Collection, Key, Object, Resource, Status, Timestamp, Value};
use crate::sim::Time;

/// A small apiserver with one client.
#[derive(Default)]
pub struct FakeServer {
    objects: BTreeMap<Resource, Collection>,
    revision: u64,
    changes: Vec<Arc<Change>>,
    watches: Vec<(u32, Selection)>,
    /// What is still to be sent.
    outbox: Vec<ToClient>,
    /// Whether every request is refused.
    pub is_down: bool,
}

impl FakeServer {
    /// The objects of a resource.
    pub fn objects(&self, resource: Resource) -> Collection {
        self.objects.get(&resource).cloned().unwrap_or_default()
    }

    /// An object.
    pub fn get(&self, resource: Resource, key: &Key) -> Option<Object> {
        self.objects.get(&resource)?.get(key).cloned()
    }

    /// Handles what the client says.
    pub fn handle(&mut self, now: Time, message: ToServer) {
        match message {
            ToServer::Request(id, request) => {
                let result = match self.is_down {
                    true => Err(Status::unavailable("the server is down")),
                    false => self.answer(now, id, &request.call),
                };
                let response = Response { result, warnings: [].into() };
                self.outbox.push(ToClient::Response(id, response.into()));
                if let Call::Watch { selection, from, .. } = &request.call {
                    self.replay(id, selection, *from);
                }
            }
            ToServer::Cancel(id) => self.watches.retain(|(watch, _)| *watch != id),
        }
    }

    /// The connection broke: watches are gone, and what was still to be said.
    pub fn disconnect(&mut self) {
        self.watches.clear();
        self.outbox.clear();
    }

    /// What the client is to be told.
    pub fn take_messages(&mut self) -> Vec<ToClient> {
        std::mem::take(&mut self.outbox)
    }

    /// Answers a call as if the client had made it.
    pub fn answer(&mut self, now: Time, id: u32, call: &Call) -> Result<Answer, Status> {
        match call {
            Call::Get { resource, key, .. } => Ok(Answer::Object(self.find(*resource, key)?)),
            Call::List(selection) => {
                let all = self.objects(selection.resource);
                let selected = all.iter().filter(|object| selection.matches(object)).cloned();
                let meta = ListMeta::complete(self.revision);
                Ok(Answer::List(selection.resource, selected.collect(), meta))
            }
            Call::Watch { selection, .. } => {
                self.watches.push((id, selection.clone()));
                Ok(Answer::Watching)
            }
            Call::Create { resource, body: Payload::Object(object), namespace } => {
                self.create(now, *resource, namespace, object)
            }
            Call::Update { resource, key, body: Payload::Object(object), .. } => {
                let old = self.find(*resource, key)?;
                if object.revision != 0 && object.revision != old.revision {
                    return Err(Status::modified(*resource, key.name()));
                }
                Ok(Answer::Object(self.write(Some(old), Some(object.clone()))))
            }
            Call::Patch { resource, key, patch, .. } => self.patch(*resource, key, patch),
            Call::Delete { resource, key, options } => self.delete(now, *resource, key, options),
            Call::Bind { key, node, .. } => self.bind(now, key, node),
            other => panic!("{other:?} is not asked by the rooms that test with this"),
        }
    }

    fn find(&self, resource: Resource, key: &Key) -> Result<Object, Status> {
        self.get(resource, key).ok_or_else(|| Status::not_found(resource, key.name()))
    }

    fn create(
        &mut self,
        now: Time,
        resource: Resource,
        namespace: &str,
        object: &Object,
    ) -> Result<Answer, Status> {
        let key = Key::new(namespace, object.name());
        if self.get(resource, &key).is_some() {
            return Err(Status::already_exists(resource, object.name()));
        }
        let number = self.revision + 1;
        let object = object.with_meta(|meta| {
            meta.namespace = namespace.into();
            meta.uid = Uid::random(7, number);
            meta.creation_timestamp = Some(Timestamp::at(now));
            meta.generation = 1;
        });
        Ok(Answer::Object(self.write(None, Some(object))))
    }

    fn patch(&mut self, resource: Resource, key: &Key, patch: &Patch) -> Result<Answer, Status> {
        let old = self.find(resource, key)?;
        let new = match patch {
            Patch::Status(object) if object.uid() != old.uid() => {
                return Err(Status::conflict(resource, key.name(), "uid mismatch"));
            }
            Patch::Status(object) => old.with_body(match (old.body(), object.body()) {
                (Body::Pod(old), Body::Pod(new)) => {
                    Body::Pod(Pod { spec: old.spec.clone(), status: new.status.clone() })
                }
                (Body::Node(old), Body::Node(new)) => {
                    Body::Node(Node { spec: old.spec.clone(), status: new.status.clone() })
                }
                _ => panic!("only pods and nodes have their status patched here"),
            }),
            Patch::Metadata { to, .. } => old.with_meta(|meta| *meta = (**to).clone()),
            Patch::Merge(patch) => {
                let mut value = old.to_value();
                merge(&mut value, patch);
                Object::load(resource, &value)
            }
            other => panic!("{other:?} is not asked by the rooms that test with this"),
        };
        Ok(Answer::Object(self.write(Some(old), Some(new))))
    }

    fn delete(
        &mut self,
        now: Time,
        resource: Resource,
        key: &Key,
        options: &DeleteOptions,
    ) -> Result<Answer, Status> {
        let old = self.find(resource, key)?;
        if options.uid.is_some_and(|uid| uid != old.uid()) {
            return Err(Status::conflict(resource, key.name(), "uid mismatch"));
        }
        let grace = match old.get::<Pod>() {
            Some(pod) if pod.is_assigned() && !pod.is_terminal() => {
                options.grace_period_seconds.or(pod.spec.termination_grace_period_seconds)
            }
            _ => None,
        };
        let Some(grace) = grace.filter(|grace| *grace > 0) else {
            self.write(Some(old.clone()), None);
            return Ok(Answer::Object(old));
        };
        let new = old.with_meta(|meta| {
            meta.deletion_timestamp = Some(Timestamp(Timestamp::at(now).0 + grace));
            meta.deletion_grace_period_seconds = Some(grace);
            meta.generation += 1;
        });
        Ok(Answer::Object(self.write(Some(old), Some(new))))
    }

    fn bind(&mut self, now: Time, key: &Key, node: &str) -> Result<Answer, Status> {
        let old = self.find(Resource::PODS, key)?;
        let mut pod = old.get::<Pod>().expect("it is a pod").clone();
        let scheduled = PodCondition {
            kind: "PodScheduled".into(),
            status: "True".into(),
            observed_generation: old.meta().generation,
            last_transition_time: Some(Timestamp::at(now)),
            ..PodCondition::default()
        };
        Arc::make_mut(&mut pod.spec).node_name = node.into();
        let status = Arc::make_mut(&mut pod.status);
        (status.phase, status.conditions) = ("Pending".into(), [scheduled].into());
        self.write(Some(old.clone()), Some(old.with_body(pod)));
        Ok(Answer::Done)
    }

    /// Stores what came of a change and tells the watches.
    fn write(&mut self, before: Option<Object>, after: Option<Object>) -> Object {
        self.revision += 1;
        let after = after.map(|object| object.at_revision(self.revision));
        let object = after.clone().or_else(|| before.clone()).expect("something changed");
        let objects = self.objects.entry(object.resource()).or_default();
        match &after {
            Some(object) => objects.insert(object.clone()),
            None => objects.remove(&object.key()),
        };
        let change = Change::new(self.revision, before, after);
        self.changes.push(change.clone());
        for (id, selection) in &self.watches {
            if selection.resource == object.resource() {
                self.outbox.extend(told(*id, &change, selection));
            }
        }
        object
    }

    fn replay(&mut self, id: u32, selection: &Selection, from: u64) {
        let is_meant = |change: &&Arc<Change>| {
            change.revision > from && change.object().resource() == selection.resource
        };
        let missed = self.changes.iter().filter(is_meant);
        self.outbox.extend(missed.filter_map(|change| told(id, change, selection)));
    }
}

fn told(id: u32, change: &Arc<Change>, selection: &Selection) -> Option<ToClient> {
    WatchEvent::of(change, selection).map(|event| ToClient::Events(id, [event].into()))
}

fn merge(target: &mut Value, patch: &Value) {
    for (key, value) in patch.as_map().into_iter().flat_map(|fields| fields.iter()) {
        match value.as_map() {
            Some(_) => merge(target.entry(key), value),
            None => *target.entry(key) = value.clone(),
        }
    }
}
