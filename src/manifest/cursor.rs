//! A text and a place in it, moved forward character by character.

use super::place::{Pos, Span};

/// A place while reading, counted from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Mark {
    /// In bytes from the beginning.
    pub(super) offset: usize,
    /// In line breaks from the beginning.
    pub(super) line: u32,
    /// In characters from the beginning of the line.
    pub(super) column: u32,
}

impl Mark {
    /// The place for people, in a text that begins after `lines_before` lines.
    pub(super) fn pos(self, lines_before: u32) -> Pos {
        Pos { line: lines_before + self.line + 1, column: self.column + 1 }
    }

    /// The stretch from here to `to`, in a text that begins after `lines_before` lines.
    pub(super) fn span(self, to: Self, lines_before: u32) -> Span {
        Span { from: self.pos(lines_before), to: to.pos(lines_before) }
    }
}

/// A reader of a text that knows its line and column.
pub(super) struct Cursor<'a> {
    text: &'a str,
    mark: Mark,
}

impl<'a> Cursor<'a> {
    /// At the beginning of `text`.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, mark: Mark::default() }
    }

    /// Where it is.
    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    /// Whether nothing is left.
    pub(super) fn at_end(&self) -> bool {
        self.mark.offset >= self.text.len()
    }

    /// The byte `ahead` of the next one; 0 beyond the end.
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.mark.offset + ahead).copied().unwrap_or(0)
    }

    /// The text between `from` and here.
    pub(super) fn since(&self, from: usize) -> &'a str {
        &self.text[from..self.mark.offset]
    }

    /// Moves over one character that is no line break.
    pub(super) fn bump(&mut self) {
        self.mark.offset += match self.byte(0) {
            0..=0x7f => 1,
            0x80..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        self.mark.offset = self.mark.offset.min(self.text.len());
        self.mark.column += 1;
    }

    /// Moves over `count` characters that are no line breaks.
    pub(super) fn bump_by(&mut self, count: usize) {
        (0..count).for_each(|_| self.bump());
    }

    /// Moves over one line break, if there is one, and returns what it stands for.
    pub(super) fn bump_break(&mut self) -> &'static str {
        let length = self.break_len(0);
        if length == 0 {
            return "";
        }
        // Line and paragraph separators are kept; all other breaks are one newline.
        let meaning = match (length, self.byte(2)) {
            (3, 0xa8) => "\u{2028}",
            (3, _) => "\u{2029}",
            _ => "\n",
        };
        self.mark.offset += length;
        self.mark.line += 1;
        self.mark.column = 0;
        meaning
    }

    /// How many bytes the line break `ahead` takes; 0 when there is none.
    pub(super) fn break_len(&self, ahead: usize) -> usize {
        match self.byte(ahead) {
            b'\n' => 1,
            b'\r' if self.byte(ahead + 1) == b'\n' => 2,
            b'\r' => 1,
            0xc2 if self.byte(ahead + 1) == 0x85 => 2,
            0xe2 if self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xa8 | 0xa9) => {
                3
            }
            _ => 0,
        }
    }

    /// Whether the byte `ahead` is a space or a tab.
    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t')
    }

    /// Whether a line break begins `ahead`.
    pub(super) fn is_break(&self, ahead: usize) -> bool {
        self.break_len(ahead) > 0
    }

    /// Whether a line break begins `ahead`, or the text ends there.
    pub(super) fn is_break_or_end(&self, ahead: usize) -> bool {
        self.is_break(ahead) || self.mark.offset + ahead >= self.text.len()
    }

    /// Whether there is a space, a tab, a line break or the end `ahead`.
    pub(super) fn is_gap(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_break_or_end(ahead)
    }

    /// Pretends that the last line is ended, if anything stands on it.
    pub(super) fn end_last_line(&mut self) {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
    }
}
