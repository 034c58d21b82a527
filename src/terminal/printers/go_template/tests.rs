//! Templates as people write them.

use super::GoTemplate;
use crate::manifest;

const OBJECT: &str = r#"{"kind":"List","items":[
    {"metadata":{"name":"a","labels":{"app":"web","b":"c"}},"spec":{"n":2,"on":true}},
    {"metadata":{"name":"b"},"spec":{"n":0,"on":false}}],"data":{"x":"aGk="}}"#;

#[track_caller]
fn check(template: &str, expected: Result<&str, &str>) {
    let value = manifest::parse_json(OBJECT).unwrap();
    let found = GoTemplate::parse(template).and_then(|template| template.print(&value));
    match expected {
        Ok(text) => assert_eq!(found.as_deref(), Ok(text), "{template}"),
        Err(part) => assert!(found.as_ref().unwrap_err().contains(part), "{template}: {found:?}"),
    }
}

#[test]
fn fields_ranges_and_conditions() {
    check("{{.kind}} {{.missing}}", Ok("List <no value>"));
    check("{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}", Ok("a\nb\n"));
    check("{{range .none}}x{{else}}nothing{{end}}", Ok("nothing"));
    check("{{range .items}}{{if .spec.on}}+{{else if eq .spec.n 0}}0{{end}}{{end}}", Ok("+0"));
    check("{{with (index .items 0)}}{{.metadata.name}}{{end}}", Ok("a"));
    check(
        "{{range $k, $v := (index .items 0).metadata.labels}}{{$k}}={{$v}} {{end}}",
        Ok("app=web b=c "),
    );
    check("{{$x := .kind}}{{range .items}}{{$x}}{{end}}", Ok("ListList"));
    check("a {{- .kind -}} b", Ok("aListb"));
}

#[test]
fn functions_and_pipelines() {
    check("{{len .items}} {{.items | len}}", Ok("2 2"));
    check("{{printf \"%-4s|%3d|%q\" .kind 7 .kind}}", Ok("List|  7|\"List\""));
    check("{{.data.x | base64decode}}", Ok("hi"));
    check("{{index .data \"x\"}}{{/* a remark */}}", Ok("aGk="));
    check("{{and .kind .none}} {{or .none .kind}} {{not .none}}", Ok("<no value> List true"));
    check("{{(index .items 1).spec}}", Ok("map[n:0 on:false]"));
}

#[test]
fn mistakes_are_told() {
    check("{{.kind", Err("unclosed action"));
    check("{{range .items}}", Err("unexpected EOF"));
    check("{{end}}", Err("unexpected {{end}}"));
    check("{{nope .kind}}", Err("function \"nope\" not defined"));
    check("{{.kind.x}}", Err("can't evaluate field x"));
    check("{{index .items 9}}", Err("out of range"));
    check(&"{{if .kind}}".repeat(200), Err("too deep"));
}
