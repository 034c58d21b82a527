//! Binding a pod to a node. Models pkg/registry/core/pod/storage/storage.go BindingREST.

use super::{Ctx, Extra, Plan, Refusal};
use crate::api::types::{Pod, PodCondition, Uid};
use crate::api::{Object, Status, Str, Timestamp, quote};

pub fn plan(current: &Object, uid: Uid, node: &Str, ctx: &mut Ctx<'_>) -> Result<Plan, Refusal> {
    let (resource, name) = (current.resource(), current.name());
    super::update::check_preconditions(current, 0, uid)?;
    let Some(pod) = current.get::<Pod>() else { return Ok(Plan::Keep(current.clone())) };
    let conflict = |why: String| Refusal::from(Status::conflict(resource, name, &why));
    if current.meta().is_deleting() {
        let why = format!("pod {name} is being deleted, cannot be assigned to a host");
        return Err(conflict(why));
    }
    if pod.is_assigned() {
        let why = format!("pod {name} is already assigned to node {}", quote(&pod.spec.node_name));
        return Err(conflict(why));
    }
    if !pod.spec.scheduling_gates.is_empty() {
        let why = format!("pod {name} has non-empty .spec.schedulingGates");
        return Err(conflict(why));
    }
    let mut bound = pod.clone();
    let mut spec = (*pod.spec).clone();
    spec.node_name = node.clone();
    bound.spec = spec.into();
    let mut status = (*pod.status).clone();
    let scheduled = PodCondition {
        kind: "PodScheduled".into(),
        status: "True".into(),
        last_transition_time: Some(Timestamp::at(ctx.now)),
        observed_generation: current.meta().generation,
        ..PodCondition::default()
    };
    let others = status.conditions.iter().filter(|condition| condition.kind != "PodScheduled");
    status.conditions = others.cloned().chain([scheduled]).collect();
    // What was wished for has been granted. Models ClearingNominatedNodeNameAfterBinding.
    status.nominated_node_name = Str::default();
    bound.status = status.into();
    Ok(Plan::Store(current.with_body(bound), Extra::default()))
}
