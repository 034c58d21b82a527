//! One pod against a few nodes: how the tests of plugins look.

use crate::api::Typed;
use crate::api::types::{Node, Pod};
use crate::scheduler::cache::Cache;
use crate::scheduler::framework::{Plugin, PreFiltered, Status};
use crate::scheduler::node_info::NodeInfo;
use crate::scheduler::testing::{cache, plain_node, pod, with_ctx};

/// What a plugin is expected to score: in its own measure and from 0 to 100; `None` when it has
/// nothing to say.
pub type Expected<'a> = Option<(&'a [i64], &'a [i64])>;

/// A pod on `node`; `spec` are further fields of its spec.
pub fn bound(name: &str, node: &str, spec: &str) -> Typed<Pod> {
    pod(&format!("{{metadata: {{name: {name}}}, spec: {{nodeName: {node}, {spec}}}}}"))
}

/// A pod with these fields in its spec against one node called `n` with these in its own.
pub fn filter(plugin: &dyn Plugin, pod: &str, node: &str, expected: Option<&str>) {
    let cache = cache(&[spec_node("n", node)], &[]);
    check_filter(plugin, &pending(pod), &cache, &[expected]);
}

/// A pod with these fields in its spec against plain nodes with pods on them.
pub fn filter_among(
    plugin: &dyn Plugin,
    pod: &str,
    nodes: &[&str],
    pods: &[Typed<Pod>],
    expected: &[Option<&str>],
) -> Vec<Option<Status>> {
    let nodes: Vec<_> = nodes.iter().map(|name| plain_node(name, "")).collect();
    check_filter(plugin, &pending(pod), &cache(&nodes, pods), expected)
}

/// `pod` against the nodes of `cache` in their order.
pub fn check_filter(
    plugin: &dyn Plugin,
    pod: &Typed<Pod>,
    cache: &Cache,
    expected: &[Option<&str>],
) -> Vec<Option<Status>> {
    let statuses: Vec<Option<Status>> = with_ctx(pod, cache, |ctx| {
        let filter = match plugin.as_pre_filter().expect("it filters").pre_filter(ctx) {
            PreFiltered::Skip => return vec![None; cache.len()],
            PreFiltered::Refused(status) => return vec![Some(status); cache.len()],
            PreFiltered::Filter(filter) | PreFiltered::Only(filter, _) => filter,
        };
        cache.iter().map(|node| filter.filter(node).err()).collect()
    });
    let messages: Vec<_> = statuses.iter().map(|s| s.as_ref().map(Status::message)).collect();
    let messages: Vec<_> = messages.iter().map(|message| message.as_deref()).collect();
    assert_eq!(messages, expected, "{:?}", pod.spec);
    statuses
}

/// A pod with these fields in its spec scored on nodes `n0`, `n1` … with these in theirs.
pub fn score(plugin: &dyn Plugin, pod: &str, nodes: &[&str], expected: Expected<'_>) {
    let named = nodes.iter().enumerate();
    let nodes: Vec<_> = named.map(|(at, node)| spec_node(&format!("n{at}"), node)).collect();
    check_score(plugin, &pending(pod), &cache(&nodes, &[]), expected);
}

/// A pod with these fields in its spec scored on plain nodes with pods on them.
pub fn score_among(
    plugin: &dyn Plugin,
    pod: &str,
    nodes: &[&str],
    pods: &[Typed<Pod>],
    expected: Expected<'_>,
) {
    let nodes: Vec<_> = nodes.iter().map(|name| plain_node(name, "")).collect();
    check_score(plugin, &pending(pod), &cache(&nodes, pods), expected);
}

/// `pod` scored on the nodes of `cache` in their order.
pub fn check_score(plugin: &dyn Plugin, pod: &Typed<Pod>, cache: &Cache, expected: Expected<'_>) {
    let nodes: Vec<&NodeInfo> = cache.iter().collect();
    let scores = with_ctx(pod, cache, |ctx| {
        let score = plugin.as_pre_score().expect("it scores").pre_score(ctx, &nodes)?;
        let raw: Vec<_> = nodes.iter().map(|node| score.score(node)).collect();
        let mut normalized = raw.clone();
        score.normalize(&nodes, &mut normalized);
        Some((raw, normalized))
    });
    let scores = scores.as_ref().map(|(raw, normalized)| (raw.as_slice(), normalized.as_slice()));
    assert_eq!(scores, expected, "{:?}", pod.spec);
}

fn pending(spec: &str) -> Typed<Pod> {
    pod(&format!("{{metadata: {{name: p}}, spec: {{{spec}}}}}"))
}

/// A node called `name` with these fields in its spec.
fn spec_node(name: &str, spec: &str) -> Typed<Node> {
    let node = crate::scheduler::testing::node(&format!("{{spec: {{{spec}}}}}"));
    node.with_meta(|meta| meta.name = name.into())
}
