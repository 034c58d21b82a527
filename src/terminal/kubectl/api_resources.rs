//! `kubectl api-resources`: what the server serves.
//!
//! Models kubectl/pkg/cmd/apiresources/apiresources.go. The client knows it from discovery, which
//! is the same at every moment of the simulation.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::script::{Env, Next};
use super::task::{Local, Task};
use crate::api::discovery::{self, Entry};
use crate::terminal::printers::tabwriter::TabWriter;
use crate::terminal::text::Text;

/// The command.
pub const COMMAND: Command = Command {
    path: "api-resources",
    usage: "",
    about: "Show the resources the server knows",
    flags: &[&[
        Flag::text("api-group", "Only those of this group."),
        Flag::switch("cached", "Use what is known already."),
        Flag::text("categories", "Only those in these categories.").kind(Kind::List),
        Flag::switch("namespaced", "Only those whose objects live in namespaces, or do not.")
            .default("true"),
        Flag::switch("no-headers", "Leave the headings out."),
        Flag::text("output", "Output format: wide, name, or nothing.").short('o'),
        Flag::text("sort-by", "The order: name or kind."),
        Flag::text("verbs", "Only those that can all of this be done with.").kind(Kind::List),
    ]],
    required: &[],
    start,
};

fn start(invocation: &Invocation, _: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if !invocation.args.is_empty() {
        return Err(invocation.unexpected_args());
    }
    let format = flags.text("output");
    if !matches!(format, "" | "wide" | "name") {
        return Err(Error::plain(format!("--output {format} is not available")));
    }
    let all_in = |wanted: &[String], known: &[&str]| {
        wanted.iter().all(|word| known.contains(&word.as_str()))
    };
    let is_meant = |info: &Entry| {
        let group = flags.text("api-group");
        // Of several versions the newest is meant.
        (info.group, info.version) != ("autoscaling", "v1")
            && (!flags.is_given("api-group") || group == info.group)
            && (!flags.is_given("namespaced") || flags.is_on("namespaced") == info.namespaced)
            && all_in(flags.list("verbs"), info.verbs)
            && all_in(flags.list("categories"), info.categories)
    };
    let mut resources: Vec<Entry> = discovery::all().into_iter().filter(is_meant).collect();
    match flags.text("sort-by") {
        "" => resources.sort_by_key(|r| (r.group, r.plural)),
        "name" => resources.sort_by_key(|r| r.plural),
        "kind" => resources.sort_by_key(|r| r.kind),
        _ => return Err(Error::plain("--sort-by accepts only name or kind")),
    }
    if format == "name" {
        let names: String = resources.iter().map(|r| r.qualified() + "\n").collect();
        return Ok(Local::print(names, Next::Exit(0)));
    }
    let mut writer = TabWriter::table();
    let wide = format == "wide";
    if !flags.is_on("no-headers") {
        let mut headings = vec!["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"];
        headings.extend(wide.then_some(["VERBS", "CATEGORIES"]).into_iter().flatten());
        writer.line(headings.into_iter().map(Text::from).collect());
    }
    for info in resources {
        let (short, namespaced) = (info.short_names.join(","), info.namespaced.to_string());
        let mut cells = vec![
            Text::from(info.plural),
            short.into(),
            info.group_version().into(),
            namespaced.into(),
            info.kind.into(),
        ];
        if wide {
            cells.extend([Text::from(info.verbs.join(",")), info.categories.join(",").into()]);
        }
        writer.line(cells);
    }
    Ok(Local::print(writer.take(), Next::Exit(0)))
}
