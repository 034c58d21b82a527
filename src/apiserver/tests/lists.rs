//! Lists in pages and of the past, and deletions that name what they mean.

use crate::api::rpc::*;
use crate::api::{Collection, Key, Resource, Uid};
use crate::apiserver::testkit::{Server, request};

const MAPS: Resource = Resource::CONFIGMAPS;

fn with_maps(count: usize) -> Server {
    let mut server = Server::new();
    for n in 0..count {
        let text = format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: m{n}}}}}");
        server.create(&text).unwrap();
    }
    server
}

fn maps(limit: u64, continuation: &str) -> Selection {
    let (namespace, continuation) = ("default".into(), continuation.into());
    Selection { namespace, limit, continuation, ..Selection::all(MAPS) }
}

fn listed(answer: Answer) -> (Collection, ListMeta) {
    match answer {
        Answer::List(_, objects, meta) => (objects, meta),
        other => panic!("{other:?} is no list"),
    }
}

fn names(objects: &Collection) -> String {
    objects.iter().map(|object| object.name().to_owned()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_list_goes_on_as_of_the_revision_at_which_it_began() {
    let mut server = with_maps(5);
    let (first, meta) = listed(server.ask(Call::List(maps(2, ""))).unwrap());
    assert_eq!((names(&first).as_str(), meta.remaining), ("m0 m1", Some(3)));
    // What happens in between is not seen.
    let key = Key::new("default", "m3");
    let options = DeleteOptions::default();
    server.ask(Call::Delete { resource: MAPS, key, options }).unwrap();
    let (rest, last) = listed(server.ask(Call::List(maps(0, &meta.continuation))).unwrap());
    assert_eq!(names(&rest), "m2 m3 m4");
    assert_eq!((last.revision, last.continuation.as_str()), (meta.revision, ""));
    // Until it has been forgotten.
    server.compact();
    let gone = server.ask(Call::List(maps(2, &meta.continuation))).unwrap_err();
    assert_eq!((gone.code, gone.reason.as_str().as_str()), (410, "Expired"));
    assert!(gone.message.starts_with("The provided continue parameter is too old to display"));
    let (rest, _) = listed(server.ask(Call::List(maps(9, &gone.continuation))).unwrap());
    assert_eq!(names(&rest), "m2 m4");
}

#[test]
fn a_list_is_as_of_the_revision_that_was_asked_for() {
    let mut server = with_maps(1);
    let at = server.apiserver.revision();
    server.create("{apiVersion: v1, kind: ConfigMap, metadata: {name: n}}").unwrap();
    let mut check = |version, expected: Result<&str, (u16, String)>| {
        let answer = server.ask(Call::List(Selection { version, ..maps(0, "") }));
        let answer = answer.map(|answer| names(&listed(answer).0));
        let refused = |status: crate::api::Status| (status.code, status.message.to_string());
        assert_eq!(answer.map_err(refused), expected.map(str::to_owned), "{version:?}");
    };
    check(Version::Exact(at), Ok("m0"));
    check(Version::Exact(at + 1), Ok("m0 n"));
    check(Version::NotOlderThan(at), Ok("m0 n"));
    check(Version::Any, Ok("m0 n"));
    let text = format!("Timeout: Too large resource version: {}, current: {}", at + 100, at + 1);
    check(Version::NotOlderThan(at + 100), Err((504, text.clone())));
    check(Version::Exact(at + 100), Err((504, text)));
}

#[test]
fn a_watch_from_too_long_ago_is_told_so() {
    let mut server = with_maps(1);
    // What was before it began, it does not know.
    server.restart();
    let call = Call::Watch { selection: maps(0, ""), from: 1, bookmarks: false };
    let status = server.ask(call).unwrap_err();
    let text = format!("too old resource version: 1 ({})", server.apiserver.revision());
    assert_eq!((status.code, status.message.as_str()), (410, text.as_str()));
}

#[test]
fn a_deletion_may_say_what_it_means() {
    let mut server = with_maps(1);
    let object = server.get(MAPS, "default", "m0").unwrap();
    let mut check = |uid, revision, dry_run, expected: Option<String>| {
        let options = DeleteOptions { uid, revision, ..DeleteOptions::default() };
        let call = Call::Delete { resource: MAPS, key: object.key(), options };
        let answer = server.request(Request { dry_run, ..request(call) }).result;
        assert_eq!(answer.err().map(|status| status.message.to_string()), expected);
    };
    let other = Uid::random(1, 2);
    let head = "Operation cannot be fulfilled on ConfigMap \"m0\": the";
    check(
        Some(other),
        None,
        false,
        Some(format!(
            "{head} UID in the precondition ({other}) does not match the UID in record ({}). The \
             object might have been deleted and then recreated",
            object.uid()
        )),
    );
    check(
        Some(object.uid()),
        Some(1),
        false,
        Some(format!(
            "{head} ResourceVersion in the precondition (1) does not match the ResourceVersion in \
             record ({}). The object might have been modified",
            object.revision
        )),
    );
    check(Some(object.uid()), Some(object.revision), true, None);
    check(Some(object.uid()), Some(object.revision), false, None);
    let gone = Some("configmaps \"m0\" not found".to_owned());
    check(None, None, false, gone);
}

#[test]
fn all_that_is_selected_is_deleted_and_told() {
    let mut server = with_maps(3);
    let delete = |limit| Call::DeleteCollection {
        selection: maps(limit, ""),
        options: DeleteOptions::default(),
    };
    let dry = Request { dry_run: true, ..request(delete(0)) };
    assert_eq!(names(&listed(server.request(dry).result.unwrap()).0), "m0 m1 m2");
    assert_eq!(names(&listed(server.ask(delete(1)).unwrap()).0), "m0");
    assert_eq!(names(&listed(server.ask(delete(0)).unwrap()).0), "m1 m2");
    assert_eq!(names(&listed(server.ask(Call::List(maps(0, ""))).unwrap()).0), "");
}
