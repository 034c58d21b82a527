//! Makes room for a pod that fits nowhere by evicting less important ones.
//!
//! Models pkg/scheduler/framework/preemption/preemption.go and
//! plugins/defaultpreemption/default_preemption.go. The plugin decides who would have to go where;
//! the scheduler sees to it that they do.

use std::cmp::Reverse;

use crate::api::types::Pod;
use crate::api::{Str, Timestamp};
use crate::scheduler::cache::Cache;
use crate::scheduler::cycle::Search;
use crate::scheduler::framework::{
    Budget, Code, Ctx, Diagnosis, Help, Plugin, PostFilter, PostFiltered, Preemption, Status,
};
use crate::scheduler::pod::Placed;

/// The least number of candidates that are looked for, and the least share of nodes in percent.
/// Models apis/config/v1/defaults.go DefaultPreemptionArgs.
const CANDIDATES_MIN: usize = 100;
const CANDIDATES_PERCENTAGE: usize = 10;

/// See the module.
pub struct DefaultPreemption;

/// A node, and who would have to leave it.
struct Candidate {
    node: Str,
    /// The most important first.
    victims: Vec<Victim>,
    /// How many of them must not be disrupted according to a budget.
    violations: usize,
}

/// A pod that may have to go.
#[derive(Clone)]
struct Victim {
    pod: Placed,
    /// When it started; what has not started yet counts as starting now.
    started: Timestamp,
}

impl Plugin for DefaultPreemption {
    fn name(&self) -> &'static str {
        "DefaultPreemption"
    }

    fn as_post_filter(&self) -> Option<&dyn PostFilter> {
        Some(self)
    }
}

impl PostFilter for DefaultPreemption {
    fn post_filter(&self, help: &mut Help<'_>) -> PostFiltered {
        if let Some(why) = not_eligible(&help.ctx, help.diagnosis) {
            return PostFiltered::Refused(format!("preemption: {why}").into());
        }
        let (candidates, refused) = candidates(help);
        match pick(candidates) {
            Some(candidate) => PostFiltered::Nominated(Preemption {
                node: candidate.node,
                victims: candidate.victims.into_iter().map(|victim| victim.pod.key).collect(),
            }),
            None => PostFiltered::Hopeless(format!("preemption: {}", refused.message()).into()),
        }
    }
}

