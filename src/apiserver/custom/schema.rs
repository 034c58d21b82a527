//! What a structural schema drops and what it fills in.
//!
//! Models apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting}. Invariant: what is
//! dropped once is dropped for good: both leave alone what they have already done.

use crate::api::{Fields, Path, Step, Value};

/// Fields of every object, which are not the schema's business.
const OF_OBJECTS: [&str; 3] = ["apiVersion", "kind", "metadata"];
/// What a list or map may hold is looked at no deeper than this.
pub const DEPTH_MAX: usize = 64;

/// Drops the fields that the schema of a whole object does not know, and notes their paths.
pub fn prune(schema: &Value, object: &mut Value) -> Vec<Path> {
    let mut unknown = Vec::new();
    prune_value(schema, object, true, &mut Path::default(), &mut unknown);
    unknown
}

fn is_true(schema: &Value, key: &str) -> bool {
    schema.at(key).as_bool() == Some(true)
}

fn prune_value(
    schema: &Value,
    value: &mut Value,
    is_object: bool,
    path: &mut Path,
    unknown: &mut Vec<Path>,
) {
    if path.0.len() > DEPTH_MAX {
        return;
    }
    let is_object = is_object || is_true(schema, "x-kubernetes-embedded-resource");
    if let Value::List(items) = value {
        if items.is_empty() || schema.at("items").is_null() {
            return;
        }
        for (at, item) in value.make_list().iter_mut().enumerate() {
            path.0.push(Step::Index(at));
            prune_value(schema.at("items"), item, false, path, unknown);
            path.0.pop();
        }
        return;
    }
    if value.as_map().is_none_or(Fields::is_empty) {
        return;
    }
    let keeps = is_true(schema, "x-kubernetes-preserve-unknown-fields");
    let (known, others) = (schema.at("properties"), schema.at("additionalProperties"));
    value.make_map().retain(|key, field| {
        if is_object && OF_OBJECTS.contains(&key) {
            return true;
        }
        let schema = match known.at(key) {
            Value::Null if others.as_map().is_some() => others,
            Value::Null if keeps || others.as_bool() == Some(true) => return true,
            Value::Null => {
                unknown.push(path.key(key));
                return false;
            }
            schema => schema,
        };
        path.0.push(Step::Key(key.into()));
        prune_value(schema, field, false, path, unknown);
        path.0.pop();
        true
    });
}

/// Fills in what is missing and has a default.
pub fn default(schema: &Value, value: &mut Value) {
    default_below(schema, value, 0);
}

fn default_below(schema: &Value, value: &mut Value, depth: usize) {
    if depth > DEPTH_MAX {
        return;
    }
    if let Value::List(items) = value {
        let of_items = schema.at("items");
        if !items.is_empty() && !of_items.is_null() {
            value.make_list().iter_mut().for_each(|item| default_below(of_items, item, depth + 1));
        }
        return;
    }
    if value.as_map().is_none() {
        return;
    }
    let fields = value.make_map();
    for (key, schema) in schema.at("properties").as_map().into_iter().flat_map(Fields::iter) {
        let default = schema.at("default");
        let is_nullable = is_true(schema, "nullable");
        // A null that cannot be one is nothing, if something can take its place.
        let missing = match fields.get(key) {
            None => true,
            Some(Value::Null) => !is_nullable,
            Some(_) => false,
        };
        if missing && !default.is_null() {
            fields.insert(key.clone(), default.clone());
        }
        if let Some(field) = fields.get_mut(key) {
            default_below(schema, field, depth + 1);
        }
    }
    let others = schema.at("additionalProperties");
    if others.as_map().is_some() {
        let known = schema.at("properties");
        let rest = fields.iter_mut().filter(|(key, _)| known.at(key).is_null());
        rest.for_each(|(_, field)| default_below(others, field, depth + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testkit::document;

    fn schema() -> Value {
        document(
            "type: object
properties:
  spec:
    type: object
    properties:
      image: {type: string, default: nginx}
      size: {type: integer, nullable: true, default: 3}
      ports: {type: array, items: {type: object, properties: {port: {type: integer}, name: {type: string, default: web}}}}
      labels: {type: object, additionalProperties: {type: string}}
      free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: object}}}
",
        )
    }

    #[test]
    fn drops_what_it_does_not_know() {
        let check = |text: &str, expected: &str, unknown: &[&str]| {
            let mut value = document(text);
            let found = prune(&schema(), &mut value);
            let found: Vec<String> = found.iter().map(Path::to_string).collect();
            assert_eq!(
                (value, found),
                (document(expected), unknown.iter().map(|u| (*u).into()).collect())
            );
        };
        check(
            "{kind: A, metadata: {name: b}, spec: {size: 1}}",
            "{kind: A, metadata: {name: b}, spec: {size: 1}}",
            &[],
        );
        check("{spec: {x: 1, size: 2}, y: 3}", "{spec: {size: 2}}", &["spec.x", "y"]);
        check(
            "{spec: {ports: [{port: 1}, {port: 2, x: 3}]}}",
            "{spec: {ports: [{port: 1}, {port: 2}]}}",
            &["spec.ports[1].x"],
        );
        check("{spec: {labels: {a: b}}}", "{spec: {labels: {a: b}}}", &[]);
        check(
            "{spec: {free: {b: {c: 1}, a: {d: 1}}}}",
            "{spec: {free: {b: {c: 1}, a: {}}}}",
            &["spec.free.a.d"],
        );
    }

    #[test]
    fn fills_in_defaults() {
        let check = |text: &str, expected: &str| {
            let mut value = document(text);
            default(&schema(), &mut value);
            assert_eq!(value, document(expected));
        };
        check("{}", "{}");
        check("{spec: {}}", "{spec: {image: nginx, size: 3}}");
        check("{spec: {image: null, size: null}}", "{spec: {image: nginx, size: null}}");
        check(
            "{spec: {image: a, size: 1, ports: [{port: 1}]}}",
            "{spec: {image: a, size: 1, ports: [{port: 1, name: web}]}}",
        );
    }
}
