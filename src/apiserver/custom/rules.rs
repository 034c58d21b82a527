//! Rules in schemas: expressions that must hold.
//!
//! Models apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go. A rule that looks at what
//! was there before holds for what was not.

use super::schema::DEPTH_MAX;
use crate::api::validation::{Errors, Field};
use crate::api::{Cause, Fields, Value};
use crate::apiserver::cel::{Program, Scope, Val};

const RULES: &str = "x-kubernetes-validations";
const VARIABLES: [&str; 2] = ["self", "oldSelf"];

/// Which rules of a schema an object breaks, which is to take the place of `old` if there is one.
pub fn broken(schema: &Value, object: &Value, old: Option<&Value>) -> Vec<Cause> {
    let mut errors = Errors::default();
    check(schema, &Field::root(object), old, 0, &mut errors);
    errors.into_causes()
}

fn check(schema: &Value, field: &Field, old: Option<&Value>, depth: usize, errors: &mut Errors) {
    if depth > DEPTH_MAX || field.value.is_null() {
        return;
    }
    for rule in schema.at(RULES).items() {
        judge(rule, schema, field, old, errors);
    }
    match field.value {
        Value::List(_) => {
            for item in field.items() {
                check(schema.at("items"), &item, None, depth + 1, errors);
            }
        }
        Value::Map(fields) => {
            let (known, others) = (schema.at("properties"), schema.at("additionalProperties"));
            for (name, _) in fields.iter() {
                let below = if known.at(name).is_null() { others } else { known.at(name) };
                let before = old.map(|old| old.at(name)).filter(|old| !old.is_null());
                check(below, &field.at(name), before, depth + 1, errors);
            }
        }
        _ => {}
    }
}

fn judge(rule: &Value, schema: &Value, field: &Field, old: Option<&Value>, errors: &mut Errors) {
    let text = rule.at("rule").text();
    let may_be_new = rule.at("optionalOldSelf").as_bool() == Some(true);
    let looks_back = text.contains("oldSelf");
    if looks_back && old.is_none() && !may_be_new {
        return;
    }
    let before = match (old, may_be_new) {
        (Some(old), true) => Val::Optional(Some(Box::new(Val::of(old)))),
        (None, true) => Val::Optional(None),
        (old, false) => old.map_or(Val::Null, Val::of),
    };
    let mut scope = Scope::new([("self", Val::of(field.value)), ("oldSelf", before)]);
    let run = |text: &str, scope: &mut Scope<'_>| {
        Program::compile(text, &VARIABLES).and_then(|program| program.evaluate(scope))
    };
    let (kind, shown) = (schema.at("type").text(), text.trim());
    match run(text, &mut scope) {
        Ok(Val::Bool(true)) => {}
        Ok(_) => {
            let told = match run(rule.at("messageExpression").text(), &mut scope) {
                Ok(Val::Text(message)) if !message.trim().is_empty() => Some(message.to_string()),
                _ => None,
            };
            let message = told.unwrap_or_else(|| match rule.at("message").text() {
                "" => format!("failed rule: {shown}"),
                message => message.to_owned(),
            });
            complain(rule, field, kind, &message, errors);
        }
        Err(why) if why.starts_with("no such overload") => {
            let what = "call arguments did not match a supported operator, function or macro \
                        signature for rule";
            errors.invalid(field, kind, format!("'{why}': {what}: {shown}"));
        }
        Err(why) if why.starts_with("operation cancelled") => {
            let what = "no further validation rules will be run due to call cost exceeds limit for \
                        rule";
            errors.invalid(field, kind, format!("'{why}': {what}: {shown}"));
        }
        Err(why) => errors.invalid(field, kind, format!("{why} evaluating rule: {shown}")),
    }
}

fn complain(rule: &Value, field: &Field, kind: &str, message: &str, errors: &mut Errors) {
    let path = rule.at("fieldPath").text().trim_start_matches('.').to_owned();
    let steps: Vec<&str> = path.split('.').filter(|step| !step.is_empty()).collect();
    if let [step, rest @ ..] = &steps[..] {
        let inner = field.at(step);
        let path = rest.join(".");
        let rule = Value::map([("reason", rule.at("reason").clone()), ("fieldPath", path.into())]);
        return complain(&rule, &inner, kind, message, errors);
    }
    match rule.at("reason").text() {
        "FieldValueForbidden" => errors.forbidden(field, message),
        "FieldValueRequired" => errors.required(field, message),
        "FieldValueDuplicate" => errors.duplicate(field, kind, message),
        _ => errors.invalid(field, kind, message),
    }
}

