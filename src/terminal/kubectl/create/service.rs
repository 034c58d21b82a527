//! `kubectl create service clusterip|nodeport|loadbalancer|externalname NAME`.
//!
//! Models kubectl/pkg/cmd/create/create_service.go.

use super::generator;
use crate::api::{Fields, Resource, Value, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Kind, Tables};
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::{options, output};

/// `create service clusterip`.
pub const CLUSTER_IP: Command = Command {
    path: "create service clusterip",
    usage: "NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
    about: "Create a ClusterIP service",
    flags: &[COMMON[0], COMMON[1], COMMON[2], COMMON[3], &[SAVES, TCP, CLUSTER_IP_FLAG]],
    required: &[],
    start: |invocation, env| start(invocation, env, "ClusterIP"),
};

/// `create service nodeport`.
pub const NODE_PORT: Command = Command {
    path: "create service nodeport",
    usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    about: "Create a NodePort service",
    flags: &[COMMON[0], COMMON[1], COMMON[2], COMMON[3], &[SAVES, TCP, NODE_PORT_FLAG]],
    start: |invocation, env| start(invocation, env, "NodePort"),
    ..CLUSTER_IP
};

/// `create service loadbalancer`.
pub const LOAD_BALANCER: Command = Command {
    path: "create service loadbalancer",
    usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    about: "Create a LoadBalancer service",
    flags: &[COMMON[0], COMMON[1], COMMON[2], COMMON[3], &[SAVES, TCP]],
    start: |invocation, env| start(invocation, env, "LoadBalancer"),
    ..CLUSTER_IP
};

/// `create service externalname`.
pub const EXTERNAL_NAME: Command = Command {
    path: "create service externalname",
    usage: "NAME --external-name external.name [--dry-run=server|client|none]",
    about: "Create an ExternalName service",
    flags: &[COMMON[0], COMMON[1], COMMON[2], COMMON[3], &[SAVES, TCP, EXTERNAL_NAME_FLAG]],
    required: &["external-name"],
    start: |invocation, env| start(invocation, env, "ExternalName"),
};

const COMMON: Tables = &[
    options::DRY_RUN,
    options::VALIDATE,
    &[options::field_manager("kubectl-create")],
    output::FLAGS,
];
const SAVES: Flag = Flag::switch("save-config", "Remember the configuration for kubectl apply.");
const TCP: Flag = Flag::text("tcp", "Ports, as port or port:targetPort.").kind(Kind::List);
const CLUSTER_IP_FLAG: Flag = Flag::text("clusterip", "Its address; None for none.");
const EXTERNAL_NAME_FLAG: Flag = Flag::text("external-name", "The name it stands for.");
const NODE_PORT_FLAG: Flag = Flag::int("node-port", "0", "The port of nodes.");

fn start(invocation: &Invocation, env: &Env, kind: &'static str) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let mut ports = Vec::new();
    for spec in flags.list("tcp") {
        ports.push(port(spec, flags.int("node-port"))?);
    }
    let is_headless = flags.text("clusterip") == "None";
    if ports.is_empty() && !is_headless && kind != "ExternalName" {
        return Err(Error::plain("at least one tcp port specifier must be provided"));
    }
    let external = flags.text("external-name");
    if kind == "ExternalName" && !is_domain(external) {
        return Err(Error::plain(format!("invalid service external name {external}")));
    }
    let labels = || Value::map([("app", name.into())]);
    let mut spec = Value::map([("type", kind.into()), ("selector", labels())]);
    if !ports.is_empty() {
        *spec.entry("ports") = ports.into();
    }
    for (flag, field) in [("clusterip", "clusterIP"), ("external-name", "externalName")] {
        if !flags.text(flag).is_empty() {
            *spec.entry(field) = flags.text(flag).into();
        }
    }
    let value = Value::map([
        ("metadata", Value::map([("name", name.into()), ("labels", labels())])),
        ("spec", spec),
        ("status", Value::map([("loadBalancer", Fields::new().into())])),
    ]);
    let failure = match kind {
        "NodePort" => "failed to create NodePort service: ",
        "LoadBalancer" => "failed to create LoadBalancer service: ",
        "ExternalName" => "failed to create ExternalName service: ",
        _ => "failed to create ClusterIP service: ",
    };
    generator::create(invocation, env, Resource::SERVICES, value, Some(failure))
}

/// Whether this can be the name of a host. Models IsDNS1123Subdomain.
fn is_domain(name: &str) -> bool {
    let is_edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_label = |label: &str| {
        is_edge(label.bytes().next()) && is_edge(label.bytes().last()) && label.bytes().all(allowed)
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

/// What is wrong with the name of a port. Models IsValidPortName.
fn wrong_port_name(name: &str) -> Vec<&'static str> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let mut why = Vec::new();
    if name.len() > 15 {
        why.push("must be no more than 15 characters");
    }
    if name.is_empty() || !name.bytes().all(allowed) {
        why.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if !name.bytes().any(|b| b.is_ascii_lowercase()) {
        why.push("must contain at least one letter (a-z)");
    }
    if name.contains("--") {
        why.push("must not contain consecutive hyphens");
    }
    if name.starts_with('-') || name.ends_with('-') {
        why.push("must not begin or end with a hyphen");
    }
    why
}

/// Reads `port` or `port:targetPort`. Models parsePorts.
fn port(spec: &str, node_port: i64) -> Result<Value, Error> {
    let number = |text: &str| {
        text.parse::<u16>().map(i64::from).map_err(|_| {
            let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let why = if is_number { "value out of range" } else { "invalid syntax" };
            Error::plain(format!("strconv.ParseUint: parsing {}: {why}", quote(text)))
        })
    };
    let (own, target) = spec.split_once(':').unwrap_or((spec, spec));
    let own_number = number(own)?;
    let target = match target.parse() {
        _ if target == own => Value::Int(own_number),
        Ok(1..=65535) => Value::Int(target.parse().unwrap_or_default()),
        Ok(_) => return Err(Error::plain("must be between 1 and 65535, inclusive")),
        Err(_) => match wrong_port_name(target) {
            why if why.is_empty() => target.into(),
            why => return Err(Error::plain(why.join(","))),
        },
    };
    let mut port = Value::map([
        ("name", spec.replace(':', "-").into()),
        ("port", Value::Int(own_number)),
        ("protocol", "TCP".into()),
        ("targetPort", target),
    ]);
    if node_port != 0 {
        *port.entry("nodePort") = Value::Int(node_port);
    }
    Ok(port)
}
