//! Recordings of real kubectl as referee: what it prints is read and printed again byte for byte.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use orrery::api::decode::{cannot_be_handled, decode};
use orrery::api::{Resource, Value};
use orrery::manifest::{parse_json, read, to_yaml};

/// The folder of the recordings: `$ORRERY_CONFORMANCE`, by default beside the project. `None` where
/// it is missing, which is said.
fn recordings() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance");
    let folder = std::env::var_os("ORRERY_CONFORMANCE").map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no conformance data; set ORRERY_CONFORMANCE to where it is");
        return None;
    }
    Some(folder)
}

fn file(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Puts back what the recordings replaced by words that would need no quotes.
fn denormalised(text: &str) -> String {
    text.replace("\"TIME\"", "\"2026-01-02T03:04:05Z\"").replace("\"RV\"", "\"123\"")
}

#[track_caller]
fn prints_again(name: &str, text: &str) {
    let text = denormalised(text);
    let (documents, error) = read(&text);
    assert_eq!(error, None, "{name}");
    let printed: Vec<_> = documents.iter().map(|document| to_yaml(&document.value)).collect();
    assert_eq!(printed.join("---\n"), text, "{name}");
    for document in &documents {
        assert_eq!(document.duplicates, [], "{name}");
        assert_eq!(document.rest, None, "{name}");
    }
}

#[test]
fn prints_defaulted_manifests_byte_for_byte() {
    let Some(folder) = recordings() else { return };
    let all = parse_json(&file(&folder.join("manifests"), "defaulted.json")).unwrap();
    let all = all.as_map().unwrap();
    for (name, text) in all.iter() {
        prints_again(name, text.text());
    }
    assert!(all.len() >= 198, "{}", all.len());
}

#[test]
fn prints_recorded_yaml_byte_for_byte() {
    let Some(folder) = recordings() else { return };
    let mut cases: Vec<_> = std::fs::read_dir(folder.join("kubectl"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    let mut count = 0;
    for case in cases {
        let text = std::fs::read_to_string(&case).unwrap();
        for (command, output) in commands(&text) {
            let words: Vec<_> = command.split_whitespace().collect();
            let is_yaml = words.windows(2).any(|w| w == ["-o", "yaml"])
                || words.iter().any(|w| matches!(*w, "-oyaml" | "--output=yaml" | "-o=yaml"));
            if is_yaml && output.starts_with("apiVersion") {
                prints_again(&format!("{}: {command}", case.display()), &output);
                count += 1;
            }
        }
    }
    println!("{count} outputs");
    assert!(count >= 20, "{count}");
}

/// The commands of a case with their outputs.
fn commands(case: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in case.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            found.push((command.into(), String::new()));
        } else if let Some(output) = line.strip_prefix('|')
            && let Some((_, all)) = found.last_mut()
        {
            all.push_str(output.strip_prefix(' ').unwrap_or(output));
            all.push('\n');
        }
    }
    found
}

#[test]
fn reads_every_manifest() {
    let Some(folder) = recordings() else { return };
    let verdicts = parse_json(&file(&folder.join("manifests"), "verdicts.json")).unwrap();
    for (name, verdict) in verdicts.as_map().unwrap().iter() {
        let (_, error) = read(&file(&folder.join("manifests"), name));
        let said = verdict.at("output").text();
        let parsing = format!("error: error parsing {name}: ");
        match error {
            Some(error) => assert_eq!(format!("{parsing}{}\n", error.message), said),
            None => assert!(!said.contains("error parsing"), "{name}: {said}"),
        }
        assert_ne!(*verdict, Value::Null);
    }
}

/// What the API server says to a document when it decodes it strictly; nothing when it takes it or
/// when its kind is not served here.
fn refusal(value: &Value) -> Option<String> {
    let resource = Resource::of_kind(value.at("apiVersion").text(), value.at("kind").text())?;
    match decode(resource, value) {
        Ok(decoded) => Some(cannot_be_handled(resource, &decoded.strict()?).into()),
        Err(text) => Some(text.into()),
    }
}

#[test]
fn decodes_in_the_words_of_the_api_server() {
    let Some(folder) = recordings() else { return };
    let verdicts = parse_json(&file(&folder.join("manifests"), "verdicts.json")).unwrap();
    let mut refused = 0;
    for (name, verdict) in verdicts.as_map().unwrap().iter() {
        let said = verdict.at("output").text();
        for document in read(&file(&folder.join("manifests"), name)).0 {
            if let Some(text) = refusal(&document.value) {
                assert!(said.contains(&text), "{name}: {text:?} is not in {said:?}");
                refused += 1;
            }
        }
    }
    for entry in std::fs::read_dir(folder.join("kubectl")).unwrap() {
        refused += decodes_case(&entry.unwrap().path());
    }
    println!("{refused} refusals");
    assert!(refused >= 15, "{refused}");
}

/// Checks each `create -f FILE` and `apply -f FILE` of a case, and returns how many were refused.
fn decodes_case(case: &Path) -> usize {
    let text = std::fs::read_to_string(case).unwrap();
    let (mut files, mut refused) = (BTreeMap::new(), 0);
    let mut rest = text.as_str();
    while let Some((line, after)) = rest.split_once('\n') {
        rest = after;
        if let Some(name) = line.strip_prefix("file ").and_then(|l| l.strip_suffix(" <<EOF")) {
            let (content, after) = rest.split_once("\nEOF\n").unwrap_or(("", rest));
            files.insert(name, read(content).0);
            rest = after;
        }
        let words: Vec<_> = line.split(' ').collect();
        let ["$", "kubectl", "create" | "apply", "-f", name] = words[..] else { continue };
        let Some(documents) = files.get(name) else { continue };
        let output = &rest[..rest.find("\n$ ").unwrap_or(rest.len())];
        let refusals = documents.iter().filter_map(|document| refusal(&document.value));
        let mut all_known = true;
        for document in documents {
            let (version, kind) = (document.value.at("apiVersion"), document.value.at("kind"));
            all_known &= Resource::of_kind(version.text(), kind.text()).is_some();
        }
        let mut told = 0;
        for text in refusals {
            let line = format!("error when creating \"{name}\": {text}");
            assert!(output.contains(&line), "{}: {line:?} is not in {output:?}", case.display());
            told += 1;
        }
        let said = output.matches("cannot be handled as").count();
        assert!(!all_known || said == told, "{}: {output}", case.display());
        refused += told;
    }
    refused
}

#[test]
fn decoding_keeps_defaulted_manifests() {
    let Some(folder) = recordings() else { return };
    let all = parse_json(&file(&folder.join("manifests"), "defaulted.json")).unwrap();
    let mut count = 0;
    for (name, text) in all.as_map().unwrap().iter() {
        for document in read(&denormalised(text.text())).0 {
            let value = document.value;
            let is_list = value.at("kind").text() == "List";
            let one = std::slice::from_ref(&value);
            for value in if is_list { value.at("items").items() } else { one } {
                let (api_version, kind) = (value.at("apiVersion").text(), value.at("kind").text());
                let Some(resource) = Resource::of_kind(api_version, kind) else { continue };
                let decoded = decode(resource, value).unwrap();
                assert_eq!(decoded.unknown, [], "{name}");
                assert_eq!(to_yaml(&decoded.value), to_yaml(value), "{name}");
                count += 1;
            }
        }
    }
    println!("{count} objects");
    assert!(count >= 100, "{count}");
}
