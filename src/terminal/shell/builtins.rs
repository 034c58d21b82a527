//! The few programs that need no cluster. They take no time.
//!
//! Models bash builtins and coreutils as far as people use them beside kubectl.

use super::World;
use crate::api::Str;
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
    ("cat", cat),
    ("clear", clear),
    ("echo", echo),
    ("env", env),
    ("export", export),
    ("grep", grep),
    ("help", help),
    ("ls", ls),
    ("pwd", pwd),
    ("rm", rm),
    ("true", |_, _, _| Done::default()),
    ("false", |_, _, _| Done { code: 1, ..Done::default() }),
    ("wc", wc),
];

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
    fn print(text: impl Into<String>) -> Self {
        let text: String = text.into();
        let printed = if text.is_empty() { Vec::new() } else { vec![Piece::out(text)] };
        Self { printed, code: 0 }
    }

    fn fail(code: i32, text: String) -> Self {
        Self { printed: vec![Piece::err(text + "\n")], code }
    }

    fn add(&mut self, piece: Piece) {
        if piece.stream == crate::terminal::screen::Stream::Err {
            self.code = 1;
        }
        self.printed.push(piece);
    }
}

fn cat(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    if args.is_empty() {
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
    match args.split_first() {
        Some((flag, rest)) if flag == "-n" => Done::print(rest.join(" ")),
        _ => Done::print(args.join(" ") + "\n"),
    }
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

/// Fixed texts only; `-i` and `-v` are known.
fn grep(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    let (flags, rest): (Vec<_>, Vec<_>) =
        args.iter().partition(|arg| matches!(arg.as_str(), "-i" | "-v" | "-iv" | "-vi" | "-E"));
    let Some((pattern, names)) = rest.split_first() else {
        return Done::fail(2, "Usage: grep [-i] [-v] TEXT [FILE]...".into());
    };
    let has = |flag: char| flags.iter().any(|given| given.contains(flag));
    let fold = |text: &str| if has('i') { text.to_lowercase() } else { text.to_owned() };
    let pattern = fold(pattern);
    let matches = |line: &&str| fold(line).contains(&pattern) != has('v');
    let mut done = Done { code: 1, ..Done::default() };
    let mut search = |text: &str| {
        for line in text.lines().filter(matches) {
            done.printed.push(Piece::out(format!("{line}\n")));
        }
    };
    if names.is_empty() {
        search(stdin.unwrap_or_default());
    }
    let mut missing = Vec::new();
    for name in names {
        match world.files.get(path(name)) {
            Some(text) => search(text),
            None => missing.push(format!("grep: {name}: No such file or directory\n")),
        }
    }
    done.code = i32::from(done.printed.is_empty());
    missing.into_iter().for_each(|line| done.add(Piece::err(line)));
    done
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
    let names: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let mut done = Done::default();
    if names.is_empty() {
        let all: String = world.files.keys().map(|name| format!("{name}\n")).collect();
        return Done::print(all);
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
    for name in args.iter().filter(|arg| !arg.starts_with('-')) {
        if world.files.remove(path(name)).is_none() && !forced {
            let text = format!("rm: cannot remove '{name}': No such file or directory\n");
            done.add(Piece::err(text));
        }
    }
    done
}

/// Lines, as `wc -l`: what people count of kubectl's output.
fn wc(_: &[String], stdin: Option<&str>, _: &mut World) -> Done {
    Done::print(format!("{}\n", stdin.unwrap_or_default().lines().count()))
}
