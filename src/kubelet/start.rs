//! Starting a container: its back-off, its image, then making and starting it.
//!
//! Models pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer,
//! kuberuntime_manager.go doBackOff and pkg/kubelet/images/image_manager.go EnsureImageExists.

use std::sync::Arc;

use super::container::{FailedPull, Waiting, spec_hash};
use super::cri::{Pull, Reference, StoredImage};
use super::host::{Host, Out};
use super::pass::Retry;
use super::record::ContainerRecord;
use super::text::{go_duration, whole_millis};
use super::worker::{PodWorker, Pulling, Step, nth};
use super::workload::Program;
use crate::api::{Str, quote};

impl PodWorker {
    /// Begins to start a container, unless there is a reason not to.
    pub(super) fn begin_start(&mut self, at: usize, host: &mut Host, out: &mut Out) {
        if self.is_static {
            // Its process lives elsewhere: what runs there cannot be started twice, and what does
            // not run there cannot be started at all.
            if host.runtime.is_process_running(&self.process()) {
                self.ensure_image(at, host, out);
            }
            return;
        }
        if !self.must_back_off(at, host, out) {
            self.ensure_image(at, host, out);
        }
    }

    /// It is this pod's turn to pull.
    pub(super) fn begin_pull(&mut self, pulling: Box<Pulling>, host: &mut Host, out: &mut Out) {
        let costs = &host.config.costs;
        let latency = costs.registry_latency + host.rng.up_to(costs.registry_jitter);
        let bandwidth = costs.registry_bytes_per_second;
        let pull = host.runtime.images.plan(&pulling.reference, latency, bandwidth);
        let takes = pull.takes;
        self.take(Step::Pull(pulling, pull.into()), takes, out);
    }

    pub(super) fn on_pulled(
        &mut self,
        pulling: Pulling,
        pull: Pull,
        host: &mut Host,
        out: &mut Out,
    ) {
        host.leave_puller(self.uid());
        let at = pulling.container;
        let image = nth(&self.pod.spec, at).image.clone();
        let quoted = quote(&image);
        match pull.result {
            Ok(pulled) => {
                let stored = host.runtime.images.store(&pulling.reference, &pulled);
                let took = go_duration(whole_millis(pull.takes));
                let waited = go_duration(whole_millis(out.now().since(pulling.since)));
                let bytes = stored.bytes;
                self.say_of(out, at, ContainerRecord::Pulled(image.as_str().into()));
                let message = format!(
                    "Successfully pulled image {quoted} in {took} ({waited} including waiting). \
                     Image size: {bytes} bytes."
                );
                host.normal(out, &self.container_reference(at), "Pulled", message);
                self.memory[at].pull = None;
                self.begin_create(at, stored, host, out);
            }
            Err(error) => {
                self.say_of(out, at, ContainerRecord::PullFailed(error.0.as_str().into()));
                let message = format!("Failed to pull image {quoted}: {}", error.0);
                host.warning(out, &self.container_reference(at), "Failed", message);
                let known = self.memory[at].pull.take().filter(|pull| pull.image == image);
                let mut backoff = known.map(|pull| pull.backoff).unwrap_or_default();
                backoff.note(out.now(), out.now());
                let remembered = format!("ErrImagePull: {}", error.0).into();
                self.memory[at].pull = Some(FailedPull { image, backoff, error: remembered });
                self.fail(at, "ErrImagePull", error.0, host, out);
            }
        }
    }

    pub(super) fn on_created(
        &mut self,
        at: usize,
        image: Arc<StoredImage>,
        host: &mut Host,
        out: &mut Out,
    ) {
        let spec = self.pod.spec.clone();
        let container = nth(&spec, at);
        host.runtime.create(self.uid(), &container.name, image, spec_hash(container));
        self.say_of(out, at, ContainerRecord::Created);
        host.normal(out, &self.container_reference(at), "Created", "Container created");
        self.take(Step::Start(at), host.config.costs.start, out);
    }

    pub(super) fn on_started(&mut self, at: usize, host: &mut Host, out: &mut Out) {
        let spec = self.pod.spec.clone();
        let container = nth(&spec, at);
        let program = if self.is_static { Program::process() } else { Program::of(container) };
        host.runtime.start(self.uid(), &container.name, program.into(), out.now());
        self.say_of(out, at, ContainerRecord::Started);
        host.normal(out, &self.container_reference(at), "Started", "Container started");
        let memory = &mut self.memory[at];
        (memory.waiting, memory.prober, memory.kill_at) = (None, None, None);
        self.on_change(host, out.now());
        if self.is_static && !host.runtime.is_process_running(&self.process()) {
            self.on_process(false, host, out);
        }
    }

