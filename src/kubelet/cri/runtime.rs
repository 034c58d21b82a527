//! Sandboxes and containers on one machine. Models containerd's CRI plugin (RuntimeService), its
//! pod network as the host-local plugin hands out addresses, and the garbage a kubelet leaves:
//! of each container the last two runs.
//!
//! Invariant: a container's end is decided when it is started or told to stop; [`Runtime::advance`]
//! lets what has happened by a time have happened.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::images::{ImageStore, StoredImage};
use super::registry::digest_text;
use crate::api::Str;
use crate::api::types::Uid;
use crate::kubelet::workload::Program;
use crate::sim::{Fingerprint, Map, Time};

/// What containers exit with when the machine loses its power under them, as containerd tells
/// after the next start.
const LOST: i32 = 255;
/// What SIGKILL makes of a process, as shells and containerd tell it.
const KILLED: i32 = 128 + 9;

/// The state of a machine's container runtime. It outlives kubelets.
#[derive(Clone, Debug)]
pub struct Runtime {
    /// The images on the machine.
    pub images: ImageStore,
    pods: Map<Uid, Arc<PodRuntime>>,
    network: Network,
    network_ready_at: Option<Time>,
    boots: u32,
    /// The processes that run of those that live elsewhere, by the names of their manifests.
    processes: BTreeSet<Str>,
}

/// What there is of one pod.
#[derive(Clone, Default, Debug)]
pub struct PodRuntime {
    /// Its sandbox: the newest there was.
    pub sandbox: Option<Sandbox>,
    /// Its containers, dead ones included, in the order of their creation.
    containers: Vec<Container>,
}

/// What containers of a pod share, above all an address.
#[derive(Clone, PartialEq, Debug)]
pub struct Sandbox {
    /// Its identity.
    pub id: ContainerId,
    /// How many there were before it.
    pub attempt: u32,
    /// Whether it lives.
    pub ready: bool,
    /// The last part of its address; absent when it uses the machine's.
    pub octet: Option<u8>,
}

/// One run of a container.
#[derive(Clone, PartialEq, Debug)]
pub struct Container {
    /// Its identity.
    pub id: ContainerId,
    /// Its name in the pod.
    pub name: Str,
    /// How many runs there were before it.
    pub attempt: u32,
    /// The attempt of the sandbox it was made in.
    sandbox: u32,
    /// What it runs.
    pub image: Arc<StoredImage>,
    /// A hash of the part of the spec it was made from.
    pub spec_hash: u64,
    /// How far it got.
    pub run: Run,
}

/// How far a container got.
#[derive(Clone, PartialEq, Debug)]
pub enum Run {
    /// It is made and does not run yet.
    Created,
    /// It runs.
    Running {
        /// Since when.
        started: Time,
        /// What it does.
        program: Arc<Program>,
        /// When and how it will end, as far as that is decided.
        ending: Option<Ending>,
    },
    /// It has ended.
    Exited {
        /// Since when it ran.
        started: Time,
        /// How it ended.
        ending: Ending,
    },
}

/// When and how a container ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ending {
    /// When.
    pub at: Time,
    /// With what code.
    pub code: i32,
}

/// The identity of a container or sandbox; printed as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ContainerId(u64);

/// The addresses of a machine's pods: `a.b.c.2` to `a.b.c.254`, one after another.
#[derive(Clone, Debug)]
struct Network {
    prefix: [u8; 3],
    last: u8,
    used: [u64; 4],
}

impl Runtime {
    /// The runtime of a machine whose pods get addresses that begin with `prefix`.
    pub fn new(prefix: [u8; 3]) -> Self {
        Self {
            images: ImageStore::default(),
            pods: Map::new(),
            // The first address is the bridge's.
            network: Network { prefix, last: 1, used: [0; 4] },
            network_ready_at: None,
            boots: 1,
            processes: BTreeSet::new(),
        }
    }

