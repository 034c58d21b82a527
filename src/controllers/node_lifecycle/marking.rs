//! The pods of a node that has fallen silent: they count as not ready from then on.
//!
//! Models pkg/controller/util/node/controller_utils.go MarkPodsNotReady.

use std::sync::Arc;

use super::{Item, Progress};
use crate::api::rpc::{Call, Part, Patch};
use crate::api::types::{Pod, PodCondition};
use crate::api::{List, Object, Resource, Status, Str, Timestamp};
use crate::controllers::controller::{Ctx, Next, Replies};

/// Marks the pods that are not marked yet.
pub(super) fn mark<'a>(
    ctx: &Ctx<'_, Item>,
    pods: impl Iterator<Item = &'a Object>,
) -> Next<Progress> {
    let now = Timestamp::at(ctx.now);
    let pods: Vec<Object> = pods.filter_map(|pod| not_ready(pod, now)).collect();
    if pods.is_empty() {
        return Next::Done;
    }
    let call = |pod: &Object| Call::Patch {
        resource: Resource::PODS,
        key: pod.key(),
        part: Part::Status,
        patch: Patch::Status(pod.clone()),
    };
    Next::Call(pods.iter().map(call).collect(), Progress::Marking(pods))
}

/// The answers came: what has been marked is told.
pub(super) fn on_marked(
    ctx: &mut Ctx<'_, Item>,
    pods: &[Object],
    replies: &Replies,
) -> Next<Progress> {
    for (pod, reply) in pods.iter().zip(replies.iter()) {
        if reply.is_ok() {
            ctx.warning(pod, "NodeNotReady", "Node is not ready");
        }
    }
    match replies.refusal(|status: &Status| !status.is_not_found()) {
        Some(status) => Next::refused(status),
        None => Next::Done,
    }
}

/// The pod as not ready; `None` if it is not ready already.
fn not_ready(object: &Object, now: Timestamp) -> Option<Object> {
    let pod = object.typed::<Pod>()?;
    let change = |condition: &PodCondition| match condition.kind.as_str() {
        "Ready" => PodCondition {
            status: Str::new_static("False"),
            last_transition_time: Some(now),
            ..condition.clone()
        },
        _ => condition.clone(),
    };
    let is_marked = pod.condition("Ready").is_none_or(|ready| ready.status == "False");
    (!is_marked).then(|| {
        let conditions: List<PodCondition> = pod.status.conditions.iter().map(change).collect();
        let pod = pod.with(|pod| {
            let mut status = (*pod.status).clone();
            status.conditions = conditions;
            pod.status = Arc::new(status);
        });
        pod.into()
    })
}
