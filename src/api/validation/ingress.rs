//! Rules of Ingresses and IngressClasses.
//! Models pkg/apis/networking/validation/validation.go ValidateIngress and ValidateIngressClass.

use super::common::{domain_prefixed_path, fixed, one_of, path_segment};
use super::{Errors, Field, Rules, ip, meta, text};

/// Rules of Ingresses.
pub(super) const RULES: Rules = Rules { create, update, status };
/// Rules of classes.
pub(super) const CLASS_RULES: Rules =
    Rules { create: class, update: update_class, status: update_class };

/// How long the name of a controller may be.
const CONTROLLER_MAX: usize = 250;

fn create(ingress: &Field, errors: &mut Errors) {
    valid(ingress, errors);
    let class = ingress.value.at_path(&["spec", "ingressClassName"]);
    let key = "kubernetes.io/ingress.class";
    let annotation = ingress.value.at_path(&["metadata", "annotations", key]);
    if !annotation.is_null() && !class.is_null() && annotation != class {
        let annotations = ingress.called("annotations", annotation);
        let field = annotations.called(key, annotation);
        let detail = "must match `ingressClassName` when both are specified";
        errors.invalid(&field, field.text(), detail);
    }
}

fn update(ingress: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&ingress.at("metadata"), &old.at("metadata"), errors);
    valid(ingress, errors);
}

/// Models ValidateIngressStatusUpdate.
fn status(ingress: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&ingress.at("metadata"), &old.at("metadata"), errors);
    let status = ingress.at("status");
    let balancer = status.at("loadBalancer");
    for point in balancer.at("ingress").items() {
        let (address, name) = (point.at("ip"), point.at("hostname"));
        if !address.is_empty() {
            ip::check(&address, errors);
        }
        if !name.is_empty() {
            errors.each(&name, text::dns1123_subdomain(name.text()));
            no_address(&name, errors);
        }
    }
}

/// Models validateIngress.
fn valid(ingress: &Field, errors: &mut Errors) {
    meta::create(&ingress.at("metadata"), true, text::name_is_subdomain, errors);
    let spec = ingress.at("spec");
    let (rules, default) = (spec.at("rules"), spec.at("defaultBackend"));
    if rules.is_empty() && !default.is_set() {
        errors.invalid(&spec, rules.value, "either `defaultBackend` or `rules` must be specified");
    }
    if default.is_set() {
        backend(&default, errors);
    }
    for rule in rules.items() {
        let name = rule.at("host");
        if !name.is_empty() {
            no_address(&name, errors);
            host(&name, errors);
        }
        let http = rule.at("http");
        if http.is_set() {
            paths(&http.at("paths"), errors);
        }
    }
    for tls in spec.at("tls").items() {
        tls.at("hosts").items().for_each(|name| host(&name, errors));
        let secret = tls.at("secretName");
        if !secret.is_empty() {
            errors.each(&secret, text::dns1123_subdomain(secret.text()));
        }
    }
    let class = spec.at("ingressClassName");
    if class.is_set() {
        errors.each(&class, text::dns1123_subdomain(class.text()));
    }
}

fn no_address(name: &Field, errors: &mut Errors) {
    if ip::parse(name.text()).is_some() {
        errors.invalid(name, name.text(), "must be a DNS name, not an IP address");
    }
}

/// The name of a host, or of all hosts of a domain.
fn host(name: &Field, errors: &mut Errors) {
    let messages = match name.text().contains('*') {
        true => text::wildcard_subdomain(name.text()),
        false => text::dns1123_subdomain(name.text()),
    };
    errors.each(name, messages);
}

fn paths(paths: &Field, errors: &mut Errors) {
    if paths.is_empty() {
        errors.required(paths, "");
    }
    for path in paths.items() {
        let kind = path.at("pathType");
        if !kind.is_set() {
            errors.required(&kind, "pathType must be specified");
            continue;
        }
        path_text(&path.at("path"), &kind, errors);
        backend(&path.at("backend"), errors);
    }
}

