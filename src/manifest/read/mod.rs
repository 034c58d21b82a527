//! A text of one or more manifests, cut into documents as kubectl cuts it.
//!
//! A text that begins with `{` is read as JSON objects one after another, and as YAML where that
//! fails; all else is YAML, cut at lines that begin with `---`. Models
//! apimachinery/pkg/util/yaml decoder.go YAMLOrJSONDecoder.

use super::json::{JsonError, Reader};
use super::place::{Duplicate, Pos, Span, Spot};
use super::yaml;
use crate::api::{Path, Value};

/// The most bytes a text may have: what the API server takes in one request.
pub const BYTES_MAX: usize = 3 * 1024 * 1024;

/// One manifest of a text. Documents without content are no manifests.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Document {
    /// What it says.
    pub value: Value,
    /// Where everything in it stands.
    pub spot: Spot,
    /// Keys that are given more than once.
    pub duplicates: Vec<Duplicate>,
    /// Where text begins that is not read, because the document has ended before it.
    pub rest: Option<Pos>,
}

impl Document {
    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.value.is_null() && self.rest.is_none()
    }

    /// Where the key at `path` stands, or the item of a list; of a path that leads nowhere, the
    /// last step that leads somewhere.
    pub fn key_span(&self, path: &Path) -> Span {
        self.spot.key_span(&path.0)
    }

    /// Where the value at `path` stands; of a path that leads nowhere, the last that there is.
    pub fn value_span(&self, path: &Path) -> Span {
        self.spot.value_span(&path.0)
    }
}

/// Why a text cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Where in the text it was noticed.
    pub at: Span,
    /// What kubectl prints after `error: error parsing FILE: `. A line in it is counted from the
    /// beginning of the document, as kubectl does.
    pub message: String,
    /// The same without what goes before it: where the page marks the place, this is enough.
    pub problem: String,
}

/// Reads the manifests of `text`. The first error ends reading, as it does for kubectl; the
/// documents before it are there.
pub fn read(text: &str) -> (Vec<Document>, Option<SyntaxError>) {
    let mut documents = Vec::new();
    for document in Documents::new(text) {
        match document {
            Ok(document) => documents.push(document),
            Err(error) => return (documents, Some(error)),
        }
    }
    (documents, None)
}

/// A stretch of a text that holds at most one manifest.
pub(super) enum Piece<'a> {
    /// What was read on the way, or why nothing could be.
    Read(Result<Document, SyntaxError>),
    /// Lines of YAML that are still to be read, and how many lines lie before them. What they say
    /// depends on nothing else.
    Lines(&'a str, u32),
}

/// The documents of a text one after another, also those after one that cannot be read.
pub(super) struct Documents<'a> {
    text: &'a str,
    mode: Mode<'a>,
    /// How many lines lie before `text`.
    lines_before: u32,
}

enum Mode<'a> {
    /// Refused as a whole.
    TooLong,
    /// Objects of JSON; `count` have been read.
    Json {
        reader: Reader<'a>,
        count: usize,
    },
    /// Lines of YAML. An error of JSON is told if what comes next is no YAML either.
    Yaml {
        instead_of: Option<SyntaxError>,
    },
    Ended,
}

impl<'a> Documents<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mode = if text.len() > BYTES_MAX {
            Mode::TooLong
        } else if text.trim_start().starts_with('{') {
            Mode::Json { reader: Reader::new(text), count: 0 }
        } else {
            Mode::Yaml { instead_of: None }
        };
        Self { text, mode, lines_before: 0 }
    }

    /// What comes next, not yet read where it can be read by itself.
    pub(super) fn next_piece(&mut self) -> Option<Piece<'a>> {
        match self.mode {
            Mode::TooLong => {
                self.mode = Mode::Ended;
                let at = Span::at(Pos { line: 1, column: 1 });
                let message = format!("Request entity too large: limit is {BYTES_MAX}");
                Some(Piece::Read(Err(SyntaxError { at, problem: message.clone(), message })))
            }
            Mode::Json { .. } => self.next_json(),
            Mode::Yaml { .. } => self.next_yaml(),
            Mode::Ended => None,
        }
    }

    fn next_json(&mut self) -> Option<Piece<'a>> {
        let Mode::Json { reader, count } = &mut self.mode else { return None };
        let end = reader.mark();
        reader.skip_space();
        if reader.at_end() {
            return None;
        }
        let error = match reader.value("looking for beginning of value", 0) {
            Ok((value, spot)) => {
                *count += 1;
                let duplicates = std::mem::take(&mut reader.duplicates);
                return Some(Piece::Read(Ok(Document { value, spot, duplicates, rest: None })));
            }
            Err(error) => error,
        };
        if *count > 1 {
            self.mode = Mode::Ended;
            return Some(Piece::Read(Err(json_error(&error, error.message.clone()))));
        }
        let message = match error.is_end {
            true => "unexpected EOF".to_owned(),
            false => format!("json: offset {}: {}", error.offset, error.message),
        };
        // YAML goes on where the last object ended: on the next line, if nothing stands between.
        let rest = &self.text[end.offset..];
        let space = rest.len() - rest.trim_start().len();
        let skipped = rest[..space].find('\n').map_or(space, |at| at + 1);
        self.lines_before = end.line + u32::from(rest[..skipped].ends_with('\n'));
        self.text = &rest[skipped..];
        self.mode = Mode::Yaml { instead_of: Some(json_error(&error, message)) };
        self.next_piece()
    }

    fn next_yaml(&mut self) -> Option<Piece<'a>> {
        let Mode::Yaml { instead_of } = &mut self.mode else { return None };
        let instead_of = instead_of.take();
        if self.text.is_empty() {
            return None;
        }
        let lines_before = self.lines_before;
        let piece = match (self.take_chunk(), instead_of) {
            (Ok(chunk), None) => Piece::Lines(chunk, lines_before),
            (Err(error), instead_of) => Piece::Read(Err(instead_of.unwrap_or(error))),
            (Ok(chunk), Some(error)) => {
                Piece::Read(yaml::read(chunk, lines_before).map_err(|_| error))
            }
        };
        Some(piece)
    }

    /// Takes the lines up to the next separator. A separator before which nothing stands belongs
    /// to what follows it.
    fn take_chunk(&mut self) -> Result<&'a str, SyntaxError> {
        let (text, mut end) = (self.text, 0);
        for line in text.split_inclusive('\n') {
            let line_number = self.lines_before;
            self.lines_before += 1;
            self.text = &text[end + line.len()..];
            if let Some(after) = line.strip_prefix("---") {
                let after = after.trim();
                if !after.is_empty() && !after.starts_with('#') {
                    let from = Pos { line: line_number + 1, column: 1 };
                    let length = line.trim_end().chars().count() as u32;
                    let to = Pos { column: length + 1, ..from };
                    let message = format!("invalid Yaml document separator: {after}");
                    let problem = message.clone();
                    return Err(SyntaxError { at: Span { from, to }, message, problem });
                }
                if end > 0 {
                    return Ok(&text[..end]);
                }
            }
            end += line.len();
        }
        Ok(text)
    }
}

fn json_error(error: &JsonError, message: String) -> SyntaxError {
    SyntaxError { at: Span::at(error.at), message, problem: error.message.clone() }
}

impl Iterator for Documents<'_> {
    type Item = Result<Document, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let document = match self.next_piece()? {
                Piece::Read(document) => document,
                Piece::Lines(text, lines_before) => yaml::read(text, lines_before),
            };
            if !document.as_ref().is_ok_and(Document::is_empty) {
                return Some(document);
            }
        }
    }
}

#[cfg(test)]
mod tests;
