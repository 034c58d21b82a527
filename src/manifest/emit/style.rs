//! Which quotes a text needs. Models gopkg.in/yaml.v2 encode.go stringv and emitterc.go
//! yaml_emitter_analyze_scalar.

use super::is_break;
use crate::manifest::yaml::{Scalar, plain};

/// How a text is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    /// A block after `|`.
    Literal,
}

/// The style of `text`, as a key before its colon or elsewhere.
pub(super) fn of(text: &str, is_key: bool) -> Style {
    let shape = Shape::of(text);
    if text.contains('\n') {
        return if shape.block_allowed && !is_key { Style::Literal } else { Style::DoubleQuoted };
    }
    if is_key && shape.has_breaks {
        return Style::DoubleQuoted;
    }
    let means_text = matches!(plain(text.into()), Scalar::Text(_)) && text != "<<";
    if !means_text || is_base_60(text) {
        return Style::DoubleQuoted;
    }
    match shape {
        Shape { plain_allowed: true, .. } => Style::Plain,
        Shape { single_quoted_allowed: true, .. } => Style::SingleQuoted,
        _ => Style::DoubleQuoted,
    }
}

/// Which styles keep a text as it is.
struct Shape {
    plain_allowed: bool,
    single_quoted_allowed: bool,
    block_allowed: bool,
    has_breaks: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        let mut shape = Self {
            plain_allowed: !has_indicators(text),
            single_quoted_allowed: true,
            block_allowed: !text.is_empty() && !text.ends_with(' '),
            has_breaks: text.contains(is_break),
        };
        let edges = [text.chars().next(), text.chars().next_back()];
        let is_spaced = edges.into_iter().flatten().any(|c| c == ' ' || is_break(c));
        let mut pairs = text.chars().zip(text.chars().skip(1));
        let break_then_space = pairs.any(|(a, b)| is_break(a) && b == ' ');
        let mut pairs = text.chars().zip(text.chars().skip(1));
        let space_then_break = pairs.any(|(a, b)| a == ' ' && is_break(b));
        if is_spaced || break_then_space || shape.has_breaks {
            shape.plain_allowed = false;
        }
        if break_then_space {
            shape.single_quoted_allowed = false;
        }
        if space_then_break || text.chars().any(|c| !is_printable(c)) {
            shape.plain_allowed = false;
            shape.single_quoted_allowed = false;
            shape.block_allowed = false;
        }
        shape
    }
}

/// Whether something in `text` would mean something else without quotes.
fn has_indicators(text: &str) -> bool {
    if text.starts_with("---") || text.starts_with("...") {
        return true;
    }
    let mut after_gap = true;
    let mut chars = text.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        let before_gap = chars.peek().is_none_or(|c| matches!(c, ' ' | '\t') || is_break(*c));
        let indicates = match c {
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
            | '`' => first,
            '?' | '-' => first && before_gap,
            ':' => before_gap,
            '#' => first || after_gap,
            _ => false,
        };
        if indicates {
            return true;
        }
        after_gap = matches!(c, ' ' | '\t') || is_break(c);
        first = false;
    }
    false
}

/// What libyaml counts as printable: nothing beyond U+FFFD, such as emoji.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{fffd}') && c != '\u{feff}'
}

/// Numbers in base 60 are text here, but older readers take them for numbers: `1:30`.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or("");
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let mut count = 0;
    let fits = parts.all(|part| {
        count += 1;
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        digits && (part.len() == 1 || (part.len() == 2 && part.as_bytes()[0] < b'6'))
    });
    first.starts_with(|c: char| c.is_ascii_digit())
        && is_digits(first)
        && is_digits(fraction)
        && count > 0
        && fits
}
