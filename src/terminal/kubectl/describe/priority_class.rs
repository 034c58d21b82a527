//! A PriorityClass. Models kubectl/pkg/describe describePriorityClass.

use super::sheet::{Sheet, scalar, truth};
use crate::api::Object;
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes a priority class down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    sheet.field(0, "Name", object.name());
    sheet.field(0, "Value", scalar(value.at("value")));
    sheet.field(0, "GlobalDefault", truth(value.at("globalDefault")));
    sheet.field(0, "PreemptionPolicy", value.at("preemptionPolicy").text());
    sheet.field(0, "Description", value.at("description").text());
    sheet.annotations("Annotations", value.at_path(&["metadata", "annotations"]));
    Ok(())
}
