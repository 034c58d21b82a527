//! DaemonSets: a pod on every node that will have one.
//!
//! Models pkg/controller/daemon/{daemon_controller,update}.go.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::placement::{self, TOLERATED};
use super::revisions::{HASH_LABEL, Revisions, hash_of, revision_of};
use super::{Action, Owner, Plan, Sight, body, pod_of};
use crate::api::types::{
    Affinity, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, Pod, PodSpec,
    PodTemplateSpec, Toleration,
};
use crate::api::{Codec, IntOrString, Object, Resource, Str, Timestamp, Value};
use crate::controllers::controller::Profile;

/// The controller of DaemonSets.
#[derive(Clone, Debug)]
pub enum DaemonSetKind {}

/// The annotation in which the generation of the template is kept.
const GENERATION: &str = "deprecated.daemonset.template.generation";
const GENERATION_LABEL: &str = "pod-template-generation";

impl Owner for DaemonSetKind {
    const PROFILE: Profile = Profile {
        workers: 2,
        source: "daemonset-controller",
        ..Profile::named("daemon-set-controller")
    };
    const RESOURCE: Resource = Resource::DAEMONSETS;
    const LOOKS_AT: &'static [Resource] = &[Resource::NODES, Resource::CONTROLLERREVISIONS];

    fn plan(sight: &Sight<'_>) -> Plan {
        let revisions = Revisions::of(sight);
        let labels = sight.value.at_path(&["spec", "template", "metadata", "labels"]);
        let newest = match revisions.newest(sight, labels) {
            Ok(newest) => newest,
            Err(first) => return Plan { first: Some(*first), ..Plan::default() },
        };
        let template = PodTemplateSpec::load(sight.value.at_path(&["spec", "template"]));
        let by_node = by_node(sight.pods);
        let nodes: Vec<(&Object, (bool, bool))> = sight
            .caches
            .of(Resource::NODES)
            .objects()
            .iter()
            .map(|node| (node, placement::places(&template.spec, node)))
            .collect();
        let hash = hash_of(newest);
        let mut plan = Plan {
            status: status(sight, &nodes, &by_node, hash),
            calls: revisions.surplus(sight, &[newest.name()]),
            ..Plan::default()
        };
        manage(sight, (&nodes, &by_node), hash, &mut plan);
        let rolls = sight.value.at_path(&["spec", "updateStrategy", "type"]).text() != "OnDelete";
        if plan.actions.is_empty() && sight.settled && rolls {
            roll(sight, (&nodes, &by_node), hash, &mut plan);
        }
        plan
    }

    fn told(_: &Object, pod: &str, made: bool) -> String {
        format!("{} pod: {pod}", if made { "Created" } else { "Deleted" })
    }
}

type ByNode<'a> = BTreeMap<Str, Vec<&'a Object>>;
type Nodes<'a> = [(&'a Object, (bool, bool))];

/// The pods by the nodes that they are on, or are meant for. Models GetTargetNodeName.
fn by_node(pods: &[Object]) -> ByNode<'_> {
    let mut map = ByNode::new();
    for pod in pods {
        map.entry(target(&body(pod).spec)).or_default().push(pod);
    }
    map
}

fn target(spec: &PodSpec) -> Str {
    if !spec.node_name.is_empty() {
        return spec.node_name.clone();
    }
    let affinity = spec.affinity.as_ref().and_then(|a| a.node_affinity.as_ref());
    let required = affinity.and_then(|affinity| affinity.required.as_ref());
    let fields = required
        .and_then(|required| required.node_selector_terms.first())
        .and_then(|term| term.match_fields.iter().find(|field| field.key == "metadata.name"));
    fields.and_then(|field| field.values.first()).cloned().unwrap_or_default()
}

fn min_ready_seconds(sight: &Sight<'_>) -> i32 {
    sight.value.at_path(&["spec", "minReadySeconds"]).as_int().unwrap_or(0) as i32
}

fn is_available(sight: &Sight<'_>, pod: &Object) -> bool {
    body(pod).is_available(min_ready_seconds(sight), Timestamp::at(sight.now))
}

/// Makes and deletes pods so that every node has one that is to have one.
/// Models podsShouldBeOnNode.
fn manage(
    sight: &Sight<'_>,
    (nodes, by_node): (&Nodes<'_>, &ByNode<'_>),
    hash: &str,
    plan: &mut Plan,
) {
    let mut creations = Vec::new();
    for (node, (should_run, may_stay)) in nodes {
        let pods = by_node.get(&node.meta().name).map_or(&[][..], Vec::as_slice);
        if *should_run && pods.is_empty() {
            creations.push(Action::Create(pod_for(sight, node, hash)));
            continue;
        }
        let leaving = |pod: &&&Object| !pod.meta().is_deleting();
        if !may_stay {
            let all = pods.iter().filter(leaving).map(|pod| Action::Delete((*pod).clone()));
            plan.actions.extend(all);
            continue;
        }
        let (finished, mut running): (Vec<&Object>, Vec<&Object>) =
            pods.iter().filter(leaving).copied().partition(|pod| body(pod).is_terminal());
        for pod in finished {
            let message = format!(
                "Found failed daemon pod {} on node {}, will try to kill it",
                pod.key(),
                node.name()
            );
            plan.events.push((true, "FailedDaemonPod", message.into()));
            plan.actions.push(Action::Delete(pod.clone()));
        }
        running.sort_by_key(|pod| pod.meta().creation_timestamp);
        plan.actions.extend(running.into_iter().skip(1).map(|pod| Action::Delete(pod.clone())));
    }
    // Deletions come first; what is missing is made when they have been seen.
    if plan.actions.is_empty() {
        plan.actions = creations;
    }
}

