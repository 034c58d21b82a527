//! Defaults of what pods and pod templates share.
//! Models pkg/apis/core/v1/defaults.go SetDefaults_PodSpec, SetDefaults_Container and
//! SetDefaults_Probe.

use super::{Value, each, empty, round_up, unset, volume, within};

/// The defaults of a pod template.
pub(super) fn template(template: &mut Value) {
    apply(template.entry("spec"));
}

/// The defaults of a pod spec.
pub(super) fn apply(spec: &mut Value) {
    empty(spec, "dnsPolicy", "ClusterFirst");
    empty(spec, "restartPolicy", "Always");
    unset(spec, "securityContext", Value::map::<&str, 0>([]));
    unset(spec, "terminationGracePeriodSeconds", 30);
    empty(spec, "schedulerName", "default-scheduler");
    service_account(spec);
    each(spec, "volumes", volume::apply);
    for containers in ["containers", "initContainers", "ephemeralContainers"] {
        each(spec, containers, container);
    }
    round_up(spec, "overhead");
    within(spec, "resources", |resources| {
        round_up(resources, "limits");
        round_up(resources, "requests");
    });
}

/// The tag of an image: `latest` where there is neither tag nor digest; `None` for a digest alone
/// and for what is no image reference. Models pkg/util/parsers/parsers.go ParseImageName.
pub fn image_tag(image: &str) -> Option<&str> {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let path_start = name.rfind('/').map_or(0, |slash| slash + 1);
    let (repository, tag) = match name[path_start..].split_once(':') {
        Some((last, tag)) => (&name[..path_start + last.len()], Some(tag)),
        None => (name, None),
    };
    if !is_repository(repository) {
        return None;
    }
    match (tag, digest) {
        (Some(tag), _) => Some(tag),
        (None, Some(_)) => None,
        (None, None) => Some("latest"),
    }
}

/// Whether `name` is a repository, with or without a registry before it. Models
/// distribution/reference ParseNormalizedNamed as far as it decides between name and nonsense.
fn is_repository(name: &str) -> bool {
    let path = match name.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
        Some((host, rest)) if host.bytes().any(|b| b.is_ascii_uppercase()) => rest,
        _ => name,
    };
    let is_component = |part: &str| {
        let ends_well = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        ends_well(part.chars().next())
            && ends_well(part.chars().last())
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c))
    };
    path.split('/').all(is_component)
}

/// Keeps the field's old name and its new one in step; the new one leads.
/// Models pkg/apis/core/v1/conversion.go Convert_v1_PodSpec_To_core_PodSpec.
fn service_account(spec: &mut Value) {
    let old = spec.at("serviceAccount").clone();
    let name = spec.at("serviceAccountName").clone();
    if !name.is_empty() && name != old {
        *spec.entry("serviceAccount") = name;
    } else if name.is_empty() && !old.is_empty() {
        *spec.entry("serviceAccountName") = old;
    }
}

fn container(container: &mut Value) {
    let latest = image_tag(container.at("image").text()) == Some("latest");
    empty(container, "imagePullPolicy", if latest { "Always" } else { "IfNotPresent" });
    empty(container, "terminationMessagePath", "/dev/termination-log");
    empty(container, "terminationMessagePolicy", "File");
    each(container, "ports", |port| empty(port, "protocol", "TCP"));
    each(container, "env", variable);
    unset(container, "resources", Value::map::<&str, 0>([]));
    within(container, "resources", |resources| {
        round_up(resources, "limits");
        round_up(resources, "requests");
    });
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        within(container, name, probe);
    }
    within(container, "lifecycle", |lifecycle| {
        for moment in ["postStart", "preStop"] {
            within(lifecycle, moment, |handler| within(handler, "httpGet", http_get));
        }
    });
}

fn variable(variable: &mut Value) {
    within(variable, "valueFrom", |source| {
        within(source, "fieldRef", |field| empty(field, "apiVersion", "v1"));
        within(source, "resourceFieldRef", |field| unset(field, "divisor", "0"));
        within(source, "fileKeyRef", |file| unset(file, "optional", false));
    });
}

fn probe(probe: &mut Value) {
    empty(probe, "timeoutSeconds", 1);
    empty(probe, "periodSeconds", 10);
    empty(probe, "successThreshold", 1);
    empty(probe, "failureThreshold", 3);
    within(probe, "httpGet", http_get);
    within(probe, "grpc", |grpc| unset(grpc, "service", ""));
}

fn http_get(action: &mut Value) {
    empty(action, "path", "/");
    empty(action, "scheme", "HTTP");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_images() {
        let check = |image, tag| assert_eq!(image_tag(image), tag, "{image}");
        check("nginx", Some("latest"));
        check("nginx:1.25", Some("1.25"));
        check("registry:5000/a/b", Some("latest"));
        check("registry:5000/a/b:v1", Some("v1"));
        check("nginx@sha256:0123", None);
        check("nginx:1@sha256:0123", Some("1"));
        check(" nginx", None);
        check("Nginx", None);
        check("Registry/nginx", Some("latest"));
        check("", None);
    }
}
