//! The recorded cases once more: changes of objects that exist, and how they were refused.

use crate::api::patch::{apply_json, apply_merge, apply_strategic};
use crate::api::testkit::{
    decode, documents, json, receive, recordings, refusal, resource_of, steps,
};
use crate::api::validation::{validate_create, validate_update};
use crate::api::{Resource, Value, defaults};

/// Just enough of a cluster to change objects in.
#[derive(Default)]
struct Store(Vec<(Resource, Value)>);

impl Store {
    fn create(&mut self, object: &Value) {
        let Some(resource) = resource_of(object) else {
            return;
        };
        let mut object = receive(resource, object);
        if !validate_create(resource, &object).is_empty() || self.find(resource, &object).is_some()
        {
            return;
        }
        *object.entry_path(&["metadata", "uid"]) = "1f5e9a60-0000-4000-8000-000000000000".into();
        *object.entry_path(&["metadata", "resourceVersion"]) = "7".into();
        match resource {
            Resource::PODS if object.at_path(&["spec", "schedulingGates"]).is_empty() => {
                let node = object.entry_path(&["spec", "nodeName"]);
                if node.is_empty() {
                    *node = "node-1".into();
                }
            }
            Resource::SERVICES if object.at_path(&["spec", "clusterIP"]).is_empty() => {
                *object.entry_path(&["spec", "clusterIP"]) = "10.96.0.77".into();
                *object.entry_path(&["spec", "clusterIPs"]) = vec!["10.96.0.77".into()].into();
                *object.entry_path(&["spec", "ipFamilies"]) = vec!["IPv4".into()].into();
                *object.entry_path(&["spec", "ipFamilyPolicy"]) = "SingleStack".into();
            }
            _ => {}
        }
        self.0.push((resource, object));
    }

    fn find(&self, resource: Resource, like: &Value) -> Option<usize> {
        let name = |object: &Value| object.at_path(&["metadata", "name"]).clone();
        self.0.iter().position(|(other, object)| *other == resource && name(object) == name(like))
    }

    /// The server's answer to a changed object, as kubectl prints it; empty when it is taken.
    fn update(&mut self, resource: Resource, at: usize, changed: &Value) -> String {
        let old = self.0[at].1.clone();
        let mut new = decode(resource, changed);
        defaults::apply(resource, &mut new);
        defaults::prepare_update(resource, &mut new, &old);
        let causes = validate_update(resource, &new, &old);
        if causes.is_empty() {
            self.0[at].1 = new;
        }
        refusal(resource, old.at_path(&["metadata", "name"]).text(), &causes)
    }
}

/// A command line in words, quotes taken off.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), None);
    for c in command.chars() {
        match (quoted, c) {
            (None, ' ') if !word.is_empty() => words.push(std::mem::take(&mut word)),
            (None, ' ') => {}
            (None, '\'' | '"') => quoted = Some(c),
            (Some(open), close) if open == close => quoted = None,
            (_, other) => word.push(other),
        }
    }
    words.push(word);
    words
}

/// A Deployment as `kubectl create deployment` makes it.
fn deployment(name: &str, image: &str) -> Value {
    let repository = image.rsplit('/').next().unwrap().split([':', '@']).next().unwrap();
    json(&format!(
        r#"{{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"{name}"}},"spec":{{
        "replicas":1,"selector":{{"matchLabels":{{"app":"{name}"}}}},"template":{{"metadata":{{
        "labels":{{"app":"{name}"}}}},"spec":{{"containers":[{{"name":"{repository}","image":
        "{image}"}}]}}}}}}}}"#
    ))
}

