//! `kubectl api-versions`: the groups and versions the server serves.
//!
//! Models kubectl/pkg/cmd/apiresources/apiversions.go.

use super::command::{Command, Invocation};
use super::error::Error;
use super::script::{Env, Next};
use super::task::{Local, Task};
use crate::api::discovery;

/// The command.
pub const COMMAND: Command = Command {
    path: "api-versions",
    usage: "",
    about: "Show the API versions the server knows",
    flags: &[],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    if !invocation.args.is_empty() {
        return Err(invocation.unexpected_args());
    }
    if env.served.is_none() {
        return Err(env.unknown(Error::plain("the server has not been asked")));
    }
    let custom = env.custom().map(|served| served.resource.api_version());
    let mut versions: Vec<String> =
        discovery::all().iter().map(|entry| entry.group_version()).chain(custom).collect();
    versions.sort_unstable();
    versions.dedup();
    Ok(Local::say(versions.join("\n"), Next::Exit(0)))
}
