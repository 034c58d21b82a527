//! Refuses nodes without room for what the pod asks for, and prefers those with most room left.
//!
//! Models pkg/scheduler/framework/plugins/noderesources/fit.go and least_allocated.go.

use crate::api::types::Node;
use crate::api::{Str, Typed};
use crate::scheduler::framework::{
    Code, Ctx, Event, EventKind, Filter, Hint, Plugin, PreFilter, PreFiltered, PreScore, SCORE_MAX,
    Score, Status,
};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::pod::{Needs, PodInfo};
use crate::scheduler::resources::{CpuMemory, Resources};

/// See the module.
pub struct NodeResourcesFit;

struct Fit<'a>(&'a Resources);

struct LeastAllocated(CpuMemory);

impl Plugin for NodeResourcesFit {
    fn name(&self) -> &'static str {
        "NodeResourcesFit"
    }

    fn as_pre_filter(&self) -> Option<&dyn PreFilter> {
        Some(self)
    }

    fn as_pre_score(&self) -> Option<&dyn PreScore> {
        Some(self)
    }

    fn listens_to(&self) -> &'static [EventKind] {
        &[
            EventKind::NodeAdded,
            EventKind::NodeUpdated,
            EventKind::AssignedPodUpdated,
            EventKind::AssignedPodDeleted,
            EventKind::PodUpdated,
        ]
    }

    fn hint(&self, pod: &PodInfo, event: &Event<'_>) -> Hint {
        let wanted = &pod.needs.requests;
        Hint::queue_if(match event {
            Event::AssignedPodDeleted(_) => true,
            Event::AssignedPodUpdated { before, after } => {
                let (before, after) =
                    (Needs::of(before.meta(), before), Needs::of(after.meta(), after));
                any_more(wanted, &before.requests, &after.requests)
            }
            Event::PodUpdated { before, after } => {
                !crate::scheduler::pod::asks_the_same(before, after)
            }
            Event::NodeAdded(node) => could_fit(wanted, node),
            Event::NodeUpdated { before, after } => {
                let has = |node: &Node| Resources::of(&node.status.allocatable);
                let pods = |node: &Node| node.status.allocatable.get("pods");
                could_fit(wanted, after)
                    && (any_more(wanted, &has(after), &has(before)) || pods(after) > pods(before))
            }
            _ => false,
        })
    }
}

impl PreFilter for NodeResourcesFit {
    fn pre_filter<'a>(&self, ctx: &Ctx<'a>) -> PreFiltered<'a> {
        PreFiltered::Filter(Box::new(Fit(&ctx.pod.needs.requests)))
    }
}

impl Filter for Fit<'_> {
    /// Models fit.go fitsRequest. All that is lacking is named, not only the first.
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        let mut lacking = None;
        if node.pods().len() as i64 + 1 > node.pods_max {
            add(&mut lacking, Str::new_static("Too many pods"), false);
        }
        let wanted = self.0;
        if !wanted.is_zero() {
            let (has, taken) = (&node.allocatable, &node.requested);
            for (name, wanted, has, taken) in [
                ("Insufficient cpu", wanted.milli_cpu, has.milli_cpu, taken.milli_cpu),
                ("Insufficient memory", wanted.memory, has.memory, taken.memory),
                (
                    "Insufficient ephemeral-storage",
                    wanted.ephemeral_storage,
                    has.ephemeral_storage,
                    taken.ephemeral_storage,
                ),
            ] {
                if wanted > 0 && wanted > has - taken {
                    add(&mut lacking, Str::new_static(name), wanted > has);
                }
            }
            for (name, wanted) in wanted.scalars() {
                let has = has.scalar(name);
                if *wanted > 0 && *wanted > has - taken.scalar(name) {
                    add(&mut lacking, format!("Insufficient {name}").into(), *wanted > has);
                }
            }
        }
        lacking.map_or(Ok(()), Err)
    }
}

