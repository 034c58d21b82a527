//! What `kubectl get` shows of custom resources: the columns that their definitions name.
//!
//! Models apiextensions-apiserver/pkg/registry/customresource/tableconvertor.

use super::Definition;
use crate::api::age;
use crate::api::rpc::{Column, ListMeta, Row, Table};
use crate::api::{List, MicroTime, Object, Str, Value, parse_rfc3339};
use crate::sim::Time;

impl Definition {
    /// The table that shows `objects` at `now`.
    pub fn table<'a>(
        &self,
        resource: crate::api::Resource,
        objects: impl IntoIterator<Item = &'a Object>,
        now: Time,
    ) -> Table {
        let rows = objects.into_iter().map(|object| {
            let value = object.to_value();
            let cells = self.columns().map(|column| cell(column, &value, now));
            let name = object.meta().name.clone();
            Row { cells: std::iter::once(name).chain(cells).collect(), object: object.clone() }
        });
        let name = Column { name: "Name".into(), priority: 0 };
        let columns = self.columns().map(|column| Column {
            name: column.at("name").text().into(),
            priority: u8::try_from(column.at("priority").as_int().unwrap_or(0)).unwrap_or(1),
        });
        let columns: List<Column> = std::iter::once(name).chain(columns).collect();
        Table { resource, columns, rows: rows.collect(), meta: ListMeta::default() }
    }

    fn columns(&self) -> impl Iterator<Item = &Value> {
        let own = self.version.at("additionalPrinterColumns").items();
        let all = if own.is_empty() { std::slice::from_ref(age_column()) } else { own };
        all.iter()
    }
}

/// The column of what says of no columns.
fn age_column() -> &'static Value {
    static AGE: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| {
        Value::map([
            ("jsonPath", ".metadata.creationTimestamp".into()),
            ("name", "Age".into()),
            ("type", "date".into()),
        ])
    });
    &AGE
}

/// Models cellForJSONValue.
fn cell(column: &Value, object: &Value, now: Time) -> Str {
    let Some(found) = found(object, column.at("jsonPath").text()) else { return Str::default() };
    match (column.at("type").text(), found) {
        ("date", Value::Str(text)) => match parse_rfc3339(text) {
            Some(then) => age::since_micro(Some(MicroTime(then)), now),
            None => Str::new_static("<invalid>"),
        },
        ("integer", Value::Float(number)) => format!("{}", *number as i64).into(),
        ("integer" | "number" | "boolean" | "date", Value::Str(_) | Value::Map(_)) => {
            Str::default()
        }
        (_, Value::Str(text)) => text.clone(),
        (_, Value::Null) => Str::default(),
        (_, other) => other.to_json().into(),
    }
}

/// What is at a path such as `.status.conditions[?(@.type=="Ready")].status`: the first, if there
/// are several. Models client-go/util/jsonpath as far as columns need it.
fn found<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    let mut value = object;
    let mut rest = path.trim_start_matches('$');
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (step, after) = bracket(inner)?;
            value = indexed(value, step)?;
            rest = after;
            continue;
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
        let (key, after) = name(rest);
        if !key.is_empty() {
            value = value.as_map()?.get(&key)?;
        } else if after.len() == rest.len() && !after.starts_with('[') {
            return None;
        }
        rest = after;
    }
    Some(value)
}

/// A name up to the next dot or bracket; a backslash takes the meaning from what follows.
fn name(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '.' | '[' => return (name, &text[at..]),
            '\\' => name.extend(characters.next().map(|(_, c)| c)),
            c => name.push(c),
        }
    }
    (name, "")
}

/// What is in a bracket, and what follows it.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let end = match text.starts_with('?') {
        true => text.find(")]")? + 1,
        false => text.find(']')?,
    };
    Some((&text[..end], &text[end + 1..]))
}

fn indexed<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    if let Some(condition) = step.strip_prefix("?(").and_then(|step| step.strip_suffix(')')) {
        let (path, wanted) = condition.split_once("==")?;
        let path = path.trim().strip_prefix('@')?;
        let wanted = wanted.trim().trim_matches(['"', '\'']);
        let is_wanted = |item: &&Value| match found(item, path) {
            Some(Value::Str(text)) => text == wanted,
            Some(other) => other.to_json() == wanted,
            None => false,
        };
        return value.items().iter().find(is_wanted);
    }
    match step {
        "*" => value.items().first(),
        quoted if quoted.starts_with(['\'', '"']) => {
            value.as_map()?.get(quoted.trim_matches(['\'', '"']))
        }
        number => {
            let items = value.items();
            let at: i64 = number.parse().ok()?;
            let at = if at < 0 { at + items.len() as i64 } else { at };
            items.get(usize::try_from(at).ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testkit::document;

    #[test]
    fn cells_are_found_by_path() {
        let object = document(
            "{spec: {n: 3, x: [a, b], f: 2.5, t: true}, metadata: {labels: {a.b/c: d}}, \
             status: {conditions: [{type: A, status: 'no'}, {type: Ready, status: 'yes'}]}}",
        );
        let check = |path: &str, expected: &str| {
            let column = Value::map([("jsonPath", path.into()), ("type", Value::from("string"))]);
            assert_eq!(cell(&column, &object, Time::from_secs(0)), expected, "{path}");
        };
        check(".spec.n", "3");
        check(".spec.x", "[\"a\",\"b\"]");
        check(".spec.x[1]", "b");
        check(".spec.x[-1]", "b");
        check(".spec.x[*]", "a");
        check(".spec.f", "2.5");
        check(".spec.t", "true");
        check(".spec.none", "");
        check(r".metadata.labels.a\.b/c", "d");
        check(".metadata.labels['a.b/c']", "d");
        check(".status.conditions[?(@.type==\"Ready\")].status", "yes");
        check(".status.conditions[?(@.type=='None')].status", "");
        check("..", "");
        check("[", "");
    }
}
