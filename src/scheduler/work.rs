//! What the leader does: one pod after the other is decided about, and bound while the next is.
//!
//! Models pkg/scheduler/schedule_one.go ScheduleOne, schedulingCycle and bindingCycle. The
//! invariant is that at most one pod is being decided about, and that a pod that is being bound is
//! counted on its node in the cache.

use std::collections::VecDeque;
use std::sync::Arc;

use super::cache::Cache;
use super::caches::Watched;
use super::cycle::{Algorithm, Outcome, Verdict};
use super::explain::Decision;
use super::failure::{Failure, Nomination};
use super::framework::{Ctx, Diagnosis, Event, Preemption, Status};
use super::nominations::Nominations;
use super::pod::PodInfo;
use super::queue::{Place, Queue, Queued};
use super::record::{Binding, Move};
use super::{Caches, Costs, Out, Record, Timer, Token, Wake, plugins};
use crate::api::rpc::Call;
use crate::api::types::{Node, Pod};
use crate::api::{Key, Str, Typed, Uid};
use crate::client::{Client, Recorder};
use crate::sim::{Causes, Map, RecordId, Rng, Time};

/// What the leader works on.
#[derive(Clone, Debug)]
pub struct Work {
    /// Nodes and the pods on them.
    pub cache: Cache,
    /// Pods that wait.
    pub queue: Queue,
    /// Pods for which room is being made.
    pub nominations: Nominations,
    algorithm: Algorithm,
    cycle: Option<Cycle>,
    /// Pods that are being bound.
    bindings: Map<Uid, Pending>,
    flush_armed: Option<Time>,
    sweep_armed: Option<Time>,
}

/// What the leader needs at hand.
pub struct Desk<'a> {
    pub(super) api: &'a mut Client<Token>,
    pub(super) events: &'a mut Client<()>,
    pub(super) recorder: &'a mut Recorder,
    pub(super) caches: &'a Caches,
    pub(super) rng: &'a mut Rng,
    pub(super) costs: &'a Costs,
    pub(super) life: u32,
    pub(super) out: &'a mut Out,
}

/// A cycle that has been decided and takes its time.
#[derive(Clone, Debug)]
struct Cycle {
    queued: Queued,
    plan: Plan,
    decision: Arc<Decision>,
}

/// What is done at the end of a cycle.
#[derive(Clone, Debug)]
enum Plan {
    Bind(Str),
    Refuse(Box<Failure>, Option<Preemption>),
}

/// A pod that is being bound.
#[derive(Clone, Debug)]
struct Pending {
    queued: Queued,
    node: Str,
    /// The plugin whose request is being answered.
    plugin: &'static str,
    /// Requests that are still to be made.
    left: VecDeque<(&'static str, Call)>,
    decided: RecordId,
}

impl Work {
    /// What there is to do according to `caches`, for a scheduler that was just elected.
    pub(super) fn new(caches: &Caches, percentage: u8, out: &Out) -> Self {
        let mut work = Self {
            cache: Cache::default(),
            queue: Queue::new(plugins::DEFAULT),
            nominations: Nominations::default(),
            algorithm: Algorithm::new(plugins::DEFAULT, percentage),
            cycle: None,
            bindings: Map::new(),
            flush_armed: None,
            sweep_armed: None,
        };
        for node in caches.objects(Watched::Nodes).iter().filter_map(|o| o.typed::<Node>()) {
            work.cache.set_node(node);
        }
        for pod in caches.objects(Watched::Pods).iter().filter_map(|o| o.typed::<Pod>()) {
            work.take_up(&pod, out);
        }
        work
    }

    /// The pod that is being decided about.
    pub fn current(&self) -> Option<&PodInfo> {
        self.cycle.as_ref().map(|cycle| &cycle.queued.pod)
    }

    /// The pods that are being bound, with their nodes.
    pub fn binding(&self) -> impl Iterator<Item = (&PodInfo, &Str)> {
        self.bindings.values().map(|pending| (&pending.queued.pod, &pending.node))
    }

    /// Decides about the next pod, unless one is being decided about.
    pub(super) fn schedule(&mut self, desk: &mut Desk<'_>) {
        while self.cycle.is_none() {
            let Some(queued) = self.queue.pop() else { return };
            if queued.pod.meta().is_deleting() {
                let words = format!("skip schedule deleting pod: {}", queued.pod.key);
                desk.tell_failure(&queued.pod, words.into());
                self.queue.done();
            } else if self.cache.assumed(queued.pod.uid()).is_some() {
                self.queue.done();
            } else {
                self.begin_cycle(queued, desk);
            }
        }
    }

