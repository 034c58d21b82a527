//! Rules of environment variables.
//! Models pkg/apis/core/validation/validation.go ValidateEnv and ValidateEnvFrom.

use super::super::text;
use super::{Errors, Field};
use crate::api::Quantity;

/// Fields of the pod that a variable can take its value from, sorted.
const VARIABLE_FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// Fields of the pod that the downward API knows of at all.
const KNOWN_FIELDS: [&str; 15] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
    "spec.host",
];

/// Resources of a container that can be read, sorted.
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// Units for amounts of bytes.
const BYTE_DIVISORS: [&str; 13] =
    ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

/// Variables set one by one.
pub fn variables(variables: &Field, errors: &mut Errors) {
    for variable in variables.items() {
        let name = variable.at("name");
        if name.is_empty() {
            errors.required(&name, "");
        } else {
            errors.each(&name, text::variable_name(name.text()));
        }
        let source = variable.at("valueFrom");
        if source.is_set() {
            value_from(&source, !variable.at("value").is_empty(), errors);
        }
    }
}

/// Variables taken from ConfigMaps and Secrets as a whole.
pub fn sources(sources: &Field, errors: &mut Errors) {
    for source in sources.items() {
        let prefix = source.at("prefix");
        if !prefix.is_empty() {
            errors.each(&prefix, text::variable_name(prefix.text()));
        }
        let mut count = 0;
        for kind in ["configMapRef", "secretRef"] {
            let reference = source.at(kind);
            if reference.is_set() {
                count += 1;
                let name = reference.at("name");
                if name.is_empty() {
                    errors.required(&name, "");
                } else {
                    errors.each(&name, text::name_is_subdomain(name.text(), true));
                }
            }
        }
        match count {
            0 => errors.invalid(sources, "", "must specify one of: `configMapRef` or `secretRef`"),
            1 => {}
            _ => {
                errors.invalid(sources, "", "may not have more than one field specified at a time")
            }
        }
    }
}

/// A field of the pod. Models validateObjectFieldSelector.
pub fn field_ref(reference: &Field, allowed: &[&str], errors: &mut Errors) {
    let (version, path) = (reference.at("apiVersion"), reference.at("fieldPath"));
    for needed in [&version, &path] {
        if needed.is_empty() {
            return errors.required(needed, "");
        }
    }
    let label = match known_field(version.text(), path.text()) {
        Ok(label) => label,
        Err(why) => {
            let detail = format!("error converting fieldPath: {why}");
            return errors.invalid(&path, path.text(), detail);
        }
    };
    match subscript(label) {
        Some(("metadata.annotations", key)) => {
            errors.each_of(
                reference,
                &key.to_lowercase(),
                text::qualified_name(&key.to_lowercase()),
            );
        }
        Some(("metadata.labels", key)) => {
            errors.each_of(reference, key, text::qualified_name(key));
        }
        Some((other, _)) => errors.invalid(reference, other, "does not support subscript"),
        None if !allowed.contains(&label) => errors.not_supported(&path, label, allowed),
        None => {}
    }
}

/// A resource of a container. Models validateContainerResourceFieldSelector.
pub fn resource_ref(reference: &Field, in_volume: bool, errors: &mut Errors) {
    let (container, resource) = (reference.at("containerName"), reference.at("resource"));
    let name = resource.text();
    let huge = name.starts_with("requests.hugepages-") || name.starts_with("limits.hugepages-");
    if in_volume && container.is_empty() {
        errors.required(&container, "");
    } else if name.is_empty() {
        errors.required(&resource, "");
    } else if !RESOURCES.contains(&name) && !huge {
        errors.not_supported(&resource, name, &RESOURCES);
    }
    divisor(&reference.at("divisor"), name, huge, errors);
}

