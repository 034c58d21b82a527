//! Commands that read objects, change a part of each, and send the change as a patch.
//!
//! Models the shape that kubectl/pkg/cmd/{label,annotate,patch,set,drain} share. What is changed
//! is an [`Edit`]: one file a verb, listed once, here. Invariant: an edit is a function of the
//! object it is given; what does not change is not sent.

use super::error::Error;
use super::last_applied::CHANGE_CAUSE;
use super::options::DryRun;
use super::output::{self, Format};
use super::resources::{Target, Targets};
use super::script::{self, Ctx, Flow, Next};
use super::task::Task;
use super::walk::Walk;
use super::{annotate, cordon, label, patch as patch_verb, set, taint};
use crate::api::rpc::{Call, Part, Patch};
use crate::api::{Key, Resource, Str, Value, decode, patch};

/// What is changed of an object.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Its labels.
    Label(label::Label),
    /// Its annotations.
    Annotate(annotate::Annotate),
    /// Whatever a patch says.
    Patch(patch_verb::PatchWith),
    /// Whether a node takes pods.
    Cordon(cordon::Cordon),
    /// A part of the template of a workload.
    Set(set::Set),
    /// The taints of a node.
    Taint(taint::Taints),
}

/// An object after an edit.
#[derive(Clone, Debug, Default)]
pub struct Edited {
    /// What is to be sent, if anything changes.
    pub patch: Option<Patch>,
    /// What is said to have been done; nothing for silence.
    pub verb: String,
    /// Lines that are printed before that.
    pub lines: Vec<String>,
    /// Lines that are printed of objects of the server only.
    pub notes: Vec<String>,
    /// What the lines are a list of, if they are one.
    pub listed: Option<&'static str>,
}

/// What a command that changes objects still has to do.
#[derive(Clone, Debug)]
pub struct Change {
    walk: Walk,
    count: usize,
    /// Whether the server is left alone: the objects are those of the files.
    is_local: bool,
    /// What is noted as the cause of the change.
    cause: Option<Str>,
    format: Format,
    dry_run: DryRun,
    part: Part,
    edit: Edit,
}

impl Change {
    /// Changes `targets` by `edit`.
    pub fn new(targets: Targets, edit: Edit, format: Format, dry_run: DryRun) -> Self {
        Self {
            walk: Walk::of(targets),
            count: 0,
            is_local: false,
            cause: None,
            format,
            dry_run,
            part: Part::Main,
            edit,
        }
    }

