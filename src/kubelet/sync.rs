//! Passes of a pod worker: look at the pod, decide what has to be done, do it one thing after
//! another.
//!
//! Models pkg/kubelet/kubelet.go SyncPod and pkg/kubelet/kuberuntime/kuberuntime_manager.go
//! SyncPod.

use super::actions::{self, KillReason};
use super::container::all;
use super::host::{Host, Out};
use super::pass::Retry;
use super::record::PodRecord;
use super::status;
use super::worker::{PodWorker, Stage, Step, Task, grace};
use crate::sim::Duration;

/// What the runtime says while its network plugin is missing.
pub const NETWORK_NOT_READY: &str = "container runtime network not ready: NetworkReady=false \
     reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";
/// How long to wait after a failure. Models pod_workers.go backOffPeriod.
const RETRY: Duration = Duration::from_secs(10);
/// How long to wait for the network. Models backOffOnTransientErrorPeriod.
const RETRY_TRANSIENT: Duration = Duration::from_secs(1);
/// No failure waits longer than until the pod would have been looked at anyway.
/// Models syncFrequency.
const RESYNC: Duration = Duration::from_secs(60);

impl PodWorker {
    /// Looks at the pod and begins to do what has to be done.
    pub(super) fn begin_pass(&mut self, host: &mut Host, out: &mut Out) {
        let now = out.now();
        self.pass = self.pass.next();
        self.attach_probers(host, now);
        self.update_status(host, out);
        self.set_deadline();
        if status::is_terminal(&self.report.status().phase) && !self.is_static {
            let grace = grace(self.pod.spec.termination_grace_period_seconds);
            self.begin_stopping(grace, host, out);
            return;
        }
        if !self.pod.spec.host_network && !host.is_network_ready(now) {
            self.say(out, PodRecord::NetworkNotReady);
            let message = format!("network is not ready: {NETWORK_NOT_READY}");
            host.warning(out, &self.reference(), "NetworkNotReady", message);
            self.sync_due = Some(now + host.jittered(RETRY_TRANSIENT));
            self.pass.end(now);
            return;
        }
        if self.has_volumes {
            self.tasks.push_back(Task::Volumes);
        }
        self.tasks.push_back(Task::Plan);
        self.run(host, out);
    }

    /// What took time is done.
    pub(super) fn on_step_done(&mut self, host: &mut Host, out: &mut Out) {
        let Some(step) = self.step.take() else { return };
        match step {
            Step::Volumes => {
                self.has_volumes = false;
                self.say(out, PodRecord::Mounted);
            }
            Step::Sandbox => self.on_sandbox(host, out),
            Step::StopSandbox => {
                host.runtime.stop_sandbox(self.uid());
                self.say(out, PodRecord::SandboxStopped);
                self.on_change(host, out.now());
            }
            Step::Kill(at) => self.step = Some(Step::Kill(at)),
            Step::Turn(pulling) => self.begin_pull(pulling, host, out),
            Step::Pull(pulling, pull) => self.on_pulled(*pulling, *pull, host, out),
            Step::Create(at, image) => self.on_created(at, image, host, out),
            Step::Start(at) => self.on_started(at, host, out),
        }
        match self.stage {
            Stage::Running => self.run(host, out),
            Stage::Stopping => self.continue_stopping(host, out),
            Stage::Stopped => {}
        }
    }

    /// A container has ended: a pass may have waited for that.
    pub(super) fn on_ended(&mut self, host: &mut Host, out: &mut Out) {
        match (self.stage, &self.step) {
            (Stage::Stopping, _) => self.continue_stopping(host, out),
            (Stage::Running, Some(Step::Kill(at))) => {
                let runtime = host.runtime.pod(self.uid());
                let name = &self.about.containers[*at];
                if !runtime.is_some_and(|runtime| runtime.is_running(name)) {
                    self.step = None;
                    self.run(host, out);
                }
            }
            _ => {}
        }
    }

    /// Works on until something takes time or the pass is over.
    pub(super) fn run(&mut self, host: &mut Host, out: &mut Out) {
        while self.step.is_none() {
            let Some(task) = self.tasks.pop_front() else {
                self.end_pass(host, out);
                return;
            };
            self.perform(task, host, out);
        }
    }

