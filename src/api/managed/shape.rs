//! What is known of the type of a place, as far as management asks: whether it is managed as a
//! whole, field by field, or item by item.
//!
//! Models the schema that managedfields makes of the OpenAPI document.

use crate::api::schema::{Field, ListType, Ty, Type};
use crate::api::{Fields, Resource, Str, Value};

/// Types that are always managed as a whole (`x-kubernetes-map-type: atomic`).
const ATOMIC: [&str; 25] = [
    "ConfigMapKeySelector",
    "CrossVersionObjectReference",
    "EndpointAddress",
    "EndpointPort",
    "FileKeySelector",
    "LabelSelector",
    "LocalObjectReference",
    "MatchResources",
    "NamedRuleWithOperations",
    "NodeSelector",
    "NodeSelectorTerm",
    "ObjectFieldSelector",
    "ObjectReference",
    "OwnerReference",
    "ParamKind",
    "ParamRef",
    "ResourceFieldSelector",
    "RoleRef",
    "ScopeSelector",
    "SecretKeySelector",
    "SecretReference",
    "ServiceBackendPort",
    "Subject",
    "TopologySelectorTerm",
    "TypedLocalObjectReference",
];

/// How a place is managed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// As a whole.
    Leaf,
    /// Field by field as far as there are fields, whatever they are.
    Free,
    /// Field by field.
    Struct(&'static Type),
    /// Key by key.
    Map(&'static Ty),
    /// Value by value.
    Set,
    /// Item by item, told apart by these keys.
    List(&'static Ty, &'static [&'static str]),
}

impl Shape {
    /// The shape of the objects of a resource.
    pub(super) fn of(resource: Resource) -> Self {
        Self::Struct(resource.ty())
    }

    /// The shape of the field `name`; `None` where there can be no such field.
    pub(super) fn field(self, name: &str) -> Option<Self> {
        match self {
            Self::Struct(ty) if ty.is_open() => {
                Some(ty.field(name).map_or(Self::Free, Self::of_field))
            }
            Self::Struct(ty) => ty.field(name).map(Self::of_field),
            Self::Free => Some(Self::Free),
            Self::Map(item) => Some(Self::of_type(item)),
            Self::Leaf | Self::Set | Self::List(..) => None,
        }
    }

    /// The shape of the items of a list.
    pub(super) fn item(self) -> Self {
        if let Self::List(item, _) = self { Self::of_type(item) } else { Self::Leaf }
    }

    fn of_field(field: &'static Field) -> Self {
        if field.merge.atomic_map {
            return Self::Leaf;
        }
        match (&field.ty, &field.merge.list) {
            (Ty::List(_), ListType::Set) => Self::Set,
            (Ty::List(item), ListType::Map(keys)) => Self::List(item, keys),
            (ty, _) => Self::of_type(ty),
        }
    }

    fn of_type(ty: &'static Ty) -> Self {
        match ty {
            Ty::Object(id) if ATOMIC.binary_search(&id.get().name).is_err() => {
                Self::Struct(id.get())
            }
            Ty::Map(item) => Self::Map(item),
            _ => Self::Leaf,
        }
    }
}

/// What tells an item of a list from others: `k:{"name":"nginx"}` or `v:"x"`.
pub(super) fn step_of(shape: Shape, item: &Value) -> Str {
    let Shape::List(_, keys) = shape else { return format!("v:{}", item.to_json()).into() };
    let key = |key: &&'static str| {
        let value = match item.at(key) {
            // The schema gives this key a value where an item has none.
            Value::Null if *key == "protocol" => "TCP".into(),
            value => value.clone(),
        };
        (Str::new_static(key), value)
    };
    let all = keys.iter().map(key).filter(|(_, value)| !value.is_null());
    format!("k:{}", Value::from(all.collect::<Fields>()).to_json()).into()
}

/// The step to a field.
pub(super) fn step_to(name: &str) -> Str {
    ["f:", name].concat().into()
}
