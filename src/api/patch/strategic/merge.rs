//! From a document and a patch to the changed document. Models mergeMap and mergeSlice.
//!
//! The document may itself be a patch, when two patches are joined into one; directives are then
//! kept instead of followed.

use super::order::{Places, interleaved, partition, sorted};
use super::{
    DELETE, DELETE_FROM_LIST, PATCH, PatchError, REPLACE, RETAIN_KEYS, SET_ORDER, Shape, Strategy,
    identity, item_kind, same_kind,
};
use crate::api::{Fields, Str, Value};

/// What the patch is merged into.
#[derive(Clone, Copy, PartialEq)]
pub enum How {
    /// An object: directives are followed, removals of what is not there are nothing.
    Object,
    /// Another patch: directives and removals are kept.
    Patch,
}

/// `original` changed as `patch` says.
pub fn maps(
    mut original: Fields,
    mut patch: Fields,
    shape: Shape,
    how: How,
) -> Result<Fields, PatchError> {
    if let Some(directive) = patch.get(PATCH).cloned() {
        return directed(directive.text(), patch);
    }
    retain_keys(&mut original, &mut patch, how)?;
    ordered_lists(&mut original, &mut patch, shape, how)?;
    for (key, change) in patch.iter() {
        field(&mut original, key, change, shape, how)?;
    }
    Ok(original)
}

fn directed(directive: &str, mut patch: Fields) -> Result<Fields, PatchError> {
    match directive {
        REPLACE => {
            patch.remove(PATCH);
            Ok(patch)
        }
        DELETE => Ok(Fields::new()),
        other => Err(unknown_directive(other, &patch.into())),
    }
}

fn unknown_directive(directive: &str, item: &Value) -> PatchError {
    let item = super::super::printed(item);
    PatchError::inapplicable(format!("unknown patch type: {directive} in map: {item}"))
}

/// Models applyRetainKeysDirective: fields that the directive does not name go.
fn retain_keys(original: &mut Fields, patch: &mut Fields, how: How) -> Result<(), PatchError> {
    let Some(directive) = patch.remove(RETAIN_KEYS) else {
        return Ok(());
    };
    if how == How::Patch {
        if !original.contains_key(RETAIN_KEYS) {
            original.insert(RETAIN_KEYS, directive);
        }
        return Ok(());
    }
    let malformed = || PatchError::malformed("invalid patch format of retainKeys");
    if !matches!(directive, Value::List(_)) {
        return Err(malformed());
    }
    let is_retained = |key: &str| directive.items().iter().any(|name| name.as_str() == Some(key));
    let is_directive = |key: &str| key.starts_with(DELETE_FROM_LIST) || key.starts_with(SET_ORDER);
    let strays =
        |(key, value): (&Str, &Value)| !value.is_null() && !is_directive(key) && !is_retained(key);
    if patch.iter().any(strays) {
        return Err(malformed());
    }
    original.retain(|key, _| is_retained(key));
    Ok(())
}

/// Models mergePatchIntoOriginal: lists whose order the patch sets.
fn ordered_lists(
    original: &mut Fields,
    patch: &mut Fields,
    shape: Shape,
    how: How,
) -> Result<(), PatchError> {
    let is_order = |(key, _): &(&Str, &Value)| key.starts_with(SET_ORDER);
    let directives: Vec<Str> = patch.iter().filter(is_order).map(|(key, _)| key.clone()).collect();
    for directive in directives {
        let order = patch.remove(&directive).unwrap_or_default();
        let malformed = || PatchError::malformed("invalid patch format of setElementOrder list");
        if how == How::Patch {
            match original.get(&directive) {
                Some(known) if *known != order => return Err(malformed()),
                Some(_) => {}
                None => _ = original.insert(directive.clone(), order.clone()),
            }
        }
        let Value::List(order) = &order else {
            return Err(malformed());
        };
        let key = directive.strip_prefix(SET_ORDER).and_then(|rest| rest.strip_prefix('/'));
        let key = key.ok_or_else(malformed)?;
        let (inner, strategy, _) = shape.field(key);
        let merge_key = if let Strategy::Merge(key) = strategy { key } else { "" };
        let (old, new) = (original.get(key).cloned(), patch.remove(key));
        check_order(new.as_ref().map_or(&[], Value::items), order, merge_key)?;
        let merged = match (&old, &new) {
            (None, None) => continue,
            (Some(old), None) => old.items().to_vec(),
            (None, Some(new)) => new.items().to_vec(),
            (Some(old), Some(new)) => list(old.items(), new.items(), inner, strategy, how)?,
        };
        let old = as_left_behind(
            old.as_ref().map_or(&[][..], Value::items),
            new.as_ref().map_or(&[][..], Value::items),
            merge_key,
        )?;
        let old = &old[..];
        let (ours, others) = partition(merged, order, merge_key)?;
        let ours = sorted(ours, order, merge_key)?;
        let others = sorted(others, old, merge_key)?;
        original.insert(key, interleaved(others, ours, old, merge_key)?.into());
    }
    Ok(())
}

