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
