//! Reading: one object, or all that are selected, as objects or as a table for people.

use super::cache::WatchCache;
use super::custom::{Definition, ScalePaths};
use super::{Apiserver, printers};
use crate::api::labels::Selector;
use crate::api::rpc::{Answer, Part, Request, Selection, Table};
use crate::api::types::LabelSelector;
use crate::api::{Codec, Object, Reason, Resource, Status, Str, StrMap, Timestamp, Value};
use crate::sim::Time;

impl Apiserver {
    /// The objects that are selected, in order.
    pub(super) fn selected(&self, selection: &Selection) -> Vec<Object> {
        let collection = self.cache.collection(selection.resource);
        let candidates = collection.into_iter().flat_map(|c| c.in_namespace(&selection.namespace));
        candidates.filter(|object| selection.matches(object)).cloned().collect()
    }

    /// One object, or a part of it, as it was asked for.
    pub(super) fn show(
        &self,
        request: &Request,
        object: &Object,
        part: Part,
        now: Time,
    ) -> Result<Answer, Status> {
        if part == Part::Scale && scale_of(&self.cache, object).is_none() {
            return Err(no_such_part());
        }
        if request.as_table {
            let table = self.table(object.resource(), [object], now);
            return Ok(Answer::Table(table.into()));
        }
        Ok(part_of(&self.cache, object, part))
    }

    /// The table that shows `objects`, all of `resource`, at `now`.
    pub(super) fn table<'a>(
        &self,
        resource: Resource,
        objects: impl IntoIterator<Item = &'a Object>,
        now: Time,
    ) -> Table {
        match Definition::of(&self.cache, resource) {
            Some(definition) => definition.table(resource, objects, now),
            None => printers::table(resource, objects, now),
        }
    }
}

/// An object, or what stands for a part of it.
pub fn part_of(cache: &WatchCache, object: &Object, part: Part) -> Answer {
    match part {
        Part::Scale => scale_of(cache, object).map_or(Answer::Done, Answer::Value),
        Part::Main | Part::Status | Part::Finalize => Answer::Object(object.clone()),
    }
}

/// The refusal where a resource has no such part.
pub fn no_such_part() -> Status {
    Status::new(404, Reason::NotFound, "the server could not find the requested resource")
}

/// Where a resource keeps what its `scale` shows; `None` where it has none.
pub fn scale_paths(cache: &WatchCache, resource: Resource) -> Option<ScalePaths> {
    if resource.is_custom() {
        return Definition::of(cache, resource)?.scale();
    }
    let path =
        |above: &'static str, name: &'static str| [above, name].map(Str::new_static).to_vec();
    resource.info().subresources.contains(&"scale").then(|| ScalePaths {
        wanted: path("spec", "replicas"),
        actual: path("status", "replicas"),
        selector: path("spec", "selector"),
    })
}

fn at_path<'a>(value: &'a Value, path: &[Str]) -> &'a Value {
    path.iter().fold(value, |value, key| value.at(key))
}

/// A selector as a scale tells it; empty when it selects everything.
fn told(selector: &Selector) -> Str {
    if selector.is_everything() { Str::default() } else { selector.to_string().into() }
}

/// The `Scale` of a workload; `None` for what has none. Models pkg/registry/apps/*/storage
/// scaleFromDeployment and its siblings.
pub fn scale_of(cache: &WatchCache, object: &Object) -> Option<Value> {
    let paths = scale_paths(cache, object.resource())?;
    let value = object.to_value();
    let number = |path: &[Str]| at_path(&value, path).as_int();
    let (wanted, actual) = (number(&paths.wanted), number(&paths.actual).unwrap_or(0));
    let selector = at_path(&value, &paths.selector);
    let selector = match object.resource() {
        custom if custom.is_custom() => selector.text().into(),
        Resource::REPLICATIONCONTROLLERS => told(&Selector::from_map(&StrMap::load(selector))),
        _ => told(&Selector::from(&LabelSelector::load(selector))),
    };
    let meta = object.meta();
    let created = meta.creation_timestamp.unwrap_or(Timestamp(0)).to_string();
    let mut status = Value::map([("replicas", Value::from(actual))]);
    if !selector.is_empty() {
        *status.entry("selector") = selector.into();
    }
    let mut spec = Value::map::<&str, 0>([]);
    if let Some(wanted) = wanted.filter(|&wanted| wanted != 0) {
        *spec.entry("replicas") = wanted.into();
    }
    Some(Value::map([
        ("apiVersion", "autoscaling/v1".into()),
        ("kind", "Scale".into()),
        (
            "metadata",
            Value::map([
                ("creationTimestamp", created.into()),
                ("name", meta.name.clone().into()),
                ("namespace", meta.namespace.clone().into()),
                ("resourceVersion", object.revision.to_string().into()),
                ("uid", meta.uid.to_string().into()),
            ]),
        ),
        ("spec", spec),
        ("status", status),
    ]))
}
