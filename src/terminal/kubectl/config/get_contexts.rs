//! `kubectl config get-contexts`. Models kubectl/pkg/cmd/config/get_contexts.go.

use super::Entry;
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
    usage: "[(-o|--output=)name)]",
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
        return Err(Error::plain(format!(
            "--output {format} is not available in kubectl config get-contexts; resetting to \
             default output format"
        )));
    }
    let named = |context: &&Entry| {
        invocation.args.is_empty() || invocation.args.iter().any(|name| context.name == *name)
    };
    let contexts: Vec<&Entry> = env.config.contexts.iter().filter(named).collect();
    if format == "name" {
        let lines: String = contexts.iter().map(|context| format!("{}\n", context.name)).collect();
        return Ok(Local::print(lines, Next::Exit(0)));
    }
    let mut writer = TabWriter::table();
    if !invocation.flags.is_on("no-headers") {
        let headings = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"];
        writer.line(headings.map(Text::from).to_vec());
    }
    for context in contexts {
        let mark = if context.name == env.config.current { "*" } else { "" };
        let [cluster, user, namespace] =
            ["cluster", "user", "namespace"].map(|field| Text::from(context.text(field)));
        writer.line(vec![mark.into(), (&context.name).into(), cluster, user, namespace]);
    }
    let missing = |name: &&String| env.config.context(name).is_none();
    match invocation.args.iter().find(missing) {
        Some(name) => {
            let complaint = format!("error: context {name} not found\n");
            Ok(Local::print_and_refuse(writer.take(), complaint))
        }
        None => Ok(Local::print(writer.take(), Next::Exit(0))),
    }
}
