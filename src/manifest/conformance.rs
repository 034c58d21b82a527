//! Recordings of real kubectl as referee: what it prints is read and printed again byte for byte.

use std::path::PathBuf;

use super::*;
use crate::api::Value;

/// The folder of the recordings; `None` where it is missing, which is said.
fn recordings() -> Option<PathBuf> {
    let named = std::env::var_os("ORRERY_CONFORMANCE").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| "../shared/conformance".into());
    if !folder.is_dir() {
        eprintln!("skipped: no recordings in {}", folder.display());
        return None;
    }
    Some(folder)
}

fn file(folder: &std::path::Path, name: &str) -> String {
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
    eprintln!("{count} outputs");
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
