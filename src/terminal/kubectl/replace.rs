//! `kubectl replace -f FILE`: puts objects in place of those that are there.
//!
//! Models kubectl/pkg/cmd/replace/replace.go. Invariant: what is not there is not created.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::last_applied;
use super::manifests::Manifest;
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::resources::{self, Finding, Target};
use super::script::{self, Ctx, Env, Flow, How, Next};
use super::task::Task;
use super::walk::Walk;
use crate::api::Value;
use crate::api::rpc::{Call, FieldValidation, Part, Payload};

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
            Flag::switch("force", "Delete and create again; not part of the simulation."),
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
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if !flags.is_given("filename") {
        return Err(invocation.usage("Must specify --filename to replace"));
    }
    if flags.is_on("force") {
        return Err(Error::plain("--force is not part of this simulation"));
    }
    let validation = options::validation(flags)?;
    let finding = Finding { validation: Some(validation), ..Finding::default() };
    Ok(Task::from(Replace {
        walk: Walk::of(resources::find(invocation, env, finding)?),
        format: Format::of(flags, output::OPERATION_FORMATS)?,
        dry_run: DryRun::of(flags)?,
        validation,
        saves: flags.is_on("save-config"),
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
