//! One scheduling cycle: which node a pod goes to, or why to none.
//!
//! Models pkg/scheduler/schedule_one.go schedulePod and what it calls. A cycle looks and decides;
//! it changes nothing but where the next search starts, and its luck.

use crate::api::Str;
use crate::sim::Rng;

use super::cache::Cache;
use super::framework::{Ctx, Diagnosis, Filters, Framework, Help, Preemption, Scores, Status};
use super::node_info::NodeInfo;
use super::nominations::Nominations;

/// Fewer feasible nodes than this are never enough, if there are more nodes.
const ENOUGH_NODES: usize = 100;

/// The least share of nodes, in percent, that is looked for however many there are.
const LEAST_PERCENTAGE: usize = 5;

/// How cycles search, and where the next one starts.
#[derive(Clone, Debug)]
pub struct Algorithm {
    /// The plugins.
    pub framework: Framework,
    /// How many feasible nodes are enough, in percent of all; 0 lets the number of nodes decide.
    pub percentage: u8,
    next_start: usize,
}

/// Tries out whether a pod fits on nodes, as they are or as they would be.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// The plugins.
    pub framework: Framework,
    /// Pods that wait for room on nodes.
    pub nominations: &'a Nominations,
}

/// What a cycle found out.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// What is to be done.
    pub verdict: Verdict,
    /// The nodes the pod fits on, of those that were looked at.
    pub feasible: Vec<&'a NodeInfo>,
    /// The place among them of the one that was chosen.
    pub chosen: Option<usize>,
    /// Their scores; none when there was no choice.
    pub scores: Option<Scores>,
    /// Why the pod does not fit on others.
    pub diagnosis: Diagnosis,
}

/// What is to be done with a pod.
#[derive(Clone, PartialEq, Debug)]
pub enum Verdict {
    /// It goes to this node.
    Chosen(Str),
    /// It fits nowhere. Room may be made for it.
    Unfit(Option<Preemption>),
    /// There are no nodes at all.
    NoNodes,
}

impl Algorithm {
    /// An algorithm that starts with the first node.
    pub fn new(framework: Framework, percentage: u8) -> Self {
        Self { framework, percentage, next_start: 0 }
    }

    /// Decides about the pod of `ctx`.
    pub fn schedule<'a>(
        &mut self,
        ctx: Ctx<'a>,
        nominations: &Nominations,
        rng: &mut Rng,
    ) -> Outcome<'a> {
        let mut diagnosis = Diagnosis::of(ctx.cache.len());
        if ctx.cache.is_empty() {
            let (verdict, feasible) = (Verdict::NoNodes, Vec::new());
            return Outcome { verdict, feasible, chosen: None, scores: None, diagnosis };
        }
        let search = Search { framework: self.framework, nominations };
        let feasible = match self.framework.pre_filter(&ctx, &mut diagnosis) {
            Some(filters) => self.find(&search, &ctx, &filters, &mut diagnosis),
            None => Vec::new(),
        };
        let scores = (feasible.len() > 1).then(|| self.framework.score(&ctx, &feasible));
        let chosen = match &scores {
            Some(scores) => Some(best(&scores.totals, rng)),
            None => (!feasible.is_empty()).then_some(0),
        };
        let verdict = match chosen {
            Some(at) => Verdict::Chosen(feasible[at].name.clone()),
            None => Verdict::Unfit(self.help(&search, ctx, &mut diagnosis, rng)),
        };
        Outcome { verdict, feasible, chosen, scores, diagnosis }
    }

    /// Models findNodesThatFitPod: first the node where room was made for the pod, then all.
    fn find<'a>(
        &mut self,
        search: &Search<'_>,
        ctx: &Ctx<'a>,
        filters: &Filters<'a>,
        diagnosis: &mut Diagnosis,
    ) -> Vec<&'a NodeInfo> {
        let nominated = ctx.cache.node(&ctx.pod.pod().status.nominated_node_name);
        if let Some(node) = nominated.filter(|node| search.passes(ctx, filters, node).is_ok()) {
            return vec![node];
        }
        let narrowed: Option<Vec<u32>> = (filters.only.as_ref())
            .map(|names| names.iter().filter_map(|name| ctx.cache.slot(name)).collect());
        let slots = narrowed.as_deref().unwrap_or(ctx.cache.order());
        let enough = self.enough(slots.len());
        let mut feasible = Vec::with_capacity(enough);
        for at in 0..slots.len() {
            let slot = slots[(self.next_start + at) % slots.len()];
            let node = ctx.cache.at(slot);
            match search.passes(ctx, filters, node) {
                Ok(()) => feasible.push(node),
                Err(status) => diagnosis.refuse(slot, status),
            }
            if feasible.len() == enough {
                break;
            }
        }
        let processed = feasible.len() + diagnosis.refused.len();
        self.next_start = (self.next_start + processed) % ctx.cache.len();
        feasible
    }

    /// How many feasible nodes are enough. Models numFeasibleNodesToFind.
    fn enough(&self, nodes: usize) -> usize {
        if nodes < ENOUGH_NODES {
            return nodes;
        }
        let percentage = match self.percentage {
            0 => 50usize.saturating_sub(nodes / 125).max(LEAST_PERCENTAGE),
            set => set.into(),
        };
        (nodes * percentage / 100).max(ENOUGH_NODES).min(nodes)
    }

    /// Asks for help with a pod that fits nowhere.
    fn help(
        &self,
        search: &Search<'_>,
        ctx: Ctx<'_>,
        diagnosis: &mut Diagnosis,
        rng: &mut Rng,
    ) -> Option<Preemption> {
        let help = Help { ctx, search, diagnosis, rng };
        match self.framework.post_filter(help) {
            Ok(preemption) => Some(preemption),
            Err((words, keeps_nomination)) => {
                diagnosis.post_filter = words;
                diagnosis.keeps_nomination = keeps_nomination;
                None
            }
        }
    }
}

