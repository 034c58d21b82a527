//! What may be written at a place of a text, for the editor: fields, values and kinds.
//!
//! Works from indentation and brackets, because a text in which something is just being written
//! can hardly be parsed. A pure function of text and place.

mod outline;

#[cfg(test)]
mod tests;

use super::diagnose::{all_kinds, type_at};
use super::place::{Pos, Span};
use crate::api::schema::{Field, Ty, Type};
use crate::api::{Path, Resource, Step, Str};
use outline::{Outline, Target};

/// What may be written at a place.
#[derive(Clone, PartialEq, Debug)]
pub struct Completions {
    /// The text that a completion takes the place of: what has been written of the word.
    pub span: Span,
    /// What may be written, in the order to be shown: what must be there first.
    pub items: Vec<Completion>,
}

/// One thing that may be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// The word itself.
    pub label: Str,
    /// What it is.
    pub kind: CompletionKind,
}

/// What a [`Completion`] is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CompletionKind {
    /// A field.
    Field {
        /// The type of its value, as `kubectl explain` names it: `[]Container`, `string`.
        ty: String,
        /// Whether the API requires it.
        required: bool,
        /// Whether its value stands on lines of its own.
        nests: bool,
    },
    /// A value that the API lists.
    Value,
    /// A kind. The API version it is in.
    Kind(String),
    /// An API version.
    ApiVersion,
}

/// What may be written at `at` in `text`; nothing when nothing is known of the place.
pub fn complete(text: &str, at: Pos) -> Option<Completions> {
    let outline = Outline::of(text, at)?;
    let ty = Resource::of_kind(&outline.api_version, &outline.kind).map(Resource::ty);
    let items = match &outline.target {
        Target::Key { present } => keys(ty, &outline.path, present),
        Target::Value => values(ty, &outline),
    };
    Some(Completions { span: outline.span, items })
}

fn keys(ty: Option<&'static Type>, path: &Path, present: &[Str]) -> Vec<Completion> {
    let Some(ty) = ty.and_then(|ty| struct_at(ty, path)) else {
        // Without a kind, only what every manifest begins with is known.
        let first = if path.0.is_empty() { &["apiVersion", "kind", "metadata"][..] } else { &[] };
        let first = first.iter().filter(|name| !present.iter().any(|p| p == *name));
        return first.map(|name| plain_field(name)).collect();
    };
    let is_root = path.0.is_empty();
    let absent = ty.fields.iter().filter(|field| !present.iter().any(|p| p == field.name));
    let mut items: Vec<_> = absent.map(|field| completion(field, is_root)).collect();
    items.sort_by_key(|item| !matches!(item.kind, CompletionKind::Field { required: true, .. }));
    items
}

fn completion(field: &'static Field, is_root: bool) -> Completion {
    // The API needs these two to know what it is given, although its document does not say so.
    let required = field.required || (is_root && matches!(field.name, "apiVersion" | "kind"));
    let nests = matches!(field.ty, Ty::Object(_) | Ty::List(_) | Ty::Map(_));
    let kind = CompletionKind::Field { ty: type_label(&field.ty), required, nests };
    Completion { label: Str::new_static(field.name), kind }
}

fn plain_field(name: &'static str) -> Completion {
    let nests = name == "metadata";
    let ty = if nests { "ObjectMeta" } else { "string" }.to_owned();
    let kind = CompletionKind::Field { ty, required: !nests, nests };
    Completion { label: Str::new_static(name), kind }
}

fn values(ty: Option<&'static Type>, outline: &Outline) -> Vec<Completion> {
    match outline.path.0.as_slice() {
        [Step::Key(key)] if key == "kind" => return kinds(&outline.api_version),
        [Step::Key(key)] if key == "apiVersion" => return api_versions(&outline.kind),
        _ => {}
    }
    let listed = ty.and_then(|ty| field_at(ty, &outline.path)).map_or(&[][..], |f| &f.values);
    let is_bool = matches!(ty.and_then(|ty| type_at(ty, &outline.path.0)), Some(Ty::Bool));
    let values = if is_bool { &["true", "false"][..] } else { listed };
    let value = |value: &&'static str| Completion {
        label: Str::new_static(value),
        kind: CompletionKind::Value,
    };
    values.iter().map(value).collect()
}

fn kinds(api_version: &str) -> Vec<Completion> {
    let fits = |version: &str| api_version.is_empty() || version == api_version;
    let mut items: Vec<_> = all_kinds()
        .filter(|(version, _)| fits(version))
        .map(|(version, kind)| Completion {
            label: kind.into(),
            kind: CompletionKind::Kind(version),
        })
        .collect();
    items.sort_by(|a, b| a.label.cmp(&b.label));
    items
}

fn api_versions(kind: &str) -> Vec<Completion> {
    let mut versions: Vec<_> = all_kinds()
        .filter(|(_, known)| kind.is_empty() || *known == kind)
        .map(|(version, _)| version)
        .collect();
    versions.sort();
    versions.dedup();
    let item = |v: String| Completion { label: v.into(), kind: CompletionKind::ApiVersion };
    versions.into_iter().map(item).collect()
}

fn struct_at(ty: &'static Type, path: &Path) -> Option<&'static Type> {
    if path.0.is_empty() {
        return Some(ty);
    }
    match type_at(ty, &path.0)? {
        Ty::Object(id) => Some(id.get()),
        _ => None,
    }
}

fn field_at(ty: &'static Type, path: &Path) -> Option<&'static Field> {
    let (last, parents) = path.0.split_last()?;
    let Step::Key(name) = last else { return None };
    struct_at(ty, &Path(parents.to_vec()))?.field(name)
}

/// A type as `kubectl explain` names it.
fn type_label(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "boolean".into(),
        Ty::Int32 | Ty::Int64 => "integer".into(),
        Ty::Double => "number".into(),
        Ty::Text | Ty::Bytes => "string".into(),
        Ty::Time => "Time".into(),
        Ty::MicroTime => "MicroTime".into(),
        Ty::Quantity => "Quantity".into(),
        Ty::IntOrString => "IntOrString".into(),
        Ty::Any => "Object".into(),
        Ty::Object(id) => id.get().name.into(),
        Ty::List(item) => format!("[]{}", type_label(item)),
        Ty::Map(item) => format!("map[string]{}", type_label(item)),
    }
}
