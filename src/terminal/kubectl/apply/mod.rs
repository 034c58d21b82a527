//! `kubectl apply -f FILE`: makes objects what files say, and keeps what others have set.
//!
//! Models kubectl/pkg/cmd/apply/{apply,patcher}.go: each object is read, and a patch made of what
//! was applied last, what the file says and what is there. Invariant: an object whose patch is
//! empty is not written.

mod prune;
mod server_side;
pub mod set_last_applied;
pub mod view_last_applied;

use crate::api::rpc::{Call, DeleteOptions, FieldValidation, Part, Patch, Payload};
use crate::api::{List, Resource, Str, Value, patch};
use crate::manifest;
use crate::sim::Duration;
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::delete;
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Flags, Kind};
use crate::terminal::kubectl::last_applied::{self, LAST_APPLIED};
use crate::terminal::kubectl::manifests::Manifest;
use crate::terminal::kubectl::options::{self, DryRun};
use crate::terminal::kubectl::output::{self, Format};
use crate::terminal::kubectl::resources::{self, Finding, Target, Targets};
use crate::terminal::kubectl::script::{self, Ctx, Env, Flow, How, Next};
use crate::terminal::kubectl::task::Task;

/// The command.
pub const COMMAND: Command = Command {
    path: "apply",
    usage: "(-f FILENAME | -k DIRECTORY)",
    about: "Make objects what files say, creating those that are missing",
    flags: &[
        options::FILES,
        options::SELECTOR,
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-client-side-apply")],
        options::RECORD,
        output::FLAGS,
        &[
            Flag::switch("overwrite", "Overwrite what others have changed.").default("true"),
            Flag::switch("force", "Delete and create again what cannot be changed."),
            Flag::switch("server-side", "Let the server merge, which knows who manages what."),
            Flag::switch("force-conflicts", "With --server-side, take fields over."),
            Flag::switch("prune", "Delete what was applied once and is in no file any longer."),
            Flag::switch("all", "With --prune, all that was applied."),
            Flag::text("prune-allowlist", "With --prune, a kind as group/version/kind.")
                .kind(Kind::Repeated),
            Flag::switch("openapi-patch", "Use the server's schema.").default("true"),
            Flag::switch("wait", "Wait for what is deleted."),
            Flag::text("cascade", "What becomes of what belongs to deleted objects.")
                .kind(Kind::Optional("background"))
                .default("background"),
            Flag::int("grace-period", "-1", "How many seconds deleted objects have to end."),
            Flag::text("subresource", "With --server-side, the part that is meant."),
            Flag::text("timeout", "How long to wait for a deletion.")
                .kind(Kind::Duration)
                .default("0s"),
        ],
    ],
    required: &[],
    start,
};

/// How often an object that someone changes meanwhile is patched anew, and how long to wait from
/// the second time on. Models maxPatchRetry and backOffPeriod.
const PATCH_MAX: u32 = 5;
const BACK_OFF: Duration = Duration::from_secs(1);

