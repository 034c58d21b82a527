//! Defaults of Namespaces. Models pkg/apis/core/v1/defaults.go SetDefaults_Namespace.

use super::{Value, empty};

/// The label that every namespace carries its own name in.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

pub(super) fn apply(namespace: &mut Value) {
    let name = namespace.at_path(&["metadata", "name"]).clone();
    let label = namespace.at_path(&["metadata", "labels", NAME_LABEL]);
    if !name.is_empty() && *label != name {
        *namespace.entry_path(&["metadata", "labels", NAME_LABEL]) = name;
    }
    empty(namespace.entry("status"), "phase", "Active");
}
