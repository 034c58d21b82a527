//! Who may do what: roles and bindings, asked about and looked at.
//!
//! Models plugin/pkg/auth/authorizer/rbac and pkg/registry/authorization. Requests of components
//! are not held against it: in the simulation they ask for nothing they may not. Invariant: what is
//! allowed follows from the roles and bindings that the cache holds, and from nothing else but the
//! group of those who may do everything.

use super::admission::node_restriction;
use super::cache::WatchCache;
use super::tokens;
use crate::api::rpc::{Access, Call, Part, Request, Review, Subject};
use crate::api::{Fields, Key, Object, Reason, Resource, Status, Str, Value, quote};
use crate::sim::Time;

/// Those who may do everything, whatever the roles say.
const MASTERS: &str = "system:masters";
/// The administrator, and the number that the token file has for it.
const ADMIN: (&str, &str) = ("kubernetes-admin", "1");

/// Why a request is refused for who makes it; `None` if it is not.
/// Models WithAuthentication and WithAuthorization.
pub fn refusal(cache: &WatchCache, request: &Request) -> Option<Status> {
    if request.user.is_empty() {
        return Some(Status::new(401, Reason::Unauthorized, "Unauthorized"));
    }
    if let Some(status) = node_restriction::refusal(cache, request) {
        return Some(status);
    }
    if is_trusted(&request.user) || matches!(request.call, Call::Review(_) | Call::Discover) {
        return None;
    }
    let who = full(&Subject { user: request.user.clone(), groups: request.groups.clone() });
    let call = &request.call;
    let resource = call.resource();
    // A namespace counts as something within itself.
    let namespace = match resource {
        Resource::NAMESPACES if !matches!(call, Call::Create { .. }) => call.name(),
        _ => call.namespace(),
    };
    if let Call::Http(http) = call {
        let (verb, path) = (Str::new_static(call.verb()), http.path.clone());
        let access = Access { verb, path, ..Access::default() };
        return (!allows(cache, &who, &access)).then(|| {
            let (user, path) = (quote(&request.user), quote(&access.path));
            let text = format!("forbidden: User {user} cannot {} path {path}", access.verb);
            Status::new(403, Reason::Forbidden, text)
        });
    }
    let info = resource.info();
    let created = matches!(call, Call::Create { .. });
    let subresource = match call {
        Call::Bind { .. } => "binding",
        Call::Token { .. } => "token",
        Call::Get { part, .. } | Call::Update { part, .. } | Call::Patch { part, .. } => match part
        {
            Part::Main => "",
            Part::Status => "status",
            Part::Scale => "scale",
            Part::Finalize => "finalize",
        },
        _ => "",
    };
    let access = Access {
        verb: call.verb().into(),
        group: info.group.into(),
        resource: info.plural.into(),
        subresource: subresource.into(),
        name: if created { Str::default() } else { call.name().into() },
        namespace: namespace.into(),
        path: Str::default(),
    };
    if allows(cache, &who, &access) {
        return None;
    }
    let part = if subresource.is_empty() { "" } else { "/" };
    let place = match namespace {
        "" => "at the cluster scope".to_owned(),
        namespace => format!("in the namespace {}", quote(namespace)),
    };
    let why = format!(
        "User {} cannot {} resource \"{}{part}{subresource}\" in API group {} {place}",
        quote(&request.user),
        access.verb,
        info.plural,
        quote(info.group)
    );
    Some(Status::forbidden(resource, &access.name, &why))
}

/// Whether `user`, who claims `groups`, may act as `other`, a user or a group.
/// Models WithImpersonation.
pub fn may_act_as(cache: &WatchCache, request: &Request, (resource, other): (&str, &str)) -> bool {
    let who = full(&Subject { user: request.user.clone(), groups: request.groups.clone() });
    let access = Access {
        verb: Str::new_static("impersonate"),
        resource: resource.into(),
        name: other.into(),
        ..Access::default()
    };
    is_trusted(&request.user) || allows(cache, &who, &access)
}

/// Whether someone is a component of the cluster, or its administrator.
fn is_trusted(user: &str) -> bool {
    match user.strip_prefix("system:serviceaccount:") {
        Some(account) => account.starts_with("kube-system:"),
        None => user == ADMIN.0 || user.starts_with("system:") && user != "system:anonymous",
    }
}

