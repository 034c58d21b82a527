//! From values to Rust structs and back.
//!
//! Structs exist for what the simulation reads. A struct names the fields that are read; all others
//! of its type travel along in `rest`, so that nothing a person wrote is lost.

use std::sync::Arc;

use super::{Str, Value};
use crate::sim::Fingerprint;

/// A Rust type that has a form in the JSON model.
pub trait Codec: Sized {
    /// The value in Rust. What is missing or of another type gives the default: type errors are
    /// reported where text is decoded, before a value comes here.
    fn load(value: &Value) -> Self;

    /// The value in the JSON model.
    fn dump(&self) -> Value;

    /// Adds the value to a measurement, without making it a [`Value`] first.
    fn measure(&self, measure: &mut Measure);

    /// Whether Go leaves a field of this value out under `omitempty`.
    fn is_empty(&self) -> bool {
        false
    }
}

/// The hash and the rough encoded size of a value, taken in one walk.
#[derive(Clone, Copy, Default, Debug)]
pub struct Measure {
    /// The hash of everything walked over.
    pub hash: Fingerprint,
    /// About as many bytes as the value takes when it is encoded.
    pub bytes: usize,
}

impl Measure {
    /// Adds text.
    pub fn text(&mut self, text: &str) {
        self.hash.str(text);
        self.bytes += text.len() + 2;
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) {
        self.hash.u64(number);
        self.bytes += 2 + (64 - number.leading_zeros() as usize) / 8;
    }
}

/// A list that is cloned in constant time.
pub type List<T> = Arc<[T]>;

/// Defines structs of the API: `"jsonName" rust_name: Type`, with a `!` after the name where Go
/// writes the field even when it is empty.
macro_rules! object {
    ($($(#[$meta:meta])* $name:ident {
        $($json:literal $(! $($always:lifetime)?)? $field:ident: $ty:ty,)*
    })*) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Debug, Default)]
        // The fields are Kubernetes' own; their documentation is the API reference.
        #[allow(missing_docs)]
        pub struct $name {
            $(pub $field: $ty,)*
            /// The fields of this type that the simulation does not read.
            pub rest: $crate::api::codec::Rest,
        }

        impl $crate::api::codec::Codec for $name {
            fn load(value: &$crate::api::Value) -> Self {
                let mut loaded = Self::default();
                let mut rest = $crate::api::Fields::new();
                for (key, value) in value.as_map().into_iter().flat_map(|fields| fields.iter()) {
                    match key.as_str() {
                        $($json => loaded.$field = $crate::api::codec::Codec::load(value),)*
                        _ => _ = rest.insert(key.clone(), value.clone()),
                    }
                }
                loaded.rest = rest.into();
                loaded
            }

            fn dump(&self) -> $crate::api::Value {
                let mut fields = self.rest.fields();
                $(
                    let always = object!(@always $json $(! $($always)?)?);
                    if always || !$crate::api::codec::Codec::is_empty(&self.$field) {
                        let value = $crate::api::codec::Codec::dump(&self.$field);
                        fields.insert(const { $crate::api::Str::new_static($json) }, value);
                    }
                )*
                fields.into()
            }

            fn measure(&self, measure: &mut $crate::api::codec::Measure) {
                $($crate::api::codec::Codec::measure(&self.$field, measure);)*
                self.rest.measure(measure);
            }
        }

        impl $name {
            /// The fields that are read, and whether each is written even when it is empty.
            #[cfg(test)]
            #[allow(dead_code)]
            pub(crate) const FIELDS: &'static [(&'static str, bool)] =
                &[$(($json, object!(@always $json $(! $($always)?)?)),)*];
        }
    )*};
    (@always $json:literal) => { false };
    (@always $json:literal !) => { true };
}
pub(crate) use object;

/// The fields of a struct that the simulation does not read; mostly there are none, and then they
/// take one word.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Rest(Option<Arc<super::Fields>>);

