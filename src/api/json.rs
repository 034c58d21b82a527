//! JSON text of a value, as Go's `encoding/json` writes it.

use std::fmt::Write;

use super::Value;

impl Value {
    /// The value as JSON on one line, keys sorted.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        write_value(&mut out, self, None);
        out
    }

    /// The same, with the keys of `first` before all others, in that order.
    pub fn to_json_pretty_from(&self, first: &[&str]) -> String {
        let mut out = String::new();
        write_ordered(&mut out, self, first, 0);
        out
    }

    /// The value as JSON over several lines, as `kubectl -o json` indents it.
    pub fn to_json_pretty(&self) -> String {
        let mut out = String::new();
        write_value(&mut out, self, Some(0));
        out
    }
}

/// Columns per level of [`Value::to_json_pretty`].
const INDENT: usize = 4;

fn write_value(out: &mut String, value: &Value, depth: Option<usize>) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Int(number) => write!(out, "{number}").expect("writing to a string cannot fail"),
        Value::Float(number) => out.push_str(&float(*number)),
        Value::Str(text) => write_string(out, text),
        Value::List(items) if items.is_empty() => out.push_str("[]"),
        Value::Map(fields) if fields.is_empty() => out.push_str("{}"),
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(out, at, depth);
                write_value(out, item, depth.map(|d| d + 1));
            }
            close(out, ']', depth);
        }
        Value::Map(fields) => {
            out.push('{');
            for (at, (key, item)) in fields.iter().enumerate() {
                separate(out, at, depth);
                write_string(out, key);
                out.push_str(if depth.is_some() { ": " } else { ":" });
                write_value(out, item, depth.map(|d| d + 1));
            }
            close(out, '}', depth);
        }
    }
}

fn write_ordered(out: &mut String, value: &Value, first: &[&str], depth: usize) {
    let below = Some(depth);
    match value {
        Value::Map(fields) if !fields.is_empty() => {
            let rank = |key: &str| first.iter().position(|other| *other == key);
            let mut entries: Vec<_> = fields.iter().collect();
            entries.sort_by_key(|(key, _)| rank(key).unwrap_or(first.len()));
            out.push('{');
            for (at, (key, item)) in entries.into_iter().enumerate() {
                separate(out, at, below);
                write_string(out, key);
                out.push_str(": ");
                write_ordered(out, item, first, depth + 1);
            }
            close(out, '}', below);
        }
        Value::List(items) if !items.is_empty() => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(out, at, below);
                write_ordered(out, item, first, depth + 1);
            }
            close(out, ']', below);
        }
        other => write_value(out, other, below),
    }
}

fn separate(out: &mut String, at: usize, depth: Option<usize>) {
    if at > 0 {
        out.push(',');
    }
    if let Some(depth) = depth {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', INDENT * (depth + 1)));
    }
}

fn close(out: &mut String, bracket: char, depth: Option<usize>) {
    if let Some(depth) = depth {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', INDENT * depth));
    }
    out.push(bracket);
}

/// Writes `text` quoted. Go also escapes what HTML could stumble over.
fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("writing to a string cannot fail");
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A float as Go prints it: shortest form, exponents only when very large or very small.
pub(crate) fn float(number: f64) -> String {
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = match exponent.strip_prefix('-') {
            Some(digits) => ('-', digits),
            None => ('+', exponent),
        };
        return format!("{mantissa}e{sign}{digits:0>2}").replace("e-0", "e-").replace("e+0", "e+");
    }
    format!("{number}")
}

/// Says what is wrong with a text that should be a JSON object, in the words of Go's
/// `encoding/json`. Numbers are taken as they come.
pub(super) fn check(text: &[u8]) -> Result<(), String> {
    let mut scanner = Scanner { text, at: 0 };
    let first = scanner.value("looking for beginning of value", NESTED_MAX)?;
    if let Some(extra) = scanner.peek() {
        return Err(unexpected(extra, "after top-level value"));
    }
    let kind = match first {
        b'{' | b'n' => return Ok(()),
        b'[' => "array",
        b'"' => "string",
        b't' | b'f' => "bool",
        _ => "number",
    };
    Err(format!("json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"))
}

