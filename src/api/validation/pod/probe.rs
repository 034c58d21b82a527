//! Rules of probes and of what runs around a container's life.
//! Models pkg/apis/core/validation/validation.go validateProbe, validateHandler and
//! validateLifecycle.

use super::super::meta::not_negative;
use super::super::text;
use super::{Context, Errors, Field};
use crate::api::Value;

/// The three probes and the hooks of a container that may have them.
pub fn all(container: &Field, context: &Context, errors: &mut Errors) {
    let lifecycle = container.at("lifecycle");
    for moment in ["postStart", "preStop"] {
        let hook = lifecycle.at(moment);
        if hook.is_set() {
            const HANDLERS: [&str; 4] = ["exec", "httpGet", "tcpSocket", "sleep"];
            handler(&hook, &HANDLERS, context, errors);
        }
    }
    for (name, must_succeed_once) in
        [("livenessProbe", true), ("readinessProbe", false), ("startupProbe", true)]
    {
        let probe = container.at(name);
        if !probe.is_set() {
            continue;
        }
        self::probe(&probe, context, errors);
        let threshold = probe.at("successThreshold");
        let grace = probe.at("terminationGracePeriodSeconds");
        if must_succeed_once {
            let successes = threshold.int().unwrap_or(0);
            if successes != 1 {
                errors.invalid(&threshold, successes, "must be 1");
            }
        } else if grace.is_set() {
            errors.invalid(&grace, &grace, "must not be set for readinessProbes");
        }
    }
}

/// A port by number or by name. Models ValidatePortNumOrName.
pub fn port_number_or_name(port: &Field, errors: &mut Errors) {
    match port.value {
        Value::Str(name) => errors.each(port, text::port_name(name)),
        number => {
            let number = number.as_int().unwrap_or(0);
            for message in text::port_number(number) {
                errors.invalid(port, number, message);
            }
        }
    }
}

fn probe(probe: &Field, context: &Context, errors: &mut Errors) {
    handler(probe, &["exec", "httpGet", "tcpSocket", "grpc"], context, errors);
    const COUNTS: [&str; 5] = [
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
    ];
    for name in COUNTS {
        not_negative(&probe.at(name), errors);
    }
    let grace = probe.at("terminationGracePeriodSeconds");
    if let Some(seconds) = grace.int().filter(|seconds| *seconds <= 0) {
        errors.invalid(&grace, seconds, "must be greater than 0");
    }
}

fn handler(holder: &Field, kinds: &[&str], context: &Context, errors: &mut Errors) {
    let mut given = false;
    for kind in kinds {
        let action = holder.at(kind);
        if !action.is_set() {
            continue;
        }
        if given {
            errors.forbidden(&action, "may not specify more than 1 handler type");
            continue;
        }
        given = true;
        match *kind {
            "exec" if action.at("command").is_empty() => {
                errors.required(&action.at("command"), "");
            }
            "exec" => {}
            "httpGet" => http_get(&action, errors),
            "sleep" => sleep(&action, context, errors),
            _ => port_number_or_name(&action.at("port"), errors),
        }
    }
    if !given {
        errors.required(holder, "must specify a handler type");
    }
}

fn http_get(action: &Field, errors: &mut Errors) {
    let (path, scheme) = (action.at("path"), action.at("scheme"));
    if path.is_empty() {
        errors.required(&path, "");
    }
    port_number_or_name(&action.at("port"), errors);
    if !matches!(scheme.text(), "HTTP" | "HTTPS") {
        errors.not_supported(&scheme, scheme.text(), &["HTTP", "HTTPS"]);
    }
    let headers = action.at("httpHeaders");
    for header in headers.value.items() {
        let name = header.at("name").text();
        errors.each_of(&headers, name, text::http_header(name));
    }
}

fn sleep(action: &Field, context: &Context, errors: &mut Errors) {
    let seconds = action.at("seconds").int().unwrap_or(0);
    if let Some(grace) = context.grace.filter(|grace| seconds < 0 || seconds > *grace) {
        let detail =
            format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        errors.invalid(action, seconds, detail);
    }
}