impl Rest {
    /// A copy of the fields, to add the others to.
    pub fn fields(&self) -> super::Fields {
        self.0.as_deref().cloned().unwrap_or_default()
    }

    /// The value of one field.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.as_ref()?.get(key)
    }

    /// Adds the fields to a measurement.
    pub fn measure(&self, measure: &mut Measure) {
        for (key, value) in self.0.iter().flat_map(|fields| fields.iter()) {
            measure.text(key);
            value.measure(measure);
        }
    }

    /// Puts `value` at `key`.
    pub fn insert(&mut self, key: impl Into<Str>, value: Value) {
        Arc::make_mut(self.0.get_or_insert_default()).insert(key, value);
    }

    /// Takes out what is at `key`.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let removed = Arc::make_mut(self.0.as_mut()?).remove(key);
        if self.0.as_ref().is_some_and(|fields| fields.is_empty()) {
            self.0 = None;
        }
        removed
    }
}

impl From<super::Fields> for Rest {
    fn from(fields: super::Fields) -> Self {
        Self((!fields.is_empty()).then(|| Arc::new(fields)))
    }
}

/// Text to text with sorted keys: labels, annotations, data.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StrMap(List<(Str, Str)>);

impl StrMap {
    /// The value at `key`.
    pub fn get(&self, key: &str) -> Option<&Str> {
        let at = self.0.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok()?;
        Some(&self.0[at].1)
    }

    /// Whether there is a value at `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// All entries in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Str, &Str)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// This map with `value` at `key`.
    #[must_use]
    pub fn with(&self, key: impl Into<Str>, value: impl Into<Str>) -> Self {
        let added = (key.into(), value.into());
        let others = self.0.iter().filter(|(key, _)| *key != added.0).cloned();
        others.chain([added.clone()]).collect()
    }

    /// This map without `key`.
    #[must_use]
    pub fn without(&self, key: &str) -> Self {
        self.0.iter().filter(|(k, _)| k != key).cloned().collect()
    }

    /// Whether both share their memory: equal without looking inside.
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl FromIterator<(Str, Str)> for StrMap {
    fn from_iter<I: IntoIterator<Item = (Str, Str)>>(entries: I) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        entries.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Self(entries.into())
    }
}

impl<const N: usize> From<[(&'static str, &'static str); N]> for StrMap {
    fn from(entries: [(&'static str, &'static str); N]) -> Self {
        entries.into_iter().map(|(k, v)| (Str::new_static(k), Str::new_static(v))).collect()
    }
}

impl Codec for StrMap {
    fn load(value: &Value) -> Self {
        let fields = value.as_map().into_iter().flat_map(|fields| fields.iter());
        Self(fields.map(|(key, value)| (key.clone(), Str::load(value))).collect())
    }

    fn dump(&self) -> Value {
        let fields: super::Fields = self.0.iter().map(|(k, v)| (k.clone(), v.dump())).collect();
        fields.into()
    }

