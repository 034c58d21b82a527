//! `kubectl create quota NAME --hard=pods=10,…`. Models kubectl/pkg/cmd/create/create_quota.go.

use super::generator;
use crate::api::{Fields, Quantity, Resource, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::{options, output};

/// The command.
pub const COMMAND: Command = Command {
    path: "create quota",
    usage: "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] \
            [--dry-run=server|client|none]",
    about: "Create a quota",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        &[
            Flag::text("hard", "How much there may be: pods=10,requests.cpu=4."),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
            Flag::text("scopes", "Which objects are counted, with commas between them."),
        ],
    ],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let mut hard = Fields::new();
    for part in flags.text("hard").split(',').filter(|part| !part.is_empty()) {
        let Some((key, amount)) = part.split_once('=') else {
            return Err(Error::plain(format!(
                "Invalid argument syntax {part}, expected <resource>=<value>"
            )));
        };
        let Some(amount) = Quantity::parse(amount) else {
            return Err(Error::plain(
                "quantities must match the regular expression \
                 '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
            ));
        };
        hard.insert(key, amount.to_string().into());
    }
    let mut spec = Value::from(Fields::new());
    if !hard.is_empty() {
        *spec.entry("hard") = hard.into();
    }
    let scopes = flags.text("scopes");
    if !scopes.is_empty() {
        *spec.entry("scopes") = scopes.split(',').map(Value::from).collect();
    }
    let value = Value::map([
        ("metadata", Value::map([("name", name.into())])),
        ("spec", spec),
        ("status", Fields::new().into()),
    ]);
    let failure = Some("failed to create quota: ");
    generator::create(invocation, env, Resource::RESOURCEQUOTAS, value, failure)
}
