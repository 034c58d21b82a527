//! Rules of ConfigMaps. Models pkg/apis/core/validation/validation.go ValidateConfigMap.

use super::{Errors, Field, Rules, meta, semantically_equal, text};

pub(super) const RULES: Rules = Rules { create, update, status: update };

/// How many bytes all values together may take.
const BYTES_MAX: usize = 1024 * 1024;

fn create(map: &Field, errors: &mut Errors) {
    meta::create(&map.at("metadata"), true, text::name_is_subdomain, errors);
    let (data, binary) = (map.at("data"), map.at("binaryData"));
    let mut bytes = 0;
    for (key, field) in data.entries() {
        errors.each_of(&field, key, text::config_map_key(key));
        if binary.value.as_map().is_some_and(|binary| binary.contains_key(key)) {
            errors.invalid(&field, key.as_str(), "duplicate of key present in binaryData");
        }
        bytes += field.text().len();
    }
    for (key, field) in binary.entries() {
        errors.each_of(&field, key, text::config_map_key(key));
        // What is stored is not the base64, which is a third longer.
        let encoded = field.text();
        bytes += encoded.len() / 4 * 3 - encoded.bytes().rev().take_while(|b| *b == b'=').count();
    }
    if bytes > BYTES_MAX {
        errors.too_long(map, BYTES_MAX);
    }
}

fn update(map: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&map.at("metadata"), &old.at("metadata"), errors);
    if old.at("immutable").is_true() {
        const DETAIL: &str = "field is immutable when `immutable` is set";
        if !map.at("immutable").is_true() {
            errors.forbidden(&map.at("immutable"), DETAIL);
        }
        for part in ["data", "binaryData"] {
            if !semantically_equal(map.at(part).value, old.at(part).value) {
                errors.forbidden(&map.at(part), DETAIL);
            }
        }
    }
    create(map, errors);
}
