//! `cargo xtask schema`: writes the field table and the list of resources from a recorded OpenAPI
//! document and the discovery documents beside it.
//!
//! The output is committed, so that building needs neither document.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode};

use serde_json::Value;

mod go;

use go::Shape;

/// The groups and versions that are served, in the order of discovery, and within each the kinds
/// that are left out: those that are questions rather than objects. A kind is added by running this
/// command on newer documents, and by writing its pointers (in `go`), defaults and validation.
const GROUPS: &[(&str, &str, &[&str])] = &[
    ("", "v1", &["Binding", "ComponentStatus"]),
    ("apiregistration.k8s.io", "v1", &[]),
    ("apps", "v1", &[]),
    ("events.k8s.io", "v1", &[]),
    ("autoscaling", "v2", &[]),
    ("autoscaling", "v1", &[]),
    ("batch", "v1", &[]),
    ("certificates.k8s.io", "v1", &[]),
    ("networking.k8s.io", "v1", &[]),
    ("policy", "v1", &[]),
    ("rbac.authorization.k8s.io", "v1", &[]),
    ("storage.k8s.io", "v1", &[]),
    ("admissionregistration.k8s.io", "v1", &[]),
    ("apiextensions.k8s.io", "v1", &[]),
    ("scheduling.k8s.io", "v1", &[]),
    ("coordination.k8s.io", "v1", &[]),
    ("node.k8s.io", "v1", &[]),
    ("discovery.k8s.io", "v1", &[]),
    ("resource.k8s.io", "v1", &[]),
    ("flowcontrol.apiserver.k8s.io", "v1", &[]),
];

/// Types that are reached by no kind but are read by themselves.
const EXTRA_TYPES: &[&str] = &["io.k8s.api.autoscaling.v1.Scale"];

/// Of several types with one name, those that go by it; the others are told by group and version.
const PLAIN_NAMED: &[&str] = &[
    "io.k8s.api.autoscaling.v2.CrossVersionObjectReference",
    "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler",
    "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec",
    "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus",
    "io.k8s.api.core.v1.Event",
    "io.k8s.api.core.v1.EventSeries",
    "io.k8s.api.core.v1.ResourceClaim",
    "io.k8s.api.discovery.v1.EndpointPort",
    "io.k8s.api.rbac.v1.Subject",
];

/// Where the store keeps a resource when it is not under its plural name.
/// Models pkg/kubeapiserver/default_storage_factory_builder.go.
const STORAGE: &[(&str, &str)] = &[
    ("services", "services/specs"),
    ("endpoints", "services/endpoints"),
    ("nodes", "minions"),
    ("replicationcontrollers", "controllers"),
    ("ingresses", "ingress"),
    ("apiservices", "apiregistration.k8s.io/apiservices"),
    ("customresourcedefinitions", "apiextensions.k8s.io/customresourcedefinitions"),
];

const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.";

