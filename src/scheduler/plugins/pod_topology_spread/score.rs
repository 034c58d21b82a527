//! Prefers nodes in domains with fewer matching pods.
//!
//! Models pkg/scheduler/framework/plugins/podtopologyspread/scoring.go.

use std::collections::BTreeMap;

use super::weight::topology_weight;
use super::{Constraint, Constraints};
use crate::scheduler::framework::{Ctx, SCORE_MAX, Score};
use crate::scheduler::node_info::{NodeInfo, TopologyKey};

/// The constraints, each with the domains that the nodes to be scored are in.
pub struct PreferSpread<'a> {
    constraints: Constraints<'a>,
    domains: Vec<Domains<'a>>,
}

/// The domains of one constraint.
struct Domains<'a> {
    /// How many matching pods there are in each; empty for hosts, which are counted one by one.
    /// Nodes without the label, or with an empty one, form a domain as well.
    pods: BTreeMap<Option<&'a str>, i64>,
    /// Whether any of the nodes to be scored has the label: if not, nobody asks.
    is_asked_for: bool,
    /// What one pod more or less is worth: more where there are more domains, so that spreading
    /// over few zones does not drown in spreading over many nodes.
    weight: f64,
}

impl<'a> PreferSpread<'a> {
    /// Counts matching pods in the domains of `nodes`, which are to be scored.
    pub fn new(ctx: &Ctx<'a>, constraints: Constraints<'a>, nodes: &[&'a NodeInfo]) -> Self {
        let mut spread = Self { domains: Vec::new(), constraints };
        let scored = || nodes.iter().filter(|node| !spread.is_ignored(node));
        let domains: Vec<_> = (spread.constraints.list.iter())
            .map(|constraint| {
                let mut pods = BTreeMap::new();
                if constraint.key == TopologyKey::Hostname {
                    let weight = topology_weight(scored().count());
                    return Domains { pods, is_asked_for: false, weight };
                }
                let mut is_asked_for = false;
                for value in scored().map(|node| constraint.key.value(node)) {
                    is_asked_for |= value.is_some();
                    pods.entry(domain(value)).or_insert(0);
                }
                Domains { weight: topology_weight(pods.len()), is_asked_for, pods }
            })
            .collect();
        spread.domains = domains;
        spread.count(ctx);
        spread
    }

    /// Counts over all nodes, not only those that are to be scored.
    fn count(&mut self, ctx: &Ctx<'a>) {
        let constraints = &self.constraints;
        let all = constraints.list.iter().zip(&mut self.domains);
        for (constraint, domains) in all.filter(|(_, domains)| domains.is_asked_for) {
            for node in ctx.cache.iter() {
                let ignored = constraints.all_keys_needed && !constraints.has_all_keys(node);
                let value = domain(constraint.key.value(node));
                if let Some(pods) = domains.pods.get_mut(&value)
                    && !ignored
                    && constraints.includes(constraint, node)
                {
                    *pods += node.count_staying(&constraint.counted);
                }
            }
        }
    }

    fn is_ignored(&self, node: &NodeInfo) -> bool {
        self.constraints.all_keys_needed && !self.constraints.has_all_keys(node)
    }
}

impl Score for PreferSpread<'_> {
    /// How crowded the domains of `node` are.
    fn score(&self, node: &NodeInfo) -> i64 {
        if self.is_ignored(node) {
            return 0;
        }
        let mut crowd = 0.0;
        for (constraint, domains) in self.constraints.list.iter().zip(&self.domains) {
            let Some(value) = constraint.key.value(node) else { continue };
            let pods = match constraint.key {
                TopologyKey::Hostname => node.count_staying(&constraint.counted),
                _ => domains.pods.get(&domain(Some(value))).copied().unwrap_or(0),
            };
            crowd += crowding(pods, constraint, domains.weight);
        }
        crowd.round() as i64
    }

    fn normalize(&self, nodes: &[&NodeInfo], scores: &mut [i64]) {
        let scored = || nodes.iter().zip(scores.iter()).filter(|(node, _)| !self.is_ignored(node));
        let least = scored().map(|(_, score)| *score).min().unwrap_or(0);
        let most = scored().map(|(_, score)| *score).max().unwrap_or(0);
        for (node, score) in nodes.iter().zip(scores) {
            *score = match most {
                _ if self.is_ignored(node) => 0,
                0 => SCORE_MAX,
                most => SCORE_MAX * (most + least - *score) / most,
            };
        }
    }
}