/// Performs the command; the server's answer, if the command is a change of an object we know.
fn perform(store: &mut Store, command: &str, files: &[(String, String)]) -> Option<String> {
    let words = words(command);
    let flag = |name: &str| {
        let at = words.iter().position(|word| word == name);
        let after = at.and_then(|at| words.get(at + 1)).map(String::as_str);
        after.or_else(|| words.iter().find_map(|word| word.strip_prefix(&format!("{name}="))))
    };
    let word = |at: usize| words.get(at).map(String::as_str).unwrap_or("");
    match (word(1), word(2)) {
        ("create", "deployment") => {
            store.create(&deployment(word(3), flag("--image")?));
            None
        }
        ("create", "service") => {
            store.create(&json(&format!(
                r#"{{"apiVersion":"v1","kind":"Service","metadata":{{"name":"{}"}},"spec":{{
                "ports":[{{"name":"80","port":80}}],"selector":{{"app":"{}"}}}}}}"#,
                word(4),
                word(4)
            )));
            None
        }
        ("create", "configmap") => {
            store.create(&json(&format!(
                r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}"}},
                "data":{{"a":"1"}}}}"#,
                word(3)
            )));
            None
        }
        ("create" | "apply", _) => {
            let (_, manifest) = files.iter().find(|(name, _)| Some(name.as_str()) == flag("-f"))?;
            documents(manifest).iter().for_each(|object| store.create(object));
            None
        }
        ("patch", kind) => {
            let resource = Resource::named(kind)?;
            let like = Value::map([("metadata", Value::map([("name", Value::from(word(3)))]))]);
            let at = store.find(resource, &like)?;
            let patch = serde_json::from_str(flag("-p")?).ok()?;
            let patch = crate::api::testkit::from_json(&patch);
            let old = store.0[at].1.clone();
            let changed = match flag("--type") {
                Some("json") => apply_json(&old, &patch),
                Some("merge") => Ok(apply_merge(&old, &patch)),
                _ => apply_strategic(resource, &old, &patch),
            };
            Some(store.update(resource, at, &changed.ok()?))
        }
        ("delete", kind) => {
            let resource = Resource::named(kind)?;
            let like = Value::map([("metadata", Value::map([("name", Value::from(word(3)))]))]);
            let at = store.find(resource, &like)?;
            let metadata = store.0[at].1.entry("metadata");
            if metadata.at("finalizers").is_empty() {
                store.0.remove(at);
            } else {
                *metadata.entry("deletionTimestamp") = "2026-01-01T00:00:00Z".into();
            }
            None
        }
        _ => None,
    }
}

/// What differs from run to run, made alike.
fn normal(text: &str) -> String {
    let mut out = text.replace("\"00000000-0000-0000-0000-000000000000\"", "\"UID\"");
    while let Some(start) = out.find("10.96.") {
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        let end = out[start..].find(|c| !is_part(c)).map_or(out.len(), |length| start + length);
        out.replace_range(start..end, "CLUSTER_IP");
    }
    let lines: Vec<_> = out.lines().map(str::trim_end).collect();
    lines.join("\n")
}

#[test]
fn refuses_changes_in_the_same_words() {
    let Some(folder) = recordings("kubectl") else {
        return;
    };
    let (mut same, mut all, mut wrong) = (0, 0, Vec::new());
    let mut cases: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    for path in cases {
        let mut store = Store::default();
        for step in steps(&std::fs::read_to_string(&path).unwrap()) {
            let answer = perform(&mut store, &step.command, &step.files);
            let (Some(ours), Some(output)) = (answer, &step.output) else {
                continue;
            };
            // Refusals that come before or after the rules of the object.
            let elsewhere = ["Error from server", "The request is invalid", "already allocated"];
            if elsewhere.iter().any(|part| output.contains(part)) {
                continue;
            }
            all += 1;
            let theirs =
                if output.contains(" is invalid: ") { normal(output) } else { String::new() };
            if normal(&ours) == theirs {
                same += 1;
            } else {
                let case = path.file_stem().unwrap().to_string_lossy();
                let command = &step.command;
                wrong.push(format!("{case}: {command}\n-- ours\n{ours}\n-- theirs\n{theirs}"));
            }
        }
    }
    println!("{same} of {all} changes answered in the same words");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
