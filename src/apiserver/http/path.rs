//! Paths: which resource, object or part of one is meant.
//!
//! Models apiserver/pkg/endpoints/request/requestinfo.go.

use crate::api::discovery;
use crate::api::{Key, List, Resource, Served, Str};

/// A resource, an object or a part of one, as a path names it.
#[derive(Clone, Debug)]
pub struct Place {
    /// The resource, if its objects are stored.
    pub resource: Option<Resource>,
    /// Its group and version, as objects have them: `apps/v1`.
    pub group_version: String,
    /// Its name in the path.
    pub plural: Str,
    /// The kind of its objects.
    pub kind: &'static str,
    /// The kind of lists of them.
    pub list_kind: Str,
    /// What can be done with it.
    pub verbs: &'static [&'static str],
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Empty for all namespaces, and outside them.
    pub namespace: Str,
    /// Empty for all objects.
    pub name: Str,
    /// A part such as `status`; empty for the whole object.
    pub part: Str,
}

impl Place {
    /// Reads `/api/v1/namespaces/default/pods/a/status`; `None` if it names no resource. `custom`
    /// tells what definitions serve, if that has to be known.
    pub fn of(segments: &[String], custom: impl Fn() -> List<Served>) -> Option<Self> {
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (group, version, rest) = match segments[..] {
            ["api", version, ref rest @ ..] => ("", version, rest),
            ["apis", group, version, ref rest @ ..] => (group, version, rest),
            _ => return None,
        };
        let (namespace, rest) = match rest {
            // A namespace has two parts of its own; what else follows its name is within it.
            ["namespaces", _, "status" | "finalize"] => ("", rest),
            ["namespaces", namespace, within @ ..] if !within.is_empty() => (*namespace, within),
            _ => ("", rest),
        };
        let (plural, rest) = rest.split_first()?;
        let part = rest.get(1).copied().unwrap_or_default();
        let place = Self::known(group, version, plural, part)
            .or_else(|| Self::custom(group, version, plural, part, &custom()))?;
        // What lives in namespaces has a name only within one.
        let fits = match place.namespaced {
            true => !namespace.is_empty() || rest.is_empty(),
            false => namespace.is_empty(),
        };
        let ends = part == "proxy" || rest.len() <= 2;
        let name = Str::from(rest.first().copied().unwrap_or_default());
        (fits && ends).then(|| Self { namespace: namespace.into(), name, ..place })
    }

    /// A place among what every server serves.
    fn known(group: &str, version: &str, plural: &str, part: &str) -> Option<Self> {
        let entry = discovery::all()
            .into_iter()
            .find(|entry| (entry.group, entry.version, entry.plural) == (group, version, plural))?;
        let resource = Resource::served().find(|resource| {
            let info = resource.info();
            (info.group, info.version, info.plural) == (group, version, plural)
        });
        (part.is_empty() || entry.subresources.contains(&part)).then(|| Self {
            resource,
            group_version: entry.group_version(),
            plural: plural.into(),
            kind: entry.kind,
            list_kind: format!("{}List", entry.kind).into(),
            verbs: entry.verbs,
            namespaced: entry.namespaced,
            namespace: Str::default(),
            name: Str::default(),
            part: part.into(),
        })
    }

    /// A place among what definitions serve.
    fn custom(
        group: &str,
        version: &str,
        plural: &str,
        part: &str,
        custom: &[Served],
    ) -> Option<Self> {
        let served = custom.iter().find(|served| {
            let info = served.resource.info();
            (info.group, info.version, info.plural) == (group, version, plural)
        })?;
        let info = served.resource.info();
        (part.is_empty() || served.subresources.iter().any(|known| known == part)).then(|| Self {
            resource: Some(served.resource),
            group_version: served.resource.api_version(),
            plural: plural.into(),
            kind: info.kind,
            list_kind: served.list_kind.clone(),
            verbs: info.verbs,
            namespaced: info.namespaced,
            namespace: Str::default(),
            name: Str::default(),
            part: part.into(),
        })
    }

    /// The key of the object.
    pub fn key(&self) -> Key {
        Key::new(&self.namespace, &self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::HttpRequest;

    #[test]
    fn paths_name_resources() {
        let check = |path: &str, expected: Option<[&str; 4]>| {
            let place = Place::of(&HttpRequest::get(path).segments(), List::default);
            let found = place
                .as_ref()
                .map(|place| [place.plural.as_str(), &place.namespace, &place.name, &place.part]);
            assert_eq!(found, expected, "{path}");
        };
        check("/api/v1/pods", Some(["pods", "", "", ""]));
        check("/api/v1/namespaces/a/pods/b/status", Some(["pods", "a", "b", "status"]));
        check("/api/v1/namespaces/a/status", Some(["namespaces", "", "a", "status"]));
        check("/api/v1/namespaces/a", Some(["namespaces", "", "a", ""]));
        check("/api/v1/namespaces", Some(["namespaces", "", "", ""]));
        check("/apis/apps/v1/namespaces/a/deployments/b/scale/", {
            Some(["deployments", "a", "b", "scale"])
        });
        check("/api/v1/namespaces/a/services/b/proxy/x/y", Some(["services", "a", "b", "proxy"]));
        let none = [
            "/",
            "/api",
            "/api/v1",
            "/apis/apps/v1",
            "/api/v1/pods/b",
            "/api/v1/namespaces/a/nodes",
            "/api/v1/namespaces/a/pods/b/scale",
            "/api/v1/namespaces/a/pods/b/status/c",
            "/apis/apps/v2/deployments",
            "/api/v1/nope",
        ];
        none.iter().for_each(|path| check(path, None));
    }
}
