//! YAML text, as kubectl reads it: YAML 1.1 by the rules of libyaml.
//!
//! Own code, because no parser at hand reads what kubectl reads: those of YAML 1.2 refuse a closing
//! bracket at the indentation of its key and take tabs where libyaml does not, and go-yaml's
//! complaints with its lines are what a person sees. Bounded: nesting, aliases and keys have
//! limits, and nothing recurses deeper than the nesting. Models gopkg.in/yaml.v2, which
//! sigs.k8s.io/yaml calls.

mod compose;
mod node;
mod property;
mod resolve;
mod scalar;
mod scan;
mod token;

#[cfg(test)]
mod tests;

pub(super) use resolve::{Scalar, plain};

use std::borrow::Cow;

use super::cursor::{Cursor, Mark};
use super::place::Span;
use super::read::{Document, SyntaxError};
use token::Problem;

/// Reads the first document of `text`, which begins after `lines_before` lines.
pub(super) fn read(text: &str, lines_before: u32) -> Result<Document, SyntaxError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let refuse = |problem: Problem| {
        let at = Span::at(within(text, problem.at).pos(lines_before));
        let message = format!("error converting YAML to JSON: {}", problem.sentence());
        SyntaxError { at, message, problem: problem.text }
    };
    check_characters(text).map_err(refuse)?;
    // The reader of kubectl ends the last line where the text does not.
    let ended = match text.ends_with('\n') {
        true => Cow::Borrowed(text),
        false => Cow::Owned([text, "\n"].concat()),
    };
    let composed = compose::compose(&ended, lines_before).map_err(refuse)?;
    Ok(Document {
        value: composed.value,
        spot: composed.spot,
        duplicates: composed.duplicates,
        rest: composed.rest.map(|mark| mark.pos(lines_before)),
    })
}

/// `mark`, or the end of `text` when it lies on the line that was added to it.
fn within(text: &str, mark: Mark) -> Mark {
    let lines = text.matches('\n').count() as u32;
    if mark.column > 0 || mark.line <= lines {
        return mark;
    }
    let last = text.rsplit('\n').next().unwrap_or("");
    Mark { offset: text.len(), line: lines, column: last.chars().count() as u32 }
}

/// Refuses characters that YAML does not allow. Models gopkg.in/yaml.v2 readerc.go.
fn check_characters(text: &str) -> scan::Result<()> {
    let is_refused = |c: char| {
        let allowed = matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..);
        !allowed || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let Some(offset) = text.find(is_refused) else { return Ok(()) };
    let mut cursor = Cursor::new(text);
    while cursor.mark().offset < offset {
        if cursor.bump_break().is_empty() {
            cursor.bump();
        }
    }
    Err(Problem::decoder("control characters are not allowed", cursor.mark()))
}
