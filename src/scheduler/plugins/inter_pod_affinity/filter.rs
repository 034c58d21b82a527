//! Refuses nodes by the rules of the pod and of the pods that are there.
//!
//! Models pkg/scheduler/framework/plugins/interpodaffinity/filtering.go.

use std::collections::BTreeMap;

use super::{count, meant_by, namespace_labels};
use crate::api::Str;
use crate::scheduler::framework::{Ctx, Filter, Status};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::pod::{Affinities, AffinityTerm, PodInfo};

/// Who is where, as far as rules are about it.
pub struct Rules<'a> {
    own: Option<&'a Affinities>,
    /// Pods that the pod has to be near: how many there are in each domain that all terms mean.
    near: Domains<'a>,
    /// Pods that the pod must not be near.
    apart: Domains<'a>,
    /// Pods that must not have the pod near.
    unwelcome: Domains<'a>,
    /// Whether the pod is one of those that it has to be near.
    means_itself: bool,
}

/// Pods by label of nodes and its value.
type Domains<'a> = BTreeMap<(&'a str, &'a str), i64>;

impl<'a> Rules<'a> {
    /// Counts over all nodes; `None` when no rule is about the pod.
    pub fn new(ctx: &Ctx<'a>) -> Option<Self> {
        let own = ctx.pod.needs.affinity.as_deref();
        let strict = |own: &Affinities| !own.required.is_empty() || !own.required_anti.is_empty();
        let own = own.filter(|own| strict(own));
        let unwelcome = unwelcome(ctx);
        if own.is_none() && unwelcome.is_empty() {
            return None;
        }
        let mut rules = Self {
            own,
            near: Domains::new(),
            apart: Domains::new(),
            unwelcome,
            means_itself: own.is_some_and(|own| means(ctx, &own.required, ctx.pod)),
        };
        if let Some(own) = own {
            rules.count_near(ctx, &own.required);
            own.required_anti.iter().for_each(|term| rules.count_apart(ctx, term));
        }
        Some(rules)
    }

    /// A pod counts in the domains of all terms if it is meant by every one of them.
    fn count_near(&mut self, ctx: &Ctx<'a>, terms: &'a [AffinityTerm]) {
        if terms.is_empty() {
            return;
        }
        let meant = meant_by(ctx, &terms.iter().collect::<Vec<_>>());
        for node in ctx.cache.iter() {
            let pods = count(node, &meant);
            terms.iter().for_each(|term| add(&mut self.near, node, &term.topology_key, pods));
        }
    }

    fn count_apart(&mut self, ctx: &Ctx<'a>, term: &'a AffinityTerm) {
        let meant = meant_by(ctx, &[term]);
        for node in ctx.cache.iter() {
            add(&mut self.apart, node, &term.topology_key, count(node, &meant));
        }
    }

    /// Models filtering.go satisfyPodAffinity. The first of pods that want to be near each other
    /// may go anywhere.
    fn is_near(&self, own: &Affinities, node: &NodeInfo) -> bool {
        let mut everywhere = true;
        for term in &own.required {
            let Some(value) = node.label(&term.topology_key) else { return false };
            everywhere &= self.near.contains_key(&(term.topology_key.as_str(), value));
        }
        everywhere || (self.near.is_empty() && self.means_itself)
    }

    fn is_apart(&self, own: &Affinities, node: &NodeInfo) -> bool {
        own.required_anti.iter().all(|term| {
            let value = node.label(&term.topology_key);
            value.is_none_or(|v| !self.apart.contains_key(&(term.topology_key.as_str(), v)))
        })
    }

    fn is_welcome(&self, node: &NodeInfo) -> bool {
        let mut taken = self.unwelcome.keys();
        taken.all(|(key, value)| node.label(key) != Some(*value))
    }
}

impl Filter for Rules<'_> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        const NOT_NEAR: Str = Str::new_static("node(s) didn't match pod affinity rules");
        const NOT_APART: Str = Str::new_static("node(s) didn't match pod anti-affinity rules");
        const UNWELCOME: Str =
            Str::new_static("node(s) didn't satisfy existing pods anti-affinity rules");
        if self.own.is_some_and(|own| !self.is_near(own, node)) {
            return Err(Status::unresolvable(NOT_NEAR));
        }
        if self.own.is_some_and(|own| !self.is_apart(own, node)) {
            return Err(Status::unschedulable(NOT_APART));
        }
        if !self.is_welcome(node) {
            return Err(Status::unschedulable(UNWELCOME));
        }
        Ok(())
    }
}

/// Adds pods to the domain that `node` is in.
fn add<'a>(domains: &mut Domains<'a>, node: &'a NodeInfo, key: &'a str, pods: i64) {
    if let Some(value) = node.label(key).filter(|_| pods > 0) {
        *domains.entry((key, value)).or_default() += pods;
    }
}

