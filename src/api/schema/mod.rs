//! The field table: what fields every type has, and how lists and maps in them merge.
//!
//! Generated from the API's own OpenAPI document (`cargo xtask schema`), so that decoding, unknown
//! fields, patches, `explain` and completion all read one table. Models the types of
//! staging/src/k8s.io/api and apimachinery.

mod read;

use std::sync::LazyLock;

/// A type of the API, such as `PodSpec`.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its name without the package, such as `PodSpec`.
    pub name: &'static str,
    /// Its name in the table: the same, or with group and version before it where several types
    /// go by that name.
    key: &'static str,
    /// The package it is from, as OpenAPI writes it: `io.k8s.api.core.v1`.
    pub package: &'static str,
    /// Its fields, sorted by name.
    pub fields: Vec<Field>,
}

/// A field of a [`Type`].
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    /// What it holds.
    pub ty: Ty,
    /// Whether the API lists it as required.
    pub required: bool,
    /// Whether Go writes it even when it is empty.
    pub always: bool,
    /// Whether Go holds it by pointer: what was given is kept then, be it zero. What is held by
    /// value is left out when it is zero, unless it is a struct or always written.
    pub pointer: bool,
    /// What Go calls its type, or that of its items, where that is no plain type.
    pub go_type: Option<&'static str>,
    /// The embedded struct it comes from in Go.
    pub embedded: Option<&'static str>,
    /// How a list or map in it merges.
    pub merge: Merge,
    /// The values allowed, where the API lists them.
    pub values: Vec<&'static str>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Ty {
    /// `true` or `false`.
    Bool,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A floating-point number.
    Double,
    /// Text.
    Text,
    /// Bytes, in base64.
    Bytes,
    /// A timestamp in whole seconds.
    Time,
    /// A timestamp in microseconds.
    MicroTime,
    /// A [`super::Quantity`].
    Quantity,
    /// A number or text.
    IntOrString,
    /// Anything at all.
    Any,
    /// A value of another type.
    Object(TypeId),
    /// A list of items.
    List(&'static Ty),
    /// A map from text to values.
    Map(&'static Ty),
}

/// How a list or map field merges.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merge {
    /// What identifies an item under server-side apply.
    pub list: ListType,
    /// What identifies an item under strategic merge; `None` replaces the list, an empty key
    /// merges plain values as a set.
    pub patch_key: Option<&'static str>,
    /// Whether a strategic merge keeps only the keys the patch names (`retainKeys`).
    pub retain_keys: bool,
    /// Whether a map is replaced as a whole under server-side apply.
    pub atomic_map: bool,
}

/// `x-kubernetes-list-type`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ListType {
    /// Replaced as a whole.
    Atomic,
    /// A set of plain values.
    Set,
    /// Items with identifying keys.
    Map(Vec<&'static str>),
}

/// The place of a type in the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TypeId(pub(in crate::api) u16);

/// The table, read when it is first asked for: as text it is a fraction of what it would be as
/// data, and the page has to be loaded. It never changes, so nothing depends on when that is.
static TYPES: LazyLock<Vec<Type>> =
    LazyLock::new(|| read::types(include_str!("table.txt"), include_str!("packages.txt")));

/// What all custom resources have in common: everything else is up to their definitions.
static CUSTOM: LazyLock<Type> = LazyLock::new(|| {
    let mut ty = named("Namespace").expect("there are namespaces").clone();
    ty.fields.retain(|field| matches!(field.name, "apiVersion" | "kind" | "metadata"));
    Type { name: "CustomResource", key: "CustomResource", ..ty }
});

impl TypeId {
    /// The type of custom resources.
    pub const CUSTOM: Self = Self(u16::MAX);

    /// The type itself.
    pub fn get(self) -> &'static Type {
        if self == Self::CUSTOM {
            return &CUSTOM;
        }
        &TYPES[usize::from(self.0)]
    }
}

/// The type called `name`.
pub fn named(name: &str) -> Option<&'static Type> {
    TYPES.iter().find(|ty| ty.key == name)
}

impl Type {
    /// The field called `name`.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let at = self.fields.binary_search_by(|field| field.name.cmp(name)).ok()?;
        Some(&self.fields[at])
    }

    /// Whether a value may have more fields than the type knows.
    pub fn is_open(&self) -> bool {
        self.key == CUSTOM.key
    }

    /// Whether it is the type of a whole object.
    pub fn is_root(&self) -> bool {
        ["apiVersion", "kind", "metadata"].iter().all(|name| self.field(name).is_some())
    }
}
