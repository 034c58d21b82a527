//! How a command waits: it is run again from the beginning of its step each time something it
//! waits for has come, and what it has heard before is told to it once more.
//!
//! So a command reads like a program that blocks, while it is plain data. Models no part of
//! etcdctl; it stands for its goroutines. Invariant: a step is a function of [`Env`], its memory
//! and the replies so far.

use std::sync::Arc;

use super::command::Format;
use crate::api::{Stored, Str};
use crate::etcd::Backup;
use crate::etcd::rpc::{Cancelled, Events, Reply, Request, Response};
use crate::sim::{Address, Duration, Map, Time};
use crate::terminal::kubectl::flags::Flags;
use crate::terminal::screen::Piece;
use crate::terminal::shell::program::Saved;

/// Exit codes. Models pkg/cobrautl/error.go.
pub mod exit {
    /// It failed.
    pub const ERROR: i32 = 1;
    /// What was read from stdin makes no sense.
    pub const INVALID_INPUT: i32 = 3;
    /// This cannot be done in that way.
    pub const BAD_FEATURE: i32 = 4;
    /// The arguments make no sense.
    pub const BAD_ARGS: i32 = 128;
}

/// Why a step stops before its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// It waits for something.
    Waiting,
    /// It failed, and with it the command: what is said, and the exit code.
    Failed(String, i32),
}

/// What a step comes to, if it does not have to wait.
pub type Flow<T> = Result<T, Stop>;

/// What follows a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Another step.
    Again,
    /// Nothing: the command ends with this exit code.
    Exit(i32),
}

/// What a command remembers from one step to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    /// How many steps it has made.
    pub steps: u32,
}

/// A place to talk to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    /// As it was named.
    pub name: String,
    /// Where that is, if anywhere.
    pub address: Option<Address>,
}

/// What a command knows from the beginning.
#[derive(Clone, Debug)]
pub struct Env {
    /// Its flags.
    pub flags: Flags,
    /// Its arguments.
    pub args: Vec<String>,
    /// Whom to talk to.
    pub endpoints: Vec<Endpoint>,
    /// How answers are written.
    pub format: Format,
    /// How long to wait for an answer.
    pub timeout: Duration,
    /// What was piped into it.
    pub stdin: Option<Str>,
    /// The files there are.
    pub files: Map<Str, Str>,
    /// The copies of databases there are.
    pub backups: Map<Str, Arc<Backup<Stored>>>,
    /// Where URLs lead.
    pub hosts: super::Hosts,
}

/// Whom a request is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum To {
    /// Any of the endpoints.
    Any,
    /// This one.
    One(Endpoint),
}

/// What a step waits for.
#[derive(Clone, Debug)]
pub enum Want {
    /// An answer; within the timeout, or ever.
    Answer(To, Arc<Request<Stored>>, bool),
    /// Events of the watch.
    Events,
    /// That so much time passes.
    Pause(Duration),
}

/// What a step has heard.
#[derive(Clone, Debug)]
pub enum Heard {
    /// An answer.
    Answer(Arc<Response<Stored>>),
    /// No answer, and why.
    Silence(&'static str),
    /// What came of the watch; nothing when its connection is gone.
    Events(Option<Result<Events<Stored>, Cancelled>>),
    /// The time has passed.
    Paused,
}

/// Who answered, and where its store was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Header {
    /// The cluster.
    pub cluster: u64,
    /// The member.
    pub member: u64,
    /// The revision.
    pub revision: u64,
    /// The term.
    pub term: u64,
}

/// What a step works with.
#[derive(Debug)]
pub struct Ctx<'a> {
    /// What the command knows from the beginning.
    pub env: &'a Env,
    /// What it remembers.
    pub memory: Memory,
    replies: std::slice::Iter<'a, (Time, Heard)>,
    now: Time,
    want: Option<Want>,
    shown: Vec<Piece>,
    saved: Vec<Saved>,
}

/// What is left of a step that was run.
#[derive(Debug)]
pub struct Outcome {
    /// What it waits for, if it does.
    pub want: Option<Want>,
    /// Everything it printed.
    pub shown: Vec<Piece>,
    /// The files it leaves behind.
    pub saved: Vec<Saved>,
    /// What it remembers.
    pub memory: Memory,
    /// The time at its end.
    pub now: Time,
}

