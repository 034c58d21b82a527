//! The programs that read text and print some of it: `grep`, `sed`, `sort` and their like.
//!
//! Models coreutils, grep, sed and awk as far as people use them behind kubectl. Invariant: what
//! they print depends on their arguments, their input and the files alone.

mod awk;
mod grep;
mod sed;

use super::World;
use super::builtins::{Done, path};
use crate::terminal::screen::Piece;

pub use awk::awk;
pub use grep::grep;
pub use sed::sed;

/// Flags with one letter each that were given, their values, and the other words.
struct Args<'a> {
    flags: Vec<(char, &'a str)>,
    words: Vec<&'a str>,
}

impl<'a> Args<'a> {
    /// Reads words; the letters in `valued` take a value.
    fn of(args: &'a [String], valued: &str) -> Self {
        let mut all = Self { flags: Vec::new(), words: Vec::new() };
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            let Some(letters) = arg.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                all.words.push(arg);
                continue;
            };
            for (at, letter) in letters.char_indices() {
                if valued.contains(letter) {
                    let behind = &letters[at + letter.len_utf8()..];
                    let value = match behind {
                        "" => rest.next().map_or("", String::as_str),
                        behind => behind,
                    };
                    all.flags.push((letter, value));
                    break;
                }
                all.flags.push((letter, ""));
            }
        }
        all
    }

    fn has(&self, letter: char) -> bool {
        self.flags.iter().any(|(flag, _)| *flag == letter)
    }

    fn value(&self, letter: char) -> Option<&'a str> {
        self.flags.iter().rev().find(|(flag, _)| *flag == letter).map(|(_, value)| *value)
    }
}

/// The texts of files, or what was piped in where none is named; what is missing is noted.
fn inputs(
    program: &str,
    names: &[&str],
    stdin: Option<&str>,
    world: &World,
    done: &mut Done,
) -> Vec<(String, String)> {
    if names.is_empty() {
        return vec![(String::new(), stdin.unwrap_or_default().to_owned())];
    }
    let mut texts = Vec::new();
    for name in names {
        match (*name, world.files.get(path(name))) {
            ("-", _) => texts.push((String::new(), stdin.unwrap_or_default().to_owned())),
            (_, Some(text)) => texts.push(((*name).to_owned(), text.to_string())),
            _ => {
                let text = match program {
                    "head" | "tail" => {
                        format!(
                            "{program}: cannot open '{name}' for reading: No such file or directory\n"
                        )
                    }
                    "sort" => format!("sort: cannot read: {name}: No such file or directory\n"),
                    "sed" => format!("sed: can't read {name}: No such file or directory\n"),
                    _ => format!("{program}: {name}: No such file or directory\n"),
                };
                done.add(Piece::err(text));
            }
        }
    }
    texts
}

/// `head [-n N] [FILE]...` and `tail [-n [+]N] [FILE]...`.
pub fn head(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    part_of("head", args, stdin, world)
}

/// `tail [-n [+]N] [FILE]...`.
pub fn tail(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    part_of("tail", args, stdin, world)
}

fn part_of(program: &str, args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    // `-5` is short for `-n 5`.
    let is_count = |arg: &String| {
        arg.strip_prefix('-')
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let args: Vec<String> = args
        .iter()
        .map(|arg| if is_count(arg) { format!("-n{}", &arg[1..]) } else { arg.clone() })
        .collect();
    let args = Args::of(&args, "nc");
    let text = args.value('n').unwrap_or("10");
    let Ok(count) = text.trim_start_matches(['+', '-']).parse::<usize>() else {
        return Done::fail(1, format!("{program}: invalid number of lines: '{text}'"));
    };
    let mut done = Done::default();
    let texts = inputs(program, &args.words, stdin, world, &mut done);
    for (name, text_of) in &texts {
        if texts.len() > 1 {
            done.printed.push(Piece::out(format!("==> {name} <==\n")));
        }
        let lines: Vec<&str> = text_of.split_inclusive('\n').collect();
        let range = match program {
            "head" if text.starts_with('-') => 0..lines.len().saturating_sub(count),
            "head" => 0..count.min(lines.len()),
            _ if text.starts_with('+') => count.saturating_sub(1).min(lines.len())..lines.len(),
            _ => lines.len().saturating_sub(count)..lines.len(),
        };
        done.printed.push(Piece::out(lines[range].concat()));
    }
    done
}

/// `sort [-r] [-n] [-u] [-k N] [-t C] [FILE]...`.
pub fn sort(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    let args = Args::of(args, "kt");
    let mut done = Done::default();
    let texts = inputs("sort", &args.words, stdin, world, &mut done);
    let mut lines: Vec<&str> = texts.iter().flat_map(|(_, text)| text.lines()).collect();
    let field = args.value('k').and_then(|k| k.split([',', '.', 'n', 'r']).next()?.parse().ok());
    let key = |line: &str| -> String {
        let Some(field) = field.filter(|field: &usize| *field > 0) else { return line.to_owned() };
        let parts: Vec<&str> = match args.value('t') {
            Some(border) if !border.is_empty() => line.split(border).collect(),
            _ => line.split_whitespace().collect(),
        };
        parts.get(field - 1..).map(|rest| rest.join(" ")).unwrap_or_default()
    };
    let number = |text: &str| -> i64 {
        let text = text.trim_start();
        let len = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'-').count();
        text[..len].parse().unwrap_or(0)
    };
    let numeric = args.has('n') || args.value('k').is_some_and(|k| k.contains('n'));
    lines.sort_by(|a, b| {
        let (x, y) = (key(a), key(b));
        let order = if numeric { number(&x).cmp(&number(&y)) } else { x.cmp(&y) };
        order.then_with(|| a.cmp(b))
    });
    if args.has('r') || args.value('k').is_some_and(|k| k.contains('r')) {
        lines.reverse();
    }
    if args.has('u') {
        lines.dedup_by_key(|line| key(line));
    }
    done.print_lines(&lines)
}

