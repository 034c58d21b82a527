//! Base64 as Go's `encoding/base64.StdEncoding` reads and writes it.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Where a text stops being base64, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Base64Error(pub usize);

/// The bytes of `text`; line breaks in it are skipped.
pub fn decode(text: &str) -> Result<Vec<u8>, Base64Error> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut significant = text.bytes().enumerate().filter(|(_, b)| !matches!(b, b'\n' | b'\r'));
    loop {
        let (mut group, mut digits) = (0u32, 0);
        while digits < 4 {
            let Some((at, byte)) = significant.next() else {
                // What is left is no whole group; Go points at its beginning.
                return match digits {
                    0 => Ok(bytes),
                    _ => Err(Base64Error(text.len() - digits)),
                };
            };
            if byte == b'=' {
                return finish(bytes, group, digits, at, text.len(), significant);
            }
            let digit = ALPHABET.iter().position(|&b| b == byte).ok_or(Base64Error(at))?;
            group = group << 6 | digit as u32;
            digits += 1;
        }
        bytes.extend_from_slice(&group.to_be_bytes()[1..]);
    }
}

/// The padding: it makes the last group whole, and nothing follows it.
fn finish(
    mut bytes: Vec<u8>,
    group: u32,
    digits: usize,
    at: usize,
    length: usize,
    mut rest: impl Iterator<Item = (usize, u8)>,
) -> Result<Vec<u8>, Base64Error> {
    match digits {
        2 => match rest.next() {
            Some((_, b'=')) => bytes.push((group >> 4) as u8),
            Some((other, _)) => return Err(Base64Error(other - 1)),
            None => return Err(Base64Error(length)),
        },
        3 => bytes.extend_from_slice(&(group >> 2).to_be_bytes()[2..]),
        _ => return Err(Base64Error(at)),
    }
    match rest.next() {
        Some((extra, _)) => Err(Base64Error(extra)),
        None => Ok(bytes),
    }
}

/// `bytes` as text, with padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, &byte| group << 8 | u32::from(byte))
            << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let shift = 18 - 6 * digit;
            let letter = ALPHABET[(group >> shift) as usize & 0x3f];
            text.push(if digit > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_as_go_does() {
        let check = |text: &str, bytes: &[u8]| {
            assert_eq!(decode(text), Ok(bytes.to_vec()), "{text}");
            assert_eq!(encode(bytes), text);
        };
        check("", b"");
        check("eA==", b"x");
        check("eHk=", b"xy");
        check("eHl6", b"xyz");
        check("aHR0cGQ=", b"httpd");
        assert_eq!(decode("eH\nl6\r\n"), Ok(b"xyz".to_vec()));
    }

    #[test]
    fn tells_where_it_stopped() {
        for (text, at) in [
            ("not base64!", 3),
            ("plain!", 5),
            ("=", 0),
            ("e", 0),
            ("eA", 0),
            ("eA=", 3),
            ("eA=x", 2),
            ("eA==x", 4),
            ("eHk=eA==", 4),
        ] {
            assert_eq!(decode(text), Err(Base64Error(at)), "{text}");
        }
    }
}
