//! What drives a controller: its queue and workers, its client, and its events.
//!
//! Invariant: a key is in the hands of at most one worker, from the moment it is taken until
//! [`Next`] says that it is done; a worker that waits for answers holds on to its key.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Name;
use super::caches::Caches;
use super::config::Config;
use super::controller::{Controller, Ctx, Keys, Next, Replies, Said};
use super::manager::{Out, Timer, Wake};
use super::record::{Failure, Record, Subject, Told};
use crate::api::rpc::{Call, Response, ToClient};
use crate::api::{Resource, Status, Str};
use crate::client::{Client, Delta, Identity, Inbound, Recorder, Source, WorkQueue};
use crate::sim::{Address, Causes, RecordId, Rng};

/// Events that wait to be sent; more are dropped. Models client-go/tools/record maxQueuedEvents.
const EVENTS_MAX: usize = 1000;

/// What a running controller needs of the process around it.
pub(super) struct Env<'a> {
    pub(super) caches: &'a Caches,
    pub(super) config: &'a Config,
    pub(super) life: u32,
    pub(super) out: &'a mut Out,
}

/// A controller as the process sees it.
pub(super) trait Run {
    /// A cache has changed.
    fn on_change(&mut self, env: &mut Env<'_>, delta: &Delta);

    /// Starts to work if its caches have synced and it has not started yet.
    fn start_if_synced(&mut self, env: &mut Env<'_>);

    /// A message for its client came.
    fn receive(&mut self, env: &mut Env<'_>, message: ToClient);

    /// The connection broke, and with it all its requests.
    fn disconnected(&mut self, env: &mut Env<'_>);

    /// Keys are due.
    fn wake(&mut self, env: &mut Env<'_>);

    /// Lets workers who are free take keys.
    fn work(&mut self, env: &mut Env<'_>);

    /// The process ended and begins anew.
    fn restart(&mut self, config: &Config, rng: Rng, out: &mut Out);
}

/// A controller with everything it needs to run.
#[derive(Clone, Debug)]
pub(super) struct Runner<C: Controller> {
    name: Name,
    controller: C,
    started: bool,
    queue: WorkQueue<C::Key>,
    client: Client<Token>,
    /// What each worker has in hand.
    hands: Vec<Option<Work<C>>>,
    teller: Teller,
}

/// What a request was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token {
    /// The request with this number among those a worker waits for.
    Work { worker: u8, number: u32 },
    /// An event.
    Event,
}

/// A key whose worker waits for answers.
#[derive(Clone, Debug)]
struct Work<C: Controller> {
    key: C::Key,
    progress: C::Progress,
    replies: Vec<Option<Arc<Response>>>,
    missing: usize,
    /// The record of the step that sent the requests.
    record: RecordId,
}

/// Sends events one after another, as the one goroutine of a broadcaster does: however much there
/// is to tell, it never takes more than one request at a time from the controller's rate limit.
/// Models client-go/tools/record/event.go StartRecordingToSink; an event whose request is lost is
/// not sent again, where upstream tries twelve times.
#[derive(Clone, Debug)]
struct Teller {
    recorder: Recorder,
    waiting: VecDeque<(RecordId, Arc<Told>)>,
    busy: bool,
}

impl<C: Controller> Runner<C> {
    /// A controller at the start of its process. `space` keeps its requests apart from others'.
    pub(super) fn new(name: Name, server: Address, space: u8, config: &Config, rng: Rng) -> Self {
        let user = format!("system:serviceaccount:kube-system:{}", C::PROFILE.name);
        let agent = Str::new_static("kube-controller-manager");
        let identity = Identity { user: user.into(), agent };
        let (factor, (qps, burst)) = (config.costs.rate_factor, C::PROFILE.rate);
        let rate = (qps.saturating_mul(factor), burst.saturating_mul(factor));
        let client = Client::new(server, identity, rate, space);
        Self::with_client(name, client, config, rng)
    }

    fn with_client(name: Name, client: Client<Token>, config: &Config, rng: Rng) -> Self {
        Self {
            name,
            controller: C::new(config, rng),
            started: false,
            queue: WorkQueue::new(C::PROFILE.workers),
            client,
            hands: vec![None; C::PROFILE.workers],
            teller: Teller::new(C::PROFILE.source),
        }
    }

    /// One step of one key: from the beginning, or on from `resume`.
    fn step(
        &mut self,
        env: &mut Env<'_>,
        (worker, key): (usize, C::Key),
        causes: Causes,
        resume: Option<(C::Progress, Replies)>,
    ) {
        let mut ctx = Ctx::new(env.out.now(), env.caches, env.config);
        let next = self.controller.reconcile(&mut ctx, &key, resume);
        let Ctx { said, keys, .. } = ctx;
        let idle = said.is_empty() && keys.is_empty();
        if idle && matches!(next, Next::Done | Next::Requeue(_)) {
            // Nothing came of it: nothing to tell.
            let reason = causes.trigger;
            return self.finish(env, key, next, reason);
        }
        let Subject(resource, about) = self.controller.subject(&key);
        let record = Record::Synced { controller: self.name, resource, key: about };
        let before = env.out.record_now(causes, record);
        let current = env.out.current();
        for said in said {
            self.say(env, said);
        }
        for (key, at) in keys {
            if at <= env.out.now() {
                self.queue.add(key, current);
            } else {
                self.queue.add_at(key, at, current);
            }
        }
        match next {
            Next::Call(calls, progress) => self.call(env, (worker, key), calls, progress),
            end => self.finish(env, key, end, current),
        }
        env.out.resume(before);
    }

    fn say(&mut self, env: &mut Env<'_>, said: Said) {
        match said {
            Said::Line(line) => _ = env.out.record(Record::Line(Arc::new(line))),
            Said::Event(told) => {
                let told = Arc::new(told);
                let record = env.out.record(Record::Event(told.clone()));
                if self.teller.waiting.len() < EVENTS_MAX {
                    self.teller.waiting.push_back((record, told));
                }
                self.teller.tell(&mut self.client, env.out);
            }
        }
    }

    fn call(
        &mut self,
        env: &mut Env<'_>,
        (worker, key): (usize, C::Key),
        calls: Vec<Call>,
        progress: C::Progress,
    ) {
        assert!(!calls.is_empty(), "a controller that waits for answers has asked something");
        let missing = calls.len();
        let replies = vec![None; missing];
        let record = env.out.current();
        self.hands[worker] = Some(Work { key, progress, replies, missing, record });
        for (number, call) in calls.into_iter().enumerate() {
            let token = Token::Work { worker: worker as u8, number: number as u32 };
            self.client.call_after(env.config.costs.reconcile, env.out, call, token);
        }
    }

    fn finish(
        &mut self,
        env: &mut Env<'_>,
        key: C::Key,
        next: Next<C::Progress>,
        reason: RecordId,
    ) {
        let now = env.out.now();
        match next {
            Next::Failed(error) => {
                let about = self.controller.subject(&key);
                let dropped = self.queue.failures(&key) >= C::PROFILE.retries_max;
                let failure = Failure { controller: self.name, about, error, dropped };
                env.out.record(Record::Failed(Arc::new(failure)));
                if dropped {
                    self.queue.forget(&key);
                } else {
                    self.queue.retry(key.clone(), now, reason);
                }
            }
            Next::Requeue(after) => {
                self.queue.forget(&key);
                self.queue.add_at(key.clone(), now + after, reason);
            }
            Next::Done | Next::Call(..) => self.queue.forget(&key),
        }
        self.queue.done(&key);
    }

    fn on_reply(&mut self, env: &mut Env<'_>, token: Token, response: Arc<Response>) {
        let Token::Work { worker, number } = token else {
            self.teller.recorder.on_response(&response);
            self.teller.busy = false;
            return self.teller.tell(&mut self.client, env.out);
        };
        let worker = usize::from(worker);
        let Some(work) = &mut self.hands[worker] else { return };
        let reply = &mut work.replies[number as usize];
        work.missing -= usize::from(reply.is_none());
        *reply = Some(response);
        if work.missing == 0
            && let Some(work) = self.hands[worker].take()
        {
            let replies = Replies::new(work.replies.into_iter().flatten().collect());
            let causes = Causes::with(env.out.current(), &[work.record]);
            self.step(env, (worker, work.key), causes, Some((work.progress, replies)));
        }
    }
}

impl<C: Controller> Run for Runner<C> {
    fn on_change(&mut self, env: &mut Env<'_>, delta: &Delta) {
        let mut keys = Keys::new(env.out.now(), &mut self.queue, env.out.current());
        self.controller.on_change(delta, env.caches, &mut keys);
    }

    fn start_if_synced(&mut self, env: &mut Env<'_>) {
        if self.started || !env.caches.are_synced(&C::watches()) {
            return;
        }
        self.started = true;
        env.out.record(Record::Started(self.name));
        let mut keys = Keys::new(env.out.now(), &mut self.queue, env.out.current());
        self.controller.on_synced(env.caches, &mut keys);
    }

    fn receive(&mut self, env: &mut Env<'_>, message: ToClient) {
        if let Some(Inbound::Response(token, response)) = self.client.receive(message) {
            self.on_reply(env, token, response);
        }
    }

    fn disconnected(&mut self, env: &mut Env<'_>) {
        let status = Status::unavailable("the connection to the server was lost");
        let lost = Arc::new(Response::refused(status));
        for token in self.client.disconnected() {
            self.on_reply(env, token, lost.clone());
        }
    }

    fn wake(&mut self, env: &mut Env<'_>) {
        self.queue.wake(env.out.now());
    }

    fn work(&mut self, env: &mut Env<'_>) {
        while self.started
            && let Some((key, causes)) = self.queue.take()
        {
            let worker = self.hands.iter().position(Option::is_none);
            let worker = worker.expect("the queue hands out as many keys as there are workers");
            self.step(env, (worker, key), causes, None);
        }
        self.queue.arm(env.out, Timer { life: env.life, wake: Wake::Queue(self.name) });
    }

    fn restart(&mut self, config: &Config, rng: Rng, out: &mut Out) {
        self.client.abandon(out, |_| true);
        *self = Self::with_client(self.name, self.client.clone(), config, rng);
    }
}

impl Teller {
    fn new(source: &'static str) -> Self {
        let (component, host) = (Str::new_static(source), Str::default());
        let recorder = Recorder::new(Source { component, host, series: false });
        Self { recorder, waiting: VecDeque::new(), busy: false }
    }

    /// Sends the next event if the one before has been answered.
    fn tell(&mut self, client: &mut Client<Token>, out: &mut Out) {
        while !self.busy
            && let Some((record, told)) = self.waiting.pop_front()
        {
            let Told { object, is_warning, reason, message } = &*told;
            let what = (*reason, message.clone());
            let before = out.resume(record);
            let open = client.open_len();
            if *is_warning {
                self.recorder.warning(client, out, object, what, Token::Event);
            } else {
                self.recorder.normal(client, out, object, what, Token::Event);
            }
            // The recorder keeps to itself what has been told too often.
            self.busy = client.open_len() > open;
            out.resume(before);
        }
    }
}

/// Which resources `C` and the other controllers watch, gathered into `watches`.
pub(super) fn gather<C: Controller>(name: Name, watches: &mut Vec<(Resource, Vec<Name>)>) {
    for resource in C::watches() {
        match watches.binary_search_by_key(&resource, |(resource, _)| *resource) {
            Ok(at) if watches[at].1.contains(&name) => {}
            Ok(at) => watches[at].1.push(name),
            Err(at) => watches.insert(at, (resource, vec![name])),
        }
    }
}
