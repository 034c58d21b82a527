//! The life of a definition: its names are accepted, it is established, and its objects go before
//! it does.
//!
//! Models the controllers of apiextensions-apiserver/pkg/controller: status (names), establish and
//! finalizer. Every apiserver runs them; whoever comes second finds nothing left to do.

use std::sync::Arc;

use super::{DEFINITIONS, is_so, resource_of};
use crate::api::rpc::{
    Call, DeleteOptions, FieldValidation, Part, Payload, Request, Selection, Version,
};
use crate::api::{Change, List, Object, Str, Timestamp, Value};
use crate::apiserver::cache::WatchCache;
use crate::apiserver::jobs::Job;
use crate::apiserver::{Apiserver, Out};
use crate::sim::Time;

/// What keeps a definition until its objects are gone.
pub const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";

impl Apiserver {
    /// Sees to definitions that have changed, and to those of objects that have gone.
    pub(in crate::apiserver) fn tend_definitions(
        &mut self,
        changes: &[Arc<Change>],
        out: &mut Out,
    ) {
        for change in changes {
            let object = change.object();
            let resource = object.resource();
            if resource == DEFINITIONS {
                if let Some(object) = &change.after {
                    self.tend(&object.clone(), out);
                }
            } else if resource.is_custom() && change.after.is_none() {
                let key = crate::api::Key::new("", &resource.qualified());
                if let Some(object) = self.cache.get(DEFINITIONS, &key).cloned() {
                    self.tend(&object, out);
                }
            }
        }
    }

    /// Sees to all definitions there are.
    pub(in crate::apiserver) fn tend_all_definitions(&mut self, out: &mut Out) {
        let all = self.cache.collection(DEFINITIONS).cloned().unwrap_or_default();
        all.iter().for_each(|object| self.tend(object, out));
    }

    fn tend(&mut self, object: &Object, out: &mut Out) {
        let value = object.to_value();
        if object.meta().is_deleting() {
            if object.meta().finalizers.iter().any(|own| own == CLEANUP) {
                self.clean_up(object, value, out);
            }
            return;
        }
        let mut told = value.clone();
        accept_names(&self.cache, &mut told, out.now());
        if told != value {
            self.write_definition(told, Part::Status, out);
        }
    }

    /// Deletes what is left of a definition's objects, and lets it go when nothing is.
    fn clean_up(&mut self, object: &Object, mut value: Value, out: &mut Out) {
        let stored = value.at_path(&["spec", "versions"]).items().iter();
        let stored = stored.filter(|version| version.at("storage").as_bool() == Some(true));
        let stored = stored.map(|version| resource_of(&value, version.at("name").text())).next();
        if let Some(resource) = stored
            && let Some(left) = self.cache.collection(resource).filter(|left| !left.is_empty())
        {
            // What is going already goes when those who hold it let go.
            if left.iter().all(|object| object.meta().is_deleting()) {
                return;
            }
            let selection = Selection { version: Version::Any, ..Selection::all(resource) };
            let options = DeleteOptions::default();
            return self.ask_oneself(Call::DeleteCollection { selection, options }, out);
        }
        let others = object.meta().finalizers.iter().filter(|own| *own != CLEANUP);
        let others: Value = others.map(|own| Value::Str(own.clone())).collect();
        *value.entry_path(&["metadata", "finalizers"]) = others;
        self.write_definition(value, Part::Main, out);
    }

    fn write_definition(&mut self, value: Value, part: Part, out: &mut Out) {
        let key = crate::api::Key::new("", value.at_path(&["metadata", "name"]).text());
        let body = Payload::Text(value);
        self.ask_oneself(Call::Update { resource: DEFINITIONS, key, part, body }, out);
    }

    /// Makes a request of its own.
    fn ask_oneself(&mut self, call: Call, out: &mut Out) {
        let request = Request {
            user: Str::new_static("system:apiserver"),
            agent: Str::new_static("kube-apiserver"),
            groups: List::default(),
            manager: Str::default(),
            call,
            dry_run: false,
            field_validation: FieldValidation::Ignore,
            as_table: false,
        };
        self.begin(Job::new(None, Arc::new(request), out.now()), out);
    }
}

