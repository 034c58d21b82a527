//! Warnings about pods and the templates of pods.
//! Models pkg/api/pod/warnings.go warningsForPodSpecAndMeta.

use super::{Field, Warnings, claim_spec, fraction};
use crate::api::{Value, quote};

/// Volumes that do nothing any more, and what is said of them.
pub(super) const DEPRECATED_VOLUMES: &[(&str, &str)] = &[
    ("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
    ("gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
    ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
];

/// Labels of nodes that have new names. Models pkg/api/node/util.go.
const DEPRECATED_LABELS: [(&str, &str); 5] = [
    ("beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead"),
    ("beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead"),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
];

const DEPRECATED_ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
];

const NO_SELECTOR: &str = "a null labelSelector results in matching no pod";

/// Warnings about the pod, or the template of pods, that lies here.
pub(super) fn of(pod: &Field, warnings: &mut Warnings) {
    let (metadata, spec) = (pod.at("metadata"), pod.at("spec"));
    placement(&spec, warnings);
    let annotations = metadata.at("annotations");
    for (key, text) in DEPRECATED_ANNOTATIONS {
        let annotation = annotations.key(key);
        if annotation.is_set() {
            warnings.add(&annotation, text);
        }
    }
    spec.at("volumes").items().for_each(|volume| self::volume(&volume, warnings));
    twice(&spec.at("hostAliases"), "ip", warnings);
    twice(&spec.at("imagePullSecrets"), "name", warnings);
    for secret in spec.at("imagePullSecrets").items() {
        if secret.at("name").is_empty() {
            warnings.add(&secret.at("name"), "invalid empty name \"\"");
        }
    }
    let overhead = spec.at("overhead");
    for name in ["memory", "ephemeral-storage"] {
        fraction(&overhead.key(name), warnings);
    }
    let lists = ["initContainers", "containers"].map(|list| spec.at(list));
    let containers: Vec<Field> = lists.iter().flat_map(Field::items).collect();
    containers.iter().for_each(|container| self::container(container, warnings));
    port_names(&containers, warnings);
    ports(&containers, warnings);
    let grace = spec.at("terminationGracePeriodSeconds");
    // Nothing is said of a pod itself: it lies at the top.
    let is_template = !pod.to_string().is_empty();
    if is_template && grace.int().is_some_and(|seconds| seconds < 0) {
        let text = "must be >= 0; negative values are invalid and will be treated as 1";
        warnings.add(&grace, text);
    }
    affinity(&spec.at("affinity"), warnings);
}

/// What is said of a label of nodes, if it has a new name.
pub(super) fn deprecated_label(key: &str) -> Option<&'static str> {
    DEPRECATED_LABELS.iter().find(|(old, _)| *old == key).map(|(_, text)| *text)
}

/// Models GetWarningsForNodeSelectorTerm.
pub(super) fn node_term(term: &Field, warnings: &mut Warnings) {
    for expression in term.at("matchExpressions").items() {
        let key = expression.at("key");
        if let Some(text) = deprecated_label(key.text()) {
            warnings.add(&key, &format!("{} is {text}", key.text()));
        }
    }
}

/// What says where the pod may run.
fn placement(spec: &Field, warnings: &mut Warnings) {
    for (key, field) in spec.at("nodeSelector").entries() {
        if let Some(text) = deprecated_label(key) {
            warnings.add(&field, text);
        }
    }
    let affinity = spec.at("affinity");
    let nodes = affinity.at("nodeAffinity");
    let required = nodes.at("requiredDuringSchedulingIgnoredDuringExecution");
    for term in required.at("nodeSelectorTerms").items() {
        node_term(&term, warnings);
    }
    for wish in nodes.at("preferredDuringSchedulingIgnoredDuringExecution").items() {
        node_term(&wish.at("preference"), warnings);
    }
    for constraint in spec.at("topologySpreadConstraints").items() {
        let (key, selector) = (constraint.at("topologyKey"), constraint.at("labelSelector"));
        if let Some(text) = deprecated_label(key.text()) {
            warnings.add(&key, &format!("{} is {text}", key.text()));
        }
        if !selector.is_set() {
            warnings.add(&selector, NO_SELECTOR);
        }
    }
}

