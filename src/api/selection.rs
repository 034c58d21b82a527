//! Which objects of a resource a list, a watch or a deletion is about.
//!
//! Models apimachinery/pkg/apis/meta/v1 ListOptions as far as it selects.

use super::labels::{FieldSelector, Selector};
use super::paging::Version;
use super::{Object, Resource, Str};

/// Which objects of a resource are meant.
#[derive(Clone, PartialEq, Debug)]
pub struct Selection {
    /// The resource.
    pub resource: Resource,
    /// The namespace; empty for all.
    pub namespace: Str,
    /// By label.
    pub labels: Selector,
    /// By field.
    pub fields: FieldSelector,
    /// As of when.
    pub version: Version,
    /// How many at most; 0 for all.
    pub limit: u64,
    /// Where an earlier answer to the same selection stopped; empty to begin.
    pub continuation: Str,
}

impl Selection {
    /// Every object of `resource`.
    pub fn all(resource: Resource) -> Self {
        Self {
            resource,
            namespace: Str::default(),
            labels: Selector::everything(),
            fields: FieldSelector::default(),
            version: Version::Newest,
            limit: 0,
            continuation: Str::default(),
        }
    }

    /// Whether `object`, of this resource, is meant.
    pub fn matches(&self, object: &Object) -> bool {
        (self.namespace.is_empty() || object.namespace() == self.namespace)
            && self.labels.matches(&object.meta().labels)
            && self.fields.matches(object)
    }

    /// Whether every object of the resource is meant.
    pub fn is_everything(&self) -> bool {
        self.namespace.is_empty() && self.labels.is_everything() && self.fields.is_everything()
    }
}
