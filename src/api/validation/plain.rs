//! Kinds with few rules of their own, or none but those of metadata.

use super::common::{needs, path_segment};
use super::meta::not_negative;
use super::{Errors, Field, Rules, meta, pod, text};

/// Rules of metadata alone. Models rest.BeforeCreate and BeforeUpdate.
pub(super) const RULES: Rules = Rules { create, update, status: update };
/// Rules of PodTemplates.
pub(super) const POD_TEMPLATE_RULES: Rules =
    Rules { create: pod_template, update: update_pod_template, status: update };
/// Rules of ControllerRevisions.
pub(super) const REVISION_RULES: Rules =
    Rules { create: revision, update: update_revision, status: update };
/// Rules of RuntimeClasses.
pub(super) const RUNTIME_CLASS_RULES: Rules =
    Rules { create: runtime_class, update: update_runtime_class, status: update };
/// Rules of APIServices.
pub(super) const API_RULES: Rules = Rules { create: api, update: update_api, status: update };
/// Rules of CertificateSigningRequests.
pub(super) const SIGNING_RULES: Rules = Rules { create: signing, update, status: update };
/// Rules of FlowSchemas.
pub(super) const FLOW_RULES: Rules = Rules { create: flow, update: update_flow, status: update };

fn create(object: &Field, errors: &mut Errors) {
    let metadata = object.at("metadata");
    let namespaced = metadata.at("namespace").is_set();
    meta::create(&metadata, namespaced, text::name_is_subdomain, errors);
}

fn update(object: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&object.at("metadata"), &old.at("metadata"), errors);
}

fn pod_template(template: &Field, errors: &mut Errors) {
    create(template, errors);
    pod::template(&template.at("template"), errors);
}

fn update_pod_template(template: &Field, old: &Field, errors: &mut Errors) {
    update(template, old, errors);
    pod::template(&template.at("template"), errors);
}

fn revision(revision: &Field, errors: &mut Errors) {
    create(revision, errors);
    if !revision.at("data").is_set() {
        errors.required(&revision.at("data"), "data is mandatory");
    }
    not_negative(&revision.at("revision"), errors);
}

fn update_revision(revision: &Field, old: &Field, errors: &mut Errors) {
    update(revision, old, errors);
    self::revision(revision, errors);
    super::common::fixed(revision, old, &["data"], errors);
}

fn runtime_class(class: &Field, errors: &mut Errors) {
    create(class, errors);
    let handler = class.at("handler");
    errors.each(&handler, text::dns1123_label(handler.text()));
}

fn update_runtime_class(class: &Field, old: &Field, errors: &mut Errors) {
    update(class, old, errors);
    super::common::fixed(class, old, &["handler"], errors);
}

fn api(api: &Field, errors: &mut Errors) {
    let metadata = api.at("metadata");
    meta::create(&metadata, false, text::name_is_path_segment, errors);
    let spec = api.at("spec");
    let (group, version) = (spec.at("group"), spec.at("version"));
    let (name, required) = (metadata.at("name"), format!("{}.{}", version.text(), group.text()));
    if name.text() != required {
        let detail =
            format!("must be `spec.version+\".\"+spec.group`: {}", crate::api::quote(&required));
        errors.invalid(&name, name.text(), detail);
    }
    for (field, most) in [("groupPriorityMinimum", 20_000), ("versionPriority", 1000)] {
        let field = spec.at(field);
        let number = field.int().unwrap_or(0);
        if number <= 0 || number > most {
            let detail = format!("must be positive and less than {most}");
            errors.invalid(&field, number, detail);
        }
    }
    let service = spec.at("service");
    if service.is_set() {
        needs(&service, &["namespace", "name"], errors);
    }
}

fn update_api(api: &Field, old: &Field, errors: &mut Errors) {
    update(api, old, errors);
    self::api(api, errors);
}

fn signing(request: &Field, errors: &mut Errors) {
    meta::create(&request.at("metadata"), false, text::name_is_path_segment, errors);
    needs(&request.at("spec"), &["request", "usages", "signerName"], errors);
}

fn flow(schema: &Field, errors: &mut Errors) {
    create(schema, errors);
    let spec = schema.at("spec");
    let precedence = spec.at("matchingPrecedence");
    let number = precedence.int().unwrap_or(0);
    if number <= 0 {
        errors.invalid(&precedence, number, "must be a positive value");
    }
    if number > 10_000 {
        errors.invalid(&precedence, number, "must not be greater than 10000");
    }
    let level = spec.at("priorityLevelConfiguration");
    path_segment(&level.at("name"), errors);
}

fn update_flow(schema: &Field, old: &Field, errors: &mut Errors) {
    update(schema, old, errors);
    flow(schema, errors);
}