/// How deep values may nest.
const NESTED_MAX: usize = 100;

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

fn unexpected(byte: u8, place: &str) -> String {
    format!("invalid character '{}' {place}", byte.escape_ascii())
}

impl Scanner<'_> {
    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        while self.text.get(self.at).is_some_and(|byte| b" \t\r\n".contains(byte)) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Result<u8, String> {
        let byte = self.text.get(self.at).copied();
        self.at += 1;
        byte.ok_or_else(|| "unexpected end of JSON input".to_owned())
    }

    /// The next byte that is no space must be one of `wanted`.
    fn need(&mut self, wanted: &[u8], place: &str) -> Result<u8, String> {
        self.peek();
        let byte = self.next()?;
        if wanted.contains(&byte) { Ok(byte) } else { Err(unexpected(byte, place)) }
    }

    /// Passes over one value and returns its first byte.
    fn value(&mut self, place: &str, nested_left: usize) -> Result<u8, String> {
        self.peek();
        let first = self.next()?;
        match first {
            b'{' | b'[' if nested_left == 0 => return Err("exceeded max depth".to_owned()),
            b'{' => self.object(nested_left - 1)?,
            b'[' => self.array(nested_left - 1)?,
            b'"' => self.string()?,
            b't' => self.literal("true")?,
            b'f' => self.literal("false")?,
            b'n' => self.literal("null")?,
            b'-' | b'0'..=b'9' => {
                let rest = self.text[self.at..].iter();
                let in_number = |b: &&u8| b.is_ascii_digit() || b"+-.eE".contains(b);
                self.at += rest.take_while(in_number).count();
            }
            other => return Err(unexpected(other, place)),
        }
        Ok(first)
    }

    fn object(&mut self, nested_left: usize) -> Result<(), String> {
        let mut wanted: &[u8] = b"\"}";
        while self.need(wanted, "looking for beginning of object key string")? == b'"' {
            self.string()?;
            self.need(b":", "after object key")?;
            self.value("looking for beginning of value", nested_left)?;
            if self.need(b",}", "after object key:value pair")? == b'}' {
                break;
            }
            wanted = b"\"";
        }
        Ok(())
    }

    fn array(&mut self, nested_left: usize) -> Result<(), String> {
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value("looking for beginning of value", nested_left)?;
            if self.need(b",]", "after array element")? == b']' {
                return Ok(());
            }
        }
    }

    fn string(&mut self) -> Result<(), String> {
        loop {
            match self.next()? {
                b'"' => return Ok(()),
                b'\\' => _ = self.next()?,
                control @ ..0x20 => return Err(unexpected(control, "in string literal")),
                _ => {}
            }
        }
    }

    fn literal(&mut self, word: &str) -> Result<(), String> {
        for expected in word.bytes().skip(1) {
            let byte = self.next()?;
            if byte != expected {
                let place = format!("in literal {word} (expecting '{}')", char::from(expected));
                return Err(unexpected(byte, &place));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_as_go_does() {
        let value = Value::map([
            ("b", vec![Value::Int(1), Value::Float(0.5), Value::Float(1e21)].into()),
            ("a", Value::from("<\"\n\u{1}한")),
            ("e", Value::map::<&str, 0>([])),
        ]);
        assert_eq!(value.to_json(), r#"{"a":"\u003c\"\n\u0001한","b":[1,0.5,1e+21],"e":{}}"#);
        assert_eq!(
            value.to_json_pretty().lines().take(4).collect::<Vec<_>>(),
            ["{", r#"    "a": "\u003c\"\n\u0001한","#, r#"    "b": ["#, "        1,"]
        );
        assert_eq!(float(1e-7), "1e-7");
    }
}
