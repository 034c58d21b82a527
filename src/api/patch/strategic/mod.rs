//! Patches that know the types: lists merge by key where the field table says so.
//!
//! Models apimachinery/pkg/util/strategicpatch/patch.go. Besides plain fields a patch can hold
//! directives: `$patch` (replace, delete), `$retainKeys`, `$deleteFromPrimitiveList/FIELD` and
//! `$setElementOrder/FIELD`.

mod diff;
mod merge;
mod order;

use super::PatchError;
use crate::api::schema::{Merge, Ty, Type};
use crate::api::{Fields, Resource, Value};

const PATCH: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM_LIST: &str = "$deleteFromPrimitiveList";
const SET_ORDER: &str = "$setElementOrder";
const DELETE: &str = "delete";
const REPLACE: &str = "replace";

/// The object changed as the patch says.
pub fn apply(resource: Resource, object: &Value, patch: &Value) -> Result<Value, PatchError> {
    let (object, patch) = (fields(object)?, fields(patch)?);
    merge::maps(object, patch, Shape::of(resource), merge::How::Object).map(Value::from)
}

/// The patch that makes `modified` of `original`.
pub fn two_way(
    resource: Resource,
    original: &Value,
    modified: &Value,
) -> Result<Value, PatchError> {
    let (original, modified) = (fields(original)?, fields(modified)?);
    diff::maps(&original, &modified, Shape::of(resource), diff::Options::ORDERED).map(Value::from)
}

/// The patch for an object of which a client knows what it `original`ly applied, what it wants
/// (`modified`) and what is there (`current`): changes from current to modified, deletions from
/// original to modified. Without `overwrite` it is a conflict if someone else has changed the same
/// fields otherwise. Models CreateThreeWayMergePatch.
pub fn three_way(
    resource: Resource,
    original: &Value,
    modified: &Value,
    current: &Value,
    overwrite: bool,
) -> Result<Value, PatchError> {
    let shape = Shape::of(resource);
    let (original, modified) = (fields(original)?, fields(modified)?);
    let current = fields(current)?;
    let additions = diff::Options { deletions: false, ..diff::Options::ORDERED };
    let deletions = diff::Options { additions: false, ..diff::Options::ORDERED };
    let delta = diff::maps(&current, &modified, shape, additions)?;
    let deleted = diff::maps(&original, &modified, shape, deletions)?;
    let patch = merge::maps(deleted, delta, shape, merge::How::Patch)?;
    if !overwrite {
        let plain = diff::Options { order: false, ..diff::Options::ORDERED };
        let changed = diff::maps(&original, &current, shape, plain)?;
        if diff::conflict(&patch, &changed, shape) {
            let (patch, changed) = (patch.into(), changed.into());
            return Err(PatchError::Conflict { patch, changed });
        }
    }
    Ok(patch.into())
}

/// What is known of the type of a place.
#[derive(Clone, Copy)]
enum Shape {
    /// A struct with known fields.
    Struct(&'static Type),
    /// A map of one sort of values.
    Map(&'static Ty),
    /// Nothing.
    Unknown,
}

/// How the list at a place merges.
#[derive(Clone, Copy, PartialEq)]
enum Strategy {
    /// It does not: the new one replaces the old.
    Replace,
    /// By the value of a key; an empty key merges plain values.
    Merge(&'static str),
}

impl Shape {
    fn of(resource: Resource) -> Self {
        Self::Struct(resource.ty())
    }

    /// The shape of the field `name`, for a list that of its items, and how it merges.
    /// Models LookupPatchMetadataForStruct and LookupPatchMetadataForSlice.
    fn field(self, name: &str) -> (Self, Strategy, bool) {
        match self {
            Self::Struct(ty) => ty.field(name).map_or(Self::unknown(), |field| {
                let Merge { patch_key, retain_keys, .. } = &field.merge;
                let strategy = patch_key.map_or(Strategy::Replace, Strategy::Merge);
                (Self::of_type(&field.ty), strategy, *retain_keys)
            }),
            Self::Map(of) => (Self::of_type(of), Strategy::Replace, false),
            Self::Unknown => Self::unknown(),
        }
    }

    fn of_type(ty: &'static Ty) -> Self {
        match ty {
            Ty::Object(id) => Self::Struct(id.get()),
            Ty::Map(of) => Self::Map(of),
            Ty::List(of) => Self::of_type(of),
            _ => Self::Unknown,
        }
    }

    fn unknown() -> (Self, Strategy, bool) {
        (Self::Unknown, Strategy::Replace, false)
    }
}

fn fields(value: &Value) -> Result<Fields, PatchError> {
    match value {
        Value::Map(fields) => Ok((**fields).clone()),
        Value::Null => Ok(Fields::new()),
        _ => Err(PatchError::malformed("invalid JSON document")),
    }
}

/// Whether both are of one kind, as Go's types tell kinds apart.
fn same_kind(a: &Value, b: &Value) -> bool {
    a.go_kind() == b.go_kind()
}

/// The kind of all items of the lists; `None` when there are no items.
fn item_kind(lists: &[&[Value]]) -> Result<Option<&'static str>, PatchError> {
    let mut kinds = lists.iter().flat_map(|list| list.iter()).map(Value::go_kind);
    let Some(first) = kinds.next() else {
        return Ok(None);
    };
    if first == "array" {
        return Err(PatchError::inapplicable("lists of lists are not supported"));
    }
    if kinds.any(|kind| kind != first) {
        let all: Vec<_> = lists.iter().map(|list| super::printed(&list.to_vec().into())).collect();
        let text = format!("list element types are not identical: [{}]", all.join(" "));
        return Err(PatchError::inapplicable(text));
    }
    Ok(Some(first))
}

/// The value that tells an item from others: of its merge key, or itself.
fn identity<'a>(item: &'a Value, key: &str) -> Result<&'a Value, PatchError> {
    if key.is_empty() {
        return Ok(item);
    }
    let found = item.as_map().and_then(|fields| fields.get(key));
    found.ok_or_else(|| {
        let text =
            format!("map: {} does not contain declared merge key: {key}", super::printed(item));
        PatchError::inapplicable(text)
    })
}
