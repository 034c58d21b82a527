//! The status of a pod: what the API is told of it.
//!
//! Models pkg/kubelet/kubelet_pods.go (generateAPIPodStatus, getPhase,
//! convertToAPIContainerStatuses), pkg/kubelet/status/generate.go and status_manager.go.
//!
//! Invariant: pure; the same spec, runtime and memory give the same status.

use super::actions;
use super::container::{Memory, is_sidecar};
use super::cri::{self, PodRuntime, Run};
use super::text::go_list;
use crate::api::types::{
    Container, ContainerState, ContainerStateRunning, ContainerStateTerminated,
    ContainerStateWaiting, ContainerStatus, HostIp, ObjectMeta, Pod, PodCondition, PodSpec,
    PodStatus,
};
use crate::api::{List, Str, Timestamp, quote};
use crate::sim::Time;

/// The conditions that are the kubelet's. Models pkg/kubelet/types PodConditionByKubelet.
const OWN: [&str; 5] =
    ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

/// What a status is made of.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The pod's metadata.
    pub meta: &'a ObjectMeta,
    /// The pod as the API has it, or the manifest of a static one.
    pub pod: &'a Pod,
    /// What there is of it on the machine.
    pub runtime: Option<&'a PodRuntime>,
    /// What its worker remembers of each container, init containers first.
    pub memory: &'a [Memory],
    /// Its status before.
    pub old: &'a PodStatus,
    /// Its own address, while it has one.
    pub address: Option<&'a Str>,
    /// The machine's address.
    pub host_ips: &'a List<HostIp>,
    /// Whether its containers will not be started again whatever its restart policy says.
    pub is_ending: bool,
    /// Whether it comes from a manifest on the machine.
    pub is_static: bool,
    /// Why it has failed as a whole, if it has.
    pub failure: Option<&'a (&'static str, Str)>,
}

/// The status of a pod at `now`. Models generateAPIPodStatus.
pub fn generate(view: View<'_>, now: Time) -> PodStatus {
    let spec = &*view.pod.spec;
    let mut status = view.old.clone();
    status.init_container_statuses = container_statuses(view, true);
    status.container_statuses = container_statuses(view, false);
    let (inits, apps) = (&status.init_container_statuses, &status.container_statuses);
    let mut phase = phase(spec, inits, apps, view.is_ending && !view.is_static);
    if let Some((reason, message)) = view.failure {
        (phase, status.reason, status.message) = ("Failed", (*reason).into(), message.clone());
    } else if is_terminal(&view.old.phase) {
        // There is no way back from the end.
        phase = if view.old.phase == "Failed" { "Failed" } else { "Succeeded" };
    } else if phase != view.old.phase {
        (status.reason, status.message) = (Str::default(), Str::default());
    }
    status.phase = Str::new_static(phase);
    status.observed_generation = view.meta.generation;
    status.start_time = status.start_time.or(Some(Timestamp::at(now)));
    status.host_ip = view.host_ips.first().map(|host| host.ip.clone()).unwrap_or_default();
    status.host_ips = view.host_ips.clone();
    let address = if spec.host_network { Some(&status.host_ip) } else { view.address };
    if let Some(address) = address.cloned().filter(|address| *address != status.pod_ip) {
        status.pod_ips = [HostIp { ip: address.clone(), ..HostIp::default() }].into();
        status.pod_ip = address;
    }
    status.conditions = conditions(view, &status, now);
    status
}

