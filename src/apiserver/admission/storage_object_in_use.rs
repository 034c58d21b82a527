//! Volumes and claims stay until nobody uses them.
//! Models plugin/pkg/admission/storage/storageobjectinuseprotection.

use crate::api::{Resource, Value};

pub fn admit(resource: Resource, object: &mut Value) {
    let finalizer = match resource {
        Resource::PERSISTENTVOLUMES => "kubernetes.io/pv-protection",
        _ => "kubernetes.io/pvc-protection",
    };
    let finalizers = object.entry_path(&["metadata", "finalizers"]).make_list();
    if !finalizers.iter().any(|other| other.text() == finalizer) {
        finalizers.push(finalizer.into());
    }
}
