//! `kubectl config set-context [NAME | --current]`: makes a context, or changes one.
//!
//! Models kubectl/pkg/cmd/config/set_context.go.

use super::{KubeConfig, entry, misused};
use crate::api::{Str, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "config set-context",
    usage: "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] \
            [--namespace=namespace]",
    about: "Make a context, or change one",
    flags: &[&[
        Flag::switch("current", "Change the current context."),
        Flag::text("cluster", "The cluster of the context."),
        Flag::text("namespace", "The namespace of the context.").short('n'),
        Flag::text("user", "The user of the context."),
    ]],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let current = flags.is_on("current");
    let name = match &invocation.args[..] {
        [] if current => env.config.current.clone(),
        [] => {
            let text = "you must specify a non-empty context name or --current";
            return Err(Error::plain(text));
        }
        [name] if !current => Str::from(name.as_str()),
        [_] => {
            let text = "you cannot specify both a context name and --current";
            return Err(Error::plain(text));
        }
        _ => return Ok(misused(invocation)),
    };
    if current && name.is_empty() {
        return Err(Error::plain("no current context is set"));
    }
    let mut config: KubeConfig = (*env.config).clone();
    let (context, existed) = entry(&mut config.contexts, &name);
    for field in ["cluster", "user", "namespace"] {
        if flags.is_given(field) {
            context.fields.insert(field, flags.text(field).into());
        }
    }
    for field in ["cluster", "user"] {
        if context.text(field).is_empty() {
            context.fields.insert(field, "".into());
        }
    }
    let what = if existed { "modified" } else { "created" };
    Ok(Local::configure(format!("Context {} {what}.", quote(&name)), config))
}
