//! What a plain scalar means: numbers, booleans, nothing, or text. YAML 1.1 as kubectl reads it.
//!
//! `yes`, `on` and `y` are true, `010` is 8, `1_000` is 1000; dates are text, and so are base-60
//! numbers. Models gopkg.in/yaml.v2 resolve.go.

use crate::api::{Str, Value, quote};
use crate::manifest::number;

/// A scalar by its meaning.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::manifest) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    /// A whole number beyond `i64`.
    Uint(u64),
    /// Any other number, infinite ones and NaN included.
    Float(f64),
    Text(Str),
    /// Text that YAML 1.1 takes for a moment, and go-yaml hands on as text.
    Timestamp(Str),
}

/// The meaning of an untagged plain scalar.
pub(in crate::manifest) fn plain(text: Str) -> Scalar {
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'+' | b'-' | b'0'..=b'9') if is_timestamp(&text) => Scalar::Timestamp(text),
        Some(_) => resolve(text),
    }
}

/// The meaning of `text` under a tag in short form such as `!!int`, or a complaint.
pub(super) fn tagged(tag: &str, text: Str) -> Result<Scalar, String> {
    let scalar = match tag {
        "!!bool" | "!!int" | "!!float" | "!!null" => resolve(text.clone()),
        "!!timestamp" => plain(text.clone()),
        "!!binary" => return decode_binary(&text),
        _ => return Ok(Scalar::Text(text)),
    };
    match (scalar, tag) {
        (Scalar::Int(number), "!!float") => Ok(Scalar::Float(number as f64)),
        (Scalar::Timestamp(text), "!!timestamp") => Ok(Scalar::Text(text)),
        (scalar, _) if scalar.tag() == tag => Ok(scalar),
        (scalar, _) => Err(format!("cannot decode {} `{text}` as a {tag}", scalar.tag())),
    }
}

/// `!!int` for `tag:yaml.org,2002:int`.
pub(super) fn short_tag(tag: &str) -> String {
    match tag.strip_prefix("tag:yaml.org,2002:") {
        Some(name) => format!("!!{name}"),
        None => tag.to_owned(),
    }
}

impl Scalar {
    fn tag(&self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool(_) => "!!bool",
            Self::Int(_) | Self::Uint(_) => "!!int",
            Self::Float(_) => "!!float",
            Self::Text(_) => "!!str",
            Self::Timestamp(_) => "!!timestamp",
        }
    }

    /// The name of a number that JSON does not have.
    pub(super) fn unsupported(&self) -> Option<&'static str> {
        match self {
            Self::Float(number) if number.is_nan() => Some("NaN"),
            Self::Float(number) if number.is_infinite() => {
                Some(if *number > 0.0 { "+Inf" } else { "-Inf" })
            }
            _ => None,
        }
    }

    /// The scalar as the key of an object; `null` can be none.
    pub(super) fn key(&self) -> Option<Str> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(truth) => Str::new(if *truth { "true" } else { "false" }),
            Self::Int(number) => number.to_string().into(),
            Self::Uint(number) => number.to_string().into(),
            // Upstream writes floating-point keys with the precision of 32 bits.
            Self::Float(number) => number::go_general(f64::from(*number as f32), true).into(),
            Self::Text(text) | Self::Timestamp(text) => text.clone(),
        })
    }
}

/// The value after the way through JSON text: whole numbers are `Int` however they were written.
impl From<Scalar> for Value {
    fn from(scalar: Scalar) -> Self {
        match scalar {
            Scalar::Null => Self::Null,
            Scalar::Bool(truth) => Self::Bool(truth),
            Scalar::Int(number) => Self::Int(number),
            Scalar::Uint(number) => Self::Float(number as f64),
            Scalar::Float(number) if number.is_finite() => number::value(number),
            Scalar::Float(_) => Self::Null,
            Scalar::Text(text) | Scalar::Timestamp(text) => Self::Str(text),
        }
    }
}

fn resolve(text: Str) -> Scalar {
    match text.as_bytes().first() {
        None | Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => {
            word(&text).unwrap_or(Scalar::Text(text))
        }
        Some(b'.') => match special_float(&text) {
            Some(number) => Scalar::Float(number),
            None => float(&text).map_or(Scalar::Text(text), Scalar::Float),
        },
        Some(b'+' | b'-' | b'0'..=b'9') => {
            if let Some(number) = special_float(&text) {
                return Scalar::Float(number);
            }
            let digits = text.replace('_', "");
            let number = integer(&digits).or_else(|| float(&digits).map(Scalar::Float));
            number.unwrap_or(Scalar::Text(text))
        }
        Some(_) => Scalar::Text(text),
    }
}

fn word(text: &str) -> Option<Scalar> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        _ => return None,
    })
}

fn special_float(text: &str) -> Option<f64> {
    Some(match text {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    })
}

