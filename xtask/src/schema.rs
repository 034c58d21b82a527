//! `cargo xtask schema`: writes the field table and the list of resources from a recorded OpenAPI
//! document and the discovery documents beside it.
//!
//! The output is committed, so that building needs neither document.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The kinds that are served, by group. A kind is added by adding it here, running this command and
/// writing its defaults and validation.
const KINDS: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "ConfigMap",
            "Event",
            "Namespace",
            "Node",
            "Pod",
            "ReplicationController",
            "ResourceQuota",
            "Service",
            "ServiceAccount",
        ],
    ),
    ("apps", &["Deployment", "ReplicaSet"]),
    ("coordination.k8s.io", &["Lease"]),
    ("discovery.k8s.io", &["EndpointSlice"]),
];

/// Types that are reached by no kind but are read by themselves.
const EXTRA_TYPES: &[&str] = &["io.k8s.api.autoscaling.v1.Scale"];

/// Where the store keeps a resource when it is not under its plural name.
/// Models pkg/kubeapiserver/default_storage_factory_builder.go.
const STORAGE: &[(&str, &str)] = &[
    ("services", "services/specs"),
    ("endpoints", "services/endpoints"),
    ("nodes", "minions"),
    ("replicationcontrollers", "controllers"),
    ("ingresses", "ingress"),
];

const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.";

/// Writes both tables below `root`, reading the documents in `openapi`.
pub fn generate(root: &Path, openapi: &Path) -> Result<(), String> {
    let swagger = read(&openapi.join("swagger-v2.json"))?;
    let discovery = read(&openapi.join("discovery.json"))?;
    let generator = Generator { definitions: swagger["definitions"].clone(), discovery };
    let resources = generator.resources();
    let types = generator.types(&resources)?;
    write(root, "src/api/schema/table.rs", &generator.type_table(&types))?;
    write(root, "src/api/registry/table.rs", &generator.resource_table(&resources, &types))
}

struct Generator {
    definitions: Value,
    discovery: Value,
}

struct Resource {
    group: String,
    version: String,
    definition: String,
    entry: Value,
    subresources: Vec<String>,
}

impl Generator {
    /// The served resources in the order of discovery: the core first, then groups as listed, names
    /// sorted within each.
    fn resources(&self) -> Vec<Resource> {
        let mut found = Vec::new();
        for (group, kinds) in KINDS {
            let path = if group.is_empty() { "/api/v1" } else { &format!("/apis/{group}/v1") };
            let listed = self.discovery[path]["resources"].as_array().cloned().unwrap_or_default();
            for entry in &listed {
                let name = entry["name"].as_str().unwrap_or_default();
                if name.contains('/') || !kinds.contains(&entry["kind"].as_str().unwrap_or("")) {
                    continue;
                }
                let prefix = format!("{name}/");
                let subresources = listed
                    .iter()
                    .filter_map(|e| e["name"].as_str()?.strip_prefix(&prefix).map(String::from))
                    .collect();
                found.push(Resource {
                    group: (*group).to_owned(),
                    version: "v1".to_owned(),
                    definition: self.definition(group, entry["kind"].as_str().unwrap_or("")),
                    entry: entry.clone(),
                    subresources,
                });
            }
        }
        found
    }

    fn definition(&self, group: &str, kind: &str) -> String {
        let is = |gvk: &Value| gvk["group"] == group && gvk["version"] == "v1" && gvk["kind"] == kind;
        let definitions = self.definitions.as_object().into_iter().flatten();
        definitions
            .filter(|(_, d)| {
                let kinds = d["x-kubernetes-group-version-kind"].as_array();
                kinds.is_some_and(|kinds| kinds.iter().any(is))
            })
            .map(|(name, _)| name.clone())
            .next()
            .unwrap_or_default()
    }

