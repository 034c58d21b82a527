//! The order of merged lists: what a patch names keeps the patch's order, what it does not name
//! keeps its place among the rest as well as it can.
//! Models normalizeElementOrder, normalizeSliceOrder and mergeSortedSlice.

use std::collections::BTreeMap;

use super::{DELETE, PATCH, PatchError, identity};
use crate::api::Value;

/// Where items are in a list, by what tells them apart.
pub struct Places(BTreeMap<String, usize>);

impl Places {
    /// The places of `items`; of equal ones the first.
    pub fn of(items: &[Value], key: &str) -> Result<Self, PatchError> {
        let mut places = BTreeMap::new();
        for (at, item) in items.iter().enumerate() {
            places.entry(super::super::printed(identity(item, key)?)).or_insert(at);
        }
        Ok(Self(places))
    }

    /// The place of the item that `item` is, if it is there.
    pub fn get(&self, item: &Value, key: &str) -> Option<usize> {
        let identity = identity(item, key).ok()?;
        self.0.get(&super::super::printed(identity)).copied()
    }

    /// Puts an item at a place, if there is none of its like.
    pub fn add(&mut self, item: &Value, key: &str, at: usize) {
        if let Ok(identity) = identity(item, key) {
            self.0.entry(super::super::printed(identity)).or_insert(at);
        }
    }
}

/// `items` in the order of `order`, deletions last.
pub fn sorted(items: Vec<Value>, order: &[Value], key: &str) -> Result<Vec<Value>, PatchError> {
    let places = Places::of(order, key)?;
    let (mut deleted, mut kept) = (Vec::new(), Vec::new());
    for item in items {
        identity(&item, key)?;
        let is_deletion = !key.is_empty() && item.at(PATCH).text() == DELETE;
        if is_deletion { deleted.push(item) } else { kept.push(item) }
    }
    // Items that the order does not know come first, as far as upstream's comparison goes.
    kept.sort_by_key(|item| places.get(item, key).map_or(0, |at| at + 1));
    kept.append(&mut deleted);
    Ok(kept)
}

/// Both lists as one, `ours` in the order they are in, `others` put among them where the order on
/// the server has them.
pub fn interleaved(
    others: Vec<Value>,
    ours: Vec<Value>,
    on_server: &[Value],
    key: &str,
) -> Result<Vec<Value>, PatchError> {
    let places = Places::of(on_server, key)?;
    let mut all = Vec::with_capacity(others.len() + ours.len());
    let (mut others, mut ours) = (others.into_iter().peekable(), ours.into_iter().peekable());
    while let (Some(other), Some(own)) = (others.peek(), ours.peek()) {
        let first = match (places.get(other, key), places.get(own, key)) {
            (Some(other), Some(own)) => other < own,
            _ => false,
        };
        all.extend(if first { others.next() } else { ours.next() });
    }
    all.extend(others);
    all.extend(ours);
    Ok(all)
}

/// The items that are also in `among`, and the rest.
pub fn partition(
    items: Vec<Value>,
    among: &[Value],
    key: &str,
) -> Result<(Vec<Value>, Vec<Value>), PatchError> {
    let places = Places::of(among, key)?;
    for item in &items {
        identity(item, key)?;
    }
    Ok(items.into_iter().partition(|item| places.get(item, key).is_some()))
}