/// `uniq [-c] [-d] [FILE]`.
pub fn uniq(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    let args = Args::of(args, "");
    let mut done = Done::default();
    let texts = inputs("uniq", &args.words, stdin, world, &mut done);
    let mut groups: Vec<(&str, usize)> = Vec::new();
    for line in texts.iter().flat_map(|(_, text)| text.lines()) {
        match groups.last_mut() {
            Some((last, count)) if *last == line => *count += 1,
            _ => groups.push((line, 1)),
        }
    }
    for (line, count) in groups.into_iter().filter(|(_, count)| !args.has('d') || *count > 1) {
        let count = if args.has('c') { format!("{count:>7} ") } else { String::new() };
        done.printed.push(Piece::out(format!("{count}{line}\n")));
    }
    done
}

/// `cut -d C -f LIST` and `cut -c LIST`.
pub fn cut(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    let args = Args::of(args, "dfc");
    let Some((list, by_letter)) =
        args.value('f').map(|list| (list, false)).or_else(|| Some((args.value('c')?, true)))
    else {
        let text = "cut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.";
        return Done::fail(1, text.into());
    };
    let ranges: Vec<(usize, usize)> = list
        .split(',')
        .map(|part| {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            (from.parse().unwrap_or(1), to.parse().unwrap_or(usize::MAX))
        })
        .collect();
    let is_meant = |at: &usize| ranges.iter().any(|(from, to)| (*from..=*to).contains(&(at + 1)));
    let border = args.value('d').unwrap_or("\t");
    let mut done = Done::default();
    let texts = inputs("cut", &args.words, stdin, world, &mut done);
    for line in texts.iter().flat_map(|(_, text)| text.lines()) {
        let shown = if by_letter {
            line.chars().enumerate().filter(|(at, _)| is_meant(at)).map(|(_, c)| c).collect()
        } else if border.is_empty() || !line.contains(border) {
            line.to_owned()
        } else {
            let parts = line.split(border).enumerate().filter(|(at, _)| is_meant(at));
            parts.map(|(_, part)| part).collect::<Vec<_>>().join(border)
        };
        done.printed.push(Piece::out(shown + "\n"));
    }
    done
}

/// `tr [-d] SET1 [SET2]`.
pub fn tr(args: &[String], stdin: Option<&str>, _: &mut World) -> Done {
    let args = Args::of(args, "");
    let set = |text: &str| -> Vec<char> {
        let letters: Vec<char> = text.replace("\\n", "\n").replace("\\t", "\t").chars().collect();
        let mut all = Vec::new();
        let mut at = 0;
        while at < letters.len() {
            match (letters.get(at + 1), letters.get(at + 2)) {
                (Some('-'), Some(end)) if letters[at] <= *end => {
                    all.extend(letters[at]..=*end);
                    at += 3;
                }
                _ => {
                    all.push(letters[at]);
                    at += 1;
                }
            }
        }
        all
    };
    let Some(from) = args.words.first().map(|text| set(text)) else {
        return Done::fail(1, "tr: missing operand\nTry 'tr --help' for more information.".into());
    };
    let to = args.words.get(1).map(|text| set(text)).unwrap_or_default();
    let changed = stdin.unwrap_or_default().chars().filter_map(|c| {
        let Some(at) = from.iter().position(|known| *known == c) else { return Some(c) };
        to.get(at).or(to.last()).copied().filter(|_| !args.has('d'))
    });
    Done::print(changed.collect::<String>())
}

/// `wc [-l] [-w] [-c] [FILE]...`.
pub fn wc(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    let args = Args::of(args, "");
    let mut done = Done::default();
    let texts = inputs("wc", &args.words, stdin, world, &mut done);
    let all = args.flags.is_empty();
    let mut totals = [0; 3];
    let mut line = |counts: [usize; 3], name: &str, alone: bool| {
        let shown: Vec<usize> = ['l', 'w', 'c']
            .iter()
            .zip(counts)
            .filter(|(letter, _)| all || args.has(**letter))
            .map(|(_, count)| count)
            .collect();
        let width = if shown.len() == 1 && alone { 0 } else { 7 };
        let counts = shown.iter().map(|n| format!("{n:>width$}")).collect::<Vec<_>>().join(" ");
        let space = if name.is_empty() { "" } else { " " };
        done.printed.push(Piece::out(format!("{counts}{space}{name}\n")));
    };
    for (name, text) in &texts {
        let counts = [text.matches('\n').count(), text.split_whitespace().count(), text.len()];
        (0..3).for_each(|at| totals[at] += counts[at]);
        line(counts, name, texts.len() == 1);
    }
    if texts.len() > 1 {
        line(totals, "total", false);
    }
    done
}