/// The status of a pod that a kubelet does not take. Models kubelet.go rejectPod.
pub fn rejected(
    meta: &ObjectMeta,
    old: &PodStatus,
    (reason, message): (&'static str, &str),
    now: Time,
) -> PodStatus {
    PodStatus {
        phase: Str::new_static("Failed"),
        reason: Str::new_static(reason),
        message: format!("Pod was rejected: {message}").into(),
        start_time: Some(Timestamp::at(now)),
        observed_generation: meta.generation,
        ..old.clone()
    }
}

/// The last status of a pod that has been stopped. Models status_manager.go TerminatePod.
pub fn terminated(status: &PodStatus, spec: &PodSpec, is_static: bool) -> PodStatus {
    let lost = |status: &ContainerStatus| {
        let mut status = status.clone();
        if status.state.terminated.is_none() {
            let terminated = ContainerStateTerminated {
                reason: Str::new_static("ContainerStatusUnknown"),
                message: Str::new_static(
                    "The container could not be located when the pod was terminated",
                ),
                exit_code: 137,
                ..ContainerStateTerminated::default()
            };
            status.state = state_terminated(terminated);
            (status.ready, status.started) = (false, Some(false));
        }
        status
    };
    let mut status = status.clone();
    let any_started = status.container_statuses.iter().any(has_started);
    if spec.init_containers.is_empty() || any_started {
        status.container_statuses = status.container_statuses.iter().map(lost).collect();
    }
    if !is_static && !is_terminal(&status.phase) {
        status.phase = Str::new_static("Failed");
    }
    status
}

/// What the API should hold: the kubelet's status with the conditions of others that `api` has.
/// Models status_manager.go mergePodStatus.
pub fn merge(api: &PodStatus, own: &PodStatus) -> PodStatus {
    let is_foreign = |condition: &&PodCondition| !OWN.contains(&condition.kind.as_str());
    let foreign = api.conditions.iter().filter(is_foreign);
    let ours = own.conditions.iter().filter(|condition| !is_foreign(condition));
    PodStatus { conditions: foreign.chain(ours).cloned().collect(), ..own.clone() }
}

/// Whether a phase is one that a pod does not leave.
pub fn is_terminal(phase: &str) -> bool {
    phase == "Succeeded" || phase == "Failed"
}

/// Models kubelet_pods.go convertToAPIContainerStatuses.
fn container_statuses(view: View<'_>, init: bool) -> List<ContainerStatus> {
    let spec = &*view.pod.spec;
    let inits = spec.init_containers.len();
    let (containers, offset) =
        if init { (&spec.init_containers, 0) } else { (&spec.containers, inits) };
    let old = if init { &view.old.init_container_statuses } else { &view.old.container_statuses };
    let status = |(at, container): (usize, &Container)| {
        let old = old.iter().find(|status| status.name == container.name);
        container_status(view, container, offset + at, old)
    };
    let mut statuses: Vec<_> = containers.iter().enumerate().map(status).collect();
    if !init {
        statuses.sort_by(|a, b| a.name.cmp(&b.name));
    }
    statuses.into()
}

fn container_status(
    view: View<'_>,
    spec: &Container,
    at: usize,
    old: Option<&ContainerStatus>,
) -> ContainerStatus {
    let is_init = at < view.pod.spec.init_containers.len();
    let memory = &view.memory[at];
    let latest = view.runtime.and_then(|runtime| runtime.latest(&spec.name));
    let Some(latest) = latest else { return never_run(view, spec, memory, old) };
    let previous = view.runtime.and_then(|runtime| runtime.previous(&spec.name));
    let mut status = ContainerStatus {
        name: spec.name.clone(),
        container_id: latest.id.url(),
        image: latest.image.name.clone(),
        image_id: latest.image.id.clone(),
        restart_count: latest.attempt as i32,
        state: state(latest),
        last_state: previous.map(state).unwrap_or_default(),
        rest: memory.extras.clone(),
        ..ContainerStatus::default()
    };
    let is_running = latest.is_running();
    let prober = memory.prober.as_ref().filter(|prober| prober.container() == latest.id);
    let started = is_running && prober.is_none_or(|prober| prober.is_started());
    status.started = Some(started);
    status.ready = if is_init && !is_sidecar(spec) {
        latest.exited().is_some_and(|ending| ending.code == 0)
    } else {
        started && prober.is_none_or(|prober| prober.is_ready())
    };
    let is_waiting = actions::should_start(&view.pod.spec, spec, is_init, Some(latest));
    if let Some(waiting) = memory.waiting.as_ref().filter(|_| is_waiting && !view.is_ending) {
        if status.state.terminated.is_some() {
            status.last_state = std::mem::take(&mut status.state);
        }
        status.state = state_waiting(waiting.reason, waiting.message.clone());
    }
    status
}

/// A container that the machine knows nothing of yet, or any longer.
fn never_run(
    view: View<'_>,
    spec: &Container,
    memory: &Memory,
    old: Option<&ContainerStatus>,
) -> ContainerStatus {
    if let Some(old) = old.filter(|old| old.state.terminated.is_some()) {
        return old.clone();
    }
    let has_inits = !view.pod.spec.init_containers.is_empty();
    let by_default = if has_inits { "PodInitializing" } else { "ContainerCreating" };
    let (reason, message) = match &memory.waiting {
        Some(waiting) => (waiting.reason, waiting.message.clone()),
        None => (by_default, Str::default()),
    };
    ContainerStatus {
        name: spec.name.clone(),
        image: spec.image.clone(),
        state: state_waiting(reason, message),
        started: Some(false),
        restart_count: old.map_or(0, |old| old.restart_count),
        last_state: old.map(|old| old.last_state.clone()).unwrap_or_default(),
        rest: memory.extras.clone(),
        ..ContainerStatus::default()
    }
}

fn state(container: &cri::Container) -> ContainerState {
    match &container.run {
        Run::Created => ContainerState {
            waiting: Some(ContainerStateWaiting::default()),
            ..ContainerState::default()
        },
        Run::Running { started, .. } => ContainerState {
            running: Some(ContainerStateRunning {
                started_at: Some(Timestamp::at(*started)),
                ..ContainerStateRunning::default()
            }),
            ..ContainerState::default()
        },
        Run::Exited { started, ending } => state_terminated(ContainerStateTerminated {
            container_id: container.id.url(),
            exit_code: ending.code,
            finished_at: Some(Timestamp::at(ending.at)),
            reason: ending.reason().into(),
            started_at: Some(Timestamp::at(*started)),
            ..ContainerStateTerminated::default()
        }),
    }
}

fn state_waiting(reason: &'static str, message: Str) -> ContainerState {
    let waiting = ContainerStateWaiting {
        reason: Str::new_static(reason),
        message,
        ..ContainerStateWaiting::default()
    };
    ContainerState { waiting: Some(waiting), ..ContainerState::default() }
}

fn state_terminated(terminated: ContainerStateTerminated) -> ContainerState {
    ContainerState { terminated: Some(terminated), ..ContainerState::default() }
}

/// Whether a container runs or has run.
fn has_started(status: &ContainerStatus) -> bool {
    let (state, last) = (&status.state, &status.last_state);
    state.running.is_some() || state.terminated.is_some() || last.terminated.is_some()
}

#[derive(Default)]
struct Tally {
    waiting: usize,
    running: usize,
    stopped: usize,
    succeeded: usize,
    pending_inits: usize,
    pending_sidecars: usize,
    failed_inits: usize,
}

/// Models kubelet_pods.go getPhase.
fn phase(
    spec: &PodSpec,
    inits: &[ContainerStatus],
    apps: &[ContainerStatus],
    is_ending: bool,
) -> &'static str {
    let tally = Tally::of(spec, inits, apps);
    let any_started = apps.iter().any(has_started);
    let policy = spec.restart_policy.as_str();
    if tally.failed_inits > 0 && policy == "Never" {
        return "Failed";
    }
    let is_initializing = tally.pending_inits > 0 || (tally.pending_sidecars > 0 && !any_started);
    if is_initializing || tally.waiting > 0 {
        return "Pending";
    }
    if tally.running > 0 {
        return "Running";
    }
    if tally.stopped == 0 {
        return "Pending";
    }
    let all_succeeded = tally.stopped == tally.succeeded;
    match policy {
        _ if is_ending && all_succeeded => "Succeeded",
        _ if is_ending => "Failed",
        "Never" | "OnFailure" if all_succeeded => "Succeeded",
        "Never" => "Failed",
        _ => "Running",
    }
}

