//! What a controller is: the contract that every file of this room is written against.
//!
//! A controller keeps a memory (itself), maps changes of the shared caches to keys, and
//! reconciles one key at a time. Reconciling is pure: it reads caches and memory, and says which
//! requests to send next and where to go on when their answers have come. It never waits, never
//! reads a clock and never sends anything itself.

use std::fmt::Debug;
use std::sync::Arc;

use super::caches::Caches;
use super::config::Config;
use super::record::{Line, Subject, Told};
use crate::api::rpc::{Answer, Call, Response};
use crate::api::types::ObjectReference;
use crate::api::{Object, Resource, Status, Str};
use crate::client::{Delta, WorkQueue};
use crate::sim::{Duration, RecordId, Rng, Time};

/// One of the control loops of kube-controller-manager. The value is the loop's memory; anything
/// in it that grows with the cluster is a [`crate::sim::Map`].
pub trait Controller: Clone + Debug {
    /// What is worked on: each key by one worker at a time.
    type Key: Ord + Clone + Debug;
    /// Where to go on when the answers to requests have come: a plain enum or struct.
    type Progress: Clone + Debug;

    /// What never changes about it.
    const PROFILE: Profile;

    /// Empty-handed, as a process starts.
    fn new(config: &Config, rng: Rng) -> Self;

    /// The resources whose caches it reads.
    fn watches() -> Vec<Resource>;

    /// A cache that it watches has changed: puts the keys that have to be looked at in `queue`.
    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Self::Key>);

    /// The caches that it watches hold everything for the first time; work begins after this.
    fn on_synced(&mut self, _caches: &Caches, _queue: &mut Keys<'_, Self::Key>) {}

    /// Works on `key`: for the first time when `resume` is `None`, else from where it left off
    /// to wait for answers.
    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Self::Key>,
        key: &Self::Key,
        resume: Option<(Self::Progress, Replies)>,
    ) -> Next<Self::Progress>;

    /// The object that a key is about.
    fn subject(&self, key: &Self::Key) -> Subject;
}

/// What never changes about a controller.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// Its name, as in `system:serviceaccount:kube-system:NAME`.
    /// Models cmd/kube-controller-manager/names/controller_names.go.
    pub name: &'static str,
    /// Who its events are from.
    pub source: &'static str,
    /// How many keys are worked on at a time.
    pub workers: usize,
    /// Requests a second, and how many at once.
    pub rate: (u32, u32),
    /// How often in a row a key may fail before it is given up until it changes.
    pub retries_max: u32,
}

impl Profile {
    /// A controller with five workers, the usual rate and no end of retries.
    pub const fn named(name: &'static str) -> Self {
        Self { name, source: name, workers: 5, rate: (20, 30), retries_max: u32::MAX }
    }
}

/// What a controller wants next.
#[derive(Clone, Debug)]
pub enum Next<P> {
    /// Send these requests, at least one, and go on when all are answered.
    Call(Vec<Call>, P),
    /// Nothing: the key is done until something changes.
    Done,
    /// The key is done and comes again after this long.
    Requeue(Duration),
    /// Something went wrong; the key comes again after the delay its failures have earned.
    Failed(Str),
}

impl<P> Next<P> {
    /// The end of work that was refused.
    pub fn refused(status: &Status) -> Self {
        Self::Failed(status.message.clone())
    }
}

/// The answers to the requests of one [`Next::Call`], in the order of the requests.
#[derive(Clone, Debug, Default)]
pub struct Replies(Vec<Arc<Response>>);

impl Replies {
    /// These answers.
    pub fn new(responses: Vec<Arc<Response>>) -> Self {
        Self(responses)
    }

    /// What each request was answered.
    pub fn iter(&self) -> impl Iterator<Item = Result<&Answer, &Status>> {
        self.0.iter().map(|response| response.result.as_ref())
    }

