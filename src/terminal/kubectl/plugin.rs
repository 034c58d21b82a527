//! `kubectl plugin list`: there are no plugins here. Models kubectl/pkg/cmd/plugin/plugin.go.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::script::Env;
use super::task::Task;

/// The command.
pub const COMMAND: Command = Command {
    path: "plugin list",
    usage: "[flags]",
    about: "List the plugins that can be found",
    flags: &[&[Flag::switch("name-only", "Leave the paths out.")]],
    required: &[],
    start: |_: &Invocation, _: &Env| -> Result<Task, Error> {
        Err(Error::plain("unable to find any kubectl plugins in your PATH"))
    },
};
