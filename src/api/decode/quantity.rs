//! Quantities on their way in. Models apimachinery/pkg/api/resource quantity.go UnmarshalJSON.

use crate::api::{Quantity, Value, json};

const WRONG_FORMAT: &str = "quantities must match the regular expression \
                            '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX: &str = "unable to parse quantity's suffix";

/// The canonical text of a quantity given as text or number.
pub(super) fn canonical(value: &Value) -> Result<Value, String> {
    let text = match value {
        Value::Str(text) => text.trim().to_owned(),
        Value::Float(number) => json::float(*number),
        other => other.to_json(),
    };
    match Quantity::parse(&text) {
        Some(quantity) => Ok(quantity.to_string().into()),
        None if is_well_formed(&text) => Err(WRONG_SUFFIX.into()),
        None => Err(WRONG_FORMAT.into()),
    }
}

/// Whether only the suffix is unknown: sign, digits, point, digits, letters of suffixes, and an
/// exponent.
fn is_well_formed(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let fraction = unsigned.trim_start_matches(is_digit);
    let suffix = fraction.strip_prefix('.').unwrap_or(fraction).trim_start_matches(is_digit);
    let exponent = suffix.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    !text.is_empty() && digits.trim_start_matches(is_digit).is_empty()
}
