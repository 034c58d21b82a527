//! Rules of roles and of their bindings. Models pkg/apis/rbac/validation/validation.go.

use super::common::path_segment;
use super::errors::Json;
use super::{Errors, Field, Rules, go, meta, selector, text};

/// Rules of Roles.
pub(super) const ROLE_RULES: Rules =
    Rules { create: role, update: update_role, status: update_role };
/// Rules of RoleBindings.
pub(super) const BINDING_RULES: Rules =
    Rules { create: binding, update: update_binding, status: update_binding };

const GROUP: &str = "rbac.authorization.k8s.io";

fn is_namespaced(object: &Field) -> bool {
    object.at("metadata").at("namespace").is_set()
}

/// Models ValidateRole and ValidateClusterRole.
fn role(role: &Field, errors: &mut Errors) {
    let namespaced = is_namespaced(role);
    meta::create(&role.at("metadata"), namespaced, text::name_is_path_segment, errors);
    for rule in role.at("rules").items() {
        self::rule(&rule, namespaced, errors);
    }
    let aggregation = role.at("aggregationRule");
    if aggregation.is_set() {
        let selectors = aggregation.at("clusterRoleSelectors");
        if selectors.is_empty() {
            let detail = "at least one clusterRoleSelector required if aggregationRule is non-nil";
            errors.required(&selectors, detail);
        }
        for selector in selectors.items() {
            selector::label_selector(&selector, errors);
        }
    }
}

fn update_role(role: &Field, old: &Field, errors: &mut Errors) {
    self::role(role, errors);
    meta::update(&role.at("metadata"), &old.at("metadata"), errors);
}

/// Models ValidatePolicyRule.
fn rule(rule: &Field, namespaced: bool, errors: &mut Errors) {
    let part = |name| rule.at(name);
    if rule.at("verbs").is_empty() {
        errors.required(&part("verbs"), "verbs must contain at least one value");
    }
    let urls = part("nonResourceURLs");
    if !urls.is_empty() {
        if namespaced {
            errors.invalid(&urls, &urls, "namespaced rules cannot apply to non-resource URLs");
        }
        if ["apiGroups", "resources", "resourceNames"].iter().any(|name| !rule.at(name).is_empty())
        {
            let detail = "rules cannot apply to both regular resources and non-resource URLs";
            errors.invalid(&urls, &urls, detail);
        }
        return;
    }
    if part("apiGroups").is_empty() {
        errors.required(&part("apiGroups"), "resource rules must supply at least one api group");
    }
    if part("resources").is_empty() {
        errors.required(&part("resources"), "resource rules must supply at least one resource");
    }
}

/// Models ValidateRoleBinding and ValidateClusterRoleBinding.
fn binding(binding: &Field, errors: &mut Errors) {
    let namespaced = is_namespaced(binding);
    meta::create(&binding.at("metadata"), namespaced, text::name_is_path_segment, errors);
    let role = binding.at("roleRef");
    let group = role.at("apiGroup");
    if group.text() != GROUP {
        errors.not_supported(&group, group.text(), &[GROUP]);
    }
    let kind = role.at("kind");
    let kinds: &[&str] = if namespaced { &["Role", "ClusterRole"] } else { &["ClusterRole"] };
    super::common::one_of(&kind, kinds, errors);
    path_segment(&role.at("name"), errors);
    for subject in binding.at("subjects").items() {
        self::subject(&subject, namespaced, errors);
    }
}

/// Models ValidateRoleBindingSubject.
fn subject(subject: &Field, namespaced: bool, errors: &mut Errors) {
    let (name, kind, group) = (subject.at("name"), subject.at("kind"), subject.at("apiGroup"));
    if name.is_empty() {
        errors.required(&name, "");
    }
    match kind.text() {
        "ServiceAccount" => {
            if !name.is_empty() {
                errors.each(&name, text::dns1123_subdomain(name.text()));
            }
            if !group.is_empty() {
                errors.not_supported(&group, group.text(), &[""]);
            }
            let namespace = subject.at("namespace");
            if !namespaced && namespace.is_empty() {
                errors.required(&namespace, "");
            }
        }
        "User" | "Group" if group.text() != GROUP => {
            errors.not_supported(&group, group.text(), &[GROUP]);
        }
        "User" | "Group" => {}
        other => errors.not_supported(&kind, other, &["ServiceAccount", "User", "Group"]),
    }
}

/// Models ValidateRoleBindingUpdate.
fn update_binding(binding: &Field, old: &Field, errors: &mut Errors) {
    self::binding(binding, errors);
    meta::update(&binding.at("metadata"), &old.at("metadata"), errors);
    let role = binding.at("roleRef");
    if role.value != old.value.at("roleRef") {
        let shown = Json(go::compact(&go::ROLE_REF, role.value));
        errors.invalid(&role, shown, "cannot change roleRef");
    }
}