    /// Every type reachable from the resources, sorted by name; the position is the type's id.
    fn types(&self, resources: &[Resource]) -> Result<BTreeMap<String, usize>, String> {
        let roots = resources.iter().map(|r| r.definition.clone());
        let mut open: Vec<String> = roots.chain(EXTRA_TYPES.iter().map(|t| (*t).into())).collect();
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            if scalar(&name).is_some() || !seen.insert(name.clone()) {
                continue;
            }
            let definition = &self.definitions[&name];
            if definition.is_null() {
                return Err(format!("the OpenAPI document has no definition of {name}"));
            }
            for (_, property) in definition["properties"].as_object().into_iter().flatten() {
                open.extend(references(property));
            }
        }
        Ok(seen.into_iter().enumerate().map(|(id, name)| (name, id)).collect())
    }

    fn type_table(&self, types: &BTreeMap<String, usize>) -> String {
        let mut out = String::from(
            "//! @generated by `cargo xtask schema` from the OpenAPI document of v1.36. Not edited by hand.\n\
             \n\
             use super::{ListType, Merge, Ty, Type, TypeId, f};\n\n\
             pub(super) static TYPES: &[Type] = &[\n",
        );
        for name in types.keys() {
            let definition = &self.definitions[name];
            let required = definition["required"].as_array().cloned().unwrap_or_default();
            writeln!(out, "Type {{ name: {:?}, fields: &[", short(name)).unwrap();
            let properties: BTreeMap<_, _> =
                definition["properties"].as_object().into_iter().flatten().collect();
            for (field, property) in properties {
                let must = required.iter().any(|r| r == field);
                writeln!(out, "{},", field_code(field, property, must, types)).unwrap();
            }
            out.push_str("] },\n");
        }
        out.push_str("];\n");
        out
    }

    fn resource_table(&self, resources: &[Resource], types: &BTreeMap<String, usize>) -> String {
        let mut consts = String::new();
        let mut rows = String::new();
        for (id, resource) in resources.iter().enumerate() {
            let entry = &resource.entry;
            let plural = entry["name"].as_str().unwrap_or_default();
            writeln!(consts, "/// `{}`.", full_name(plural, &resource.group)).unwrap();
            writeln!(consts, "pub const {}: Self = Self({id});", plural.to_uppercase()).unwrap();
            let storage = STORAGE.iter().find(|(p, _)| *p == plural).map_or(plural, |(_, s)| s);
            writeln!(
                rows,
                "ResourceInfo {{ group: {:?}, version: {:?}, kind: {}, plural: {plural:?}, \
                 singular: {}, short_names: &{}, categories: &{}, namespaced: {}, verbs: &{}, \
                 subresources: &{:?}, ty: TypeId({}), storage: {storage:?} }},",
                resource.group,
                resource.version,
                entry["kind"],
                entry["singularName"],
                strings(&entry["shortNames"]),
                strings(&entry["categories"]),
                entry["namespaced"],
                strings(&entry["verbs"]),
                resource.subresources,
                types[&resource.definition],
            )
            .unwrap();
        }
        format!(
            "//! @generated by `cargo xtask schema` from the discovery documents of v1.36. Not edited by hand.\n\
             \n\
             use super::{{Resource, ResourceInfo}};\nuse crate::api::schema::TypeId;\n\n\
             impl Resource {{\n{consts}}}\n\n\
             pub(super) static RESOURCES: &[ResourceInfo] = &[\n{rows}];\n"
        )
    }
}

fn field_code(name: &str, property: &Value, required: bool, types: &BTreeMap<String, usize>) -> String {
    let mut code = format!("f({name:?}, {})", ty_code(property, types));
    if required {
        code.push_str(".req()");
    }
    if let Some(merge) = merge_code(property) {
        write!(code, ".merge(&{merge})").unwrap();
    }
    if property["enum"].is_array() {
        write!(code, ".one_of(&{})", strings(&property["enum"])).unwrap();
    }
    code
}

