//! How a command waits: it is run again from the beginning of its step each time something it
//! waits for has come, and what it has heard before is told to it once more.
//!
//! So a command reads like a program that blocks, while it is plain data that can be cloned,
//! rewound and replayed at any moment. Models no part of kubectl; it stands for its goroutines.
//!
//! Invariant: a step is a function of its task, of [`Env`] and of the replies so far. It prints
//! the same each time, and what has been shown is not shown again.

use std::sync::Arc;

use super::config::KubeConfig;
use super::error::{Error, Unreachable};
use super::exec::Exec;
use super::globals::Globals;
use super::url;
use crate::api::rpc::{
    Answer, Call, FieldValidation, Part, Request, Response, Selection, Table, WatchEvent,
};
use crate::api::{Collection, Key, List, Object, Resource, Served, Str, Value};
use crate::sim::{Duration, Map, Time};
use crate::terminal::screen::Piece;
use crate::terminal::text::Text;

/// Why a step stops before its end.
#[derive(Clone, PartialEq, Debug)]
pub enum Stop {
    /// It waits for something.
    Waiting,
    /// It failed, and with it the command.
    Failed(Error),
}

/// What a step comes to, if it does not have to wait.
pub type Flow<T> = Result<T, Stop>;

/// What follows a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Another step, of the task as it is now.
    Again,
    /// Nothing: the command ends with this exit code.
    Exit(i32),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What a command knows from the beginning.
#[derive(Clone, Debug)]
pub struct Env {
    /// The files there are.
    pub files: Map<Str, Str>,
    /// What was piped into it.
    pub stdin: Option<Str>,
    /// How it reaches its cluster.
    pub config: Arc<KubeConfig>,
    /// What its global flags say.
    pub globals: Globals,
    /// Under which name it manages the fields it changes.
    pub manager: Str,
    /// What the server has said that it serves beside what every server does; nothing before it
    /// was asked.
    pub served: Option<List<Served>>,
}

impl Env {
    /// The resource a person means by `name`.
    ///
    /// # Errors
    ///
    /// That there is none, or that the server has to be asked.
    pub fn resource(&self, name: &str) -> Result<Resource, Error> {
        let known = Resource::named(name);
        let custom = || self.custom().find(|served| served.is_called(name));
        known
            .or_else(|| custom().map(|served| served.resource))
            .ok_or_else(|| self.unknown(Error::no_resource(name)))
    }

    /// The custom resources that the server has told of.
    pub fn custom(&self) -> impl Iterator<Item = &Served> {
        self.served.iter().flat_map(|served| served.iter())
    }

    /// What is said of what nobody knows, or that the server has to be asked first.
    pub fn unknown(&self, error: Error) -> Error {
        if self.served.is_none() { Error::Undiscovered(Box::new(error)) } else { error }
    }
}

/// What a process serves on the person's machine while it runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Serving {
    /// The API, on this port.
    Proxy(u16),
    /// A port of a pod, on this port.
    Forward(u16),
}

impl Serving {
    /// The port.
    pub fn port(&self) -> u16 {
        match self {
            Self::Proxy(port) | Self::Forward(port) => *port,
        }
    }
}

/// What a step waits for.
#[derive(Clone, Debug)]
pub enum Want {
    /// The answer to a request; a watch stays open after it.
    Answer(Arc<Request>),
    /// Events of the watch, or this time.
    Events(Option<Time>),
    /// That so much time passes.
    Pause(Duration),
    /// That a person edits a text.
    Edit(Str),
    /// Nothing any more: it serves until it is interrupted.
    Serve(Serving),
}

/// What a step has heard.
#[derive(Clone, Debug)]
pub enum Reply {
    /// An answer.
    Answer(Arc<Response>),
    /// No answer: the connection was refused or lost, or took too long.
    NoAnswer {
        /// Whether it took too long.
        timed_out: bool,
    },
    /// What came of the watch.
    Events(Heard),
    /// The time has passed.
    Paused,
    /// A person has edited the text; or the editor of this name could not be run.
    Edited(Result<Str, Str>),
}