/// Answers a review.
pub fn review(cache: &WatchCache, review: &Review, now: Time) -> Value {
    match review {
        Review::Access(who, access) => {
            Value::map([("allowed", allows(cache, &full(who), access).into())])
        }
        Review::Rules(who, namespace) => {
            let rules = rules(cache, &full(who), namespace);
            Value::map([("rules", rules.into())])
        }
        Review::Token(token) => tokens::review(cache, token, now),
        Review::Who(who) => {
            let who = full(who);
            let groups: Value = who.groups.iter().map(|group| Value::Str(group.clone())).collect();
            let mut info = Value::map([("groups", groups), ("username", who.user.clone().into())]);
            if who.user == ADMIN.0 {
                *info.entry("uid") = ADMIN.1.into();
            }
            info
        }
    }
}

/// Who it is with all groups. Models the authenticators and the impersonation filter.
fn full(who: &Subject) -> Subject {
    let mut groups: Vec<Str> = who.groups.to_vec();
    if groups.is_empty() {
        if who.user == ADMIN.0 {
            groups.push(MASTERS.into());
        }
        let account = who.user.strip_prefix("system:serviceaccount:");
        if let Some((namespace, _)) = account.and_then(|account| account.split_once(':')) {
            groups.push("system:serviceaccounts".into());
            groups.push(format!("system:serviceaccounts:{namespace}").into());
        }
    }
    let everyone = match who.user.as_str() {
        "system:anonymous" => "system:unauthenticated",
        _ => "system:authenticated",
    };
    if !groups.iter().any(|group| group == everyone) {
        groups.push(everyone.into());
    }
    Subject { user: who.user.clone(), groups: groups.into() }
}

/// Whether someone, with all groups, may do something.
fn allows(cache: &WatchCache, who: &Subject, access: &Access) -> bool {
    who.groups.iter().any(|group| group == MASTERS)
        || rules(cache, who, &access.namespace).iter().any(|rule| allows_by(rule, access))
}

/// The rules that hold for someone in a namespace. Models VisitRulesFor.
fn rules(cache: &WatchCache, who: &Subject, namespace: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut take = |binding: &Object, namespace: &str| {
        let binding = binding.to_value();
        let subjects = binding.at("subjects").items();
        if !subjects.iter().any(|subject| is_meant(subject, who, namespace)) {
            return;
        }
        let role = binding.at("roleRef");
        let key = |namespace| Key::new(namespace, role.at("name").text());
        let role = match role.at("kind").text() {
            "Role" => cache.get(Resource::ROLES, &key(namespace)),
            _ => cache.get(Resource::CLUSTERROLES, &key("")),
        };
        let role = role.map(Object::to_value).unwrap_or_default();
        all.extend(role.at("rules").items().iter().cloned());
    };
    for binding in
        cache.collection(Resource::CLUSTERROLEBINDINGS).into_iter().flat_map(|c| c.iter())
    {
        take(binding, "");
    }
    if !namespace.is_empty() {
        let bindings = cache.collection(Resource::ROLEBINDINGS);
        for binding in bindings.into_iter().flat_map(|c| c.in_namespace(namespace)) {
            take(binding, namespace);
        }
    }
    all
}

fn is_meant(subject: &Value, who: &Subject, namespace: &str) -> bool {
    let name = subject.at("name").text();
    match subject.at("kind").text() {
        "User" => who.user == name,
        "Group" => who.groups.iter().any(|group| group == name),
        "ServiceAccount" => {
            let own = subject.at("namespace").text();
            let namespace = if own.is_empty() { namespace } else { own };
            let account = who.user.strip_prefix("system:serviceaccount:");
            account.and_then(|account| account.split_once(':')) == Some((namespace, name))
        }
        _ => false,
    }
}

/// Models RuleAllows.
fn allows_by(rule: &Value, access: &Access) -> bool {
    let holds = |field: &str, wanted: &str| {
        rule.at(field).items().iter().any(|item| item.text() == "*" || item.text() == wanted)
    };
    if !holds("verbs", &access.verb) {
        return false;
    }
    if !access.path.is_empty() {
        return rule.at("nonResourceURLs").items().iter().any(|path| match path.text() {
            "*" => true,
            path => match path.strip_suffix('*') {
                Some(start) => access.path.starts_with(start),
                None => access.path == path,
            },
        });
    }
    let whole = match access.subresource.as_str() {
        "" => access.resource.to_string(),
        part => format!("{}/{part}", access.resource),
    };
    let part = format!("*/{}", access.subresource);
    let resource = holds("resources", &whole)
        || !access.subresource.is_empty()
            && rule.at("resources").items().iter().any(|item| item.text() == part);
    let names = rule.at("resourceNames").items();
    let named = names.is_empty() || names.iter().any(|name| name.text() == access.name);
    holds("apiGroups", &access.group) && resource && named
}

