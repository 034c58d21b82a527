//! Lists: as of when, how many at once, and how they go on.
//!
//! Models storage/cacher/cacher.go GetList and storage/etcd3/store.go GetList, and the continue
//! tokens of apiserver/pkg/storage/continue.go. Invariant: the pages of one list are all of one
//! revision, or the client is told that they are not.

use super::jobs::{Job, Stage, read_one};
use super::storage::{Stored, key_of, object_at, range_of};
use super::{Apiserver, Out, Timer};
use crate::api::rpc::{Answer, Call, ListMeta, Request, Selection, Table, Version};
use crate::api::{Cause, Collection, Key, Object, Resource, Status, Str, Value, base64};
use crate::etcd::mvcc::{KeyRange, RangeError};
use crate::etcd::rpc as etcd;
use crate::manifest;
use crate::sim::{Duration, Time};

/// How long a list waits for a revision that is still to come. Models cacher/watch_cache.go
/// blockTimeout.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is said of a list whose revision has been compacted away. Models etcd3/errors.go.
const EXPIRED: &str = "The resourceVersion for the provided list is too old.";
const CONTINUE_EXPIRED: &str = "The provided continue parameter is too old to display a consistent \
    list result. You can start a new list without the continue parameter, or use the continue \
    token in this response to retrieve the remainder of the results. Continuing with the provided \
    token results in an inconsistent list - objects that were created, modified, or deleted \
    between the time the first chunk was returned and now may show up in the list.";

/// Where a list goes on.
#[derive(Clone, PartialEq, Debug)]
struct Token {
    /// The revision of the pages before; `None` to go on at whatever is newest.
    revision: Option<u64>,
    /// The first name that may follow, within the namespace if the list is of one.
    start: Str,
}

impl Apiserver {
    /// Takes a list up, or a deletion of everything that is selected.
    pub(super) fn begin_list(&mut self, mut job: Job, out: &mut Out) {
        let (Call::List(selection) | Call::DeleteCollection { selection, .. }) = &job.call else {
            return;
        };
        let version = match version_of(selection) {
            Ok(version) => version,
            Err(status) => return self.finish(job, Err(status), out),
        };
        let cached = self.cache.revision();
        match version {
            Version::Any => self.listed_cached(job, out),
            Version::Exact(revision) if revision == cached => self.listed_cached(job, out),
            // What is newest is for the store to say; the cache then has to get there.
            Version::Newest => {
                let range = KeyRange::one(key_of(selection.resource, &Key::default()));
                job.stage = Stage::Revision;
                self.ask(job, read_one(range), self.settings.costs.read, out);
            }
            Version::Exact(revision) if revision < cached => {
                let range = range_of(selection.resource, &selection.namespace);
                job.stage = Stage::Past(revision);
                let request =
                    etcd::Request::Range { range, revision, limit: 0, serializable: false };
                self.ask(job, request, self.settings.costs.read, out);
            }
            Version::Exact(revision) | Version::NotOlderThan(revision) => {
                let id = self.wait_for(revision, job, out);
                id.into_iter().for_each(|id| out.timer(PATIENCE, Timer::TooLarge(id)));
            }
        }
    }

    /// What there was at `revision` has been read.
    pub(super) fn listed_past(
        &mut self,
        job: Job,
        revision: u64,
        result: Result<etcd::Reply<Stored>, etcd::Error>,
        out: &mut Out,
    ) {
        let (Call::List(selection) | Call::DeleteCollection { selection, .. }) = &job.call else {
            return;
        };
        let found = match result {
            Ok(etcd::Reply::Ranged(found)) => found,
            Ok(_) => return,
            Err(etcd::Error::Range(RangeError::Compacted)) => {
                let status = expired(selection);
                return self.finish(job, Err(status), out);
            }
            Err(error) => return self.finish(job, Err(super::answers::store_error(error)), out),
        };
        let objects: Vec<Object> = found.kvs.iter().filter_map(|kv| object_at(kv)).collect();
        let listed = page(objects.iter(), selection, revision);
        self.listed(job, listed, out);
    }

