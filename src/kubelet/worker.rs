//! One pod on the node, from the moment the kubelet hears of it until nothing is left of it.
//!
//! Models pkg/kubelet/pod_workers.go: a worker does one thing at a time (a *pass*: look, decide,
//! act), and what happens meanwhile makes it pass again afterwards. The parts of its work are in
//! sibling files: `sync` (passes), `start` and `stop` (containers), `report` (its status).
//!
//! Invariant: a worker has at most one timer that will do something, set to the earliest of what
//! it waits for.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Timer;
use super::actions::KillReason;
use super::container::{self, Memory};
use super::cri::{Ending, Pull, Reference, StoredImage};
use super::host::{Host, Out};
use super::pass::Pass;
use super::record::{About, ContainerRecord, PodRecord, Record};
use super::report::Report;
use super::status;
use crate::api::types::{Container, ObjectReference, Pod, Uid};
use crate::api::{Str, Timestamp, Typed};
use crate::sim::{Causes, Duration, Time};

/// One pod on the node.
#[derive(Clone, Debug)]
pub struct PodWorker {
    /// Which pod it is.
    pub about: Arc<About>,
    /// The pod as the API has it, or the manifest of a static one.
    pub pod: Typed<Pod>,
    /// The object that stands for a static pod in the API.
    pub mirror: Option<Typed<Pod>>,
    /// Whether it comes from a manifest on the machine.
    pub is_static: bool,
    /// How far it is.
    pub stage: Stage,
    /// What the API has been told, and what it is still to be told.
    pub report: Report,
    /// Whether its object is gone from the API.
    pub is_gone: bool,
    pub(super) memory: Vec<Memory>,
    pub(super) tasks: VecDeque<Task>,
    pub(super) step: Option<Step>,
    pub(super) step_due: Option<Time>,
    pub(super) sync_due: Option<Time>,
    pub(super) pass: Pass,
    pub(super) has_volumes: bool,
    pub(super) failure: Option<(&'static str, Str)>,
    pub(super) stop_by: Time,
    deadline: Option<Time>,
    pub(super) is_sick: bool,
    /// Whether the kubelet has not looked at it since it started.
    pub(super) is_new: bool,
    armed: Option<Time>,
}

/// How far a worker is. Models pod_workers.go PodWorkerState.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Its containers are to run. Models SyncPod.
    Running,
    /// Its containers are to stop. Models TerminatingPod.
    Stopping,
    /// Nothing of it runs. Models TerminatedPod.
    Stopped,
}

/// What a pass has still to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Task {
    Volumes,
    Plan,
    Kill(usize, KillReason),
    StopSandbox,
    Sandbox,
    Start(usize),
}

/// What a worker is doing, which takes time.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Volumes,
    Sandbox,
    StopSandbox,
    /// Waiting for a container to end that has been told to.
    Kill(usize),
    /// Waiting for the others to have pulled.
    Turn(Box<Pulling>),
    Pull(Box<Pulling>, Box<Pull>),
    Create(usize, Arc<StoredImage>),
    Start(usize),
}

/// A pull that has been asked for.
#[derive(Clone, Debug)]
pub(super) struct Pulling {
    pub container: usize,
    pub reference: Reference,
    pub since: Time,
}

impl PodWorker {
    /// A worker for a pod that the kubelet has just heard of.
    pub fn new(node: &Str, pod: Typed<Pod>, is_static: bool) -> Self {
        let spec = pod.spec.clone();
        let about = Arc::new(About {
            node: node.clone(),
            pod: pod.key(),
            uid: pod.uid(),
            containers: container::all(&spec).map(|container| container.name.clone()).collect(),
        });
        Self {
            about,
            memory: container::all(&spec).map(Memory::new).collect(),
            report: Report::new(pod.status.clone()),
            has_volumes: !spec.volumes.is_empty(),
            pod,
            mirror: None,
            is_static,
            stage: Stage::Running,
            is_gone: false,
            tasks: VecDeque::new(),
            step: None,
            step_due: None,
            sync_due: None,
            pass: Pass::default(),
            failure: None,
            stop_by: Time::default(),
            deadline: None,
            is_sick: false,
            is_new: true,
            armed: None,
        }
    }

    /// The identity by which the runtime knows it.
    pub fn uid(&self) -> Uid {
        self.about.uid
    }

    /// Whether it counts against what the node has.
    pub fn is_active(&self) -> bool {
        self.stage != Stage::Stopped
    }

    /// The kubelet has heard of the pod and takes it.
    pub fn begin(&mut self, host: &mut Host, out: &mut Out) {
        let deleting = self.pod.meta().deletion_grace_period_seconds;
        if self.pod.meta().is_deleting() {
            self.begin_stopping(grace(deleting), host, out);
        } else {
            self.sync_due = Some(out.now());
        }
        self.on_wake(host, out);
    }

