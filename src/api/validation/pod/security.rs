//! Rules of security contexts.
//! Models pkg/apis/core/validation/validation.go ValidateSecurityContext and
//! validatePodSpecSecurityContext.

use super::super::errors::Json;
use super::super::{go, text};
use super::{Errors, Field, volume, windows};

/// The settings of a pod.
pub fn of_pod(context: &Field, spec: &Field, errors: &mut Errors) {
    for name in ["fsGroup", "runAsUser", "runAsGroup"] {
        id(&context.at(name), errors);
    }
    for group in context.at("supplementalGroups").items() {
        id(&group, errors);
    }
    let shared = context.called("shareProcessNamespace", spec.value.at("shareProcessNamespace"));
    if shared.is_true() && spec.at("hostPID").is_true() {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        errors.invalid(&shared, true, detail);
    }
    sysctls(&context.at("sysctls"), spec, errors);
    one_of(&context.at("fsGroupChangePolicy"), &["Always", "OnRootMismatch"], errors);
    seccomp(&context.at("seccompProfile"), errors);
    windows::options(&context.at("windowsOptions"), errors);
    app_armor(&context.at("appArmorProfile"), errors);
    one_of(&context.at("supplementalGroupsPolicy"), &["Merge", "Strict"], errors);
    one_of(&context.at("seLinuxChangePolicy"), &["MountOption", "Recursive"], errors);
}

/// The settings of a container.
pub fn of_container(context: &Field, host_users: bool, errors: &mut Errors) {
    if context.is_empty() {
        return;
    }
    id(&context.at("runAsUser"), errors);
    id(&context.at("runAsGroup"), errors);
    let proc_mount = context.at("procMount");
    one_of(&proc_mount, &["Default", "Unmasked"], errors);
    if host_users && proc_mount.text() == "Unmasked" {
        let detail = "`hostUsers` must be false to use `Unmasked`";
        errors.invalid(&proc_mount, &proc_mount, detail);
    }
    seccomp(&context.at("seccompProfile"), errors);
    if context.at("allowPrivilegeEscalation").value.as_bool() == Some(false) {
        no_escalation(context, errors);
    }
    windows::options(&context.at("windowsOptions"), errors);
    app_armor(&context.at("appArmorProfile"), errors);
}

/// Settings that would let a container escalate although it may not.
fn no_escalation(context: &Field, errors: &mut Errors) {
    let shown = || Json(go::compact(&go::SECURITY_CONTEXT, context.value));
    if context.at("privileged").is_true() {
        let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
        errors.invalid(context, shown(), detail);
    }
    let added = context.value.at_path(&["capabilities", "add"]).items().iter();
    for _ in added.filter(|capability| capability.text() == "CAP_SYS_ADMIN") {
        let detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` \
                      CAP_SYS_ADMIN";
        errors.invalid(context, shown(), detail);
    }
}

fn id(field: &Field, errors: &mut Errors) {
    if let Some(id) = field.int() {
        for message in text::user_or_group(id) {
            errors.invalid(field, id, message);
        }
    }
}

/// A setting that has a few values, if it is given.
fn one_of(field: &Field, values: &[&str], errors: &mut Errors) {
    if field.is_set() && !values.contains(&field.text()) {
        errors.not_supported(field, field.text(), values);
    }
}

const PROFILE_TYPES: [&str; 3] = ["Localhost", "RuntimeDefault", "Unconfined"];

/// Models validateSeccompProfileField.
fn seccomp(profile: &Field, errors: &mut Errors) {
    if !profile.is_set() {
        return;
    }
    let (kind, local) = (profile.at("type"), profile.at("localhostProfile"));
    if kind.is_empty() {
        errors.required(&kind, "type is required when seccompProfile is set");
    } else {
        one_of(&kind, &PROFILE_TYPES, errors);
    }
    match (kind.text() == "Localhost", local.is_set()) {
        (true, false) => errors.required(&local, "must be set when seccomp type is Localhost"),
        (true, true) => volume::descending_path(&local, local.text(), errors),
        (false, true) => {
            let shown = Json(go::compact(&go::SECCOMP_PROFILE, profile.value));
            errors.invalid(&local, shown, "can only be set when seccomp type is Localhost");
        }
        (false, false) => {}
    }
}

/// Models ValidateAppArmorProfileField.
fn app_armor(profile: &Field, errors: &mut Errors) {
    if !profile.is_set() {
        return;
    }
    /// PATH_MAX without the zero at its end.
    const PROFILE_BYTES_MAX: usize = 4095;
    let (kind, local) = (profile.at("type"), profile.at("localhostProfile"));
    match kind.text() {
        "Localhost" => {
            let name = local.text();
            if local.is_set() && name.trim() != name {
                errors.invalid(&local, name, "must not be padded with whitespace");
            } else if name.is_empty() {
                errors.required(&local, "must be set when AppArmor type is Localhost");
            }
            if name.len() > PROFILE_BYTES_MAX {
                errors.too_long(&local, PROFILE_BYTES_MAX);
            }
        }
        "RuntimeDefault" | "Unconfined" if local.is_set() => {
            errors.invalid(&local, &local, "can only be set when AppArmor type is Localhost");
        }
        "RuntimeDefault" | "Unconfined" => {}
        "" => errors.required(&kind, "type is required when appArmorProfile is set"),
        other => errors.not_supported(&kind, other, &PROFILE_TYPES),
    }
}

/// Models validateSysctls.
fn sysctls(sysctls: &Field, spec: &Field, errors: &mut Errors) {
    const PATTERN: &str = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
    let mut seen: Vec<&str> = Vec::new();
    for (index, sysctl) in sysctls.value.items().iter().enumerate() {
        let text = sysctl.at("name").text();
        let item = sysctls.index(index);
        let name = item.at("name");
        if text.is_empty() {
            errors.required(&name, "");
        } else if !is_sysctl(text) {
            let detail = format!("must have at most 253 characters and match regex {PATTERN}");
            errors.invalid(&name, text, detail);
        } else if seen.contains(&text) {
            errors.duplicate(&name, text, "");
        }
        // What belongs to a namespace that is the host's is the host's to set.
        for (shared, sort) in [("hostNetwork", is_network as fn(&str) -> bool), ("hostIPC", is_ipc)]
        {
            if spec.at(shared).is_true() && sort(text) {
                errors.invalid(
                    &name,
                    text,
                    format!("may not be specified when '{shared}' is true"),
                );
            }
        }
        seen.push(text);
    }
}

fn is_network(sysctl: &str) -> bool {
    sysctl.starts_with("net.")
}

fn is_ipc(sysctl: &str) -> bool {
    sysctl == "kernel.sem"
        || ["kernel.shm", "kernel.msg", "fs.mqueue."]
            .iter()
            .any(|prefix| sysctl.starts_with(prefix))
}

fn is_sysctl(name: &str) -> bool {
    let is_segment = |segment: &str| {
        let edge =
            |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        edge(segment.chars().next())
            && edge(segment.chars().last())
            && segment
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
    };
    name.len() <= 253 && name.split(['.', '/']).all(is_segment)
}
