//! Pods: one word for what all their containers are doing.
//!
//! Models pkg/printers/internalversion/printers.go printPod.

use super::cells::{NONE, age, column, name, or_none, wide};
use crate::api::rpc::Column;
use crate::api::types::{
    Container, ContainerState, ContainerStateTerminated, ContainerStatus, Pod, PodCondition,
    PodSpec, PodStatus,
};
use crate::api::{Object, Str, Timestamp, age};
use crate::sim::Time;

/// The columns of Pods.
pub const COLUMNS: &[Column] = &[
    column("Name"),
    column("Ready"),
    column("Status"),
    column("Restarts"),
    column("Age"),
    wide("IP"),
    wide("Node"),
    wide("Nominated Node"),
    wide("Readiness Gates"),
];

/// The reason of a pod whose node has not been heard from.
const NODE_LOST: &str = "NodeLost";
/// The reason of a pod that waits for its scheduling gates to go.
const SCHEDULING_GATED: &str = "SchedulingGated";

/// The cells of a Pod.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let Pod { spec, status } = object.get().cloned().unwrap_or_default();
    let summary = Summary::of(&spec, &status);
    let deleting = object.meta().is_deleting();
    let reason = match status.phase.as_str() {
        _ if deleting && status.reason == NODE_LOST => Str::new_static("Unknown"),
        "Succeeded" | "Failed" => summary.reason.clone(),
        _ if deleting => Str::new_static("Terminating"),
        _ => summary.reason.clone(),
    };
    let ip = status.pod_ips.first().map_or(NONE, |first| or_none(&first.ip));
    vec![
        name(object),
        format!("{}/{}", summary.ready, summary.total).into(),
        reason,
        summary.restarts.cell(now),
        age(object, now),
        ip,
        or_none(&spec.node_name),
        or_none(&status.nominated_node_name),
        readiness_gates(&spec, &status),
    ]
}

/// What is said of the containers of a pod.
struct Summary {
    reason: Str,
    ready: usize,
    total: usize,
    restarts: Restarts,
}

/// How often containers were started again, and when the last of them had ended.
#[derive(Clone, Copy, Default)]
struct Restarts {
    count: i64,
    last: Option<Timestamp>,
}

impl Summary {
    fn of(spec: &PodSpec, status: &PodStatus) -> Self {
        let sidecars = spec.init_containers.iter().filter(|container| is_sidecar(container));
        let mut summary = Self {
            reason: own_reason(status),
            ready: 0,
            total: spec.containers.len() + sidecars.count(),
            restarts: Restarts::default(),
        };
        let initializing = summary.add_init_containers(spec, status);
        if !initializing || is_true(status, "Initialized") {
            summary.add_containers(status);
        }
        summary
    }

    /// Whether init containers are still at it. While they are, it is their restarts that count,
    /// afterwards those of sidecars alone.
    fn add_init_containers(&mut self, spec: &PodSpec, status: &PodStatus) -> bool {
        let mut of_sidecars = Restarts::default();
        for (at, container) in status.init_container_statuses.iter().enumerate() {
            let named = spec.init_containers.iter().find(|it| it.name == container.name);
            let is_sidecar = named.is_some_and(is_sidecar);
            self.restarts.add(container);
            if is_sidecar {
                of_sidecars.add(container);
            }
            if container.state.terminated.as_ref().is_some_and(|ended| ended.exit_code == 0) {
                continue;
            }
            if is_sidecar && container.started == Some(true) {
                self.ready += usize::from(container.ready);
                continue;
            }
            self.reason = init_reason(&container.state)
                .unwrap_or_else(|| format!("Init:{at}/{}", spec.init_containers.len()).into());
            if is_true(status, "Initialized") {
                self.restarts = of_sidecars;
            }
            return true;
        }
        self.restarts = of_sidecars;
        false
    }

    /// Goes from the last container to the first, so that the first in trouble names it.
    fn add_containers(&mut self, status: &PodStatus) {
        let mut has_running = false;
        for container in status.container_statuses.iter().rev() {
            self.restarts.add(container);
            if let Some(reason) = reason(&container.state) {
                self.reason = reason;
            } else if container.ready && container.state.running.is_some() {
                has_running = true;
                self.ready += 1;
            }
        }
        if self.reason == "Completed" && has_running {
            let is_ready = is_true(status, "Ready");
            self.reason = Str::new_static(if is_ready { "Running" } else { "NotReady" });
        }
    }
}

impl Restarts {
    fn add(&mut self, container: &ContainerStatus) {
        self.count += i64::from(container.restart_count);
        if let Some(ended) = &container.last_state.terminated {
            self.last = self.last.max(ended.finished_at);
        }
    }

    fn cell(self, now: Time) -> Str {
        match (self.count, self.last) {
            (count @ 1.., Some(_)) => {
                format!("{count} ({} ago)", age::since(self.last, now)).into()
            }
            (count, _) => count.to_string().into(),
        }
    }
}

/// What the pod says of itself, whatever its containers do.
fn own_reason(status: &PodStatus) -> Str {
    let is_gated = |condition: &PodCondition| {
        condition.kind == "PodScheduled" && condition.reason == SCHEDULING_GATED
    };
    if status.conditions.iter().any(is_gated) {
        return Str::new_static(SCHEDULING_GATED);
    }
    if status.reason.is_empty() { status.phase.clone() } else { status.reason.clone() }
}

fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

fn is_true(status: &PodStatus, kind: &str) -> bool {
    status.conditions.iter().any(|condition| condition.kind == kind && condition.status == "True")
}

/// Why the container does not run, if it does not.
fn reason(state: &ContainerState) -> Option<Str> {
    match &state.waiting {
        Some(waiting) if !waiting.reason.is_empty() => Some(waiting.reason.clone()),
        _ => state.terminated.as_ref().map(ending),
    }
}

/// Why an init container holds the others up, if it has more to say than that it is at work.
fn init_reason(state: &ContainerState) -> Option<Str> {
    let reason = match (&state.terminated, &state.waiting) {
        (Some(ended), _) => ending(ended),
        (None, Some(waiting)) => waiting.reason.clone(),
        (None, None) => return None,
    };
    let is_news = !reason.is_empty() && reason != "PodInitializing";
    is_news.then(|| format!("Init:{reason}").into())
}

fn ending(ended: &ContainerStateTerminated) -> Str {
    if !ended.reason.is_empty() {
        ended.reason.clone()
    } else if ended.signal != 0 {
        format!("Signal:{}", ended.signal).into()
    } else {
        format!("ExitCode:{}", ended.exit_code).into()
    }
}

fn readiness_gates(spec: &PodSpec, status: &PodStatus) -> Str {
    let gates = &spec.readiness_gates;
    if gates.is_empty() {
        return NONE;
    }
    let met = gates.iter().filter(|gate| is_true(status, &gate.condition_type)).count();
    format!("{met}/{}", gates.len()).into()
}
