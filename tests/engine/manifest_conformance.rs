//! What a real server said of real manifests, compared with what ours says.
//!
//! `tests/known_failures` lists what differs still, in lines `manifest:verdict NAME REASON` and
//! `manifest:defaulted NAME REASON`; an entry that has come right must go.

use std::collections::BTreeSet;
use std::fs;

use orrery::api::Fields;
use orrery::manifest::parse_json;
use orrery::scenario::{ManifestVerdict, Manifests};

use crate::conformance::recordings;

#[test]
fn recorded_manifests_are_judged_and_defaulted_as_they_were() {
    let Some(folder) = recordings("manifests") else {
        println!("skipped: no conformance data; set ORRERY_CONFORMANCE to where it is");
        return;
    };
    let read = |name: &str| {
        fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let table = |name: &str| parse_json(&read(name)).expect("recordings are JSON");
    let (verdicts, defaulted) = (table("verdicts.json"), table("defaulted.json"));
    let mut manifests = Manifests::default();
    let (mut wrong, mut found) = (Vec::new(), BTreeSet::new());
    let known = known_failures();
    for (name, verdict) in verdicts.as_map().into_iter().flat_map(Fields::iter) {
        let recorded = ManifestVerdict {
            exit: verdict.at("exit").as_int().and_then(|exit| exit.try_into().ok()).unwrap_or(0),
            output: verdict.at("output").text().to_owned(),
            defaulted: defaulted.at(name).as_str().map(str::to_owned),
        };
        let (verdict, defaults) = manifests.compare(name, &read(name), &recorded);
        for (figure, difference) in [("verdict", verdict), ("defaulted", defaults)] {
            let Some(difference) = difference else { continue };
            let entry = (figure.to_owned(), name.to_string());
            if !known.contains(&entry) {
                wrong.push(format!("{name}, {figure}:\n{difference}"));
            }
            found.insert(entry);
        }
    }
    assert!(verdicts.as_map().is_some_and(|all| !all.is_empty()), "there are recordings");
    wrong.extend(known.difference(&found).map(|(figure, name)| {
        format!("{name}, {figure}, is as recorded now: take it out of tests/known_failures")
    }));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The figures and manifests that are known to differ.
fn known_failures() -> BTreeSet<(String, String)> {
    let lines = include_str!("../known_failures").lines();
    let entries = lines.filter_map(|line| line.strip_prefix("manifest:"));
    let entry = |line: &str| {
        let mut words = line.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_else(|| panic!("FIGURE NAME REASON: {line}"));
        let (figure, name, _reason) = (word(), word(), word());
        (figure.to_owned(), name.to_owned())
    };
    entries.map(entry).collect()
}