impl Search<'_> {
    /// Whether the pod fits on `node`: as it is, and also if the pods that wait for room there and
    /// are at least as important had come already. Models RunFilterPluginsWithNominatedPods.
    pub fn passes(
        &self,
        ctx: &Ctx<'_>,
        filters: &Filters<'_>,
        node: &NodeInfo,
    ) -> Result<(), Status> {
        if let Some(cache) = self.with_nominated(ctx, &node.name) {
            self.fits(&Ctx { cache: &cache, ..*ctx }, &node.name)?;
        }
        filters.filter(node)
    }

    /// The same in a cluster that was changed to try something out.
    pub fn would_pass(&self, ctx: &Ctx<'_>, node: &Str) -> Result<(), Status> {
        if let Some(cache) = self.with_nominated(ctx, node) {
            self.fits(&Ctx { cache: &cache, ..*ctx }, node)?;
        }
        self.fits(ctx, node)
    }

    /// The cluster as it would be if those who wait for room on `node` had come; `None` if there
    /// are none that the pod has to respect.
    fn with_nominated(&self, ctx: &Ctx<'_>, node: &Str) -> Option<Cache> {
        let others = self.nominations.others_on(node, &ctx.pod.key);
        let mut others = others.filter(|pod| pod.priority >= ctx.pod.priority()).peekable();
        others.peek()?;
        let mut cache = ctx.cache.clone();
        others.for_each(|pod| cache.put(pod.clone(), node.clone()));
        Some(cache)
    }

    fn fits(&self, ctx: &Ctx<'_>, node: &Str) -> Result<(), Status> {
        let mut diagnosis = Diagnosis::of(ctx.cache.len());
        let Some(filters) = self.framework.pre_filter(ctx, &mut diagnosis) else {
            return Err(diagnosis.absent.expect("a pod that fits nowhere is refused everywhere"));
        };
        let node = ctx.cache.node(node).expect("what is tried out are pods, not nodes");
        filters.filter(node)
    }
}

