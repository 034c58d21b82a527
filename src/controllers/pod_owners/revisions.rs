//! ControllerRevisions: the templates an owner has had, one after another.
//!
//! Models pkg/controller/history and its use by DaemonSets and StatefulSets. Invariant: the newest
//! revision is the template as it is.

use crate::api::names::pod_template_hash;
use crate::api::rpc::{Call, DeleteOptions, Part, Payload};
use crate::api::types::{ObjectMeta, PodTemplateSpec};
use crate::api::{Codec, Object, Resource, Str, Value};
use crate::controllers::ownership::{adoption, controller_ref};

use super::{Sight, selector};

/// The label by which pods tell their revision.
pub const HASH_LABEL: &str = "controller-revision-hash";

/// The revisions of an owner, the oldest first.
pub struct Revisions {
    all: Vec<(i64, Object, Value)>,
    /// One that nobody owns any longer and that is the owner's by its labels.
    orphan: Option<Object>,
}

impl Revisions {
    /// Those the cache holds.
    pub fn of(sight: &Sight<'_>) -> Self {
        let owned = sight.caches.controlled_by(Resource::CONTROLLERREVISIONS, sight.owner.uid());
        let one = |object: &Object| {
            let value = object.to_value();
            (value.at("revision").as_int().unwrap_or(0), object.clone(), value)
        };
        let mut all: Vec<_> = owned.map(one).collect();
        all.sort_by_key(|(number, ..)| *number);
        let selector = selector(sight.value);
        let is_ours = |object: &&Object| {
            let labels = &object.meta().labels;
            object.meta().controller().is_none()
                && selector.as_ref().is_some_and(|selector| selector.matches(labels))
        };
        let there = sight.caches.of(Resource::CONTROLLERREVISIONS).objects();
        let orphan = there.in_namespace(sight.owner.namespace()).find(is_ours).cloned();
        Self { all, orphan }
    }

    /// The newest, if it is the template as it is; else what has to be done first.
    pub fn newest(&self, sight: &Sight<'_>, labels: &Value) -> Result<&Object, Box<Call>> {
        if let Some(orphan) = &self.orphan {
            return Err(Box::new(adoption(sight.owner, orphan)));
        }
        let mut template = sight.value.at_path(&["spec", "template"]).clone();
        *template.entry("$patch") = "replace".into();
        let data = Value::map([("spec", Value::map([("template", template)]))]);
        let next = self.all.last().map_or(0, |(number, ..)| *number) + 1;
        match self.all.iter().rposition(|(_, _, value)| *value.at("data") == data) {
            Some(at) if at + 1 == self.all.len() => Ok(&self.all[at].1),
            // An old one comes back.
            Some(at) => {
                let (_, object, value) = &self.all[at];
                let mut value = value.clone();
                *value.entry("revision") = next.into();
                let resource = Resource::CONTROLLERREVISIONS;
                let body = Object::load(resource, &value).at_revision(object.revision);
                let (key, body) = (object.key(), Payload::Object(body));
                Err(Box::new(Call::Update { resource, key, part: Part::Main, body }))
            }
            None => Err(Box::new(create(sight, labels, data, next))),
        }
    }

    /// The template of a revision; of one that is not known the template as it is.
    pub fn template<'a>(&'a self, name: &str, sight: &Sight<'a>) -> &'a Value {
        let found = self.all.iter().find(|(_, object, _)| object.name() == name);
        match found {
            Some((_, _, value)) => value.at_path(&["data", "spec", "template"]),
            None => sight.value.at_path(&["spec", "template"]),
        }
    }

    /// Deletes old ones that no pod is of, beyond so many.
    pub fn surplus(&self, sight: &Sight<'_>, kept: &[&str]) -> Vec<Call> {
        let limit = sight.value.at_path(&["spec", "revisionHistoryLimit"]).as_int().unwrap_or(10);
        let is_used = |object: &Object| {
            kept.contains(&object.name())
                || sight.pods.iter().any(|pod| revision_of(pod) == hash_of(object))
        };
        let unused: Vec<&Object> =
            self.all.iter().map(|(_, object, _)| object).filter(|o| !is_used(o)).collect();
        let count = unused.len().saturating_sub(limit.max(0) as usize);
        let delete = |object: &&Object| Call::Delete {
            resource: Resource::CONTROLLERREVISIONS,
            key: object.key(),
            options: DeleteOptions::default(),
        };
        unused[..count].iter().map(delete).collect()
    }
}

fn create(sight: &Sight<'_>, labels: &Value, data: Value, number: i64) -> Call {
    let template = PodTemplateSpec::load(sight.value.at_path(&["spec", "template"]));
    let collisions = sight.value.at_path(&["status", "collisionCount"]).as_int();
    let hash = pod_template_hash(&template, collisions.map(|count| count as i32));
    let name: Str = format!("{}-{hash}", sight.owner.name()).into();
    let meta = ObjectMeta {
        name: name.clone(),
        namespace: sight.owner.meta().namespace.clone(),
        owner_references: [controller_ref(sight.owner)].into(),
        labels: crate::api::StrMap::load(labels).with("controller.kubernetes.io/hash", hash),
        ..ObjectMeta::default()
    };
    let resource = Resource::CONTROLLERREVISIONS;
    let mut value =
        Value::map([("data", data), ("metadata", meta.dump()), ("revision", number.into())]);
    *value.entry("apiVersion") = resource.api_version().into();
    *value.entry("kind") = resource.info().kind.into();
    let namespace = sight.owner.meta().namespace.clone();
    Call::Create { resource, namespace, body: Payload::Object(Object::load(resource, &value)) }
}

/// What the pods of a revision are labelled with in DaemonSets: the last part of its name.
pub fn hash_of(revision: &Object) -> &str {
    revision.name().rsplit('-').next().unwrap_or_default()
}

/// The revision a pod is of: its hash, or its name in StatefulSets.
pub fn revision_of(pod: &Object) -> &str {
    let label = pod.meta().label(HASH_LABEL).unwrap_or_default();
    label.rsplit('-').next().unwrap_or_default()
}