/// Models validateContainerResourceDivisor.
fn divisor(divisor: &Field, resource: &str, huge: bool, errors: &mut Errors) {
    let Some(unit) = Quantity::parse(divisor.text()).filter(|unit| !unit.is_zero()) else {
        return;
    };
    let unit = unit.to_string();
    let bytes_of = match resource {
        "limits.cpu" | "requests.cpu" => {
            if unit != "1m" && unit != "1" {
                let detail = "only divisor's values 1m and 1 are supported with the cpu resource";
                errors.invalid(divisor, resource, detail);
            }
            return;
        }
        "limits.memory" | "requests.memory" => "memory",
        "limits.ephemeral-storage" | "requests.ephemeral-storage" => "local ephemeral storage",
        _ if huge => "hugepages",
        _ => return,
    };
    if !BYTE_DIVISORS.contains(&unit.as_str()) {
        let units = BYTE_DIVISORS.join(", ");
        let detail =
            format!("only divisor's values {units} are supported with the {bytes_of} resource");
        errors.invalid(divisor, resource, detail);
    }
}

/// Models validateEnvVarValueFrom.
fn value_from(source: &Field, has_value: bool, errors: &mut Errors) {
    let mut count = 0;
    let mut given = |name| {
        let field: bool = !source.value.at(name).is_null();
        count += usize::from(field);
        field
    };
    if given("fieldRef") {
        field_ref(&source.at("fieldRef"), &VARIABLE_FIELDS, errors);
    }
    if given("resourceFieldRef") {
        resource_ref(&source.at("resourceFieldRef"), false, errors);
    }
    for name in ["configMapKeyRef", "secretKeyRef"] {
        if given(name) {
            key_ref(&source.at(name), errors);
        }
    }
    if given("fileKeyRef") {
        file_key_ref(&source.at("fileKeyRef"), errors);
    }
    if count == 0 {
        let detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, \
                      `secretKeyRef` or `fileKeyRef`";
        errors.invalid(source, "", detail);
    } else if has_value {
        errors.invalid(source, "", "may not be specified when `value` is not empty");
    } else if count > 1 {
        errors.invalid(source, "", "may not have more than one field specified at a time");
    }
}

/// Models validateConfigMapKeySelector and validateSecretKeySelector.
fn key_ref(reference: &Field, errors: &mut Errors) {
    let (name, key) = (reference.at("name"), reference.at("key"));
    errors.each(&name, text::dns1123_subdomain(name.text()));
    if key.is_empty() {
        errors.required(&key, "");
    } else {
        errors.each(&key, text::config_map_key(key.text()));
    }
}

/// Models validateFileKeySelector.
fn file_key_ref(reference: &Field, errors: &mut Errors) {
    let key = reference.at("key");
    if key.is_empty() {
        errors.required(&key, "");
    } else {
        errors.each(&key, text::variable_name(key.text()));
    }
    let volume = reference.at("volumeName");
    if volume.is_empty() {
        errors.required(&volume, "");
    } else {
        errors.each(&volume, text::dns1123_label(volume.text()));
    }
    let path = reference.at("path");
    if path.is_empty() {
        errors.required(&path, "");
    } else {
        super::volume::local_path(&path, errors);
    }
}

/// The field a path means, or what Kubernetes says when it means none.
/// Models pkg/apis/core/pods/helpers.go ConvertDownwardAPIFieldLabel.
fn known_field<'a>(version: &str, path: &'a str) -> Result<&'a str, String> {
    if version != "v1" {
        return Err(format!("unsupported pod version: {version}"));
    }
    match subscript(path) {
        Some(("metadata.annotations" | "metadata.labels", _)) => Ok(path),
        Some(_) => Err(format!("field label does not support subscript: {path}")),
        None if path == "spec.host" => Ok("spec.nodeName"),
        None if KNOWN_FIELDS.contains(&path) => Ok(path),
        None => Err(format!("field label not supported: {path}")),
    }
}

/// Splits `metadata.labels['app']`. Models pkg/fieldpath SplitMaybeSubscriptedPath.
fn subscript(path: &str) -> Option<(&str, &str)> {
    let (field, key) = path.strip_suffix("']")?.split_once("['")?;
    (!field.is_empty()).then_some((field, key))
}
