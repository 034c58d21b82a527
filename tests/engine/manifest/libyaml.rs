//! Texts at random, read by us and by libyaml: both take or refuse them, mean the same, and
//! complain in the same words at the same place.

use orrery::api::Value;
use orrery::manifest::{Pos, read};
use proptest::prelude::*;

/// What libyaml makes of a text: a value, or its complaint and the rest of it.
fn libyaml(text: &str) -> Result<serde_yaml::Value, String> {
    serde_yaml::from_str(text).map_err(|error| error.to_string())
}

/// Whether both mean the same, as far as both read the same YAML.
fn agrees(ours: &Value, theirs: &serde_yaml::Value) -> bool {
    use serde_yaml::Value as Theirs;
    match (ours, theirs) {
        (Value::Null, Theirs::Null) => true,
        (Value::Bool(a), Theirs::Bool(b)) => a == b,
        (Value::Str(a), Theirs::String(b)) => a == b,
        (Value::Int(a), Theirs::Number(b)) => b.as_f64() == Some(*a as f64),
        (Value::Float(a), Theirs::Number(b)) => b.as_f64() == Some(*a),
        // YAML 1.1 knows more words and numbers.
        (Value::Bool(_) | Value::Int(_) | Value::Float(_), Theirs::String(_)) => true,
        // Under a tag that go-yaml does not know, scalars are text.
        (Value::Str(_), Theirs::Tagged(_)) => true,
        (_, Theirs::Tagged(tagged)) => agrees(ours, &tagged.value),
        (Value::List(a), Theirs::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agrees(a, b))
        }
        // Keys that are no text, merge keys and tagged ones mean different things.
        (Value::Map(_), Theirs::Mapping(b)) if !b.keys().all(is_plain_key) => true,
        (Value::Map(a), Theirs::Mapping(b)) => {
            a.len() == b.len()
                && b.iter().all(|(key, b)| {
                    let key = key.as_str().unwrap_or_default();
                    a.get(key).is_some_and(|a| agrees(a, b))
                })
        }
        _ => false,
    }
}

fn is_plain_key(key: &serde_yaml::Value) -> bool {
    let is_text = |key: &str| read(key).0.first().is_some_and(|key| key.value.as_str().is_some());
    matches!(key, serde_yaml::Value::String(key) if key != "<<" && is_text(key))
}

/// Complaints about what libyaml alone does not take, or takes alone.
fn is_beyond_compare(complaint: &str) -> bool {
    [
        "exceeded max depth",
        "found unexpected ':'",
        "invalid map key",
        "unsupported map key",
        "unsupported value",
        "cannot decode",
        "map merge",
        "invalid base64",
        "unknown anchor",
        "contains itself",
        "recursion limit",
        "repetition limit",
        "duplicate entry",
        "invalid value",
        "invalid type",
        "more than one document",
        "document separator",
        "excessive aliasing",
        "json:",
        "unexpected EOF",
    ]
    .iter()
    .any(|known| complaint.contains(known))
}

/// Pieces that YAML texts are made of, the dangerous ones among them.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "a", "b: ", "c:", ":", "- ", "-", "  ", "    ", " ", "\n", "\n", "\n  ", "\n    ", "\n- ",
    "[", "]", "{", "}", ", ", ",", "'", "\"", "'x'", "\"y\"", "#", " # z", "|\n", ">-\n", "|2\n",
    "&x ", "*x", "!!str ", "! ", "!t ", "? ", "%", "@", "`", "\t", "\\", "\\n", "~", "yes", "1",
    "0x1f", "1.5", "...\n", "é", "한글", "\r\n", "<<: ", "key: value\n", "list:\n- 1\n- 2\n",
    "text: |\n  one\n  two\n", "\u{2028}", "\u{85}",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(super::random())]

    #[test]
    fn agrees_with_libyaml(text in pieces()) {
        // Both readers cut a text into documents in ways of their own.
        prop_assume!(!text.contains("---") && !text.trim_start().starts_with('{'));
        // In brackets, a question mark ends a plain scalar for go-yaml alone, which also has an
        // escape more.
        prop_assume!(!text.contains("\\'"));
        prop_assume!(!(text.contains('?') && text.contains(['[', '{'])));
        compare(&text)?;
    }
}

fn compare(text: &str) -> Result<(), TestCaseError> {
    let (documents, error) = read(text);
    let first = documents.first();
    match (error, libyaml(&format!("{text}\n"))) {
        (None, Ok(theirs)) => {
            let ours = first.map(|document| document.value.clone()).unwrap_or_default();
            prop_assert!(agrees(&ours, &theirs), "{text:?}: {ours:?} is not {theirs:?}");
        }
        (Some(ours), Err(theirs)) => {
            let said = ours.problem.as_str();
            let apart = is_beyond_compare(said) || is_beyond_compare(&theirs);
            prop_assert!(theirs.contains(said) || apart, "{text:?}: {ours:?} is not {theirs:?}");
            let Pos { line, column } = ours.at.from;
            let place = format!("{said} at line {line} column {column}");
            // At the end of a text without a last line break, we stay in the text.
            let last = text.matches('\n').count() as u32 + 1;
            let told = theirs.starts_with(&format!("{said} at line")) && line < last;
            prop_assert!(!told || theirs.starts_with(&place), "{text:?}: {place} not {theirs}");
        }
        (None, Err(theirs)) => {
            let unread = first.is_some_and(|document| document.rest.is_some());
            let apart = is_beyond_compare(&theirs) || unread;
            prop_assert!(apart, "{text:?}: only they refuse: {theirs}");
        }
        (Some(ours), Ok(theirs)) => {
            let apart = is_beyond_compare(&ours.message);
            prop_assert!(apart, "{text:?}: only we refuse: {ours:?} {theirs:?}");
        }
    }
    Ok(())
}
