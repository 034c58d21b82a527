//! The programs that take time: what the shell waits for.
//!
//! Models a child process of a shell. Invariant: a program is plain data and does nothing that is
//! not asked of it.

use std::sync::Arc;

use super::Event;
use crate::api::{Stored, Str};
use crate::etcd::Backup;
use crate::sim::Time;
use crate::terminal::kubectl::config::KubeConfig;
use crate::terminal::kubectl::exec::Exec;
use crate::terminal::screen::Piece;
use crate::terminal::{Out, etcdctl, kubectl};

/// A program that runs.
#[derive(Clone, Debug)]
pub enum Program {
    /// kubectl.
    Kubectl(kubectl::process::Process),
    /// etcdctl, or etcdutl.
    Etcdctl(etcdctl::Process),
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
    /// The files it leaves behind.
    pub saved: Vec<Saved>,
}

impl Program {
    /// Something has happened.
    pub fn handle(&mut self, now: Time, event: Event, out: &mut Out) -> Step {
        match self {
            Self::Kubectl(process) => {
                let step = process.handle(now, event, out);
                Step { printed: step.printed, exit: step.exit, exec: step.exec, saved: Vec::new() }
            }
            Self::Etcdctl(process) => process.handle(now, event, out),
        }
    }

    /// Closes its connections.
    pub fn hang_up(&mut self, out: &mut Out) {
        match self {
            Self::Kubectl(process) => process.hang_up(out),
            Self::Etcdctl(process) => process.hang_up(out),
        }
    }

    /// The configuration it leaves behind, if it changed it.
    pub fn config(&self) -> Option<&Arc<KubeConfig>> {
        match self {
            Self::Kubectl(process) => process.config(),
            Self::Etcdctl(_) => None,
        }
    }

    /// What was piped into it.
    pub fn stdin(&self) -> Option<Str> {
        match self {
            Self::Kubectl(process) => process.stdin(),
            Self::Etcdctl(_) => None,
        }
    }
}
