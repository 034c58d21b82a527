//! What the rules look at: a running node, or what is left of one that has stopped.

use crate::etcd::raft::entry::{EntryData, EntryId};
use crate::etcd::raft::node::RawNode;
use crate::etcd::raft::storage::Storage;

/// A member of the cluster as the rules see it.
#[derive(Clone, Copy, Debug)]
pub struct View<'a, D: EntryData> {
    id: u64,
    node: Option<&'a RawNode<D>>,
    storage: &'a Storage<D>,
}

impl<'a, D: EntryData> View<'a, D> {
    /// A node that runs.
    pub const fn running(node: &'a RawNode<D>) -> Self {
        Self { id: node.id(), node: Some(node), storage: node.storage() }
    }

    /// What the node `id` had stored when it stopped.
    pub const fn stopped(id: u64, storage: &'a Storage<D>) -> Self {
        Self { id, node: None, storage }
    }

    /// Who it is.
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// The node, if it runs.
    pub const fn node(&self) -> Option<&'a RawNode<D>> {
        self.node
    }

    /// What it has stored.
    pub const fn storage(&self) -> &'a Storage<D> {
        self.storage
    }

    /// Up to where it knows the log to be committed.
    pub fn commit(&self) -> u64 {
        let stored = || self.storage.hard_state().commit;
        self.node.map_or_else(stored, RawNode::commit_index)
    }

    /// The last entry of its log, stored or not.
    pub fn last(&self) -> EntryId {
        let stored = || {
            let index = self.storage.last_index();
            let term = self.storage.term(index);
            EntryId { term: term.expect("the term of the last entry is always known"), index }
        };
        self.node.map_or_else(stored, RawNode::last_id)
    }

    /// The first index whose entry it can show.
    pub fn first_index(&self) -> u64 {
        let stored = || self.storage.first_index();
        self.node.map_or_else(stored, RawNode::first_index)
    }

    /// The term of its entry at `index`, stored or not.
    pub fn term_at(&self, index: u64) -> Option<u64> {
        let stored = || self.storage.term(index).ok();
        self.node.map_or_else(stored, |node| node.term_at(index))
    }

    /// Whether this is an entry of its log, or one that a snapshot has taken the place of.
    pub fn has(&self, id: EntryId) -> bool {
        id.index + 1 < self.first_index() || self.term_at(id.index) == Some(id.term)
    }

    /// Whether it has stored this entry, or a snapshot in the place of it.
    pub fn has_stored(&self, id: EntryId) -> bool {
        let first = self.storage.first_index();
        id.index + 1 < first || self.storage.term(id.index) == Ok(id.term)
    }

    /// The entry at `index`, if its term is known here.
    pub fn id_at(&self, index: u64) -> Option<EntryId> {
        self.term_at(index).map(|term| EntryId { term, index })
    }
}
