//! Questions about rights: reviews as objects, which are answered and never stored.
//!
//! Models pkg/registry/authorization and pkg/registry/authentication.

use crate::api::rpc::{Access, Review, Subject};
use crate::api::{Status, Str, Value};

/// The question that `body` asks, a review of `kind` that comes from `who`.
pub fn of(kind: &str, body: &Value, who: &Subject) -> Option<Result<Review, Status>> {
    let spec = body.at("spec");
    Some(match kind {
        "SelfSubjectAccessReview" => access(spec).map(|access| Review::Access(who.clone(), access)),
        "SubjectAccessReview" | "LocalSubjectAccessReview" => {
            access(spec).map(|access| Review::Access(subject(spec), access))
        }
        "SelfSubjectRulesReview" => {
            Ok(Review::Rules(who.clone(), Str::from(spec.at("namespace").text())))
        }
        "SelfSubjectReview" => Ok(Review::Who(who.clone())),
        _ => return None,
    })
}

/// The review once `answer` has been found: what was asked, with a status.
pub fn answered(kind: &str, body: &Value, answer: Value) -> Value {
    let status = match kind {
        "SelfSubjectReview" => Value::map([("userInfo", answer)]),
        "SelfSubjectRulesReview" => {
            let rules = answer.at("rules").items();
            let is_path = |rule: &&Value| !rule.at("nonResourceURLs").is_null();
            let paths: Value = rules.iter().filter(is_path).cloned().collect();
            let resources: Value = rules.iter().filter(|rule| !is_path(rule)).cloned().collect();
            Value::map([
                ("incomplete", false.into()),
                ("nonResourceRules", paths),
                ("resourceRules", resources),
            ])
        }
        _ => answer,
    };
    let mut review = body.clone();
    review.entry("metadata").make_map();
    *review.entry("status") = status;
    review
}

fn access(spec: &Value) -> Result<Access, Status> {
    let (resource, path) = (spec.at("resourceAttributes"), spec.at("nonResourceAttributes"));
    if resource.is_null() == path.is_null() {
        let text = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
        return Err(Status::bad_request(text));
    }
    let at = |value: &Value, field: &str| Str::from(value.at(field).text());
    if !path.is_null() {
        let (verb, path) = (at(path, "verb"), at(path, "path"));
        return Ok(Access { verb, path, ..Access::default() });
    }
    Ok(Access {
        verb: at(resource, "verb"),
        group: at(resource, "group"),
        resource: at(resource, "resource"),
        subresource: at(resource, "subresource"),
        name: at(resource, "name"),
        namespace: at(resource, "namespace"),
        path: Str::default(),
    })
}

fn subject(spec: &Value) -> Subject {
    let groups = spec.at("groups").items().iter().map(|group| Str::from(group.text()));
    Subject { user: spec.at("user").text().into(), groups: groups.collect() }
}