    /// What there is of a pod.
    pub fn pod(&self, pod: Uid) -> Option<&PodRuntime> {
        self.pods.get(&pod).map(|pod| &**pod)
    }

    /// The pods of which there is something.
    pub fn pods(&self) -> impl Iterator<Item = Uid> + '_ {
        self.pods.keys().copied()
    }

    /// How often the machine has been switched on.
    pub fn boots(&self) -> u32 {
        self.boots
    }

    /// A process that lives elsewhere, such as an etcd member, runs now or does so no longer.
    pub fn set_process(&mut self, name: Str, runs: bool) {
        if runs {
            self.processes.insert(name);
        } else {
            self.processes.remove(&name);
        }
    }

    /// Whether a process that lives elsewhere runs.
    pub fn is_process_running(&self, name: &str) -> bool {
        self.processes.contains(name)
    }

    /// From when on the pod network works, if that is known.
    pub fn network_ready_at(&self) -> Option<Time> {
        self.network_ready_at
    }

    /// The pod network will work from `at` on; once set up it stays.
    pub fn set_up_network(&mut self, at: Time) -> Time {
        *self.network_ready_at.get_or_insert(at)
    }

    /// Pods get addresses that begin with `prefix`, unless some have others already.
    pub fn set_network(&mut self, prefix: [u8; 3]) {
        if self.network.prefix != prefix && self.network.used == [0; 4] {
            self.network = Network { prefix, last: 1, used: [0; 4] };
        }
    }

    /// The address that ends in `octet`.
    pub fn address(&self, octet: u8) -> Str {
        let [a, b, c] = self.network.prefix;
        format!("{a}.{b}.{c}.{octet}").into()
    }

    /// Makes a sandbox, on the machine's own network or with an address of its own. Fails with the
    /// network plugin's words when there is no address left.
    pub fn run_sandbox(&mut self, pod: Uid, on_host: bool) -> Result<&Sandbox, String> {
        let attempt =
            self.pod(pod).and_then(|pod| pod.sandbox.as_ref()).map_or(0, |s| s.attempt + 1);
        let id = ContainerId::new(pod, "", attempt);
        let octet = match on_host {
            true => None,
            false => Some(self.network.allocate().ok_or_else(|| self.network.exhausted(id))?),
        };
        let pod = self.pod_mut(pod);
        Ok(pod.sandbox.insert(Sandbox { id, attempt, ready: true, octet }))
    }

    /// Stops a pod's sandbox and gives its address back.
    pub fn stop_sandbox(&mut self, pod: Uid) {
        let Some(pod) = self.pods.get_mut(&pod) else { return };
        if let Some(sandbox) = Arc::make_mut(pod).sandbox.as_mut() {
            sandbox.ready = false;
            if let Some(octet) = sandbox.octet.take() {
                self.network.release(octet);
            }
        }
    }

    /// Makes a container. The oldest runs of the same name are forgotten.
    pub fn create(&mut self, pod: Uid, name: &Str, image: Arc<StoredImage>, spec_hash: u64) {
        let pod_runtime = self.pod_mut(pod);
        let attempt = pod_runtime.latest(name).map_or(0, |container| container.attempt + 1);
        let keep_from = attempt.saturating_sub(1);
        pod_runtime.containers.retain(|c| c.name != *name || c.attempt >= keep_from);
        let sandbox = pod_runtime.sandbox.as_ref().map_or(0, |sandbox| sandbox.attempt);
        pod_runtime.containers.push(Container {
            id: ContainerId::new(pod, name, attempt),
            name: name.clone(),
            attempt,
            sandbox,
            image,
            spec_hash,
            run: Run::Created,
        });
    }

    /// Starts the container of this name that was made last.
    pub fn start(&mut self, pod: Uid, name: &str, program: Arc<Program>, now: Time) {
        let container = self.pod_mut(pod).latest_mut(name);
        if let Some(container) = container.filter(|c| c.run == Run::Created) {
            let ending = program.end.map(|(after, code)| Ending { at: now + after, code });
            container.run = Run::Running { started: now, program, ending };
        }
    }

    /// Tells a container to stop: SIGTERM at `term_at`, SIGKILL at `kill_at`. Tells when it will
    /// have stopped.
    pub fn stop(&mut self, pod: Uid, name: &str, term_at: Time, kill_at: Time) -> Option<Time> {
        let container = self.pod_mut(pod).latest_mut(name)?;
        let Run::Running { program, ending, .. } = &mut container.run else { return None };
        let killed = Ending { at: kill_at, code: KILLED };
        let on_term = program.on_term.map(|(after, code)| Ending { at: term_at + after, code });
        let stopped = on_term.filter(|on_term| on_term.at < kill_at).unwrap_or(killed);
        // It may end by itself before it is stopped.
        let first = ending.filter(|own| own.at <= stopped.at).unwrap_or(stopped);
        *ending = Some(first);
        Some(first.at)
    }

    /// Ends a container at once with this code.
    pub fn end(&mut self, pod: Uid, name: &str, ending: Ending) {
        if let Some(container) = self.pod_mut(pod).latest_mut(name) {
            container.end(ending);
        }
    }

    /// Lets what has happened in a pod by `now` have happened: the containers that have ended.
    pub fn advance(&mut self, pod: Uid, now: Time) -> Vec<Container> {
        if self.next_end(pod).is_none_or(|at| at > now) {
            return Vec::new();
        }
        let mut ended = Vec::new();
        for container in &mut self.pod_mut(pod).containers {
            if let Some(ending) = container.ending().filter(|ending| ending.at <= now) {
                container.end(ending);
                ended.push(container.clone());
            }
        }
        ended
    }

    /// When the next container of a pod will end.
    pub fn next_end(&self, pod: Uid) -> Option<Time> {
        self.pod(pod)?.containers.iter().filter_map(Container::ending).map(|e| e.at).min()
    }

    /// Removes everything of a pod.
    pub fn remove(&mut self, pod: Uid) {
        self.stop_sandbox(pod);
        self.pods.remove(&pod);
    }

    /// The machine loses its power: nothing runs any longer, and the next start is another one.
    pub fn power_off(&mut self, now: Time) {
        let pods: Vec<Uid> = self.pods().collect();
        for pod in pods {
            self.advance(pod, now);
            self.stop_sandbox(pod);
            for container in &mut self.pod_mut(pod).containers {
                container.end(Ending { at: now, code: LOST });
            }
        }
        self.boots += 1;
        self.processes.clear();
    }

    fn pod_mut(&mut self, pod: Uid) -> &mut PodRuntime {
        Arc::make_mut(self.pods.entry_or(pod, Arc::default))
    }
}

