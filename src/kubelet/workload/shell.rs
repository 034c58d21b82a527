//! The little of a shell that pretend containers need: how long a script runs, with what code it
//! ends, and which files it makes and removes on the way.
//!
//! It models a POSIX shell as manifests use it: sleeping, looping, exiting, touching files for a
//! probe to look at. It prints nothing, and what it does not know succeeds at once.
//!
//! Invariant: every script is done in a bounded number of steps.

use super::syntax::{self, Joint, Script};
use crate::api::Str;
use crate::sim::Duration;

/// Commands a script may run before it counts as one that never ends.
const STEPS_MAX: u32 = 10_000;
/// Commands within commands before it counts as one that never ends.
const DEPTH_MAX: u32 = 32;
/// Rounds of a loop before it counts as one that never ends.
const ROUNDS_MAX: u32 = 100;

/// How a script came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// It ended with this code.
    Ended(i32),
    /// It goes on until it is stopped.
    Runs,
}

/// A file that is made (`true`) or removed (`false`) so long after the start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileChange {
    /// When.
    pub after: Duration,
    /// Which.
    pub path: Str,
    /// Whether it is there from then on.
    pub exists: bool,
}

/// A shell at work.
#[derive(Clone, Default, Debug)]
pub(super) struct Shell {
    /// How long it has been at work.
    pub elapsed: Duration,
    /// What became of files, the last first to count.
    pub files: Vec<FileChange>,
    /// The code to end with when told to, if the script deals with that.
    pub trap: Option<i32>,
    steps: u32,
    depth: u32,
    last: i32,
}

/// What makes a script stop where it is.
enum Stop {
    Exit(i32),
    Never,
    Break,
    Continue,
}

type Flow = Result<i32, Stop>;

impl Shell {
    /// A shell that begins so late, with these files.
    pub fn with(elapsed: Duration, files: Vec<FileChange>) -> Self {
        Self { elapsed, files, ..Self::default() }
    }

    /// Runs a program with its arguments.
    pub fn run(&mut self, argv: &[Str]) -> Outcome {
        let words: Vec<&str> = argv.iter().map(Str::as_str).collect();
        Self::outcome(self.command(&words))
    }

    fn outcome(flow: Flow) -> Outcome {
        match flow {
            Ok(code) | Err(Stop::Exit(code)) => Outcome::Ended(code & 0xff),
            Err(Stop::Never) => Outcome::Runs,
            Err(Stop::Break | Stop::Continue) => Outcome::Ended(0),
        }
    }

    fn script(&mut self, script: &Script) -> Flow {
        let code = match script {
            Script::Command(words, made) => {
                for path in made.iter().filter(|path| !path.starts_with("/dev/")) {
                    self.change(path, true);
                }
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                self.command(&words)?
            }
            Script::Sequence(scripts) => {
                let mut code = 0;
                for script in scripts {
                    code = self.script(script)?;
                }
                code
            }
            Script::Chain(parts) => {
                let mut code = 0;
                for (joint, script) in parts {
                    if (code == 0) == (*joint == Joint::And) {
                        code = self.script(script)?;
                    }
                }
                code
            }
            Script::Not(script) => i32::from(self.script(script)? == 0),
            Script::If(condition, then, otherwise) => match self.script(condition)? {
                0 => self.script(then)?,
                _ => self.script(otherwise)?,
            },
            Script::While { until, condition, body } => self.repeat(*until, condition, body)?,
            Script::For(words, body) => self.each(words, body)?,
            // What runs in the background takes no time here.
            Script::Background(script) => {
                let mut aside = Self { steps: self.steps, ..Self::default() };
                _ = aside.script(script);
                self.steps = aside.steps;
                0
            }
        };
        self.last = code;
        Ok(code)
    }

    fn repeat(&mut self, until: bool, condition: &Script, body: &Script) -> Flow {
        for _ in 0..ROUNDS_MAX {
            if (self.script(condition)? == 0) == until {
                return Ok(0);
            }
            match self.script(body) {
                Err(Stop::Break) => return Ok(0),
                Ok(_) | Err(Stop::Continue) => {}
                Err(stop) => return Err(stop),
            }
        }
        Err(Stop::Never)
    }