impl<'a> Ctx<'a> {
    /// What a step works with that began at `now` and has heard `replies`.
    pub fn new(env: &'a Env, memory: Memory, now: Time, replies: &'a [(Time, Heard)]) -> Self {
        let replies = replies.iter();
        Self { env, memory, replies, now, want: None, shown: Vec::new(), saved: Vec::new() }
    }

    /// What is left of the step.
    pub fn finish(self) -> Outcome {
        let Self { want, shown, saved, memory, now, .. } = self;
        Outcome { want, shown, saved, memory, now }
    }

    /// The time, as of what was heard last.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Prints text as it is.
    pub fn print(&mut self, text: impl Into<String>) {
        let text: String = text.into();
        if !text.is_empty() {
            self.shown.push(Piece::out(text));
        }
    }

    /// Prints a line.
    pub fn say(&mut self, line: impl std::fmt::Display) {
        self.print(format!("{line}\n"));
    }

    /// Prints a line on stderr.
    pub fn complain(&mut self, line: impl std::fmt::Display) {
        self.shown.push(Piece::err(format!("{line}\n")));
    }

    /// Leaves a file behind.
    pub fn save(&mut self, saved: Saved) {
        self.saved.push(saved);
    }

    /// Lets time pass.
    pub fn pause(&mut self, duration: Duration) -> Flow<()> {
        self.hear(Want::Pause(duration)).map(drop)
    }

    /// Asks any endpoint, and fails when it refuses or nobody answers.
    pub fn call(&mut self, request: Request<Stored>) -> Flow<(Header, Reply<Stored>)> {
        self.ask(None, request)?.map_err(failed)
    }

    /// Asks one endpoint, wherever it is.
    pub fn ask_at(
        &mut self,
        endpoint: &Endpoint,
        request: Request<Stored>,
    ) -> Flow<Result<(Header, Reply<Stored>), String>> {
        self.hear_answer(Want::Answer(To::One(endpoint.clone()), Arc::new(request), true))
    }

    /// Asks an endpoint, or any.
    pub fn ask(
        &mut self,
        at: Option<usize>,
        request: Request<Stored>,
    ) -> Flow<Result<(Header, Reply<Stored>), String>> {
        let lasts = matches!(request, Request::Watch { .. } | Request::Snapshot);
        let to = at.and_then(|at| self.env.endpoints.get(at)).cloned().map_or(To::Any, To::One);
        self.hear_answer(Want::Answer(to, Arc::new(request), !lasts))
    }

    fn hear_answer(&mut self, want: Want) -> Flow<Result<(Header, Reply<Stored>), String>> {
        match self.hear(want)? {
            Heard::Answer(response) => {
                let Response { cluster, member, term, revision, .. } = *response;
                let header = Header { cluster, member, revision, term };
                let result = response.result.clone();
                Ok(result.map(|reply| (header, reply)).map_err(|error| error.to_string()))
            }
            Heard::Silence(why) => Ok(Err(why.to_owned())),
            Heard::Events(_) | Heard::Paused => unreachable!("a request is answered by an answer"),
        }
    }

    /// Waits for events of the watch; `None` when the connection is gone.
    pub fn events(&mut self) -> Flow<Option<Result<Events<Stored>, Cancelled>>> {
        match self.hear(Want::Events)? {
            Heard::Events(events) => Ok(events),
            _ => unreachable!("what is waited for is what comes"),
        }
    }

    fn hear(&mut self, want: Want) -> Flow<Heard> {
        match self.replies.next() {
            Some((at, heard)) => {
                self.now = *at;
                Ok(heard.clone())
            }
            None => {
                self.want = Some(want);
                Err(Stop::Waiting)
            }
        }
    }
}

/// The arguments make no sense.
pub fn bad_args<T>(text: impl Into<String>) -> Flow<T> {
    Err(Stop::Failed(text.into(), exit::BAD_ARGS))
}

/// It came to nothing.
pub fn failed(text: String) -> Stop {
    Stop::Failed(text, exit::ERROR)
}

/// A member has answered what was not asked.
pub fn unexpected<T>() -> Flow<T> {
    Err(Stop::Failed("unexpected response".to_owned(), exit::ERROR))
}