impl PodRuntime {
    /// The last run of a container.
    pub fn latest(&self, name: &str) -> Option<&Container> {
        self.containers.iter().rev().find(|container| container.name == name)
    }

    /// The run before the last one.
    pub fn previous(&self, name: &str) -> Option<&Container> {
        self.containers.iter().rev().filter(|container| container.name == name).nth(1)
    }

    /// Whether a container runs.
    pub fn is_running(&self, name: &str) -> bool {
        self.latest(name).is_some_and(Container::is_running)
    }

    /// Whether any container runs.
    pub fn any_running(&self) -> bool {
        self.containers.iter().any(Container::is_running)
    }

    /// Whether the sandbox is there and lives.
    pub fn has_sandbox(&self) -> bool {
        self.sandbox.as_ref().is_some_and(|sandbox| sandbox.ready)
    }

    /// Whether a container was made in the sandbox there is.
    pub fn is_of_sandbox(&self, container: &Container) -> bool {
        self.sandbox.as_ref().is_some_and(|sandbox| sandbox.attempt == container.sandbox)
    }

    /// Its containers, dead ones included, in the order of their creation.
    pub fn containers(&self) -> &[Container] {
        &self.containers
    }

    fn latest_mut(&mut self, name: &str) -> Option<&mut Container> {
        self.containers.iter_mut().rev().find(|container| container.name == name)
    }
}

