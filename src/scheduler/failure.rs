//! What is done about a pod that could not be scheduled, and about those that have to make room
//! for it.
//!
//! Models pkg/scheduler/schedule_one.go handleSchedulingFailure and
//! pkg/scheduler/framework/preemption/executor.go.

use super::framework::{Event, PluginSet, Preemption};
use super::pod::PodInfo;
use super::queue::Queued;
use super::work::{Desk, Work};
use super::{NAME, Token, Watched};
use crate::api::rpc::{Call, DeleteOptions, Part, Patch};
use crate::api::types::{Pod, PodCondition, PodStatus};
use crate::api::{Resource, Str, Timestamp, Typed};

/// Events carry texts of so many bytes at most. Models apis/core/validation NoteLengthLimit.
const NOTE_MAX: usize = 1024;

/// Why a pod was not scheduled.
#[derive(Clone, PartialEq, Debug)]
pub struct Failure {
    /// In the words of its condition.
    pub message: Str,
    /// The reason of its condition: `Unschedulable` or `SchedulerError`.
    pub reason: &'static str,
    /// The plugins that refused it; none when something went wrong.
    pub rejectors: PluginSet,
    /// What becomes of the node it waited for.
    pub nomination: Nomination,
}

/// What becomes of the node on which a pod waits for room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Nomination {
    /// It goes on waiting where it did.
    Keep,
    /// It waits on none.
    Clear,
    /// It waits on this one.
    Set(Str),
}

impl Failure {
    /// Something went wrong that has nothing to do with the pod.
    pub fn error(message: Str) -> Self {
        Self {
            message,
            reason: "SchedulerError",
            rejectors: PluginSet::default(),
            nomination: Nomination::Clear,
        }
    }
}

impl Work {
    /// Puts a pod back into the queue if it still waits, and tells why it was not scheduled.
    pub(super) fn fail(&mut self, mut queued: Queued, failure: Failure, desk: &mut Desk<'_>) {
        desk.tell_failure(&queued.pod, failure.message.clone());
        let cached = desk.cached(&queued.pod);
        let waits = cached.as_ref().is_some_and(|pod| !pod.is_assigned() && !pod.is_terminal());
        if let Some(pod) = cached {
            queued.pod = queued.pod.updated(pod);
        }
        let pod = queued.pod.clone();
        if waits {
            let (now, why) = (desk.out.now(), desk.out.current());
            self.queue.retry(queued, failure.rejectors, now, why);
        } else {
            self.queue.done();
        }
        match &failure.nomination {
            Nomination::Set(node) if waits => self.nominations.add(&pod, node.clone()),
            Nomination::Set(_) | Nomination::Clear => _ = self.nominations.remove(&pod.key),
            Nomination::Keep => {}
        }
        desk.write_status(&pod, &failure);
    }

    /// Evicts the pods that have to make room for `pod`, and lets those that waited for room on
    /// the same node and are less important look elsewhere.
    pub(super) fn make_room(
        &mut self,
        pod: &PodInfo,
        preemption: &Preemption,
        desk: &mut Desk<'_>,
    ) {
        let waiting = self.nominations.others_on(&preemption.node, &pod.key);
        let lesser: Vec<_> = waiting
            .filter(|other| other.priority < pod.priority())
            .map(|o| o.key.clone())
            .collect();
        for key in lesser {
            self.nominations.remove(&key);
            let object = desk.caches.objects(Watched::Pods).get(&key);
            if let Some(other) = object.and_then(|object| object.typed::<Pod>()) {
                let clear = |status: &mut PodStatus| status.nominated_node_name = Str::default();
                desk.patch_status(&other, clear);
                self.on_event(&Event::AssignedPodDeleted(&other), desk);
            }
        }
        for key in &preemption.victims {
            let object = desk.caches.objects(Watched::Pods).get(key);
            let victim = object.and_then(|object| object.typed::<Pod>());
            if let Some(victim) = victim.filter(|victim| !victim.meta().is_deleting()) {
                desk.evict(&victim, pod, &preemption.node);
            }
        }
    }
}

