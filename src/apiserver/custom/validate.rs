//! Whether a custom resource is what its schema says, in the words of the real server.
//!
//! Models apiextensions-apiserver/pkg/apiserver/validation/validation.go over kube-openapi's
//! pkg/validation/validate, and schema/listtype.

use super::schema::DEPTH_MAX;
use crate::api::validation::{Errors, Field, Json};
use crate::api::{Cause, Fields, Value, parse_rfc3339};

/// What is wrong with a whole object. Its metadata has rules of its own.
pub fn validate(schema: &Value, object: &Value) -> Vec<Cause> {
    let mut errors = Errors::default();
    let root = Field::root(object);
    if !schema.is_null() {
        check_fields(schema, &root, (true, 0), &mut errors);
        check_lists(schema, &root, 0, &mut errors);
    }
    errors.into_causes()
}

/// What JSON schema calls a kind of value.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Int(_) => "integer",
        Value::Float(_) => "number",
        Value::Str(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}

fn is_on(schema: &Value, key: &str) -> bool {
    schema.at(key).as_bool() == Some(true)
}

fn check(schema: &Value, field: &Field, depth: usize, errors: &mut Errors) {
    if depth > DEPTH_MAX || field.value.is_null() && is_on(schema, "nullable") {
        return;
    }
    check_type(schema, field, errors);
    check_compound(schema, field, depth, errors);
    match field.value {
        Value::Str(text) => check_text(schema, field, text, errors),
        Value::Int(_) | Value::Float(_) => check_number(schema, field, errors),
        Value::List(items) => {
            check_items(schema, field, items.len(), errors);
            for item in field.items() {
                check(schema.at("items"), &item, depth + 1, errors);
            }
        }
        _ => {}
    }
    let allowed = schema.at("enum").items();
    if !allowed.is_empty() && !allowed.contains(field.value) {
        let text = |value: &Value| match value {
            Value::Str(text) => text.to_string(),
            other => other.to_json(),
        };
        let texts: Vec<String> = allowed.iter().map(text).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        errors.not_supported(field, field, &texts);
    }
    let is_object = is_on(schema, "x-kubernetes-embedded-resource");
    check_fields(schema, field, (is_object, depth), errors);
}

fn check_type(schema: &Value, field: &Field, errors: &mut Errors) {
    let (wanted, given) = (schema.at("type").text(), type_name(field.value));
    let either = is_on(schema, "x-kubernetes-int-or-string");
    let wanted = if either { "integer,string" } else { wanted };
    let is_right = match wanted {
        "" => true,
        "number" => matches!(given, "number" | "integer"),
        // Numbers without a fraction are whole, however they are written.
        "integer" => match field.value {
            Value::Float(number) => *number == number.trunc(),
            _ => given == "integer",
        },
        "integer,string" => matches!(given, "integer" | "string"),
        wanted => wanted == given,
    };
    if !is_right {
        let detail = format!("{field} in body must be of type {wanted}: \"{given}\"");
        errors.type_invalid(field, given, &detail);
    }
}

fn check_text(schema: &Value, field: &Field, text: &str, errors: &mut Errors) {
    let length = text.chars().count() as i64;
    if let Some(most) = schema.at("maxLength").as_int().filter(|most| length > *most) {
        errors.too_long(field, usize::try_from(most).unwrap_or(0));
    }
    if let Some(least) = schema.at("minLength").as_int().filter(|least| length < *least) {
        errors.invalid(
            field,
            text,
            format!("{field} in body should be at least {least} chars long"),
        );
    }
    let pattern = schema.at("pattern").text();
    if !pattern.is_empty() && !matches(pattern, text) {
        errors.invalid(field, text, format!("{field} in body should match '{pattern}'"));
    }
    let format = schema.at("format").text();
    if !is_of_format(format, text) {
        let shown = crate::api::quote(text);
        let detail = format!("{field} in body must be of type {format}: {shown}");
        errors.type_invalid(field, text, &detail);
    }
}

/// Whether a text matches a pattern somewhere. A pattern that cannot be read matches everything:
/// its definition was refused.
fn matches(pattern: &str, text: &str) -> bool {
    let compiled = regex_lite::RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).build();
    compiled.map_or(true, |pattern| pattern.is_match(text))
}

/// What a compiled pattern may take.
const PATTERN_BYTES_MAX: usize = 256 * 1024;

