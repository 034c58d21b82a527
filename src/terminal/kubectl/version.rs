//! `kubectl version`. Models kubectl/pkg/cmd/version/version.go.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::script::{Env, Next};
use super::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "version",
    usage: "[flags]",
    about: "Show the versions of the client and of the server",
    flags: &[&[
        Flag::switch("client", "Only that of the client."),
        Flag::text("output", "Output format; not part of the simulation.").short('o'),
    ]],
    required: &[],
    start,
};

/// The version of everything here.
const VERSION: &str = "v1.36.2";
/// The version of kustomize that is part of it.
const KUSTOMIZE: &str = "v5.8.1";

fn start(invocation: &Invocation, _: &Env) -> Result<Task, Error> {
    if !invocation.args.is_empty() {
        let args = invocation.args.join(" ");
        return Err(Error::plain(format!("extra arguments: [{args}]")));
    }
    let mut text = format!("Client Version: {VERSION}\nKustomize Version: {KUSTOMIZE}\n");
    if !invocation.flags.is_on("client") {
        text.push_str(&format!("Server Version: {VERSION}\n"));
    }
    Ok(Local::print(text, Next::Exit(0)))
}
