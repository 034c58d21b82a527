//! `kubectl expose`: makes a service for what is there.
//!
//! Models kubectl/pkg/cmd/expose/expose.go and kubectl/pkg/polymorphichelpers.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::resources::{self, Finding};
use super::script::{self, Ctx, Env, Flow, Next};
use super::task::Task;
use super::walk::Walk;
use crate::api::rpc::{Call, Payload};
use crate::api::{Fields, Key, Resource, Value, patch};
use crate::manifest;

/// The command.
pub const COMMAND: Command = Command {
    path: "expose",
    usage: "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] \
            [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] \
            [--type=type]",
    about: "Make a service for a workload, a pod or another service",
    flags: &[
        options::FILES,
        &[Flag::text("selector", "Which pods the service finds, by label.")],
        options::DRY_RUN,
        &[options::field_manager("kubectl-expose")],
        options::RECORD,
        output::FLAGS,
        &[
            Flag::text("cluster-ip", "Its address within the cluster."),
            Flag::text("external-ip", "Another address it has."),
            Flag::text("labels", "Labels of the service.").short('l'),
            Flag::text("load-balancer-ip", "The address of its load balancer."),
            Flag::text("name", "Its name."),
            Flag::text("override-type", "How --overrides are merged.").default("merge"),
            Flag::text("overrides", "JSON that is merged into the service."),
            Flag::text("port", "The port it listens on."),
            Flag::text("protocol", "The protocol of the port."),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
            Flag::text("session-affinity", "ClientIP or None."),
            Flag::text("target-port", "The port of the pods, by number or name."),
            Flag::text("type", "ClusterIP, NodePort, LoadBalancer or ExternalName."),
        ],
    ],
    required: &[],
    start,
};

/// What `expose` has to do.
#[derive(Clone, Debug)]
pub struct Expose {
    walk: Walk,
    invocation: Box<Invocation>,
    format: Format,
    dry_run: DryRun,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let targets = resources::find(invocation, env, Finding::default())?;
    Ok(Task::from(Expose {
        walk: Walk::of(targets),
        format: Format::of(&invocation.flags, output::OPERATION_FORMATS)?,
        dry_run: DryRun::of(&invocation.flags)?,
        invocation: Box::new(invocation.clone()),
    }))
}