    fn each(&mut self, words: &[String], body: &Script) -> Flow {
        for _ in words.iter().flat_map(|word| expand(word)).take(ROUNDS_MAX as usize) {
            match self.script(body) {
                Err(Stop::Break) => break,
                Ok(_) | Err(Stop::Continue) => {}
                Err(stop) => return Err(stop),
            }
        }
        Ok(0)
    }

    fn command(&mut self, words: &[&str]) -> Flow {
        self.steps += 1;
        if self.steps > STEPS_MAX || self.depth >= DEPTH_MAX {
            return Err(Stop::Never);
        }
        self.depth += 1;
        let flow = self.simple(words);
        self.depth -= 1;
        flow
    }

    /// Runs one command.
    fn simple(&mut self, words: &[&str]) -> Flow {
        // Assignments before a command do not matter here.
        let at = words.iter().position(|word| !is_assignment(word)).unwrap_or(words.len());
        let Some((program, rest)) = words[at..].split_first() else { return Ok(0) };
        let name = program.rsplit('/').next().unwrap_or(program);
        match name {
            "sh" | "bash" | "ash" | "dash" => self.shell(rest),
            "exec" | "nohup" | "time" | "tini" | "--" | "busybox" | "env" => self.command(rest),
            "exit" | "return" => Err(Stop::Exit(self.code(rest))),
            "break" => Err(Stop::Break),
            "continue" => Err(Stop::Continue),
            "false" => Ok(1),
            "wait" | "yes" | "top" | "watch" | "pause" => Err(Stop::Never),
            "tail" if rest.iter().any(|arg| arg.starts_with("-f") || arg.starts_with("-F")) => {
                Err(Stop::Never)
            }
            "sleep" => self.sleep(rest),
            "usleep" => self.pass(Duration::from_micros(number(rest.first()).unwrap_or(0))),
            "ping" => self.ping(rest),
            "timeout" => self.timeout(rest),
            "kill" => Ok(0),
            "trap" => Ok(self.set_trap(rest)),
            "test" | "[" | "[[" => Ok(i32::from(!self.test(rest))),
            "cat" | "ls" | "stat" | "head" => {
                let missing = rest.iter().any(|arg| !arg.starts_with('-') && !self.exists(arg));
                Ok(i32::from(missing))
            }
            "touch" | "mkdir" | "rm" | "rmdir" => {
                let exists = !name.starts_with("rm");
                for path in rest.iter().filter(|arg| !arg.starts_with('-')) {
                    self.change(path, exists);
                }
                Ok(0)
            }
            _ if serves(program, rest) => Err(Stop::Never),
            _ => Ok(0),
        }
    }

    fn shell(&mut self, args: &[&str]) -> Flow {
        let flag = |arg: &str| arg.starts_with('-') && !arg.starts_with("--") && arg.contains('c');
        match args.iter().position(|arg| flag(arg)) {
            Some(at) => match args.get(at + 1) {
                Some(text) => self.script(&syntax::parse(text)),
                None => Ok(2),
            },
            // A script in a file: nobody knows what it does, so it serves.
            None if args.iter().any(|arg| !arg.starts_with('-')) => Err(Stop::Never),
            // Nothing to read: an interactive shell without a terminal ends.
            None => Ok(0),
        }
    }

    fn sleep(&mut self, args: &[&str]) -> Flow {
        if args.iter().any(|arg| matches!(*arg, "infinity" | "inf")) {
            return Err(Stop::Never);
        }
        // Amounts that are computed are taken for a second.
        let second = Duration::from_secs(1);
        let total = args.iter().map(|arg| duration(arg).unwrap_or(second)).sum();
        self.pass(total)
    }

    fn pass(&mut self, duration: Duration) -> Flow {
        self.elapsed = self.elapsed.saturating_add(duration);
        Ok(0)
    }

    fn ping(&mut self, args: &[&str]) -> Flow {
        let count = args.iter().position(|arg| *arg == "-c").map(|at| number(args.get(at + 1)));
        match count {
            Some(count) => self.pass(Duration::from_secs(count.unwrap_or(1).saturating_sub(1))),
            None => Err(Stop::Never),
        }
    }

    fn timeout(&mut self, args: &[&str]) -> Flow {
        let Some((limit, command)) = args.split_first() else { return Ok(125) };
        let limit = duration(limit).unwrap_or(Duration::from_secs(1));
        let deadline = self.elapsed.saturating_add(limit);
        let flow = self.command(command);
        if matches!(flow, Err(Stop::Never)) || self.elapsed > deadline {
            self.elapsed = deadline;
            return Ok(124);
        }
        flow
    }

