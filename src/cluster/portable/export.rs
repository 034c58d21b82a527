//! What is here, as one script that builds it anew on a real machine.

use super::clean::{Origin, clean, origin};
use crate::api::{Object, Resource, Value};
use crate::cluster::{Command, Session};
use crate::manifest;

/// A cluster as files.
#[derive(Clone, PartialEq, Debug)]
pub struct Export {
    /// The configuration of kind for the same nodes.
    pub kind: String,
    /// The objects that a person made, as manifests.
    pub manifests: String,
    /// What kubectl has to do to the nodes.
    pub nodes: Vec<String>,
    /// The lines of kubectl that were typed.
    pub typed: Vec<String>,
}

/// The order in which kinds are created; others come last.
const ORDER: [&str; 14] = [
    "Namespace",
    "CustomResourceDefinition",
    "PriorityClass",
    "StorageClass",
    "ServiceAccount",
    "ClusterRole",
    "Role",
    "ClusterRoleBinding",
    "RoleBinding",
    "ConfigMap",
    "Secret",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Service",
];

/// Labels that every node has, by how they begin.
const COMMON_LABELS: [&str; 5] = [
    "kubernetes.io/",
    "beta.kubernetes.io/",
    "node-role.kubernetes.io/",
    "node.kubernetes.io/",
    "node-role.",
];

impl Export {
    /// The cluster of `session` at the moment it shows.
    pub fn of(session: &Session) -> Self {
        let cluster = session.cluster();
        let mut objects: Vec<(usize, Resource, Value)> = Vec::new();
        for resource in Resource::all() {
            let place = ORDER.iter().position(|kind| *kind == resource.info().kind);
            let all = cluster.collection(resource).into_iter().flat_map(|all| all.iter());
            for value in all.map(Object::to_value) {
                if origin(resource, &value) == Origin::Person {
                    objects.push((place.unwrap_or(ORDER.len()), resource, clean(resource, &value)));
                }
            }
        }
        objects.sort_by_key(|(place, ..)| *place);
        let texts: Vec<String> =
            objects.iter().map(|(_, _, value)| manifest::to_yaml(value)).collect();
        let nodes: Vec<Value> = cluster
            .collection(Resource::NODES)
            .into_iter()
            .flat_map(|all| all.iter())
            .map(Object::to_value)
            .collect();
        let masters = usize::from(cluster.config().masters);
        let (kind, commands) = kind_of(&nodes, masters);
        let is_kubectl = |line: &&String| {
            line.starts_with("kubectl ") || line.starts_with("k ") || line.contains("| kubectl ")
        };
        let lines = session.commands().iter().filter_map(|given| match &*given.command {
            Command::Type { line } => Some(line),
            _ => None,
        });
        Self {
            kind,
            manifests: texts.join("---\n"),
            nodes: commands,
            typed: lines.filter(is_kubectl).cloned().collect(),
        }
    }

    /// Everything as one script.
    pub fn script(&self) -> String {
        let Self { kind, manifests, nodes, typed } = self;
        let mut text = "#!/usr/bin/env bash\n\
            # This cluster on your own machine, with kind (https://kind.sigs.k8s.io) and kubectl.\n\
            # 이 클러스터를 kind와 kubectl로 내 컴퓨터에서 다시 만든다.\n\
            set -e\n\n\
            # The same nodes. Their names begin with kind- there.\n\
            cat > kind.yaml <<'END_OF_FILE'\n"
            .to_owned();
        text += &format!("{kind}END_OF_FILE\nkind create cluster --config kind.yaml\n");
        for line in nodes {
            text += &format!("{line}\n");
        }
        if !manifests.is_empty() {
            text += &format!(
                "\n# The objects, without what the cluster adds by itself.\n\
                 cat > objects.yaml <<'END_OF_FILE'\n{manifests}END_OF_FILE\n\
                 kubectl apply -f objects.yaml\n"
            );
        }
        if !typed.is_empty() {
            text += "\n# What was typed here:\n";
            for line in typed.iter().flat_map(|line| line.lines()) {
                text += &format!("#   {line}\n");
            }
        }
        text
    }
}

/// The configuration of kind for nodes, and what it cannot say, as lines of kubectl.
fn kind_of(nodes: &[Value], masters: usize) -> (String, Vec<String>) {
    const MASTER: &str = "node-role.kubernetes.io/control-plane";
    let is_master = |node: &&Value| !node.at_path(&["metadata", "labels", MASTER]).is_null();
    let shown = nodes.iter().filter(is_master).count().max(masters.min(1)).max(masters);
    let mut text = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n".to_owned();
    text += &"- role: control-plane\n".repeat(shown.max(1));
    let mut lines = Vec::new();
    let workers = nodes.iter().filter(|node| !is_master(node));
    for (at, node) in workers.enumerate() {
        let name = match at {
            0 => "kind-worker".to_owned(),
            at => format!("kind-worker{}", at + 1),
        };
        let own = node.at_path(&["metadata", "name"]).text();
        text += &format!("- role: worker # {own}\n");
        let labels =
            node.at_path(&["metadata", "labels"]).as_map().into_iter().flat_map(|l| l.iter());
        let is_own = |key: &str| !COMMON_LABELS.iter().any(|start| key.starts_with(start));
        let labels: Vec<_> = labels.filter(|(key, _)| is_own(key)).collect();
        if !labels.is_empty() {
            text += "  labels:\n";
        }
        for (key, value) in labels {
            text += &format!("    {key}: {}\n", Value::from(value.text()).to_json());
        }
        for taint in node.at_path(&["spec", "taints"]).items() {
            let [key, value, effect] =
                ["key", "value", "effect"].map(|field| taint.at(field).text());
            if !key.starts_with("node.kubernetes.io/") {
                let equals = if value.is_empty() { "" } else { "=" };
                lines.push(format!("kubectl taint nodes {name} {key}{equals}{value}:{effect}"));
            }
        }
        if node.at_path(&["spec", "unschedulable"]).as_bool() == Some(true) {
            lines.push(format!("kubectl cordon {name}"));
        }
    }
    (text, lines)
}
