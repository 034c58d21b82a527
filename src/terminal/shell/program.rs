//! The programs that take time: what the shell waits for.
//!
//! Models a child process of a shell. Invariant: a program is plain data and does nothing that is
//! not asked of it.

use std::sync::Arc;

use super::Event;
use crate::api::{Stored, Str};
use crate::etcd::Backup;
use crate::sim::{Duration, Time};
use crate::terminal::kubectl::config::KubeConfig;
use crate::terminal::kubectl::exec::Exec;
use crate::terminal::kubectl::process;
use crate::terminal::kubectl::script::Serving;
use crate::terminal::screen::Piece;
use crate::terminal::{Out, Timer, etcdctl, kubectl};

/// A program that runs.
#[derive(Clone, Debug)]
pub enum Program {
    /// kubectl.
    Kubectl(kubectl::process::Process),
    /// etcdctl, or etcdutl.
    Etcdctl(etcdctl::Process),
    /// `sleep`.
    Sleep(Sleep),
}

/// A program that only waits.
#[derive(Clone, Copy, Debug)]
pub struct Sleep {
    timer: u64,
}

impl Sleep {
    /// Begins to wait, as process `number`.
    pub fn start(number: u32, seconds: f64, out: &mut Out) -> Self {
        /// Nobody waits longer.
        const SECONDS_MAX: f64 = 1e6;
        let timer = u64::from(number) << 32;
        let millis = (seconds.clamp(0.0, SECONDS_MAX) * 1000.0) as u64;
        out.timer(Duration::from_millis(millis), Timer(timer));
        Self { timer }
    }
}

/// A file a program leaves behind: its name, what it shows, and the copy in it.
pub type Saved = (Str, Str, Arc<Backup<Stored>>);

/// What a program does.
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
    /// The files it leaves behind.
    pub saved: Vec<Saved>,
}

impl Program {
    /// Something has happened.
    pub fn handle(&mut self, now: Time, event: Event, out: &mut Out) -> Step {
        match self {
            Self::Kubectl(process) => {
                let step = process.handle(now, event, out);
                let process::Step { printed, exit, exec, edits } = step;
                Step { printed, exit, exec, edits, saved: Vec::new() }
            }
            Self::Etcdctl(process) => process.handle(now, event, out),
            Self::Sleep(sleep) => {
                let is_over = matches!(event, Event::Timer(timer) if timer == sleep.timer);
                Step { exit: is_over.then_some(0), ..Step::default() }
            }
        }
    }

    /// Closes its connections.
    pub fn hang_up(&mut self, out: &mut Out) {
        match self {
            Self::Kubectl(process) => process.hang_up(out),
            Self::Etcdctl(process) => process.hang_up(out),
            Self::Sleep(_) => {}
        }
    }

    /// The configuration it leaves behind, if it changed it.
    pub fn config(&self) -> Option<&Arc<KubeConfig>> {
        match self {
            Self::Kubectl(process) => process.config(),
            Self::Etcdctl(_) | Self::Sleep(_) => None,
        }
    }

    /// What it serves on this machine, if it does.
    pub fn serving(&self) -> Option<&Serving> {
        match self {
            Self::Kubectl(process) => process.serving(),
            Self::Etcdctl(_) | Self::Sleep(_) => None,
        }
    }

    /// What was piped into it.
    pub fn stdin(&self) -> Option<Str> {
        match self {
            Self::Kubectl(process) => process.stdin(),
            Self::Etcdctl(_) | Self::Sleep(_) => None,
        }
    }
}
