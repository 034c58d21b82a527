//! RFC 7386: a patch has the form of the document, and `null` takes away.
//!
//! Models github.com/evanphx/json-patch merge.go and
//! apimachinery/pkg/util/jsonmergepatch/patch.go.

use std::sync::Arc;

use crate::api::{Fields, Value};

/// The document changed as the patch says.
pub fn apply(document: &Value, patch: &Value) -> Value {
    let Value::Map(changes) = patch else {
        return patch.clone();
    };
    let mut fields = document.as_map().cloned().unwrap_or_default();
    for (key, change) in changes.iter() {
        if change.is_null() {
            fields.remove(key);
        } else {
            let changed = apply(fields.get(key).unwrap_or(&Value::Null), change);
            fields.insert(key.clone(), changed);
        }
    }
    fields.into()
}

/// The patch that makes `modified` of `original`.
pub fn create(original: &Value, modified: &Value) -> Value {
    let (Value::Map(before), Value::Map(after)) = (original, modified) else {
        return modified.clone();
    };
    if Arc::ptr_eq(before, after) {
        return Fields::new().into();
    }
    let mut patch = Fields::new();
    for (key, value) in after.iter() {
        match before.get(key) {
            Some(old) if old == value => {}
            Some(old @ Value::Map(_)) if matches!(value, Value::Map(_)) => {
                patch.insert(key.clone(), create(old, value));
            }
            _ => _ = patch.insert(key.clone(), value.clone()),
        }
    }
    for (key, _) in before.iter().filter(|(key, _)| !after.contains_key(key)) {
        patch.insert(key.clone(), Value::Null);
    }
    patch.into()
}

/// The patch for kinds whose lists nobody knows how to merge: additions and changes from what is
/// there to what is wanted, removals from what was applied last to what is wanted.
/// Models CreateThreeWayJSONMergePatch.
pub fn three_way(original: &Value, modified: &Value, current: &Value) -> Value {
    let additions = only(&create(current, modified), false);
    let removals = only(&create(original, modified), true);
    join(&removals.unwrap_or_else(empty), &additions.unwrap_or_else(empty))
}

fn empty() -> Value {
    Fields::new().into()
}

/// The removals of a patch, or everything else in it; nothing if there is nothing of the sort.
/// Models keepOrDeleteNullInObj.
fn only(patch: &Value, removals: bool) -> Option<Value> {
    let mut kept = Fields::new();
    for (key, value) in patch.as_map().into_iter().flat_map(Fields::iter) {
        match value {
            Value::Null if removals => _ = kept.insert(key.clone(), Value::Null),
            Value::Null => {}
            // A map that is empty of itself says something; one that has become so does not.
            Value::Map(inner) => {
                let inner = if inner.is_empty() && !removals {
                    Some(value.clone())
                } else {
                    only(value, removals)
                };
                if let Some(inner) = inner {
                    kept.insert(key.clone(), inner);
                }
            }
            _ if removals => {}
            other => _ = kept.insert(key.clone(), other.clone()),
        }
    }
    (!kept.is_empty()).then(|| kept.into())
}

/// Two patches as one; what `more` says of a field stands.
fn join(patch: &Value, more: &Value) -> Value {
    let (Value::Map(_), Value::Map(added)) = (patch, more) else {
        return more.clone();
    };
    let mut joined = patch.as_map().cloned().unwrap_or_default();
    for (key, value) in added.iter() {
        let both = joined.get(key).map_or_else(|| value.clone(), |old| join(old, value));
        joined.insert(key.clone(), both);
    }
    joined.into()
}
