//! The annotation in which `kubectl apply` remembers what it applied last.
//!
//! Models kubectl/pkg/util/apply.go. Invariant: the annotation does not hold itself.

use crate::api::{Fields, Value};

/// The key of the annotation.
pub use crate::api::managed::LAST_APPLIED;

/// The annotation in which `--record` notes the command.
pub const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// The object with an annotation that holds it as it is.
/// Models GetModifiedConfiguration.
pub fn annotated(object: &Value) -> Value {
    let mut object = object.clone();
    let annotations = object.entry_path(&["metadata", "annotations"]);
    if annotations.as_map().is_none() {
        *annotations = Fields::new().into();
    }
    annotations.make_map().remove(LAST_APPLIED);
    let text = object.to_json() + "\n";
    *object.entry_path(&["metadata", "annotations", LAST_APPLIED]) = text.into();
    object
}
