//! Values as YAML text, exactly as `kubectl -o yaml` prints them.
//!
//! Two columns per level, lists in the column of their key, keys in a natural order, long texts
//! folded at 80 columns, quotes only where they are needed. Models gopkg.in/yaml.v2 encode.go and
//! emitterc.go, which sigs.k8s.io/yaml calls.

mod order;
mod scalar;
mod style;

use super::number;
use crate::api::{Fields, Str, Value};
use order::sorted;
use style::Style;

/// `value` as a YAML document, its last line ended.
pub fn to_yaml(value: &Value) -> String {
    let mut emitter = Emitter { line_is_fresh: true, after_space: true, ..Emitter::default() };
    emitter.value(value, Within::Nothing);
    emitter.new_line();
    emitter.out
}

/// Columns per level.
const INDENT: usize = 2;

/// The longest key that is written before a colon; longer ones are written after a `?`.
const KEY_BYTES_MAX: usize = 128;

/// Text on its way out, and what the next thing to write must know of it.
#[derive(Default)]
struct Emitter {
    out: String,
    /// Characters in the last line.
    column: usize,
    /// The column of the innermost collection; none outside all.
    indent: Option<usize>,
    /// Whether the last thing written was space, or asks for none after it.
    after_space: bool,
    /// Whether the line holds nothing but indentation and `-`, `?` or `:`.
    line_is_fresh: bool,
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    List,
    /// A key before its colon.
    Key,
    /// A value of a map, or a key after a `?`.
    Map,
}

impl Emitter {
    fn value(&mut self, value: &Value, within: Within) {
        match value {
            Value::Null => self.plain_word("null"),
            Value::Bool(truth) => self.plain_word(if *truth { "true" } else { "false" }),
            Value::Int(number) => self.plain_word(&number.to_string()),
            Value::Float(number) => self.plain_word(&float(*number)),
            Value::Str(text) => self.text(text, within == Within::Key),
            Value::List(items) if items.is_empty() => self.indicator("[]", true),
            Value::Map(fields) if fields.is_empty() => self.indicator("{}", true),
            Value::List(items) => self.list(items, within),
            Value::Map(fields) => self.map(fields),
        }
    }

    fn list(&mut self, items: &[Value], within: Within) {
        // The list of a key stands in the key's column.
        let indent = match self.indent {
            Some(indent) if within == Within::Map && !self.line_is_fresh => indent,
            Some(indent) => indent + INDENT,
            None => 0,
        };
        let outer = self.indent.replace(indent);
        for item in items {
            self.new_line();
            self.mark("-");
            self.value(item, Within::List);
        }
        self.indent = outer;
    }

    fn map(&mut self, fields: &Fields) {
        let outer = self.indent.replace(self.indent.map_or(0, |indent| indent + INDENT));
        for (key, value) in sorted(fields) {
            self.new_line();
            if is_simple_key(key) {
                self.text(key, true);
                self.indicator(":", false);
            } else {
                self.mark("?");
                self.text(key, false);
                self.new_line();
                self.mark(":");
            }
            self.value(value, Within::Map);
        }
        self.indent = outer;
    }

    /// A number, a boolean or `null`.
    fn plain_word(&mut self, word: &str) {
        self.indicator(word, true);
    }

    fn text(&mut self, text: &str, is_key: bool) {
        // What a text continues with on other lines is indented more than what it belongs to.
        let outer = self.indent;
        self.indent = Some(outer.map_or(INDENT, |indent| indent + INDENT));
        match style::of(text, is_key) {
            Style::Plain => self.plain(text, !is_key),
            Style::SingleQuoted => self.single_quoted(text, !is_key),
            Style::DoubleQuoted => self.double_quoted(text, !is_key),
            Style::Literal => self.literal(text),
        }
        self.indent = outer;
    }

    /// Begins a line at the indentation, unless one has just begun.
    fn new_line(&mut self) {
        let indent = self.indent.unwrap_or(0);
        let past = self.column > indent || (self.column == indent && !self.after_space);
        if !self.line_is_fresh || past {
            self.put('\n');
        }
        while self.column < indent {
            self.put(' ');
        }
        self.after_space = true;
        self.line_is_fresh = true;
    }

    /// Writes `-`, `?` or `:` where a line begins.
    fn mark(&mut self, mark: &str) {
        let fresh = self.line_is_fresh;
        self.indicator(mark, true);
        self.line_is_fresh = fresh;
    }

    /// Writes `text`, after a space if need be.
    fn indicator(&mut self, text: &str, spaced: bool) {
        if spaced && !self.after_space {
            self.put(' ');
        }
        text.chars().for_each(|c| self.put(c));
        self.after_space = false;
        self.line_is_fresh = false;
    }

    fn put(&mut self, c: char) {
        self.out.push(c);
        self.column = if is_break(c) { 0 } else { self.column + 1 };
    }
}

fn is_simple_key(key: &Str) -> bool {
    key.len() <= KEY_BYTES_MAX && !key.contains(is_break)
}

/// Line breaks of YAML 1.1.
fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A number as it comes out of JSON text: in digits while JSON writes digits and they fit into 64
/// bits, and as Go's `%g` writes it otherwise.
fn float(number: f64) -> String {
    const UINT_LIMIT: f64 = 18_446_744_073_709_551_616.0;
    let is_whole = number.fract() == 0.0 && (-UINT_LIMIT / 2.0..UINT_LIMIT).contains(&number);
    if is_whole { format!("{number}") } else { number::go_general(number, false) }
}

#[cfg(test)]
mod tests;
