//! What pretend images do when they run: serve, sleep, end, fail.
//!
//! Models nothing of Kubernetes: it stands for the programs in containers. What a program will do
//! follows from its image, its command and its environment alone and is known when it starts.
//!
//! Invariant: it knows no time of day, only time since the start.

mod servers;
mod shell;
mod syntax;

use std::sync::Arc;

pub use shell::FileChange;

use self::servers::{Idle, Server};
use self::shell::{Outcome, Shell};
use super::cri::Reference;
use crate::api::types::Container;
use crate::api::{Codec, Str, Value};
use crate::sim::Duration;

/// What a program does from its start on.
#[derive(Clone, PartialEq, Debug)]
pub struct Program {
    /// After how long it answers.
    pub ready_after: Duration,
    /// After how long it ends by itself, and with what code.
    pub end: Option<(Duration, i32)>,
    /// After how long it ends when told to with SIGTERM, and with what code; a first process that
    /// does not deal with the signal ignores it.
    pub on_term: Option<(Duration, i32)>,
    /// Where it answers.
    pub serves: Serves,
    /// The files it makes and removes, in order.
    pub files: Arc<[FileChange]>,
}

/// Where a program answers requests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Serves {
    /// Nowhere.
    Nothing,
    /// On these ports. Of pages it has only the first.
    Pages(&'static [u16]),
    /// On these ports, whatever is asked.
    Ports(&'static [u16]),
    /// Wherever it is asked: a program nobody knows.
    Anything,
}

/// What a probe asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Question<'a> {
    /// A page.
    Http {
        /// On which port.
        port: u16,
        /// Which.
        path: &'a str,
    },
    /// Whether a port is open.
    Port(u16),
    /// To run a command.
    Exec(&'a [Str]),
}

/// What came of a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reply {
    /// An HTTP status.
    Status(u16),
    /// The port is open, or the command ended well.
    Good,
    /// Nobody listens there.
    Refused,
    /// The command failed with this code.
    Failed(i32),
}

/// How long a program takes to end once it has been told to, unless it is known to take longer.
const TERM: Duration = Duration::from_millis(150);
/// How long a program that nobody knows takes until it answers.
const START: Duration = Duration::from_millis(500);
/// How long a program that does one thing and ends takes.
const ONE_SHOT: Duration = Duration::from_millis(200);
/// Models what a shell says of a process that SIGTERM ended.
const TERMINATED: i32 = 128 + 15;

impl Program {
    /// What this container of an image will do.
    pub fn of(container: &Container) -> Self {
        let image = Reference::parse(&container.image).ok();
        let name = image.as_ref().map(short_name).unwrap_or_default();
        let argv: Vec<Str> =
            container.command.iter().chain(container.args.iter()).cloned().collect();
        if let Some(server) = Server::find(name) {
            // Arguments alone go to the image's own program, unless they are a command.
            let is_itself = match container.command.first() {
                Some(program) => server.is_program(program),
                None => !is_tool(container.args.first()),
            };
            if is_itself {
                return Self::server(server, container);
            }
        }
        match (argv.is_empty(), Idle::find(name)) {
            (true, Some(idle)) => Self::one_shot(idle.code),
            (true, None) => Self::unknown(),
            (false, _) => Self::command(&argv),
        }
    }

    /// A program that runs until it is stopped from outside.
    pub fn process() -> Self {
        Self { on_term: Some((TERM, 0)), ..Self::unknown() }
    }

    /// What a probe hears when it asks `elapsed` after the start.
    pub fn reply(&self, question: &Question<'_>, elapsed: Duration) -> Reply {
        let is_up = elapsed >= self.ready_after;
        let listens = |port: u16| {
            is_up
                && match &self.serves {
                    Serves::Nothing => false,
                    Serves::Pages(ports) | Serves::Ports(ports) => ports.contains(&port),
                    Serves::Anything => true,
                }
        };
        match question {
            Question::Http { port, .. } | Question::Port(port) if !listens(*port) => Reply::Refused,
            Question::Port(_) => Reply::Good,
            Question::Http { path, .. } => {
                let is_first = path.trim_start_matches('/').is_empty();
                let is_missing = matches!(self.serves, Serves::Pages(_)) && !is_first;
                Reply::Status(if is_missing { 404 } else { 200 })
            }
            // A client of the program, such as `redis-cli ping`, gets on when the program does.
            Question::Exec(argv) if !is_tool(argv.first()) && !is_up => Reply::Failed(1),
            Question::Exec(argv) => match self.exec(argv, elapsed) {
                0 => Reply::Good,
                code => Reply::Failed(code),
            },
        }
    }

