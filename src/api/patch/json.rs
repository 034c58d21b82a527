//! RFC 6902: a list of operations.
//!
//! Models github.com/evanphx/json-patch patch.go, whose words its refusals are, at the version the
//! server uses (v4): list indexes may count from the end, and `test` of what is missing passes for
//! `null`.

use super::PatchError;
use crate::api::{Str, Value, quote};

/// How many operations a patch may have. Models apiserver maxJSONPatchOperations.
pub const OPERATIONS_MAX: usize = 10_000;

/// The document after all operations of the patch.
pub fn apply(document: &Value, patch: &Value) -> Result<Value, PatchError> {
    let Value::List(operations) = patch else {
        let kind = patch.go_kind();
        let text = format!("json: cannot unmarshal {kind} into Go value of type jsonpatch.Patch");
        return Err(PatchError::malformed(text));
    };
    if operations.len() > OPERATIONS_MAX {
        let count = operations.len();
        let text = format!(
            "The allowed maximum operations in a JSON patch is {OPERATIONS_MAX}, got {count}"
        );
        return Err(PatchError::malformed(text));
    }
    let mut document = document.clone();
    for operation in operations.iter() {
        if !matches!(operation, Value::Map(_)) {
            let kind = operation.go_kind();
            let text =
                format!("json: cannot unmarshal {kind} into Go value of type jsonpatch.Operation");
            return Err(PatchError::malformed(text));
        }
        perform(&mut document, operation).map_err(PatchError::inapplicable)?;
    }
    Ok(document)
}

const MISSING: &str = "missing value";

fn perform(document: &mut Value, operation: &Value) -> Result<(), String> {
    let kind = operation.at("op").text();
    if !matches!(kind, "add" | "remove" | "replace" | "move" | "copy" | "test") {
        return Err(format!("Unexpected kind: {kind}"));
    }
    let path = member(operation, kind, "path")?;
    match kind {
        "add" => add(document, path, operation.at("value").clone()),
        "remove" => remove(document, path),
        "replace" => replace(document, path, operation.at("value").clone()),
        "test" => test(document, path, operation.at("value")),
        _ => relocate(document, kind, member(operation, kind, "from")?, path),
    }
}

fn member<'a>(operation: &'a Value, kind: &str, name: &str) -> Result<&'a str, String> {
    let what = if name == "from" { "from" } else { "path" };
    let failed = || format!("{kind} operation failed to decode {what}: {MISSING}");
    operation.at(name).as_str().ok_or_else(failed)
}

fn add(document: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let Some((holder, key)) = holder(document, path) else {
        let path = quote(path);
        return Err(format!(
            "add operation does not apply: doc is missing path: {path}: {MISSING}"
        ));
    };
    put(holder, &key, value).map_err(|why| format!("error in add for path: '{path}': {why}"))
}

fn remove(document: &mut Value, path: &str) -> Result<(), String> {
    let Some((holder, key)) = holder(document, path) else {
        let path = quote(path);
        let text = format!("remove operation does not apply: doc is missing path: {path}");
        return Err(format!("{text}: {MISSING}"));
    };
    let taken = take(holder, &key);
    taken.map(drop).map_err(|why| format!("error in remove for path: '{path}': {why}"))
}

fn replace(document: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let missing = |what: &str| {
        format!("replace operation does not apply: doc is missing {what}: {path}: {MISSING}")
    };
    let (holder, key) = holder(document, path).ok_or_else(|| missing("path"))?;
    let slot = find(holder, &key).map_err(|_| missing("key"))?;
    *slot = value;
    Ok(())
}

