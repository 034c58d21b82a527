//! Rules of pods and of the pod spec that templates share.
//!
//! Models pkg/apis/core/validation/validation.go ValidatePodCreate, ValidatePodSpec and what they
//! call, one file a concern.

mod affinity;
mod container;
mod containers;
mod env;
mod probe;
mod resources;
mod scheduling;
mod security;
mod spec;
mod status;
mod storage;
mod update;
mod volume;
mod volume_source;
mod windows;

pub use affinity::node_selector;
pub use container::protocol;
pub use probe::port_number_or_name;
pub use scheduling::taint_effect;
pub use volume_source::check as volume_source;

use super::{Errors, Field, Rules, meta, text};
use crate::api::Value;

pub(super) const RULES: Rules = Rules { create, update: update::update, status: status::update };

/// The lists of containers, in the order in which upstream visits them.
const CONTAINER_LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// What the rules of a container need to know of its pod.
struct Context<'a> {
    /// The volumes that are right, by name.
    volumes: Vec<(&'a str, &'a Value)>,
    /// The names of the pod's resource claims, sorted.
    claims: Vec<&'a str>,
    /// How long the pod may take to end, in seconds.
    grace: Option<i64>,
    /// Whether the pod's users are the host's.
    host_users: bool,
    /// How containers are started again.
    restart_policy: &'a str,
}

impl Context<'_> {
    fn volume(&self, name: &str) -> Option<&Value> {
        let (_, volume) = self.volumes.iter().find(|(other, _)| *other == name)?;
        Some(volume)
    }
}

/// A pod to be created. Models ValidatePodCreate.
fn create(pod: &Field, errors: &mut Errors) {
    metadata_and_spec(pod, errors);
    let spec = pod.at("spec");
    if !spec.at("ephemeralContainers").is_empty() {
        errors.forbidden(&spec.at("ephemeralContainers"), "cannot be set on create");
    }
    if !spec.at("nodeName").is_empty() && !spec.at("schedulingGates").is_empty() {
        let detail = "cannot be set until all schedulingGates have been cleared";
        errors.forbidden(&spec.at("nodeName"), detail);
    }
}

/// Models validatePodMetadataAndSpec.
fn metadata_and_spec(pod: &Field, errors: &mut Errors) {
    let (metadata, spec) = (pod.at("metadata"), pod.at("spec"));
    meta::create(&metadata, true, text::name_is_subdomain, errors);
    annotations(&metadata.at("annotations"), &spec, errors);
    let name = metadata.at("name");
    pod_spec(&spec, Some(name.text()).filter(|name| !name.is_empty()), true, errors);
    if spec.at("serviceAccountName").is_empty() {
        tokens_of_nobody(&spec, errors);
    }
    for list in ["containers", "initContainers"] {
        for container in spec.at(list).items() {
            trimmed_image(&container, errors);
        }
    }
}

/// A pod template, at `template`. Models ValidatePodTemplateSpec.
pub fn template(template: &Field, errors: &mut Errors) {
    template_metadata(template, errors);
    let spec = template.at("spec");
    pod_spec(&spec, None, false, errors);
    if !spec.at("ephemeralContainers").is_empty() {
        let detail = "ephemeral containers not allowed in pod template";
        errors.forbidden(&spec.at("ephemeralContainers"), detail);
    }
}

/// The labels and annotations of a pod template; of a StatefulSet's nothing else is looked at.
pub fn template_metadata(template: &Field, errors: &mut Errors) {
    let metadata = template.value.at("metadata");
    let labels = template.called("labels", metadata.at("labels"));
    meta::labels(&labels, errors);
    let annotations = template.called("annotations", metadata.at("annotations"));
    meta::annotations(&annotations, errors);
    self::annotations(&annotations, &template.at("spec"), errors);
}

