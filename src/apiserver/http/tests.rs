//! Requests as clients send them, and what they come to.

use super::*;
use crate::api::rpc::{Answer, Call, ListMeta, Part, Patch, Propagation, Response};
use crate::api::testkit;
use crate::api::{Key, List, Object, Resource, Str, Value};
use crate::apiserver::printers;
use crate::manifest::parse_json;
use crate::sim::Time;

/// What a request without anything of its own is.
fn plain() -> Request {
    Request {
        user: "kubernetes-admin".into(),
        groups: List::default(),
        agent: "kubectl/v1.36.4 (linux/amd64)".into(),
        manager: Str::default(),
        call: Call::List(crate::api::rpc::Selection::all(Resource::PODS)),
        dry_run: false,
        field_validation: Default::default(),
        as_table: false,
    }
}

fn http(method: &str, target: &str, media: &str, body: &str) -> HttpRequest {
    let headers = vec![("content-type".into(), media.into())];
    HttpRequest { method: method.into(), headers, body: body.into(), ..HttpRequest::get(target) }
}

/// What a request means: its verb, resource, part and object, or the code and message of the
/// refusal.
fn meaning(http: &HttpRequest) -> String {
    match read(&plain(), http, List::default).1 {
        Ok(Meant::Page) => "page".to_owned(),
        Ok(Meant::Call(request)) => crate::apiserver::What::of(&request.call).to_string(),
        Err(status) => format!("{} {}", status.code, status.message),
    }
}

fn call(http: &HttpRequest) -> Arc<Request> {
    match read(&plain(), http, List::default).1 {
        Ok(Meant::Call(request)) => request,
        other => panic!("no call: {other:?}"),
    }
}

#[test]
fn methods_and_paths_make_calls() {
    let check = |method: &str, target: &str, expected: &str| {
        let body = if method == "DELETE" { "" } else { "{}" };
        let media = if method == "PATCH" { "application/merge-patch+json" } else { "" };
        assert_eq!(meaning(&http(method, target, media, body)), expected, "{method} {target}");
    };
    const POD: &str = "/api/v1/namespaces/a/pods/b";
    check("GET", POD, "get pods a/b");
    check("HEAD", POD, "get pods a/b");
    check("GET", "/api/v1/pods", "list pods ");
    check("GET", "/api/v1/namespaces/a/pods?watch=1", "watch pods a/");
    check(
        "GET",
        "/apis/apps/v1/namespaces/a/deployments/b/scale",
        "get deployments.apps/scale a/b",
    );
    check("POST", "/api/v1/namespaces/a/pods", "create pods a/");
    check("POST", "/api/v1/namespaces/a/pods/b/binding", "create pods a/b");
    check("POST", "/api/v1/namespaces/a/pods/b/eviction", "delete pods a/b");
    check("PUT", "/api/v1/namespaces/a/pods/b/status", "update pods/status a/b");
    check("PUT", "/api/v1/namespaces/a/finalize", "update namespaces/finalize a");
    check("PATCH", POD, "patch pods a/b");
    check("DELETE", POD, "delete pods a/b");
    check("DELETE", "/api/v1/namespaces/a/pods", "deletecollection pods a/");
    check("GET", "/healthz", "page");
    check("GET", "/api/v1/nope", "page");
    const NO: &str = "405 the server does not allow this method on the requested resource";
    check("POST", "/api/v1/pods", NO);
    check("POST", POD, NO);
    check("PUT", "/api/v1/namespaces/a/pods", NO);
    check("PATCH", "/api/v1/nodes", NO);
    check("DELETE", "/api/v1/pods", NO);
    check("OPTIONS", POD, NO);
    check("DELETE", "/api/v1/namespaces/a/pods/b/status", NO);
    check("POST", "/api/v1/namespaces/a/pods/b/exec?command=ls", {
        "405 what runs in containers is not part of this simulation: pods/exec is not served"
    });
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let check = |http: HttpRequest, expected: &str| {
        assert_eq!(meaning(&http), expected, "{http:?}");
    };
    let get = HttpRequest::get;
    check(get("/api/v1/pods?limit=abc"), {
        "400 strconv.ParseInt: parsing \"abc\": invalid syntax"
    });
    check(get("/api/v1/pods?fieldSelector=x"), {
        "400 invalid selector: 'x'; can't understand 'x'"
    });
    check(get("/api/v1/pods?fieldSelector=foo%3Dbar"), "400 field label not supported: foo");
    check(get("/api/v1/pods?watch=1&sendInitialEvents=true"), {
        "422 ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: \
         sendInitialEvents requires setting allowWatchBookmarks to true"
    });
    const POD: &str = "/api/v1/namespaces/a/pods/b";
    check(http("PATCH", POD, "application/json", "{}"), {
        "415 the body of the request was in an unknown format - accepted media types include: \
         application/json-patch+json, application/merge-patch+json, \
         application/strategic-merge-patch+json, application/apply-patch+yaml"
    });
    check(http("PATCH", POD, "application/apply-patch+yaml", "{}"), {
        "422 PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required \
         for apply patch"
    });
    check(http("POST", "/api/v1/namespaces/a/pods", "application/vnd.kubernetes.protobuf", ""), {
        "400 the object provided is unrecognized (must be of type Pod): couldn't get version/kind; \
         json parse error: the body of the request was in an unknown format - accepted media \
         types include: application/json, application/yaml"
    });
    check(http("DELETE", &format!("{POD}?dryRun=x"), "", ""), {
        "422 DeleteOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"x\"]: \
         supported values: \"All\""
    });
    let mut protobuf = get("/api/v1/pods");
    protobuf.headers.push(("accept".into(), "application/vnd.kubernetes.protobuf".into()));
    check(protobuf, {
        "406 only the following media types are accepted: application/json, application/yaml"
    });
}

