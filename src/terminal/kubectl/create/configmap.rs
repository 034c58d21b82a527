//! `kubectl create configmap NAME [--from-file=…] [--from-literal=…] [--from-env-file=…]`.
//!
//! Models kubectl/pkg/cmd/create/create_configmap.go.

use super::{data, generator};
use crate::api::{Resource, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::{options, output};

/// The command.
pub const COMMAND: Command = Command {
    path: "create configmap",
    usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] \
            [--dry-run=server|client|none]",
    about: "Create a config map from files or literal values",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        data::FLAGS,
    ],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let data = data::read(flags, env, data::Holder::ConfigMap(name))?;
    let mut value = Value::map([("metadata", Value::map([("name", name.into())]))]);
    if !data.is_empty() {
        *value.entry("data") = data.into();
    }
    let failure = Some("failed to create configmap: ");
    generator::create(invocation, env, Resource::CONFIGMAPS, value, failure)
}