/// The place of the best total, by lot where several are best.
///
/// Up to 1.34 kube-scheduler drew lots; since 1.35 the first of the best in the order of the
/// search wins, which depends on how threads race and is called unintended upstream (pull request
/// 141024 restores the lot). Luck is handed down here, so the lot is kept.
fn best(totals: &[i64], rng: &mut Rng) -> usize {
    let most = totals.iter().copied().max().expect("there are several nodes to choose from");
    let ties = totals.iter().filter(|total| **total == most).count();
    let lot = if ties == 1 { 0 } else { rng.below(ties as u64) as usize };
    let mut best = totals.iter().enumerate().filter(|(_, total)| **total == most);
    best.nth(lot).expect("the lot is below the number of ties").0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::cache::Cache;
    use crate::scheduler::plugins::DEFAULT;
    use crate::scheduler::pod::PodInfo;
    use crate::scheduler::testing::{cache, plain_node, pod, with_ctx};

    fn schedule(algorithm: &mut Algorithm, text: &str, cache: &Cache) -> (Verdict, String) {
        let nominations = Nominations::default();
        with_ctx(&pod(text), cache, |ctx| {
            let outcome = algorithm.schedule(*ctx, &nominations, &mut Rng::new(1));
            (outcome.verdict, outcome.diagnosis.message())
        })
    }

    #[test]
    fn how_many_nodes_are_enough() {
        for (percentage, nodes, expected) in [
            (0, 0, 0),
            (0, 99, 99),
            (0, 100, 100),
            (0, 1000, 420),
            (0, 5000, 500),
            (0, 10_000, 500),
            (30, 1000, 300),
            (30, 200, 100),
            (100, 1000, 1000),
        ] {
            let enough = Algorithm::new(DEFAULT, percentage).enough(nodes);
            assert_eq!(enough, expected, "{percentage} % of {nodes}");
        }
    }

    #[test]
    fn the_next_search_starts_where_the_last_one_stopped() {
        let nodes: Vec<_> = (0..150).map(|n| plain_node(&format!("n{n:03}"), "")).collect();
        let cache = cache(&nodes, &[]);
        let mut algorithm = Algorithm::new(DEFAULT, 50);
        schedule(&mut algorithm, "{metadata: {name: p}}", &cache);
        assert_eq!(algorithm.next_start, 100);
        schedule(&mut algorithm, "{metadata: {name: p}}", &cache);
        assert_eq!(algorithm.next_start, 50);
    }

    #[test]
    fn says_why_there_is_no_node() {
        let check = |spec: &str, nodes: usize, expected: &str| {
            let nodes: Vec<_> = (0..nodes).map(|n| plain_node(&format!("n{n}"), "")).collect();
            let text = format!("{{metadata: {{name: p}}, spec: {{{spec}}}}}");
            let cache = cache(&nodes, &[]);
            let (verdict, message) = schedule(&mut Algorithm::new(DEFAULT, 0), &text, &cache);
            assert_eq!((verdict, message.as_str()), (Verdict::Unfit(None), expected));
        };
        check(
            "containers: [{resources: {requests: {cpu: '5'}}}]",
            3,
            "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: \
             0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
        );
        let named = |names: &str| {
            format!(
                "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution:
              {{nodeSelectorTerms: [{{matchFields: [{names}]}}]}}}}}}"
            )
        };
        let name = |name: &str| format!("{{key: metadata.name, operator: In, values: [{name}]}}");
        check(
            &named(&name("elsewhere")),
            3,
            "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new \
             claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not \
             helpful for scheduling.",
        );
        check(
            &named(&format!("{}, {}", name("n0"), name("n1"))),
            2,
            "0/2 nodes are available: pod affinity terms conflict. not found",
        );
    }

    #[test]
    fn without_nodes_nothing_is_asked() {
        let (verdict, _) =
            schedule(&mut Algorithm::new(DEFAULT, 0), "{metadata: {name: p}}", &cache(&[], &[]));
        assert_eq!(verdict, Verdict::NoNodes);
    }

    #[test]
    fn room_made_for_another_is_not_taken_by_the_less_important() {
        let asks = |name: &str, priority: i32, more: &str| {
            pod(&format!(
                "{{metadata: {{name: {name}}}, {more} spec: {{priority: {priority},
               containers: [{{resources: {{requests: {{cpu: '3'}}}}}}]}}}}"
            ))
        };
        let cache = cache(&[plain_node("n", "")], &[]);
        let mut nominations = Nominations::default();
        nominations.add(&PodInfo::new(asks("first", 5, "")), "n".into());
        let check = |name: &str, priority: i32, expected: bool| {
            let pod = asks(name, priority, "status: {nominatedNodeName: n},");
            let verdict = with_ctx(&pod, &cache, |ctx| {
                let mut algorithm = Algorithm::new(DEFAULT, 0);
                algorithm.schedule(*ctx, &nominations, &mut Rng::new(1)).verdict
            });
            assert_eq!(verdict == Verdict::Chosen("n".into()), expected, "{name} {priority}");
        };
        check("first", 5, true);
        check("other", 5, false);
        check("other", 6, true);
    }

    #[test]
    fn lots_are_drawn_among_the_best_only() {
        let mut rng = Rng::new(3);
        let mut wins = [0; 4];
        for _ in 0..400 {
            wins[best(&[7, 3, 7, 7], &mut rng)] += 1;
        }
        assert!(wins[1] == 0 && [0, 2, 3].iter().all(|at| wins[*at] > 80), "{wins:?}");
    }
}
