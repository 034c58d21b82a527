//! `kubectl rollout undo`: goes back to the template of an earlier revision.
//!
//! Models kubectl/pkg/cmd/rollout/rollout_undo.go and polymorphichelpers/rollback.go.

use super::{history, walk};
use crate::api::rpc::{Call, Part, Patch};
use crate::api::{Key, Object, Resource, Value, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::last_applied;
use crate::terminal::kubectl::options::{self, DryRun};
use crate::terminal::kubectl::output;
use crate::terminal::kubectl::revisions;
use crate::terminal::kubectl::script::{Ctx, Env, Flow, Next};
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::walk::Walk;

/// The command.
pub const COMMAND: Command = Command {
    path: "rollout undo",
    usage: "(TYPE NAME | TYPE/NAME) [flags]",
    about: "Go back to an earlier revision of a workload",
    flags: &[
        options::FILES,
        options::SELECTOR,
        options::DRY_RUN,
        output::FLAGS,
        &[Flag::int("to-revision", "0", "Which revision; 0 for the one before this.")],
    ],
    required: &[],
    start,
};

/// What `rollout undo` still has to do.
#[derive(Clone, Debug)]
pub struct Undo {
    walk: Walk,
    revision: i64,
    dry_run: DryRun,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let revision = invocation.flags.int("to-revision");
    let dry_run = DryRun::of(&invocation.flags)?;
    Ok(Task::from(Undo { walk: walk(invocation, env)?, revision, dry_run }))
}

impl Undo {
    /// Rolls the next target back.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let Some(object) = self.walk.object(ctx)? else { return Ok(Next::Exit(0)) };
        let (resource, key) = object?;
        self.undo(ctx, resource, &key)?;
        Ok(Next::Again)
    }

    fn undo(&self, ctx: &mut Ctx<'_>, resource: Resource, key: &Key) -> Flow<()> {
        let object = ctx.get(resource, key)??;
        if !revisions::are_kept(resource) {
            let kind = quote(resource.info().kind);
            let text = format!("no rollbacker has been implemented for {kind}");
            return Err(Error::plain(text).into());
        }
        if object.meta().annotation(last_applied::LAST_APPLIED).is_some() {
            ctx.warn(&format!(
                "resource {}/{} was previously managed with 'kubectl apply'. Rolling back will not \
                 update the {} annotation, which may cause unexpected behavior on future 'kubectl \
                 apply' operations. Consider using 'kubectl apply' with your previous configuration \
                 file instead.",
                resource.info().plural,
                key.name(),
                last_applied::LAST_APPLIED,
            ));
        }
        let sets = revisions::of(ctx, &object)??;
        let set = self.wanted(&object, &sets)?;
        let named = output::named(resource, key);
        if self.dry_run == DryRun::Client {
            ctx.print(named.with(" ").with(history::template_of(set, false)));
            ctx.say(self.dry_run.suffix());
            return Ok(());
        }
        if object.to_value().at_path(&["spec", "paused"]).as_bool() == Some(true) {
            let name = quote(key.name());
            return Err(Error::plain(format!(
                "you cannot rollback a paused deployment; resume it first with 'kubectl rollout \
                 resume deployment/{}' and try again",
                name.trim_matches('"')
            ))
            .into());
        }
        if revisions::template(set) == revisions::template(&object) {
            let number = revisions::number(set);
            ctx.say(named.with(format!(
                " skipped rollback (current template already matches revision {number})"
            )));
            return Ok(());
        }
        let call = Call::Patch {
            resource,
            key: key.clone(),
            part: Part::Main,
            patch: match resource {
                Resource::DEPLOYMENTS => Patch::Json(patch(&object, set)),
                // A revision is kept as the patch that brings it back.
                _ => Patch::Strategic(set.to_value().at("data").clone()),
            },
        };
        ctx.ask(call, self.dry_run.how())??;
        ctx.say(named.with(format!(" rolled back{}", self.dry_run.suffix())));
        Ok(())
    }

    /// The revision to go back to. Models deploymentRevision.
    fn wanted<'a>(&self, object: &Object, sets: &'a [Object]) -> Result<&'a Object, Error> {
        let mut by_number: Vec<&Object> = sets.iter().collect();
        by_number.sort_by_key(|set| std::cmp::Reverse(revisions::number(set)));
        if self.revision > 0 {
            let found = by_number.iter().find(|set| revisions::number(set) == self.revision);
            let revision = self.revision;
            return found.copied().ok_or_else(|| {
                Error::plain(format!("unable to find specified revision {revision} in history"))
            });
        }
        by_number.get(1).copied().ok_or_else(|| {
            if object.resource() != Resource::DEPLOYMENTS {
                return Error::plain("no last revision to roll back to");
            }
            let name = quote(object.name());
            Error::plain(format!("no rollout history found for deployment {name}"))
        })
    }
}

/// The patch that gives a deployment the template and the annotations of a revision.
/// Models getDeploymentPatch.
fn patch(object: &Object, set: &Object) -> Value {
    // What belongs to the deployment itself stays.
    const KEPT: [&str; 6] = [
        "kubectl.kubernetes.io/last-applied-configuration",
        "deployment.kubernetes.io/revision",
        "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.deployment.rollback.to",
    ];
    let mut annotations = crate::api::Fields::new();
    for key in KEPT {
        if let Some(value) = object.meta().annotation(key) {
            annotations.insert(key, value.into());
        }
    }
    for (key, value) in set.meta().annotations.iter() {
        if !KEPT.contains(&key.as_str()) {
            annotations.insert(key.clone(), value.clone().into());
        }
    }
    let replace = |path: &str, value: Value| {
        Value::map([("op", "replace".into()), ("path", path.into()), ("value", value)])
    };
    vec![
        replace("/spec/template", revisions::template(set)),
        replace("/metadata/annotations", annotations.into()),
    ]
    .into()
}
