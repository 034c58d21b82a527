//! Which commands there are to find, and what is said when there is none of that name.
//!
//! Models github.com/spf13/cobra as kubectl uses it: commands are found by the words that are no
//! flags, then the rest of the line is read by that command's own table.

use super::error::Error;
use super::flags::{self, Flags, Tables};
use super::help;
use super::script::Env;
use super::task::{COMMANDS, Task};
use crate::api::{Str, quote};

/// A command of kubectl.
#[derive(Debug)]
pub struct Command {
    /// Its words, such as `config view`.
    pub path: &'static str,
    /// What stands behind them.
    pub usage: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Its own flags.
    pub flags: Tables,
    /// Those of them that must be given.
    pub required: &'static [&'static str],
    /// Begins it: what it has to do, or why it does not.
    pub start: fn(&Invocation, &Env) -> Result<Task, Error>,
}

/// A command with what it was given.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The command.
    pub command: &'static Command,
    /// Its flags.
    pub flags: Flags,
    /// Its arguments.
    pub args: Vec<String>,
    /// How many arguments came before `--`, if it was there.
    pub args_before_dash: Option<usize>,
}

/// What a command line comes to.
#[derive(Clone, Debug)]
pub enum Found {
    /// A command.
    Command(Box<Invocation>),
    /// Help, and the exit code after it.
    Help(String, i32),
}

impl Invocation {
    /// The words it was called by: `kubectl config view`.
    pub fn path(&self) -> String {
        format!("kubectl {}", self.command.path)
    }

    /// What `--record` notes as the cause of a change, if it is given. Models
    /// RecordFlags, which writes the command line with its flags behind the words.
    pub fn cause(&self) -> Option<Str> {
        if !self.flags.is_on("record") {
            return None;
        }
        let words = std::iter::once(self.command.path).chain(self.args.iter().map(String::as_str));
        let words: Vec<&str> = words.collect();
        Some(format!("kubectl {}{}", words.join(" "), self.flags.written()).into())
    }

    /// The command was used wrongly.
    pub fn usage(&self, text: impl std::fmt::Display) -> Error {
        Error::usage(&self.path(), text)
    }

    /// There are arguments where only files are taken.
    pub fn unexpected(&self) -> Error {
        self.usage(format!("Unexpected args: [{}]", self.args.join(" ")))
    }

    /// There are arguments that should not be there. Models helpErrorf of kubectl config.
    pub fn unexpected_args(&self) -> Error {
        self.usage(format!("unexpected arguments: [{}]", self.args.join(" ")))
    }
}

/// Finds the command of a command line, the word `kubectl` left out.
pub fn find(args: &[String]) -> Result<Found, Error> {
    let words = flags::words(args, |arg, count| match count {
        0 => flags::takes_next(&[], arg),
        _ => takes_next_somewhere(arg),
    });
    let Some(&first) = words.first() else {
        return flags::parse(args, &[]).map_or_else(
            |error| Err(flag_error(&error, "kubectl")),
            |_| Ok(Found::Help(help::overview(), 0)),
        );
    };
    let typed: Vec<&str> = words.iter().map(|&at| args[at].as_str()).collect();
    if typed[0] == "help" {
        return Ok(Found::Help(help_topic(&typed[1..]), 0));
    }
    // The longest path has three words.
    let longest = |count: usize| {
        let path = canonical(typed.get(..count)?);
        COMMANDS.iter().copied().find(|command| command.path == path)
    };
    let found = longest(3).or_else(|| longest(2)).or_else(|| longest(1));
    let group = group_of(&canonical(&typed)).map_or(0, |group| group.split(' ').count());
    let is_deeper = |command: &&Command| command.path.split(' ').count() > group;
    let Some(command) = found.filter(is_deeper) else {
        return unknown(args, first, &typed);
    };
    let count = command.path.split(' ').count();
    let is_path = |at: &usize| words[..count].contains(at);
    let rest: Vec<String> =
        (0..args.len()).filter(|at| !is_path(at)).map(|at| args[at].clone()).collect();
    let path = format!("kubectl {}", command.path);
    let parsed = flags::parse(&rest, command.flags).map_err(|error| flag_error(&error, &path))?;
    if parsed.flags.is_on("help") {
        return Ok(Found::Help(help::of(command), 0));
    }
    let is_missing = |name: &&&str| !parsed.flags.is_given(name);
    let missing: Vec<String> =
        command.required.iter().filter(is_missing).map(|name| quote(name)).collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        return Err(Error::plain(format!("required flag(s) {missing} not set")));
    }
    let flags::Parsed { flags, args, args_before_dash } = parsed;
    Ok(Found::Command(Box::new(Invocation { command, flags, args, args_before_dash })))
}

