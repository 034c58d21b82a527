//! Texts in each style, folded where lines get long. Models gopkg.in/yaml.v2 emitterc.go.

use std::fmt::Write;

use super::style::is_printable;
use super::{Emitter, INDENT, is_break};

/// The column past which a space becomes a line break.
const WIDTH: usize = 80;

impl Emitter {
    pub(super) fn plain(&mut self, text: &str, folds: bool) {
        if !self.after_space {
            self.put(' ');
        }
        self.words(text, folds, false);
        self.after_space = false;
        self.line_is_fresh = false;
    }

    pub(super) fn single_quoted(&mut self, text: &str, folds: bool) {
        self.indicator("'", true);
        self.words(text, folds, true);
        self.indicator("'", false);
    }

    /// The characters of a plain or single-quoted text. The first and the last space of a quoted
    /// text are never folded.
    fn words(&mut self, text: &str, folds: bool, quoted: bool) {
        let (mut after_space, mut after_break) = (false, false);
        for (at, c) in text.char_indices() {
            let rest = &text[at + c.len_utf8()..];
            if c == ' ' {
                let long = folds && !after_space && self.column > WIDTH;
                let inside = !quoted || (at > 0 && !rest.is_empty());
                if long && inside && !rest.starts_with(' ') {
                    self.new_line();
                } else {
                    self.put(' ');
                }
                after_space = true;
            } else if is_break(c) {
                if !after_break && c == '\n' {
                    self.put('\n');
                }
                self.put(c);
                self.line_is_fresh = true;
                after_break = true;
            } else {
                if after_break {
                    self.new_line();
                }
                if quoted && c == '\'' {
                    self.put('\'');
                }
                self.put(c);
                self.line_is_fresh = false;
                (after_space, after_break) = (false, false);
            }
        }
    }

    pub(super) fn double_quoted(&mut self, text: &str, folds: bool) {
        self.indicator("\"", true);
        let mut after_space = false;
        for (at, c) in text.char_indices() {
            let rest = &text[at + c.len_utf8()..];
            if !is_printable(c) || is_break(c) || c == '"' || c == '\\' {
                self.escape(c);
                after_space = false;
            } else if c == ' ' {
                let long = folds && !after_space && self.column > WIDTH;
                if long && at > 0 && !rest.is_empty() {
                    self.new_line();
                    if rest.starts_with(' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(' ');
                }
                after_space = true;
            } else {
                self.put(c);
                after_space = false;
            }
        }
        self.indicator("\"", false);
    }

    fn escape(&mut self, c: char) {
        let code = u32::from(c);
        let mut escape = String::from("\\");
        let letter = match c {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' | '\\' => c,
            '\u{85}' => 'N',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ if code <= 0xff => 'x',
            _ if code <= 0xffff => 'u',
            _ => 'U',
        };
        escape.push(letter);
        match letter {
            'x' => write!(escape, "{code:02X}"),
            'u' => write!(escape, "{code:04X}"),
            'U' => write!(escape, "{code:08X}"),
            _ => Ok(()),
        }
        .expect("writing to a string cannot fail");
        escape.chars().for_each(|c| self.put(c));
    }

    pub(super) fn literal(&mut self, text: &str) {
        self.indicator("|", true);
        if text.starts_with(|c: char| c == ' ' || is_break(c)) {
            self.indicator(&INDENT.to_string(), false);
        }
        let mut ending = text.chars().rev().map(is_break);
        match (ending.next(), ending.next()) {
            (Some(true), Some(false)) => {}
            (Some(true), _) => self.indicator("+", false),
            _ => self.indicator("-", false),
        }
        self.put('\n');
        self.line_is_fresh = true;
        self.after_space = true;
        let mut after_break = true;
        for c in text.chars() {
            if is_break(c) {
                self.put(c);
                self.line_is_fresh = true;
                after_break = true;
            } else {
                if after_break {
                    self.new_line();
                }
                self.put(c);
                self.line_is_fresh = false;
                after_break = false;
            }
        }
    }
}
