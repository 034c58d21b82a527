//! Endpoints. Models kubectl/pkg/describe describeEndpoints.

use super::sheet::{Sheet, or_none, scalar};
use crate::api::{Object, Value};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes endpoints down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    sheet.heading(&value);
    sheet.labels_and_annotations(&value);
    sheet.line(0, "Subsets:");
    for subset in value.at("subsets").items() {
        let addresses = |field: &str| {
            let all = subset.at(field).items().iter().map(|address| address.at("ip").text());
            or_none(&all.collect::<Vec<_>>().join(",")).to_owned()
        };
        sheet.field(1, "Addresses", addresses("addresses"));
        sheet.field(1, "NotReadyAddresses", addresses("notReadyAddresses"));
        let ports = subset.at("ports").items();
        if !ports.is_empty() {
            sheet.line(1, "Ports:\n    Name\tPort\tProtocol");
            sheet.line(2, "----\t----\t--------");
        }
        for port in ports {
            let name = match port.at("name") {
                Value::Null => "<unset>",
                name => name.text(),
            };
            let (number, protocol) = (scalar(port.at("port")), port.at("protocol").text());
            sheet.line(2, format!("{name}\t{number}\t{protocol}"));
        }
        sheet.line(0, "");
    }
    Ok(())
}