    fn set_trap(&mut self, args: &[&str]) -> i32 {
        let Some((handler, signals)) = args.split_first() else { return 0 };
        if signals.iter().any(|signal| matches!(signal.trim_start_matches("SIG"), "TERM" | "15")) {
            let mut aside = Self { steps: self.steps, ..Self::default() };
            let flow = aside.script(&syntax::parse(handler));
            self.trap = Some(match flow {
                Err(Stop::Exit(code)) => code,
                _ => 0,
            });
        }
        0
    }

    fn test(&self, args: &[&str]) -> bool {
        let negations = args.iter().take_while(|arg| **arg == "!").count();
        let is_so = match &args[negations..] {
            ["-f" | "-e" | "-d" | "-s" | "-r", path, ..] => self.exists(path),
            [left, "=" | "==", right, ..] => left == right,
            [left, "!=", right, ..] => left != right,
            _ => true,
        };
        is_so == negations.is_multiple_of(2)
    }

    fn exists(&self, path: &str) -> bool {
        let known = self.files.iter().rev().find(|change| change.path == path);
        // What an image brings along is not known; scratch directories begin empty.
        known.map_or(!path.starts_with("/tmp") && !path.starts_with("/var/run"), |c| c.exists)
    }

    fn change(&mut self, path: &str, exists: bool) {
        self.files.push(FileChange { after: self.elapsed, path: path.into(), exists });
    }

    fn code(&self, args: &[&str]) -> i32 {
        args.first().map_or(self.last, |arg| arg.parse().unwrap_or(self.last))
    }
}