/// The roles and bindings every cluster has from the start: their resource, name and fields.
/// Models plugin/pkg/auth/authorizer/rbac/bootstrappolicy.
pub fn bootstrap() -> Vec<(Resource, &'static str, Value)> {
    let mut all: Vec<(Resource, &'static str, Value)> = Vec::new();
    for line in include_str!("roles.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(words) = line.strip_prefix("role ") {
            let mut words = words.split(' ');
            let name = words.next().unwrap_or_default();
            all.push((Resource::CLUSTERROLES, name, role(name, words)));
        } else if let Some((name, groups)) =
            line.strip_prefix("bind ").and_then(|words| words.split_once(' '))
        {
            all.push((Resource::CLUSTERROLEBINDINGS, name, binding(name, groups)));
        } else if let Some((_, _, role)) = all.last_mut() {
            role.entry("rules").make_list().push(rule(line));
        }
    }
    all
}

const AGGREGATE: &str = "rbac.authorization.k8s.io/";

fn metadata(name: &str) -> Value {
    let automatic = ("rbac.authorization.kubernetes.io/autoupdate", Value::from("true"));
    let defaults = ("kubernetes.io/bootstrapping", Value::from("rbac-defaults"));
    Value::map([
        ("annotations", Value::map([automatic])),
        ("labels", Value::map([defaults])),
        ("name", name.into()),
    ])
}

fn role<'a>(name: &str, mut words: impl Iterator<Item = &'a str>) -> Value {
    let mut metadata = metadata(name);
    let mut role = Value::from(Fields::new());
    while let Some(word) = words.next() {
        if word != "<" {
            *metadata.entry_path(&["labels", &format!("{AGGREGATE}{word}")]) = "true".into();
            continue;
        }
        let label = format!("{AGGREGATE}{}", words.next().unwrap_or_default());
        let labels = Value::map([(label, Value::from("true"))]);
        let selectors = vec![Value::map([("matchLabels", labels)])];
        *role.entry("aggregationRule") = Value::map([("clusterRoleSelectors", selectors.into())]);
    }
    *role.entry("metadata") = metadata;
    role
}

fn rule(line: &str) -> Value {
    let texts = |list: &str| -> Value { list.split(',').map(Value::from).collect() };
    let parts: Vec<&str> = line.split('|').collect();
    match parts[..] {
        [verbs, groups, resources] => Value::map([
            ("apiGroups", texts(groups)),
            ("resources", texts(resources)),
            ("verbs", texts(verbs)),
        ]),
        [verbs, paths] => Value::map([("nonResourceURLs", texts(paths)), ("verbs", texts(verbs))]),
        _ => unreachable!("the table of roles has two or three columns"),
    }
}

fn binding(name: &str, groups: &str) -> Value {
    const API_GROUP: &str = "rbac.authorization.k8s.io";
    let about = |kind: &str, name: &str| {
        Value::map([
            ("apiGroup", Value::from(API_GROUP)),
            ("kind", kind.into()),
            ("name", name.into()),
        ])
    };
    let subjects: Value = groups.split(',').map(|group| about("Group", group)).collect();
    Value::map([
        ("metadata", metadata(name)),
        ("roleRef", about("ClusterRole", name)),
        ("subjects", subjects),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_roles_reads() {
        let all = bootstrap();
        let names: Vec<&str> = all.iter().map(|(_, name, _)| *name).collect();
        assert_eq!(names[..4], ["cluster-admin", "admin", "edit", "view"]);
        let view = &all[3].2;
        assert!(view.at("rules").items().len() > 10 && !view.at("aggregationRule").is_null());
        assert_eq!(all.iter().filter(|a| a.0 == Resource::CLUSTERROLEBINDINGS).count(), 4);
    }

    #[test]
    fn rules_allow_what_they_name() {
        let check = |line: &str, access: &Access, expected: bool| {
            assert_eq!(allows_by(&rule(line), access), expected, "{line} {access:?}");
        };
        let pods = Access { verb: "get".into(), resource: "pods".into(), ..Access::default() };
        let log = Access { subresource: "log".into(), ..pods.clone() };
        check("get,list||pods", &pods, true);
        check("get,list||pods", &log, false);
        check("get||*/log", &log, true);
        check("*|*|*", &log, true);
        check("list||pods", &pods, false);
        check("get|apps|pods", &pods, false);
        let path = Access { verb: "get".into(), path: "/api/v1".into(), ..Access::default() };
        check("get|/api/*", &path, true);
        check("get|/api", &path, false);
        check("get||pods", &path, false);
    }
}