    /// Lets `job` wait until the cache has reached `revision`; its number, if it has to.
    pub(super) fn wait_for(&mut self, revision: u64, mut job: Job, out: &mut Out) -> Option<u32> {
        job.stage = Stage::Fresh;
        if self.cache.revision() >= revision {
            self.go_on_fresh(job, out);
            return None;
        }
        let id = self.keep(job);
        self.waiting.push((revision, id));
        Some(id)
    }

    /// The cache has come further: those who waited for it go on.
    pub(super) fn release_waiting(&mut self, out: &mut Out) {
        let revision = self.cache.revision();
        let ready: Vec<u32> =
            self.waiting.iter().filter(|(at, _)| *at <= revision).map(|(_, id)| *id).collect();
        if ready.is_empty() {
            return;
        }
        self.waiting.retain(|(at, _)| *at > revision);
        for job in ready.into_iter().filter_map(|id| self.jobs.remove(&id)).collect::<Vec<_>>() {
            self.go_on_fresh(job, out);
        }
    }

    /// A request has waited long enough for a revision that does not come.
    pub(super) fn give_up_waiting(&mut self, id: u32, out: &mut Out) {
        let Some(at) = self.waiting.iter().position(|(_, waiter)| *waiter == id) else { return };
        let (revision, _) = self.waiting.remove(at);
        if let Some(job) = self.jobs.remove(&id) {
            let status = too_large(revision, self.cache.revision());
            self.finish(job, Err(status), out);
        }
    }

    /// The cache is as new as the request needs it.
    fn go_on_fresh(&mut self, mut job: Job, out: &mut Out) {
        match &job.call {
            Call::List(selection) | Call::DeleteCollection { selection, .. } => {
                match selection.version {
                    Version::Exact(_) => self.begin_list(job, out),
                    _ => self.listed_cached(job, out),
                }
            }
            _ => {
                job.stage = Stage::New;
                self.begin(job, out);
            }
        }
    }

    fn listed_cached(&mut self, job: Job, out: &mut Out) {
        let (Call::List(selection) | Call::DeleteCollection { selection, .. }) = &job.call else {
            return;
        };
        let revision = self.cache.revision();
        let collection = self.cache.collection(selection.resource);
        let all = || collection.cloned().unwrap_or_default();
        let listed = match selection {
            selection if selection.is_everything() && !is_paged(selection) => {
                (all(), ListMeta::complete(revision))
            }
            selection => {
                let all = all();
                page(all.in_namespace(&selection.namespace), selection, revision)
            }
        };
        self.listed(job, listed, out);
    }

    /// A list in the form that was asked for.
    fn shown(
        &self,
        request: &Request,
        resource: Resource,
        (objects, meta): (Collection, ListMeta),
        now: Time,
    ) -> Answer {
        if !request.as_table {
            return Answer::List(resource, objects, meta);
        }
        let table = self.table(resource, objects.iter(), now);
        Answer::Table(Table { meta, ..table }.into())
    }

    /// A request has its list: to answer with, or to delete.
    fn listed(&mut self, mut job: Job, listed: (Collection, ListMeta), out: &mut Out) {
        match &job.call {
            Call::List(selection) => {
                let answer = self.shown(&job.request, selection.resource, listed, out.now());
                self.finish(job, Ok(answer), out);
            }
            _ => {
                job.remaining = listed.0.iter().rev().map(Object::key).collect();
                job.listed = Some(listed);
                self.delete_next(job, out);
            }
        }
    }
}

/// Whether only a part of what is selected may be wanted. A cache that is asked for anything it
/// has gives everything. Models shouldDelegateList.
fn is_paged(selection: &Selection) -> bool {
    !selection.continuation.is_empty() || selection.limit > 0 && selection.version != Version::Any
}

/// As of when a list is wanted, where it goes on included.
fn version_of(selection: &Selection) -> Result<Version, Status> {
    if selection.continuation.is_empty() {
        return Ok(selection.version);
    }
    let refused = |why: &str| Status::bad_request(format!("invalid continue token: {why}"));
    let token = Token::parse(&selection.continuation).map_err(|why| refused(&why))?;
    Ok(token.revision.map_or(Version::Newest, Version::Exact))
}

