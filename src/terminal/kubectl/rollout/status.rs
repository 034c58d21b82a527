//! `kubectl rollout status`: tells how far a rollout is until it is done.
//!
//! Models kubectl/pkg/cmd/rollout/rollout_status.go and polymorphichelpers/rollout_status.go.

use super::walk;
use crate::api::labels::FieldSelector;
use crate::api::rpc::{Selection, WatchEvent};
use crate::api::{Key, Resource, Value, quote};
use crate::sim::{Duration, Time};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Kind};
use crate::terminal::kubectl::script::{Ctx, Env, Flow, Heard, How, Next};
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::walk::Walk;
use crate::terminal::kubectl::{options, revisions};

/// The command.
pub const COMMAND: Command = Command {
    path: "rollout status",
    usage: "(TYPE NAME | TYPE/NAME) [flags]",
    about: "Show how far a rollout is until it is done",
    flags: &[
        options::FILES,
        options::SELECTOR,
        &[
            Flag::int("revision", "0", "The revision that is waited for."),
            Flag::text("timeout", "How long to wait; 0 for ever.")
                .kind(Kind::Duration)
                .default("0s"),
            Flag::switch("watch", "Wait until it is done.").short('w').default("true"),
        ],
    ],
    required: &[],
    start,
};

/// What `rollout status` still has to do.
#[derive(Clone, Debug)]
pub struct RolloutStatus {
    walk: Walk,
    watched: Option<(Resource, Key)>,
    /// Whether the watch is open.
    is_open: bool,
    until: Option<Time>,
    timeout: Duration,
    watches: bool,
    revision: i64,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if flags.int("revision") < 0 {
        let revision = flags.int("revision");
        let text = format!("revision must be a positive integer: {revision}");
        return Err(Error::plain(text));
    }
    Ok(Task::from(RolloutStatus {
        walk: walk(invocation, env)?,
        watched: None,
        is_open: false,
        until: None,
        timeout: flags.duration("timeout"),
        watches: flags.is_on("watch"),
        revision: flags.int("revision"),
    }))
}

impl RolloutStatus {
    /// Looks at the next target, or goes on watching it.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if self.watched.is_some() {
            return if self.is_open { self.listen(ctx) } else { self.open(ctx) };
        }
        let Some(object) = self.walk.object(ctx)? else { return Ok(Next::Exit(0)) };
        let (resource, key) = object?;
        ctx.get(resource, &key)??;
        if !revisions::are_kept(resource) {
            let kind = resource.info().kind;
            let text = format!("no status viewer has been implemented for {kind}");
            return Err(Error::plain(text).into());
        }
        if !self.timeout.is_zero() {
            self.until = Some(ctx.now() + self.timeout);
        }
        self.watched = Some((resource, key));
        Ok(Next::Again)
    }

    fn open(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let Some((resource, key)) = self.watched.clone() else { return Ok(Next::Again) };
        let selection = Selection {
            namespace: key.namespace().into(),
            fields: FieldSelector::equal("metadata.name", key.name()),
            ..Selection::all(resource)
        };
        let (objects, revision) = ctx.list(selection.clone())??;
        let Some(object) = objects.iter().next() else { return Err(gone().into()) };
        if self.tell(ctx, &object.to_value())? {
            return Ok(Next::Again);
        }
        ctx.watch(selection, revision, How::default())??;
        self.is_open = true;
        Ok(Next::Again)
    }

    fn listen(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        match ctx.events(self.until)? {
            Heard::Events(events) => {
                for event in events.iter() {
                    let Some(change) = event.change() else { continue };
                    if matches!(event, WatchEvent::Deleted(_)) {
                        return Err(gone().into());
                    }
                    if self.tell(ctx, &change.object().to_value())? {
                        break;
                    }
                }
            }
            Heard::Closed => self.is_open = false,
            Heard::Nothing => {
                return Err(Error::plain("timed out waiting for the condition").into());
            }
        }
        Ok(Next::Again)
    }

    /// Tells how far the rollout is, and whether that was all.
    fn tell(&mut self, ctx: &mut Ctx<'_>, object: &Value) -> Flow<bool> {
        let (line, done) = match object.at("kind").text() {
            "DaemonSet" => of_daemon_set(object)?,
            "StatefulSet" => of_stateful_set(object)?,
            _ => status(object, self.revision)?,
        };
        ctx.say(line);
        if done || !self.watches {
            (self.watched, self.is_open) = (None, false);
            return Ok(true);
        }
        Ok(false)
    }
}

fn gone() -> Error {
    Error::plain("object has been deleted")
}