/// A whole number as Go's strconv reads it with base 0: `0x`, `0b`, `0o`, and a leading zero for
/// base 8.
fn integer(text: &str) -> Option<Scalar> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let signed = digits.len() < text.len();
    let prefix = digits.get(..2).map(str::to_ascii_lowercase);
    let (base, digits) = match prefix.as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some(_) if digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let number = sign * i128::from_str_radix(digits, base).ok()?;
    let small = i64::try_from(number).ok().map(Scalar::Int);
    small.or_else(|| (!signed).then(|| u64::try_from(number).ok().map(Scalar::Uint))?)
}

/// A floating-point number with digits and at most one point and one exponent.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && is_digits(digits)
    });
    let fits = is_digits(whole) && is_digits(fraction);
    if !fits || !exponent_fits || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    // What is out of range is no number for Go.
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// Whether `text` is a date or a moment: `2026-1-2`, `2026-01-02T15:04:05Z`, `2026-01-02 15:04:05`.
/// Models gopkg.in/yaml.v2 resolve.go parseTimestamp with Go's time.Parse.
fn is_timestamp(text: &str) -> bool {
    let mut rest = text;
    let Some(year) = take_number(&mut rest, 4, 4) else { return false };
    let date = take(&mut rest, "-")
        .and_then(|()| take_number(&mut rest, 1, 2))
        .and_then(|month| take(&mut rest, "-").map(|()| month))
        .and_then(|month| Some((month, take_number(&mut rest, 1, 2)?)));
    let Some((month, day)) = date else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    if !(1..=days).contains(&day) {
        return false;
    }
    match rest.bytes().next() {
        None => true,
        Some(b' ') => take_clock(&rest[1..]).is_some_and(str::is_empty),
        Some(b'T' | b't') => take_clock(&rest[1..]).is_some_and(is_zone),
        Some(_) => false,
    }
}

/// Takes `15:4:5.25` off `text` and returns what is left.
fn take_clock(text: &str) -> Option<&str> {
    let mut rest = text;
    let hour = take_number(&mut rest, 1, 2)?;
    take(&mut rest, ":")?;
    let minute = take_number(&mut rest, 1, 2)?;
    take(&mut rest, ":")?;
    let second = take_number(&mut rest, 1, 2)?;
    let fraction = rest.strip_prefix(['.', ',']).unwrap_or("");
    if fraction.starts_with(|c: char| c.is_ascii_digit()) {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    (hour < 24 && minute < 60 && second < 60).then_some(rest)
}

fn is_zone(text: &str) -> bool {
    let mut rest = text;
    if take(&mut rest, "Z").is_some() {
        return rest.is_empty();
    }
    let Some(mut rest) = text.strip_prefix(['+', '-']) else { return false };
    let hour = take_number(&mut rest, 2, 2);
    let colon = take(&mut rest, ":");
    let minute = take_number(&mut rest, 2, 2);
    colon.is_some()
        && hour.is_some_and(|hour| hour <= 24)
        && minute.is_some_and(|minute| minute <= 60)
        && rest.is_empty()
}

fn take(rest: &mut &str, prefix: &str) -> Option<()> {
    *rest = rest.strip_prefix(prefix)?;
    Some(())
}

/// Takes a number of `least` to `most` digits.
fn take_number(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    let (number, after) = rest.split_at(digits);
    *rest = after;
    number.parse().ok()
}

fn decode_binary(text: &str) -> Result<Scalar, String> {
    let bytes = crate::api::base64::decode(text)
        .map_err(|_| "!!binary value contains invalid base64 data".to_owned())?;
    Ok(Scalar::Text(String::from_utf8_lossy(&bytes).into()))
}

/// How Go's `%#v` shows a decoded tree, cut where it gets long.
pub(super) fn go_syntax(value: &Value) -> String {
    /// Enough to recognise a forgotten template; upstream prints any length.
    const BYTES_MAX: usize = 1000;
    let mut out = String::new();
    write_go_syntax(value, &mut out, BYTES_MAX);
    out
}

fn write_go_syntax(value: &Value, out: &mut String, limit: usize) {
    if out.len() > limit {
        return;
    }
    match value {
        Value::Null => out.push_str("interface {}(nil)"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Float(number) => out.push_str(&number::go_general(*number, false)),
        Value::Str(text) => out.push_str(&quote(text)),
        Value::List(items) => {
            out.push_str("[]interface {}{");
            for (at, item) in items.iter().enumerate().take(limit) {
                out.push_str(if at > 0 { ", " } else { "" });
                write_go_syntax(item, out, limit);
            }
            out.push('}');
        }
        Value::Map(fields) => {
            out.push_str("map[interface {}]interface {}{");
            for (at, (key, item)) in fields.iter().enumerate().take(limit) {
                out.push_str(if at > 0 { ", " } else { "" });
                out.push_str(&quote(key));
                out.push(':');
                write_go_syntax(item, out, limit);
            }
            out.push('}');
        }
    }
}
