//! Who watches what, found without asking everyone.

use std::sync::Arc;

use super::http::Form;
use crate::api::rpc::{Selection, WatchEvent};
use crate::api::types::Pod;
use crate::api::{Change, Object, Resource, Str};
use crate::sim::{Address, Map, Set};

/// A watch: the client and the number it gave its request.
pub type WatchId = (Address, u32);

/// All watches, indexed by the field that narrows most of them: a kubelet watches the pods of its
/// node and nothing else, and must not be asked about every other pod.
#[derive(Clone, Debug, Default)]
pub struct Watchers {
    watches: Map<WatchId, Arc<Watch>>,
    index: Map<Narrow, Set<WatchId>>,
}

/// An open watch.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What is watched.
    pub selection: Selection,
    /// Whether bookmarks are wanted.
    pub bookmarks: bool,
    /// The form in which events are wanted, if they go over HTTP.
    pub form: Option<Arc<Form>>,
}

/// What all objects that a watch can see have in common.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Narrow {
    Resource(Resource),
    Named(Resource, Str),
    OnNode(Str),
}

impl Watchers {
    /// Opens a watch.
    pub fn add(&mut self, id: WatchId, watch: Watch) {
        let narrow = Narrow::of(&watch.selection);
        self.index.entry_or(narrow, Set::new).add(id);
        self.watches.insert(id, Arc::new(watch));
    }

    /// Closes a watch.
    pub fn remove(&mut self, id: WatchId) {
        let Some(watch) = self.watches.remove(&id) else { return };
        let narrow = Narrow::of(&watch.selection);
        if let Some(ids) = self.index.get_mut(&narrow) {
            ids.remove(&id);
            if ids.is_empty() {
                self.index.remove(&narrow);
            }
        }
    }

    /// Closes all watches of a client.
    pub fn disconnected(&mut self, client: Address) {
        for (id, _) in self.of(client) {
            self.remove(id);
        }
    }

    /// A watch.
    pub fn get(&self, id: WatchId) -> Option<&Arc<Watch>> {
        self.watches.get(&id)
    }

    /// The watches of a client.
    pub fn of(&self, client: Address) -> Vec<(WatchId, Arc<Watch>)> {
        let range = (client, 0)..=(client, u32::MAX);
        self.watches.range(range).map(|(id, watch)| (*id, watch.clone())).collect()
    }

    /// All watches.
    pub fn iter(&self) -> impl Iterator<Item = (&WatchId, &Arc<Watch>)> {
        self.watches.iter()
    }

    /// How many watches are open.
    pub fn len(&self) -> usize {
        self.watches.len()
    }

    /// Calls `tell` for everyone who sees `change`, with the event as they see it.
    pub fn tell(&self, change: &Arc<Change>, mut tell: impl FnMut(WatchId, WatchEvent)) {
        for narrow in Narrow::all_of(change).into_iter().flatten() {
            let ids = self.index.get(&narrow).into_iter().flat_map(|ids| ids.keys());
            for id in ids {
                let watch = &self.watches.get(id).expect("indexed watches are open");
                if let Some(event) = WatchEvent::of(change, &watch.selection) {
                    tell(*id, event);
                }
            }
        }
    }
}

impl Narrow {
    fn of(selection: &Selection) -> Self {
        let resource = selection.resource;
        if let Some(node) = selection.fields.required("spec.nodeName")
            && resource == Resource::PODS
        {
            return Self::OnNode(node.clone());
        }
        match selection.fields.required("metadata.name") {
            Some(name) => Self::Named(resource, name.clone()),
            None => Self::Resource(resource),
        }
    }

    /// Every group of watches that may see the change.
    fn all_of(change: &Change) -> [Option<Self>; 4] {
        let object = change.object();
        let resource = object.resource();
        let node = |object: &Option<Object>| {
            let node = object.as_ref()?.get::<Pod>()?.spec.node_name.clone();
            (!node.is_empty()).then_some(Self::OnNode(node))
        };
        let (before, after) = (node(&change.before), node(&change.after));
        let moved = before != after;
        [
            Some(Self::Resource(resource)),
            Some(Self::Named(resource, object.meta().name.clone())),
            before,
            after.filter(|_| moved),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::labels::FieldSelector;
    use crate::api::types::{ObjectMeta, PodSpec};
    use crate::sim::HostId;

    fn pod(node: &str) -> Option<Object> {
        let spec = PodSpec { node_name: node.into(), ..PodSpec::default() };
        let meta = ObjectMeta { name: "p".into(), ..ObjectMeta::default() };
        Some(Object::new(meta, Pod { spec: spec.into(), ..Pod::default() }))
    }

    #[test]
    fn a_node_hears_of_its_own_pods_only() {
        let mut watchers = Watchers::default();
        let id = |n| (Address::new(HostId(n), 1), 1);
        let on = |node: &str| Selection {
            fields: FieldSelector::equal("spec.nodeName", node),
            ..Selection::all(Resource::PODS)
        };
        let watch = |selection| Watch { selection, bookmarks: false, form: None };
        watchers.add(id(0), watch(Selection::all(Resource::PODS)));
        watchers.add(id(1), watch(on("a")));
        watchers.add(id(2), watch(on("b")));
        let told = |watchers: &Watchers, before, after| {
            let mut told = Vec::new();
            let change = Change::new(1, before, after);
            watchers.tell(&change, |(client, _), event| told.push((client.host.0, event.name())));
            told
        };
        assert_eq!(told(&watchers, None, pod("")), [(0, "ADDED")]);
        assert_eq!(told(&watchers, pod(""), pod("a")), [(0, "MODIFIED"), (1, "ADDED")]);
        assert_eq!(told(&watchers, pod("a"), pod("a")), [(0, "MODIFIED"), (1, "MODIFIED")]);
        assert_eq!(told(&watchers, pod("a"), None), [(0, "DELETED"), (1, "DELETED")]);
        watchers.disconnected(id(1).0);
        assert_eq!(told(&watchers, pod("a"), None), [(0, "DELETED")]);
        assert_eq!(watchers.len(), 2);
    }
}
