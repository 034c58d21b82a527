//! A running kubectl: sends what its task asks for, waits, and runs the task on.
//!
//! Models one process of kubectl with its client: requests one after another, 50 a second with
//! bursts of 300, over a connection of its own. Invariant: an answer that comes after the process
//! has ended is not heard by the next one.

use std::collections::VecDeque;
use std::sync::Arc;

use super::command::{self, Found};
use super::config::KubeConfig;
use super::error::Error;
use super::exec::Exec;
use super::globals::Globals;
use super::rediscover::Rediscover;
use super::script::{Ctx, Env, Heard, Next, Reply, Serving, Stop, Want};
use super::task::{Local, Task};
use crate::api::rpc::{Call, ToClient};
use crate::api::{List, Served, Str};
use crate::client::{Client, Identity, Inbound};
use crate::sim::{Address, Duration, Map, Time};
use crate::terminal::screen::Piece;
use crate::terminal::shell::Event;
use crate::terminal::{Out, Timer};

/// How many requests a second, and how many at once. Models cli-runtime's defaults.
const RATE: (u32, u32) = (50, 300);

/// What a process is started with.
#[derive(Clone, Debug)]
pub struct Start {
    /// The words after `kubectl`.
    pub args: Vec<String>,
    /// What was piped into it.
    pub stdin: Option<Str>,
    /// The files there are.
    pub files: Map<Str, Str>,
    /// The kubeconfig.
    pub config: Arc<KubeConfig>,
    /// The URL by which the kubeconfig knows `address`.
    pub server: Str,
    /// Where the server is.
    pub address: Address,
    /// The number of the process.
    pub number: u32,
    /// How long it takes to begin.
    pub startup: Duration,
}

/// A running process.
#[derive(Clone, Debug)]
pub struct Process {
    /// With what it began.
    start: Arc<Start>,
    env: Arc<Env>,
    task: Box<Task>,
    client: Client<Token>,
    /// The time at which the step began.
    since: Time,
    /// What the step has heard.
    replies: Vec<(Time, Reply)>,
    /// How much of what the step prints has been shown.
    shown: usize,
    /// What is said before its first step.
    notes: Vec<Piece>,
    /// The warnings that earlier steps gave.
    warned: Vec<Str>,
    /// What the step waits for; nothing before its first.
    waiting: Option<Waiting>,
    /// What a watch has told and no step has asked for yet.
    heard: VecDeque<Heard>,
    /// The number of the timer that counts; those of the past mean nothing.
    timer: u64,
    config: Option<Arc<KubeConfig>>,
    serving: Option<Serving>,
}

/// What a request was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token {
    Answer,
    Watch,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Waiting {
    Answer,
    Events,
    Pause,
    Edit,
    Serve,
}

/// What a process does.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// What it prints.
    pub printed: Vec<Piece>,
    /// The exit code, if it has ended.
    pub exit: Option<i32>,
    /// What goes on in its place, in a container.
    pub exec: Option<Arc<Exec>>,
    /// A file that a person is to edit, with its text.
    pub edits: Option<(Str, Str)>,
}

impl Process {
    /// Begins a process: it will wake up when its start is over.
    pub fn start(start: Start, now: Time, out: &mut Out) -> Self {
        let (env, task, notes) = begin(&start, None);
        let identity =
            Identity { user: env.globals.user.clone(), agent: Str::new_static("kubectl") };
        let timer = u64::from(start.number) << 32;
        out.timer(start.startup, Timer(timer));
        Self {
            client: Client::new(start.address, identity, RATE, (start.number % 256) as u8),
            start: Arc::new(start),
            env: Arc::new(env),
            task: Box::new(task),
            since: now,
            replies: Vec::new(),
            shown: 0,
            notes,
            warned: Vec::new(),
            waiting: None,
            heard: VecDeque::new(),
            timer,
            config: None,
            serving: None,
        }
    }