/// The part of `objects` that is wanted, which are in order and all as of `revision`.
fn page<'a>(
    objects: impl Iterator<Item = &'a Object>,
    selection: &Selection,
    revision: u64,
) -> (Collection, ListMeta) {
    let selected = |object: &&Object| selection.matches(object);
    if !is_paged(selection) {
        return (objects.filter(selected).cloned().collect(), ListMeta::complete(revision));
    }
    let token = Token::parse(&selection.continuation).ok();
    let first = token.map(|token| token.start).unwrap_or_default();
    let name = |object: &Object| name_in(selection, object);
    let mut rest = objects.filter(|object| name(object) >= first).filter(selected);
    let limit = if selection.limit == 0 { u64::MAX } else { selection.limit };
    let mut taken = Collection::default();
    let mut last = Str::default();
    while (taken.len() as u64) < limit {
        let Some(object) = rest.next() else { break };
        last = name(object);
        taken.insert(object.clone());
    }
    let left = rest.count() as u64;
    let mut meta = ListMeta::complete(revision);
    if left > 0 {
        let start = format!("{last}\0").into();
        meta.continuation = Token { revision: Some(revision), start }.to_string().into();
        // Of what selectors hide, nobody counts how much there is.
        let plain = selection.labels.is_everything() && selection.fields.is_everything();
        meta.remaining = plain.then_some(left);
    }
    (taken, meta)
}

/// The name of an object as a token has it.
fn name_in(selection: &Selection, object: &Object) -> Str {
    match selection.namespace.as_str() {
        "" => object.key().as_str().into(),
        _ => object.meta().name.clone(),
    }
}

/// Models interpretListError.
fn expired(selection: &Selection) -> Status {
    match Token::parse(&selection.continuation) {
        Ok(token) => {
            let continuation = Token { revision: None, ..token }.to_string().into();
            Status { continuation, ..Status::expired(CONTINUE_EXPIRED) }
        }
        Err(_) => Status::expired(EXPIRED),
    }
}

/// The refusal of a revision that is still to come. Models NewTooLargeResourceVersionError.
fn too_large(wanted: u64, current: u64) -> Status {
    let text = format!("Timeout: Too large resource version: {wanted}, current: {current}");
    let cause = Cause {
        reason: "ResourceVersionTooLarge".into(),
        message: "Too large resource version".into(),
        field: Str::default(),
    };
    Status { retry_after_secs: 1, causes: [cause].into(), ..Status::timeout(text) }
}

impl Token {
    /// Reads what [`Token::to_string`] writes. Models DecodeContinue.
    fn parse(text: &str) -> Result<Self, String> {
        const INVALID: &str = "continue key is not valid";
        const VERSION: &str = "(version meta.k8s.io/v1)";
        let plain: String = text.chars().map(|c| swapped(c, ('-', '+'), ('_', '/'))).collect();
        let padded = format!("{plain}{}", "=".repeat((4 - plain.len() % 4) % 4));
        let bytes = base64::decode(&padded)
            .map_err(|error| format!("{INVALID}: illegal base64 data at input byte {}", error.0))?;
        let text = String::from_utf8_lossy(&bytes);
        let value = manifest::parse_json(&text).map_err(|error| format!("{INVALID}: {error}"))?;
        if value.at("v").text() != "meta.k8s.io/v1" {
            let shown = value.at("v").text();
            return Err(format!(
                "{INVALID}: server does not recognize this encoded version {shown}"
            ));
        }
        let revision = value.at("rv").as_int().unwrap_or(0);
        let start = value.at("start").text();
        if revision == 0 {
            return Err(format!("{INVALID}: incorrect encoded start resourceVersion {VERSION}"));
        }
        if start.is_empty() {
            return Err(format!("{INVALID}: encoded start key empty {VERSION}"));
        }
        if start.split('/').any(|part| matches!(part, "." | "..")) {
            return Err(format!("{INVALID}: {start}"));
        }
        Ok(Self { revision: u64::try_from(revision).ok(), start: start.into() })
    }
}

impl std::fmt::Display for Token {
    /// Models EncodeContinue.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let revision = self.revision.and_then(|revision| i64::try_from(revision).ok());
        let (revision, start) = (revision.unwrap_or(-1), Value::Str(self.start.clone()));
        let start = start.to_json();
        let json = format!(r#"{{"v":"meta.k8s.io/v1","rv":{revision},"start":{start}}}"#);
        let text = base64::encode(json.as_bytes());
        let text = text.trim_end_matches('=').chars();
        f.write_str(&text.map(|c| swapped(c, ('+', '-'), ('/', '_'))).collect::<String>())
    }
}

