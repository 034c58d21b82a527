//! `kubectl replace -f FILE`: puts objects in place of those that are there.
//!
//! Models kubectl/pkg/cmd/replace/replace.go. Invariant: what is not there is not created.

use super::command::{Command, Invocation};
use super::delete;
use super::error::Error;
use super::flags::{Flag, Kind};
use super::last_applied;
use super::manifests::Manifest;
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::resources::{self, Finding, Target};
use super::script::{self, Ctx, Env, Flow, How, Next};
use super::task::Task;
use super::until;
use super::walk::Walk;
use crate::api::rpc::{Call, DeleteOptions, FieldValidation, Part, Payload};
use crate::api::{Value, quote};
use crate::sim::Duration;

/// The command.
pub const COMMAND: Command = Command {
    path: "replace",
    usage: "-f FILENAME",
    about: "Replace objects by what files say",
    flags: &[
        options::FILES,
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-replace")],
        output::FLAGS,
        &[
            Flag::text("cascade", "What becomes of what belongs to deleted objects.")
                .kind(Kind::Optional("background"))
                .default("background"),
            Flag::switch("force", "Delete it and create it again."),
            Flag::int("grace-period", "-1", "How many seconds deleted objects have to end."),
            Flag::text("raw", "A path to send the file to."),
            Flag::text("subresource", "A part of the object: status or scale."),
            Flag::text("timeout", "How long to wait for a deletion.")
                .kind(Kind::Duration)
                .default("0s"),
            Flag::switch("wait", "Wait for the deletion."),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
        ],
    ],
    required: &[],
    start,
};

/// What `replace` still has to do.
#[derive(Clone, Debug)]
pub struct Replace {
    walk: Walk,
    format: Format,
    dry_run: DryRun,
    validation: FieldValidation,
    saves: bool,
    /// How objects are deleted first, if they are.
    forced: Option<DeleteOptions>,
    timeout: Duration,
}

/// How long a deletion is waited for when nothing is said of it.
const DELETION_MAX: Duration = Duration::from_secs(300);

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if !flags.is_given("filename") {
        return Err(Error::plain("must specify one of -f and -k"));
    }
    let forces = flags.is_on("force");
    let mut complaints = Vec::new();
    let propagation = delete::cascade(flags.text("cascade"), &mut complaints)?;
    let (grace, timeout) = (flags.int("grace-period"), flags.duration("timeout"));
    let forbidden = [
        (
            !flags.text("raw").is_empty() && flags.list("filename").len() != 1,
            "--raw can only use a single local file or stdin",
        ),
        (grace >= 0 && !forces, "--grace-period must have --force specified"),
        (!timeout.is_zero() && !forces, "--timeout must have --force specified"),
        (
            forces && DryRun::of(flags)? != DryRun::None,
            "--dry-run can not be used when --force is set",
        ),
    ];
    if let Some((_, why)) = forbidden.iter().find(|(is_so, _)| *is_so) {
        return Err(Error::plain(*why));
    }
    let validation = options::validation(flags)?;
    let finding = Finding { validation: Some(validation), ..Finding::default() };
    Ok(Task::from(Replace {
        walk: Walk::of(resources::find(invocation, env, finding)?),
        format: Format::of(flags, output::OPERATION_FORMATS)?,
        dry_run: DryRun::of(flags)?,
        validation,
        saves: flags.is_on("save-config"),
        forced: forces.then(|| DeleteOptions {
            propagation: Some(propagation),
            grace_period_seconds: (grace >= 0).then_some(grace),
            ..DeleteOptions::default()
        }),
        timeout: if timeout.is_zero() { DELETION_MAX } else { timeout },
    }))
}

impl Replace {
    /// Replaces the next object.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let Some(target) = self.walk.target() else {
            self.walk.end()?;
            return Ok(Next::Exit(0));
        };
        let outcome = match target {
            Ok(Target::File(manifest)) => self.replace(ctx, &manifest)?,
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        self.walk.note(outcome);
        Ok(Next::Again)
    }

    fn replace(&self, ctx: &mut Ctx<'_>, manifest: &Manifest) -> Flow<Result<(), Error>> {
        let mut value = match self.saves {
            true => last_applied::annotated(&manifest.value),
            false => manifest.value.clone(),
        };
        let (resource, key) = (manifest.resource, manifest.key.clone());
        if let Some(options) = &self.forced {
            return self.recreate(ctx, manifest, options, value);
        }
        if self.dry_run != DryRun::Client {
            let current = match ctx.get(resource, &key)? {
                Ok(current) => current,
                Err(error) => return Ok(Err(error.when("replacing", &manifest.source))),
            };
            // Without a version in the file, whatever is there is replaced.
            let version = value.entry_path(&["metadata", "resourceVersion"]);
            if version.is_null() {
                *version = current.revision.to_string().into();
            }
            let body = Payload::Text(value);
            let call = Call::Update { resource, key: key.clone(), part: Part::Main, body };
            let how = How { validation: self.validation, ..self.dry_run.how() };
            value = match ctx.ask(call, how)?.and_then(|answer| script::value(&answer)) {
                Ok(replaced) => replaced,
                Err(error) => return Ok(Err(error.when("replacing", &manifest.source))),
            };
        }
        self.report(ctx, manifest, value)?;
        Ok(Ok(()))
    }

    /// Deletes the object, waits until it is gone, and creates it. Models forceReplace.
    fn recreate(
        &self,
        ctx: &mut Ctx<'_>,
        manifest: &Manifest,
        options: &DeleteOptions,
        value: Value,
    ) -> Flow<Result<(), Error>> {
        let (resource, key) = (manifest.resource, manifest.key.clone());
        let call = Call::Delete { resource, key: key.clone(), options: options.clone() };
        match ctx.ask(call, How::default())? {
            Ok(_) => {
                let (info, from) = (resource.info(), delete::place(&key));
                let (kind, name) = (info.with_group(info.singular), quote(key.name()));
                ctx.say(format!("{kind} {name} deleted{from}"));
                let until = ctx.now() + self.timeout;
                if let Err(error) = until::wait(ctx, resource, &key, until, &|it| it.is_none())? {
                    return Ok(Err(error));
                }
            }
            Err(error) if error.is_not_found() => {}
            Err(error) => return Ok(Err(error.when("deleting", &manifest.source))),
        }
        let body = Payload::Text(value);
        let call = Call::Create { resource, namespace: key.namespace().into(), body };
        let how = How { validation: self.validation, ..How::default() };
        match ctx.ask(call, how)?.and_then(|answer| script::value(&answer)) {
            Ok(created) => self.report(ctx, manifest, created).map(Ok),
            Err(error) => Ok(Err(error.when("replacing", &manifest.source))),
        }
    }

    fn report(&self, ctx: &mut Ctx<'_>, manifest: &Manifest, object: Value) -> Flow<()> {
        if self.format.is_human() {
            let named = output::named(manifest.resource, &manifest.key);
            ctx.say(named.with(format!(" replaced{}", self.dry_run.suffix())));
            return Ok(());
        }
        ctx.print(self.format.print(&[object])?);
        Ok(())
    }
}
