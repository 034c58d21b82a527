//! What the leader does when its caches change.
//!
//! Models pkg/scheduler/eventhandlers.go.

use super::caches::Watched;
use super::framework::Event;
use super::pod::{PodInfo, asks_the_same};
use super::work::{Desk, Work};
use super::{NAME, Out};
use crate::api::types::{Node, Pod};
use crate::api::{Object, Typed};
use crate::client::Delta;

impl Work {
    /// A cache changed.
    pub(super) fn on_delta(&mut self, watched: Watched, delta: &Delta, desk: &mut Desk<'_>) {
        match watched {
            Watched::Pods => self.on_pod(alive(&delta.before), alive(&delta.after), desk),
            Watched::Nodes => {
                let node = |object: &Option<Object>| object.as_ref()?.typed::<Node>();
                self.on_node(node(&delta.before), node(&delta.after), desk);
            }
            // They are read when a pod is scheduled; that they change makes no room.
            Watched::Namespaces
            | Watched::Services
            | Watched::ReplicationControllers
            | Watched::ReplicaSets => {}
        }
    }

    /// Takes up a pod that is new to this scheduler. Says whether it is on a node.
    pub(super) fn take_up(&mut self, pod: &Typed<Pod>, out: &Out) -> bool {
        if pod.is_terminal() {
            return false;
        }
        if pod.is_assigned() {
            self.cache.add_pod(pod);
        } else if is_ours(pod) {
            let info = PodInfo::new(pod.clone());
            let node = &pod.status.nominated_node_name;
            if !node.is_empty() {
                self.nominations.add(&info, node.clone());
            }
            self.queue.add(info, out.now(), out.current());
        }
        pod.is_assigned()
    }

    fn on_node(
        &mut self,
        before: Option<Typed<Node>>,
        after: Option<Typed<Node>>,
        desk: &mut Desk<'_>,
    ) {
        match (&before, &after) {
            (None, Some(node)) => {
                self.cache.set_node(node.clone());
                self.on_event(&Event::NodeAdded(node), desk);
            }
            (Some(before), Some(after)) => {
                self.cache.set_node(after.clone());
                if node_changed(before, after) {
                    self.on_event(&Event::NodeUpdated { before, after }, desk);
                }
            }
            (Some(node), None) => {
                self.on_event(&Event::NodeDeleted(node), desk);
                self.cache.remove_node(node.name());
            }
            (None, None) => {}
        }
    }

    fn on_pod(
        &mut self,
        before: Option<Typed<Pod>>,
        after: Option<Typed<Pod>>,
        desk: &mut Desk<'_>,
    ) {
        match (&before, &after) {
            (Some(before), Some(after)) if before.uid() == after.uid() => {
                self.on_pod_changed(before, after, desk);
            }
            _ => {
                if let Some(pod) = &before {
                    self.on_pod_gone(pod, desk);
                }
                if let Some(pod) = &after
                    && self.take_up(pod, desk.out)
                {
                    self.on_event(&Event::AssignedPodAdded(pod), desk);
                }
            }
        }
    }

    fn on_pod_changed(&mut self, before: &Typed<Pod>, after: &Typed<Pod>, desk: &mut Desk<'_>) {
        if before.is_assigned() {
            self.cache.update_pod(before, after);
            if !asks_the_same(before, after) {
                self.on_event(&Event::AssignedPodUpdated { before, after }, desk);
            }
        } else if after.is_assigned() {
            let key = after.key();
            self.cache.add_pod(after);
            self.queue.remove(&key);
            self.nominations.remove(&key);
            self.on_event(&Event::AssignedPodAdded(after), desk);
        } else if is_ours(before) {
            self.on_waiting_pod_changed(before, after, desk);
        }
    }

    fn on_waiting_pod_changed(
        &mut self,
        before: &Typed<Pod>,
        after: &Typed<Pod>,
        desk: &mut Desk<'_>,
    ) {
        if self.cache.assumed(after.uid()).is_some() {
            if after.meta().is_deleting() && !before.meta().is_deleting() {
                self.forget(after, desk);
            }
            return;
        }
        let (now, current) = (desk.out.now(), desk.out.current());
        if let Some(place) = self.queue.update(before, after, now, current) {
            desk.tell_of_move(after.key(), place, "UnscheduledPodUpdate");
        }
        let [was, is] = [before, after].map(|pod| &pod.status.nominated_node_name);
        if !is.is_empty() {
            self.nominations.add(&PodInfo::new(after.clone()), is.clone());
        } else if !was.is_empty() {
            self.nominations.remove(&after.key());
        }
        if !was.is_empty() && was != is {
            // For those who are less important it was as good as on that node.
            self.on_event(&Event::AssignedPodDeleted(before), desk);
        }
    }

    fn on_pod_gone(&mut self, pod: &Typed<Pod>, desk: &mut Desk<'_>) {
        if pod.is_assigned() {
            self.cache.remove_pod(pod);
            self.on_event(&Event::AssignedPodDeleted(pod), desk);
        } else if is_ours(pod) {
            let key = pod.key();
            self.queue.remove(&key);
            let nominated = self.nominations.remove(&key).is_some();
            if self.cache.assumed(pod.uid()).is_some() {
                self.forget(pod, desk);
            } else if nominated {
                self.on_event(&Event::AssignedPodDeleted(pod), desk);
            }
        }
    }

    /// A pod goes that was about to be bound. Models handleAssumedPodDeletion.
    fn forget(&mut self, pod: &Typed<Pod>, desk: &mut Desk<'_>) {
        self.cache.forget(pod.uid());
        self.on_event(&Event::AssignedPodDeleted(pod), desk);
    }
}

/// Pods that have ended take nothing and need nothing: as if they were gone.
fn alive(object: &Option<Object>) -> Option<Typed<Pod>> {
    object.as_ref()?.typed::<Pod>().filter(|pod| !pod.is_terminal())
}

fn is_ours(pod: &Pod) -> bool {
    pod.spec.scheduler_name == NAME
}

/// Whether a node changed in a way that scheduling reads; heartbeats do not.
/// Models pkg/scheduler/framework/events.go NodeSchedulingPropertiesChange.
fn node_changed(before: &Typed<Node>, after: &Typed<Node>) -> bool {
    let labels = before.meta().labels != after.meta().labels;
    labels
        || before.spec.unschedulable != after.spec.unschedulable
        || before.spec.taints != after.spec.taints
        || before.status.allocatable != after.status.allocatable
}