fn volume(volume: &Field, warnings: &mut Warnings) {
    for (name, text) in DEPRECATED_VOLUMES {
        let called = if *name == "storageos" { "storageOS" } else { name };
        let source = volume.called(called, volume.value.at(name));
        if source.is_set() {
            warnings.add(&source, text);
        }
    }
    let ephemeral = volume.at("ephemeral");
    let template = ephemeral.at("volumeClaimTemplate");
    claim_spec(&template.at("spec"), warnings);
}

/// Items of a list that say at `key` what another one has said.
fn twice(list: &Field, key: &str, warnings: &mut Warnings) {
    let all = list.value.items();
    for (at, item) in all.iter().enumerate() {
        if all[..at].iter().any(|other| other.at(key) == item.at(key)) {
            let text = format!("duplicate {key} {}", quote(item.at(key).text()));
            warnings.add(&list.index(at).at(key), &text);
        }
    }
}

fn container(container: &Field, warnings: &mut Warnings) {
    let resources = container.at("resources");
    for name in ["memory", "ephemeral-storage"] {
        for list in ["limits", "requests"] {
            fraction(&resources.at(list).key(name), warnings);
        }
    }
    let variables = container.at("env");
    for (at, variable) in variables.items().enumerate() {
        let name = variable.value.at("name").text();
        let mut before = variables.value.items()[..at].iter();
        if before.all(|other| other.at("name").text() != name) {
            continue;
        }
        // A value that builds on the one before it is meant to.
        let (value, reference) = (variable.value.at("value").text(), format!("$({name})"));
        let hides = variable.at("valueFrom").is_set() || value == reference;
        if hides || !value.contains(&reference) {
            let text = "which may be dropped when using apply";
            warnings
                .add(&variable, &format!("hides previous definition of {}, {text}", quote(name)));
        }
    }
}

/// Ports of several containers that go by one name.
fn port_names(containers: &[Field], warnings: &mut Warnings) {
    let mut seen: Vec<(String, String)> = Vec::new();
    for container in containers {
        let mut own = Vec::new();
        for port in container.at("ports").items() {
            let name = port.at("name").text().to_owned();
            if name.is_empty() {
                continue;
            }
            match seen.iter().find(|(other, _)| *other == name) {
                Some((_, first)) => {
                    let text = format!(
                        "duplicate port name {} with {first}, services and probes that select \
                         ports by name will use {first}",
                        quote(&name)
                    );
                    warnings.add(&port, &text);
                }
                None => own.push((name, port.to_string())),
            }
        }
        seen.extend(own);
    }
}

/// Ports that are the same, or may be.
fn ports(containers: &[Field], warnings: &mut Warnings) {
    let mut seen: Vec<(String, Value)> = Vec::new();
    for container in containers {
        for port in container.at("ports").items() {
            let same = |key: &str, other: &Value| port.value.at(key) == other.at(key);
            let number = |value: &Value| value.at("hostPort").as_int().unwrap_or(0);
            let bare = |value: &Value| value.at("hostIP").text().is_empty();
            for (place, other) in &seen {
                if !same("containerPort", other) || !same("protocol", other) {
                    continue;
                }
                let (a, b) = (number(port.value), number(other));
                let what = if a == b && same("hostIP", other) {
                    "duplicate"
                } else if a == 0 || b == 0 {
                    "overlapping"
                } else if a == b && bare(port.value) != bare(other) {
                    "dangerously ambiguous"
                } else {
                    continue;
                };
                warnings.add(&port, &format!("{what} port definition with {place}"));
            }
            seen.push((port.to_string(), port.value.clone()));
        }
    }
}

fn affinity(affinity: &Field, warnings: &mut Warnings) {
    for kind in ["podAffinity", "podAntiAffinity"] {
        let rules = affinity.at(kind);
        for term in rules.at("requiredDuringSchedulingIgnoredDuringExecution").items() {
            let selector = term.at("labelSelector");
            if !selector.is_set() {
                warnings.add(&selector, NO_SELECTOR);
            }
        }
        for wish in rules.at("preferredDuringSchedulingIgnoredDuringExecution").items() {
            let term = wish.at("podAffinityTerm");
            if !term.at("labelSelector").is_set() {
                warnings.add(&term.at("labelSelector"), NO_SELECTOR);
            }
        }
    }
}