/// Whether a program is one that goes on until it is stopped.
fn serves(program: &str, args: &[&str]) -> bool {
    const SERVERS: [&str; 24] = [
        "apache2-foreground",
        "caddy",
        "deno",
        "flask",
        "gunicorn",
        "httpd",
        "httpd-foreground",
        "java",
        "memcached",
        "mongod",
        "mysqld",
        "nc",
        "nginx",
        "node",
        "npm",
        "php-fpm",
        "postgres",
        "python",
        "python3",
        "rails",
        "redis-server",
        "ruby",
        "uvicorn",
        "yarn",
    ];
    let name = program.rsplit('/').next().unwrap_or(program);
    let is_asked = |arg: &&str| matches!(*arg, "-c" | "-e" | "-r" | "-v" | "-V" | "--version");
    let is_listening = name != "nc" || args.iter().any(|arg| arg.contains('l'));
    let is_own = program.starts_with("./") || program.starts_with("/app");
    (SERVERS.contains(&name) || is_own) && is_listening && !args.iter().any(is_asked)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// The words a word stands for: `{1..5}` and `$(seq 5)` are several, all others are one.
fn expand(word: &str) -> Vec<&str> {
    let range = word.strip_prefix('{').and_then(|w| w.strip_suffix('}')?.split_once(".."));
    let seq = word.strip_prefix("$(seq ").and_then(|w| w.strip_suffix(')'));
    let count = match (range, seq) {
        (Some((from, to)), _) => from.parse().ok().zip(to.parse().ok()),
        (_, Some(args)) => {
            let numbers: Vec<u64> = args.split(' ').filter_map(|n| n.parse().ok()).collect();
            match numbers[..] {
                [to] => Some((1, to)),
                [from, to] | [from, _, to] => Some((from, to)),
                _ => None,
            }
        }
        _ => None,
    };
    let count = count.map_or(1, |(from, to): (u64, u64)| (to + 1).saturating_sub(from));
    vec![word; count.min(u64::from(ROUNDS_MAX)) as usize]
}

fn number(arg: Option<&&str>) -> Option<u64> {
    arg?.parse().ok()
}

/// Reads `5`, `0.5`, `2m`, `1h`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let (digits, unit) = match text.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => text.split_at(at),
        None => (text, "s"),
    };
    let secs = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let milli: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    // A century is as good as for ever, and keeps sums of them in range.
    Some(Duration::from_millis((whole.min(3_000_000_000) * 1000 + milli) * secs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str) -> (Outcome, u64, Shell) {
        let mut shell = Shell::default();
        let argv = ["sh", "-c", script].map(Str::from);
        let outcome = shell.run(&argv);
        (outcome, shell.elapsed.as_millis() as u64, shell)
    }

    fn check(script: &str, outcome: Outcome, millis: u64) {
        let (is_outcome, is_millis, _) = run(script);
        assert_eq!((is_outcome, is_millis), (outcome, millis), "{script}");
    }

    #[test]
    fn scripts_take_their_time_and_end_with_their_code() {
        use Outcome::{Ended, Runs};
        check("echo hello", Ended(0), 0);
        check("echo hello; sleep 5; exit 3", Ended(3), 5000);
        check("sleep 0.5 && false || exit 7", Ended(7), 500);
        check("sleep 2m", Ended(0), 120_000);
        check("false", Ended(1), 0);
        check("exit 256", Ended(0), 0);
        check("while true; do date; sleep 10; done", Runs, 1_000_000);
        check("while :; do sleep 1; exit 4; done", Ended(4), 1000);
        check("for i in 1 2 3; do sleep 2; done", Ended(0), 6000);
        check("for i in $(seq 1 4); do sleep 1; done; exit 1", Ended(1), 4000);
        check("for i in {1..5}\ndo\n  sleep 1\ndone", Ended(0), 5000);
        check("if [ -f /tmp/x ]; then exit 1; else sleep 1; fi", Ended(0), 1000);
        check("touch /tmp/x; test -f /tmp/x && exit 9", Ended(9), 0);
        check("sleep infinity", Runs, 0);
        check("tail -f /dev/null", Runs, 0);
        check("sleep 3 & wait", Runs, 0);
        check("echo a | cat && sleep 1", Ended(0), 1000);
        check("timeout 5 sleep 60; exit $?", Ended(124), 5000);
        check("ping -c 4 example.com", Ended(0), 3000);
        check("echo 'exit 1; sleep 5' \"quoted; text\" # sleep 9", Ended(0), 0);
        check("A=1 B=2 sleep 1", Ended(0), 1000);
        check("until nslookup db; do sleep 2; done", Ended(0), 0);
        check("python -m http.server 8080", Runs, 0);
        check("python -c 'print(1)'", Ended(0), 0);
        check("while true; do break; done; exit 2", Ended(2), 0);
        check("! true", Ended(1), 0);
    }

    #[test]
    fn the_file_of_the_liveness_tutorial_comes_and_goes() {
        let (outcome, _, shell) =
            run("touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600");
        assert_eq!(outcome, Outcome::Ended(0));
        let changes: Vec<_> =
            shell.files.iter().map(|c| (c.after.as_secs(), &*c.path, c.exists)).collect();
        assert_eq!(changes, [(0, "/tmp/healthy", true), (30, "/tmp/healthy", false)]);
        let (_, _, shell) = run("echo ok > /tmp/ready");
        assert_eq!(shell.files.len(), 1);
    }

    #[test]
    fn a_trap_tells_the_code_to_end_with() {
        assert_eq!(run("trap 'exit 3' TERM; sleep 60").2.trap, Some(3));
        assert_eq!(run("trap 'echo bye' SIGTERM INT; sleep 60").2.trap, Some(0));
        assert_eq!(run("trap 'exit 3' INT; sleep 60").2.trap, None);
    }

    #[test]
    fn nonsense_is_done_in_bounded_time() {
        for script in ["((((", "while", "for", "done done", "'", "if then", "$(", "|| && ;;", "{"] {
            run(script);
        }
        check("while true; do while true; do while true; do :; done; done; done", Outcome::Runs, 0);
        run(&"(".repeat(100_000));
        run(&"! ".repeat(100_000));
        run(&["test", &" !".repeat(100_000)].concat());
        run(&"exec ".repeat(100_000));
        run(&["true", &" && true".repeat(100_000)].concat());
        run(&"while true; do ".repeat(10_000));
    }

    #[test]
    fn durations() {
        let check = |text, millis| {
            assert_eq!(duration(text).map(|d| d.as_millis()), millis, "{text}");
        };
        check("5", Some(5000));
        check("0.25s", Some(250));
        check(".5", Some(500));
        check("1h", Some(3_600_000));
        check("1x", None);
        check("$N", None);
    }
}
