//! Types of the field table as schemas.
//!
//! Models kube-openapi/pkg/builder and the extensions by which Kubernetes says how lists merge.

use std::collections::BTreeSet;

use crate::api::schema::{Field, ListType, Ty, Type};
use crate::api::{Resource, Value};

/// A version of OpenAPI.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// Swagger 2.0.
    Second,
    /// OpenAPI 3.0.
    Third,
}

const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

/// Types that the table knows as plain ones, and what they are in each dialect.
const PLAIN: [(&str, &str, &str); 6] = [
    (
        "io.k8s.apimachinery.pkg.api.resource.Quantity",
        "{\"type\":\"string\"}",
        "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"number\"}]}",
    ),
    (
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
        "{\"type\":\"string\",\"format\":\"int-or-string\"}",
        "{\"oneOf\":[{\"type\":\"integer\"},{\"type\":\"string\"}],\"format\":\"int-or-string\"}",
    ),
    (
        "io.k8s.apimachinery.pkg.apis.meta.v1.Time",
        "{\"type\":\"string\",\"format\":\"date-time\"}",
        "{\"type\":\"string\",\"format\":\"date-time\"}",
    ),
    (
        "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime",
        "{\"type\":\"string\",\"format\":\"date-time\"}",
        "{\"type\":\"string\",\"format\":\"date-time\"}",
    ),
    (
        "io.k8s.apimachinery.pkg.runtime.RawExtension",
        "{\"type\":\"object\"}",
        "{\"type\":\"object\"}",
    ),
    (
        "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta",
        "{\"type\":\"object\",\"properties\":{\"continue\":{\"type\":\"string\"},\
         \"remainingItemCount\":{\"type\":\"integer\",\"format\":\"int64\"},\
         \"resourceVersion\":{\"type\":\"string\"},\"selfLink\":{\"type\":\"string\"}}}",
        "{\"type\":\"object\",\"properties\":{\"continue\":{\"type\":\"string\"},\
         \"remainingItemCount\":{\"type\":\"integer\",\"format\":\"int64\"},\
         \"resourceVersion\":{\"type\":\"string\"},\"selfLink\":{\"type\":\"string\"}}}",
    ),
];

/// The schemas of the kinds of some group versions and of everything in them, each with its name.
pub fn of<'a>(group_versions: impl Iterator<Item = &'a str>, dialect: Dialect) -> Vec<String> {
    let group_versions: Vec<&str> = group_versions.collect();
    let is_meant = |resource: &Resource| group_versions.contains(&resource.api_version().as_str());
    let resources: Vec<Resource> = Resource::served().filter(is_meant).collect();
    let mut open: Vec<&'static Type> = resources.iter().map(|resource| resource.ty()).collect();
    let mut seen = BTreeSet::new();
    let mut lines: Vec<String> = Vec::new();
    while let Some(ty) = open.pop() {
        if !seen.insert(name(ty)) {
            continue;
        }
        open.extend(ty.fields.iter().filter_map(|field| inner(field.ty)));
        lines.push(format!("\"{}\":{}", name(ty), schema(ty, &resources, dialect)));
    }
    lines.extend(resources.iter().map(|resource| list(*resource, dialect)));
    lines.extend(PLAIN.iter().map(|(name, second, third)| {
        format!("\"{name}\":{}", if dialect == Dialect::Second { second } else { third })
    }));
    lines.sort();
    lines.dedup();
    lines
}

/// A reference to a type, on its own or with what may stand beside it.
pub fn reference(name: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Second => format!("\"$ref\":\"#/definitions/{name}\""),
        Dialect::Third => format!("\"$ref\":\"#/components/schemas/{name}\""),
    }
}

/// The name of the type of a resource's objects.
pub fn name_of(resource: Resource) -> String {
    name(resource.ty())
}

/// `[{"group":"apps","kind":"Deployment","version":"v1"}]`, for one kind.
pub fn kind(group: &str, version: &str, kind: &str) -> String {
    format!("{{\"group\":\"{group}\",\"kind\":\"{kind}\",\"version\":\"{version}\"}}")
}

fn name(ty: &Type) -> String {
    format!("{}.{}", ty.package, ty.name)
}

/// The type within a field's, if it is one of the table.
fn inner(ty: Ty) -> Option<&'static Type> {
    match ty {
        Ty::Object(id) => Some(id.get()),
        Ty::List(item) | Ty::Map(item) => inner(*item),
        _ => None,
    }
}