/// What `apply` still has to do.
#[derive(Clone, Debug)]
pub struct Apply {
    targets: List<Result<Target, Error>>,
    next: usize,
    /// What there is now of those that are done, if it is to be printed as a whole.
    applied: Vec<Value>,
    count: usize,
    errors: Vec<Error>,
    format: Format,
    dry_run: DryRun,
    validation: FieldValidation,
    overwrite: bool,
    force: bool,
    /// Whether the server merges, and whether it takes fields over.
    server_side: Option<bool>,
    /// What becomes of objects that are in no file any longer.
    prune: Option<prune::Prune>,
    /// What is to be warned of first.
    complaints: Vec<String>,
    /// How objects are deleted.
    deletion: DeleteOptions,
    /// The objects that have been applied, which are not pruned.
    uids: Vec<Str>,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if !invocation.args.is_empty() {
        return Err(invocation.unexpected());
    }
    if !flags.is_given("filename") && !flags.is_given("kustomize") {
        return Err(Error::plain("must specify one of -f and -k"));
    }
    let dry_run = DryRun::of(flags)?;
    let mut complaints = Vec::new();
    let (cascade, grace) = (flags.text("cascade"), flags.int("grace-period"));
    let propagation = delete::cascade(cascade, &mut complaints)?;
    let forbidden = [
        (
            flags.is_on("force") && dry_run == DryRun::Server,
            "--dry-run=server cannot be used with --force",
        ),
        (
            !flags.text("subresource").is_empty() && !flags.is_on("server-side"),
            "--subresource can only be specified for --server-side",
        ),
        (
            flags.is_on("all") && !flags.text("selector").is_empty(),
            "cannot set --all and --selector at the same time",
        ),
    ];
    if let Some((_, why)) = forbidden.iter().find(|(is_so, _)| *is_so) {
        return Err(Error::plain(*why));
    }
    let server_side = server_side(flags, dry_run)?;
    let prune = if flags.is_on("prune") { Some(prune::Prune::of(flags)?) } else { None };
    let validation = options::validation(flags)?;
    let finding = Finding { validation: Some(validation), ..Finding::default() };
    let Targets { list, .. } = resources::find(invocation, env, finding)?;
    let cause = invocation.cause();
    let recorded = |target: &Result<Target, Error>| match (target, &cause) {
        (Ok(Target::File(manifest)), Some(cause)) => {
            let mut manifest = manifest.clone();
            let path = ["metadata", "annotations", last_applied::CHANGE_CAUSE];
            *manifest.value.entry_path(&path) = cause.clone().into();
            Ok(Target::File(manifest))
        }
        (target, _) => target.clone(),
    };
    let apply = Apply {
        targets: list.iter().map(recorded).collect(),
        next: 0,
        applied: Vec::new(),
        count: 0,
        errors: Vec::new(),
        format: Format::of(flags, output::OPERATION_FORMATS)?,
        dry_run,
        validation,
        overwrite: flags.is_on("overwrite"),
        force: flags.is_on("force"),
        server_side,
        prune,
        deletion: DeleteOptions {
            propagation: Some(propagation),
            grace_period_seconds: (grace >= 0).then_some(grace),
            ..DeleteOptions::default()
        },
        complaints,
        uids: Vec::new(),
    };
    Ok(Task::from(apply))
}

/// Whether the server merges, and whether it takes over fields of others.
fn server_side(flags: &Flags, dry_run: DryRun) -> Result<Option<bool>, Error> {
    let (on, forced) = (flags.is_on("server-side"), flags.is_on("force-conflicts"));
    let why = match (on, forced) {
        (false, true) => "--force-conflicts only works with --server-side",
        (true, _) if flags.is_on("force") => "--force cannot be used with --server-side",
        (true, _) if dry_run == DryRun::Client => {
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server \
             instead?)"
        }
        _ => return Ok(on.then_some(forced)),
    };
    Err(Error::plain(why))
}