impl Tally {
    fn of(spec: &PodSpec, inits: &[ContainerStatus], apps: &[ContainerStatus]) -> Self {
        let mut tally = Self::default();
        for (container, status) in spec.init_containers.iter().zip(inits) {
            if is_sidecar(container) {
                tally.count_sidecar(status);
            } else {
                tally.count_init(status);
            }
        }
        for status in apps {
            let last = status.last_state.terminated.as_ref();
            match (&status.state.running, &status.state.terminated) {
                (Some(_), _) => tally.running += 1,
                (_, Some(terminated)) => {
                    tally.stopped += 1;
                    tally.succeeded += usize::from(terminated.exit_code == 0);
                }
                _ if last.is_some() => tally.stopped += 1,
                _ => tally.waiting += 1,
            }
        }
        tally
    }

    fn count_init(&mut self, status: &ContainerStatus) {
        let waits = status.state.waiting.is_some();
        let last = status.last_state.terminated.as_ref().filter(|_| waits);
        match status.state.terminated.as_ref().or(last) {
            Some(terminated) if terminated.exit_code != 0 => self.failed_inits += 1,
            Some(_) => {}
            None => self.pending_inits += 1,
        }
    }

    fn count_sidecar(&mut self, status: &ContainerStatus) {
        if status.state.running.is_some() {
            self.running += 1;
            self.pending_sidecars += usize::from(status.started != Some(true));
        } else if status.state.waiting.is_some() && status.last_state.terminated.is_none() {
            self.pending_sidecars += 1;
            self.waiting += 1;
        }
    }
}

