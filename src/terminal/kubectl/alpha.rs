//! `kubectl alpha`, which holds no command in this version. Models kubectl/pkg/cmd/alpha.go.

use super::command::{Command, Invocation};
use super::error::Error;
use super::script::{Env, Next};
use super::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "alpha",
    usage: "[flags]",
    about: "Commands that may still change",
    flags: &[],
    required: &[],
    start: |_: &Invocation, _: &Env| -> Result<Task, Error> {
        let text = "No alpha commands are available in this version of kubectl";
        Ok(Local::say(text, Next::Exit(0)))
    },
};