#[test]
fn parameters_and_bodies_are_heard() {
    const POD: &str = "/api/v1/namespaces/a/pods/b";
    let watch = call(&HttpRequest::get(
        "/api/v1/pods?watch=true&labelSelector=app%3Dweb&resourceVersion=7&allowWatchBookmarks=1",
    ));
    let Call::Watch { selection, from: 7, bookmarks: true } = &watch.call else {
        panic!("{watch:?}")
    };
    assert_eq!(selection.labels.to_string(), "app=web");
    let apply = "/api/v1/namespaces/a/pods/b?fieldManager=me&force=true&dryRun=All";
    let apply =
        call(&http("PATCH", apply, "application/apply-patch+yaml", "metadata:\n  name: b\n"));
    assert!(matches!(&apply.call, Call::Patch { patch: Patch::Apply(value, true), .. }
        if value.at_path(&["metadata", "name"]).text() == "b"));
    assert!(apply.dry_run && apply.manager == "me");
    assert_eq!(call(&http("PUT", POD, "", "{}")).manager, "kubectl");
    let options = "{\"kind\":\"DeleteOptions\",\"gracePeriodSeconds\":0,\"propagationPolicy\":\
                   \"Foreground\",\"preconditions\":{\"resourceVersion\":\"5\"},\"dryRun\":[\"All\"]}";
    let delete = call(&http("DELETE", POD, "application/json", options));
    let Call::Delete { options, .. } = &delete.call else { panic!("{delete:?}") };
    assert_eq!((options.grace_period_seconds, options.revision), (Some(0), Some(5)));
    assert!(options.propagation == Some(Propagation::Foreground) && delete.dry_run);
    let query = format!("{POD}?gracePeriodSeconds=3&orphanDependents=true");
    let delete = call(&http("DELETE", &query, "", ""));
    let Call::Delete { options, .. } = &delete.call else { panic!("{delete:?}") };
    assert_eq!(options.grace_period_seconds, Some(3));
    assert_eq!(options.propagation, Some(Propagation::Orphan));
}

