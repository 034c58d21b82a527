//! A NetworkPolicy. Models kubectl/pkg/describe describeNetworkPolicy.

use super::sheet::{Sheet, joined, scalar};
use super::template;
use crate::api::{Codec, Object, Timestamp, Value};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes a network policy down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let spec = value.at("spec");
    sheet.heading(&value);
    let created = Timestamp::load(value.at_path(&["metadata", "creationTimestamp"])).to_string();
    let created = created.replace('T', " ").replace('Z', " +0000 UTC");
    sheet.field(0, "Created on", created);
    sheet.labels_and_annotations(&value);
    sheet.line(0, "Spec:");
    match template::selector(spec.at("podSelector")).as_str() {
        "<none>" => sheet.line(
            1,
            "PodSelector:     <none> (Allowing the specific traffic to all pods in this namespace)",
        ),
        selector => sheet.line(1, format!("PodSelector:     {selector}")),
    }
    let has = |kind: &str| spec.at("policyTypes").items().iter().any(|t| t.text() == kind);
    if has("Ingress") {
        sheet.line(1, "Allowing ingress traffic:");
        rules(spec.at("ingress").items(), "ingress", "from", sheet);
    } else {
        sheet.line(1, "Not affecting ingress traffic");
    }
    if has("Egress") {
        sheet.line(1, "Allowing egress traffic:");
        rules(spec.at("egress").items(), "egress", "to", sheet);
    } else {
        sheet.line(1, "Not affecting egress traffic");
    }
    sheet.line(1, format!("Policy Types: {}", joined(spec.at("policyTypes"), ", ")));
    Ok(())
}

/// Models printNetworkPolicySpecIngressFrom and printNetworkPolicySpecEgressTo.
fn rules(rules: &[Value], way: &str, field: &str, sheet: &mut Sheet) {
    if rules.is_empty() {
        let text = format!("<none> (Selected pods are isolated for {way} connectivity)");
        return sheet.line(2, text);
    }
    let title = if field == "from" { "From" } else { "To" };
    for (at, rule) in rules.iter().enumerate() {
        ports(rule.at("ports").items(), sheet);
        let peers = rule.at(field).items();
        if peers.is_empty() {
            sheet.line(
                2,
                format!(
                    "{title}: <any> (traffic not restricted by {})",
                    match field {
                        "from" => "source",
                        _ => "destination",
                    }
                ),
            );
        }
        for peer in peers {
            sheet.line(2, format!("{title}:"));
            describe_peer(peer, sheet);
        }
        if at + 1 < rules.len() {
            sheet.line(2, "----------");
        }
    }
}

fn ports(ports: &[Value], sheet: &mut Sheet) {
    if ports.is_empty() {
        sheet.line(2, "To Port: <any> (traffic allowed to all ports)");
    }
    for port in ports {
        let protocol = match port.at("protocol").text() {
            "" => "TCP",
            protocol => protocol,
        };
        let number = match port.at("port") {
            Value::Null => "<any>".to_owned(),
            number => scalar(number),
        };
        sheet.line(
            2,
            match port.at("endPort").as_int() {
                Some(end) => format!("To Port Range: {number}-{end}/{protocol}"),
                None => format!("To Port: {number}/{protocol}"),
            },
        );
    }
}

fn describe_peer(peer: &Value, sheet: &mut Sheet) {
    let block = peer.at("ipBlock");
    if !block.is_null() {
        sheet.line(3, "IPBlock:");
        sheet.line(4, format!("CIDR: {}", block.at("cidr").text()));
        return sheet.line(4, format!("Except: {}", joined(block.at("except"), ", ")));
    }
    let parts = [("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector")];
    for (title, field) in parts.into_iter().filter(|(_, field)| !peer.at(field).is_null()) {
        sheet.line(3, format!("{title}: {}", template::selector(peer.at(field))));
    }
}
