//! kube-apiserver: the one door to the store, and the only one who talks to etcd.
//!
//! A request passes, in order, through decoding and defaulting, mutating admission, preparation,
//! validation, and storage with optimistic concurrency. Lists and watches are answered from a watch
//! cache that follows the store. Models staging/src/k8s.io/apiserver and pkg/registry.
//!
//! Invariant: a write is answered only when the store has it; what is read lags, and is never made
//! up.

mod admission;
mod allocation;
mod answers;
mod authentication;
mod authorization;
mod bootstrap;
mod cache;
mod cel;
mod compaction;
mod custom;
mod http;
mod jobs;
mod lists;
pub mod printers;
mod read;
mod record;
mod stages;
mod storage;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;
mod tokens;
mod watch;
mod watchers;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::rpc::{BEARER, Call, Request, Response, Subject, ToClient, ToServer};
use crate::api::{Collection, Reason, Resource, Status, Str, Value};
use crate::etcd::rpc as etcd;
use crate::sim::{Address, Duration, Outbox, Rng, Time};
use cache::WatchCache;
use compaction::Compactor;
use http::{Counts, Form, Meant};
use jobs::Job;
use watchers::{WatchId, Watchers};

pub use record::{Record, What};
pub use stages::{Stage, Stages};
pub use storage::{PREFIX, Stored, key_of, range_of};

/// How long an apiserver's work takes.
#[derive(Clone, PartialEq, Debug)]
pub struct Costs {
    /// Admission, validation and encoding of a write, beside what the store takes. Upstream's own
    /// share of a small write is around a millisecond.
    pub write: Duration,
    /// Looking up and encoding what is read.
    pub read: Duration,
    /// Telling a watcher of a change.
    pub notify: Duration,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            write: Duration::from_micros(1000),
            read: Duration::from_micros(500),
            notify: Duration::from_micros(50),
        }
    }
}

/// How an apiserver is set up.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// The member of etcd it uses, which is on its own host.
    pub etcd: Address,
    /// The addresses under which the cluster's apiservers can be reached from pods.
    pub advertised: Arc<[Str]>,
    /// Requests that may be under way at once: readers, writers. Models
    /// --max-requests-inflight and --max-mutating-requests-inflight.
    pub inflight_max: (usize, usize),
    /// How often history is compacted. Models --etcd-compaction-interval.
    pub compaction_interval: Duration,
    /// How long events are kept. Models --event-ttl.
    pub event_ttl: Duration,
    /// How long the work takes.
    pub costs: Costs,
}

impl Settings {
    /// The defaults of v1.36, for an apiserver beside the member at `etcd`.
    pub fn new(etcd: Address, advertised: Arc<[Str]>) -> Self {
        Self {
            etcd,
            advertised,
            inflight_max: (400, 200),
            compaction_interval: Duration::from_secs(5 * 60),
            event_ttl: Duration::from_secs(60 * 60),
            costs: Costs::default(),
        }
    }
}

/// What comes to an apiserver.
#[derive(Clone, Debug)]
pub enum Input {
    /// The process starts.
    Start,
    /// A client asks.
    Client(Address, ToServer),
    /// The load balancer asks whether it is ready.
    Probe(Address),
    /// The store answers.
    Response(u32, Box<etcd::Response<Stored>>),
    /// The store tells of changes.
    Events(Result<etcd::Events<Stored>, etcd::Cancelled>),
    /// The connection to someone broke.
    Disconnected(Address),
    /// A timer went off.
    Timer(Timer),
}

/// What an apiserver waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// To try the store again.
    Reconnect,
    /// To try a request again.
    Retry(u32),
    /// To give up waiting for a revision.
    TooLarge(u32),
    /// To tell watchers how far the store has come.
    Bookmarks,
    /// To end a watch that has been open for long.
    EndWatch(WatchId),
    /// To compact the store's history.
    Compact,
    /// To see whether what every cluster has is still there.
    Bootstrap,
}

/// What an apiserver sends.
#[derive(Clone, Debug)]
pub enum Message {
    /// To its store.
    Store(u32, Arc<etcd::Request<Stored>>),
    /// To a client.
    Client(ToClient),
    /// To a load balancer: whether it is ready.
    Probed(bool),
}

/// Where an apiserver's effects go.
pub type Out = Outbox<Message, Timer, Record>;

