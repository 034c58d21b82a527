//! What may change in a pod once it exists, and how a refused change is shown.
//! Models pkg/apis/core/validation/validation.go ValidatePodUpdate.

use super::super::errors::Json;
use super::super::{diff, go, meta, semantically_equal, text};
use super::{Errors, Field, scheduling};
use crate::api::Value;

/// What a refused change ends with, before the difference itself.
const REFUSED: &str = "pod updates may not change fields other than \
    `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
    `spec.tolerations` (only additions to existing tolerations),\
    `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

pub(super) fn update(pod: &Field, old: &Field, errors: &mut Errors) {
    let (metadata, spec) = (pod.at("metadata"), pod.at("spec"));
    let (old_metadata, old_spec) = (old.at("metadata"), old.at("spec"));
    meta::update(&metadata, &old_metadata, errors);
    super::metadata_and_spec(pod, errors);
    annotations(&metadata.at("annotations"), &old_metadata.at("annotations"), errors);
    for list in ["containers", "initContainers"] {
        if images(&spec.at(list), &old_spec.at(list), errors).is_err() {
            return;
        }
    }
    if deadline(&spec, &old_spec, errors).is_err() {
        return;
    }
    added_tolerations(&spec.at("tolerations"), &old_spec.at("tolerations"), errors);
    deleted_gates(&spec.at("schedulingGates"), &old_spec.at("schedulingGates"), errors);
    if semantically_equal(spec.value, old_spec.value) {
        return;
    }
    let masked = mask(&spec, &old_spec, errors);
    if !semantically_equal(&masked, old_spec.value) {
        let old = go::indented_pod_spec(old_spec.value);
        let difference = diff::unified(&old, &go::indented_pod_spec(&masked));
        errors.forbidden(&spec, &format!("{REFUSED}\n{difference}"));
    }
}

/// Annotations of a pod that only its maker sets. Models ValidatePodSpecificAnnotationUpdates.
pub(super) fn annotations(new: &Field, old: &Field, errors: &mut Errors) {
    let mirror = "kubernetes.io/config.mirror";
    let armor = "container.apparmor.security.beta.kubernetes.io/";
    let mut check = |key: &str, verb: &str| {
        if key.starts_with(armor) {
            errors.forbidden(&new.key(key), &format!("may not {verb} AppArmor annotations"));
        }
        if key == mirror {
            errors.forbidden(&new.key(key), &format!("may not {verb} mirror pod annotation"));
        }
    };
    for (key, value) in old.entries() {
        if new.value.at(key) != value.value {
            check(key, "remove or update");
        }
    }
    for (key, _) in new.entries() {
        if old.value.at(key).is_null() {
            check(key, "add");
        }
    }
}

/// A rule that ends the whole check.
struct Stop;

/// Models ValidateContainerUpdates: containers stay, their images may change.
fn images(new: &Field, old: &Field, errors: &mut Errors) -> Result<(), Stop> {
    if new.len() != old.len() {
        errors.forbidden(new, "pod updates may not add or remove containers");
        return Err(Stop);
    }
    for container in new.items() {
        let image = container.at("image");
        if image.is_empty() {
            errors.required(&image, "");
        }
        super::trimmed_image(&container, errors);
    }
    Ok(())
}

/// A deadline can be set once and then only come closer.
fn deadline(spec: &Field, old: &Field, errors: &mut Errors) -> Result<(), Stop> {
    let field = spec.at("activeDeadlineSeconds");
    match (field.int(), old.at("activeDeadlineSeconds").int()) {
        (Some(new), old) => {
            if let Some(message) = text::in_range(new, 0, i64::from(i32::MAX)).first() {
                errors.invalid(&field, new, message);
                return Err(Stop);
            }
            if old.is_some_and(|old| old < new) {
                let detail = "must be less than or equal to previous value";
                errors.invalid(&field, new, detail);
                return Err(Stop);
            }
        }
        (None, Some(_)) => {
            let detail = "must not update from a positive integer to nil value";
            errors.invalid(&field, &field, detail);
        }
        (None, None) => {}
    }
    Ok(())
}

/// Models validateOnlyAddedTolerations.
fn added_tolerations(new: &Field, old: &Field, errors: &mut Errors) {
    let same = |old: &Value, new: &Value| {
        let keys = ["key", "operator", "value", "effect"];
        keys.iter().all(|key| semantically_equal(old.at(key), new.at(key)))
    };
    for toleration in old.value.items() {
        if !new.value.items().iter().any(|new| same(toleration, new)) {
            let detail = "existing toleration can not be modified except its tolerationSeconds";
            return errors.forbidden(new, detail);
        }
    }
    scheduling::tolerations(new, errors);
}

/// Models validateOnlyDeletedSchedulingGates.
fn deleted_gates(new: &Field, old: &Field, errors: &mut Errors) {
    let known = |name: &str| old.value.items().iter().any(|gate| gate.at("name").text() == name);
    for gate in new.items() {
        let name = gate.at("name");
        if !known(name.text()) {
            let detail = format!(
                "only deletion is allowed, but found new scheduling gate '{}'",
                name.text()
            );
            errors.forbidden(&name, &detail);
        }
    }
}

/// The new spec with everything that may change put back to what it was.
fn mask(spec: &Field, old_spec: &Field, errors: &mut Errors) -> Value {
    let old = old_spec.value;
    let mut masked = spec.value.clone();
    for list in ["containers", "initContainers"] {
        if old.at(list).items().is_empty() {
            continue;
        }
        let pairs = masked.entry(list).make_list().iter_mut().zip(old.at(list).items());
        pairs.for_each(|(new, old)| restore(new, old, "image"));
    }
    for name in ["activeDeadlineSeconds", "schedulingGates", "tolerations"] {
        restore(&mut masked, old, name);
    }
    let grace = "terminationGracePeriodSeconds";
    let was_negative = old.at(grace).as_int().is_some_and(|seconds| seconds < 0);
    if was_negative && masked.at(grace).as_int() == Some(1) {
        restore(&mut masked, old, grace);
    }
    if !old.at("schedulingGates").items().is_empty() {
        mask_gated(&mut masked, spec, old_spec, errors);
    }
    masked
}

fn restore(value: &mut Value, old: &Value, name: &str) {
    match old.at(name) {
        Value::Null if value.at(name).is_null() => {}
        Value::Null => _ = value.make_map().remove(name),
        kept => *value.entry(name) = kept.clone(),
    }
}

/// A pod that waits behind gates may be told more exactly where it is to go.
fn mask_gated(masked: &mut Value, spec: &Field, old_spec: &Field, errors: &mut Errors) {
    let old = old_spec.value;
    let (selector, old_selector) = (spec.at("nodeSelector"), old_spec.at("nodeSelector"));
    let kept = |(key, value): (&crate::api::Str, Field)| selector.value.at(key) == value.value;
    if !old_selector.entries().all(kept) {
        let detail = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
        errors.invalid(&selector, &selector, detail);
    }
    restore(masked, old, "nodeSelector");
    let affinity = spec.at("affinity");
    let old_affinity = old.at_path(&["affinity", "nodeAffinity"]);
    if semantically_equal(affinity.value.at("nodeAffinity"), old_affinity) {
        return;
    }
    node_affinity(&affinity.at("nodeAffinity"), old_affinity, errors);
    let others = ["podAffinity", "podAntiAffinity"];
    let bare = others.iter().all(|name| masked.at_path(&["affinity", name]).is_null());
    if old.at("affinity").is_null() && bare {
        restore(masked, old, "affinity");
    } else {
        restore(masked.entry("affinity"), old.at("affinity"), "nodeAffinity");
    }
}

/// Models validateNodeAffinityMutation.
fn node_affinity(new: &Field, old: &Value, errors: &mut Errors) {
    const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
    let old_terms = old.at_path(&[REQUIRED, "nodeSelectorTerms"]).items();
    let required = new.at(REQUIRED);
    let terms = required.at("nodeSelectorTerms");
    if old_terms.is_empty() {
        return;
    }
    if old_terms.len() != terms.len() {
        let detail = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        let shown = Json(go::list(&go::NODE_SELECTOR_TERM, terms.value));
        return errors.invalid(&terms, shown, detail);
    }
    for (term, old) in terms.items().zip(old_terms) {
        if !only_adds(term.value, old) {
            let shown = Json(go::compact(&go::NODE_SELECTOR_TERM, term.value));
            errors.invalid(&term, shown, "only additions are allowed (no mutations or deletions)");
        }
    }
}

/// Models validateNodeSelectorTermHasOnlyAdditions.
fn only_adds(new: &Value, old: &Value) -> bool {
    const PARTS: [&str; 2] = ["matchExpressions", "matchFields"];
    let empty = |term: &Value| PARTS.iter().all(|part| term.at(part).items().is_empty());
    let begins_alike = |part: &&str| {
        let (new, old) = (new.at(part).items(), old.at(part).items());
        new.len() >= old.len() && new.iter().zip(old).all(|(new, old)| semantically_equal(new, old))
    };
    if empty(old) { empty(new) } else { PARTS.iter().all(begins_alike) }
}
