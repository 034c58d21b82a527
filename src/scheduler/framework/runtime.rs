//! Runs the plugins, point by point.
//!
//! Models pkg/scheduler/framework/runtime/framework.go.

use std::collections::BTreeSet;

use super::{
    Ctx, Diagnosis, Event, EventKind, Filter, Help, Hint, Plugin, PostFiltered, PreFiltered,
    Preemption, SCORE_MAX, Status,
};
use crate::api::Str;
use crate::api::rpc::Call;
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::pod::PodInfo;
use crate::sim::Time;

/// The plugins of a scheduler in their order, with the weights of those that score.
#[derive(Clone, Copy)]
pub struct Framework {
    plugins: &'static [(&'static dyn Plugin, i64)],
}

/// Some of the plugins of a framework.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PluginSet(u32);

/// The filters that have something to say about one pod.
pub struct Filters<'a> {
    filters: Vec<(&'static str, Box<dyn Filter + 'a>)>,
    /// The names of the only nodes that can pass, if the pod can run on few.
    pub only: Option<BTreeSet<Str>>,
}

/// What the plugins gave the nodes that passed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Scores {
    /// The plugins that had something to say, with their weights.
    pub plugins: Vec<(&'static str, i64)>,
    /// In each plugin's own measure: the scores of all nodes by the first, then by the second …
    pub raw: Vec<i64>,
    /// The same from 0 to [`SCORE_MAX`].
    pub normalized: Vec<i64>,
    /// The weighted sum for each node.
    pub totals: Vec<i64>,
}

