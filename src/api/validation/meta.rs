//! Rules of metadata: names, labels, annotations, owners, finalizers.
//!
//! Models apimachinery/pkg/api/validation/objectmeta.go, and the stricter wrapper in
//! pkg/apis/core/validation/validation.go.

use super::errors::Json;
use super::text::{self, NameCheck};
use super::{Errors, Field, go};
use crate::api::Value;

/// How many bytes all annotations together may take.
const ANNOTATIONS_BYTES_MAX: usize = 256 * 1024;

/// What complaints call a change of something that stays as it is.
pub const IMMUTABLE: &str = "field is immutable";

/// What complaints call a number below zero.
pub const NEGATIVE: &str = "must be greater than or equal to 0";

/// Metadata of an object that has its name. Models ValidateObjectMeta.
pub fn create(meta: &Field, namespaced: bool, name_check: NameCheck, errors: &mut Errors) {
    let generate_name = meta.at("generateName");
    if !generate_name.is_empty() {
        errors.each(&generate_name, name_check(generate_name.text(), true));
    }
    let name = meta.at("name");
    if name.is_empty() {
        errors.required(&name, "name or generateName is required");
    } else {
        errors.each(&name, name_check(name.text(), false));
    }
    let namespace = meta.at("namespace");
    match (namespaced, namespace.is_empty()) {
        (true, true) => errors.required(&namespace, ""),
        (true, false) => errors.each(&namespace, text::dns1123_label(namespace.text())),
        (false, true) => {}
        (false, false) => errors.forbidden(&namespace, "not allowed on this type"),
    }
    not_negative(&meta.at("generation"), errors);
    labels(&meta.at("labels"), errors);
    annotations(&meta.at("annotations"), errors);
    owners(&meta.at("ownerReferences"), errors);
    let finalizers = meta.at("finalizers");
    finalizer_names(&finalizers, errors);
    standard_finalizers(&finalizers, errors);
}

/// Metadata that is to replace other metadata. Models ValidateObjectMetaUpdate; the store sees to
/// it that there is a resource version.
pub fn update(meta: &Field, old: &Field, errors: &mut Errors) {
    let finalizers = meta.at("finalizers");
    if old.at("deletionTimestamp").is_set() {
        no_new_finalizers(&finalizers, &old.at("finalizers"), errors);
    }
    let generation = meta.at("generation");
    if generation.int().unwrap_or(0) < old.at("generation").int().unwrap_or(0) {
        errors.invalid(&generation, &generation, "must not be decremented");
    }
    const FIXED: [&str; 6] = [
        "name",
        "namespace",
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ];
    for (at, name) in FIXED.into_iter().enumerate() {
        let (new, old) = (meta.at(name), old.at(name));
        if new.value != old.value {
            // The first three are texts, and the zero value of text is the empty one.
            match at < 3 {
                true => errors.invalid(&new, new.text(), IMMUTABLE),
                false => errors.invalid(&new, &new, IMMUTABLE),
            }
        }
    }
    labels(&meta.at("labels"), errors);
    annotations(&meta.at("annotations"), errors);
    owners(&meta.at("ownerReferences"), errors);
    standard_finalizers(&finalizers, errors);
}

/// Labels, or anything that must look like them. Models ValidateLabels.
pub fn labels(labels: &Field, errors: &mut Errors) {
    for (key, value) in labels.entries() {
        errors.each_of(labels, key, text::qualified_name(key));
        errors.each_of(labels, value.text(), text::label_value(value.text()));
    }
}

/// Annotations. Models ValidateAnnotations: keys are labels' keys in which case does not matter.
pub fn annotations(annotations: &Field, errors: &mut Errors) {
    let mut bytes = 0;
    for (key, value) in annotations.entries() {
        let lower = match key.bytes().any(|b| b.is_ascii_uppercase()) {
            true => text::qualified_name(&key.to_lowercase()),
            false => text::qualified_name(key),
        };
        errors.each_of(annotations, key, lower);
        bytes += key.len() + value.text().len();
    }
    if bytes > ANNOTATIONS_BYTES_MAX {
        errors.too_long(annotations, ANNOTATIONS_BYTES_MAX);
    }
}