/// What came of a watch.
#[derive(Clone, Debug)]
pub enum Heard {
    /// Events.
    Events(List<WatchEvent>),
    /// It ended.
    Closed,
    /// Nothing, until the time that was given.
    Nothing,
}

/// How a request is made, beside what it asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// Whether nothing is to be stored.
    pub dry_run: bool,
    /// What is to be done about unknown fields.
    pub validation: FieldValidation,
    /// Whether a table is wanted.
    pub as_table: bool,
    /// The manager of the fields that change, where it is not that of the whole command.
    pub manager: Option<&'static str>,
}

/// What a step works with.
#[derive(Debug)]
pub struct Ctx<'a> {
    env: &'a Env,
    replies: std::slice::Iter<'a, (Time, Reply)>,
    now: Time,
    want: Option<Want>,
    shown: Vec<Piece>,
    warned: Vec<Str>,
    config: Option<Arc<KubeConfig>>,
    exec: Option<Arc<Exec>>,
    served: Option<List<Served>>,
}

/// What is left of a step that was run.
#[derive(Debug)]
pub struct Outcome {
    /// What it waits for, if it does.
    pub want: Option<Want>,
    /// Everything it printed.
    pub shown: Vec<Piece>,
    /// The warnings that have been printed so far.
    pub warned: Vec<Str>,
    /// The configuration, if it changed it.
    pub config: Option<Arc<KubeConfig>>,
    /// What goes on in its place, in a container.
    pub exec: Option<Arc<Exec>>,
    /// What the server has said that it serves, if it was asked: the command begins anew.
    pub served: Option<List<Served>>,
    /// The time at its end.
    pub now: Time,
}

impl<'a> Ctx<'a> {
    /// What a step works with that began at `now` and has heard `replies`.
    pub fn new(env: &'a Env, now: Time, replies: &'a [(Time, Reply)], warned: Vec<Str>) -> Self {
        let replies = replies.iter();
        let shown = Vec::new();
        let (config, exec, served) = (None, None, None);
        Self { env, replies, now, want: None, shown, warned, config, exec, served }
    }

    /// What is left of the step.
    pub fn finish(self) -> Outcome {
        let Self { want, shown, warned, config, exec, served, now, .. } = self;
        Outcome { want, shown, warned, config, exec, served, now }
    }

    /// The time, as of what was heard last.
    pub fn now(&self) -> Time {
        self.now
    }

