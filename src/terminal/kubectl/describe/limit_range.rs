//! A LimitRange. Models kubectl/pkg/describe LimitRangeDescriber and describeLimitRangeSpec.

use std::collections::BTreeSet;

use super::sheet::{Sheet, scalar};
use crate::api::{Object, Str, Value};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// The columns, and where each looks in a limit.
const PARTS: [&str; 5] = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"];
const TITLES: &str =
    "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
const LINES: &str = "----\t--------\t---\t---\t---------------\t-------------\t\
                     -----------------------";

/// Writes a limit range down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    sheet.heading(&value);
    table(&[value], "", sheet);
    Ok(())
}

/// A table of all limits.
pub fn table(ranges: &[Value], space: &str, sheet: &mut Sheet) {
    sheet.line(0, format!("{space}{TITLES}"));
    sheet.line(0, format!("{space}{LINES}"));
    let limits = ranges.iter().flat_map(|range| range.at_path(&["spec", "limits"]).items());
    for limit in limits {
        let maps = PARTS.iter().filter_map(|part| limit.at(part).as_map());
        let names: BTreeSet<&Str> = maps.flat_map(|map| map.iter().map(|(name, _)| name)).collect();
        for name in names {
            let cell = |part: &str| match limit.at_path(&[part, name]) {
                Value::Null => "-".to_owned(),
                amount => scalar(amount),
            };
            let cells = PARTS.map(cell).join("\t");
            sheet.line(0, format!("{space}{}\t{name}\t{cells}", limit.at("type").text()));
        }
    }
}