/// The domains of pods that must not have the cycle's pod near.
/// Models filtering.go getExistingAntiAffinityCounts.
fn unwelcome<'a>(ctx: &Ctx<'a>) -> Domains<'a> {
    let mut domains = Domains::new();
    let (_, any_keeps_away) = ctx.cache.has_affinity();
    if !any_keeps_away {
        return domains;
    }
    let meta = ctx.pod.meta();
    let of_namespace = namespace_labels(ctx, &meta.namespace);
    for node in ctx.cache.iter().filter(|node| node.affinity_counts().1 > 0) {
        let affinities = node.pods_with_affinity().filter_map(|pod| pod.needs.affinity.as_deref());
        for term in affinities.flat_map(|affinity| &affinity.required_anti) {
            let meant = term.matches(&meta.labels, &meta.namespace, &of_namespace);
            add(&mut domains, node, &term.topology_key, meant.into());
        }
    }
    domains
}

/// Whether all of `terms` mean `pod`.
fn means(ctx: &Ctx<'_>, terms: &[AffinityTerm], pod: &PodInfo) -> bool {
    let meta = pod.meta();
    let of_namespace = namespace_labels(ctx, &meta.namespace);
    let meant = |term: &AffinityTerm| term.matches(&meta.labels, &meta.namespace, &of_namespace);
    !terms.is_empty() && terms.iter().all(meant)
}

#[cfg(test)]
mod tests {
    use crate::api::Typed;
    use crate::api::types::{Node, Pod};
    use crate::scheduler::plugins::inter_pod_affinity::InterPodAffinity;
    use crate::scheduler::plugins::testing::check_filter;
    use crate::scheduler::testing::{cache, node, pod};

    const NOT_NEAR: Option<&str> = Some("node(s) didn't match pod affinity rules");
    const NOT_APART: Option<&str> = Some("node(s) didn't match pod anti-affinity rules");
    const UNWELCOME: Option<&str> =
        Some("node(s) didn't satisfy existing pods anti-affinity rules");

    /// Nodes a and b in zone x, c in y, d in none.
    fn nodes() -> Vec<Typed<Node>> {
        let zones = [("a", "zone: x"), ("b", "zone: x"), ("c", "zone: y"), ("d", "")];
        let make = |(name, zone)| {
            node(&format!("{{metadata: {{name: {name}, labels: {{host: {name}, {zone}}}}}}}"))
        };
        zones.map(make).to_vec()
    }

    fn rules(kind: &str, terms: &[(&str, &str)]) -> String {
        let term = |(key, app): &(&str, &str)| {
            format!("{{topologyKey: {key}, labelSelector: {{matchLabels: {{app: {app}}}}}}}")
        };
        let terms: Vec<_> = terms.iter().map(term).collect();
        let terms = terms.join(", ");
        format!(
            "affinity: {{{kind}: {{requiredDuringSchedulingIgnoredDuringExecution: [{terms}]}}}}"
        )
    }

    fn labelled(name: &str, app: &str, spec: &str) -> Typed<Pod> {
        pod(&format!("{{metadata: {{name: {name}, labels: {{app: {app}}}}}, spec: {{{spec}}}}}"))
    }

    fn check(spec: &str, there: &[Typed<Pod>], expected: [Option<&str>; 4]) {
        check_filter(
            &InterPodAffinity,
            &labelled("p", "web", spec),
            &cache(&nodes(), there),
            &expected,
        );
    }

    #[test]
    fn has_to_be_near_what_it_needs() {
        let db = [labelled("p1", "db", "nodeName: a")];
        let near = |terms| rules("podAffinity", terms);
        check("", &db, [None; 4]);
        check(&near(&[("zone", "db")]), &db, [None, None, NOT_NEAR, NOT_NEAR]);
        check(&near(&[("host", "db")]), &db, [None, NOT_NEAR, NOT_NEAR, NOT_NEAR]);
        // One pod has to be meant by all terms.
        check(&near(&[("zone", "db"), ("zone", "web")]), &db, [NOT_NEAR; 4]);
    }

    #[test]
    fn the_first_of_its_kind_may_go_where_all_labels_are() {
        let own = rules("podAffinity", &[("zone", "web")]);
        check(&own, &[], [None, None, None, NOT_NEAR]);
        check(&rules("podAffinity", &[("zone", "db")]), &[], [NOT_NEAR; 4]);
        let first = [labelled("p1", "web", "nodeName: c")];
        check(&own, &first, [NOT_NEAR, NOT_NEAR, None, NOT_NEAR]);
    }

    #[test]
    fn stays_away_from_what_it_shuns_and_from_what_shuns_it() {
        let db = [labelled("p1", "db", "nodeName: a")];
        let apart = |terms| rules("podAntiAffinity", terms);
        check(&apart(&[("zone", "db")]), &db, [NOT_APART, NOT_APART, None, None]);
        check(&apart(&[("host", "db")]), &db, [NOT_APART, None, None, None]);
        let shy = apart(&[("zone", "web")]);
        let there = [labelled("p1", "db", &format!("nodeName: a, {shy}"))];
        check("", &there, [UNWELCOME, UNWELCOME, None, None]);
        check(&apart(&[("host", "db")]), &there, [NOT_APART, UNWELCOME, None, None]);
    }
}
