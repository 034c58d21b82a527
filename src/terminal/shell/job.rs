//! A line that runs: its commands one after another, each with its input and output.
//!
//! Models bash's execution of a list. Commands of a pipe run one after another, each with all of
//! the output before it: what they print is the same. Invariant: a substitution nests no deeper
//! than [`DEPTH_MAX`], and no more than [`CAUGHT_MAX`] bytes of output are ever held.

use std::collections::VecDeque;
use std::sync::Arc;

use super::builtins::{self, Done};
use super::event::Event;
use super::glob;
use super::parse::{self, Commands, Condition, Input, Part, Simple, Word};
use super::program::Program;
use crate::api::{Stored, Str};
use crate::etcd::Backup;
use crate::sim::{Address, Duration, Map, Time};
use crate::terminal::etcdctl::{self, Hosts};
use crate::terminal::kubectl::config::KubeConfig;
use crate::terminal::kubectl::process::{Process, Start};
use crate::terminal::screen::{Piece, Screen, Stream};
use crate::terminal::{Out, Record};

/// How deep `$(…)` may nest.
const DEPTH_MAX: usize = 8;
/// How many bytes of output are held for a pipe, a file or a substitution.
const CAUGHT_MAX: usize = 4 << 20;
/// How many files there may be, and how long one may be.
const FILES_MAX: usize = 1000;
/// How long kubectl takes to begin: reading its configuration and what the server serves. With it
/// every command takes at least a tenth of a second.
const STARTUP: Duration = Duration::from_millis(100);

/// What commands work with.
#[derive(Clone, Debug)]
pub struct World {
    /// What a person sees.
    pub screen: Screen,
    /// The files, by name.
    pub files: Map<Str, Str>,
    /// Copies of etcd's database, by the name of the file or directory that stands for each.
    pub backups: Map<Str, Arc<Backup<Stored>>>,
    /// Variables that programs are started with.
    pub variables: Map<Str, Str>,
    hosts: Hosts,
    config: Arc<KubeConfig>,
    address: Address,
    server: Str,
    /// How many processes have been started.
    processes: u32,
}

/// A line that runs.
#[derive(Clone, Debug)]
pub struct Job {
    line: Str,
    /// The commands that are left; a frame more for each substitution within them.
    frames: Vec<Frame>,
    process: Option<Program>,
}

/// A list of commands being run.
#[derive(Clone, Debug, Default)]
struct Frame {
    commands: Commands,
    /// The exit code of the last command.
    code: i32,
    /// What the command before has put into the pipe.
    pipe: Option<Str>,
    /// What has been printed of what is not to be shown.
    caught: String,
    /// The command that runs.
    running: Option<Simple>,
}

impl World {
    /// A world without files, from which `server` is reached at `address`.
    pub fn new(
        address: Address,
        server: &'static str,
        config: Arc<KubeConfig>,
        hosts: Hosts,
    ) -> Self {
        let endpoints = (etcdctl::ENDPOINTS, hosts.endpoints());
        Self {
            screen: Screen::default(),
            files: Map::default(),
            backups: Map::default(),
            variables: [endpoints].into_iter().map(|(name, value)| (name.into(), value)).collect(),
            hosts,
            config,
            address,
            server: Str::new_static(server),
            processes: 0,
        }
    }

    /// Sets a variable; one that is empty is as if it were not there.
    pub fn set(&mut self, name: &str, value: &str) {
        if self.variables.contains_key(name) || self.variables.len() < FILES_MAX {
            self.variables.insert(name.into(), value.into());
        }
    }

    /// Keeps a copy of etcd's database, with the file that stands for it.
    pub fn keep(&mut self, name: &str, text: Str, backup: Arc<Backup<Stored>>) {
        self.write(name, text);
        if self.files.contains_key(name) {
            self.backups.insert(name.into(), backup);
        }
    }

    /// How many processes have been started that talk to a server.
    pub fn processes(&self) -> u32 {
        self.processes
    }

    /// Writes a file; a text that is empty takes it away.
    pub fn write(&mut self, name: &str, text: Str) {
        if text.is_empty() {
            self.files.remove(name);
            self.backups.remove(name);
        } else if self.files.contains_key(name) || self.files.len() < FILES_MAX {
            self.files.insert(name.into(), text);
        }
    }
}

impl Job {
    /// The job that `line` describes.
    pub fn new(line: &str) -> Self {
        Self { line: line.into(), frames: vec![Frame::default()], process: None }
    }

    /// Begins. The exit code says that the job has ended already.
    pub fn start(&mut self, world: &mut World, now: Time, out: &mut Out) -> Option<i32> {
        match parse::parse(&self.line) {
            Ok(commands) => self.frames[0].commands = commands,
            Err(error) => {
                self.print(world, &Piece::err(format!("bash: {error}\n")));
                return Some(2);
            }
        }
        self.run(world, now, out)
    }