    /// The pod's object changed in the API.
    pub fn on_update(&mut self, pod: Typed<Pod>, host: &mut Host, out: &mut Out) {
        let before = std::mem::replace(&mut self.pod, pod);
        let (old, new) = (before.meta(), self.pod.meta());
        let is_deleting = new.is_deleting();
        let grace_changed = old.deletion_grace_period_seconds != new.deletion_grace_period_seconds;
        let is_same = old.generation == new.generation
            && old.labels == new.labels
            && old.annotations == new.annotations;
        if is_deleting && (grace_changed || !old.is_deleting()) {
            let grace = grace(new.deletion_grace_period_seconds);
            self.say(out, PodRecord::Deleting);
            self.begin_stopping(grace, host, out);
        } else if !is_same {
            self.say(out, PodRecord::Updated);
            self.request_sync(host, out.now());
        }
        self.reconcile(host);
        self.on_wake(host, out);
    }

    /// The pod's object is gone from the API, however that came about.
    pub fn on_removed(&mut self, host: &mut Host, out: &mut Out) {
        self.is_gone = true;
        self.say(out, PodRecord::Removed);
        let grace = grace(self.pod.spec.termination_grace_period_seconds);
        self.begin_stopping(grace, host, out);
        self.on_wake(host, out);
    }

