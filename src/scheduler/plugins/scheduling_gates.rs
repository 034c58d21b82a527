//! Keeps pods out of the queue while they have scheduling gates.
//!
//! Models pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go. That the pod waits
//! is written into its conditions by the apiserver, and no event tells of it.

use crate::scheduler::framework::{Event, EventKind, Hint, Plugin, PreEnqueue, Status};
use crate::scheduler::pod::PodInfo;

/// See the module.
pub struct SchedulingGates;

impl Plugin for SchedulingGates {
    fn name(&self) -> &'static str {
        "SchedulingGates"
    }

    fn as_pre_enqueue(&self) -> Option<&dyn PreEnqueue> {
        Some(self)
    }

    fn listens_to(&self) -> &'static [EventKind] {
        &[EventKind::PodUpdated]
    }

    fn hint(&self, pod: &PodInfo, event: &Event<'_>) -> Hint {
        let gated = !pod.spec().scheduling_gates.is_empty();
        Hint::queue_if(matches!(event, Event::PodUpdated { .. }) && !gated)
    }
}

impl PreEnqueue for SchedulingGates {
    fn pre_enqueue(&self, pod: &PodInfo) -> Result<(), Status> {
        let gates = pod.spec().scheduling_gates.iter();
        let names: Vec<_> = gates.map(|gate| gate.at("name").text()).collect();
        if names.is_empty() {
            return Ok(());
        }
        let words = format!("waiting for scheduling gates: [{}]", names.join(" "));
        Err(Status::unresolvable(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::testing::pod;

    #[test]
    fn names_the_gates_it_waits_for() {
        let check = |gates: &str, expected: Option<&str>| {
            let spec = format!("{{metadata: {{name: p}}, spec: {{schedulingGates: [{gates}]}}}}");
            let refusal = SchedulingGates.pre_enqueue(&PodInfo::new(pod(&spec))).err();
            assert_eq!(refusal.map(|status| status.message()).as_deref(), expected);
        };
        check("", None);
        check("{name: a/x}, {name: b}", Some("waiting for scheduling gates: [a/x b]"));
    }
}
