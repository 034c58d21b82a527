//! Our own table of what is wrong with an object, and in which words, kept in `refused/`.
//!
//! A file begins with `good` and a manifest that nothing is wrong with; more of them may follow,
//! each up to an empty line. An entry is a change to the good object, in YAML, and what is wrong
//! with the result: `$` creates it, `>` updates the good object to it, `%` updates its status,
//! lines with `|` are the answer. `at PATH` says where in the object the changes after it apply.

use crate::api::patch::apply_merge;
use crate::api::testkit::{decode, document, receive, resource_of};
use crate::api::validation::{validate_create, validate_status_update, validate_update};
use crate::api::{Cause, Value, defaults};

/// One entry, with what it applies to.
#[derive(Clone, Default)]
struct Entry {
    good: String,
    at: String,
    verb: char,
    change: String,
    expected: Vec<String>,
}

/// The entries of a file.
fn entries(text: &str) -> Vec<Entry> {
    let (mut entries, mut current) = (Vec::<Entry>::new(), Entry::default());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (verb, rest) = (line.chars().next().unwrap_or(' '), line.get(2..).unwrap_or(""));
        match verb {
            'g' => {
                let manifest: Vec<_> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
                current = Entry { good: manifest.join("\n"), ..Entry::default() };
            }
            'a' => current.at = line.strip_prefix("at").unwrap().trim().to_owned(),
            '$' | '>' | '%' => {
                let change = rest.to_owned();
                entries.push(Entry { verb, change, ..current.clone() });
            }
            '|' => entries.last_mut().unwrap().expected.push(rest.to_owned()),
            ' ' if line.is_empty() => {}
            ' ' => {
                let change = &mut entries.last_mut().unwrap().change;
                change.push('\n');
                change.push_str(rest);
            }
            _ => panic!("cannot read {line}"),
        }
    }
    entries
}

/// The place a path such as `spec.containers[0]` leads to.
fn place<'a>(object: &'a mut Value, path: &str) -> &'a mut Value {
    let mut place = object;
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (key, index) = part.split_once('[').unwrap_or((part, ""));
        place = place.entry(key);
        if let Some(index) = index.strip_suffix(']') {
            place = &mut place.make_list()[index.parse::<usize>().unwrap()];
        }
    }
    place
}

/// What is wrong with the changed object, line by line.
fn answer(entry: &Entry) -> Vec<String> {
    let causes: Vec<_> = causes(entry).iter().map(ToString::to_string).collect();
    causes.join("\n").lines().map(str::to_owned).collect()
}

fn causes(entry: &Entry) -> Vec<Cause> {
    let good = document(&entry.good);
    let resource = resource_of(&good).expect("a known kind");
    let changed = |object: &Value| {
        let mut object = object.clone();
        let place = place(&mut object, &entry.at);
        *place = apply_merge(place, &document(&entry.change));
        object
    };
    if entry.verb == '$' {
        return validate_create(resource, &receive(resource, &changed(&good)));
    }
    let mut old = receive(resource, &good);
    *old.entry_path(&["metadata", "uid"]) = "1f5e9a60-0000-4000-8000-000000000000".into();
    *old.entry_path(&["metadata", "resourceVersion"]) = "7".into();
    let mut new = decode(resource, &changed(&old));
    defaults::apply(resource, &mut new);
    if entry.verb == '>' {
        defaults::prepare_update(resource, &mut new, &old);
        validate_update(resource, &new, &old)
    } else {
        defaults::prepare_status_update(resource, &mut new, &old);
        validate_status_update(resource, &new, &old)
    }
}

/// All entries of a file are answered as it says.
fn check(file: &str, text: &str) {
    let entries = entries(text);
    assert!(!entries.is_empty(), "{file} has entries");
    for entry in &entries {
        let Entry { at, verb, change, expected, .. } = entry;
        assert_eq!(answer(entry), *expected, "{file}: at {at} {verb} {change}");
    }
}

#[test]
fn containers() {
    check("containers", include_str!("refused/containers.txt"));
}

#[test]
fn pods() {
    check("pods", include_str!("refused/pods.txt"));
}

#[test]
fn volumes() {
    check("volumes", include_str!("refused/volumes.txt"));
}

#[test]
fn workloads() {
    check("workloads", include_str!("refused/workloads.txt"));
}

#[test]
fn network() {
    check("network", include_str!("refused/network.txt"));
}

#[test]
fn access() {
    check("access", include_str!("refused/access.txt"));
}

#[test]
fn cluster() {
    check("cluster", include_str!("refused/cluster.txt"));
}
