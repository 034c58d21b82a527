//! `kubectl delete`: deletes objects and waits until they are gone.
//!
//! Models kubectl/pkg/cmd/delete/delete.go and kubectl/pkg/cmd/wait IsDeleted. All objects are
//! deleted before the first is waited for. Invariant: an object of the same name that is made
//! anew meanwhile is not waited for.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::options::{self, DryRun};
use super::resources::{self, Finding, Target};
use super::script::{Ctx, Env, Flow, Next};
use super::task::Task;
use super::until;
use super::walk::Walk;
use crate::api::rpc::{Answer, Call, DeleteOptions, Propagation};
use crate::api::{Key, Object, Resource, Uid, quote};
use crate::sim::Duration;
use crate::terminal::kubectl::output;

/// The command.
pub const COMMAND: Command = Command {
    path: "delete",
    usage: "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
    about: "Delete objects, named or described by files or selectors",
    flags: &[
        options::FILES,
        options::SELECTOR,
        options::FIELD_SELECTOR,
        options::ALL_NAMESPACES,
        options::DRY_RUN,
        &[
            Flag::switch("all", "All objects of the type."),
            Flag::text("cascade", "What becomes of dependents: background, orphan, foreground.")
                .kind(Kind::Optional("background"))
                .default("background"),
            Flag::switch("force", "Do not wait for processes to end; with --grace-period=0."),
            Flag::int("grace-period", "-1", "How many seconds processes have to end."),
            Flag::switch("ignore-not-found", "Say nothing about objects that are not there."),
            Flag::switch("interactive", "Ask first; not part of the simulation.").short('i'),
            Flag::switch("now", "Give processes one second to end."),
            Flag::text("output", "Output format: name, or nothing.").short('o'),
            Flag::text("raw", "A path to delete; not part of the simulation."),
            Flag::text("timeout", "How long to wait; 0 for ever.")
                .kind(Kind::Duration)
                .default("0s"),
            Flag::switch("wait", "Wait until the objects are gone.").default("true"),
        ],
    ],
    required: &[],
    start,
};

/// How long is waited when no time is given: a week, as good as for ever.
const WAIT_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

/// What `delete` still has to do.
#[derive(Clone, Debug)]
pub struct Delete {
    walk: Walk,
    /// Objects that have been found but not deleted yet, the next one last.
    found: Vec<(Resource, Key, String)>,
    count: usize,
    /// Objects that have been deleted and are waited for, the next one last.
    waiting: Vec<(Resource, Key, Uid)>,
    options: DeleteOptions,
    dry_run: DryRun,
    names_only: bool,
    ignores_missing: bool,
    waits: bool,
    timeout: Duration,
    verb: &'static str,
    complaints: Vec<String>,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let all = flags.is_on("all");
    let mut complaints = Vec::new();
    let propagation = cascade(flags.text("cascade"), &mut complaints)?;
    let (now, force) = (flags.is_on("now"), flags.is_on("force"));
    let mut grace = flags.int("grace-period");
    if now && grace != -1 {
        return Err(Error::plain("--now and --grace-period cannot be specified together"));
    }
    let output = flags.text("output");
    if !matches!(output, "" | "name") {
        return Err(Error::plain(format!(
            "unexpected -o output mode: {output}. We only support '-o name'"
        )));
    }
    if now {
        grace = 1;
    }
    let mut waits = flags.is_on("wait");
    if force && grace < 0 {
        grace = 0;
    }
    if force && grace > 0 {
        let text = "--force and --grace-period greater than 0 cannot be specified together";
        return Err(Error::plain(text));
    }
    if grace == 0 && !force {
        // Without --force the objects are seen to go: one second, and no promise broken.
        (grace, waits) = (1, waits);
    } else if grace == 0 {
        complaints.push(
            "Warning: Immediate deletion does not wait for confirmation that the running resource \
             has been terminated. The resource may continue to run on the cluster indefinitely."
                .to_owned(),
        );
    }
    let dry_run = DryRun::of(flags)?;
    let targets = resources::find(invocation, env, Finding { all, ..Finding::default() })?;
    let selects = all || !targets.written.0.is_empty() || !targets.written.1.is_empty();
    let timeout = flags.duration("timeout");
    let grace_period_seconds = (grace >= 0).then_some(grace);
    let delete = Delete {
        found: Vec::new(),
        count: 0,
        waiting: Vec::new(),
        options: DeleteOptions {
            grace_period_seconds,
            propagation: Some(propagation),
            ..DeleteOptions::default()
        },
        dry_run,
        names_only: output == "name",
        ignores_missing: flags.is_on("ignore-not-found") || selects,
        waits: waits && dry_run == DryRun::None,
        timeout: if timeout.is_zero() { WAIT_MAX } else { timeout },
        verb: if grace == 0 { "force deleted" } else { "deleted" },
        complaints,
        walk: Walk::of(targets),
    };
    Ok(Task::from(delete))
}

/// Where an object was, as the line about its deletion says it.
pub fn place(key: &Key) -> String {
    match key.namespace() {
        "" => String::new(),
        namespace => format!(" from {namespace} namespace"),
    }
}

