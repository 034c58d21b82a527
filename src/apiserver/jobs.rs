//! Requests under way: what each waits for, and what comes next.
//!
//! Models the flow of apiserver/pkg/registry/generic/registry/store.go and GuaranteedUpdate of
//! storage/etcd3/store.go: a write is planned on what the cache knows, guarded by the revision it
//! was planned on, and planned again on what the store really has when it had moved on.

use std::sync::Arc;

use super::answers::{OLD_ENDPOINTS, already_exists, answer_of, as_asked, store_error};
use super::http::Form;
use super::stages::{Stage as Reached, Stages};
use super::storage::{Stored, guarded, key_of, object_at, put};
use super::write::{Ctx, Extra, Found, Plan, Refusal, plan};
use super::{Apiserver, LEASE, Out, Record, Timer, What, authorization, custom, storage, tokens};
use crate::api::rpc::{Answer, Call, ListMeta, Request, Response};
use crate::api::{Collection, Key, Object, Reason, Resource, Status, Str};
use crate::etcd::mvcc::{KeyRange, Op, OpResult};
use crate::etcd::rpc as etcd;
use crate::sim::{Address, Duration, Time};

/// A request under way.
#[derive(Clone, Debug)]
pub struct Job {
    /// Who asked, and under what number; `None` when nobody waits for the answer.
    pub client: Option<(Address, u32)>,
    /// What was asked.
    pub request: Arc<Request>,
    /// What is being done: the request itself, or one of the deletions it comes to.
    pub call: Call,
    pub(super) stage: Stage,
    /// What was looked up in the store because the cache did not know it.
    found: Vec<Found>,
    warnings: Vec<Str>,
    /// What the stages have done to it.
    pub(super) stages: Stages,
    attempts: u32,
    /// Whether something that a plan rested on had changed.
    overtaken: bool,
    since: Time,
    /// Objects that are still to be deleted one by one.
    pub(super) remaining: Vec<Key>,
    /// What these objects were, all together.
    pub(super) listed: Option<(Collection, ListMeta)>,
    /// The form in which the answer is wanted, if it was asked for over HTTP.
    form: Option<Arc<Form>>,
}

/// What a request waits for.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// Nothing has been asked of the store yet.
    New,
    /// The object is read.
    Get,
    /// The newest revision is asked for.
    Revision,
    /// The cache has to reach a revision.
    Fresh,
    /// What there was at a revision is read.
    Past(u64),
    /// Something that admission needs to know is looked up.
    Lookup(Resource, Key, Option<Object>),
    /// The object to be changed is read, because what the cache holds may be outdated.
    Reread,
    /// Waits for the lease that events hang on.
    Lease,
    /// The outcome is being written.
    Write(Object, bool),
}

/// Tries to find another name when a generated one is taken. Models apiserver/pkg/registry/generic
/// maxNameGenerationCreateAttempts.
const NAME_ATTEMPTS: u32 = 8;
/// Tries to find a service account that is only just being made, and the pause between them.
/// Models plugin/pkg/admission/serviceaccount getServiceAccount.
const ACCOUNT_ATTEMPTS: u32 = 10;
const ACCOUNT_PAUSE: Duration = Duration::from_millis(100);

impl Job {
    /// A request that came at `now`.
    pub fn new(client: Option<(Address, u32)>, request: Arc<Request>, now: Time) -> Self {
        Self {
            client,
            call: request.call.clone().on_stored(),
            request,
            stage: Stage::New,
            found: Vec::new(),
            warnings: Vec::new(),
            stages: Stages::default(),
            attempts: 0,
            overtaken: false,
            since: now,
            remaining: Vec::new(),
            listed: None,
            form: None,
        }
    }

    /// A request that came over HTTP at `now`, to be answered in `form`.
    pub fn over_http(client: (Address, u32), request: Arc<Request>, form: Form, now: Time) -> Self {
        Self { form: Some(Arc::new(form)), ..Self::new(Some(client), request, now) }
    }