    /// Decides. Others learn of it when the cycle has taken its time.
    fn begin_cycle(&mut self, queued: Queued, desk: &mut Desk<'_>) {
        self.cache.arrange();
        let listers = desk.caches.listers();
        let ctx = Ctx { pod: &queued.pod, cache: &self.cache, listers };
        let outcome = self.algorithm.schedule(ctx, &self.nominations, desk.rng);
        let message = message(&outcome);
        let decision = Decision::of(&ctx, &outcome, queued.attempts, message.as_ref());
        let framework = self.algorithm.framework;
        let plan = match outcome.verdict {
            Verdict::Chosen(node) => Plan::Bind(node),
            verdict => {
                let rejectors = framework.set_of(&outcome.diagnosis.plugins);
                self.queue.foresee(rejectors);
                let nomination = match &verdict {
                    Verdict::Unfit(Some(preemption)) => Nomination::Set(preemption.node.clone()),
                    Verdict::Unfit(None) if outcome.diagnosis.keeps_nomination => Nomination::Keep,
                    _ => Nomination::Clear,
                };
                let message = message.expect("a pod that is not scheduled is told why");
                let reason = "Unschedulable";
                let failure = Failure { message, reason, rejectors, nomination };
                let preemption = if let Verdict::Unfit(help) = verdict { help } else { None };
                Plan::Refuse(failure.into(), preemption)
            }
        };
        let time = desk.costs.cycle + desk.costs.per_node * decision.evaluated;
        desk.out.timer(time, Timer { life: desk.life, wake: Wake::CycleDone });
        self.cycle = Some(Cycle { queued, plan, decision: decision.into() });
    }

    /// The cycle has taken its time: what was decided is done.
    pub(super) fn finish_cycle(&mut self, desk: &mut Desk<'_>) {
        let Some(Cycle { queued, plan, decision }) = self.cycle.take() else { return };
        let causes = Causes::with(queued.reason, &[desk.out.current()]);
        let before = desk.out.record_now(causes, Record::Decided(decision));
        match plan {
            Plan::Bind(node) => self.assume_and_bind(queued, node, desk),
            Plan::Refuse(failure, preemption) => {
                if let Some(preemption) = preemption {
                    self.make_room(&queued.pod, &preemption, desk);
                }
                self.fail(queued, *failure, desk);
            }
        }
        desk.out.resume(before);
        self.schedule(desk);
    }

    fn assume_and_bind(&mut self, queued: Queued, node: Str, desk: &mut Desk<'_>) {
        self.cache.assume(&queued.pod, &node);
        self.nominations.remove(&queued.pod.key);
        let listers = desk.caches.listers();
        let ctx = Ctx { pod: &queued.pod, cache: &self.cache, listers };
        let framework = self.algorithm.framework;
        let calls = match self.cache.node(&node) {
            Some(info) => {
                framework.reserve_and_permit(&ctx, info).map(|()| framework.binding(&ctx, info))
            }
            // It went while the cycle took its time.
            None => Err(Status::error(format!("nodeinfo not found for node name \"{node}\""))),
        };
        let uid = queued.pod.uid();
        match calls {
            Ok(calls) => {
                self.queue.done();
                let decided = desk.out.current();
                let pending = Pending { queued, node, plugin: "", left: calls.into(), decided };
                self.bindings.insert(uid, pending);
                self.bind_on(uid, desk);
            }
            Err(status) => {
                self.cache.forget(uid);
                let failure = self.refused_at_last(status);
                self.fail(queued, failure, desk);
            }
        }
    }

    /// A plugin objects to the node that was chosen.
    fn refused_at_last(&self, status: Status) -> Failure {
        if !status.is_rejection() {
            return Failure::error(status.message());
        }
        let mut diagnosis = Diagnosis::of(1);
        diagnosis.refuse(0, status);
        Failure {
            message: diagnosis.message().into(),
            reason: "Unschedulable",
            rejectors: self.algorithm.framework.set_of(&diagnosis.plugins),
            nomination: Nomination::Clear,
        }
    }