    /// The object that each request was answered with; `None` where there is none to show.
    pub fn objects(&self) -> impl Iterator<Item = Result<Option<&Object>, &Status>> {
        self.iter().map(|result| {
            result
                .map(|answer| if let Answer::Object(object) = answer { Some(object) } else { None })
        })
    }

    /// What the only request was answered with.
    pub fn object(&self) -> Result<Option<&Object>, &Status> {
        self.objects().next().unwrap_or(Ok(None))
    }

    /// The first refusal that `matters`.
    pub fn refusal(&self, matters: impl Fn(&Status) -> bool) -> Option<&Status> {
        self.iter().filter_map(Result::err).find(|status| matters(status))
    }
}

/// The queue of a controller, while changes are mapped to keys.
pub struct Keys<'a, K> {
    /// The present.
    pub now: Time,
    queue: &'a mut WorkQueue<K>,
    reason: RecordId,
}

impl<'a, K: Ord + Clone> Keys<'a, K> {
    /// The queue, into which keys are put because of `reason`.
    pub fn new(now: Time, queue: &'a mut WorkQueue<K>, reason: RecordId) -> Self {
        Self { now, queue, reason }
    }

    /// Has `key` worked on.
    pub fn add(&mut self, key: K) {
        self.queue.add(key, self.reason);
    }

    /// Has `key` worked on after a while.
    pub fn add_after(&mut self, key: K, after: Duration) {
        self.add_at(key, self.now + after);
    }

    /// Has `key` worked on at `at`.
    pub fn add_at(&mut self, key: K, at: Time) {
        self.queue.add_at(key, at, self.reason);
    }
}

/// What a controller sees while it reconciles, and what it has to say beside its requests.
pub struct Ctx<'a, K> {
    /// The present.
    pub now: Time,
    /// The shared caches.
    pub caches: &'a Caches,
    /// What the process was started with.
    pub config: &'a Config,
    /// What it said, in order.
    pub(super) said: Vec<Said>,
    /// Other keys to be worked on, and when.
    pub(super) keys: Vec<(K, Time)>,
}

/// Something a controller said while it reconciled.
#[derive(Clone, Debug)]
pub(super) enum Said {
    /// A line of its log: a decision.
    Line(Line),
    /// An event, to be sent to the apiserver.
    Event(Told),
}

impl<'a, K> Ctx<'a, K> {
    /// Nothing said yet.
    pub fn new(now: Time, caches: &'a Caches, config: &'a Config) -> Self {
        Self { now, caches, config, said: Vec::new(), keys: Vec::new() }
    }

    /// Tells that something of interest happened to `object`.
    pub fn normal(&mut self, object: &Object, reason: &'static str, message: impl Into<Str>) {
        self.tell(object.reference(), (false, reason), message.into());
    }

    /// Tells that something went wrong with `object`.
    pub fn warning(&mut self, object: &Object, reason: &'static str, message: impl Into<Str>) {
        self.tell(object.reference(), (true, reason), message.into());
    }

    /// Tells an event about an object known by reference alone; `is_warning` and the reason.
    pub fn tell(
        &mut self,
        object: ObjectReference,
        (is_warning, reason): (bool, &'static str),
        message: Str,
    ) {
        self.said.push(Said::Event(Told { object, is_warning, reason, message }));
    }

    /// Writes a line to the log: `message`, and numbers with their names.
    pub fn log(
        &mut self,
        about: impl Into<Subject>,
        message: &'static str,
        numbers: &[(&'static str, i64)],
    ) {
        let line = Line { about: about.into(), message, numbers: numbers.into() };
        self.said.push(Said::Line(line));
    }

    /// Has another key worked on.
    pub fn add(&mut self, key: K) {
        self.keys.push((key, self.now));
    }

    /// Has another key worked on at `at`.
    pub fn add_at(&mut self, key: K, at: Time) {
        self.keys.push((key, at));
    }
}
