//! A Service. Models kubectl/pkg/describe describeService.

use super::sheet::{Sheet, joined, or_none, scalar, selector_of, truth};
use crate::api::rpc::Selection;
use crate::api::{Object, Resource, Str, StrMap, Value, labels::Selector};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// How many endpoints are shown of a port.
const SHOWN_MAX: usize = 3;

/// Writes a service down.
pub fn describe(ctx: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let spec = value.at("spec");
    sheet.heading(&value);
    sheet.labels_and_annotations(&value);
    sheet.field(0, "Selector", selector_of(spec.at("selector")));
    sheet.field(0, "Type", spec.at("type").text());
    sheet.field_if(0, "IP Family Policy", spec.at("ipFamilyPolicy").text());
    sheet.field(0, "IP Families", or_none(&joined(spec.at("ipFamilies"), ",")));
    sheet.field(0, "IP", spec.at("clusterIP").text());
    sheet.field(0, "IPs", or_none(&joined(spec.at("clusterIPs"), ",")));
    sheet.field_if(0, "External IPs", &joined(spec.at("externalIPs"), ","));
    sheet.field_if(0, "Desired LoadBalancer IP", spec.at("loadBalancerIP").text());
    sheet.field_if(0, "External Name", spec.at("externalName").text());
    let ingress = value.at_path(&["status", "loadBalancer", "ingress"]).items();
    sheet.field_if(0, "LoadBalancer Ingress", &balancers(ingress));
    let slices = slices(ctx, object)?;
    for port in spec.at("ports").items() {
        describe_port(port, slices.as_deref(), sheet);
    }
    sheet.field(0, "Session Affinity", spec.at("sessionAffinity").text());
    sheet.field_if(0, "External Traffic Policy", spec.at("externalTrafficPolicy").text());
    sheet.field_if(0, "Internal Traffic Policy", spec.at("internalTrafficPolicy").text());
    if let Some(port) = spec.at("healthCheckNodePort").as_int().filter(|&port| port != 0) {
        sheet.field(0, "HealthCheck NodePort", port);
    }
    let ranges = joined(spec.at("loadBalancerSourceRanges"), ",");
    sheet.field_if(0, "LoadBalancer Source Ranges", &ranges);
    sheet.field_if(0, "Traffic Distribution", spec.at("trafficDistribution").text());
    Ok(())
}

fn balancers(ingress: &[Value]) -> String {
    let one = |ingress: &Value| match ingress.at("ip").text() {
        "" => ingress.at("hostname").text().to_owned(),
        ip => match ingress.at("ipMode").text() {
            "" => ip.to_owned(),
            mode => format!("{ip} ({mode})"),
        },
    };
    ingress.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn describe_port(port: &Value, slices: Option<&[Value]>, sheet: &mut Sheet) {
    let name = port.at("name").text();
    let (shown, protocol) = (if name.is_empty() { "<unset>" } else { name }, port.at("protocol"));
    let (number, protocol) = (scalar(port.at("port")), protocol.text());
    sheet.line(0, format!("Port:\t{shown}\t{number}/{protocol}"));
    let target = scalar(port.at("targetPort"));
    sheet.field(0, "TargetPort", format!("{target}/{protocol}"));
    sheet.field_if(0, "AppProtocol", port.at("appProtocol").text());
    if let Some(node_port) = port.at("nodePort").as_int().filter(|&port| port != 0) {
        sheet.line(0, format!("NodePort:\t{shown}\t{node_port}/{protocol}"));
    }
    if let Some(slices) = slices {
        sheet.field(0, "Endpoints", endpoints(slices, name));
    }
}

fn slices(ctx: &mut Ctx<'_>, service: &Object) -> Flow<Option<Vec<Value>>> {
    let label: StrMap = [(Str::new_static("kubernetes.io/service-name"), service.name().into())]
        .into_iter()
        .collect();
    let selection = Selection {
        namespace: service.namespace().into(),
        labels: Selector::from_map(&label),
        ..Selection::all(Resource::ENDPOINTSLICES)
    };
    let listed = ctx.list(selection)?.ok();
    Ok(listed.map(|(slices, _)| slices.iter().map(Object::to_value).collect()))
}

/// The endpoints of one port of a service.
pub fn endpoints_of_port(ctx: &mut Ctx<'_>, service: &Object, port: &str) -> Flow<String> {
    Ok(endpoints(&slices(ctx, service)?.unwrap_or_default(), port))
}

/// Models formatEndpointSlices.
fn endpoints(slices: &[Value], name: &str) -> String {
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut all = Vec::new();
    for slice in slices {
        let is_ready = |endpoint: &&Value| match endpoint.at_path(&["conditions", "ready"]) {
            Value::Null => true,
            ready => truth(ready),
        };
        let ready = slice.at("endpoints").items().iter().filter(is_ready);
        let first = |endpoint: &Value| {
            endpoint.at("addresses").items().first().map(|a| a.text().to_owned())
        };
        let addresses: Vec<String> = ready.filter_map(first).collect();
        let ports = slice.at("ports").items();
        if ports.is_empty() {
            all.extend(addresses.iter().cloned());
        }
        for port in ports.iter().filter(|port| port.at("name").text() == name) {
            let number = scalar(port.at("port"));
            all.extend(addresses.iter().map(|address| format!("{address}:{number}")));
        }
    }
    let shown = all[..all.len().min(SHOWN_MAX)].join(",");
    match all.len().checked_sub(SHOWN_MAX) {
        Some(more) if more > 0 => format!("{shown} + {more} more..."),
        _ => shown,
    }
}
