//! What is wrong with one document that could be read.

use super::known::{self, Service};
use super::suggest::nearest;
use super::{Diagnostic, Hint, Issue, Severity};
use crate::api::decode::{Mistake, examine};
use crate::api::schema::{Ty, Type};
use crate::api::{Path, Resource, Step, Str, Value};
use crate::manifest::place::{Pos, Span};
use crate::manifest::read::Document;

/// Adds what is wrong with `document` to `found`.
pub(super) fn check(document: &Document, found: &mut Vec<Diagnostic>) {
    for duplicate in document.duplicates.iter().take(super::DIAGNOSTICS_MAX) {
        let issue = Issue::DuplicateKey(duplicate.key.clone());
        found.push(Diagnostic::new(duplicate.span, Severity::Warning, issue));
    }
    if let Some(from) = document.rest {
        let span = Span { from, to: Pos { column: from.column + 1, ..from } };
        found.push(Diagnostic::new(span, Severity::Warning, Issue::NotRead));
    }
    let (value, path) = (&document.value, Path::default());
    if value.at("kind").text() != "List" {
        return Checker { document, found, path }.object(value);
    }
    for (index, item) in value.at("items").items().iter().enumerate() {
        let path = Path(vec![Step::Key("items".into()), Step::Index(index)]);
        Checker { document, found, path }.object(item);
    }
}

impl Diagnostic {
    fn new(span: Span, severity: Severity, issue: Issue) -> Self {
        Self { span, severity, issue, hint: None }
    }
}

/// After how many complaints nothing more is suggested: it takes the time of a key press.
const HINTS_MAX: usize = 100;

struct Checker<'a> {
    document: &'a Document,
    found: &'a mut Vec<Diagnostic>,
    /// Where the object lies in the document.
    path: Path,
}

impl Checker<'_> {
    fn object(mut self, value: &Value) {
        let start = self.document.value_span(&self.path).from;
        let first = Span { from: start, to: Pos { column: start.column + 1, ..start } };
        if value.as_map().is_none() {
            return self.add(first, Severity::Error, Issue::NotAnObject, None);
        }
        let (api_version, kind) = (value.at("apiVersion").text(), value.at("kind").text());
        if api_version.is_empty() {
            self.add(first, Severity::Error, Issue::NoApiVersion, None);
        }
        if kind.is_empty() {
            self.add(first, Severity::Error, Issue::NoKind, None);
        }
        if api_version.is_empty() || kind.is_empty() {
            return;
        }
        let kind_span = self.value_span(&[Step::Key("kind".into())]);
        match known::service(api_version, kind) {
            Service::Simulated(resource) => self.fields(resource, value),
            Service::Stored(resource) => {
                self.add(kind_span, Severity::Warning, Issue::NotSimulated(kind.into()), None);
                self.fields(resource, value);
            }
            Service::Missing => {
                self.add(kind_span, Severity::Warning, Issue::NotServed(kind.into()), None);
            }
            Service::Unknown => self.unknown_kind(api_version, kind, kind_span),
        }
    }

    /// Either the kind is misspelt, or the API version is another one.
    fn unknown_kind(&mut self, api_version: &str, kind: &str, kind_span: Span) {
        let issue = Issue::UnknownKind { kind: kind.into(), api_version: api_version.into() };
        if let Some((version, _)) = known::all().find(|(_, known)| *known == kind) {
            let span = self.value_span(&[Step::Key("apiVersion".into())]);
            let hint = Some(Hint::DidYouMean(version.into()));
            return self.add(span, Severity::Error, issue, hint);
        }
        let in_version = known::all().filter(|(version, _)| version == api_version);
        let near = nearest(kind, in_version.map(|(_, kind)| kind));
        let near = near.or_else(|| nearest(kind, known::all().map(|(_, kind)| kind)));
        let hint = near.map(|near| Hint::DidYouMean(near.into()));
        self.add(kind_span, Severity::Error, issue, hint);
    }

    fn fields(&mut self, resource: Resource, value: &Value) {
        let ty = resource.ty();
        let decoded = examine(ty, value);
        for path in decoded.unknown {
            if self.is_full() {
                break;
            }
            let span = self.document.key_span(&self.whole(&path.0));
            let hint = if self.found.len() < HINTS_MAX { meant(ty, &path) } else { None };
            self.add(span, Severity::Error, Issue::UnknownField(path), hint);
        }
        for Mistake { path, text, .. } in decoded.mistakes {
            if self.is_full() {
                break;
            }
            let span = self.value_span(&path.0);
            let is_text = matches!(type_at(ty, &path.0), Some(Ty::Text));
            let is_scalar = !text.contains("unmarshal array") && !text.contains("unmarshal object");
            let hint = (is_text && is_scalar).then_some(Hint::Quote);
            self.add(span, Severity::Error, Issue::WrongType(text), hint);
        }
        let mut path = Path::default();
        self.listed_values(ty, value, &mut path);
    }

    /// Looks for texts that are none of those the API lists for their field.
    fn listed_values(&mut self, ty: &'static Type, value: &Value, path: &mut Path) {
        for (key, value) in value.as_map().into_iter().flat_map(|fields| fields.iter()) {
            let Some(field) = ty.field(key) else { continue };
            path.0.push(Step::Key(key.clone()));
            match value {
                Value::Str(text) if !field.values.is_empty() => {
                    self.listed_value(&field.values, text, path);
                }
                _ => self.listed_values_in(&field.ty, value, path),
            }
            path.0.pop();
        }
    }

    fn listed_values_in(&mut self, ty: &'static Ty, value: &Value, path: &mut Path) {
        match (ty, value) {
            (Ty::Object(id), Value::Map(_)) => self.listed_values(id.get(), value, path),
            (Ty::List(item), Value::List(items)) => {
                for (index, value) in items.iter().enumerate() {
                    path.0.push(Step::Index(index));
                    self.listed_values_in(item, value, path);
                    path.0.pop();
                }
            }
            _ => {}
        }
    }

    fn listed_value(&mut self, allowed: &'static [&'static str], text: &Str, path: &Path) {
        if text.is_empty() || allowed.contains(&text.as_str()) {
            return;
        }
        let span = self.value_span(&path.0);
        let hint = nearest(text, allowed.iter().copied()).map(|near| Hint::DidYouMean(near.into()));
        let issue = Issue::UnknownValue { value: text.clone(), allowed };
        self.add(span, Severity::Hint, issue, hint);
    }

    fn add(&mut self, span: Span, severity: Severity, issue: Issue, hint: Option<Hint>) {
        if !self.is_full() {
            self.found.push(Diagnostic { span, severity, issue, hint });
        }
    }

    fn is_full(&self) -> bool {
        self.found.len() > super::DIAGNOSTICS_MAX
    }

    /// The path in the document of a path in the object.
    fn whole(&self, path: &[Step]) -> Path {
        Path(self.path.0.iter().chain(path).cloned().collect())
    }

    fn value_span(&self, path: &[Step]) -> Span {
        self.document.value_span(&self.whole(path))
    }
}