    /// When the next time after `elapsed` is that replies may be others; `None` when they stay.
    pub fn next_change(&self, elapsed: Duration) -> Option<Duration> {
        let files = self.files.iter().map(|change| change.after);
        files.chain([self.ready_after]).filter(|after| *after > elapsed).min()
    }

    /// How long a command takes in this container, such as one to be run before stopping.
    pub fn time_of(&self, argv: &[Str], elapsed: Duration) -> Duration {
        let mut shell = self.shell_at(elapsed);
        match shell.run(argv) {
            Outcome::Ended(_) => shell.elapsed - elapsed,
            Outcome::Runs => Duration::MAX,
        }
    }

    fn exec(&self, argv: &[Str], elapsed: Duration) -> i32 {
        match self.shell_at(elapsed).run(argv) {
            Outcome::Ended(code) => code,
            Outcome::Runs => 124,
        }
    }

    fn shell_at(&self, elapsed: Duration) -> Shell {
        let files = self.files.iter().filter(|change| change.after <= elapsed).cloned().collect();
        Shell::with(elapsed, files)
    }

    fn server(server: &Server, container: &Container) -> Self {
        let names: Vec<Value> =
            container.rest.get("env").map_or_else(Vec::new, |env| env.items().into());
        let has = |needed: &&str| names.iter().any(|env| env.at("name").text() == *needed);
        let is_given = container.rest.get("envFrom").is_some() || server.needs.iter().any(has);
        if !server.needs.is_empty() && !is_given {
            // It says so in its log and ends.
            return Self::one_shot(1);
        }
        let listen = if server.has_pages { Serves::Pages } else { Serves::Ports };
        Self {
            ready_after: Duration::from_millis(server.ready_ms.into()),
            end: None,
            on_term: Some((Duration::from_millis(server.term_ms.into()), server.term_code)),
            serves: listen(server.ports),
            files: Arc::default(),
        }
    }

    fn one_shot(code: i32) -> Self {
        Self { end: Some((ONE_SHOT, code)), serves: Serves::Nothing, ..Self::unknown() }
    }

    fn unknown() -> Self {
        Self {
            ready_after: START,
            end: None,
            on_term: Some((TERM, TERMINATED)),
            serves: Serves::Anything,
            files: Arc::default(),
        }
    }

    fn command(argv: &[Str]) -> Self {
        if let Some(takes) = servers::one_shot(argv) {
            return Self { end: Some((takes, 0)), ..Self::one_shot(0) };
        }
        if !is_tool(argv.first()) {
            return Self::unknown();
        }
        let mut shell = Shell::default();
        let outcome = shell.run(argv);
        let end = match outcome {
            Outcome::Ended(code) => Some((shell.elapsed + ONE_SHOT, code)),
            Outcome::Runs => None,
        };
        Self {
            end,
            // The first process of a container gets no signal that it has no handler for.
            on_term: shell.trap.map(|code| (TERM, code)),
            files: shell.files.into(),
            ..Self::unknown()
        }
    }
}

/// Whether the little shell knows the program.
fn is_tool(program: Option<&Str>) -> bool {
    const TOOLS: [&str; 38] = [
        "[", "ash", "awk", "bash", "busybox", "cat", "chmod", "cp", "curl", "dash", "date", "echo",
        "env", "exit", "false", "grep", "hostname", "id", "ls", "mkdir", "mv", "nslookup", "ping",
        "printenv", "printf", "rm", "sed", "seq", "sh", "sleep", "tail", "test", "timeout", "top",
        "touch", "true", "uname", "wget",
    ];
    program.is_some_and(|program| {
        let name = program.rsplit('/').next().unwrap_or(program);
        TOOLS.binary_search(&name).is_ok()
    })
}

