//! Rules of containers, whatever sort they are of.
//! Models pkg/apis/core/validation/validation.go validateContainerCommon.

use super::super::text;
use super::volume::{descending_path, has_backsteps};
use super::{Context, Errors, Field, dns_label, env, resources, security};
use crate::api::Value;

const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// What holds for containers, init containers and ephemeral containers alike.
pub fn common(container: &Field, context: &Context, errors: &mut Errors) {
    let name = container.at("name");
    if name.is_empty() {
        errors.required(&name, "");
    } else {
        dns_label(&name, errors);
    }
    let image = container.at("image");
    if image.is_empty() {
        errors.required(&image, "");
    }
    let policy = container.at("terminationMessagePolicy");
    match policy.text() {
        "File" | "FallbackToLogsOnError" => {}
        "" => errors.required(&policy, ""),
        other => errors.not_supported(&policy, other, &["File", "FallbackToLogsOnError"]),
    }
    ports(&container.at("ports"), errors);
    env::variables(&container.at("env"), errors);
    env::sources(&container.at("envFrom"), errors);
    mounts(container, context, errors);
    devices(container, context, errors);
    pull_policy(&container.at("imagePullPolicy"), errors);
    resources::requirements(&container.at("resources"), context, errors);
    resize_policy(&container.at("resizePolicy"), context, errors);
    security::of_container(&container.at("securityContext"), context.host_users, errors);
}

/// When an image is pulled. Models validatePullPolicy.
pub fn pull_policy(policy: &Field, errors: &mut Errors) {
    match policy.text() {
        "Always" | "IfNotPresent" | "Never" => {}
        "" => errors.required(policy, ""),
        other => errors.not_supported(policy, other, &["Always", "IfNotPresent", "Never"]),
    }
}

/// A protocol of the transport layer, which must be given.
pub fn protocol(protocol: &Field, errors: &mut Errors) {
    if protocol.is_empty() {
        errors.required(protocol, "");
    } else if !PROTOCOLS.contains(&protocol.text()) {
        errors.not_supported(protocol, protocol.text(), &PROTOCOLS);
    }
}

/// Ports of the host that several of `containers` want. Models AccumulateUniqueHostPorts.
pub fn host_ports(containers: &Field, only: Option<usize>, errors: &mut Errors) {
    let mut taken: Vec<String> = Vec::new();
    for (index, container) in containers.value.items().iter().enumerate() {
        if only.is_some_and(|only| only != index) {
            continue;
        }
        for (at, port) in container.at("ports").items().iter().enumerate() {
            let Some(number) = port.at("hostPort").as_int().filter(|number| *number != 0) else {
                continue;
            };
            let (protocol, ip) = (port.at("protocol").text(), port.at("hostIP").text());
            let place = format!("{protocol}/{ip}/{number}");
            if taken.contains(&place) {
                // Init containers are looked at one by one, so each is the first of its list.
                let container = containers.index(if only.is_some() { 0 } else { index });
                let ports = container.at("ports");
                errors.duplicate(&ports.index(at).at("hostPort"), &place, "");
            } else {
                taken.push(place);
            }
        }
    }
}

/// How a container is started again. Models validateContainerRestartPolicy.
pub fn restart_policy(container: &Field, errors: &mut Errors) {
    let (policy, rules) = (container.at("restartPolicy"), container.at("restartPolicyRules"));
    const POLICIES: [&str; 3] = ["Always", "Never", "OnFailure"];
    if policy.is_set() && !POLICIES.contains(&policy.text()) {
        errors.not_supported(&policy, policy.text(), &POLICIES);
    }
    if rules.is_empty() {
        return;
    }
    if !policy.is_set() {
        let detail = "must specify restartPolicy when restart rules are used";
        errors.required(&policy, detail);
    }
    if rules.len() > 20 {
        errors.too_many(&rules, rules.len(), 20);
    }
    for rule in rules.items() {
        restart_rule(&rule, errors);
    }
}

