//! What go-yaml reads and refuses, on a few lines each.

use super::super::read;
use crate::api::Value;

/// The value of a text that is one document.
#[track_caller]
fn value(text: &str) -> Value {
    let (documents, error) = read::read(text);
    assert_eq!(error, None, "{text:?}");
    assert!(documents.len() < 2, "{text:?}");
    documents.into_iter().next().map(|document| document.value).unwrap_or_default()
}

#[track_caller]
fn check_json(text: &str, json: &str) {
    assert_eq!(value(text).to_json(), json, "{text:?}");
}

#[test]
fn reads_scalars_as_go_yaml_does() {
    for (json, texts) in [
        ("true", "y Y yes Yes YES true True TRUE on On ON"),
        ("false", "n N no No NO false False FALSE off Off OFF"),
        ("null", "~ null Null NULL"),
        ("10", "10 +10 1_0 0xA 0xa 0Xa 012 0o12 0b1010 1e1 10.0 1.0e1 100e-1"),
        ("-10", "-10 -0xA -012 -0b1010 -1e1"),
        ("0", "0 00 -0 +0 0.0 -0.0 0x0 .0"),
        ("8", "010 8.0 08 0_8"),
        ("685230", "685_230 +685_230 02472256 0x_0A_74_AE 0b1010_0111_0100_1010_1110 6.8523e+5"),
        ("685230.15", "685_230.15 685.230_15e+03"),
        ("0.1", ".1 0.1 +.1 1e-1"),
        ("9223372036854775807", "9223372036854775807 0x7fffffffffffffff"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854776000", "9223372036854775808 9223372036854775808.0"),
        ("1e+21", "1e21 1_000_000_000_000_000_000_000"),
    ] {
        for text in texts.split(' ') {
            check_json(text, json);
        }
    }
    for text in [
        "yess",
        "oN",
        "yES",
        "tRUE",
        "nULL",
        "0x",
        "0b2",
        "0o9",
        "1e",
        "e1",
        "1.2.3",
        "1:30",
        "190:20:30",
        "2026-01-02",
        "2026-01-02T03:04:05Z",
        "2001-12-14t21:59:43.10-05:00",
        "+",
        "-b_c",
        "+b_c",
        "50cent_of_dollar",
        "_1",
        "1,000",
        "1e400",
        "0x1.8p3",
        ".",
        "..",
        ".5_0",
        "a:b",
        "http://x:80/",
        "<foo>",
        "=",
        "12Gi",
        "0.5.1",
        "08a",
        "9 0",
    ] {
        check_json(text, &Value::from(text).to_json());
    }
}

#[test]
fn reads_tags_as_go_yaml_does() {
    for (text, json) in [
        ("!!str 123", "\"123\""),
        ("!!str true", "\"true\""),
        ("!!int \"1\"", "1"),
        ("!!float 3", "3"),
        ("!!float '1.1'", "1.1"),
        ("!!null ''", "null"),
        ("!!bool yes", "true"),
        ("!!timestamp 2015-01-01", "\"2015-01-01\""),
        ("!!binary aHR0cGQ=", "\"httpd\""),
        ("!!binary |\n  aHR0\n  cGQ=\n", "\"httpd\""),
        ("!custom 12", "\"12\""),
        ("! 12", "\"12\""),
        ("!!custom 12", "\"12\""),
        ("!<tag:yaml.org,2002:int> 12", "12"),
        ("!!map {a: 1}", "{\"a\":1}"),
        ("!x [1]", "[1]"),
        ("a: !!str", "{\"a\":\"\"}"),
    ] {
        check_json(text, json);
    }
}

#[test]
fn reads_collections_keys_and_aliases() {
    for (text, json) in [
        ("a:\n- b\n- c\n", r#"{"a":["b","c"]}"#),
        ("a:\n  - b\n  -\n  - - c\n", r#"{"a":["b",null,["c"]]}"#),
        ("a:\n  command: [\n    \"sh\"\n  ]\n", r#"{"a":{"command":["sh"]}}"#),
        ("a: {\n}\n", r#"{"a":{}}"#),
        ("a: [b, c,]\n", r#"{"a":["b","c"]}"#),
        ("{a: b, c, \"d\":1}", r#"{"a":"b","c":null,"d":1}"#),
        ("x: {a:b}", r#"{"x":{"a:b":null}}"#),
        ("[a: b, {c: d}]", r#"[{"a":"b"},{"c":"d"}]"#),
        ("a: {b: https://x/y}", r#"{"a":{"b":"https://x/y"}}"#),
        ("? a\n: b\n", r#"{"a":"b"}"#),
        ("1: a\ntrue: b\n1.5: c\n0x10: d\nyes: e\n", r#"{"1":"a","1.5":"c","16":"d","true":"e"}"#),
        ("2026-01-02: a\n", r#"{"2026-01-02":"a"}"#),
        ("a: &x 1\nb: *x\n", r#"{"a":1,"b":1}"#),
        ("a: &x {b: [1]}\nc: *x\n", r#"{"a":{"b":[1]},"c":{"b":[1]}}"#),
        ("&k a: *k\n", r#"{"a":"a"}"#),
        ("a: &x 1\nb: &x 2\nc: *x\n", r#"{"a":1,"b":2,"c":2}"#),
        ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", r#"{"a":{"b":1,"c":2},"d":{"b":1,"c":3}}"#),
        ("a: &x {b: 1}\nd: {b: 2, <<: *x}\n", r#"{"a":{"b":1},"d":{"b":1}}"#),
        ("<<: [{a: 1, b: 1}, {a: 2, c: 2}]\n", r#"{"a":1,"b":1,"c":2}"#),
        ("!!merge \"<<\": {a: 1}\n", r#"{"a":1}"#),
        ("a: b\na: c\n", r#"{"a":"c"}"#),
        ("a:   \n  \n\nb: # x\n", r#"{"a":null,"b":null}"#),
        ("a: x # y\nb: x#y\n", r#"{"a":"x","b":"x#y"}"#),
    ] {
        check_json(text, json);
    }
}

#[test]
fn reads_texts_of_several_lines() {
    for (text, json) in [
        ("a: |\n  x\n   y\n\nb: 1\n", r#"{"a":"x\n y\n","b":1}"#),
        ("a: |-\n  x\n", r#"{"a":"x"}"#),
        ("a: |+\n  x\n\n\n", r#"{"a":"x\n\n\n"}"#),
        ("a: |2\n   x\n", r#"{"a":" x\n"}"#),
        ("a: |+1\n  x\n", r#"{"a":" x\n"}"#),
        ("a: >\n  x\n  y\n\n  z\n   w\n", r#"{"a":"x y\nz\n w\n"}"#),
        ("a: |\n", r#"{"a":""}"#),
        ("a: |\n  x", r#"{"a":"x\n"}"#),
        ("a: | # c\n\n x\n", r#"{"a":"\nx\n"}"#),
        ("a: x\n  y\n\n  z\n", r#"{"a":"x y\nz"}"#),
        ("a: 'x\n  y''s\n\n  z'\n", r#"{"a":"x y's\nz"}"#),
        ("a: \"x\\\n  y\\tz \\u00e9 \\U0001F600\\x41\"\n", r#"{"a":"xy\tz é 😀A"}"#),
        (
            "a: \"\\0\\a\\e\\N\\_\\L\\P\\'\"\n",
            "{\"a\":\"\\u0000\\u0007\\u001b\u{85}\u{a0}\\u2028\\u2029'\"}",
        ),
        ("a: b\r\nc: |\r\n  d\r\n  e\r\n", r#"{"a":"b","c":"d\ne\n"}"#),
        ("a: b\rc: d\r", r#"{"a":"b","c":"d"}"#),
        ("\u{feff}a: b\n", r#"{"a":"b"}"#),
        ("a:\tb\n", r#"{"a":"b"}"#),
        ("a: b\tc\t\n", r#"{"a":"b\tc"}"#),
        ("a: 한글 🙂\n", r#"{"a":"한글 🙂"}"#),
    ] {
        check_json(text, json);
    }
}

/// Texts that are no YAML, with what kubectl says after `yaml: `, and where.
#[rustfmt::skip]
const BAD: &[(&str, &str, (u32, u32))] = &[
    // From go-yaml's own tests.
    ("v: !!float 'error'", "cannot decode !!str `error` as a !!float", (1, 12)),
    ("v: [A,", "line 1: did not find expected node content", (1, 7)),
    ("v:\n- [A,", "line 2: did not find expected node content", (2, 6)),
    ("a:\n- b: *,", "line 2: did not find expected alphabetic or numeric character", (2, 7)),
    ("a: *b\n", "unknown anchor 'b' referenced", (1, 4)),
    ("a: &a\n  b: *a\n", "anchor 'a' value contains itself", (2, 6)),
    ("a: &x null\n<<:\n- *x\nb: &x {}\n", "map merge requires map or sequence of maps as the value", (2, 1)),
    ("value: -", "block sequence entries are not allowed in this context", (1, 8)),
    ("a: !!binary ==", "!!binary value contains invalid base64 data", (1, 13)),
    ("x: {[.]}", "invalid map key: []interface {}{\".\"}", (1, 5)),
    ("x: {{.}}", "invalid map key: map[interface {}]interface {}{\".\":interface {}(nil)}", (1, 5)),
    ("b: *a\na: &a {c: 1}", "unknown anchor 'a' referenced", (1, 4)),
    ("a:\n  1:\nb\n  2:", "line 4: could not find expected ':'", (4, 4)),
    // Indentation.
    ("a: b\n c: d\n", "line 2: mapping values are not allowed in this context", (2, 3)),
    ("a:\n  b: c\n d: e\n", "line 2: did not find expected key", (3, 2)),
    ("a\nb: c\n", "line 2: mapping values are not allowed in this context", (2, 2)),
    ("a: b\nc\n", "line 3: could not find expected ':'", (3, 1)),
    ("a: b\nc\nd: e\n", "line 3: could not find expected ':'", (3, 1)),
    ("- a\nb: c\n", "line 1: did not find expected '-' indicator", (2, 1)),
    ("a: b\n- c\n", "line 1: did not find expected key", (2, 1)),
    ("a:\n- b\n-c\nd: e\n", "line 4: could not find expected ':'", (4, 1)),
    ("a:\n  - b\n - c\n", "line 2: did not find expected key", (3, 2)),
    ("a:\n    b:\n   c:\n", "line 2: did not find expected key", (3, 4)),
    ("- a: b\n   c: d\n", "line 2: mapping values are not allowed in this context", (2, 5)),
    ("- a: b\n c: d\n", "line 1: did not find expected '-' indicator", (2, 2)),
    ("a: |\n  x\n y\n", "line 2: did not find expected key", (3, 2)),
    ("a: >5\n x\n", "line 1: did not find expected key", (2, 2)),
    ("spec:\n  a: 1\n   b: 2\n", "line 3: mapping values are not allowed in this context", (3, 5)),
    ("a: b #c\n  d\n", "line 1: did not find expected key", (2, 3)),
    // Tabs.
    ("\ta: b\n", "found character that cannot start any token", (1, 1)),
    ("a:\n\tb: c\n", "line 2: found character that cannot start any token", (2, 1)),
    ("a:\n  b: c\n\td: e\n", "line 3: found a tab character that violates indentation", (3, 1)),
    ("a: |\n\tx\n", "line 2: found a tab character where an indentation space is expected", (2, 1)),
    ("a: |\n  x\n\ty\n", "line 3: found a tab character where an indentation space is expected", (3, 1)),
    ("a: b\n\t\nc: d\n", "line 2: found a tab character that violates indentation", (2, 1)),
    // One value too many.
    ("a: b: c\n", "mapping values are not allowed in this context", (1, 5)),
    ("image: nginx: 1.2\n", "mapping values are not allowed in this context", (1, 13)),
    ("a: - b\n", "block sequence entries are not allowed in this context", (1, 4)),
    ("a: ? b\n", "mapping keys are not allowed in this context", (1, 4)),
    ("a: 'b' c\n", "did not find expected key", (1, 8)),
    ("a: \"b\" c\n", "did not find expected key", (1, 8)),
    ("a: 'it's'\n", "did not find expected key", (1, 8)),
    ("\"a\nb\": c\n", "line 2: mapping values are not allowed in this context", (2, 3)),
    ("a: [b] c\n", "did not find expected key", (1, 8)),
    (": b", "did not find expected key", (1, 1)),
    // Quotes and escapes.
    ("a: 'x\n", "line 2: found unexpected end of stream", (2, 1)),
    ("a: \"x\n", "line 2: found unexpected end of stream", (2, 1)),
    ("a: \"x", "line 2: found unexpected end of stream", (1, 6)),
    ("a: \"\\q\"\n", "found unknown escape character", (1, 5)),
    ("a: \"\\/\"\n", "found unknown escape character", (1, 5)),
    ("a: \"\\x4\"\n", "did not find expected hexdecimal number", (1, 7)),
    ("a: \"\\uD800\"\n", "found invalid Unicode character escape code", (1, 7)),
    ("a: \"\\U00110000\"\n", "found invalid Unicode character escape code", (1, 7)),
    ("a: 'x\n...\n", "line 2: found unexpected document indicator", (2, 1)),
    // Brackets.
    ("a: [b\n", "line 1: did not find expected ',' or ']'", (2, 1)),
    ("a: {b: c\n", "line 1: did not find expected ',' or '}'", (2, 1)),
    ("a: ]\n", "did not find expected node content", (1, 4)),
    ("a: }\n", "did not find expected node content", (1, 4)),
    ("]\n", "did not find expected node content", (1, 1)),
    ("[a: b c: d]\n", "did not find expected ',' or ']'", (1, 8)),
    ("key: [a,\n b\nc: d\n", "line 2: did not find expected ',' or ']'", (3, 2)),
    ("a: [b,, c]\n", "did not find expected node content", (1, 7)),
    ("a: [- b]\n", "did not find expected node content", (1, 5)),
    ("a: {,}\n", "did not find expected node content", (1, 5)),
    ("a: {b: [}\n", "did not find expected node content", (1, 9)),
    ("a: (b]\nc: [d)\n", "line 2: did not find expected ',' or ']'", (3, 1)),
    // Characters with a meaning.
    ("a: @x\n", "found character that cannot start any token", (1, 4)),
    ("a: `x\n", "found character that cannot start any token", (1, 4)),
    ("a: %x\n", "found character that cannot start any token", (1, 4)),
    ("a: *\n", "did not find expected alphabetic or numeric character", (1, 5)),
    ("a: &\n", "did not find expected alphabetic or numeric character", (1, 5)),
    ("a: *x.y\n", "did not find expected alphabetic or numeric character", (1, 6)),
    ("a: *.log\n", "did not find expected alphabetic or numeric character", (1, 5)),
    ("a: |x\n", "did not find expected comment or line break", (1, 5)),
    ("a: |0\n", "found an indentation indicator equal to 0", (1, 5)),
    ("a: !<x\n", "did not find the expected '>'", (1, 7)),
    ("a: !!\n", "did not find expected tag URI", (1, 6)),
    ("a: !a!b c\n", "found undefined tag handle", (1, 4)),
    ("a: !x%zz b\n", "did not find URI escaped octet", (1, 6)),
    ("a: &x *y\n", "did not find expected key", (1, 7)),
    ("%FOO\na: b\n", "found unknown directive name", (1, 5)),
    ("%YAML 1.1\na: b\n", "line 1: did not find expected <document start>", (2, 1)),
    ("%\na: b\n", "could not find expected directive name", (1, 2)),
    ("a: b\u{0}\n", "control characters are not allowed", (1, 5)),
    ("a: b\nc: \u{1}\n", "control characters are not allowed", (2, 4)),
    ("a: \u{7f}\n", "control characters are not allowed", (1, 4)),
    ("...\n", "did not find expected node content", (1, 1)),
    // What cannot become an object.
    ("? {a: b}\n: c\n", "invalid map key: map[interface {}]interface {}{\"a\":\"b\"}", (1, 3)),
    ("image: {{ .Values.image }}\n",
        "invalid map key: map[interface {}]interface {}{\".Values.image\":interface {}(nil)}", (1, 9)),
    ("a: !!int x\n", "cannot decode !!str `x` as a !!int", (1, 10)),
    ("a: !!int 1.0\n", "cannot decode !!float `1.0` as a !!int", (1, 10)),
    ("a: !!bool 1\n", "cannot decode !!int `1` as a !!bool", (1, 11)),
    ("a: !!timestamp x\n", "cannot decode !!str `x` as a !!timestamp", (1, 16)),
    ("<<: a\n", "map merge requires map or sequence of maps as the value", (1, 1)),
    ("<<: [a]\n", "map merge requires map or sequence of maps as the value", (1, 1)),
];

#[test]
fn refuses_in_the_words_of_go_yaml() {
    for (text, said, (line, column)) in BAD {
        let error = read::read(text).1.unwrap_or_else(|| panic!("{text:?} is read"));
        let at = (error.at.from.line, error.at.from.column);
        let said = format!("error converting YAML to JSON: yaml: {said}");
        assert_eq!((error.message, at), (said, (*line, *column)), "{text:?}");
    }
    for (text, said) in [
        ("a: .nan", "json: unsupported value: NaN"),
        ("a: .inf", "json: unsupported value: +Inf"),
        ("a: [-.inf]", "json: unsupported value: -Inf"),
        ("~: x", "unsupported map key of type: %!s(<nil>), key: <nil>, value: \"x\""),
    ] {
        let said = format!("error converting YAML to JSON: {said}");
        assert_eq!(read::read(text).1.map(|error| error.message), Some(said), "{text:?}");
    }
}

#[test]
fn stays_bounded() {
    let depth = |text: &str| {
        let message = read::read(text).1.unwrap().message;
        assert!(message.ends_with("exceeded max depth of 100"), "{message}");
    };
    depth(&"[".repeat(1_000_000));
    depth(&"[\n".repeat(500_000));
    depth(&("x: ".to_owned() + &"{a: ".repeat(100_000)));
    depth(&"- ".repeat(500_000));
    depth(&(0..500).map(|n| format!("{:n$}a:\n", "")).collect::<String>());
    depth(&(0..200).fold("a0: &a0 [x]\n".into(), |text: String, n| {
        text + &format!("a{}: &a{} [*a{n}]\n", n + 1, n + 1)
    }));
    assert!(read::read(&"- - - - a\n".repeat(10_000)).1.is_none());
    let bomb = (b'b'..=b'k').fold("a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, c| {
        let (this, last) = (char::from(c), char::from(c - 1));
        text + &format!("{this}: &{this} [{}]\n", vec![format!("*{last}"); 9].join(","))
    });
    let message = read::read(&bomb).1.unwrap().message;
    assert!(message.ends_with("yaml: document contains excessive aliasing"), "{message}");
    let merges = (1..40).fold("a0: &a0 {k: 1}\n".to_owned(), |text, n| {
        text + &format!("a{n}: &a{n}\n  <<: [*a{}, *a{}]\n  k{n}: 1\n", n - 1, n - 1)
    });
    assert!(read::read(&merges).1.is_some() || read::read(&merges).0.len() == 1);
    let keys: String = (0..200_000).map(|n| format!("k{n}: 1\n")).collect();
    assert_eq!(value(&keys).as_map().map(|fields| fields.len()), Some(200_000));
    let message = read::read(&"k: 1\n".repeat(1_000_000)).1.unwrap().message;
    assert_eq!(message, "Request entity too large: limit is 3145728");
    for (unit, refused) in [
        ("\0", true),
        ("\"", false),
        ("a: ", true),
        ("? ", true),
        ("&a ", false),
        ("!", false),
        ("'a", false),
        (" ", false),
        ("#\n", false),
        ("---\n", false),
        ("x ", false),
        ("\n", false),
        ("- a\n", false),
        ("[],", false),
        ("x\n\n", false),
        ("|\n ", false),
    ] {
        let text = unit.repeat(read::BYTES_MAX / unit.len() - 1);
        assert_eq!(read::read(&text).1.is_some(), refused, "{unit:?}");
    }
}