    /// Something has happened.
    pub fn handle(&mut self, now: Time, event: Event, out: &mut Out) -> Step {
        let goes_on = match event {
            Event::Message(message) => self.on_message(now, message),
            Event::Disconnected => self.on_disconnected(now),
            Event::Timer(timer) => timer == self.timer && self.on_timer(now, out),
            Event::Edited(text) => self.on_edited(now, Ok(text)),
            Event::EditorFailed(editor) => self.on_edited(now, Err(editor)),
            Event::Answer(..) | Event::Changes(..) | Event::StoreGone(_) => false,
        };
        let mut step = Step::default();
        if goes_on {
            self.run(now, out, &mut step);
        }
        if step.exit.is_some() {
            self.hang_up(out);
        }
        step
    }

    /// Closes its connection.
    pub fn hang_up(&mut self, out: &mut Out) {
        self.client.abandon(out, |_| true);
    }

    /// What was piped into it.
    pub fn stdin(&self) -> Option<Str> {
        self.env.stdin.clone()
    }

    /// What it serves on the person's machine, if it does.
    pub fn serving(&self) -> Option<&Serving> {
        self.serving.as_ref()
    }

    /// The configuration it leaves behind, if it changed it.
    pub fn config(&self) -> Option<&Arc<KubeConfig>> {
        self.config.as_ref()
    }

    /// Each of these says whether what the step waits for has come.
    fn on_message(&mut self, now: Time, message: ToClient) -> bool {
        match self.client.receive(message) {
            Some(Inbound::Response(_, response)) if self.waiting == Some(Waiting::Answer) => {
                self.reply(now, Reply::Answer(response))
            }
            Some(Inbound::Events(_, events)) => self.hear(now, Heard::Events(events)),
            Some(Inbound::WatchClosed(..)) => self.hear(now, Heard::Closed),
            Some(Inbound::Response(..)) | None => false,
        }
    }

    fn on_disconnected(&mut self, now: Time) -> bool {
        let lost = self.client.disconnected();
        if self.waiting == Some(Waiting::Answer) {
            return self.reply(now, Reply::NoAnswer { timed_out: false });
        }
        lost.contains(&Token::Watch) && self.hear(now, Heard::Closed)
    }

    fn on_timer(&mut self, now: Time, out: &mut Out) -> bool {
        match self.waiting {
            None => {
                self.since = now;
                true
            }
            Some(Waiting::Answer) => {
                self.hang_up(out);
                self.reply(now, Reply::NoAnswer { timed_out: true })
            }
            Some(Waiting::Events) => self.reply(now, Reply::Events(Heard::Nothing)),
            Some(Waiting::Pause) => self.reply(now, Reply::Paused),
            Some(Waiting::Edit | Waiting::Serve) => false,
        }
    }

    fn on_edited(&mut self, now: Time, edited: Result<Str, Str>) -> bool {
        self.waiting == Some(Waiting::Edit) && self.reply(now, Reply::Edited(edited))
    }

    fn hear(&mut self, now: Time, heard: Heard) -> bool {
        self.heard.push_back(heard);
        self.waiting == Some(Waiting::Events) && self.tell(now)
    }

    /// Tells the step what the watch told first, if it told anything.
    fn tell(&mut self, now: Time) -> bool {
        let heard = self.heard.pop_front();
        heard.is_some_and(|heard| self.reply(now, Reply::Events(heard)))
    }

    fn reply(&mut self, now: Time, reply: Reply) -> bool {
        self.replies.push((now, reply));
        self.waiting = None;
        self.timer += 1;
        true
    }