/// Models validateHTTPIngressPath.
fn path_text(path: &Field, kind: &Field, errors: &mut Errors) {
    let text = path.text();
    let exact = matches!(kind.text(), "Exact" | "Prefix");
    match kind.text() {
        "Exact" | "Prefix" | "ImplementationSpecific" => {
            if !text.starts_with('/') && (exact || !text.is_empty()) {
                errors.invalid(path, text, "must be an absolute path");
            }
        }
        other => {
            let kinds = ["Exact", "ImplementationSpecific", "Prefix"];
            errors.not_supported(kind, other, &kinds);
        }
    }
    if !exact {
        return;
    }
    for part in ["//", "/./", "/../", "%2f", "%2F"] {
        if text.contains(part) {
            errors.invalid(path, text, format!("must not contain '{part}'"));
        }
    }
    for end in ["/..", "/."] {
        if text.ends_with(end) {
            errors.invalid(path, text, format!("cannot end with '{end}'"));
        }
    }
}

/// Models validateIngressBackend.
fn backend(backend: &Field, errors: &mut Errors) {
    let (resource, service) = (backend.at("resource"), backend.at("service"));
    match (resource.is_set(), service.is_set()) {
        (true, true) => {
            errors.invalid(backend, "", "cannot set both resource and service backends");
        }
        (true, false) => reference(&resource, errors),
        (false, true) => {
            let name = service.at("name");
            match name.is_empty() {
                true => errors.required(&name, ""),
                false => errors.each(&name, text::dns1123_label(name.text())),
            }
            let port = service.at("port");
            let (name, number) = (port.at("name"), port.at("number"));
            match (name.is_empty(), number.int().unwrap_or(0)) {
                (false, 1..) => {
                    errors.invalid(backend, "", "cannot set both port name & port number")
                }
                (false, _) => errors.each(&name, text::port_name(name.text())),
                (true, 0) => errors.required(backend, "port name or number is required"),
                (true, other) => {
                    let wrong = text::port_number(other);
                    wrong.into_iter().for_each(|text| errors.invalid(&number, other, text));
                }
            }
        }
        (false, false) => errors.invalid(backend, "", "resource or service backend is required"),
    }
}

/// Models validateIngressTypedLocalObjectReference.
fn reference(reference: &Field, errors: &mut Errors) {
    let group = reference.at("apiGroup");
    if group.is_set() {
        errors.each(&group, text::dns1123_subdomain(group.text()));
    }
    path_segment(&reference.at("kind"), errors);
    path_segment(&reference.at("name"), errors);
}

/// Models ValidateIngressClass.
fn class(class: &Field, errors: &mut Errors) {
    meta::create(&class.at("metadata"), false, text::name_is_subdomain, errors);
    let spec = class.at("spec");
    let controller = spec.at("controller");
    if controller.is_empty() {
        errors.required(&controller, "");
    } else {
        if controller.text().len() > CONTROLLER_MAX {
            errors.too_long(&controller, CONTROLLER_MAX);
        }
        domain_prefixed_path(&controller, errors);
    }
    let parameters = spec.at("parameters");
    if !parameters.is_set() {
        return;
    }
    reference(&parameters, errors);
    let (scope, namespace) = (parameters.at("scope"), parameters.at("namespace"));
    one_of(&scope, &["Cluster", "Namespace"], errors);
    match scope.text() {
        "Namespace" if !namespace.is_set() => {
            errors.required(&namespace, "`parameters.scope` is set to 'Namespace'");
        }
        "Namespace" => errors.each(&namespace, text::dns1123_label(namespace.text())),
        "Cluster" if namespace.is_set() => {
            errors.forbidden(&namespace, "`parameters.scope` is set to 'Cluster'");
        }
        _ => {}
    }
}

fn update_class(class: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&class.at("metadata"), &old.at("metadata"), errors);
    fixed(&class.at("spec"), &old.at("spec"), &["controller"], errors);
    self::class(class, errors);
}
