//! Orders the queue: the more important pod first, then the one that entered first.
//!
//! Models pkg/scheduler/framework/plugins/queuesort/priority_sort.go.

use crate::scheduler::framework::{Plugin, QueueSort};
use crate::scheduler::pod::PodInfo;
use crate::sim::Time;

/// See the module.
pub struct PrioritySort;

impl Plugin for PrioritySort {
    fn name(&self) -> &'static str {
        "PrioritySort"
    }

    fn as_queue_sort(&self) -> Option<&dyn QueueSort> {
        Some(self)
    }
}

impl QueueSort for PrioritySort {
    fn rank(&self, pod: &PodInfo, since: Time) -> (i64, Time) {
        (-i64::from(pod.priority()), since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::testing::pod;

    #[test]
    fn importance_goes_before_age() {
        let rank = |priority: i32, secs| {
            let text = format!("{{metadata: {{name: p}}, spec: {{priority: {priority}}}}}");
            PrioritySort.rank(&PodInfo::new(pod(&text)), Time::from_secs(secs))
        };
        assert!(rank(10, 9) < rank(0, 1));
        assert!(rank(0, 1) < rank(0, 2));
        assert!(rank(i32::MAX, 1) < rank(i32::MIN, 1));
    }
}
