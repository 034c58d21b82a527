//! Files that describe objects: found, read, and each object given its resource and namespace.
//!
//! Models cli-runtime/pkg/resource visitor.go, mapper.go and kubectl's validation of what every
//! object must have. What a field may hold is the server's to say.

use super::error::Error;
use super::flags::Flags;
use super::refused;
use super::script::Env;
use crate::api::labels::Selector;
use crate::api::rpc::FieldValidation;
use crate::api::{Codec, Key, Resource, Str, StrMap, Value, quote};
use crate::manifest;

/// An object as a file describes it.
#[derive(Clone, PartialEq, Debug)]
pub struct Manifest {
    /// Its resource.
    pub resource: Resource,
    /// Its name and namespace; the name may be empty.
    pub key: Key,
    /// The object, its namespace filled in.
    pub value: Value,
    /// The file.
    pub source: Str,
}

/// What files are read for.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// What is done about fields that are unknown; without it nothing is checked.
    pub validation: Option<FieldValidation>,
    /// Whether the objects stay as they are, without a namespace of their own.
    pub is_local: bool,
    /// Which objects are meant.
    pub selector: &'a Selector,
}

/// Lists may hold lists: no deeper than this.
const NESTED_MAX: usize = 8;
const EXTENSIONS: [&str; 3] = [".json", ".yaml", ".yml"];

/// The objects that the files of `-f` describe, or why one cannot be read, in order. An error is
/// that the files themselves cannot be found. The flag says also whether one object is meant.
pub fn read(
    flags: &Flags,
    env: &Env,
    reading: Reading<'_>,
) -> Result<(Vec<Result<Manifest, Error>>, bool), Error> {
    if flags.is_given("kustomize") {
        return Err(match flags.text("kustomize") {
            _ if flags.is_given("filename") => {
                Error::plain("only one of -f or -k can be specified")
            }
            "." | "./" => refused::no_kustomization(),
            path => refused::not_a_folder(path),
        });
    }
    let (mut sources, mut errors) = (Vec::new(), Vec::new());
    for name in flags.list("filename") {
        match find(name, env) {
            Ok(found) => sources.extend(found),
            Err(error) => errors.push(error),
        }
    }
    if let Some(error) = Error::all(errors) {
        return Err(error);
    }
    let single = sources.len() == 1 && sources.iter().all(|(name, _)| name != "STDIN");
    let mut objects = Vec::new();
    for (source, text) in &sources {
        read_text(source, text, env, reading, &mut objects);
    }
    Ok((objects, single))
}

/// The files that `name` means, with their texts.
fn find(name: &str, env: &Env) -> Result<Vec<(Str, Str)>, Error> {
    if name == "-" {
        let text = env.stdin.clone().unwrap_or_default();
        return Ok(vec![(Str::new_static("STDIN"), text)]);
    }
    if name.starts_with("http://") || name.starts_with("https://") {
        let text = format!("unable to read URL {}, the simulation has no internet", quote(name));
        return Err(Error::plain(text));
    }
    let path = name.strip_prefix("./").unwrap_or(name);
    if let Some(text) = env.files.get(path) {
        return Ok(vec![(name.into(), text.clone())]);
    }
    let all = env.files.iter().map(|(file, text)| (file.clone(), text.clone()));
    if matches!(name, "." | "./") {
        let is_manifest = |file: &Str| EXTENSIONS.iter().any(|ending| file.ends_with(ending));
        let found: Vec<_> = all.filter(|(file, _)| is_manifest(file)).collect();
        return match found.is_empty() {
            false => Ok(found),
            true => Err(Error::plain(format!(
                "error reading [{name}]: recognized file extensions are [.json .yaml .yml]"
            ))),
        };
    }
    let found: Vec<_> =
        all.filter(|(file, _)| crate::terminal::shell::glob::matches(path, file)).collect();
    if found.is_empty() {
        return Err(Error::plain(format!("the path {} does not exist", quote(name))));
    }
    Ok(found)
}

fn read_text(
    source: &str,
    text: &str,
    env: &Env,
    reading: Reading<'_>,
    objects: &mut Vec<Result<Manifest, Error>>,
) {
    let (documents, error) = manifest::read(text);
    for document in documents {
        let before = objects.len();
        object(&document.value, (source, env), reading, 0, objects);
        for object in &mut objects[before..] {
            if !reading.is_local
                && let Ok(manifest) = object
                && let Err(error) = manifest.place(env)
            {
                *object = Err(error);
            }
        }
    }
    if let Some(error) = error {
        let text = format!("error parsing {source}: {}", error.message);
        objects.push(Err(Error::plain(text)));
    }
}