    /// Something has happened that may concern the program that runs.
    pub fn handle(
        &mut self,
        world: &mut World,
        now: Time,
        event: Event,
        out: &mut Out,
    ) -> Option<i32> {
        let step = self.process.as_mut()?.handle(now, event, out);
        for piece in &step.printed {
            self.print(world, piece);
        }
        let code = step.exit?;
        let ended = self.process.take().expect("it was just asked");
        if let Some(config) = ended.config() {
            world.config = config.clone();
        }
        for (name, text, backup) in step.saved {
            world.keep(&name, text, backup);
        }
        if let Some(exec) = step.exec {
            world.processes += 1;
            let stdin = ended.stdin().filter(|_| exec.stdin);
            let start = etcdctl::Start {
                words: exec.words.clone(),
                host: world.hosts.find(&exec.host),
                variables: Map::new(),
                files: Map::new(),
                backups: Map::new(),
                hosts: world.hosts.clone(),
                stdin,
                number: world.processes,
                is_inside: true,
            };
            self.process = Some(Program::Etcdctl(etcdctl::Process::start(start, now, out)));
            return None;
        }
        self.finish(world, code);
        self.run(world, now, out)
    }

    /// Ends whatever runs.
    pub fn hang_up(&mut self, out: &mut Out) {
        if let Some(mut process) = self.process.take() {
            process.hang_up(out);
        }
    }

    /// Runs commands until one takes time.
    fn run(&mut self, world: &mut World, now: Time, out: &mut Out) -> Option<i32> {
        loop {
            let frame = self.frames.last_mut().expect("the line itself is a frame");
            let Some(next) = frame.commands.front_mut() else {
                let ended = self.frames.pop().expect("it was just looked at");
                let Some(outer) = self.frames.last_mut() else { return Some(ended.code) };
                let asking = outer.commands.front_mut().expect("a command asked for it");
                substitute(asking, ended.caught.trim_end_matches('\n'));
                continue;
            };
            if !applies(next.condition, frame.code) {
                frame.commands.pop_front();
                continue;
            }
            if let Some(line) = wanted(next) {
                self.descend(world, &line);
                continue;
            }
            let simple = frame.commands.pop_front().expect("it was just looked at");
            let words = expand(&simple.words, &world.files);
            let stdin = self.stdin(world, &simple);
            self.frames.last_mut().expect("the line itself is a frame").running = Some(simple);
            match stdin {
                Ok(stdin) => self.execute(world, &words, stdin, now, out),
                Err(error) => {
                    self.print(world, &Piece::err(error));
                    self.finish(world, 1);
                }
            }
            if self.process.is_some() {
                return None;
            }
        }
    }

    /// Runs the line of a substitution first.
    fn descend(&mut self, world: &mut World, line: &str) {
        let too_deep = self.frames.len() > DEPTH_MAX;
        let parsed = match parse::parse(line) {
            Ok(_) if too_deep => Err("substitutions nest too deeply".to_owned()),
            parsed => parsed,
        };
        let commands = parsed.unwrap_or_else(|error| {
            self.print(world, &Piece::err(format!("bash: {error}\n")));
            Commands::new()
        });
        self.frames.push(Frame { commands, ..Frame::default() });
    }

    fn stdin(&mut self, world: &World, simple: &Simple) -> Result<Option<Str>, String> {
        let piped = self.frames.last_mut().and_then(|frame| frame.pipe.take());
        match &simple.stdin {
            Some(Input::Text(text)) => Ok(Some(text.clone())),
            Some(Input::File(word)) => {
                let name = parse::plain(word);
                let text = world.files.get(builtins::path(&name)).cloned();
                let missing = || format!("bash: {name}: No such file or directory\n");
                text.map(Some).ok_or_else(missing)
            }
            None => Ok(piped),
        }
    }

