//! `kubectl api-resources`: what the server serves.
//!
//! Models kubectl/pkg/cmd/apiresources/apiresources.go. What every server serves the client knows
//! beforehand; for the rest it asks.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::script::{Env, Next};
use super::task::{Local, Task};
use crate::api::discovery::{self, Entry};
use crate::api::{Served, Str, quote};
use crate::terminal::printers::tabwriter::TabWriter;
use crate::terminal::text::Text;

/// The command.
pub const COMMAND: Command = Command {
    path: "api-resources",
    usage: "[flags]",
    about: "Show the resources the server knows",
    flags: &[&[
        Flag::text("api-group", "Only those of this group."),
        Flag::switch("cached", "Use what is known already."),
        Flag::text("categories", "Only those in these categories.").kind(Kind::List),
        Flag::switch("namespaced", "Only those whose objects live in namespaces, or do not.")
            .default("true"),
        Flag::switch("no-headers", "Leave the headings out."),
        Flag::text("output", "Output format: wide, name, or nothing.").short('o'),
        Flag::switch("show-managed-fields", "Keep managedFields when printing yaml or json."),
        Flag::text("sort-by", "The order: name or kind."),
        Flag::text("verbs", "Only those that can all of this be done with.").kind(Kind::List),
    ]],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if !invocation.args.is_empty() {
        return Err(invocation.unexpected_args());
    }
    let format = flags.text("output");
    if !matches!(format, "" | "wide" | "name") {
        return Err(no_printer(format));
    }
    let all_in =
        |wanted: &[String], known: &[String]| wanted.iter().all(|word| known.contains(word));
    if env.served.is_none() {
        return Err(env.unknown(Error::plain("the server has not been asked")));
    }
    let is_meant = |line: &Line| {
        let group = flags.text("api-group");
        // Of several versions the newest is meant.
        line.group_version != "autoscaling/v1"
            && (!flags.is_given("api-group") || group == line.group)
            && (!flags.is_given("namespaced") || flags.is_on("namespaced") == line.namespaced)
            && all_in(flags.list("verbs"), &line.verbs)
            && all_in(flags.list("categories"), &line.categories)
    };
    let mut resources = listed(env);
    resources.retain(is_meant);
    match flags.text("sort-by") {
        "" => resources.sort_by_key(|r| (r.group.clone(), r.plural.clone())),
        "name" => resources.sort_by_key(|r| r.plural.clone()),
        "kind" => resources.sort_by_key(|r| r.kind.clone()),
        _ => return Err(Error::plain("--sort-by accepts only name or kind")),
    }
    if format == "name" {
        let names: String = resources.iter().map(|r| r.qualified.clone() + "\n").collect();
        return Ok(Local::print(names, Next::Exit(0)));
    }
    let mut writer = TabWriter::table();
    let wide = format == "wide";
    if !flags.is_on("no-headers") {
        let mut headings = vec!["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"];
        headings.extend(wide.then_some(["VERBS", "CATEGORIES"]).into_iter().flatten());
        writer.line(headings.into_iter().map(Text::from).collect());
    }
    for line in resources {
        let mut cells = vec![
            Text::from(line.plural),
            line.short_names.join(",").into(),
            line.group_version.into(),
            line.namespaced.to_string().into(),
            line.kind.into(),
        ];
        if wide {
            cells.extend([Text::from(line.verbs.join(",")), line.categories.join(",").into()]);
        }
        writer.line(cells);
    }
    Ok(Local::print(writer.take(), Next::Exit(0)))
}

/// Everything that is served, a custom resource in the first of its versions.
fn listed(env: &Env) -> Vec<Line> {
    let known = discovery::all();
    let mut lines: Vec<Line> =
        known.iter().map(Line::from).chain(env.custom().map(Line::from)).collect();
    let mut seen: Vec<String> = Vec::new();
    lines.retain(|line| {
        let is_first = !seen.contains(&line.qualified);
        seen.push(line.qualified.clone());
        is_first || !line.is_custom
    });
    lines
}

/// What is said of one resource.
struct Line {
    qualified: String,
    group: String,
    group_version: String,
    plural: String,
    short_names: Vec<String>,
    namespaced: bool,
    kind: String,
    verbs: Vec<String>,
    categories: Vec<String>,
    is_custom: bool,
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

impl From<&Entry> for Line {
    fn from(entry: &Entry) -> Self {
        Self {
            qualified: entry.qualified(),
            group: entry.group.into(),
            group_version: entry.group_version(),
            plural: entry.plural.into(),
            short_names: owned(entry.short_names),
            namespaced: entry.namespaced,
            kind: entry.kind.into(),
            verbs: owned(entry.verbs),
            categories: owned(entry.categories),
            is_custom: false,
        }
    }
}

impl From<&Served> for Line {
    fn from(served: &Served) -> Self {
        let info = served.resource.info();
        let texts = |texts: &[Str]| texts.iter().map(|text| text.to_string()).collect();
        Self {
            qualified: served.resource.qualified(),
            group: info.group.into(),
            group_version: served.resource.api_version(),
            plural: info.plural.into(),
            short_names: texts(&served.short_names),
            namespaced: info.namespaced,
            kind: info.kind.into(),
            verbs: owned(info.verbs),
            categories: texts(&served.categories),
            is_custom: true,
        }
    }
}

/// There is no such output format.
fn no_printer(format: &str) -> Error {
    let format = quote(format);
    Error::plain(format!(
        "unable to match a printer suitable for the output format {format}, allowed formats are: \
         json,kyaml,name,wide,yaml"
    ))
}
