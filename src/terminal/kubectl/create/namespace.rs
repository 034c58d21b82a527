//! `kubectl create namespace NAME`. Models kubectl/pkg/cmd/create/create_namespace.go.

use super::generator;
use crate::api::{Fields, Resource, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;

/// The command.
pub const COMMAND: Command = Command {
    path: "create namespace",
    usage: "NAME [--dry-run=server|client|none]",
    about: "Create a namespace",
    flags: generator::FLAGS,
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let name = generator::name(invocation)?;
    let value = Value::map([
        ("metadata", Value::map([("name", name.into())])),
        ("spec", Fields::new().into()),
        ("status", Fields::new().into()),
    ]);
    generator::create(invocation, env, Resource::NAMESPACES, value, None)
}
