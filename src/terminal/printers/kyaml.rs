//! `-o kyaml`: YAML in the form of JSON, with commas after everything and keys without quotes.
//!
//! Models sigs.k8s.io/yaml/kyaml. Invariant: what is printed reads as the same value.

use crate::api::{Value, quote};

/// Keys that other readers of YAML take for something else than text.
const AMBIGUOUS: [&str; 12] =
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", ".inf", ".nan"];

/// The value as a document; `first` are keys that come before all others, in that order.
pub fn print(value: &Value, first: &[&str]) -> String {
    let mut text = "---\n".to_owned();
    write(&mut text, value, first, 0);
    text + "\n"
}

fn write(out: &mut String, value: &Value, first: &[&str], depth: usize) {
    match value {
        Value::Str(text) if text.contains('\n') => write_lines(out, text, depth),
        Value::List(items) if !items.is_empty() => {
            let cuddles = items.iter().all(|item| matches!(item, Value::Map(_) | Value::List(_)));
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                match cuddles {
                    true => out.push_str(if at > 0 { ", " } else { "" }),
                    false => indent(out, depth + 1),
                }
                write(out, item, first, if cuddles { depth } else { depth + 1 });
                out.push_str(if cuddles { "" } else { "," });
            }
            if !cuddles {
                indent(out, depth);
            }
            out.push(']');
        }
        Value::Map(fields) if !fields.is_empty() => {
            out.push('{');
            let place = |key: &str| first.iter().position(|known| *known == key);
            let mut entries: Vec<_> = fields.iter().collect();
            entries.sort_by_key(|(key, _)| place(key).unwrap_or(usize::MAX));
            for (key, item) in entries {
                indent(out, depth + 1);
                match is_plain(key) {
                    true => out.push_str(key),
                    false => out.push_str(&quote(key)),
                }
                out.push_str(": ");
                write(out, item, first, depth + 1);
                out.push(',');
            }
            indent(out, depth);
            out.push('}');
        }
        other => out.push_str(&other.to_json()),
    }
}

fn indent(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// A text of several lines, one on each.
fn write_lines(out: &mut String, text: &str, depth: usize) {
    out.push_str("\"\\");
    for line in text.split_inclusive('\n') {
        indent(out, depth);
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\\n\\"),
            None => (line, "\\"),
        };
        let json = Value::from(line).to_json();
        out.push_str("   ");
        out.push_str(&json[1..json.len() - 1]);
        out.push_str(end);
    }
    indent(out, depth);
    out.push_str("  \"");
}

/// Whether a key needs no quotes.
fn is_plain(key: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let is_number = key.parse::<f64>().is_ok();
    let is_ambiguous = AMBIGUOUS.contains(&key.to_lowercase().as_str())
        // The single letters of YAML 1.1's booleans and of numbers.
        || matches!(key, "t" | "T" | "f" | "F");
    !key.is_empty() && key.chars().all(allowed) && !is_number && !is_ambiguous
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::parse_json;

    #[test]
    fn maps_lists_and_texts() {
        let check = |json: &str, expected: &str| {
            let value = parse_json(json).expect("a value");
            assert_eq!(print(&value, &["kind"]), expected);
        };
        check("{}", "---\n{}\n");
        check(
            r#"{"a":[{"b":1},{"c":"x"}],"kind":"K","on":["u",""]}"#,
            "---\n{\n  kind: \"K\",\n  a: [{\n    b: 1,\n  }, {\n    c: \"x\",\n  }],\n  \
             \"on\": [\n    \"u\",\n    \"\",\n  ],\n}\n",
        );
        check(
            r#"{"m":{"f.txt":"A\nB"}}"#,
            "---\n{\n  m: {\n    f.txt: \"\\\n       A\\n\\\n       B\\\n      \",\n  },\n}\n",
        );
    }
}
