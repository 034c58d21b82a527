//! Rules of volumes, and of the paths in them.
//! Models pkg/apis/core/validation/validation.go ValidateVolumes.

use super::volume_source::{self, SOURCES};
use super::{Errors, Field, dns_label};
use crate::api::Value;

/// What is wrong with the mode of a file.
const MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";

/// All volumes of a pod; returns those that are right, by name.
pub fn all<'a>(
    volumes: &'a Field,
    pod_name: Option<&str>,
    errors: &mut Errors,
) -> Vec<(&'a str, &'a Value)> {
    let mut valid: Vec<(&str, &Value)> = Vec::with_capacity(volumes.len());
    for volume in volumes.value.items().iter().enumerate() {
        let field = volumes.index(volume.0);
        let name = volume.1.at("name").text();
        let before = errors.len();
        source(&field, pod_name, errors);
        if name.is_empty() {
            errors.required(&field.at("name"), "");
        } else {
            dns_label(&field.at("name"), errors);
        }
        if valid.iter().any(|(other, _)| *other == name) {
            errors.duplicate(&field.at("name"), name, "");
        }
        if errors.len() == before {
            valid.push((name, volume.1));
        }
        created_claim(&field, volumes, pod_name, errors);
    }
    valid
}

/// A path below some directory that does not begin with two dots.
/// Models ValidateLocalNonReservedPath.
pub fn local_path(path: &Field, errors: &mut Errors) {
    let text = path.text();
    descending_path(path, text, errors);
    if text.starts_with("..") && !text.starts_with("../") {
        errors.invalid(path, text, "must not start with '..'");
    }
}

/// A path below some directory. Models validateLocalDescendingPath.
pub fn descending_path(field: &Field, path: &str, errors: &mut Errors) {
    if path.starts_with('/') {
        errors.invalid(field, path, "must be a relative path");
    }
    no_backsteps(field, path, errors);
}

/// A path that never goes up. Models validatePathNoBacksteps.
pub fn no_backsteps(field: &Field, path: &str, errors: &mut Errors) {
    if has_backsteps(path) {
        errors.invalid(field, path, "must not contain '..'");
    }
}

/// Whether a path goes up.
pub fn has_backsteps(path: &str) -> bool {
    path.split('/').any(|part| part == "..")
}

/// The mode of a file, if it is given.
pub fn mode(field: &Field, errors: &mut Errors) {
    if let Some(mode) = field.int().filter(|mode| !(0..=0o777).contains(mode)) {
        errors.invalid(field, mode, MODE);
    }
}

/// Models validateVolumeSource: one source, and only one.
fn source(volume: &Field, pod_name: Option<&str>, errors: &mut Errors) {
    let mut given = false;
    for source in &SOURCES {
        let field = volume.at(source.name);
        if !field.is_set() {
            continue;
        }
        if given {
            let field = volume.called(source.forbidden_as, field.value);
            errors.forbidden(&field, "may not specify more than 1 volume type");
        } else {
            given = true;
            (source.check)(&volume.called(source.checked_as, field.value), errors);
        }
        if source.name == "iscsi" {
            volume_source::iscsi_name(volume, errors);
        }
        if source.name == "ephemeral" {
            volume_source::ephemeral_name(volume, pod_name, errors);
        }
    }
    if !given {
        errors.required(volume, "must specify a volume type");
    }
}

/// A claim that is made for a volume of this pod cannot be another volume's claim.
fn created_claim(volume: &Field, volumes: &Field, pod_name: Option<&str>, errors: &mut Errors) {
    let claim = volume.at("persistentVolumeClaim");
    let name = claim.at("claimName");
    let (Some(pod), false) = (pod_name, name.is_empty()) else {
        return;
    };
    let is_created = volumes.value.items().iter().any(|other| {
        !other.at("ephemeral").is_null()
            && name.text() == format!("{pod}-{}", other.at("name").text())
    });
    if is_created {
        let detail = "must not reference a PVC that gets created for an ephemeral volume";
        errors.invalid(&name, name.text(), detail);
    }
}
