//! Media types: what a client takes, and what it brings.
//!
//! Models apiserver/pkg/endpoints/handlers/negotiation. Protobuf and CBOR are not spoken: a client
//! that takes JSON as well gets that.

use crate::api::{Reason, Status};

/// How a document is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Media {
    /// JSON.
    #[default]
    Json,
    /// YAML.
    Yaml,
}

/// In what shape objects are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Shape {
    /// As they are.
    #[default]
    Whole,
    /// As a table for people.
    Table,
    /// Their metadata alone.
    Metadata,
    /// Discovery of all groups in one document.
    Discovery,
}

/// What a body may be called.
const BODIES: [(&str, Media); 4] = [
    ("application/json", Media::Json),
    ("application/yaml", Media::Yaml),
    ("text/yaml", Media::Yaml),
    ("application/x-yaml", Media::Yaml),
];

/// What a client takes of what the server has, by its `Accept` header.
pub fn negotiate(accept: &str) -> Result<(Media, Shape), Status> {
    if accept.trim().is_empty() {
        return Ok((Media::Json, Shape::Whole));
    }
    let mut clauses: Vec<(u32, Clause<'_>)> = accept.split(',').map(Clause::parse).collect();
    // Equal weights keep the client's order.
    clauses.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let taken = clauses.iter().filter(|(weight, _)| *weight > 0);
    let mut found = taken.filter_map(|(_, clause)| clause.meaning());
    const TEXT: &str = "only the following media types are accepted: application/json, \
                        application/yaml";
    found.next().ok_or_else(|| Status::new(406, Reason::NotAcceptable, TEXT))
}

/// How a body is written, by its `Content-Type` header.
pub fn of_body(content_type: &str) -> Result<Media, Status> {
    let name = content_type.split(';').next().unwrap_or_default().trim();
    if name.is_empty() {
        return Ok(Media::Json);
    }
    let known = BODIES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    known.map(|(_, media)| *media).ok_or_else(|| unsupported("application/json, application/yaml"))
}

/// The refusal of a body of another type than one of `accepted`.
pub fn unsupported(accepted: &str) -> Status {
    let text = format!(
        "the body of the request was in an unknown format - accepted media types include: {accepted}"
    );
    Status::new(415, Reason::UnsupportedMediaType, text)
}

/// One of the things a client takes.
struct Clause<'a> {
    name: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
}

impl<'a> Clause<'a> {
    /// Reads one, with its weight in thousandths.
    fn parse(text: &'a str) -> (u32, Self) {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let parameters: Vec<_> = parts.filter_map(|part| part.split_once('=')).collect();
        let weight = parameters.iter().find(|(name, _)| *name == "q");
        (weight.map_or(1000, |(_, weight)| thousandths(weight)), Self { name, parameters })
    }

    fn parameter(&self, name: &str) -> &'a str {
        self.parameters.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    fn meaning(&self) -> Option<(Media, Shape)> {
        let media = match self.name {
            "*/*" | "application/*" | "application/json" => Media::Json,
            "application/yaml" => Media::Yaml,
            _ => return None,
        };
        let shape = match (self.parameter("as"), self.parameter("g"), self.parameter("v")) {
            ("", _, _) => Shape::Whole,
            ("Table", "meta.k8s.io", "v1" | "v1beta1") => Shape::Table,
            ("PartialObjectMetadata" | "PartialObjectMetadataList", "meta.k8s.io", "v1") => {
                Shape::Metadata
            }
            ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2") => Shape::Discovery,
            _ => return None,
        };
        Some((media, shape))
    }
}

/// A weight such as `0.8`; what is none counts as 1.
fn thousandths(text: &str) -> u32 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), part.parse::<u32>()) {
        (Ok(0), Ok(part)) => part,
        _ => 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_get_what_they_take() {
        let check = |accept: &str, expected: Option<(Media, Shape)>| {
            assert_eq!(negotiate(accept).ok(), expected, "{accept}");
        };
        let json = |shape| Some((Media::Json, shape));
        check("", json(Shape::Whole));
        check("*/*", json(Shape::Whole));
        check("application/yaml", Some((Media::Yaml, Shape::Whole)));
        check("application/vnd.kubernetes.protobuf,application/json", json(Shape::Whole));
        check("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", json(Shape::Table));
        check("application/json;as=Table;v=v9;g=meta.k8s.io,application/json", json(Shape::Whole));
        check("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", {
            json(Shape::Metadata)
        });
        check("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", {
            json(Shape::Discovery)
        });
        check("application/json;q=0.5, application/yaml", Some((Media::Yaml, Shape::Whole)));
        check("application/json;q=0", None);
        check("application/vnd.kubernetes.protobuf", None);
        check("text/html", None);
    }
}
