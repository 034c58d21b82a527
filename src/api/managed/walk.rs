//! Walks through objects by their types: the fields they have, what differs, one merged into the
//! other, fields taken out.
//!
//! Models structured-merge-diff/typed: tofieldset.go, compare.go, merge.go and remove.go.

use std::collections::BTreeSet;

use super::set::FieldSet;
use super::shape::{Shape, step_of, step_to};
use crate::api::{Fields, Str, Value};

/// What differs between two objects.
#[derive(Clone, Debug, Default)]
pub(super) struct Comparison {
    /// What only the new one has.
    pub added: FieldSet,
    /// What both have, and differently.
    pub modified: FieldSet,
    /// What only the old one has.
    pub removed: FieldSet,
}

impl Comparison {
    /// Whether nothing differs.
    pub(super) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.modified.is_empty() && self.removed.is_empty()
    }
}

/// The fields that `value` has. Models ToFieldSet.
pub(super) fn set_of(value: &Value, shape: Shape) -> FieldSet {
    let mut set = FieldSet::default();
    gather(value, shape, &mut Vec::new(), &mut set);
    set
}

fn gather(value: &Value, shape: Shape, path: &mut Vec<Str>, set: &mut FieldSet) {
    match (shape, value) {
        (Shape::Struct(_) | Shape::Map(_) | Shape::Free, Value::Map(fields)) => {
            for (name, field) in fields.iter() {
                let inner = shape.field(name).unwrap_or(Shape::Leaf);
                path.push(step_to(name));
                gather(field, inner, path, set);
                let whole = field.is_null()
                    || field.as_map().is_some_and(Fields::is_empty)
                    || matches!(shape, Shape::Map(_) | Shape::Free);
                if whole {
                    set.insert(path);
                }
                path.pop();
            }
        }
        (Shape::Set | Shape::List(..), Value::List(items)) => {
            for item in items.iter() {
                path.push(step_of(shape, item));
                gather(item, shape.item(), path, set);
                set.insert(path);
                path.pop();
            }
        }
        _ => set.insert(path),
    }
}

/// What differs between `old` and `new`. Models Compare.
pub(super) fn compare(old: &Value, new: &Value, shape: Shape) -> Comparison {
    let mut found = Comparison::default();
    differ(Some(old), Some(new), shape, &mut Vec::new(), &mut found);
    found
}

fn differ(
    old: Option<&Value>,
    new: Option<&Value>,
    shape: Shape,
    path: &mut Vec<Str>,
    found: &mut Comparison,
) {
    if old == new {
        return;
    }
    let empty = |value: Option<&Value>| {
        value.is_none_or(|value| match value {
            Value::Map(fields) => fields.is_empty(),
            Value::List(items) => items.is_empty(),
            other => other.is_null(),
        })
    };
    let is_leaf = empty(old) && empty(new);
    let has_fields = match shape {
        Shape::Struct(_) | Shape::Map(_) => true,
        Shape::Free => [old, new].into_iter().flatten().any(|value| value.as_map().is_some()),
        _ => false,
    };
    match shape {
        _ if has_fields && !is_leaf => {
            let names = [old, new].into_iter().flatten().filter_map(Value::as_map);
            let names: BTreeSet<&Str> = names.flat_map(|map| map.iter().map(|(k, _)| k)).collect();
            for name in names {
                let side = |value: Option<&Value>| {
                    value.and_then(Value::as_map).and_then(|fields| fields.get(name)).cloned()
                };
                let inner = shape.field(name).unwrap_or(Shape::Leaf);
                path.push(step_to(name));
                differ(side(old).as_ref(), side(new).as_ref(), inner, path, found);
                path.pop();
            }
        }
        Shape::Set | Shape::List(..) if !is_leaf => {
            let items = |value: Option<&Value>| -> Vec<(Str, Value)> {
                let items = value.map_or(&[][..], Value::items).iter();
                items.map(|item| (step_of(shape, item), item.clone())).collect()
            };
            let (before, after) = (items(old), items(new));
            let steps: BTreeSet<&Str> = before.iter().chain(&after).map(|(step, _)| step).collect();
            for step in steps {
                let side = |list: &[(Str, Value)]| {
                    list.iter().find(|(own, _)| own == step).map(|(_, item)| item.clone())
                };
                path.push(step.clone());
                differ(side(&before).as_ref(), side(&after).as_ref(), shape.item(), path, found);
                path.pop();
            }
        }
        _ if old.is_some() && new.is_some() => found.modified.insert(path),
        _ => {}
    }
    match (old, new) {
        (None, Some(_)) => found.added.insert(path),
        (Some(_), None) => found.removed.insert(path),
        _ => {}
    }
}

/// `live` with everything that `config` says. Models Merge.
pub(super) fn merged(live: &Value, config: &Value, shape: Shape) -> Value {
    match (shape, live, config) {
        (Shape::Struct(_) | Shape::Map(_) | Shape::Free, Value::Map(old), Value::Map(new)) => {
            let mut fields = (**old).clone();
            for (name, value) in new.iter() {
                let inner = shape.field(name).unwrap_or(Shape::Leaf);
                let field = fields.entry(name);
                *field = merged(field, value, inner);
            }
            fields.into()
        }
        (Shape::Set | Shape::List(..), Value::List(old), Value::List(new)) => {
            merged_list(old, new, shape)
        }
        _ => config.clone(),
    }
}

/// Both lists as one: the order is that of `new`, what only `old` has keeps its place.
fn merged_list(old: &[Value], new: &[Value], shape: Shape) -> Value {
    let steps =
        |items: &[Value]| -> Vec<Str> { items.iter().map(|item| step_of(shape, item)).collect() };
    let (old_steps, new_steps) = (steps(old), steps(new));
    let mut list = Vec::with_capacity(old.len() + new.len());
    let (mut at_old, mut at_new) = (0, 0);
    while at_old < old.len() || at_new < new.len() {
        let waits = at_old < old.len() && new_steps[at_new..].contains(&old_steps[at_old]);
        if at_old < old.len() && !waits {
            if !new_steps.contains(&old_steps[at_old]) {
                list.push(old[at_old].clone());
            }
            at_old += 1;
            continue;
        }
        let step = &new_steps[at_new];
        let known = old_steps.iter().position(|other| other == step);
        let before = known.map_or(&Value::Null, |at| &old[at]);
        list.push(merged(before, &new[at_new], shape.item()));
        at_new += 1;
    }
    list.into()
}

/// `value` without the members of `set`. Models RemoveItems.
pub(super) fn removed(value: &Value, set: &FieldSet, shape: Shape) -> Value {
    let keep = |step: &str, item: &Value, inner: Shape| match set.step(step) {
        Some((true, _)) => None,
        Some((false, below)) => {
            Some(removed(item, below, inner)).filter(|left| item.is_empty() || !left.is_empty())
        }
        None => Some(item.clone()),
    };
    match (shape, value) {
        (Shape::Struct(_) | Shape::Map(_) | Shape::Free, Value::Map(fields)) => {
            let kept = fields.iter().filter_map(|(name, item)| {
                let inner = shape.field(name).unwrap_or(Shape::Leaf);
                Some((name.clone(), keep(&step_to(name), item, inner)?))
            });
            kept.collect::<Fields>().into()
        }
        (Shape::Set | Shape::List(..), Value::List(items)) => items
            .iter()
            .filter_map(|item| keep(&step_of(shape, item), item, shape.item()))
            .collect(),
        _ => value.clone(),
    }
}
