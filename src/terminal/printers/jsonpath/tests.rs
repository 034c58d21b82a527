//! Templates as people write them, and as nobody should.

use super::*;
use crate::manifest;

const LIST: &str = r#"
kind: List
items:
- metadata: {name: a, labels: {app: web, "kubernetes.io/os": linux}}
  spec: {hot: true, replicas: 2, ports: [80, 443]}
  status:
    conditions: [{type: Ready, status: "True"}, {type: Odd, status: "False"}]
- metadata: {name: b}
  spec: {replicas: 10, ports: [], none: null}
"#;

fn list() -> Value {
    manifest::read(LIST).0.remove(0).value
}

#[track_caller]
fn check(template: &str, expected: &str) {
    let printed = Template::parse(template).and_then(|template| template.print(&list()));
    assert_eq!(printed.as_deref(), Ok(expected), "{template}");
}

#[track_caller]
fn check_error(template: &str, expected: &str) {
    let error = Template::parse(template).and_then(|template| template.print(&list())).unwrap_err();
    let error = error.split(". Printing more").next().unwrap_or_default();
    let error = error.split_once("Error executing template: ").map_or(error, |(_, error)| error);
    assert_eq!(error, expected, "{template}");
}

#[test]
fn paths() {
    check("{.kind}", "List");
    check("{$.kind} {@.kind}", "List List");
    check("no braces .kind", "no braces .kind");
    check("{.items[*].metadata.name}", "a b");
    check("{.items[0].spec}", r#"{"hot":true,"ports":[80,443],"replicas":2}"#);
    check(r"{.items[0].metadata.labels.kubernetes\.io/os}", "linux");
    check("{.items[0].metadata.labels['app']}", "web");
    check(r"{.items[0].metadata.labels['kubernetes\.io/os']}", "linux");
    check("{.missing.deeper[3].x}|{.items[1].metadata.labels}", "|");
    check("{.items[1].spec.none}", "<nil>");
    check("{.items[*]['spec.replicas', 'metadata.name']}", "2 10 a b");
    check("{.items[0].spec.*}", "true [80,443] 2");
}

#[test]
fn slices() {
    check("{.items[0].spec.ports[-1]}", "443");
    check("{.items[0].spec.ports[0:1]}", "80");
    check("{.items[0].spec.ports[-2:]}", "80 443");
    check("{.items[0].spec.ports[::2]}", "80");
    check("{.items[0].spec.ports[:]}", "80 443");
    check("{.items[1].spec.ports[*]}", "");
    check_error("{.items[5]}", "array index out of bounds: index 5, length 2");
    check_error("{.items[1].spec.ports[0]}", "array index out of bounds: index 0, length 0");
    check_error("{.kind[0]}", "string is not array or slice");
    check_error("{.items[a]}", "invalid array index a");
    check_error("{.items[0:2:0]}", "step must be > 0");
}

#[test]
fn ranges() {
    check(
        "{range .items[*]}{.metadata.name}{\"\\t\"}{.spec.replicas}{\"\\n\"}{end}",
        "a\t2\nb\t10\n",
    );
    check(
        "{range .items[*]}{.metadata.name}:{range .spec.ports[*]} {@}{end};{end}",
        "a: 80 443;b:;",
    );
    check("<{range .nothing[*]}{.x}{end}>", "<>");
    check("{range .items[*]}[{.metadata.name}, {.spec.replicas}] {end}", "[a, 2] [b, 10] ");
    check_error("{end}", "not in range, nothing to end");
    check_error("{hello}", "unrecognized identifier hello");
}

#[test]
fn filters() {
    check(r#"{.items[0].status.conditions[?(@.type=="Ready")].status}"#, "True");
    check(r#"{.items[0].status.conditions[?(@.type != 'Ready')].type}"#, "Odd");
    check("{.items[?(@.spec.replicas>=10)].metadata.name}", "b");
    check("{.items[?(@.spec.hot==true)].metadata.name}", "a");
    check("{.items[?(@.metadata.labels)].metadata.name}", "a");
    check(r#"{.items[?(@.metadata.name=="a)")].kind}"#, "");
    check_error("{.items[?(@.spec.replicas==\"2\")]}", "incompatible types for comparison");
    check_error("{.kind[?(@.a)]}", "List is not array or slice and cannot be filtered");
}

#[test]
fn descends() {
    check("{..name}", "a b");
    check("{..conditions[*].type}", "Ready Odd");
    check("{.items..ports}", "[80,443] []");
    check_error("{....name}", "invalid multiple recursive descent");
}

#[test]
fn bad_templates_are_refused() {
    check_error("{.kind", "unclosed action");
    check_error("{.kind[0}", "unterminated array");
    check_error("{.items[?(@.a}", "unterminated filter");
    check_error("{\"x}", "unterminated quoted string");
    check_error("{.a#}{~}", "unrecognized character in action: U+007E '~'");
    check_error(&"{.items[?(".repeat(50), "unterminated filter");
    check_error(&"[?(@".repeat(3000).replacen('[', "{[", 1), "unterminated filter");
    let nested = format!("{{{}@{}}}", "[?(".repeat(3000), ")]".repeat(3000));
    assert!(Template::parse(&nested).is_err());
}

#[test]
fn work_is_bounded() {
    check_error(&"{range .items[*]}".repeat(40), "the template asks for too much");
}

#[test]
fn errors_show_the_object() {
    let value = Value::map([("a", vec![Value::Int(1), "x".into(), Value::Null].into())]);
    let error = Template::parse("{.a[9]}").unwrap().print(&value).unwrap_err();
    assert_eq!(
        error,
        "error executing jsonpath \"{.a[9]}\": Error executing template: array index out of \
         bounds: index 9, length 3. Printing more information for debugging the template:\n\t\
         template was:\n\t\t{.a[9]}\n\tobject given to jsonpath engine was:\n\t\t\
         map[string]interface {}{\"a\":[]interface {}{1, \"x\", interface {}(nil)}}\n\n"
    );
}
