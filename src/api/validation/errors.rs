//! Complaints about fields, in Kubernetes' words.
//!
//! Models apimachinery/pkg/util/validation/field/errors.go.

use std::borrow::Cow;
use std::fmt;

use super::Field;
use crate::api::{Cause, Quantity, Str, Value, quote};

/// Complaints in the order in which they were found.
#[derive(Debug, Default)]
pub struct Errors(Vec<Cause>);

impl Errors {
    /// What must be given is not.
    pub fn required(&mut self, field: &Field, detail: &str) {
        self.push(field, "FieldValueRequired", "Required value", detail);
    }

    /// What is given is not allowed to be so.
    pub fn invalid(&mut self, field: &Field, value: impl Shown, detail: impl AsRef<str>) {
        let head = format!("Invalid value: {}", value.shown());
        self.push(field, "FieldValueInvalid", &head, detail.as_ref());
    }

    /// What is given is of another type.
    pub fn type_invalid(&mut self, field: &Field, value: impl Shown, detail: &str) {
        let head = format!("Invalid value: {}", value.shown());
        self.push(field, "FieldValueTypeInvalid", &head, detail);
    }

    /// What is given is none of the values there are.
    pub fn not_supported(&mut self, field: &Field, value: impl Shown, supported: &[&str]) {
        let head = format!("Unsupported value: {}", value.shown());
        let quoted: Vec<_> = supported.iter().map(|value| quote(value)).collect();
        let detail = match quoted.is_empty() {
            true => String::new(),
            false => format!("supported values: {}", quoted.join(", ")),
        };
        self.push(field, "FieldValueNotSupported", &head, &detail);
    }

    /// What is given may not be given here or now.
    pub fn forbidden(&mut self, field: &Field, detail: &str) {
        self.push(field, "FieldValueForbidden", "Forbidden", detail);
    }

    /// What is given must occur once only.
    pub fn duplicate(&mut self, field: &Field, value: impl Shown, detail: &str) {
        let head = format!("Duplicate value: {}", value.shown());
        self.push(field, "FieldValueDuplicate", &head, detail);
    }

    /// What is named does not exist.
    pub fn not_found(&mut self, field: &Field, value: impl Shown, detail: &str) {
        let head = format!("Not found: {}", value.shown());
        self.push(field, "FieldValueNotFound", &head, detail);
    }

    /// There is too much text.
    pub fn too_long(&mut self, field: &Field, bytes_max: usize) {
        let detail = format!("may not be more than {bytes_max} bytes");
        self.push(field, "FieldValueTooLong", "Too long", &detail);
    }

    /// There are too many items.
    pub fn too_many(&mut self, field: &Field, count: usize, count_max: usize) {
        let head = format!("Too many: {count}");
        let noun = if count_max == 1 { "item" } else { "items" };
        let detail = format!("must have at most {count_max} {noun}");
        self.push(field, "FieldValueTooMany", &head, &detail);
    }

    /// One complaint of [`Errors::invalid`] for every message about the field's own text.
    pub fn each(&mut self, field: &Field, messages: super::text::Messages) {
        self.each_of(field, field.text(), messages);
    }

    /// One complaint of [`Errors::invalid`] for every message about `value`.
    pub fn each_of(&mut self, field: &Field, value: &str, messages: super::text::Messages) {
        for message in messages {
            self.invalid(field, value, message);
        }
    }

    /// Whether there is no complaint.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many complaints there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The complaints, each once.
    pub fn into_causes(self) -> Vec<Cause> {
        let mut causes: Vec<Cause> = Vec::with_capacity(self.0.len());
        for cause in self.0 {
            if !causes.contains(&cause) {
                causes.push(cause);
            }
        }
        causes
    }

    fn push(&mut self, field: &Field, reason: &'static str, head: &str, detail: &str) {
        let message = if detail.is_empty() { head.into() } else { format!("{head}: {detail}") };
        let (reason, field) = (Str::new_static(reason), field.to_string().into());
        self.0.push(Cause { reason, message: message.into(), field });
    }
}

/// A value as a complaint shows it. Models field.Error ErrorBody.
pub trait Shown {
    /// The value's text: scalars plain, strings in quotes, all else as JSON.
    fn shown(&self) -> Cow<'_, str>;
}

impl Shown for &str {
    fn shown(&self) -> Cow<'_, str> {
        quote(self).into()
    }
}

impl Shown for &String {
    fn shown(&self) -> Cow<'_, str> {
        quote(self).into()
    }
}

impl Shown for i64 {
    fn shown(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

impl Shown for bool {
    fn shown(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

/// An amount is shown as it is written.
impl Shown for Quantity {
    fn shown(&self) -> Cow<'_, str> {
        quote(&self.to_string()).into()
    }
}

impl Shown for &Value {
    fn shown(&self) -> Cow<'_, str> {
        match self {
            Value::Str(text) => quote(text).into(),
            other => other.to_json().into(),
        }
    }
}

/// The value of the field itself.
impl Shown for &Field<'_> {
    fn shown(&self) -> Cow<'_, str> {
        match self.value {
            Value::Str(text) => quote(text).into(),
            other => other.to_json().into(),
        }
    }
}

/// What is JSON already, such as a struct in the form only the server knows.
pub struct Json(pub String);

impl Shown for Json {
    fn shown(&self) -> Cow<'_, str> {
        self.0.as_str().into()
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_as_kubernetes_does() {
        let value = Value::map([("a", Value::from("x")), ("n", Value::Int(3))]);
        let root = Field::root(&value);
        let (a, n) = (root.at("a"), root.at("n"));
        let mut errors = Errors::default();
        errors.required(&a, "");
        errors.required(&a, "say it");
        errors.invalid(&n, &n, "must be 4");
        errors.invalid(&root.at("none"), &root.at("none"), "must be");
        errors.not_supported(&a, "x", &["A", "B"]);
        errors.forbidden(&a, "not now");
        errors.duplicate(&a, &value, "");
        errors.not_found(&a, "x", "");
        errors.too_long(&a, 10);
        errors.too_many(&a, 3, 1);
        errors.invalid(&a, Quantity::milli(1500), "must be an integer");
        errors.required(&a, "");
        let texts: Vec<_> = errors.into_causes().iter().map(Cause::to_string).collect();
        let expected = [
            "a: Required value",
            "a: Required value: say it",
            "n: Invalid value: 3: must be 4",
            "none: Invalid value: null: must be",
            r#"a: Unsupported value: "x": supported values: "A", "B""#,
            "a: Forbidden: not now",
            r#"a: Duplicate value: {"a":"x","n":3}"#,
            r#"a: Not found: "x""#,
            "a: Too long: may not be more than 10 bytes",
            "a: Too many: 3: must have at most 1 item",
            r#"a: Invalid value: "1500m": must be an integer"#,
        ];
        assert_eq!(texts, expected);
    }
}