    /// Time has come for something, or something happened: does what is due.
    pub fn on_wake(&mut self, host: &mut Host, out: &mut Out) {
        let now = out.now();
        if self.armed.is_some_and(|armed| armed <= now) {
            self.armed = None;
        }
        self.observe_exits(host, out);
        if self.step_due.is_some_and(|due| due <= now) {
            self.step_due = None;
            self.on_step_done(host, out);
        }
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.on_deadline(host, out);
        }
        if self.sync_due.is_some_and(|due| due <= now) && self.is_idle() {
            self.sync_due = None;
            self.begin_pass(host, out);
        }
        self.ask_probes(host, out);
        self.arm(host, out);
    }

    /// The node does not take the pod. Models kubelet.go rejectPod.
    pub fn reject(&mut self, reason: &'static str, message: &str, host: &mut Host, out: &mut Out) {
        self.say(out, PodRecord::Rejected(reason.into()));
        host.warning(out, &self.reference(), reason, message.to_owned());
        self.stage = Stage::Stopped;
        let told = (reason, message);
        let status = status::rejected(self.pod.meta(), self.report.status(), told, out.now());
        self.set_status(status, host, out);
    }

    /// The object that stands for a static pod is this now, or there is none.
    pub fn on_mirror(&mut self, mirror: Option<Typed<Pod>>, host: &mut Host, out: &mut Out) {
        let is_new = self.mirror.as_ref().map(Typed::uid) != mirror.as_ref().map(Typed::uid);
        self.mirror = mirror;
        if self.mirror.is_some() && is_new {
            self.update_status(host, out);
            self.report.owe();
            self.send_status(host, out);
        }
        self.reconcile(host);
    }

    /// It is this pod's turn to pull an image.
    pub fn on_turn(&mut self, host: &mut Host, out: &mut Out) {
        self.step_due = Some(out.now());
        self.on_wake(host, out);
    }

    /// Its containers end with this code, by a person's wish.
    pub fn finish(&mut self, code: i32, host: &mut Host, out: &mut Out) {
        self.say(out, PodRecord::Finished(code));
        let ending = Ending { at: out.now(), code };
        for container in self.pod.spec.containers.iter() {
            host.runtime.end(self.uid(), &container.name, ending);
        }
        self.on_change(host, out.now());
        self.on_wake(host, out);
    }

    /// Its containers fail their probes from now on, or do so no longer.
    pub fn sicken(&mut self, is_sick: bool, host: &mut Host, out: &mut Out) {
        self.is_sick = is_sick;
        for prober in self.memory.iter_mut().filter_map(|memory| memory.prober.as_mut()) {
            prober.wake(out.now());
        }
        self.on_wake(host, out);
    }

    /// The process that its containers stand for runs now, or does so no longer.
    pub fn on_process(&mut self, runs: bool, host: &mut Host, out: &mut Out) {
        if !runs {
            self.finish(super::static_pods::KILLED, host, out);
            return;
        }
        self.request_sync(host, out.now());
        self.on_wake(host, out);
    }

    /// Whether no pass goes on.
    pub(super) fn is_idle(&self) -> bool {
        self.stage == Stage::Running && self.step.is_none() && self.tasks.is_empty()
    }

    /// Asks for a pass. One that ended a moment ago has to be seen by the runtime's list first.
    /// Models pod_workers.go's waiting for a cache that is newer than the last pass.
    pub(super) fn request_sync(&mut self, host: &Host, now: Time) {
        let next_list = self.pass.ended.map_or(now, |ended| host.relist_after(ended));
        if self.is_idle() && next_list <= now {
            self.sync_due = Some(now);
        } else if self.is_idle() {
            self.pass.is_wanted = true;
            self.sync_due = Some(self.sync_due.map_or(next_list, |due| due.min(next_list)));
        } else {
            self.pass.is_wanted = true;
        }
    }

    /// Something changed in the runtime: the next list will tell.
    pub(super) fn on_change(&mut self, host: &Host, now: Time) {
        let next_list = host.relist_after(now);
        self.pass.note_change(next_list);
        if self.is_idle() {
            self.sync_due = Some(self.sync_due.map_or(next_list, |due| due.min(next_list)));
        }
    }

    /// Makes the pod's object known to events.
    pub(super) fn reference(&self) -> ObjectReference {
        crate::api::Object::from(self.pod.clone()).reference()
    }

    /// Makes one of its containers known to events.
    pub(super) fn container_reference(&self, at: usize) -> ObjectReference {
        let is_init = at < self.pod.spec.init_containers.len();
        let field = if is_init { "initContainers" } else { "containers" };
        let name = &self.about.containers[at];
        ObjectReference { field_path: format!("spec.{field}{{{name}}}").into(), ..self.reference() }
    }

    /// Records what happens to the pod; what follows is caused by it.
    pub(super) fn say(&self, out: &mut Out, record: PodRecord) {
        let causes = Causes::one(out.current());
        out.record_now(causes, Record::Pod(self.about.clone(), record));
    }

    /// Records what happens to a container; what follows is caused by it.
    pub(super) fn say_of(&self, out: &mut Out, at: usize, record: ContainerRecord) {
        let causes = Causes::one(out.current());
        out.record_now(causes, Record::Container(self.about.clone(), at as u8, record));
    }

    /// The number of the container of this name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.about.containers.iter().position(|container| container == name)
    }

    /// Takes the deadline from the pod's start.
    pub(super) fn set_deadline(&mut self) {
        let start = self.report.status().start_time.map(Timestamp::time);
        let secs = self.pod.spec.active_deadline_seconds;
        let length = secs.map(|secs| Duration::from_secs(secs.max(0) as u64));
        self.deadline = start.zip(length).map(|(start, length)| start + length);
    }

    fn on_deadline(&mut self, host: &mut Host, out: &mut Out) {
        const MESSAGE: &str = "Pod was active on the node longer than the specified deadline";
        self.deadline = None;
        if self.stage == Stage::Running {
            self.say(out, PodRecord::DeadlineExceeded);
            host.normal(out, &self.reference(), "DeadlineExceeded", MESSAGE);
            self.failure = Some(("DeadlineExceeded", MESSAGE.into()));
            let grace = grace(self.pod.spec.termination_grace_period_seconds);
            self.begin_stopping(grace, host, out);
        }
    }

    fn observe_exits(&mut self, host: &mut Host, out: &mut Out) {
        let ended = host.runtime.advance(self.uid(), out.now());
        if ended.is_empty() {
            return;
        }
        for container in &ended {
            if let (Some(at), Some(ending)) = (self.position(&container.name), container.exited()) {
                self.say_of(out, at, ContainerRecord::Exited(ending.code));
            }
        }
        self.on_change(host, out.now());
        self.on_ended(host, out);
    }

    /// Sees to it that the worker is woken when something is due.
    fn arm(&mut self, host: &Host, out: &mut Out) {
        let probes = self.memory.iter().filter_map(|memory| memory.prober.as_ref()?.next());
        let sync_due = self.sync_due.filter(|_| self.is_idle());
        let others = [self.step_due, sync_due, self.deadline, host.runtime.next_end(self.uid())];
        let Some(next) = probes.chain(others.into_iter().flatten()).min() else { return };
        if self.armed.is_none_or(|armed| next < armed) {
            self.armed = Some(next);
            out.timer_at(next, Timer::Pod(self.uid()));
        }
    }
}

/// A grace in seconds as the API writes it.
pub(super) fn grace(seconds: Option<i64>) -> Duration {
    const DEFAULT: i64 = 30;
    Duration::from_secs(seconds.unwrap_or(DEFAULT).max(0) as u64)
}

/// The container of this number.
pub(super) fn nth(spec: &crate::api::types::PodSpec, at: usize) -> &Container {
    container::all(spec).nth(at).expect("containers of a pod are not added or removed")
}
