//! What a person sees: lines, each of one command, and the commands they belong to.
//!
//! Models the screen of a terminal emulator, without cursor and colours. Invariant: no more than
//! the last [`LINES_MAX`] lines and commands are kept, whatever is printed.

use std::sync::Arc;

use super::text::Text;
use crate::api::Str;
use crate::sim::{Log, Time};

/// How many lines and how many commands are kept.
pub const LINES_MAX: usize = 1000;

/// Where a line comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    /// A person typed it.
    Typed,
    /// A program printed it.
    Out,
    /// A program printed it as an error.
    Err,
}

/// A piece of what a program prints; lines end in it where they do.
#[derive(Clone, PartialEq, Debug)]
pub struct Piece {
    /// Where it goes.
    pub stream: Stream,
    /// What it says.
    pub text: Text,
}

impl Piece {
    /// A piece for stdout.
    pub fn out(text: impl Into<Text>) -> Self {
        Self { stream: Stream::Out, text: text.into() }
    }

    /// A piece for stderr.
    pub fn err(text: impl Into<Text>) -> Self {
        Self { stream: Stream::Err, text: text.into() }
    }
}

/// A line of the screen.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// The command it belongs to.
    pub command: u64,
    /// Where its first letters come from.
    pub stream: Stream,
    /// What it says.
    pub text: Text,
}

/// A command that was typed.
#[derive(Clone, PartialEq, Debug)]
pub struct Command {
    /// What was typed, all of its lines.
    pub typed: Str,
    /// When it began.
    pub started: Time,
    /// When it ended and with which exit code; `None` while it runs.
    pub ended: Option<(Time, i32)>,
}

/// The screen.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    lines: Log<Arc<Line>>,
    commands: Log<Command>,
    /// A line whose end has not been printed yet.
    open: Option<Line>,
}

impl Screen {
    /// The lines that are kept, each with a number that never changes; the last one may go on.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &Line)> {
        let numbered = (self.lines.start()..).zip(self.lines.iter().map(Arc::as_ref));
        numbered.chain(self.open.iter().map(|line| (self.lines.end(), line)))
    }

    /// The lines from number `from` on.
    pub fn lines_since(&self, from: u64) -> impl Iterator<Item = (u64, &Line)> {
        let from = from.max(self.lines.start());
        let numbered = (from..).zip(self.lines.range(from..self.lines.end()).map(Arc::as_ref));
        let open = self.open.iter().map(|line| (self.lines.end(), line));
        numbered.chain(open.filter(move |(number, _)| *number >= from))
    }

    /// The number of the line that will be printed next.
    pub fn lines_end(&self) -> u64 {
        self.lines.end()
    }

    /// A command, while it is kept.
    pub fn command(&self, command: u64) -> Option<&Command> {
        self.commands.get(command)
    }

    /// How many commands have been typed.
    pub fn commands_end(&self) -> u64 {
        self.commands.end()
    }

    /// What a command has printed so far, stdout and stderr as they came.
    pub fn output(&self, command: u64) -> String {
        let mut output = String::new();
        let of_command = |line: &&Line| line.command == command && line.stream != Stream::Typed;
        for line in self.lines().map(|(_, line)| line).filter(of_command) {
            output.push_str(line.text.as_str());
            output.push('\n');
        }
        output
    }

    /// Forgets all lines.
    pub fn clear(&mut self) {
        self.open = None;
        self.lines.cut_front(self.lines.end());
    }

    /// A command begins. Returns its number.
    pub(super) fn begin(&mut self, now: Time, prompt: &str, typed: &str) -> u64 {
        let command = self.commands.end();
        for (at, line) in typed.lines().enumerate() {
            let prompt = if at == 0 { prompt } else { "> " };
            let text = Text::from(prompt).with(line);
            self.push(Line { command, stream: Stream::Typed, text });
        }
        self.commands.push(Command { typed: typed.into(), started: now, ended: None });
        self.commands.cut_front(self.commands.end().saturating_sub(LINES_MAX as u64));
        command
    }

    /// A person has interrupted the command.
    pub(super) fn interrupted(&mut self) {
        self.print(&Piece { stream: Stream::Typed, text: "^C\n".into() });
    }

    /// The last command ends.
    pub(super) fn end(&mut self, now: Time, code: i32) {
        if let Some(line) = self.open.take() {
            self.push(line);
        }
        let Some(mut command) = self.commands.last().cloned() else { return };
        command.ended = Some((now, code));
        self.commands.cut_back(self.commands.end() - 1);
        self.commands.push(command);
    }

    /// A line that the shell itself prints.
    pub(super) fn note(&mut self, line: &str) {
        self.print(&Piece { stream: Stream::Out, text: Text::from(line).with("\n") });
    }

    /// The last command prints.
    pub(super) fn print(&mut self, piece: &Piece) {
        let command = self.commands.end().saturating_sub(1);
        let is_ended = piece.text.is_empty() || piece.text.as_str().ends_with('\n');
        let count = piece.text.lines().count();
        // Of a long text only the last lines stay, so the others are not even made.
        let skipped = count.saturating_sub(LINES_MAX + 1);
        if skipped > 0 {
            self.open = None;
            self.lines = Log::starting_at(self.lines.end() + skipped as u64);
        }
        for (at, line) in piece.text.lines().enumerate().skip(skipped) {
            let text = piece.text.slice(line);
            let line = match self.open.take() {
                Some(open) => Line { text: open.text.with(text), ..open },
                None => Line { command, stream: piece.stream, text },
            };
            if at + 1 < count || is_ended {
                self.push(line);
            } else {
                self.open = Some(line);
            }
        }
    }

    fn push(&mut self, line: Line) {
        self.lines.push(Arc::new(line));
        self.lines.cut_front(self.lines.end().saturating_sub(LINES_MAX as u64));
    }
}

impl From<Text> for Piece {
    fn from(text: Text) -> Self {
        Self::out(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_lines() {
        let mut screen = Screen::default();
        let now = Time::from_secs(1);
        let first = screen.begin(now, "$ ", "cat <<EOF\nx\nEOF");
        for text in ["a", "b\nc\n\nd"] {
            screen.print(&Piece::out(text));
        }
        screen.print(&Piece::err("e\n"));
        screen.end(now, 1);
        let lines: Vec<_> = screen.lines().map(|(n, line)| (n, line.text.to_string())).collect();
        let expected = ["$ cat <<EOF", "> x", "> EOF", "ab", "c", "", "de"];
        assert!(lines.iter().map(|(_, text)| text.as_str()).eq(expected));
        assert_eq!(screen.output(first), "ab\nc\n\nde\n");
        assert_eq!(screen.command(first).unwrap().ended, Some((now, 1)));
    }

    #[test]
    fn only_so_much_is_kept() {
        let mut screen = Screen::default();
        screen.begin(Time::from_secs(1), "$ ", "yes");
        screen.print(&Piece::out("y\n".repeat(5000)));
        assert_eq!(screen.lines().count(), LINES_MAX);
        assert_eq!(screen.lines().next().map(|(number, _)| number), Some(4001));
        screen.clear();
        assert_eq!(screen.lines().count(), 0);
    }
}