/// One apiserver.
#[derive(Clone, Debug)]
pub struct Apiserver {
    settings: Arc<Settings>,
    rng: Rng,
    phase: Phase,
    cache: WatchCache,
    watchers: Watchers,
    /// Requests that wait for the store, by the number under which it was asked.
    jobs: BTreeMap<u32, Job>,
    next: u32,
    /// Requests that wait for the cache to reach a revision.
    waiting: Vec<(u64, u32)>,
    /// The lease that new events hang on, and until when it serves.
    event_lease: Option<(i64, Time)>,
    compactor: Compactor,
    /// What was created last of each resource: the next is often much like it, and shares what is.
    last_created: BTreeMap<Resource, Value>,
    /// What has been answered how often.
    counts: Counts,
}

/// How far an apiserver is with its cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// It asks for everything there is.
    Loading,
    /// It follows the store.
    Following,
    /// It has lost the store, and what it knows grows old.
    Lost,
}

/// Numbers of requests to the store that are nobody's.
const LOAD: u32 = 1;
const FOLLOW: u32 = 2;
const LEASE: u32 = 3;
const COMPACT: u32 = 4;
const FIRST_JOB: u32 = 16;

/// How long to wait before trying a lost store again.
const RECONNECT: Duration = Duration::from_secs(1);

impl Apiserver {
    /// An apiserver that knows nothing yet.
    pub fn new(settings: Settings, rng: Rng) -> Self {
        Self {
            settings: Arc::new(settings),
            rng,
            phase: Phase::Loading,
            cache: WatchCache::default(),
            watchers: Watchers::default(),
            jobs: BTreeMap::new(),
            next: FIRST_JOB,
            waiting: Vec::new(),
            event_lease: None,
            compactor: Compactor::default(),
            last_created: BTreeMap::new(),
            counts: Counts::default(),
        }
    }

    /// Whether it serves: its cache is filled and its store answers. Models /readyz.
    pub fn is_ready(&self, now: Time) -> bool {
        // Upstream asks the store and waits up to two seconds.
        let patience = Duration::from_secs(2);
        let stuck = |job: &Job| job.asked_since().is_some_and(|since| now.since(since) > patience);
        self.phase == Phase::Following && !self.jobs.values().next().is_some_and(stuck)
    }

    /// All objects of a resource, as its cache has them.
    pub fn collection(&self, resource: Resource) -> Option<&Collection> {
        self.cache.collection(resource)
    }

    /// The revision up to which it knows everything.
    pub fn revision(&self) -> u64 {
        self.cache.revision()
    }

    /// How many watches are open, and how many requests under way.
    pub fn load(&self) -> (usize, usize) {
        (self.watchers.len(), self.jobs.len())
    }

    /// Who shows a bearer token; `None` if it is none of a service account, or no longer good.
    pub fn subject_of(&self, token: &str, now: Time) -> Option<Subject> {
        tokens::subject(&self.cache, token, now)
    }

