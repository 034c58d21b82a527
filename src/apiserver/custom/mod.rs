//! Custom resources: what their definitions say, and what is done about it.
//!
//! Models apiextensions-apiserver, which is a part of kube-apiserver. A definition is read from the
//! object in the watch cache each time it is asked, and nothing is kept beside it. Invariant: a
//! custom resource is served exactly while its definition is established.

mod columns;
pub mod lifecycle;
pub mod rules;
mod schema;
mod validate;

use super::cache::WatchCache;
use crate::api::decode::{self, Decoded};
use crate::api::rpc::{Call, Part};
use crate::api::validation::semantically_equal;
use crate::api::{Cause, Fields, Key, List, Object, Resource, Served, Status, Str, Value};

const DEFINITIONS: Resource = Resource::CUSTOMRESOURCEDEFINITIONS;

/// What a CustomResourceDefinition says of one resource in one version.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The definition as it is written.
    value: Value,
    /// The version that is asked for.
    version: Value,
}

/// Where a custom resource keeps what its `scale` shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScalePaths {
    /// How many replicas there are to be.
    pub wanted: Vec<Str>,
    /// How many there are.
    pub actual: Vec<Str>,
    /// Which they are, as a text; empty where that is not said.
    pub selector: Vec<Str>,
}

/// Everything that definitions serve, in the order of discovery.
pub fn served(cache: &WatchCache) -> List<Served> {
    let all = cache.collection(DEFINITIONS).into_iter().flat_map(|all| all.iter());
    let established = all.map(Object::to_value).filter(is_established);
    let mut served: Vec<Served> = established.flat_map(|value| versions(&value)).collect();
    served.sort_by_key(|served| {
        let info = served.resource.info();
        (info.group, info.version, info.plural)
    });
    served.into()
}

/// The resource in whose form the objects of `resource` are stored.
pub fn stored(cache: &WatchCache, resource: Resource) -> Resource {
    match Definition::of(cache, resource) {
        Some(definition) => definition.stored(),
        None => resource.stored(),
    }
}

/// Lets a call about a custom resource be about the version in which it is stored. Bodies stay as
/// they are.
pub fn ask_of_stored(cache: &WatchCache, call: &mut Call) {
    if !call.resource().is_custom() || matches!(call, Call::Create { .. }) {
        return;
    }
    let stored = stored(cache, call.resource());
    match call {
        Call::Get { resource, .. }
        | Call::Update { resource, .. }
        | Call::Patch { resource, .. }
        | Call::Delete { resource, .. } => *resource = stored,
        Call::List(selection)
        | Call::Watch { selection, .. }
        | Call::DeleteCollection { selection, .. } => selection.resource = stored,
        _ => {}
    }
}

/// Why a call about a custom resource is refused before anything else; `None` if it is not.
pub fn refusal(cache: &WatchCache, call: &Call) -> Option<Status> {
    let resource = call.resource();
    if !resource.is_custom() {
        return None;
    }
    let Some(definition) = Definition::of(cache, resource) else {
        return Some(super::read::no_such_part());
    };
    let part = match call {
        Call::Get { part, .. } | Call::Update { part, .. } | Call::Patch { part, .. } => *part,
        _ => Part::Main,
    };
    let has = match part {
        Part::Main => true,
        Part::Status => definition.has_status(),
        Part::Scale => definition.scale().is_some(),
        Part::Finalize => false,
    };
    if !has {
        return Some(super::read::no_such_part());
    }
    let creates = matches!(call, Call::Create { .. });
    if creates && is_so(&definition.value, "Terminating") {
        const TEXT: &str = "create not allowed while custom resource definition is terminating";
        let status = Status::new(405, crate::api::Reason::MethodNotAllowed, TEXT);
        return Some(status.about(resource, call.name()));
    }
    None
}

/// The condition `kind` of a definition.
fn is_so(definition: &Value, kind: &str) -> bool {
    let conditions = definition.at_path(&["status", "conditions"]).items();
    conditions.iter().any(|c| c.at("type").text() == kind && c.at("status").text() == "True")
}

fn is_established(definition: &Value) -> bool {
    is_so(definition, "Established")
}

/// The resource that a definition serves in one version.
fn resource_of(definition: &Value, version: &str) -> Resource {
    let (spec, names) = (definition.at("spec"), definition.at_path(&["spec", "names"]));
    Resource::custom(
        (spec.at("group").text(), version),
        (names.at("kind").text(), names.at("plural").text()),
        spec.at("scope").text() == "Namespaced",
    )
}

/// The resources of all versions that a definition serves.
fn versions(definition: &Value) -> Vec<Served> {
    let names = definition.at_path(&["status", "acceptedNames"]);
    let texts = |list: &str| -> List<Str> {
        names.at(list).items().iter().map(|item| Str::from(item.text())).collect()
    };
    let versions = definition.at_path(&["spec", "versions"]).items().iter();
    let is_served = |version: &&Value| version.at("served").as_bool() == Some(true);
    let one = |version: &Value| Served {
        resource: resource_of(definition, version.at("name").text()),
        singular: names.at("singular").text().into(),
        short_names: texts("shortNames"),
        categories: texts("categories"),
        subresources: ["status", "scale"]
            .iter()
            .filter(|part| !version.at("subresources").at(part).is_null())
            .map(|part| Str::new_static(part))
            .collect(),
        list_kind: names.at("listKind").text().into(),
    };
    versions.filter(is_served).map(one).collect()
}