fn ty_code(property: &Value, types: &BTreeMap<String, usize>) -> String {
    if let Some(name) = property["$ref"].as_str().and_then(|r| r.strip_prefix("#/definitions/")) {
        return match scalar(name) {
            Some(ty) => format!("Ty::{ty}"),
            None => format!("Ty::Object(TypeId({}))", types[name]),
        };
    }
    match (property["type"].as_str(), property["format"].as_str()) {
        (Some("boolean"), _) => "Ty::Bool".into(),
        (Some("integer"), Some("int32")) => "Ty::Int32".into(),
        (Some("integer"), _) => "Ty::Int64".into(),
        (Some("number"), _) => "Ty::Double".into(),
        (Some("string"), Some("byte")) => "Ty::Bytes".into(),
        (Some("string"), _) => "Ty::Text".into(),
        (Some("array"), _) => format!("Ty::List(&{})", ty_code(&property["items"], types)),
        (Some("object"), _) if property["additionalProperties"].is_object() => {
            format!("Ty::Map(&{})", ty_code(&property["additionalProperties"], types))
        }
        _ => "Ty::Any".into(),
    }
}

fn merge_code(property: &Value) -> Option<String> {
    if property["x-kubernetes-map-type"] == "atomic" {
        return Some("Merge::atomic_map()".into());
    }
    if property["type"] != "array" {
        // A `retainKeys` strategy on a single object (Deployment's strategy).
        let retain = property["x-kubernetes-patch-strategy"].as_str()?.contains("retainKeys");
        return retain.then(|| "Merge::list(ListType::Atomic).retain_keys()".into());
    }
    let list = match property["x-kubernetes-list-type"].as_str() {
        Some("map") => {
            format!("ListType::Map(&{})", strings(&property["x-kubernetes-list-map-keys"]))
        }
        Some("set") => "ListType::Set".into(),
        _ => "ListType::Atomic".into(),
    };
    let mut code = format!("Merge::list({list})");
    if let Some(strategy) = property["x-kubernetes-patch-strategy"].as_str() {
        if strategy.contains("merge") {
            let key = property["x-kubernetes-patch-merge-key"].as_str().unwrap_or("");
            write!(code, ".patch({key:?})").unwrap();
        }
        if strategy.contains("retainKeys") {
            code.push_str(".retain_keys()");
        }
    }
    (code != "Merge::list(ListType::Atomic)").then_some(code)
}

/// The names of the definitions a property refers to.
fn references(property: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for part in [property, &property["items"], &property["additionalProperties"]] {
        for inner in [part, &part["items"], &part["additionalProperties"]] {
            if let Some(name) = inner["$ref"].as_str() {
                found.extend(name.strip_prefix("#/definitions/").map(String::from));
            }
        }
    }
    found
}

/// Definitions that are plain values.
fn scalar(name: &str) -> Option<&'static str> {
    Some(match name {
        "io.k8s.apimachinery.pkg.api.resource.Quantity" => "Quantity",
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString" => "IntOrString",
        "io.k8s.apimachinery.pkg.runtime.RawExtension" => "Any",
        _ => match name.strip_prefix(META)? {
            "Time" => "Time",
            "MicroTime" => "MicroTime",
            "FieldsV1" => "Any",
            _ => return None,
        },
    })
}

fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn full_name(plural: &str, group: &str) -> String {
    if group.is_empty() { plural.into() } else { format!("{plural}.{group}") }
}

fn strings(list: &Value) -> String {
    let items: Vec<&str> = list.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    format!("{items:?}")
}

fn read(path: &Path) -> Result<Value, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
}

fn write(root: &Path, file: &str, text: &str) -> Result<(), String> {
    let path = root.join(file);
    std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    let formatted = Command::new("rustfmt").args(["--edition", "2024"]).arg(&path).status();
    match formatted {
        Ok(status) if status.success() => {
            println!("wrote {file}");
            Ok(())
        }
        other => Err(format!("rustfmt of {file}: {other:?}")),
    }
}
