//! A running etcdctl: sends what its command asks for, waits, and runs the command on.
//!
//! Models one process with its clientv3: endpoints are tried in turn until one can be reached, and
//! reads are asked again when the leader has changed. Invariant: an answer that comes after the
//! process has ended is not heard by the next one.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Hosts;
use super::command::{self, Command, Found};
use super::script::{Ctx, Endpoint, Env, Heard, Memory, Next, Outcome, Stop, To, Want};
use crate::api::{Stored, Str};
use crate::etcd::Backup;
use crate::etcd::rpc::{Cancelled, Error, Events, Request, Response};
use crate::sim::{Address, Duration, HostId, Map, Time};
use crate::terminal::screen::Piece;
use crate::terminal::shell::Event;
use crate::terminal::shell::program::Step;
use crate::terminal::{Message, Out, Timer};

/// How long the program takes to begin.
const STARTUP: Duration = Duration::from_millis(20);
/// How long it waits before it tries again to reach anybody. Models the least back-off of gRPC.
const RECONNECT: Duration = Duration::from_secs(1);
/// How long it waits before a read is asked again.
const RETRY: Duration = Duration::from_millis(50);

/// What a process is started with.
#[derive(Clone, Debug)]
pub struct Start {
    /// The program and its arguments.
    pub words: Vec<String>,
    /// Where it runs, if that is known.
    pub host: Option<HostId>,
    /// Variables.
    pub variables: Map<Str, Str>,
    /// The files there are.
    pub files: Map<Str, Str>,
    /// The copies of databases there are.
    pub backups: Map<Str, Arc<Backup<Stored>>>,
    /// Where names lead.
    pub hosts: Hosts,
    /// What was piped into it.
    pub stdin: Option<Str>,
    /// The number of the process.
    pub number: u32,
    /// Whether it runs in a container, so that kubectl says how it ended.
    pub is_inside: bool,
}

/// A running process.
#[derive(Clone, Debug)]
pub struct Process {
    found: Result<(&'static Command, Arc<Env>), (Piece, i32)>,
    is_inside: bool,
    memory: Memory,
    /// The time at which the step began.
    since: Time,
    replies: Vec<(Time, Heard)>,
    /// How much of what the step prints has been shown.
    shown: usize,
    waiting: Option<Waiting>,
    /// The watch that is open: its number and with whom.
    watch: Option<(u32, Address)>,
    heard: VecDeque<Option<Result<Events<Stored>, Cancelled>>>,
    next_request: u32,
    /// The number of the timer that counts; those of the past mean nothing.
    timer: u64,
}

#[derive(Clone, Debug)]
enum Waiting {
    Answer(Asked),
    Events,
    Pause,
}

/// A request under way.
#[derive(Clone, Debug)]
struct Asked {
    request: Arc<Request<Stored>>,
    /// The endpoints that may answer, the one that is asked first.
    endpoints: VecDeque<Endpoint>,
    /// How many of them could not be reached in a row.
    unreached: usize,
    /// Whether one of them has it and has not gone since.
    is_sent: bool,
    number: u32,
    /// When it is given up, if ever.
    deadline: Option<Time>,
}

impl Process {
    /// Begins a process: it will wake up when its start is over.
    pub fn start(start: Start, now: Time, out: &mut Out) -> Self {
        let timer = u64::from(start.number) << 32;
        out.timer(STARTUP, Timer(timer));
        let found = match command::find(&start) {
            Ok(Found::Command(command, env)) => Ok((command, Arc::from(env))),
            Ok(Found::Help(text)) => Err((Piece::out(text), 0)),
            Err((text, code)) => Err((Piece::err(format!("Error: {text}\n")), code)),
        };
        Self {
            found,
            is_inside: start.is_inside,
            memory: Memory::default(),
            since: now,
            replies: Vec::new(),
            shown: 0,
            waiting: None,
            watch: None,
            heard: VecDeque::new(),
            next_request: (start.number % 256) << 24 | 1,
            timer,
        }
    }

