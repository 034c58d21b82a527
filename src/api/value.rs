//! A value of the JSON model: what every object is before and after it is a Rust struct.
//!
//! Clones share; keys are sorted, which is the order in which kubectl prints them.

use std::sync::Arc;

use smol_str::SmolStr;

/// Text that is cloned in constant time: short ones inline, literals borrowed, long ones shared.
pub type Str = SmolStr;

/// A value of the JSON model.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Value {
    /// `null`, and the value of what is absent.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number; never NaN or infinite.
    Float(f64),
    /// Text.
    Str(Str),
    /// A list.
    List(Arc<Vec<Value>>),
    /// A map with sorted keys.
    Map(Arc<Fields>),
}

/// Maps of up to as many entries are looked through one by one: most keys differ in their length
/// already, so that is quicker than the comparisons of a search by halves.
const LOOKED_THROUGH_MAX: usize = 24;

/// The entries of a map, sorted by key, each key once.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Fields(Vec<(Str, Value)>);

impl Fields {
    /// No entries.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value at `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        if self.0.len() > LOOKED_THROUGH_MAX {
            return self.position(key).ok().map(|at| &self.0[at].1);
        }
        self.0.iter().find(|(k, _)| k.as_str() == key).map(|(_, value)| value)
    }

    /// The value at `key`, `Null` being put there when there is none.
    pub fn entry(&mut self, key: &str) -> &mut Value {
        let at = self.position(key).unwrap_or_else(|at| {
            self.0.insert(at, (key.into(), Value::Null));
            at
        });
        &mut self.0[at].1
    }

    /// The value at `key`, to be changed in place.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.position(key).ok().map(|at| &mut self.0[at].1)
    }

    /// Puts `value` at `key` and returns what was there.
    pub fn insert(&mut self, key: impl Into<Str>, value: Value) -> Option<Value> {
        let key = key.into();
        match self.position(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (key, value));
                None
            }
        }
    }

    /// Takes out what is at `key`.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.position(key).ok().map(|at| self.0.remove(at).1)
    }

    /// Whether there is a value at `key`, be it `Null`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_ok()
    }

    /// Keeps the entries that `keep` approves of.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Value) -> bool) {
        self.0.retain_mut(|(key, value)| keep(key, value));
    }

    /// All entries in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Str, &Value)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// All entries in the order of their keys, their values to be changed in place.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Str, &mut Value)> {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(k, _)| k.as_str().cmp(key))
    }
}

impl FromIterator<(Str, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Self {
        let mut fields = Self::new();
        for (key, value) in entries {
            fields.insert(key, value);
        }
        fields
    }
}

static NULL: Value = Value::Null;

impl Value {
    /// A map of `entries`.
    pub fn map<K: Into<Str>, const N: usize>(entries: [(K, Value); N]) -> Self {
        entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Fields>().into()
    }

    /// The value at `key` of a map; `Null` when this is no map or has no such key.
    pub fn at(&self, key: &str) -> &Value {
        self.as_map().and_then(|fields| fields.get(key)).unwrap_or(&NULL)
    }

    /// The value at a path of keys; `Null` when there is none.
    pub fn at_path(&self, path: &[&str]) -> &Value {
        path.iter().fold(self, |value, key| value.at(key))
    }

    /// The value at `key`, to be changed in place. What is no map becomes one.
    pub fn entry(&mut self, key: &str) -> &mut Value {
        self.make_map().entry(key)
    }

    /// The value at a path of keys, maps being made on the way.
    pub fn entry_path(&mut self, path: &[&str]) -> &mut Value {
        path.iter().fold(self, |value, key| value.entry(key))
    }

    /// This value as a map to be changed in place. What is no map becomes an empty one.
    pub fn make_map(&mut self) -> &mut Fields {
        if !matches!(self, Self::Map(_)) {
            *self = Self::Map(Arc::default());
        }
        let Self::Map(fields) = self else { unreachable!("it was just made a map") };
        Arc::make_mut(fields)
    }

    /// This value as a list to be changed in place. What is no list becomes an empty one.
    pub fn make_list(&mut self) -> &mut Vec<Value> {
        if !matches!(self, Self::List(_)) {
            *self = Self::List(Arc::default());
        }
        let Self::List(items) = self else { unreachable!("it was just made a list") };
        Arc::make_mut(items)
    }

    /// The entries of a map.
    pub fn as_map(&self) -> Option<&Fields> {
        if let Self::Map(fields) = self { Some(fields) } else { None }
    }

    /// The items of a list; none when this is no list.
    pub fn items(&self) -> &[Value] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Str(text) = self { Some(text) } else { None }
    }

    /// The text of a string; empty when this is none.
    pub fn text(&self) -> &str {
        self.as_str().unwrap_or_default()
    }

    /// A whole number.
    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    /// A boolean.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether this is what Go leaves out under `omitempty`: null, false, zero, "", [] or {}.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(truth) => !truth,
            Self::Int(number) => *number == 0,
            Self::Float(number) => *number == 0.0,
            Self::Str(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(fields) => fields.is_empty(),
        }
    }

    /// Takes what is equal from `other`, so that both share it.
    pub fn share_with(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Map(own), Self::Map(others)) if own != others => {
                for (key, value) in Arc::make_mut(own).iter_mut() {
                    others.get(key).into_iter().for_each(|other| value.share_with(other));
                }
            }
            (Self::List(own), Self::List(others)) if own != others => {
                let pairs = Arc::make_mut(own).iter_mut().zip(others.iter());
                pairs.for_each(|(value, other)| value.share_with(other));
            }
            (own, other) if own == other => *own = other.clone(),
            _ => {}
        }
    }

    /// What Go's encoding/json calls this kind of value in its error messages.
    pub fn go_kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::Float(_) => "number",
            Self::Str(_) => "string",
            Self::List(_) => "array",
            Self::Map(_) => "object",
        }
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Self {
        Self::Map(Arc::new(fields))
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::List(Arc::new(items))
    }
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        items.into_iter().collect::<Vec<_>>().into()
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(text.into())
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Self {
        Self::Str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_can_be_shared() {
        let pod = |name: &str| {
            let deep = Value::map([("c", vec![Value::from("d")].into())]);
            Value::map([("name", name.into()), ("b", vec![deep, name.into()].into())])
        };
        let (one, mut other) = (pod("one"), pod("other"));
        let plain = other.clone();
        other.share_with(&one);
        assert_eq!(other, plain);
        let inner = |pod: &Value| match &pod.at("b").items()[0] {
            Value::Map(fields) => Arc::as_ptr(fields),
            _ => unreachable!("it is a map"),
        };
        assert_eq!(inner(&one), inner(&other));
    }

    #[test]
    fn maps_are_sorted_and_changed_by_copy() {
        let mut value = Value::map([("b", Value::Int(1)), ("a", Value::from("x"))]);
        let before = value.clone();
        *value.entry_path(&["c", "d"]) = true.into();
        let keys: Vec<_> = value.as_map().unwrap().iter().map(|(k, _)| k.as_str()).collect();
        assert_eq!(keys, ["a", "b", "c"]);
        assert_eq!(value.at_path(&["c", "d"]).as_bool(), Some(true));
        assert!(before.at("c").is_null());
        assert_eq!(value.make_map().remove("c").map(|v| v.is_empty()), Some(false));
        assert_eq!(value, before);
    }
}
