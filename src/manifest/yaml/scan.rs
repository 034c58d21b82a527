//! From characters to tokens: indentation becomes brackets, and `:` makes keys of what stood
//! before it.
//!
//! Follows the rules of libyaml, which kubectl reads with (as go-yaml): YAML 1.1, tabs no
//! indentation, a simple key on one line and at most 1024 characters long. The parsers of YAML 1.2
//! that exist differ from it in what they accept, such as a closing bracket at the indentation of
//! its key. Models gopkg.in/yaml.v2 scannerc.go.

use std::collections::VecDeque;

use super::token::{Kind, Problem, Token};
use crate::manifest::cursor::{Cursor, Mark};

/// How deep collections may nest. Real manifests stay below 40; go-yaml stops at 10,000.
pub(super) const DEPTH_MAX: usize = 100;

/// How long a key may be, in characters, its `:` included.
const KEY_CHARS_MAX: u32 = 1024;

pub(super) type Result<T> = std::result::Result<T, Problem>;

/// Makes tokens of a text, a few ahead of what is asked for.
pub(super) struct Scanner<'a> {
    pub(super) cursor: Cursor<'a>,
    /// Made but not taken yet.
    tokens: VecDeque<Token>,
    /// How many have been taken.
    taken: usize,
    /// What may turn out to be a key, one for the block level and each flow level.
    keys: Vec<Option<SimpleKey>>,
    /// Whether a key may begin here.
    pub(super) key_allowed: bool,
    /// The column of the innermost block collection; -1 outside all.
    pub(super) indent: i64,
    outer_indents: Vec<i64>,
}