/// Says that a definition is going. Models customresourcedefinition/etcd.go Delete.
pub fn mark_deleted(definition: &mut Value, now: Time) {
    let why =
        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
    condition(definition, "Terminating", (true, "InstanceDeletionPending", why), now);
}

/// Accepts the names that nobody else has, and establishes a definition whose names all are.
/// Models NamingConditionController calculateNamesAndConditions.
fn accept_names(cache: &WatchCache, definition: &mut Value, now: Time) {
    let names = definition.at_path(&["spec", "names"]).clone();
    let conflict = conflict(cache, definition, &names);
    match &conflict {
        None => {
            *definition.entry_path(&["status", "acceptedNames"]) = names;
            let accepted = (true, "NoConflicts", "no conflicts found");
            condition(definition, "NamesAccepted", accepted, now);
            let established =
                (true, "InitialNamesAccepted", "the initial names have been accepted");
            condition(definition, "Established", established, now);
        }
        Some((reason, message)) => {
            condition(definition, "NamesAccepted", (false, reason, message), now);
            if !is_so(definition, "Established") {
                let waits = (false, "NotAccepted", "not all names are accepted");
                condition(definition, "Established", waits, now);
            }
        }
    }
}

/// A name that another definition of the group has been given already.
fn conflict(
    cache: &WatchCache,
    definition: &Value,
    names: &Value,
) -> Option<(&'static str, String)> {
    let own = definition.at_path(&["metadata", "name"]).text();
    let group = definition.at_path(&["spec", "group"]);
    let all = cache.collection(DEFINITIONS).into_iter().flat_map(|all| all.iter());
    let others = all.filter(|other| other.name() != own).map(Object::to_value);
    let others = others.filter(|other| other.at_path(&["spec", "group"]) == group);
    let taken: Vec<Value> =
        others.map(|other| other.at_path(&["status", "acceptedNames"]).clone()).collect();
    let is_taken = |name: &str| {
        taken.iter().any(|names| {
            names.at("plural").text() == name
                || names.at("singular").text() == name
                || names.at("shortNames").items().iter().any(|short| short.text() == name)
        })
    };
    let is_kind = |name: &str| {
        taken.iter().any(|n| n.at("kind").text() == name || n.at("listKind").text() == name)
    };
    let words = [("plural", "PluralConflict"), ("singular", "SingularConflict")];
    for (field, reason) in words {
        let name = names.at(field).text();
        if is_taken(name) {
            return Some((reason, in_use(name)));
        }
    }
    let short = names.at("shortNames").items().iter().find(|name| is_taken(name.text()));
    if let Some(name) = short {
        return Some(("ShortNamesConflict", in_use(name.text())));
    }
    for (field, reason) in [("kind", "KindConflict"), ("listKind", "ListKindConflict")] {
        let name = names.at(field).text();
        if is_kind(name) {
            return Some((reason, in_use(name)));
        }
    }
    None
}

fn in_use(name: &str) -> String {
    format!("{} is already in use", crate::api::quote(name))
}

/// Puts a condition in, as of when it became so. Models SetCRDCondition.
fn condition(
    definition: &mut Value,
    kind: &str,
    (is_so, reason, message): (bool, &str, &str),
    now: Time,
) {
    let status = if is_so { "True" } else { "False" };
    let conditions = definition.entry_path(&["status", "conditions"]).make_list();
    let at = conditions.iter().position(|own| own.at("type").text() == kind);
    let since = at.map(|at| &conditions[at]).filter(|own| own.at("status").text() == status);
    let since = since.map(|own| own.at("lastTransitionTime").clone());
    let condition = Value::map([
        ("lastTransitionTime", since.unwrap_or_else(|| Timestamp::at(now).to_string().into())),
        ("message", message.into()),
        ("reason", reason.into()),
        ("status", status.into()),
        ("type", kind.into()),
    ]);
    match at {
        Some(at) => conditions[at] = condition,
        None => conditions.push(condition),
    }
}