impl Framework {
    /// A scheduler with these plugins.
    pub const fn new(plugins: &'static [(&'static dyn Plugin, i64)]) -> Self {
        assert!(plugins.len() <= 32, "a PluginSet has 32 places");
        Self { plugins }
    }

    /// All plugins in their order.
    pub fn plugins(&self) -> impl Iterator<Item = &'static dyn Plugin> {
        self.plugins.iter().map(|(plugin, _)| *plugin)
    }

    /// Whether `pod` may enter the queue.
    pub fn pre_enqueue(&self, pod: &PodInfo) -> Result<(), Status> {
        for plugin in self.plugins() {
            if let Some(point) = plugin.as_pre_enqueue() {
                point.pre_enqueue(pod).map_err(|status| status.by(plugin.name()))?;
            }
        }
        Ok(())
    }

    /// The place of `pod` in the queue: the least goes first.
    pub fn rank(&self, pod: &PodInfo, since: Time) -> (i64, Time) {
        let sort = self.plugins().find_map(|plugin| plugin.as_queue_sort());
        sort.map_or((0, since), |sort| sort.rank(pod, since))
    }

    /// Prepares the filters for a pod; `None`, and the reason in `diagnosis`, when it fits nowhere.
    pub fn pre_filter<'a>(&self, ctx: &Ctx<'a>, diagnosis: &mut Diagnosis) -> Option<Filters<'a>> {
        let mut filters = Filters { filters: Vec::new(), only: None };
        let mut narrowing = Vec::new();
        for plugin in self.plugins() {
            let Some(point) = plugin.as_pre_filter() else { continue };
            match point.pre_filter(ctx) {
                PreFiltered::Skip => {}
                PreFiltered::Filter(filter) => filters.filters.push((plugin.name(), filter)),
                PreFiltered::Only(filter, names) => {
                    filters.filters.push((plugin.name(), filter));
                    narrowing.push(plugin.name());
                    filters.only = Some(match filters.only.take() {
                        Some(only) => only.intersection(&names).cloned().collect(),
                        None => names,
                    });
                }
                PreFiltered::Refused(status) => {
                    refuse_everywhere(diagnosis, status.by(plugin.name()));
                    return None;
                }
            }
        }
        narrowing.sort_unstable();
        diagnosis.plugins.extend(&narrowing);
        if filters.only.as_ref().is_some_and(BTreeSet::is_empty) {
            let words = nothing_left(&narrowing);
            refuse_everywhere(diagnosis, Status::unresolvable(words));
            return None;
        }
        if !narrowing.is_empty() {
            let words = format!("node(s) didn't satisfy plugin(s) [{}]", narrowing.join(" "));
            diagnosis.absent = Some(Status::unresolvable(words));
        }
        Some(filters)
    }

    /// Asks the plugins in turn to help a pod that fits nowhere. If none can: what they say, and
    /// whether the pod goes on waiting for room where it did. Models RunPostFilterPlugins.
    pub fn post_filter(&self, mut help: Help<'_>) -> Result<Preemption, (Str, bool)> {
        let mut words: Vec<Str> = Vec::new();
        let mut keeps_nomination = true;
        for plugin in self.plugins() {
            let Some(point) = plugin.as_post_filter() else { continue };
            match point.post_filter(&mut help) {
                PostFiltered::Refused(why) => words.push(why),
                PostFiltered::Hopeless(why) => {
                    words.push(why);
                    keeps_nomination = false;
                }
                PostFiltered::Failed(why) => return Err((why, true)),
                PostFiltered::Nominated(preemption) => return Ok(preemption),
            }
        }
        Err((words.join(", ").into(), keeps_nomination))
    }

    /// Scores `nodes` by all plugins that have something to say about the pod.
    pub fn score<'a>(&self, ctx: &Ctx<'a>, nodes: &[&'a NodeInfo]) -> Scores {
        let mut scores = Scores { totals: vec![0; nodes.len()], ..Scores::default() };
        for (plugin, weight) in self.plugins {
            let Some(point) = plugin.as_pre_score() else { continue };
            let Some(score) = point.pre_score(ctx, nodes) else { continue };
            let start = scores.raw.len();
            scores.plugins.push((plugin.name(), *weight));
            scores.raw.extend(nodes.iter().map(|node| score.score(node)));
            scores.normalized.extend_from_slice(&scores.raw[start..]);
            score.normalize(nodes, &mut scores.normalized[start..]);
            for (total, score) in scores.totals.iter_mut().zip(&scores.normalized[start..]) {
                assert!((0..=SCORE_MAX).contains(score), "{} gave {score}", plugin.name());
                *total += weight * score;
            }
        }
        scores
    }

    /// Whether the plugins have no objection to `node` now that it has been chosen.
    pub fn reserve_and_permit(&self, ctx: &Ctx<'_>, node: &NodeInfo) -> Result<(), Status> {
        for plugin in self.plugins() {
            if let Some(point) = plugin.as_reserve() {
                point.reserve(ctx, node).map_err(|status| status.by(plugin.name()))?;
            }
        }
        for plugin in self.plugins() {
            if let Some(point) = plugin.as_permit() {
                point.permit(ctx, node).map_err(|status| status.by(plugin.name()))?;
            }
        }
        Ok(())
    }

    /// The requests that bind the pod to `node`, to be made one after the other, each with the
    /// plugin it is for.
    pub fn binding(&self, ctx: &Ctx<'_>, node: &NodeInfo) -> Vec<(&'static str, Call)> {
        let mut calls = Vec::new();
        for plugin in self.plugins() {
            if let Some(point) = plugin.as_pre_bind() {
                let named = |call| (plugin.name(), call);
                calls.extend(point.pre_bind(ctx, node).into_iter().map(named));
            }
        }
        let bind = self.plugins().find_map(|plugin| Some((plugin.name(), plugin.as_bind()?)));
        calls.extend(bind.map(|(name, point)| (name, point.bind(ctx.pod, &node.name))));
        calls
    }

    /// Whether one of `rejectors` thinks that `event` may have made room for `pod`.
    pub fn is_worth_queueing(
        &self,
        rejectors: PluginSet,
        pod: &PodInfo,
        event: &Event<'_>,
    ) -> bool {
        let mut asked = rejectors.iter().map(|at| self.plugins[usize::from(at)].0);
        let kind = event.kind();
        asked.any(|plugin| {
            plugin.listens_to().contains(&kind) && plugin.hint(pod, event) == Hint::Queue
        })
    }

    /// The plugins that want to hear of such events.
    pub fn listeners(&self, kind: EventKind) -> PluginSet {
        let places = self.plugins().enumerate();
        let listening = places.filter(|(_, plugin)| plugin.listens_to().contains(&kind));
        PluginSet(listening.fold(0, |set, (at, _)| set | 1 << at))
    }

    /// The plugins with these names.
    pub fn set_of(&self, names: &BTreeSet<&'static str>) -> PluginSet {
        let places = self.plugins().enumerate();
        let named = places.filter(|(_, plugin)| names.contains(plugin.name()));
        PluginSet(named.fold(0, |set, (at, _)| set | 1 << at))
    }
}

