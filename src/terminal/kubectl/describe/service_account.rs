//! A ServiceAccount. Models kubectl/pkg/describe describeServiceAccount.

use super::sheet::{Sheet, or_none};
use crate::api::Object;
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes a service account down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    sheet.heading(&value);
    sheet.labels_and_annotations(&value);
    let secrets = value.at("imagePullSecrets").items().iter();
    let names: Vec<String> = secrets.map(|secret| secret.at("name").text().to_owned()).collect();
    let (first, rest) = match names.split_first() {
        Some((first, rest)) => (first.as_str(), rest),
        None => ("", &[][..]),
    };
    sheet.field(0, "Image pull secrets", or_none(first));
    for name in rest {
        sheet.line(0, format!("\t{name}"));
    }
    Ok(())
}
