//! Defaults of ReplicationControllers.
//! Models pkg/apis/core/v1/defaults.go SetDefaults_ReplicationController.

use super::{Value, empty, pod_spec, unset, within};

pub(super) fn apply(controller: &mut Value) {
    let labels = controller.at_path(&["spec", "template", "metadata", "labels"]).clone();
    if !labels.is_empty() {
        empty(controller.entry("metadata"), "labels", labels.clone());
        empty(controller.entry("spec"), "selector", labels);
    }
    let spec = controller.entry("spec");
    unset(spec, "replicas", 1);
    within(spec, "template", pod_spec::template);
}