impl PreScore for NodeResourcesFit {
    fn pre_score<'a>(&self, ctx: &Ctx<'a>, _: &[&'a NodeInfo]) -> Option<Box<dyn Score + 'a>> {
        Some(Box::new(LeastAllocated(ctx.pod.needs.used)))
    }
}

impl Score for LeastAllocated {
    fn score(&self, node: &NodeInfo) -> i64 {
        let (pod, used, has) = (self.0, node.used, &node.allocatable);
        let parts = [
            free_share(used.milli_cpu + pod.milli_cpu, has.milli_cpu),
            free_share(used.memory + pod.memory, has.memory),
        ];
        let counted = parts.iter().flatten().count() as i64;
        if counted == 0 { 0 } else { parts.iter().flatten().sum::<i64>() / counted }
    }
}

/// What part of 100 stays free; `None` when there is none of it at all.
/// Models least_allocated.go leastRequestedScore.
fn free_share(used: i64, has: i64) -> Option<i64> {
    match has {
        0 => None,
        has if used > has => Some(0),
        has => Some((has - used) * SCORE_MAX / has),
    }
}

/// Adds a reason to a refusal. If the node could not hold the pod even when it is empty, evicting
/// others does not help.
fn add(lacking: &mut Option<Status>, reason: Str, hopeless: bool) {
    let mut status = match lacking.take() {
        Some(status) => status.and(reason),
        None => Status::unschedulable(reason),
    };
    if hopeless {
        status.code = Code::UnschedulableAndUnresolvable;
    }
    *lacking = Some(status);
}

/// Whether an empty node would have room. Models fit.go isFit.
fn could_fit(wanted: &Resources, node: &Typed<Node>) -> bool {
    let mut empty = NodeInfo::new(node.meta().name.clone());
    empty.set_node(Some(node.clone()));
    Fit(wanted).filter(&empty).is_ok()
}

/// Whether there is more of anything `wanted` in `more` than in `less`.
/// Models fit.go haveAnyRequestedResourcesIncreased.
fn any_more(wanted: &Resources, more: &Resources, less: &Resources) -> bool {
    (wanted.milli_cpu > 0 && more.milli_cpu > less.milli_cpu)
        || (wanted.memory > 0 && more.memory > less.memory)
        || (wanted.ephemeral_storage > 0 && more.ephemeral_storage > less.ephemeral_storage)
        || wanted.scalars().iter().any(|(name, _)| more.scalar(name) > less.scalar(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::plugins::testing::{bound, filter_among, score_among};

    fn asks(requests: &str) -> String {
        format!("containers: [{{resources: {{requests: {{{requests}}}}}}}]")
    }

    /// Nodes have 4 cpus, 8 GiB and room for 110 pods; 3 cpus are taken.
    fn check(requests: &str, expected: Result<(), (&str, Code)>) {
        let old = bound("old", "n", &asks("cpu: '3'"));
        let message = expected.err().map(|(message, _)| message);
        let statuses = filter_among(&NodeResourcesFit, &asks(requests), &["n"], &[old], &[message]);
        let code = statuses[0].as_ref().map(|status| status.code);
        assert_eq!(code, expected.err().map(|(_, code)| code), "{requests}");
    }

    #[test]
    fn names_everything_that_is_lacking() {
        let (maybe, hopeless) = (Code::Unschedulable, Code::UnschedulableAndUnresolvable);
        check("", Ok(()));
        check("cpu: '1', memory: 8Gi", Ok(()));
        check("cpu: 1001m", Err(("Insufficient cpu", maybe)));
        check("cpu: 4001m", Err(("Insufficient cpu", hopeless)));
        check("cpu: '2', memory: 9Gi", Err(("Insufficient cpu, Insufficient memory", hopeless)));
        check("ephemeral-storage: '1'", Err(("Insufficient ephemeral-storage", hopeless)));
        check("example.com/gpu: '1'", Err(("Insufficient example.com/gpu", hopeless)));
        check("example.com/gpu: '0'", Ok(()));
    }

    #[test]
    fn counts_pods() {
        let pods: Vec<_> = (0..110).map(|i| bound(&format!("p{i}"), "n", "")).collect();
        let expected = [Some("Too many pods, Insufficient cpu")];
        filter_among(&NodeResourcesFit, &asks("cpu: '5'"), &["n"], &pods, &expected);
        filter_among(&NodeResourcesFit, "", &["n"], &pods[1..], &[None]);
    }

    #[test]
    fn most_room_left_is_best() {
        // (4 − 1)/4 of the cpus and (8192 − 200)/8192 of the memory stay free.
        let check = |pod: &str, taken: &str, expected: &[i64]| {
            let old = bound("old", "a", taken);
            let scores = Some((expected, expected));
            score_among(&NodeResourcesFit, pod, &["a", "b"], &[old], scores);
        };
        check(&asks("cpu: '1'"), &asks("cpu: '1', memory: 4Gi"), &[(50 + 47) / 2, (75 + 97) / 2]);
        check(&asks("cpu: '2'"), &asks("cpu: '3', memory: 8Gi"), &[0, (50 + 97) / 2]);
    }

    #[test]
    fn resources_a_node_does_not_have_are_not_scored() {
        assert_eq!(free_share(5, 0), None);
        let node = NodeInfo::new("n".into());
        assert_eq!(LeastAllocated(CpuMemory::default()).score(&node), 0);
    }
}
