//! Objects as a person would write them.
//!
//! What the server fills in is found by asking it: a field that defaulting would put there again
//! is left out. What controllers and admission add is known by name. Invariant: the server makes
//! the same object of what is left.

use crate::api::{Fields, Resource, Value, decode, defaults};

/// Fields of the metadata that only the server writes.
const METADATA: [&str; 9] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Annotations that kubectl and controllers write, by how they begin.
const ANNOTATIONS: [&str; 6] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/",
    "deprecated.daemonset.template.generation",
    "pv.kubernetes.io/",
    "volume.beta.kubernetes.io/",
    "volume.kubernetes.io/",
];

/// Labels that the server writes.
const LABELS: [&str; 1] = ["kubernetes.io/metadata.name"];

/// Fields of specs that are filled in after defaulting, by kind.
const SPECS: &[(&str, &[&str])] = &[
    ("Service", &["clusterIPs", "healthCheckNodePort", "ipFamilies", "ipFamilyPolicy"]),
    ("Pod", &["nodeName", "priority", "preemptionPolicy"]),
    ("Namespace", &["finalizers"]),
    ("PersistentVolumeClaim", &["volumeName"]),
    ("PersistentVolume", &["claimRef"]),
];

/// The object as a person would write it.
pub fn clean(resource: Resource, object: &Value) -> Value {
    let mut value = object.clone();
    strip(resource, &mut value);
    let full = filled(resource, &value);
    let mut root = value.clone();
    let keys: Vec<String> = keys(&value);
    for key in keys.iter().filter(|key| !matches!(key.as_str(), "apiVersion" | "kind")) {
        reduce(resource, &full, &mut root, &mut vec![Step::Key(key.clone())]);
    }
    root
}

/// A step into a value.
#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Item(usize),
}

/// The object as the server has it once its defaults are filled in.
fn filled(resource: Resource, value: &Value) -> Value {
    let mut value = decode::decode(resource, value).map_or_else(|_| value.clone(), |it| it.value);
    defaults::apply(resource, &mut value);
    value
}

/// Takes away what is at `path`, or as much within it as makes no difference.
fn reduce(resource: Resource, full: &Value, root: &mut Value, path: &mut Vec<Step>) {
    if let Some(Step::Key(_)) = path.last() {
        let mut without = root.clone();
        remove(&mut without, path);
        if filled(resource, &without) == *full {
            *root = without;
            return;
        }
    }
    let steps: Vec<Step> = match at(root, path) {
        Value::Map(fields) => fields.iter().map(|(key, _)| Step::Key(key.to_string())).collect(),
        Value::List(items) => (0..items.len()).map(Step::Item).collect(),
        _ => Vec::new(),
    };
    for step in steps {
        path.push(step);
        reduce(resource, full, root, path);
        path.pop();
    }
}

fn at<'a>(value: &'a Value, path: &[Step]) -> &'a Value {
    path.iter().fold(value, |value, step| match step {
        Step::Key(key) => value.at(key),
        Step::Item(item) => value.items().get(*item).unwrap_or(&Value::Null),
    })
}

fn remove(value: &mut Value, path: &[Step]) {
    match path {
        [Step::Key(key)] => _ = value.make_map().remove(key),
        [Step::Key(key), rest @ ..] => remove(value.entry(key), rest),
        [Step::Item(item), rest @ ..] => {
            if let Some(item) = value.make_list().get_mut(*item) {
                remove(item, rest);
            }
        }
        [] => {}
    }
}

fn keys(value: &Value) -> Vec<String> {
    value.as_map().into_iter().flat_map(Fields::iter).map(|(key, _)| key.to_string()).collect()
}

