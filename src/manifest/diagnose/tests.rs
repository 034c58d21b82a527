//! What is complained of, on a few lines each.

use super::*;

/// Diagnoses `text` and prints a line for each complaint: `line:from-to severity message (hint)`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found: Vec<_> = diagnose(text)
        .iter()
        .map(|diagnostic| {
            let Span { from, to } = diagnostic.span;
            let hint = diagnostic.hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})"));
            let severity = format!("{:?}", diagnostic.severity).to_lowercase();
            let (line, column, end) = (from.line, from.column, to.column);
            format!("{line}:{column}-{end} {severity} {}{hint}", diagnostic.issue)
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

const HEAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n";

#[test]
fn finds_nothing_wrong_with_what_is_right() {
    check("", &[]);
    check("# nothing\n", &[]);
    check(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: {any: thing}\nspec:\n  \
         containers:\n  - name: c\n    image: nginx\n    resources: {limits: {cpu: 1}}\n---\n\
         apiVersion: v1\nkind: Namespace\nmetadata: {name: dev}\n",
        &[],
    );
    check("{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"containers\": []}}", &[]);
}

#[test]
fn finds_syntax_errors() {
    check("a: b\n c: d\n", &["2:3-6 error mapping values are not allowed in this context"]);
    check(
        "image: nginx: 1.27\nx: [\n",
        &[
            "1:13-19 error mapping values are not allowed in this context (put it in quotes to make it text)",
        ],
    );
    check(
        "a:\n\tb: c\n",
        &[
            "2:1-6 error found character that cannot start any token (indent with spaces, not with tabs)",
        ],
    );
    check(
        "a: @x\n",
        &[
            "1:4-6 error found character that cannot start any token (put it in quotes to make it text)",
        ],
    );
    check(
        "image: {{ .Values.image }}\n",
        &[
            "1:9-27 error invalid map key: map[interface {}]interface {}{\".Values.image\":interface \
           {}(nil)} (a template must be filled in before it is applied)",
        ],
    );
    check("a: \"x", &["1:6-7 error found unexpected end of stream"]);
    check("--- a: 1\n", &["1:1-9 error invalid Yaml document separator: a: 1"]);
    check(
        "a: [\n---\nkind: Pod\napiVersion: v1\n",
        &["2:1-2 error did not find expected node content"],
    );
    check(
        "{\"kind\": \"Pod\",, }\n",
        &["1:16-19 error invalid character ',' looking for beginning of object key string"],
    );
    check(
        "apiVersion: v1\nkind: Pod\n...\nspec: {}\n",
        &["4:1-2 warning the document has ended: this is not read"],
    );
}

#[test]
fn finds_what_makes_no_object() {
    check("text\n", &["1:1-2 error a manifest is an object with apiVersion and kind"]);
    check("- a\n", &["1:1-2 error a manifest is an object with apiVersion and kind"]);
    check("a: 1\n", &["1:1-2 error apiVersion not set", "1:1-2 error kind not set"]);
    check("kind: Pod\n", &["1:1-2 error apiVersion not set"]);
    check("# x\n\n  apiVersion: v1\n", &["3:3-4 error kind not set"]);
    check("apiVersion: v1\nkind: [Pod]\n", &["1:1-2 error kind not set"]);
}

#[test]
fn finds_unknown_kinds() {
    check(
        "apiVersion: apps/v1\nkind: Deploymen\n",
        &[
            "2:7-16 error no matches for kind \"Deploymen\" in version \"apps/v1\" (did you mean \"Deployment\"?)",
        ],
    );
    check(
        "apiVersion: extensions/v1beta1\nkind: Deployment\n",
        &[
            "1:13-31 error no matches for kind \"Deployment\" in version \"extensions/v1beta1\" (did you mean \"apps/v1\"?)",
        ],
    );
    check(
        "apiVersion: v1\nkind: ReplicaSet\n",
        &[
            "1:13-15 error no matches for kind \"ReplicaSet\" in version \"v1\" (did you mean \"apps/v1\"?)",
        ],
    );
    check(
        "apiVersion: v1\nkind: service\n",
        &[
            "2:7-14 error no matches for kind \"service\" in version \"v1\" (did you mean \"Service\"?)",
        ],
    );
    check(
        "apiVersion: example.com/v1\nkind: Foobarbaz\n",
        &["2:7-16 error no matches for kind \"Foobarbaz\" in version \"example.com/v1\""],
    );
    check(
        "apiVersion: authentication.k8s.io/v1\nkind: TokenReview\nnope: 1\n",
        &["2:7-18 warning TokenReview is valid but not simulated here"],
    );
    check(
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nnope: 1\n",
        &[
            "2:7-19 warning StorageClass is stored, but nothing here acts on it",
            "3:1-5 error unknown field \"nope\"",
        ],
    );
    check(
        "apiVersion: v1\nkind: ServiceAccount\n",
        &["2:7-21 warning ServiceAccount is stored, but nothing here acts on it"],
    );
}