    /// The form in which the answer is wanted, if it was asked for over HTTP.
    pub fn form(&self) -> Option<&Arc<Form>> {
        self.form.as_ref()
    }

    /// Since when it has been waiting for the store, if it is.
    pub fn asked_since(&self) -> Option<Time> {
        (!matches!(self.stage, Stage::New | Stage::Fresh)).then_some(self.since)
    }

    /// Whether `client` asked.
    pub fn is_of(&self, client: Address) -> bool {
        self.client.is_some_and(|(address, _)| address == client)
    }
}

impl Apiserver {
    /// Takes a request up.
    pub(super) fn begin(&mut self, mut job: Job, out: &mut Out) {
        match &job.call {
            Call::Get { resource, key, .. } => {
                let range = KeyRange::one(key_of(*resource, key));
                job.stage = Stage::Get;
                self.ask(job, read_one(range), self.settings.costs.read, out);
            }
            Call::List(_) | Call::DeleteCollection { .. } => self.begin_list(job, out),
            Call::Watch { selection, from, bookmarks } => {
                let (from, bookmarks) = (*from, *bookmarks);
                if from > self.cache.revision() {
                    self.wait_for(from, job, out);
                    return;
                }
                self.open_watch(&job, selection.clone(), from, bookmarks, out);
            }
            Call::Create { .. } => self.write(job, None, true, out),
            Call::Http(http) => {
                let form = job.form.clone().unwrap_or_default();
                let page = self.page(http, &form, out.now());
                self.finish(job, page.map(|page| Answer::Http(Arc::new(page))), out);
            }
            Call::Token { key, asked } => {
                let answer = match self.cache.get(Resource::SERVICEACCOUNTS, key) {
                    Some(account) => tokens::issue(account, asked, out.now(), &mut self.rng),
                    None => Err(Status::not_found(Resource::SERVICEACCOUNTS, key.name())),
                };
                self.finish(job, answer.map(Answer::Value), out);
            }
            Call::Discover => {
                let served = custom::served(&self.cache);
                self.finish(job, Ok(Answer::Served(served)), out);
            }
            Call::Review(review) => {
                let answer = authorization::review(&self.cache, review, out.now());
                self.finish(job, Ok(Answer::Value(answer)), out);
            }
            Call::Bind { key, .. } => {
                self.write_cached(job.clone(), Resource::PODS, &key.clone(), out)
            }
            Call::Update { resource, key, .. }
            | Call::Patch { resource, key, .. }
            | Call::Delete { resource, key, .. } => {
                let (resource, key) = (*resource, key.clone());
                self.write_cached(job, resource, &key, out);
            }
        }
    }

    /// Goes on with a request now that the store has answered.
    pub(super) fn resume(&mut self, mut job: Job, response: etcd::Response<Stored>, out: &mut Out) {
        if let Stage::Past(revision) = job.stage {
            return self.listed_past(job, revision, response.result, out);
        }
        let reply = match response.result {
            Ok(reply) => reply,
            Err(error) => return self.finish(job, Err(store_error(error)), out),
        };
        match std::mem::replace(&mut job.stage, Stage::New) {
            Stage::Get => {
                let result = self.got(&job, single(&reply), out.now());
                self.finish(job, result, out);
            }
            Stage::Revision => _ = self.wait_for(response.revision, job, out),
            Stage::Lookup(resource, key, current) => {
                let object = single(&reply);
                let again = object.is_none()
                    && resource == Resource::SERVICEACCOUNTS
                    && key.name() == "default"
                    && job.attempts < ACCOUNT_ATTEMPTS;
                if again {
                    job.attempts += 1;
                    job.stage = Stage::Lookup(resource, key, current);
                    let pause = ACCOUNT_PAUSE + self.rng.up_to(ACCOUNT_PAUSE);
                    let id = self.keep(job);
                    return out.timer(pause, Timer::Retry(id));
                }
                job.found.push(Found { resource, key, object });
                self.write(job, current, false, out);
            }
            Stage::Reread => self.write(job, single(&reply), true, out),
            Stage::Write(object, removed) => {
                self.written(job, object, removed, response.revision, &reply, out);
            }
            Stage::New | Stage::Fresh | Stage::Lease | Stage::Past(_) => {}
        }
    }

