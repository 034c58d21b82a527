//! The scheduler's comparison of nodes for a pod, and what decided it.

use smol_str::SmolStr;

use crate::cluster::rooms::scheduler::explain::{self, Decided, OnNode};
use crate::view::inspector::{Decision, NodeScore, NodeVerdict};
use crate::view::story::{Answer, Deciding};

/// A decision as a table. Plugins that gave all nodes the same are left out.
pub fn table(decision: &explain::Decision) -> Decision {
    let chosen = match &decision.result {
        Decided::Chosen(node) => Some(node),
        Decided::Unschedulable(..) => None,
    };
    let telling: Vec<usize> =
        (0..decision.plugins.len()).filter(|at| tells(decision, *at)).collect();
    let score = |scores: &[explain::PluginScore], at: usize| {
        i64::from(scores[at].normalized) * decision.plugins[at].1
    };
    let nodes = decision.verdicts.iter().map(|verdict| NodeScore {
        node: verdict.node.clone(),
        chosen: Some(&verdict.node) == chosen,
        verdict: match &verdict.verdict {
            OnNode::Only => NodeVerdict::Scored(vec![0; telling.len()]),
            OnNode::Scored { scores, .. } => {
                NodeVerdict::Scored(telling.iter().map(|at| score(scores, *at)).collect())
            }
            OnNode::Refused(status) => {
                NodeVerdict::Refused(SmolStr::new_static(status.plugin), status.message())
            }
        },
    });
    let message = match &decision.result {
        Decided::Unschedulable(message, _) => message.clone(),
        Decided::Chosen(_) => SmolStr::default(),
    };
    Decision {
        plugins: telling.iter().map(|at| SmolStr::new_static(decision.plugins[*at].0)).collect(),
        nodes: nodes.collect(),
        message,
    }
}

/// The one sentence about a decision.
pub fn answer(decision: &explain::Decision) -> Answer {
    match &decision.result {
        Decided::Chosen(node) => {
            Answer::Placed(node.clone(), decision.feasible, deciding(decision, node))
        }
        Decided::Unschedulable(..) => Answer::Unplaced(decision.evaluated),
    }
}

/// What gave `chosen` its lead over the next best.
fn deciding(decision: &explain::Decision, chosen: &str) -> Deciding {
    if decision.feasible <= 1 {
        return Deciding::OnlyOne;
    }
    let total = |verdict: &explain::NodeVerdict| match verdict.verdict {
        OnNode::Scored { total, .. } => Some(total),
        _ => None,
    };
    let others = decision.verdicts.iter().filter(|verdict| verdict.node != chosen);
    let next = others.filter_map(|verdict| total(verdict).map(|total| (total, verdict)));
    let Some((next_total, next)) = next.max_by_key(|(total, _)| *total) else {
        return Deciding::OnlyOne;
    };
    let own = decision.verdicts.iter().find(|verdict| verdict.node == chosen).and_then(total);
    if own == Some(next_total) {
        return Deciding::Drawn;
    }
    let lead = |plugin: &str| {
        let of = |node: &str| decision.weighted(node, plugin).unwrap_or(0);
        of(chosen) - of(&next.node)
    };
    let best = decision.plugins.iter().map(|(plugin, _)| *plugin).max_by_key(|name| lead(name));
    match best {
        Some("PodTopologySpread") => Deciding::Spread,
        Some("NodeResourcesBalancedAllocation") => Deciding::Balance,
        Some("ImageLocality") => Deciding::Image,
        _ => Deciding::Emptiest,
    }
}

/// Whether a plugin told nodes apart, or at least gave them something.
fn tells(decision: &explain::Decision, plugin: usize) -> bool {
    let mut scores = decision.verdicts.iter().filter_map(|verdict| match &verdict.verdict {
        OnNode::Scored { scores, .. } => Some(scores[plugin].normalized),
        _ => None,
    });
    let first = scores.next();
    let always = ["NodeResourcesFit", "NodeResourcesBalancedAllocation", "PodTopologySpread"];
    always.contains(&decision.plugins[plugin].0) || scores.any(|score| Some(score) != first)
}
