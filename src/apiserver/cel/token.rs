//! The words of an expression.
//!
//! Models the lexical part of cel-spec/doc/langdef.md.

use crate::api::Str;

/// A word, and where it begins, in bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it begins.
    pub at: usize,
}

/// What a word is.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// A name.
    Name(Str),
    /// A whole number.
    Int(i64),
    /// A whole number with `u` after it.
    Uint(u64),
    /// Any other number.
    Double(f64),
    /// A text.
    Text(Str),
    /// A text of bytes.
    Bytes(Vec<u8>),
    /// A sign, such as `&&`.
    Sign(&'static str),
    /// The end.
    End,
}

const SIGNS: [&str; 27] = [
    "&&", "||", "<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",",
    "(", ")", "[", "]", "{", "}", "=", "&", "|",
];

/// The words of a text, the end included, or what is wrong and where.
pub fn tokens(text: &str) -> Result<Vec<Token>, (usize, String)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        if text[at..].starts_with("//") {
            at += text[at..].find('\n').unwrap_or(text.len() - at);
            continue;
        }
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            tokens.push(Token { kind: Kind::End, at });
            return Ok(tokens);
        };
        let (kind, length) = match first {
            c if c.is_ascii_digit() => number(rest).map_err(|why| (at, why))?,
            _ if prefix(rest).is_some() => quoted(rest).map_err(|why| (at, why))?,
            c if c.is_ascii_alphabetic() || c == '_' => {
                let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                (Kind::Name(rest[..length].into()), length)
            }
            c => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (Kind::Sign(sign), sign.len()),
                None => {
                    return Err((at, format!("Syntax error: token recognition error at: '{c}'")));
                }
            },
        };
        tokens.push(Token { kind, at });
        at += length;
    }
}

fn number(text: &str) -> Result<(Kind, usize), String> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let length = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        let value = i64::from_str_radix(&digits[..length], 16);
        return Ok((Kind::Int(value.map_err(|_| "invalid int literal")?), length + 2));
    }
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let whole = digits(text);
    let mut length = whole;
    let after = |length: usize| text[length..].chars().next();
    if after(length) == Some('.') && text[length + 1..].starts_with(|c: char| c.is_ascii_digit()) {
        length += 1 + digits(&text[length + 1..]);
    }
    if matches!(after(length), Some('e' | 'E')) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        let exponent = digits(&text[length + 1 + sign..]);
        length += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    if length > whole {
        let value = text[..length].parse().map_err(|_| "invalid double literal")?;
        return Ok((Kind::Double(value), length));
    }
    if matches!(after(length), Some('u' | 'U')) {
        let value = text[..length].parse().map_err(|_| "invalid uint literal")?;
        return Ok((Kind::Uint(value), length + 1));
    }
    // The least number is written as the negation of one more than the greatest.
    let value: u64 = text[..length].parse().map_err(|_| "invalid int literal")?;
    let least = value == 1 << 63;
    let value =
        if least { i64::MIN } else { value.try_into().map_err(|_| "invalid int literal")? };
    Ok((Kind::Int(value), length))
}

/// The letters before a quote, and the quote.
fn prefix(text: &str) -> Option<(&str, &str)> {
    let letters = text.len() - text.trim_start_matches(['r', 'R', 'b', 'B']).len();
    let quotes = ["\"\"\"", "'''", "\"", "'"];
    let quote = quotes.into_iter().find(|quote| text[letters..].starts_with(quote))?;
    (letters <= 2).then(|| (&text[..letters], quote))
}

fn quoted(text: &str) -> Result<(Kind, usize), String> {
    let Some((letters, quote)) = prefix(text) else { return Err("not a text".into()) };
    let letters_lower = letters.to_ascii_lowercase();
    let (is_raw, is_bytes) = (letters_lower.contains('r'), letters_lower.contains('b'));
    let start = letters.len() + quote.len();
    let mut out = String::new();
    let mut characters = text[start..].char_indices();
    while let Some((at, c)) = characters.next() {
        if text[start + at..].starts_with(quote) {
            let length = start + at + quote.len();
            let kind = match is_bytes {
                true => Kind::Bytes(out.into_bytes()),
                false => Kind::Text(out.into()),
            };
            return Ok((kind, length));
        }
        match c {
            '\n' if quote.len() == 1 => break,
            '\\' if !is_raw => out.push(escaped(&mut characters).ok_or("invalid escape")?),
            c => out.push(c),
        }
    }
    Err("Syntax error: token recognition error: a text has no end".into())
}

/// What stands for a character after a backslash.
fn escaped(characters: &mut std::str::CharIndices<'_>) -> Option<char> {
    let (_, c) = characters.next()?;
    Some(match c {
        'x' | 'X' => return coded(characters, None, (2, 16)),
        'u' => return coded(characters, None, (4, 16)),
        'U' => return coded(characters, None, (8, 16)),
        '0'..='3' => return coded(characters, Some(c), (2, 8)),
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '\\' | '"' | '\'' | '`' | '?' => c,
        _ => return None,
    })
}

fn coded(
    characters: &mut std::str::CharIndices<'_>,
    first: Option<char>,
    (count, radix): (usize, u32),
) -> Option<char> {
    let rest = characters.by_ref().take(count).map(|(_, c)| c);
    let digits: String = first.into_iter().chain(rest).collect();
    char::from_u32(u32::from_str_radix(&digits, radix).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_word() {
        let check = |text: &str, expected: &[Kind]| {
            let kinds: Vec<Kind> = tokens(text).unwrap().into_iter().map(|t| t.kind).collect();
            assert_eq!(kinds[..kinds.len() - 1], *expected, "{text}");
        };
        let text = |text: &str| Kind::Text(text.into());
        check("a_1 // b\n", &[Kind::Name("a_1".into())]);
        check(
            "12 0x1f 3u 1.5 1e3",
            &[Kind::Int(12), Kind::Int(31), Kind::Uint(3), Kind::Double(1.5), Kind::Double(1000.0)],
        );
        check(
            r#"'a' "b\n\x41\u0042" r'\d' '''it's'''"#,
            &[text("a"), text("b\nAB"), text("\\d"), text("it's")],
        );
        check("b'a'", &[Kind::Bytes(vec![97])]);
        check(
            "a&&!b",
            &[Kind::Name("a".into()), Kind::Sign("&&"), Kind::Sign("!"), Kind::Name("b".into())],
        );
        for text in ["'a", "#", "'\\q'", "99999999999999999999", "'\\xg'"] {
            assert!(tokens(text).is_err(), "{text}");
        }
    }
}
