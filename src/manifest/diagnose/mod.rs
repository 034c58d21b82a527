//! What is wrong with a text of manifests, for the editor: every complaint with its place.
//!
//! Complaints are data. [`fmt::Display`] writes them in English and, where Kubernetes has words for
//! them, in its words; the page may say what is ours in another language. A pure function of the
//! text, fast enough for every key that is pressed.

mod document;
mod known;
mod suggest;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use super::place::{Pos, Span};
use super::read::{Document, Documents, Piece, SyntaxError};
use super::yaml;
use crate::api::{Path, Str, quote};

pub(super) use document::type_at;
pub(super) use known::all as all_kinds;

/// A complaint about a text.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnostic {
    /// The text it is about.
    pub span: Span,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub issue: Issue,
    /// What may help.
    pub hint: Option<Hint>,
}

/// How bad a complaint is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Kubernetes refuses it.
    Error,
    /// Kubernetes takes it, but hardly as it was meant, or nothing comes of it here.
    Warning,
    /// It may be refused later.
    Hint,
}

/// What is wrong.
#[derive(Clone, PartialEq, Debug)]
pub enum Issue {
    /// The text is no YAML or JSON. In the words of the parser that kubectl uses.
    Syntax(String),
    /// The document has ended; kubectl reads nothing from here on.
    NotRead,
    /// A key is given again; the earlier value is lost.
    DuplicateKey(Str),
    /// The document is no object but a list, a text or a number.
    NotAnObject,
    /// There is no `apiVersion`.
    NoApiVersion,
    /// There is no `kind`.
    NoKind,
    /// There is no such kind.
    UnknownKind {
        /// The kind.
        kind: Str,
        /// The API version it was looked for in.
        api_version: Str,
    },
    /// The kind exists in Kubernetes, but not here.
    NotServed(Str),
    /// The kind is stored, but nothing here acts on it.
    NotSimulated(Str),
    /// The type has no such field. The path to it.
    UnknownField(Path),
    /// The value does not fit its field. In the words of the API server.
    WrongType(Str),
    /// The value is none of those the API lists.
    UnknownValue {
        /// What was given.
        value: Str,
        /// What is listed.
        allowed: &'static [&'static str],
    },
}

/// What may help.
#[derive(Clone, PartialEq, Debug)]
pub enum Hint {
    /// A name that was probably meant.
    DidYouMean(Str),
    /// The field belongs elsewhere. The path it should have.
    BelongsAt(Path),
    /// Indent with spaces, not with tabs.
    SpacesNotTabs,
    /// Put the value in quotes, so that it is text.
    Quote,
    /// This is a template, to be filled in by another program first.
    Template,
}

/// How many complaints are made at most; who has more begins at the top.
const DIAGNOSTICS_MAX: usize = 500;

/// Finds what is wrong with a text that is being written: what did not change since it was last
/// looked at is not read again.
#[derive(Clone, Debug, Default)]
pub struct Diagnoser {
    /// What is wrong with each document of the last text, its lines counted from its own first.
    known: BTreeMap<String, Vec<Diagnostic>>,
}

impl Diagnoser {
    /// All that is wrong with `text`, in the order of the text.
    pub fn diagnose(&mut self, text: &str) -> Vec<Diagnostic> {
        let mut before = std::mem::take(&mut self.known);
        let mut found = Vec::new();
        let mut documents = Documents::new(text);
        while let Some(piece) = documents.next_piece()
            && found.len() <= DIAGNOSTICS_MAX
        {
            match piece {
                Piece::Read(document) => check(text, document, &mut found),
                Piece::Lines(lines, lines_before) => {
                    if let Some((lines, known)) = before.remove_entry(lines) {
                        self.known.insert(lines, known);
                    }
                    let known = self.known.entry(lines.to_owned()).or_insert_with(|| {
                        let mut found = Vec::new();
                        check(lines, yaml::read(lines, 0), &mut found);
                        found
                    });
                    found.extend(known.iter().map(|one| one.lower(lines_before)));
                }
            }
        }
        found.sort_by_key(|diagnostic| (diagnostic.span.from, diagnostic.severity));
        found.truncate(DIAGNOSTICS_MAX);
        found
    }
}

