//! From two documents to the patch between them. Models diffMaps and diffLists.

use super::order::{Places, sorted};
use super::{
    DELETE, DELETE_FROM_LIST, PATCH, PatchError, RETAIN_KEYS, SET_ORDER, Shape, Strategy, identity,
    item_kind, same_kind,
};
use crate::api::{Fields, Value};

/// What of the difference is wanted.
#[derive(Clone, Copy)]
pub struct Options {
    /// What was added or changed.
    pub additions: bool,
    /// What was taken away.
    pub deletions: bool,
    /// The order of merged lists.
    pub order: bool,
}

impl Options {
    /// All of it.
    pub const ORDERED: Self = Self { additions: true, deletions: true, order: true };
}

/// The patch that makes `modified` of `original`.
pub fn maps(
    original: &Fields,
    modified: &Fields,
    shape: Shape,
    options: Options,
) -> Result<Fields, PatchError> {
    retaining(original, modified, shape, options, false)
}

/// Whether two patches want different things of one field. Models MergingMapsHaveConflicts.
pub fn conflict(left: &Fields, right: &Fields, shape: Shape) -> bool {
    left.iter().any(|(key, left)| {
        let directive = key == PATCH || key == RETAIN_KEYS;
        let right = right.get(key).filter(|_| !directive);
        right.is_some_and(|right| {
            let (inner, strategy, _) = shape.field(key);
            values_conflict(left, right, inner, strategy)
        })
    })
}

fn values_conflict(left: &Value, right: &Value, shape: Shape, strategy: Strategy) -> bool {
    match (left, right) {
        (Value::Map(left), Value::Map(right)) => {
            left.get(PATCH) != right.get(PATCH) || conflict(left, right, shape)
        }
        (Value::List(left), Value::List(right)) => match strategy {
            Strategy::Merge("") => false,
            Strategy::Merge(key) => {
                let Ok(places) = Places::of(right, key) else {
                    return true;
                };
                left.iter().any(|item| {
                    let other = places.get(item, key).and_then(|at| right.get(at));
                    other
                        .is_some_and(|other| values_conflict(item, other, shape, Strategy::Replace))
                })
            }
            Strategy::Replace => {
                left.len() != right.len()
                    || left
                        .iter()
                        .zip(right.iter())
                        .any(|(left, right)| values_conflict(left, right, shape, Strategy::Replace))
            }
        },
        _ => left != right,
    }
}

fn retaining(
    original: &Fields,
    modified: &Fields,
    shape: Shape,
    options: Options,
    retain_keys: bool,
) -> Result<Fields, PatchError> {
    let mut patch = Fields::new();
    for (key, value) in modified.iter() {
        match original.get(key) {
            None if options.additions => _ = patch.insert(key.clone(), value.clone()),
            None => {}
            Some(old) if !same_kind(old, value) && options.additions => {
                patch.insert(key.clone(), value.clone());
            }
            Some(old) if !same_kind(old, value) => {}
            Some(old) => field(key, old, value, shape, options, &mut patch)?,
        }
    }
    if options.deletions {
        for (key, _) in original.iter().filter(|(key, _)| !modified.contains_key(key)) {
            patch.insert(key.clone(), Value::Null);
        }
    }
    let named = || modified.iter().filter(|(_, value)| !value.is_null()).map(|(key, _)| key);
    let to_clear =
        || original.iter().any(|(key, value)| !value.is_null() && !modified.contains_key(key));
    if retain_keys && named().next().is_some() && (!patch.is_empty() || to_clear()) {
        patch.insert(RETAIN_KEYS, named().map(|key| Value::Str(key.clone())).collect());
    }
    Ok(patch)
}