fn schema(ty: &'static Type, resources: &[Resource], dialect: Dialect) -> String {
    let mut out = "{\"type\":\"object\"".to_owned();
    let required: Value =
        ty.fields.iter().filter(|field| field.required).map(|field| field.name.into()).collect();
    if !required.is_empty() {
        out += &format!(",\"required\":{}", required.to_json());
    }
    let properties: Vec<String> = ty
        .fields
        .iter()
        .map(|field| format!("\"{}\":{}", field.name, property(field, dialect)))
        .collect();
    if !properties.is_empty() {
        out += &format!(",\"properties\":{{{}}}", properties.join(","));
    }
    let kinds = resources.iter().filter(|resource| std::ptr::eq(resource.ty(), ty));
    let kinds: Vec<String> = kinds
        .map(|resource| {
            let info = resource.info();
            kind(info.group, info.version, info.kind)
        })
        .collect();
    if !kinds.is_empty() {
        out += &format!(",\"x-kubernetes-group-version-kind\":[{}]", kinds.join(","));
    }
    out + "}"
}

/// A list of the objects of a resource.
fn list(resource: Resource, dialect: Dialect) -> String {
    let info = resource.info();
    let name = name_of(resource);
    let kinds = kind(info.group, info.version, &format!("{}List", info.kind));
    let item = reference(&name, dialect);
    let metadata = reference(&format!("{META}.ListMeta"), dialect);
    format!(
        "\"{name}List\":{{\"type\":\"object\",\"required\":[\"items\"],\"properties\":{{\
         \"apiVersion\":{{\"type\":\"string\"}},\"items\":{{\"type\":\"array\",\"items\":{{{item}}}}},\
         \"kind\":{{\"type\":\"string\"}},\"metadata\":{{{metadata}}}}},\
         \"x-kubernetes-group-version-kind\":[{kinds}]}}"
    )
}

/// What a field holds, and how it merges.
fn property(field: &Field, dialect: Dialect) -> String {
    let mut out = ty(field.ty, dialect);
    if !field.values.is_empty() {
        let values: Value = field.values.iter().map(|value| Value::from(*value)).collect();
        out += &format!(",\"enum\":{}", values.to_json());
    }
    let merge = &field.merge;
    let is_list = matches!(field.ty, Ty::List(_));
    match &merge.list {
        ListType::Atomic if is_list && merge.patch_key.is_none() => {
            out += ",\"x-kubernetes-list-type\":\"atomic\"";
        }
        ListType::Atomic => {}
        ListType::Set => out += ",\"x-kubernetes-list-type\":\"set\"",
        ListType::Map(keys) => {
            let keys: Value = keys.iter().map(|key| Value::from(*key)).collect();
            out += &format!(
                ",\"x-kubernetes-list-map-keys\":{},\"x-kubernetes-list-type\":\"map\"",
                keys.to_json()
            );
        }
    }
    if merge.atomic_map {
        out += ",\"x-kubernetes-map-type\":\"atomic\"";
    }
    if let Some(key) = merge.patch_key.filter(|key| !key.is_empty()) {
        out += &format!(",\"x-kubernetes-patch-merge-key\":\"{key}\"");
    }
    match (merge.patch_key.is_some(), merge.retain_keys) {
        (true, true) => out += ",\"x-kubernetes-patch-strategy\":\"merge,retainKeys\"",
        (true, false) => out += ",\"x-kubernetes-patch-strategy\":\"merge\"",
        (false, true) => out += ",\"x-kubernetes-patch-strategy\":\"retainKeys\"",
        (false, false) => {}
    }
    format!("{{{out}}}")
}

/// A type, without the braces around it.
fn ty(of: Ty, dialect: Dialect) -> String {
    let named = |name: &str| match dialect {
        Dialect::Second => reference(name, dialect),
        // What stands beside a reference counts only when the reference is wrapped.
        Dialect::Third => format!("\"allOf\":[{{{}}}]", reference(name, dialect)),
    };
    let scalar = |name: &str, format: &str| match format {
        "" => format!("\"type\":\"{name}\""),
        format => format!("\"type\":\"{name}\",\"format\":\"{format}\""),
    };
    match of {
        Ty::Bool => scalar("boolean", ""),
        Ty::Int32 => scalar("integer", "int32"),
        Ty::Int64 => scalar("integer", "int64"),
        Ty::Double => scalar("number", "double"),
        Ty::Text => scalar("string", ""),
        Ty::Bytes => scalar("string", "byte"),
        Ty::Quantity => named(PLAIN[0].0),
        Ty::IntOrString => named(PLAIN[1].0),
        Ty::Time => named(PLAIN[2].0),
        Ty::MicroTime => named(PLAIN[3].0),
        Ty::Any => named(PLAIN[4].0),
        Ty::Object(id) => named(&name(id.get())),
        Ty::List(item) => format!("\"type\":\"array\",\"items\":{{{}}}", ty(*item, dialect)),
        Ty::Map(item) => {
            format!("\"type\":\"object\",\"additionalProperties\":{{{}}}", ty(*item, dialect))
        }
    }
}
