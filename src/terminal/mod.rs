//! The person's terminal: a screen, a few files, a small shell, and the programs it starts.
//!
//! Models bash with kubectl, etcdctl and etcdutl on a machine outside the cluster. A line that is
//! typed becomes a [`shell::Job`], which runs its commands one after another; kubectl sends its
//! requests over the network and takes simulated time. What is typed meanwhile waits, as in a real
//! terminal.
//!
//! Invariant: it knows of the cluster what the API server and etcd tell it. No line makes it panic,
//! hang or grow without bound.

mod completion;
mod etcdctl;
mod kubectl;
mod printers;
mod record;
mod screen;
mod shell;
#[cfg(test)]
mod tests;
mod text;

use std::sync::Arc;

pub use completion::{Completion, Known};
pub use etcdctl::Hosts;
pub use record::Record;
pub use screen::{Command, LINES_MAX, Line, Screen, Stream};
pub use text::{Link, Text};

use crate::api::rpc::{ToClient, ToServer};
use crate::api::{Key, Resource, Stored, Str};
use crate::etcd::Backup;
use crate::etcd::rpc as store;
use crate::sim::{Address, Log, Map, Outbox, Time};
use kubectl::config::KubeConfig;
use shell::{Event, Job, World};

/// What stands before a line that is typed.
pub const PROMPT: &str = "$ ";
/// How many lines may wait to be run.
const TYPED_MAX: usize = 100;
/// How many lines may run in the background.
const BACKGROUND_MAX: usize = 8;
/// The URL by which the kubeconfig knows the cluster.
const SERVER: &str = "https://127.0.0.1:6443";

/// Where effects go.
pub(crate) type Out = Outbox<Message, Timer, Record>;

/// What the terminal sends.
#[derive(Clone, Debug)]
pub enum Message {
    /// kubectl, to the API server.
    Server(ToServer),
    /// etcdctl, to a member of etcd.
    Store(u32, Arc<store::Request<Stored>>),
    /// etcdctl wants to hear no more of a request or a watch.
    CancelStore(u32),
}

impl From<ToServer> for Message {
    fn from(message: ToServer) -> Self {
        Self::Server(message)
    }
}

/// What happens to the terminal.
#[derive(Clone, Debug)]
pub enum Input {
    /// It is switched on.
    Start,
    /// The server says something.
    Message(ToClient),
    /// The connection to the server is gone.
    Disconnected,
    /// A member of etcd answers.
    Answer(u32, Box<store::Response<Stored>>),
    /// A member of etcd tells of changes.
    Changes(u32, Result<store::Events<Stored>, store::Cancelled>),
    /// The connection to a member of etcd is gone.
    StoreGone(Address),
    /// A timer has gone off.
    Timer(Timer),
    /// A person types a line, or pastes several at once.
    Line(Str),
    /// A person writes a file; a text that is empty takes it away.
    File {
        /// Its name.
        name: Str,
        /// What is in it.
        text: Str,
    },
    /// A person presses ^C.
    Interrupt,
}

/// A timer of the process with this number; those of processes that have ended mean nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timer(pub u64);

/// The terminal.
#[derive(Clone, Debug)]
pub struct Terminal {
    world: World,
    /// The line that runs.
    job: Option<Box<Job>>,
    /// Lines that wait for it to end.
    typed: Log<Str>,
    /// Lines that run in the background, by number.
    background: Vec<(u32, Box<Job>)>,
}

impl Terminal {
    /// A terminal whose kubectl talks to `server`, and whose etcdctl finds its members by `hosts`.
    pub fn new(server: Address, hosts: Hosts) -> Self {
        let config = Arc::new(KubeConfig::administrator(SERVER));
        let world = World::new(server, SERVER, config, hosts);
        Self { world, job: None, typed: Log::default(), background: Vec::new() }
    }

    /// The copy of etcd's database in a file, or that a data directory was restored from.
    pub fn backup(&self, name: &str) -> Option<&Backup<Stored>> {
        self.world.backups.get(name).map(Arc::as_ref)
    }

    /// What a person sees.
    pub fn screen(&self) -> &Screen {
        &self.world.screen
    }

    /// The files, by name.
    pub fn files(&self) -> &Map<Str, Str> {
        &self.world.files
    }