fn is_of_format(format: &str, text: &str) -> bool {
    match format {
        "date-time" => parse_rfc3339(text).is_some(),
        "date" => parse_rfc3339(&format!("{text}T00:00:00Z")).is_some(),
        "ipv4" => text.parse::<std::net::Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<std::net::Ipv6Addr>().is_ok(),
        "uuid" => {
            let digits: String = text.chars().filter(|c| *c != '-').collect();
            digits.len() == 32 && digits.chars().all(|c| c.is_ascii_hexdigit())
        }
        "byte" => crate::api::base64::decode(text).is_ok(),
        _ => true,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

fn check_number(schema: &Value, field: &Field, errors: &mut Errors) {
    let Some(given) = number(field.value) else { return };
    let mut complain = |limit: &str, words: &str| {
        let shown = schema.at(limit).to_json();
        errors.invalid(field, field, format!("{field} in body should be {words} {shown}"));
    };
    if let Some(unit) = number(schema.at("multipleOf"))
        && unit > 0.0
        && (given / unit).fract() != 0.0
    {
        complain("multipleOf", "a multiple of");
    }
    if let Some(most) = number(schema.at("maximum")) {
        match is_on(schema, "exclusiveMaximum") {
            true if given >= most => complain("maximum", "less than"),
            false if given > most => complain("maximum", "less than or equal to"),
            _ => {}
        }
    }
    if let Some(least) = number(schema.at("minimum")) {
        match is_on(schema, "exclusiveMinimum") {
            true if given <= least => complain("minimum", "greater than"),
            false if given < least => complain("minimum", "greater than or equal to"),
            _ => {}
        }
    }
}

fn check_items(schema: &Value, field: &Field, count: usize, errors: &mut Errors) {
    if let Some(least) = schema.at("minItems").as_int().filter(|least| (count as i64) < *least) {
        let detail = format!("{field} in body should have at least {least} items");
        errors.invalid(field, count as i64, detail);
    }
    if let Some(most) = schema.at("maxItems").as_int().filter(|most| count as i64 > *most) {
        errors.too_many(field, count, usize::try_from(most).unwrap_or(0));
    }
}

/// The fields of a map, with those that must be there.
fn check_fields(
    schema: &Value,
    field: &Field,
    (is_object, depth): (bool, usize),
    errors: &mut Errors,
) {
    let Some(fields) = field.value.as_map() else { return };
    let count = fields.len();
    if let Some(least) = schema.at("minProperties").as_int().filter(|n| (count as i64) < *n) {
        let detail = format!("{field} in body should have at least {least} properties");
        return errors.invalid(field, count as i64, detail);
    }
    if let Some(most) = schema.at("maxProperties").as_int().filter(|n| count as i64 > *n) {
        return errors.too_many(field, count, usize::try_from(most).unwrap_or(0));
    }
    for name in schema.at("required").items() {
        if !fields.contains_key(name.text()) {
            errors.required(&field.at(name.text()), "");
        }
    }
    let (known, others) = (schema.at("properties"), schema.at("additionalProperties"));
    for (name, _) in fields.iter() {
        if is_object && matches!(name.as_str(), "apiVersion" | "kind" | "metadata") {
            continue;
        }
        let below = match known.at(name) {
            Value::Null if others.as_map().is_some() => others,
            Value::Null => continue,
            below => below,
        };
        check(below, &field.at(name), depth + 1, errors);
    }
}

/// `allOf`, `anyOf`, `oneOf` and `not`.
fn check_compound(schema: &Value, field: &Field, depth: usize, errors: &mut Errors) {
    let passes = |schema: &Value| {
        let mut own = Errors::default();
        check(schema, field, depth + 1, &mut own);
        own.is_empty()
    };
    let either = is_on(schema, "x-kubernetes-int-or-string");
    let any = schema.at("anyOf").items();
    if !any.is_empty() && !either && !any.iter().any(passes) {
        let detail = format!("\"{field}\" must validate at least one schema (anyOf)");
        errors.invalid(field, "", detail);
    }
    let one = schema.at("oneOf").items();
    if !one.is_empty() {
        let why = match one.iter().filter(|schema| passes(schema)).count() {
            1 => None,
            0 => Some("Found none valid".to_owned()),
            found => Some(format!("Found {found} valid alternatives")),
        };
        if let Some(why) = why {
            let detail =
                format!("\"{field}\" must validate one and only one schema (oneOf). {why}");
            errors.invalid(field, "", detail);
        }
    }
    for schema in schema.at("allOf").items() {
        if !either {
            check(schema, field, depth + 1, errors);
        }
    }
    if !schema.at("not").is_null() && passes(schema.at("not")) {
        errors.invalid(field, "", format!("\"{field}\" must not validate the schema (not)"));
    }
}

/// Lists that are sets or maps have each item once. Models ValidateListSetsAndMaps.
fn check_lists(schema: &Value, field: &Field, depth: usize, errors: &mut Errors) {
    if depth > DEPTH_MAX {
        return;
    }
    if let Value::List(items) = field.value {
        let keys = schema.at("x-kubernetes-list-map-keys").items();
        let mark = |item: &Value| -> Value {
            let key = |key: &Value| (key.text().into(), item.at(key.text()).clone());
            match schema.at("x-kubernetes-list-type").text() {
                "set" => item.clone(),
                "map" => keys.iter().map(key).collect::<Fields>().into(),
                _ => Value::Null,
            }
        };
        let marks: Vec<Value> = items.iter().map(mark).collect();
        for (at, own) in marks.iter().enumerate() {
            let first = marks.iter().position(|other| other == own);
            if !own.is_null() && first != Some(at) {
                let shown = match own {
                    Value::Str(text) => crate::api::quote(text),
                    other => other.to_json(),
                };
                errors.duplicate(&field.index(at), Json(shown), "");
            }
        }
        for item in field.items() {
            check_lists(schema.at("items"), &item, depth + 1, errors);
        }
        return;
    }
    let names = schema.at("properties").as_map().into_iter().flat_map(Fields::iter);
    for (name, below) in names.filter(|(name, _)| !field.value.at(name).is_null()) {
        check_lists(below, &field.at(name), depth + 1, errors);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testkit::document;

    #[track_caller]
    fn check(schema: &str, value: &str, expected: &[&str]) {
        let schema = format!("{{type: object, properties: {{spec: {schema}}}}}");
        let object = document(&format!("{{kind: A, spec: {value}}}"));
        let found: Vec<String> =
            validate(&document(&schema), &object).iter().map(Cause::to_string).collect();
        assert_eq!(found, expected, "{schema} {value}");
    }

    #[test]
    fn complains_of_plain_values_as_the_real_server_does() {
        check(
            "{type: integer}",
            "many",
            &["spec: Invalid value: \"string\": spec in body must be of type integer: \"string\""],
        );
        check(
            "{type: integer}",
            "3.5",
            &["spec: Invalid value: \"number\": spec in body must be of type integer: \"number\""],
        );
        check("{type: number}", "3", &[]);
        check(
            "{type: string}",
            "null",
            &["spec: Invalid value: \"null\": spec in body must be of type string: \"null\""],
        );
        check("{type: string, nullable: true}", "null", &[]);
        check("{x-kubernetes-int-or-string: true}", "80", &[]);
        check(
            "{x-kubernetes-int-or-string: true}",
            "true",
            &["spec: Invalid value: \"boolean\": spec in body must be of type integer,string: \
             \"boolean\""],
        );
        check(
            "{type: integer, minimum: 1, maximum: 10}",
            "15",
            &["spec: Invalid value: 15: spec in body should be less than or equal to 10"],
        );
        check(
            "{type: integer, minimum: 1, exclusiveMinimum: true}",
            "1",
            &["spec: Invalid value: 1: spec in body should be greater than 1"],
        );
        check(
            "{type: integer, multipleOf: 2}",
            "3",
            &["spec: Invalid value: 3: spec in body should be a multiple of 2"],
        );
        check(
            "{type: string, enum: [a, b]}",
            "c",
            &["spec: Unsupported value: \"c\": supported values: \"a\", \"b\""],
        );
        check(
            "{type: string, pattern: '^a+$'}",
            "b",
            &["spec: Invalid value: \"b\": spec in body should match '^a+$'"],
        );
        check(
            "{type: string, maxLength: 2}",
            "abc",
            &["spec: Too long: may not be more than 2 bytes"],
        );
        check(
            "{type: string, minLength: 2}",
            "a",
            &["spec: Invalid value: \"a\": spec in body should be at least 2 chars long"],
        );
        check(
            "{type: string, format: date-time}",
            "noon",
            &["spec: Invalid value: \"noon\": spec in body must be of type date-time: \"noon\""],
        );
    }

    #[test]
    fn complains_of_lists_and_maps_as_the_real_server_does() {
        let spec = |fields: &str| format!("{{type: object, properties: {{{fields}}}}}");
        check(
            "{type: array, items: {type: string}, minItems: 1}",
            "[]",
            &["spec: Invalid value: 0: spec in body should have at least 1 items"],
        );
        check(
            "{type: array, items: {type: string}, maxItems: 1}",
            "[a, b]",
            &["spec: Too many: 2: must have at most 1 item"],
        );
        check(
            "{type: array, items: {type: string}, x-kubernetes-list-type: set}",
            "[a, b, a]",
            &["spec[2]: Duplicate value: \"a\""],
        );
        check(
            "{type: array, items: {type: object, properties: {n: {type: string}}}, \
             x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [n]}",
            "[{n: a}, {n: a}]",
            &["spec[1]: Duplicate value: {\"n\":\"a\"}"],
        );
        check(
            &format!("{{required: [image, size], {}", &spec("image: {type: string}")[1..]),
            "{image: 3}",
            &[
                "spec.size: Required value",
                "spec.image: Invalid value: \"integer\": spec.image in body must be of type \
                 string: \"integer\"",
            ],
        );
        check(
            "{type: object, additionalProperties: {type: string}}",
            "{a: 1}",
            &["spec.a: Invalid value: \"integer\": spec.a in body must be of type string: \
             \"integer\""],
        );
        check(
            &spec("l: {type: array, items: {type: object, properties: {p: {type: integer}}}}"),
            "{l: [{p: 1}, {p: x}]}",
            &["spec.l[1].p: Invalid value: \"string\": spec.l[1].p in body must be of type \
               integer: \"string\""],
        );
        check(
            "{type: object, oneOf: [{required: [a]}, {required: [b]}]}",
            "{}",
            &[
                "spec: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). \
             Found none valid",
            ],
        );
        check("{type: object, anyOf: [{required: [a]}, {required: [b]}]}", "{b: 1}", &[]);
        check(
            "{type: object, not: {required: [a]}}",
            "{a: 1}",
            &["spec: Invalid value: \"\": \"spec\" must not validate the schema (not)"],
        );
    }
}