impl Desk<'_> {
    /// Tells that a pod was not scheduled.
    pub(super) fn tell_failure(&mut self, pod: &PodInfo, message: Str) {
        let words = truncated(message);
        self.tell(pod, ("Warning", "FailedScheduling", "Scheduling"), words);
    }

    /// Writes into the status of a pod why it was not scheduled, if that is not there already.
    fn write_status(&mut self, pod: &PodInfo, failure: &Failure) {
        let condition = PodCondition {
            kind: Str::new_static("PodScheduled"),
            status: Str::new_static("False"),
            reason: Str::new_static(failure.reason),
            message: failure.message.clone(),
            observed_generation: pod.meta().generation,
            ..PodCondition::default()
        };
        let now = Timestamp::at(self.out.now());
        self.patch_status(pod.object(), |status| {
            set_condition(status, condition, now);
            match &failure.nomination {
                Nomination::Keep => {}
                Nomination::Clear => status.nominated_node_name = Str::default(),
                Nomination::Set(node) => status.nominated_node_name = node.clone(),
            }
        });
    }

    fn evict(&mut self, victim: &Typed<Pod>, preemptor: &PodInfo, node: &Str) {
        let condition = PodCondition {
            kind: Str::new_static("DisruptionTarget"),
            status: Str::new_static("True"),
            reason: Str::new_static("PreemptionByScheduler"),
            message: format!("{NAME}: preempting to accommodate a higher priority pod").into(),
            observed_generation: victim.meta().generation,
            ..PodCondition::default()
        };
        let now = Timestamp::at(self.out.now());
        self.patch_status(victim, |status| set_condition(status, condition, now));
        let (resource, key) = (Resource::PODS, victim.key());
        let options = DeleteOptions { uid: Some(victim.uid()), ..DeleteOptions::default() };
        self.api.call(self.out, Call::Delete { resource, key, options }, Token::Aside);
        let words = format!("Preempted by pod {} on node {node}", preemptor.uid());
        let victim = PodInfo::new(victim.clone());
        self.tell(&victim, ("Normal", "Preempted", "Preempting"), words.into());
    }

    /// Changes the status of a pod, unless it is so already.
    fn patch_status(&mut self, pod: &Typed<Pod>, change: impl FnOnce(&mut PodStatus)) {
        let mut status = (*pod.status).clone();
        change(&mut status);
        if status == *pod.status {
            return;
        }
        let patch = Patch::Status(pod.with(|pod| pod.status = status.into()).into());
        let (resource, key) = (Resource::PODS, pod.key());
        let call = Call::Patch { resource, key, part: Part::Status, patch };
        self.api.call(self.out, call, Token::Aside);
    }
}

/// Writes a condition into a status. When it began is kept if it was the same before.
/// Models pkg/api/v1/pod/util.go UpdatePodCondition.
fn set_condition(status: &mut PodStatus, mut condition: PodCondition, now: Timestamp) {
    let mut conditions = status.conditions.to_vec();
    let known = conditions.iter_mut().find(|known| known.kind == condition.kind);
    condition.last_transition_time = Some(now);
    match known {
        Some(known) => {
            if known.status == condition.status {
                condition.last_transition_time = known.last_transition_time;
            }
            *known = condition;
        }
        None => conditions.push(condition),
    }
    status.conditions = conditions.into();
}

/// Models schedule_one.go truncateMessage.
fn truncated(message: Str) -> Str {
    const SUFFIX: &str = " ...";
    if message.len() <= NOTE_MAX {
        return message;
    }
    let end = message.floor_char_boundary(NOTE_MAX - SUFFIX.len());
    [&message[..end], SUFFIX].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_cut_between_characters() {
        let check = |message: String, length: usize| {
            let cut = truncated(message.into());
            assert_eq!(cut.len(), length);
            assert_eq!(cut.ends_with(" ..."), length > 10);
        };
        check("short".into(), 5);
        check("x".repeat(2000), 1024);
        check("파".repeat(600), 1024);
    }

    #[test]
    fn a_condition_keeps_when_it_began() {
        let condition = |status: &str, message: &str| PodCondition {
            kind: "PodScheduled".into(),
            status: status.into(),
            message: message.into(),
            ..PodCondition::default()
        };
        let mut status = PodStatus::default();
        let began = |status: &PodStatus| status.conditions[0].last_transition_time.unwrap().0;
        set_condition(&mut status, condition("False", "a"), Timestamp(1));
        set_condition(&mut status, condition("False", "b"), Timestamp(2));
        assert_eq!((began(&status), status.conditions[0].message.as_str()), (1, "b"));
        set_condition(&mut status, condition("True", ""), Timestamp(3));
        assert_eq!((began(&status), status.conditions.len()), (3, 1));
    }
}
