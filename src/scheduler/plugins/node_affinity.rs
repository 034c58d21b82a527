//! Refuses nodes that a pod's node selector or node affinity rules out, and prefers those it
//! would rather have.
//!
//! Models pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go and
//! component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go.

use std::collections::BTreeSet;

use super::helper::normalize;
use crate::api::Str;
use crate::api::types::{
    Node, NodeAffinity as Affinity, NodeSelector, PodSpec, PreferredSchedulingTerm,
};
use crate::api::{Typed, codec::StrMap};
use crate::scheduler::framework::{
    Ctx, Event, EventKind, Filter, Hint, Plugin, PreFilter, PreFiltered, PreScore, Score, Status,
};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::pod::PodInfo;

/// See the module.
pub struct NodeAffinity;

/// What a pod requires of its node. Models nodeaffinity.go RequiredNodeAffinity.
#[derive(Clone, Copy)]
pub struct Required<'a> {
    spec: &'a PodSpec,
    affinity: Option<&'a NodeSelector>,
}

/// The terms of a pod's wishes.
struct Preferred<'a>(&'a [PreferredSchedulingTerm]);

impl Plugin for NodeAffinity {
    fn name(&self) -> &'static str {
        "NodeAffinity"
    }

    fn as_pre_filter(&self) -> Option<&dyn PreFilter> {
        Some(self)
    }

    fn as_pre_score(&self) -> Option<&dyn PreScore> {
        Some(self)
    }

    fn listens_to(&self) -> &'static [EventKind] {
        &[EventKind::NodeAdded, EventKind::NodeUpdated]
    }

    fn hint(&self, pod: &PodInfo, event: &Event<'_>) -> Hint {
        let required = Required::by(pod.spec());
        let matches = |node: &Typed<Node>| required.matches(node.name(), &node.meta().labels);
        Hint::queue_if(match event {
            Event::NodeAdded(node) => matches(node),
            Event::NodeUpdated { before, after } => !matches(before) && matches(after),
            _ => false,
        })
    }
}

impl PreFilter for NodeAffinity {
    fn pre_filter<'a>(&self, ctx: &Ctx<'a>) -> PreFiltered<'a> {
        let required = Required::by(ctx.pod.spec());
        if required.is_nothing() {
            return PreFiltered::Skip;
        }
        match required.only_names() {
            Some(names) if names.is_empty() => {
                let words = Str::new_static("pod affinity terms conflict");
                PreFiltered::Refused(Status::unresolvable(words))
            }
            Some(names) => PreFiltered::Only(Box::new(required), names),
            None => PreFiltered::Filter(Box::new(required)),
        }
    }
}

impl Filter for Required<'_> {
    fn filter(&self, node: &NodeInfo) -> Result<(), Status> {
        const REFUSED: Str = Str::new_static("node(s) didn't match Pod's node affinity/selector");
        if self.matches_node(node) { Ok(()) } else { Err(Status::unresolvable(REFUSED)) }
    }
}

impl PreScore for NodeAffinity {
    fn pre_score<'a>(&self, ctx: &Ctx<'a>, _: &[&'a NodeInfo]) -> Option<Box<dyn Score + 'a>> {
        let preferred = &affinity_of(ctx.pod.spec())?.preferred;
        (!preferred.is_empty()).then(|| Box::new(Preferred(preferred)) as Box<dyn Score + 'a>)
    }
}

impl Score for Preferred<'_> {
    fn score(&self, node: &NodeInfo) -> i64 {
        let Some(labels) = node.labels() else { return 0 };
        let met = self.0.iter().filter(|wish| wish.preference.is_met(&node.name, labels));
        met.map(|wish| i64::from(wish.weight)).sum()
    }

    fn normalize(&self, _nodes: &[&NodeInfo], scores: &mut [i64]) {
        normalize(scores, false);
    }
}

impl<'a> Required<'a> {
    /// What a pod requires.
    pub fn by(spec: &'a PodSpec) -> Self {
        let affinity = affinity_of(spec).and_then(|affinity| affinity.required.as_ref());
        Self { spec, affinity }
    }

    /// Whether the pod may run on `node`.
    pub fn matches_node(&self, node: &NodeInfo) -> bool {
        self.is_nothing() || node.labels().is_some_and(|labels| self.matches(&node.name, labels))
    }

    /// Whether the pod may run on a node of this name with these labels.
    pub fn matches(&self, name: &str, labels: &StrMap) -> bool {
        self.spec.selects_node(name, labels)
    }

    fn is_nothing(&self) -> bool {
        self.spec.node_selector.is_empty() && self.affinity.is_none()
    }