/// The domain of nodes with this value of a label.
fn domain(value: Option<&str>) -> Option<&str> {
    value.filter(|value| !value.is_empty())
}

/// Models scoring.go scoreForCount: a larger skew allowed waters differences down.
fn crowding(pods: i64, constraint: &Constraint, weight: f64) -> f64 {
    pods as f64 * weight + (constraint.skew_max - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::{Node, Pod};
    use crate::api::{Collection, Resource, Typed};
    use crate::scheduler::framework::{Listers, PreScore};
    use crate::scheduler::plugins::pod_topology_spread::PodTopologySpread;
    use crate::scheduler::plugins::testing::check_score;
    use crate::scheduler::pod::PodInfo;
    use crate::scheduler::testing::{self, cache, node, pod};

    fn labelled(name: &str, zone: Option<&str>) -> Typed<Node> {
        let zone = zone.map_or(String::new(), |z| format!("topology.kubernetes.io/zone: {z}, "));
        let labels = format!("{{{zone}kubernetes.io/hostname: {name}}}");
        node(&format!("{{metadata: {{name: {name}, labels: {labels}}}}}"))
    }

    fn web(name: &str, node: &str) -> Typed<Pod> {
        pod(&format!(
            "{{metadata: {{name: {name}, labels: {{app: web}}}}, spec: {{nodeName: {node}}}}}"
        ))
    }

    #[test]
    fn fewer_matching_pods_are_better() {
        let nodes = [labelled("a", Some("x")), labelled("b", Some("x")), labelled("c", Some("y"))];
        let pods = [web("p1", "a"), web("p2", "a"), web("p3", "c")];
        let nodes = [&nodes[..], &[labelled("d", None)]].concat();
        let check = |key: &str, raw: &[i64], normalized: &[i64]| {
            let pod = pod(&format!(
                "{{metadata: {{name: p}}, spec: {{topologySpreadConstraints: [{{maxSkew: 1,
                  topologyKey: {key}, whenUnsatisfiable: ScheduleAnyway,
                  labelSelector: {{matchLabels: {{app: web}}}}}}]}}}}"
            ));
            let mut cache = cache(&nodes, &pods);
            cache.arrange();
            check_score(&PodTopologySpread, &pod, &cache, Some((raw, normalized)));
        };
        // In the order in which zones take turns: a, c, d, b. ln(4) = 1.39, ln(6) = 1.79.
        check("topology.kubernetes.io/zone", &[3, 1, 0, 3], &[33, 100, 0, 33]);
        check("kubernetes.io/hostname", &[4, 2, 0, 0], &[0, 50, 100, 100]);
    }

    #[test]
    fn pods_behind_a_service_are_spread_by_default() {
        let service = testing::object(
            Resource::SERVICES,
            "{metadata: {name: s, namespace: default}, spec: {selector: {app: web}}}",
        );
        let services: Collection = [service].into_iter().collect();
        let nothing = Collection::default();
        let cache = cache(&[labelled("a", None), labelled("b", None)], &[web("p1", "a")]);
        let nodes: Vec<_> = cache.iter().collect();
        let check = |labels: &str, expected: Option<Vec<i64>>| {
            let pod =
                PodInfo::new(pod(&format!("{{metadata: {{name: p, labels: {{{labels}}}}}}}")));
            let listers = Listers {
                namespaces: &nothing,
                services: &services,
                replication_controllers: &nothing,
                replica_sets: &nothing,
                pods: &nothing,
                budgets: &[],
            };
            let ctx = Ctx { pod: &pod, cache: &cache, listers };
            let score = PodTopologySpread.pre_score(&ctx, &nodes);
            let scores = score.map(|score| nodes.iter().map(|node| score.score(node)).collect());
            assert_eq!(scores, expected, "{labels}");
        };
        // 1 · ln(4) + 2 for the node with a pod, 2 for the one without.
        check("app: web", Some(vec![3, 2]));
        check("app: db", None);
    }
}
