//! No text makes anything here panic: texts at random, and manifests with random damage.

use proptest::prelude::*;

use orrery::api::{Fields, Resource, Value, decode};
use orrery::manifest::{Pos, Span, complete, diagnose, parse_json, read, to_yaml};

/// Everything that is done with a text.
fn survives(text: &str, line: u32, column: u32) {
    let (documents, _) = read(text);
    for document in &documents {
        for resource in Resource::all() {
            let decoded = decode::examine(resource.ty(), &document.value);
            let again = decode::examine(resource.ty(), &decoded.value);
            assert_eq!(again.unknown, [], "{text:?}");
            if decoded.mistakes.is_empty() {
                assert_eq!(again.value, decoded.value, "{text:?}");
            }
        }
        let printed = to_yaml(&document.value);
        assert_eq!(read(&printed).1, None, "{text:?}");
    }
    for diagnostic in diagnose(text) {
        let Span { from, to } = diagnostic.span;
        assert!(from.line > 0 && from.column > 0 && from <= to, "{text:?}: {diagnostic:?}");
        assert!(!diagnostic.to_string().is_empty());
    }
    complete(text, Pos { line, column });
    let _ = parse_json(text);
}

/// What texts of manifests are made of, and what breaks them.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "apiVersion: v1\n", "kind: Pod\n", "kind: Deployment\napiVersion: apps/v1\n", "metadata:\n",
    "spec:\n", "  containers:\n", "  - name: c\n", "    image: nginx\n",
    "    ports: [{containerPort: 80}]\n", "replicas: 3", "  template:\n", "    spec:\n",
    "  selector: {matchLabels: {app: x}}\n", "items:\n- ", "---\n", "...\n", "{", "}", "[", "]",
    ":", ": ", "- ", "-", "?", ",", "\"", "'", "\n", " ", "  ", "\t", "#", "|", ">-\n", "&a",
    "*a", "<<: ", "!!int ", "!", "%", "@", "~", "0x", "1e3", ".nan", "\\", "\\u", "\u{feff}",
    "\u{0}", "\r", "é", "한", "😀", "\u{2028}", "null", "limits: {cpu: x}\n", "data: {a: 1}\n",
    "creationTimestamp: x\n", "\"kind\": \"Pod\"",
];

const MANIFEST: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # the name
  labels: &l
    app: web
  annotations:
    note: |
      one
      two
    other: "quoted \u00e9 text"
spec:
  replicas: 3
  selector:
    matchLabels: *l
  template:
    metadata: {labels: {<<: *l, x: 'it''s'}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.27
        args: [
          "-c", "1"
        ]
        resources:
          limits: {cpu: 500m, memory: 1Gi}
---
apiVersion: v1
kind: List
items:
- {"apiVersion": "v1", "kind": "ConfigMap", "binaryData": {"a": "eA=="}}
"#;

/// A number as JSON text keeps it: whole ones are integers.
fn number(number: f64) -> Value {
    parse_json(&Value::Float(number).to_json()).unwrap()
}

fn values() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[ -~]{0,12}",
        "(a|b|:| |\n|-|#|'|\"|,|\\[|\\{|\\?|\t|é|😀|\u{85}|\r|\\\\|~|yes|1|\\.){0,8}",
        "[a-z]{1,12}( [a-z']{1,12}){5,20}",
        "[a-z \u{2028}]{1,12}",
        "[0-9+._:xeTZ-]{1,10}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(number),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..5).prop_map(|entries| {
                let entries = entries.into_iter().map(|(k, v)| (k.into(), v));
                entries.collect::<Fields>().into()
            }),
        ]
    })
}

proptest! {
    #![proptest_config(super::random())]

    #[test]
    fn what_is_printed_is_read_again(value in values()) {
        let written = to_yaml(&value);
        let (documents, error) = read(&written);
        prop_assert_eq!(&error, &None, "{}", written);
        let again = documents.first().map(|d| d.value.clone()).unwrap_or_default();
        prop_assert_eq!(again, value, "{}", written);
    }

    #[test]
    fn what_is_printed_as_json_is_read_again(value in values()) {
        prop_assert_eq!(parse_json(&value.to_json()), Ok(value.clone()));
        prop_assert_eq!(parse_json(&value.to_json_pretty()), Ok(value));
    }

    #[test]
    fn survives_pieces(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..20),
        line in 0u32..12,
        column in 0u32..30,
    ) {
        survives(&pieces.concat(), line, column);
    }

    #[test]
    fn survives_characters(text in any::<String>(), line in 0u32..3, column in 0u32..30) {
        survives(&text, line, column);
    }

    #[test]
    fn survives_damage(
        damage in prop::collection::vec(damage(), 1..4),
        line in 1u32..35,
        column in 1u32..40,
    ) {
        let mut text = MANIFEST.to_owned();
        for (at, length, piece) in damage {
            let is_between = |at: &usize| text.is_char_boundary(*at);
            let at = (0..=at.min(text.len())).rev().find(is_between).unwrap();
            let end = (at + length..=text.len()).find(is_between).unwrap_or(at);
            text.replace_range(at..end, piece);
        }
        survives(&text, line, column);
    }
}

/// A place in the manifest, a length to take out there, and what to put in.
fn damage() -> impl Strategy<Value = (usize, usize, &'static str)> {
    (0..MANIFEST.len(), 0usize..4, prop::sample::select(PIECES))
}

#[test]
fn manifest_itself_is_right() {
    assert_eq!(diagnose(MANIFEST).iter().map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
}
