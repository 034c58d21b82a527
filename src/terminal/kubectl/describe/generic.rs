//! An object of a kind that has no description of its own: field by field.
//!
//! Models kubectl/pkg/describe genericDescriber. Invariant: it goes no deeper than the object.

use super::sheet::{Sheet, scalar};
use crate::api::{Object, Value};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Writes an object down.
pub fn describe(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let mut value = object.to_value();
    sheet.heading(&value);
    sheet.labels_and_annotations(&value);
    let meta = value.entry("metadata").make_map();
    for field in ["name", "namespace", "labels", "annotations", "managedFields"] {
        meta.remove(field);
    }
    let names: [(&str, &str); 3] =
        [("apiVersion", "API Version"), ("kind", "Kind"), ("metadata", "Metadata")];
    for (field, title) in names {
        if let Some(part) = value.make_map().remove(field) {
            one(title, &part, 0, sheet);
        }
    }
    all(&value, 0, sheet);
    Ok(())
}

/// Models printUnstructuredContent.
fn all(value: &Value, level: usize, sheet: &mut Sheet) {
    for (key, part) in value.as_map().into_iter().flat_map(|map| map.iter()) {
        one(&title(key), part, level, sheet);
    }
}

fn one(title: &str, value: &Value, level: usize, sheet: &mut Sheet) {
    match value {
        Value::Map(_) => {
            sheet.line(level, format!("{title}:"));
            all(value, level + 1, sheet);
        }
        Value::List(items) => {
            sheet.line(level, format!("{title}:"));
            for item in items.iter() {
                match item {
                    Value::Map(_) => all(item, level + 1, sheet),
                    other => sheet.line(level + 1, scalar(other)),
                }
            }
        }
        Value::Null => sheet.field(level, title, "<nil>"),
        other => sheet.field(level, title, scalar(other)),
    }
}

/// `observedGeneration` as `Observed Generation`. Models smartLabelFor.
fn title(field: &str) -> String {
    if field.contains(['.', '/', '-']) {
        return field.to_owned();
    }
    let mut title = String::new();
    for (at, c) in field.chars().enumerate() {
        if at == 0 {
            title.extend(c.to_uppercase());
            continue;
        }
        if c.is_uppercase() && !title.ends_with(char::is_uppercase) {
            title.push(' ');
        }
        title.push(c);
    }
    title.split(' ').map(acronym).collect::<Vec<_>>().join(" ")
}

fn acronym(word: &str) -> &str {
    match word {
        "Api" => "API",
        "Url" => "URL",
        "Uid" => "UID",
        "Osb" => "OSB",
        "Guid" => "GUID",
        other => other,
    }
}
