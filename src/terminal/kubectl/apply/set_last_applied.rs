//! `kubectl apply set-last-applied`: says what was applied last, without applying it.
//!
//! Models kubectl/pkg/cmd/apply/apply_set_last_applied.go. Invariant: nothing is changed unless
//! every file has been found good.

use crate::api::Value;
use crate::api::rpc::{Call, Part, Patch};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::last_applied::{self, LAST_APPLIED};
use crate::terminal::kubectl::manifests::Manifest;
use crate::terminal::kubectl::options::{self, DryRun};
use crate::terminal::kubectl::output::{self, Format};
use crate::terminal::kubectl::resources::{self, Finding, Target};
use crate::terminal::kubectl::script::{self, Ctx, Env, Flow, Next};
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::walk::Walk;

/// The command.
pub const COMMAND: Command = Command {
    path: "apply set-last-applied",
    usage: "-f FILENAME",
    about: "Set what was applied last to objects to what files say",
    flags: &[
        &[options::FILES[0]],
        options::DRY_RUN,
        output::FLAGS,
        &[Flag::switch("create-annotation", "Add the annotation where there is none.")],
    ],
    required: &[],
    start,
};

/// What the command still has to do.
#[derive(Clone, Debug)]
pub struct SetLastApplied {
    walk: Walk,
    creates: bool,
    dry_run: DryRun,
    format: Format,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    Ok(Task::from(SetLastApplied {
        walk: Walk::of(resources::find(invocation, env, Finding::default())?),
        creates: flags.is_on("create-annotation"),
        dry_run: DryRun::of(flags)?,
        format: Format::of(flags, output::OPERATION_FORMATS)?,
    }))
}

impl SetLastApplied {
    /// Looks at all objects, then changes those that have to be.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let mut changes: Vec<(Manifest, Value)> = Vec::new();
        while let Some(target) = self.walk.target() {
            let Target::File(manifest) = target? else { continue };
            let current = ctx.get(manifest.resource, &manifest.key)??;
            let name = manifest.key.name();
            let last = current.meta().annotation(LAST_APPLIED);
            if last.is_none() && !self.creates {
                let text = format!(
                    "no last-applied-configuration annotation found on resource: {name}, to \
                     create the annotation, run the command with --create-annotation"
                );
                return Err(Error::plain(text).into());
            }
            let annotated = last_applied::annotated(&manifest.value);
            let wanted = annotated.at_path(&["metadata", "annotations", LAST_APPLIED]).clone();
            if last.is_some_and(|last| last.trim_end() == wanted.text().trim_end()) {
                ctx.say(format!("set-last-applied {name}: no changes required."));
            } else {
                changes.push((manifest, wanted));
            }
        }
        for (manifest, wanted) in &changes {
            self.change(ctx, manifest, wanted)?;
        }
        Ok(Next::Exit(0))
    }

    fn change(&self, ctx: &mut Ctx<'_>, manifest: &Manifest, wanted: &Value) -> Flow<()> {
        let mut change = Value::default();
        *change.entry_path(&["metadata", "annotations", LAST_APPLIED]) = wanted.clone();
        let (resource, key) = (manifest.resource, manifest.key.clone());
        let object = if self.dry_run == DryRun::Client {
            manifest.value.clone()
        } else {
            let patch = Patch::Merge(change);
            let call = Call::Patch { resource, key: key.clone(), part: Part::Main, patch };
            let answer = ctx.ask(call, self.dry_run.how())?;
            answer.and_then(|answer| script::value(&answer))?
        };
        if self.format.is_human() {
            let named = output::named(resource, &key);
            ctx.say(named.with(format!(" configured{}", self.dry_run.suffix())));
        } else {
            ctx.print(self.format.print(&[object])?);
        }
        Ok(())
    }
}
