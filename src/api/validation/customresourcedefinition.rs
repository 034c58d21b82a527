//! Rules of CustomResourceDefinitions, beside those of the schemas in them.
//! Models apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go.

use super::common::one_of;
use super::{Errors, Field, Rules, meta, text};
use crate::api::Value;

pub(super) const RULES: Rules = Rules { create, update, status };

const APPROVED: &str = "api-approved.kubernetes.io";

fn create(definition: &Field, errors: &mut Errors) {
    let metadata = definition.at("metadata");
    let spec = definition.at("spec");
    let (plural, group) = (spec.value.at_path(&["names", "plural"]), spec.at("group"));
    meta::create(&metadata, false, text::name_is_path_segment, errors);
    let name = metadata.at("name");
    let required = format!("{}.{}", plural.text(), group.text());
    if name.text() != required {
        errors.invalid(&name, name.text(), "must be spec.names.plural+\".\"+spec.group");
    }
    self::spec(&spec, errors);
    let is_protected = |group: &str| {
        group.ends_with(".k8s.io") || group.ends_with(".kubernetes.io") || group == "k8s.io"
    };
    let annotations = metadata.at("annotations");
    let approval = annotations.key(APPROVED);
    if is_protected(group.text()) && !approval.is_set() {
        let detail = "protected groups must have approval annotation \
                      \"api-approved.kubernetes.io\", see \
                      https://github.com/kubernetes/enhancements/pull/1111";
        errors.required(&approval, detail);
    }
}

fn update(definition: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&definition.at("metadata"), &old.at("metadata"), errors);
    create(definition, errors);
    super::common::fixed(&definition.at("spec"), &old.at("spec"), &["group", "scope"], errors);
}

fn status(definition: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&definition.at("metadata"), &old.at("metadata"), errors);
}

/// Models validateCustomResourceDefinitionSpec.
fn spec(spec: &Field, errors: &mut Errors) {
    let group = spec.at("group");
    if group.is_empty() {
        errors.required(&group, "");
    } else {
        errors.each(&group, text::dns1123_subdomain(group.text()));
        if !group.text().contains('.') {
            errors.invalid(&group, group.text(), "should be a domain with at least one dot");
        }
    }
    let scope = spec.at("scope");
    match scope.is_empty() {
        true => errors.required(&scope, ""),
        false => one_of(&scope, &["Cluster", "Namespaced"], errors),
    }
    let versions = spec.at("versions");
    let mut seen: Vec<String> = Vec::new();
    for version in versions.items() {
        let name = version.at("name");
        errors.each(&name, text::dns1035_label(name.text()));
        if seen.iter().any(|other| other == name.text()) {
            errors.invalid(&versions, &versions, "must contain unique version names");
        }
        seen.push(name.text().to_owned());
        let schema = version.at("schema");
        let root = schema.at("openAPIV3Schema");
        if !root.is_set() {
            errors.required(&root, "schemas are required");
        } else if root.at("type").text() != "object" {
            let kind = root.at("type");
            match kind.is_empty() {
                true => errors.required(&kind, "must not be empty at the root"),
                false => errors.invalid(&kind, kind.text(), "must be object at the root"),
            }
        }
    }
    let stored = |version: &&Value| version.at("storage").as_bool() == Some(true);
    if versions.value.items().iter().filter(stored).count() != 1 {
        let detail = "must have exactly one version marked as storage version";
        errors.invalid(&versions, &versions, detail);
    }
    names(&spec.at("names"), errors);
}

/// Models ValidateCustomResourceDefinitionNames.
fn names(names: &Field, errors: &mut Errors) {
    for name in ["plural", "singular", "kind", "listKind"] {
        let field = names.at(name);
        if field.is_empty() {
            errors.required(&field, "");
            continue;
        }
        let lower = field.text().to_lowercase();
        let shown = if name.to_lowercase().ends_with("kind") { &lower } else { field.text() };
        for message in text::dns1035_label(shown) {
            let detail = match name.to_lowercase().ends_with("kind") {
                true => format!("may have mixed case, but should otherwise match: {message}"),
                false => message.into_owned(),
            };
            errors.invalid(&field, field.text(), detail);
        }
    }
    let (kind, list) = (names.at("kind"), names.at("listKind"));
    if !kind.is_empty() && kind.text() == list.text() {
        errors.invalid(&list, list.text(), "kind and listKind may not be the same");
    }
}