/// A pod spec: of a pod, or of a template. Models ValidatePodSpec.
fn pod_spec(spec: &Field, pod_name: Option<&str>, is_pod: bool, errors: &mut Errors) {
    let grace = spec.at("terminationGracePeriodSeconds");
    if !grace.is_set() {
        errors.required(&grace, "");
    }
    let volumes = spec.at("volumes");
    let claims = spec.at("resourceClaims");
    let mut context = Context {
        volumes: volume::all(&volumes, pod_name, errors),
        claims: claims.value.items().iter().map(|claim| claim.at("name").text()).collect(),
        grace: grace.int(),
        host_users: spec.at("hostUsers").value.as_bool() != Some(false),
        restart_policy: spec.at("restartPolicy").text(),
    };
    context.claims.retain(|name| !name.is_empty());
    context.claims.sort_unstable();
    spec::resource_claims(&claims, errors);
    containers::regular(spec, &context, errors);
    containers::init(spec, &context, errors);
    containers::ephemeral(spec, &context, errors);
    resources::of_pod(spec, &context, errors);
    spec::host_network_ports(spec, is_pod, errors);
    spec::policies(spec, errors);
    meta::labels(&spec.at("nodeSelector"), errors);
    security::of_pod(&spec.at("securityContext"), spec, errors);
    affinity::all(&spec.at("affinity"), errors);
    spec::dns_config(spec, errors);
    for gate in spec.at("readinessGates").items() {
        let kind = gate.at("conditionType");
        errors.each(&kind, text::qualified_name(kind.text()));
    }
    scheduling::gates(&spec.at("schedulingGates"), errors);
    scheduling::spread(&spec.at("topologySpreadConstraints"), errors);
    windows::host_processes(spec, errors);
    spec::host_users(spec, &context, errors);
    spec::names(spec, errors);
    windows::operating_system(spec, errors);
}

/// A label of DNS. Models ValidateDNS1123Label.
fn dns_label(field: &Field, errors: &mut Errors) {
    errors.each(field, text::dns1123_label(field.text()));
}

/// Annotations that mean something to pods. Models ValidatePodSpecificAnnotations.
fn annotations(annotations: &Field, spec: &Field, errors: &mut Errors) {
    if annotations.is_empty() {
        return;
    }
    let mirror = annotations.key("kubernetes.io/config.mirror");
    if mirror.is_set() && spec.at("nodeName").is_empty() {
        let detail = "must set spec.nodeName if mirror pod annotation is set";
        errors.invalid(&mirror, mirror.text(), detail);
    }
    let cost = annotations.key("controller.kubernetes.io/pod-deletion-cost");
    if cost.is_set() && !is_deletion_cost(cost.text()) {
        errors.invalid(&cost, cost.text(), "must be a 32bit integer");
    }
    for (key, _) in annotations.entries() {
        app_armor_annotation(annotations, key, spec, errors);
    }
}

/// Models helper.GetDeletionCostFromPodAnnotations.
fn is_deletion_cost(text: &str) -> bool {
    let plain = !text.starts_with('+') && (text == "0" || !text.starts_with('0'));
    plain && text.parse::<i32>().is_ok()
}

/// Models ValidateAppArmorPodAnnotations.
fn app_armor_annotation(annotations: &Field, key: &str, spec: &Field, errors: &mut Errors) {
    let prefix = "container.apparmor.security.beta.kubernetes.io/";
    let Some(container) = key.strip_prefix(prefix) else {
        return;
    };
    let field = annotations.key(key);
    if !CONTAINER_LISTS.iter().any(|list| containers::names_of(spec, list).contains(&container)) {
        errors.invalid(&field, container, "container not found");
    }
    let profile = field.text();
    let known = matches!(profile, "" | "runtime/default" | "unconfined");
    if !known && !profile.starts_with("localhost/") {
        let detail = format!("invalid AppArmor profile name: {}", crate::api::quote(profile));
        errors.invalid(&field, profile, detail);
    }
}

/// Tokens are of a service account; without one there can be none.
fn tokens_of_nobody(spec: &Field, errors: &mut Errors) {
    for volume in spec.at("volumes").items() {
        let projected = volume.at("projected");
        for source in projected.at("sources").items() {
            let token = source.at("serviceAccountToken");
            if token.is_set() {
                let detail = "must not be specified when serviceAccountName is not set";
                errors.forbidden(&token, detail);
            }
        }
    }
}

/// Models validateContainerOnlyForPod.
fn trimmed_image(container: &Field, errors: &mut Errors) {
    let image = container.at("image");
    if image.text().trim() != image.text() {
        let detail = "must not have leading or trailing whitespace";
        errors.invalid(&image, image.text(), detail);
    }
}