    fn measure(&self, measure: &mut Measure) {
        measure.number(self.0.len() as u64);
        for (key, value) in self.0.iter() {
            measure.text(key);
            measure.text(value);
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Codec for Value {
    fn load(value: &Value) -> Self {
        value.clone()
    }

    fn dump(&self) -> Value {
        self.clone()
    }

    fn measure(&self, measure: &mut Measure) {
        match self {
            Value::Null => measure.number(0),
            Value::Bool(truth) => measure.number(1 + u64::from(*truth)),
            Value::Int(number) => measure.number(*number as u64),
            Value::Float(number) => measure.number(number.to_bits()),
            Value::Str(text) => measure.text(text),
            Value::List(items) => {
                measure.number(items.len() as u64);
                items.iter().for_each(|item| item.measure(measure));
            }
            Value::Map(fields) => {
                measure.number(fields.len() as u64);
                for (key, value) in fields.iter() {
                    measure.text(key);
                    value.measure(measure);
                }
            }
        }
    }

    fn is_empty(&self) -> bool {
        Value::is_empty(self)
    }
}

impl Codec for bool {
    fn load(value: &Value) -> Self {
        value.as_bool().unwrap_or_default()
    }

    fn dump(&self) -> Value {
        Value::Bool(*self)
    }

    fn measure(&self, measure: &mut Measure) {
        measure.number((*self).into());
    }

    fn is_empty(&self) -> bool {
        !self
    }
}

impl Codec for i64 {
    fn load(value: &Value) -> Self {
        value.as_int().unwrap_or_default()
    }

    fn dump(&self) -> Value {
        Value::Int(*self)
    }

    fn measure(&self, measure: &mut Measure) {
        measure.number(*self as u64);
    }

    fn is_empty(&self) -> bool {
        *self == 0
    }
}

impl Codec for i32 {
    fn load(value: &Value) -> Self {
        value.as_int().and_then(|number| number.try_into().ok()).unwrap_or_default()
    }

    fn dump(&self) -> Value {
        Value::Int((*self).into())
    }

    fn measure(&self, measure: &mut Measure) {
        measure.number(*self as u64);
    }

    fn is_empty(&self) -> bool {
        *self == 0
    }
}

impl Codec for Str {
    fn load(value: &Value) -> Self {
        if let Value::Str(text) = value { text.clone() } else { Self::default() }
    }

    fn dump(&self) -> Value {
        Value::Str(self.clone())
    }

    fn measure(&self, measure: &mut Measure) {
        measure.text(self);
    }

    fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }
}

impl<T: Codec> Codec for Option<T> {
    fn load(value: &Value) -> Self {
        (!value.is_null()).then(|| T::load(value))
    }

    fn dump(&self) -> Value {
        self.as_ref().map_or(Value::Null, Codec::dump)
    }

    fn measure(&self, measure: &mut Measure) {
        measure.number(self.is_some().into());
        self.iter().for_each(|value| value.measure(measure));
    }

    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

impl<T: Codec> Codec for List<T> {
    fn load(value: &Value) -> Self {
        value.items().iter().map(T::load).collect()
    }

    fn dump(&self) -> Value {
        self.iter().map(Codec::dump).collect()
    }

    fn measure(&self, measure: &mut Measure) {
        measure.number(self.len() as u64);
        self.iter().for_each(|item| item.measure(measure));
    }

    fn is_empty(&self) -> bool {
        <[T]>::is_empty(self)
    }
}

impl<T: Codec> Codec for Arc<T> {
    fn load(value: &Value) -> Self {
        Arc::new(T::load(value))
    }

    fn dump(&self) -> Value {
        T::dump(self)
    }

    fn measure(&self, measure: &mut Measure) {
        T::measure(self, measure);
    }

    fn is_empty(&self) -> bool {
        T::is_empty(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    object! {
        /// For the tests.
        Sample {
            "b" name: Str,
            "a"! count: i64,
            "c" list: List<i64>,
        }
    }

    #[test]
    fn keeps_what_it_does_not_read_and_leaves_out_what_is_empty() {
        let value = Value::map([("b", "x".into()), ("z", Value::Bool(true))]);
        let sample = Sample::load(&value);
        assert_eq!((sample.name.as_str(), sample.count), ("x", 0));
        assert_eq!(sample.dump().to_json(), r#"{"a":0,"b":"x","z":true}"#);
        assert_eq!(Sample::FIELDS[1], ("a", true));
    }

    #[test]
    fn later_entries_of_a_map_win() {
        let map: StrMap =
            [("b".into(), "1".into()), ("a".into(), "2".into()), ("b".into(), "3".into())]
                .into_iter()
                .collect();
        assert_eq!(map.get("b").map(Str::as_str), Some("3"));
        assert_eq!(map.with("a", "9").without("b").iter().count(), 1);
    }
}
