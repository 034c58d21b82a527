//! `kubectl create serviceaccount NAME`. Models kubectl/pkg/cmd/create/create_serviceaccount.go.

use super::generator;
use crate::api::{Resource, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;

/// The command.
pub const COMMAND: Command = Command {
    path: "create serviceaccount",
    usage: "NAME [--dry-run=server|client|none]",
    about: "Create a service account",
    flags: generator::FLAGS,
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let name = generator::name(invocation)?;
    let value = Value::map([("metadata", Value::map([("name", name.into())]))]);
    let failure = Some("failed to create serviceaccount: ");
    generator::create(invocation, env, Resource::SERVICEACCOUNTS, value, failure)
}