/// Deletes pods of old templates, as many as may be missing. Models rollingUpdate.
fn roll(
    sight: &Sight<'_>,
    (nodes, by_node): (&Nodes<'_>, &ByNode<'_>),
    hash: &str,
    plan: &mut Plan,
) {
    let wanted = nodes.iter().filter(|(_, (should_run, _))| *should_run).count() as i32;
    let rolling = sight.value.at_path(&["spec", "updateStrategy", "rollingUpdate"]);
    let unavailable_max = match rolling.at("maxUnavailable") {
        Value::Null => 1,
        value => IntOrString::load(value).scaled(wanted, true).unwrap_or(1),
    };
    let (mut missing, mut broken, mut candidates) = (0, Vec::new(), Vec::new());
    for (node, (should_run, _)) in nodes {
        if !should_run {
            continue;
        }
        let pods = by_node.get(&node.meta().name).map_or(&[][..], Vec::as_slice);
        match pods {
            [pod] if pod.meta().is_deleting() => missing += 1,
            [pod] if revision_of(pod) == hash => missing += i32::from(!is_available(sight, pod)),
            [pod] if !is_available(sight, pod) => broken.push(*pod),
            [pod] => candidates.push(*pod),
            _ => missing += 1,
        }
    }
    let free = (unavailable_max - missing).max(0) as usize;
    let chosen = broken.into_iter().chain(candidates.into_iter().take(free));
    plan.actions = chosen.map(|pod| Action::Delete(pod.clone())).collect();
}

/// A pod for one node. Models CreatePodTemplate and ReplaceDaemonSetPodNodeNameNodeAffinity.
fn pod_for(sight: &Sight<'_>, node: &Object, hash: &str) -> Object {
    let template = sight.value.at_path(&["spec", "template"]);
    let generation = sight.owner.meta().annotation(GENERATION).unwrap_or("1");
    let labels = [(HASH_LABEL, hash.into()), (GENERATION_LABEL, generation.into())];
    let pod = pod_of(sight.owner, template, "", &labels);
    let mut spec = (*body(&pod).spec).clone();
    let tolerated = TOLERATED.iter().map(|(key, effect)| Toleration {
        key: Str::new_static(key),
        operator: "Exists".into(),
        effect: Str::new_static(effect),
        ..Toleration::default()
    });
    let own = spec.tolerations.iter().cloned().collect::<Vec<_>>();
    let added = tolerated.filter(|toleration| !own.contains(toleration));
    spec.tolerations = own.iter().cloned().chain(added).collect();
    let field = NodeSelectorRequirement {
        key: "metadata.name".into(),
        operator: "In".into(),
        values: [node.meta().name.clone()].into(),
        ..NodeSelectorRequirement::default()
    };
    let mut affinity: Affinity = spec.affinity.as_deref().cloned().unwrap_or_default();
    let mut on_nodes: NodeAffinity = affinity.node_affinity.clone().unwrap_or_default();
    let terms: Vec<NodeSelectorTerm> = match &on_nodes.required {
        Some(required) => required
            .node_selector_terms
            .iter()
            .map(|term| NodeSelectorTerm { match_fields: [field.clone()].into(), ..term.clone() })
            .collect(),
        None => {
            vec![NodeSelectorTerm { match_fields: [field].into(), ..NodeSelectorTerm::default() }]
        }
    };
    on_nodes.required =
        Some(NodeSelector { node_selector_terms: terms.into(), ..NodeSelector::default() });
    affinity.node_affinity = Some(on_nodes);
    spec.affinity = Some(affinity.into());
    pod.with_body(Pod { spec: Arc::new(spec), ..Pod::default() })
}

/// Models updateDaemonSetStatus.
fn status(sight: &Sight<'_>, nodes: &Nodes<'_>, by_node: &ByNode<'_>, hash: &str) -> Value {
    let [mut desired, mut current, mut misplaced, mut ready, mut updated, mut available] = [0; 6];
    for (node, (should_run, may_stay)) in nodes {
        let pods = by_node.get(&node.meta().name).map_or(&[][..], Vec::as_slice);
        // A pod that may stay counts as one that is to be there.
        if !should_run && (!may_stay || pods.is_empty()) {
            misplaced += i64::from(!pods.is_empty());
            continue;
        }
        desired += 1;
        let mut pods = pods.to_vec();
        pods.sort_by_key(|pod| pod.meta().creation_timestamp);
        let Some(pod) = pods.first() else { continue };
        current += 1;
        ready += i64::from(body(pod).is_ready());
        available += i64::from(is_available(sight, pod));
        updated += i64::from(revision_of(pod) == hash);
    }
    let mut status = sight.value.at("status").clone();
    let counts = [
        ("currentNumberScheduled", current, true),
        ("desiredNumberScheduled", desired, true),
        ("numberMisscheduled", misplaced, true),
        ("numberReady", ready, true),
        ("numberAvailable", available, false),
        ("numberUnavailable", desired - available, false),
        ("updatedNumberScheduled", updated, false),
        ("observedGeneration", sight.owner.meta().generation, false),
    ];
    for (field, count, always) in counts {
        if always || count != 0 {
            *status.entry(field) = count.into();
        } else {
            status.make_map().remove(field);
        }
    }
    status
}