/// Takes away what is known by name.
fn strip(resource: Resource, value: &mut Value) {
    value.make_map().remove("status");
    let meta = value.entry("metadata").make_map();
    METADATA.iter().for_each(|field| _ = meta.remove(field));
    if meta.get("namespace").map_or("", Value::text) == "default" {
        meta.remove("namespace");
    }
    retain(meta, "annotations", |key| !ANNOTATIONS.iter().any(|start| key.starts_with(start)));
    retain(meta, "labels", |key| !LABELS.contains(&key));
    let kind = resource.info().kind;
    if let Some((_, fields)) = SPECS.iter().find(|(known, _)| *known == kind)
        && let Some(spec) = value.make_map().get_mut("spec")
    {
        fields.iter().for_each(|field| _ = spec.make_map().remove(field));
    }
    if kind == "Service" && value.at_path(&["spec", "clusterIP"]).text() != "None" {
        value.entry("spec").make_map().remove("clusterIP");
    }
    if kind == "Job" {
        strip_job(value);
    }
    let path: &[&str] = match kind {
        "Pod" => &["spec"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => &["spec", "template", "spec"],
    };
    if value.at_path(path).at("containers").as_map().is_none()
        && !value.at_path(path).at("containers").items().is_empty()
    {
        strip_pod(value.entry_path(path), kind == "Pod");
    }
}

fn retain(meta: &mut Fields, map: &str, keep: impl Fn(&str) -> bool) {
    let Some(all) = meta.get_mut(map) else { return };
    all.make_map().retain(|key, _| keep(key));
    if all.is_empty() {
        meta.remove(map);
    }
}

/// A job's own selector and the labels that go with it.
fn strip_job(value: &mut Value) {
    if value.at_path(&["spec", "manualSelector"]).as_bool() == Some(true) {
        return;
    }
    value.entry("spec").make_map().remove("selector");
    let own = |key: &str| {
        matches!(key, "controller-uid" | "job-name") || key.starts_with("batch.kubernetes.io/")
    };
    retain(value.entry("metadata").make_map(), "labels", |key| !own(key));
    let meta = value.entry_path(&["spec", "template", "metadata"]).make_map();
    meta.remove("creationTimestamp");
    retain(meta, "labels", |key| !own(key));
}

/// What admission adds to pods, and what is the same as another field.
fn strip_pod(spec: &mut Value, is_pod: bool) {
    spec.make_map().remove("serviceAccount");
    if spec.at("serviceAccountName").text() == "default" {
        spec.make_map().remove("serviceAccountName");
    }
    if !is_pod {
        return;
    }
    let is_added = |name: &Value| name.text().starts_with("kube-api-access-");
    drop_items(spec, "volumes", |volume| is_added(volume.at("name")));
    for list in ["initContainers", "containers"] {
        if spec.at(list).is_null() {
            continue;
        }
        for container in spec.entry(list).make_list() {
            drop_items(container, "volumeMounts", |mount| is_added(mount.at("name")));
        }
    }
    let is_default = |toleration: &Value| {
        let key = toleration.at("key").text();
        matches!(key, "node.kubernetes.io/not-ready" | "node.kubernetes.io/unreachable")
            && toleration.at("tolerationSeconds").as_int() == Some(300)
    };
    drop_items(spec, "tolerations", is_default);
}

fn drop_items(value: &mut Value, list: &str, goes: impl Fn(&Value) -> bool) {
    if value.at(list).is_null() {
        return;
    }
    value.entry(list).make_list().retain(|item| !goes(item));
    if value.at(list).items().is_empty() {
        value.make_map().remove(list);
    }
}

/// Where an object comes from.
pub fn origin(resource: Resource, object: &Value) -> Origin {
    /// Kinds whose objects the cluster makes.
    const KINDS: [&str; 14] = [
        "APIService",
        "CSINode",
        "CertificateSigningRequest",
        "ComponentStatus",
        "ControllerRevision",
        "EndpointSlice",
        "Endpoints",
        "Event",
        "FlowSchema",
        "IPAddress",
        "Lease",
        "Node",
        "PriorityLevelConfiguration",
        "ServiceCIDR",
    ];
    let meta = object.at("metadata");
    let (name, namespace) = (meta.at("name").text(), meta.at("namespace").text());
    let is_system =
        |namespace: &str| namespace.starts_with("kube-") || namespace == "local-path-storage";
    let kind = resource.info().kind;
    let mut owners = meta.at("ownerReferences").items().iter();
    if owners.any(|owner| owner.at("controller").as_bool() == Some(true)) {
        return Origin::Owned;
    }
    let made = match kind {
        _ if KINDS.contains(&kind) || is_system(namespace) => true,
        "Namespace" => name == "default" || is_system(name),
        "ServiceAccount" => name == "default",
        "ConfigMap" => name == "kube-root-ca.crt",
        "Service" => namespace == "default" && name == "kubernetes",
        "Secret" => object.at("type").text() == "kubernetes.io/service-account-token",
        "PriorityClass" => name.starts_with("system-"),
        "ClusterRole" | "ClusterRoleBinding" | "Role" | "RoleBinding" => {
            !meta.at_path(&["labels", "kubernetes.io/bootstrapping"]).is_null()
                || ["system:", "kubeadm:"].iter().any(|start| name.starts_with(start))
        }
        _ => false,
    };
    if made { Origin::Cluster } else { Origin::Person }
}

/// Where an object comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A person made it.
    Person,
    /// A controller made it for another object, and would make it again.
    Owned,
    /// Every cluster has it.
    Cluster,
}