    fn run(&mut self, now: Time, out: &mut Out, step: &mut Step) {
        step.printed.append(&mut self.notes);
        loop {
            let mut task = self.task.clone();
            let mut ctx = Ctx::new(&self.env, self.since, &self.replies, self.warned.clone());
            let flow = task.step(&mut ctx);
            let outcome = ctx.finish();
            step.printed.extend(outcome.shown.iter().skip(self.shown).cloned());
            self.shown = outcome.shown.len();
            if let Err(Stop::Failed(Error::Undiscovered(_))) = flow
                && self.env.served.is_none()
            {
                self.task = Box::new(Rediscover.into());
                self.replies.clear();
                self.shown = 0;
                continue;
            }
            match flow {
                Ok(Next::Again) => {
                    self.task = task;
                    if let Some(served) = outcome.served {
                        let (env, task, _) = begin(&self.start, Some(served));
                        (self.env, self.task) = (Arc::new(env), Box::new(task));
                    }
                    self.since = outcome.now;
                    self.replies.clear();
                    self.shown = 0;
                    self.warned = outcome.warned;
                }
                Ok(Next::Exit(code)) => {
                    self.config = outcome.config;
                    step.exec = outcome.exec;
                    step.exit = Some(code);
                    return;
                }
                Err(Stop::Failed(error)) => {
                    let report = error.report();
                    step.printed.extend((!report.is_empty()).then(|| Piece::err(report)));
                    step.exit = Some(1);
                    return;
                }
                Err(Stop::Waiting) => {
                    let want = outcome.want.expect("a step that waits says for what");
                    if let Want::Edit(text) = &want {
                        let name = format!("kubectl-edit-{}.yaml", self.timer >> 32);
                        step.edits = Some((name.into(), text.clone()));
                    }
                    if !self.wait(now, want, out) {
                        return;
                    }
                }
            }
        }
    }

    /// Sees to it that what is wanted comes. Says whether it has come already.
    fn wait(&mut self, now: Time, want: Want, out: &mut Out) -> bool {
        match want {
            Want::Answer(request) => {
                let watches = matches!(request.call, Call::Watch { .. });
                if watches {
                    self.client.abandon(out, |token| *token == Token::Watch);
                    self.heard.clear();
                }
                let token = if watches { Token::Watch } else { Token::Answer };
                self.client.send(out, (*request).clone(), token);
                self.waiting = Some(Waiting::Answer);
                if let Some(timeout) = self.env.globals.request_timeout {
                    out.timer(timeout, Timer(self.timer));
                }
            }
            Want::Events(until) => {
                if self.tell(now) {
                    return true;
                }
                self.waiting = Some(Waiting::Events);
                if let Some(until) = until {
                    out.timer_at(until, Timer(self.timer));
                }
            }
            Want::Edit(_) => self.waiting = Some(Waiting::Edit),
            Want::Serve(serving) => {
                self.waiting = Some(Waiting::Serve);
                self.serving = Some(serving);
            }
            Want::Pause(duration) => {
                self.waiting = Some(Waiting::Pause);
                out.timer(duration, Timer(self.timer));
            }
        }
        false
    }
}

/// What the process knows and what it has to do; what is wrong with its arguments is said when it
/// runs.
fn begin(start: &Start, served: Option<List<Served>>) -> (Env, Task, Vec<Piece>) {
    let env = |globals| Env {
        files: start.files.clone(),
        stdin: start.stdin.clone(),
        config: start.config.clone(),
        globals,
        manager: Str::default(),
        served: served.clone(),
    };
    let nowhere = |task| (env(Globals::default()), task, Vec::new());
    let invocation = match command::find(&start.args) {
        Ok(Found::Command(invocation)) => invocation,
        Ok(Found::Help(text, code)) => return nowhere(Local::print(text, Next::Exit(code))),
        Err(error) => return nowhere(Local::fail(error)),
    };
    let notes = invocation.flags.deprecations().iter().map(|note| Piece::err(format!("{note}\n")));
    let notes = notes.collect();
    match Globals::of(&invocation.flags, &start.config, &start.server) {
        Ok(globals) => {
            let env = Env { manager: command::manager(&invocation), ..env(globals) };
            let task = (invocation.command.start)(&invocation, &env);
            (env, task.unwrap_or_else(Local::fail), notes)
        }
        Err(error) => (env(Globals::default()), Local::fail(error), notes),
    }
}
