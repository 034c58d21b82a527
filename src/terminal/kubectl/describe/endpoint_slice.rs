//! An EndpointSlice. Models kubectl/pkg/describe describeEndpointSliceV1.

use super::sheet::{Sheet, joined, scalar, truth};
use crate::api::{Object, Value};
use crate::terminal::kubectl::script::{Ctx, Flow};

const UNSET: &str = "<unset>";

/// Writes an endpoint slice down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    sheet.heading(&value);
    sheet.labels_and_annotations(&value);
    sheet.field(0, "AddressType", value.at("addressType").text());
    let ports = value.at("ports").items();
    if ports.is_empty() {
        sheet.line(0, "Ports: <unset>");
    } else {
        sheet.line(0, "Ports:\n  Name\tPort\tProtocol");
        sheet.line(1, "----\t----\t--------");
    }
    for port in ports {
        let (name, number) = (port.at("name").text(), scalar(port.at("port")));
        let protocol = port.at("protocol").text();
        sheet.line(1, format!("{}\t{}\t{protocol}", or_unset(name), or_unset(&number)));
    }
    let endpoints = value.at("endpoints").items();
    if endpoints.is_empty() {
        sheet.line(0, "Endpoints: <none>");
        return Ok(());
    }
    sheet.line(0, "Endpoints:");
    for endpoint in endpoints {
        describe_endpoint(endpoint, sheet);
    }
    Ok(())
}

fn describe_endpoint(endpoint: &Value, sheet: &mut Sheet) {
    sheet.line(1, format!("- Addresses:\t{}", joined(endpoint.at("addresses"), ",")));
    sheet.line(2, "Conditions:");
    let ready = endpoint.at_path(&["conditions", "ready"]);
    let ready = if ready.is_null() { UNSET.to_owned() } else { truth(ready).to_string() };
    sheet.field(3, "Ready", ready);
    sheet.field(2, "Hostname", or_unset(endpoint.at("hostname").text()));
    let target = endpoint.at("targetRef");
    if !target.is_null() {
        let (kind, name) = (target.at("kind").text(), target.at("name").text());
        sheet.field(2, "TargetRef", format!("{kind}/{name}"));
    }
    sheet.field(2, "NodeName", or_unset(endpoint.at("nodeName").text()));
    sheet.field(2, "Zone", or_unset(endpoint.at("zone").text()));
    let topology = endpoint.at("deprecatedTopology").as_map();
    if let Some(topology) = topology.filter(|map| !map.is_empty()) {
        sheet.line(2, "Topology:");
        for (key, value) in topology.iter() {
            sheet.field(3, key, value.text());
        }
    }
}

fn or_unset(text: &str) -> &str {
    if text.is_empty() { UNSET } else { text }
}
