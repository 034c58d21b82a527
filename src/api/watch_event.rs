//! Events of a watch: what becomes of the objects that it sees.
//!
//! Models apimachinery/pkg/watch. An object may enter or leave what is watched by a change of
//! its own.

use std::sync::Arc;

use super::rpc::Selection;
use super::{Change, Object};

/// One event of a watch.
#[derive(Clone, Debug)]
pub enum WatchEvent {
    /// An object came into what is selected.
    Added(Arc<Change>),
    /// An object that is selected changed.
    Modified(Arc<Change>),
    /// An object left what is selected.
    Deleted(Arc<Change>),
    /// The store has come this far, and nothing selected changed since the last event.
    Bookmark(u64),
}

impl WatchEvent {
    /// The event as `selection` sees it, which an object may enter or leave by a change of its
    /// own; `None` when it does not see it at all.
    pub fn of(change: &Arc<Change>, selection: &Selection) -> Option<Self> {
        let seen = |object: &Option<Object>| object.as_ref().is_some_and(|o| selection.matches(o));
        match (seen(&change.before), seen(&change.after)) {
            (false, true) => Some(Self::Added(change.clone())),
            (true, true) => Some(Self::Modified(change.clone())),
            (true, false) => Some(Self::Deleted(change.clone())),
            (false, false) => None,
        }
    }

    /// The revision of the store that made it.
    pub fn revision(&self) -> u64 {
        match self {
            Self::Added(change) | Self::Modified(change) | Self::Deleted(change) => change.revision,
            Self::Bookmark(revision) => *revision,
        }
    }

    /// The change behind it.
    pub fn change(&self) -> Option<&Arc<Change>> {
        match self {
            Self::Added(change) | Self::Modified(change) | Self::Deleted(change) => Some(change),
            Self::Bookmark(_) => None,
        }
    }

    /// Its type, as the API writes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Added(_) => "ADDED",
            Self::Modified(_) => "MODIFIED",
            Self::Deleted(_) => "DELETED",
            Self::Bookmark(_) => "BOOKMARK",
        }
    }
}
