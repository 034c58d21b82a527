//! The ReplicaSets of a Deployment: one for each template it has had.
//!
//! Models kubectl/pkg/util/deployment/deployment.go. Invariant: a set belongs to the deployment
//! that controls it, whatever its labels.

use super::error::Error;
use super::script::{Ctx, Flow};
use crate::api::rpc::Selection;
use crate::api::types::LabelSelector;
use crate::api::{Codec, Object, Resource, Value, labels::Selector};

/// The annotation that numbers the revisions.
pub const REVISION: &str = "deployment.kubernetes.io/revision";
/// The label that tells the pods of one template from those of another.
const HASH: &str = "pod-template-hash";

/// The ReplicaSets of `deployment`, by name.
pub fn of(ctx: &mut Ctx<'_>, deployment: &Object) -> Flow<Result<Vec<Object>, Error>> {
    let value = deployment.to_value();
    let selection = Selection {
        namespace: deployment.namespace().into(),
        labels: Selector::from(&LabelSelector::load(value.at_path(&["spec", "selector"]))),
        ..Selection::all(Resource::REPLICASETS)
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

/// The template without the label that every set adds.
pub fn template(object: &Object) -> Value {
    let mut template = object.to_value().at_path(&["spec", "template"]).clone();
    let labels = template.entry_path(&["metadata", "labels"]);
    labels.make_map().remove(HASH);
    template
}

/// Which revision a set is; 0 if it does not say.
pub fn number(set: &Object) -> i64 {
    set.meta().annotation(REVISION).and_then(|text| text.parse().ok()).unwrap_or(0)
}