    /// Tries a request again after a pause.
    pub(super) fn retry(&mut self, id: u32, out: &mut Out) {
        let Some(job) = self.jobs.remove(&id) else { return };
        if let Stage::Lookup(resource, key, _) = &job.stage {
            let range = KeyRange::one(key_of(*resource, key));
            self.ask(job, read_one(range), Duration::ZERO, out);
        }
    }

    /// Answers a request, and everyone who waits hears of it.
    pub(super) fn finish(&mut self, job: Job, result: Result<Answer, Status>, out: &mut Out) {
        if job.listed.is_some() && !matches!(&result, Err(status) if !status.is_not_found()) {
            return self.delete_next(job, out);
        }
        let code = match &result {
            Ok(Answer::Http(response)) => response.code,
            Ok(_) if matches!(job.request.call, Call::Create { .. } | Call::Bind { .. }) => 201,
            Ok(_) => 200,
            Err(status) => status.code,
        };
        let what = What::of(&job.request.call);
        let user = job.request.user.clone();
        let cause = crate::sim::Causes::one(out.current());
        let refusal = result.as_ref().err().map(|status| status.message.clone());
        self.counts.count(&what, code);
        let is_write = job.request.call.is_write();
        let stages = is_write.then(|| job.stages.trace(refusal.is_some())).flatten();
        let record = Record::Answered { user, what, code, refusal, stages };
        let before = out.record_now(cause, record);
        if let Some(client) = job.client {
            let asked = job.request.call.resource();
            let result = result.map(|answer| as_asked(asked, answer));
            let mut warnings = job.warnings;
            if asked == Resource::ENDPOINTS {
                warnings.insert(0, Str::new_static(OLD_ENDPOINTS));
            }
            let response = Response { result, warnings: warnings.into() };
            self.reply(client, in_form(job.form.as_deref(), response), out);
        }
        out.resume(before);
    }

    /// Everything under way fails: the store is gone.
    pub(super) fn fail_jobs(&mut self, out: &mut Out) {
        self.waiting.clear();
        for job in std::mem::take(&mut self.jobs).into_values() {
            let text = "rpc error: code = Unavailable desc = error reading from server: EOF";
            self.finish(job, Err(Status::new(500, Reason::Unknown, text)), out);
        }
    }

    /// The lease that events hang on has been made, or not: those who wait for it go on.
    pub(super) fn on_leased(&mut self, response: etcd::Response<Stored>, out: &mut Out) {
        match response.result {
            Ok(etcd::Reply::Granted { id, .. }) => {
                self.event_lease = Some((id, out.now() + EVENT_LEASE_REUSE));
            }
            Ok(_) => {}
            Err(error) => {
                for job in self.take_lease_waiters() {
                    self.finish(job, Err(store_error(error)), out);
                }
                return;
            }
        }
        for job in self.take_lease_waiters() {
            self.write(job, None, true, out);
        }
    }

    fn take_lease_waiters(&mut self) -> Vec<Job> {
        let waits = |job: &Job| matches!(job.stage, Stage::Lease);
        let ids: Vec<u32> =
            self.jobs.iter().filter(|(_, job)| waits(job)).map(|(id, _)| *id).collect();
        ids.into_iter().filter_map(|id| self.jobs.remove(&id)).collect()
    }

    fn write_cached(&mut self, job: Job, resource: Resource, key: &Key, out: &mut Out) {
        let current = self.cache.get(resource, key).cloned();
        self.write(job, current, false, out);
    }