/// `move` and `copy`.
fn relocate(document: &mut Value, kind: &str, from: &str, path: &str) -> Result<(), String> {
    let missing = |what: &str, path: &str| {
        format!("{kind} operation does not apply: doc is missing {what}path: {path}: {MISSING}")
    };
    let (source, key) = holder(document, from).ok_or_else(|| missing("from ", from))?;
    let value = if kind == "move" {
        take(source, &key).map_err(|why| format!("error in move for path: '{from}': {why}"))?
    } else {
        let found = find(source, &key);
        found.map_err(|why| format!("error in copy for from: '{from}': {why}"))?.clone()
    };
    let (target, key) = holder(document, path).ok_or_else(|| missing("destination ", path))?;
    let failed = |why: String| match kind {
        "move" => format!("error in move for path: '{path}': {why}"),
        _ => format!("error while adding value during copy: {why}"),
    };
    put(target, &key, value).map_err(failed)
}

fn test(document: &mut Value, path: &str, expected: &Value) -> Result<(), String> {
    let failed = || format!("testing path {path} failed: test failed");
    let (holder, key) = holder(document, path).ok_or_else(|| {
        format!("test operation does not apply: is missing path: {path}: {MISSING}")
    })?;
    let found = find(holder, &key).map(|found| &*found).unwrap_or(&Value::Null);
    if same(found, expected) { Ok(()) } else { Err(failed()) }
}

/// Equal as JSON is: 1 and 1.0 are one number.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Int(whole), Value::Float(other)) | (Value::Float(other), Value::Int(whole)) => {
            *whole as f64 == *other
        }
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// What holds the place that `path` means, and the place's own name; `None` when there is no such
/// holder.
fn holder<'a>(document: &'a mut Value, path: &str) -> Option<(&'a mut Value, String)> {
    let mut parts = path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~"));
    // Before the first slash there is nothing.
    parts.next()?;
    let mut parts = parts.peekable();
    let mut place = document;
    let mut part = parts.next()?;
    loop {
        if !matches!(place, Value::Map(_) | Value::List(_)) {
            return None;
        }
        if parts.peek().is_none() {
            return Some((place, part));
        }
        place = find(place, &part).ok()?;
        part = parts.next()?;
    }
}

fn find<'a>(holder: &'a mut Value, key: &str) -> Result<&'a mut Value, String> {
    match holder {
        Value::Map(_) => {
            let missing = || format!("unable to get nonexistent key: {key}: {MISSING}");
            holder.make_map().get_mut(key).ok_or_else(missing)
        }
        _ => {
            let items = holder.make_list();
            let at = index(key, items.len(), items.len().saturating_sub(1))?;
            items.get_mut(at).ok_or_else(|| out_of_range(key))
        }
    }
}

fn put(holder: &mut Value, key: &str, value: Value) -> Result<(), String> {
    match holder {
        Value::Map(_) => _ = holder.make_map().insert(Str::from(key), value),
        _ => {
            let items = holder.make_list();
            if key == "-" {
                items.push(value);
            } else {
                let at = index(key, items.len() + 1, items.len())?;
                items.insert(at, value);
            }
        }
    }
    Ok(())
}

fn take(holder: &mut Value, key: &str) -> Result<Value, String> {
    match holder {
        Value::Map(_) => {
            let missing = || format!("Unable to remove nonexistent key: {key}: {MISSING}");
            holder.make_map().remove(key).ok_or_else(missing)
        }
        _ => {
            let items = holder.make_list();
            if items.is_empty() {
                return Err(out_of_range(key));
            }
            let at = index(key, items.len(), items.len() - 1)?;
            Ok(items.remove(at))
        }
    }
}

/// The index that `key` means in a list; negative ones count back from `len`.
fn index(key: &str, len: usize, max: usize) -> Result<usize, String> {
    let unreadable = |_| format!("strconv.Atoi: parsing {}: invalid syntax", quote(key));
    let number: i64 = key.parse().map_err(unreadable)?;
    let at = if number < 0 { number + len as i64 } else { number };
    usize::try_from(at).ok().filter(|at| *at <= max).ok_or_else(|| out_of_range(key))
}

fn out_of_range(key: &str) -> String {
    format!("Unable to access invalid index: {key}: invalid index referenced")
}
