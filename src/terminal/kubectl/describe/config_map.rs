//! A ConfigMap. Models kubectl/pkg/describe ConfigMapDescriber.

use super::sheet::Sheet;
use crate::api::{Object, Value, base64};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes a config map down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    sheet.heading(&value);
    sheet.labels_and_annotations(&value);
    let entries = |map: &Value| map.as_map().map(|map| map.iter().map(entry).collect::<Vec<_>>());
    sheet.line(0, "\nData\n====");
    for (key, text) in entries(value.at("data")).unwrap_or_default() {
        sheet.line(0, format!("{key}:\n----\n{text}\n"));
    }
    sheet.line(0, "\nBinaryData\n====");
    for (key, text) in entries(value.at("binaryData")).unwrap_or_default() {
        let bytes = base64::decode(&text).map_or(0, |bytes| bytes.len());
        sheet.line(0, format!("{key}: {bytes} bytes"));
    }
    sheet.line(0, "");
    Ok(())
}

fn entry((key, value): (&crate::api::Str, &Value)) -> (String, String) {
    (key.to_string(), value.text().to_owned())
}
