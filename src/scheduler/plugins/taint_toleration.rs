//! Refuses nodes with taints the pod does not tolerate, and prefers those with fewer that would
//! rather not have it.
//!
//! Models pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go.

use super::helper::{keeps_away, normalize};
use crate::api::Str;
use crate::api::types::{Node, Toleration};
use crate::scheduler::framework::{
    Ctx, Event, EventKind, Filter, Hint, Plugin, PreFilter, PreFiltered, PreScore, Score, Status,
};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::pod::PodInfo;

/// See the module.
pub struct TaintToleration;

struct Tolerate<'a>(&'a [Toleration]);

/// The tolerations that have to do with taints that are mere wishes.
struct PreferTolerated<'a>(Vec<&'a Toleration>);

impl Plugin for TaintToleration {
    fn name(&self) -> &'static str {
        "TaintToleration"
    }

    fn as_pre_filter(&self) -> Option<&dyn PreFilter> {
        Some(self)
    }

    fn as_pre_score(&self) -> Option<&dyn PreScore> {
        Some(self)
    }

    fn listens_to(&self) -> &'static [EventKind] {
        &[EventKind::NodeAdded, EventKind::NodeUpdated, EventKind::PodUpdated]
    }

    fn hint(&self, pod: &PodInfo, event: &Event<'_>) -> Hint {
        let refuses = |node: &Node| keeps_away(&node.spec.taints, &pod.spec().tolerations);
        Hint::queue_if(match event {
            Event::NodeAdded(node) => !refuses(node),
            Event::NodeUpdated { before, after } => refuses(before) && !refuses(after),
            Event::PodUpdated { before, after } => {
                before.spec.tolerations != after.spec.tolerations
            }
            _ => false,
        })
    }
}

impl PreFilter for TaintToleration {
    fn pre_filter<'a>(&self, ctx: &Ctx<'a>) -> PreFiltered<'a> {
        PreFiltered::Filter(Box::new(Tolerate(&ctx.pod.spec().tolerations)))
    }
}

impl Filter for Tolerate<'_> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        if keeps_away(node.taints(), self.0) {
            return Err(Status::unresolvable(Str::new_static("node(s) had untolerated taint(s)")));
        }
        Ok(())
    }
}

impl PreScore for TaintToleration {
    fn pre_score<'a>(&self, ctx: &Ctx<'a>, _: &[&'a NodeInfo]) -> Option<Box<dyn Score + 'a>> {
        let tolerations = ctx.pod.spec().tolerations.iter();
        let about_wishes = |t: &&Toleration| t.effect.is_empty() || t.effect == "PreferNoSchedule";
        Some(Box::new(PreferTolerated(tolerations.filter(about_wishes).collect())))
    }
}

impl Score for PreferTolerated<'_> {
    fn score(&self, node: &NodeInfo) -> i64 {
        let wishes = node.taints().iter().filter(|taint| taint.effect == "PreferNoSchedule");
        wishes.filter(|taint| !self.0.iter().any(|t| t.tolerates(taint))).count() as i64
    }

    fn normalize(&self, _nodes: &[&NodeInfo], scores: &mut [i64]) {
        normalize(scores, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::plugins::testing::{filter, score};

    const TAINTS: &str = "taints: [{key: a, value: x, effect: NoSchedule},
                                   {key: b, effect: PreferNoSchedule}]";

    #[test]
    fn refuses_what_is_not_tolerated() {
        let refused = Some("node(s) had untolerated taint(s)");
        let check = |pod: &str, expected| filter(&TaintToleration, pod, TAINTS, expected);
        check("", refused);
        check("tolerations: [{key: a, value: x, effect: NoSchedule}]", None);
        check("tolerations: [{key: a, value: y}]", refused);
        check("tolerations: [{operator: Exists}]", None);
        filter(&TaintToleration, "", "taints: [{key: a, effect: NoExecute}]", refused);
        filter(&TaintToleration, "", "taints: [{key: a, effect: PreferNoSchedule}]", None);
    }

    #[test]
    fn fewer_unwanted_taints_are_better() {
        let nodes = [
            "",
            "taints: [{key: a, effect: PreferNoSchedule}]",
            "taints: [{key: a, effect: PreferNoSchedule}, {key: b, effect: PreferNoSchedule}]",
        ];
        let check = |pod, raw: &[i64], normalized: &[i64]| {
            score(&TaintToleration, pod, &nodes, Some((raw, normalized)));
        };
        check("", &[0, 1, 2], &[100, 50, 0]);
        check("tolerations: [{key: a, operator: Exists}]", &[0, 0, 1], &[100, 100, 0]);
        check(
            "tolerations: [{key: a, operator: Exists, effect: NoSchedule}]",
            &[0, 1, 2],
            &[100, 50, 0],
        );
        check("tolerations: [{operator: Exists}]", &[0, 0, 0], &[100, 100, 100]);
    }
}
