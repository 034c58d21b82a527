//! JSON text, as Go's `encoding/json` reads it, with its complaints.
//!
//! Numbers that are whole and fit are `Int`, all others `Float`. Nesting is bounded, so that
//! recursion is. Models Go's encoding/json scanner.go and decode.go.

use std::fmt;

use super::cursor::{Cursor, Mark};
use super::number;
use super::place::{Duplicate, MapBuilder, Pos, Spot};
use crate::api::{Str, Value, quote};

/// Why a text is no JSON.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsonError {
    /// In Go's words, such as `invalid character 'x' looking for beginning of value`.
    pub message: String,
    /// How many bytes had been read when it was noticed, the wrong one included.
    pub offset: usize,
    /// Whether it is that the text ends too early.
    pub is_end: bool,
    /// Where it was noticed.
    pub at: Pos,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

type Result<T> = std::result::Result<T, JsonError>;

/// How deep values may nest; Go stops at 10,000.
const DEPTH_MAX: usize = 100;

/// Reads a text that is one JSON value.
///
/// # Errors
///
/// Go's complaint when it is none.
pub fn parse_json(text: &str) -> Result<Value> {
    let mut reader = Reader::new(text);
    let (value, _) = reader.value("looking for beginning of value", 0)?;
    reader.skip_space();
    if !reader.at_end() {
        return reader.refuse("after top-level value");
    }
    Ok(value)
}