impl Container {
    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        matches!(self.run, Run::Running { .. })
    }

    /// How it ended, if it has.
    pub fn exited(&self) -> Option<Ending> {
        match &self.run {
            Run::Exited { ending, .. } => Some(*ending),
            _ => None,
        }
    }

    /// When and how it will end, as far as that is decided.
    fn ending(&self) -> Option<Ending> {
        match &self.run {
            Run::Running { ending, .. } => *ending,
            _ => None,
        }
    }

    fn end(&mut self, ending: Ending) {
        match self.run {
            Run::Running { started, .. } => self.run = Run::Exited { started, ending },
            Run::Created => self.run = Run::Exited { started: ending.at, ending },
            Run::Exited { .. } => {}
        }
    }
}

impl Ending {
    /// What containerd calls it.
    pub fn reason(self) -> &'static str {
        match self.code {
            0 => "Completed",
            LOST => "Unknown",
            _ => "Error",
        }
    }
}

impl ContainerId {
    fn new(pod: Uid, name: &str, attempt: u32) -> Self {
        let mut hash = Fingerprint::new();
        hash.u64(pod.0 as u64);
        hash.u64((pod.0 >> 64) as u64);
        hash.str(name);
        hash.u64(attempt.into());
        Self(hash.finish())
    }

    /// As container statuses show it.
    pub fn url(self) -> Str {
        format!("containerd://{self}").into()
    }

    /// The number behind it, for hashing.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ContainerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&digest_text(self.0)["sha256:".len()..])
    }
}

impl Network {
    /// The next free address after the last one given, as the host-local plugin goes round.
    fn allocate(&mut self) -> Option<u8> {
        const FIRST: u8 = 2;
        const LAST: u8 = 254;
        let from = if self.last >= LAST { FIRST } else { self.last + 1 };
        let octet = (from..=LAST).chain(FIRST..from).find(|&octet| !self.is_used(octet))?;
        self.used[usize::from(octet / 64)] |= 1 << (octet % 64);
        self.last = octet;
        Some(octet)
    }

    fn release(&mut self, octet: u8) {
        self.used[usize::from(octet / 64)] &= !(1 << (octet % 64));
    }

    fn is_used(&self, octet: u8) -> bool {
        self.used[usize::from(octet / 64)] >> (octet % 64) & 1 == 1
    }

