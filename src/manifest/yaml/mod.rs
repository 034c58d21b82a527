//! YAML text, as kubectl reads it: YAML 1.1 by the rules of libyaml.
//!
//! Own code, because no parser at hand reads what kubectl reads: those of YAML 1.2 refuse a closing
//! bracket at the indentation of its key and take tabs where libyaml does not, and go-yaml's
//! complaints with its lines are what a person sees. Bounded: nesting, aliases and keys have
//! limits, and nothing recurses deeper than the nesting. Models gopkg.in/yaml.v2, which
//! sigs.k8s.io/yaml calls.

mod compose;
mod property;
mod resolve;
mod scalar;
mod scan;
mod token;

#[cfg(test)]
mod tests;

pub(super) use resolve::{Scalar, plain};

use super::cursor::Cursor;
use super::place::Span;
use super::read::{Document, SyntaxError};
use token::Problem;

/// Reads the first document of `text`, which begins after `lines_before` lines.
pub(super) fn read(text: &str, lines_before: u32) -> Result<Document, SyntaxError> {
    let refuse = |problem: Problem| {
        let at = Span::at(problem.at.pos(lines_before));
        SyntaxError { at, message: format!("error converting YAML to JSON: {}", problem.sentence()) }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    check_characters(text).map_err(refuse)?;
    let composed = compose::compose(text, lines_before).map_err(refuse)?;
    Ok(Document {
        value: composed.value,
        spot: composed.spot,
        duplicates: composed.duplicates,
        rest: composed.rest.map(|mark| mark.pos(lines_before)),
    })
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
