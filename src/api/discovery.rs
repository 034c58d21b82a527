//! What the server serves, as discovery tells it.
//!
//! Models apiserver/pkg/endpoints/discovery. Clients know it from the field table, which is the
//! same at every moment of the simulation; what is served without being stored is listed here.

use super::{Fields, Resource, Value};

/// A resource that is served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The API group; empty for the core.
    pub group: &'static str,
    /// The version.
    pub version: &'static str,
    /// Its name in paths.
    pub plural: &'static str,
    /// Its name for one object.
    pub singular: &'static str,
    /// The kind of its objects.
    pub kind: &'static str,
    /// Abbreviations.
    pub short_names: &'static [&'static str],
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// What can be done with it.
    pub verbs: &'static [&'static str],
    /// Groups of resources it is in.
    pub categories: &'static [&'static str],
    /// Its parts.
    pub subresources: &'static [&'static str],
}

const CREATE: &[&str] = &["create"];

/// What is served and never stored: group, plural, kind, whether namespaced.
const UNSTORED: [(&str, &str, &str, bool); 8] = [
    ("", "bindings", "Binding", true),
    ("", "componentstatuses", "ComponentStatus", false),
    ("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview", false),
    ("authentication.k8s.io", "tokenreviews", "TokenReview", false),
    ("authorization.k8s.io", "localsubjectaccessreviews", "LocalSubjectAccessReview", true),
    ("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
    ("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false),
    ("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", false),
];

/// Everything that is served.
pub fn all() -> Vec<Entry> {
    let stored = Resource::served().map(|resource| {
        let info = resource.info();
        Entry {
            group: info.group,
            version: info.version,
            plural: info.plural,
            singular: info.singular,
            kind: info.kind,
            short_names: info.short_names,
            namespaced: info.namespaced,
            verbs: info.verbs,
            categories: info.categories,
            subresources: info.subresources,
        }
    });
    let unstored = UNSTORED.iter().map(|(group, plural, kind, namespaced)| {
        let is_status = *plural == "componentstatuses";
        Entry {
            group,
            version: "v1",
            plural,
            singular: if is_status { "componentstatus" } else { plural.trim_end_matches('s') },
            kind,
            short_names: if is_status { &["cs"] } else { &[] },
            namespaced: *namespaced,
            verbs: if is_status { &["get", "list"] } else { CREATE },
            categories: &[],
            subresources: &[],
        }
    });
    stored.chain(unstored).collect()
}

impl Entry {
    /// `apps/v1`, or `v1` for the core.
    pub fn group_version(&self) -> String {
        match self.group {
            "" => self.version.to_owned(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// `deployments.apps`, or `pods` for the core.
    pub fn qualified(&self) -> String {
        match self.group {
            "" => self.plural.to_owned(),
            group => format!("{}.{group}", self.plural),
        }
    }
}

/// What `/version` says.
pub fn version() -> Value {
    let fields = [
        ("buildDate", "1970-01-01T00:00:00Z"),
        ("compiler", "gc"),
        ("emulationMajor", "1"),
        ("emulationMinor", "36"),
        ("gitCommit", ""),
        ("gitTreeState", ""),
        ("gitVersion", "v1.36.2"),
        ("goVersion", "go1.26.6"),
        ("major", "1"),
        ("minCompatibilityMajor", "1"),
        ("minCompatibilityMinor", "35"),
        ("minor", "36"),
        ("platform", "linux/amd64"),
    ];
    fields.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect::<Fields>().into()
}
