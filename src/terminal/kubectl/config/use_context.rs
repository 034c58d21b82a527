//! `kubectl config use-context NAME`. Models kubectl/pkg/cmd/config/use_context.go.

use super::{KubeConfig, one_argument};
use crate::api::quote;
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "config use-context",
    usage: "CONTEXT_NAME",
    about: "Make a context the current one",
    flags: &[],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let name = match one_argument(invocation) {
        Ok(name) => name,
        Err(help) => return Ok(*help),
    };
    if env.config.context(name).is_none() {
        return Err(Error::plain(format!("no context exists with the name: {}", quote(name))));
    }
    let config = KubeConfig { current: name.into(), ..(*env.config).clone() };
    Ok(Local::configure(format!("Switched to context {}.", quote(name)), config))
}