/// The document's list as the merge leaves it behind in the server's memory, which is what orders
/// the items: deletions make room in it, and what is added takes that room as far as it goes.
fn as_left_behind(old: &[Value], new: &[Value], key: &str) -> Result<Vec<Value>, PatchError> {
    let is_deletion = |item: &&Value| item.at(PATCH).text() == DELETE;
    let (deleted, plain): (Vec<&Value>, Vec<&Value>) = new.iter().partition(is_deletion);
    if key.is_empty() || deleted.is_empty() {
        return Ok(old.to_vec());
    }
    let gone = Places::of(&deleted.into_iter().cloned().collect::<Vec<_>>(), key)?;
    let known = Places::of(old, key)?;
    let mut left: Vec<Value> =
        old.iter().filter(|item| gone.get(item, key).is_none()).cloned().collect();
    let added = plain.into_iter().filter(|item| known.get(item, key).is_none());
    left.extend(added.take(old.len() - left.len()).cloned());
    Ok(left)
}

/// The items of the patch must be among those whose order is set, in that order.
/// Models validatePatchWithSetOrderList.
fn check_order(items: &[Value], order: &[Value], key: &str) -> Result<(), PatchError> {
    if items.is_empty() || order.is_empty() {
        return Ok(());
    }
    let mut rest = order.iter();
    for item in items.iter().filter(|item| item.at(PATCH).is_null()) {
        let own = identity(item, key)?;
        let mut is_next = |place: &Value| identity(place, key).is_ok_and(|other| other == own);
        if !rest.any(&mut is_next) {
            let printed = |list: &[Value]| super::super::printed(&list.to_vec().into());
            let text = format!(
                "The order in patch list:\n{}\n doesn't match {SET_ORDER} list:\n{}\n",
                printed(items),
                printed(order)
            );
            return Err(PatchError::inapplicable(text));
        }
    }
    Ok(())
}

fn field(
    original: &mut Fields,
    key: &Str,
    change: &Value,
    shape: Shape,
    how: How,
) -> Result<(), PatchError> {
    let (mut key, mut deletes) = (key.as_str(), false);
    if key.starts_with(DELETE_FROM_LIST) {
        if how == How::Patch {
            original.insert(key, change.clone());
            return Ok(());
        }
        let name = key.strip_prefix(DELETE_FROM_LIST).and_then(|rest| rest.strip_prefix('/'));
        let malformed = || PatchError::malformed("invalid patch format of primitive list");
        (key, deletes) = (name.ok_or_else(malformed)?, true);
    }
    if change.is_null() {
        original.remove(key);
        if how == How::Object {
            return Ok(());
        }
    }
    let old = original.get(key).cloned();
    let merged = match old {
        Some(old) if same_kind(&old, change) => {
            let (inner, strategy, _) = shape.field(key);
            match (&old, change) {
                (Value::Map(old), Value::Map(change)) => {
                    maps((**old).clone(), (**change).clone(), inner, how)?.into()
                }
                (Value::List(old), Value::List(change)) if deletes => without(old, change)?,
                (Value::List(old), Value::List(change)) => {
                    list(old, change, inner, strategy, how)?.into()
                }
                _ => change.clone(),
            }
        }
        _ if deletes => return Ok(()),
        _ if how == How::Object => undirected(change),
        _ => change.clone(),
    };
    original.insert(key, merged);
    Ok(())
}