#[test]
fn answers_come_in_the_form_that_is_wanted() {
    let text = "{apiVersion: v1, kind: Pod, metadata: {name: b, namespace: a}}";
    let pod = Object::load(Resource::PODS, &testkit::document(text));
    let now = Time::from_secs(1_767_603_600);
    let check = |target: &str, accept: &str, part: &str| {
        let mut http = HttpRequest::get(target);
        http.headers.push(("accept".into(), accept.into()));
        let (form, _) = read(&plain(), &http, List::default);
        let table = printers::table(Resource::PODS, [&pod], now);
        let result = Ok(match target.ends_with('s') {
            true if form.is_table() => Answer::Table(table.into()),
            true => Answer::List(
                Resource::PODS,
                [pod.clone()].into_iter().collect(),
                ListMeta::complete(9),
            ),
            false => Answer::Object(pod.clone()),
        });
        let body = form.answer(Response { result, warnings: List::default() }).body;
        assert!(body.contains(part), "{target} {accept}: {body}");
    };
    const POD: &str = "/api/v1/namespaces/a/pods/b";
    check(POD, "", "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"b\",");
    check(
        "/api/v1/pods",
        "",
        "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\
                               \"resourceVersion\":\"9\"},\"items\":[{\"metadata\":",
    );
    check(POD, "application/yaml", "apiVersion: v1\nkind: Pod\n");
    let table = "application/json;as=Table;g=meta.k8s.io;v=v1";
    check("/api/v1/pods", table, "{\"name\":\"Name\",\"type\":\"string\",\"format\":\"name\"");
    check("/api/v1/pods", table, "\"object\":{\"kind\":\"PartialObjectMetadata\"");
    let metadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    check("/api/v1/pods", metadata, "{\"kind\":\"PartialObjectMetadataList\"");
}

#[test]
fn refusals_say_what_they_are_about() {
    let http = HttpRequest::get("/apis/apps/v1/namespaces/a/deployments/b");
    let (form, _) = read(&plain(), &http, List::default);
    let status = Status::not_found(Resource::DEPLOYMENTS, "b");
    let response = form.answer(Response::refused(status));
    assert_eq!(response.code, 404);
    assert_eq!(
        response.body,
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\
         \"message\":\"deployments.apps \\\"b\\\" not found\",\"reason\":\"NotFound\",\"details\":\
         {\"group\":\"apps\",\"kind\":\"deployments\",\"name\":\"b\"},\"code\":404}\n"
    );
}

/// The documents of discovery, against those of a real server where they are at hand.
#[test]
fn discovery_is_that_of_a_server() {
    let documents = |path: &str| {
        let request = HttpRequest::get(path);
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        discovery::document(&segments, media::Shape::Whole, "HOST:6443", &[])
    };
    assert_eq!(
        documents("/apis/apps").unwrap(),
        "{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",\"name\":\"apps\",\"versions\":\
         [{\"groupVersion\":\"apps/v1\",\"version\":\"v1\"}],\"preferredVersion\":\
         {\"groupVersion\":\"apps/v1\",\"version\":\"v1\"}}"
    );
    assert!(documents("/apis/batch/v1").unwrap().contains("\"name\":\"jobs/status\""));
    assert_eq!((documents("/apis/nope"), documents("/nope")), (None, None));
    let Some(folder) = testkit::recordings("openapi") else { return };
    let recorded = std::fs::read_to_string(folder.join("discovery.json")).unwrap();
    let recorded = parse_json(&recorded).unwrap();
    for (path, expected) in recorded.as_map().unwrap().iter() {
        let kind = expected.at("kind").text();
        if !kind.is_empty() {
            let ours = parse_json(&documents(path).unwrap()).unwrap();
            assert_eq!(ours.to_json(), expected.to_json(), "{path}");
        }
    }
}