    fn execute(
        &mut self,
        world: &mut World,
        words: &[String],
        stdin: Option<Str>,
        now: Time,
        out: &mut Out,
    ) {
        let assignments =
            words.iter().take_while(|word| builtins::assigned(word).is_some()).count();
        let (assigned, words) = words.split_at(assignments);
        let before = world.variables.clone();
        for (name, value) in assigned.iter().filter_map(|word| builtins::assigned(word)) {
            world.set(name, value);
        }
        if words.is_empty() && !assigned.is_empty() {
            return self.finish(world, 0);
        }
        let variables = std::mem::replace(&mut world.variables, before);
        if words.first().is_some_and(|name| etcdctl::is_program(name)) {
            out.record(Record::Started { words: words.join(" ").into() });
            world.processes += 1;
            let start = etcdctl::Start {
                words: words.to_vec(),
                host: Some(world.hosts.own),
                variables,
                files: world.files.clone(),
                backups: world.backups.clone(),
                hosts: world.hosts.clone(),
                stdin,
                number: world.processes,
                is_inside: false,
            };
            self.process = Some(Program::Etcdctl(etcdctl::Process::start(start, now, out)));
            return;
        }
        if words.first().is_some_and(|name| name == "kubectl" || name == "k") {
            out.record(Record::Started { words: words.join(" ").into() });
            world.processes += 1;
            let start = Start {
                args: words[1..].to_vec(),
                stdin,
                files: world.files.clone(),
                config: world.config.clone(),
                server: world.server.clone(),
                address: world.address,
                number: world.processes,
                startup: STARTUP,
            };
            self.process = Some(Program::Kubectl(Process::start(start, now, out)));
            return;
        }
        let Done { printed, code } = builtins::run(words, stdin.as_deref(), world);
        for piece in &printed {
            self.print(world, piece);
        }
        self.finish(world, code);
    }

    /// The command that runs has printed something.
    fn print(&mut self, world: &mut World, piece: &Piece) {
        let depth = self.frames.len();
        let frame = self.frames.last_mut().expect("the line itself is a frame");
        let redirects = |simple: &Simple| simple.piped || simple.stdout.is_some();
        let is_caught = depth > 1 || frame.running.as_ref().is_some_and(redirects);
        if piece.stream == Stream::Out && is_caught {
            if frame.caught.len() + piece.text.as_str().len() <= CAUGHT_MAX {
                frame.caught.push_str(piece.text.as_str());
            }
            return;
        }
        world.screen.print(piece);
    }

    /// The command that runs has ended: what it printed goes where it belongs.
    fn finish(&mut self, world: &mut World, code: i32) {
        let frame = self.frames.last_mut().expect("the line itself is a frame");
        frame.code = code;
        let Some(simple) = frame.running.take() else { return };
        if let Some((word, adds)) = &simple.stdout {
            let name = parse::plain(word);
            let name = builtins::path(&name);
            let before = world.files.get(name).filter(|_| *adds).cloned().unwrap_or_default();
            let text = before.to_string() + &std::mem::take(&mut frame.caught);
            if text.len() <= CAUGHT_MAX {
                world.write(name, text.into());
            }
        } else if simple.piped {
            frame.pipe = Some(std::mem::take(&mut frame.caught).into());
        }
    }
}

fn applies(condition: Condition, code: i32) -> bool {
    match condition {
        Condition::Always => true,
        Condition::IfSucceeded => code == 0,
        Condition::IfFailed => code != 0,
    }
}

/// The line of the first substitution of a command.
fn wanted(simple: &Simple) -> Option<String> {
    simple.words.iter().flatten().find_map(|part| match part {
        Part::Substitute(line, _) => Some(line.clone()),
        _ => None,
    })
}

/// Puts what its first substitution has printed into a command: within quotes as it is, otherwise
/// as words.
fn substitute(simple: &mut Simple, text: &str) {
    let is_wanted = |part: &Part| matches!(part, Part::Substitute(..));
    let Some(at) = simple.words.iter().position(|word| word.iter().any(is_wanted)) else { return };
    let word = std::mem::take(&mut simple.words[at]);
    let part = word.iter().position(is_wanted).expect("it was just found");
    let (before, after) = (&word[..part], &word[part + 1..]);
    if matches!(word[part], Part::Substitute(_, true)) {
        simple.words[at] = [before, &[Part::Quoted(text.to_owned())], after].concat();
        return;
    }
    let mut words: Vec<Word> =
        text.split_whitespace().map(|word| vec![Part::Plain(word.to_owned())]).collect();
    if words.is_empty() {
        words.push(Word::new());
    }
    words[0].splice(0..0, before.iter().cloned());
    words.last_mut().expect("there is at least one").extend(after.iter().cloned());
    let behind = simple.words.split_off(at);
    // A word that came to nothing vanishes.
    simple.words.extend(words.into_iter().filter(|word| !word.is_empty()));
    simple.words.extend(behind.into_iter().skip(1));
}

/// The words as a program gets them: patterns replaced by the files they match, if there are any.
fn expand(words: &VecDeque<Word>, files: &Map<Str, Str>) -> Vec<String> {
    let mut expanded = Vec::new();
    for word in words {
        let text = parse::plain(word);
        let has_pattern = |part: &Part| matches!(part, Part::Plain(text) if glob::is_pattern(text));
        let before = expanded.len();
        if word.iter().any(has_pattern) {
            let matching = files.keys().filter(|file| glob::matches(&text, file));
            expanded.extend(matching.map(Str::to_string));
        }
        if expanded.len() == before {
            expanded.push(text);
        }
    }
    expanded
}
