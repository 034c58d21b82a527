//! What may be written at a place, on a few lines each.

use super::*;

/// Completes at `^` in `text`, and prints the word's length, and the labels that begin with it.
fn completed(text: &str) -> Option<(u32, Vec<String>)> {
    let before = text.split('^').next().unwrap();
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() as u32 + 1;
    let text = text.replace('^', "");
    let completions = complete(&text, Pos { line, column })?;
    let length = completions.span.to.column - completions.span.from.column;
    let word: String = before.chars().rev().take(length as usize).collect();
    let word: String = word.chars().rev().collect();
    let labels = completions.items.iter().map(|item| item.label.to_string());
    Some((length, labels.filter(|label| label.starts_with(&word)).collect()))
}

#[track_caller]
fn check(text: &str, length: u32, labels: &[&str]) {
    let (found_length, found) = completed(text).unwrap_or_else(|| panic!("nothing in {text}"));
    assert_eq!(
        (found_length, found),
        (length, labels.iter().map(|l| (*l).to_owned()).collect()),
        "{text}"
    );
}

const POD: &str = "apiVersion: v1\nkind: Pod\n";

#[test]
fn completes_fields() {
    check(&format!("{POD}^"), 0, &["metadata", "spec", "status"]);
    check(&format!("{POD}sp^"), 2, &["spec"]);
    check(&format!("{POD}metadata:\n  na^"), 2, &["name", "namespace"]);
    check(&format!("{POD}metadata:\n  name: x\n  na^"), 2, &["namespace"]);
    check(&format!("{POD}metadata:\n  na^\n  name: x\nspec: {{}}\n"), 2, &["namespace"]);
    check(&format!("{POD}spec:\n  containers:\n  - na^"), 2, &["name"]);
    check(
        &format!("{POD}spec:\n  containers:\n  - name: a\n    ima^"),
        3,
        &["image", "imagePullPolicy"],
    );
    check(
        &format!("{POD}spec:\n  containers:\n    - name: a\n      ports:\n      - cont^"),
        4,
        &["containerPort"],
    );
    check(
        &format!("{POD}spec:\n  containers:\n  - name: a\n  host^"),
        4,
        &[
            "hostAliases",
            "hostIPC",
            "hostNetwork",
            "hostPID",
            "hostUsers",
            "hostname",
            "hostnameOverride",
        ],
    );
    check(
        &format!(
            "{POD}spec:\n  containers:\n  - name: a\n    env:\n    - name: A\n      value: x\n    - va^"
        ),
        2,
        &["value", "valueFrom"],
    );
    check(&format!("{POD}spec:\n  nodeSelector:\n    di^"), 2, &[]);
}

#[test]
fn completes_in_broken_texts() {
    check(&format!("{POD}spec:\n  containers: [\n  vol^\n"), 3, &[]);
    check(&format!("{POD}broken\n  : : :\nspec:\n  ]]\n  restartP^"), 8, &["restartPolicy"]);
    check(
        &format!("{POD}spec:\n  containers:\n  - name: \"unclosed\n    ima^"),
        3,
        &["image", "imagePullPolicy"],
    );
    check(
        &format!(
            "{POD}metadata:\n  annotations:\n    a: |\n      spec:\n    b: x\nspec:\n  nodeN^"
        ),
        5,
        &["nodeName"],
    );
    for text in [
        "",
        "^",
        "\n\n^",
        "   ^",
        "- - -^",
        "a: b: ^",
        "{{{{^",
        "]]^",
        "'^",
        "한글: ^",
        "\t^",
        "--- ^",
        "x\n--- \n^",
    ] {
        let _ = completed(text);
    }
    assert_eq!(complete("a", Pos { line: 0, column: 0 }), None);
    assert!(complete("a", Pos { line: 9, column: 9 }).is_some());
}

#[test]
fn completes_values() {
    check(&format!("{POD}spec:\n  restartPolicy: ^"), 0, &["Always", "Never", "OnFailure"]);
    check(&format!("{POD}spec:\n  restartPolicy: On^"), 2, &["OnFailure"]);
    check(&format!("{POD}spec:\n  hostNetwork: ^"), 0, &["true", "false"]);
    check(
        &format!("{POD}spec:\n  containers:\n  - imagePullPolicy: ^"),
        0,
        &["Always", "IfNotPresent", "Never"],
    );
    check(&format!("{POD}metadata:\n  name: ^"), 0, &[]);
    check("apiVersion: apps/v1\nkind: Dep^", 3, &["Deployment"]);
    check("kind: Lea^", 3, &["Lease"]);
    check("kind: Deployment\napiVersion: ^", 0, &["apps/v1"]);
    check("apiVersion: po^", 2, &["policy/v1"]);
    check("a^", 1, &["apiVersion"]);
}

#[test]
fn completes_in_brackets_and_json() {
    check(&format!("{POD}metadata: {{na^"), 2, &["name", "namespace"]);
    check(&format!("{POD}metadata: {{name: x, na^}}"), 2, &["namespace"]);
    check(&format!("{POD}spec: {{restartPolicy: On^"), 2, &["OnFailure"]);
    check(
        &format!("{POD}spec:\n  containers:\n  - {{name: a, ports: [{{cont^"),
        4,
        &["containerPort"],
    );
    let json = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\",\n  \"spec\": {\n    \"restartP^";
    check(json, 8, &["restartPolicy"]);
}

#[test]
fn knows_the_object_around_the_place() {
    check(
        "kind: Pod\napiVersion: v1\n---\nspec:\n  rep^\nkind: Deployment\napiVersion: apps/v1\n",
        3,
        &["replicas"],
    );
    check(
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n- apiVersion: apps/v1\n  kind: Deployment\n  spec:\n    repl^\n",
        4,
        &["replicas"],
    );
}

#[test]
fn tells_what_a_field_is() {
    let text = "apiVersion: v1\nkind: Pod\nspec:\n  ";
    let completions = complete(text, Pos { line: 4, column: 3 }).unwrap();
    let field = |label: &str| {
        completions.items.iter().find(|item| item.label == label).unwrap().kind.clone()
    };
    let kind = |ty: &str, required, nests| CompletionKind::Field { ty: ty.into(), required, nests };
    assert_eq!(field("containers"), kind("[]Container", true, true));
    assert_eq!(field("nodeSelector"), kind("map[string]string", false, true));
    assert_eq!(field("hostNetwork"), kind("boolean", false, false));
    assert_eq!(completions.items[0].label, "containers");
}

#[test]
fn is_silent_in_comments_and_block_scalars() {
    assert_eq!(completed(&format!("{POD}# spec^")), None);
    assert_eq!(completed("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    spe^"), None);
}
