//! Why a pod went where it went, or went nowhere: a decision as plain data, to be shown.
//!
//! What is kept of a decision does not grow with the cluster: in a small one every node is there,
//! in a large one the best of those that were scored and how often each reason was given.

use std::cmp::Reverse;
use std::fmt;

use super::cycle::{Outcome, Verdict};
use super::framework::{Code, Ctx, Status};
use crate::api::{Key, List, Str, Uid};
use crate::sim::Fingerprint;

/// Up to this many nodes a decision tells of every one.
const SMALL_CLUSTER: usize = 20;

/// How many nodes it tells of beyond that.
const NODES_KEPT: usize = 12;

/// What one scheduling cycle decided, and why.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    /// The pod.
    pub pod: Key,
    /// Which pod exactly.
    pub uid: Uid,
    /// How often it has been tried, this time included.
    pub attempt: u32,
    /// What was decided.
    pub result: Decided,
    /// How many nodes there were.
    pub nodes: u32,
    /// How many of them were looked at.
    pub evaluated: u32,
    /// On how many of those the pod fits.
    pub feasible: u32,
    /// The plugins that scored, with their weights.
    pub plugins: List<(&'static str, i64)>,
    /// Nodes with what was found out about them: the chosen one first, then by total.
    pub verdicts: List<NodeVerdict>,
    /// Why nodes were refused, most frequent first.
    pub refusals: List<Refusal>,
}

/// What was decided.
#[derive(Clone, PartialEq, Debug)]
pub enum Decided {
    /// The pod goes to this node.
    Chosen(Str),
    /// The pod fits nowhere, in the words of its condition. Room is made on the node, if there is
    /// one, by evicting so many pods.
    Unschedulable(Str, Option<(Str, u32)>),
}

/// What was found out about a node.
#[derive(Clone, PartialEq, Debug)]
pub struct NodeVerdict {
    /// Its name.
    pub node: Str,
    /// What was found out.
    pub verdict: OnNode,
}

/// What was found out about a node.
#[derive(Clone, PartialEq, Debug)]
pub enum OnNode {
    /// The pod fits, and there was no other choice.
    Only,
    /// The pod fits this well.
    Scored {
        /// The sum of the weighted scores.
        total: i64,
        /// One score a plugin, in the order of [`Decision::plugins`].
        scores: List<PluginScore>,
    },
    /// The pod does not fit.
    Refused(Status),
}

/// What one plugin gave one node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PluginScore {
    /// In the plugin's own measure.
    pub raw: i32,
    /// From 0 to 100.
    pub normalized: i32,
}

/// Why some nodes were refused.
#[derive(Clone, PartialEq, Debug)]
pub struct Refusal {
    /// The plugin that refused.
    pub plugin: &'static str,
    /// Its reason.
    pub reason: Str,
    /// Whether evicting others would not help.
    pub is_final: bool,
    /// How many nodes it was given for.
    pub nodes: u32,
}

impl Decision {
    /// What `outcome` tells about the pod of `ctx`, tried for the `attempt`th time.
    pub fn of(ctx: &Ctx<'_>, outcome: &Outcome<'_>, attempt: u32, message: Option<&Str>) -> Self {
        let diagnosis = &outcome.diagnosis;
        let result = match &outcome.verdict {
            Verdict::Chosen(node) => Decided::Chosen(node.clone()),
            Verdict::Unfit(help) => {
                let room = help.as_ref().map(|p| (p.node.clone(), p.victims.len() as u32));
                Decided::Unschedulable(message.cloned().unwrap_or_default(), room)
            }
            Verdict::NoNodes => Decided::Unschedulable(message.cloned().unwrap_or_default(), None),
        };
        let plugins = outcome.scores.as_ref().map_or(&[][..], |scores| &scores.plugins);
        let feasible = outcome.feasible.len();
        Self {
            pod: ctx.pod.key.clone(),
            uid: ctx.pod.uid(),
            attempt,
            result,
            nodes: ctx.cache.len() as u32,
            evaluated: (feasible + diagnosis.refused.len()) as u32,
            feasible: feasible as u32,
            plugins: plugins.into(),
            verdicts: verdicts(ctx, outcome),
            refusals: refusals(outcome),
        }
    }