    /// Begins something that takes a while.
    pub(super) fn take(&mut self, step: Step, takes: Duration, out: &Out) {
        self.step = Some(step);
        self.step_due = Some(out.now() + takes);
    }

    fn perform(&mut self, task: Task, host: &mut Host, out: &mut Out) {
        let costs = &host.config.costs;
        match task {
            Task::Volumes => self.take(Step::Volumes, costs.volumes, out),
            Task::Sandbox => self.take(Step::Sandbox, costs.sandbox, out),
            Task::StopSandbox => self.take(Step::StopSandbox, costs.stop_sandbox, out),
            Task::Plan => self.plan(host, out),
            Task::Kill(at, reason) => self.kill_unwanted(at, reason, host, out),
            Task::Start(at) => self.begin_start(at, host, out),
        }
    }

    /// Decides what has to be done.
    fn plan(&mut self, host: &mut Host, out: &mut Out) {
        let spec = self.pod.spec.clone();
        let runtime = host.runtime.pod(self.uid());
        let actions = actions::compute(&spec, runtime, &self.memory);
        if actions.clean_up && runtime.is_some_and(|runtime| runtime.sandbox.is_some()) {
            if actions.sandbox {
                self.say(out, PodRecord::SandboxChanged);
                let message = "Pod sandbox changed, it will be killed and re-created.";
                host.normal(out, &self.reference(), "SandboxChanged", message);
            }
            self.tasks.push_back(Task::StopSandbox);
        }
        self.tasks.extend(actions.kill.iter().map(|(at, reason)| Task::Kill(*at, *reason)));
        self.tasks.extend(actions.sandbox.then_some(Task::Sandbox));
        self.tasks.extend(actions.start.iter().map(|at| Task::Start(*at)));
    }

    fn kill_unwanted(&mut self, at: usize, reason: KillReason, host: &mut Host, out: &mut Out) {
        let spec = self.pod.spec.clone();
        let own = spec.termination_grace_period_seconds;
        let (why, seconds) = match reason {
            KillReason::Outdated => ("definition changed".to_owned(), own),
            KillReason::Unhealthy(probe, seconds) => {
                let name = probe.name().to_lowercase();
                (format!("failed {name} probe"), seconds.map(|secs| secs as i64).or(own))
            }
        };
        let restarts = self.tasks.contains(&Task::Start(at));
        let then = if restarts { ", will be restarted" } else { "" };
        let message = format!("Container {} {why}{then}", self.about.containers[at]);
        if self.kill(at, grace(seconds), &message, host, out) {
            self.step = Some(Step::Kill(at));
        }
    }

    fn on_sandbox(&mut self, host: &mut Host, out: &mut Out) {
        match host.runtime.run_sandbox(self.uid(), self.pod.spec.host_network) {
            Ok(_) => {
                self.say(out, PodRecord::SandboxCreated);
                self.on_change(host, out.now());
            }
            Err(why) => {
                self.say(out, PodRecord::SandboxFailed(why.as_str().into()));
                let message = format!("Failed to create pod sandbox: {why}");
                host.warning(out, &self.reference(), "FailedCreatePodSandBox", message);
                self.tasks.clear();
                self.note_failure(Retry::Later);
            }
        }
    }

    /// Something failed; of several times to try again the first that is known counts.
    pub(super) fn note_failure(&mut self, retry: Retry) {
        self.pass.retry = Some(self.pass.retry.map_or(retry, |known| known.min(retry)));
    }

    /// Models pod_workers.go completeWork.
    fn end_pass(&mut self, host: &mut Host, out: &mut Out) {
        let now = out.now();
        let next_list = host.relist_after(now);
        let is_wanted = self.pass.end(now);
        let again = self.pass.retry.map(|retry| {
            let wait = match retry {
                Retry::At(at) => at.since(now).min(RESYNC),
                Retry::Later => RETRY,
            };
            // Upstream looks once a second what is due.
            let at = now + host.jittered(wait);
            host.relist_after(at)
        });
        self.sync_due = if is_wanted { Some(next_list) } else { again };
        debug_assert!(self.memory.len() == all(&self.pod.spec).count());
    }
}