fn restart_rule(rule: &Field, errors: &mut Errors) {
    let (action, codes) = (rule.at("action"), rule.at("exitCodes"));
    if action.text() != "Restart" {
        errors.not_supported(&action, action.text(), &["Restart"]);
    }
    if !codes.is_set() {
        return errors.required(&codes, "must be specified");
    }
    let (operator, values) = (codes.at("operator"), codes.at("values"));
    if !matches!(operator.text(), "In" | "NotIn") {
        errors.not_supported(&operator, operator.text(), &["In", "NotIn"]);
    }
    if values.len() > 255 {
        errors.too_many(&values, values.len(), 255);
    }
}

/// Models validateContainerPorts.
fn ports(ports: &Field, errors: &mut Errors) {
    let mut names: Vec<&str> = Vec::new();
    for port in ports.value.items().iter().enumerate() {
        let field = ports.index(port.0);
        let name = port.1.at("name").text();
        if !name.is_empty() {
            let messages = text::port_name(name);
            if !messages.is_empty() {
                errors.each(&field.at("name"), messages);
            } else if names.contains(&name) {
                errors.duplicate(&field.at("name"), name, "");
            } else {
                names.push(name);
            }
        }
        let number = field.at("containerPort");
        match number.int().unwrap_or(0) {
            0 => errors.required(&number, ""),
            _ => port_number(&number, errors),
        }
        let host = field.at("hostPort");
        if host.int().unwrap_or(0) != 0 {
            port_number(&host, errors);
        }
        protocol(&field.at("protocol"), errors);
    }
}

fn port_number(field: &Field, errors: &mut Errors) {
    let number = field.int().unwrap_or(0);
    for message in text::port_number(number) {
        errors.invalid(field, number, message);
    }
}

/// Models ValidateVolumeMounts.
fn mounts(container: &Field, context: &Context, errors: &mut Errors) {
    let mounts = container.at("volumeMounts");
    let devices = container.value.at("volumeDevices").items();
    for (index, value) in mounts.value.items().iter().enumerate() {
        let mount = mounts.index(index);
        let (name, path) = (mount.at("name"), mount.at("mountPath"));
        if name.is_empty() {
            errors.required(&name, "");
        }
        if context.volume(name.text()).is_none() {
            errors.not_found(&name, name.text(), "");
        }
        if path.is_empty() {
            errors.required(&path, "");
        }
        let earlier = &mounts.value.items()[..index];
        if earlier.iter().any(|other| other.at("mountPath").text() == path.text()) {
            errors.invalid(&path, path.text(), "must be unique");
        }
        if devices.iter().any(|device| device.at("name").text() == name.text()) {
            errors.invalid(&name, name.text(), "must not already exist in volumeDevices");
        }
        if devices.iter().any(|device| device.at("devicePath").text() == path.text()) {
            let detail = "must not already exist as a path in volumeDevices";
            errors.invalid(&path, path.text(), detail);
        }
        mount_details(&mounts, &mount, value, container, errors);
    }
}

