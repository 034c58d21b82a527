//! Roles and their bindings. Models kubectl/pkg/describe RoleDescriber and its siblings.

use super::sheet::Sheet;
use crate::api::Object;
use crate::terminal::kubectl::rules;
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes a role down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    sheet.field(0, "Name", object.name());
    sheet.labels_and_annotations(&value);
    sheet.line(0, "PolicyRule:\n  Resources\tNon-Resource URLs\tResource Names\tVerbs");
    sheet.line(1, "---------\t-----------------\t--------------\t-----");
    for rule in rules::compacted(value.at("rules").items()) {
        sheet.line(1, rule.cells().join("\t"));
    }
    Ok(())
}

/// Writes a binding down.
pub fn describe_binding(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    sheet.field(0, "Name", object.name());
    sheet.labels_and_annotations(&value);
    let role = value.at("roleRef");
    sheet.line(0, "Role:");
    sheet.field(1, "Kind", role.at("kind").text());
    sheet.field(1, "Name", role.at("name").text());
    sheet.line(0, "Subjects:\n  Kind\tName\tNamespace");
    sheet.line(1, "----\t----\t---------");
    for subject in value.at("subjects").items() {
        let cells = ["kind", "name", "namespace"].map(|field| subject.at(field).text());
        sheet.line(1, cells.join("\t"));
    }
    Ok(())
}
