//! Paths and the operations on them.
//!
//! Models apiserver/pkg/endpoints/installer.go as far as clients look: what can be done where, with
//! objects of which kind, and with which parameters. kubectl learns here that a server validates
//! fields itself.

use super::schemas::{self, Dialect, reference};
use crate::api::Resource;
use crate::api::discovery::{self, Entry};

/// A verb, its method, how OpenAPI calls it, and whether it is about one object.
const VERBS: [(&str, &str, &str, bool); 7] = [
    ("get", "get", "get", true),
    ("list", "get", "list", false),
    ("create", "post", "post", false),
    ("update", "put", "put", true),
    ("patch", "patch", "patch", true),
    ("delete", "delete", "delete", true),
    ("deletecollection", "delete", "deletecollection", false),
];

/// The paths of a group version, each with what can be done there.
pub fn of(group_version: &str, dialect: Dialect) -> Vec<String> {
    let entries = discovery::all();
    let entries = entries.iter().filter(|entry| entry.group_version() == group_version);
    entries.flat_map(|entry| [false, true].map(|named| path(entry, named, dialect))).collect()
}

fn path(entry: &Entry, named: bool, dialect: Dialect) -> String {
    let root = if entry.group.is_empty() { "/api" } else { "/apis" };
    let mut path = format!("{root}/{}", entry.group_version());
    let mut parameters: Vec<String> = Vec::new();
    let mut place = |name: &str| {
        let ty = ty("string", dialect);
        parameters.push(format!("{{\"name\":\"{name}\",\"in\":\"path\",\"required\":true,{ty}}}"));
    };
    if named {
        place("name");
    }
    if entry.namespaced {
        path += "/namespaces/{namespace}";
        place("namespace");
    }
    path += &format!("/{}", entry.plural);
    if named {
        path += "/{name}";
    }
    let verbs = VERBS.iter().filter(|(verb, .., one)| *one == named && entry.verbs.contains(verb));
    let mut members: Vec<String> = verbs.map(|verb| operation(entry, verb, dialect)).collect();
    members.push(format!("\"parameters\":[{}]", parameters.join(",")));
    format!("\"{path}\":{{{}}}", members.join(","))
}

fn operation(
    entry: &Entry,
    (verb, method, action, one): &(&str, &str, &str, bool),
    dialect: Dialect,
) -> String {
    let names: &[&str] = match *verb {
        "create" | "update" => &["dryRun", "fieldManager", "fieldValidation"],
        "patch" => &["dryRun", "fieldManager", "fieldValidation", "force"],
        "delete" => &["dryRun", "gracePeriodSeconds", "propagationPolicy"],
        "list" => &[
            "allowWatchBookmarks",
            "continue",
            "fieldSelector",
            "labelSelector",
            "limit",
            "resourceVersion",
            "resourceVersionMatch",
            "sendInitialEvents",
            "timeoutSeconds",
            "watch",
        ],
        _ => &[],
    };
    let parameter = |name: &&str| {
        let kind = match *name {
            "allowWatchBookmarks" | "force" | "sendInitialEvents" | "watch" => "boolean",
            "gracePeriodSeconds" | "limit" | "timeoutSeconds" => "integer",
            _ => "string",
        };
        format!("{{\"name\":\"{name}\",\"in\":\"query\",{}}}", ty(kind, dialect))
    };
    let parameters: Vec<String> = names.iter().map(parameter).collect();
    let resource = Resource::served().find(|resource| {
        let info = resource.info();
        (info.group, info.version, info.plural) == (entry.group, entry.version, entry.plural)
    });
    let answered = match (resource, *verb, *one) {
        (Some(resource), "list", _) => format!("{}List", schemas::name_of(resource)),
        (Some(resource), "get" | "create" | "update" | "patch", _) => schemas::name_of(resource),
        _ => String::new(),
    };
    let shown = match (answered.as_str(), dialect) {
        ("", _) => String::new(),
        (name, Dialect::Second) => format!(",\"schema\":{{{}}}", reference(name, dialect)),
        (name, Dialect::Third) => format!(
            ",\"content\":{{\"application/json\":{{\"schema\":{{{}}}}}}}",
            reference(name, dialect)
        ),
    };
    let group = entry.group.split('.').next().unwrap_or_default();
    format!(
        "\"{method}\":{{\"operationId\":\"{verb}{group}{}{}\",\"parameters\":[{}],\"responses\":\
         {{\"200\":{{\"description\":\"OK\"{shown}}}}},\"x-kubernetes-action\":\"{action}\",\
         \"x-kubernetes-group-version-kind\":{}}}",
        entry.version,
        entry.kind,
        parameters.join(","),
        schemas::kind(entry.group, entry.version, entry.kind)
    )
}

/// The type of a parameter, which stands in a schema of its own since v3.
fn ty(kind: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Second => format!("\"type\":\"{kind}\",\"uniqueItems\":true"),
        Dialect::Third => format!("\"schema\":{{\"type\":\"{kind}\",\"uniqueItems\":true}}"),
    }
}