/// The rest of a mount; these complaints carry the path of the list, without an index.
fn mount_details(
    mounts: &Field,
    mount: &Field,
    value: &Value,
    container: &Field,
    errors: &mut Errors,
) {
    let part = |name| mounts.called(name, value.at(name));
    let (sub_path, expression) = (part("subPath"), part("subPathExpr"));
    descending_path(&sub_path, sub_path.text(), errors);
    if !expression.is_empty() {
        if !sub_path.is_empty() {
            let detail = "subPathExpr and subPath are mutually exclusive";
            errors.invalid(&mount.at("subPathExpr"), expression.text(), detail);
        }
        descending_path(&expression, expression.text(), errors);
    }
    let propagation = part("mountPropagation");
    match propagation.text() {
        _ if !propagation.is_set() => {}
        "None" | "HostToContainer" => {}
        "Bidirectional" => {
            let privileged = container.value.at_path(&["securityContext", "privileged"]);
            if privileged.as_bool() != Some(true) {
                let detail =
                    "Bidirectional mount propagation is available only to privileged containers";
                errors.forbidden(&propagation, detail);
            }
        }
        other => {
            errors.not_supported(
                &propagation,
                other,
                &["Bidirectional", "HostToContainer", "None"],
            );
        }
    }
    let recursive = part("recursiveReadOnly");
    match recursive.text() {
        _ if !recursive.is_set() => {}
        "Disabled" => {}
        "Enabled" | "IfPossible" => {
            if value.at("readOnly").as_bool() != Some(true) {
                errors.forbidden(&recursive, "may only be specified when readOnly is true");
            }
            if propagation.is_set() && propagation.text() != "None" {
                let detail = "may only be specified when mountPropagation is None or not specified";
                errors.forbidden(&recursive, detail);
            }
        }
        other => errors.not_supported(&recursive, other, &["Disabled", "Enabled", "IfPossible"]),
    }
}

/// Models ValidateVolumeDevices.
fn devices(container: &Field, context: &Context, errors: &mut Errors) {
    let devices = container.at("volumeDevices");
    let mounts = container.value.at("volumeMounts").items();
    let mut paths: Vec<&str> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for (index, value) in devices.value.items().iter().enumerate() {
        let device = devices.index(index);
        let (name, path) = (device.at("name"), device.at("devicePath"));
        let (name_text, path_text) = (value.at("name").text(), value.at("devicePath").text());
        if name.is_empty() {
            errors.required(&name, "");
        }
        if names.contains(&name_text) {
            errors.invalid(&name, name_text, "must be unique");
        }
        match context.volume(name_text) {
            Some(volume) => {
                let claims = ["persistentVolumeClaim", "ephemeral"];
                if claims.iter().all(|claim| volume.at(claim).is_null()) {
                    let detail = "can only use volume source type of PersistentVolumeClaim or \
                                  Ephemeral for block mode";
                    errors.invalid(&name, name_text, detail);
                }
            }
            None => errors.not_found(&name, name_text, ""),
        }
        if path.is_empty() {
            errors.required(&path, "");
        }
        if paths.contains(&path_text) {
            errors.invalid(&path, path_text, "must be unique");
        }
        if has_backsteps(path_text) {
            errors.invalid(&path, path_text, "can not contain backsteps ('..')");
        } else {
            paths.push(path_text);
        }
        if mounts.iter().any(|mount| mount.at("name").text() == name_text) {
            errors.invalid(&name, name_text, "must not already exist in volumeMounts");
        }
        if mounts.iter().any(|mount| mount.at("mountPath").text() == path_text) {
            let detail = "must not already exist as a path in volumeMounts";
            errors.invalid(&path, path_text, detail);
        }
        if !name_text.is_empty() {
            names.push(name_text);
        }
    }
}

/// Models validateResizePolicy.
fn resize_policy(policies: &Field, context: &Context, errors: &mut Errors) {
    let mut seen: Vec<&str> = Vec::new();
    for (index, value) in policies.value.items().iter().enumerate() {
        let (resource, policy) =
            (value.at("resourceName").text(), value.at("restartPolicy").text());
        if seen.contains(&resource) {
            errors.duplicate(&policies.index(index), resource, "");
        }
        seen.push(resource);
        match resource {
            "cpu" | "memory" => {}
            "" => errors.required(policies, ""),
            other => errors.not_supported(policies, other, &["cpu", "memory"]),
        }
        match policy {
            "NotRequired" | "RestartContainer" => {}
            "" => errors.required(policies, ""),
            other => errors.not_supported(policies, other, &["NotRequired", "RestartContainer"]),
        }
        if context.restart_policy == "Never" && policy != "NotRequired" {
            let detail = "must be 'NotRequired' when `restartPolicy` is 'Never'";
            errors.invalid(policies, policy, detail);
        }
    }
}
