//! Events: what a component tells about objects, without telling it too often.
//!
//! Models client-go/tools/record/event.go and events_cache.go.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Client, Limiter};
use crate::api::rpc::{Call, Part, Patch, Payload, Response, ToServer};
use crate::api::types::{Event, EventBody, EventSource, ObjectMeta, ObjectReference};
use crate::api::{Key, MicroTime, Object, Resource, Str, Timestamp, Value};
use crate::sim::{Duration, Fingerprint, Outbox, Time};

/// Events that differ in their message alone are merged beyond this many …
const SIMILAR_MAX: usize = 10;
/// … within this time.
const SIMILAR_INTERVAL: Duration = Duration::from_secs(600);
/// Events about one object that get through at once …
const SPAM_BURST: u32 = 25;
/// … and how long each further one has to wait.
const SPAM_INTERVAL: Duration = Duration::from_secs(300);
/// How many objects and events are remembered.
const REMEMBERED_MAX: usize = 4096;

/// Who tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// The component, such as `kubelet`.
    pub component: Str,
    /// The node it is on, where that matters.
    pub host: Str,
    /// Whether it uses events.k8s.io, which counts in `series`.
    pub series: bool,
}

/// Tells events through a client of its owner.
#[derive(Clone, Debug)]
pub struct Recorder {
    source: Arc<Source>,
    /// What has been stored, by everything that makes an event the same.
    stored: BTreeMap<u64, Stored>,
    /// Messages lately told, by everything else that makes events similar.
    similar: BTreeMap<u64, Similar>,
    /// How much may still be told, by object.
    spam: BTreeMap<u64, Limiter>,
}

#[derive(Clone, Debug)]
struct Stored {
    key: Key,
    count: i32,
    last: Time,
}

#[derive(Clone, Debug)]
struct Similar {
    messages: Vec<u64>,
    last: Time,
}

/// What is told about which object.
#[derive(Clone, PartialEq, Debug)]
struct Told<'a> {
    object: &'a ObjectReference,
    kind: &'static str,
    reason: &'static str,
    action: &'static str,
    message: Str,
}

impl Recorder {
    /// A recorder that has told nothing yet.
    pub fn new(source: Source) -> Self {
        Self {
            source: Arc::new(source),
            stored: BTreeMap::new(),
            similar: BTreeMap::new(),
            spam: BTreeMap::new(),
        }
    }