impl Definition {
    /// The definition of a resource, if it serves it.
    pub fn of(cache: &WatchCache, resource: Resource) -> Option<Self> {
        if !resource.is_custom() {
            return None;
        }
        let value = cache.get(DEFINITIONS, &Key::new("", &resource.qualified()))?.to_value();
        let versions = value.at_path(&["spec", "versions"]).items();
        let is_it = |version: &&Value| {
            version.at("name").text() == resource.info().version
                && version.at("served").as_bool() == Some(true)
        };
        let version = versions.iter().find(is_it)?.clone();
        let is_right = resource_of(&value, resource.info().version) == resource;
        (is_right && is_established(&value)).then_some(Self { value, version })
    }

    /// The resource in whose form objects are stored.
    fn stored(&self) -> Resource {
        let versions = self.value.at_path(&["spec", "versions"]).items();
        let stored = versions.iter().find(|v| v.at("storage").as_bool() == Some(true));
        resource_of(&self.value, stored.unwrap_or(&self.version).at("name").text())
    }

    fn schema(&self) -> &Value {
        self.version.at_path(&["schema", "openAPIV3Schema"])
    }

    fn keeps_unknown(&self) -> bool {
        self.value.at_path(&["spec", "preserveUnknownFields"]).as_bool() == Some(true)
    }

    /// Whether the status is written by itself.
    pub fn has_status(&self) -> bool {
        !self.version.at_path(&["subresources", "status"]).is_null()
    }

    /// Where the numbers of its `scale` are, if it has one.
    pub fn scale(&self) -> Option<ScalePaths> {
        let scale = self.version.at_path(&["subresources", "scale"]);
        let path = |key: &str| -> Vec<Str> {
            let path = scale.at(key).text().trim_start_matches('.');
            path.split('.').filter(|step| !step.is_empty()).map(Str::from).collect()
        };
        (!scale.is_null()).then(|| ScalePaths {
            wanted: path("specReplicasPath"),
            actual: path("statusReplicasPath"),
            selector: path("labelSelectorPath"),
        })
    }

    /// Reads what a client wrote: what the schema does not know is dropped and noted, and what has
    /// a default and is missing is filled in.
    ///
    /// # Errors
    ///
    /// That it is of another kind or version, or that its metadata are of wrong types.
    pub fn decode(&self, resource: Resource, value: &Value) -> Result<Decoded, Status> {
        let (given, expected) = (value.at("apiVersion").text(), resource.api_version());
        if given != expected {
            return Err(Status::bad_request(format!(
                "the API version in the data ({given}) does not match the expected API version \
                 ({expected})"
            )));
        }
        let mut decoded = decode::examine(resource.ty(), value);
        if let Some(mistake) = decoded.mistake() {
            return Err(Status::bad_request(decode::cannot_be_handled(resource, &mistake.text)));
        }
        if !self.keeps_unknown() {
            decoded.unknown.extend(schema::prune(self.schema(), &mut decoded.value));
        }
        schema::default(self.schema(), &mut decoded.value);
        Ok(decoded)
    }

    /// What is wrong with an object that is to take the place of `old`, if there is one. Rules are
    /// for what has the right shape.
    pub fn validate(&self, object: &Value, old: Option<&Value>) -> Vec<Cause> {
        let causes = validate::validate(self.schema(), object);
        if causes.is_empty() { rules::broken(self.schema(), object, old) } else { causes }
    }

    /// Prepares an object that is to be created. Models customResourceStrategy PrepareForCreate.
    pub fn prepare_create(&self, object: &mut Value) {
        *object.entry_path(&["metadata", "generation"]) = 1.into();
        if self.has_status() {
            object.make_map().remove("status");
        }
    }

    /// Prepares an object that is to replace another. Models PrepareForUpdate.
    pub fn prepare_update(&self, object: &mut Value, old: &Value) {
        let counted = |value: &Value| -> Value {
            let fields = value.as_map().into_iter().flat_map(Fields::iter);
            let is_counted =
                |key: &str| key != "metadata" && (key != "status" || !self.has_status());
            let counted = fields.filter(|(key, _)| is_counted(key));
            counted.map(|(key, value)| (key.clone(), value.clone())).collect::<Fields>().into()
        };
        if self.has_status() {
            match old.at("status") {
                Value::Null => _ = object.make_map().remove("status"),
                status => *object.entry("status") = status.clone(),
            }
        }
        let generation = old.at_path(&["metadata", "generation"]).as_int().unwrap_or(0);
        let grows = !semantically_equal(&counted(object), &counted(old));
        *object.entry_path(&["metadata", "generation"]) = (generation + i64::from(grows)).into();
    }

    /// Prepares an object whose status is to replace another's. Models statusStrategy.
    pub fn prepare_status_update(object: &mut Value, old: &Value) {
        let status = object.at("status").clone();
        *object = old.clone();
        match status {
            Value::Null => _ = object.make_map().remove("status"),
            status => *object.entry("status") = status,
        }
    }
}
