//! Which commands there are, and how a command line becomes one of them.
//!
//! Models github.com/spf13/cobra as etcdctl and etcdutl use it. Invariant: a line is read by the
//! table of its command alone.

use super::script::{Ctx, Endpoint, Env, Flow, Next, bad_args};
use super::{
    ENDPOINTS, Start, alarm, compaction, defrag, del, endpoint, get, lease, member, move_leader,
    options, put, snapshot, txn, version, watch,
};
use crate::api::quote;
use crate::terminal::kubectl::flags::{self, Flags, Tables};

/// A command.
#[derive(Debug)]
pub struct Command {
    /// The program it belongs to.
    pub program: &'static str,
    /// Its words, such as `lease grant`.
    pub path: &'static str,
    /// What stands behind them.
    pub usage: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Its own flags.
    pub flags: Tables,
    /// Does the next step.
    pub step: fn(&mut Ctx<'_>) -> Flow<Next>,
}

/// Every command, in the order of the help.
pub const COMMANDS: &[&Command] = &[
    &get::COMMAND,
    &put::COMMAND,
    &del::COMMAND,
    &txn::COMMAND,
    &compaction::COMMAND,
    &watch::COMMAND,
    &lease::grant::COMMAND,
    &lease::revoke::COMMAND,
    &lease::timetolive::COMMAND,
    &lease::list::COMMAND,
    &lease::keep_alive::COMMAND,
    &member::add::COMMAND,
    &member::remove::COMMAND,
    &member::update::COMMAND,
    &member::list::COMMAND,
    &member::promote::COMMAND,
    &endpoint::health::COMMAND,
    &endpoint::status::COMMAND,
    &endpoint::hashkv::COMMAND,
    &alarm::LIST,
    &alarm::DISARM,
    &defrag::COMMAND,
    &snapshot::save::COMMAND,
    &snapshot::status::COMMAND,
    &snapshot::restore::COMMAND,
    &move_leader::COMMAND,
    &version::CTL,
    &version::UTL,
];

/// How many endpoints are tried; more than clusters have members.
const ENDPOINTS_MAX: usize = 64;

/// How answers are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// As lines for people.
    #[default]
    Simple,
    /// Field by field.
    Fields,
    /// As JSON.
    Json,
    /// As a table.
    Table,
}

