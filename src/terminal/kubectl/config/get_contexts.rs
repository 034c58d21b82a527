//! `kubectl config get-contexts`. Models kubectl/pkg/cmd/config/get_contexts.go.

use super::Context;
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::script::{Env, Next};
use crate::terminal::kubectl::task::{Local, Task};
use crate::terminal::printers::tabwriter::TabWriter;
use crate::terminal::text::Text;

/// The command.
pub const COMMAND: Command = Command {
    path: "config get-contexts",
    usage: "[NAME] [-o name]",
    about: "Show the contexts there are",
    flags: &[&[
        Flag::text("output", "Output format: name, or nothing for a table.").short('o'),
        Flag::switch("no-headers", "Leave the headings out."),
    ]],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let format = invocation.flags.text("output");
    if !matches!(format, "" | "name") {
        return Err(Error::plain(format!("output must be one of '' or 'name': {format}")));
    }
    let named = |context: &&Context| {
        invocation.args.is_empty() || invocation.args.iter().any(|name| context.name == *name)
    };
    let mut contexts: Vec<&Context> = env.config.contexts.iter().filter(named).collect();
    contexts.sort_by(|a, b| a.name.cmp(&b.name));
    let missing = |name: &&String| env.config.context(name).is_none();
    if let Some(name) = invocation.args.iter().find(missing) {
        return Err(Error::plain(format!("context {name} not found")));
    }
    if format == "name" {
        let lines: String = contexts.iter().map(|context| format!("{}\n", context.name)).collect();
        return Ok(Local::print(lines, Next::Exit(0)));
    }
    let mut writer = TabWriter::table();
    if !invocation.flags.is_on("no-headers") {
        let headings = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"];
        writer.line(headings.map(Text::from).to_vec());
    }
    for Context { name, cluster, user, namespace } in contexts {
        let mark = if *name == env.config.current { "*" } else { "" };
        let cells = [Text::from(mark), name.into(), cluster.into(), user.into(), namespace.into()];
        writer.line(cells.to_vec());
    }
    Ok(Local::print(writer.take(), Next::Exit(0)))
}
