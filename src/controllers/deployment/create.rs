//! A Deployment's new ReplicaSet: made, found to be there already, or refused.
//!
//! Models pkg/controller/deployment/sync.go getNewReplicaSet.

use std::sync::Arc;

use super::revision::{self, HASH_LABEL};
use super::rollout::{Rollout, has_template, size};
use super::status::{PROGRESSING, new_condition, progress_deadline};
use super::sync::{Goal, Out, Waiting, note_revision, status_update, wait};
use crate::api::rpc::{Call, Payload};
use crate::api::types::{ObjectMeta, ReplicaSet, ReplicaSetSpec};
use crate::api::names::pod_template_hash;
use crate::api::{Key, Object, Resource, Status, Str, Typed, quote};
use crate::controllers::condition;
use crate::controllers::controller::{Ctx, Next, Replies};
use crate::controllers::ownership::controller_ref;

/// Makes the new ReplicaSet.
pub(super) fn create(ctx: &mut Ctx<'_, Key>, rollout: Rollout) -> Out {
    let set = new_set(&rollout);
    ctx.log(
        rollout.deployment.object(),
        "Creating new replica set",
        &[("replicas", size(&set).into())],
    );
    let call = Call::Create {
        resource: Resource::REPLICASETS,
        namespace: set.meta().namespace.clone(),
        body: Payload::Object(set.object().clone()),
    };
    wait(vec![call], rollout, Waiting::Created(set.into()))
}

fn new_set(rollout: &Rollout) -> Typed<ReplicaSet> {
    let deployment = &rollout.deployment;
    let spec = &deployment.spec;
    let hash = pod_template_hash(&spec.template, deployment.status.collision_count);
    let mut template = spec.template.clone();
    template.metadata.labels = template.metadata.labels.with(HASH_LABEL, hash.clone());
    let mut selector = spec.selector.clone();
    selector.match_labels = selector.match_labels.with(HASH_LABEL, hash.clone());
    let meta = ObjectMeta {
        name: format!("{}-{hash}", deployment.name()).into(),
        namespace: deployment.meta().namespace.clone(),
        owner_references: [controller_ref(deployment.object())].into(),
        labels: template.metadata.labels.clone(),
        ..ObjectMeta::default()
    };
    let annotations = revision::annotate(deployment.meta(), &meta, rollout.next_revision());
    let replicas = rollout.replicas();
    let max = replicas + rollout.max_surge();
    let annotations = revision::with_replicas(&annotations, replicas, max);
    let spec = ReplicaSetSpec {
        replicas: Some(rollout.new_set_size(0)),
        min_ready_seconds: spec.min_ready_seconds,
        selector,
        template,
        ..ReplicaSetSpec::default()
    };
    let body = ReplicaSet { spec: Arc::new(spec), ..ReplicaSet::default() };
    Typed::new(ObjectMeta { annotations, ..meta }, body)
}

/// The answer to its creation came.
pub(super) fn on_created(
    ctx: &mut Ctx<'_, Key>,
    mut rollout: Rollout,
    set: &Object,
    replies: &Replies,
) -> Out {
    let created = match replies.object() {
        Ok(Some(created)) => created,
        Ok(None) => return Next::Done,
        Err(status) if status.is_already_exists() => {
            return on_name_taken(ctx, rollout, &set.key(), status);
        }
        Err(status) => return on_create_failed(ctx, rollout, set, status),
    };
    rollout.put(created);
    let replicas = created.typed::<ReplicaSet>().map_or(0, |set| size(&set));
    if replicas > 0 {
        let message = format!("Scaled up replica set {} from 0 to {replicas}", created.name());
        ctx.normal(rollout.deployment.object(), "ScalingReplicaSet", message);
    }
    let condition = progress_deadline(&rollout.deployment).map(|_| {
        let message = format!("Created new replica set {}", quote(created.name()));
        new_condition(PROGRESSING, ("True", "NewReplicaSetCreated"), message, ctx.now)
    });
    let revision = revision::revision(created.meta());
    note_revision(ctx, rollout, revision, condition, Goal::Roll)
}

/// The name of the new ReplicaSet is taken: by itself, if the cache lags, or by one of another
/// template with the same hash.
fn on_name_taken(ctx: &mut Ctx<'_, Key>, mut rollout: Rollout, key: &Key, status: &Status) -> Out {
    let Some(set) = ctx.caches.get::<ReplicaSet>(key) else {
        return Next::Failed(Status::not_found(Resource::REPLICASETS, key.name()).message);
    };
    let deployment = &rollout.deployment;
    let is_ours = set.meta().controller().is_some_and(|owner| owner.uid == deployment.uid());
    if is_ours && has_template(&set, deployment) {
        let revision = revision::revision(set.meta());
        rollout.put(set.object());
        return note_revision(ctx, rollout, revision, None, Goal::Roll);
    }
    ctx.log(deployment.object(), "Found a hash collision - bumping collisionCount", &[]);
    rollout.set_status(|status| {
        status.collision_count = Some(status.collision_count.unwrap_or_default() + 1);
    });
    let error = status.message.clone();
    wait(vec![status_update(&rollout)], rollout, Waiting::FailureNoted(error))
}

fn on_create_failed(
    ctx: &mut Ctx<'_, Key>,
    mut rollout: Rollout,
    set: &Object,
    status: &Status,
) -> Out {
    if status.causes.iter().any(|cause| cause.reason == "NamespaceTerminating") {
        return Next::refused(status);
    }
    let (name, error) = (quote(set.name()), &status.message);
    let message: Str = format!("Failed to create new replica set {name}: {error}").into();
    ctx.warning(rollout.deployment.object(), "ReplicaSetCreateError", message.clone());
    if progress_deadline(&rollout.deployment).is_none() {
        return Next::refused(status);
    }
    let reason = ("False", "ReplicaSetCreateError");
    let condition = new_condition(PROGRESSING, reason, message, ctx.now);
    rollout.set_status(|status| status.conditions = condition::set(&status.conditions, condition));
    wait(vec![status_update(&rollout)], rollout, Waiting::FailureNoted(error.clone()))
}
