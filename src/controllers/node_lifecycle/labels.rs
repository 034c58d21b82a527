//! Labels of old names, kept equal to those of new ones.
//!
//! Models pkg/controller/nodelifecycle/node_lifecycle_controller.go reconcileNodeLabels.

use super::Progress;
use crate::api::types::Node;
use crate::api::{Str, Typed};
use crate::controllers::controller::Next;
use crate::controllers::ownership::metadata_patch;

/// Labels of old names that a node lacks, with their values.
pub(super) fn missing_labels(node: &Typed<Node>) -> impl Iterator<Item = (&'static str, Str)> {
    let pairs = [
        ("kubernetes.io/os", "beta.kubernetes.io/os"),
        ("kubernetes.io/arch", "beta.kubernetes.io/arch"),
    ];
    pairs.into_iter().filter_map(|(primary, secondary)| {
        let labels = &node.meta().labels;
        let value = labels.get(primary)?;
        (labels.get(secondary) != Some(value)).then(|| (secondary, value.clone()))
    })
}

/// Gives a node the labels it lacks.
pub(super) fn label(node: &Typed<Node>) -> Next<Progress> {
    let missing: Vec<_> = missing_labels(node).collect();
    if missing.is_empty() {
        return Next::Done;
    }
    let call = metadata_patch(node.object(), |meta| {
        for (key, value) in missing {
            meta.labels = meta.labels.with(key, value);
        }
    });
    Next::Call(vec![call], Progress::Labelling)
}