/// The type of what is at `path` in a `ty`.
pub(in crate::manifest) fn type_at(ty: &'static Type, path: &[Step]) -> Option<&'static Ty> {
    let (first, rest) = path.split_first()?;
    let Step::Key(key) = first else { return None };
    rest.iter().try_fold(&ty.field(key)?.ty, |ty, step| match (ty, step) {
        (Ty::Object(id), Step::Key(key)) => Some(&id.get().field(key)?.ty),
        (Ty::List(item), Step::Index(_)) | (Ty::Map(item), Step::Key(_)) => Some(*item),
        _ => None,
    })
}

/// What was probably meant by an unknown field: one of nearly the same name, or one of the same
/// name a level further in or out.
fn meant(ty: &'static Type, path: &Path) -> Option<Hint> {
    let (Step::Key(name), parents) = path.0.split_last()? else { return None };
    let owner = struct_at(ty, parents)?;
    if let Some(near) = nearest(name, owner.fields.iter().map(|field| field.name)) {
        return Some(Hint::DidYouMean(near.into()));
    }
    let inner = owner.fields.iter().find(|field| match field.ty {
        Ty::Object(id) => id.get().field(name).is_some(),
        _ => false,
    });
    if let Some(inner) = inner {
        return Some(Hint::BelongsAt(Path(parents.to_vec()).key(inner.name).key(name.clone())));
    }
    let (_, outer) = parents.split_last()?;
    struct_at(ty, outer)?.field(name)?;
    Some(Hint::BelongsAt(Path(outer.to_vec()).key(name.clone())))
}

fn struct_at(ty: &'static Type, path: &[Step]) -> Option<&'static Type> {
    if path.is_empty() {
        return Some(ty);
    }
    match type_at(ty, path)? {
        Ty::Object(id) => Some(id.get()),
        _ => None,
    }
}