/// How far a deployment is, and whether it is done. Models DeploymentStatusViewer.
fn status(object: &Value, revision: i64) -> Result<(String, bool), Error> {
    let (meta, spec, status) = (object.at("metadata"), object.at("spec"), object.at("status"));
    let number = |value: &Value| value.as_int().unwrap_or(0);
    let name = quote(meta.at("name").text());
    if revision > 0 {
        let now = meta.at_path(&["annotations", super::super::revisions::REVISION]).text();
        if now.parse() != Ok(revision) {
            return Err(Error::plain(format!(
                "desired revision ({revision}) is different from the running revision ({now})"
            )));
        }
    }
    if number(meta.at("generation")) > number(status.at("observedGeneration")) {
        return Ok(("Waiting for deployment spec update to be observed...".to_owned(), false));
    }
    let late = |condition: &Value| {
        condition.at("type").text() == "Progressing"
            && condition.at("reason").text() == "ProgressDeadlineExceeded"
    };
    if status.at("conditions").items().iter().any(late) {
        return Err(Error::plain(format!("deployment {name} exceeded its progress deadline")));
    }
    let wanted = number(spec.at("replicas"));
    let [updated, total, available] =
        ["updatedReplicas", "replicas", "availableReplicas"].map(|field| number(status.at(field)));
    let waiting = |what: String| {
        (format!("Waiting for deployment {name} rollout to finish: {what}..."), false)
    };
    Ok(if updated < wanted {
        waiting(format!("{updated} out of {wanted} new replicas have been updated"))
    } else if total > updated {
        waiting(format!("{} old replicas are pending termination", total - updated))
    } else if available < updated {
        waiting(format!("{available} of {updated} updated replicas are available"))
    } else {
        (format!("deployment {name} successfully rolled out"), true)
    })
}

fn number(value: &Value, field: &str) -> i64 {
    value.at(field).as_int().unwrap_or(0)
}

/// Refuses a workload that is not rolled out pod by pod.
fn must_roll(object: &Value) -> Result<(), Error> {
    match object.at_path(&["spec", "updateStrategy", "type"]).text() {
        "RollingUpdate" => Ok(()),
        _ => Err(Error::plain("rollout status is only available for RollingUpdate strategy type")),
    }
}

/// How far a daemon set is, and whether it is done. Models DaemonSetStatusViewer.
fn of_daemon_set(object: &Value) -> Result<(String, bool), Error> {
    must_roll(object)?;
    let (meta, status) = (object.at("metadata"), object.at("status"));
    if number(meta, "generation") > number(status, "observedGeneration") {
        return Ok(("Waiting for daemon set spec update to be observed...".to_owned(), false));
    }
    let name = quote(meta.at("name").text());
    let [wanted, updated, available] =
        ["desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable"]
            .map(|field| number(status, field));
    let waiting = |what: String| {
        (format!("Waiting for daemon set {name} rollout to finish: {what}..."), false)
    };
    Ok(if updated < wanted {
        waiting(format!("{updated} out of {wanted} new pods have been updated"))
    } else if available < wanted {
        waiting(format!("{available} of {wanted} updated pods are available"))
    } else {
        (format!("daemon set {name} successfully rolled out"), true)
    })
}

/// How far a stateful set is, and whether it is done. Models StatefulSetStatusViewer.
fn of_stateful_set(object: &Value) -> Result<(String, bool), Error> {
    must_roll(object)?;
    let (meta, spec, status) = (object.at("metadata"), object.at("spec"), object.at("status"));
    let observed = number(status, "observedGeneration");
    if observed == 0 || number(meta, "generation") > observed {
        return Ok(("Waiting for statefulset spec update to be observed...".to_owned(), false));
    }
    let wanted = number(spec, "replicas");
    let [ready, updated, current] =
        ["readyReplicas", "updatedReplicas", "currentReplicas"].map(|field| number(status, field));
    if ready < wanted {
        return Ok((format!("Waiting for {} pods to be ready...", wanted - ready), false));
    }
    let rolling = spec.at_path(&["updateStrategy", "rollingUpdate"]);
    if !rolling.is_null() {
        let needed = wanted - number(rolling, "partition");
        return Ok(if updated < needed {
            let text = format!(
                "Waiting for partitioned roll out to finish: {updated} out of {needed} new pods \
                 have been updated..."
            );
            (text, false)
        } else {
            let text =
                format!("partitioned roll out complete: {updated} new pods have been updated...");
            (text, true)
        });
    }
    let [target, now] = ["updateRevision", "currentRevision"].map(|field| status.at(field).text());
    Ok(if target == now {
        (format!("statefulset rolling update complete {current} pods at revision {now}..."), true)
    } else {
        let text = format!(
            "waiting for statefulset rolling update to complete {updated} pods at revision \
             {target}..."
        );
        (text, false)
    })
}