/// A value that was not there before, without what only patches hold.
fn undirected(value: &Value) -> Value {
    match value {
        Value::Map(fields) => {
            let kept =
                fields.iter().filter(|(key, value)| !key.starts_with('$') && !value.is_null());
            kept.map(|(key, value)| (key.clone(), undirected(value))).collect::<Fields>().into()
        }
        Value::List(items) => {
            items.iter().filter(|item| item.at(PATCH).is_null()).map(undirected).collect()
        }
        scalar => scalar.clone(),
    }
}

/// The plain values of a list that are not to be deleted.
fn without(items: &[Value], deleted: &[Value]) -> Result<Value, PatchError> {
    let places = Places::of(deleted, "")?;
    Ok(items.iter().filter(|item| places.get(item, "").is_none()).cloned().collect())
}

/// Models mergeSliceHandler and mergeSlice.
fn list(
    old: &[Value],
    change: &[Value],
    shape: Shape,
    strategy: Strategy,
    how: How,
) -> Result<Vec<Value>, PatchError> {
    let Strategy::Merge(key) = strategy else {
        let keep = |item: &Value| if how == How::Object { undirected(item) } else { item.clone() };
        return Ok(change.iter().map(keep).collect());
    };
    let kind = item_kind(&[old, change])?;
    if kind.is_none() {
        return Ok(Vec::new());
    }
    let (old, change, merged) = if kind == Some("object") && !key.is_empty() {
        let (old, change) = special_items(old, change, key)?;
        let merged = items(old.clone(), &change, shape, key, how)?;
        (old, change, merged)
    } else {
        let mut seen = Places::of(&[], "")?;
        let mut merged = Vec::new();
        for value in old.iter().chain(change) {
            if seen.get(value, "").is_none() {
                seen.add(value, "", merged.len());
                merged.push(value.clone());
            }
        }
        (old.to_vec(), change.to_vec(), merged)
    };
    let key = if kind == Some("object") { key } else { "" };
    let (ours, others) = partition(merged, &change, key)?;
    let (ours, others) = (sorted(ours, &change, key)?, sorted(others, &old, key)?);
    interleaved(others, ours, &old, key)
}

/// Follows the directives among the items of a patch: the document's items that are left, and the
/// patch's items that are no directives. Models mergeSliceWithSpecialElements.
fn special_items(
    old: &[Value],
    change: &[Value],
    key: &str,
) -> Result<(Vec<Value>, Vec<Value>), PatchError> {
    let (mut deleted, mut plain, mut replace) = (Vec::new(), Vec::new(), false);
    for item in change {
        match item.at(PATCH) {
            Value::Null => plain.push(item.clone()),
            Value::Str(directive) if directive == DELETE => {
                identity(item, key)?;
                deleted.push(item.clone());
            }
            Value::Str(directive) if directive == REPLACE => replace = true,
            Value::Str(directive) if directive == "merge" => {
                let text = "merging lists cannot yet be specified in the patch";
                return Err(PatchError::inapplicable(text));
            }
            other => return Err(unknown_directive(&super::super::printed(other), item)),
        }
    }
    if replace {
        return Ok((plain, Vec::new()));
    }
    let gone = Places::of(&deleted, key)?;
    let left = old.iter().filter(|item| gone.get(item, key).is_none()).cloned().collect();
    Ok((left, plain))
}

/// Models mergeSliceWithoutSpecialElements.
fn items(
    mut merged: Vec<Value>,
    change: &[Value],
    shape: Shape,
    key: &str,
    how: How,
) -> Result<Vec<Value>, PatchError> {
    let mut places = Places::of(&merged, key)?;
    for item in change {
        identity(item, key)?;
        match places.get(item, key) {
            Some(at) => {
                let old = merged[at].as_map().cloned().unwrap_or_default();
                let new = item.as_map().cloned().unwrap_or_default();
                merged[at] = maps(old, new, shape, how)?.into();
            }
            None => {
                places.add(item, key, merged.len());
                let item = if how == How::Object { undirected(item) } else { item.clone() };
                merged.push(item);
            }
        }
    }
    Ok(merged)
}