    /// Whether a command runs that has to end before the next. One that serves something goes on
    /// in the background when the next is typed, as if that were typed in another terminal.
    pub fn busy(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.serving().is_none())
    }

    /// What Tab makes of `line`; `objects` are those of a resource.
    pub fn complete(&self, line: &str, objects: &dyn Fn(Resource) -> Vec<Key>) -> Completion {
        struct With<'a>(&'a World, &'a dyn Fn(Resource) -> Vec<Key>);
        impl Known for With<'_> {
            fn files(&self) -> Vec<Str> {
                self.0.files.keys().cloned().collect()
            }
            fn objects(&self, resource: Resource) -> Vec<Key> {
                self.1(resource)
            }
            fn contexts(&self) -> Vec<Str> {
                self.0.config().contexts.iter().map(|context| context.name.clone()).collect()
            }
            fn namespace(&self) -> Str {
                let config = self.0.config();
                let current = config.context(&config.current).map_or("", |c| c.text("namespace"));
                if current.is_empty() { Str::new_static("default") } else { current.into() }
            }
        }
        completion::complete(line, &With(&self.world, objects))
    }

    /// The file that a person is to edit for a program that waits, if one does.
    pub fn editing(&self) -> Option<&Str> {
        self.world.editing.as_ref()
    }

    /// How many processes have been started that talk to a server.
    pub fn processes(&self) -> u32 {
        self.world.processes()
    }

    /// Something happens.
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Out) {
        self.world.now = now;
        match input {
            Input::Start => {}
            Input::Message(message) => self.tell(now, Event::Message(message), out),
            Input::Disconnected => self.tell(now, Event::Disconnected, out),
            Input::Answer(id, response) => self.tell(now, Event::Answer(id, response), out),
            Input::Changes(id, changes) => self.tell(now, Event::Changes(id, changes), out),
            Input::StoreGone(member) => self.tell(now, Event::StoreGone(member), out),
            Input::Timer(Timer(timer)) => self.tell(now, Event::Timer(timer), out),
            Input::File { name, text } if self.world.editing.as_ref() == Some(&name) => {
                self.world.editing = None;
                self.world.write(&name, Str::default());
                self.tell(now, Event::Edited(text), out);
            }
            Input::File { name, text } => self.world.write(&name, text),
            Input::Line(line) => {
                if self.typed.len() < TYPED_MAX {
                    self.typed.push(line);
                }
                self.run_typed(now, out);
            }
            Input::Interrupt => self.interrupt(now, out),
        }
    }

    fn tell(&mut self, now: Time, event: Event, out: &mut Out) {
        for at in (0..self.background.len()).rev() {
            let (_, job) = &mut self.background[at];
            if job.handle(&mut self.world, now, event.clone(), out).is_some() {
                self.background.remove(at);
            }
        }
        if let Some(job) = &mut self.job {
            let code = job.handle(&mut self.world, now, event, out);
            self.end_if(code, now, out);
            self.run_typed(now, out);
        }
        self.tend(now, out);
    }

    /// Starts what is to run in the background, and ends what is not to any longer.
    fn tend(&mut self, now: Time, out: &mut Out) {
        for mut job in std::mem::take(&mut self.world.spawned) {
            if self.background.len() >= BACKGROUND_MAX {
                continue;
            }
            let number = self.background.iter().map(|(number, _)| number + 1).max().unwrap_or(1);
            self.world.screen.note(&format!("[{number}] {}", 1000 + self.world.processes()));
            if job.start(&mut self.world, now, out).is_none() {
                self.background.push((number, Box::new(job)));
            }
        }
        for number in std::mem::take(&mut self.world.killed) {
            if let Some(at) = self.background.iter().position(|(known, _)| *known == number) {
                let (_, mut job) = self.background.remove(at);
                job.hang_up(out);
                let typed = job.line().trim_end_matches([' ', '&']);
                let line = format!("[{number}]+  Terminated              {typed}");
                self.world.screen.note(&line);
            }
        }
        let named = |(number, job): &(u32, Box<Job>)| (*number, job.line().clone());
        self.world.jobs = self.background.iter().map(named).collect();
        let serving = |job: &Job| job.serving().cloned();
        let front = self.job.iter().filter_map(|job| serving(job));
        let back = self.background.iter().filter_map(|(_, job)| serving(job));
        self.world.served = front.chain(back).collect();
    }

    /// What serves something makes room for the line that is typed next.
    fn make_room(&mut self, now: Time) {
        if self.job.as_ref().is_some_and(|job| job.serving().is_some())
            && self.background.len() < BACKGROUND_MAX
            && let Some(job) = self.job.take()
        {
            let number = self.background.iter().map(|(number, _)| number + 1).max().unwrap_or(1);
            self.background.push((number, job));
            self.world.screen.end(now, 0);
        }
    }

    /// Runs the lines that wait until one of them takes time.
    fn run_typed(&mut self, now: Time, out: &mut Out) {
        if !self.typed.is_empty() {
            self.make_room(now);
        }
        self.tend(now, out);
        while self.job.is_none()
            && let Some(line) = self.typed.get(self.typed.start()).cloned()
        {
            self.typed.cut_front(self.typed.start() + 1);
            self.world.screen.begin(now, PROMPT, &line);
            let mut job = Box::new(Job::new(&line));
            let code = job.start(&mut self.world, now, out);
            self.job = Some(job);
            self.end_if(code, now, out);
            self.tend(now, out);
        }
    }

    fn end_if(&mut self, code: Option<i32>, now: Time, out: &mut Out) {
        if let Some(code) = code {
            self.job = None;
            self.world.screen.end(now, code);
            out.record(Record::Ended { code });
        }
    }

    fn interrupt(&mut self, now: Time, out: &mut Out) {
        self.typed.cut_front(self.typed.end());
        match &mut self.job {
            Some(job) => {
                job.hang_up(out);
                self.world.screen.interrupted();
                // 128 and the number of SIGINT.
                self.end_if(Some(130), now, out);
            }
            None => {
                self.world.screen.begin(now, PROMPT, "^C");
                self.world.screen.end(now, 130);
                if let Some((_, mut job)) = self.background.pop() {
                    job.hang_up(out);
                }
            }
        }
        if let Some(name) = self.world.editing.take() {
            self.world.write(&name, Str::default());
        }
        self.tend(now, out);
    }
}