/// Under which name a command manages the fields it changes. Models the commands' fieldManager.
pub fn manager(invocation: &Invocation) -> Str {
    let flags = &invocation.flags;
    match flags.text("field-manager") {
        "" => Str::new_static("kubectl"),
        _ if flags.is_on("server-side") && !flags.is_given("field-manager") => {
            Str::new_static("kubectl")
        }
        name => name.into(),
    }
}

/// What `kubectl help` says about the command with these words.
fn help_topic(words: &[&str]) -> String {
    if words.is_empty() {
        return help::overview();
    }
    // Words behind those of a command are passed over, as arguments would be.
    let known = (1..=words.len()).rev().find_map(|count| help::about(&words[..count]));
    known.unwrap_or_else(|| {
        let words = words.join(" ");
        format!("Unknown help topic [`{words}`]\n\n\n{}", help::overview())
    })
}

/// Other names of some commands. The last word of each stands for the last word of the other.
pub const ALIASES: &[(&str, &str)] = &[
    ("create cj", "create cronjob"),
    ("create cm", "create configmap"),
    ("create deploy", "create deployment"),
    ("create ing", "create ingress"),
    ("create ns", "create namespace"),
    ("create pc", "create priorityclass"),
    ("create pdb", "create poddisruptionbudget"),
    ("create resourcequota", "create quota"),
    ("create sa", "create serviceaccount"),
    ("create svc", "create service"),
    ("config use", "config use-context"),
    ("set sa", "set serviceaccount"),
    ("top no", "top node"),
    ("top nodes", "top node"),
    ("top po", "top pod"),
    ("top pods", "top pod"),
];

/// The words of a command by its own name.
pub fn canonical(words: &[&str]) -> String {
    let path = words.join(" ");
    let (two, rest) = words.split_at(words.len().min(2));
    let start = two.join(" ");
    match ALIASES.iter().find(|(alias, _)| *alias == start) {
        Some((_, name)) if rest.is_empty() => (*name).to_owned(),
        Some((_, name)) => format!("{name} {}", rest.join(" ")),
        None => path,
    }
}

fn flag_error(error: &str, path: &str) -> Error {
    Error::plain(format!("{error}\nSee '{path} --help' for usage."))
}

/// Whether a flag takes the argument after it in any command.
fn takes_next_somewhere(arg: &str) -> bool {
    COMMANDS.iter().any(|command| flags::takes_next(command.flags, arg))
}

/// The group that the words of a command begin with, if they begin with one.
fn group_of(path: &str) -> Option<&'static str> {
    let begins = |name: &&str| {
        path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    help::GROUPS.iter().map(|(name, _)| *name).find(begins)
}

/// There is no such command, or only the beginning of one.
fn unknown(args: &[String], first: usize, typed: &[&str]) -> Result<Found, Error> {
    let word = args[first].as_str();
    let path = canonical(typed);
    if let Some(group) = group_of(&path) {
        let about = || help::about(&[group]).unwrap_or_default();
        let rest = path[group.len()..].trim_start();
        if args.iter().any(|arg| arg == "-h" || arg == "--help") {
            return Ok(Found::Help(about(), 0));
        }
        return match rest {
            // It only knows to show its help.
            "" => Ok(Found::Help(about(), 1)),
            _ if group == "certificate" => Ok(Found::Help(about(), 0)),
            _ => {
                let text = format!("unknown command {}", quote(rest));
                Err(Error::usage(&format!("kubectl {group}"), text))
            }
        };
    }
    let mut text = format!("unknown command {} for \"kubectl\"", quote(word));
    let similar = help::similar(word);
    if !similar.is_empty() {
        text.push_str("\n\nDid you mean this?\n");
        similar.iter().for_each(|name| text.push_str(&format!("\t{name}\n")));
    }
    Err(Error::plain(text))
}