    /// Plans a write on `current` and asks the store for it. `fresh` says that `current` is what
    /// the store has, and not what the cache had.
    fn write(&mut self, mut job: Job, current: Option<Object>, fresh: bool, out: &mut Out) {
        let Some(lease) = self.lease_for(&job.call, out) else {
            job.stage = Stage::Lease;
            self.keep(job);
            return;
        };
        let mut ctx = Ctx {
            now: out.now(),
            rng: &mut self.rng,
            cache: &self.cache,
            last_created: &mut self.last_created,
            found: &job.found,
            overtaken: job.overtaken,
            dry_run: job.request.dry_run,
            warnings: Vec::new(),
            stages: Stages::default(),
        };
        let planned = plan(&job.call, &job.request, current.as_ref(), &mut ctx);
        (job.warnings, job.stages) = (ctx.warnings, ctx.stages);
        let resource = job.call.resource();
        match planned {
            Err(Refusal::Lookup(resource, key)) => {
                let range = KeyRange::one(key_of(resource, &key));
                job.stage = Stage::Lookup(resource, key, current);
                self.ask(job, read_one(range), Duration::ZERO, out);
            }
            // What the cache holds may be outdated: a refusal needs the truth.
            Err(Refusal::Status(_)) | Ok(Plan::Keep(_)) if !fresh => {
                let key = Key::new(job.call.namespace(), job.call.name());
                let range = KeyRange::one(key_of(resource, &key));
                job.stage = Stage::Reread;
                self.ask(job, read_one(range), Duration::ZERO, out);
            }
            Err(Refusal::Status(status)) => self.finish(job, Err(status), out),
            Ok(Plan::Keep(object)) => {
                let answer = answer_of(&self.cache, &job.call, object);
                self.finish(job, Ok(answer), out);
            }
            Ok(Plan::Store(object, _)) | Ok(Plan::Remove(object, _)) if job.request.dry_run => {
                let answer = answer_of(&self.cache, &job.call, object);
                self.finish(job, Ok(answer), out);
            }
            Ok(Plan::Store(object, extra)) => {
                let put = put(key_of(resource, &object.key()), &object, lease);
                self.ask_to_write(job, current.as_ref(), (object, false), extra, put, out);
            }
            Ok(Plan::Remove(object, extra)) => {
                let range = KeyRange::one(key_of(resource, &object.key()));
                let delete = Op::Delete { range };
                self.ask_to_write(job, current.as_ref(), (object, true), extra, delete, out);
            }
        }
    }

    /// Asks the store to do `op` and everything else a plan wants, provided the object is still
    /// what the plan was made on.
    fn ask_to_write(
        &mut self,
        mut job: Job,
        current: Option<&Object>,
        (object, removed): (Object, bool),
        extra: Extra,
        op: Op<Stored>,
        out: &mut Out,
    ) {
        let key = key_of(object.resource(), &object.key());
        let revision = current.map_or(0, |current| current.revision);
        let mut ops = extra.ops;
        ops.push(op);
        job.stage = Stage::Write(object, removed);
        job.stages.reached = Reached::Storage;
        let txn = etcd::Request::Txn(guarded(key, revision, extra.unchanged, ops));
        self.ask(job, txn, self.settings.costs.write, out);
    }

    /// The store has answered a write.
    fn written(
        &mut self,
        mut job: Job,
        object: Object,
        removed: bool,
        revision: u64,
        reply: &etcd::Reply<Stored>,
        out: &mut Out,
    ) {
        let etcd::Reply::Txn(result) = reply else { return };
        if result.succeeded {
            let object = if removed { object } else { object.at_revision(revision) };
            let answer = answer_of(&self.cache, &job.call, object);
            return self.finish(job, Ok(answer), out);
        }
        let there = result.results.first().and_then(|result| match result {
            OpResult::Ranged(found) => found.kvs.first().and_then(|kv| object_at(kv)),
            _ => None,
        });
        job.overtaken = true;
        let is_charged = |resource| {
            matches!(resource, Resource::RESOURCEQUOTAS | Resource::PODDISRUPTIONBUDGETS)
        };
        job.found.retain(|found| !is_charged(found.resource));
        if !matches!(job.call, Call::Create { .. }) {
            return self.write(job, there, true, out);
        }
        job.attempts += 1;
        // A generated name was taken, or something the object claims was.
        let another = job.call.name().is_empty() || there.is_none();
        if another && job.attempts < NAME_ATTEMPTS {
            return self.write(job, None, true, out);
        }
        let status = already_exists(object.resource(), object.name(), there.as_ref());
        self.finish(job, Err(status), out);
    }

