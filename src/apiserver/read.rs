//! Reading: one object, or all that are selected, as objects or as a table for people.

use super::{Apiserver, printers};
use crate::api::labels::Selector;
use crate::api::rpc::{Answer, Part, Request, Selection};
use crate::api::types::LabelSelector;
use crate::api::{Codec, Object, Reason, Resource, Status, StrMap, Timestamp, Value};
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
        if part == Part::Scale && scale_of(object).is_none() {
            return Err(no_such_part());
        }
        if request.as_table {
            let table = printers::table(object.resource(), [object], now);
            return Ok(Answer::Table(table.into()));
        }
        Ok(part_of(object, part))
    }
}

/// An object, or what stands for a part of it.
pub fn part_of(object: &Object, part: Part) -> Answer {
    match part {
        Part::Scale => scale_of(object).map_or(Answer::Done, Answer::Value),
        Part::Main | Part::Status | Part::Finalize => Answer::Object(object.clone()),
    }
}

/// The refusal where a resource has no such part.
pub fn no_such_part() -> Status {
    Status::new(404, Reason::NotFound, "the server could not find the requested resource")
}

/// The `Scale` of a workload; `None` for what has none. Models pkg/registry/apps/*/storage
/// scaleFromDeployment and its siblings.
pub fn scale_of(object: &Object) -> Option<Value> {
    if !object.resource().info().subresources.contains(&"scale") {
        return None;
    }
    let value = object.to_value();
    let wanted = value.at_path(&["spec", "replicas"]).as_int();
    let actual = value.at_path(&["status", "replicas"]).as_int().unwrap_or(0);
    let selector = value.at_path(&["spec", "selector"]);
    let selector = match object.resource() {
        Resource::REPLICATIONCONTROLLERS => Selector::from_map(&StrMap::load(selector)),
        _ => Selector::from(&LabelSelector::load(selector)),
    };
    let meta = object.meta();
    let created = meta.creation_timestamp.unwrap_or(Timestamp(0)).to_string();
    let mut status = Value::map([("replicas", Value::from(actual))]);
    if !selector.is_everything() {
        *status.entry("selector") = selector.to_string().into();
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
