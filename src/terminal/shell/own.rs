//! The programs of the shell that take time or run others: `sleep`, `xargs`, `watch`, `curl`.
//!
//! Models coreutils, findutils, procps and curl as far as people use them beside kubectl.
//! Invariant: whatever is reached lies on the person's own machine.

use super::World;
use super::job::Job;
use super::parse::{self, Condition, Input, Part, Simple};
use super::program::{Program, Sleep};
use crate::api::Str;
use crate::sim::{Duration, Time};
use crate::terminal::Out;
use crate::terminal::kubectl::process::{Process, Start};
use crate::terminal::kubectl::script::Serving;
use crate::terminal::screen::Piece;

impl Job {
    /// Runs a program of the shell that takes time, or that runs others.
    pub(super) fn own(
        &mut self,
        world: &mut World,
        name: &str,
        args: &[String],
        stdin: Option<Str>,
        now: Time,
        out: &mut Out,
    ) {
        match name {
            "sleep" => {
                match args.first().map_or("", String::as_str).trim_end_matches('s').parse() {
                    Ok(seconds) => {
                        world.processes += 1;
                        let sleep = Sleep::start(world.processes, seconds, out);
                        self.process = Some(Program::Sleep(sleep));
                    }
                    Err(_) => {
                        let text = match args.first() {
                            Some(text) => format!("sleep: invalid time interval '{text}'\n"),
                            None => "sleep: missing operand\n".to_owned(),
                        };
                        let text = text + "Try 'sleep --help' for more information.\n";
                        self.fail(world, &text, 1);
                    }
                }
            }
            "xargs" => {
                let (flags, command) = xargs(args);
                let given = stdin.unwrap_or_default();
                let mut words = given.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
                if words.is_empty() && flags.contains(&"-r") {
                    return self.finish(world, 0);
                }
                let command = if command.is_empty() { vec!["echo".to_owned()] } else { command };
                let mut rest = Vec::new();
                if flags.contains(&"-n1") {
                    rest = words.split_off(words.len().min(1));
                }
                let all: Vec<String> = command.iter().cloned().chain(words).collect();
                if !rest.is_empty() {
                    self.again(&["xargs", "-n1"], &command, &rest.join("\n"));
                }
                self.execute(world, &all, None, now, out);
            }
            "watch" => self.watch(world, args),
            _ => self.curl(world, args, now, out),
        }
    }

    /// Puts a command before what is left to run.
    fn again(&mut self, name: &[&str], args: &[String], stdin: &str) {
        let frame = self.frames.last_mut().expect("the line itself is a frame");
        let words = name.iter().map(|word| (*word).to_owned()).chain(args.iter().cloned());
        let running = frame.running.clone().unwrap_or_default();
        frame.commands.push_front(Simple {
            words: words.map(|word| vec![Part::Quoted(word)]).collect(),
            stdin: Some(Input::Text(stdin.into(), false)),
            condition: Condition::Always,
            ..running
        });
    }

    /// `watch [-n SECONDS] COMMAND`: runs it, waits, and begins anew until it is interrupted.
    fn watch(&mut self, world: &mut World, args: &[String]) {
        let (seconds, command) = match args {
            [flag, seconds, rest @ ..] if flag == "-n" => (seconds.as_str(), rest),
            [flag, rest @ ..] if flag.starts_with("-n") => (&flag[2..], rest),
            rest => ("2", rest),
        };
        if command.is_empty() || seconds.parse::<f64>().is_err() {
            let text = "Usage:\n watch [options] command\n";
            return self.fail(world, text, 1);
        }
        let line = command.join(" ");
        world.screen.clear();
        self.print(world, &Piece::out(format!("Every {seconds}s: {line}\n\n")));
        let mut commands = match parse::parse(&line) {
            Ok(commands) => commands,
            Err(error) => return self.fail(world, &format!("bash: {error}\n"), 2),
        };
        let quoted = |words: &[&str]| Simple {
            words: words.iter().map(|word| vec![Part::Quoted((*word).to_owned())]).collect(),
            ..Simple::default()
        };
        commands.push_back(quoted(&["sleep", seconds]));
        commands.push_back(quoted(&["watch", "-n", seconds, &line]));
        self.finish(world, 0);
        let frame = self.frames.last_mut().expect("the line itself is a frame");
        commands.into_iter().rev().for_each(|simple| frame.commands.push_front(simple));
    }

    /// `curl URL`: reaches what is served on this machine, and nothing else.
    fn curl(&mut self, world: &mut World, args: &[String], now: Time, out: &mut Out) {
        let is_url = |arg: &&String| !arg.starts_with('-');
        let Some(url) = args.iter().rfind(is_url) else {
            let text = "curl: (2) no URL specified\n";
            return self.fail(world, text, 2);
        };
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let (place, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        let (host, port) = place.rsplit_once(':').unwrap_or((place, "80"));
        let port: u16 = port.parse().unwrap_or(0);
        if !matches!(host, "127.0.0.1" | "localhost" | "[::1]") {
            let is_address = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            let (code, text) = match is_address {
                true => (
                    7,
                    format!(
                        "Failed to connect to {host} port {port} after 0 ms: Could not connect to server"
                    ),
                ),
                false => (6, format!("Could not resolve host: {host}")),
            };
            return self.fail(world, &format!("curl: ({code}) {text}\n"), code);
        }
        match world.served.iter().find(|served| served.port() == port) {
            Some(Serving::Proxy(_)) => {
                let args = ["get", "--raw", path].map(str::to_owned).to_vec();
                let start =
                    Start { startup: Duration::from_millis(1), ..world.kubectl(args, None) };
                self.process = Some(Program::Kubectl(Process::start(start, now, out)));
            }
            Some(Serving::Forward(_)) => {
                let line = format!("Handling connection for {port}\n");
                world.screen.print(&Piece::out(line));
                self.fail(world, "curl: (52) Empty reply from server\n", 52);
            }
            None => {
                let text = format!(
                    "curl: (7) Failed to connect to {host} port {port} after 0 ms: Could not \
                     connect to server\n"
                );
                self.fail(world, &text, 7);
            }
        }
    }
}

/// The flags of `xargs` and the command it runs.
fn xargs(args: &[String]) -> (Vec<&str>, Vec<String>) {
    let mut flags = Vec::new();
    let mut rest = args.iter().map(String::as_str).peekable();
    while let Some(flag) = rest.next_if(|arg| arg.starts_with('-')) {
        match flag {
            "-n" if rest.next_if_eq(&"1").is_some() => flags.push("-n1"),
            flag => flags.push(flag),
        }
    }
    (flags, rest.map(str::to_owned).collect())
}