/// All that is wrong with `text`, in the order of the text.
pub fn diagnose(text: &str) -> Vec<Diagnostic> {
    Diagnoser::default().diagnose(text)
}

impl Diagnostic {
    /// The same complaint so many lines further down.
    fn lower(&self, lines: u32) -> Self {
        let lower = |at: Pos| Pos { line: at.line + lines, ..at };
        let span = Span { from: lower(self.span.from), to: lower(self.span.to) };
        Self { span, ..self.clone() }
    }
}

fn check(text: &str, document: Result<Document, SyntaxError>, found: &mut Vec<Diagnostic>) {
    match document {
        Ok(document) if document.is_empty() => {}
        Ok(document) => document::check(&document, found),
        Err(error) => found.push(syntax(text, error)),
    }
}

fn syntax(text: &str, error: SyntaxError) -> Diagnostic {
    let line = text.lines().nth(error.at.from.line as usize - 1).unwrap_or("");
    let rest = line.chars().skip(error.at.from.column as usize - 1);
    let starts = rest.clone().next();
    let hint = if error.problem.contains("tab character") || starts == Some('\t') {
        Some(Hint::SpacesNotTabs)
    } else if error.problem.starts_with("invalid map key") && line.contains("{{") {
        Some(Hint::Template)
    } else if matches!(starts, Some('@' | '`' | '%')) || is_second_value(&error.problem, line) {
        Some(Hint::Quote)
    } else {
        None
    };
    let Pos { line, column } = error.at.from;
    let to = Pos { line, column: column + (rest.count() as u32).max(1) };
    let span = Span { from: error.at.from, to };
    Diagnostic { span, severity: Severity::Error, issue: Issue::Syntax(error.problem), hint }
}

/// Whether a value with a colon in it is what cannot be read: `image: nginx: 1.27`.
fn is_second_value(problem: &str, line: &str) -> bool {
    problem.starts_with("mapping values are not allowed") && line.matches(": ").count() > 1
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(problem) => f.write_str(problem),
            Self::NotRead => f.write_str("the document has ended: this is not read"),
            Self::DuplicateKey(key) => write!(f, "key {} already set in map", quote(key)),
            Self::NotAnObject => f.write_str("a manifest is an object with apiVersion and kind"),
            Self::NoApiVersion => f.write_str("apiVersion not set"),
            Self::NoKind => f.write_str("kind not set"),
            Self::UnknownKind { kind, api_version } => {
                let (kind, version) = (quote(kind), quote(api_version));
                write!(f, "no matches for kind {kind} in version {version}")
            }
            Self::NotServed(kind) => write!(f, "{kind} is valid but not simulated here"),
            Self::NotSimulated(kind) => {
                write!(f, "{kind} is stored, but nothing here acts on it")
            }
            Self::UnknownField(path) => write!(f, "unknown field {}", quote(&path.to_string())),
            Self::WrongType(text) => f.write_str(text),
            Self::UnknownValue { value, allowed } => {
                let allowed: Vec<_> = allowed.iter().map(|value| quote(value)).collect();
                let (value, allowed) = (quote(value), allowed.join(", "));
                write!(f, "Unsupported value: {value}: supported values: {allowed}")
            }
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DidYouMean(name) => write!(f, "did you mean {}?", quote(name)),
            Self::BelongsAt(path) => write!(f, "did you mean {}?", quote(&path.to_string())),
            Self::SpacesNotTabs => f.write_str("indent with spaces, not with tabs"),
            Self::Quote => f.write_str("put it in quotes to make it text"),
            Self::Template => f.write_str("a template must be filled in before it is applied"),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pos { line, column } = self.span.from;
        write!(f, "{line}:{column}: {}", self.issue)?;
        self.hint.iter().try_for_each(|hint| write!(f, " ({hint})"))
    }
}
