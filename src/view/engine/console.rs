//! The terminal's screen as lines of the page.
//!
//! The screen numbers its lines for ever, so that what is new is told apart from what has been
//! shown; after a seek the screen is another one and is shown from its start.

use crate::cluster::Cluster;
use crate::view::console::{ConsoleChange, Line, LineKind};

/// What of the screen has been shown.
#[derive(Default)]
pub struct Console {
    lines: usize,
    last: Option<crate::api::Str>,
    busy: bool,
}

impl Console {
    /// What is different on the screen.
    pub fn look(&mut self, cluster: &Cluster) -> Vec<ConsoleChange> {
        let lines = &cluster.terminal().lines;
        let mut out = Vec::new();
        if lines.len() < self.lines
            || self.lines.checked_sub(1).and_then(|at| lines.get(at)) != self.last.as_ref()
        {
            out.push(ConsoleChange::Clear);
            self.lines = 0;
        }
        if lines.len() > self.lines {
            let line = |text: &crate::api::Str| Line::plain(LineKind::Output, text);
            out.push(ConsoleChange::Lines(lines[self.lines..].iter().map(line).collect()));
            self.lines = lines.len();
            self.last = lines.last().cloned();
        }
        if self.busy {
            self.busy = false;
            out.push(ConsoleChange::Busy(false));
        }
        out
    }
}

/// Whether a program runs.
pub fn is_busy(_cluster: &Cluster) -> bool {
    false
}
