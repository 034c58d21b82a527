//! Rules of the fields of a pod spec that need no file of their own.
//! Models pkg/apis/core/validation/validation.go ValidatePodSpec.

use super::super::errors::Json;
use super::super::{go, ip, text};
use super::{Context, Errors, Field, dns_label, resources, scheduling};

/// The second half of ValidatePodSpec: single fields, one after another.
pub fn names(spec: &Field, errors: &mut Errors) {
    for name in ["serviceAccountName", "nodeName"] {
        let field = spec.at(name);
        if !field.is_empty() {
            errors.each(&field, text::dns1123_subdomain(field.text()));
        }
    }
    let deadline = spec.at("activeDeadlineSeconds");
    if let Some(seconds) = deadline.int() {
        for message in text::in_range(seconds, 1, i64::from(i32::MAX)) {
            errors.invalid(&deadline, seconds, message);
        }
    }
    for name in ["hostname", "subdomain"] {
        let field = spec.at(name);
        if !field.is_empty() {
            dns_label(&field, errors);
        }
    }
    hostname_override(spec, errors);
    scheduling::tolerations(&spec.at("tolerations"), errors);
    for alias in spec.at("hostAliases").items() {
        ip::check(&alias.at("ip"), errors);
        for hostname in alias.at("hostnames").items() {
            errors.each(&hostname, text::dns1123_subdomain(hostname.text()));
        }
    }
    let class = spec.at("priorityClassName");
    if !class.is_empty() {
        errors.each(&class, text::dns1123_subdomain(class.text()));
    }
    let runtime = spec.at("runtimeClassName");
    if runtime.is_set() {
        errors.each(&runtime, text::dns1123_subdomain(runtime.text()));
    }
    let preemption = spec.at("preemptionPolicy");
    match preemption.text() {
        _ if !preemption.is_set() => {}
        "PreemptLowerPriority" | "Never" => {}
        "" => errors.required(&preemption, ""),
        other => errors.not_supported(&preemption, other, &["PreemptLowerPriority", "Never"]),
    }
    let overhead = spec.at("overhead");
    if !overhead.is_empty() {
        resources::overhead(&overhead, errors);
    }
}

/// Models validatePodResourceClaims.
pub fn resource_claims(claims: &Field, errors: &mut Errors) {
    let mut names: Vec<&str> = Vec::new();
    for (index, value) in claims.value.items().iter().enumerate() {
        let claim = claims.index(index);
        let name = value.at("name").text();
        if name.is_empty() {
            errors.required(&claim.at("name"), "");
        } else if names.contains(&name) {
            errors.duplicate(&claim.at("name"), name, "");
        } else {
            dns_label(&claim.at("name"), errors);
            names.push(name);
        }
        let sources = ["resourceClaimName", "resourceClaimTemplateName"];
        let given = sources.iter().filter(|source| !value.at(source).is_null()).count();
        let detail = match given {
            0 => "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`",
            1 => "",
            _ => {
                "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            }
        };
        if !detail.is_empty() {
            let shown = Json(go::compact(&go::POD_RESOURCE_CLAIM, value));
            errors.invalid(&claim, shown, detail);
        }
        for source in sources {
            let field = claim.at(source);
            if field.is_set() {
                errors.each(&field, text::dns1123_subdomain(field.text()));
            }
        }
    }
}

/// Models validatePodHostNetworkDeps.
pub fn host_network_ports(spec: &Field, is_pod: bool, errors: &mut Errors) {
    if !spec.at("hostNetwork").is_true() {
        return;
    }
    for container in spec.at("containers").items() {
        for port in container.at("ports").items() {
            let number = |name| port.at(name).int().unwrap_or(0);
            let (host, own) = (number("hostPort"), number("containerPort"));
            if (is_pod || host != 0) && host != own {
                let detail = "must match `containerPort` when `hostNetwork` is true";
                errors.invalid(&port.at("hostPort"), host, detail);
            }
        }
    }
}

/// Models validateRestartPolicy and validateDNSPolicy.
pub fn policies(spec: &Field, errors: &mut Errors) {
    const RESTART: [&str; 3] = ["Always", "OnFailure", "Never"];
    const DNS: [&str; 4] = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    for (name, values) in [("restartPolicy", &RESTART[..]), ("dnsPolicy", &DNS[..])] {
        let field = spec.at(name);
        if field.is_empty() {
            errors.required(&field, "");
        } else if !values.contains(&field.text()) {
            errors.not_supported(&field, field.text(), values);
        }
    }
}

/// Models validatePodDNSConfig.
pub fn dns_config(spec: &Field, errors: &mut Errors) {
    let config = spec.at("dnsConfig");
    let servers = config.at("nameservers");
    if spec.at("dnsPolicy").text() == "None" {
        if !config.is_set() {
            let detail = "must provide `dnsConfig` when `dnsPolicy` is None";
            return errors.required(&config, detail);
        }
        if servers.is_empty() {
            let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            return errors.required(&servers, detail);
        }
    }
    if servers.len() > 3 {
        errors.invalid(&servers, &servers, "must not have more than 3 nameservers");
    }
    for server in servers.items() {
        ip::check(&server, errors);
    }
    let searches = config.at("searches");
    if searches.len() > 32 {
        errors.invalid(&searches, &searches, "must not have more than 32 search paths");
    }
    let characters: usize = searches.value.items().iter().map(|s| s.text().len() + 1).sum();
    if characters > 2048 + 1 {
        let detail =
            "must not have more than 2048 characters (including spaces) in the search list";
        errors.invalid(&searches, &searches, detail);
    }
    for search in searches.items().filter(|search| search.text() != ".") {
        let domain = search.text().strip_suffix('.').unwrap_or(search.text());
        errors.each_of(&search, domain, text::dns1123_subdomain_with_underscore(domain));
    }
    for option in config.at("options").items() {
        if option.at("name").is_empty() {
            errors.required(&option, "must not be empty");
        }
    }
}

/// Models validateHostUsers: users of its own go with a host's namespaces badly.
pub fn host_users(spec: &Field, context: &Context, errors: &mut Errors) {
    if context.host_users {
        return;
    }
    for (name, path) in
        [("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")]
    {
        if spec.at(name).is_true() {
            let field = spec.called(path, spec.value.at(name));
            errors.forbidden(&field, "when `pod.Spec.HostUsers` is false");
        }
    }
}

/// Models validateHostnameOverride.
fn hostname_override(spec: &Field, errors: &mut Errors) {
    let hostname = spec.at("hostnameOverride");
    if !hostname.is_set() {
        return;
    }
    if hostname.text().len() > 64 {
        errors.too_long(&hostname, 64);
    }
    errors.each(&hostname, text::dns1123_subdomain(hostname.text()));
    if spec.at("setHostnameAsFQDN").is_true() {
        let detail = "may not be specified when `setHostnameAsFQDN` is true";
        errors.forbidden(&hostname, detail);
    }
    if spec.at("hostNetwork").is_true() {
        errors.forbidden(&hostname, "may not be specified when `hostNetwork` is true");
    }
}
