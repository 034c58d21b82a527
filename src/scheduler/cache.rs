//! What the scheduler knows of nodes and of the pods on them, those included that it has decided
//! about and nobody else knows of yet.
//!
//! Models pkg/scheduler/backend/cache/cache.go, node_tree.go and snapshot.go. Upstream copies
//! what has changed into a snapshot for every cycle; here collections are persistent and a cycle
//! decides in one go, so the cache itself is the snapshot. The invariant is that it equals what
//! would be built anew from the nodes, the pods that have one, and the pods assumed to.

use std::sync::Arc;

use crate::api::codec::StrMap;
use crate::api::types::{Node, Pod};
use crate::api::{Str, Typed, Uid};
use crate::sim::{Log, Map};

use super::node_info::NodeInfo;
use super::pod::{LabelSetId, Needs, Placed, PodInfo, asks_the_same};

/// Nodes and the pods on them.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    nodes: Log<Arc<NodeInfo>>,
    slots: Map<Str, u64>,
    /// The slots of the nodes that exist, in the order in which cycles look at them.
    order: Arc<[u32]>,
    is_arranged: bool,
    /// Pods whose binding has been asked for and not been seen, with their nodes.
    assumed: Map<Uid, Str>,
    /// The labels that pods on nodes have, by namespace.
    label_sets: Map<(Str, LabelSetId), LabelSet>,
    images: Map<Str, ImageState>,
    /// How many pods have rules about other pods, and how many of these keep others away.
    affinity: (u32, u32),
    /// What the pod added last asks for: the next one of its template asks for the same.
    last_needs: Option<Arc<Needs>>,
}

/// Labels that pods on nodes have.
#[derive(Clone, Debug)]
pub struct LabelSet {
    /// The labels.
    pub labels: StrMap,
    pods: u32,
}

/// What is known of an image. Models staging/src/k8s.io/kube-scheduler/framework/types.go
/// ImageStateSummary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ImageState {
    /// Its size in bytes, as the first node that had it said.
    pub size: i64,
    /// How many nodes have it.
    pub nodes: u32,
}

