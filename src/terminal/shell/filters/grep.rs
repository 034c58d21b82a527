//! `grep`: the lines that match. Models GNU grep with the flags people use.

use super::{Args, inputs};
use crate::terminal::screen::Piece;
use crate::terminal::shell::World;
use crate::terminal::shell::builtins::Done;
use crate::terminal::shell::regex::Regex;

/// `grep [-i] [-v] [-c] [-n] [-o] [-w] [-q] [-E|-F] [-e] [-A N] [-B N] PATTERN [FILE]...`.
pub fn grep(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    let args = Args::of(args, "eABCm");
    let mut words = args.words.clone();
    let pattern = match args.value('e') {
        Some(pattern) => pattern,
        None if words.is_empty() => {
            return Done::fail(
                2,
                "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information."
                    .into(),
            );
        }
        None => words.remove(0),
    };
    let source = match args.has('F') {
        true => pattern.chars().flat_map(|c| ['\\', c]).collect(),
        false => pattern.to_owned(),
    };
    let extended = args.has('E') || args.has('F') || args.has('P');
    let source = if args.has('x') { format!("^{source}$") } else { source };
    let Some(regex) = Regex::new(&source, extended, args.has('i')) else {
        return Done::fail(2, "grep: Invalid regular expression".into());
    };
    let mut done = Done::default();
    let texts = inputs("grep", &words, stdin, world, &mut done);
    let failed = done.code != 0;
    let number = |letter| args.value(letter).and_then(|n| n.parse::<usize>().ok());
    let around = number('C').unwrap_or(0);
    let (before, after) = (number('B').unwrap_or(around), number('A').unwrap_or(around));
    let mut found_any = false;
    for (name, text) in &texts {
        let label = if texts.len() > 1 { format!("{name}:") } else { String::new() };
        let lines: Vec<&str> = text.lines().collect();
        let is_meant = |line: &&str| {
            let found = match args.has('w') {
                true => is_word(&regex, line),
                false => regex.is_in(line),
            };
            found != args.has('v')
        };
        let hits: Vec<usize> = (0..lines.len()).filter(|at| is_meant(&lines[*at])).collect();
        let hits = &hits[..hits.len().min(number('m').unwrap_or(usize::MAX))];
        found_any |= !hits.is_empty();
        if args.has('q') {
            continue;
        }
        if args.has('c') {
            done.printed.push(Piece::out(format!("{label}{}\n", hits.len())));
            continue;
        }
        let shown = |at: &usize| hits.iter().any(|hit| *at + before >= *hit && *at <= hit + after);
        for at in (0..lines.len()).filter(shown) {
            let mark = if hits.contains(&at) { ':' } else { '-' };
            let number = if args.has('n') { format!("{}{mark}", at + 1) } else { String::new() };
            match args.has('o') {
                true => {
                    for part in matches(&regex, lines[at]) {
                        done.printed.push(Piece::out(format!("{label}{number}{part}\n")));
                    }
                }
                false => {
                    let line = lines[at];
                    done.printed.push(Piece::out(format!("{label}{number}{line}\n")));
                }
            }
        }
    }
    done.code = if failed { 2 } else { i32::from(!found_any) };
    done
}

/// Every part of a line that matches, without those that are empty.
fn matches<'a>(regex: &Regex, line: &'a str) -> Vec<&'a str> {
    let (mut parts, mut from) = (Vec::new(), 0);
    while let Some(range) = regex.find(line, from).and_then(|groups| groups[0].clone()) {
        from = range.end.max(from + 1);
        if !range.is_empty() {
            parts.push(&line[range]);
        }
        while from < line.len() && !line.is_char_boundary(from) {
            from += 1;
        }
        if from > line.len() {
            break;
        }
    }
    parts
}

fn is_word(regex: &Regex, line: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let Some(range) = regex.find(line, 0).and_then(|groups| groups[0].clone()) else {
        return false;
    };
    !is_letter(line[..range.start].chars().next_back())
        && !is_letter(line[range.end..].chars().next())
}
