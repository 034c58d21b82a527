//! `kubectl create priorityclass NAME --value=VALUE`.
//!
//! Models kubectl/pkg/cmd/create/create_priorityclass.go.

use super::generator;
use crate::api::{Resource, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::{options, output};

/// The command.
pub const COMMAND: Command = Command {
    path: "create priorityclass",
    usage: "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
    about: "Create a priority class",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        &[
            Flag::text("description", "When to use it."),
            Flag::switch("global-default", "Use it for pods that name none."),
            Flag::text("preemption-policy", "Whether its pods displace others.")
                .default("PreemptLowerPriority"),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
            Flag::int("value", "0", "The priority of its pods."),
        ],
    ],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let mut value = Value::map([
        ("metadata", generator::named(name)),
        ("preemptionPolicy", flags.text("preemption-policy").into()),
        ("value", flags.int("value").into()),
    ]);
    if !flags.text("description").is_empty() {
        *value.entry("description") = flags.text("description").into();
    }
    if flags.is_on("global-default") {
        *value.entry("globalDefault") = true.into();
    }
    let failure = Some("failed to create priorityclass: ");
    generator::create(invocation, env, Resource::PRIORITYCLASSES, value, failure)
}
