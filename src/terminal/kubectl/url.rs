//! The URL of a request, for the messages that name it.
//!
//! Models client-go/rest/request.go. The simulation sends no URLs; a person may still be shown one.

use crate::api::Resource;
use crate::api::rpc::{Call, Part, Review};

/// The method, as Go's net/http writes it in errors.
pub fn verb(call: &Call) -> &'static str {
    match call {
        Call::Get { .. } | Call::List(_) | Call::Watch { .. } | Call::Discover => "Get",
        Call::Create { .. } | Call::Bind { .. } | Call::Review(_) | Call::Token { .. } => "Post",
        Call::Update { .. } => "Put",
        Call::Patch { .. } => "Patch",
        Call::Delete { .. } | Call::DeleteCollection { .. } => "Delete",
        Call::Http(request) if request.method == "POST" => "Post",
        Call::Http(_) => "Get",
    }
}

/// The host and port of a server.
pub fn host(server: &str) -> String {
    let host = server.split_once("://").map_or(server, |(_, host)| host);
    host.trim_end_matches('/').to_owned()
}

/// The URL of a call to `server`.
pub fn of(server: &str, call: &Call) -> String {
    let mut url = format!("{server}{}", path(call.resource(), call.namespace()));
    if !call.name().is_empty() && !matches!(call, Call::Create { .. }) {
        url.push('/');
        url.push_str(call.name());
    }
    match call {
        Call::Get { part, .. } | Call::Update { part, .. } | Call::Patch { part, .. } => {
            url.push_str(match part {
                Part::Main => "",
                Part::Status => "/status",
                Part::Scale => "/scale",
                Part::Finalize => "/finalize",
            });
        }
        Call::Review(review) => {
            let (group, plural) = match review {
                Review::Access(..) => ("authorization", "selfsubjectaccessreviews"),
                Review::Rules(..) => ("authorization", "selfsubjectrulesreviews"),
                Review::Who(_) => ("authentication", "selfsubjectreviews"),
                Review::Token(_) => ("authentication", "tokenreviews"),
            };
            return format!("{server}/apis/{group}.k8s.io/v1/{plural}");
        }
        Call::Token { .. } => url.push_str("/token"),
        Call::Discover => return format!("{server}/apis"),
        Call::Http(request) if request.query.is_empty() => {
            return format!("{server}{}", request.path);
        }
        Call::Http(request) => return format!("{server}{}?{}", request.path, request.query),
        Call::List(_) => url.push_str("?limit=500"),
        Call::Watch { .. } => url.push_str("?watch=true"),
        _ => {}
    }
    url
}

/// `/apis/apps/v1/namespaces/default/deployments`.
fn path(resource: Resource, namespace: &str) -> String {
    let info = resource.info();
    let root = if info.group.is_empty() { "/api" } else { "/apis" };
    let version = resource.api_version();
    let plural = info.plural;
    if namespace.is_empty() {
        return format!("{root}/{version}/{plural}");
    }
    format!("{root}/{version}/namespaces/{namespace}/{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Key;
    use crate::api::rpc::Selection;

    #[test]
    fn names_what_is_asked_for() {
        let (resource, key) = (Resource::DEPLOYMENTS, Key::new("default", "web"));
        let get = Call::Get { resource, key, part: Part::Scale };
        let expected = "https://h:1/apis/apps/v1/namespaces/default/deployments/web/scale";
        assert_eq!(of("https://h:1", &get), expected);
        let list = Call::List(Selection::all(Resource::NODES));
        assert_eq!(of("https://h:1", &list), "https://h:1/api/v1/nodes?limit=500");
        assert_eq!((verb(&list), host("https://h:1/")), ("Get", "h:1".to_owned()));
    }
}
