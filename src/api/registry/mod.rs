//! What is served: one entry for every resource, in the order of discovery, and whatever a cluster
//! adds to it.
//!
//! Generated from the discovery documents (`cargo xtask schema`); lookups are by hand. Models
//! what `kubectl api-resources` lists.

mod custom;
mod table;

pub use custom::Served;

use std::fmt;

use super::schema::{Type, TypeId};

/// A served resource, such as `deployments.apps`: its place in the table, or for one that is not in
/// it a number made of what it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource(u32);

/// What discovery tells of a resource.
#[derive(Debug)]
pub struct ResourceInfo {
    /// The API group; empty for the core.
    pub group: &'static str,
    /// The version.
    pub version: &'static str,
    /// The kind of its objects.
    pub kind: &'static str,
    /// Its name in paths.
    pub plural: &'static str,
    /// Its name for one object.
    pub singular: &'static str,
    /// Abbreviations kubectl takes.
    pub short_names: &'static [&'static str],
    /// Groups of resources kubectl takes, such as `all`.
    pub categories: &'static [&'static str],
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// What can be done with it.
    pub verbs: &'static [&'static str],
    /// Its subresources, such as `status`.
    pub subresources: &'static [&'static str],
    /// The type of its objects.
    pub ty: TypeId,
    /// Where the store keeps it, below `/registry/`.
    pub storage: &'static str,
}

impl Resource {
    /// Every resource whose objects are stored in its own form, in the order of discovery: each
    /// object belongs to exactly one of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::served().filter(|resource| resource.stored() == *resource)
    }

    /// Every resource that can be asked for, in the order of discovery: beside [`Self::all`] those
    /// that show the objects of another in another form.
    pub fn served() -> impl Iterator<Item = Self> {
        (0..table::RESOURCES.len() as u32).map(Self)
    }

    /// The resource in whose form its objects are stored: its own, but for what is served in two
    /// forms. Models the storage versions of pkg/controlplane/storageversionhashdata.
    pub fn stored(self) -> Self {
        match self {
            Self::EVENTS_EVENTS => Self::EVENTS,
            Self::HORIZONTALPODAUTOSCALERS_V1 => Self::HORIZONTALPODAUTOSCALERS,
            own => own,
        }
    }

    /// What discovery tells of it.
    pub fn info(self) -> &'static ResourceInfo {
        match table::RESOURCES.get(self.0 as usize) {
            Some(info) => info,
            None => self.custom_info(),
        }
    }

    /// The resource of `kind` in `api_version`, such as `Deployment` in `apps/v1`.
    pub fn of_kind(api_version: &str, kind: &str) -> Option<Self> {
        Self::served().find(|r| r.info().kind == kind && r.api_version_is(api_version))
    }

    /// The resource a person means by `name`: plural, singular or short, alone or with a group
    /// (`deploy`, `deployments.apps`, `deployment.v1.apps`). Models the REST mapper of kubectl.
    pub fn named(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let (name, group) = match lower.split_once('.') {
            Some((name, group)) => (name, Some(group)),
            None => (lower.as_str(), None),
        };
        Self::served().find(|r| r.info().is_called(name) && group.is_none_or(|g| r.info().is_in(g)))
    }

    /// `apps/v1`, or `v1` for the core.
    pub fn api_version(self) -> String {
        let info = self.info();
        if info.group.is_empty() {
            info.version.into()
        } else {
            format!("{}/{}", info.group, info.version)
        }
    }

    /// `deployments.apps`, or `pods` for the core: how the API names it in messages.
    pub fn qualified(self) -> String {
        self.info().with_group(self.info().plural)
    }

    /// The type of its objects.
    pub fn ty(self) -> &'static Type {
        self.info().ty.get()
    }

    fn api_version_is(self, api_version: &str) -> bool {
        let info = self.info();
        match api_version.split_once('/') {
            Some((group, version)) => (group, version) == (info.group, info.version),
            None => info.group.is_empty() && api_version == info.version,
        }
    }
}

impl ResourceInfo {
    /// `name`, followed by the group where there is one: `deployment.apps`.
    pub fn with_group(&self, name: &str) -> String {
        if self.group.is_empty() { name.into() } else { format!("{name}.{}", self.group) }
    }

    fn is_called(&self, name: &str) -> bool {
        self.plural == name || self.singular == name || self.short_names.contains(&name)
    }

    fn is_in(&self, group: &str) -> bool {
        let versioned = group.strip_prefix(self.version).map(|rest| rest.trim_start_matches('.'));
        group == self.group || versioned.is_some_and(|rest| rest == self.group)
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.qualified())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_by_any_of_its_names() {
        for name in ["deploy", "Deployment", "deployments", "deployments.apps", "deploy.v1.apps"] {
            assert_eq!(Resource::named(name), Some(Resource::DEPLOYMENTS), "{name}");
        }
        assert_eq!(Resource::named("po"), Some(Resource::PODS));
        assert_eq!(Resource::named("pods.v1."), Some(Resource::PODS));
        assert_eq!(Resource::named("hpa"), Some(Resource::HORIZONTALPODAUTOSCALERS));
        assert_eq!(Resource::named("events"), Some(Resource::EVENTS));
        assert_eq!(Resource::named("deployments.batch"), None);
        assert_eq!(Resource::of_kind("apps/v1", "Deployment"), Some(Resource::DEPLOYMENTS));
        assert_eq!(Resource::of_kind("v1", "Deployment"), None);
    }
}
