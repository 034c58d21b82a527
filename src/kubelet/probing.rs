//! Asking the probes of a pod's containers, and what follows from the answers.
//!
//! Models pkg/kubelet/prober/prober_manager.go.

use super::container;
use super::cri::Run;
use super::host::{Host, Out};
use super::probe::{Patient, ProbeKind, Prober, Round};
use super::record::ContainerRecord;
use super::worker::{PodWorker, Stage};
use crate::sim::Time;

impl PodWorker {
    /// Sets up the probes of containers that have been started.
    pub(super) fn attach_probers(&mut self, host: &Host, now: Time) {
        let was_new = std::mem::replace(&mut self.is_new, false);
        let Some(runtime) = host.runtime.pod(self.uid()) else { return };
        let spec = self.pod.spec.clone();
        for (at, container) in container::all(&spec).enumerate() {
            let Some(latest) = runtime.latest(&container.name) else { continue };
            let Run::Running { started, .. } = latest.run else { continue };
            let memory = &mut self.memory[at];
            if memory.prober.as_ref().is_some_and(|prober| prober.container() == latest.id) {
                continue;
            }
            // A kubelet that comes back believes what it told before.
            let was_ready = was_new && self.report.was_ready(&container.name, latest.id);
            let prober = Prober::new(container, latest.id, started, now, was_ready);
            memory.prober = prober.map(Box::new);
        }
    }

    /// Asks the probes that are due.
    pub(super) fn ask_probes(&mut self, host: &mut Host, out: &mut Out) {
        let now = out.now();
        for at in 0..self.memory.len() {
            let next = self.memory[at].prober.as_ref().and_then(|prober| prober.next());
            if next.is_some_and(|next| next <= now) {
                let round = self.ask_prober(at, host, now);
                self.on_round(at, &round, host, out);
            }
        }
    }

    fn ask_prober(&mut self, at: usize, host: &Host, now: Time) -> Round {
        let runtime = host.runtime.pod(self.uid());
        let latest = runtime.and_then(|runtime| runtime.latest(&self.about.containers[at]));
        let memory = &mut self.memory[at];
        let prober = memory.prober.as_mut().expect("it is due");
        match latest.filter(|latest| latest.id == prober.container()).map(|latest| &latest.run) {
            Some(Run::Running { program, .. }) => {
                let address = &self.report.status().pod_ip;
                prober.ask(now, Patient { program, address, sick: self.is_sick })
            }
            // It has ended: there is nobody to ask.
            _ => {
                memory.prober = None;
                Round::default()
            }
        }
    }

    fn on_round(&mut self, at: usize, round: &Round, host: &mut Host, out: &mut Out) {
        for (kind, text) in &round.failures {
            self.say_of(out, at, ContainerRecord::Probed(*kind, false));
            let message = format!("{} probe failed: {text}", kind.name());
            host.warning(out, &self.container_reference(at), "Unhealthy", message);
        }
        for (kind, good) in &round.changes {
            if *good {
                self.say_of(out, at, ContainerRecord::Probed(*kind, true));
            }
            if *kind != ProbeKind::Readiness {
                self.request_sync(host, out.now());
            }
            if self.stage == Stage::Running {
                self.update_status(host, out);
            }
        }
    }
}
