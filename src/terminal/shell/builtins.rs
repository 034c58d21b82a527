//! The few programs that need no cluster. They take no time.
//!
//! Models bash builtins and coreutils as far as people use them beside kubectl.

use super::{World, filters};
use crate::api::{Str, Timestamp};
use crate::terminal::screen::Piece;

/// What a program has done.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Done {
    /// What it printed.
    pub printed: Vec<Piece>,
    /// Its exit code.
    pub code: i32,
}

type Program = fn(&[String], Option<&str>, &mut World) -> Done;

/// Every program, in the order of `help`.
const PROGRAMS: &[(&str, Program)] = &[
    ("alias", alias),
    ("awk", filters::awk),
    ("cat", cat),
    ("cd", cd),
    ("clear", clear),
    ("cp", cp),
    ("cut", filters::cut),
    ("date", date),
    ("echo", echo),
    ("env", env),
    ("export", export),
    ("false", |_, _, _| Done { code: 1, ..Done::default() }),
    ("grep", filters::grep),
    ("head", filters::head),
    ("help", help),
    ("history", history),
    ("jobs", jobs),
    ("kill", kill),
    ("less", cat),
    ("ls", ls),
    ("more", cat),
    ("mv", mv),
    ("printf", printf),
    ("pwd", pwd),
    ("rm", rm),
    ("sed", filters::sed),
    ("seq", seq),
    ("set", env),
    ("sort", filters::sort),
    ("tail", filters::tail),
    ("tee", tee),
    ("test", test),
    ("touch", |_, _, _| Done::default()),
    ("tr", filters::tr),
    ("true", |_, _, _| Done::default()),
    ("uniq", filters::uniq),
    ("unset", unset),
    ("wc", filters::wc),
    ("which", which),
    ("whoami", |_, _, _| Done::print("user\n")),
    ("[", test),
];

/// Programs that the shell itself runs, beside those that take time.
const OWN: [&str; 4] = ["curl", "sleep", "watch", "xargs"];

/// The names of all programs there are.
pub fn names() -> impl Iterator<Item = &'static str> {
    let outside = ["kubectl", "etcdctl", "etcdutl"];
    PROGRAMS.iter().map(|(name, _)| *name).filter(|name| *name != "[").chain(OWN).chain(outside)
}

/// Runs the program called by the first of `words`.
pub fn run(words: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    let Some((name, args)) = words.split_first() else { return Done::default() };
    match PROGRAMS.iter().find(|(known, _)| known == name) {
        Some((_, program)) => program(args, stdin, world),
        None if name.contains('/') => {
            Done::fail(127, format!("bash: {name}: No such file or directory"))
        }
        None => Done::fail(127, format!("bash: {name}: command not found")),
    }
}

/// The name and the value of a word that sets a variable.
pub fn assigned(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = |c: char| c.is_ascii_alphabetic() || c == '_';
    (name.starts_with(begins) && name.chars().all(is_name)).then_some((name, value))
}

/// The name of a file, without what leads to the working directory.
pub fn path(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}

impl Done {
    pub(super) fn print(text: impl Into<String>) -> Self {
        let text: String = text.into();
        let printed = if text.is_empty() { Vec::new() } else { vec![Piece::out(text)] };
        Self { printed, code: 0 }
    }

    pub(super) fn fail(code: i32, text: String) -> Self {
        Self { printed: vec![Piece::err(text + "\n")], code }
    }

    /// Prints lines after what has been printed.
    pub(super) fn print_lines(mut self, lines: &[&str]) -> Self {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        if !text.is_empty() {
            self.printed.push(Piece::out(text));
        }
        self
    }

    pub(super) fn add(&mut self, piece: Piece) {
        if piece.stream == crate::terminal::screen::Stream::Err {
            self.code = 1;
        }
        self.printed.push(piece);
    }
}

fn cat(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    if args.is_empty() || args.iter().all(|arg| arg == "-") {
        return Done::print(stdin.unwrap_or_default());
    }
    let mut done = Done::default();
    for name in args {
        match world.files.get(path(name)) {
            Some(text) => done.add(Piece::out(ended(text))),
            None => done.add(Piece::err(format!("cat: {name}: No such file or directory\n"))),
        }
    }
    done
}

/// A text whose last line has an end, so that the prompt stands on a line of its own.
fn ended(text: &Str) -> String {
    let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
    format!("{text}{end}")
}

fn clear(_: &[String], _: Option<&str>, world: &mut World) -> Done {
    world.screen.clear();
    Done::default()
}

fn echo(args: &[String], _: Option<&str>, _: &mut World) -> Done {
    let is_flag = |arg: &&String| matches!(arg.as_str(), "-n" | "-e" | "-ne" | "-en" | "-E");
    let flags: String = args.iter().take_while(is_flag).map(String::as_str).collect();
    let rest = &args[args.iter().take_while(is_flag).count()..];
    let text = rest.join(" ");
    let text = if flags.contains('e') { unescaped(&text) } else { text };
    Done::print(if flags.contains('n') { text } else { text + "\n" })
}

