//! The terminal's output: lines of text in which names lead to what they name.

use smol_str::SmolStr;

use super::subject::Subject;

/// The lines the terminal keeps; older ones go.
pub const LINES_MAX: usize = 1000;

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineKind {
    /// What the person typed.
    Prompt,
    /// What a program printed.
    Output,
    /// What a program printed as an error.
    Error,
}

/// A piece of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// Its letters.
    pub text: SmolStr,
    /// What a click on it selects.
    pub link: Option<Subject>,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// Its pieces, left to right.
    pub pieces: Vec<Piece>,
}

impl Line {
    /// A line without links.
    pub fn plain(kind: LineKind, text: &str) -> Self {
        Self::linked(kind, text, &[])
    }

    /// A line in which each of `names` that stands as a word leads to its subject.
    pub fn linked(kind: LineKind, text: &str, names: &[(SmolStr, Subject)]) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((at, name, subject)) = first_name(rest, names) {
            push(&mut pieces, &rest[..at], None);
            push(&mut pieces, name, Some(subject.clone()));
            rest = &rest[at + name.len()..];
        }
        push(&mut pieces, rest, None);
        Self { kind, pieces }
    }

    /// The letters of it.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

fn push(pieces: &mut Vec<Piece>, text: &str, link: Option<Subject>) {
    if !text.is_empty() {
        pieces.push(Piece { text: text.into(), link });
    }
}

/// The first place in `text` where one of `names` stands as a word; of two at the same place, the
/// longer one.
fn first_name<'a>(
    text: &str,
    names: &'a [(SmolStr, Subject)],
) -> Option<(usize, &'a str, &'a Subject)> {
    let found = names.iter().filter_map(|(name, subject)| {
        let at = (text.match_indices(name.as_str()))
            .map(|(at, _)| at)
            .find(|&at| !name.is_empty() && stands_alone(text, at, name.len()))?;
        Some((at, name.as_str(), subject))
    });
    found.min_by_key(|(at, name, _)| (*at, usize::MAX - name.len()))
}

/// Whether the `len` bytes at `at` are not part of a longer name.
fn stands_alone(text: &str, at: usize, len: usize) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let before = text[..at].chars().next_back();
    let after = text[at + len..].chars().next();
    !before.is_some_and(in_name) && !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// What Tab makes of a line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Completion {
    /// The line it was asked for.
    pub typed: String,
    /// The line as far as it is certain.
    pub line: String,
    /// What its last word can be, if more than one thing.
    pub options: Vec<String>,
}

/// What happened in the terminal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConsoleChange {
    /// New lines at the end.
    Lines(Vec<Line>),
    /// Whether a program runs; while one does, input waits.
    Busy(bool),
    /// The screen was cleared.
    Clear,
    /// What a line can become, as was asked.
    Completion(Completion),
}

/// The commands typed so far, and where the person is among them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    lines: Vec<String>,
    /// Steps back from the line being typed.
    back: usize,
    /// What was being typed before going back.
    draft: String,
}

impl History {
    /// Remembers a line that was run.
    pub fn push(&mut self, line: &str) {
        self.back = 0;
        if !line.trim().is_empty() && self.lines.last().is_none_or(|last| last != line) {
            self.lines.push(line.to_string());
        }
    }

    /// The line before the one shown, given what is `shown` now.
    pub fn older(&mut self, shown: &str) -> Option<String> {
        if self.back == 0 {
            self.draft = shown.to_string();
        }
        if self.back == self.lines.len() {
            return None;
        }
        self.back += 1;
        Some(self.lines[self.lines.len() - self.back].clone())
    }

    /// The line after the one shown; the draft at the end.
    pub fn newer(&mut self) -> Option<String> {
        self.back = self.back.checked_sub(1)?;
        if self.back == 0 {
            return Some(self.draft.clone());
        }
        Some(self.lines[self.lines.len() - self.back].clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_links_where_they_stand_alone() {
        let names: Vec<(SmolStr, Subject)> =
            ["web", "web-1"].map(|name| (name.into(), Subject::node(name))).to_vec();
        let check = |text: &str, expected: &str| {
            let line = Line::linked(LineKind::Output, text, &names);
            let shown: String = (line.pieces.iter())
                .map(|piece| match piece.link {
                    Some(_) => format!("[{}]", piece.text),
                    None => piece.text.to_string(),
                })
                .collect();
            assert_eq!(shown, expected);
            assert_eq!(line.text(), text);
        };
        check("deployment.apps/web created", "deployment.apps/[web] created");
        check("web-1   1/1   web", "[web-1]   1/1   [web]");
        check("website web-12", "website web-12");
        check("", "");
    }

    #[test]
    fn history_goes_back_and_returns_to_the_draft() {
        let mut history = History::default();
        for line in ["a", "b", "b", " "] {
            history.push(line);
        }
        assert_eq!(history.older("dra").as_deref(), Some("b"));
        assert_eq!(history.older("b").as_deref(), Some("a"));
        assert_eq!(history.older("a"), None);
        assert_eq!(history.newer().as_deref(), Some("b"));
        assert_eq!(history.newer().as_deref(), Some("dra"));
        assert_eq!(history.newer(), None);
    }
}
