//! Volumes and claims stay until nobody uses them.
//! Models plugin/pkg/admission/storage/storageobjectinuseprotection, and what the strategy of
//! volumes notes along with it.

use crate::api::{Resource, Timestamp, Value};
use crate::apiserver::write::Ctx;

pub fn admit(resource: Resource, object: &mut Value, ctx: &Ctx<'_>) {
    let finalizer = match resource {
        Resource::PERSISTENTVOLUMES => {
            *object.entry_path(&["status", "lastPhaseTransitionTime"]) =
                Timestamp::at(ctx.now).to_string().into();
            "kubernetes.io/pv-protection"
        }
        _ => "kubernetes.io/pvc-protection",
    };
    let finalizers = object.entry_path(&["metadata", "finalizers"]).make_list();
    if !finalizers.iter().any(|other| other.text() == finalizer) {
        finalizers.push(finalizer.into());
    }
}
