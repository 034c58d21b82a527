//! Refuses nodes in domains that have too many matching pods already.
//!
//! Models pkg/scheduler/framework/plugins/podtopologyspread/filtering.go.

use std::collections::BTreeMap;

use super::{Constraint, Constraints};
use crate::api::Str;
use crate::scheduler::framework::{Ctx, Filter, Status};
use crate::scheduler::node_info::NodeInfo;

/// The constraints, each with its domains.
pub struct Spread<'a>(Vec<(Constraint, Domains<'a>)>);

/// How many matching pods there are in each domain.
struct Domains<'a> {
    pods: BTreeMap<&'a str, i64>,
    /// The least of them; 0 while there are too few domains.
    least: i64,
}

impl<'a> Spread<'a> {
    /// Counts matching pods by domain.
    pub fn new(ctx: &Ctx<'a>, constraints: Constraints<'a>) -> Self {
        let mut pods: Vec<_> = constraints.list.iter().map(|_| BTreeMap::new()).collect();
        for node in ctx.cache.iter().filter(|node| constraints.has_all_keys(node)) {
            for (constraint, pods) in constraints.list.iter().zip(&mut pods) {
                let value = constraint.key.value(node).expect("the node has all keys");
                if constraints.includes(constraint, node) {
                    *pods.entry(value).or_insert(0) += node.count_staying(&constraint.counted);
                }
            }
        }
        let counted = constraints.list.into_iter().zip(pods).map(|(constraint, pods)| {
            let enough = pods.len() >= constraint.domains_min;
            let least = pods.values().copied().min().filter(|_| enough).unwrap_or(0);
            (constraint, Domains { pods, least })
        });
        Self(counted.collect())
    }
}

impl Filter for Spread<'_> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        const REFUSED: Str =
            Str::new_static("node(s) didn't match pod topology spread constraints");
        const NO_LABEL: Str = Str::new_static(
            "node(s) didn't match pod topology spread constraints (missing required label)",
        );
        for (constraint, domains) in &self.0 {
            let value = constraint.key.value(node).ok_or(Status::unresolvable(NO_LABEL))?;
            let there = domains.pods.get(value).copied().unwrap_or(0);
            let skew = there + i64::from(constraint.counts_itself) - domains.least;
            if skew > constraint.skew_max {
                return Err(Status::unschedulable(REFUSED));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::api::Typed;
    use crate::api::types::{Node, Pod};
    use crate::scheduler::plugins::pod_topology_spread::PodTopologySpread;
    use crate::scheduler::plugins::testing::check_filter;
    use crate::scheduler::testing::{cache, node, pod};

    const REFUSED: Option<&str> = Some("node(s) didn't match pod topology spread constraints");
    const NO_LABEL: Option<&str> =
        Some("node(s) didn't match pod topology spread constraints (missing required label)");

    fn zoned(name: &str, zone: &str, spec: &str) -> Typed<Node> {
        node(&format!(
            "{{metadata: {{name: {name},
                           labels: {{zone: {zone}, kubernetes.io/hostname: {name}}}}},
               spec: {{{spec}}}}}"
        ))
    }

    fn web(name: &str, node: &str) -> Typed<Pod> {
        pod(&format!(
            "{{metadata: {{name: {name}, labels: {{app: web}}}}, spec: {{nodeName: {node}}}}}"
        ))
    }

    fn spread(constraint: &str, labels: &str, spec: &str) -> Typed<Pod> {
        pod(&format!(
            "{{metadata: {{name: p, labels: {{{labels}}}}}, spec: {{{spec}
              topologySpreadConstraints: [{{labelSelector: {{matchLabels: {{app: web}}}}, {constraint}}}]}}}}"
        ))
    }

    /// A constraint that must hold, with a skew of 1.
    fn strict(rest: &str) -> String {
        format!("whenUnsatisfiable: DoNotSchedule, maxSkew: 1, {rest}")
    }

    /// Two pods in zone x (both on a), one in y (on c), none on b; d has no zone.
    fn check(constraint: &str, labels: &str, spec: &str, expected: [Option<&str>; 4]) {
        let plain = node("{metadata: {name: d, labels: {kubernetes.io/hostname: d}}}");
        let taint = "taints: [{key: t, effect: NoSchedule}]";
        let nodes = [zoned("a", "x", ""), zoned("b", "x", ""), zoned("c", "y", taint), plain];
        let gone = pod("{metadata: {name: g, labels: {app: web}, deletionTimestamp: x},
                         spec: {nodeName: c}}");
        let elsewhere = pod("{metadata: {name: e, namespace: other, labels: {app: web}},
                              spec: {nodeName: c}}");
        let pods = [web("p1", "a"), web("p2", "a"), web("p3", "c"), gone, elsewhere];
        let cache = cache(&nodes, &pods);
        check_filter(&PodTopologySpread, &spread(constraint, labels, spec), &cache, &expected);
    }

    #[test]
    fn refuses_what_would_tilt_too_far() {
        let zone = strict("topologyKey: zone");
        let wider = "whenUnsatisfiable: DoNotSchedule, maxSkew: 2, topologyKey: zone";
        let wish = "whenUnsatisfiable: ScheduleAnyway, maxSkew: 1, topologyKey: zone";
        let host = strict("topologyKey: kubernetes.io/hostname");
        check(&zone, "app: web", "", [REFUSED, REFUSED, None, NO_LABEL]);
        check(wider, "app: web", "", [None, None, None, NO_LABEL]);
        check(wish, "app: web", "", [None; 4]);
        check(&host, "app: web", "", [REFUSED, None, REFUSED, None]);
        // A pod that is not counted itself may go where it does not matter.
        check(&zone, "app: db", "", [None, None, None, NO_LABEL]);
    }

    #[test]
    fn counts_only_where_the_policies_say_and_enough_domains_are() {
        let few = "whenUnsatisfiable: DoNotSchedule, maxSkew: 2, topologyKey: zone, minDomains: 3";
        check(few, "app: web", "", [REFUSED, REFUSED, None, NO_LABEL]);
        // Without zone y the least is what x has.
        let only_x = "nodeSelector: {zone: x},";
        check(&strict("topologyKey: zone"), "app: web", only_x, [None, None, None, NO_LABEL]);
        let ignoring = strict("topologyKey: zone, nodeAffinityPolicy: Ignore");
        check(&ignoring, "app: web", only_x, [REFUSED, REFUSED, None, NO_LABEL]);
        let honoring = strict("topologyKey: zone, nodeTaintsPolicy: Honor");
        check(&honoring, "app: web", "", [None, None, None, NO_LABEL]);
    }

    #[test]
    fn named_keys_narrow_what_is_counted_to_the_same_value() {
        let by_version = strict("topologyKey: zone, matchLabelKeys: [version]");
        check(&by_version, "app: web, version: '2'", "", [None, None, None, NO_LABEL]);
        check(&by_version, "app: web", "", [REFUSED, REFUSED, None, NO_LABEL]);
    }
}