/// An official image's own name, or a repository without Docker Hub's.
fn short_name(reference: &Reference) -> &str {
    let hub = reference.domain == "docker.io";
    match reference.official() {
        Some(name) => name,
        None if hub => &reference.path,
        None => reference.path.rsplit('/').next().unwrap_or_default(),
    }
}

/// Reads a list of words from a manifest.
pub fn words(value: &Value) -> Vec<Str> {
    value.items().iter().map(Str::load).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(image: &str, command: &[&str]) -> Container {
        let command = command.iter().map(|word| Str::from(*word)).collect();
        Container { image: image.into(), command, ..Container::default() }
    }

    fn end(image: &str, command: &[&str]) -> Option<(u64, i32)> {
        let program = Program::of(&container(image, command));
        program.end.map(|(after, code)| (after.as_secs(), code))
    }

    #[test]
    fn servers_stay_and_shells_end() {
        assert_eq!(end("nginx", &[]), None);
        assert_eq!(end("busybox", &[]), Some((0, 0)));
        assert_eq!(end("ubuntu:24.04", &[]), Some((0, 0)));
        assert_eq!(end("example.com/team/app:v1", &[]), None);
        assert_eq!(end("busybox", &["sleep", "3600"]), Some((3600, 0)));
        assert_eq!(end("nginx", &["sleep", "5"]), Some((5, 0)));
        assert_eq!(end("busybox", &["sh", "-c", "sleep 2; exit 3"]), Some((2, 3)));
        assert_eq!(end("busybox", &["/bin/sh", "-c", "while true; do sleep 1; done"]), None);
        assert_eq!(end("perl:5.34", &["perl", "-Mbignum=bpi", "-wle", "print 1"]), Some((5, 0)));
        assert_eq!(end("python:3", &["python", "app.py"]), None);
        assert_eq!(end("busybox", &["false"]), Some((0, 1)));
    }

    #[test]
    fn a_database_without_its_password_ends_at_once() {
        assert_eq!(end("mysql:8", &[]), Some((0, 1)));
        let mut with_env = container("mysql:8", &[]);
        let env = Value::map([("name", "MYSQL_ROOT_PASSWORD".into()), ("value", "x".into())]);
        with_env.rest.insert("env", Value::from(vec![env]));
        assert_eq!(Program::of(&with_env).end, None);
    }

    #[test]
    fn sigterm_is_taken_as_real_programs_take_it() {
        let on_term = |image, command: &[&str]| Program::of(&container(image, command)).on_term;
        assert_eq!(on_term("nginx", &[]).map(|(_, code)| code), Some(0));
        assert_eq!(on_term("busybox", &["sleep", "3600"]), None, "it ignores the signal");
        assert_eq!(on_term("team/app", &[]).map(|(_, code)| code), Some(143));
        let trapping = ["sh", "-c", "trap 'exit 7' TERM; sleep 60"];
        assert_eq!(on_term("busybox", &trapping).map(|(_, code)| code), Some(7));
    }

    #[test]
    fn probes_hear_what_the_program_says() {
        let nginx = Program::of(&container("nginx", &[]));
        let ask = |question, secs| nginx.reply(&question, Duration::from_secs(secs));
        assert_eq!(ask(Question::Http { port: 80, path: "/" }, 0), Reply::Refused);
        assert_eq!(ask(Question::Http { port: 80, path: "/" }, 5), Reply::Status(200));
        assert_eq!(ask(Question::Http { port: 80, path: "/healthz" }, 5), Reply::Status(404));
        assert_eq!(ask(Question::Http { port: 8080, path: "/" }, 5), Reply::Refused);
        assert_eq!(ask(Question::Port(80), 5), Reply::Good);
        let script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600";
        let busybox = Program::of(&container("busybox", &["/bin/sh", "-c", script]));
        let cat = ["cat", "/tmp/healthy"].map(Str::from);
        let ask = |secs| busybox.reply(&Question::Exec(&cat), Duration::from_secs(secs));
        assert_eq!([ask(10), ask(29), ask(31)], [Reply::Good, Reply::Good, Reply::Failed(1)]);
        let changes = |secs| busybox.next_change(Duration::from_secs(secs)).map(|d| d.as_secs());
        assert_eq!([changes(1), changes(30)], [Some(30), None]);
    }
}
