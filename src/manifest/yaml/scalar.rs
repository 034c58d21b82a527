//! Scalars: plain, quoted and block. Models gopkg.in/yaml.v2 scannerc.go.

use super::scan::{Result, Scanner};
use super::token::{Kind, Problem, Style, Token};
use crate::api::Str;
use crate::manifest::cursor::{Cursor, Mark};

/// Spaces or line breaks between two words of a scalar: spaces are kept, one line break becomes a
/// space, more become one fewer.
#[derive(Default)]
struct Gap {
    spaces: String,
    first_break: &'static str,
    more_breaks: String,
    broken: bool,
}

impl Gap {
    fn add_break(&mut self, cursor: &mut Cursor) {
        let line_break = cursor.bump_break();
        if self.broken {
            self.more_breaks.push_str(line_break);
        } else {
            self.spaces.clear();
            self.first_break = line_break;
            self.broken = true;
        }
    }

    /// A space or tab; those that begin a line are indentation.
    fn add_blank(&mut self, cursor: &mut Cursor) {
        if !self.broken {
            self.spaces.push(char::from(cursor.byte(0)));
        }
        cursor.bump();
    }

    fn fill(&mut self, text: &mut String) {
        match (self.broken, self.first_break) {
            (false, _) => text.push_str(&self.spaces),
            (true, "\n") if self.more_breaks.is_empty() => text.push(' '),
            (true, "\n") => text.push_str(&self.more_breaks),
            (true, other) => {
                text.push_str(other);
                text.push_str(&self.more_breaks);
            }
        }
        *self = Self::default();
    }
}

