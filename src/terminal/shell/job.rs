//! A line that runs: its commands one after another, each with its input and output.
//!
//! Models bash's execution of a list. Commands of a pipe run one after another, each with all of
//! the output before it: what they print is the same. Invariant: a substitution nests no deeper
//! than [`DEPTH_MAX`], and no more than [`CAUGHT_MAX`] bytes of output are ever held.

use super::World;
use super::builtins::{self, Done};
use super::event::Event;
use super::expand;
use super::parse::{self, Commands, Condition, Input, Part, Simple, Word};
use super::program::Program;
use crate::api::Str;
use crate::sim::{Map, Time};
use crate::terminal::etcdctl;
use crate::terminal::kubectl::process::Process;
use crate::terminal::kubectl::script::Serving;
use crate::terminal::screen::{Piece, Stream};
use crate::terminal::{Out, Record};

/// How deep `$(…)` may nest.
const DEPTH_MAX: usize = 8;
/// How many bytes of output are held for a pipe, a file or a substitution.
const CAUGHT_MAX: usize = 4 << 20;

/// A line that runs.
#[derive(Clone, Debug)]
pub struct Job {
    line: Str,
    /// The commands that are left; a frame more for each substitution within them.
    pub(super) frames: Vec<Frame>,
    pub(super) process: Option<Program>,
}

/// A list of commands being run.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    pub(super) commands: Commands,
    /// The exit code of the last command.
    code: i32,
    /// What the command before has put into the pipe.
    pipe: Option<Str>,
    /// What has been printed of what is not to be shown.
    caught: String,
    /// The command that runs.
    pub(super) running: Option<Simple>,
}

impl Job {
    /// The job that `line` describes.
    pub fn new(line: &str) -> Self {
        Self { line: line.into(), frames: vec![Frame::default()], process: None }
    }

    /// What was typed of it.
    pub fn line(&self) -> &Str {
        &self.line
    }

    /// What it serves on this machine, if it does: then it does not end by itself.
    pub fn serving(&self) -> Option<&Serving> {
        self.process.as_ref()?.serving()
    }

    /// Begins. The exit code says that the job has ended already.
    pub fn start(&mut self, world: &mut World, now: Time, out: &mut Out) -> Option<i32> {
        if !self.frames[0].commands.is_empty() {
            return self.run(world, now, out);
        }
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
        if let Some((name, text)) = step.edits {
            return self.edit(world, now, (name, text), out);
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

    /// Lets a person, or the editor that they named, change a text for the program.
    fn edit(
        &mut self,
        world: &mut World,
        now: Time,
        (name, text): (Str, Str),
        out: &mut Out,
    ) -> Option<i32> {
        world.write(&name, text);
        let editor = ["KUBE_EDITOR", "EDITOR"].iter().find_map(|name| world.variables.get(*name));
        let Some(editor) = editor.cloned() else {
            world.editing = Some(name);
            return None;
        };
        let commands = parse::parse(&format!("{editor} {name}")).unwrap_or_default();
        let words = commands.front().map(|simple| expand::words(&simple.words, world));
        let done = builtins::run(&words.unwrap_or_default(), None, world);
        done.printed.iter().for_each(|piece| self.print(world, piece));
        let edited = world.files.remove(name.as_str()).unwrap_or_default();
        let event = match done.code {
            0 => Event::Edited(edited),
            _ => Event::EditorFailed(editor),
        };
        self.handle(world, now, event, out)
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
            if simple.in_background {
                let commands = [Simple { in_background: false, ..simple }].into();
                let frames = vec![Frame { commands, ..Frame::default() }];
                world.spawned.push(Self { line: self.line.clone(), frames, process: None });
                continue;
            }
            let words = expand::words(&simple.words, world);
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
            Some(Input::Text(text, true)) => Ok(Some(expand::text(text, world).into())),
            Some(Input::Text(text, false)) => Ok(Some(text.clone())),
            Some(Input::File(word)) => {
                let name = expand::word(word, world);
                let text = world.files.get(builtins::path(&name)).cloned();
                let missing = || format!("bash: {name}: No such file or directory\n");
                text.map(Some).ok_or_else(missing)
            }
            None => Ok(piped),
        }
    }

    pub(super) fn execute(
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
        if let Some((name @ ("xargs" | "watch" | "sleep" | "curl"), args)) =
            words.split_first().map(|(name, args)| (name.as_str(), args))
        {
            world.variables = before;
            return self.own(world, name, args, stdin, now, out);
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
            // What is set before the command is seen by the editor it may start.
            world.variables = variables;
            let start = world.kubectl(words[1..].to_vec(), stdin);
            self.process = Some(Program::Kubectl(Process::start(start, now, out)));
            return;
        }
        let Done { printed, code } = builtins::run(words, stdin.as_deref(), world);
        for piece in &printed {
            self.print(world, piece);
        }
        self.finish(world, code);
    }

    pub(super) fn fail(&mut self, world: &mut World, text: &str, code: i32) {
        self.print(world, &Piece::err(text));
        self.finish(world, code);
    }

    /// The command that runs has printed something.
    pub(super) fn print(&mut self, world: &mut World, piece: &Piece) {
        let depth = self.frames.len();
        let frame = self.frames.last_mut().expect("the line itself is a frame");
        let redirects = |simple: &Simple| simple.piped || simple.stdout.is_some();
        let is_caught = depth > 1 || frame.running.as_ref().is_some_and(redirects);
        let running = frame.running.as_ref();
        if piece.stream == Stream::Err
            && let Some(word) = running.and_then(|simple| simple.stderr.as_ref())
        {
            let name = expand::word(word, world);
            let before = world.files.get(builtins::path(&name)).cloned().unwrap_or_default();
            let text = before.to_string() + piece.text.as_str();
            if text.len() <= CAUGHT_MAX {
                world.write(builtins::path(&name), text.into());
            }
            return;
        }
        let joins = running.is_some_and(|simple| simple.joins_errors);
        if (piece.stream == Stream::Out || joins && piece.stream == Stream::Err) && is_caught {
            if frame.caught.len() + piece.text.as_str().len() <= CAUGHT_MAX {
                frame.caught.push_str(piece.text.as_str());
            }
            return;
        }
        world.screen.print(piece);
    }

    /// The command that runs has ended: what it printed goes where it belongs.
    pub(super) fn finish(&mut self, world: &mut World, code: i32) {
        let frame = self.frames.last_mut().expect("the line itself is a frame");
        frame.code = code;
        world.code = code;
        let Some(simple) = frame.running.take() else { return };
        if let Some((word, adds)) = &simple.stdout {
            let name = expand::word(word, world);
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
    // What is assigned stays one word.
    let assigns = matches!(word.first(), Some(Part::Plain(t)) if builtins::assigned(t).is_some());
    if assigns || matches!(word[part], Part::Substitute(_, true)) {
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
