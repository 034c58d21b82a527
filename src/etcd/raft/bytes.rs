//! Plain bytes as entry data: what the reference scripts and small tests propose.
//!
//! Models the `[]byte` of etcd-io/raft and Go's `strconv.Quote`.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::entry::EntryData;
use crate::sim::Fingerprint;

/// Bytes, shared by their clones. The machine they are applied to keeps no state of its own.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bytes(Arc<[u8]>);

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().into())
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl EntryData for Bytes {
    type Snapshot = ();

    fn encoded_len(&self) -> u64 {
        self.0.len() as u64
    }

    fn quote(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for chunk in self.0.utf8_chunks() {
            for c in chunk.valid().chars() {
                quote_char(c, f)?;
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        f.write_char('"')
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.bytes(&self.0);
    }
}

fn quote_char(c: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match c {
        '"' | '\\' => write!(f, "\\{c}"),
        '\u{7}' => f.write_str("\\a"),
        '\u{8}' => f.write_str("\\b"),
        '\u{c}' => f.write_str("\\f"),
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        '\u{b}' => f.write_str("\\v"),
        '\'' => f.write_char(c),
        ..' ' | '\u{7f}' => write!(f, "\\x{:02x}", c as u32),
        _ if c.escape_debug().len() == 1 => f.write_char(c),
        _ if (c as u32) < 0x1_0000 => write!(f, "\\u{:04x}", c as u32),
        _ => write!(f, "\\U{:08x}", c as u32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Quoted(Bytes);

    impl fmt::Display for Quoted {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.quote(f)
        }
    }

    #[test]
    fn quotes_as_go_does() {
        let check = |bytes: &[u8], quoted| {
            assert_eq!(Quoted(Bytes::from(bytes)).to_string(), quoted);
        };
        check(b"", r#""""#);
        check(b"prop_1", r#""prop_1""#);
        check(b"it's \"x\"\\\n\t\0\x1f", r#""it's \"x\"\\\n\t\x00\x1f""#);
        check("한글".as_bytes(), r#""한글""#);
        check(&[0xff, b'a', 0xe2, 0x80, 0x8b], r#""\xffa\u200b""#);
    }
}
