//! What kubectl prints, on a few lines each.

use super::*;
use crate::manifest::read;

#[track_caller]
fn check(value: impl Into<Value>, text: &str) {
    assert_eq!(to_yaml(&value.into()), text);
}

#[test]
fn prints_scalars() {
    check(Value::Null, "null\n");
    check(true, "true\n");
    check(-10, "-10\n");
    check(Value::Float(0.1), "0.1\n");
    check(Value::Float(1e21), "1e+21\n");
    check(Value::Float(1e20), "1e+20\n");
    check(Value::Float(9_223_372_036_854_775_808.0), "9223372036854776000\n");
    check(Value::Map(Default::default()), "{}\n");
    check(Value::List(Default::default()), "[]\n");
}

/// Texts that need no quotes.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "hi", "BAR!", "<foo>", "a:b", "nginx:1.27", "你好", "a,b", "1.2.3.4", "50cent", "-b_c", "a b",
    "x#y", "b-", "/tmp", "=", "$x", "-1-", "1:99", "1:2:x", ".a", "0x", "0b12", "1e", "a?",
    "2026-01-02T", "2026-13-01", "2026-02-30", "2026-01-02T25:00:00Z", "yess", "Nope", "tRUE",
    "?x", "-x", "é", "\u{a0}", "a*b", "a&b", "a\u{2603}", "<<x", "12Gi", "100m", "_1", "~x",
];

/// Texts that would be something else in a block without quotes.
#[rustfmt::skip]
const SINGLE: &[&str] = &[
    "-", "- x", "b: c", "a:", "Hello #comment", "'x", "x: 'y'", "[a", "{a", "*a", "&a", "!a", "|",
    ">", "%a", "@a", "`a", ",a", "#a", "? x", "?", ":", ": x", " x", "x ", "---", "--- x", "...a",
    "\"x\"", "[Datastore] volumes/x", "]", "}", "{}a",
];

/// Texts that would be no text without quotes.
#[rustfmt::skip]
const DOUBLE: &[&str] = &[
    "", "true", "false", "yes", "Yes", "YES", "no", "on", "On", "off", "y", "Y", "n", "N", "null",
    "Null", "~", "10", "-10", "+1", "0", "010", "0x1F", "0b11", "0o17", "1_000", "1.5", ".5",
    "1e3", "-.inf", ".nan", "1:1", "190:20:30", "1:30.5", "+1:00", "2026-01-02", "2026-1-2",
    "2026-01-02T03:04:05Z", "2026-01-02 03:04:05", "2026-01-02t3:4:5.123+09:00", "<<", "1_",
    "9223372036854775808",
];

#[test]
fn quotes_what_needs_quotes() {
    for &plain in PLAIN {
        check(plain, &format!("{plain}\n"));
    }
    for &single in SINGLE {
        check(single, &format!("'{}'\n", single.replace('\'', "''")));
    }
    for &double in DOUBLE {
        check(double, &format!("\"{double}\"\n"));
    }
    check("\0", "\"\\0\"\n");
    check("a\tb", "\"a\\tb\"\n");
    check("😀", "\"\\U0001F600\"\n");
    check("\u{feff}", "\"\\uFEFF\"\n");
    check("a\u{7f}", "\"a\\x7F\"\n");
    check("\r", "\"\\r\"\n");
}

#[test]
fn prints_texts_of_several_lines() {
    for (text, written) in [
        ("a\nb\n", "|\n  a\n  b\n"),
        ("a\nb", "|-\n  a\n  b\n"),
        ("a\nb\n\n", "|+\n  a\n  b\n\n"),
        ("  a\nb", "|2-\n    a\n  b\n"),
        ("\na", "|2-\n\n  a\n"),
        ("\n", "|2+\n\n"),
        ("a\n  b\n", "|\n  a\n    b\n"),
        ("a\n\nb", "|-\n  a\n\n  b\n"),
        ("a \nb", "\"a \\nb\"\n"),
        ("a\n ", "\"a\\n \"\n"),
        ("a\n\tb", "\"a\\n\\tb\"\n"),
        ("한\n글", "|-\n  한\n  글\n"),
    ] {
        check(text, written);
    }
    check(
        Value::map([("a", "x\ny\n"), ("b", "z")].map(|(k, v)| (k, v.into()))),
        "a: |\n  x\n  y\nb: z\n",
    );
    check(Value::map([("a\nb", Value::Int(1))]), "? |-\n  a\n  b\n: 1\n");
}

#[test]
fn prints_collections() {
    let list = |items: &[i64]| items.iter().map(|&i| Value::Int(i)).collect::<Value>();
    check(Value::map([("v", list(&[1, 2]))]), "v:\n- 1\n- 2\n");
    check(Value::map([("v", Value::map([("b", list(&[2]))]))]), "v:\n  b:\n  - 2\n");
    check(Value::from(vec![list(&[1, 2]), list(&[])]), "- - 1\n  - 2\n- []\n");
    let item = Value::map([("a", list(&[1])), ("b", Value::Map(Default::default()))]);
    check(Value::from(vec![item.clone(), item]), "- a:\n  - 1\n  b: {}\n- a:\n  - 1\n  b: {}\n");
    let long = "k".repeat(129);
    let written = format!("? {long}\n: - 1\n");
    check(Value::map([(long, list(&[1]))]), &written);
    check(Value::map([("true", Value::Null), ("1", Value::Null)]), "\"1\": null\n\"true\": null\n");
}

#[test]
fn folds_long_texts() {
    let word = "abcdefghi ".repeat(20);
    let first = &word[..89];
    let text = word.trim_end();
    let written = to_yaml(&Value::map([("a", text.into())]));
    assert_eq!(written.lines().next(), Some(format!("a: {}", &first[..79]).as_str()));
    assert_eq!(read(&written).0[0].value.at("a").text(), text);
    // go-yaml's own test of it.
    let alphabet = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 1234567890 ";
    check(
        Value::map([("a", alphabet.repeat(2).into())]),
        "a: 'abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 1234567890 \
         abcdefghijklmnopqrstuvwxyz\n  ABCDEFGHIJKLMNOPQRSTUVWXYZ 1234567890 '\n",
    );
    let unbroken = "x".repeat(300);
    check(unbroken.as_str(), &format!("{unbroken}\n"));
}

#[test]
fn orders_keys_naturally() {
    let keys = [
        "", ".1", ".2", ".a", "1", "2", "a!10", "a/0001", "a/002", "a/3", "a/10", "a/11", "a/0012",
        "a/100", "a~10", "ab/1", "b/1", "b/01", "b/2", "b/02", "b/3", "b/03", "b1", "b01", "b3",
        "c2.10", "c10.2", "d1", "d7", "d7abc", "d12", "d12a",
    ];
    let fields: Fields = keys.iter().rev().map(|&key| (key.into(), Value::Null)).collect();
    let printed: Vec<_> = sorted(&fields).into_iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(printed, keys);
}
