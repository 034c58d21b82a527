//! Prefers nodes on which the pod evens out how much of the cpu and of the memory is taken.
//!
//! Models pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go as of 1.36, which
//! compares the node with the pod on it to the node without.

use crate::scheduler::framework::{Ctx, Plugin, PreScore, SCORE_MAX, Score};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::resources::{CpuMemory, Resources};

/// See the module.
pub struct BalancedAllocation;

struct PreferEven(CpuMemory);

impl Plugin for BalancedAllocation {
    fn name(&self) -> &'static str {
        "NodeResourcesBalancedAllocation"
    }

    fn as_pre_score(&self) -> Option<&dyn PreScore> {
        Some(self)
    }
}

impl PreScore for BalancedAllocation {
    fn pre_score<'a>(&self, ctx: &Ctx<'a>, _: &[&'a NodeInfo]) -> Option<Box<dyn Score + 'a>> {
        // A pod that asks for nothing is left to the other scores, or many would go to one node.
        let pod = ctx.pod.needs.requests.cpu_memory();
        (pod != CpuMemory::default()).then(|| Box::new(PreferEven(pod)) as Box<dyn Score + 'a>)
    }
}

impl Score for PreferEven {
    fn score(&self, node: &NodeInfo) -> i64 {
        let without = node.requested.cpu_memory();
        let mut with = without;
        with.add(self.0);
        let gain = evenness(with, &node.allocatable) - evenness(without, &node.allocatable);
        SCORE_MAX / 2 + (SCORE_MAX / 2 + gain) / 2
    }
}

/// 100 when the same part of both resources is taken, less the more the parts differ.
///
/// The last digit depends on how upstream rounds on the way, so this is floating point as there;
/// additions, divisions and comparisons give the same result on every machine.
fn evenness(taken: CpuMemory, has: &Resources) -> i64 {
    let part = |taken: i64, has: i64| (taken as f64 / has as f64).min(1.0);
    let deviation = if has.milli_cpu == 0 || has.memory == 0 {
        0.0
    } else {
        let (cpu, memory) = (part(taken.milli_cpu, has.milli_cpu), part(taken.memory, has.memory));
        ((cpu - memory) / 2.0).abs()
    };
    ((1.0 - deviation) * SCORE_MAX as f64) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::plugins::testing::{bound, score_among};

    #[test]
    fn evening_out_is_better_than_tilting() {
        let asks =
            |requests: &str| format!("containers: [{{resources: {{requests: {{{requests}}}}}}}]");
        let old = [bound("old", "a", &asks("memory: 4Gi"))];
        let check = |pod: &str, expected: Option<&[i64]>| {
            let scores = expected.map(|scores| (scores, scores));
            score_among(&BalancedAllocation, pod, &["a", "b"], &old, scores);
        };
        // On the empty node b evenness falls from 100 to 93; on a it rises from 75 to 81.
        check(&asks("cpu: '1', memory: 1Gi"), Some(&[78, 71]));
        check(&asks("cpu: '2'"), Some(&[87, 62]));
        check("", None);
    }
}
