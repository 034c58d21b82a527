//! Resources that a cluster serves because a CustomResourceDefinition says so.
//!
//! Models what apiextensions-apiserver adds to discovery. A custom resource is the same resource
//! for as long as its group, version, kind, plural and scope are, none of which can change once it
//! is established; what can (short names, columns, schema) is asked of its definition.

use std::collections::BTreeMap;
use std::sync::RwLock;

use super::{Resource, ResourceInfo};
use crate::api::schema::TypeId;
use crate::api::{List, Str};
use crate::sim::Fingerprint;

/// A custom resource, as discovery tells of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Served {
    /// The resource.
    pub resource: Resource,
    /// Its name for one object.
    pub singular: Str,
    /// Abbreviations kubectl takes.
    pub short_names: List<Str>,
    /// Groups of resources kubectl takes, such as `all`.
    pub categories: List<Str>,
    /// Its subresources, such as `status`.
    pub subresources: List<Str>,
    /// The kind of lists of its objects.
    pub list_kind: Str,
}

impl Served {
    /// Whether a person may mean it by `name`: plural, singular or short, alone or with a group.
    pub fn is_called(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        let (name, group) = match lower.split_once('.') {
            Some((name, group)) => (name, Some(group)),
            None => (lower.as_str(), None),
        };
        let info = self.resource.info();
        let is_named = info.plural == name
            || self.singular == name
            || info.kind.eq_ignore_ascii_case(name)
            || self.short_names.iter().any(|short| short == name);
        is_named && group.is_none_or(|group| info.is_in(group))
    }
}

/// What custom resources there have been, by a number that is made of what they are: it is the same
/// whoever was here first, so nothing can be seen of this table but that a resource takes four
/// bytes. They live as long as the program, as those of the other table do.
static KNOWN: RwLock<BTreeMap<u32, &'static ResourceInfo>> = RwLock::new(BTreeMap::new());

const VERBS: &[&str] =
    &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

impl Resource {
    /// The custom resource of a kind and plural in one version of a group.
    pub fn custom(
        (group, version): (&str, &str),
        (kind, plural): (&str, &str),
        namespaced: bool,
    ) -> Self {
        let is_it = |info: &ResourceInfo| {
            (info.group, info.version, info.kind, info.plural) == (group, version, kind, plural)
                && info.namespaced == namespaced
        };
        let mut hash = Fingerprint::new();
        [group, version, kind, plural].iter().for_each(|text| hash.str(text));
        hash.u64(namespaced.into());
        // All of the upper half are custom: the others are far fewer.
        let mut number = hash.finish() as u32 | 1 << 31;
        let mut known = KNOWN.write().unwrap_or_else(|broken| broken.into_inner());
        while let Some(info) = known.get(&number) {
            if is_it(info) {
                return Self(number);
            }
            number = number.wrapping_add(1) | 1 << 31;
        }
        let keep = |text: &str| -> &'static str { Box::leak(text.into()) };
        let info = ResourceInfo {
            group: keep(group),
            version: keep(version),
            kind: keep(kind),
            plural: keep(plural),
            singular: keep(&kind.to_lowercase()),
            short_names: &[],
            categories: &[],
            namespaced,
            verbs: VERBS,
            subresources: &[],
            ty: TypeId::CUSTOM,
            storage: keep(&format!("{group}/{plural}")),
        };
        known.insert(number, Box::leak(Box::new(info)));
        Self(number)
    }

    /// Whether a CustomResourceDefinition serves it.
    pub fn is_custom(self) -> bool {
        self.0 >> 31 == 1
    }

    pub(super) fn custom_info(self) -> &'static ResourceInfo {
        let known = KNOWN.read().unwrap_or_else(|broken| broken.into_inner());
        known.get(&self.0).copied().expect("numbers are handed out with what they mean")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_resource_is_the_same() {
        let tab = |version| Resource::custom(("example.com", version), ("Tab", "tabs"), true);
        assert_eq!(tab("v1"), tab("v1"));
        assert!(std::ptr::eq(tab("v1").info(), tab("v1").info()));
        assert_ne!(tab("v1"), tab("v2"));
        assert!(Resource::PODS < tab("v1") && tab("v1").is_custom());
        assert_eq!(tab("v1").qualified(), "tabs.example.com");
        assert_eq!(tab("v1").api_version(), "example.com/v1");
        assert_eq!(tab("v1").stored(), tab("v1"));
        assert!(Resource::all().all(|resource| !resource.is_custom()));
        assert_eq!(tab("v1").ty().name, "CustomResource");
    }

    #[test]
    fn is_found_by_any_of_its_names() {
        let served = Served {
            resource: Resource::custom(("example.com", "v1"), ("CronTab", "crontabs"), true),
            singular: "crontab".into(),
            short_names: [Str::from("ct")].into(),
            categories: List::default(),
            subresources: List::default(),
            list_kind: "CronTabList".into(),
        };
        for name in ["ct", "crontab", "CronTabs", "crontabs.example.com", "ct.v1.example.com"] {
            assert!(served.is_called(name), "{name}");
        }
        assert!(!served.is_called("crontabs.example.org") && !served.is_called("cron"));
    }
}