    /// The score of a plugin times its weight, on a node this decision tells of.
    pub fn weighted(&self, node: &str, plugin: &str) -> Option<i64> {
        let at = self.plugins.iter().position(|(name, _)| *name == plugin)?;
        let verdict = self.verdicts.iter().find(|verdict| verdict.node == node)?;
        let OnNode::Scored { scores, .. } = &verdict.verdict else { return None };
        Some(i64::from(scores[at].normalized) * self.plugins[at].1)
    }

    /// Adds it to the record hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        hash.str(self.pod.as_str());
        hash.u64(self.attempt.into());
        hash.u64(u64::from(self.nodes) << 32 | u64::from(self.feasible));
        match &self.result {
            Decided::Chosen(node) => hash.str(node),
            Decided::Unschedulable(message, _) => hash.str(message),
        }
        for verdict in self.verdicts.iter() {
            hash.str(&verdict.node);
            if let OnNode::Scored { total, .. } = verdict.verdict {
                hash.u64(total as u64);
            }
        }
    }
}

/// In the words of kube-scheduler's log.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pod, evaluated, feasible, .. } = self;
        match &self.result {
            Decided::Chosen(node) => write!(
                f,
                "Attempting to bind pod to node pod=\"{pod}\" node=\"{node}\" \
                 evaluatedNodes={evaluated} feasibleNodes={feasible}"
            ),
            Decided::Unschedulable(why, None) => {
                write!(f, "Unable to schedule pod; no fit; waiting pod=\"{pod}\" err=\"{why}\"")
            }
            Decided::Unschedulable(_, Some((node, victims))) => write!(
                f,
                "the target node for the preemption is determined pod=\"{pod}\" node=\"{node}\" \
                 numVictims={victims}"
            ),
        }
    }
}

fn verdicts(ctx: &Ctx<'_>, outcome: &Outcome<'_>) -> List<NodeVerdict> {
    let refused = &outcome.diagnosis.refused;
    let all = outcome.feasible.len() + refused.len();
    let kept = if all <= SMALL_CLUSTER { all } else { NODES_KEPT };
    let mut verdicts = scored(outcome, kept);
    let left = kept - verdicts.len();
    verdicts.extend(refused.iter().take(left).map(|(slot, status)| NodeVerdict {
        node: ctx.cache.at(*slot).name.clone(),
        verdict: OnNode::Refused(status.clone()),
    }));
    verdicts.into()
}

/// The chosen node and the best others, `kept` of them at most.
fn scored(outcome: &Outcome<'_>, kept: usize) -> Vec<NodeVerdict> {
    let Some(scores) = &outcome.scores else {
        let only = |node: &&super::node_info::NodeInfo| NodeVerdict {
            node: node.name.clone(),
            verdict: OnNode::Only,
        };
        return outcome.feasible.iter().map(only).collect();
    };
    let nodes = &outcome.feasible;
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    let rank = |at: &usize| (Some(*at) != outcome.chosen, Reverse(scores.totals[*at]), *at);
    if order.len() > kept {
        order.select_nth_unstable_by_key(kept, rank);
        order.truncate(kept);
    }
    order.sort_unstable_by_key(rank);
    let score = |at: usize, plugin: usize| {
        let place = plugin * nodes.len() + at;
        let small = |score: i64| score.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
        let (raw, normalized) = (scores.raw[place], scores.normalized[place]);
        PluginScore { raw: small(raw), normalized: small(normalized) }
    };
    let verdict = |at: usize| NodeVerdict {
        node: nodes[at].name.clone(),
        verdict: OnNode::Scored {
            total: scores.totals[at],
            scores: (0..scores.plugins.len()).map(|plugin| score(at, plugin)).collect(),
        },
    };
    order.into_iter().map(verdict).collect()
}