    /// Something has happened.
    pub fn handle(&mut self, now: Time, event: Event, out: &mut Out) -> Step {
        let goes_on = match event {
            Event::Answer(number, response) => self.on_answer(now, number, *response, out),
            Event::Changes(number, changes) => {
                let is_ours = self.watch.is_some_and(|(watch, _)| watch == number);
                is_ours && self.on_changes(now, Some(changes))
            }
            Event::StoreGone(member) => self.on_gone(now, member, out),
            Event::Timer(timer) => timer == self.timer && self.on_timer(now, out),
            Event::Message(_) | Event::Disconnected | Event::Edited(_) | Event::EditorFailed(_) => {
                false
            }
        };
        let mut step = Step::default();
        if goes_on {
            self.run(now, out, &mut step);
        }
        if let Some(code) = step.exit {
            self.hang_up(out);
            if self.is_inside && code != 0 {
                let text = format!("command terminated with exit code {code}\n");
                step.printed.push(Piece::err(text));
            }
        }
        step
    }

    /// Closes its connections.
    pub fn hang_up(&mut self, out: &mut Out) {
        if let Some((number, member)) = self.watch.take() {
            out.send(member, Message::CancelStore(number));
        }
    }

    /// Each of these says whether what the step waits for has come.
    fn on_answer(
        &mut self,
        now: Time,
        number: u32,
        response: Response<Stored>,
        out: &mut Out,
    ) -> bool {
        let Some(Waiting::Answer(asked)) = &self.waiting else { return false };
        if asked.number != number {
            return false;
        }
        let is_read = match &*asked.request {
            Request::Range { .. } => true,
            Request::Txn(txn) => !txn.is_write(),
            _ => false,
        };
        if is_read && matches!(response.result, Err(Error::LeaderChanged | Error::NoLeader)) {
            self.timer += 1;
            out.timer(RETRY, Timer(self.timer));
            return false;
        }
        self.reply(now, Heard::Answer(Arc::new(response)))
    }

    fn on_changes(
        &mut self,
        now: Time,
        changes: Option<Result<Events<Stored>, Cancelled>>,
    ) -> bool {
        self.heard.push_back(changes);
        matches!(self.waiting, Some(Waiting::Events)) && self.tell(now)
    }

    fn on_gone(&mut self, now: Time, member: Address, out: &mut Out) -> bool {
        if self.watch.is_some_and(|(_, with)| with == member) {
            self.watch = None;
            if self.on_changes(now, None) {
                return true;
            }
        }
        let Some(Waiting::Answer(asked)) = &self.waiting else { return false };
        let current = asked.endpoints.front();
        if current.is_some_and(|endpoint| endpoint.address == Some(member)) {
            self.next_endpoint(now, out);
        }
        false
    }

    fn on_timer(&mut self, now: Time, out: &mut Out) -> bool {
        match &self.waiting {
            None => {
                self.since = now;
                true
            }
            Some(Waiting::Answer(asked)) => {
                if asked.deadline.is_some_and(|deadline| now >= deadline) {
                    // A member that was reached knows the deadline too, and says so when it comes.
                    let member = asked.endpoints.front().and_then(|endpoint| endpoint.address);
                    if let Some(member) = member.filter(|_| asked.is_sent) {
                        out.send(member, Message::CancelStore(asked.number));
                    }
                    let why = match asked.is_sent {
                        true => "etcdserver: request timed out",
                        false => "context deadline exceeded",
                    };
                    return self.reply(now, Heard::Silence(why));
                }
                self.send(now, out);
                false
            }
            Some(Waiting::Events) => false,
            Some(Waiting::Pause) => self.reply(now, Heard::Paused),
        }
    }

    /// The endpoint that was asked cannot be reached: the next one is asked, at once or, after all
    /// of them, a little later.
    fn next_endpoint(&mut self, now: Time, out: &mut Out) {
        let Some(Waiting::Answer(asked)) = &mut self.waiting else { return };
        asked.unreached += 1;
        asked.is_sent = false;
        asked.endpoints.rotate_left(1);
        if !asked.unreached.is_multiple_of(asked.endpoints.len()) {
            return self.send(now, out);
        }
        let at = now + RECONNECT;
        let at = asked.deadline.map_or(at, |deadline| at.min(deadline));
        self.timer += 1;
        out.timer_at(at, Timer(self.timer));
    }