impl std::fmt::Debug for Framework {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.plugins().map(|plugin| plugin.name())).finish()
    }
}

impl PluginSet {
    /// Whether there is none in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their places in the framework.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..32).filter(move |at| self.0 >> at & 1 == 1)
    }
}

impl Filters<'_> {
    /// Asks the filters about `node` in their order, until one refuses it.
    pub fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        for (plugin, filter) in &self.filters {
            filter.filter(node).map_err(|status| status.by(plugin))?;
        }
        Ok(())
    }
}

/// Notes that the pod fits nowhere. Models Scheduler.findNodesThatFitPod after RunPreFilterPlugins.
fn refuse_everywhere(diagnosis: &mut Diagnosis, status: Status) {
    diagnosis.pre_filter = Some(status.message());
    if !status.plugin.is_empty() {
        diagnosis.plugins.insert(status.plugin);
    }
    diagnosis.absent = Some(status);
}

/// What is said when plugins agree on no node.
fn nothing_left(plugins: &[&'static str]) -> String {
    match plugins {
        [plugin] => format!("node(s) didn't satisfy plugin {plugin}"),
        _ => format!("node(s) didn't satisfy plugin(s) [{}] simultaneously", plugins.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::framework::{PreFilter, PreScore, Reserve, Score};
    use crate::scheduler::testing::{cache, plain_node, pod, with_ctx};

    /// Lets only the node pass whose name it has, and scores it.
    struct OnlyA;
    struct OnlyB;
    struct Nothing;

    struct Pass;

    impl Filter for Pass {
        fn filter(&self, _node: &NodeInfo) -> Result<(), Status> {
            Ok(())
        }
    }

    impl PreFilter for OnlyA {
        fn pre_filter<'a>(&self, _ctx: &Ctx<'a>) -> PreFiltered<'a> {
            PreFiltered::Only(Box::new(Pass), [Str::from("a")].into())
        }
    }

    impl PreFilter for OnlyB {
        fn pre_filter<'a>(&self, _ctx: &Ctx<'a>) -> PreFiltered<'a> {
            PreFiltered::Only(Box::new(Pass), [Str::from("b")].into())
        }
    }

    struct Ten;

    impl Score for Ten {
        fn score(&self, node: &NodeInfo) -> i64 {
            if node.name == "a" { 10 } else { 0 }
        }
    }

    impl PreScore for OnlyA {
        fn pre_score<'a>(&self, _: &Ctx<'a>, _: &[&'a NodeInfo]) -> Option<Box<dyn Score + 'a>> {
            Some(Box::new(Ten))
        }
    }

    impl Reserve for OnlyB {
        fn reserve(&self, _ctx: &Ctx<'_>, node: &NodeInfo) -> Result<(), Status> {
            if node.name == "b" { Ok(()) } else { Err(Status::unschedulable("not b")) }
        }
    }

    impl Plugin for OnlyA {
        fn name(&self) -> &'static str {
            "OnlyA"
        }

        fn as_pre_filter(&self) -> Option<&dyn PreFilter> {
            Some(self)
        }

        fn as_pre_score(&self) -> Option<&dyn PreScore> {
            Some(self)
        }
    }

    impl Plugin for OnlyB {
        fn name(&self) -> &'static str {
            "OnlyB"
        }

        fn as_pre_filter(&self) -> Option<&dyn PreFilter> {
            Some(self)
        }

        fn as_reserve(&self) -> Option<&dyn Reserve> {
            Some(self)
        }

        fn listens_to(&self) -> &'static [EventKind] {
            &[EventKind::NodeAdded]
        }

        fn hint(&self, _pod: &PodInfo, event: &Event<'_>) -> Hint {
            Hint::queue_if(matches!(event, Event::NodeAdded(node) if node.name() == "n"))
        }
    }

    impl Plugin for Nothing {
        fn name(&self) -> &'static str {
            "Nothing"
        }
    }

    static BOTH: [(&dyn Plugin, i64); 3] = [(&Nothing, 0), (&OnlyB, 0), (&OnlyA, 3)];

    #[test]
    fn plugins_that_narrow_to_different_nodes_leave_none() {
        let cache = cache(&[plain_node("a", ""), plain_node("b", "")], &[]);
        with_ctx(&pod("{metadata: {name: p}}"), &cache, |ctx| {
            let mut diagnosis = Diagnosis::of(2);
            assert!(Framework::new(&BOTH).pre_filter(ctx, &mut diagnosis).is_none());
            assert_eq!(
                diagnosis.message(),
                "0/2 nodes are available: node(s) didn't satisfy plugin(s) [OnlyA OnlyB] \
                 simultaneously.",
            );
            let mut diagnosis = Diagnosis::of(2);
            let filters = Framework::new(&BOTH[2..]).pre_filter(ctx, &mut diagnosis).unwrap();
            assert_eq!(filters.only, Some([Str::from("a")].into()));
            let absent = diagnosis.absent.map(|status| status.message());
            assert_eq!(absent.as_deref(), Some("node(s) didn't satisfy plugin(s) [OnlyA]"));
        });
    }

    #[test]
    fn totals_are_weighted_and_refusals_carry_the_name() {
        let framework = Framework::new(&BOTH);
        let cache = cache(&[plain_node("a", ""), plain_node("b", "")], &[]);
        with_ctx(&pod("{metadata: {name: p}}"), &cache, |ctx| {
            let nodes: Vec<_> = cache.iter().collect();
            let scores = framework.score(ctx, &nodes);
            assert_eq!((scores.plugins, scores.raw), (vec![("OnlyA", 3)], vec![10, 0]));
            assert_eq!(scores.totals, [30, 0]);
            let refusal = framework.reserve_and_permit(ctx, nodes[0]).unwrap_err();
            assert_eq!((refusal.plugin, refusal.message().as_str()), ("OnlyB", "not b"));
            assert!(framework.reserve_and_permit(ctx, nodes[1]).is_ok());
        });
    }

    #[test]
    fn only_those_who_refused_are_asked_for_hints() {
        let framework = Framework::new(&BOTH);
        let pod = PodInfo::new(pod("{metadata: {name: p}}"));
        let check = |name, event: &Event<'_>, expected| {
            let rejectors = framework.set_of(&[name].into());
            assert!(!rejectors.is_empty());
            assert_eq!(framework.is_worth_queueing(rejectors, &pod, event), expected, "{name}");
        };
        let node = plain_node("n", "");
        check("OnlyB", &Event::NodeAdded(&node), true);
        check("OnlyA", &Event::NodeAdded(&node), false);
        check("OnlyB", &Event::NodeDeleted(&node), false);
        check("OnlyB", &Event::NodeAdded(&plain_node("m", "")), false);
    }
}
