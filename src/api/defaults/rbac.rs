//! Defaults of bindings of roles. Models pkg/apis/rbac/v1/defaults.go.

use super::{Value, each, empty};

/// The group of roles, of users and of their groups.
const GROUP: &str = "rbac.authorization.k8s.io";

pub(super) fn apply(binding: &mut Value) {
    empty(binding.entry("roleRef"), "apiGroup", GROUP);
    each(binding, "subjects", |subject| {
        if matches!(subject.at("kind").text(), "User" | "Group") {
            empty(subject, "apiGroup", GROUP);
        }
    });
}