/// A field that both have, of one kind.
fn field(
    key: &str,
    old: &Value,
    new: &Value,
    shape: Shape,
    options: Options,
    patch: &mut Fields,
) -> Result<(), PatchError> {
    let (inner, strategy, retain_keys) = shape.field(key);
    match (old, new) {
        (Value::Map(old), Value::Map(new)) => {
            let change = retaining(old, new, inner, options, retain_keys)?;
            if !change.is_empty() {
                patch.insert(key, change.into());
            }
        }
        (Value::List(old), Value::List(new)) => match strategy {
            Strategy::Merge(merge_key) => {
                let change = lists(old, new, inner, merge_key, options, retain_keys)?;
                change.put(key, patch);
            }
            Strategy::Replace if options.additions && old != new => {
                patch.insert(key, Value::List(new.clone()));
            }
            Strategy::Replace => {}
        },
        _ if options.additions && old != new => _ = patch.insert(key, new.clone()),
        _ => {}
    }
    Ok(())
}

/// The change of a merged list.
#[derive(Default)]
struct Change {
    items: Vec<Value>,
    deleted: Vec<Value>,
    order: Vec<Value>,
}

impl Change {
    fn put(self, key: &str, patch: &mut Fields) {
        let parts = [
            (key.to_owned(), self.items),
            (format!("{DELETE_FROM_LIST}/{key}"), self.deleted),
            (format!("{SET_ORDER}/{key}"), self.order),
        ];
        for (key, items) in parts {
            if !items.is_empty() {
                patch.insert(key, items.into());
            }
        }
    }
}

fn lists(
    old: &[Value],
    new: &[Value],
    shape: Shape,
    key: &str,
    options: Options,
    retain_keys: bool,
) -> Result<Change, PatchError> {
    if old.is_empty() {
        let items = if options.additions { new.to_vec() } else { Vec::new() };
        return Ok(Change { items, ..Change::default() });
    }
    if item_kind(&[old, new])? == Some("object") {
        lists_of_maps(old, new, shape, key, options, retain_keys)
    } else {
        lists_of_scalars(old, new, options)
    }
}

/// Models diffListsOfMaps.
fn lists_of_maps(
    old: &[Value],
    new: &[Value],
    shape: Shape,
    key: &str,
    options: Options,
    retain_keys: bool,
) -> Result<Change, PatchError> {
    let (old_places, new_places) = (Places::of(old, key)?, Places::of(new, key)?);
    let mut items = Vec::new();
    for item in new {
        match old_places.get(item, key) {
            Some(at) => {
                let (before, after) = (old[at].as_map(), item.as_map());
                let (Some(before), Some(after)) = (before, after) else {
                    continue;
                };
                let mut change = retaining(before, after, shape, options, retain_keys)?;
                if !change.is_empty() {
                    change.insert(key, identity(item, key)?.clone());
                    items.push(change.into());
                }
            }
            None if options.additions => items.push(item.clone()),
            None => {}
        }
    }
    let mut items = sorted(items, new, key)?;
    if options.deletions {
        let mut gone: Vec<&Value> =
            old.iter().filter(|item| new_places.get(item, key).is_none()).collect();
        gone.sort_by_cached_key(|item| super::super::printed(item.at(key)));
        items.extend(
            gone.into_iter().map(|item| {
                Value::map([(PATCH, Value::from(DELETE)), (key, item.at(key).clone())])
            }),
        );
    }
    let same_order =
        old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old.at(key) == new.at(key));
    let reordered = options.additions && (!items.is_empty() || !same_order)
        || options.deletions && !items.is_empty();
    let order = match options.order && reordered {
        true => new.iter().map(|item| Value::map([(key, item.at(key).clone())])).collect(),
        false => Vec::new(),
    };
    Ok(Change { items, deleted: Vec::new(), order })
}

/// Models diffListsOfScalars.
fn lists_of_scalars(old: &[Value], new: &[Value], options: Options) -> Result<Change, PatchError> {
    let (old_places, new_places) = (Places::of(old, "")?, Places::of(new, "")?);
    let mut change = Change::default();
    if options.additions {
        change.items = new.iter().filter(|v| old_places.get(v, "").is_none()).cloned().collect();
    }
    if options.deletions {
        let gone = old.iter().filter(|value| new_places.get(value, "").is_none());
        change.deleted = gone.cloned().collect();
        change.deleted.sort_by_cached_key(super::super::printed);
        change.deleted.dedup();
    }
    let changed = options.additions && old != new;
    if options.order && (changed || !change.deleted.is_empty()) {
        change.order = new.to_vec();
    }
    Ok(change)
}
