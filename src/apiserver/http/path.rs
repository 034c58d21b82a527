//! Paths: which resource, object or part of one is meant.
//!
//! Models apiserver/pkg/endpoints/request/requestinfo.go.

use crate::api::discovery::{self, Entry};
use crate::api::{Key, Resource, Str};

/// A resource, an object or a part of one, as a path names it.
#[derive(Clone, Debug)]
pub struct Place {
    /// The resource as discovery lists it.
    pub entry: Entry,
    /// The resource, if its objects are stored.
    pub resource: Option<Resource>,
    /// Empty for all namespaces, and outside them.
    pub namespace: Str,
    /// Empty for all objects.
    pub name: Str,
    /// A part such as `status`; empty for the whole object.
    pub part: Str,
}

impl Place {
    /// Reads `/api/v1/namespaces/default/pods/a/status`; `None` if it names no resource.
    pub fn of(segments: &[String]) -> Option<Self> {
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
        let entry = discovery::all().into_iter().find(|entry| {
            (entry.group, entry.version, entry.plural) == (group, version, *plural)
        })?;
        // What lives in namespaces has a name only within one.
        let fits = match entry.namespaced {
            true => !namespace.is_empty() || rest.is_empty(),
            false => namespace.is_empty(),
        };
        let part = rest.get(1).copied().unwrap_or_default();
        let stands_alone = matches!(part, "proxy") || rest.len() <= 2;
        if !fits || !stands_alone || !part.is_empty() && !entry.subresources.contains(&part) {
            return None;
        }
        let resource = Resource::served().find(|resource| {
            let info = resource.info();
            (info.group, info.version, info.plural) == (group, version, *plural)
        });
        let name = rest.first().copied().unwrap_or_default();
        Some(Self {
            entry,
            resource,
            namespace: namespace.into(),
            name: name.into(),
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
            let place = Place::of(&HttpRequest::get(path).segments());
            let found = place.as_ref().map(|place| {
                [place.entry.plural, place.namespace.as_str(), &place.name, &place.part]
            });
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