fn main() -> ExitCode {
    let Some(openapi) = std::env::args_os().nth(1) else {
        eprintln!("error: name the folder of swagger-v2.json and discovery.json");
        return ExitCode::FAILURE;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    match generate(root.expect("we live in xtask/schema"), Path::new(&openapi)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the tables below `root`, reading the documents in `openapi`.
fn generate(root: &Path, openapi: &Path) -> Result<(), String> {
    let swagger = read(&openapi.join("swagger-v2.json"))?;
    let discovery = read(&openapi.join("discovery.json"))?;
    let generator = Generator { definitions: swagger["definitions"].clone(), discovery };
    let resources = generator.resources();
    let types = generator.types(&resources)?;
    write(root, "src/api/schema/table.txt", &generator.type_table(&types)?)?;
    write(root, "src/api/schema/packages.txt", &packages(&types))?;
    let table = "src/api/registry/table.rs";
    write(root, table, &generator.resource_table(&resources, &types))?;
    format(root, table)
}

struct Generator {
    definitions: Value,
    discovery: Value,
}

/// The types of the table: the definition of each, its place and its name.
type Types = BTreeMap<String, (usize, String)>;

struct Resource {
    group: String,
    version: String,
    definition: String,
    entry: Value,
    subresources: Vec<String>,
}

impl Generator {
    /// The served resources in the order of discovery: groups as listed, names sorted within each.
    fn resources(&self) -> Vec<Resource> {
        let mut found = Vec::new();
        for (group, version, without) in GROUPS {
            let path = match *group {
                "" => format!("/api/{version}"),
                _ => format!("/apis/{group}/{version}"),
            };
            let listed = self.discovery[path]["resources"].as_array().cloned().unwrap_or_default();
            for entry in &listed {
                let name = entry["name"].as_str().unwrap_or_default();
                let kind = entry["kind"].as_str().unwrap_or_default();
                if name.contains('/') || without.contains(&kind) {
                    continue;
                }
                let prefix = format!("{name}/");
                let subresources = listed
                    .iter()
                    .filter_map(|e| e["name"].as_str()?.strip_prefix(&prefix).map(String::from))
                    .collect();
                found.push(Resource {
                    group: (*group).to_owned(),
                    version: (*version).to_owned(),
                    definition: self.definition(group, version, kind),
                    entry: entry.clone(),
                    subresources,
                });
            }
        }
        found
    }

    fn definition(&self, group: &str, version: &str, kind: &str) -> String {
        let is =
            |gvk: &Value| gvk["group"] == group && gvk["version"] == version && gvk["kind"] == kind;
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

    /// Every type reachable from the resources, sorted by definition.
    fn types(&self, resources: &[Resource]) -> Result<Types, String> {
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
        let name = |definition: &String| {
            let alone = seen.iter().filter(|other| short(other) == short(definition)).count() == 1;
            if alone || PLAIN_NAMED.contains(&definition.as_str()) {
                return short(definition).to_owned();
            }
            definition
                .rsplitn(4, '.')
                .take(3)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect::<Vec<_>>()
                .join(".")
        };
        let named = seen.iter().enumerate().map(|(id, d)| (d.clone(), (id, name(d))));
        Ok(named.collect())
    }

    /// The field table, a type a line. What its signs mean stands where it is read.
    fn type_table(&self, types: &Types) -> Result<String, String> {
        let mut out = String::new();
        let mut unseen = go::listed();
        for (definition, (_, name)) in types {
            out.push_str(name);
            let definition = &self.definitions[definition];
            let required = definition["required"].as_array().cloned().unwrap_or_default();
            let properties: BTreeMap<_, _> =
                definition["properties"].as_object().into_iter().flatten().collect();
            let has = |field: &str| properties.contains_key(&field.to_owned());
            let root = has("apiVersion") && has("kind") && has("metadata");
            for (field, property) in &properties {
                unseen.remove(&(name.as_str(), field.as_str()));
                let must = required.iter().any(|r| r == *field);
                write!(out, " {field}:{}", field_text(name, field, property, must, root, types))
                    .expect("strings take all");
            }
            out.push('\n');
        }
        match unseen.first() {
            Some((ty, field)) => {
                Err(format!("xtask/schema/src/go.rs lists {ty}.{field}: no such field"))
            }
            None => Ok(out),
        }
    }

    fn resource_table(&self, resources: &[Resource], types: &Types) -> String {
        let mut consts = String::new();
        let mut rows = String::new();
        for (id, resource) in resources.iter().enumerate() {
            let entry = &resource.entry;
            let plural = entry["name"].as_str().unwrap_or_default();
            writeln!(consts, "/// `{}`.", full_name(plural, &resource.group)).unwrap();
            writeln!(consts, "pub const {}: Self = Self({id});", constant(resource, plural))
                .unwrap();
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
                types[&resource.definition].0,
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

/// The packages of the types, in the order of the table: each with how many of them are in it.
fn packages(types: &Types) -> String {
    let mut runs: Vec<(&str, usize)> = Vec::new();
    for definition in types.keys() {
        let package = definition.rsplit_once('.').map_or("", |(package, _)| package);
        match runs.last_mut() {
            Some((last, count)) if *last == package => *count += 1,
            _ => runs.push((package, 1)),
        }
    }
    runs.iter().map(|(package, count)| format!("{package} {count}\n")).collect()
}

/// What the table says of one field after its name.
fn field_text(
    owner: &str,
    name: &str,
    property: &Value,
    required: bool,
    root: bool,
    types: &Types,
) -> String {
    let mut text = ty_text(property, types);
    let shape = match text.as_bytes() {
        [b'=', ..] => Shape::Struct,
        b"t" | b"m" => Shape::Time,
        b"q" | b"n" => Shape::Amount,
        b"b" | b"i" | b"l" | b"d" | b"s" => Shape::Plain,
        _ => Shape::Other,
    };
    let facts = go::facts(owner, name, shape, root, required);
    for (holds, sign) in [(required, '!'), (facts.always, '?'), (facts.pointer, '*')] {
        if holds {
            text.push(sign);
        }
    }
    if let Some(name) = facts.type_name {
        write!(text, "~{name}").expect("strings take all");
    }
    if let Some(name) = facts.embedded {
        write!(text, "^{name}").expect("strings take all");
    }
    text.push_str(&merge_text(property));
    for value in property["enum"].as_array().into_iter().flatten() {
        write!(text, "|{}", value.as_str().unwrap_or_default()).expect("strings take all");
    }
    text
}

fn ty_text(property: &Value, types: &Types) -> String {
    if let Some(name) = property["$ref"].as_str().and_then(|r| r.strip_prefix("#/definitions/")) {
        return match scalar(name) {
            Some(sign) => sign.to_owned(),
            None => format!("={}", types[name].1),
        };
    }
    let plain = match (property["type"].as_str(), property["format"].as_str()) {
        (Some("boolean"), _) => "b",
        (Some("integer"), Some("int32")) => "i",
        (Some("integer"), _) => "l",
        (Some("number"), _) => "d",
        (Some("string"), Some("byte")) => "y",
        (Some("string"), _) => "s",
        (Some("array"), _) => return format!("[{}]", ty_text(&property["items"], types)),
        (Some("object"), _) if property["additionalProperties"].is_object() => {
            return format!("{{{}}}", ty_text(&property["additionalProperties"], types));
        }
        _ => "a",
    };
    plain.to_owned()
}

/// How a list or map merges, as the table writes it; nothing where it is replaced as a whole.
fn merge_text(property: &Value) -> String {
    let strategy = property["x-kubernetes-patch-strategy"].as_str().unwrap_or_default();
    let retain = if strategy.contains("retainKeys") { "+retain" } else { "" };
    if property["x-kubernetes-map-type"] == "atomic" {
        return "+atomic".to_owned();
    }
    if property["type"] != "array" {
        // A `retainKeys` strategy on a single object (Deployment's strategy).
        return retain.to_owned();
    }
    let mut text = match property["x-kubernetes-list-type"].as_str() {
        Some("map") => {
            let keys = property["x-kubernetes-list-map-keys"].as_array().into_iter().flatten();
            let keys: Vec<&str> = keys.filter_map(Value::as_str).collect();
            format!("+map={}", keys.join(","))
        }
        Some("set") => "+set".to_owned(),
        _ => String::new(),
    };
    if strategy.contains("merge") {
        let key = property["x-kubernetes-patch-merge-key"].as_str().unwrap_or_default();
        write!(text, "+patch={key}").expect("strings take all");
    }
    text + retain
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

/// Definitions that are plain values: their signs in the table.
fn scalar(name: &str) -> Option<&'static str> {
    const CRD: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";
    Some(match name {
        "io.k8s.apimachinery.pkg.api.resource.Quantity" => "q",
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString" => "n",
        "io.k8s.apimachinery.pkg.runtime.RawExtension" => "a",
        _ if name.strip_prefix(CRD).is_some_and(|it| it.starts_with("JSON")) => {
            // A schema that may be a boolean or a list of schemas instead, and plain JSON.
            (name[CRD.len()..] != *"JSONSchemaProps").then_some("a")?
        }
        _ => match name.strip_prefix(META)? {
            "Time" => "t",
            "MicroTime" => "m",
            "FieldsV1" => "a",
            _ => return None,
        },
    })
}

fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The name of a resource's constant: the plural, with group or version where there is another.
fn constant(resource: &Resource, plural: &str) -> String {
    let suffix = match (resource.group.as_str(), resource.version.as_str()) {
        ("events.k8s.io", _) => "_EVENTS",
        ("autoscaling", "v1") => "_V1",
        _ => "",
    };
    format!("{}{suffix}", plural.to_uppercase())
}

fn full_name(plural: &str, group: &str) -> String {
    if group.is_empty() { plural.into() } else { format!("{plural}.{group}") }
}

fn strings(list: &Value) -> String {
    let items: Vec<&str> =
        list.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    format!("{items:?}")
}

fn read(path: &Path) -> Result<Value, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
}

fn write(root: &Path, file: &str, text: &str) -> Result<(), String> {
    let path = root.join(file);
    std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    println!("wrote {file}");
    Ok(())
}

fn format(root: &Path, file: &str) -> Result<(), String> {
    let path = root.join(file);
    let formatted = Command::new("rustfmt").args(["--edition", "2024"]).arg(&path).status();
    match formatted {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("rustfmt of {file}: {other:?}")),
    }
}
