//! `sed`: replaces, prints and deletes lines. Models GNU sed as far as `s`, `p` and `d` go.

use super::{Args, inputs};
use crate::terminal::screen::Piece;
use crate::terminal::shell::World;
use crate::terminal::shell::builtins::{Done, path};
use crate::terminal::shell::regex::Regex;

/// `sed [-i] [-n] [-E] SCRIPT [FILE]...`; scripts of `s/a/b/g`, `p` and `d` with line numbers or
/// patterns before them, separated by `;`.
pub fn sed(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    let args = Args::of(args, "e");
    let mut words = args.words.clone();
    let script = match args.value('e') {
        Some(script) => script,
        None if words.is_empty() => {
            return Done::fail(
                1,
                "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...".into(),
            );
        }
        None => words.remove(0),
    };
    let extended = args.has('E') || args.has('r');
    let Some(edits) = Edit::all(script, extended) else {
        return Done::fail(
            1,
            format!("sed: -e expression #1, char {}: unknown command", script.len()),
        );
    };
    let mut done = Done::default();
    for (name, text) in inputs("sed", &words, stdin, world, &mut done) {
        let mut printed = String::new();
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let mut line = (*line).to_owned();
            let (mut goes, mut again) = (false, 0);
            for edit in edits
                .iter()
                .filter(|edit| edit.is_for(at + 1, lines.len(), &line))
                .collect::<Vec<_>>()
            {
                match &edit.what {
                    What::Delete => goes = true,
                    What::Print => again += 1,
                    What::Replace(regex, with, everywhere) => {
                        line = replaced(regex, &line, with, *everywhere);
                    }
                }
            }
            let count = again + usize::from(!goes && !args.has('n'));
            (0..count).for_each(|_| printed += &format!("{line}\n"));
        }
        match args.has('i') && !name.is_empty() {
            true => world.write(path(&name), printed.into()),
            false => done.printed.push(Piece::out(printed)),
        }
    }
    done
}

/// One command of `sed`.
struct Edit {
    /// The lines it is for, counted from 1; all of them without.
    lines: Option<(usize, usize)>,
    pattern: Option<Regex>,
    what: What,
}

enum What {
    Delete,
    Print,
    Replace(Regex, String, bool),
}

impl Edit {
    fn all(script: &str, extended: bool) -> Option<Vec<Self>> {
        let mut edits = Vec::new();
        let mut rest = script.trim_start_matches([';', ' ', '\n']);
        while !rest.is_empty() {
            let (edit, behind) = Self::one(rest, extended)?;
            edits.push(edit);
            rest = behind.trim_start_matches([';', ' ', '\n']);
        }
        Some(edits)
    }

    fn one(text: &str, extended: bool) -> Option<(Self, &str)> {
        let number = |text: &str| -> Option<(usize, usize)> {
            let len = text.bytes().take_while(u8::is_ascii_digit).count();
            match text.starts_with('$') {
                true => Some((usize::MAX, 1)),
                false => text[..len].parse().ok().map(|n| (n, len)),
            }
        };
        let (mut rest, mut lines, mut pattern) = (text, None, None);
        if let Some((first, len)) = number(rest) {
            rest = &rest[len..];
            lines = Some((first, first));
            if let Some((last, len)) = rest.strip_prefix(',').and_then(number) {
                rest = &rest[len + 1..];
                lines = Some((first, last));
            }
        } else if let Some(inner) = rest.strip_prefix('/') {
            let (source, behind) = inner.split_once('/')?;
            pattern = Some(Regex::new(source, extended, false)?);
            rest = behind;
        }
        let mark = rest.chars().next()?;
        rest = &rest[mark.len_utf8()..];
        let what = match mark {
            'd' => What::Delete,
            'p' => What::Print,
            's' => {
                let border = rest.chars().next()?;
                let parts = split_at_border(&rest[border.len_utf8()..], border);
                let [source, with, behind] = &parts[..] else { return None };
                let everywhere = behind.starts_with('g');
                let regex = Regex::new(source, extended, false)?;
                rest = &rest[rest.len() - behind.len() + usize::from(everywhere)..];
                What::Replace(regex, with.clone(), everywhere)
            }
            _ => return None,
        };
        Some((Self { lines, pattern, what }, rest))
    }

    fn is_for(&self, line: usize, count: usize, text: &str) -> bool {
        let last = |at: usize| if at == usize::MAX { count } else { at };
        self.lines.is_none_or(|(from, to)| (last(from)..=last(to)).contains(&line))
            && self.pattern.as_ref().is_none_or(|pattern| pattern.is_in(text))
    }
}

/// The two parts before the second and third border, and what is behind.
fn split_at_border(text: &str, border: char) -> Vec<String> {
    let (mut parts, mut part, mut escaped) = (Vec::new(), String::new(), false);
    for (at, c) in text.char_indices() {
        if c == border && !escaped {
            parts.push(std::mem::take(&mut part));
            if parts.len() == 2 {
                parts.push(text[at + c.len_utf8()..].to_owned());
                return parts;
            }
            continue;
        }
        if escaped && c == border {
            part.pop();
        }
        escaped = c == '\\' && !escaped;
        part.push(c);
    }
    parts
}

fn replaced(regex: &Regex, line: &str, with: &str, everywhere: bool) -> String {
    let (mut out, mut from) = (String::new(), 0);
    while let Some(groups) = regex.find(line, from) {
        let Some(range) = groups[0].clone() else { break };
        out.push_str(&line[from..range.start]);
        let mut letters = with.chars();
        while let Some(c) = letters.next() {
            let group = |at: usize| groups.get(at).cloned().flatten().map_or("", |r| &line[r]);
            match c {
                '&' => out.push_str(group(0)),
                '\\' => match letters.next() {
                    Some(digit @ '1'..='9') => out.push_str(group(digit as usize - '0' as usize)),
                    Some('n') => out.push('\n'),
                    Some(other) => out.push(other),
                    None => {}
                },
                c => out.push(c),
            }
        }
        from = range.end;
        if range.is_empty() {
            let Some(c) = line[from..].chars().next() else { break };
            out.push(c);
            from += c.len_utf8();
        }
        if !everywhere {
            break;
        }
    }
    out + &line[from..]
}