fn env(_: &[String], _: Option<&str>, world: &mut World) -> Done {
    let lines = world.variables.iter().map(|(name, value)| format!("{name}={value}\n"));
    Done::print(lines.collect::<String>())
}

/// Every variable is handed to programs, so that this only sets them.
fn export(args: &[String], _: Option<&str>, world: &mut World) -> Done {
    for (name, value) in args.iter().filter_map(|arg| assigned(arg)) {
        world.set(name, value);
    }
    Done::default()
}

fn help(_: &[String], _: Option<&str>, _: &mut World) -> Done {
    let names: Vec<&str> = PROGRAMS.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    Done::print(format!(
        "kubectl is what this terminal is for; etcdctl and etcdutl look into the store behind it. \
         There are also: {names}.\n"
    ))
}

fn ls(args: &[String], _: Option<&str>, world: &mut World) -> Done {
    let is_here = |arg: &&String| !arg.starts_with('-') && !matches!(arg.as_str(), "." | "./");
    let names: Vec<&String> = args.iter().filter(is_here).collect();
    let mut done = Done::default();
    let is_long = args.iter().any(|arg| arg.starts_with('-') && arg.contains('l'));
    if names.is_empty() {
        let line = |(name, text): (&Str, &Str)| match is_long {
            true => format!("-rw-r--r-- 1 user user {:>6} {name}\n", text.len()),
            false => format!("{name}\n"),
        };
        return Done::print(world.files.iter().map(line).collect::<String>());
    }
    for name in names {
        match world.files.contains_key(path(name)) {
            true => done.add(Piece::out(format!("{name}\n"))),
            false => done.add(Piece::err(format!(
                "ls: cannot access '{name}': No such file or directory\n"
            ))),
        }
    }
    done
}

fn pwd(_: &[String], _: Option<&str>, _: &mut World) -> Done {
    Done::print("/home/user\n")
}

fn rm(args: &[String], _: Option<&str>, world: &mut World) -> Done {
    let forced = args.iter().any(|arg| arg == "-f" || arg == "-rf");
    let mut done = Done::default();
    let names: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    if names.is_empty() && !forced {
        return Done::fail(1, "rm: missing operand\nTry 'rm --help' for more information.".into());
    }
    for name in names {
        if world.files.remove(path(name)).is_none() && !forced {
            let text = format!("rm: cannot remove '{name}': No such file or directory\n");
            done.add(Piece::err(text));
        }
    }
    done
}

/// What `echo -e` and `printf` make of backslashes.
fn unescaped(text: &str) -> String {
    let (mut out, mut letters) = (String::new(), text.chars());
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('\\') | None => out.push('\\'),
                Some(other) => out.extend(['\\', other]),
            },
            c => out.push(c),
        }
    }
    out
}

fn printf(args: &[String], _: Option<&str>, _: &mut World) -> Done {
    let Some((format, values)) = args.split_first() else {
        return Done::fail(2, "bash: printf: usage: printf [-v var] format [arguments]".into());
    };
    let format = unescaped(format);
    let holes = format.matches("%s").count() + format.matches("%d").count();
    let (mut out, mut values) = (String::new(), values.iter());
    loop {
        let mut rest = format.as_str();
        while let Some(at) = rest.find("%s").into_iter().chain(rest.find("%d")).min() {
            out.push_str(&rest[..at]);
            out.push_str(values.next().map_or("", String::as_str));
            rest = &rest[at + 2..];
        }
        out.push_str(&rest.replace("%%", "%"));
        if holes == 0 || values.len() == 0 {
            return Done::print(out);
        }
    }
}

fn alias(_: &[String], _: Option<&str>, _: &mut World) -> Done {
    Done::print("alias k='kubectl'\n")
}

fn cd(args: &[String], _: Option<&str>, _: &mut World) -> Done {
    match args.first().map(String::as_str) {
        None | Some("." | "./" | "~" | "/home/user") => Done::default(),
        Some(name) => Done::fail(1, format!("bash: cd: {name}: No such file or directory")),
    }
}

fn cp(args: &[String], _: Option<&str>, world: &mut World) -> Done {
    moved("cp", args, world)
}

fn mv(args: &[String], _: Option<&str>, world: &mut World) -> Done {
    let done = moved("mv", args, world);
    if let (0, Some(from)) = (done.code, args.iter().find(|arg| !arg.starts_with('-'))) {
        world.files.remove(path(from));
    }
    done
}

