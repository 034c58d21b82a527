//! The form of a script: commands, their input and the output they must give.
//!
//! Models cockroachdb/datadriven. A command is a line `name key key=value key=(value, value)`,
//! which a `\` at its end continues; lines of input may follow it; then `----`, the output, and an
//! empty line. Output with empty lines stands between two doubled `----`. Lines that start with
//! `#` before a command are comments.

/// One command of a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// Its line, counted from 1.
    pub line: usize,
    /// The whole line.
    pub text: String,
    /// Its name.
    pub name: String,
    /// What follows the name.
    pub args: Vec<Arg>,
    /// The lines of input, without the space around them.
    pub input: String,
    /// The output it must give.
    pub expected: String,
}

/// One argument of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arg {
    /// Its name, or itself when it has no values.
    pub key: String,
    /// Its values.
    pub values: Vec<String>,
}

type Lines<'a> = std::iter::Peekable<std::iter::Enumerate<std::str::Lines<'a>>>;

const SEPARATOR: &str = "----";

/// The commands in `text`, in order.
pub fn read(text: &str) -> impl Iterator<Item = Command> {
    let mut lines = text.lines().enumerate().peekable();
    std::iter::from_fn(move || next_command(&mut lines))
}

fn next_command(lines: &mut Lines<'_>) -> Option<Command> {
    let is_skipped = |line: &str| line.trim().is_empty() || line.starts_with('#');
    while lines.next_if(|(_, line)| is_skipped(line)).is_some() {}
    let (number, first) = lines.next()?;
    let mut text = first.trim().to_owned();
    while let Some(begun) = text.strip_suffix('\\') {
        let more = lines.next().map_or("", |(_, line)| line.trim());
        text = format!("{}{more}", begun);
    }
    let mut input = String::new();
    for (_, line) in lines.by_ref().take_while(|(_, line)| *line != SEPARATOR) {
        input += line;
        input.push('\n');
    }
    let expected = expected(lines);
    let mut parts = split(&text).into_iter();
    Some(Command {
        line: number + 1,
        name: parts.next().unwrap_or_default(),
        args: parts.map(|part| parse_arg(&part)).collect(),
        text,
        input: input.trim().to_owned(),
        expected,
    })
}

fn expected(lines: &mut Lines<'_>) -> String {
    let mut text = String::new();
    let mut add = |line: &str| {
        text += line;
        text.push('\n');
    };
    if lines.next_if(|(_, line)| *line == SEPARATOR).is_some() {
        while let Some((_, line)) = lines.next() {
            let ends = line == SEPARATOR && lines.next_if(|(_, next)| *next == SEPARATOR).is_some();
            if ends {
                break;
            }
            add(line);
        }
    } else {
        while let Some((_, line)) = lines.next_if(|(_, line)| !line.trim().is_empty()) {
            add(line);
        }
    }
    text
}

/// Splits a line at its spaces, but not at those between brackets.
fn split(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in line.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if c.is_whitespace() && depth <= 0 {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn parse_arg(part: &str) -> Arg {
    let (key, values) = part.split_once('=').unwrap_or((part, ""));
    let inner = values.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let values = match inner {
        Some(inner) => inner.split(',').map(|value| value.trim().to_owned()).collect(),
        None if part.contains('=') => vec![values.to_owned()],
        None => Vec::new(),
    };
    Arg { key: key.to_owned(), values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_commands_with_input_and_output() {
        let text = "# a comment\n\nfirst 1 a=2 b=(3, 4) c=\n----\nout 1\n  out 2\n\n\n\
                    second \\\n  more\nin 1\n\nin 2\n----\n----\none\n\ntwo\n----\nthree\n----\n----\n\n\
                    third\n----\n";
        let commands: Vec<Command> = read(text).collect();
        let shown: Vec<_> = commands
            .iter()
            .map(|c| (c.line, c.name.as_str(), c.input.as_str(), c.expected.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (3, "first", "", "out 1\n  out 2\n"),
                (9, "second", "in 1\n\nin 2", "one\n\ntwo\n----\nthree\n"),
                (24, "third", "", ""),
            ]
        );
        let args = |command: &Command| -> Vec<(String, String)> {
            let args = command.args.iter();
            args.map(|arg| (arg.key.clone(), arg.values.join("|"))).collect()
        };
        let pair = |key: &str, values: &str| (key.to_owned(), values.to_owned());
        let first = [pair("1", ""), pair("a", "2"), pair("b", "3|4"), pair("c", "")];
        assert_eq!(args(&commands[0]), first);
        assert_eq!(args(&commands[1]), [pair("more", "")]);
    }
}