/// What may turn out to be a key once its `:` is seen.
#[derive(Clone, Copy)]
struct SimpleKey {
    /// The number of its first token.
    token: usize,
    /// Whether nothing but a key can stand there.
    required: bool,
    at: Mark,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            cursor: Cursor::new(text),
            tokens: VecDeque::new(),
            taken: 0,
            keys: vec![None],
            key_allowed: true,
            indent: -1,
            outer_indents: Vec::new(),
        }
    }

    /// The next token, left where it is.
    pub(super) fn peek(&mut self) -> Result<&Token> {
        self.fill()?;
        Ok(self.tokens.front().expect("filling leaves a token"))
    }

    /// Takes the next token.
    pub(super) fn take(&mut self) -> Result<Token> {
        self.fill()?;
        self.taken += 1;
        Ok(self.tokens.pop_front().expect("filling leaves a token"))
    }

    /// Where the text goes on after a document, its end marker not counted.
    pub(super) fn rest(&mut self) -> Option<Mark> {
        if self.peek().ok()?.kind == Kind::DocumentEnd {
            self.take().ok()?;
        }
        let at = self.cursor.mark();
        match self.peek() {
            Ok(token) => (token.kind != Kind::StreamEnd).then_some(token.from),
            Err(_) => Some(at),
        }
    }

    /// Whether brackets are open.
    pub(super) fn in_flow(&self) -> bool {
        self.keys.len() > 1
    }

    /// Makes tokens until the next one is certain: not before something that may be a key.
    fn fill(&mut self) -> Result<()> {
        loop {
            if !self.tokens.is_empty() {
                self.drop_stale_keys()?;
                if !self.keys.iter().flatten().any(|key| key.token == self.taken) {
                    return Ok(());
                }
            }
            self.fetch()?;
        }
    }

    fn fetch(&mut self) -> Result<()> {
        self.skip_to_token();
        self.drop_stale_keys()?;
        self.close_blocks(i64::from(self.cursor.mark().column));
        if self.cursor.at_end() {
            return self.fetch_end();
        }
        if self.cursor.mark().column == 0 {
            match self.cursor.byte(0) {
                b'%' => return self.fetch_directive(),
                b'-' if self.is_marker(b'-') => return self.fetch_marker(Kind::DocumentStart),
                b'.' if self.is_marker(b'.') => return self.fetch_marker(Kind::DocumentEnd),
                _ => {}
            }
        }
        let in_flow = self.in_flow();
        match self.cursor.byte(0) {
            b'[' => self.open_flow(Kind::FlowList),
            b'{' => self.open_flow(Kind::FlowMap),
            b']' => self.close_flow(Kind::FlowListEnd),
            b'}' => self.close_flow(Kind::FlowMapEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.cursor.is_gap(1) => self.fetch_block_entry(),
            b'?' if in_flow || self.cursor.is_gap(1) => self.fetch_key(),
            b':' if in_flow || self.cursor.is_gap(1) => self.fetch_value(),
            b'*' | b'&' | b'!' => self.fetch_key_part(Self::scan_property),
            b'|' if !in_flow => self.fetch_block_scalar(true),
            b'>' if !in_flow => self.fetch_block_scalar(false),
            b'\'' | b'"' => self.fetch_key_part(Self::scan_quoted),
            b'-' => self.fetch_key_part(Self::scan_plain),
            b'?' | b':' if !in_flow => self.fetch_key_part(Self::scan_plain),
            b'?' | b':' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' => {
                self.refuse_character()
            }
            _ => self.fetch_key_part(Self::scan_plain),
        }
    }

    fn refuse_character(&self) -> Result<()> {
        let at = self.cursor.mark();
        Err(Problem::scanner("found character that cannot start any token", at, at))
    }

    /// Whether `---` or `...` stands here, alone on its line or before a gap.
    pub(super) fn is_marker(&self, mark: u8) -> bool {
        (0..3).all(|ahead| self.cursor.byte(ahead) == mark) && self.cursor.is_gap(3)
    }

    /// Skips spaces, comments and line breaks. Tabs count as space only where no indentation can
    /// be meant.
    fn skip_to_token(&mut self) {
        loop {
            if self.cursor.mark().column == 0 && self.is_byte_order_mark() {
                self.cursor.bump();
            }
            while self.cursor.byte(0) == b' '
                || (self.cursor.byte(0) == b'\t' && (self.in_flow() || !self.key_allowed))
            {
                self.cursor.bump();
            }
            if self.cursor.byte(0) == b'#' {
                while !self.cursor.is_break_or_end(0) {
                    self.cursor.bump();
                }
            }
            if !self.cursor.is_break(0) {
                return;
            }
            self.cursor.bump_break();
            if !self.in_flow() {
                self.key_allowed = true;
            }
        }
    }

    fn is_byte_order_mark(&self) -> bool {
        (0..3).map(|ahead| self.cursor.byte(ahead)).eq([0xef, 0xbb, 0xbf])
    }

    fn push(&mut self, kind: Kind, from: Mark, to: Mark) {
        self.tokens.push_back(Token { kind, from, to });
    }

    /// Takes `length` characters as a token.
    fn push_indicator(&mut self, kind: Kind, length: usize) {
        let from = self.cursor.mark();
        self.cursor.bump_by(length);
        self.push(kind, from, self.cursor.mark());
    }

    fn fetch_end(&mut self) -> Result<()> {
        self.cursor.end_last_line();
        self.close_blocks(-1);
        self.drop_key()?;
        self.key_allowed = false;
        let at = self.cursor.mark();
        self.push(Kind::StreamEnd, at, at);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<()> {
        self.close_blocks(-1);
        self.drop_key()?;
        self.key_allowed = false;
        let token = self.scan_directive()?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn fetch_marker(&mut self, kind: Kind) -> Result<()> {
        self.close_blocks(-1);
        self.drop_key()?;
        self.key_allowed = false;
        self.push_indicator(kind, 3);
        Ok(())
    }

    fn open_flow(&mut self, kind: Kind) -> Result<()> {
        self.save_key()?;
        self.keys.push(None);
        self.check_depth(self.keys.len() + self.outer_indents.len())?;
        self.key_allowed = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn close_flow(&mut self, kind: Kind) -> Result<()> {
        self.drop_key()?;
        if self.in_flow() {
            self.keys.pop();
        }
        self.key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<()> {
        self.drop_key()?;
        self.key_allowed = true;
        self.push_indicator(Kind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<()> {
        if !self.in_flow() {
            self.check_allowed("block sequence entries are not allowed in this context")?;
            self.open_block(self.cursor.mark(), None, Kind::BlockList)?;
        }
        self.drop_key()?;
        self.key_allowed = true;
        self.push_indicator(Kind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<()> {
        if !self.in_flow() {
            self.check_allowed("mapping keys are not allowed in this context")?;
            self.open_block(self.cursor.mark(), None, Kind::BlockMap)?;
        }
        self.drop_key()?;
        self.key_allowed = !self.in_flow();
        self.push_indicator(Kind::Key, 1);
        Ok(())
    }

    /// At a `:`. What was saved as a possible key is one now.
    fn fetch_value(&mut self) -> Result<()> {
        if let Some(key) = self.keys.last_mut().and_then(Option::take) {
            let token = Token { kind: Kind::Key, from: key.at, to: key.at };
            self.tokens.insert(key.token - self.taken, token);
            self.open_block(key.at, Some(key.token - self.taken), Kind::BlockMap)?;
            self.key_allowed = false;
        } else {
            if !self.in_flow() {
                self.check_allowed("mapping values are not allowed in this context")?;
                self.open_block(self.cursor.mark(), None, Kind::BlockMap)?;
            }
            self.key_allowed = !self.in_flow();
        }
        self.push_indicator(Kind::Value, 1);
        Ok(())
    }

    /// Scans what may be a key, or belong to one.
    fn fetch_key_part(&mut self, scan: fn(&mut Self) -> Result<Token>) -> Result<()> {
        self.save_key()?;
        self.key_allowed = false;
        let token = scan(self)?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, literal: bool) -> Result<()> {
        self.drop_key()?;
        self.key_allowed = true;
        let token = self.scan_block_scalar(literal)?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn check_allowed(&self, complaint: &str) -> Result<()> {
        let at = self.cursor.mark();
        if self.key_allowed { Ok(()) } else { Err(Problem::scanner(complaint, at, at)) }
    }

    fn check_depth(&self, depth: usize) -> Result<()> {
        if depth <= DEPTH_MAX {
            return Ok(());
        }
        let at = self.cursor.mark();
        Err(Problem::scanner(&format!("exceeded max depth of {DEPTH_MAX}"), at, at))
    }

    /// Begins a block collection at `at` if it is indented more than the one around it. `place` is
    /// where its token goes among those that wait; at the end when there is none.
    fn open_block(&mut self, at: Mark, place: Option<usize>, kind: Kind) -> Result<()> {
        let column = i64::from(at.column);
        if self.in_flow() || self.indent >= column {
            return Ok(());
        }
        self.outer_indents.push(self.indent);
        self.indent = column;
        self.check_depth(self.outer_indents.len())?;
        let token = Token { kind, from: at, to: at };
        self.tokens.insert(place.unwrap_or(self.tokens.len()), token);
        Ok(())
    }

    /// Ends the block collections that are indented more than `column`.
    fn close_blocks(&mut self, column: i64) {
        while !self.in_flow() && self.indent > column {
            let at = self.cursor.mark();
            self.push(Kind::BlockEnd, at, at);
            self.indent = self.outer_indents.pop().unwrap_or(-1);
        }
    }

    /// What begins here may be a key, if keys are allowed here.
    fn save_key(&mut self) -> Result<()> {
        if !self.key_allowed {
            return Ok(());
        }
        let at = self.cursor.mark();
        let required = !self.in_flow() && self.indent == i64::from(at.column);
        self.drop_key()?;
        let key = SimpleKey { token: self.taken + self.tokens.len(), required, at };
        *self.keys.last_mut().expect("the block level is never left") = Some(key);
        Ok(())
    }

    /// What was saved as a possible key at this level is none.
    fn drop_key(&mut self) -> Result<()> {
        let dropped = self.keys.last_mut().and_then(Option::take);
        dropped.map_or(Ok(()), |key| self.check_not_required(key))
    }

    /// Keys are on one line and not too long; what is past that is no key.
    fn drop_stale_keys(&mut self) -> Result<()> {
        let now = self.cursor.mark();
        for level in 0..self.keys.len() {
            let Some(key) = self.keys[level] else { continue };
            if key.at.line < now.line || key.at.column + KEY_CHARS_MAX < now.column {
                self.keys[level] = None;
                self.check_not_required(key)?;
            }
        }
        Ok(())
    }

    fn check_not_required(&self, key: SimpleKey) -> Result<()> {
        if !key.required {
            return Ok(());
        }
        Err(Problem::scanner("could not find expected ':'", self.cursor.mark(), key.at))
    }
}