impl Apply {
    /// Applies the next object.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        for complaint in std::mem::take(&mut self.complaints) {
            ctx.complain(complaint);
        }
        let targets = self.targets.clone();
        let Some(target) = targets.get(self.next) else { return self.finish(ctx) };
        self.next += 1;
        let outcome = match target {
            Ok(Target::File(manifest)) if let Some(forced) = self.server_side => {
                self.apply_on_server(ctx, manifest, forced)?
            }
            Ok(Target::File(manifest)) => self.apply(ctx, manifest)?,
            Ok(_) => Ok(()),
            Err(error) => Err(error.clone()),
        };
        self.errors.extend(outcome.err());
        Ok(Next::Again)
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        match &self.applied[..] {
            [] if self.count == 0 && self.errors.is_empty() => {
                return Err(Error::plain("no objects passed to apply").into());
            }
            [] => {}
            [one] => ctx.print(self.format.print(std::slice::from_ref(one))?),
            many => ctx.print(self.format.print(&[output::list(many.iter().cloned())])?),
        }
        if let Some(prune) = self.prune.take().filter(|_| self.errors.is_empty()) {
            prune.run(ctx, &self.uids, self.dry_run, &self.deletion)?;
        }
        match Error::all(std::mem::take(&mut self.errors)) {
            Some(error) => Err(error.into()),
            None => Ok(Next::Exit(0)),
        }
    }

    fn apply(&mut self, ctx: &mut Ctx<'_>, manifest: &Manifest) -> Flow<Result<(), Error>> {
        let wanted = last_applied::annotated(&manifest.value);
        let current = if manifest.key.name().is_empty() {
            let base = manifest.value.at_path(&["metadata", "generateName"]).text();
            if !base.is_empty() {
                let text = format!("from {base}: cannot use generate name with apply");
                return Ok(Err(Error::plain(text)));
            }
            let text = "resource name may not be empty";
            return Ok(Err(Error::plain(text).when("retrieving", &manifest.source)));
        } else {
            ctx.get(manifest.resource, &manifest.key)?
        };
        match current {
            Ok(current) => self.change(ctx, manifest, &wanted, current.to_value()),
            Err(error) if error.is_not_found() => self.create(ctx, manifest, wanted),
            Err(error) => {
                let what = manifest.describe();
                let what =
                    format!("retrieving current configuration of:\n{what}\nfrom server for:");
                Ok(Err(error.when(&what, &manifest.source)))
            }
        }
    }

    fn how(&self) -> How {
        How { validation: self.validation, ..self.dry_run.how() }
    }

    fn create(
        &mut self,
        ctx: &mut Ctx<'_>,
        manifest: &Manifest,
        wanted: Value,
    ) -> Flow<Result<(), Error>> {
        if self.dry_run == DryRun::Client {
            self.report(ctx, manifest, "created", wanted)?;
            return Ok(Ok(()));
        }
        let call = Call::Create {
            resource: manifest.resource,
            namespace: manifest.key.namespace().into(),
            body: Payload::Text(wanted),
        };
        match ctx.ask(call, self.how())?.and_then(|answer| script::value(&answer)) {
            Ok(created) => self.report(ctx, manifest, "created", created).map(Ok),
            Err(error) => Ok(Err(error.when("creating", &manifest.source))),
        }
    }

    /// Patches what is there, again if someone changes it meanwhile.
    fn change(
        &mut self,
        ctx: &mut Ctx<'_>,
        manifest: &Manifest,
        wanted: &Value,
        mut current: Value,
    ) -> Flow<Result<(), Error>> {
        if current.at_path(&["metadata", "annotations", LAST_APPLIED]).is_null() {
            self.warn(ctx, manifest);
        }
        for attempt in 1.. {
            let change = match three_way(manifest, wanted, &current, self.overwrite) {
                Ok(change) => change,
                Err(error) => {
                    let what = manifest.describe();
                    let what = format!("creating patch with:\n{what}\nfor:");
                    return Ok(Err(Error::plain(error).when(&what, &manifest.source)));
                }
            };
            if change.as_map().is_none_or(|fields| fields.is_empty()) {
                return self.report(ctx, manifest, "unchanged", current).map(Ok);
            }
            if self.dry_run == DryRun::Client {
                let changed = match manifest.resource.is_custom() {
                    true => patch::apply_merge(&current, &change),
                    false => patch::apply_strategic(manifest.resource, &current, &change)
                        .unwrap_or(current),
                };
                return self.report(ctx, manifest, "configured", changed).map(Ok);
            }
            let call = Call::Patch {
                resource: manifest.resource,
                key: manifest.key.clone(),
                part: Part::Main,
                patch: patch_of(manifest.resource, change.clone()),
            };
            match ctx.ask(call, self.how())?.and_then(|answer| script::value(&answer)) {
                Ok(changed) => return self.report(ctx, manifest, "configured", changed).map(Ok),
                Err(error) if error.is_conflict() && attempt < PATCH_MAX => {
                    if attempt > 1 {
                        ctx.pause(BACK_OFF)?;
                    }
                    current = match ctx.get(manifest.resource, &manifest.key)? {
                        Ok(object) => object.to_value(),
                        Err(error) => return Ok(Err(error)),
                    };
                }
                Err(error) if self.force && (error.is_conflict() || error.is_invalid()) => {
                    return self.replace(ctx, manifest, wanted);
                }
                Err(error) => {
                    let (json, what) = (change.to_json(), manifest.describe());
                    let what = format!("applying patch:\n{json}\nto:\n{what}\nfor:");
                    return Ok(Err(error.when(&what, &manifest.source)));
                }
            }
        }
        unreachable!("the last attempt returns")
    }

    /// `--force`: deletes the object, waits until it is gone, and creates it again.
    fn replace(
        &mut self,
        ctx: &mut Ctx<'_>,
        manifest: &Manifest,
        wanted: &Value,
    ) -> Flow<Result<(), Error>> {
        let (resource, key) = (manifest.resource, manifest.key.clone());
        let options = self.deletion.clone();
        let call = Call::Delete { resource, key: key.clone(), options };
        if let Err(error) = ctx.ask(call, self.how())? {
            return Ok(Err(error));
        }
        while self.dry_run == DryRun::None && ctx.get(resource, &key)?.is_ok() {
            ctx.pause(BACK_OFF)?;
        }
        self.create(ctx, manifest, wanted.clone())
    }

    fn warn(&self, ctx: &mut Ctx<'_>, manifest: &Manifest) {
        let (info, name) = (manifest.resource.info(), manifest.key.name());
        let plural = info.plural;
        ctx.complain(format!(
            "Warning: resource {plural}/{name} is missing the {LAST_APPLIED} annotation which is \
             required by kubectl apply. kubectl apply should only be used on resources created \
             declaratively by either kubectl create --save-config or kubectl apply. The missing \
             annotation will be patched automatically."
        ));
    }

    /// Says what was done, or keeps what there is now for the end.
    fn report(
        &mut self,
        ctx: &mut Ctx<'_>,
        manifest: &Manifest,
        what: &str,
        object: Value,
    ) -> Flow<()> {
        self.count += 1;
        self.uids.push(object.at_path(&["metadata", "uid"]).text().into());
        if self.format.is_human() {
            let named = output::named(manifest.resource, &manifest.key);
            ctx.say(named.with(format!(" {what}{}", self.dry_run.suffix())));
        } else if self.format == Format::Name {
            ctx.say(output::named(manifest.resource, &manifest.key));
        } else {
            self.applied.push(object);
        }
        Ok(())
    }
}

/// A change in the form that the server takes: it knows no keys of lists of custom resources.
pub fn patch_of(resource: Resource, change: Value) -> Patch {
    if resource.is_custom() { Patch::Merge(change) } else { Patch::Strategic(change) }
}

/// The patch that makes of `current` what the file says. Models Patcher buildStrategicMerge and
/// buildMergePatch.
pub fn three_way(
    manifest: &Manifest,
    wanted: &Value,
    current: &Value,
    overwrite: bool,
) -> Result<Value, String> {
    let last = current.at_path(&["metadata", "annotations", LAST_APPLIED]);
    let original = match last.as_str() {
        Some(text) => manifest::parse_json(text).map_err(|error| error.to_string())?,
        None => Value::map::<&str, 0>([]),
    };
    if manifest.resource.is_custom() {
        return Ok(patch::three_way_merge(&original, wanted, current));
    }
    patch::three_way(manifest.resource, &original, wanted, current, overwrite)
        .map_err(|error| error.to_string())
}
