//! Bodies of requests: text to values.
//!
//! Models apimachinery/pkg/runtime/serializer and the handlers that decode what they are given.

use super::media::{self, Media};
use super::path::Place;
use crate::api::rpc::Patch;
use crate::api::{HttpRequest, Status, Value};
use crate::manifest;

/// The body of a request, empty if there is none.
pub fn of(http: &HttpRequest) -> Result<Value, Status> {
    match media::of_body(http.header("content-type"))? {
        Media::Json => json(&http.body),
        Media::Yaml => yaml(&http.body),
    }
}

/// The object that a request brings to `place`; what it does not say of its kind is that of the
/// place.
pub fn object(http: &HttpRequest, place: &Place) -> Result<Value, Status> {
    let kind = match place.part.as_str() {
        "scale" => "Scale",
        "eviction" => "Eviction",
        "binding" => "Binding",
        "token" => "TokenRequest",
        _ => place.kind,
    };
    let mut value = of(http).map_err(|status| {
        let why = status.message;
        let text = format!(
            "the object provided is unrecognized (must be of type {kind}): couldn't get \
             version/kind; json parse error: {why}"
        );
        Status::bad_request(text)
    })?;
    if value.as_map().is_none() {
        let text = format!(
            "the object provided is unrecognized (must be of type {kind}): couldn't get \
             version/kind; json parse error: json: cannot unmarshal {} into Go value of type \
             struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \
             \"json:\\\"kind,omitempty\\\"\" }}",
            value.go_kind()
        );
        return Err(Status::bad_request(text));
    }
    if place.part.is_empty() || place.part == "status" || place.part == "finalize" {
        for (field, own) in [("apiVersion", place.group_version.clone()), ("kind", kind.into())] {
            if value.at(field).is_empty() {
                *value.entry(field) = own.into();
            }
        }
    }
    Ok(value)
}

/// The patch that a request brings.
pub fn patch(http: &HttpRequest, force: bool) -> Result<Patch, Status> {
    let name = http.header("content-type").split(';').next().unwrap_or_default().trim();
    Ok(match name {
        "application/json-patch+json" => Patch::Json(json(&http.body)?),
        "application/merge-patch+json" => Patch::Merge(map(json(&http.body)?)?),
        "application/strategic-merge-patch+json" => Patch::Strategic(map(json(&http.body)?)?),
        "application/apply-patch+yaml" => Patch::Apply(map(yaml(&http.body)?)?, force),
        _ => {
            return Err(media::unsupported(
                "application/json-patch+json, application/merge-patch+json, \
                 application/strategic-merge-patch+json, application/apply-patch+yaml",
            ));
        }
    })
}

/// A patch that has to be an object.
fn map(value: Value) -> Result<Value, Status> {
    match value.as_map() {
        Some(_) => Ok(value),
        None => {
            let kind = value.go_kind();
            Err(Status::bad_request(format!(
                "error decoding patch: json: cannot unmarshal {kind} into Go value of type \
                 map[string]interface {{}}"
            )))
        }
    }
}

fn json(text: &str) -> Result<Value, Status> {
    if text.trim().is_empty() {
        return Err(Status::bad_request("unexpected end of JSON input"));
    }
    manifest::parse_json(text).map_err(|error| Status::bad_request(error.to_string()))
}

fn yaml(text: &str) -> Result<Value, Status> {
    let (mut documents, error) = manifest::read(text);
    match (error, documents.len()) {
        (Some(error), _) => Err(Status::bad_request(error.message)),
        (None, 0) => Ok(Value::Null),
        (None, _) => Ok(documents.swap_remove(0).value),
    }
}