    /// Sends the request that is under way to the endpoint whose turn it is.
    fn send(&mut self, now: Time, out: &mut Out) {
        let Some(Waiting::Answer(asked)) = &mut self.waiting else { return };
        let Some(address) = asked.endpoints.front().and_then(|endpoint| endpoint.address) else {
            return self.next_endpoint(now, out);
        };
        asked.is_sent = true;
        if matches!(*asked.request, Request::Watch { .. }) {
            self.watch = Some((asked.number, address));
        }
        out.send(address, Message::Store(asked.number, asked.request.clone()));
        if let Some(deadline) = asked.deadline {
            self.timer += 1;
            out.timer_at(deadline, Timer(self.timer));
        }
    }

    /// Tells the step what the watch told first, if it told anything.
    fn tell(&mut self, now: Time) -> bool {
        let heard = self.heard.pop_front();
        heard.is_some_and(|heard| self.reply(now, Heard::Events(heard)))
    }

    fn reply(&mut self, now: Time, heard: Heard) -> bool {
        self.replies.push((now, heard));
        self.waiting = None;
        self.timer += 1;
        true
    }

    fn run(&mut self, now: Time, out: &mut Out, step: &mut Step) {
        let (command, env) = match &self.found {
            Ok((command, env)) => (*command, env.clone()),
            Err((piece, code)) => {
                step.printed.push(piece.clone());
                step.exit = Some(*code);
                return;
            }
        };
        loop {
            let mut ctx = Ctx::new(&env, self.memory, self.since, &self.replies);
            let flow = (command.step)(&mut ctx);
            let Outcome { want, shown, saved, mut memory, now: ended } = ctx.finish();
            step.printed.extend(shown.iter().skip(self.shown).cloned());
            self.shown = shown.len();
            match flow {
                Ok(Next::Again) => {
                    memory.steps += 1;
                    (self.memory, self.since, self.shown) = (memory, ended, 0);
                    self.replies.clear();
                }
                Ok(Next::Exit(code)) => {
                    (step.exit, step.saved) = (Some(code), saved);
                    return;
                }
                Err(Stop::Failed(text, code)) => {
                    let text = format!("Error: {text}\n");
                    step.printed.extend((text.len() > 8).then(|| Piece::err(text)));
                    step.exit = Some(code);
                    return;
                }
                Err(Stop::Waiting) => {
                    let want = want.expect("a step that waits says for what");
                    if !self.wait(now, want, &env, out) {
                        return;
                    }
                }
            }
        }
    }

    /// Sees to it that what is wanted comes. Says whether it has come already.
    fn wait(&mut self, now: Time, want: Want, env: &Env, out: &mut Out) -> bool {
        match want {
            Want::Answer(to, request, is_bounded) => {
                let endpoints: VecDeque<Endpoint> = match to {
                    To::One(endpoint) => [endpoint].into(),
                    To::Any => env.endpoints.iter().cloned().collect(),
                };
                if endpoints.is_empty() {
                    return self.reply(now, Heard::Silence("no available endpoints"));
                }
                let number = self.next_request;
                self.next_request += 1;
                let deadline = is_bounded.then(|| now + env.timeout);
                let (unreached, is_sent) = (0, false);
                let asked = Asked { request, endpoints, unreached, is_sent, number, deadline };
                self.waiting = Some(Waiting::Answer(asked));
                self.send(now, out);
                false
            }
            Want::Events => {
                if self.tell(now) {
                    return true;
                }
                self.waiting = Some(Waiting::Events);
                false
            }
            Want::Pause(duration) => {
                self.waiting = Some(Waiting::Pause);
                out.timer(duration, Timer(self.timer));
                false
            }
        }
    }
}