fn refusals(outcome: &Outcome<'_>) -> List<Refusal> {
    let mut refusals: Vec<Refusal> = Vec::new();
    let mut count = |status: &Status, nodes: u32| {
        for reason in status.reasons() {
            let is_final = status.code == Code::UnschedulableAndUnresolvable;
            let same = |known: &&mut Refusal| {
                (known.plugin, &known.reason, known.is_final) == (status.plugin, reason, is_final)
            };
            match refusals.iter_mut().find(same) {
                Some(known) => known.nodes += nodes,
                None => refusals.push(Refusal {
                    plugin: status.plugin,
                    reason: reason.clone(),
                    is_final,
                    nodes,
                }),
            }
        }
    };
    let diagnosis = &outcome.diagnosis;
    diagnosis.refused.iter().for_each(|(_, status)| count(status, 1));
    let absent = diagnosis.nodes - diagnosis.refused.len() - outcome.feasible.len();
    if let Some(status) = diagnosis.absent.as_ref().filter(|_| absent > 0) {
        count(status, absent as u32);
    }
    refusals.sort_by_key(|refusal| Reverse(refusal.nodes));
    refusals.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::cycle::Algorithm;
    use crate::scheduler::nominations::Nominations;
    use crate::scheduler::plugins::DEFAULT;
    use crate::scheduler::testing::{cache, plain_node, pod, with_ctx};
    use crate::sim::Rng;

    /// The decision about a pod asking for 1 cpu among `free` nodes, and `full` ones that are
    /// cordoned.
    fn decide(free: usize, full: usize) -> Decision {
        let free = (0..free).map(|n| plain_node(&format!("f{n:02}"), ""));
        let full =
            (0..full).map(|n| plain_node(&format!("x{n:02}"), "spec: {unschedulable: true}"));
        let cache = cache(&free.chain(full).collect::<Vec<_>>(), &[]);
        let pod = pod("{metadata: {name: p}, spec: {containers: [{resources:
                        {requests: {cpu: '1'}}}]}}");
        with_ctx(&pod, &cache, |ctx| {
            let mut algorithm = Algorithm::new(DEFAULT, 0);
            let outcome = algorithm.schedule(*ctx, &Nominations::default(), &mut Rng::new(1));
            Decision::of(ctx, &outcome, 1, Some(&outcome.diagnosis.message().into()))
        })
    }

    #[test]
    fn tells_of_every_node_of_a_small_cluster() {
        let decision = decide(3, 2);
        let Decided::Chosen(chosen) = &decision.result else { panic!("{decision:?}") };
        assert_eq!((decision.verdicts.len(), &decision.verdicts[0].node), (5, chosen));
        assert_eq!((decision.nodes, decision.evaluated, decision.feasible), (5, 5, 3));
        assert!(matches!(decision.verdicts[4].verdict, OnNode::Refused(_)));
        assert_eq!(decision.weighted("f01", "TaintToleration"), Some(300));
        assert_eq!(decision.weighted("x01", "TaintToleration"), None);
        let OnNode::Scored { total, .. } = decision.verdicts[0].verdict else { panic!() };
        let parts = decision.plugins.iter().map(|(name, _)| decision.weighted(chosen, name));
        assert_eq!(parts.flatten().sum::<i64>(), total);
    }

    #[test]
    fn keeps_little_of_a_large_one() {
        let decision = decide(30, 60);
        let Decided::Chosen(chosen) = &decision.result else { panic!("{decision:?}") };
        assert_eq!((decision.verdicts.len(), &decision.verdicts[0].node), (NODES_KEPT, chosen));
        assert_eq!((decision.refusals.len(), decision.refusals[0].nodes), (1, 60));
        let decision = decide(0, 60);
        assert_eq!(decision.verdicts.len(), NODES_KEPT);
        assert!(decision.to_string().contains("0/60 nodes are available: 60 node(s) were"));
    }

    #[test]
    fn a_single_choice_is_not_scored() {
        let decision = decide(1, 1);
        assert_eq!(decision.verdicts[0].verdict, OnNode::Only);
        assert!(decision.plugins.is_empty());
    }
}