    /// Makes the next request on the way to binding a pod, or notes that it is bound.
    fn bind_on(&mut self, uid: Uid, desk: &mut Desk<'_>) {
        let Some(pending) = self.bindings.get_mut(&uid) else { return };
        if let Some((plugin, call)) = pending.left.pop_front() {
            pending.plugin = plugin;
            desk.api.call(desk.out, call, Token::Bind(uid));
            return;
        }
        let Some(Pending { queued, node, decided, .. }) = self.bindings.remove(&uid) else {
            return;
        };
        let causes = Causes::with(desk.out.current(), &[decided]);
        let pod = queued.pod.key.clone();
        let bound = Binding { pod, node: node.clone(), error: Str::default() };
        let before = desk.out.record_now(causes, Record::Bound(bound.into()));
        let words = format!("Successfully assigned {} to {node}", queued.pod.key);
        desk.tell(&queued.pod, ("Normal", "Scheduled", "Binding"), words.into());
        desk.out.resume(before);
    }

    /// An answer came on the way to binding a pod. Models handleBindingCycleError.
    pub(super) fn on_binding(&mut self, uid: Uid, result: Result<(), Str>, desk: &mut Desk<'_>) {
        let Err(error) = result else { return self.bind_on(uid, desk) };
        let Some(Pending { queued, node, plugin, decided, .. }) = self.bindings.remove(&uid) else {
            return;
        };
        let point = if plugin == "DefaultBinder" { "Bind" } else { "PreBind" };
        let error = Str::from(format!("running {point} plugin \"{plugin}\": {error}"));
        let causes = Causes::with(desk.out.current(), &[decided]);
        let failed = Binding { pod: queued.pod.key.clone(), node, error: error.clone() };
        let before = desk.out.record_now(causes, Record::BindingFailed(failed.into()));
        self.cache.forget(uid);
        self.on_event(&Event::AssignedPodDeleted(queued.pod.object()), desk);
        self.fail(queued, Failure::error(error), desk);
        desk.out.resume(before);
        self.schedule(desk);
    }

    /// Something happened that may let pods fit that did not.
    pub(super) fn on_event(&mut self, event: &Event<'_>, desk: &mut Desk<'_>) {
        let moved = self.queue.on_event(event, desk.out.now(), desk.out.current());
        desk.tell_of_moves(moved, event.kind().name());
    }

    pub(super) fn flush(&mut self, desk: &mut Desk<'_>) {
        self.flush_armed = None;
        self.queue.flush(desk.out.now());
        self.schedule(desk);
    }

    pub(super) fn sweep(&mut self, desk: &mut Desk<'_>) {
        self.sweep_armed = None;
        let moved = self.queue.sweep(desk.out.now(), desk.out.current());
        desk.tell_of_moves(moved, "UnschedulableTimeout");
        self.schedule(desk);
    }

    /// Sees to it that it is woken when something in the queue is due, and not otherwise.
    pub(super) fn arm(&mut self, out: &mut Out, timer: impl Fn(Wake) -> Timer) {
        for (next, armed, wake) in [
            (self.queue.next_flush(), &mut self.flush_armed, Wake::Flush),
            (self.queue.next_sweep(), &mut self.sweep_armed, Wake::Sweep),
        ] {
            if let Some(at) = next.filter(|at| armed.is_none_or(|armed| *at < armed)) {
                *armed = Some(at);
                out.timer_at(at, timer(wake));
            }
        }
    }
}

impl Desk<'_> {
    /// The pod as the cache has it, if it is still the same one.
    pub(super) fn cached(&self, pod: &PodInfo) -> Option<Typed<Pod>> {
        let object = self.caches.objects(Watched::Pods).get(&pod.key)?;
        object.typed().filter(|cached: &Typed<Pod>| cached.uid() == pod.uid())
    }

    /// Tells an event about a pod.
    pub(super) fn tell(
        &mut self,
        pod: &PodInfo,
        what: (&'static str, &'static str, &'static str),
        words: Str,
    ) {
        let about = pod.object().object().reference();
        self.recorder.action(self.events, self.out, &about, what, words, ());
    }

    /// Records that a pod does not wait any longer for something to happen.
    pub(super) fn tell_of_move(&mut self, pod: Key, place: Place, event: &'static str) {
        let moved = Move { pod, event, queue: place.name() };
        self.out.record(Record::Moved(moved.into()));
    }

    fn tell_of_moves(&mut self, moved: Vec<(Key, Place)>, event: &'static str) {
        moved.into_iter().for_each(|(pod, place)| self.tell_of_move(pod, place, event));
    }
}

/// Why the pod is not scheduled, if it is not.
fn message(outcome: &Outcome<'_>) -> Option<Str> {
    match outcome.verdict {
        Verdict::Chosen(_) => None,
        Verdict::Unfit(_) => Some(outcome.diagnosis.message().into()),
        Verdict::NoNodes => Some(Str::new_static("no nodes available to schedule pods")),
    }
}
