//! No text makes anything here panic: texts at random, and manifests with random damage.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::api::{Resource, decode};

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

const PIECES: &[&str] = &[
    "apiVersion: v1\n",
    "kind: Pod\n",
    "kind: Deployment\napiVersion: apps/v1\n",
    "metadata:\n",
    "spec:\n",
    "  containers:\n",
    "  - name: c\n",
    "    image: nginx\n",
    "    ports: [{containerPort: 80}]\n",
    "replicas: 3",
    "  template:\n",
    "    spec:\n",
    "  selector: {matchLabels: {app: x}}\n",
    "items:\n- ",
    "---\n",
    "...\n",
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "- ",
    "-",
    "?",
    ",",
    "\"",
    "'",
    "\n",
    " ",
    "  ",
    "\t",
    "#",
    "|",
    ">-\n",
    "&a",
    "*a",
    "<<: ",
    "!!int ",
    "!",
    "%",
    "@",
    "~",
    "0x",
    "1e3",
    ".nan",
    "\\",
    "\\u",
    "\u{feff}",
    "\u{0}",
    "\r",
    "é",
    "한",
    "😀",
    "\u{2028}",
    "null",
    "limits: {cpu: x}\n",
    "data: {a: 1}\n",
    "creationTimestamp: x\n",
    "\"kind\": \"Pod\"",
];

fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let seed = std::env::var("PROPTEST_SEED").map_or(1, |seed| seed.parse().unwrap());
    ProptestConfig {
        cases: default.cases.max(1000),
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..default
    }
}

const MANIFEST: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web # the name\n  labels: &l\n    \
    app: web\n  annotations:\n    note: |\n      one\n      two\n    other: \"quoted \\u00e9 text\"\nspec:\n  replicas: 3\n  \
    selector:\n    matchLabels: *l\n  template:\n    metadata: {labels: {<<: *l, x: 'it''s'}}\n    spec:\n      \
    containers:\n      - name: nginx\n        image: nginx:1.27\n        args: [\n          \"-c\", \"1\"\n        ]\n        \
    resources:\n          limits: {cpu: 500m, memory: 1Gi}\n---\napiVersion: v1\nkind: List\nitems:\n- {\"apiVersion\": \"v1\", \
    \"kind\": \"ConfigMap\", \"binaryData\": {\"a\": \"eA==\"}}\n";

proptest! {
    #![proptest_config(config())]

    #[test]
    fn survives_pieces(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..20), line in 0u32..12, column in 0u32..30,
    ) {
        survives(&pieces.concat(), line, column);
    }

    #[test]
    fn survives_characters(text in any::<String>(), line in 0u32..3, column in 0u32..30) {
        survives(&text, line, column);
    }

    #[test]
    fn survives_damage(
        damage in prop::collection::vec((0..MANIFEST.len(), 0usize..4, prop::sample::select(PIECES)), 1..4),
        line in 1u32..35, column in 1u32..40,
    ) {
        let mut text = MANIFEST.to_owned();
        for (at, length, piece) in damage {
            let at = (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap();
            let end = (at + length..=text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(at);
            text.replace_range(at..end, piece);
        }
        survives(&text, line, column);
    }
}

#[test]
fn manifest_itself_is_right() {
    assert_eq!(diagnose(MANIFEST).iter().map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
}
