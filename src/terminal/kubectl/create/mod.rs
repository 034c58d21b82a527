//! `kubectl create`: makes objects, of files or of words on the command line.
//!
//! Models kubectl/pkg/cmd/create/create.go. One file a kind that can be made of words; what they
//! have in common is in [`generator`]. Invariant: nothing that is there already is changed.

pub mod configmap;
mod data;
pub mod deployment;
pub mod disruption_budget;
pub mod generator;
pub mod ingress;
pub mod job;
pub mod namespace;
pub mod priority_class;
pub mod resource_quota;
pub mod role;
pub mod role_binding;
pub mod secret;
pub mod service;
pub mod service_account;
pub mod token;

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::last_applied;
use super::manifests::Manifest;
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::raw::Raw;
use super::resources::{self, Finding, Target};
use super::script::{self, Ctx, Env, Flow, How, Next};
use super::task::{Local, Task};
use super::{help, resources::Targets};
use crate::api::rpc::{Call, FieldValidation, Payload};
use crate::api::{List, Value};
use crate::manifest;

/// The command.
pub const COMMAND: Command = Command {
    path: "create",
    usage: "-f FILENAME",
    about: "Create objects of files",
    flags: &[
        options::FILES,
        options::SELECTOR,
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        options::RECORD,
        output::FLAGS,
        &[
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
            Flag::switch("edit", "Edit before creating; not part of the simulation."),
            Flag::switch("windows-line-endings", "With --edit, end lines as Windows does."),
            Flag::text("raw", "A path to send the file to."),
        ],
    ],
    required: &[],
    start,
};

/// What `create` still has to do.
#[derive(Clone, Debug)]
pub struct Create {
    targets: List<Result<Target, Error>>,
    next: usize,
    count: usize,
    errors: Vec<Error>,
    format: Format,
    dry_run: DryRun,
    validation: FieldValidation,
    saves: bool,
    /// How the errors of one that is made of words begin, where no file is named.
    failure: Option<&'static str>,
    /// What is to be warned of first.
    warnings: Vec<String>,
    /// Whether an object has been printed, so that the next one is set apart from it.
    printed: bool,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if !flags.is_given("filename") && !flags.is_given("kustomize") {
        if !invocation.args.is_empty() {
            return Err(invocation.unexpected());
        }
        let help = help::of(&COMMAND);
        return Ok(Local::refuse("Error: must specify one of -f and -k\n\n".to_owned() + &help));
    }
    if !invocation.args.is_empty() {
        return Err(invocation.unexpected());
    }
    if !flags.text("raw").is_empty() {
        return raw(invocation, env);
    }
    let validation = options::validation(flags)?;
    let finding = Finding { validation: Some(validation), ..Finding::default() };
    let Targets { list, .. } = resources::find(invocation, env, finding)?;
    let create = Create {
        targets: list,
        next: 0,
        count: 0,
        errors: Vec::new(),
        format: Format::of(flags, output::OPERATION_FORMATS)?,
        dry_run: DryRun::of(flags)?,
        validation,
        saves: flags.is_on("save-config"),
        failure: None,
        warnings: Vec::new(),
        printed: false,
    };
    Ok(Task::from(create))
}

/// `--raw`: sends the one file to a path.
fn raw(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let [name] = invocation.flags.list("filename") else {
        return Err(Error::plain("--raw can only use a single local file or stdin"));
    };
    let text = match name.as_str() {
        "-" => env.stdin.clone().unwrap_or_default(),
        name => data::file(env, name)?,
    };
    let (documents, error) = manifest::read(&text);
    match (documents.into_iter().next(), error) {
        (Some(document), None) => Ok(Raw::create(invocation.flags.text("raw"), &document.value)),
        (_, error) => {
            Err(Error::plain(error.map_or_else(String::new, |error| error.message.to_string())))
        }
    }
}

impl Create {
    /// Creates the next object.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        for warning in std::mem::take(&mut self.warnings) {
            ctx.complain(format!("Warning: {warning}"));
        }
        let targets = self.targets.clone();
        let Some(target) = targets.get(self.next) else { return self.finish() };
        self.next += 1;
        let outcome = match target {
            Ok(Target::File(manifest)) => self.create(ctx, manifest)?,
            Ok(_) => Ok(()),
            Err(error) => Err(error.clone()),
        };
        self.errors.extend(outcome.err());
        Ok(Next::Again)
    }

    fn finish(&mut self) -> Flow<Next> {
        if self.count == 0 && self.errors.is_empty() {
            return Err(Error::plain("no objects passed to create").into());
        }
        match Error::all(std::mem::take(&mut self.errors)) {
            Some(error) => Err(error.into()),
            None => Ok(Next::Exit(0)),
        }
    }

    fn create(&mut self, ctx: &mut Ctx<'_>, manifest: &Manifest) -> Flow<Result<(), Error>> {
        self.count += 1;
        // What was applied is noted if it is wished, or has been noted before.
        const NOTE: [&str; 3] = ["metadata", "annotations", last_applied::LAST_APPLIED];
        let value = match self.saves || !manifest.value.at_path(&NOTE).is_null() {
            true => last_applied::annotated(&manifest.value),
            false => manifest.value.clone(),
        };
        if self.dry_run == DryRun::Client {
            return self.report(ctx, manifest, value).map(Ok);
        }
        let call = Call::Create {
            resource: manifest.resource,
            namespace: manifest.key.namespace().into(),
            body: Payload::Text(value),
        };
        let how = How { validation: self.validation, ..self.dry_run.how() };
        match ctx.ask(call, how)?.and_then(|answer| script::value(&answer)) {
            Ok(created) => self.report(ctx, manifest, created).map(Ok),
            Err(error) => Ok(Err(match self.failure {
                Some(failure) => error.because(failure),
                None => error.when("creating", &manifest.source),
            })),
        }
    }

    fn report(&mut self, ctx: &mut Ctx<'_>, manifest: &Manifest, object: Value) -> Flow<()> {
        if self.format.is_human() {
            let key = manifest.key_of(&object);
            let named = output::named(manifest.resource, &key);
            ctx.say(named.with(format!(" created{}", self.dry_run.suffix())));
            return Ok(());
        }
        if std::mem::replace(&mut self.printed, true) && matches!(self.format, Format::Yaml(_)) {
            ctx.print("---\n");
        }
        // What comes from a file has no order but that of its names.
        ctx.print(match manifest.source.is_empty() {
            true => self.format.print_typed(&object)?,
            false => self.format.print(&[object])?,
        });
        Ok(())
    }
}
