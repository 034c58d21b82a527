//! Keeps pods near others or away from them.
//!
//! Models pkg/scheduler/framework/plugins/interpodaffinity. Rules that must hold refuse nodes
//! ([`filter`]); wishes score them ([`score`]). Rules bind both ways: a pod that is there may
//! keep others away, or draw them near.

mod filter;
mod score;

use crate::api::codec::StrMap;
use crate::api::types::Pod;
use crate::api::{Key, Typed};
use crate::scheduler::framework::{
    Ctx, Event, EventKind, Hint, Plugin, PreFilter, PreFiltered, PreScore, Score,
};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::pod::{AffinityTerm, LabelSetId, Needs, PodInfo};

/// See the module.
pub struct InterPodAffinity;

impl Plugin for InterPodAffinity {
    fn name(&self) -> &'static str {
        "InterPodAffinity"
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
            EventKind::AssignedPodAdded,
            EventKind::AssignedPodUpdated,
            EventKind::AssignedPodDeleted,
            EventKind::PodUpdated,
        ]
    }

    fn hint(&self, pod: &PodInfo, event: &Event<'_>) -> Hint {
        Hint::queue_if(match event {
            Event::AssignedPodAdded(other) => is_drawn_to(pod, other),
            Event::AssignedPodDeleted(other) => is_kept_away_by(pod, other),
            Event::AssignedPodUpdated { before, after } => {
                (is_drawn_to(pod, after) && !is_drawn_to(pod, before))
                    || (is_kept_away_by(pod, before) && !is_kept_away_by(pod, after))
            }
            Event::PodUpdated { before, after } => before.meta().labels != after.meta().labels,
            Event::NodeAdded(_) => true,
            Event::NodeUpdated { before, after } => before.meta().labels != after.meta().labels,
            Event::NodeDeleted(_) => false,
        })
    }
}

impl PreFilter for InterPodAffinity {
    fn pre_filter<'a>(&self, ctx: &Ctx<'a>) -> PreFiltered<'a> {
        match filter::Rules::new(ctx) {
            Some(rules) => PreFiltered::Filter(Box::new(rules)),
            None => PreFiltered::Skip,
        }
    }
}

impl PreScore for InterPodAffinity {
    fn pre_score<'a>(&self, ctx: &Ctx<'a>, _: &[&'a NodeInfo]) -> Option<Box<dyn Score + 'a>> {
        score::Wishes::new(ctx).map(|wishes| Box::new(wishes) as Box<dyn Score + 'a>)
    }
}

/// The labels of a namespace, for rules that select namespaces.
fn namespace_labels<'a>(ctx: &Ctx<'a>, namespace: &str) -> StrMap {
    let object = ctx.listers.namespaces.get(&Key::parse(namespace));
    object.map(|object| object.meta().labels.clone()).unwrap_or_default()
}

/// The labels, with their namespaces, of pods on nodes that all of `terms` mean; sorted.
fn meant_by(ctx: &Ctx<'_>, terms: &[&AffinityTerm]) -> Vec<LabelSetId> {
    let mut known = (crate::api::Str::default(), StrMap::default());
    let sets = ctx.cache.label_sets().filter(|(namespace, _, labels)| {
        if known.0 != **namespace {
            known = ((*namespace).clone(), namespace_labels(ctx, namespace));
        }
        terms.iter().all(|term| term.matches(labels, namespace, &known.1))
    });
    let mut meant: Vec<_> = sets.map(|(_, id, _)| id).collect();
    meant.sort_unstable();
    meant
}

/// How many pods on `node` have one of these labels (sorted), whether or not they are leaving.
fn count(node: &NodeInfo, labels: &[LabelSetId]) -> i64 {
    let meant = node.by_labels().iter().filter(|c| labels.binary_search(&c.labels).is_ok());
    meant.map(|c| i64::from(c.pods)).sum()
}

fn is_drawn_to(pod: &PodInfo, other: &Typed<Pod>) -> bool {
    let labels = &other.meta().labels;
    let own = pod.needs.affinity.iter().flat_map(|affinity| &affinity.required);
    own.into_iter().any(|term| term.may_match(labels, other.namespace()))
}

fn is_kept_away_by(pod: &PodInfo, other: &Typed<Pod>) -> bool {
    let any = |needs: &Needs, labels: &StrMap, namespace: &str| {
        let mut terms = needs.affinity.iter().flat_map(|affinity| &affinity.required_anti);
        terms.any(|term| term.may_match(labels, namespace))
    };
    any(&pod.needs, &other.meta().labels, other.namespace())
        || any(&Needs::of(other.meta(), other), &pod.meta().labels, &pod.meta().namespace)
}