/// A number that counts something. Models ValidateNonnegativeField.
pub fn not_negative(field: &Field, errors: &mut Errors) {
    if let Some(number) = field.int().filter(|number| *number < 0) {
        errors.invalid(field, number, NEGATIVE);
    }
}

/// A finalizer, which is a key of its own or one of Kubernetes'. Models validateFinalizerName.
pub fn finalizer(field: &Field, name: &str, errors: &mut Errors) {
    errors.each_of(field, name, text::qualified_name(name));
    standard_finalizer(field, name, errors);
}

fn finalizer_names(finalizers: &Field, errors: &mut Errors) {
    let mut names = finalizers.value.items().iter().map(Value::text);
    for name in names.clone() {
        errors.each_of(finalizers, name, text::qualified_name(name));
    }
    let (orphan, foreground) = ("orphan", "foregroundDeletion");
    if names.clone().any(|name| name == orphan) && names.any(|name| name == foreground) {
        let detail = format!("finalizer {orphan} and {foreground} cannot be both set");
        errors.invalid(finalizers, finalizers, detail);
    }
}

fn standard_finalizers(finalizers: &Field, errors: &mut Errors) {
    for finalizer in finalizers.items() {
        standard_finalizer(&finalizer, finalizer.text(), errors);
    }
}

/// Models validateKubeFinalizerName.
fn standard_finalizer(field: &Field, name: &str, errors: &mut Errors) {
    let standard = matches!(name, "kubernetes" | "orphan" | "foregroundDeletion");
    if !name.contains('/') && !standard {
        let detail = "name is neither a standard finalizer name nor is it fully qualified";
        errors.invalid(field, name, detail);
    }
}

fn no_new_finalizers(new: &Field, old: &Field, errors: &mut Errors) {
    let old = old.value.items();
    let mut added: Vec<_> = new.value.items().iter().filter(|name| !old.contains(name)).collect();
    added.sort_by(|a, b| a.text().cmp(b.text()));
    added.dedup();
    if !added.is_empty() {
        let names: Vec<_> = added.iter().map(|name| crate::api::quote(name.text())).collect();
        let detail = format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers \
             []string{{{}}}",
            names.join(", ")
        );
        errors.forbidden(new, &detail);
    }
}

/// Models ValidateOwnerReferences.
fn owners(owners: &Field, errors: &mut Errors) {
    let mut controller: Option<String> = None;
    for owner in owners.value.items() {
        let reference = Field::called(owners, "", owner);
        owner_reference(owners, &reference, errors);
        if owner.at("controller").as_bool() != Some(true) {
            continue;
        }
        let name = format!("{}/{}", owner.at("kind").text(), owner.at("name").text());
        match &controller {
            Some(first) => {
                let detail = format!(
                    "Only one reference can have Controller set to true. Found \"true\" in \
                     references for {first} and {name}"
                );
                let all = go::list(&go::OWNER_REFERENCE, owners.value);
                errors.invalid(owners, Json(all), detail);
            }
            None => controller = Some(name),
        }
    }
}

/// The complaints carry the path of the list, without an index.
fn owner_reference(owners: &Field, owner: &Field, errors: &mut Errors) {
    let value = owner.value;
    let api_version = value.at("apiVersion").text();
    let version = match api_version.split_once('/') {
        Some((_, version)) if version.contains('/') => "",
        Some((_, version)) => version,
        None => api_version,
    };
    if version.is_empty() {
        let field = owners.called("apiVersion", value.at("apiVersion"));
        errors.invalid(&field, api_version, "version must not be empty");
    }
    for name in ["kind", "name", "uid"] {
        if value.at(name).is_empty() {
            errors.invalid(&owners.called(name, value.at(name)), "", "must not be empty");
        }
    }
    if api_version == "v1" && value.at("kind").text() == "Event" {
        let shown = Json(go::compact(&go::OWNER_REFERENCE, value));
        errors.invalid(owners, shown, "/v1, Kind=Event is disallowed from being an owner");
    }
}
