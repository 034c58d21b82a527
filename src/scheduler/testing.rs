//! Objects for tests, written as people write them.

use crate::api::types::{Node, Pod};
use crate::api::{Object, Resource, Typed, Uid, Value};
use crate::scheduler::cache::Cache;
use crate::scheduler::framework::{Ctx, Listers};
use crate::scheduler::pod::PodInfo;
use crate::sim::Fingerprint;

/// The value that `text` means, in YAML.
pub fn yaml(text: &str) -> Value {
    let document: serde_yaml::Value = serde_yaml::from_str(text).expect("well-formed YAML");
    convert(&document)
}

/// A pod of `text`, in namespace `default` unless it says otherwise. Its identity comes from its
/// name, so that tests need not give one.
pub fn pod(text: &str) -> Typed<Pod> {
    let object = Object::load(Resource::PODS, &yaml(text)).with_meta(|meta| {
        if meta.namespace.is_empty() {
            meta.namespace = "default".into();
        }
        if meta.uid.is_none() {
            let name = [meta.namespace.as_str(), "/", meta.name.as_str()].concat();
            meta.uid = Uid::random(Fingerprint::of_str(&name), 1);
        }
    });
    object.typed().expect("it was loaded as a pod")
}

/// A node of `text`.
pub fn node(text: &str) -> Typed<Node> {
    Object::load(Resource::NODES, &yaml(text)).typed().expect("it was loaded as a node")
}

/// An object of any kind.
pub fn object(resource: Resource, text: &str) -> Object {
    Object::load(resource, &yaml(text))
}

/// A node called `name` with 4 cpus, 8 GiB and room for 110 pods; `more` are further fields.
pub fn plain_node(name: &str, more: &str) -> Typed<Node> {
    node(&format!(
        "{{metadata: {{name: {name}, labels: {{kubernetes.io/hostname: {name}}}}},
           status: {{allocatable: {{cpu: '4', memory: 8Gi, pods: '110'}}}}, {more}}}"
    ))
}

/// A cache of nodes and of pods that are on them.
pub fn cache(nodes: &[Typed<Node>], pods: &[Typed<Pod>]) -> Cache {
    let mut cache = Cache::default();
    nodes.iter().for_each(|node| cache.set_node(node.clone()));
    pods.iter().for_each(|pod| cache.add_pod(pod));
    cache.arrange();
    cache
}

/// Runs `look` as a plugin sees `pod` among `cache` when there is nothing else in the cluster.
pub fn with_ctx<R>(pod: &Typed<Pod>, cache: &Cache, look: impl FnOnce(&Ctx<'_>) -> R) -> R {
    let nothing = crate::api::Collection::default();
    let listers = Listers {
        namespaces: &nothing,
        services: &nothing,
        replication_controllers: &nothing,
        replica_sets: &nothing,
        pods: &nothing,
        budgets: &[],
    };
    let pod = PodInfo::new(pod.clone());
    look(&Ctx { pod: &pod, cache, listers })
}

fn convert(value: &serde_yaml::Value) -> Value {
    match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(truth) => Value::Bool(*truth),
        serde_yaml::Value::Number(number) => number
            .as_i64()
            .map_or_else(|| Value::Float(number.as_f64().unwrap_or_default()), Value::Int),
        serde_yaml::Value::String(text) => text.as_str().into(),
        serde_yaml::Value::Sequence(items) => items.iter().map(convert).collect(),
        serde_yaml::Value::Mapping(map) => {
            let mut fields = crate::api::Fields::new();
            for (key, value) in map {
                fields.insert(key.as_str().expect("keys are text"), convert(value));
            }
            fields.into()
        }
        serde_yaml::Value::Tagged(tagged) => convert(&tagged.value),
    }
}