    /// Deletes the next object of a collection.
    pub(super) fn delete_next(&mut self, mut job: Job, out: &mut Out) {
        let request = job.request.clone();
        let Call::DeleteCollection { selection, options } = &request.call else { return };
        let resource = selection.resource.stored();
        let Some(key) = job.remaining.pop() else {
            let (objects, meta) = job.listed.take().unwrap_or_default();
            return self.finish(job, Ok(Answer::List(resource, objects, meta)), out);
        };
        let options = options.clone();
        job.call = Call::Delete { resource, key: key.clone(), options };
        self.write_cached(job, resource, &key, out);
    }

    /// The lease a new object is to hang on (0 for none); `None` while it is being made.
    fn lease_for(&mut self, call: &Call, out: &mut Out) -> Option<i64> {
        if !matches!(call, Call::Create { resource: Resource::EVENTS, .. }) {
            return Some(0);
        }
        if let Some((lease, until)) = self.event_lease
            && out.now() < until
        {
            return Some(lease);
        }
        let asked = self.jobs.values().any(|job| matches!(job.stage, Stage::Lease));
        if !asked {
            let ttl_secs = (self.settings.event_ttl + EVENT_LEASE_REUSE).as_secs();
            self.ask_store(LEASE, etcd::Request::LeaseGrant { ttl_secs }, Duration::ZERO, out);
        }
        None
    }

    /// Asks the store for what `job` needs next.
    pub(super) fn ask(
        &mut self,
        mut job: Job,
        request: etcd::Request<Stored>,
        after: Duration,
        out: &mut Out,
    ) {
        job.since = out.now();
        let id = self.keep(job);
        self.ask_store(id, request, after, out);
    }

    /// Lets `job` wait, under a number.
    pub(super) fn keep(&mut self, job: Job) -> u32 {
        let id = self.next;
        self.next = self.next.wrapping_add(1).max(super::FIRST_JOB);
        self.jobs.insert(id, job);
        id
    }

    fn got(&self, job: &Job, object: Option<Object>, now: Time) -> Result<Answer, Status> {
        let Call::Get { resource, key, part } = &job.call else { return Ok(Answer::Done) };
        match object {
            Some(object) => self.show(&job.request, &object, *part, now),
            None => Err(Status::not_found(*resource, key.name())),
        }
    }
}

/// A response as a document, if it is wanted in a form.
pub fn in_form(form: Option<&Form>, response: Response) -> Response {
    let Some(form) = form else { return response };
    let answer = form.answer(response);
    Response { warnings: answer.warnings.clone(), result: Ok(Answer::Http(Arc::new(answer))) }
}

/// Events hang on one lease for this long before the next is made. Models
/// storage/etcd3/lease_manager.go.
const EVENT_LEASE_REUSE: Duration = Duration::from_secs(60);

/// Reads one key.
pub(super) fn read_one(range: KeyRange) -> etcd::Request<Stored> {
    etcd::Request::Range { range, revision: 0, limit: 1, serializable: false }
}

fn single(reply: &etcd::Reply<Stored>) -> Option<Object> {
    match reply {
        etcd::Reply::Ranged(found) => found.kvs.first().and_then(|kv| storage::object_at(kv)),
        _ => None,
    }
}
