//! Telling the API how a pod is.
//!
//! Models pkg/kubelet/status/status_manager.go: the last status counts, one patch of a pod is on
//! its way at a time, what could not be sent is tried again every ten seconds, and a pod that has
//! ended is deleted for good once its last status is stored.
//!
//! Departure: upstream reads a pod before it patches it; here the cache is believed.

use std::sync::Arc;

use super::cri::ContainerId;
use super::host::{Host, Out, Token};
use super::record::PodRecord;
use super::status::{self, View};
use super::worker::{PodWorker, Stage};
use crate::api::rpc::{Call, DeleteOptions, Part, Patch, Response};
use crate::api::types::{Pod, PodStatus};
use crate::api::{Object, Resource, Typed};

/// What the API has been told of a pod, and what it is still to be told.
#[derive(Clone, Debug)]
pub struct Report {
    status: Arc<PodStatus>,
    /// Whether a patch is on its way.
    is_sending: bool,
    /// Whether the status is newer than what was sent last.
    is_owed: bool,
    /// Whether the pod's end has been asked for.
    is_deleting: bool,
}

impl Report {
    /// The API has this status.
    pub fn new(status: Arc<PodStatus>) -> Self {
        Self { status, is_sending: false, is_owed: false, is_deleting: false }
    }

    /// The status as it is to be.
    pub fn status(&self) -> &PodStatus {
        &self.status
    }

    /// Whether this run of a container was ready when that was told last.
    pub fn was_ready(&self, name: &str, id: ContainerId) -> bool {
        let known = self.status.container_statuses.iter().find(|status| status.name == name);
        known.is_some_and(|status| status.ready && status.container_id == id.url())
    }

    /// The status has to be sent though it is not new: another object is to carry it.
    pub fn owe(&mut self) {
        (self.is_owed, self.is_sending) = (true, false);
    }

    /// Whether something is still to be sent, and nothing is on its way.
    pub fn is_owed(&self) -> bool {
        self.is_owed && !self.is_sending
    }
}

impl PodWorker {
    /// Looks how the pod is and tells it if that is new.
    pub(super) fn update_status(&mut self, host: &mut Host, out: &mut Out) {
        let runtime = host.runtime.pod(self.uid());
        let octet = runtime.and_then(|runtime| runtime.sandbox.as_ref()?.octet);
        let address = octet.map(|octet| host.runtime.address(octet));
        let view = View {
            meta: self.target().map_or(self.pod.meta(), Typed::meta),
            pod: &self.pod,
            runtime,
            memory: &self.memory,
            old: self.report.status(),
            address: address.as_ref(),
            host_ips: &host.host_ips,
            is_ending: self.stage != Stage::Running,
            is_static: self.is_static,
            failure: self.failure.as_ref(),
        };
        let mut status = status::generate(view, out.now());
        if self.stage == Stage::Stopped {
            status = status::terminated(&status, &self.pod.spec, self.is_static);
        }
        self.set_status(status, host, out);
    }

    /// The status is to be this.
    pub fn set_status(&mut self, status: PodStatus, host: &mut Host, out: &mut Out) {
        if *self.report.status() == status {
            return;
        }
        self.say(out, PodRecord::StatusChanged(phase_name(&status.phase)));
        self.report.status = Arc::new(status);
        self.report.is_owed = true;
        self.send_status(host, out);
    }

    /// Sends the status if it is owed and nothing is on its way.
    pub fn send_status(&mut self, host: &mut Host, out: &mut Out) {
        if !self.report.is_owed() || self.is_gone {
            return;
        }
        let Some(target) = self.target() else { return };
        let status = Arc::new(status::merge(&target.status, self.report.status()));
        let (spec, told) = (target.spec.clone(), status.clone());
        let object = Object::from(target.clone()).with_body(Pod { spec, status });
        // What comes back by the watch is recognised at a glance.
        self.report.status = told;
        let (resource, key) = (Resource::PODS, object.key());
        let patch = Patch::Status(object);
        let call = Call::Patch { resource, key, part: Part::Status, patch };
        host.client.call(out, call, Token::Status(self.uid()));
        (self.report.is_owed, self.report.is_sending) = (false, true);
    }

    /// The answer to a status came; none when the connection broke.
    pub fn on_status_response(
        &mut self,
        response: Option<&Response>,
        host: &mut Host,
        out: &mut Out,
    ) {
        self.report.is_sending = false;
        match response.map(|response| &response.result) {
            Some(Ok(_)) => self.send_status(host, out),
            // It is gone, or another of its name is there: the watch will tell.
            Some(Err(status)) if status.is_not_found() || status.is_conflict() => {}
            _ => {
                self.report.is_owed = true;
                host.owes_status = true;
            }
        }
        self.settle_report(host, out);
    }

    /// The answer to a deletion came; none when the connection broke.
    pub fn on_delete_response(&mut self, response: Option<&Response>, host: &mut Host) {
        let is_done = match response.map(|response| &response.result) {
            Some(Ok(_)) => true,
            Some(Err(status)) => status.is_not_found() || status.is_conflict(),
            None => false,
        };
        if !is_done {
            self.report.is_deleting = false;
            host.owes_status = true;
        }
    }

    /// Asks for the end of a pod that has been stopped and whose last status is stored.
    /// Models status_manager.go canBeDeleted.
    pub fn settle_report(&mut self, host: &mut Host, out: &mut Out) {
        let is_told = !self.report.is_owed && !self.report.is_sending;
        let is_wanted = self.pod.meta().is_deleting() && !self.is_static && !self.is_gone;
        if self.stage != Stage::Stopped || !is_told || !is_wanted || self.report.is_deleting {
            return;
        }
        self.say(out, PodRecord::Deleted);
        self.report.is_deleting = true;
        let (resource, key) = (Resource::PODS, self.pod.key());
        let options = DeleteOptions {
            grace_period_seconds: Some(0),
            uid: Some(self.uid()),
            ..DeleteOptions::default()
        };
        host.client.call(out, Call::Delete { resource, key, options }, Token::Delete(self.uid()));
    }

    /// The object changed: if its status is not what was told, that has to be told again.
    /// Models needsReconcile.
    pub(super) fn reconcile(&mut self, host: &mut Host) {
        if self.report.is_sending || self.report.is_owed {
            return;
        }
        let Some(target) = self.target() else { return };
        let api = &target.status;
        let is_told = Arc::ptr_eq(api, &self.report.status)
            || **api == status::merge(api, self.report.status());
        if !is_told {
            self.report.is_owed = true;
            host.owes_status = true;
        }
    }

    /// The object whose status is told.
    pub(super) fn target(&self) -> Option<&Typed<Pod>> {
        if self.is_static { self.mirror.as_ref() } else { Some(&self.pod) }
    }
}

fn phase_name(phase: &str) -> &'static str {
    ["Pending", "Running", "Succeeded", "Failed"]
        .into_iter()
        .find(|known| *known == phase)
        .unwrap_or("Unknown")
}
