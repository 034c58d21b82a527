//! Defaults of Secrets. Models pkg/apis/core/v1/defaults.go SetDefaults_Secret and conversion.go
//! Convert_v1_Secret_To_core_Secret.

use super::{Value, empty};
use crate::api::{Fields, base64};

pub(super) fn apply(secret: &mut Value) {
    empty(secret, "type", "Opaque");
    // What is written as text is stored as all other data is, and goes before it.
    let texts = secret.make_map().remove("stringData");
    for (key, text) in texts.iter().filter_map(Value::as_map).flat_map(Fields::iter) {
        *secret.entry("data").entry(key) = base64::encode(text.text().as_bytes()).into();
    }
}
