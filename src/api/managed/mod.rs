//! Who manages which fields of an object: `metadata.managedFields`, and server-side apply.
//!
//! Models sigs.k8s.io/structured-merge-diff and apimachinery/pkg/util/managedfields. Pure: objects
//! and managers give managers, or the conflict in which it ends. Invariant: a field that one
//! manager changes is taken from all others, and what applying leaves out of an object is what its
//! manager alone had put in.

mod set;
mod shape;
mod walk;

use std::collections::BTreeMap;

pub use set::FieldSet;

use super::{Cause, Reason, Resource, Status, Str, Timestamp, Value, quote};
use crate::sim::Time;
use shape::Shape;
use walk::Comparison;

/// Who makes a change, and by which door.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Manager {
    /// Its name, such as `kubectl-client-side-apply`.
    pub name: Str,
    /// Whether it applies; otherwise it updates.
    pub applies: bool,
    /// The part of the object it writes to; empty for all of it.
    pub subresource: &'static str,
}

/// The fields one manager has.
#[derive(Clone, PartialEq, Debug)]
struct Entry {
    manager: Str,
    applies: bool,
    api_version: Str,
    subresource: Str,
    time: Option<Str>,
    fields: FieldSet,
}

/// All managers of one object.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Managers(Vec<Entry>);

/// What is applied, and how.
#[derive(Clone, Copy, Debug)]
pub struct Apply<'a> {
    /// What the applier wants of the object.
    pub config: &'a Value,
    /// Whether fields of others are taken over.
    pub force: bool,
    /// What `kubectl apply` applied when it still was the client who did so: what still is as it
    /// says may be taken over.
    pub last_applied: Option<&'a Value>,
}

/// What came of applying.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The object as it is to be.
    pub object: Value,
    /// Who manages it then.
    pub managers: Managers,
}

/// The metadata that nobody manages. Models stripFields.
const STRIPPED: [&[&str]; 8] = [
    &["f:apiVersion"],
    &["f:kind"],
    &["f:metadata", "f:name"],
    &["f:metadata", "f:namespace"],
    &["f:metadata", "f:creationTimestamp"],
    &["f:metadata", "f:uid"],
    &["f:metadata", "f:generation"],
    &["f:metadata", "f:resourceVersion"],
];

impl Managers {
    /// Reads `metadata.managedFields`.
    pub fn load(list: &Value) -> Self {
        Self(list.items().iter().map(Entry::load).collect())
    }

    /// The list as it is stored: appliers first, the oldest of each first.
    pub fn to_value(&self) -> Value {
        let mut sorted: Vec<&Entry> = self.0.iter().collect();
        sorted.sort_by(|a, b| a.order().cmp(&b.order()));
        sorted.into_iter().map(Entry::dump).collect()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes that `by` made `new` of `old`. Models managedfields updateManager Update.
    pub fn update(
        &mut self,
        resource: Resource,
        by: &Manager,
        old: &Value,
        new: &Value,
        now: Time,
    ) {
        let changes = compared(resource, old, new, by);
        let taken = changes.modified.union(&changes.added);
        for entry in &mut self.0 {
            entry.fields = entry.fields.without(&taken).without(&changes.removed);
        }
        let own = taken.without(&changes.removed);
        if !own.is_empty() {
            let entry = self.entry(resource, by);
            entry.fields = entry.fields.union(&own);
            entry.time = Some(Timestamp::at(now).to_string().into());
        }
        self.0.retain(|entry| !entry.fields.is_empty());
    }

    /// Applies something to `live` as `by`.
    ///
    /// # Errors
    ///
    /// The fields that others manage and that would change. Models Updater.Apply.
    pub fn apply(
        &self,
        resource: Resource,
        by: &Manager,
        live: &Value,
        apply: Apply<'_>,
        now: Time,
    ) -> Result<Applied, Status> {
        let shape = Shape::of(resource);
        let merged = walk::merged(live, apply.config, shape);
        let set = stripped(walk::set_of(apply.config, shape), resource, by);
        let mut managers = self.clone();
        let entry = managers.entry(resource, by);
        let last = std::mem::replace(&mut entry.fields, set);
        let kept = managers.0.iter().fold(FieldSet::default(), |all, e| all.union(&e.fields));
        let dropped = last.with_parents().without(&kept.with_parents());
        let object = walk::removed(&merged, &dropped, shape);
        let changes = compared(resource, live, &object, by);
        let taken = changes.modified.union(&changes.added);
        let mut conflicts = Vec::new();
        for entry in managers.0.iter_mut().filter(|entry| !entry.is(by)) {
            let clash = entry.fields.intersection(&taken);
            if !clash.is_empty() {
                conflicts.push((entry.describe(), clash));
            }
            entry.fields = entry.fields.without(&taken).without(&changes.removed);
        }
        let forgiven = apply.last_applied.map(|last| unchanged(resource, last, live));
        let unforgiven = |(_, clash): &(String, FieldSet)| {
            forgiven.as_ref().is_none_or(|ok| !clash.without(ok).is_empty())
        };
        if !apply.force && conflicts.iter().any(unforgiven) {
            return Err(refusal(resource, live, &conflicts));
        }
        if !changes.is_empty() {
            managers.entry(resource, by).time = Some(Timestamp::at(now).to_string().into());
        }
        managers.0.retain(|entry| !entry.fields.is_empty());
        Ok(Applied { object, managers })
    }

    fn entry(&mut self, resource: Resource, by: &Manager) -> &mut Entry {
        let at = self.0.iter().position(|entry| entry.is(by)).unwrap_or_else(|| {
            self.0.push(Entry {
                manager: by.name.clone(),
                applies: by.applies,
                api_version: resource.api_version().into(),
                subresource: Str::new_static(by.subresource),
                time: None,
                fields: FieldSet::default(),
            });
            self.0.len() - 1
        });
        &mut self.0[at]
    }
}

impl Entry {
    fn load(value: &Value) -> Self {
        let text = |field: &str| Str::from(value.at(field).text());
        Self {
            manager: text("manager"),
            applies: value.at("operation").text() == "Apply",
            api_version: text("apiVersion"),
            subresource: text("subresource"),
            time: value.at("time").as_str().map(Str::from),
            fields: FieldSet::load(value.at("fieldsV1")),
        }
    }

