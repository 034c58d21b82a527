//! Rules of the three lists of containers.
//! Models pkg/apis/core/validation/validation.go validateContainers, validateInitContainers and
//! validateEphemeralContainers.

use super::{Context, Errors, Field, container, probe};

/// Models validateContainers.
pub fn regular(spec: &Field, context: &Context, errors: &mut Errors) {
    let containers = spec.at("containers");
    if containers.is_empty() {
        return errors.required(&containers, "");
    }
    let mut names: Vec<&str> = Vec::with_capacity(containers.len());
    for (index, value) in containers.value.items().iter().enumerate() {
        let container = containers.index(index);
        container::common(&container, context, errors);
        let name = value.at("name").text();
        if names.contains(&name) {
            errors.duplicate(&container.at("name"), name, "");
        } else {
            names.push(name);
        }
        probe::all(&container, context, errors);
        container::restart_policy(&container, errors);
    }
    container::host_ports(&containers, None, errors);
}

/// Models validateInitContainers.
pub fn init(spec: &Field, context: &Context, errors: &mut Errors) {
    let containers = spec.at("initContainers");
    if containers.is_empty() {
        return;
    }
    let mut names = names_of(spec, "containers");
    for (index, value) in containers.value.items().iter().enumerate() {
        let container = containers.index(index);
        container::common(&container, context, errors);
        container::restart_policy(&container, errors);
        let name = value.at("name").text();
        if names.contains(&name) {
            errors.duplicate(&container.at("name"), name, "");
        } else if !name.is_empty() {
            names.push(name);
        }
        container::host_ports(&containers, Some(index), errors);
        if value.at("restartPolicy").text() == "Always" {
            probe::all(&container, context, errors);
            continue;
        }
        for name in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
            let field = container.at(name);
            if field.is_set() {
                let detail = "may not be set for init containers without restartPolicy=Always";
                errors.forbidden(&field, detail);
            }
        }
    }
}

/// Models validateEphemeralContainers.
pub fn ephemeral(spec: &Field, context: &Context, errors: &mut Errors) {
    const NOT_ALLOWED: [&str; 9] = [
        "ports",
        "resources",
        "resizePolicy",
        "restartPolicy",
        "restartPolicyRules",
        "livenessProbe",
        "readinessProbe",
        "startupProbe",
        "lifecycle",
    ];
    const DETAIL: &str = "cannot be set for an Ephemeral Container";
    let containers = spec.at("ephemeralContainers");
    let mut others = names_of(spec, "containers");
    others.extend(names_of(spec, "initContainers"));
    let mut names = others.clone();
    for (index, value) in containers.value.items().iter().enumerate() {
        let container = containers.index(index);
        container::common(&container, context, errors);
        super::trimmed_image(&container, errors);
        let name = value.at("name").text();
        if names.contains(&name) {
            errors.duplicate(&container.at("name"), name, "");
        } else {
            names.push(name);
        }
        let target = container.at("targetContainerName");
        if !target.is_empty() && !others.contains(&target.text()) {
            errors.not_found(&target, target.text(), "");
        }
        for name in NOT_ALLOWED {
            let field = container.at(name);
            if !field.is_empty() {
                errors.forbidden(&field, DETAIL);
            }
        }
        for mount in container.at("volumeMounts").items() {
            for name in ["subPath", "subPathExpr"] {
                if !mount.at(name).is_empty() {
                    errors.forbidden(&mount.at(name), DETAIL);
                }
            }
        }
    }
}

/// The names of the containers in a list.
pub fn names_of<'a>(spec: &Field<'a>, list: &str) -> Vec<&'a str> {
    spec.value.at(list).items().iter().map(|container| container.at("name").text()).collect()
}
