//! Plays a script on a session of its own.
//!
//! Invariant: a command is given only when the one before has ended, so that a transcript reads as
//! if one person had typed it, one line after another.

use std::time::Duration;

use super::transcript::{Played, Transcript, Verdict};
use super::{Action, Script, Step, first_difference};
use crate::cluster::rooms::terminal::Stream;
use crate::cluster::{Command, Grain, Limit, Session, Stepped};

/// How long a cluster is left alone before the first line is typed: long enough for every node to
/// be ready, as it was where the recordings were made.
const WARM_UP: Duration = Duration::from_secs(20);
/// What a command takes at least: the time a real process needs to start and to end.
const COMMAND_MIN: Duration = Duration::from_millis(100);
/// How long a command may take before it is interrupted, so that one that watches for ever ends.
const COMMAND_MAX: Duration = Duration::from_secs(600);
/// How far a step may go before it counts as one that leads nowhere.
const STEP_LIMIT: Limit = Limit { events: 1_000_000, time: Duration::from_secs(3600) };

/// Plays one script.
#[derive(Clone, Debug)]
pub struct Runner {
    session: Session,
    /// What the last command printed.
    output: String,
}

/// Plays a script from beginning to end.
pub fn run(script: &Script) -> Transcript {
    let mut runner = Runner::new(script);
    let played = script.steps.iter().map(|step| runner.play(step)).collect();
    Transcript { script: script.clone(), played }
}

impl Runner {
    /// The cluster of a script, ready for its first line.
    pub fn new(script: &Script) -> Self {
        let mut session = Session::new(script.config.clone());
        wait(&mut session, WARM_UP);
        Self { session, output: String::new() }
    }

    /// Writes a file into the working directory.
    pub(super) fn write(&mut self, name: &str, text: &str) {
        let (name, text) = (name.to_owned(), text.to_owned());
        self.session.execute(Command::Write { name, text });
    }

    /// Types a line and returns what it printed, to stdout alone if so wanted, and its exit code;
    /// `None` if it had to be interrupted.
    pub(super) fn run(&mut self, line: &str, stdout_alone: bool) -> (String, Option<i32>) {
        let number = self.session.cluster().terminal().screen().commands_end();
        self.type_line(line);
        let screen = self.session.cluster().terminal().screen();
        let code = screen.command(number).and_then(|it| it.ended).map(|(_, code)| code);
        if !stdout_alone {
            return (self.output.clone(), code);
        }
        let lines = screen.lines().map(|(_, line)| line);
        let ours = lines.filter(|line| line.command == number && line.stream == Stream::Out);
        (ours.map(|line| format!("{}\n", line.text.as_str())).collect(), code)
    }

    /// The session it plays on.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Plays one step.
    pub fn play(&mut self, step: &Step) -> Played {
        let mut played = Played { output: None, verdict: Verdict::Unchecked };
        match &step.action {
            Action::Tell => {}
            Action::Run { line, expected } => {
                self.type_line(line);
                if let Some(expected) = expected {
                    played.verdict = Verdict::of(first_difference(expected, &self.output));
                }
                played.output = Some(self.output.clone());
            }
            Action::Do(command) => self.session.execute(command.clone()),
            Action::Wait(duration) => wait(&mut self.session, *duration),
            Action::Go { back, count, grain } => {
                played.verdict = self.go(*back, *count, *grain);
            }
            Action::Expect { text, present } => {
                if self.output.contains(text.as_str()) != *present {
                    let expected = step.source.trim().to_owned();
                    let found = self.output.lines().next().map(Into::into);
                    played.verdict = Verdict::Differs { expected: Some(expected), found };
                }
            }
        }
        played
    }

    /// Types a line, and lets time pass until it has run.
    fn type_line(&mut self, line: &str) {
        let started = self.session.cluster().now();
        let number = self.session.cluster().terminal().screen().commands_end();
        self.session.execute(Command::Type { line: line.to_owned() });
        while self.session.cluster().terminal().busy() {
            let left = (started + COMMAND_MAX).since(self.session.cluster().now());
            let limit = Limit { events: 1, time: left };
            if self.session.step(Grain::Message, limit) == Stepped::Nothing {
                self.session.execute(Command::Interrupt);
                break;
            }
        }
        self.session.play(started + COMMAND_MIN, u64::MAX);
        self.output = self.session.cluster().terminal().screen().output(number);
    }

    fn go(&mut self, back: bool, count: u32, grain: Grain) -> Verdict {
        for _ in 0..count {
            let stepped = match back {
                true => self.session.step_back(grain),
                false => self.session.step(grain, STEP_LIMIT),
            };
            if stepped != Stepped::Arrived {
                let found = Some("there is no such step".to_owned());
                return Verdict::Differs { expected: None, found };
            }
        }
        Verdict::Unchecked
    }
}

fn wait(session: &mut Session, duration: Duration) {
    let until = session.cluster().now() + duration;
    session.play(until, u64::MAX);
}
