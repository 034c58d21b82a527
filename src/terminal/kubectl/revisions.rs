//! The revisions of a workload, one for each template it has had: the ReplicaSets of a Deployment,
//! the ControllerRevisions of a DaemonSet or a StatefulSet.
//!
//! Models kubectl/pkg/util/deployment/deployment.go and polymorphichelpers/history.go. Invariant: a
//! revision belongs to the workload that controls it, whatever its labels.

use super::error::Error;
use super::script::{Ctx, Flow};
use crate::api::rpc::Selection;
use crate::api::types::LabelSelector;
use crate::api::{Codec, Object, Resource, Value, labels::Selector};

/// The annotation that numbers the revisions.
pub const REVISION: &str = "deployment.kubernetes.io/revision";
/// The label that tells the pods of one template from those of another.
const HASH: &str = "pod-template-hash";

/// The revisions of a workload, by name.
pub fn of(ctx: &mut Ctx<'_>, deployment: &Object) -> Flow<Result<Vec<Object>, Error>> {
    let value = deployment.to_value();
    let resource = match deployment.resource() {
        Resource::DEPLOYMENTS => Resource::REPLICASETS,
        _ => Resource::CONTROLLERREVISIONS,
    };
    let selection = Selection {
        namespace: deployment.namespace().into(),
        labels: Selector::from(&LabelSelector::load(value.at_path(&["spec", "selector"]))),
        ..Selection::all(resource)
    };
    let listed = ctx.list(selection)?;
    let is_its =
        |set: &&Object| set.meta().controller().is_some_and(|owner| owner.uid == deployment.uid());
    Ok(listed.map(|(sets, _)| sets.iter().filter(is_its).cloned().collect()))
}

/// The one made of the template the deployment has now. Models FindNewReplicaSet.
pub fn current<'a>(deployment: &Object, sets: &'a [Object]) -> Option<&'a Object> {
    let wanted = template(deployment);
    let same = sets.iter().filter(|set| template(set) == wanted);
    same.min_by_key(|set| (set.meta().creation_timestamp, set.name().to_owned()))
}

/// Whether workloads of a resource have revisions.
pub fn are_kept(resource: Resource) -> bool {
    matches!(resource, Resource::DEPLOYMENTS | Resource::DAEMONSETS | Resource::STATEFULSETS)
}

/// The template of a workload or of a revision.
pub fn whole_template(object: &Object) -> Value {
    let value = object.to_value();
    if object.resource() != Resource::CONTROLLERREVISIONS {
        return value.at_path(&["spec", "template"]).clone();
    }
    let mut template = value.at_path(&["data", "spec", "template"]).clone();
    template.make_map().remove("$patch");
    template
}

/// The template without the label that every set adds.
pub fn template(object: &Object) -> Value {
    let mut template = whole_template(object);
    if let Some(labels) = template.entry("metadata").make_map().get_mut("labels") {
        labels.make_map().remove(HASH);
    }
    template
}

/// Which revision it is; 0 if it does not say.
pub fn number(revision: &Object) -> i64 {
    if revision.resource() == Resource::CONTROLLERREVISIONS {
        return revision.to_value().at("revision").as_int().unwrap_or(0);
    }
    revision.meta().annotation(REVISION).and_then(|text| text.parse().ok()).unwrap_or(0)
}