    /// Takes an input in.
    pub fn handle(&mut self, input: Input, out: &mut Out) {
        match input {
            Input::Start => {
                self.load_cache(out);
                out.timer(watch::BOOKMARK_INTERVAL, Timer::Bookmarks);
                out.timer(self.settings.compaction_interval, Timer::Compact);
                out.timer(Duration::ZERO, Timer::Bootstrap);
            }
            Input::Client(client, ToServer::Request(id, request)) => {
                self.on_request((client, id), request, out);
            }
            Input::Client(client, ToServer::Cancel(id)) => self.watchers.remove((client, id)),
            Input::Probe(prober) => {
                let ready = self.is_ready(out.now());
                out.send_after(self.settings.costs.read, prober, Message::Probed(ready));
            }
            Input::Response(id, response) => self.on_response(id, *response, out),
            Input::Events(events) => self.on_events(events, out),
            Input::Disconnected(peer) if peer == self.settings.etcd => self.on_store_lost(out),
            Input::Disconnected(client) => self.forget_client(client),
            Input::Timer(timer) => self.on_timer(timer, out),
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Out) {
        match timer {
            Timer::Reconnect if self.phase != Phase::Following => self.reconnect(out),
            Timer::Reconnect => {}
            Timer::Retry(id) => self.retry(id, out),
            Timer::TooLarge(id) => self.give_up_waiting(id, out),
            Timer::Bookmarks => self.tell_bookmarks(out),
            Timer::EndWatch(id) => self.end_watch(id, out),
            Timer::Compact => self.compact(out),
            Timer::Bootstrap => self.bootstrap(out),
        }
    }

    fn on_request(&mut self, client: (Address, u32), request: Arc<Request>, out: &mut Out) {
        let (mut job, is_page) = match self.read(client, request, out) {
            Some(read) => read,
            None => return,
        };
        // What the server says of itself it says at any time.
        if self.phase == Phase::Loading && !is_page {
            let status = Status::new(429, Reason::TooManyRequests, "storage is (re)initializing");
            return self.finish(job, Err(Status { retry_after_secs: 1, ..status }), out);
        }
        if let Some(status) = authorization::refusal(&self.cache, &job.request) {
            if status.code != 401 {
                job.stages.reached = Stage::Authorization;
            }
            return self.finish(job, Err(status), out);
        }
        if let Some(status) = custom::refusal(&self.cache, &job.request.call) {
            return self.finish(job, Err(status), out);
        }
        custom::ask_of_stored(&self.cache, &mut job.call);
        if self.is_overloaded(&job.request.call) {
            job.stages.reached = Stage::Fairness;
            const TEXT: &str = "the server has received too many requests and has asked us to try \
                                again later";
            let status = Status::new(429, Reason::TooManyRequests, TEXT);
            return self.finish(job, Err(Status { retry_after_secs: 1, ..status }), out);
        }
        self.begin(job, out);
    }

    /// The job that a request makes, and whether it asks for what is no resource; `None` if it is
    /// answered already, because what HTTP carries cannot be read.
    fn read(
        &mut self,
        client: (Address, u32),
        request: Arc<Request>,
        out: &mut Out,
    ) -> Option<(Job, bool)> {
        let Call::Http(http) = &request.call else {
            let request = self.authenticated(request, out.now());
            return Some((Job::new(Some(client), request, out.now()), false));
        };
        let shown = authentication::shown(&request, http);
        let shown = self.authenticated(shown, out.now());
        let identified = match authentication::identify(&self.cache, &shown, http) {
            Ok(identified) => identified,
            Err(status) => {
                let job = Job::over_http(client, request.clone(), Form::default(), out.now());
                self.finish(job, Err(status), out);
                return None;
            }
        };
        let (form, meant) = http::read(&identified, http, || custom::served(&self.cache));
        let (request, result) = match meant {
            Ok(Meant::Call(call)) => (call, Ok(false)),
            Ok(Meant::Page) => (Arc::new(identified), Ok(true)),
            Err(status) => (Arc::new(identified), Err(status)),
        };
        let job = Job::over_http(client, request, form, out.now());
        match result {
            Ok(is_page) => Some((job, is_page)),
            Err(status) => {
                self.finish(job, Err(status), out);
                None
            }
        }
    }

    /// The request of whoever shows a token: of nobody, if it is not good.
    /// Models WithAuthentication.
    fn authenticated(&self, request: Arc<Request>, now: Time) -> Arc<Request> {
        let Some(token) = request.user.strip_prefix(BEARER) else { return request };
        let Subject { user, groups } = self.subject_of(token, now).unwrap_or_default();
        Arc::new(Request { user, groups, ..(*request).clone() })
    }

    fn is_overloaded(&self, call: &Call) -> bool {
        let (reads_max, writes_max) = self.settings.inflight_max;
        let inflight_max = if call.is_write() { writes_max } else { reads_max };
        // Counting by kind costs a walk, and is needed only when there is much to count.
        self.jobs.len() >= inflight_max.min(reads_max)
            && self.jobs.values().filter(|j| j.request.call.is_write() == call.is_write()).count()
                >= inflight_max
    }

    fn on_response(&mut self, id: u32, response: etcd::Response<Stored>, out: &mut Out) {
        match id {
            LOAD => self.on_loaded(response, out),
            FOLLOW => {}
            LEASE => self.on_leased(response, out),
            COMPACT => self.on_compacted(&response, out),
            job => {
                if let Some(job) = self.jobs.remove(&job) {
                    self.resume(job, response, out);
                }
            }
        }
    }

    fn forget_client(&mut self, client: Address) {
        self.watchers.disconnected(client);
        // What is under way goes on, as it does upstream once the store has been asked; only the
        // answer finds nobody.
        for job in self.jobs.values_mut().filter(|job| job.is_of(client)) {
            job.client = None;
        }
    }

    fn ask_store(&self, id: u32, request: etcd::Request<Stored>, after: Duration, out: &mut Out) {
        out.send_after(after, self.settings.etcd, Message::Store(id, Arc::new(request)));
    }

    fn reply(&self, client: (Address, u32), response: Response, out: &mut Out) {
        let (client, id) = client;
        let message = Message::Client(ToClient::Response(id, Arc::new(response)));
        out.send_after(self.settings.costs.read, client, message);
    }
}
