//! `kubectl --help` and what stands behind it, made of the tables that also drive the parsing.
//!
//! Models the layout of kubectl/pkg/util/templates; the sentences are ours.

use super::command::{ALIASES, Command};
use super::flags::{self, Flag, Kind};
use super::task::COMMANDS;
use super::{examples, globals};

/// Commands that only hold others, with what they are about.
pub const GROUPS: &[(&str, &str)] = &[
    ("auth", "Inspect authorization"),
    ("certificate", "Modify certificate resources"),
    ("config", "Change the kubeconfig"),
    ("create secret", "Create a secret of one of these kinds"),
    ("create service", "Create a service of one of these kinds"),
    ("kuberc", "Manage your preferences"),
    ("plugin", "Work with plugins of kubectl"),
    ("rollout", "Manage how workloads go from one version to the next"),
    ("set", "Change single features of objects"),
    ("top", "Show what nodes and pods use"),
];

/// The commands by what they are for, in the order of `kubectl --help`.
const SECTIONS: &[(&str, &[&str])] = &[
    ("Basic Commands (Beginner)", &["create", "expose", "run", "set"]),
    ("Basic Commands (Intermediate)", &["explain", "get", "edit", "delete"]),
    ("Deploy Commands", &["rollout", "scale", "autoscale"]),
    (
        "Cluster Management Commands",
        &["certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint"],
    ),
    (
        "Troubleshooting and Debugging Commands",
        &[
            "describe",
            "logs",
            "attach",
            "exec",
            "port-forward",
            "proxy",
            "cp",
            "auth",
            "debug",
            "events",
        ],
    ),
    ("Advanced Commands", &["diff", "apply", "patch", "replace", "wait", "kustomize"]),
    ("Settings Commands", &["label", "annotate", "completion"]),
    ("Other Commands", &["api-resources", "api-versions", "config", "kuberc", "plugin", "version"]),
];

const GLOBAL_OPTIONS: &str = "Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n";

/// `kubectl` without arguments.
pub fn overview() -> String {
    let mut text = "kubectl controls the Kubernetes cluster manager.\n".to_owned();
    for (title, names) in SECTIONS {
        text.push_str(&format!("\n{title}:\n"));
        names.iter().for_each(|name| text.push_str(&format!("  {name:<15} {}\n", about_of(name))));
    }
    text.push_str(
        "\nUsage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for more \
         information about a given command.\n",
    );
    text + GLOBAL_OPTIONS
}

/// The sentence about a command or a group.
fn about_of(path: &str) -> &'static str {
    let command = COMMANDS.iter().find(|command| command.path == path);
    let group = || GROUPS.iter().find(|(name, _)| *name == path).map_or("", |(_, about)| about);
    command.map_or_else(group, |command| command.about)
}

/// Help about the command with these words, or about those that begin with them; `None` if there
/// is none.
pub fn about(words: &[&str]) -> Option<String> {
    let path = super::command::canonical(words);
    if let Some(command) = COMMANDS.iter().copied().find(|command| command.path == path) {
        return Some(of(command));
    }
    let (_, about) = GROUPS.iter().find(|(name, _)| *name == path)?;
    let usage = match path.as_str() {
        "certificate" | "config" | "kuberc" | "rollout" | "set" => " SUBCOMMAND",
        "create secret" => " (docker-registry | generic | tls)",
        _ => " [flags]",
    };
    let mut text = format!("{about}.\n");
    text.push_str(&aliases(&path));
    text.push_str(&inside(&path));
    Some(text + &usage_of(&path, usage, true))
}

/// Help about one command.
pub fn of(command: &Command) -> String {
    let Command { path, usage, about, .. } = command;
    let mut text = format!("{about}.\n");
    text.push_str(&aliases(path));
    let lines: Vec<String> =
        examples::of(path).iter().map(|(what, how)| format!("  # {what}\n  {how}\n")).collect();
    if !lines.is_empty() {
        text.push_str(&format!("\nExamples:\n{}", lines.join("  \n")));
    }
    let inside = inside(path);
    text.push_str(&inside);
    let own = command.flags.iter().flat_map(|table| table.iter());
    let options = options(own);
    if !options.is_empty() {
        text.push_str(&format!("\nOptions:\n{options}"));
    }
    let usage = if usage.is_empty() { " [flags]".to_owned() } else { format!(" {usage}") };
    text + &usage_of(path, &usage, !inside.is_empty())
}

/// `kubectl options`.
pub fn global_options() -> String {
    let hidden = |flag: &&Flag| !matches!(flag.name, "help" | "h");
    let options = options(globals::FLAGS.iter().filter(hidden));
    format!("The following options can be passed to any command:\n\n{options}")
}

