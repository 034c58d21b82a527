//! The words of one line, each with its column, taken one after another.
//!
//! Invariant: a complaint about a word carries the column at which it stands.

use std::str::FromStr;
use std::time::Duration;

use super::Problem;

/// The words of a line that have not been taken yet.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    line: usize,
    text: &'a str,
    /// Bytes of `text` that have been taken.
    taken: usize,
}

/// A word and its column.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    pub line: usize,
    pub column: usize,
    pub text: &'a str,
}

impl<'a> Words<'a> {
    /// The words of `text`, which is line `line`.
    pub fn of(line: usize, text: &'a str) -> Self {
        Self { line, text, taken: 0 }
    }

    /// The next word, if there is one.
    pub fn next(&mut self) -> Option<Word<'a>> {
        let rest = &self.text[self.taken..];
        let start = self.taken + rest.len() - rest.trim_start().len();
        let text = self.text[start..].split_whitespace().next()?;
        self.taken = start + text.len();
        Some(Word { line: self.line, column: self.column(start), text })
    }

    /// The next word; `what` says what it should be.
    pub fn need(&mut self, what: &str) -> Result<Word<'a>, Problem> {
        self.next().ok_or_else(|| self.missing(what))
    }

    /// Everything that has not been taken; `what` says what it should be.
    pub fn rest(&mut self, what: &str) -> Result<&'a str, Problem> {
        let rest = self.text[self.taken..].trim();
        if rest.is_empty() {
            return Err(self.missing(what));
        }
        self.taken = self.text.len();
        Ok(rest)
    }

    /// Nothing may follow.
    pub fn end(&mut self) -> Result<(), Problem> {
        match self.next() {
            Some(word) => Err(word.problem("nothing may follow here")),
            None => Ok(()),
        }
    }

    fn missing(&self, what: &str) -> Problem {
        let column = self.column(self.text.trim_end().len());
        Problem { line: self.line, column, message: format!("{what} is missing here") }
    }

    fn column(&self, byte: usize) -> usize {
        self.text[..byte].chars().count() + 1
    }
}

impl<'a> Word<'a> {
    /// A complaint about this word.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        let message = format!("{:?}: {}", self.text, message.into());
        Problem { line: self.line, column: self.column, message }
    }

    /// The word as a number.
    pub fn number<N: FromStr>(&self) -> Result<N, Problem> {
        self.text.parse().map_err(|_| self.problem("not a number that fits here"))
    }

    /// The word as a duration: a whole number and `ms`, `s`, `m` or `h`.
    pub fn duration(&self) -> Result<Duration, Problem> {
        let digits = self.text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = self.text.split_at(digits);
        let millis = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(self.problem("a duration such as 500ms, 3s or 5m is needed")),
        };
        let millis = number.parse().ok().and_then(|number: u64| number.checked_mul(millis));
        match millis.filter(|millis| *millis <= DURATION_MS_MAX) {
            Some(millis) => Ok(Duration::from_millis(millis)),
            None => Err(self.problem("at most a year can pass at a time")),
        }
    }

    /// What follows `prefix` in the word, if it begins with it.
    pub fn after(&self, prefix: &str) -> Option<Self> {
        let text = self.text.strip_prefix(prefix)?;
        Some(Self { column: self.column + prefix.chars().count(), text, ..*self })
    }
}

/// A year: more is a slip of the finger.
const DURATION_MS_MAX: u64 = 365 * 24 * 3_600_000;