/// What a condition says: whether it holds, why, and in more words.
struct Finding {
    holds: bool,
    reason: &'static str,
    message: Str,
}

impl Finding {
    const fn yes() -> Self {
        Self { holds: true, reason: "", message: Str::new_static("") }
    }

    fn no(reason: &'static str, message: impl Into<Str>) -> Self {
        Self { holds: false, reason, message: message.into() }
    }
}

fn conditions(view: View<'_>, status: &PodStatus, now: Time) -> List<PodCondition> {
    let sandbox = match view.runtime.is_some_and(PodRuntime::has_sandbox) {
        true => Finding::yes(),
        false => Finding::no("", ""),
    };
    let containers = containers_ready(&view.pod.spec, status);
    let findings = [
        sandbox,
        initialized(&view.pod.spec, status),
        ready(view, &containers),
        containers,
        Finding::yes(),
    ];
    let is_foreign = |condition: &&PodCondition| !OWN.contains(&condition.kind.as_str());
    let foreign = view.pod.status.conditions.iter().filter(is_foreign).cloned();
    let own = OWN.iter().zip(findings).map(|(kind, finding)| {
        let value = if finding.holds { "True" } else { "False" };
        let before = view.old.conditions.iter().find(|condition| condition.kind == *kind);
        let since = before.filter(|condition| condition.status == value);
        PodCondition {
            kind: Str::new_static(kind),
            status: Str::new_static(value),
            reason: Str::new_static(finding.reason),
            message: finding.message,
            observed_generation: view.meta.generation,
            last_transition_time: since
                .and_then(|condition| condition.last_transition_time)
                .or(Some(Timestamp::at(now))),
            ..PodCondition::default()
        }
    });
    foreign.chain(own).collect()
}

/// Models status/generate.go GeneratePodInitializedCondition.
fn initialized(spec: &PodSpec, status: &PodStatus) -> Finding {
    if status.phase == "Succeeded" {
        return Finding { reason: "PodCompleted", ..Finding::yes() };
    }
    if status.container_statuses.iter().any(has_started) {
        return Finding::yes();
    }
    let is_done = |(container, status): &(&Container, &ContainerStatus)| match is_sidecar(container)
    {
        true => status.started == Some(true),
        false => status.ready,
    };
    let pairs = spec.init_containers.iter().zip(status.init_container_statuses.iter());
    let incomplete: Vec<Str> =
        pairs.filter(|pair| !is_done(pair)).map(|(container, _)| container.name.clone()).collect();
    if incomplete.is_empty() {
        return Finding::yes();
    }
    let message = format!("containers with incomplete status: {}", go_list(&incomplete));
    Finding::no("ContainersNotInitialized", message)
}

/// Models status/generate.go GenerateContainersReadyCondition.
fn containers_ready(spec: &PodSpec, status: &PodStatus) -> Finding {
    match status.phase.as_str() {
        "Succeeded" => return Finding::no("PodCompleted", ""),
        "Failed" => return Finding::no("PodFailed", ""),
        _ => {}
    }
    let inits = spec.init_containers.iter().zip(status.init_container_statuses.iter());
    let sidecars = inits.filter(|(container, _)| is_sidecar(container)).map(|(_, status)| status);
    let apps = spec.containers.iter().filter_map(|container| {
        status.container_statuses.iter().find(|status| status.name == container.name)
    });
    let unready: Vec<Str> =
        sidecars.chain(apps).filter(|s| !s.ready).map(|s| s.name.clone()).collect();
    if unready.is_empty() {
        return Finding::yes();
    }
    let message = format!("containers with unready status: {}", go_list(&unready));
    Finding::no("ContainersNotReady", message)
}

/// Models status/generate.go GeneratePodReadyCondition.
fn ready(view: View<'_>, containers: &Finding) -> Finding {
    if !containers.holds {
        return Finding::no(containers.reason, containers.message.clone());
    }
    let mut complaints = Vec::new();
    for gate in view.pod.spec.readiness_gates.iter() {
        let name = quote(&gate.condition_type);
        match view.pod.condition(&gate.condition_type) {
            None => complaints.push(format!(
                "corresponding condition of pod readiness gate {name} does not exist."
            )),
            Some(condition) if condition.status != "True" => complaints.push(format!(
                "the status of pod readiness gate {name} is not \"True\", but {}",
                condition.status
            )),
            Some(_) => {}
        }
    }
    if complaints.is_empty() {
        return Finding::yes();
    }
    Finding::no("ReadinessGatesNotReady", complaints.join(", "))
}