fn usage_of(path: &str, usage: &str, has_inside: bool) -> String {
    let inside = match has_inside {
        true => format!(
            "Use \"kubectl {path} <command> --help\" for more information about a given command.\n"
        ),
        false => String::new(),
    };
    format!("\nUsage:\n  kubectl {path}{usage} [options]\n\n{inside}{GLOBAL_OPTIONS}")
}

/// Other names of a command.
fn aliases(path: &str) -> String {
    let last = |path: &'static str| path.rsplit(' ').next().unwrap_or_default();
    let known = ALIASES.iter().filter(|(_, name)| *name == path);
    let names: Vec<&str> = known.clone().map(|(alias, _)| last(alias)).collect();
    match known.map(|(_, name)| last(name)).next() {
        Some(own) => format!("\nAliases:\n{own}, {}\n", names.join(", ")),
        None => String::new(),
    }
}

/// The commands within a command.
fn inside(path: &str) -> String {
    let mut names: Vec<(&str, &str)> = Vec::new();
    let all = COMMANDS.iter().map(|command| (command.path, command.about));
    for (other, about) in all.chain(GROUPS.iter().copied()) {
        let rest = other.strip_prefix(path).and_then(|rest| rest.strip_prefix(' '));
        if let Some(name) = rest.filter(|name| !name.contains(' ')) {
            names.push((name, about));
        }
    }
    if names.is_empty() {
        return String::new();
    }
    names.sort_unstable();
    let width = names.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let line = |(name, about): &(&str, &str)| format!("  {name:width$}   {about}\n");
    format!("\nAvailable Commands:\n{}", names.iter().map(line).collect::<String>())
}

fn options<'a>(flags: impl Iterator<Item = &'a Flag>) -> String {
    let mut shown: Vec<&Flag> = flags.filter(|flag| flag.deprecated.is_none()).collect();
    shown.sort_by_key(|flag| flag.name);
    shown.into_iter().map(option).collect::<Vec<_>>().join("\n")
}

fn option(flag: &Flag) -> String {
    let letter = flag.short.map_or("    ".to_owned(), |letter| format!("-{letter}, "));
    let default = match flag.kind {
        Kind::Text | Kind::Optional(_) => format!("'{}'", flag.default),
        Kind::List | Kind::Repeated => format!("[{}]", flag.default),
        Kind::Bool | Kind::Int | Kind::Duration => flag.default.to_owned(),
    };
    format!("    {letter}--{}={default}:\n\t{}\n", flag.name, flag.about)
}

/// Commands whose names are like `word`: at most two letters changed, or beginning with it.
/// Models cobra's SuggestionsFor.
pub fn similar(word: &str) -> Vec<&'static str> {
    let mut names: Vec<&'static str> =
        SECTIONS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let lower = word.to_lowercase();
    names.retain(|name| distance(&lower, name) <= 2 || name.starts_with(&lower));
    names
}

/// Every command by its first word, and `options` and `help` beside them.
pub fn names() -> impl Iterator<Item = &'static str> {
    let all = SECTIONS.iter().flat_map(|(_, names)| names.iter().copied());
    all.chain(["help", "options"])
}

/// The names of the commands within the command with these words, `""` for kubectl itself.
pub fn names_within(path: &str) -> Vec<&'static str> {
    if path.is_empty() {
        return names().collect();
    }
    let paths = COMMANDS.iter().map(|command| command.path);
    let all = paths.chain(GROUPS.iter().map(|(path, _)| *path));
    let rest = all.filter_map(|other| other.strip_prefix(path)?.strip_prefix(' '));
    rest.filter(|name| !name.contains(' ')).collect()
}

/// The tables of flags of the command with these words.
pub fn tables_of(path: &str) -> flags::Tables {
    COMMANDS.iter().find(|command| command.path == path).map_or(&[][..], |c| c.flags)
}

/// The flags of the command with these words.
pub fn flags_of(path: &str) -> impl Iterator<Item = &'static Flag> {
    flags::all(tables_of(path)).filter(|flag| flag.deprecated.is_none())
}

/// How many letters have to be put in, taken out or changed to make `b` of `a`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_similar() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(similar("gett"), ["set", "get"]);
        assert!(similar("desc").contains(&"describe"));
        assert!(similar("nosuchcommand").is_empty());
    }

    #[test]
    fn flags_show_their_letters_and_defaults() {
        let text = of(COMMANDS.iter().find(|command| command.path == "get").unwrap());
        assert!(text.contains("\n    -A, --all-namespaces=false:\n\t"), "{text}");
        assert!(text.contains("\n    -o, --output='':\n\t"), "{text}");
    }

    #[test]
    fn every_command_is_found_and_has_an_example() {
        for command in COMMANDS {
            let first = command.path.split(' ').next().unwrap_or_default();
            assert!(names().any(|name| name == first) || first == "alpha", "{first}");
            let exempt = matches!(command.path, "options" | "alpha");
            assert!(exempt || !examples::of(command.path).is_empty(), "{}", command.path);
        }
    }
}
