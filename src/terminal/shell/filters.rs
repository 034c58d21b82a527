//! The programs that read text and print some of it: `grep`, `sed`, `sort` and their like.
//!
//! Models coreutils, grep, sed and awk as far as people use them behind kubectl. Invariant: what
//! they print depends on their arguments, their input and the files alone.

use super::World;
use super::builtins::{Done, path};
use super::regex::Regex;
use crate::terminal::screen::Piece;

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

/// `awk [-F C] '[NR>1] [/PATTERN/] {print $1, $2}'`: what is printed behind kubectl.
pub fn awk(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    let args = Args::of(args, "Fv");
    let Some((program, names)) = args.words.split_first() else {
        return Done::fail(
            2,
            "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]".into(),
        );
    };
    let (condition, action) = match program.split_once('{') {
        Some((condition, action)) => {
            (condition.trim(), action.trim_end().trim_end_matches('}').trim())
        }
        None => (program.trim(), "print"),
    };
    let Some(printed) = action.strip_prefix("print").map(str::trim) else {
        return Done::fail(2, format!("awk: only print is part of this simulation: {action}"));
    };
    let (by_number, pattern) = match condition.strip_prefix('/').and_then(|c| c.strip_suffix('/')) {
        Some(source) => (None, Regex::new(source, true, false)),
        None => (Some(condition), None),
    };
    let mut done = Done::default();
    let texts = inputs("awk", names, stdin, world, &mut done);
    for (number, line) in texts.iter().flat_map(|(_, text)| text.lines()).enumerate() {
        let is_meant = match (by_number, &pattern) {
            (Some(""), _) => true,
            (Some(condition), _) => compares(condition, number + 1, line, args.value('F')),
            (None, pattern) => pattern.as_ref().is_some_and(|pattern| pattern.is_in(line)),
        };
        if is_meant {
            let parts: Vec<String> = match printed {
                "" => vec![line.to_owned()],
                _ => printed
                    .split(',')
                    .map(|part| value(part, number + 1, line, args.value('F')))
                    .collect(),
            };
            done.printed.push(Piece::out(parts.join(" ") + "\n"));
        }
    }
    done
}

/// Words beside one another in awk, put together: `$1 "/" NR`.
fn value(text: &str, number: usize, line: &str, border: Option<&str>) -> String {
    let fields: Vec<&str> = match border {
        Some(border) if !border.is_empty() => line.split(border).collect(),
        _ => line.split_whitespace().collect(),
    };
    let (mut out, mut rest) = (String::new(), text.trim());
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('"') {
            let (literal, behind) = inner.split_once('"').unwrap_or((inner, ""));
            out.push_str(&literal.replace("\\t", "\t").replace("\\n", "\n"));
            rest = behind.trim_start();
            continue;
        }
        let (word, behind) = rest.split_at(rest.find([' ', '"']).unwrap_or(rest.len()));
        match word {
            "NR" => out.push_str(&number.to_string()),
            "NF" => out.push_str(&fields.len().to_string()),
            "$0" => out.push_str(line),
            "$NF" => out.push_str(fields.last().unwrap_or(&"")),
            _ => {
                let at = word.strip_prefix('$').and_then(|n| n.parse::<usize>().ok());
                let field = at.filter(|at| *at > 0).and_then(|at| fields.get(at - 1));
                out.push_str(field.copied().unwrap_or(if at.is_some() { "" } else { word }));
            }
        }
        rest = behind.trim_start();
    }
    out
}

/// Whether `NR>1` or `$3=="Running"` holds.
fn compares(condition: &str, number: usize, line: &str, border: Option<&str>) -> bool {
    for mark in ["==", "!=", ">=", "<=", "!~", "~", ">", "<"] {
        let Some((left, right)) = condition.split_once(mark) else { continue };
        let left = value(left, number, line, border);
        if mark.ends_with('~') {
            let source = right.trim().trim_matches('/');
            let found = Regex::new(source, true, false).is_some_and(|regex| regex.is_in(&left));
            return found == (mark == "~");
        }
        let right = value(right, number, line, border);
        let order = match (left.parse::<i64>(), right.parse::<i64>()) {
            (Ok(left), Ok(right)) => left.cmp(&right),
            _ => left.cmp(&right),
        };
        return match mark {
            "==" => order.is_eq(),
            "!=" => order.is_ne(),
            ">=" => order.is_ge(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            _ => order.is_lt(),
        };
    }
    !matches!(value(condition, number, line, border).as_str(), "" | "0")
}
