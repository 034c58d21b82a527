//! `kubectl apply view-last-applied`: shows what was applied last.
//!
//! Models kubectl/pkg/cmd/apply/apply_view_last_applied.go.

use crate::manifest;
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::last_applied::LAST_APPLIED;
use crate::terminal::kubectl::options;
use crate::terminal::kubectl::resources::{self, Finding};
use crate::terminal::kubectl::script::{Ctx, Env, Flow, Next};
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::walk::Walk;

/// The command.
pub const COMMAND: Command = Command {
    path: "apply view-last-applied",
    usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
    about: "Show what was applied last to objects",
    flags: &[
        options::FILES,
        options::SELECTOR,
        &[
            Flag::switch("all", "All objects of the type."),
            Flag::text("output", "Output format: yaml or json.").short('o').default("yaml"),
        ],
    ],
    required: &[],
    start,
};

/// What the command still has to do.
#[derive(Clone, Debug)]
pub struct ViewLastApplied {
    walk: Walk,
    as_json: bool,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let as_json = match flags.text("output") {
        "json" => true,
        "yaml" => false,
        other => {
            let text = format!(
                "Unexpected -o output mode: {other}, the flag 'output' must be one of yaml|json"
            );
            return Err(invocation.usage(text));
        }
    };
    let finding = Finding { all: flags.is_on("all"), ..Finding::default() };
    let targets = resources::find(invocation, env, finding)?;
    Ok(Task::from(ViewLastApplied { walk: Walk::of(targets), as_json }))
}

impl ViewLastApplied {
    /// Shows that of the next object.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let Some(object) = self.walk.object(ctx)? else { return Ok(Next::Exit(0)) };
        let (resource, key) = object?;
        let object = ctx.get(resource, &key)??;
        if let Some(text) = object.meta().annotation(LAST_APPLIED) {
            let value = manifest::parse_json(text).map_err(|e| Error::plain(e.to_string()))?;
            ctx.print(match self.as_json {
                true => half_indented(&value.to_json_pretty()),
                false => manifest::to_yaml(&value),
            });
        }
        Ok(Next::Again)
    }
}

/// The text with two spaces a level where it has four.
fn half_indented(text: &str) -> String {
    let line = |line: &str| {
        let rest = line.trim_start();
        " ".repeat((line.len() - rest.len()) / 2) + rest + "\n"
    };
    text.lines().map(line).collect()
}