/// What a command line comes to.
#[derive(Clone, Debug)]
pub enum Found {
    /// A command, and what it knows.
    Command(&'static Command, Box<Env>),
    /// Help.
    Help(String),
}

/// Finds the command of a command line and reads the rest of it. An error is what is said, and the
/// exit code.
pub fn find(start: &Start) -> Result<Found, (String, i32)> {
    let (program, args) = start.words.split_first().expect("a program has a name");
    let program = program.rsplit('/').next().unwrap_or_default();
    let words = flags::words(args, |arg, _| !arg.contains('=') && takes_next(arg));
    let typed: Vec<&str> = words.iter().map(|&at| args[at].as_str()).collect();
    if typed.is_empty() || typed[0] == "help" {
        return Ok(Found::Help(overview(program)));
    }
    let own = || COMMANDS.iter().copied().filter(|command| command.program == program);
    let longest = |count: usize| {
        let path = typed.get(..count)?.join(" ");
        own().find(|command| command.path == path || alias(command.path) == path)
    };
    let Some(command) = longest(2).or_else(|| longest(1)) else {
        let is_group = own().any(|command| command.path.split(' ').next() == Some(typed[0]));
        if is_group {
            return Ok(Found::Help(group(program, typed[0])));
        }
        let unknown = quote(typed[0]);
        let text = format!("unknown command {unknown} for {}", quote(program));
        return Err((text, super::script::exit::ERROR));
    };
    let count = command.path.split(' ').count();
    let is_path = |at: &usize| words[..count].contains(at);
    let rest: Vec<String> =
        (0..args.len()).filter(|at| !is_path(at)).map(|at| args[at].clone()).collect();
    let failed = |error: String| (error, super::script::exit::ERROR);
    let parsed = flags::parse_for(&rest, command.flags, options::GLOBALS).map_err(failed)?;
    if parsed.flags.is_on("help") {
        return Ok(Found::Help(help(command)));
    }
    Ok(Found::Command(command, Box::new(env(start, parsed.flags, parsed.args)?)))
}

fn env(start: &Start, flags: Flags, args: Vec<String>) -> Result<Env, (String, i32)> {
    let variable = start.variables.get(ENDPOINTS).filter(|value| !value.is_empty());
    let named = match (flags.is_given("endpoints"), variable) {
        (false, Some(variable)) => variable.to_string(),
        _ => flags.text("endpoints").to_owned(),
    };
    let endpoint = |name: &str| Endpoint {
        name: name.to_owned(),
        address: start.host.and_then(|here| start.hosts.resolve(name, Some(here))),
    };
    let format = match flags.text("write-out") {
        "simple" => Format::Simple,
        "fields" => Format::Fields,
        "json" => Format::Json,
        "table" => Format::Table,
        _ => {
            let text = "unsupported output format".to_owned();
            return Err((text, super::script::exit::BAD_FEATURE));
        }
    };
    Ok(Env {
        endpoints: named
            .split(',')
            .filter(|name| !name.is_empty())
            .take(ENDPOINTS_MAX)
            .map(endpoint)
            .collect(),
        format,
        timeout: flags.duration("command-timeout"),
        flags,
        args,
        stdin: start.stdin.clone(),
        files: start.files.clone(),
        backups: start.backups.clone(),
        hosts: start.hosts.clone(),
    })
}

/// Another name of a command.
fn alias(path: &str) -> &str {
    match path {
        "compaction" => "compact",
        path => path,
    }
}

/// Whether a flag takes the argument after it, in any command.
fn takes_next(arg: &str) -> bool {
    let tables = COMMANDS.iter().flat_map(|command| command.flags.iter());
    let mut all = tables.flat_map(|table| table.iter()).chain(options::GLOBALS);
    let name = arg.trim_start_matches('-');
    let is_it = |flag: &&flags::Flag| {
        flag.name == name || name.len() == 1 && flag.short == name.chars().next()
    };
    all.find(is_it).is_some_and(|flag| flag.kind != flags::Kind::Bool)
}

/// What may follow `words` of a line of `program`: the commands within a command.
pub fn names_within(program: &str, words: &[&str]) -> Vec<String> {
    let begins = match words.is_empty() {
        true => String::new(),
        false => words.join(" ") + " ",
    };
    let own = COMMANDS.iter().filter(|command| command.program == program);
    let rest = own.filter_map(|command| command.path.strip_prefix(begins.as_str()));
    rest.filter_map(|rest| rest.split(' ').next()).map(str::to_owned).collect()
}

fn overview(program: &str) -> String {
    let about = match program {
        "etcdutl" => "An administrative command line tool for etcd3.",
        _ => "A simple command line client for etcd3.",
    };
    let own = COMMANDS.iter().filter(|command| command.program == program);
    let line = |command: &&Command| format!("\t{:<18}{}\n", command.path, command.about);
    let commands: String = own.map(line).collect();
    format!(
        "NAME:\n\t{program} - {about}\n\nUSAGE:\n\t{program} [flags]\n\nVERSION:\n\t{}\n\n\
         COMMANDS:\n{commands}\nOPTIONS:\n{}",
        version::VERSION,
        flags_help(options::GLOBALS.iter())
    )
}

fn group(program: &str, group: &str) -> String {
    let own = COMMANDS.iter().filter(|command| command.program == program);
    let inside = own.filter(|command| command.path.split(' ').next() == Some(group));
    let line = |command: &&Command| format!("\t{:<18}{}\n", command.path, command.about);
    let commands: String = inside.map(line).collect();
    format!(
        "NAME:\n\t{group} - {group} related commands\n\nUSAGE:\n\t{program} {group} <subcommand> \
         [flags]\n\nCOMMANDS:\n{commands}"
    )
}

fn help(command: &Command) -> String {
    let Command { program, path, usage, about, flags, .. } = command;
    let own = flags_help(flags.iter().flat_map(|table| table.iter()));
    let options = if own.is_empty() { own } else { format!("\nOPTIONS:\n{own}") };
    let global = flags_help(options::GLOBALS.iter());
    format!(
        "NAME:\n\t{path} - {about}\n\nUSAGE:\n\t{program} {path} {usage}\n{options}\nGLOBAL \
         OPTIONS:\n{global}"
    )
}

fn flags_help<'a>(flags: impl Iterator<Item = &'a flags::Flag>) -> String {
    let line = |flag: &flags::Flag| {
        let short = flag.short.map_or("    ".to_owned(), |letter| format!("-{letter}, "));
        format!("  {short}--{}={}\n\t{}\n", flag.name, flag.default, flag.about)
    };
    flags.map(line).collect()
}

/// The arguments, of which there must be so many.
pub fn exactly<'a>(ctx: &Ctx<'a>, count: usize, otherwise: &str) -> Flow<&'a [String]> {
    let env = ctx.env;
    if env.args.len() == count { Ok(&env.args) } else { bad_args(otherwise) }
}
