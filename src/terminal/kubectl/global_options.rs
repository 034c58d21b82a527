//! `kubectl options`: the flags that every command takes. Models kubectl/pkg/cmd/options.

use super::command::{Command, Invocation};
use super::error::Error;
use super::help;
use super::script::{Env, Next};
use super::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "options",
    usage: "[flags]",
    about: "Print the list of flags inherited by all commands",
    flags: &[],
    required: &[],
    start: |_: &Invocation, _: &Env| -> Result<Task, Error> {
        Ok(Local::print(help::global_options(), Next::Exit(0)))
    },
};
