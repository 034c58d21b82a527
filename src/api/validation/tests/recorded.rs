//! The recorded cases: manifests and the exact words in which they were refused.

use crate::api::Value;
use crate::api::testkit::{documents, from_json, recordings, resource_of, steps, verdict};

/// The file of a `kubectl create -f` or `apply -f` that does nothing else of interest.
fn file_of(command: &str) -> Option<&str> {
    let words: Vec<_> = command.split_whitespace().collect();
    let known = ["create", "apply", "-f", "kubectl", "--save-config"];
    let mut rest = words.iter().filter(|word| !known.contains(word));
    let file = rest.next().filter(|_| words.contains(&"-f"))?;
    rest.next().is_none().then_some(*file)
}

/// Whether an answer is about something other than the rules of the object itself.
fn is_elsewhere(answer: &str) -> bool {
    const OTHERS: [&str; 11] = [
        "Error from server",
        "error:",
        "Warning:",
        "allocated",
        "valid range",
        "current range",
        "field is immutable",
        "pod updates",
        "existing toleration",
        "only deletion is allowed",
        "may not change once set",
    ];
    OTHERS.iter().any(|part| answer.contains(part))
}

#[test]
fn refuses_what_was_refused_in_the_same_words() {
    let Some(folder) = recordings("kubectl") else {
        return;
    };
    let (mut same, mut refused, mut wrong) = (0, 0, Vec::new());
    let mut cases: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    for path in cases {
        for step in steps(&std::fs::read_to_string(&path).unwrap()) {
            let file = file_of(&step.command).and_then(|f| step.files.iter().find(|(n, _)| n == f));
            let (Some((_, manifest)), Some(output)) = (file, &step.output) else {
                continue;
            };
            let objects = documents(manifest);
            let known = objects.iter().all(|object| resource_of(object).is_some());
            let case = path.file_stem().unwrap().to_string_lossy();
            // The limits of a LimitRange make this pod wrong, not its own.
            let limited = case.starts_with("68-") && file.is_some_and(|(name, _)| name == "d.yaml");
            if !known || objects.is_empty() || is_elsewhere(output) || limited {
                continue;
            }
            let ours: Vec<_> = objects.iter().map(verdict).filter(|v| !v.is_empty()).collect();
            let lines = output.lines().map(str::trim_end);
            let theirs: Vec<_> =
                lines.filter(|line| line.starts_with("The ") || line.starts_with("* ")).collect();
            let ours = ours.join("\n");
            let ours: Vec<_> = ours.lines().map(str::trim_end).collect();
            refused += usize::from(!theirs.is_empty());
            if ours == theirs {
                same += usize::from(!theirs.is_empty());
            } else {
                wrong.push(format!(
                    "{case}: {}\n  ours {ours:#?}\n  theirs {theirs:#?}",
                    step.command
                ));
            }
        }
    }
    println!("{same} of {refused} refusals in the same words");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn judges_real_manifests_as_they_were_judged() {
    let Some(folder) = recordings("manifests") else {
        return;
    };
    let verdicts = std::fs::read_to_string(folder.join("verdicts.json")).unwrap();
    let verdicts = from_json(&serde_json::from_str(&verdicts).unwrap());
    let (mut refused, mut all) = (0, 0);
    for (file, recorded) in verdicts.as_map().unwrap().iter() {
        let output = recorded.at("output").text();
        let objects = documents(&std::fs::read_to_string(folder.join(file.as_str())).unwrap());
        let known = objects.iter().all(|object| resource_of(object).is_some());
        // Other answers are about the cluster the manifest met, or about reading it.
        let accepted = *recorded.at("exit") == Value::Int(0);
        let is_verdict = accepted || output.starts_with("The ");
        if !known || objects.is_empty() || !is_verdict || output.contains("failed to allocate") {
            continue;
        }
        let ours: Vec<_> = objects.iter().map(verdict).filter(|v| !v.is_empty()).collect();
        let theirs = if accepted { "" } else { output.trim_end() };
        assert_eq!(ours.join("\n"), theirs, "{file}");
        all += 1;
        refused += usize::from(!accepted);
    }
    println!("{all} manifests judged as recorded, {refused} of them refused");
}
