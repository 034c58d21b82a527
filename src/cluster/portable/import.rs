//! What `kubectl get -o yaml` printed of a real cluster, as a cluster here.

use super::clean::{Origin, clean, origin};
use crate::api::{Fields, Resource, Str, Value};
use crate::cluster::{Config, Machine};
use crate::manifest;

/// What a text came to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Import {
    /// The nodes in it; none if it says nothing of nodes.
    pub nodes: Vec<Machine>,
    /// The objects to be applied, as manifests.
    pub manifests: String,
    /// How many they are.
    pub objects: usize,
    /// How many objects were left out because their controllers make them anew.
    pub owned: usize,
    /// How many were left out because every cluster has them.
    pub common: usize,
    /// How many were left out because their kind is not known here.
    pub unknown: usize,
}

/// Labels that every node gets by itself.
const GIVEN_LABELS: [&str; 6] = [
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "kubernetes.io/arch",
    "beta.kubernetes.io/os",
    "beta.kubernetes.io/arch",
    "node.kubernetes.io/instance-type",
];

impl Import {
    /// Reads objects, in documents or lists, as YAML or JSON.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    pub fn read(text: &str) -> Result<Self, String> {
        let (documents, error) = manifest::read(text);
        if let Some(error) = error {
            return Err(error.message.clone());
        }
        let mut import = Self::default();
        let mut texts = Vec::new();
        for document in &documents {
            match document.value.at("items") {
                Value::List(items) => items.iter().for_each(|item| import.take(item, &mut texts)),
                _ => import.take(&document.value, &mut texts),
            }
        }
        import.objects = texts.len();
        import.manifests = texts.join("---\n");
        Ok(import)
    }

    fn take(&mut self, object: &Value, texts: &mut Vec<String>) {
        let (version, kind) = (object.at("apiVersion").text(), object.at("kind").text());
        if version.is_empty() && kind.is_empty() {
            return;
        }
        let Some(resource) = Resource::of_kind(version, kind) else {
            self.unknown += 1;
            return;
        };
        if resource == Resource::NODES {
            self.nodes.push(machine(object));
            return;
        }
        match origin(resource, object) {
            Origin::Person => texts.push(manifest::to_yaml(&clean(resource, object))),
            Origin::Owned => self.owned += 1,
            Origin::Cluster => self.common += 1,
        }
    }

    /// A bare cluster of its nodes; `None` if it has none.
    pub fn config(&self, seed: u64) -> Option<Config> {
        let config = Config { workers: self.nodes.clone(), ..Config::bare(seed, 0) };
        (!self.nodes.is_empty()).then_some(config)
    }
}

/// A node as a machine: what it can give, its own labels and taints.
fn machine(node: &Value) -> Machine {
    let amount = |name: &str, otherwise: &str| -> Str {
        let found = ["allocatable", "capacity"]
            .iter()
            .map(|field| node.at_path(&["status", field, name]).text())
            .find(|text| !text.is_empty());
        found.unwrap_or(otherwise).into()
    };
    let labels = node.at_path(&["metadata", "labels"]).as_map().into_iter().flat_map(Fields::iter);
    let own = labels.filter(|(key, _)| !GIVEN_LABELS.contains(&key.as_str()));
    let taints = node.at_path(&["spec", "taints"]).items().iter();
    let lasting = taints.filter(|taint| !taint.at("key").text().starts_with("node.kubernetes.io/"));
    let text = |value: &Value, field: &str| Str::from(value.at(field).text());
    Machine {
        cpu: amount("cpu", "4"),
        memory: amount("memory", "8Gi"),
        pods: amount("pods", "110").parse().unwrap_or(110),
        labels: own.map(|(key, value)| (key.clone(), value.text().into())).collect(),
        taints: lasting
            .map(|taint| (text(taint, "key"), text(taint, "value"), text(taint, "effect")))
            .collect(),
        ..Machine::new(node.at_path(&["metadata", "name"]).text())
    }
}
