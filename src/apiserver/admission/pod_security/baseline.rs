//! What is known to be a way out of a container.
//!
//! Models pod-security-admission/policy: the checks of level baseline, in the order of their names.

use super::{Violation, bad_containers, containers, context, named, quoted, setters};
use crate::api::{Str, Value, quote};

/// Capabilities that containers have anyway.
const DEFAULT_CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];
/// Settings of the kernel that concern the pod alone.
const SAFE_SYSCTLS: [&str; 10] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_syncookies",
];
const SELINUX_TYPES: [&str; 5] =
    ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/// What a pod does that this level forbids; what the next level says anew is left to it.
pub fn violations(spec: &Value, is_restricted: bool) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut add = |reason, detail: Option<String>| {
        found.extend(detail.map(|detail| Violation { reason, detail }));
    };
    let (profiles, detail) = app_armor(spec);
    let plural = "forbidden AppArmor profiles";
    add(if profiles == 1 { "forbidden AppArmor profile" } else { plural }, detail);
    if !is_restricted {
        add("non-default capabilities", added_capabilities(spec, &DEFAULT_CAPABILITIES));
    }
    add("host namespaces", host_namespaces(spec));
    if !is_restricted {
        let of = |volume: &&Value| !volume.at("hostPath").is_null();
        let volumes = spec.at("volumes").items().iter().filter(of);
        let names: Vec<String> = volumes.map(|v| v.at("name").text().to_owned()).collect();
        add("hostPath volumes", (!names.is_empty()).then(|| named("volume", "volumes", &names)));
    }
    add("hostPort", host_ports(spec));
    let is_privileged = |c: &Value| context(c, &["privileged"]).as_bool() == Some(true);
    add("privileged", {
        let setters = setters(false, &bad_containers(spec, is_privileged));
        setters.map(|who| format!("{who} must not set securityContext.privileged=true"))
    });
    add("procMount", proc_mount(spec));
    add("seLinuxOptions", selinux(spec));
    if !is_restricted {
        add("seccompProfile", unconfined(spec));
    }
    let sysctls = context(spec, &["sysctls"]).items().iter();
    let sysctls = sysctls.map(|sysctl| sysctl.at("name").text());
    let sysctls: Vec<&str> = sysctls.filter(|name| !SAFE_SYSCTLS.contains(name)).collect();
    add("forbidden sysctls", (!sysctls.is_empty()).then(|| sysctls.join(", ")));
    let path = ["windowsOptions", "hostProcess"];
    let is_host = |of: &Value| context(of, &path).as_bool() == Some(true);
    add("hostProcess", {
        let setters = setters(is_host(spec), &bad_containers(spec, is_host));
        setters.map(|who| {
            format!("{who} must not set securityContext.windowsOptions.hostProcess=true")
        })
    });
    found
}

fn app_armor(spec: &Value) -> (usize, Option<String>) {
    let kind = |of: &Value| Str::from(context(of, &["appArmorProfile", "type"]).text());
    let is_bad = |of: &Value| kind(of) == "Unconfined";
    let bad = bad_containers(spec, is_bad);
    let setters = setters(is_bad(spec), &bad);
    let detail =
        setters.map(|who| format!("{who} must not set AppArmor profile type to \"Unconfined\""));
    (usize::from(is_bad(spec)) + bad.len(), detail)
}

/// Who adds capabilities that are not `allowed`, and which.
pub fn added_capabilities(spec: &Value, allowed: &[&str]) -> Option<String> {
    let added = |container: &Value| -> Vec<String> {
        let added = context(container, &["capabilities", "add"]).items().iter();
        let added = added.map(|capability| capability.text().to_owned());
        added.filter(|capability| !allowed.contains(&capability.as_str())).collect()
    };
    let bad = bad_containers(spec, |container| !added(container).is_empty());
    let mut capabilities: Vec<String> = containers(spec).flat_map(added).collect();
    capabilities.sort();
    capabilities.dedup();
    setters(false, &bad).map(|who| {
        let capabilities = quoted(&capabilities);
        format!("{who} must not include {capabilities} in securityContext.capabilities.add")
    })
}

