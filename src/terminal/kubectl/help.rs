//! `kubectl --help` and what stands behind it, made of the tables that also drive the parsing.
//!
//! Models the layout of kubectl/pkg/util/templates; the sentences are ours.

use super::command::Command;
use super::flags::{Flag, Kind};
use super::task::COMMANDS;
use super::unsupported;

/// `kubectl` without arguments.
pub fn overview() -> String {
    let mut text = "kubectl controls the Kubernetes cluster manager.\n\nCommands:\n".to_owned();
    let width = COMMANDS.iter().map(|command| command.path.len()).max().unwrap_or(0);
    for command in COMMANDS {
        text.push_str(&format!("  {:width$}   {}\n", command.path, command.about));
    }
    text.push_str("\nUsage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for more information about a given command.\n");
    text
}

/// Help about the command with these words, or about those that begin with them.
pub fn about(words: &[&str]) -> String {
    let path = words.join(" ");
    let group = format!("{path} ");
    let exact = COMMANDS.iter().copied().find(|command| command.path == path);
    if let Some(command) = exact {
        return of(command);
    }
    let within: Vec<_> =
        COMMANDS.iter().filter(|command| command.path.starts_with(&group)).collect();
    if within.is_empty() {
        return overview();
    }
    let mut text = "Available Commands:\n".to_owned();
    let width = within.iter().map(|command| command.path.len()).max().unwrap_or(0) - group.len();
    for command in within {
        let name = &command.path[group.len()..];
        text.push_str(&format!("  {name:width$}   {}\n", command.about));
    }
    text.push_str(&format!("\nUsage:\n  kubectl {path} SUBCOMMAND [options]\n\nUse \"kubectl {path} <command> --help\" for more information about a given command.\n"));
    text
}

/// Help about one command.
pub fn of(command: &Command) -> String {
    let Command { path, usage, about, .. } = command;
    let mut text = format!("{about}.\n");
    let own: Vec<&Flag> = command.flags.iter().flat_map(|table| table.iter()).collect();
    if !own.is_empty() {
        text.push_str("\nOptions:\n");
        let mut sorted = own;
        sorted.sort_by_key(|flag| flag.name);
        let options: Vec<String> = sorted.into_iter().map(option).collect();
        text.push_str(&options.join("\n"));
    }
    let usage = if usage.is_empty() { "[options]" } else { *usage };
    text.push_str(&format!("\nUsage:\n  kubectl {path} {usage}\n"));
    text
}

fn option(flag: &Flag) -> String {
    let letter = flag.short.map_or("    ".to_owned(), |letter| format!("-{letter}, "));
    let default = match flag.kind {
        Kind::Text | Kind::Optional(_) => format!("'{}'", flag.default),
        Kind::List | Kind::Repeated => "[]".to_owned(),
        Kind::Bool | Kind::Int | Kind::Duration => flag.default.to_owned(),
    };
    format!("    {letter}--{}={default}:\n\t{}\n", flag.name, flag.about)
}

/// Commands whose names are like `word`: at most two letters changed, or beginning with it.
/// Models cobra's SuggestionsFor.
pub fn similar(word: &str) -> Vec<&'static str> {
    let firsts = COMMANDS.iter().filter_map(|command| command.path.split(' ').next());
    let mut names: Vec<&'static str> = firsts.chain(unsupported::NAMES.iter().copied()).collect();
    names.sort_unstable();
    names.dedup();
    let lower = word.to_lowercase();
    names.retain(|name| distance(&lower, name) <= 2 || name.starts_with(&lower));
    names
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
        assert!(similar("gte").contains(&"get"));
        assert!(similar("desc").contains(&"describe"));
        assert!(similar("nosuchcommand").is_empty());
    }

    #[test]
    fn flags_show_their_letters_and_defaults() {
        let text = of(COMMANDS.iter().find(|command| command.path == "get").unwrap());
        assert!(text.contains("\n    -A, --all-namespaces=false:\n\t"), "{text}");
        assert!(text.contains("\n    -o, --output='':\n\t"), "{text}");
    }
}
