//! Commands that read objects, change a part of each, and send the change as a patch.
//!
//! Models the shape that kubectl/pkg/cmd/{label,annotate,patch,set,drain} share. What is changed
//! is an [`Edit`]: one file a verb, listed once, here. Invariant: an edit is a function of the
//! object it is given; what does not change is not sent.

use super::error::Error;
use super::options::DryRun;
use super::output::{self, Format};
use super::resources::Targets;
use super::script::{self, Ctx, Flow, Next};
use super::task::Task;
use super::{annotate, cordon, label, patch as patch_verb, set, taint};
use crate::api::rpc::{Call, Part, Patch};
use crate::api::{Key, Resource, Value, patch};

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
}

/// What a command that changes objects still has to do.
#[derive(Clone, Debug)]
pub struct Change {
    targets: Targets,
    next: usize,
    found: Vec<(Resource, Key)>,
    count: usize,
    errors: Vec<Error>,
    format: Format,
    dry_run: DryRun,
    part: Part,
    edit: Edit,
}

impl Change {
    /// Changes `targets` by `edit`.
    pub fn new(targets: Targets, edit: Edit, format: Format, dry_run: DryRun) -> Self {
        Self {
            targets,
            next: 0,
            found: Vec::new(),
            count: 0,
            errors: Vec::new(),
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

    /// The task.
    pub fn task(self) -> Task {
        Task::from(self)
    }

    /// Finds or changes the next object.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if let Some((resource, key)) = self.found.pop() {
            let outcome = self.change(ctx, resource, &key)?;
            self.errors.extend(outcome.err());
            return Ok(Next::Again);
        }
        let targets = self.targets.list.clone();
        if let Some(target) = targets.get(self.next) {
            self.next += 1;
            match target {
                Ok(target) => match self.targets.keys(ctx, target)? {
                    Ok(keys) => self.found = keys,
                    Err(error) => self.errors.push(error),
                },
                Err(error) => self.errors.push(error.clone()),
            }
            return Ok(Next::Again);
        }
        match Error::all(std::mem::take(&mut self.errors)) {
            Some(error) => Err(error.into()),
            None => {
                if self.count == 0 {
                    ctx.say("No resources found");
                }
                Ok(Next::Exit(0))
            }
        }
    }

    fn change(
        &mut self,
        ctx: &mut Ctx<'_>,
        resource: Resource,
        key: &Key,
    ) -> Flow<Result<(), Error>> {
        self.count += 1;
        let before = match ctx.get(resource, key)? {
            Ok(object) => object.to_value(),
            Err(error) => return Ok(Err(error)),
        };
        if let Edit::Set(edit) = &mut self.edit {
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
        let after = match edited.patch.take() {
            None => before.clone(),
            Some(change) if self.dry_run == DryRun::Client => applied(resource, &before, &change),
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
        edited.lines.iter().for_each(|line| ctx.say(line.as_str()));
        if !self.format.is_human() {
            ctx.print(self.format.print(&[after])?);
            return Ok(Ok(()));
        }
        if matches!(self.edit, Edit::Patch(_)) && after == before {
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
fn applied(resource: Resource, before: &Value, change: &Patch) -> Value {
    let applied = match change {
        Patch::Merge(change) => Ok(patch::apply_merge(before, change)),
        Patch::Strategic(change) => patch::apply_strategic(resource, before, change),
        Patch::Json(change) => patch::apply_json(before, change),
        Patch::Status(_) | Patch::Metadata { .. } | Patch::Apply(..) => Ok(before.clone()),
    };
    applied.unwrap_or_else(|_| before.clone())
}