impl Expose {
    /// Makes a service for the next object.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let Some(object) = self.walk.object(ctx)? else { return Ok(Next::Exit(0)) };
        let (resource, key) = object?;
        let object = ctx.get(resource, &key)??.to_value();
        let service = self.service(resource, &object)?;
        self.create(ctx, &key, service)?;
        Ok(Next::Again)
    }

    fn service(&self, resource: Resource, object: &Value) -> Result<Value, Error> {
        let flags = &self.invocation.flags;
        let selector = selector(resource, object)?;
        let ports = self.ports(resource, object)?;
        let name = match flags.text("name") {
            "" => object.at_path(&["metadata", "name"]).text(),
            name => name,
        };
        let mut meta = Value::map([("name", name.into())]);
        let labels = match flags.text("labels") {
            "" => object.at_path(&["metadata", "labels"]).clone(),
            text => text
                .split(',')
                .filter_map(|pair| pair.split_once('='))
                .map(|(key, value)| (key.into(), value.into()))
                .collect::<Fields>()
                .into(),
        };
        if !labels.is_empty() {
            *meta.entry("labels") = labels;
        }
        let mut spec = Value::map([("ports", ports), ("selector", selector)]);
        for (flag, field) in [
            ("type", "type"),
            ("cluster-ip", "clusterIP"),
            ("load-balancer-ip", "loadBalancerIP"),
            ("session-affinity", "sessionAffinity"),
        ] {
            if !flags.text(flag).is_empty() {
                *spec.entry(field) = flags.text(flag).into();
            }
        }
        if !flags.text("external-ip").is_empty() {
            *spec.entry("externalIPs") = vec![flags.text("external-ip").into()].into();
        }
        let service = Value::map([
            ("apiVersion", "v1".into()),
            ("kind", "Service".into()),
            ("metadata", meta),
            ("spec", spec),
            ("status", Value::map([("loadBalancer", Fields::new().into())])),
        ]);
        let text = flags.text("overrides");
        if text.is_empty() {
            return Ok(service);
        }
        let change = manifest::parse_json(text)
            .map_err(|error| Error::plain(format!("invalid overrides: {error}")))?;
        Ok(patch::apply_merge(&service, &change))
    }

    /// The ports of the service: the one that was given, or those of the object.
    fn ports(&self, resource: Resource, object: &Value) -> Result<Value, Error> {
        let flags = &self.invocation.flags;
        let found = match flags.text("port") {
            "" => ports_of(resource, object),
            text => text.split(',').map(|port| (port.to_owned(), "TCP".to_owned())).collect(),
        };
        if found.is_empty() {
            return Err(Error::plain("couldn't find port via --port flag or introspection"));
        }
        let several = found.len() > 1;
        let mut ports = Vec::new();
        for (at, (port, protocol)) in found.iter().enumerate() {
            let number: i64 = port.parse().map_err(|_| {
                let port = crate::api::quote(port);
                Error::plain(format!("strconv.Atoi: parsing {port}: invalid syntax"))
            })?;
            let protocol = match flags.text("protocol") {
                "" => protocol.as_str(),
                given => given,
            };
            let target = match flags.text("target-port") {
                "" => Value::Int(number),
                text => text.parse().map_or(text.into(), Value::Int),
            };
            let mut port = Value::map([
                ("port", Value::Int(number)),
                ("protocol", protocol.into()),
                ("targetPort", target),
            ]);
            if several {
                *port.entry("name") = format!("port-{}", at + 1).into();
            }
            ports.push(port);
        }
        Ok(ports.into())
    }

    fn create(&self, ctx: &mut Ctx<'_>, of: &Key, mut service: Value) -> Flow<()> {
        let namespace = of.namespace();
        let name = service.at_path(&["metadata", "name"]).text().to_owned();
        let key = Key::new(namespace, &name);
        if self.dry_run != DryRun::Client {
            *service.entry_path(&["metadata", "namespace"]) = namespace.into();
            let call = Call::Create {
                resource: Resource::SERVICES,
                namespace: namespace.into(),
                body: Payload::Text(service),
            };
            let answer = ctx.ask(call, self.dry_run.how())?;
            service = answer.and_then(|answer| script::value(&answer))?;
        }
        if self.format.is_human() {
            let suffix = self.dry_run.suffix();
            ctx.say(output::named(Resource::SERVICES, &key).with(format!(" exposed{suffix}")));
            return Ok(());
        }
        ctx.print(self.format.print(&[service])?);
        Ok(())
    }
}

/// By which labels the pods of an object are found. Models MapBasedSelectorForObject.
fn selector(resource: Resource, object: &Value) -> Result<Value, Error> {
    let spec = object.at("spec");
    let selector = match resource.info().kind {
        "Pod" => {
            let labels = object.at_path(&["metadata", "labels"]);
            if labels.is_empty() {
                return Err(Error::plain("the pod has no labels and cannot be exposed"));
            }
            labels
        }
        "Service" => {
            if spec.at("selector").is_empty() {
                return Err(Error::plain("the service has no pod selector set"));
            }
            spec.at("selector")
        }
        "ReplicationController" => spec.at("selector"),
        "Deployment" | "ReplicaSet" => {
            if !spec.at_path(&["selector", "matchExpressions"]).is_empty() {
                return Err(Error::plain(
                    "couldn't retrieve selectors via --selector flag or introspection: couldn't \
                     convert expressions - \"matchExpressions\" to map-based selector format",
                ));
            }
            spec.at_path(&["selector", "matchLabels"])
        }
        kind => return Err(Error::plain(format!("cannot expose a {kind}"))),
    };
    Ok(selector.clone())
}

/// The ports of an object with their protocols. Models portsForObject.
fn ports_of(resource: Resource, object: &Value) -> Vec<(String, String)> {
    let spec = object.at("spec");
    let port = |port: &Value, field: &str| {
        let number = port.at(field).as_int().unwrap_or(0).to_string();
        let protocol = port.at("protocol").text();
        (number, if protocol.is_empty() { "TCP".to_owned() } else { protocol.to_owned() })
    };
    if resource == Resource::SERVICES {
        return spec.at("ports").items().iter().map(|p| port(p, "port")).collect();
    }
    let pod = if resource == Resource::PODS { spec } else { spec.at_path(&["template", "spec"]) };
    let containers = pod.at("containers").items().iter();
    let ports = containers.flat_map(|container| container.at("ports").items());
    ports.map(|p| port(p, "containerPort")).collect()
}
