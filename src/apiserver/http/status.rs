//! `Status` as a document.
//!
//! Models apimachinery's metav1.Status, its fields in Go's order. Invariant: what a document says
//! is what the message of the refusal says, split into its parts for machines.

use crate::api::{Cause, Object, Resource, Status, Value};

/// A refusal.
pub fn failure(status: &Status) -> String {
    let mut out = String::from(
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\"",
    );
    let mut put = |field: &str, value: Value| {
        out.push_str(&format!(",\"{field}\":{}", value.to_json()));
    };
    put("message", status.message.clone().into());
    let reason = status.reason.as_str();
    if !reason.is_empty() {
        put("reason", reason.into());
    }
    let details = details(status);
    if !details.is_empty() {
        put("details", details);
    }
    put("code", Value::Int(status.code.into()));
    out + "}"
}

/// What has been done; of an object that was deleted, which.
pub fn success(code: u16, deleted: Option<&Object>) -> String {
    let details = deleted.map(|object| {
        let info = object.resource().info();
        let mut details = Value::map([
            ("kind", info.plural.into()),
            ("name", Value::from(object.name())),
            ("uid", object.uid().to_string().into()),
        ]);
        if !info.group.is_empty() {
            *details.entry("group") = info.group.into();
        }
        format!(",\"details\":{}", details.to_json())
    });
    let details = details.unwrap_or_default();
    // A code is told only where it is not the usual one.
    let code = if code == 200 { String::new() } else { format!(",\"code\":{code}") };
    format!(
        "{{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{{}},\"status\":\"Success\"\
         {details}{code}}}"
    )
}

fn details(status: &Status) -> Value {
    let mut details = Value::map::<&str, 0>([]);
    let (kind, group) = kind_and_group(&status.kind);
    let fields = [("name", status.name.as_str()), ("group", group), ("kind", kind)];
    for (field, text) in fields.iter().filter(|(_, text)| !text.is_empty()) {
        *details.entry(field) = (*text).into();
    }
    if !status.causes.is_empty() {
        *details.entry("causes") = status.causes.iter().map(cause).collect();
    }
    if status.retry_after_secs > 0 {
        *details.entry("retryAfterSeconds") = Value::Int(status.retry_after_secs.into());
    }
    details
}

/// `deployments.apps` cut in two. A refusal of an object that is invalid names its kind alone; the
/// group is that of the kind.
fn kind_and_group(text: &str) -> (&str, &str) {
    if let Some((kind, group)) = text.split_once('.') {
        return (kind, group);
    }
    let is_kind = text.starts_with(|c: char| c.is_ascii_uppercase());
    let found = Resource::served().find(|r| is_kind && r.info().kind == text);
    (text, found.map_or("", |resource| resource.info().group))
}

fn cause(cause: &Cause) -> Value {
    let fields = [("reason", &cause.reason), ("message", &cause.message), ("field", &cause.field)];
    let said = fields.into_iter().filter(|(_, text)| !text.is_empty());
    let mut value = Value::map::<&str, 0>([]);
    said.for_each(|(field, text)| *value.entry(field) = text.clone().into());
    value
}