/// What is wrong with the rules of a definition that is to be stored.
pub fn mistakes(definition: &Value) -> Vec<Cause> {
    let mut errors = Errors::default();
    let root = Field::root(definition);
    for version in root.at("spec").at("versions").items() {
        read(&version.at("schema").at("openAPIV3Schema"), 0, &mut errors);
    }
    errors.into_causes()
}

fn read(schema: &Field, depth: usize, errors: &mut Errors) {
    if depth > DEPTH_MAX {
        return;
    }
    for rule in schema.at(RULES).items() {
        let field = rule.at("rule");
        if let Err(why) = Program::compile(field.text(), &VARIABLES) {
            errors.invalid(&field, field.text(), format!("compilation failed: {why}"));
        }
    }
    let names = schema.value.at("properties").as_map().into_iter().flat_map(Fields::iter);
    for (name, _) in names {
        read(&schema.at("properties").key(name), depth + 1, errors);
    }
    for below in ["items", "additionalProperties"] {
        if schema.value.at(below).as_map().is_some() {
            read(&schema.at(below), depth + 1, errors);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testkit::document;

    #[test]
    fn rules_hold_or_are_complained_of() {
        let schema = document(
            "type: object
properties:
  spec:
    type: object
    x-kubernetes-validations:
    - {rule: 'self.min <= self.max', message: min must not exceed max}
    - {rule: 'self.max < 100', messageExpression: \"'%d is too many'.format([self.max])\"}
    properties:
      min: {type: integer}
      max: {type: integer}
      name: {type: string, x-kubernetes-validations: [{rule: self == oldSelf, message: it is fixed}]}
      host: {type: string, x-kubernetes-validations: [{rule: \"self != 'x'\", reason: FieldValueForbidden}]}
",
        );
        let check = |object: &str, old: Option<&str>, expected: &[&str]| {
            let old = old.map(document);
            let found = broken(&schema, &document(object), old.as_ref());
            let found: Vec<String> = found.iter().map(Cause::to_string).collect();
            assert_eq!(found, expected, "{object}");
        };
        check("{spec: {min: 1, max: 2, name: a}}", None, &[]);
        check(
            "{spec: {min: 3, max: 2}}",
            None,
            &["spec: Invalid value: \"object\": min must not exceed max"],
        );
        check(
            "{spec: {min: 3, max: 200}}",
            None,
            &["spec: Invalid value: \"object\": 200 is too many"],
        );
        check(
            "{spec: {min: 3}}",
            None,
            &[
                "spec: Invalid value: \"object\": no such key: max evaluating rule: self.min <= self.max",
                "spec: Invalid value: \"object\": no such key: max evaluating rule: self.max < 100",
            ],
        );
        check(
            "{spec: {min: 1, max: 2, name: b}}",
            Some("{spec: {name: a}}"),
            &["spec.name: Invalid value: \"string\": it is fixed"],
        );
        check(
            "{spec: {min: 1, max: 2, host: x}}",
            None,
            &["spec.host: Forbidden: failed rule: self != 'x'"],
        );
    }

    #[test]
    fn rules_that_cannot_be_read_are_not_stored() {
        let definition = document(
            "spec: {versions: [{schema: {openAPIV3Schema: {type: object, properties: {spec: {type: \
             integer, x-kubernetes-validations: [{rule: foo > 1}]}}}}}]}",
        );
        let texts: Vec<String> = mistakes(&definition).iter().map(Cause::to_string).collect();
        assert_eq!(
            texts,
            [
                "spec.versions[0].schema.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].\
             rule: Invalid value: \"foo > 1\": compilation failed: ERROR: <input>:1:1: undeclared \
             reference to 'foo' (in container '')\n | foo > 1\n | ^"
            ]
        );
    }
}
