//! What tests of the rules share: manifests as values, a server's way with them, and the recorded
//! cases. Only compiled for tests.

use std::path::PathBuf;

use super::defaults;
use super::schema::{Ty, Type};
use super::validation::validate_create;
use super::{Cause, Quantity, Resource, Value};

/// Where the recordings are; `None`, and a printed line, when they are not there.
pub fn recordings(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("ORRERY_CONFORMANCE").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance");
    let path = root.unwrap_or_else(beside).join(folder);
    let there = path.is_dir();
    if !there {
        println!("no recordings at {}: skipped", path.display());
    }
    there.then_some(path)
}

/// The documents of a YAML text.
pub fn documents(text: &str) -> Vec<Value> {
    use serde::Deserialize;
    let documents = serde_yaml::Deserializer::from_str(text);
    let values = documents.map_while(|document| serde_yaml::Value::deserialize(document).ok());
    values.map(from_yaml).filter(|value| !value.is_null()).collect()
}

/// The only document of a YAML text.
pub fn document(text: &str) -> Value {
    documents(text).pop().expect("a document")
}

/// A JSON text.
pub fn json(text: &str) -> Value {
    from_json(&serde_json::from_str(text).expect("JSON"))
}

/// A value from serde's.
pub fn from_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().expect("a number")),
        },
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Array(items) => items.iter().map(from_json).collect(),
        serde_json::Value::Object(fields) => {
            let entries = fields.iter().map(|(key, value)| (key.into(), from_json(value)));
            entries.collect::<super::Fields>().into()
        }
    }
}

fn from_yaml(value: serde_yaml::Value) -> Value {
    match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(truth) => Value::Bool(truth),
        serde_yaml::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().expect("a number")),
        },
        serde_yaml::Value::String(text) => text.into(),
        serde_yaml::Value::Sequence(items) => items.into_iter().map(from_yaml).collect(),
        serde_yaml::Value::Mapping(fields) => {
            let key = |key: serde_yaml::Value| match from_yaml(key) {
                Value::Str(text) => text,
                other => other.to_json().into(),
            };
            let entries = fields.into_iter().map(|(k, value)| (key(k), from_yaml(value)));
            entries.collect::<super::Fields>().into()
        }
        serde_yaml::Value::Tagged(tagged) => from_yaml(tagged.value),
    }
}

/// The resource an object says it is of.
pub fn resource_of(object: &Value) -> Option<Resource> {
    Resource::of_kind(object.at("apiVersion").text(), object.at("kind").text())
}

/// What is left of a value when it is read as an object of `resource`: amounts in their canonical
/// form, nothing that is unknown, nothing that is null.
pub fn decode(resource: Resource, object: &Value) -> Value {
    decode_type(resource.ty(), object)
}

fn decode_type(ty: &Type, value: &Value) -> Value {
    let fields = value.as_map().into_iter().flat_map(|fields| fields.iter());
    let known = fields
        .filter(|(_, value)| !value.is_null())
        .filter_map(|(name, value)| Some((name.clone(), decode_value(&ty.field(name)?.ty, value))));
    known.collect::<super::Fields>().into()
}

fn decode_value(ty: &Ty, value: &Value) -> Value {
    match (ty, value) {
        (Ty::Object(id), _) => decode_type(id.get(), value),
        (Ty::List(of), Value::List(items)) => {
            items.iter().map(|item| decode_value(of, item)).collect()
        }
        (Ty::Map(of), Value::Map(fields)) => {
            let entries = fields.iter().map(|(key, value)| (key.clone(), decode_value(of, value)));
            entries.collect::<super::Fields>().into()
        }
        (Ty::Quantity, Value::Str(text)) => {
            Quantity::parse(text).map_or(value.clone(), |amount| amount.to_string().into())
        }
        (Ty::Quantity, number) => {
            Quantity::parse(&number.to_json()).map_or(value.clone(), |n| n.to_string().into())
        }
        _ => value.clone(),
    }
}

/// What a server does to an object that is to be created, up to its validation: decode, default,
/// admit, prepare.
pub fn receive(resource: Resource, object: &Value) -> Value {
    let mut object = decode(resource, object);
    defaults::apply(resource, &mut object);
    // As the recordings write what is different every time.
    *object.entry_path(&["metadata", "uid"]) = "UID".into();
    *object.entry_path(&["metadata", "creationTimestamp"]) = "TIME".into();
    if resource.info().namespaced {
        let namespace = object.entry_path(&["metadata", "namespace"]);
        if namespace.is_empty() {
            *namespace = "default".into();
        }
    }
    let finalizer = match resource {
        Resource::PERSISTENTVOLUMECLAIMS => "kubernetes.io/pvc-protection",
        Resource::PERSISTENTVOLUMES => "kubernetes.io/pv-protection",
        _ => "",
    };
    if !finalizer.is_empty() {
        object.entry_path(&["metadata", "finalizers"]).make_list().push(finalizer.into());
    }
    if resource == Resource::PODS {
        admit(&mut object);
    }
    defaults::prepare_create(resource, &mut object);
    object
}