/// What `--cascade` says.
pub fn cascade(text: &str, complaints: &mut Vec<String>) -> Result<Propagation, Error> {
    let mut old = |now: &str| {
        complaints.push(format!(
            "warning: --cascade={text} is deprecated (boolean value) and can be replaced with \
             --cascade={now}."
        ));
    };
    match text {
        "background" => Ok(Propagation::Background),
        "foreground" => Ok(Propagation::Foreground),
        "orphan" => Ok(Propagation::Orphan),
        "true" => {
            old("background");
            Ok(Propagation::Background)
        }
        "false" => {
            old("orphan");
            Ok(Propagation::Orphan)
        }
        other => Err(Error::plain(format!(
            "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
        ))),
    }
}

impl Delete {
    /// Finds, deletes, or waits for, the next object.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        for complaint in std::mem::take(&mut self.complaints) {
            ctx.complain(complaint);
        }
        if let Some((resource, key, source)) = self.found.pop() {
            let outcome = self.delete(ctx, resource, &key, &source)?;
            self.walk.note(outcome);
            return Ok(Next::Again);
        }
        if let Some(target) = self.walk.target() {
            let outcome = self.find(ctx, target)?;
            self.walk.note(outcome);
            return Ok(Next::Again);
        }
        if self.walk.errors.is_empty()
            && self.waits
            && let Some((resource, key, uid)) = self.waiting.first().cloned()
        {
            self.waiting.remove(0);
            let outcome = self.wait(ctx, resource, &key, uid)?;
            if let Err(error) = outcome {
                return Err(error.into());
            }
            return Ok(Next::Again);
        }
        self.walk.end()?;
        if self.count == 0 && !self.only_missing() {
            ctx.say("No resources found");
        }
        Ok(Next::Exit(0))
    }

    /// Whether objects were named and none of them was there, of which nothing is to be said.
    fn only_missing(&self) -> bool {
        let is_selected =
            |target: &Result<Target, Error>| matches!(target, Ok(Target::Selected(_)));
        !self.walk.targets.list.iter().any(is_selected)
    }

    fn find(
        &mut self,
        ctx: &mut Ctx<'_>,
        target: Result<Target, Error>,
    ) -> Flow<Result<(), Error>> {
        match target {
            Err(error) => return Ok(Err(error)),
            Ok(Target::Named(resource, key)) => {
                self.found.push((resource, key, String::new()));
            }
            Ok(Target::File(manifest)) => {
                let (key, source) = (manifest.key.clone(), manifest.source.to_string());
                self.found.push((manifest.resource, key, source));
            }
            Ok(Target::Selected(selection)) => {
                let resource = selection.resource;
                let objects = match self.walk.targets.list(ctx, &selection)? {
                    Ok((objects, _)) => objects,
                    Err(error) => return Ok(Err(error)),
                };
                let keys = objects.iter().rev().map(|object| object.key());
                self.found.extend(keys.map(|key| (resource, key, String::new())));
            }
        }
        Ok(Ok(()))
    }

    fn delete(
        &mut self,
        ctx: &mut Ctx<'_>,
        resource: Resource,
        key: &Key,
        source: &str,
    ) -> Flow<Result<(), Error>> {
        if self.dry_run == DryRun::Client {
            // Whether it is there is asked all the same.
            match ctx.get(resource, key)? {
                Ok(_) => self.report(ctx, resource, key),
                Err(error) if error.is_not_found() && self.ignores_missing => {}
                Err(error) => return Ok(Err(error.when("deleting", source))),
            }
            return Ok(Ok(()));
        }
        let call = Call::Delete { resource, key: key.clone(), options: self.options.clone() };
        match ctx.ask(call, self.dry_run.how())? {
            Ok(answer) => {
                self.report(ctx, resource, key);
                if let Answer::Object(object) = answer {
                    self.waiting.push((resource, key.clone(), object.uid()));
                }
                Ok(Ok(()))
            }
            Err(error) if error.is_not_found() && self.ignores_missing => Ok(Ok(())),
            Err(error) => Ok(Err(error.when("deleting", source))),
        }
    }

    fn report(&mut self, ctx: &mut Ctx<'_>, resource: Resource, key: &Key) {
        self.count += 1;
        if self.names_only {
            ctx.say(output::named(resource, key));
            return;
        }
        let (info, suffix, verb) = (resource.info(), self.dry_run.suffix(), self.verb);
        let (kind, name) = (info.with_group(info.singular), quote(key.name()));
        let from = place(key);
        ctx.say(format!("{kind} {name} {verb}{from}{suffix}"));
    }

    /// Waits until the object is gone. Models IsDeleted.
    fn wait(
        &self,
        ctx: &mut Ctx<'_>,
        resource: Resource,
        key: &Key,
        uid: Uid,
    ) -> Flow<Result<(), Error>> {
        let until = ctx.now() + self.timeout;
        let is_gone = |object: Option<&Object>| object.is_none_or(|object| object.uid() != uid);
        Ok(match until::wait(ctx, resource, key, until, &is_gone)? {
            Ok(true) => Ok(()),
            Ok(false) => {
                let (what, name) = (resource.qualified(), key.name());
                Err(Error::plain(format!("timed out waiting for the condition on {what}/{name}")))
            }
            // Whoever may not look has to believe.
            Err(error) if error.is_forbidden() => Ok(()),
            Err(error) => Err(error),
        })
    }
}
