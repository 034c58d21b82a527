//! Pods that wait for room that is being made for them on a node.
//!
//! Models pkg/scheduler/backend/queue/nominator.go.

use crate::api::{Key, Str};
use crate::sim::Map;

use super::pod::{Placed, PodInfo};

/// Pods that wait for room on a node, by node.
#[derive(Clone, Debug, Default)]
pub struct Nominations {
    by_node: Map<Str, Map<Key, Placed>>,
    nodes: Map<Key, Str>,
}

impl Nominations {
    /// `pod` waits for room on `node`, and no longer on any other.
    pub fn add(&mut self, pod: &PodInfo, node: Str) {
        self.remove(&pod.key);
        self.by_node.entry_or(node.clone(), Map::new).insert(pod.key.clone(), pod.placed());
        self.nodes.insert(pod.key.clone(), node);
    }

    /// The pod waits for room no longer. Returns where it did.
    pub fn remove(&mut self, pod: &Key) -> Option<Str> {
        let node = self.nodes.remove(pod)?;
        let waiting = self.by_node.get_mut(&node)?;
        waiting.remove(pod);
        if waiting.is_empty() {
            self.by_node.remove(&node);
        }
        Some(node)
    }

    /// The node on which the pod waits for room.
    pub fn node_of(&self, pod: &Key) -> Option<&Str> {
        self.nodes.get(pod)
    }

    /// The pods that wait for room on `node`, other than `pod`.
    pub fn others_on(&self, node: &str, pod: &Key) -> impl Iterator<Item = &Placed> {
        let waiting = self.by_node.get(node).into_iter().flat_map(|waiting| waiting.values());
        waiting.filter(move |other| other.key != *pod)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::testing::pod;

    #[test]
    fn a_pod_waits_on_one_node_at_most() {
        let [a, b] = ["a", "b"].map(|n| PodInfo::new(pod(&format!("{{metadata: {{name: {n}}}}}"))));
        let mut nominations = Nominations::default();
        nominations.add(&a, "n".into());
        nominations.add(&b, "n".into());
        nominations.add(&a, "m".into());
        let on = |nominations: &Nominations, node: &str| {
            nominations.others_on(node, &a.key).map(|pod| pod.key.clone()).collect::<Vec<_>>()
        };
        assert_eq!((on(&nominations, "n"), on(&nominations, "m")), (vec![b.key.clone()], vec![]));
        assert_eq!(nominations.remove(&b.key).as_deref(), Some("n"));
        assert_eq!((nominations.remove(&b.key), nominations.by_node.len()), (None, 1));
    }
}
