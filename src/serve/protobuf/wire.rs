//! The wire format of protobuf, and the messages that JSON has as plain values.

use super::Error;
use crate::api::{MicroTime, Timestamp, Value};
use crate::manifest;

/// What a field carries.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// A number.
    Number(u64),
    /// Bytes: text, or a message.
    Bytes(&'a [u8]),
}

/// The fields of a message, one after another; nothing comes after an error.
pub struct Reader<'a> {
    rest: &'a [u8],
}

const TRUNCATED: Error = "the message ends too early";

impl<'a> Reader<'a> {
    /// Reads a message.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn field(&mut self) -> Result<(u32, Content<'a>), Error> {
        let key = self.varint()?;
        let number = u32::try_from(key >> 3).map_err(|_| "a field has no such number")?;
        let content = match key & 7 {
            0 => Content::Number(self.varint()?),
            1 => Content::Number(u64::from_le_bytes(self.fixed()?)),
            2 => {
                let len = usize::try_from(self.varint()?).map_err(|_| TRUNCATED)?;
                Content::Bytes(self.take(len)?)
            }
            5 => Content::Number(u32::from_le_bytes(self.fixed()?).into()),
            _ => return Err("a field is of no known type"),
        };
        Ok((number, content))
    }

    fn varint(&mut self) -> Result<u64, Error> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.fixed()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a number is too long")
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        self.take(N)?.try_into().map_err(|_| TRUNCATED)
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(TRUNCATED)?;
        self.rest = rest;
        Ok(taken)
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<(u32, Content<'a>), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

impl<'a> Content<'a> {
    /// The bytes it carries.
    pub fn bytes(&self) -> Result<&'a [u8], Error> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Number(_) => Err("a field holds a number in place of bytes"),
        }
    }

    /// The number it carries; negative ones come as the largest.
    pub fn number(&self) -> Result<i64, Error> {
        match self {
            Self::Number(number) => Ok(number.cast_signed()),
            Self::Bytes(_) => Err("a field holds bytes in place of a number"),
        }
    }
}

/// Text.
pub fn text(bytes: &[u8]) -> Result<String, Error> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| "text is not UTF-8")
}

/// A floating-point number.
pub fn double(content: &Content<'_>) -> Result<Value, Error> {
    Ok(Value::Float(f64::from_bits(content.number()?.cast_unsigned())))
}

/// A time; nothing where it is Go's zero.
pub fn time(bytes: &[u8], micros: bool) -> Result<Value, Error> {
    let (mut secs, mut nanos) = (0_i64, 0_i64);
    for field in Reader::new(bytes) {
        match field? {
            (1, content) => secs = content.number()?,
            (2, content) => nanos = content.number()?,
            _ => {}
        }
    }
    // What no calendar has is no time.
    let fits =
        (-62_135_596_800..253_402_300_800).contains(&secs) && (0..1_000_000_000).contains(&nanos);
    if (secs, nanos) == (0, 0) || !fits {
        return Ok(Value::Null);
    }
    Ok(match micros {
        true => MicroTime(secs * 1_000_000 + nanos / 1000).to_string().into(),
        false => Timestamp(secs).to_string().into(),
    })
}

/// A quantity, which is its text.
pub fn quantity(bytes: &[u8]) -> Result<Value, Error> {
    let mut quantity = String::new();
    for field in Reader::new(bytes) {
        if let (1, Content::Bytes(bytes)) = field? {
            quantity = text(bytes)?;
        }
    }
    Ok(quantity.into())
}

/// A number or text.
pub fn int_or_string(bytes: &[u8]) -> Result<Value, Error> {
    let (mut is_text, mut number, mut string) = (false, 0_i64, String::new());
    for field in Reader::new(bytes) {
        match field? {
            (1, content) => is_text = content.number()? == 1,
            // The least significant half is all there is of it.
            (2, content) => number = i64::from(content.number()? as i32),
            (3, content) => string = text(content.bytes()?)?,
            _ => {}
        }
    }
    Ok(if is_text { string.into() } else { Value::Int(number) })
}

/// JSON that a message carries as bytes.
pub fn json(bytes: &[u8]) -> Result<Value, Error> {
    let mut value = Value::Null;
    for field in Reader::new(bytes) {
        if let (1, Content::Bytes(bytes)) = field? {
            value = manifest::parse_json(&text(bytes)?).map_err(|_| "a message holds no JSON")?;
        }
    }
    Ok(value)
}

/// Texts that a message carries.
pub fn texts(bytes: &[u8]) -> Result<Value, Error> {
    let mut texts = Vec::new();
    for field in Reader::new(bytes) {
        if let (1, Content::Bytes(bytes)) = field? {
            texts.push(Value::from(text(bytes)?));
        }
    }
    Ok(texts.into())
}
