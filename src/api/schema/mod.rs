//! The field table: what fields every type has, and how lists and maps in them merge.
//!
//! Generated from the API's own OpenAPI document (`cargo xtask schema`), so that decoding, unknown
//! fields, patches, `explain` and completion all read one table. Models the types of
//! staging/src/k8s.io/api and apimachinery.

mod table;

/// A type of the API, such as `PodSpec`.
#[derive(Debug)]
pub struct Type {
    /// Its name without the package, such as `PodSpec`.
    pub name: &'static str,
    /// Its fields, sorted by name.
    pub fields: &'static [Field],
}

/// A field of a [`Type`].
#[derive(Debug)]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    /// What it holds.
    pub ty: Ty,
    /// Whether the API lists it as required; Go then writes it even when it is empty.
    pub required: bool,
    /// How a list or map in it merges.
    pub merge: &'static Merge,
    /// The values allowed, where the API lists them.
    pub values: &'static [&'static str],
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
#[derive(Debug)]
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListType {
    /// Replaced as a whole.
    Atomic,
    /// A set of plain values.
    Set,
    /// Items with identifying keys.
    Map(&'static [&'static str]),
}

/// The place of a type in the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TypeId(pub(in crate::api) u16);

impl TypeId {
    /// The type itself.
    pub fn get(self) -> &'static Type {
        &table::TYPES[usize::from(self.0)]
    }
}

/// The type called `name`.
pub fn named(name: &str) -> Option<&'static Type> {
    table::TYPES.iter().find(|ty| ty.name == name)
}

impl Type {
    /// The field called `name`.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        let at = self.fields.binary_search_by(|field| field.name.cmp(name)).ok()?;
        Some(&self.fields[at])
    }
}

const PLAIN: Merge =
    Merge { list: ListType::Atomic, patch_key: None, retain_keys: false, atomic_map: false };

/// A field with nothing special about it. The table is written with these three, to be short.
const fn f(name: &'static str, ty: Ty) -> Field {
    Field { name, ty, required: false, merge: &PLAIN, values: &[] }
}

impl Field {
    const fn req(self) -> Self {
        Self { required: true, ..self }
    }

    const fn merge(self, merge: &'static Merge) -> Self {
        Self { merge, ..self }
    }

    const fn one_of(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }
}

impl Merge {
    const fn list(list: ListType) -> Self {
        Self { list, ..PLAIN }
    }

    const fn patch(self, key: &'static str) -> Self {
        Self { patch_key: Some(key), ..self }
    }

    const fn retain_keys(self) -> Self {
        Self { retain_keys: true, ..self }
    }

    const fn atomic_map() -> Self {
        Self { atomic_map: true, ..PLAIN }
    }
}
