//! A cursor on a value that knows its path, so that rules read like upstream's and every
//! complaint says where.
//!
//! Models apimachinery/pkg/util/validation/field/path.go. A cursor lives on the stack and points to
//! the one above it: a path becomes text only when there is something to complain about.

use std::fmt;

use crate::api::{Fields, Str, Value};

/// A value and where it was found.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    above: Option<&'a Field<'a>>,
    step: Step<'a>,
    /// What is there; `Null` when nothing is.
    pub value: &'a Value,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Name(&'a str),
    Key(&'a str),
    Index(usize),
}

static NOTHING: Value = Value::Null;

impl<'a> Field<'a> {
    /// The whole of `value`.
    pub fn root(value: &'a Value) -> Self {
        Self { above: None, step: Step::Root, value }
    }

    /// The field called `name`.
    pub fn at<'b>(&'b self, name: &'b str) -> Field<'b> {
        Field { above: Some(self), step: Step::Name(name), value: self.value.at(name) }
    }

    /// The entry of a map at `key`, written in brackets.
    pub fn key<'b>(&'b self, key: &'b str) -> Field<'b> {
        Field { above: Some(self), step: Step::Key(key), value: self.value.at(key) }
    }

    /// The item of a list at `index`.
    pub fn index(&self, index: usize) -> Field<'_> {
        let value = self.value.items().get(index).unwrap_or(&NOTHING);
        Field { above: Some(self), step: Step::Index(index), value }
    }

    /// Another name for the same place with another value, where upstream's paths are not those
    /// of the data.
    pub fn called<'b>(&'b self, name: &'b str, value: &'b Value) -> Field<'b> {
        Field { above: Some(self), step: Step::Name(name), value }
    }

    /// An entry written in brackets with another value than the one that lies there.
    pub fn key_called<'b>(&'b self, key: &'b str, value: &'b Value) -> Field<'b> {
        Field { above: Some(self), step: Step::Key(key), value }
    }

    /// All items of a list.
    pub fn items(&self) -> impl Iterator<Item = Field<'_>> {
        let items = self.value.items().iter().enumerate();
        items.map(|(index, value)| Field { above: Some(self), step: Step::Index(index), value })
    }

    /// All entries of a map, written in brackets.
    pub fn entries(&self) -> impl Iterator<Item = (&Str, Field<'_>)> {
        let entries = self.value.as_map().into_iter().flat_map(Fields::iter);
        entries.map(|(key, value)| (key, Field { above: Some(self), step: Step::Key(key), value }))
    }

    /// Whether there is a value.
    pub fn is_set(&self) -> bool {
        !self.value.is_null()
    }

    /// Whether there is no value, or a zero one.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// The text of a string; empty when there is none.
    pub fn text(&self) -> &'a str {
        self.value.text()
    }

    /// A whole number, if there is one.
    pub fn int(&self) -> Option<i64> {
        self.value.as_int()
    }

    /// A boolean; false when there is none.
    pub fn is_true(&self) -> bool {
        self.value.as_bool() == Some(true)
    }

    /// How many items or entries there are.
    pub fn len(&self) -> usize {
        match self.value {
            Value::Map(fields) => fields.len(),
            other => other.items().len(),
        }
    }
}

/// Writes the path: `spec.containers[0].resources.limits[cpu]`.
impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let below_something = match self.above {
            Some(above) => {
                above.fmt(f)?;
                !matches!(above.step, Step::Root)
            }
            None => false,
        };
        match self.step {
            Step::Root => Ok(()),
            Step::Name(name) if below_something => write!(f, ".{name}"),
            Step::Name(name) => f.write_str(name),
            Step::Key(key) => write!(f, "[{key}]"),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// Whether Go's semantic equality holds: what is nothing equals what is empty.
/// Models apimachinery/pkg/api/equality Semantic.DeepEqual.
pub fn semantically_equal(a: &Value, b: &Value) -> bool {
    let bare = |value: &Value| match value {
        Value::Null => true,
        Value::List(items) => items.is_empty(),
        Value::Map(fields) => fields.is_empty(),
        _ => false,
    };
    match (a, b) {
        (Value::Map(x), Value::Map(y)) => {
            std::sync::Arc::ptr_eq(x, y)
                || x.iter().all(|(key, value)| semantically_equal(value, b.at(key)))
                    && y.iter().all(|(key, value)| x.contains_key(key) || bare(value))
        }
        (Value::List(x), Value::List(y)) => {
            std::sync::Arc::ptr_eq(x, y)
                || x.len() == y.len()
                    && x.iter().zip(y.iter()).all(|(x, y)| semantically_equal(x, y))
        }
        _ => a == b || bare(a) && bare(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_paths() {
        let value = Value::map([(
            "spec",
            Value::map([(
                "list",
                vec![Value::map([("limits", Value::map([("cpu", "1".into())]))])].into(),
            )]),
        )]);
        let root = Field::root(&value);
        let spec = root.at("spec");
        let list = spec.at("list");
        let item = list.index(0);
        let limits = item.at("limits");
        assert_eq!(limits.key("cpu").to_string(), "spec.list[0].limits[cpu]");
        assert_eq!(limits.key("cpu").text(), "1");
        assert_eq!(list.items().count(), 1);
        assert_eq!(root.to_string(), "");
    }

    #[test]
    fn nothing_equals_what_is_empty() {
        let full = Value::map([("a", Value::Int(1)), ("b", vec![].into())]);
        assert!(semantically_equal(&full, &Value::map([("a", Value::Int(1))])));
        assert!(semantically_equal(&Value::map([("a", Value::Int(1))]), &full));
        assert!(!semantically_equal(&full, &Value::map([("a", Value::Int(2))])));
        assert!(!semantically_equal(&full, &Value::Null));
        assert!(semantically_equal(&Value::Null, &Value::map::<&str, 0>([])));
    }
}