/// Reads values from a text, one after another.
pub(super) struct Reader<'a> {
    cursor: Cursor<'a>,
    /// Keys that were given twice, in all values so far.
    pub(super) duplicates: Vec<Duplicate>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { cursor: Cursor::new(text), duplicates: Vec::new() }
    }

    /// Where the reader is.
    pub(super) fn mark(&self) -> Mark {
        self.cursor.mark()
    }

    /// Whether the text has been read to its end.
    pub(super) fn at_end(&self) -> bool {
        self.cursor.at_end()
    }

    /// Skips what may stand between values.
    pub(super) fn skip_space(&mut self) {
        loop {
            match self.cursor.byte(0) {
                b' ' | b'\t' => self.cursor.bump(),
                b'\n' | b'\r' => _ = self.cursor.bump_break(),
                _ => return,
            }
        }
    }

    /// Reads the next value. `expected` is how Go says what it was looking for.
    pub(super) fn value(&mut self, expected: &str, depth: usize) -> Result<(Value, Spot)> {
        self.skip_space();
        let from = self.cursor.mark();
        let value = match self.cursor.byte(0) {
            b'{' => return self.map(depth),
            b'[' => return self.list(depth),
            b'"' => Value::Str(self.string()?),
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.literal("true", Value::Bool(true))?,
            b'f' => self.literal("false", Value::Bool(false))?,
            b'n' => self.literal("null", Value::Null)?,
            _ => return self.refuse(expected),
        };
        Ok((value, Spot::leaf(from.span(self.cursor.mark(), 0))))
    }

    fn map(&mut self, depth: usize) -> Result<(Value, Spot)> {
        let from = self.open(depth)?;
        let mut map = MapBuilder::default();
        self.skip_space();
        if self.cursor.byte(0) != b'}' {
            loop {
                self.skip_space();
                let key_from = self.cursor.mark();
                if self.cursor.byte(0) != b'"' {
                    return self.refuse("looking for beginning of object key string");
                }
                let key = self.string()?;
                let key_span = key_from.span(self.cursor.mark(), 0);
                self.skip_space();
                if self.cursor.byte(0) != b':' {
                    return self.refuse("after object key");
                }
                self.cursor.bump();
                let (value, spot) = self.value("looking for beginning of value", depth + 1)?;
                map.push(key, key_span, value, spot);
                if self.ends(b'}', "after object key:value pair")? {
                    break;
                }
            }
        }
        self.cursor.bump();
        let span = from.span(self.cursor.mark(), 0);
        Ok(map.finish(span, &mut self.duplicates))
    }

    fn list(&mut self, depth: usize) -> Result<(Value, Spot)> {
        let from = self.open(depth)?;
        let (mut items, mut spots) = (Vec::new(), Vec::new());
        self.skip_space();
        if self.cursor.byte(0) != b']' {
            loop {
                let (value, spot) = self.value("looking for beginning of value", depth + 1)?;
                items.push(value);
                spots.push(spot);
                if self.ends(b']', "after array element")? {
                    break;
                }
            }
        }
        self.cursor.bump();
        let spot = Spot::list(from.span(self.cursor.mark(), 0), spots);
        Ok((items.into(), spot))
    }

    fn open(&mut self, depth: usize) -> Result<Mark> {
        if depth >= DEPTH_MAX {
            return self.fail("exceeded max depth".into());
        }
        let from = self.cursor.mark();
        self.cursor.bump();
        Ok(from)
    }

    /// Whether the closing bracket comes next; a comma is taken.
    fn ends(&mut self, closing: u8, expected: &str) -> Result<bool> {
        self.skip_space();
        match self.cursor.byte(0) {
            b',' => {
                self.cursor.bump();
                Ok(false)
            }
            byte if byte == closing => Ok(true),
            _ => self.refuse(expected),
        }
    }

    fn literal(&mut self, name: &str, value: Value) -> Result<Value> {
        for letter in name.bytes() {
            if self.cursor.byte(0) != letter {
                let letter = char::from(letter);
                return self.refuse(&format!("in literal {name} (expecting '{letter}')"));
            }
            self.cursor.bump();
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<Value> {
        let start = self.cursor.mark().offset;
        if self.cursor.byte(0) == b'-' {
            self.cursor.bump();
        }
        // A leading zero stands alone.
        if self.cursor.byte(0) == b'0' {
            self.cursor.bump();
        } else {
            self.digits("in numeric literal")?;
        }
        let mut whole = true;
        if self.cursor.byte(0) == b'.' {
            whole = false;
            self.cursor.bump();
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.cursor.byte(0), b'e' | b'E') {
            whole = false;
            self.cursor.bump();
            if matches!(self.cursor.byte(0), b'+' | b'-') {
                self.cursor.bump();
            }
            self.digits("in exponent of numeric literal")?;
        }
        let text = self.cursor.since(start);
        if whole && let Ok(number) = text.parse() {
            return Ok(Value::Int(number));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number::value(number)),
            _ => {
                let message =
                    format!("json: cannot unmarshal number {text} into Go value of type float64");
                self.fail(message)
            }
        }
    }

    fn digits(&mut self, expected: &str) -> Result<()> {
        if !self.cursor.byte(0).is_ascii_digit() {
            return self.refuse(expected);
        }
        while self.cursor.byte(0).is_ascii_digit() {
            self.cursor.bump();
        }
        Ok(())
    }

    fn string(&mut self) -> Result<Str> {
        self.cursor.bump();
        let mut text = String::new();
        loop {
            let run = self.cursor.mark().offset;
            while !matches!(self.cursor.byte(0), b'"' | b'\\' | 0..=0x1f) {
                // The two other separators of lines are plain characters here.
                self.cursor.bump();
            }
            text.push_str(self.cursor.since(run));
            match self.cursor.byte(0) {
                b'"' => {
                    self.cursor.bump();
                    return Ok(text.into());
                }
                b'\\' => text.push(self.escape()?),
                _ => return self.refuse("in string literal"),
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        self.cursor.bump();
        let meaning = match self.cursor.byte(0) {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return self.refuse("in string escape code"),
        };
        self.cursor.bump();
        Ok(meaning)
    }

    /// `\u1234`, or two of them for a character beyond; half of a pair stands for no character.
    fn unicode_escape(&mut self) -> Result<char> {
        let high = self.hex()?;
        let is_pair = (0xd800..0xdc00).contains(&high)
            && self.cursor.byte(0) == b'\\'
            && self.cursor.byte(1) == b'u';
        if is_pair && let Some(low @ 0xdc00..0xe000) = self.hex_ahead() {
            self.cursor.bump_by(6);
            let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// The four digits after the `u` that comes next.
    fn hex(&mut self) -> Result<u32> {
        self.cursor.bump();
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.cursor.byte(0)).to_digit(16) else {
                return self.refuse("in \\u hexadecimal character escape");
            };
            code = code << 4 | digit;
            self.cursor.bump();
        }
        Ok(code)
    }

    /// The four digits of the escape that comes next, left where they are.
    fn hex_ahead(&self) -> Option<u32> {
        (2..6).try_fold(0, |code, ahead| {
            Some(code << 4 | char::from(self.cursor.byte(ahead)).to_digit(16)?)
        })
    }

    /// Refuses the next character: `expected` says what was looked for instead.
    pub(super) fn refuse<T>(&self, expected: &str) -> Result<T> {
        if self.at_end() {
            let mut error = self.error("unexpected end of JSON input".into());
            error.is_end = true;
            return Err(error);
        }
        let character = match self.cursor.byte(0) {
            b'\'' => "'\\''".to_owned(),
            b'"' => "'\"'".to_owned(),
            byte => format!("'{}'", quote(&char::from(byte).to_string()).trim_matches('"')),
        };
        self.fail(format!("invalid character {character} {expected}"))
    }

    fn fail<T>(&self, message: String) -> Result<T> {
        Err(self.error(message))
    }

    fn error(&self, message: String) -> JsonError {
        let mark = self.cursor.mark();
        JsonError { message, offset: mark.offset + 1, is_end: false, at: mark.pos(0) }
    }
}

#[cfg(test)]
mod tests;
