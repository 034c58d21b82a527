//! How texts are cut into documents, and where things in them stand.

use super::*;

/// Reads `text` and prints what it gives: documents as JSON, and the error.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let (documents, error) = read(text);
    let mut found: Vec<_> = documents.iter().map(|document| document.value.to_json()).collect();
    found.extend(error.map(|error| {
        let Pos { line, column } = error.at.from;
        format!("{line}:{column} {}", error.message)
    }));
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn cuts_a_text_as_kubectl_does() {
    check("", &[]);
    check("# nothing\n", &[]);
    check("---\n---\n# x\n---\n", &[]);
    check("a: 1\n---\nb: 2\n", &[r#"{"a":1}"#, r#"{"b":2}"#]);
    check("---\na: 1\n--- # two\nb: 2", &[r#"{"a":1}"#, r#"{"b":2}"#]);
    check("a: 1\r\n---\r\nb: 2\r\n", &[r#"{"a":1}"#, r#"{"b":2}"#]);
    check("a: 1\n...\n", &[r#"{"a":1}"#]);
    check("a: |\n  x\n---\nb: 2\n", &[r#"{"a":"x\n"}"#, r#"{"b":2}"#]);
    check("a: 1\n ---\n", &[r#"{"a":"1 ---"}"#]);
    check("a: 1\n--- b: 2\n", &["2:1 invalid Yaml document separator: b: 2"]);
    check("---- x\n", &["1:1 invalid Yaml document separator: - x"]);
    check("just text\n", &["\"just text\""]);
    check("[a]\n---\n~\n", &["[\"a\"]"]);
}

#[test]
fn counts_lines_in_the_document_for_kubectl_and_in_the_text_for_people() {
    check(
        "a: 1\n---\nb: 2\n c: 3\n",
        &[
            r#"{"a":1}"#,
            "4:3 error converting YAML to JSON: yaml: line 2: mapping values are not allowed in \
             this context",
        ],
    );
    check(
        "---\nb: 2\n c: 3\n---\nd: 4\n",
        &["3:3 error converting YAML to JSON: yaml: line 3: mapping values are not allowed in \
           this context"],
    );
}

#[test]
fn goes_on_after_an_error_for_the_editor() {
    let all: Vec<_> = Documents::new("a: b: c\n---\nd: 4\n---\n\tx\n---\n--- x\ne: 5\n").collect();
    let ok: Vec<_> = all.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [false, true, false, false, true]);
}

#[test]
fn says_where_a_text_is_not_read() {
    let rest = |text: &str| read(text).0[0].rest.map(|pos| (pos.line, pos.column));
    assert_eq!(rest("a: 1\n...\n"), None);
    assert_eq!(rest("a: 1\n...\nb: 2\n"), Some((3, 1)));
    assert_eq!(rest("\"a\" ]\n"), Some((1, 5)));
    assert_eq!(rest("a: 1\n"), None);
}

#[test]
fn reads_json_objects_one_after_another() {
    check(r#"{"a": 1}"#, &[r#"{"a":1}"#]);
    check("\n {\"a\": 1} {\"b\": 2}\n{\"c\": 3}\n", &[r#"{"a":1}"#, r#"{"b":2}"#, r#"{"c":3}"#]);
    check("{\"a\": 1}\n---\n{\"b\": 2}\n---\nc: 3\n", &[r#"{"a":1}"#, r#"{"b":2}"#, r#"{"c":3}"#]);
    check("{a: 1}\n---\nb: 2\n", &[r#"{"a":1}"#, r#"{"b":2}"#]);
    check("{\"a\": 1, # one\n}\n", &[r#"{"a":1}"#]);
    // When neither will do, what is wrong as JSON is told.
    check(
        "{\"a\": 1,\n \"b\" 2}\n",
        &["2:6 json: offset 15: invalid character '2' after object key"],
    );
    check("{\"a\": 1", &["1:8 unexpected EOF"]);
    check("{\"a\": {\n", &["2:1 unexpected EOF"]);
    check(
        "{{.x}}\n",
        &["1:2 json: offset 2: invalid character '{' looking for beginning of object key string"],
    );
    // A stream of two objects is JSON for good.
    check("{} {} x", &["{}", "{}", "1:7 invalid character 'x' looking for beginning of value"]);
    check("{}\nx: 1\n", &["{}", r#"{"x":1}"#]);
}

#[test]
fn knows_the_place_of_everything() {
    let text = "# one\nmetadata:\n  name: web\n  labels: {app: web, 한글: x}\nspec:\n- image: a\n  \
                args: [\"1\", 2]\n- image: &i b\n---\nkind: X\nkind: Y\n";
    let (documents, error) = read(text);
    assert_eq!(error, None);
    let place = |document: usize, path: &str| {
        let path = Path::parse(path);
        let places = [documents[document].key_span(&path), documents[document].value_span(&path)];
        places.map(|span| (span.from.line, span.from.column, span.to.column))
    };
    assert_eq!(place(0, "metadata"), [(2, 1, 9), (3, 3, 1)]);
    assert_eq!(place(0, "metadata.name"), [(3, 3, 7), (3, 9, 12)]);
    assert_eq!(place(0, "metadata.labels[한글]"), [(4, 22, 24), (4, 26, 27)]);
    assert_eq!(place(0, "spec[0].args[1]"), [(7, 15, 16), (7, 15, 16)]);
    assert_eq!(place(0, "spec[1].image"), [(8, 3, 8), (8, 13, 14)]);
    // Of a path that leads nowhere, the last step that leads somewhere.
    assert_eq!(place(0, "metadata.nope.x"), [(2, 1, 9), (3, 3, 1)]);
    assert_eq!(place(1, "kind"), [(11, 1, 5), (11, 7, 8)]);
    let duplicates: Vec<_> =
        documents[1].duplicates.iter().map(|d| (d.key.as_str(), d.span.from.line)).collect();
    assert_eq!(duplicates, [("kind", 11)]);
    let (documents, _) = read("{\"a\": {\"b\": [1,\n 2]}}");
    let span = documents[0].value_span(&Path::parse("a.b[1]"));
    assert_eq!((span.from, span.to), (Pos { line: 2, column: 2 }, Pos { line: 2, column: 3 }));
}