    /// What the command knows from the beginning.
    pub fn env(&self) -> &'a Env {
        self.env
    }

    /// Prints a line.
    pub fn say(&mut self, line: impl Into<Text>) {
        self.shown.push(Piece::out(line.into().with("\n")));
    }

    /// Prints text as it is.
    pub fn print(&mut self, text: impl Into<Text>) {
        let text = text.into();
        if !text.is_empty() {
            self.shown.push(Piece::out(text));
        }
    }

    /// Prints a line on stderr.
    pub fn complain(&mut self, line: impl Into<Text>) {
        self.shown.push(Piece::err(line.into().with("\n")));
    }

    /// Warns, unless the same warning has been given before.
    pub fn warn(&mut self, warning: &str) {
        if !self.warned.iter().any(|known| known == warning) {
            self.warned.push(warning.into());
            self.complain(format!("Warning: {warning}"));
        }
    }

    /// Leaves another configuration behind when the command ends.
    pub fn configure(&mut self, config: KubeConfig) {
        self.config = Some(Arc::new(config));
    }

    /// Begins anew, knowing what the server serves.
    pub fn discover(&mut self, served: List<Served>) {
        self.served = Some(served);
    }

    /// Goes on as a program in a container.
    pub fn exec(&mut self, exec: Exec) {
        self.exec = Some(Arc::new(exec));
    }

    /// Lets time pass.
    pub fn pause(&mut self, duration: Duration) -> Flow<()> {
        self.hear(Want::Pause(duration)).map(drop)
    }

    /// Lets a person edit a text.
    pub fn edit(&mut self, text: &str) -> Flow<Result<Str, Error>> {
        match self.hear(Want::Edit(text.into()))? {
            Reply::Edited(edited) => Ok(edited.map_err(|editor| {
                let editor = crate::api::quote(&editor);
                Error::plain(format!("there was a problem with the editor {editor}"))
            })),
            _ => unreachable!("what is waited for is what comes"),
        }
    }

    /// Serves until it is interrupted.
    pub fn serve(&mut self, serving: Serving) -> Flow<Next> {
        self.hear(Want::Serve(serving)).map(|_| Next::Again)
    }

    /// Asks the server.
    pub fn ask(&mut self, call: Call, how: How) -> Flow<Result<Answer, Error>> {
        let globals = &self.env.globals;
        let unreachable = |timed_out| {
            let (verb, url) = (url::verb(&call), url::of(&globals.server, &call));
            let host = url::host(&globals.server);
            Error::Unreachable(Box::new(Unreachable { verb, url, host, timed_out }))
        };
        if !globals.is_our_server {
            return Ok(Err(unreachable(false)));
        }
        let request = Request {
            user: globals.user.clone(),
            groups: globals.groups.clone().into(),
            agent: Str::new_static("kubectl"),
            manager: how.manager.unwrap_or(&self.env.manager).into(),
            call: call.clone(),
            dry_run: how.dry_run,
            field_validation: how.validation,
            as_table: how.as_table,
        };
        match self.hear(Want::Answer(Arc::new(request)))? {
            Reply::Answer(response) => {
                response.warnings.iter().for_each(|warning| self.warn(warning));
                Ok(response.result.clone().map_err(Error::from))
            }
            Reply::NoAnswer { timed_out } => Ok(Err(unreachable(timed_out))),
            Reply::Events(_) | Reply::Paused | Reply::Edited(_) => {
                unreachable!("a request is answered by an answer")
            }
        }
    }

    /// Asks for an object.
    pub fn get(&mut self, resource: Resource, key: &Key) -> Flow<Result<Object, Error>> {
        let call = Call::Get { resource, key: key.clone(), part: Part::Main };
        Ok(self.ask(call, How::default())?.and_then(object))
    }

    /// Asks for all objects that are selected, and the revision at which they were so.
    pub fn list(&mut self, selection: Selection) -> Flow<Result<(Collection, u64), Error>> {
        let answer = self.ask(Call::List(selection), How::default())?;
        Ok(answer.and_then(|answer| match answer {
            Answer::List(_, objects, meta) => Ok((objects, meta.revision)),
            _ => Err(unexpected()),
        }))
    }

    /// Asks for a table.
    pub fn table(&mut self, call: Call) -> Flow<Result<Arc<Table>, Error>> {
        let answer = self.ask(call, How { as_table: true, ..How::default() })?;
        Ok(answer.and_then(|answer| match answer {
            Answer::Table(table) => Ok(table),
            _ => Err(unexpected()),
        }))
    }

    /// Opens a watch, in place of the one that may be open.
    pub fn watch(&mut self, selection: Selection, from: u64, how: How) -> Flow<Result<(), Error>> {
        let call = Call::Watch { selection, from, bookmarks: false };
        Ok(self.ask(call, how)?.map(drop))
    }

    /// Waits for events of the watch, no longer than until `until`.
    pub fn events(&mut self, until: Option<Time>) -> Flow<Heard> {
        match self.hear(Want::Events(until))? {
            Reply::Events(heard) => Ok(heard),
            _ => unreachable!("what is waited for is what comes"),
        }
    }

    fn hear(&mut self, want: Want) -> Flow<Reply> {
        match self.replies.next() {
            Some((at, reply)) => {
                self.now = *at;
                Ok(reply.clone())
            }
            None => {
                self.want = Some(want);
                Err(Stop::Waiting)
            }
        }
    }
}

/// The object of an answer.
pub fn object(answer: Answer) -> Result<Object, Error> {
    match answer {
        Answer::Object(object) => Ok(object),
        _ => Err(unexpected()),
    }
}

/// The answer as a value, as it is printed.
pub fn value(answer: &Answer) -> Result<Value, Error> {
    match answer {
        Answer::Object(object) => Ok(object.to_value()),
        Answer::Value(value) => Ok(value.clone()),
        _ => Err(unexpected()),
    }
}

fn unexpected() -> Error {
    Error::plain("unexpected answer from the server")
}