    /// Changes a part of the objects that is changed by itself.
    #[must_use]
    pub fn of_part(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// Changes the objects of files without the server, if so wanted.
    #[must_use]
    pub fn locally(self, is_local: bool) -> Self {
        Self { is_local, ..self }
    }

    /// Notes the cause of the change in an annotation, if there is one to note.
    #[must_use]
    pub fn caused_by(self, cause: Option<Str>) -> Self {
        Self { cause, ..self }
    }

    /// The task.
    pub fn task(self) -> Task {
        Task::from(self)
    }

    /// Finds or changes the next object.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let outcome = match self.is_local {
            true => self.change_file(ctx)?,
            false => self.change_live(ctx)?,
        };
        if let Some(outcome) = outcome {
            self.walk.note(outcome);
            return Ok(Next::Again);
        }
        self.walk.end()?;
        if self.count == 0 {
            ctx.say("No resources found");
        }
        Ok(Next::Exit(0))
    }

    /// Changes what the next file says; `None` if there is none.
    fn change_file(&mut self, ctx: &mut Ctx<'_>) -> Flow<Option<Result<(), Error>>> {
        let manifest = match self.walk.target() {
            Some(Ok(Target::File(manifest))) => manifest,
            Some(Ok(_)) => return Ok(Some(Ok(()))),
            Some(Err(error)) => return Ok(Some(Err(error))),
            None => return Ok(None),
        };
        let before = match &self.edit {
            // These work with Go's types, which write what they hold by value.
            Edit::Set(_) => match decode::decode(manifest.resource, &manifest.value) {
                Ok(decoded) => decoded.value,
                Err(text) => return Ok(Some(Err(Error::plain(text)))),
            },
            _ => manifest.value,
        };
        self.change(ctx, manifest.resource, &manifest.key, before).map(Some)
    }

    /// Changes the next object of the cluster; `None` if there is none.
    fn change_live(&mut self, ctx: &mut Ctx<'_>) -> Flow<Option<Result<(), Error>>> {
        let (resource, key) = match self.walk.object(ctx)? {
            Some(Ok(object)) => object,
            Some(Err(error)) => return Ok(Some(Err(error))),
            None => return Ok(None),
        };
        match ctx.get(resource, &key)? {
            Ok(object) => self.change(ctx, resource, &key, object.to_value()).map(Some),
            Err(error) => {
                self.count += 1;
                Ok(Some(Err(error)))
            }
        }
    }

    /// Whether the server hears nothing of the change.
    fn is_pretended(&self) -> bool {
        self.is_local || self.dry_run == DryRun::Client
    }

    fn change(
        &mut self,
        ctx: &mut Ctx<'_>,
        resource: Resource,
        key: &Key,
        before: Value,
    ) -> Flow<Result<(), Error>> {
        self.count += 1;
        if let Edit::Set(edit) = &mut self.edit
            && !self.is_local
        {
            edit.prepare(ctx, key.namespace())?;
        }
        let edited = match &self.edit {
            Edit::Label(edit) => edit.edit(&before),
            Edit::Annotate(edit) => edit.edit(&before),
            Edit::Patch(edit) => edit.edit(),
            Edit::Cordon(edit) => edit.edit(&before),
            Edit::Set(edit) => edit.edit(resource, &before),
            Edit::Taint(edit) => edit.edit(&before),
        };
        let mut edited = match edited {
            Ok(edited) => edited,
            Err(error) => return Ok(Err(error)),
        };
        if edited.listed.is_some() {
            self.list(ctx, &before, &edited);
            return Ok(Ok(()));
        }
        let patch = edited.patch.take().map(|patch| self.recorded(patch));
        let after = match patch {
            // Only what changes is shown.
            None if matches!(self.edit, Edit::Set(_)) => {
                edited.lines.iter().for_each(|line| ctx.say(line.as_str()));
                return Ok(Ok(()));
            }
            None => before.clone(),
            Some(change) if self.is_pretended() => match applied(resource, &before, &change) {
                Ok(after) => after,
                Err(error) => return Ok(Err(error)),
            },
            Some(change) => {
                let (part, patch) = (self.part, change);
                let call = Call::Patch { resource, key: key.clone(), part, patch };
                let answer = ctx.ask(call, self.dry_run.how())?;
                match answer.and_then(|answer| script::value(&answer)) {
                    Ok(after) => after,
                    Err(error) => return Ok(Err(error)),
                }
            }
        };
        let notes = edited.notes.iter().filter(|_| !self.is_pretended());
        notes.chain(&edited.lines).for_each(|line| ctx.say(line.as_str()));
        self.report(ctx, (resource, key), (&before, after), edited)
    }

    /// A change together with its cause.
    fn recorded(&self, mut change: Patch) -> Patch {
        if let (Some(cause), Patch::Merge(value) | Patch::Strategic(value)) =
            (&self.cause, &mut change)
        {
            let path = ["metadata", "annotations", CHANGE_CAUSE];
            *value.entry_path(&path) = cause.clone().into();
        }
        change
    }

    /// Shows what a list was asked for, with a heading where there may be several.
    fn list(&self, ctx: &mut Ctx<'_>, object: &Value, edited: &Edited) {
        let indent = if self.walk.targets.single { "" } else { " " };
        if let Some(what) = edited.listed.filter(|_| !self.walk.targets.single) {
            let (kind, version) = (object.at("kind").text(), object.at("apiVersion").text());
            let group = version.split_once('/').map_or("", |(group, _)| group);
            let name = object.at_path(&["metadata", "name"]).text();
            ctx.say(format!("Listing {what} for {kind}.{group}/{name}:"));
        }
        edited.lines.iter().for_each(|line| ctx.say(format!("{indent}{line}")));
    }

    fn report(
        &self,
        ctx: &mut Ctx<'_>,
        (resource, key): (Resource, &Key),
        (before, after): (&Value, Value),
        mut edited: Edited,
    ) -> Flow<Result<(), Error>> {
        if !self.format.is_human() {
            ctx.print(self.format.print(&[after])?);
            return Ok(Ok(()));
        }
        if matches!(self.edit, Edit::Patch(_)) && after == *before {
            edited.verb += " (no change)";
        }
        if !edited.verb.is_empty() {
            let (verb, suffix) = (&edited.verb, self.dry_run.suffix());
            ctx.say(output::named(resource, key).with(format!(" {verb}{suffix}")));
        }
        Ok(Ok(()))
    }
}

/// The object as the server would have it, as far as a client can tell.
fn applied(resource: Resource, before: &Value, change: &Patch) -> Result<Value, Error> {
    let applied = match change {
        Patch::Merge(change) => Ok(patch::apply_merge(before, change)),
        Patch::Strategic(change) => patch::apply_strategic(resource, before, change),
        Patch::Json(change) => patch::apply_json(before, change),
        Patch::Status(_) | Patch::Metadata { .. } | Patch::Apply(..) => Ok(before.clone()),
    };
    // The library of the client says it in small letters.
    applied.map_err(|error| Error::plain(error.to_string().replace("Unable to", "unable to")))
}
