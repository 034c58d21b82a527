//! Stopping a pod: its containers, its sidecars after them, its sandbox, and the last status.
//!
//! Models pkg/kubelet/kubelet.go SyncTerminatingPod and SyncTerminatedPod,
//! kuberuntime_container.go killContainer and kuberuntime_termination_order.go.

use super::container::{all, is_sidecar};
use super::cri::Run;
use super::host::{Host, Out};
use super::record::ContainerRecord;
use super::worker::{PodWorker, Stage, Step, nth};
use super::workload::{self, Program};
use crate::api::types::Container;
use crate::sim::{Duration, Time};

/// What every container gets between SIGTERM and SIGKILL at least.
/// Models minimumGracePeriodInSeconds.
const GRACE_MIN: Duration = Duration::from_secs(2);
/// What asking a container's own server before stopping takes.
const PRE_STOP_HTTP: Duration = Duration::from_millis(20);

impl PodWorker {
    /// Begins to stop the pod, or hurries when that has begun.
    pub(super) fn begin_stopping(&mut self, grace: Duration, host: &mut Host, out: &mut Out) {
        let deadline = out.now() + grace;
        match self.stage {
            Stage::Running => {
                self.become_stopping(deadline, host, out);
                self.kill_all(host, out);
            }
            Stage::Stopping if deadline < self.stop_by => {
                self.stop_by = deadline;
                self.kill_all(host, out);
            }
            Stage::Stopping => {}
            Stage::Stopped => self.settle_report(host, out),
        }
        if self.stage == Stage::Stopping {
            self.continue_stopping(host, out);
        }
    }

    /// Does the next thing there is to do for the pod to end.
    pub(super) fn continue_stopping(&mut self, host: &mut Host, out: &mut Out) {
        let Some(runtime) = host.runtime.pod(self.uid()) else {
            return self.become_stopped(host, out);
        };
        if runtime.any_running() {
            self.kill_next_sidecar(host, out);
        } else if !runtime.has_sandbox() {
            self.become_stopped(host, out);
        } else if self.step.is_none() {
            self.take(Step::StopSandbox, host.config.costs.stop_sandbox, out);
        }
    }

    /// Tells a container to stop within `grace`; whether it has to be waited for.
    /// Models killContainer.
    pub(super) fn kill(
        &mut self,
        at: usize,
        grace: Duration,
        message: &str,
        host: &mut Host,
        out: &mut Out,
    ) -> bool {
        let now = out.now();
        let spec = self.pod.spec.clone();
        let container = nth(&spec, at);
        let latest = host.runtime.pod(self.uid()).and_then(|pod| pod.latest(&container.name));
        let Some(Run::Running { started, program, .. }) = latest.map(|latest| &latest.run) else {
            return false;
        };
        let prepares = pre_stop_takes(container, program, now.since(*started)).min(grace);
        let term_at = now + prepares;
        let kill_at = (now + grace).max(term_at + GRACE_MIN);
        if self.memory[at].kill_at.is_none_or(|known| kill_at < known) {
            let is_first = self.memory[at].kill_at.is_none();
            self.memory[at].kill_at = Some(kill_at);
            if is_first {
                self.say_of(out, at, ContainerRecord::Killing(grace.as_secs() as u32));
                let object = self.container_reference(at);
                host.normal(out, &object, "Killing", message.to_owned());
            }
            host.runtime.stop(self.uid(), &container.name, term_at, kill_at);
        }
        true
    }

    fn become_stopping(&mut self, deadline: Time, host: &mut Host, out: &mut Out) {
        self.stage = Stage::Stopping;
        self.stop_by = deadline;
        host.leave_puller(self.uid());
        (self.step, self.step_due, self.sync_due) = (None, None, None);
        self.tasks.clear();
        for prober in self.memory.iter_mut().filter_map(|memory| memory.prober.as_mut()) {
            prober.stop();
        }
        self.update_status(host, out);
    }

    fn become_stopped(&mut self, host: &mut Host, out: &mut Out) {
        self.stage = Stage::Stopped;
        (self.step, self.step_due) = (None, None);
        for memory in &mut self.memory {
            memory.prober = None;
        }
        self.update_status(host, out);
        self.settle_report(host, out);
    }

    /// Stops every container that does not wait for others.
    fn kill_all(&mut self, host: &mut Host, out: &mut Out) {
        let spec = self.pod.spec.clone();
        for (at, container) in all(&spec).enumerate() {
            // A sidecar is stopped in its turn, unless it has been told to already.
            if !is_sidecar(container) || self.memory[at].kill_at.is_some() {
                self.kill_in_time(at, host, out);
            }
        }
    }

    /// Once no app container runs, the sidecars go, the last to start first.
    fn kill_next_sidecar(&mut self, host: &mut Host, out: &mut Out) {
        let spec = self.pod.spec.clone();
        let Some(runtime) = host.runtime.pod(self.uid()) else { return };
        let running = |(_, container): &(usize, &Container)| runtime.is_running(&container.name);
        let last = all(&spec).enumerate().filter(running).last();
        // Numbered after the init containers, an app container that runs is always the last.
        let in_turn = last
            .filter(|(at, container)| is_sidecar(container) && self.memory[*at].kill_at.is_none());
        let is_others = last.is_some_and(|(at, _)| at >= spec.init_containers.len());
        if let Some((at, _)) = in_turn.filter(|_| !is_others) {
            self.kill_in_time(at, host, out);
        }
    }

    fn kill_in_time(&mut self, at: usize, host: &mut Host, out: &mut Out) {
        let message = format!("Stopping container {}", self.about.containers[at]);
        self.kill(at, self.stop_by.since(out.now()), &message, host, out);
    }
}

/// How long what a container does before it is stopped takes.
fn pre_stop_takes(container: &Container, program: &Program, elapsed: Duration) -> Duration {
    let Some(lifecycle) = container.rest.get("lifecycle") else { return Duration::ZERO };
    let hook = lifecycle.at("preStop");
    if let Some(secs) = hook.at_path(&["sleep", "seconds"]).as_int() {
        return Duration::from_secs(secs.max(0) as u64);
    }
    let exec = hook.at_path(&["exec", "command"]);
    if !exec.is_null() {
        return program.time_of(&workload::words(exec), elapsed);
    }
    if hook.at("httpGet").is_null() { Duration::ZERO } else { PRE_STOP_HTTP }
}