/// Why the pod may not evict others. Models PodEligibleToPreemptOthers.
fn not_eligible(ctx: &Ctx<'_>, diagnosis: &Diagnosis) -> Option<&'static str> {
    let pod = ctx.pod.pod();
    if pod.spec.preemption_policy.as_deref() == Some("Never") {
        return Some("not eligible due to preemptionPolicy=Never.");
    }
    let slot = ctx.cache.slot(&pod.status.nominated_node_name)?;
    let hopeless = |status: &Status| status.code == Code::UnschedulableAndUnresolvable;
    if diagnosis.status(slot).is_some_and(hopeless) {
        return None;
    }
    let leaving = |other: &&Placed| {
        let preempted = |pod: &Pod| {
            let target = pod.condition("DisruptionTarget");
            target.is_some_and(|c| c.status == "True" && c.reason == "PreemptionByScheduler")
        };
        let object = ctx.listers.pods.get(&other.key).and_then(|object| object.get::<Pod>());
        other.priority < ctx.pod.priority() && other.terminating && object.is_some_and(preempted)
    };
    let any = ctx.cache.at(slot).pods().iter().find(leaving);
    any.map(|_| "not eligible due to a terminating pod on the nominated node.")
}

/// Tries out nodes from a random one on until enough would do, and says why the others would not.
/// Models findCandidates and DryRunPreemption.
fn candidates(help: &mut Help<'_>) -> (Vec<Candidate>, Diagnosis) {
    let ctx = help.ctx;
    let mut refused = Diagnosis::of(ctx.cache.len());
    refused.absent = Some(Status::unresolvable("Preemption is not helpful for scheduling"));
    let may_help = |slot: &u32| {
        help.diagnosis.status(*slot).is_some_and(|status| status.code == Code::Unschedulable)
    };
    let slots: Vec<u32> = ctx.cache.order().iter().copied().filter(may_help).collect();
    let offset = help.rng.below(slots.len() as u64) as usize;
    let share = slots.len() * CANDIDATES_PERCENTAGE / 100;
    let enough = share.max(CANDIDATES_MIN).min(slots.len());
    let (mut harmless, mut harmful) = (Vec::new(), Vec::new());
    for at in 0..slots.len() {
        let slot = slots[(offset + at) % slots.len()];
        match select_victims(help.search, &ctx, &ctx.cache.at(slot).name) {
            Ok(candidate) if candidate.violations == 0 => harmless.push(candidate),
            Ok(candidate) => harmful.push(candidate),
            Err(status) => refused.refuse(slot, status),
        }
        if !harmless.is_empty() && harmless.len() + harmful.len() >= enough {
            break;
        }
    }
    harmless.extend(harmful);
    (harmless, refused)
}

/// Who would have to leave `node`: everyone less important, but for those that can be let back in,
/// the more important before the less. Models SelectVictimsOnNode.
fn select_victims(search: &Search<'_>, ctx: &Ctx<'_>, node: &Str) -> Result<Candidate, Status> {
    let info = ctx.cache.node(node).expect("it was just looked at");
    let lesser = info.pods().iter().filter(|pod| pod.priority < ctx.pod.priority());
    let mut lesser: Vec<Victim> = lesser.map(|pod| Victim::of(ctx, pod)).collect();
    if lesser.is_empty() {
        return Err(Status::unresolvable("No preemption victims found for incoming pod"));
    }
    let mut cache = ctx.cache.clone();
    lesser.iter().for_each(|victim| cache.take(victim.pod.uid, node));
    fits(search, ctx, &cache, node)?;
    lesser.sort_by_key(Victim::importance);
    let (guarded, free) = by_budget(lesser, ctx.listers.budgets);
    let mut candidate = Candidate { node: node.clone(), victims: Vec::new(), violations: 0 };
    for (is_guarded, victim) in
        guarded.into_iter().map(|v| (true, v)).chain(free.into_iter().map(|v| (false, v)))
    {
        cache.put(victim.pod.clone(), node.clone());
        if fits(search, ctx, &cache, node).is_err() {
            cache.take(victim.pod.uid, node);
            candidate.violations += usize::from(is_guarded);
            candidate.victims.push(victim);
        }
    }
    candidate.victims.sort_by_key(Victim::importance);
    Ok(candidate)
}

/// Whether the pod would fit on `node` if the cluster were as in `cache`.
fn fits(search: &Search<'_>, ctx: &Ctx<'_>, cache: &Cache, node: &Str) -> Result<(), Status> {
    search.would_pass(&Ctx { cache, ..*ctx }, node)
}

/// Splits pods into those whose disruption a budget forbids and the others, keeping their order.
/// Models filterPodsWithPDBViolation.
fn by_budget(pods: Vec<Victim>, budgets: &[Budget]) -> (Vec<Victim>, Vec<Victim>) {
    let mut left: Vec<i64> = budgets.iter().map(|budget| budget.allowed).collect();
    pods.into_iter().partition(|victim| {
        let mut forbidden = false;
        for (budget, left) in budgets.iter().zip(&mut left) {
            if budget.counts(&victim.pod) {
                *left -= 1;
                forbidden |= *left < 0;
            }
        }
        forbidden
    })
}

/// The candidate that hurts least; of equals the first. Models pickOneNodeForPreemption.
fn pick(candidates: Vec<Candidate>) -> Option<Candidate> {
    // min_by_key keeps the first of equals.
    candidates.into_iter().min_by_key(|candidate| {
        let victims = &candidate.victims;
        let highest = victims.first().map_or(i32::MIN, |victim| victim.pod.priority);
        let weight = |victim: &Victim| i64::from(victim.pod.priority) + (1 << 31);
        let sum: i64 = victims.iter().map(weight).sum();
        let important = victims.iter().filter(|victim| victim.pod.priority == highest);
        let earliest = important.map(|victim| victim.started).min();
        (candidate.violations, highest, sum, victims.len(), Reverse(earliest))
    })
}

impl Victim {
    fn of(ctx: &Ctx<'_>, pod: &Placed) -> Self {
        let object = ctx.listers.pods.get(&pod.key).and_then(|object| object.get::<Pod>());
        let started = object.and_then(|object| object.status.start_time);
        Self { pod: pod.clone(), started: started.unwrap_or(Timestamp(i64::MAX)) }
    }

    /// The least is the most important. Models pkg/scheduler/util/utils.go MoreImportantPod.
    fn importance(&self) -> (Reverse<i32>, Timestamp) {
        (Reverse(self.pod.priority), self.started)
    }
}

impl Budget {
    fn counts(&self, pod: &Placed) -> bool {
        self.namespace == pod.key.namespace()
            && !self.selector.is_everything()
            && self.selector.matches(&pod.needs.label_values)
            && !self.disrupted.contains(pod.key.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::labels::Selector;
    use crate::api::types::PodStatus;
    use crate::api::{Collection, Typed};
    use crate::scheduler::cycle::{Algorithm, Verdict};
    use crate::scheduler::framework::Listers;
    use crate::scheduler::nominations::Nominations;
    use crate::scheduler::plugins::DEFAULT;
    use crate::scheduler::pod::PodInfo;
    use crate::scheduler::testing::{cache, plain_node, pod};
    use crate::sim::Rng;

    /// A pod that takes cpus on a node, or wants them if there is none.
    fn asks(name: &str, node: &str, cpu: u32, priority: i32) -> Typed<Pod> {
        pod(&format!(
            "{{metadata: {{name: {name}, labels: {{app: {name}}}}}, spec: {{nodeName: {node},
               priority: {priority},
               containers: [{{resources: {{requests: {{cpu: '{cpu}'}}}}}}]}}}}"
        ))
    }

    fn started(pod: Typed<Pod>, at: i64) -> Typed<Pod> {
        pod.with(|pod| {
            let start_time = Some(Timestamp(at));
            pod.status = PodStatus { start_time, ..PodStatus::default() }.into();
        })
    }

    /// What becomes of `pod` among `there` on nodes a and b with 4 cpus each: who has to leave
    /// which node, or why nobody does.
    fn preempt(
        pod: &Typed<Pod>,
        there: &[Typed<Pod>],
        budgets: &[Budget],
    ) -> Result<String, String> {
        let cache = cache(&[plain_node("a", ""), plain_node("b", "")], there);
        let (nothing, pod) = (Collection::default(), PodInfo::new(pod.clone()));
        let pods = there.iter().map(|pod| pod.object().clone()).collect();
        let listers = Listers {
            namespaces: &nothing,
            services: &nothing,
            replication_controllers: &nothing,
            replica_sets: &nothing,
            pods: &pods,
            budgets,
        };
        let ctx = Ctx { pod: &pod, cache: &cache, listers };
        let mut algorithm = Algorithm::new(DEFAULT, 0);
        let outcome = algorithm.schedule(ctx, &Nominations::default(), &mut Rng::new(1));
        let words = outcome.diagnosis.message();
        match outcome.verdict {
            Verdict::Unfit(Some(preemption)) => {
                let names: Vec<_> = preemption.victims.iter().map(|key| key.name()).collect();
                Ok(format!("{}: {}", preemption.node, names.join(" ")))
            }
            _ => Err(words.split_once("preemption: ").map_or(words.clone(), |(_, w)| w.into())),
        }
    }

    #[test]
    fn the_least_harm_is_done() {
        let check = |there: &[Typed<Pod>], expected: &str| {
            let victims = preempt(&asks("p", "''", 3, 100), there, &[]);
            assert_eq!(victims.as_deref(), Ok(expected));
        };
        // The less important victim, whatever the number.
        let (low, high) = (asks("low", "b", 4, 1), asks("high", "a", 4, 9));
        check(&[high, low], "b: low");
        // The more important ones are let back in first.
        let three = [asks("x", "a", 2, 1), asks("y", "a", 1, 5), asks("z", "a", 1, 7)];
        check(&[&three[..], &[asks("w", "b", 4, 100)]].concat(), "a: y x");
        // Of equal sums the fewer, which is what sums above zero see to.
        let two = [asks("m", "a", 2, 3), asks("n", "a", 2, 3)];
        check(&[&two[..], &[asks("o", "b", 4, 3)]].concat(), "b: o");
        // Of equals the one that started last.
        let old = started(asks("old", "a", 4, 3), 10);
        check(&[old, started(asks("young", "b", 4, 3), 20)], "b: young");
    }

    #[test]
    fn budgets_are_respected_where_that_is_possible() {
        let budget = |allowed| Budget {
            namespace: "default".into(),
            selector: Selector::from_map(&[("app".into(), "low".into())].into_iter().collect()),
            allowed,
            disrupted: std::collections::BTreeSet::new(),
        };
        let there = [asks("low", "a", 4, 1), asks("mid", "b", 4, 5)];
        let pod = asks("p", "''", 3, 100);
        for (allowed, expected) in [(1, "a: low"), (0, "b: mid")] {
            let victims = preempt(&pod, &there, &[budget(allowed)]);
            assert_eq!(victims.as_deref(), Ok(expected), "{allowed}");
        }
        let only = [asks("low", "a", 4, 1), asks("top", "b", 4, 900)];
        assert_eq!(preempt(&pod, &only, &[budget(0)]).as_deref(), Ok("a: low"));
    }

    #[test]
    fn says_why_nobody_can_make_room() {
        let there = [asks("x", "a", 4, 5), asks("y", "b", 2, 5)];
        let check = |pod: Typed<Pod>, expected: &str| {
            assert_eq!(preempt(&pod, &there, &[]), Err(expected.into()));
        };
        check(
            asks("p", "''", 3, 5),
            "0/2 nodes are available: 2 No preemption victims found for incoming pod.",
        );
        check(
            asks("p", "''", 5, 9),
            "0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
        );
        let never = asks("p", "''", 3, 9).with(|pod| {
            let mut spec = (*pod.spec).clone();
            spec.preemption_policy = Some("Never".into());
            pod.spec = spec.into();
        });
        check(never, "not eligible due to preemptionPolicy=Never.");
    }

    #[test]
    fn waits_for_those_it_has_evicted_before() {
        let gone = "{type: DisruptionTarget, status: 'True', reason: PreemptionByScheduler}";
        let leaving = pod(&format!(
            "{{metadata: {{name: x, deletionTimestamp: x}}, status: {{conditions: [{gone}]}},
               spec: {{nodeName: a, priority: 1,
                       containers: [{{resources: {{requests: {{cpu: '4'}}}}}}]}}}}"
        ));
        let nominated = asks("p", "''", 3, 9).with(|pod| {
            let nominated_node_name = "a".into();
            pod.status = PodStatus { nominated_node_name, ..PodStatus::default() }.into();
        });
        let there = [leaving, asks("y", "b", 4, 5)];
        let expected = "not eligible due to a terminating pod on the nominated node.";
        assert_eq!(preempt(&nominated, &there, &[]), Err(expected.into()));
        assert_eq!(preempt(&asks("q", "''", 3, 9), &there, &[]).as_deref(), Ok("a: x"));
    }
}
