//! Expressions and what they come to.

use super::*;
use crate::api::testkit::document;

fn run(text: &str) -> Result<Val, String> {
    let object = document(
        "{metadata: {name: web, labels: {app: x}}, spec: {replicas: 3, image: 'repo/nginx:1.28', \
         containers: [{name: a, ports: [80]}, {name: b}], memory: 512Mi, empty: null, ratio: 2.5}}",
    );
    let mut scope = Scope::new([("object", Val::of(&object)), ("oldObject", Val::Null)]);
    Program::compile(text, &["object", "oldObject"])?.evaluate(&mut scope)
}

#[test]
fn comes_to_what_cel_says() {
    let check = |text: &str, expected: Val| assert_eq!(run(text), Ok(expected), "{text}");
    let is = |text: &str| check(text, Val::Bool(true));
    check("1 + 2 * 3 - 4 / 2 % 3", Val::Int(5));
    check("-object.spec.replicas", Val::Int(-3));
    check("'a' + \"b\"", Val::text("ab"));
    check("[1] + [2]", Val::list([Val::Int(1), Val::Int(2)]));
    check("object.spec.replicas > 2 ? 'many' : 'few'", Val::text("many"));
    check("[1, 2, 3].map(x, x * 2)", Val::list([2, 4, 6].map(Val::Int)));
    check("[1, 2, 3].map(x, x > 1, x * 2)", Val::list([4, 6].map(Val::Int)));
    check("{'a': 1}['a']", Val::Int(1));
    check("'%s has %d'.format([object.metadata.name, 3])", Val::text("web has 3"));
    check("'%.2f%%'.format([2.5])", Val::text("2.50%"));
    check("object.spec.containers.map(c, c.name).join(',')", Val::text("a,b"));
    check("object.?spec.?missing.orValue('none')", Val::text("none"));
    check("object.spec[?'replicas'].orValue(0)", Val::Int(3));
    check("cel.bind(n, object.spec.replicas, n + n)", Val::Int(6));
    check("type(1)", Val::Type("int"));
    check("int('12') + int(2.9)", Val::Int(14));
    check("string(1.5)", Val::text("1.5"));
    check("'hello'.substring(1, 3)", Val::text("el"));
    check("size('héllo')", Val::Int(5));
    check("'a-b-c'.split('-').size()", Val::Int(3));
    check("[3, 1, 2].max() + math.least(4, 5)", Val::Int(7));
    check("duration('1h30m').getMinutes()", Val::Int(90));
    for text in [
        "has(object.spec.replicas) && !has(object.spec.missing)",
        "has(object.spec.empty)",
        "object.spec.containers.all(c, c.name in ['a', 'b'])",
        "object.spec.containers.exists(c, has(c.ports) && c.ports.exists(p, p == 80))",
        "object.spec.containers.exists_one(c, c.name == 'a')",
        "object.spec.containers.filter(c, has(c.ports)).size() == 1",
        "object.metadata.labels.all(k, object.metadata.labels[k] == 'x')",
        "'app' in object.metadata.labels",
        "object.spec.image.startsWith('repo/') && object.spec.image.endsWith('1.28')",
        "object.spec.image.matches('^repo/[a-z]+:[0-9.]+$')",
        "object.spec.image.contains('nginx')",
        "oldObject == null",
        "1 == 1.0 && 1u == 1",
        "false && object.nope || true",
        "object.nope == 1 || true",
        "true || object.nope == 1",
        "quantity(object.spec.memory).isLessThan(quantity('1Gi'))",
        "isQuantity('5k') && !isQuantity('five')",
        "quantity('1k').compareTo(quantity('1000')) == 0",
        "sets.contains([1, 2, 3], [2]) && !sets.intersects([1], [2])",
        "[1, 2].isSorted() && ![2, 1].isSorted()",
        "{'a': [1]} == {'a': [1]}",
        "object.spec.ratio > 2 && object.spec.ratio < 3.0",
        "timestamp('2026-01-02T00:00:00Z') > timestamp('2026-01-01T00:00:00Z')",
        "timestamp('2026-01-01T01:00:00Z') - timestamp('2026-01-01T00:00:00Z') == duration('1h')",
        "// a remark\n true",
        "[[1, 2], [3]].all(l, l.all(x, x > 0))",
        "optional.none().hasValue() == false",
        "'x'.charAt(0) == 'x' && 'abc'.indexOf('c') == 2 && ' a '.trim() == 'a'",
        "-9223372036854775808 < 0",
    ] {
        is(text);
    }
}

#[test]
fn goes_wrong_in_the_words_of_cel() {
    let check = |text: &str, expected: &str| assert_eq!(run(text), Err(expected.into()), "{text}");
    check("object.spec.missing == 1", "no such key: missing");
    check("[1][3] == 1", "index out of bounds: 3");
    check("1 / 0 == 1", "division by zero");
    check("1 % 0 == 1", "modulus by zero");
    check("'a' < 1", "no such overload");
    check("9223372036854775807 + 1 > 0", "integer overflow");
    check("int('x') == 1", "type conversion error from 'string' to 'int'");
    check("oldObject.spec == 1", "no such overload");
}

#[test]
fn mistakes_are_found_before() {
    let check = |text: &str, expected: &str| assert_eq!(run(text), Err(expected.into()), "{text}");
    check(
        "1 == foo",
        "ERROR: <input>:1:6: undeclared reference to 'foo' (in container '')\n | 1 == foo\n \
         | .....^",
    );
    check(
        "[1].all(x, y)",
        "ERROR: <input>:1:12: undeclared reference to 'y' (in container '')\n | [1].all(x, y)\n \
         | ...........^",
    );
    check(
        "object.frob()",
        "ERROR: <input>:1:1: undeclared reference to 'frob' (in container '')\n | object.frob()\n \
         | ^",
    );
    for text in ["1 +", "(", "a.", "[1", "'x", "1 2", "", "a ? b", "in", "{1}", "!"] {
        let refused = run(text).unwrap_err();
        assert!(refused.starts_with("ERROR: <input>:1:"), "{text}: {refused}");
    }
}

#[test]
fn nothing_takes_for_ever() {
    let list = format!("[{}]", vec!["1"; 60].join(","));
    let loops = (0..6).fold("true".to_owned(), |inner, n| format!("{list}.all(x{n}, {inner})"));
    assert_eq!(run(&loops), Err("operation cancelled: actual cost limit exceeded".into()));
    let deep = format!("{}1{}", "(".repeat(500), ")".repeat(500));
    assert!(run(&deep).unwrap_err().contains("recursion limit"));
    let deep = format!("{}true", "!".repeat(500));
    assert!(run(&deep).unwrap_err().contains("recursion limit"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn no_expression_makes_it_panic_or_hang(pieces in proptest::collection::vec(
        proptest::sample::select(vec![
            "object", ".", "spec", "?", ":", "[", "]", "(", ")", "{", "}", ",", "1", "-1", "2.5",
            "'a'", "\"", "+", "-", "*", "/", "%", "==", "<", "in", "&&", "||", "!", "has(", "all(",
            "x", "map(", "size(", "matches(", "replace(", "format(", "duration(", "quantity(",
            "substring(", "9223372036854775807", "0u", "null", "true", " ", "한",
        ]),
        0..20,
    )) {
        let _ = run(&pieces.concat());
    }
}