/// What admission adds to a pod: service account and its token, priority, tolerations.
fn admit(pod: &mut Value) {
    let spec = pod.entry("spec");
    let mut put = |key: &str, value: Value| {
        if spec.at(key).is_empty() {
            *spec.entry(key) = value;
        }
    };
    put("serviceAccountName", "default".into());
    put("priority", Value::Int(0));
    put("preemptionPolicy", "PreemptLowerPriority".into());
    *spec.entry("serviceAccount") = spec.at("serviceAccountName").clone();
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let tolerations = spec.entry("tolerations").make_list();
        let tolerates = |toleration: &Value| {
            let (own, effect) = (toleration.at("key").text(), toleration.at("effect").text());
            (own == key || own.is_empty()) && (effect.is_empty() || effect == "NoExecute")
        };
        if !tolerations.iter().any(tolerates) {
            tolerations.push(Value::map([
                ("effect", "NoExecute".into()),
                ("key", key.into()),
                ("operator", "Exists".into()),
                ("tolerationSeconds", Value::Int(300)),
            ]));
        }
    }
    if spec.at("automountServiceAccountToken").as_bool() != Some(false) {
        mount_token(spec);
    }
}

fn mount_token(spec: &mut Value) {
    const VOLUME: &str = r#"{"name":"kube-api-access-xxxxx","projected":{"defaultMode":420,
        "sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},
        {"configMap":{"items":[{"key":"ca.crt","path":"ca.crt"}],"name":"kube-root-ca.crt"}},
        {"downwardAPI":{"items":[{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"},
        "path":"namespace"}]}}]}}"#;
    const PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
    let mut mounted = false;
    for list in ["initContainers", "containers"] {
        if spec.at(list).items().is_empty() {
            continue;
        }
        for container in spec.entry(list).make_list() {
            let mounts = container.entry("volumeMounts").make_list();
            if mounts.iter().any(|mount| mount.at("mountPath").text() == PATH) {
                continue;
            }
            mounted = true;
            mounts.push(Value::map([
                ("mountPath", PATH.into()),
                ("name", "kube-api-access-xxxxx".into()),
                ("readOnly", true.into()),
            ]));
        }
    }
    if mounted {
        spec.entry("volumes").make_list().push(json(VOLUME));
    }
}

/// What kubectl prints about an object that is to be created; empty when it may be.
pub fn verdict(object: &Value) -> String {
    let resource = resource_of(object).expect("a known kind");
    let received = receive(resource, object);
    let causes = validate_create(resource, &received);
    refusal(resource, received.at_path(&["metadata", "name"]).text(), &causes)
}

/// What kubectl prints when the server refuses. Models kubectl/pkg/cmd/util/helpers.go.
pub fn refusal(resource: Resource, name: &str, causes: &[Cause]) -> String {
    let head = format!("The {} \"{name}\" is invalid: ", resource.info().kind);
    match causes {
        [] => String::new(),
        [one] => format!("{head}{one}").trim_end().to_owned(),
        many => {
            let lines: Vec<_> = many.iter().map(|cause| format!("* {cause}")).collect();
            format!("{head}\n{}", lines.join("\n")).trim_end().to_owned()
        }
    }
}

/// One command of a recorded case, with what it printed.
pub struct Step {
    /// The command after the `$`.
    pub command: String,
    /// Its output; `None` where two recordings differed.
    pub output: Option<String>,
    /// The files there were.
    pub files: Vec<(String, String)>,
}

/// The commands of a recorded case.
pub fn steps(text: &str) -> Vec<Step> {
    let (mut steps, mut files) = (Vec::<Step>::new(), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("file ") {
            let name = rest.split(' ').next().unwrap_or("").to_owned();
            let body: Vec<_> = lines.by_ref().take_while(|line| *line != "EOF").collect();
            files.retain(|(other, _)| *other != name);
            files.push((name, body.join("\n")));
        } else if let Some(command) = line.strip_prefix("$ ") {
            let (command, output) = (command.to_owned(), Some(String::new()));
            steps.push(Step { command, output, files: files.clone() });
        } else if let Some(step) = steps.last_mut() {
            if line.starts_with('~') {
                step.output = None;
            } else if let (Some(output), Some(text)) = (&mut step.output, line.strip_prefix('|')) {
                output.push_str(text.strip_prefix(' ').unwrap_or(text));
                output.push('\n');
            }
        }
    }
    steps
}