impl Scanner<'_> {
    pub(super) fn scan_plain(&mut self) -> Result<Token> {
        let from = self.cursor.mark();
        let (mut to, mut text, mut gap) = (from, String::new(), Gap::default());
        let indent = self.indent + 1;
        loop {
            if self.is_document_marker() || self.cursor.byte(0) == b'#' {
                break;
            }
            let word = self.cursor.mark().offset;
            while !self.cursor.is_gap(0) && !self.ends_plain() {
                self.cursor.bump();
            }
            let word = self.cursor.since(word);
            if !word.is_empty() {
                gap.fill(&mut text);
                text.push_str(word);
                to = self.cursor.mark();
            }
            if !self.cursor.is_blank(0) && !self.cursor.is_break(0) {
                break;
            }
            self.scan_plain_gap(&mut gap, indent, from)?;
            if !self.in_flow() && i64::from(self.cursor.mark().column) < indent {
                break;
            }
        }
        if gap.broken {
            self.key_allowed = true;
        }
        Ok(Token { kind: Kind::Scalar(Str::new(text), Style::Plain), from, to })
    }

    fn scan_plain_gap(&mut self, gap: &mut Gap, indent: i64, from: Mark) -> Result<()> {
        while self.cursor.is_blank(0) || self.cursor.is_break(0) {
            if self.cursor.is_break(0) {
                gap.add_break(&mut self.cursor);
                continue;
            }
            let at = self.cursor.mark();
            let indents = gap.broken && i64::from(at.column) < indent;
            if indents && self.cursor.byte(0) == b'\t' {
                let text = "found a tab character that violates indentation";
                return Err(Problem::scanner(text, at, from));
            }
            gap.add_blank(&mut self.cursor);
        }
        Ok(())
    }

    fn is_document_marker(&self) -> bool {
        self.cursor.mark().column == 0 && (self.is_marker(b'-') || self.is_marker(b'.'))
    }

    fn ends_plain(&self) -> bool {
        match self.cursor.byte(0) {
            b':' => self.cursor.is_gap(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.in_flow(),
            _ => false,
        }
    }

    pub(super) fn scan_quoted(&mut self) -> Result<Token> {
        let from = self.cursor.mark();
        let quote = self.cursor.byte(0);
        let (mut text, mut gap) = (String::new(), Gap::default());
        self.cursor.bump();
        loop {
            let refuse = |cursor: &Cursor, text| Err(Problem::scanner(text, cursor.mark(), from));
            if self.is_document_marker() {
                return refuse(&self.cursor, "found unexpected document indicator");
            }
            if self.cursor.at_end() {
                return refuse(&self.cursor, "found unexpected end of stream");
            }
            self.scan_quoted_word(quote, &mut text, &mut gap, from)?;
            if self.cursor.byte(0) == quote {
                break;
            }
            while self.cursor.is_blank(0) || self.cursor.is_break(0) {
                if self.cursor.is_break(0) {
                    gap.add_break(&mut self.cursor);
                } else {
                    gap.add_blank(&mut self.cursor);
                }
            }
            gap.fill(&mut text);
        }
        self.cursor.bump();
        let kind = Kind::Scalar(Str::new(text), Style::Quoted);
        Ok(Token { kind, from, to: self.cursor.mark() })
    }

    /// Up to the next gap, the closing quote or an escaped line break.
    fn scan_quoted_word(
        &mut self,
        quote: u8,
        text: &mut String,
        gap: &mut Gap,
        from: Mark,
    ) -> Result<()> {
        while !self.cursor.is_gap(0) {
            match self.cursor.byte(0) {
                b'\'' if quote == b'\'' && self.cursor.byte(1) == b'\'' => {
                    text.push('\'');
                    self.cursor.bump_by(2);
                }
                byte if byte == quote => return Ok(()),
                b'\\' if quote == b'"' && self.cursor.is_break(1) => {
                    self.cursor.bump();
                    self.cursor.bump_break();
                    gap.broken = true;
                    return Ok(());
                }
                b'\\' if quote == b'"' => text.push(self.scan_escape(from)?),
                _ => {
                    let start = self.cursor.mark().offset;
                    self.cursor.bump();
                    text.push_str(self.cursor.since(start));
                }
            }
        }
        Ok(())
    }

    fn scan_escape(&mut self, from: Mark) -> Result<char> {
        let at = self.cursor.mark();
        let digits = match self.cursor.byte(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            letter => {
                let meaning = simple_escape(letter);
                let problem = || Problem::scanner("found unknown escape character", at, from);
                let meaning = meaning.ok_or_else(problem)?;
                self.cursor.bump_by(2);
                return Ok(meaning);
            }
        };
        self.cursor.bump_by(2);
        let at = self.cursor.mark();
        let mut code = 0u32;
        for ahead in 0..digits {
            let digit = char::from(self.cursor.byte(ahead)).to_digit(16);
            // The words, spelling included, are upstream's.
            let complaint = "did not find expected hexdecimal number";
            let digit = digit.ok_or_else(|| Problem::scanner(complaint, at, from))?;
            code = code << 4 | digit;
        }
        let complaint = "found invalid Unicode character escape code";
        let meaning = char::from_u32(code).ok_or_else(|| Problem::scanner(complaint, at, from))?;
        self.cursor.bump_by(digits);
        Ok(meaning)
    }

    pub(super) fn scan_block_scalar(&mut self, literal: bool) -> Result<Token> {
        let from = self.cursor.mark();
        let (chomping, increment) = self.scan_block_header(from)?;
        let mut block = Block { indent: 0, text: String::new(), end: self.cursor.mark() };
        if increment > 0 {
            block.indent = self.indent.max(0) + increment;
        }
        let mut breaks = self.scan_block_breaks(&mut block, from)?;
        let (mut line_break, mut led_by_blank) = ("", false);
        while i64::from(self.cursor.mark().column) == block.indent && !self.cursor.at_end() {
            let blank = self.cursor.is_blank(0);
            let folds = !literal && line_break == "\n" && !led_by_blank && !blank;
            match folds {
                true if breaks.is_empty() => block.text.push(' '),
                true => {}
                false => block.text.push_str(line_break),
            }
            block.text.push_str(&breaks);
            led_by_blank = blank;
            let line = self.cursor.mark().offset;
            while !self.cursor.is_break_or_end(0) {
                self.cursor.bump();
            }
            block.text.push_str(self.cursor.since(line));
            line_break = self.cursor.bump_break();
            breaks = self.scan_block_breaks(&mut block, from)?;
        }
        if chomping != Chomping::Strip {
            block.text.push_str(line_break);
        }
        if chomping == Chomping::Keep {
            block.text.push_str(&breaks);
        }
        let kind = Kind::Scalar(Str::new(block.text), Style::Quoted);
        Ok(Token { kind, from, to: block.end })
    }

    /// `|` or `>` with its hints, up to the first line of the content.
    fn scan_block_header(&mut self, from: Mark) -> Result<(Chomping, i64)> {
        self.cursor.bump();
        let (mut chomping, mut increment) = (None, 0);
        for _ in 0..2 {
            match self.cursor.byte(0) {
                b'+' if chomping.is_none() => chomping = Some(Chomping::Keep),
                b'-' if chomping.is_none() => chomping = Some(Chomping::Strip),
                b'0' if increment == 0 => {
                    let text = "found an indentation indicator equal to 0";
                    return Err(Problem::scanner(text, self.cursor.mark(), from));
                }
                digit @ b'1'..=b'9' if increment == 0 => increment = i64::from(digit - b'0'),
                _ => break,
            }
            self.cursor.bump();
        }
        while self.cursor.is_blank(0) {
            self.cursor.bump();
        }
        if self.cursor.byte(0) == b'#' {
            while !self.cursor.is_break_or_end(0) {
                self.cursor.bump();
            }
        }
        if !self.cursor.is_break_or_end(0) {
            let text = "did not find expected comment or line break";
            return Err(Problem::scanner(text, self.cursor.mark(), from));
        }
        self.cursor.bump_break();
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    /// Indentation and empty lines. The first line that is not empty sets the indentation when
    /// no hint did.
    fn scan_block_breaks(&mut self, block: &mut Block, from: Mark) -> Result<String> {
        let (mut breaks, mut widest) = (String::new(), 0);
        block.end = self.cursor.mark();
        loop {
            let indents = |column: u32, indent: i64| indent == 0 || i64::from(column) < indent;
            while indents(self.cursor.mark().column, block.indent) && self.cursor.byte(0) == b' ' {
                self.cursor.bump();
            }
            let at = self.cursor.mark();
            widest = widest.max(i64::from(at.column));
            if indents(at.column, block.indent) && self.cursor.byte(0) == b'\t' {
                let text = "found a tab character where an indentation space is expected";
                return Err(Problem::scanner(text, at, from));
            }
            if !self.cursor.is_break(0) {
                break;
            }
            breaks.push_str(self.cursor.bump_break());
            block.end = self.cursor.mark();
        }
        if block.indent == 0 {
            block.indent = widest.max(self.indent + 1).max(1);
        }
        Ok(breaks)
    }
}

/// A block scalar while it is read.
struct Block {
    /// The column of its content; 0 while not known.
    indent: i64,
    text: String,
    end: Mark,
}

/// What becomes of the line breaks at the end of a block scalar.
#[derive(PartialEq, Eq)]
enum Chomping {
    /// One is kept.
    Clip,
    /// None is kept.
    Strip,
    /// All are kept.
    Keep,
}

fn simple_escape(letter: u8) -> Option<char> {
    Some(match letter {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{b}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b' ' | b'"' | b'\'' | b'\\' => char::from(letter),
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
