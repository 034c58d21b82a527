//! A Secret: how long its values are, not what they say. Models kubectl/pkg/describe
//! SecretDescriber.

use super::sheet::Sheet;
use crate::api::{Object, base64};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// The type whose values are shown: who can read them has them already.
const TOKEN: &str = "kubernetes.io/service-account-token";

/// Writes a secret down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let kind = value.at("type").text();
    sheet.heading(&value);
    sheet.labels_and_annotations(&value);
    sheet.line(0, format!("\nType:\t{kind}"));
    sheet.line(0, "\nData\n====");
    for (key, data) in value.at("data").as_map().into_iter().flat_map(|map| map.iter()) {
        let bytes = base64::decode(data.text()).unwrap_or_default();
        match (key.as_str(), kind) {
            ("token", TOKEN) => sheet.field(0, key, String::from_utf8_lossy(&bytes)),
            _ => sheet.field(0, key, format!("{} bytes", bytes.len())),
        }
    }
    Ok(())
}
