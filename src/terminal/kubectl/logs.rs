//! `kubectl logs`: what can be said before a container is reached. What containers print is not
//! part of the simulation.
//!
//! Models kubectl/pkg/cmd/logs/logs.go, kubectl/pkg/cmd/exec/exec.go and, of the server,
//! pkg/registry/core/pod/strategy.go LogLocation.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::options;
use super::resources;
use super::script::{Ctx, Env, Flow, Next};
use super::task::Task;
use crate::api::labels::Selector;
use crate::api::rpc::Selection;
use crate::api::{Fields, Key, Object, Resource, Status, Value, quote};

/// `logs`.
pub const LOGS: Command = Command {
    path: "logs",
    usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
    about: "Show what a container has printed",
    flags: &[
        options::SELECTOR,
        &[
            Flag::switch("all-containers", "Of all containers."),
            Flag::switch("all-pods", "Of all pods."),
            Flag::text("container", "Of which container.").short('c'),
            Flag::switch("follow", "Go on showing what is printed.").short('f'),
            Flag::switch("ignore-errors", "Go on after an error."),
            Flag::switch("insecure-skip-tls-verify-backend", "Trust every kubelet."),
            Flag::int("limit-bytes", "0", "At most so many bytes."),
            Flag::int("max-log-requests", "5", "At most so many at once."),
            Flag::text("pod-running-timeout", "How long to wait for a pod.")
                .kind(Kind::Duration)
                .default("20s"),
            Flag::switch("prefix", "Begin each line with where it comes from."),
            Flag::switch("previous", "Of the container before this one.").short('p'),
            Flag::text("since", "Not older than this.").kind(Kind::Duration).default("0s"),
            Flag::text("since-time", "Not older than this moment."),
            Flag::int("tail", "-1", "Only so many lines, from the end."),
            Flag::switch("timestamps", "Begin each line with its time."),
        ],
    ],
    required: &[],
    start: logs,
};

/// What `logs` still has to do.
#[derive(Clone, Debug)]
pub struct Reach {
    resource: Resource,
    key: Key,
    container: String,
    previous: bool,
}

fn logs(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if !flags.text("selector").is_empty() && !invocation.args.is_empty() {
        return Err(invocation.usage("only a selector (-l) or a POD name is allowed"));
    }
    let (name, container) = match &invocation.args[..] {
        [name] => (name, flags.text("container")),
        [name, container] => (name, container.as_str()),
        _ => {
            return Err(invocation.usage(
                "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME \
                 is a required argument for the logs command",
            ));
        }
    };
    let (resource, key) = target(name, env)?;
    let (container, previous) = (container.to_owned(), flags.is_on("previous"));
    Ok(Task::from(Reach { resource, key, container, previous }))
}

/// The object that `TYPE/NAME` names; a pod where no type is given.
pub fn target(name: &str, env: &Env) -> Result<(Resource, Key), Error> {
    let (resource, name) = match name.split_once('/') {
        Some((kind, name)) => (resources::resource(kind)?, name),
        None => (Resource::PODS, name),
    };
    Ok((resource, Key::new(&env.globals.namespace, name)))
}

impl Reach {
    /// Looks at the pod and says why its container cannot be reached.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let object = ctx.get(self.resource, &self.key)??.to_value();
        if self.resource == Resource::PODS {
            let wanted =
                Wanted { container: &self.container, runs: false, previous: self.previous };
            container(ctx, &object, &self.key, wanted)?;
        }
        let text = "what runs in containers is not part of this simulation: kubectl logs";
        Err(Error::plain(text).into())
    }
}

/// The pod itself, or the first of those that an object selects. Models
/// AttachablePodForObject.
pub fn pod(ctx: &mut Ctx<'_>, resource: Resource, key: &Key) -> Flow<Object> {
    let object = ctx.get(resource, key)??;
    if resource == Resource::PODS {
        return Ok(object);
    }
    let value = object.to_value();
    let selector = value.at_path(&["spec", "selector"]);
    let labels = match selector.at("matchLabels") {
        Value::Null => selector,
        labels => labels,
    };
    let pairs = labels.as_map().into_iter().flat_map(Fields::iter);
    let text = pairs.map(|(key, value)| format!("{key}={}", value.text())).collect::<Vec<_>>();
    if text.is_empty() {
        let kind = resource.info().kind;
        let text = format!("selector for {kind} {} is empty", key.name());
        return Err(Error::plain(text).into());
    }
    let selection = Selection {
        namespace: key.namespace().into(),
        labels: Selector::parse(&text.join(",")).map_err(Error::plain)?,
        ..Selection::all(Resource::PODS)
    };
    let (pods, _) = ctx.list(selection)??;
    match pods.iter().next() {
        Some(pod) => Ok(pod.clone()),
        None => Err(Error::plain("timed out waiting for the condition").into()),
    }
}

/// Which container is to be reached, and for what.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Its name; empty for the first.
    pub container: &'a str,
    /// Whether a command is to be run in it, rather than its output shown.
    pub runs: bool,
    /// Whether the one before it is meant.
    pub previous: bool,
}

/// The name of the container of `pod` that can be reached, or why none can.
pub fn container(
    ctx: &mut Ctx<'_>,
    pod: &Value,
    key: &Key,
    wanted: Wanted<'_>,
) -> Result<String, Error> {
    let names = |field: &str, mark: &str| -> Vec<(String, String)> {
        let all = pod.at_path(&["spec", field]).items().iter();
        let one = |container: &Value| {
            let name = container.at("name").text();
            (name.to_owned(), format!("{name}{mark}"))
        };
        all.map(one).collect()
    };
    let mut all = names("containers", "");
    all.extend(names("initContainers", " (init)"));
    let phase = pod.at_path(&["status", "phase"]).text();
    if wanted.runs && matches!(phase, "Succeeded" | "Failed") {
        return Err(Error::plain(format!(
            "cannot exec into a container in a completed pod; current phase is {phase}"
        )));
    }
    let name = match wanted.container {
        "" => {
            let first = all.first().map_or("", |(name, _)| name);
            if all.len() > 1 {
                let shown: Vec<&str> = all.iter().map(|(_, shown)| shown.as_str()).collect();
                let (first, shown) = (quote(first), shown.join(", "));
                ctx.complain(format!("Defaulted container {first} out of: {shown}"));
            }
            first
        }
        name => name,
    };
    if !all.iter().any(|(known, _)| known == name) {
        let text = format!("container {name} is not valid for pod {}", key.name());
        return Err(Error::plain(text));
    }
    let statuses = ["containerStatuses", "initContainerStatuses"];
    let mut found =
        statuses.iter().flat_map(|field| pod.at_path(&["status", field]).items().iter());
    let status = found.find(|status| status.at("name").text() == name);
    let (what, whose) = (quote(name), quote(key.name()));
    if wanted.previous {
        let last = status.map_or(&Value::Null, |status| status.at("lastState"));
        if last.is_empty() {
            let why = format!("previous terminated container {what} in pod {whose} not found");
            return Err(Status::bad_request(why).into());
        }
    }
    let waiting = status.map_or("ContainerCreating", |status| {
        status.at_path(&["state", "waiting", "reason"]).text()
    });
    if !waiting.is_empty() && phase == "Pending" {
        let why = format!("container {what} in pod {whose} is waiting to start: {waiting}");
        return Err(Status::bad_request(why).into());
    }
    Ok(name.to_owned())
}
