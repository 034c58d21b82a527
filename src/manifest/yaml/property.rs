//! Anchors, aliases, tags and directives. Models gopkg.in/yaml.v2 scannerc.go.

use super::scan::{Result, Scanner};
use super::token::{Kind, Problem, Tag, Token};
use crate::manifest::cursor::Mark;

impl<'a> Scanner<'a> {
    /// An anchor `&a`, an alias `*a` or a tag `!a`.
    pub(super) fn scan_property(&mut self) -> Result<Token> {
        let from = self.cursor.mark();
        let kind = match self.cursor.byte(0) {
            b'&' => Kind::Anchor(self.scan_anchor_name(from)?),
            b'*' => Kind::Alias(self.scan_anchor_name(from)?),
            _ => Kind::Tag(self.scan_tag(from)?),
        };
        Ok(Token { kind, from, to: self.cursor.mark() })
    }

    fn scan_anchor_name(&mut self, from: Mark) -> Result<crate::api::Str> {
        self.cursor.bump();
        let name = self.scan_word(is_name_byte);
        let ends = self.cursor.is_gap(0)
            || matches!(self.cursor.byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ends {
            let text = "did not find expected alphabetic or numeric character";
            return Err(Problem::scanner(text, self.cursor.mark(), from));
        }
        Ok(name.into())
    }

    fn scan_tag(&mut self, from: Mark) -> Result<Tag> {
        let tag = if self.cursor.byte(1) == b'<' {
            self.cursor.bump_by(2);
            let suffix = self.scan_uri("", from)?;
            if self.cursor.byte(0) != b'>' {
                let text = "did not find the expected '>'";
                return Err(Problem::scanner(text, self.cursor.mark(), from));
            }
            self.cursor.bump();
            Tag { handle: String::new(), suffix }
        } else {
            self.scan_short_tag(from)?
        };
        if !self.cursor.is_gap(0) {
            let text = "did not find expected whitespace or line break";
            return Err(Problem::scanner(text, self.cursor.mark(), from));
        }
        Ok(tag)
    }

    /// `!handle!suffix`, `!!suffix`, `!suffix` or a lone `!`.
    fn scan_short_tag(&mut self, from: Mark) -> Result<Tag> {
        let start = self.cursor.mark().offset;
        self.cursor.bump();
        self.scan_word(is_name_byte);
        if self.cursor.byte(0) == b'!' {
            self.cursor.bump();
            let handle = self.cursor.since(start).to_owned();
            return Ok(Tag { suffix: self.scan_uri("", from)?, handle });
        }
        let head = self.cursor.since(start);
        let suffix = self.scan_uri(head, from)?;
        let (handle, suffix) =
            if suffix.is_empty() { (suffix, "!".into()) } else { ("!".into(), suffix) };
        Ok(Tag { handle, suffix })
    }

    /// What follows a handle. `head` is what was already read, its `!` included.
    fn scan_uri(&mut self, head: &str, from: Mark) -> Result<String> {
        let mut bytes = head.bytes().skip(1).collect::<Vec<_>>();
        let mut length = head.len();
        while is_uri_byte(self.cursor.byte(0)) {
            if self.cursor.byte(0) == b'%' {
                bytes.push(self.scan_uri_escape(from)?);
            } else {
                bytes.push(self.cursor.byte(0));
                self.cursor.bump();
            }
            length += 1;
        }
        if length == 0 {
            let text = "did not find expected tag URI";
            return Err(Problem::scanner(text, self.cursor.mark(), from));
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn scan_uri_escape(&mut self, from: Mark) -> Result<u8> {
        let digit = |ahead| char::from(self.cursor.byte(ahead)).to_digit(16);
        let Some((high, low)) = digit(1).zip(digit(2)) else {
            let text = "did not find URI escaped octet";
            return Err(Problem::scanner(text, self.cursor.mark(), from));
        };
        self.cursor.bump_by(3);
        Ok((high << 4 | low) as u8)
    }

    /// A directive such as `%YAML 1.1`. No document of kubectl can have one, because its reader
    /// cuts the text at the `---` that would follow; so only the name is looked at.
    pub(super) fn scan_directive(&mut self) -> Result<Token> {
        let from = self.cursor.mark();
        self.cursor.bump();
        let name = self.scan_word(is_name_byte);
        let complaint = match name {
            "" => Some("could not find expected directive name"),
            _ if !self.cursor.is_gap(0) => Some("found unexpected non-alphabetical character"),
            "YAML" | "TAG" => None,
            _ => Some("found unknown directive name"),
        };
        if let Some(text) = complaint {
            return Err(Problem::scanner(text, self.cursor.mark(), from));
        }
        while !self.cursor.is_break_or_end(0) {
            self.cursor.bump();
        }
        Ok(Token { kind: Kind::Directive, from, to: self.cursor.mark() })
    }

    fn scan_word(&mut self, belongs: fn(u8) -> bool) -> &'a str {
        let start = self.cursor.mark().offset;
        while belongs(self.cursor.byte(0)) {
            self.cursor.bump();
        }
        self.cursor.since(start)
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_uri_byte(byte: u8) -> bool {
    is_name_byte(byte) || (byte != 0 && b";/?:@&=+$,.!~*'()[]%".contains(&byte))
}
