//! Rules that many kinds share: values of which there are only a few, names in paths, shares.

use super::meta::not_negative;
use super::{Errors, Field, text};
use crate::api::{Quantity, Value};

/// Requires one of a few values.
pub fn one_of(field: &Field, values: &[&str], errors: &mut Errors) {
    if !values.contains(&field.text()) {
        errors.not_supported(field, field.text(), values);
    }
}

/// Requires one of a few values, if there is one.
pub fn one_of_if_set(field: &Field, values: &[&str], errors: &mut Errors) {
    if field.is_set() {
        one_of(field, values, errors);
    }
}

/// Requires fields to be given.
pub fn needs(holder: &Field, names: &[&str], errors: &mut Errors) {
    for name in names {
        let field = holder.at(name);
        if field.is_empty() {
            errors.required(&field, "");
        }
    }
}

/// Requires a name that can be part of a path. Models IsPathSegmentName.
pub fn path_segment(field: &Field, errors: &mut Errors) {
    if field.is_empty() {
        return errors.required(field, "");
    }
    errors.each(field, text::name_is_path_segment(field.text(), false));
}

/// Requires fields to be what they were. Models ValidateImmutableField.
pub fn fixed(holder: &Field, old: &Field, names: &[&str], errors: &mut Errors) {
    for name in names {
        let (field, before) = (holder.at(name), old.at(name));
        if !super::semantically_equal(field.value, before.value) {
            errors.invalid(&field, &field, super::meta::IMMUTABLE);
        }
    }
}

/// A number of pods or a share of them. Models ValidatePositiveIntOrPercent.
pub fn count_or_percent(field: &Field, errors: &mut Errors) {
    match field.value {
        Value::Str(share) => errors.each(field, text::percent(share)),
        _ => not_negative(field, errors),
    }
}

/// A share that is no more than everything. Models IsNotMoreThan100Percent.
pub fn at_most_all(field: &Field, errors: &mut Errors) {
    if field.text().ends_with('%') && number(field.value) > 100 {
        errors.invalid(field, field, "must not be greater than 100%");
    }
}

/// Models getIntOrPercentValue: text that is no number counts as none.
pub fn number(value: &Value) -> i64 {
    match value {
        Value::Str(share) => share.strip_suffix('%').unwrap_or(share).parse().unwrap_or(0),
        other => other.as_int().unwrap_or(0),
    }
}

/// An amount that is more than nothing. Models ValidatePositiveQuantityValue.
pub fn positive_amount(field: &Field, detail: &str, errors: &mut Errors) {
    let Some(amount) = Quantity::parse(field.text()) else { return };
    if amount.is_zero() || amount.is_negative() {
        errors.invalid(field, amount, detail);
    }
}

/// A domain, a slash and a path. Models IsDomainPrefixedPath.
pub fn domain_prefixed_path(field: &Field, errors: &mut Errors) {
    let text = field.text();
    let (domain, path) = match text.split_once('/') {
        Some((domain, path)) if !domain.is_empty() && !path.is_empty() => (domain, path),
        _ => {
            let detail = "must be a domain-prefixed path (such as \"acme.io/foo\")";
            return errors.invalid(field, text, detail);
        }
    };
    for message in text::dns1123_subdomain(domain) {
        errors.invalid(field, domain, message);
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&b);
    if !path.bytes().all(allowed) {
        const DETAIL: &str = "Invalid path (regex used for validation is \
                              '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
        errors.invalid(field, path, DETAIL);
    }
}
