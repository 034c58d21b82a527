//! What has to be done for a pod to be as it should.
//!
//! Models pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions and
//! kuberuntime_container.go computeInitContainerActions.
//!
//! Invariant: pure; it looks at spec, runtime and probes and does nothing.

use super::container::{Memory, all, is_sidecar, spec_hash};
use super::cri::{self, PodRuntime};
use super::probe::ProbeKind;
use crate::api::types::{Container, PodSpec};

/// What has to be done, in this order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Actions {
    /// The sandbox is gone and what is left has to be stopped first.
    pub clean_up: bool,
    /// A sandbox has to be made.
    pub sandbox: bool,
    /// Containers to stop, by number, and why.
    pub kill: Vec<(usize, KillReason)>,
    /// Containers to start, by number, in this order.
    pub start: Vec<usize>,
}

/// Why a container has to be stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KillReason {
    /// It is not what the spec says any longer.
    Outdated,
    /// A probe has given it up, and may grant a grace of its own, in seconds.
    Unhealthy(ProbeKind, Option<u64>),
}

/// What has to be done for a pod.
pub fn compute(spec: &PodSpec, runtime: Option<&PodRuntime>, memory: &[Memory]) -> Actions {
    let empty = PodRuntime::default();
    let runtime = runtime.unwrap_or(&empty);
    if !runtime.has_sandbox() {
        return anew(spec, runtime);
    }
    let mut actions = Actions::default();
    let is_initialized = init_containers(spec, runtime, memory, &mut actions);
    if is_initialized {
        app_containers(spec, runtime, memory, &mut actions);
    }
    actions
}

/// Whether a container is to be started when it does not run, `latest` being its last run.
/// Models kubecontainer.ShouldContainerBeRestarted.
pub fn should_start(
    spec: &PodSpec,
    container: &Container,
    is_init: bool,
    latest: Option<&cri::Container>,
) -> bool {
    let Some(latest) = latest else { return true };
    if latest.is_running() {
        return false;
    }
    let Some(ending) = latest.exited() else { return true };
    if is_init {
        // An init container that has ended well is done.
        return is_sidecar(container) || (ending.code != 0 && spec.restart_policy != "Never");
    }
    match spec.restart_policy.as_str() {
        "Never" => false,
        "OnFailure" => ending.code != 0,
        _ => true,
    }
}

/// Without a living sandbox everything begins anew, init containers included.
fn anew(spec: &PodSpec, runtime: &PodRuntime) -> Actions {
    let has_run = !runtime.containers().is_empty();
    if spec.restart_policy == "Never" && has_run {
        return Actions { clean_up: true, ..Actions::default() };
    }
    let inits = spec.init_containers.len();
    let to_start: Vec<usize> = spec
        .containers
        .iter()
        .enumerate()
        .filter(|(_, app)| should_start(spec, app, false, runtime.latest(&app.name)))
        .map(|(at, _)| inits + at)
        .collect();
    if to_start.is_empty() {
        return Actions { clean_up: has_run, ..Actions::default() };
    }
    let start = if inits > 0 { vec![0] } else { to_start };
    Actions { clean_up: runtime.sandbox.is_some(), sandbox: true, start, ..Actions::default() }
}

/// Whether the app containers may run; adds what has to be done until they may.
fn init_containers(
    spec: &PodSpec,
    runtime: &PodRuntime,
    memory: &[Memory],
    actions: &mut Actions,
) -> bool {
    let inits = &spec.init_containers;
    let apps_exist = spec.containers.iter().any(|app| is_of_sandbox(runtime, &app.name));
    if apps_exist {
        keep_sidecars(spec, runtime, memory, actions);
        return true;
    }
    let reached = inits.iter().rposition(|init| is_of_sandbox(runtime, &init.name));
    let Some(reached) = reached else {
        if !inits.is_empty() {
            actions.start.push(0);
        }
        return inits.is_empty();
    };
    keep_sidecars(spec, runtime, memory, actions);
    let init = &inits[reached];
    let latest = runtime.latest(&init.name).expect("it has been reached");
    let is_done = match is_sidecar(init) {
        true => latest.is_running() && has_started(&memory[reached], latest),
        false => latest.exited().is_some_and(|ending| ending.code == 0),
    };
    if is_done && reached + 1 == inits.len() {
        return true;
    }
    if is_done {
        actions.start.push(reached + 1);
    } else if !is_sidecar(init) && should_start(spec, init, true, Some(latest)) {
        actions.start.push(reached);
    }
    false
}

/// Whether a container of this name has been made within the sandbox that lives. Runs before it
/// belong to sandboxes that are gone.
fn is_of_sandbox(runtime: &PodRuntime, name: &str) -> bool {
    runtime.latest(name).is_some_and(|latest| runtime.is_of_sandbox(latest))
}

/// Sidecars run until the pod ends: starts those that do not, stops those that are given up.
fn keep_sidecars(spec: &PodSpec, runtime: &PodRuntime, memory: &[Memory], actions: &mut Actions) {
    for (at, init) in spec.init_containers.iter().enumerate().filter(|(_, c)| is_sidecar(c)) {
        if is_of_sandbox(runtime, &init.name) {
            keep(spec, (at, init), runtime, memory, actions);
        }
    }
}

fn app_containers(spec: &PodSpec, runtime: &PodRuntime, memory: &[Memory], actions: &mut Actions) {
    let inits = spec.init_containers.len();
    for (at, app) in all(spec).enumerate().skip(inits) {
        keep(spec, (at, app), runtime, memory, actions);
    }
}

/// Starts a container that should run and does not, stops one that should not run as it does.
fn keep(
    spec: &PodSpec,
    (at, container): (usize, &Container),
    runtime: &PodRuntime,
    memory: &[Memory],
    actions: &mut Actions,
) {
    let latest = runtime.latest(&container.name);
    let is_init = at < spec.init_containers.len();
    let Some(running) = latest.filter(|latest| latest.is_running()) else {
        if should_start(spec, container, is_init, latest) {
            actions.start.push(at);
        }
        return;
    };
    let prober = memory[at].prober.as_ref().filter(|prober| prober.container() == running.id);
    let verdict = prober.and_then(|prober| prober.verdict());
    let (reason, restarts) = match verdict {
        _ if running.spec_hash != spec_hash(container) => (KillReason::Outdated, true),
        Some((probe, grace)) => {
            let restarts = is_init || spec.restart_policy != "Never";
            (KillReason::Unhealthy(probe, grace), restarts)
        }
        None => return,
    };
    actions.kill.push((at, reason));
    if restarts {
        actions.start.push(at);
    }
}

fn has_started(memory: &Memory, running: &cri::Container) -> bool {
    let prober = memory.prober.as_ref().filter(|prober| prober.container() == running.id);
    prober.is_none_or(|prober| prober.is_started())
}
