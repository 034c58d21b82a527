//! `kubectl rollout restart`, `pause` and `resume`.
//!
//! Models kubectl/pkg/cmd/rollout/rollout_{restart,pause,resume}.go and
//! polymorphichelpers/object{restarter,pauser,resumer}.go.

use super::walk;
use crate::api::rpc::{Call, Part, Patch};
use crate::api::{Key, Resource, Timestamp, Value, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Tables;
use crate::terminal::kubectl::output::{self, Format};
use crate::terminal::kubectl::script::{Ctx, Env, Flow, How, Next};
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::walk::Walk;
use crate::terminal::kubectl::{options, revisions, script};

/// `rollout restart`.
pub const RESTART: Command = Command {
    path: "rollout restart",
    usage: "RESOURCE",
    about: "Replace the pods of a workload by new ones of the same template",
    flags: FLAGS,
    required: &[],
    start: |invocation, env| start(invocation, env, What::Restart),
};

/// `rollout pause`.
pub const PAUSE: Command = Command {
    path: "rollout pause",
    about: "Mark a deployment as paused",
    start: |invocation, env| start(invocation, env, What::Pause),
    ..RESTART
};

/// `rollout resume`.
pub const RESUME: Command = Command {
    path: "rollout resume",
    about: "Go on with a paused deployment",
    start: |invocation, env| start(invocation, env, What::Resume),
    ..RESTART
};

const FLAGS: Tables = &[
    options::FILES,
    options::SELECTOR,
    &[options::field_manager("kubectl-rollout")],
    output::FLAGS,
];
/// The annotation that makes a template another one.
const RESTARTED: &str = "kubectl.kubernetes.io/restartedAt";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Restart,
    Pause,
    Resume,
}

/// What such a command still has to do.
#[derive(Clone, Debug)]
pub struct RolloutChange {
    walk: Walk,
    what: What,
    format: Format,
}

fn start(invocation: &Invocation, env: &Env, what: What) -> Result<Task, Error> {
    let format = Format::of(&invocation.flags, output::OPERATION_FORMATS)?;
    Ok(Task::from(RolloutChange { walk: walk(invocation, env)?, what, format }))
}

impl RolloutChange {
    /// Changes the next target.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let Some(object) = self.walk.object(ctx)? else { return Ok(Next::Exit(0)) };
        let (resource, key) = object?;
        self.change(ctx, resource, &key)?;
        Ok(Next::Again)
    }

    fn change(&self, ctx: &mut Ctx<'_>, resource: Resource, key: &Key) -> Flow<()> {
        let object = ctx.get(resource, key)??.to_value();
        let paused = object.at_path(&["spec", "paused"]).as_bool() == Some(true);
        let named = output::named(resource, key);
        let (verb, change) = match self.what {
            _ if !self.is_possible(resource) => {
                return Err(self.refusal(resource, key).into());
            }
            What::Restart if paused => {
                let text = "can't restart paused deployment (run rollout resume first)";
                let name = format!("{} {}", resource.qualified(), quote(key.name()));
                return Err(Error::plain(format!("{name} {text}")).into());
            }
            What::Pause if paused => {
                let text =
                    format!("{} {} is already paused", resource.qualified(), quote(key.name()));
                return Err(Error::plain(text).into());
            }
            What::Resume if !paused => {
                let text = format!("{} {} is not paused", resource.qualified(), quote(key.name()));
                return Err(Error::plain(text).into());
            }
            What::Restart => ("restarted", restarted(Timestamp::at(ctx.now()).to_string())),
            What::Pause => ("paused", spec("paused", Value::Bool(true))),
            What::Resume => ("resumed", spec("paused", Value::Null)),
        };
        let call = Call::Patch {
            resource,
            key: key.clone(),
            part: Part::Main,
            patch: Patch::Strategic(change),
        };
        let answer = ctx.ask(call, How::default())?;
        let after = answer.and_then(|answer| script::value(&answer))?;
        match self.format.is_human() {
            true => ctx.say(named.with(" ").with(verb)),
            false => ctx.print(self.format.print(&[after])?),
        }
        Ok(())
    }

    fn is_possible(&self, resource: Resource) -> bool {
        match self.what {
            What::Restart => revisions::are_kept(resource),
            What::Pause | What::Resume => resource == Resource::DEPLOYMENTS,
        }
    }

    fn refusal(&self, resource: Resource, key: &Key) -> Error {
        let what = match self.what {
            What::Restart => "restarting",
            What::Pause => "pausing",
            What::Resume => "resuming",
        };
        let (name, kind) = (resource.qualified(), quote(key.name()));
        Error::plain(format!("{name} {kind} {what} is not supported"))
    }
}

fn spec(field: &'static str, value: Value) -> Value {
    Value::map([("spec", Value::map([(field, value)]))])
}

fn restarted(at: String) -> Value {
    let annotations = Value::map([(RESTARTED, at.into())]);
    let metadata = Value::map([("annotations", annotations)]);
    spec("template", Value::map([("metadata", metadata)]))
}
