//! `kubectl port-forward`: lets ports of a pod be reached on the person's machine.
//!
//! Models kubectl/pkg/cmd/portforward/portforward.go. It serves until it is interrupted. What
//! containers answer is not part of the simulation, so that a connection comes to nothing.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::logs;
use super::script::{Ctx, Env, Flow, Next, Serving};
use super::task::Task;
use crate::api::{Key, Resource, Value, quote};

/// The command.
pub const COMMAND: Command = Command {
    path: "port-forward",
    usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    about: "Forward one or more local ports to a pod",
    flags: &[&[
        Flag::text("address", "The addresses to listen on.").kind(Kind::List).default("localhost"),
        Flag::text("pod-running-timeout", "How long to wait until the pod runs.")
            .kind(Kind::Duration)
            .default("1m0s"),
    ]],
    required: &[],
    start,
};

/// What `port-forward` has to do.
#[derive(Clone, Debug)]
pub struct PortForward {
    resource: Resource,
    key: Key,
    /// The ports here and there, as they were written.
    ports: Vec<(String, String)>,
    listens: Vec<String>,
    serving: Option<u16>,
}

/// Where ports begin that the system chooses; the one that is asked for is added, so that it is
/// another for each.
const EPHEMERAL: u16 = 32768;

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let [name, ports @ ..] = &invocation.args[..] else {
        return Err(invocation.usage("TYPE/NAME and list of ports are required for port-forward"));
    };
    if ports.is_empty() {
        return Err(invocation.usage("TYPE/NAME and list of ports are required for port-forward"));
    }
    let (resource, key) = logs::target(name, env)?;
    let mut pairs = Vec::new();
    for port in ports {
        let parts: Vec<&str> = port.split(':').collect();
        pairs.push(match parts[..] {
            [port] => (port.to_owned(), port.to_owned()),
            [local, remote] => (local.to_owned(), remote.to_owned()),
            _ => return Err(Error::plain(format!("invalid port format '{port}'"))),
        });
    }
    let mut listens = Vec::new();
    let addresses = invocation.flags.list("address");
    let named: Vec<&str> = addresses.iter().map(String::as_str).collect();
    for address in if named.is_empty() { &["localhost"][..] } else { &named[..] } {
        match *address {
            "localhost" => listens.extend(["127.0.0.1".to_owned(), "[::1]".to_owned()]),
            address if address.parse::<std::net::IpAddr>().is_ok() => {
                listens.push(address.to_owned());
            }
            address => return Err(Error::plain(format!("{address} is not a valid IP"))),
        }
    }
    Ok(Task::from(PortForward { resource, key, ports: pairs, listens, serving: None }))
}

impl PortForward {
    /// Finds the pod and listens, then serves.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if let Some(port) = self.serving {
            return ctx.serve(Serving::Forward(port));
        }
        let object = ctx.get(self.resource, &self.key)??;
        let pod = logs::pod(ctx, self.resource, &self.key)?.to_value();
        let phase = pod.at_path(&["status", "phase"]).text();
        if phase != "Running" {
            return Err(Error::plain(format!(
                "unable to forward port because pod is not running. Current status={phase}"
            ))
            .into());
        }
        let service = (self.resource == Resource::SERVICES).then(|| object.to_value());
        for (local, remote) in &self.ports {
            let remote = target(service.as_ref(), &pod, remote, self.key.name())?;
            let local = match local.as_str() {
                "" | "0" => EPHEMERAL.wrapping_add(remote % EPHEMERAL),
                _ if local.parse::<u16>().is_err() => remote,
                local => local.parse().unwrap_or(remote),
            };
            for address in &self.listens {
                ctx.say(format!("Forwarding from {address}:{local} -> {remote}"));
            }
            self.serving.get_or_insert(local);
        }
        Ok(Next::Again)
    }
}

/// The port of the pod that is meant by `port`, which a service may map to another. Models
/// translateServicePortToTargetPort.
fn target(service: Option<&Value>, pod: &Value, port: &str, name: &str) -> Result<u16, Error> {
    let invalid = || {
        let why = if port.bytes().all(|b| b.is_ascii_digit()) && !port.is_empty() {
            "value out of range"
        } else {
            "invalid syntax"
        };
        let port = quote(port);
        Error::plain(format!(
            "error parsing remote port {port}: strconv.ParseUint: parsing {port}: {why}"
        ))
    };
    let of_pod = |name: &str| {
        let containers = pod.at_path(&["spec", "containers"]).items().iter();
        let mut ports = containers.flat_map(|container| container.at("ports").items());
        let found = ports.find(|found| found.at("name").text() == name)?;
        found.at("containerPort").as_int().and_then(|port| u16::try_from(port).ok())
    };
    let Some(service) = service else {
        return port
            .parse()
            .ok()
            .filter(|port| *port != 0)
            .or_else(|| of_pod(port))
            .ok_or_else(invalid);
    };
    let ports = service.at_path(&["spec", "ports"]).items();
    let is_meant = |found: &&Value| match port.parse::<i64>() {
        Ok(number) => found.at("port").as_int() == Some(number),
        Err(_) => found.at("name").text() == port,
    };
    let found = ports.iter().find(is_meant).ok_or_else(|| {
        Error::plain(format!("Service {name} does not have a service port {port}"))
    })?;
    let target = found.at("targetPort");
    let own = found.at("port").as_int().unwrap_or(0);
    let number = match target.as_str() {
        Some(named) => of_pod(named).map(i64::from),
        None => target.as_int().filter(|port| *port != 0).or(Some(own)),
    };
    number.and_then(|port| u16::try_from(port).ok()).ok_or_else(invalid)
}
