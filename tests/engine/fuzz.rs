//! Whatever a person or a client sends as text is read or refused: nothing panics, nothing hangs.

use orrery::api::labels::{FieldSelector, Selector};
use orrery::api::rpc::Version;
use orrery::api::{Path, Quantity, parse_rfc3339};
use orrery::manifest::{parse_json, read};
use proptest::prelude::*;

/// Texts made of what these languages are made of, and of anything else.
fn text() -> impl Strategy<Value = String> {
    let known = vec![
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "{{",
        "}}",
        "[?(@.",
        ")]",
        ".",
        "..",
        "*",
        "@",
        "$",
        "\"",
        "'",
        "\\",
        ",",
        ":",
        "-",
        "- ",
        "\n",
        "  ",
        "\t",
        "=",
        "==",
        "!=",
        "!",
        "in",
        "notin",
        "a",
        "b/c",
        "name",
        "metadata",
        "range ",
        "end",
        "if ",
        "&x ",
        "*x",
        "<<: ",
        "|",
        ">-",
        "!!str ",
        "1",
        "0x1f",
        "1e9",
        "9223372036854775808",
        "1Gi",
        "500m",
        "null",
        "true",
        "한",
        "\u{0}",
    ];
    let piece = prop_oneof![5 => proptest::sample::select(known).prop_map(str::to_owned),
                            1 => "\\PC{0,4}"];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_text_makes_a_reader_panic_or_hang(text in text()) {
        let _ = read(&text);
        let json = parse_json(&text);
        prop_assert!(json.is_err() || parse_json(&json.unwrap().to_json()).is_ok());
        if let Ok(selector) = Selector::parse(&text) {
            prop_assert!(Selector::parse(&selector.to_string()).is_ok(), "{}", selector);
        }
        let _ = FieldSelector::parse(&text);
        let _ = Path::parse(&text);
        let _ = parse_rfc3339(&text);
        let _ = Version::parse((&text, &text), 1, &text);
        if let Some(quantity) = Quantity::parse(&text) {
            let again = Quantity::parse(&quantity.to_string());
            prop_assert_eq!(again, Some(quantity));
        }
    }
}
