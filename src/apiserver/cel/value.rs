//! What expressions come to.
//!
//! Models the types of cel-go and, of Kubernetes' own, quantities. What is of an object stays the
//! object's: only the level that is looked at is made a value of this kind.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::api::{Quantity, Str, Value};

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub enum Val {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number that is not negative.
    Uint(u64),
    /// Any other number.
    Double(f64),
    /// Text.
    Text(Str),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list.
    List(Arc<Vec<Val>>),
    /// A map with keys of text, as objects are.
    Map(Value),
    /// A map that an expression made.
    Made(Arc<Vec<(Val, Val)>>),
    /// The name of a type.
    Type(&'static str),
    /// A span of time, in nanoseconds.
    Duration(i64),
    /// A moment, in microseconds since the epoch.
    Moment(i64),
    /// An amount.
    Quantity(Quantity),
    /// Something that may be missing.
    Optional(Option<Box<Val>>),
}

impl Val {
    /// What a field of an object holds.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Int(number) => Self::Int(*number),
            Value::Float(number) => Self::Double(*number),
            Value::Str(text) => Self::Text(text.clone()),
            Value::List(items) => Self::List(Arc::new(items.iter().map(Self::of).collect())),
            Value::Map(_) => Self::Map(value.clone()),
        }
    }

    /// A text.
    pub fn text(text: impl Into<Str>) -> Self {
        Self::Text(text.into())
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(Arc::new(items.into_iter().collect()))
    }

    /// The name of its type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::Text(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Map(_) | Self::Made(_) => "map",
            Self::Type(_) => "type",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Moment(_) => "google.protobuf.Timestamp",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Optional(_) => "optional_type",
        }
    }

    /// The value at a key of a map; `None` where there is none.
    pub fn at(&self, key: &Self) -> Option<Self> {
        match (self, key) {
            (Self::Map(value), Self::Text(key)) => value.as_map()?.get(key).map(Self::of),
            (Self::Made(entries), key) => {
                let found = entries.iter().find(|(own, _)| own.equals(key));
                found.map(|(_, value)| value.clone())
            }
            _ => None,
        }
    }

    /// The keys of a map, or the items of a list: what macros go through.
    pub fn members(&self) -> Option<Vec<Self>> {
        match self {
            Self::List(items) => Some(items.to_vec()),
            Self::Map(value) => {
                let fields = value.as_map().into_iter().flat_map(|fields| fields.iter());
                Some(fields.map(|(key, _)| Self::Text(key.clone())).collect())
            }
            Self::Made(entries) => Some(entries.iter().map(|(key, _)| key.clone()).collect()),
            _ => None,
        }
    }

    /// Whether two values are the same; numbers may be of different types.
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(a), Self::List(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.equals(b))
            }
            (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Map(_) | Self::Made(_), Self::Map(_) | Self::Made(_)) => {
                let (Some(own), Some(others)) = (self.members(), other.members()) else {
                    return false;
                };
                let same = |key: &Self| match (self.at(key), other.at(key)) {
                    (Some(a), Some(b)) => a.equals(&b),
                    _ => false,
                };
                own.len() == others.len() && own.iter().all(same)
            }
            (Self::Optional(Some(a)), Self::Optional(Some(b))) => a.equals(b),
            _ => match self.compare(other) {
                Some(order) => order == Ordering::Equal,
                None => self == other,
            },
        }
    }

    /// Which of two values is greater; `None` where they cannot be compared.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Uint(a), Self::Uint(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Uint(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
            (Self::Uint(a), Self::Int(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Bytes(a), Self::Bytes(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) | (Self::Moment(a), Self::Moment(b)) => {
                Some(a.cmp(b))
            }
            (Self::Quantity(a), Self::Quantity(b)) => Some(a.cmp(b)),
            (a, b) => a.number()?.partial_cmp(&b.number()?),
        }
    }

    /// A number of whatever type.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Uint(number) => Some(*number as f64),
            Self::Double(number) => Some(*number),
            _ => None,
        }
    }
}
