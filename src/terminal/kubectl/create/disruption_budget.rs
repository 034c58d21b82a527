//! `kubectl create poddisruptionbudget NAME --selector=SELECTOR --min-available=N`.
//!
//! Models kubectl/pkg/cmd/create/create_pdb.go.

use super::generator;
use crate::api::labels::Selector;
use crate::api::{Fields, Resource, Str, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::{options, output};

/// The command.
pub const COMMAND: Command = Command {
    path: "create poddisruptionbudget",
    usage: "NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
    about: "Create a pod disruption budget",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        &[
            Flag::text("max-unavailable", "How many pods may be gone, or what share of them."),
            Flag::text("min-available", "How many pods must be there, or what share of them."),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
            Flag::text("selector", "Which pods it is about."),
        ],
    ],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let labels = flags.text("selector");
    if labels.is_empty() {
        return Err(Error::plain("a selector must be specified"));
    }
    let (min, max) = (flags.text("min-available"), flags.text("max-unavailable"));
    let (flag, field, amount) = match (min, max) {
        ("", "") => {
            return Err(Error::plain("one of min-available or max-unavailable must be specified"));
        }
        (min, "") => ("min-available", "minAvailable", min),
        ("", max) => ("max-unavailable", "maxUnavailable", max),
        _ => {
            return Err(Error::plain("min-available and max-unavailable cannot be both specified"));
        }
    };
    let digits = amount.strip_suffix('%').unwrap_or(amount);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::plain(format!("invalid format specified for {flag}")));
    }
    Selector::parse(labels).map_err(|error| Error::plain(error.to_string()))?;
    let pairs = labels.split(',').filter_map(|label| label.split_once('='));
    let labels: Fields =
        pairs.map(|(key, value)| (Str::from(key), value.trim_start_matches('=').into())).collect();
    let amount = match amount.parse() {
        Ok(number) => Value::Int(number),
        Err(_) => amount.into(),
    };
    let counts = ["currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"];
    let value = Value::map([
        ("metadata", generator::named(name)),
        (
            "spec",
            Value::map([
                (field, amount),
                ("selector", Value::map([("matchLabels", labels.into())])),
            ]),
        ),
        ("status", Value::map(counts.map(|count| (count, Value::Int(0))))),
    ]);
    let failure = Some("failed to create poddisruptionbudgets: ");
    generator::create(invocation, env, Resource::PODDISRUPTIONBUDGETS, value, failure)
}
