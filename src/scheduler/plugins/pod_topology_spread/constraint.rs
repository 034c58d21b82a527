//! What a pod asks of the spread, worked out for one cycle.
//!
//! Models pkg/scheduler/framework/plugins/podtopologyspread/common.go and plugin.go.

use super::owners;
use crate::api::codec::StrMap;
use crate::api::labels::Selector;
use crate::api::types::{Pod, TopologySpreadConstraint};
use crate::api::{Str, Typed};
use crate::scheduler::framework::Ctx;
use crate::scheduler::node_info::{HOSTNAME, NodeInfo, TopologyKey, ZONE};
use crate::scheduler::plugins::helper::keeps_away;
use crate::scheduler::plugins::node_affinity::Required;
use crate::scheduler::pod::{LabelSetId, PodInfo};

/// What happens when a constraint cannot be met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// The pod waits.
    DoNotSchedule,
    /// The pod goes where it is met best.
    ScheduleAnyway,
}

/// The constraints of a pod that have one consequence.
pub struct Constraints<'a> {
    /// The constraints.
    pub list: Vec<Constraint>,
    /// Whether only nodes count that have all the labels. The system's defaults do without, so
    /// that nodes without zones are still spread over.
    pub all_keys_needed: bool,
    required: Required<'a>,
    pod: &'a PodInfo,
}

/// One constraint.
pub struct Constraint {
    /// By what label nodes form domains.
    pub key: TopologyKey,
    /// How many more matching pods a domain may have than the one with fewest.
    pub skew_max: i64,
    /// The domains there have to be before the fewest count.
    pub domains_min: usize,
    /// The labels (with namespace) of pods that are counted, sorted.
    pub counted: Vec<LabelSetId>,
    /// Whether the pod itself will be counted once it is there.
    pub counts_itself: bool,
    honors_affinity: bool,
    honors_taints: bool,
}

impl<'a> Constraints<'a> {
    /// The constraints of the cycle's pod with this consequence.
    pub fn of(ctx: &Ctx<'a>, when: When) -> Self {
        let own = &ctx.pod.spec().topology_spread_constraints;
        let list = if own.is_empty() {
            system_defaults(ctx, when)
        } else {
            let meant = own.iter().filter(|constraint| when.is_meant(constraint));
            meant.map(|constraint| Constraint::new(ctx, constraint)).collect()
        };
        Self {
            list,
            all_keys_needed: !own.is_empty(),
            required: Required::by(ctx.pod.spec()),
            pod: ctx.pod,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether `node` has a label for each of them.
    pub fn has_all_keys(&self, node: &NodeInfo) -> bool {
        self.list.iter().all(|constraint| constraint.key.value(node).is_some())
    }

    /// Whether the pods on `node` count for `constraint`.
    /// Models common.go matchNodeInclusionPolicies.
    pub fn includes(&self, constraint: &Constraint, node: &NodeInfo) -> bool {
        (!constraint.honors_affinity || self.required.matches_node(node))
            && (!constraint.honors_taints
                || !keeps_away(node.taints(), &self.pod.spec().tolerations))
    }
}

impl Constraint {
    fn new(ctx: &Ctx<'_>, constraint: &TopologySpreadConstraint) -> Self {
        let selectors = selectors(ctx.pod, constraint);
        let meta = ctx.pod.meta();
        let honors =
            |policy: &Option<Str>, default| policy.as_deref().unwrap_or(default) == "Honor";
        Self {
            key: TopologyKey::new(&constraint.topology_key),
            skew_max: constraint.max_skew.into(),
            domains_min: constraint.min_domains.unwrap_or(1).max(0) as usize,
            counted: selected(ctx, &selectors),
            counts_itself: selectors.iter().all(|selector| selector.matches(&meta.labels)),
            honors_affinity: honors(&constraint.node_affinity_policy, "Honor"),
            honors_taints: honors(&constraint.node_taints_policy, "Ignore"),
        }
    }
}

impl When {
    fn is_meant(self, constraint: &TopologySpreadConstraint) -> bool {
        constraint.when_unsatisfiable
            == match self {
                Self::DoNotSchedule => "DoNotSchedule",
                Self::ScheduleAnyway => "ScheduleAnyway",
            }
    }
}

/// The constraints of `pod` that nodes may be refused for.
pub fn strict(pod: &PodInfo) -> impl Iterator<Item = &TopologySpreadConstraint> {
    let own = pod.spec().topology_spread_constraints.iter();
    own.filter(|constraint| When::DoNotSchedule.is_meant(constraint))
}

/// Whether `other`, of the same namespace, is counted by a constraint that nodes may be refused
/// for.
pub fn is_counted(pod: &PodInfo, other: &Typed<Pod>) -> bool {
    let labels = &other.meta().labels;
    strict(pod).any(|constraint| selectors(pod, constraint).iter().all(|s| s.matches(labels)))
}

/// What all pods that are counted match: the selector, and the values that the pod itself has for
/// the keys it names.
fn selectors(pod: &PodInfo, constraint: &TopologySpreadConstraint) -> Vec<Selector> {
    let own = &pod.meta().labels;
    let named = constraint.match_label_keys.iter();
    let same: StrMap =
        named.filter_map(|key| own.get(key).map(|value| (key.clone(), value.clone()))).collect();
    let mut selectors = vec![Selector::from(constraint.label_selector.as_ref())];
    if !same.is_empty() {
        selectors.push(Selector::from_map(&same));
    }
    selectors
}

/// The labels in the pod's namespace that match all of `selectors`.
fn selected(ctx: &Ctx<'_>, selectors: &[Selector]) -> Vec<LabelSetId> {
    let sets = ctx.cache.label_sets_in(&ctx.pod.meta().namespace);
    let matching = sets.filter(|(_, labels)| selectors.iter().all(|s| s.matches(labels)));
    matching.map(|(id, _)| id).collect()
}

/// Models plugin.go systemDefaultConstraints: hosts loosely, zones more loosely, for pods that
/// belong together.
fn system_defaults(ctx: &Ctx<'_>, when: When) -> Vec<Constraint> {
    if when == When::DoNotSchedule {
        return Vec::new();
    }
    let selectors = owners::selectors(ctx);
    if selectors.iter().all(Selector::is_everything) {
        return Vec::new();
    }
    let counted = selected(ctx, &selectors);
    let constraint = |key, skew_max| Constraint {
        key: TopologyKey::new(key),
        skew_max,
        domains_min: 1,
        counted: counted.clone(),
        counts_itself: true,
        honors_affinity: true,
        honors_taints: false,
    };
    vec![constraint(HOSTNAME, 3), constraint(ZONE, 5)]
}
