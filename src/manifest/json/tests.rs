//! What Go's encoding/json reads and refuses, on a few lines each.

use super::*;

#[test]
fn reads_json() {
    for (text, json) in [
        ("null", "null"),
        (" true ", "true"),
        ("[1, -2.50, 1e3, 0.0]", "[1,-2.5,1000,0]"),
        ("-0", "0"),
        ("9223372036854775807", "9223372036854775807"),
        ("9223372036854775808", "9223372036854776000"),
        ("{\"b\": [], \"a\": {}, \"b\": 1}", "{\"a\":{},\"b\":1}"),
        (r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, "\"\\\"\\\\/\\b\\f\\n\\r\\té😀\""),
        (r#""\ud83d x\ude00""#, "\"\u{fffd} x\u{fffd}\""),
        ("\"\u{7f}\u{2028}한\"", "\"\u{7f}\\u2028한\""),
    ] {
        assert_eq!(parse_json(text).map(|value| value.to_json()).as_deref(), Ok(json), "{text}");
    }
}

#[test]
fn refuses_in_the_words_of_go() {
    for (text, message, offset) in [
        ("", "unexpected end of JSON input", 1),
        ("  ", "unexpected end of JSON input", 3),
        ("{", "unexpected end of JSON input", 2),
        ("{\"a\"", "unexpected end of JSON input", 5),
        ("{\"a\":", "unexpected end of JSON input", 6),
        ("{\"a\":1", "unexpected end of JSON input", 7),
        ("[", "unexpected end of JSON input", 2),
        ("[1,", "unexpected end of JSON input", 4),
        ("\"a", "unexpected end of JSON input", 3),
        ("\"\\", "unexpected end of JSON input", 3),
        ("\"\\u12", "unexpected end of JSON input", 6),
        ("tru", "unexpected end of JSON input", 4),
        ("-", "unexpected end of JSON input", 2),
        ("1.", "unexpected end of JSON input", 3),
        ("1e", "unexpected end of JSON input", 3),
        ("bad", "invalid character 'b' looking for beginning of value", 1),
        ("{bad}", "invalid character 'b' looking for beginning of object key string", 2),
        ("{'a':1}", "invalid character '\\'' looking for beginning of object key string", 2),
        ("{1:1}", "invalid character '1' looking for beginning of object key string", 2),
        ("{\"a\":1,}", "invalid character '}' looking for beginning of object key string", 8),
        ("{\"a\" 1}", "invalid character '1' after object key", 6),
        ("{\"a\":1 \"b\":2}", "invalid character '\"' after object key:value pair", 8),
        ("{\"a\":}", "invalid character '}' looking for beginning of value", 6),
        ("[1 2]", "invalid character '2' after array element", 4),
        ("[1,]", "invalid character ']' looking for beginning of value", 4),
        ("[,]", "invalid character ',' looking for beginning of value", 2),
        ("[}", "invalid character '}' looking for beginning of value", 2),
        ("1 2", "invalid character '2' after top-level value", 3),
        ("{} }", "invalid character '}' after top-level value", 4),
        ("01", "invalid character '1' after top-level value", 2),
        ("1.x", "invalid character 'x' after decimal point in numeric literal", 3),
        ("1ex", "invalid character 'x' in exponent of numeric literal", 3),
        ("1e+", "unexpected end of JSON input", 4),
        ("-x", "invalid character 'x' in numeric literal", 2),
        ("+1", "invalid character '+' looking for beginning of value", 1),
        (".5", "invalid character '.' looking for beginning of value", 1),
        ("trux", "invalid character 'x' in literal true (expecting 'e')", 4),
        ("nope", "invalid character 'o' in literal null (expecting 'u')", 2),
        ("falsy", "invalid character 'y' in literal false (expecting 'e')", 5),
        ("NaN", "invalid character 'N' looking for beginning of value", 1),
        ("\"a\nb\"", "invalid character '\\n' in string literal", 3),
        ("\"a\tb\"", "invalid character '\\t' in string literal", 3),
        ("\"\0\"", "invalid character '\\x00' in string literal", 2),
        ("\0", "invalid character '\\x00' looking for beginning of value", 1),
        ("\"\\x\"", "invalid character 'x' in string escape code", 3),
        ("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape", 6),
        ("é", "invalid character 'Ã' looking for beginning of value", 1),
        ("\u{a0}", "invalid character 'Â' looking for beginning of value", 1),
        ("{\"a\":1}]", "invalid character ']' after top-level value", 8),
        ("1e999", "json: cannot unmarshal number 1e999 into Go value of type float64", 6),
    ] {
        let error = parse_json(text).unwrap_err();
        assert_eq!((error.message.as_str(), error.offset), (message, offset), "{text:?}");
        assert_eq!(error.is_end, message.starts_with("unexpected end"), "{text:?}");
    }
}

#[test]
fn stays_bounded() {
    for unit in ["[", "{\"a\":", "[[],", "\"", "1", "-", "\\", "{}", "[1],"] {
        assert!(parse_json(&unit.repeat(500_000)).is_err(), "{unit}");
    }
    assert_eq!(parse_json(&"[".repeat(500)).unwrap_err().message, "exceeded max depth");
}