/// Reads one object, or the objects of a list.
fn object(
    value: &Value,
    (source, env): (&str, &Env),
    reading: Reading<'_>,
    nested: usize,
    objects: &mut Vec<Result<Manifest, Error>>,
) {
    if let Err(error) = check(value, source, reading.validation) {
        return objects.push(Err(error));
    }
    let (api_version, kind) = (value.at("apiVersion").text(), value.at("kind").text());
    if matches!(value.at("items"), Value::List(_)) && nested < NESTED_MAX {
        for item in value.at("items").items() {
            let item = item_of(item, api_version, kind);
            object(&item, (source, env), reading, nested + 1, objects);
        }
        return;
    }
    let meta = value.at("metadata");
    let (name, namespace) = (meta.at("name").text(), meta.at("namespace").text());
    let Some(resource) = resource_of(api_version, kind, env) else {
        if nested > 0 {
            let (kind, version) = (quote(kind), quote(api_version));
            return objects.push(Err(env.unknown(Error::plain(format!(
                "unable to recognize no matches for kind {kind} in version {version}"
            )))));
        }
        let [name, namespace, source, kind, version] =
            [name, namespace, source, kind, api_version].map(quote);
        return objects.push(Err(env.unknown(Error::plain(format!(
            "resource mapping not found for name: {name} namespace: {namespace} from {source}: no \
             matches for kind {kind} in version {version}\nensure CRDs are installed first"
        )))));
    };
    if reading.selector.matches(&StrMap::load(meta.at("labels"))) {
        let (key, value) = (Key::new(namespace, name), value.clone());
        objects.push(Ok(Manifest { resource, key, value, source: source.into() }));
    }
}

/// An item of a list. In a list of one kind items need not say what they are.
/// Models UnstructuredList decoding, apis/meta/v1/unstructured/helpers.go decodeToList.
fn item_of(item: &Value, api_version: &str, list: &str) -> Value {
    let mut item = item.clone();
    if let Some(kind) = list.strip_suffix("List").filter(|kind| !kind.is_empty())
        && item.at("kind").text().is_empty()
        && item.at("apiVersion").text().is_empty()
    {
        *item.entry("kind") = kind.into();
        *item.entry("apiVersion") = api_version.into();
    }
    item
}

/// The resource of a kind, which may be written in small letters as well.
fn resource_of(api_version: &str, kind: &str, env: &Env) -> Option<Resource> {
    let exact = Resource::of_kind(api_version, kind);
    let is_it = |r: &Resource| r.info().kind == kind && r.api_version() == api_version;
    let exact = exact.or_else(|| env.custom().map(|served| served.resource).find(is_it));
    exact.or_else(|| {
        let is_small = |resource: &Resource| resource.info().kind.to_lowercase() == kind;
        Resource::all().find(|r| is_small(r) && r.api_version() == api_version)
    })
}

/// Whether a value can be an object at all. Models ParamVerifyingSchema and the decoder behind it.
fn check(value: &Value, source: &str, validation: Option<FieldValidation>) -> Result<(), Error> {
    let source = quote(source);
    if validation.is_some_and(|validation| validation != FieldValidation::Ignore) {
        let mut missing = Vec::new();
        for field in ["apiVersion", "kind"] {
            match value.at(field) {
                _ if value.as_map().is_none() => {}
                Value::Null => missing.push(format!("{field} not set")),
                Value::Str(_) => {}
                _ => missing.push(format!("{field} isn't string type")),
            }
        }
        if value.as_map().is_none() {
            missing.push("invalid object to validate".into());
        }
        if !missing.is_empty() {
            let what = match &missing[..] {
                [one] => one.clone(),
                many => format!("[{}]", many.join(", ")),
            };
            return Err(Error::plain(format!(
                "error validating {source}: error validating data: {what}; if you choose to \
                 ignore these errors, turn validation off with --validate=false"
            )));
        }
    }
    if value.at("kind").text().is_empty() {
        let json = value.to_json();
        return Err(Error::plain(format!(
            "unable to decode {source}: Object 'Kind' is missing in '{json}'"
        )));
    }
    Ok(())
}

impl Manifest {
    /// Gives the object the namespace that is meant. Models SetNamespace, RequireNamespace and
    /// FilterNamespace.
    fn place(&mut self, env: &Env) -> Result<(), Error> {
        let globals = &env.globals;
        let own = self.key.namespace();
        if !self.resource.info().namespaced {
            if !own.is_empty() {
                self.value.entry("metadata").make_map().remove("namespace");
            }
            self.key = Key::new("", self.key.name());
            return Ok(());
        }
        if own.is_empty() {
            *self.value.entry_path(&["metadata", "namespace"]) = globals.namespace.clone().into();
            self.key = Key::new(&globals.namespace, self.key.name());
        } else if globals.namespace_given && own != globals.namespace {
            return Err(Error::plain(format!(
                "the namespace from the provided object {} does not match the namespace {}. You \
                 must pass '--namespace={own}' to perform this operation.",
                quote(own),
                quote(&globals.namespace),
            )));
        }
        Ok(())
    }

    /// The name and namespace of `object`, which was made of it: the server may have made the name.
    pub fn key_of(&self, object: &Value) -> Key {
        match object.at_path(&["metadata", "name"]).text() {
            "" => self.key.clone(),
            name => Key::new(self.key.namespace(), name),
        }
    }

    /// What error messages say about it. Models resource.Info String.
    pub fn describe(&self) -> String {
        let info = self.resource.info();
        let version = self.resource.api_version();
        let group_version =
            if info.group.is_empty() { format!("/{}", info.version) } else { version };
        let (plural, kind) = (info.plural, info.kind);
        let (name, namespace) = (quote(self.key.name()), quote(self.key.namespace()));
        format!(
            "Resource: \"{group_version}, Resource={plural}\", GroupVersionKind: \
             \"{group_version}, Kind={kind}\"\nName: {name}, Namespace: {namespace}"
        )
    }
}