#[test]
fn finds_unknown_fields_and_what_was_meant() {
    check(
        &format!(
            "{HEAD}spec:\n  replica: 1\n  template:\n    spec:\n      contaners: []\n    containers: []\n"
        ),
        &[
            "5:3-10 error unknown field \"spec.replica\" (did you mean \"replicas\"?)",
            "8:7-16 error unknown field \"spec.template.spec.contaners\" (did you mean \"containers\"?)",
            "9:5-15 error unknown field \"spec.template.containers\" (did you mean \"spec.template.spec.containers\"?)",
        ],
    );
    check(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  namepsace: dev\nspec:\n  containers:\n  - name: a\n    \
         port: 80\n    restartPolicyy: Always\n    nodeName: x\n    zzz: 1\n",
        &[
            "4:3-12 error unknown field \"metadata.namepsace\" (did you mean \"namespace\"?)",
            "8:5-9 error unknown field \"spec.containers[0].port\" (did you mean \"ports\"?)",
            "9:5-19 error unknown field \"spec.containers[0].restartPolicyy\" (did you mean \"restartPolicy\"?)",
            "10:5-13 error unknown field \"spec.containers[0].nodeName\"",
            "11:5-8 error unknown field \"spec.containers[0].zzz\"",
        ],
    );
    check(
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spce: {}\n- x\n",
        &[
            "6:3-7 error unknown field \"spce\" (did you mean \"spec\"?)",
            "7:3-4 error a manifest is an object with apiVersion and kind",
        ],
    );
}

#[test]
fn finds_wrong_types_and_values() {
    check(
        &format!("{HEAD}spec:\n  replicas: \"2\"\n  strategy: {{type: Rolling}}\n  paused: [1]\n"),
        &[
            "5:13-16 error json: cannot unmarshal string into Go struct field \
             DeploymentSpec.spec.replicas of type int32",
            "6:20-27 hint Unsupported value: \"Rolling\": supported values: \"Recreate\", \"RollingUpdate\"",
            "7:11-14 error json: cannot unmarshal array into Go struct field DeploymentSpec.spec.paused of type bool",
        ],
    );
    check(
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: yes\n  b: 1\n  c: [x]\nbinaryData: {d: \"!\"}\n",
        &[
            "4:6-9 error json: cannot unmarshal bool into Go struct field ConfigMap.data of type \
             string (put it in quotes to make it text)",
            "5:6-7 error json: cannot unmarshal number into Go struct field ConfigMap.data of type \
             string (put it in quotes to make it text)",
            "6:6-9 error json: cannot unmarshal array into Go struct field ConfigMap.data of type string",
            "7:17-20 error illegal base64 data at input byte 0",
        ],
    );
    check(
        "apiVersion: v1\nkind: Pod\nspec:\n  restartPolicy: always\n  containers:\n  - {name: a, imagePullPolicy: IfNotPresnt}\n",
        &[
            "4:18-24 hint Unsupported value: \"always\": supported values: \"Always\", \"Never\", \
             \"OnFailure\" (did you mean \"Always\"?)",
            "6:32-43 hint Unsupported value: \"IfNotPresnt\": supported values: \"Always\", \
             \"IfNotPresent\", \"Never\" (did you mean \"IfNotPresent\"?)",
        ],
    );
}

#[test]
fn finds_duplicate_keys() {
    check(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  name: b\nkind: Pod\n",
        &[
            "5:3-7 warning key \"name\" already set in map",
            "6:1-5 warning key \"kind\" already set in map",
        ],
    );
    check(
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"kind\":\"Pod\"}",
        &["1:33-39 warning key \"kind\" already set in map"],
    );
}

#[test]
fn stays_bounded() {
    let many: String = (0..5000).map(|n| format!("field{n}: 1\n")).collect();
    let text = format!("apiVersion: v1\nkind: Pod\n{many}");
    assert_eq!(diagnose(&text).len(), DIAGNOSTICS_MAX);
    let documents = "x: 1\n---\n".repeat(50_000);
    assert_eq!(diagnose(&documents).len(), DIAGNOSTICS_MAX);
}

#[test]
fn a_text_that_grows_is_diagnosed_as_if_it_were_new() {
    let text = "apiVersion: v1\nkind: Pod\nsepc: {}\n---\nkind: Pod\n---\n{}\n---\na: b: c\n---\n\
                kind: Pod\n---\n--- x\n{\n";
    let mut diagnoser = Diagnoser::default();
    let ends = text.char_indices().map(|(end, _)| end);
    for end in ends.clone().chain(ends.rev()) {
        for text in [&text[..end], &text[end..]] {
            assert_eq!(diagnoser.diagnose(text), diagnose(text), "{text:?}");
        }
    }
}
