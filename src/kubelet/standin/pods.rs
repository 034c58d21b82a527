//! Pods on the nodes of a bare cluster.

use std::sync::Arc;

use super::{Out, StandIns, State, Timer, Token, statuses};
use crate::api::rpc::{Call, DeleteOptions, Part, Patch};
use crate::api::types::{Pod, PodStatus};
use crate::api::{Key, Object, Resource, Typed};
use crate::client::Delta;
use crate::kubelet::record::{About, PodRecord, Record};
use crate::sim::{Causes, Duration, RecordId};

/// How long after it was bound a pod runs.
const START: Duration = Duration::from_millis(500);

impl StandIns {
    /// A pod changed.
    pub(super) fn on_pod(&mut self, delta: &Delta, out: &mut Out) {
        let pod = |object: &Option<Object>| object.as_ref().and_then(|o| o.typed::<Pod>());
        let (before, after) = (pod(&delta.before), pod(&delta.after));
        let has_left = |before: &&Typed<Pod>| {
            let is_gone = after.as_ref().is_none_or(|after| after.uid() != before.uid());
            is_gone || after.as_ref().is_some_and(|a| a.is_terminal()) && !before.is_terminal()
        };
        if let Some(before) = before.as_ref().filter(has_left) {
            self.release_address(before);
        }
        let Some(pod) = after.filter(|pod| self.by_name.contains_key(&pod.spec.node_name)) else {
            return;
        };
        let known = before.filter(|before| before.uid() == pod.uid());
        let was_bound = known.as_ref().is_some_and(|before| before.is_assigned());
        let was_deleting = known.as_ref().is_some_and(|before| before.meta().is_deleting());
        let was_ready = known.as_ref().is_some_and(|before| before.is_ready());
        let is_shaken = was_ready && !pod.is_ready();
        if is_shaken || pod.meta().is_deleting() && !was_deleting {
            self.look_after(&pod.key(), out);
        } else if !was_bound && is_pending(&pod) {
            out.timer(START, Timer::Pod(pod.key()));
        }
    }

    /// Does what a pod's object asks for.
    pub(super) fn look_after(&mut self, key: &Key, out: &mut Out) {
        let Some(pod) = self.pods.get(key).and_then(|object| object.typed::<Pod>()) else { return };
        let Some(&at) = self.by_name.get(&pod.spec.node_name) else { return };
        if !self.runs(at) {
            return;
        }
        if pod.meta().is_deleting() {
            self.say(at, &pod, PodRecord::Deleted, out);
            let options = DeleteOptions {
                grace_period_seconds: Some(0),
                uid: Some(pod.uid()),
                ..DeleteOptions::default()
            };
            let (resource, key) = (Resource::PODS, key.clone());
            let token = Token::Other(key.clone());
            self.ask(at, Call::Delete { resource, key, options }, token, out);
        } else if is_pending(&pod) {
            self.bring_up(at, &pod, out);
        } else if let Some(status) = statuses::ready_again(pod.meta(), &pod, out.now()) {
            self.tell(at, &pod, status, Token::Other(pod.key()), out);
        }
    }

    fn bring_up(&mut self, at: u32, pod: &Typed<Pod>, out: &mut Out) {
        let Some(octet) = self.nodes.get_mut(&at).map(State::allocate) else { return };
        let profile = &self.profiles[at as usize];
        let address = match pod.spec.host_network {
            true => profile.host_ip().clone(),
            false => profile.pod_address(octet),
        };
        let parts = (pod.meta(), &**pod);
        let recent = &mut self.recent;
        let status = statuses::running(parts, &profile.host_ips, address, out.now(), recent);
        self.say(at, pod, PodRecord::Started, out);
        self.tell(at, pod, status, Token::Up(pod.key(), at, octet), out);
    }

    /// Ends the containers of running pods whose names begin so.
    pub(super) fn finish(&mut self, prefix: &str, code: i32, out: &mut Out) {
        let is_meant =
            |pod: &Typed<Pod>| pod.meta().name.starts_with(prefix) && pod.status.phase == "Running";
        let pods = self.pods.objects().iter().filter_map(|object| object.typed::<Pod>());
        let pods: Vec<_> = pods.filter(is_meant).collect();
        for pod in pods {
            let Some(&at) = self.by_name.get(&pod.spec.node_name) else { continue };
            if self.runs(at) {
                let status = statuses::finished(pod.meta(), &pod, code, out.now());
                let before = self.say(at, &pod, PodRecord::Finished(code), out);
                self.tell(at, &pod, status, Token::Other(pod.key()), out);
                out.resume(before);
            }
        }
    }

    /// Takes the address back that a pod of this node was given.
    pub(super) fn release(&mut self, at: u32, octet: u8) {
        if let Some(state) = self.nodes.get_mut(&at) {
            state.used[usize::from(octet / 64)] &= !(1 << (octet % 64));
        }
    }

    fn release_address(&mut self, pod: &Typed<Pod>) {
        let octet = pod.status.pod_ip.rsplit('.').next().and_then(|octet| octet.parse().ok());
        let at = self.by_name.get(&pod.spec.node_name).copied();
        if let (Some(at), Some(octet), false) = (at, octet, pod.spec.host_network) {
            self.release(at, octet);
        }
    }

    fn tell(&mut self, at: u32, pod: &Typed<Pod>, status: PodStatus, token: Token, out: &mut Out) {
        let body = Pod { spec: pod.spec.clone(), status: status.into() };
        let patch = Patch::Status(Object::from(pod.clone()).with_body(body));
        let (resource, key, part) = (Resource::PODS, pod.key(), Part::Status);
        self.ask(at, Call::Patch { resource, key, part, patch }, token, out);
    }

    /// Records what happens to a pod; what follows is caused by it. Tells what was before.
    fn say(&self, at: u32, pod: &Typed<Pod>, record: PodRecord, out: &mut Out) -> RecordId {
        let about = About {
            node: self.profiles[at as usize].name.clone(),
            pod: pod.key(),
            uid: pod.uid(),
            containers: Box::default(),
        };
        out.record_now(Causes::one(out.current()), Record::Pod(Arc::new(about), record))
    }
}

impl State {
    /// The next free address. A node of more pods than addresses gives some out twice.
    fn allocate(&mut self) -> u8 {
        const FIRST: u8 = 2;
        const LAST: u8 = 254;
        let next = |octet: u8| if octet >= LAST { FIRST } else { octet + 1 };
        let is_used = |octet: u8| self.used[usize::from(octet / 64)] >> (octet % 64) & 1 == 1;
        let mut octet = next(self.last);
        while is_used(octet) && octet != self.last {
            octet = next(octet);
        }
        self.used[usize::from(octet / 64)] |= 1 << (octet % 64);
        self.last = octet;
        octet
    }
}

/// Whether a pod is bound and does not run yet.
fn is_pending(pod: &Pod) -> bool {
    pod.is_assigned() && matches!(pod.status.phase.as_str(), "" | "Pending")
}