fn host_namespaces(spec: &Value) -> Option<String> {
    let names = ["hostNetwork", "hostPID", "hostIPC"];
    let used = names.into_iter().filter(|name| spec.at(name).as_bool() == Some(true));
    let used: Vec<String> = used.map(|name| format!("{name}=true")).collect();
    (!used.is_empty()).then(|| used.join(", "))
}

fn host_ports(spec: &Value) -> Option<String> {
    let ports = |container: &Value| -> Vec<i64> {
        let ports = container.at("ports").items().iter();
        ports.filter_map(|port| port.at("hostPort").as_int()).filter(|port| *port != 0).collect()
    };
    let bad = bad_containers(spec, |container| !ports(container).is_empty());
    let mut used: Vec<String> =
        containers(spec).flat_map(ports).map(|port| port.to_string()).collect();
    used.sort();
    used.dedup();
    setters(false, &bad).map(|who| {
        let verb = if bad.len() == 1 { "uses" } else { "use" };
        let noun = if used.len() == 1 { "hostPort" } else { "hostPorts" };
        format!("{who} {verb} {noun} {}", used.join(", "))
    })
}

fn proc_mount(spec: &Value) -> Option<String> {
    // Who is root only within the pod may see what it likes.
    if spec.at("hostUsers").as_bool() == Some(false) {
        return None;
    }
    let mount = |container: &Value| context(container, &["procMount"]).text().to_owned();
    let is_bad = |container: &Value| !matches!(mount(container).as_str(), "" | "Default");
    let bad = bad_containers(spec, is_bad);
    let mut mounts: Vec<String> = containers(spec).filter(|c| is_bad(c)).map(mount).collect();
    mounts.sort();
    mounts.dedup();
    let mounts = quoted(&mounts);
    setters(false, &bad)
        .map(|who| format!("{who} must not set securityContext.procMount to {mounts}"))
}

fn selinux(spec: &Value) -> Option<String> {
    let options = |of: &Value| context(of, &["seLinuxOptions"]).clone();
    let is_bad = |of: &Value| {
        let options = options(of);
        !SELINUX_TYPES.contains(&options.at("type").text())
            || !options.at("user").text().is_empty()
            || !options.at("role").text().is_empty()
    };
    let who = setters(is_bad(spec), &bad_containers(spec, is_bad))?;
    let all = std::iter::once(spec).chain(containers(spec)).map(options);
    let all: Vec<Value> = all.collect();
    let types = all.iter().map(|options| options.at("type").text());
    let mut types: Vec<&str> = types.filter(|own| !SELINUX_TYPES.contains(own)).collect();
    types.sort_unstable();
    types.dedup();
    let mut what = Vec::new();
    if !types.is_empty() {
        let noun = if types.len() == 1 { "type" } else { "types" };
        let types: Vec<String> = types.into_iter().map(quote).collect();
        what.push(format!("{noun} {}", types.join(", ")));
    }
    for field in ["user", "role"] {
        if all.iter().any(|options| !options.at(field).text().is_empty()) {
            what.push(format!("{field} may not be set"));
        }
    }
    Some(format!("{who} set forbidden securityContext.seLinuxOptions: {}", what.join("; ")))
}

/// Who turns the filter of system calls off.
pub fn unconfined(spec: &Value) -> Option<String> {
    let is_bad = |of: &Value| {
        !matches!(
            context(of, &["seccompProfile", "type"]).text(),
            "" | "RuntimeDefault" | "Localhost"
        )
    };
    let who = setters(is_bad(spec), &bad_containers(spec, is_bad))?;
    let all = std::iter::once(spec).chain(containers(spec)).filter(|of| is_bad(of));
    let mut kinds: Vec<String> =
        all.map(|of| context(of, &["seccompProfile", "type"]).text().to_owned()).collect();
    kinds.sort();
    kinds.dedup();
    Some(format!("{who} must not set securityContext.seccompProfile.type to {}", quoted(&kinds)))
}