    /// The name of the process that a static pod stands for.
    pub(super) fn process(&self) -> Str {
        let name = self.pod.meta().name.as_str();
        name.strip_suffix(&*format!("-{}", self.about.node)).unwrap_or(name).into()
    }

    /// Models doBackOff.
    fn must_back_off(&mut self, at: usize, host: &mut Host, out: &mut Out) -> bool {
        let name = self.about.containers[at].clone();
        let latest = host.runtime.pod(self.uid()).and_then(|runtime| runtime.latest(&name));
        let Some(ending) = latest.and_then(|latest| latest.exited()) else { return false };
        let now = out.now();
        let Some((until, wait)) = self.memory[at].crash.waits_since(ending.at, now) else {
            self.memory[at].crash.note(ending.at, now);
            return false;
        };
        let (namespace, pod) = (self.about.pod.namespace(), self.about.pod.name());
        let full = format!("{pod}_{namespace}({})", self.about.uid);
        let message = format!("Back-off restarting failed container {name} in pod {full}");
        host.warning(out, &self.container_reference(at), "BackOff", message);
        let wait = go_duration(wait);
        let message = format!("back-off {wait} restarting failed container={name} pod={full}");
        self.note_waiting(at, "CrashLoopBackOff", message.into(), Retry::At(until), out);
        true
    }

    /// Models EnsureImageExists.
    fn ensure_image(&mut self, at: usize, host: &mut Host, out: &mut Out) {
        let spec = self.pod.spec.clone();
        let container = nth(&spec, at);
        let quoted = quote(&container.image);
        let reference = match Reference::parse(&container.image) {
            Ok(reference) => reference,
            Err(why) => {
                let message = format!("Failed to apply default image tag {quoted}: {why}");
                let object = self.container_reference(at);
                host.warning(out, &object, "InspectFailed", message.clone());
                self.fail(at, "InvalidImageName", message.into(), host, out);
                return;
            }
        };
        let stored = host.runtime.images.get(&reference).cloned();
        match (container.image_pull_policy.as_str(), stored) {
            ("Never", None) => {
                let message =
                    format!("Container image {quoted} is not present with pull policy of Never");
                let object = self.container_reference(at);
                host.warning(out, &object, "ErrImageNeverPull", message.clone());
                self.fail(at, "ErrImageNeverPull", message.into(), host, out);
            }
            ("Always", _) | (_, None) => self.pull(at, reference, host, out),
            (_, Some(stored)) => {
                let message = format!(
                    "Container image {quoted} already present on machine and can be accessed by \
                     the pod"
                );
                host.normal(out, &self.container_reference(at), "Pulled", message);
                self.begin_create(at, stored, host, out);
            }
        }
    }

    fn pull(&mut self, at: usize, reference: Reference, host: &mut Host, out: &mut Out) {
        let image = nth(&self.pod.spec, at).image.clone();
        let quoted = quote(&image);
        let failed = self.memory[at].pull.as_ref().filter(|pull| pull.image == image);
        if let Some(failed) = failed.filter(|pull| pull.backoff.waits(out.now()).is_some()) {
            let message = format!("Back-off pulling image {quoted}");
            let in_full = format!("{message}: {}", failed.error).into();
            host.normal(out, &self.container_reference(at), "BackOff", message);
            self.fail(at, "ImagePullBackOff", in_full, host, out);
            return;
        }
        self.say_of(out, at, ContainerRecord::Pulling(image.as_str().into()));
        let message = format!("Pulling image {quoted}");
        host.normal(out, &self.container_reference(at), "Pulling", message);
        let pulling = Box::new(Pulling { container: at, reference, since: out.now() });
        if host.puller.join(self.uid()) {
            self.begin_pull(pulling, host, out);
        } else {
            self.step = Some(Step::Turn(pulling));
        }
    }

    fn begin_create(&mut self, at: usize, image: Arc<StoredImage>, host: &Host, out: &Out) {
        self.take(Step::Create(at, image), host.config.costs.create, out);
    }

    /// The image is not to be had.
    fn fail(
        &mut self,
        at: usize,
        reason: &'static str,
        message: Str,
        host: &mut Host,
        out: &mut Out,
    ) {
        let told = format!("Error: {reason}");
        host.warning(out, &self.container_reference(at), "Failed", told);
        self.note_waiting(at, reason, message, Retry::Later, out);
    }

    /// A container was not started. What comes after an init container does not start either.
    fn note_waiting(
        &mut self,
        at: usize,
        reason: &'static str,
        message: Str,
        retry: Retry,
        out: &mut Out,
    ) {
        self.say_of(out, at, ContainerRecord::NotStarted(reason));
        self.memory[at].waiting = Some(Waiting { reason, message });
        self.note_failure(retry);
        if at < self.pod.spec.init_containers.len() {
            self.tasks.clear();
        }
    }
}
