//! An Ingress. Models kubectl/pkg/describe describeIngressV1.

use super::service::endpoints_of_port;
use super::sheet::{Sheet, joined, or_none, scalar};
use crate::api::{Key, Object, Resource, Value};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes an ingress down.
pub fn describe(ctx: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let spec = value.at("spec");
    let namespace = object.namespace();
    sheet.field(0, "Name", object.name());
    sheet.pairs("Labels", value.at_path(&["metadata", "labels"]));
    sheet.field(0, "Namespace", namespace);
    let address = |ingress: &Value| match ingress.at("ip").text() {
        "" => ingress.at("hostname").text().to_owned(),
        ip => ip.to_owned(),
    };
    let addresses = value.at_path(&["status", "loadBalancer", "ingress"]).items().iter();
    sheet.field(0, "Address", addresses.map(address).collect::<Vec<_>>().join(","));
    sheet.field(0, "Ingress Class", or_none(spec.at("ingressClassName").text()));
    let default = match spec.at("defaultBackend") {
        Value::Null => None,
        given => Some(backend(ctx, namespace, given)?),
    };
    sheet.field(0, "Default backend", default.as_deref().unwrap_or("<default>"));
    let tls = spec.at("tls").items();
    if !tls.is_empty() {
        sheet.line(0, "TLS:");
    }
    for tls in tls {
        let hosts = joined(tls.at("hosts"), ",");
        sheet.line(
            1,
            match tls.at("secretName").text() {
                "" => format!("SNI routes {hosts}"),
                secret => format!("{secret} terminates {hosts}"),
            },
        );
    }
    sheet.line(0, "Rules:\n  Host\tPath\tBackends");
    sheet.line(1, "----\t----\t--------");
    let rules = spec.at("rules").items();
    for rule in rules {
        let host = rule.at("host").text();
        sheet.line(1, format!("{}\t", if host.is_empty() { "*" } else { host }));
        for path in rule.at_path(&["http", "paths"]).items() {
            let backend = backend(ctx, namespace, path.at("backend"))?;
            sheet.line(2, format!("\t{} \t{backend}", path.at("path").text()));
        }
    }
    if rules.is_empty() {
        let default = default.as_deref().unwrap_or("<default>");
        sheet.line(1, format!("*\t*\t{default}"));
    }
    sheet.annotations("Annotations", value.at_path(&["metadata", "annotations"]));
    Ok(())
}

/// `service:port (addresses)`. Models describeBackendV1.
fn backend(ctx: &mut Ctx<'_>, namespace: &str, backend: &Value) -> Flow<String> {
    let service = backend.at("service");
    if service.is_null() {
        let resource = backend.at("resource");
        let [group, kind, name] = ["apiGroup", "kind", "name"].map(|f| resource.at(f).text());
        return Ok(format!("APIGroup: {group}, Kind: {kind}, Name: {name}"));
    }
    let (name, wanted) = (service.at("name").text(), service.at("port"));
    let port = match wanted.at("name").text() {
        "" => scalar(wanted.at("number")),
        name => name.to_owned(),
    };
    let object = match ctx.get(Resource::SERVICES, &Key::new(namespace, name))? {
        Ok(object) => object,
        Err(error) => return Ok(format!("{name}:{port} (<error: {}>)", error.message())),
    };
    let ports = object.to_value();
    let is_meant = |port: &&Value| {
        port.at("port") == wanted.at("number")
            || !wanted.at("name").is_null() && port.at("name") == wanted.at("name")
    };
    let found = ports.at_path(&["spec", "ports"]).items().iter().find(is_meant);
    let port_name = found.map_or("", |port| port.at("name").text());
    let endpoints = endpoints_of_port(ctx, &object, port_name)?;
    Ok(format!("{name}:{port} ({endpoints})"))
}