/// `c` in the alphabet of the other base64.
fn swapped(c: char, one: (char, char), other: (char, char)) -> char {
    match c {
        c if c == one.0 => one.1,
        c if c == other.0 => other.1,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::labels::Selector;

    fn map(namespace: &str, name: &str) -> Object {
        let metadata = [("namespace", Value::from(namespace)), ("name", name.into())];
        let value = Value::map([("metadata", Value::map(metadata))]);
        Object::load(Resource::SERVICEACCOUNTS, &value).at_revision(3)
    }

    #[test]
    fn tokens_read_as_they_are_written() {
        let token = Token { revision: Some(42), start: "default/web\0".into() };
        let text = token.to_string();
        // {"v":"meta.k8s.io/v1","rv":42,"start":"default/web\u0000"}
        assert_eq!(
            text,
            "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NDIsInN0YXJ0IjoiZGVmYXVsdC93ZWJcdTAwMDAifQ"
        );
        assert_eq!(Token::parse(&text), Ok(token));
        let newest = Token { revision: None, start: "a\0".into() };
        assert_eq!(Token::parse(&newest.to_string()), Ok(newest));
    }

    #[test]
    fn tokens_that_nobody_wrote_are_refused() {
        let check = |json: &str, expected: &str| {
            let text = base64::encode(json.as_bytes());
            let refused = Token::parse(text.trim_end_matches('=')).unwrap_err();
            assert_eq!(refused, format!("continue key is not valid: {expected}"));
        };
        check(r#"{"v":"2"}"#, "server does not recognize this encoded version 2");
        check(
            r#"{"v":"meta.k8s.io/v1","rv":0,"start":"a"}"#,
            "incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
        );
        check(
            r#"{"v":"meta.k8s.io/v1","rv":1}"#,
            "encoded start key empty (version meta.k8s.io/v1)",
        );
        check(r#"{"v":"meta.k8s.io/v1","rv":1,"start":"../a"}"#, "../a");
        assert!(Token::parse("!").is_err());
    }

    #[test]
    fn pages_follow_each_other() {
        let objects: Vec<Object> = ["a/1", "a/2", "b/1"]
            .iter()
            .map(|key| key.split_once('/').unwrap())
            .collect::<Vec<_>>()
            .into_iter()
            .map(|(namespace, name)| map(namespace, name))
            .collect();
        let mut selection = Selection { limit: 2, ..Selection::all(Resource::SERVICEACCOUNTS) };
        let keys = |page: &Collection| {
            page.iter().map(|object| object.key().to_string()).collect::<Vec<_>>().join(" ")
        };
        let (first, meta) = page(objects.iter(), &selection, 9);
        assert_eq!((keys(&first).as_str(), meta.remaining, meta.revision), ("a/1 a/2", Some(1), 9));
        selection.continuation = meta.continuation;
        assert_eq!(version_of(&selection), Ok(Version::Exact(9)));
        let (second, meta) = page(objects.iter(), &selection, 9);
        assert_eq!((keys(&second).as_str(), meta), ("b/1", ListMeta::complete(9)));
        let expired = expired(&selection);
        assert_eq!((expired.code, expired.message.as_str()), (410, CONTINUE_EXPIRED));
        selection.continuation = expired.continuation;
        assert_eq!(version_of(&selection), Ok(Version::Newest));
        // What selectors hide is not counted.
        let labels = Selector::parse("!x").unwrap();
        let hidden = Selection { labels, continuation: Str::default(), ..selection };
        let (_, meta) = page(objects.iter(), &hidden, 9);
        assert!(!meta.continuation.is_empty() && meta.remaining.is_none());
        // A cache that may be as old as it likes gives everything.
        let any = Selection { version: Version::Any, ..hidden };
        assert_eq!(page(objects.iter(), &any, 9).0.len(), 3);
    }

    #[test]
    fn what_is_to_come_is_not_waited_for_forever() {
        let status = too_large(9, 3);
        let text = "Timeout: Too large resource version: 9, current: 3";
        assert_eq!((status.code, status.message.as_str()), (504, text));
        assert_eq!(status.causes[0].reason, "ResourceVersionTooLarge");
    }
}
