//! `kubectl config get-users`. Models kubectl/pkg/cmd/config/get_users.go.

use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::script::{Env, Next};
use crate::terminal::kubectl::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "config get-users",
    usage: "[flags]",
    about: "Show the users there are",
    flags: &[],
    required: &[],
    start,
};

fn start(_: &Invocation, env: &Env) -> Result<Task, Error> {
    let names = env.config.users.iter().map(|user| format!("{}\n", user.name));
    Ok(Local::print("NAME\n".to_owned() + &names.collect::<String>(), Next::Exit(0)))
}