    fn dump(&self) -> Value {
        let operation = if self.applies { "Apply" } else { "Update" };
        let mut value = Value::map([
            ("apiVersion", Value::from(self.api_version.clone())),
            ("fieldsType", "FieldsV1".into()),
            ("fieldsV1", self.fields.dump()),
            ("manager", self.manager.clone().into()),
            ("operation", operation.into()),
        ]);
        if !self.subresource.is_empty() {
            *value.entry("subresource") = self.subresource.clone().into();
        }
        if let Some(time) = &self.time {
            *value.entry("time") = time.clone().into();
        }
        value
    }

    /// Models sortEncodedManagedFields.
    fn order(&self) -> (bool, &Option<Str>, &str, &str, &str) {
        (!self.applies, &self.time, &self.manager, &self.api_version, &self.subresource)
    }

    fn is(&self, by: &Manager) -> bool {
        self.manager == by.name && self.applies == by.applies && self.subresource == by.subresource
    }

    /// Models printManager.
    fn describe(&self) -> String {
        let mut text = quote(&self.manager);
        if !self.subresource.is_empty() {
            text += &format!(" with subresource {}", quote(&self.subresource));
        }
        if !self.applies {
            text += &format!(" using {}", self.api_version);
        }
        text
    }
}

/// The list with what `from` updates given to `to`, which applies; `None` where there is nothing
/// of that kind. Models client-go/util/csaupgrade UpgradeManagedFields.
pub fn upgraded(list: &Value, from: &str, to: &str) -> Option<Value> {
    let mut managers = Managers::load(list);
    let is_old = |e: &Entry| e.manager == from && !e.applies && e.subresource.is_empty();
    let at = managers.0.iter().position(is_old)?;
    let old = managers.0.remove(at);
    let is_new = |e: &&mut Entry| e.manager == to && e.applies && e.subresource.is_empty();
    match managers.0.iter_mut().find(is_new) {
        Some(entry) => entry.fields = entry.fields.union(&old.fields),
        None => managers.0.push(Entry { manager: to.into(), applies: true, ..old }),
    }
    Some(managers.to_value())
}

/// What changed, as far as `by` can manage it.
fn compared(resource: Resource, old: &Value, new: &Value, by: &Manager) -> Comparison {
    let changes = walk::compare(old, new, Shape::of(resource));
    let strip = |set: FieldSet| stripped(set, resource, by);
    Comparison {
        added: strip(changes.added),
        modified: strip(changes.modified),
        removed: strip(changes.removed),
    }
}

/// The fields without those that nobody manages, and without the status where it is written by
/// itself. Models stripMetaManager and the strategies' GetResetFields.
fn stripped(mut set: FieldSet, resource: Resource, by: &Manager) -> FieldSet {
    for path in STRIPPED {
        set.forget(path);
    }
    set.forget(&["f:metadata", "f:managedFields"]);
    if by.subresource == "status" {
        set.forget(&["f:spec"]);
    } else if resource.info().subresources.contains(&"status") {
        set.forget(&["f:status"]);
    }
    // The metadata itself is there always.
    set.dismiss(&["f:metadata"]);
    set
}

/// The fields of `applied` that `live` still has as it says.
/// Models allowedConflictsFromLastApplied.
fn unchanged(resource: Resource, applied: &Value, live: &Value) -> FieldSet {
    let shape = Shape::of(resource);
    let changes = walk::compare(applied, live, shape);
    walk::set_of(applied, shape).without(&changes.modified).without(&changes.removed)
}

/// The annotation in which a client remembers what it applied.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Models NewConflictError.
fn refusal(resource: Resource, live: &Value, conflicts: &[(String, FieldSet)]) -> Status {
    let mut by_manager: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (manager, clash) in conflicts {
        by_manager.entry(manager).or_default().extend(clash.paths());
    }
    let count: usize = by_manager.values().map(Vec::len).sum();
    let causes = by_manager.iter().flat_map(|(manager, paths)| {
        paths.iter().map(move |path| Cause {
            reason: "FieldManagerConflict".into(),
            message: format!("conflict with {manager}").into(),
            field: path.as_str().into(),
        })
    });
    let causes = causes.collect();
    let message = if count == 1 {
        let (manager, paths) = by_manager.iter().next().expect("there is one");
        format!("Apply failed with 1 conflict: conflict with {manager}: {}", paths[0])
    } else {
        let one = |(manager, paths): (&&str, &Vec<String>)| {
            let paths: String = paths.iter().map(|path| format!("\n- {path}")).collect();
            format!("conflicts with {manager}:{paths}")
        };
        let all: Vec<_> = by_manager.iter().map(one).collect();
        format!("Apply failed with {count} conflicts: {}", all.join("\n"))
    };
    let name = live.at_path(&["metadata", "name"]).text();
    let status = Status::new(409, Reason::Conflict, message).about(resource, name);
    Status { causes, ..status }
}

#[cfg(test)]
mod tests;