    /// The names of the only nodes that can match, if every term names some.
    fn only_names(&self) -> Option<BTreeSet<Str>> {
        let terms = &self.affinity?.node_selector_terms;
        if terms.is_empty() {
            return None;
        }
        let mut names = BTreeSet::new();
        for term in terms.iter() {
            let by_name =
                term.match_fields.iter().filter(|r| r.key == "metadata.name" && r.operator == "In");
            let sets = by_name.map(|r| r.values.iter().cloned().collect::<BTreeSet<_>>());
            names.extend(sets.reduce(|a, b| a.intersection(&b).cloned().collect())?);
        }
        Some(names)
    }
}

fn affinity_of(spec: &PodSpec) -> Option<&Affinity> {
    spec.affinity.as_ref()?.node_affinity.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::plugins::testing::{filter, score};
    use crate::scheduler::testing::{cache, pod, with_ctx};

    const REFUSED: Option<&str> = Some("node(s) didn't match Pod's node affinity/selector");

    fn required(terms: &str) -> String {
        format!(
            "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution:
              {{nodeSelectorTerms: [{terms}]}}}}}}"
        )
    }

    #[test]
    fn every_label_of_the_selector_has_to_be_there() {
        let check = |pod: &str, expected| {
            filter(&NodeAffinity, pod, "}, metadata: {labels: {disk: ssd, gen: '3'}", expected);
        };
        check("", None);
        check("nodeSelector: {disk: ssd}", None);
        check("nodeSelector: {disk: ssd, gen: '4'}", REFUSED);
        check("nodeSelector: {zone: a}", REFUSED);
    }

    #[test]
    fn one_term_has_to_be_met_in_full() {
        let check = |terms: &str, expected: bool| {
            let node = "}, metadata: {labels: {disk: ssd, gen: '3', text: x}";
            filter(&NodeAffinity, &required(terms), node, if expected { None } else { REFUSED });
        };
        let expression = |key: &str, operator: &str, values: &str| {
            format!(
                "{{matchExpressions: [{{key: {key}, operator: {operator}, values: [{values}]}}]}}"
            )
        };
        for (key, operator, values, expected) in [
            ("disk", "In", "hdd, ssd", true),
            ("disk", "NotIn", "hdd", true),
            ("none", "NotIn", "hdd", true),
            ("disk", "NotIn", "ssd", false),
            ("disk", "Exists", "", true),
            ("none", "Exists", "", false),
            ("none", "DoesNotExist", "", true),
            ("gen", "Gt", "'2'", true),
            ("gen", "Gt", "'3'", false),
            ("gen", "Lt", "'4'", true),
            ("text", "Lt", "'4'", false),
            ("gen", "Lt", "x", false),
            ("disk", "Like", "ssd", false),
        ] {
            check(&expression(key, operator, values), expected);
        }
        check("", false);
        check("{}", false);
        let (met, unmet) = (expression("disk", "Exists", ""), expression("none", "Exists", ""));
        check(&format!("{unmet}, {met}"), true);
        check(
            "{matchExpressions: [{key: disk, operator: Exists}, {key: none, operator: Exists}]}",
            false,
        );
        check("{matchFields: [{key: metadata.name, operator: In, values: [n]}]}", true);
        check("{matchFields: [{key: metadata.name, operator: NotIn, values: [n]}]}", false);
        check("{matchFields: [{key: metadata.uid, operator: In, values: [n]}]}", false);
    }

    #[test]
    fn names_narrow_the_search_or_conflict() {
        let check = |terms: &str, expected: Result<Option<&[&str]>, &str>| {
            let text = format!("{{metadata: {{name: p}}, spec: {{{}}}}}", required(terms));
            let found =
                with_ctx(&pod(&text), &cache(&[], &[]), |ctx| match NodeAffinity.pre_filter(ctx) {
                    PreFiltered::Only(_, names) => Ok(Some(names)),
                    PreFiltered::Refused(status) => Err(status.message()),
                    _ => Ok(None),
                });
            let named = |names: &[&str]| names.iter().map(|name| Str::from(*name)).collect();
            assert_eq!(found, expected.map(|names| names.map(named)).map_err(Into::into));
        };
        let name = |names: &str| format!("{{key: metadata.name, operator: In, values: [{names}]}}");
        let (a, ab) = (name("a"), name("a, b"));
        check(&format!("{{matchFields: [{ab}, {a}]}}"), Ok(Some(&["a"])));
        check(&format!("{{matchFields: [{a}]}}, {{matchFields: [{ab}]}}"), Ok(Some(&["a", "b"])));
        check(&format!("{{matchFields: [{a}]}}, {{matchExpressions: [{a}]}}"), Ok(None));
        let conflict = format!("{{matchFields: [{a}, {}]}}", name("b"));
        check(&conflict, Err("pod affinity terms conflict"));
        check(&format!("{conflict}, {{matchFields: [{a}]}}"), Ok(Some(&["a"])));
    }

    #[test]
    fn weights_of_met_wishes_add_up() {
        let nodes =
            ["}, metadata: {labels: {x: '1', y: '1'}", "}, metadata: {labels: {x: '1'}", ""];
        let wish = |weight: u32, key: &str| {
            format!(
                "{{weight: {weight},
                   preference: {{matchExpressions: [{{key: {key}, operator: Exists}}]}}}}"
            )
        };
        let pod = format!(
            "affinity: {{nodeAffinity: {{preferredDuringSchedulingIgnoredDuringExecution:
              [{}, {}, {{weight: 50, preference: {{}}}}]}}}}",
            wish(10, "x"),
            wish(20, "y"),
        );
        score(&NodeAffinity, &pod, &nodes, Some((&[30, 10, 0], &[100, 33, 0])));
        score(&NodeAffinity, "nodeSelector: {x: '1'}", &nodes, None);
    }
}
