//! Rules of Secrets. Models pkg/apis/core/validation/validation.go ValidateSecret.

use super::{Errors, Field, Rules, meta, semantically_equal, text};
use crate::api::base64;

pub(super) const RULES: Rules = Rules { create, update, status: update };

/// How many bytes all values together may take.
const BYTES_MAX: usize = 1024 * 1024;

fn create(secret: &Field, errors: &mut Errors) {
    let metadata = secret.at("metadata");
    meta::create(&metadata, true, text::name_is_subdomain, errors);
    let data = secret.at("data");
    let mut bytes = 0;
    for (key, field) in data.entries() {
        errors.each_of(&field, key, text::config_map_key(key));
        bytes += base64::decode(field.text()).map_or(0, |data| data.len());
    }
    if bytes > BYTES_MAX {
        errors.too_long(&data, BYTES_MAX);
    }
    of_type(secret, &metadata, &data, errors);
}

/// What secrets of a type must hold.
fn of_type(secret: &Field, metadata: &Field, data: &Field, errors: &mut Errors) {
    let mut need = |keys: &[&str]| {
        for key in keys.iter().map(|key| data.key(key)).filter(|field| !field.is_set()) {
            errors.required(&key, "");
        }
    };
    match secret.at("type").text() {
        "kubernetes.io/service-account-token" => {
            let annotations = metadata.at("annotations");
            let name = annotations.key("kubernetes.io/service-account.name");
            if name.is_empty() {
                errors.required(&name, "");
            }
        }
        "kubernetes.io/dockercfg" => json(&data.key(".dockercfg"), errors),
        "kubernetes.io/dockerconfigjson" => json(&data.key(".dockerconfigjson"), errors),
        // One of the two is enough.
        "kubernetes.io/basic-auth"
            if ["username", "password"].iter().all(|k| !data.at(k).is_set()) =>
        {
            need(&["username", "password"]);
        }
        "kubernetes.io/ssh-auth" => need(&["ssh-privatekey"]),
        "kubernetes.io/tls" => need(&["tls.crt", "tls.key"]),
        _ => {}
    }
}

/// What must be JSON. Its complaint keeps the secret to itself.
fn json(field: &Field, errors: &mut Errors) {
    if !field.is_set() {
        return errors.required(field, "");
    }
    let bytes = base64::decode(field.text()).unwrap_or_default();
    if let Err(why) = crate::api::json::check(&bytes) {
        errors.invalid(field, "<secret contents redacted>", why);
    }
}

/// Models ValidateSecretUpdate.
fn update(secret: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&secret.at("metadata"), &old.at("metadata"), errors);
    let kind = secret.at("type");
    if kind.value != old.value.at("type") {
        errors.invalid(&kind, kind.text(), meta::IMMUTABLE);
    }
    if old.at("immutable").is_true() {
        const DETAIL: &str = "field is immutable when `immutable` is set";
        if !secret.at("immutable").is_true() {
            errors.forbidden(&secret.at("immutable"), DETAIL);
        }
        if !semantically_equal(secret.at("data").value, old.value.at("data")) {
            errors.forbidden(&secret.at("data"), DETAIL);
        }
    }
    create(secret, errors);
}
