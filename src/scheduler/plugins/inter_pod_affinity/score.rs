//! Scores nodes by the wishes of the pod and of the pods that are there.
//!
//! Models pkg/scheduler/framework/plugins/interpodaffinity/scoring.go.

use std::collections::BTreeMap;

use super::{count, meant_by, namespace_labels};
use crate::scheduler::framework::{Ctx, SCORE_MAX, Score};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::pod::{Affinities, AffinityTerm, LabelSetId};

/// What a pod that must have the cycle's pod near adds to its domain.
/// Models apis/config/v1/defaults.go hardPodAffinityWeight.
const REQUIRED_WEIGHT: i64 = 1;

/// How welcome the pod is in each domain: by label of nodes, then by its value.
pub struct Wishes<'a>(BTreeMap<&'a str, BTreeMap<&'a str, i64>>);

/// A wish of the pod, and the labels of the pods it is about.
struct Wish<'a> {
    weight: i64,
    term: &'a AffinityTerm,
    meant: Vec<LabelSetId>,
}

impl<'a> Wishes<'a> {
    /// Adds up over all nodes; `None` when no wish is about the pod.
    pub fn new(ctx: &Ctx<'a>) -> Option<Self> {
        let own = own_wishes(ctx);
        let (any_has_rules, _) = ctx.cache.has_affinity();
        if own.is_empty() && !any_has_rules {
            return None;
        }
        let meta = ctx.pod.meta();
        let of_namespace = namespace_labels(ctx, &meta.namespace);
        let is_meant =
            |term: &AffinityTerm| term.matches(&meta.labels, &meta.namespace, &of_namespace);
        let mut wishes = Self(BTreeMap::new());
        for node in ctx.cache.iter() {
            for wish in &own {
                let pods = count(node, &wish.meant);
                if pods > 0 {
                    wishes.add(node, wish.term, wish.weight * pods);
                }
            }
            for affinity in node.pods_with_affinity().filter_map(|p| p.needs.affinity.as_deref()) {
                for (weight, term) in weighted(affinity).filter(|(_, term)| is_meant(term)) {
                    wishes.add(node, term, weight);
                }
            }
        }
        (!wishes.0.is_empty()).then_some(wishes)
    }

    fn add(&mut self, node: &'a NodeInfo, term: &'a AffinityTerm, weight: i64) {
        if let Some(value) = node.label(&term.topology_key) {
            let domains = self.0.entry(&term.topology_key).or_default();
            *domains.entry(value).or_default() += weight;
        }
    }
}

impl Score for Wishes<'_> {
    fn score(&self, node: &NodeInfo) -> i64 {
        let found = self.0.iter().filter_map(|(key, domains)| domains.get(node.label(key)?));
        found.sum()
    }

    fn normalize(&self, _nodes: &[&NodeInfo], scores: &mut [i64]) {
        let least = scores.iter().copied().min().unwrap_or(0);
        let most = scores.iter().copied().max().unwrap_or(0);
        for score in scores {
            // The last digit depends on how upstream rounds: a quotient, then a product.
            *score = match most - least {
                0 => 0,
                range => (SCORE_MAX as f64 * ((*score - least) as f64 / range as f64)) as i64,
            };
        }
    }
}

/// What the pod itself would rather be near (above 0) or away from (below 0).
fn own_wishes<'a>(ctx: &Ctx<'a>) -> Vec<Wish<'a>> {
    let Some(affinity) = ctx.pod.needs.affinity.as_deref() else { return Vec::new() };
    let near = affinity.preferred.iter().map(|(weight, term)| (*weight, term));
    let apart = affinity.preferred_anti.iter().map(|(weight, term)| (-weight, term));
    let wish = |(weight, term)| Wish { weight, term, meant: meant_by(ctx, &[term]) };
    near.chain(apart).map(wish).collect()
}

/// What a pod that is there wishes of others, with what it must have.
fn weighted(affinity: &Affinities) -> impl Iterator<Item = (i64, &AffinityTerm)> {
    let must = affinity.required.iter().map(|term| (REQUIRED_WEIGHT, term));
    let near = affinity.preferred.iter().map(|(weight, term)| (*weight, term));
    let apart = affinity.preferred_anti.iter().map(|(weight, term)| (-weight, term));
    must.chain(near).chain(apart)
}

#[cfg(test)]
mod tests {
    use crate::api::Typed;
    use crate::api::types::Pod;
    use crate::scheduler::plugins::inter_pod_affinity::InterPodAffinity;
    use crate::scheduler::plugins::testing::{Expected, check_score};
    use crate::scheduler::testing::{cache, node, pod};

    fn wish(kind: &str, weight: u32, app: &str) -> String {
        format!(
            "{kind}: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: {weight},
              podAffinityTerm: {{topologyKey: zone,
                                 labelSelector: {{matchLabels: {{app: {app}}}}}}}}}]}}"
        )
    }

    fn labelled(name: &str, app: &str, spec: &str) -> Typed<Pod> {
        pod(&format!("{{metadata: {{name: {name}, labels: {{app: {app}}}}}, spec: {{{spec}}}}}"))
    }

    /// Nodes a in zone x, b in y, c in none.
    fn check(spec: &str, there: &[Typed<Pod>], expected: Expected<'_>) {
        let nodes = [("a", "zone: x"), ("b", "zone: y"), ("c", "")].map(|(name, label)| {
            node(&format!("{{metadata: {{name: {name}, labels: {{{label}}}}}}}"))
        });
        let pod = labelled("p", "web", spec);
        check_score(&InterPodAffinity, &pod, &cache(&nodes, there), expected);
    }

    #[test]
    fn own_wishes_count_every_pod_they_are_about() {
        let there = [
            labelled("p1", "db", "nodeName: a"),
            labelled("p2", "db", "nodeName: a"),
            labelled("p3", "db", "nodeName: b"),
        ];
        let near = format!("affinity: {{{}}}", wish("podAffinity", 10, "db"));
        check(&near, &there, Some((&[20, 10, 0], &[100, 50, 0])));
        let apart = format!("affinity: {{{}}}", wish("podAntiAffinity", 10, "db"));
        check(&apart, &there, Some((&[-20, -10, 0], &[0, 50, 100])));
        check(&near, &[], None);
        check("", &there, None);
    }

    #[test]
    fn wishes_of_others_count_as_well() {
        let drawn = format!("nodeName: a, affinity: {{{}}}", wish("podAffinity", 7, "web"));
        check("", &[labelled("p1", "db", &drawn)], Some((&[7, 0, 0], &[100, 0, 0])));
        let shy = format!("nodeName: b, affinity: {{{}}}", wish("podAntiAffinity", 7, "web"));
        check("", &[labelled("p1", "db", &shy)], Some((&[0, -7, 0], &[100, 0, 100])));
        let must =
            "nodeName: b, affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution:
                    [{topologyKey: zone, labelSelector: {matchLabels: {app: web}}}]}}";
        check("", &[labelled("p1", "db", must)], Some((&[0, 1, 0], &[0, 100, 0])));
    }
}