    /// Tells that something of interest happened to `object`.
    pub fn normal<T: Clone, Tm, R>(
        &mut self,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        object: &ObjectReference,
        (reason, message): (&'static str, impl Into<Str>),
        token: T,
    ) {
        let told = Told { object, kind: "Normal", reason, action: "", message: message.into() };
        self.tell(client, out, told, token);
    }

    /// Tells that something went wrong with `object`.
    pub fn warning<T: Clone, Tm, R>(
        &mut self,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        object: &ObjectReference,
        (reason, message): (&'static str, impl Into<Str>),
        token: T,
    ) {
        let told = Told { object, kind: "Warning", reason, action: "", message: message.into() };
        self.tell(client, out, told, token);
    }

    /// Tells in the manner of events.k8s.io, with the action that was being taken.
    pub fn action<T: Clone, Tm, R>(
        &mut self,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        object: &ObjectReference,
        (kind, reason, action): (&'static str, &'static str, &'static str),
        message: impl Into<Str>,
        token: T,
    ) {
        let told = Told { object, kind, reason, action, message: message.into() };
        self.tell(client, out, told, token);
    }

    /// The answer to something told came. An event that has expired in the meantime is forgotten,
    /// to be told anew.
    pub fn on_response(&mut self, response: &Response) {
        if let Err(status) = response.result.as_ref().map(drop)
            && status.is_not_found()
        {
            self.stored.retain(|_, stored| stored.key.name() != status.name);
        }
    }

    fn tell<T: Clone, Tm, R>(
        &mut self,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        mut told: Told<'_>,
        token: T,
    ) {
        let now = out.now();
        if !self.source.series {
            if !self.lets_through(told.object, now) {
                return;
            }
            self.merge_similar(&mut told, now);
        }
        let same = self.same_key(&told);
        let window = SIMILAR_INTERVAL;
        match self.stored.get_mut(&same).filter(|stored| now.since(stored.last) < window) {
            Some(stored) => {
                (stored.count, stored.last) = (stored.count + 1, now);
                let patch = count_patch(&self.source, stored, &told);
                let (resource, key) = (Resource::EVENTS, stored.key.clone());
                let patch = Patch::Merge(patch);
                client.call(out, Call::Patch { resource, key, part: Part::Main, patch }, token);
            }
            None => {
                let event = self.event(&told, now);
                let namespace = event.meta().namespace.clone();
                let stored = Stored { key: event.key(), count: 1, last: now };
                self.stored.insert(same, stored);
                let body = Payload::Object(event);
                let resource = Resource::EVENTS;
                client.call(out, Call::Create { resource, namespace, body }, token);
            }
        }
        self.forget_oldest();
    }

    fn event(&self, told: &Told<'_>, now: Time) -> Object {
        let namespace = match told.object.namespace.as_str() {
            "" => Str::new_static("default"),
            _ => told.object.namespace.clone(),
        };
        // Upstream appends the clock's nanoseconds in hexadecimal. Ours counts microseconds, so
        // what is told decides the last digits.
        let nanos = now.as_micros() * 1000 + self.same_key(told) % 1000;
        let name = format!("{}.{nanos:x}", told.object.name).into();
        let source = &*self.source;
        let series = source.series;
        let second = (!series).then(|| Timestamp::at(now));
        let body = EventBody {
            action: told.action.into(),
            count: i32::from(!series),
            event_time: series.then(|| MicroTime::at(now)),
            first_timestamp: second,
            last_timestamp: second,
            involved_object: told.object.clone(),
            message: told.message.clone(),
            reason: told.reason.into(),
            kind: told.kind.into(),
            reporting_component: source.component.clone(),
            reporting_instance: source.host.clone(),
            source: if series {
                EventSource::default()
            } else {
                EventSource {
                    component: source.component.clone(),
                    host: source.host.clone(),
                    ..EventSource::default()
                }
            },
            ..EventBody::default()
        };
        let meta = ObjectMeta { name, namespace, ..ObjectMeta::default() };
        Object::new(meta, Event { body: body.into() })
    }

    /// Models EventSourceObjectSpamFilter.
    fn lets_through(&mut self, object: &ObjectReference, now: Time) -> bool {
        let mut hash = Fingerprint::new();
        hash_object(&mut hash, object);
        let limiter = self
            .spam
            .entry(hash.finish())
            .or_insert_with(|| Limiter::every(SPAM_INTERVAL, SPAM_BURST));
        limiter.take(now)
    }

    /// Models EventAggregator.
    fn merge_similar(&mut self, told: &mut Told<'_>, now: Time) {
        let mut hash = Fingerprint::new();
        hash_object(&mut hash, told.object);
        hash.str(told.kind);
        hash.str(told.reason);
        let new = Similar { messages: Vec::new(), last: now };
        let similar = self.similar.entry(hash.finish()).or_insert(new);
        if now.since(similar.last) > SIMILAR_INTERVAL {
            similar.messages.clear();
        }
        similar.last = now;
        let message = Fingerprint::of_str(&told.message);
        if !similar.messages.contains(&message) {
            similar.messages.push(message);
        }
        if similar.messages.len() >= SIMILAR_MAX {
            similar.messages.remove(0);
            told.message = format!("(combined from similar events): {}", told.message).into();
        }
    }

    fn same_key(&self, told: &Told<'_>) -> u64 {
        let mut hash = Fingerprint::new();
        hash_object(&mut hash, told.object);
        hash.str(told.kind);
        hash.str(told.reason);
        hash.str(told.action);
        // Merged events differ in their text and are the same all the same.
        let combined = told.message.starts_with("(combined from similar events)");
        hash.str(if combined { "(combined)" } else { &told.message });
        hash.finish()
    }

    fn forget_oldest(&mut self) {
        while self.stored.len() > REMEMBERED_MAX {
            let oldest = self.stored.iter().min_by_key(|(_, stored)| stored.last);
            let Some(&key) = oldest.map(|(key, _)| key) else { return };
            self.stored.remove(&key);
        }
        while self.similar.len() > REMEMBERED_MAX {
            self.similar.pop_first();
        }
        while self.spam.len() > REMEMBERED_MAX {
            self.spam.pop_first();
        }
    }
}

fn hash_object(hash: &mut Fingerprint, object: &ObjectReference) {
    hash.str(&object.kind);
    hash.str(&object.namespace);
    hash.str(&object.name);
    hash.u64(object.uid.0 as u64);
    hash.str(&object.field_path);
}

fn count_patch(source: &Source, stored: &Stored, told: &Told<'_>) -> Value {
    if source.series {
        let time = MicroTime::at(stored.last).to_string();
        let series =
            [("count", Value::Int(stored.count.into())), ("lastObservedTime", time.into())];
        return Value::map([("series", Value::map(series))]);
    }
    Value::map([
        ("count", Value::Int(stored.count.into())),
        ("lastTimestamp", Timestamp::at(stored.last).to_string().into()),
        ("message", told.message.clone().into()),
    ])
}
