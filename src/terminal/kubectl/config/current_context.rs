//! `kubectl config current-context`. Models kubectl/pkg/cmd/config/current_context.go.

use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::script::{Env, Next};
use crate::terminal::kubectl::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "config current-context",
    usage: "[flags]",
    about: "Print the name of the current context",
    flags: &[],
    required: &[],
    start,
};

fn start(_: &Invocation, env: &Env) -> Result<Task, Error> {
    if env.config.current.is_empty() {
        return Err(Error::plain("current-context is not set"));
    }
    Ok(Local::say(env.config.current.clone(), Next::Exit(0)))
}
