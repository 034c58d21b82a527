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
    flags: FLAGS,
    required: &[],
    start: |invocation, env| start(invocation, env, "ClusterIP"),
};

/// `create service nodeport`.
pub const NODE_PORT: Command = Command {
    path: "create service nodeport",
    usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    about: "Create a NodePort service",
    start: |invocation, env| start(invocation, env, "NodePort"),
    ..CLUSTER_IP
};

/// `create service loadbalancer`.
pub const LOAD_BALANCER: Command = Command {
    path: "create service loadbalancer",
    usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    about: "Create a LoadBalancer service",
    start: |invocation, env| start(invocation, env, "LoadBalancer"),
    ..CLUSTER_IP
};

/// `create service externalname`.
pub const EXTERNAL_NAME: Command = Command {
    path: "create service externalname",
    usage: "NAME --external-name external.name [--dry-run=server|client|none]",
    about: "Create an ExternalName service",
    start: |invocation, env| start(invocation, env, "ExternalName"),
    ..CLUSTER_IP
};

const FLAGS: Tables = &[
    options::DRY_RUN,
    options::VALIDATE,
    &[options::field_manager("kubectl-create")],
    output::FLAGS,
    &[
        Flag::text("clusterip", "Its address; None for none."),
        Flag::text("external-name", "The name it stands for."),
        Flag::int("node-port", "0", "The port of nodes."),
        Flag::switch("save-config", "Remember the configuration for kubectl apply."),
        Flag::text("tcp", "Ports, as port or port:targetPort.").kind(Kind::List),
    ],
];

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
    if kind == "ExternalName" && flags.text("external-name").is_empty() {
        return Err(Error::plain("external name must be specified"));
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
        Ok(target) => Value::Int(target),
        Err(_) if target == own => Value::Int(own_number),
        Err(_) => target.into(),
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