#[test]
fn reviews_keep_what_was_asked() {
    let body = r#"{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1",
                   "spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}"#;
    let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    let (form, meant) =
        read(&plain(), &http("POST", path, "application/json", body), List::default);
    assert!(matches!(meant, Ok(Meant::Call(request)) if matches!(request.call, Call::Review(_))));
    let result = Ok(Answer::Value(Value::map([("allowed", true.into())])));
    let answer = form.answer(Response { result, warnings: List::default() });
    let value = parse_json(&answer.body).unwrap();
    assert_eq!(answer.code, 201);
    assert_eq!(value.at_path(&["status", "allowed"]).as_bool(), Some(true));
    assert_eq!(value.at_path(&["spec", "resourceAttributes", "verb"]).text(), "get");
    let key = Key::new("a", "b");
    let scale = Call::Get { resource: Resource::DEPLOYMENTS, key, part: Part::Scale };
    assert_eq!(scale.verb(), "get");
}

mod fuzz {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// Words that requests are made of, beside any text at all.
    const PARTS: [&str; 24] = [
        "api",
        "apis",
        "v1",
        "apps",
        "namespaces",
        "default",
        "pods",
        "deployments",
        "status",
        "scale",
        "binding",
        "eviction",
        "log",
        "exec",
        "proxy",
        "finalize",
        "openapi",
        "v3",
        "healthz",
        "metrics",
        "..",
        "%2f",
        "authorization.k8s.io",
        "selfsubjectaccessreviews",
    ];
    const PARAMETERS: [&str; 14] = [
        "watch",
        "limit",
        "continue",
        "resourceVersion",
        "resourceVersionMatch",
        "labelSelector",
        "fieldSelector",
        "dryRun",
        "fieldManager",
        "fieldValidation",
        "sendInitialEvents",
        "allowWatchBookmarks",
        "timeoutSeconds",
        "pretty",
    ];
    const MEDIA: [&str; 6] = [
        "application/json",
        "application/yaml",
        "application/apply-patch+yaml",
        "application/json-patch+json",
        "application/strategic-merge-patch+json",
        "application/json;as=Table;g=meta.k8s.io;v=v1",
    ];
    const BODIES: [&str; 7] = [
        "",
        "{}",
        "[]",
        "null",
        "{\"kind\":\"DeleteOptions\",\"dryRun\":[\"All\"],\"preconditions\":7}",
        "{\"spec\":{\"resourceAttributes\":[]},\"metadata\":3}",
        "a: [b, &x {c: *x}]",
    ];

    fn text(known: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop_oneof![3 => select(known).prop_map(str::to_owned), 1 => ".{0,12}"]
    }

    fn request() -> impl Strategy<Value = HttpRequest> {
        let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "x"];
        let path = prop::collection::vec(text(&PARTS), 0..9);
        let value = prop_oneof![Just("true".to_owned()), Just("1".to_owned()), ".{0,12}"];
        let query = prop::collection::vec((text(&PARAMETERS), value), 0..5);
        let headers = [text(&MEDIA), text(&MEDIA)];
        (select(methods.to_vec()), path, query, headers, text(&BODIES)).prop_map(
            |(method, path, query, [accept, content_type], body)| {
                let query: Vec<String> =
                    query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
                HttpRequest {
                    method: method.into(),
                    path: format!("/{}", path.join("/")).into(),
                    query: query.join("&").into(),
                    headers: vec![
                        ("accept".into(), accept.into()),
                        ("content-type".into(), content_type.into()),
                    ],
                    body: body.into(),
                }
            },
        )
    }

    proptest! {
        #[test]
        fn every_request_is_answered(http in request()) {
            let (form, meant) = read(&plain(), &http, List::default);
            let answer = match meant {
                Ok(Meant::Call(request)) => {
                    prop_assert!(request.call.verb() != "");
                    form.answer(Response { result: Ok(Answer::Done), warnings: List::default() })
                }
                Ok(Meant::Page) => return Ok(()),
                Err(status) => {
                    prop_assert!((400..500).contains(&status.code));
                    form.answer(Response::refused(status))
                }
            };
            prop_assert!(!answer.body.is_empty());
        }
    }
}
