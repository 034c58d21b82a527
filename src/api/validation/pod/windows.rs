//! Rules that tell Linux and Windows apart.
//! Models pkg/apis/core/validation/validation.go validateOS, validateWindows and their neighbours.

use super::super::text;
use super::{CONTAINER_LISTS, Errors, Field};

/// Settings of a pod that mean nothing on Windows: where they lie, and what they are called.
const POD_LINUX: [(&str, &str); 15] = [
    ("securityContext", "appArmorProfile"),
    ("securityContext", "seLinuxOptions"),
    ("", "hostUsers"),
    ("", "hostPID"),
    ("", "hostIPC"),
    ("securityContext", "seccompProfile"),
    ("securityContext", "fsGroup"),
    ("securityContext", "fsGroupChangePolicy"),
    ("securityContext", "sysctls"),
    ("", "shareProcessNamespace"),
    ("securityContext", "runAsUser"),
    ("securityContext", "runAsGroup"),
    ("securityContext", "supplementalGroups"),
    ("securityContext", "supplementalGroupsPolicy"),
    ("securityContext", "seLinuxChangePolicy"),
];

/// Settings of a container that mean nothing on Windows.
const CONTAINER_LINUX: [&str; 10] = [
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
];

/// The operating system a pod is for, and the settings that go with it.
pub fn operating_system(spec: &Field, errors: &mut Errors) {
    let os = spec.at("os");
    let name = os.at("name");
    match name.text() {
        _ if !os.is_set() => {}
        "" => errors.required(&name, "cannot be empty"),
        "linux" => linux(spec, errors),
        "windows" => windows(spec, errors),
        other => errors.not_supported(&os, other, &["linux", "windows"]),
    }
}

/// Settings for Windows alone. Models validateWindowsSecurityContextOptions.
pub fn options(options: &Field, errors: &mut Errors) {
    if !options.is_set() {
        return;
    }
    let spec_name = options.at("gmsaCredentialSpecName");
    if spec_name.is_set() {
        errors.each(&spec_name, text::dns1123_subdomain(spec_name.text()));
    }
    let spec = options.at("gmsaCredentialSpec");
    if spec.is_set() && spec.is_empty() {
        errors.invalid(&spec, "", "gmsaCredentialSpec cannot be an empty string");
    } else if spec.text().len() > 64 * 1024 {
        errors.invalid(&spec, spec.text(), "gmsaCredentialSpec size must be under 64 KiB");
    }
    let user = options.at("runAsUserName");
    if user.is_set() {
        user_name(&user, errors);
    }
}

/// Containers that run as processes of the host. Models validateWindowsHostProcessPod.
pub fn host_processes(spec: &Field, errors: &mut Errors) {
    const PATH: [&str; 3] = ["securityContext", "windowsOptions", "hostProcess"];
    let of_pod = spec.value.at_path(&PATH).as_bool();
    let (mut containers, mut processes) = (0, 0);
    for list in CONTAINER_LISTS {
        for container in spec.at(list).items() {
            let own = container.value.at_path(&PATH).as_bool();
            if let (Some(of_pod), Some(own)) = (of_pod, own)
                && of_pod != own
            {
                let detail = format!(
                    "pod hostProcess value must be identical if both are specified, was {of_pod}"
                );
                let options = container.at(PATH[0]);
                errors.invalid(&options.at(PATH[1]).at(PATH[2]), own, detail);
            }
            containers += 1;
            processes += usize::from(own.or(of_pod) == Some(true));
        }
    }
    if processes == 0 {
        return;
    }
    if processes != containers {
        let detail = "If pod contains any hostProcess containers then all containers must be \
                      HostProcess containers";
        errors.invalid(spec, "", detail);
    }
    if !spec.at("hostNetwork").is_true() {
        let detail = "hostNetwork must be true if pod contains any hostProcess containers";
        errors.invalid(&spec.at("hostNetwork"), false, detail);
    }
}

fn linux(spec: &Field, errors: &mut Errors) {
    let mut check = |holder: &Field| {
        let context = holder.at("securityContext");
        let options = context.at("windowsOptions");
        if options.is_set() {
            errors.forbidden(&options, "windows options cannot be set for a linux pod");
        }
    };
    check(spec);
    for list in CONTAINER_LISTS {
        spec.at(list).items().for_each(|container| check(&container));
    }
}

fn windows(spec: &Field, errors: &mut Errors) {
    const DETAIL: &str = "cannot be set for a windows pod";
    let context = spec.at("securityContext");
    for (holder, name) in POD_LINUX {
        let field = if holder.is_empty() { spec.at(name) } else { context.at(name) };
        let is_plain = matches!(name, "hostPID" | "hostIPC" | "sysctls");
        if if is_plain { !field.is_empty() } else { field.is_set() } {
            errors.forbidden(&field, DETAIL);
        }
    }
    for list in CONTAINER_LISTS {
        for container in spec.at(list).items() {
            let context = container.at("securityContext");
            for name in CONTAINER_LINUX {
                let field = context.at(name);
                if field.is_set() {
                    errors.forbidden(&field, DETAIL);
                }
            }
        }
    }
}

fn user_name(field: &Field, errors: &mut Errors) {
    const FORBIDDEN: &str = "\"/\\:;|=,+*?<>@[]";
    let name = field.text();
    let mut complain = |detail: &str| errors.invalid(field, name, detail);
    if name.is_empty() {
        return complain("runAsUserName cannot be an empty string");
    }
    if name.chars().any(|c| c.is_ascii_control()) {
        return complain("runAsUserName cannot contain control characters");
    }
    if name.matches('\\').count() > 1 {
        return complain("runAsUserName cannot contain more than one backslash");
    }
    let (domain, user) = match name.split_once('\\') {
        Some((domain, user)) => (Some(domain), user),
        None => (None, name),
    };
    if let Some(domain) = domain {
        if domain.len() >= 256 {
            complain("runAsUserName's Domain length must be under 256 characters");
        }
        if !is_net_bios(domain) && !is_domain(domain) {
            complain("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
        }
    }
    if user.is_empty() {
        complain("runAsUserName's User cannot be empty");
    } else if user.len() > 104 {
        complain("runAsUserName's User length must not be longer than 104 characters");
    }
    if !user.is_empty() && user.chars().all(|c| c == '.' || c == ' ') {
        complain("runAsUserName's User cannot contain only periods or spaces");
    }
    if user.contains(|c| FORBIDDEN.contains(c)) {
        let detail = "runAsUserName's User cannot contain the following characters: \
                      \"/\\:;|=,+*?<>@[]";
        complain(detail);
    }
}

fn is_net_bios(domain: &str) -> bool {
    let length = domain.chars().count();
    (1..=15).contains(&length)
        && !domain.starts_with('.')
        && !domain.contains(|c| "\\/:*?\"<>|".contains(c))
}

fn is_domain(domain: &str) -> bool {
    domain.split('.').all(|label| {
        let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        label.len() <= 63
            && edge(label.chars().next())
            && edge(label.chars().last())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}