    fn exhausted(&self, sandbox: ContainerId) -> String {
        let [a, b, c] = self.prefix;
        format!(
            "rpc error: code = Unknown desc = failed to setup network for sandbox \"{sandbox}\": \
             plugin type=\"bridge\" failed (add): failed to allocate for range 0: no IP addresses \
             available in range set: {a}.{b}.{c}.1-{a}.{b}.{c}.254"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::Container as Spec;
    use crate::kubelet::cri::{Reference, resolve};

    const POD: Uid = Uid(7);

    fn at(secs: u64) -> Time {
        Time::from_secs(1000 + secs)
    }

    /// A runtime with one container `c` of this image and command, started at 0.
    fn running(image: &str, command: &[&str]) -> Runtime {
        let mut runtime = Runtime::new([10, 244, 1]);
        runtime.run_sandbox(POD, false).unwrap();
        start(&mut runtime, image, command, at(0));
        runtime
    }

    fn start(runtime: &mut Runtime, image: &str, command: &[&str], now: Time) {
        let reference = Reference::parse(image).unwrap();
        let stored = runtime.images.store(&reference, &resolve(&reference).unwrap());
        let command = command.iter().map(|word| Str::from(*word)).collect();
        let spec = Spec { image: image.into(), command, ..Spec::default() };
        runtime.create(POD, &"c".into(), stored, 1);
        runtime.start(POD, "c", Arc::new(Program::of(&spec)), now);
    }

    fn ending(runtime: &mut Runtime, now: Time) -> Option<(u64, i32)> {
        runtime.advance(POD, now);
        let ending = runtime.pod(POD)?.latest("c")?.exited()?;
        Some((ending.at.since(at(0)).as_millis() as u64, ending.code))
    }

    #[test]
    fn containers_end_when_it_is_time_whoever_looks() {
        let mut runtime = running("busybox", &["sh", "-c", "sleep 5; exit 2"]);
        assert_eq!(ending(&mut runtime, at(5)), None);
        assert_eq!(ending(&mut runtime, at(60)), Some((5200, 2)));
        assert_eq!(runtime.next_end(POD), None);
    }

    #[test]
    fn stopping_takes_what_the_program_takes_or_the_grace() {
        let check = |image, command: &[&str], grace: u64, expected| {
            let mut runtime = running(image, command);
            runtime.stop(POD, "c", at(10), at(10 + grace));
            assert_eq!(ending(&mut runtime, at(1000)), Some(expected), "{image}");
        };
        check("nginx", &[], 30, (10_060, 0));
        check("team/app", &[], 30, (10_150, 143));
        check("busybox", &["sleep", "3600"], 30, (40_000, 137));
        check("busybox", &["sleep", "12"], 30, (12_200, 0));
        check("mysql", &["mysqld"], 1, (200, 1));
    }

    #[test]
    fn power_off_ends_everything_and_frees_addresses() {
        let mut runtime = running("nginx", &[]);
        runtime.power_off(at(20));
        assert_eq!(ending(&mut runtime, at(20)), Some((20_000, 255)));
        let pod = runtime.pod(POD).unwrap();
        assert!(!pod.has_sandbox() && !pod.any_running());
        assert_eq!(pod.latest("c").unwrap().exited().unwrap().reason(), "Unknown");
        assert_eq!(runtime.run_sandbox(POD, false).unwrap().attempt, 1);
    }

    #[test]
    fn keeps_the_last_two_runs() {
        let mut runtime = running("busybox", &["false"]);
        for attempt in 1..4 {
            runtime.advance(POD, at(attempt * 100));
            start(&mut runtime, "busybox", &["false"], at(attempt * 100));
        }
        let pod = runtime.pod(POD).unwrap();
        assert_eq!(pod.containers().len(), 2);
        assert_eq!((pod.latest("c").unwrap().attempt, pod.previous("c").unwrap().attempt), (3, 2));
        assert_ne!(pod.latest("c").unwrap().id, pod.previous("c").unwrap().id);
    }

    #[test]
    fn addresses_go_round_before_they_come_again() {
        let mut network = Network { prefix: [10, 244, 1], last: 1, used: [0; 4] };
        assert_eq!([network.allocate(), network.allocate()], [Some(2), Some(3)]);
        network.release(2);
        assert_eq!(network.allocate(), Some(4));
        let rest: Vec<_> = std::iter::from_fn(|| network.allocate()).collect();
        assert_eq!((rest.len(), rest.last()), (251, Some(&2)));
        let mut runtime = Runtime::new([10, 244, 1]);
        for pod in 0..253 {
            runtime.run_sandbox(Uid(pod), false).unwrap();
        }
        assert!(runtime.run_sandbox(Uid(900), true).is_ok(), "the machine's own network");
        let refused = runtime.run_sandbox(Uid(901), false).unwrap_err();
        assert!(refused.ends_with("available in range set: 10.244.1.1-10.244.1.254"));
        runtime.remove(Uid(5));
        assert_eq!(runtime.run_sandbox(Uid(901), false).unwrap().octet, Some(7));
        assert_eq!(runtime.address(7), "10.244.1.7");
    }
}
