//! `kubectl attach`: follows what a container prints. Models kubectl/pkg/cmd/attach/attach.go.
//!
//! What containers print is not part of the simulation; what can be said before one is reached is.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::logs::{self, Wanted};
use super::script::{Ctx, Env, Flow, Next};
use super::task::Task;
use crate::api::{Key, Resource};

/// The command.
pub const COMMAND: Command = Command {
    path: "attach",
    usage: "(POD | TYPE/NAME) -c CONTAINER",
    about: "Follow what a running container prints",
    flags: &[&[
        Flag::text("container", "The container; the first one unless it is named.").short('c'),
        Flag::text("detach-keys", "What is typed to leave.").default("ctrl-p,ctrl-q"),
        Flag::text("pod-running-timeout", "How long to wait until the pod runs.")
            .kind(Kind::Duration)
            .default("1m0s"),
        Flag::switch("quiet", "Only print what the container prints.").short('q'),
        Flag::switch("stdin", "Pass stdin to the container.").short('i'),
        Flag::switch("tty", "Stdin is a terminal.").short('t'),
    ]],
    required: &[],
    start,
};

/// What `attach` has to do.
#[derive(Clone, Debug)]
pub struct Attach {
    resource: Resource,
    key: Key,
    container: String,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let (resource, key) = match &invocation.args[..] {
        [] => return Err(Error::plain("at least 1 argument is required for attach")),
        [name] => logs::target(name, env)?,
        [kind, name] => logs::target(&format!("{kind}/{name}"), env)?,
        args => {
            let (count, args) = (args.len(), args.join(" "));
            return Err(Error::plain(format!(
                "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {count}: [{args}]"
            )));
        }
    };
    let container = invocation.flags.text("container").to_owned();
    Ok(Task::from(Attach { resource, key, container }))
}

impl Attach {
    /// Looks at the pod and says why its container cannot be followed.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let pod = logs::pod(ctx, self.resource, &self.key)?.to_value();
        let phase = pod.at_path(&["status", "phase"]).text();
        if matches!(phase, "Succeeded" | "Failed") {
            return Err(Error::plain(format!(
                "cannot attach a container in a completed pod; current phase is {phase}"
            ))
            .into());
        }
        let wanted = Wanted { container: &self.container, runs: false, previous: false };
        logs::container(ctx, &pod, &self.key, wanted)?;
        let text = "what runs in containers is not part of this simulation: kubectl attach";
        Err(Error::plain(text).into())
    }
}