fn moved(program: &str, args: &[String], world: &mut World) -> Done {
    let names: Vec<&str> =
        args.iter().map(String::as_str).filter(|arg| !arg.starts_with('-')).collect();
    let [from, to] = names[..] else {
        return Done::fail(
            1,
            format!(
                "{program}: missing file operand\nTry '{program} --help' for more information."
            ),
        );
    };
    let Some(text) = world.files.get(path(from)).cloned() else {
        let text = format!("{program}: cannot stat '{from}': No such file or directory");
        return Done::fail(1, text);
    };
    if path(from) == path(to) {
        return Done::fail(1, format!("{program}: '{from}' and '{to}' are the same file"));
    }
    world.write(path(to), text);
    Done::default()
}

fn date(_: &[String], _: Option<&str>, world: &mut World) -> Done {
    Done::print(format!("{}\n", Timestamp::at(world.now)))
}

fn history(_: &[String], _: Option<&str>, world: &mut World) -> Done {
    let screen = &world.screen;
    let all = (1..=screen.commands_end()).filter_map(|n| Some((n, screen.command(n - 1)?)));
    Done::print(all.map(|(n, it)| format!("{n:>5}  {}\n", it.typed)).collect::<String>())
}

fn jobs(_: &[String], _: Option<&str>, world: &mut World) -> Done {
    let line =
        |(number, line): &(u32, Str)| format!("[{number}]+  Running                 {line}\n");
    Done::print(world.jobs.iter().map(line).collect::<String>())
}

fn kill(args: &[String], _: Option<&str>, world: &mut World) -> Done {
    let Some(which) = args.iter().find(|arg| !arg.starts_with('-')) else {
        let text = "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]";
        return Done::fail(2, text.into());
    };
    let number = which.strip_prefix('%').unwrap_or(which).parse().ok();
    match number.filter(|number| world.jobs.iter().any(|(job, _)| job == number)) {
        Some(number) => {
            world.killed.push(number);
            Done::default()
        }
        None if which.starts_with('%') => {
            Done::fail(1, format!("bash: kill: {which}: no such job"))
        }
        None => Done::fail(1, format!("bash: kill: ({which}) - No such process")),
    }
}

fn seq(args: &[String], _: Option<&str>, _: &mut World) -> Done {
    /// More numbers than anybody reads are not counted.
    const COUNT_MAX: i64 = 10_000;
    let numbers: Vec<i64> = args.iter().filter_map(|arg| arg.parse().ok()).collect();
    let (from, to) = match numbers[..] {
        [to] => (1, to),
        [from, to] => (from, to),
        _ => {
            return Done::fail(
                1,
                "seq: missing operand\nTry 'seq --help' for more information.".into(),
            );
        }
    };
    let to = to.min(from.saturating_add(COUNT_MAX));
    Done::print((from..=to).map(|n| format!("{n}\n")).collect::<String>())
}

fn tee(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    let text = stdin.unwrap_or_default();
    let adds = args.iter().any(|arg| arg == "-a");
    for name in args.iter().filter(|arg| !arg.starts_with('-')) {
        let before = world.files.get(path(name)).filter(|_| adds).cloned().unwrap_or_default();
        world.write(path(name), (before.to_string() + text).into());
    }
    Done::print(text)
}

/// `[ -f FILE ]`, `[ -z TEXT ]`, `[ A = B ]` and so on.
fn test(args: &[String], _: Option<&str>, world: &mut World) -> Done {
    let words: Vec<&str> = args.iter().map(String::as_str).filter(|arg| *arg != "]").collect();
    let number = |text: &str| text.parse::<i64>().unwrap_or(0);
    let holds = match &words[..] {
        ["!", text] => text.is_empty(),
        ["-f" | "-e" | "-s", name] => world.files.contains_key(path(name)),
        ["-z", text] => text.is_empty(),
        ["-n", text] | [text] => !text.is_empty(),
        [a, "=" | "==", b] => a == b,
        [a, "!=", b] => a != b,
        [a, "-eq", b] => number(a) == number(b),
        [a, "-ne", b] => number(a) != number(b),
        [a, "-gt", b] => number(a) > number(b),
        [a, "-ge", b] => number(a) >= number(b),
        [a, "-lt", b] => number(a) < number(b),
        [a, "-le", b] => number(a) <= number(b),
        _ => false,
    };
    Done { code: i32::from(!holds), ..Done::default() }
}

fn unset(args: &[String], _: Option<&str>, world: &mut World) -> Done {
    args.iter().for_each(|name| _ = world.variables.remove(name.as_str()));
    Done::default()
}

fn which(args: &[String], _: Option<&str>, _: &mut World) -> Done {
    let found: Vec<String> = args
        .iter()
        .filter(|name| names().any(|known| known == name.as_str()))
        .map(|name| format!("/usr/local/bin/{name}\n"))
        .collect();
    Done { code: i32::from(found.len() < args.len()), ..Done::print(found.concat()) }
}
