//! Documents as text.
//!
//! Documents are made as JSON on one line, their fields in the order in which Go has them as far as
//! people look: what an object is, its metadata, then the rest by name.

use crate::api::{Fields, Value};
use crate::manifest;

/// The metadata of an object, in Go's order.
const METADATA: [&str; 16] = [
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
    "continue",
];

/// `fields` with those of `first` before all others, without those of `without`.
pub fn ordered(fields: &Fields, first: &[&str], without: &[&str], out: &mut String) {
    out.push('{');
    let start = out.len();
    let mut put = |key: &str, value: &Value| {
        if out.len() > start {
            out.push(',');
        }
        out.push_str(&Value::from(key).to_json());
        out.push(':');
        match (key, value.as_map()) {
            ("metadata", Some(metadata)) => ordered(metadata, &METADATA, &[], out),
            _ => out.push_str(&value.to_json()),
        }
    };
    for key in first {
        if let Some(value) = fields.get(key) {
            put(key, value);
        }
    }
    let rest = fields
        .iter()
        .filter(|(key, _)| !first.contains(&key.as_str()) && !without.contains(&key.as_str()));
    rest.for_each(|(key, value)| put(key, value));
    out.push('}');
}

/// JSON over several lines, two columns a level, as Go's encoder writes it.
pub fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_text, mut escaped) = (0, false, false);
    let mut chars = json.chars().peekable();
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', 2 * depth));
    };
    while let Some(char) = chars.next() {
        if in_text {
            out.push(char);
            in_text = escaped || char != '"';
            escaped = char == '\\' && !escaped;
            continue;
        }
        match char {
            '{' | '[' => {
                out.push(char);
                match chars.peek() {
                    Some('}' | ']') => out.extend(chars.next()),
                    _ => {
                        depth += 1;
                        line(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(char);
            }
            ',' => {
                out.push(char);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            char => {
                in_text = char == '"';
                out.push(char);
            }
        }
    }
    out
}

/// JSON as YAML.
pub fn yaml(json: &str) -> String {
    match manifest::parse_json(json) {
        Ok(value) => manifest::to_yaml(&value),
        // What is nested deeper than anyone reads; JSON is YAML as well.
        Err(_) => json.to_owned() + "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_indented() {
        let json = r#"{"a":{},"b":[1,{"c":"x,\"{\\"}],"d":[]}"#;
        let expected = "{\n  \"a\": {},\n  \"b\": [\n    1,\n    {\n      \"c\": \"x,\\\"{\\\\\"\n    \
                        }\n  ],\n  \"d\": []\n}";
        assert_eq!(indented(json), expected);
        assert_eq!(yaml(r#"{"b":1,"a":["x"]}"#), "a:\n- x\nb: 1\n");
    }
}
