//! The terminal's screen as lines of the page.
//!
//! The screen numbers its lines for ever, so that what is new is told apart from what has been
//! shown; after a seek it may be another screen, which is then shown from its start.

use smol_str::SmolStr;

use crate::cluster::Cluster;
use crate::cluster::rooms::terminal::{self, Stream};
use crate::view::console::{Completion, ConsoleChange, Line, LineKind, Piece};
use crate::view::manuscript::FileView;

use super::names::object_id;

/// What of the screen has been shown.
#[derive(Default)]
pub struct Console {
    /// The number of the first line that has not.
    next: u64,
    /// The last one that has.
    last: Option<terminal::Line>,
    busy: bool,
    /// The file that is being edited for a program that waits.
    editing: Option<SmolStr>,
}

impl Console {
    /// The file that a program wants to be edited, once.
    pub fn opened(&mut self, cluster: &Cluster) -> Option<FileView> {
        let wanted = cluster.terminal().editing().cloned();
        if wanted == self.editing {
            return None;
        }
        self.editing = wanted;
        let name = self.editing.clone()?;
        let text = cluster.terminal().files().get(&name)?.to_string();
        Some(FileView { name, text })
    }

    /// Begins with another screen.
    pub fn forget(&mut self) {
        self.last = None;
    }

    /// What is different on the screen.
    pub fn look(&mut self, cluster: &Cluster) -> Vec<ConsoleChange> {
        let screen = cluster.terminal().screen();
        let mut out = Vec::new();
        if self.next > 0 && !self.continues(screen) {
            out.push(ConsoleChange::Clear);
            self.next = 0;
        }
        // The line that is still being printed is shown when it has ended.
        let new = screen.lines_since(self.next).take_while(|(at, _)| *at < screen.lines_end());
        let new: Vec<(u64, &terminal::Line)> = new.collect();
        if let Some((at, last)) = new.last() {
            self.next = at + 1;
            self.last = Some((*last).clone());
            let lines = new.iter().map(|(_, line)| line_view(line)).collect();
            out.push(ConsoleChange::Lines(lines));
        }
        let busy = is_busy(cluster);
        if busy != self.busy {
            self.busy = busy;
            out.push(ConsoleChange::Busy(busy));
        }
        out
    }

    /// Whether the screen is the one that was shown, and what was shown is still on it.
    fn continues(&self, screen: &terminal::Screen) -> bool {
        let Some(before) = self.next.checked_sub(1) else { return true };
        let shown = screen.lines_since(before).next();
        self.next <= screen.lines_end()
            && shown.is_some_and(|(at, line)| at == before && Some(line) == self.last.as_ref())
    }
}

/// What Tab makes of a line.
pub fn complete(cluster: &Cluster, typed: String) -> Completion {
    let objects = |resource| {
        let all = cluster.collection(resource).into_iter().flat_map(|all| all.iter());
        all.map(|object| object.key()).collect()
    };
    let terminal::Completion { line, options } = cluster.terminal().complete(&typed, &objects);
    Completion { typed, line, options }
}

/// Whether a program runs.
pub fn is_busy(cluster: &Cluster) -> bool {
    cluster.terminal().busy()
}

fn line_view(line: &terminal::Line) -> Line {
    let kind = match line.stream {
        Stream::Typed => LineKind::Prompt,
        Stream::Out => LineKind::Output,
        Stream::Err => LineKind::Error,
    };
    let text = line.text.as_str();
    // The page has a sign of its own before what was typed.
    let skipped = match text.strip_prefix(terminal::PROMPT) {
        Some(rest) if kind == LineKind::Prompt => text.len() - rest.len(),
        _ => 0,
    };
    let mut pieces = Vec::new();
    let mut at = skipped;
    let mut push = |text: &str, link| {
        if !text.is_empty() {
            pieces.push(Piece { text: SmolStr::from(text), link });
        }
    };
    for link in line.text.links() {
        let (start, end) = (link.start as usize, link.end as usize);
        push(&text[at..start], None);
        push(&text[start..end], Some(object_id(link.resource, &link.key).into()));
        at = end;
    }
    push(&text[at..], None);
    Line { kind, pieces }
}