impl Cache {
    /// How many nodes there are.
    pub fn len(&self) -> usize {
        debug_assert!(self.is_arranged, "nodes are arranged before they are looked at");
        self.order.len()
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The slots of all nodes, in the order in which cycles look at them.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// The node in a slot.
    pub fn at(&self, slot: u32) -> &NodeInfo {
        self.nodes.get(slot.into()).expect("slots come from the cache")
    }

    /// All nodes in the order in which cycles look at them.
    pub fn iter(&self) -> impl Iterator<Item = &NodeInfo> {
        self.order.iter().map(|slot| self.at(*slot))
    }

    /// The slot of the node `name`, if it exists.
    pub fn slot(&self, name: &str) -> Option<u32> {
        let slot = *self.slots.get(name)? as u32;
        self.at(slot).node().is_some().then_some(slot)
    }

    /// The node `name`, if it exists.
    pub fn node(&self, name: &str) -> Option<&NodeInfo> {
        self.slot(name).map(|slot| self.at(slot))
    }

    /// The node that the pod `uid` is assumed to go to, while its binding has not been seen.
    pub fn assumed(&self, uid: Uid) -> Option<&Str> {
        self.assumed.get(&uid)
    }

    /// The sets of labels that pods in `namespace` have.
    pub fn label_sets_in(&self, namespace: &Str) -> impl Iterator<Item = (LabelSetId, &StrMap)> {
        let (least, most) = (LabelSetId(0), LabelSetId(u64::MAX));
        let bounds = (namespace.clone(), least)..=(namespace.clone(), most);
        self.label_sets.range(bounds).map(|((_, id), set)| (*id, &set.labels))
    }

    /// All sets of labels that pods have, with their namespaces.
    pub fn label_sets(&self) -> impl Iterator<Item = (&Str, LabelSetId, &StrMap)> {
        self.label_sets.iter().map(|((namespace, id), set)| (namespace, *id, &set.labels))
    }

    /// What is known of an image, under the name that nodes give it.
    pub fn image(&self, name: &str) -> Option<ImageState> {
        self.images.get(name).copied()
    }

    /// Whether any pod on a node has rules about other pods, and whether any keeps others away.
    pub fn has_affinity(&self) -> (bool, bool) {
        (self.affinity.0 > 0, self.affinity.1 > 0)
    }

    /// Puts the nodes in order if any came, went or moved. Has to be called before a cycle looks
    /// at them. Zones take turns, so that the first nodes of a search are not all in one; within
    /// a zone nodes go by name, which is how a list brings them. Models node_tree.go list.
    pub fn arrange(&mut self) {
        if self.is_arranged {
            return;
        }
        let mut zones: Vec<((&str, &str), Vec<u32>)> = Vec::new();
        for slot in self.slots.values().map(|slot| *slot as u32) {
            let node = self.at(slot);
            if node.node().is_none() {
                continue;
            }
            let key = node.zone_key();
            match zones.iter_mut().find(|(zone, _)| *zone == key) {
                Some((_, slots)) => slots.push(slot),
                None => zones.push((key, vec![slot])),
            }
        }
        let most = zones.iter().map(|(_, slots)| slots.len()).max().unwrap_or(0);
        let turns = (0..most).flat_map(|turn| zones.iter().map(move |(_, slots)| slots.get(turn)));
        self.order = turns.flatten().copied().collect();
        self.is_arranged = true;
    }

    /// Takes over a node that is new or has changed.
    pub fn set_node(&mut self, node: Typed<Node>) {
        self.drop_images(node.name());
        for image in node.status.images.iter() {
            for name in image.names.iter() {
                let new = || ImageState { size: image.size_bytes, nodes: 0 };
                self.images.entry_or(name.clone(), new).nodes += 1;
            }
        }
        let info = self.make(node.meta().name.clone());
        let before = info.node().is_some().then(|| owned(info.zone_key()));
        info.set_node(Some(node));
        let stays = before.is_some_and(|zone| zone == owned(info.zone_key()));
        self.is_arranged &= stays;
    }

    /// A node is gone. It is remembered as long as pods are known to be on it.
    pub fn remove_node(&mut self, name: &str) {
        self.drop_images(name);
        let Some(&slot) = self.slots.get(name) else { return };
        let info = self.info_mut(slot);
        info.set_node(None);
        self.is_arranged = false;
        self.forget_if_empty(slot);
    }

    /// Takes over a pod that has a node. One that was assumed is so no longer.
    pub fn add_pod(&mut self, pod: &Typed<Pod>) {
        let (uid, node) = (pod.uid(), &pod.spec.node_name);
        if let Some(assumed) = self.assumed.remove(&uid)
            && assumed != *node
        {
            self.take(uid, &assumed);
        }
        self.put(PodInfo::new(pod.clone()).placed(), node.clone());
    }

    /// Takes over a change of a pod that has a node and was known before. Most changes are of its
    /// status, and cost nothing.
    pub fn update_pod(&mut self, before: &Typed<Pod>, after: &Typed<Pod>) {
        let moved = before.spec.node_name != after.spec.node_name;
        let same_life = before.meta().is_deleting() == after.meta().is_deleting();
        if moved {
            self.remove_pod(before);
        }
        if moved || !same_life || !asks_the_same(before, after) {
            self.add_pod(after);
        }
    }

    /// A pod that had a node is gone.
    pub fn remove_pod(&mut self, pod: &Typed<Pod>) {
        self.assumed.remove(&pod.uid());
        self.take(pod.uid(), &pod.spec.node_name);
    }

    /// Counts `pod` on `node` before anyone has heard of its going there.
    /// Models cache.go AssumePod.
    pub fn assume(&mut self, pod: &PodInfo, node: &Str) {
        self.assumed.insert(pod.uid(), node.clone());
        self.put(pod.placed(), node.clone());
    }

    /// The binding of an assumed pod did not come about. Models cache.go ForgetPod.
    pub fn forget(&mut self, uid: Uid) {
        if let Some(node) = self.assumed.remove(&uid) {
            self.take(uid, &node);
        }
    }

    /// Puts a pod on a node, known or not, without saying that it is assumed.
    pub fn put(&mut self, mut pod: Placed, node: Str) {
        pod.needs = self.shared(pod.needs);
        let info = self.make(node);
        let before = info.put(pod.clone());
        if let Some(before) = before {
            self.discount(&before);
        }
        self.count(&pod);
    }

    /// Takes a pod off a node.
    pub fn take(&mut self, uid: Uid, node: &str) {
        let Some(&slot) = self.slots.get(node) else { return };
        if let Some(pod) = self.info_mut(slot).take(uid) {
            self.discount(&pod);
            self.forget_if_empty(slot);
        }
    }

    fn count(&mut self, pod: &Placed) {
        let (namespace, id) = (Str::from(pod.key.namespace()), pod.needs.labels);
        let labels = &pod.needs.label_values;
        let new = || LabelSet { labels: labels.clone(), pods: 0 };
        self.label_sets.entry_or((namespace, id), new).pods += 1;
        if let Some(affinity) = &pod.needs.affinity {
            self.affinity.0 += 1;
            self.affinity.1 += u32::from(!affinity.required_anti.is_empty());
        }
    }

    fn discount(&mut self, pod: &Placed) {
        let key = (Str::from(pod.key.namespace()), pod.needs.labels);
        let set = self.label_sets.get_mut(&key).expect("what is discounted was counted");
        set.pods -= 1;
        if set.pods == 0 {
            self.label_sets.remove(&key);
        }
        if let Some(affinity) = &pod.needs.affinity {
            self.affinity.0 -= 1;
            self.affinity.1 -= u32::from(!affinity.required_anti.is_empty());
        }
    }

    fn shared(&mut self, needs: Arc<Needs>) -> Arc<Needs> {
        match &self.last_needs {
            Some(last) if Arc::ptr_eq(last, &needs) || **last == *needs => last.clone(),
            _ => self.last_needs.insert(needs).clone(),
        }
    }

    /// The node `name`, made if it is not known.
    fn make(&mut self, name: Str) -> &mut NodeInfo {
        let slot = match self.slots.get(&name) {
            Some(&slot) => slot,
            None => {
                let slot = self.nodes.push(Arc::new(NodeInfo::new(name.clone())));
                self.slots.insert(name, slot);
                slot
            }
        };
        self.info_mut(slot)
    }

    fn info_mut(&mut self, slot: u64) -> &mut NodeInfo {
        Arc::make_mut(self.nodes.get_mut(slot).expect("slots come from the cache"))
    }

    /// Gives up the slot of a node that is gone and has no pods; the last node moves into it.
    fn forget_if_empty(&mut self, slot: u64) {
        let info = &self.nodes.get(slot).expect("slots come from the cache");
        if info.node().is_some() || !info.pods().is_empty() {
            return;
        }
        self.slots.remove(&info.name);
        let end = self.nodes.end() - 1;
        if slot != end {
            let last = self.nodes.last().expect("there is one at `slot` at least").clone();
            self.slots.insert(last.name.clone(), slot);
            *self.nodes.get_mut(slot).expect("slots come from the cache") = last;
        }
        self.nodes.cut_back(end);
        self.is_arranged = false;
    }

    fn drop_images(&mut self, node: &str) {
        let Some(slot) = self.slots.get(node) else { return };
        let info = self.nodes.get(*slot).expect("slots come from the cache").clone();
        let named = info.node().into_iter().flat_map(|node| node.status.images.iter());
        for name in named.flat_map(|image| image.names.iter()) {
            let state = self.images.get_mut(name).expect("it was counted when the node came");
            state.nodes -= 1;
            if state.nodes == 0 {
                self.images.remove(name);
            }
        }
    }
}

fn owned((region, zone): (&str, &str)) -> (Str, Str) {
    (region.into(), zone.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::testing::{self, cache, plain_node};

    fn names(cache: &Cache) -> Vec<&str> {
        cache.iter().map(|node| node.name.as_str()).collect()
    }

    #[test]
    fn zones_take_turns() {
        let node = |name: &str, zone: &str| {
            testing::node(&format!(
                "{{metadata: {{name: {name}, labels: {{topology.kubernetes.io/zone: {zone}}}}}}}"
            ))
        };
        let nodes = [node("d", "y"), node("a", "x"), node("b", "x"), node("c", "x")];
        let mut cache = cache(&nodes, &[]);
        assert_eq!(names(&cache), ["a", "d", "b", "c"]);
        cache.set_node(node("b", "y"));
        cache.remove_node("a");
        cache.arrange();
        assert_eq!(names(&cache), ["b", "c", "d"]);
    }

    #[test]
    fn pods_outlive_their_node_and_are_there_when_it_comes_back() {
        let pod = testing::pod("{metadata: {name: p}, spec: {nodeName: n, containers: [{}]}}");
        let mut cache = cache(&[plain_node("m", "")], std::slice::from_ref(&pod));
        assert_eq!((names(&cache), cache.node("n").is_none()), (vec!["m"], true));
        cache.set_node(plain_node("n", ""));
        cache.arrange();
        assert_eq!(cache.node("n").map(|node| node.pods().len()), Some(1));
        cache.remove_node("n");
        cache.remove_pod(&pod);
        cache.arrange();
        assert_eq!((cache.nodes.len(), cache.label_sets.len()), (1, 0));
    }

    #[test]
    fn assumed_pods_are_confirmed_moved_or_forgotten() {
        let nodes = [plain_node("a", ""), plain_node("b", "")];
        let pending = testing::pod("{metadata: {name: p}, spec: {containers: [{}]}}");
        let info = PodInfo::new(pending.clone());
        let on = |node: &str| {
            testing::pod(&format!(
                "{{metadata: {{name: p}}, spec: {{nodeName: {node}, containers: [{{}}]}}}}"
            ))
        };
        let counts = |cache: &Cache| ["a", "b"].map(|n| cache.node(n).unwrap().pods().len());
        let mut cache = cache(&nodes, &[]);
        cache.assume(&info, &"a".into());
        assert_eq!((counts(&cache), cache.assumed(info.uid()).is_some()), ([1, 0], true));
        cache.forget(info.uid());
        assert_eq!(counts(&cache), [0, 0]);
        cache.assume(&info, &"a".into());
        cache.add_pod(&on("b"));
        assert_eq!((counts(&cache), cache.assumed(info.uid()).is_none()), ([0, 1], true));
        cache.update_pod(&on("b"), &on("a"));
        assert_eq!(counts(&cache), [1, 0]);
    }

    #[test]
    fn images_count_the_nodes_that_have_them() {
        let with = |name: &str, size: u32| {
            plain_node(name, "").with(|node| {
                let images = format!("{{images: [{{names: [i, j], sizeBytes: {size}}}]}}");
                node.status = crate::api::Codec::load(&testing::yaml(&images));
            })
        };
        let mut cache = cache(&[with("a", 5), with("b", 7)], &[]);
        assert_eq!(cache.image("j"), Some(ImageState { size: 5, nodes: 2 }));
        cache.set_node(plain_node("a", ""));
        assert_eq!(cache.image("i"), Some(ImageState { size: 5, nodes: 1 }));
        cache.remove_node("b");
        assert_eq!(cache.image("i"), None);
    }

    /// Whatever happens in whatever order, the cache equals one built from what there is.
    #[test]
    fn equals_a_cache_built_anew() {
        let mut rng = crate::sim::Rng::new(5);
        let mut built = Cache::default();
        let (mut nodes, mut pods) = (Map::new(), Map::new());
        for _ in 0..3000 {
            let name = format!("n{}", rng.below(6));
            let pod = format!("p{}", rng.below(30));
            match rng.below(6) {
                0 => {
                    let node = plain_node(&name, "");
                    nodes.insert(name.clone(), node.clone());
                    built.set_node(node);
                }
                1 => {
                    nodes.remove(&name);
                    built.remove_node(&name);
                }
                2 => {
                    if let Some(gone) = pods.remove(&pod) {
                        built.remove_pod(&gone);
                    }
                }
                _ => {
                    let after = testing::pod(&format!(
                        "{{metadata: {{name: {pod}, labels: {{app: a{}}}}},
                           spec: {{nodeName: {name}, containers: [{{}}]}}}}",
                        rng.below(3)
                    ));
                    match pods.insert(pod, after.clone()) {
                        Some(before) => built.update_pod(&before, &after),
                        None => built.add_pod(&after),
                    }
                }
            }
        }
        built.arrange();
        let nodes: Vec<_> = nodes.values().cloned().collect();
        let pods: Vec<_> = pods.values().cloned().collect();
        let anew = cache(&nodes, &pods);
        let show = |cache: &Cache| {
            let nodes: Vec<_> = cache.iter().map(|node| format!("{node:?}")).collect();
            (nodes, format!("{:?}", cache.label_sets), cache.nodes.len())
        };
        assert_eq!(show(&built), show(&anew));
    }
}
